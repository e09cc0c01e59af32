"""The functions people may call: their French and English names and how many arguments they take."""

from __future__ import annotations

from typing import NamedTuple

from itembank.tasks.words import fold


class Function(NamedTuple):
    """A function's names and its number of arguments; `most` None means as many as one likes.

    `english` is also the key under which the evaluator knows it.
    """

    french: str
    english: str
    fewest: int
    most: int | None


FUNCTIONS: tuple[Function, ...] = (
    Function("SOMME", "SUM", 1, None),
    Function("MOYENNE", "AVERAGE", 1, None),
    Function("MEDIANE", "MEDIAN", 1, None),
    Function("MAX", "MAX", 1, None),
    Function("MIN", "MIN", 1, None),
    Function("NB", "COUNT", 1, None),
    Function("NBVAL", "COUNTA", 1, None),
    Function("NB.SI", "COUNTIF", 2, 2),
    Function("SOMME.SI", "SUMIF", 2, 3),
    Function("SOMMEPROD", "SUMPRODUCT", 1, None),
    Function("RECHERCHEV", "VLOOKUP", 3, 4),
    Function("SI", "IF", 2, 3),
    Function("SIERREUR", "IFERROR", 2, 2),
    Function("ET", "AND", 1, None),
    Function("OU", "OR", 1, None),
    Function("NON", "NOT", 1, 1),
    Function("VRAI", "TRUE", 0, 0),
    Function("FAUX", "FALSE", 0, 0),
    Function("ARRONDI", "ROUND", 1, 2),
    Function("ABS", "ABS", 1, 1),
    Function("ENT", "INT", 1, 1),
    Function("MOD", "MOD", 2, 2),
    Function("CONCATENER", "CONCATENATE", 1, None),
    Function("CONCAT", "CONCAT", 1, None),
    Function("GAUCHE", "LEFT", 1, 2),
    Function("DROITE", "RIGHT", 1, 2),
    Function("NBCAR", "LEN", 1, 1),
    Function("MAJUSCULE", "UPPER", 1, 1),
    Function("MINUSCULE", "LOWER", 1, 1),
)

_BY_NAME = {fold(name): function for function in FUNCTIONS for name in (function.french, function.english)}
_ONLY_FRENCH = {fold(f.french) for f in FUNCTIONS} - {fold(f.english) for f in FUNCTIONS}
_ONLY_ENGLISH = {fold(f.english) for f in FUNCTIONS} - {fold(f.french) for f in FUNCTIONS}


def function_named(name: str) -> Function | None:
    """The function called `name` in either language, case and accents ignored."""
    return _BY_NAME.get(fold(name))


def are_english(names: list[str]) -> bool:
    """Whether a formula that calls `names` is written in English: one name or more is only English, none only French."""
    keys = {fold(name) for name in names}
    return bool(keys & _ONLY_ENGLISH) and not keys & _ONLY_FRENCH
