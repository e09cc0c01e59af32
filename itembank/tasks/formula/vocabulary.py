"""The functions people may call: their French and English names and how many arguments they take."""

from __future__ import annotations

from typing import NamedTuple

from itembank.tasks.words import fold


class Function(NamedTuple):
    """A function's names and its number of arguments; `most` None means as many as one likes, by `step` beyond `fewest`
    (SOMME.SI.ENS takes its ranges and criteria in pairs).

    `english` is also the key under which the evaluator knows it.
    """

    french: str
    english: str
    fewest: int
    most: int | None
    step: int = 1

    def takes(self, count: int) -> bool:
        """Whether the function can be called with `count` arguments."""
        if count < self.fewest or (self.most is not None and count > self.most):
            return False
        return (count - self.fewest) % self.step == 0


FUNCTIONS: tuple[Function, ...] = (
    Function("SOMME", "SUM", 1, None),
    Function("PRODUIT", "PRODUCT", 1, None),
    Function("MOYENNE", "AVERAGE", 1, None),
    Function("MEDIANE", "MEDIAN", 1, None),
    Function("MAX", "MAX", 1, None),
    Function("MIN", "MIN", 1, None),
    Function("GRANDE.VALEUR", "LARGE", 2, 2),
    Function("PETITE.VALEUR", "SMALL", 2, 2),
    Function("RANG", "RANK", 2, 3),
    Function("NB", "COUNT", 1, None),
    Function("NBVAL", "COUNTA", 1, None),
    Function("NB.VIDE", "COUNTBLANK", 1, 1),
    Function("NB.SI", "COUNTIF", 2, 2),
    Function("NB.SI.ENS", "COUNTIFS", 2, None, 2),
    Function("SOMME.SI", "SUMIF", 2, 3),
    Function("SOMME.SI.ENS", "SUMIFS", 3, None, 2),
    Function("MOYENNE.SI", "AVERAGEIF", 2, 3),
    Function("MOYENNE.SI.ENS", "AVERAGEIFS", 3, None, 2),
    Function("SOMMEPROD", "SUMPRODUCT", 1, None),
    Function("RECHERCHEV", "VLOOKUP", 3, 4),
    Function("RECHERCHEH", "HLOOKUP", 3, 4),
    Function("RECHERCHEX", "XLOOKUP", 3, 6),
    Function("EQUIV", "MATCH", 2, 3),
    Function("INDEX", "INDEX", 2, 3),
    Function("SI", "IF", 2, 3),
    Function("SI.CONDITIONS", "IFS", 2, None, 2),
    Function("SIERREUR", "IFERROR", 2, 2),
    Function("SI.NON.DISP", "IFNA", 2, 2),
    Function("ET", "AND", 1, None),
    Function("OU", "OR", 1, None),
    Function("NON", "NOT", 1, 1),
    Function("VRAI", "TRUE", 0, 0),
    Function("FAUX", "FALSE", 0, 0),
    Function("ESTVIDE", "ISBLANK", 1, 1),
    Function("ESTNUM", "ISNUMBER", 1, 1),
    Function("ESTTEXTE", "ISTEXT", 1, 1),
    Function("ESTERREUR", "ISERROR", 1, 1),
    Function("ESTNA", "ISNA", 1, 1),
    Function("ARRONDI", "ROUND", 1, 2),
    Function("ARRONDI.SUP", "ROUNDUP", 1, 2),
    Function("ARRONDI.INF", "ROUNDDOWN", 1, 2),
    Function("ABS", "ABS", 1, 1),
    Function("ENT", "INT", 1, 1),
    Function("MOD", "MOD", 2, 2),
    Function("RACINE", "SQRT", 1, 1),
    Function("PUISSANCE", "POWER", 2, 2),
    Function("DATE", "DATE", 3, 3),
    Function("ANNEE", "YEAR", 1, 1),
    Function("MOIS", "MONTH", 1, 1),
    Function("JOUR", "DAY", 1, 1),
    Function("JOURSEM", "WEEKDAY", 1, 2),
    Function("CONCATENER", "CONCATENATE", 1, None),
    Function("CONCAT", "CONCAT", 1, None),
    Function("JOINDRE.TEXTE", "TEXTJOIN", 3, None),
    Function("GAUCHE", "LEFT", 1, 2),
    Function("DROITE", "RIGHT", 1, 2),
    Function("STXT", "MID", 3, 3),
    Function("NBCAR", "LEN", 1, 1),
    Function("CHERCHE", "SEARCH", 2, 3),
    Function("TROUVE", "FIND", 2, 3),
    Function("SUBSTITUE", "SUBSTITUTE", 3, 4),
    Function("REMPLACER", "REPLACE", 4, 4),
    Function("MAJUSCULE", "UPPER", 1, 1),
    Function("MINUSCULE", "LOWER", 1, 1),
    Function("NOMPROPRE", "PROPER", 1, 1),
    Function("SUPPRESPACE", "TRIM", 1, 1),
    Function("TEXTE", "TEXT", 2, 2),
    Function("CNUM", "VALUE", 1, 1),
)

VOLATILE = (
    "AUJOURDHUI", "TODAY", "MAINTENANT", "NOW", "ALEA", "RAND", "ALEA.ENTRE.BORNES", "RANDBETWEEN", "TABLEAU.ALEAT",
    "RANDARRAY",
)  # fmt: skip
"""Functions whose value changes from one day or one moment to the next: an answer must give the same when it is replayed."""

_BY_NAME = {fold(name): function for function in FUNCTIONS for name in (function.french, function.english)}
_ONLY_FRENCH = {fold(f.french) for f in FUNCTIONS} - {fold(f.english) for f in FUNCTIONS}
_ONLY_ENGLISH = {fold(f.english) for f in FUNCTIONS} - {fold(f.french) for f in FUNCTIONS}
_VOLATILE = {fold(name) for name in VOLATILE}


def function_named(name: str) -> Function | None:
    """The function called `name` in either language, case and accents ignored."""
    return _BY_NAME.get(fold(name))


def is_volatile(name: str) -> bool:
    """Whether `name` is a function that the clock or chance decides, in either language; such formulas are refused."""
    return fold(name) in _VOLATILE


def are_english(names: list[str]) -> bool:
    """Whether a formula that calls `names` is written in English: one name or more is only English, none only French."""
    keys = {fold(name) for name in names}
    return bool(keys & _ONLY_ENGLISH) and not keys & _ONLY_FRENCH
