"""French agreement: articles, contractions, elision, plurals and numbers, right in every clone.

Source: Grevisse and Goosse, Le Bon Usage (elision § 45, disjunctive words § 50, contracted articles § 591); numbers
after the Lexique des règles typographiques en usage à l'Imprimerie nationale.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from itembank.families.values import City, Noun, Person, Trade, Value

_VOWELS = frozenset("aeiouy")
# Words before which nothing is elided although they begin with a vowel sound, by their first letters.
_DISJUNCTIVE = re.compile(
    r"onz|oui\b|ouistiti|uhlan|"
    r"hac|hai(?!t)|halls?\b|halles?\b|halo\b|haltes?\b|hamac|hameau|hamid|hamza|handball|handicap|hangar|hard|hareng|"
    r"haricot|harnais|harp|hasard|hassan|haut|havre|herni|heron|heros\b|herse|heurt|hibou|hic|hierarch|hobby|hockey|"
    r"hold|homard|home\b|hong|hont|hors|hotte|houle|housse|houx|hub\b|huit(?!r)|hurl|hutte"
)


def begins_with_vowel_sound(text: str) -> bool:
    """Whether « le », « de », « que »… lose their vowel before `text`."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).lstrip("« \"'")
    if not letters or _DISJUNCTIVE.match(letters):
        return False
    if letters[0] == "h":
        return True
    if letters[0] == "y":
        return len(letters) > 1 and letters[1] not in _VOWELS  # « d'Yves », but « de Yanis »
    return letters[0] in _VOWELS


def gender_of(value: Value) -> str:
    """``f`` or ``m``; a text has none. Raises ValueError."""
    if isinstance(value, Noun | Person):
        return value.gender
    if isinstance(value, Trade):
        return "m"
    raise ValueError("gender")


def _elided(full: str, short: str, text: str) -> str:
    return f"{short}'{text}" if begins_with_vowel_sound(text) else f"{full} {text}"


def the(value: Value) -> str:
    """« le chien », « la table », « l'agence »."""
    article = "la" if gender_of(value) == "f" else "le"
    return _elided(article, "l", str(value))


def a(value: Value) -> str:
    """« un chien », « une table »."""
    return f"{'une' if gender_of(value) == 'f' else 'un'} {value}"


def this(value: Value) -> str:
    """« ce chien », « cet atelier », « cette table »."""
    if gender_of(value) == "f":
        return f"cette {value}"
    return f"{'cet' if begins_with_vowel_sound(str(value)) else 'ce'} {value}"


def their(value: Value) -> str:
    """« son chien », « sa table », « son agence »."""
    feminine = gender_of(value) == "f" and not begins_with_vowel_sound(str(value))
    return f"{'sa' if feminine else 'son'} {value}"


def your(value: Value) -> str:
    """« votre table »: one form; here so that every possessive of the texts reads alike."""
    return f"votre {value}"


def of(value: Value) -> str:
    """« de Lens », « d'Arras », « du Havre », « de Yanis », « d'Inès », « d'atelier »."""
    if isinstance(value, City):
        return _contracted(value.name, "du", "des") or _elided("de", "d", value.name)
    return _elided("de", "d", str(value))


def at(value: Value) -> str:
    """« à Lens », « au Havre », « aux Abymes »; for a noun « au garage », « à la mairie », « à l'atelier »."""
    if isinstance(value, City):
        return _contracted(value.name, "au", "aux") or f"à {value.name}"
    return to_the(value) if isinstance(value, Noun) else f"à {value}"


def of_the(value: Value) -> str:
    """« du garage », « de la mairie », « de l'atelier »."""
    return _with_article("de", "du", value)


def to_the(value: Value) -> str:
    """« au garage », « à la mairie », « à l'atelier »."""
    return _with_article("à", "au", value)


def that(value: Value) -> str:
    """« que Paul », « qu'Anne »."""
    return _elided("que", "qu", str(value))


def _with_article(preposition: str, contracted: str, value: Value) -> str:
    text = str(value)
    if begins_with_vowel_sound(text):
        gender_of(value)
        return f"{preposition} l'{text}"
    return f"{preposition} la {text}" if gender_of(value) == "f" else f"{contracted} {text}"


def _contracted(name: str, singular: str, plural: str) -> str:
    if name.startswith("Le "):
        return f"{singular} {name[3:]}"
    if name.startswith("Les "):
        return f"{plural} {name[4:]}"
    return ""


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def number(
    value: Fraction, decimals: int | None = None, *, point: str = ",", thousands: bool | None = False
) -> str:
    """A number as it is written: « 12,5 », « 12 500 »; `decimals` None for as many as needed, at most four.

    Thousands stand apart from five digits up, so that years and codes stay in one piece; from four if `thousands`;
    never if it is None.
    """
    places = 4 if decimals is None else decimals
    scaled = _half_up(abs(value) * 10**places)
    whole, part = divmod(scaled, 10**places)
    digits = f"{part:0{places}}" if places else ""
    if decimals is None:
        digits = digits.rstrip("0")
    apart = thousands is not None and whole >= (1_000 if thousands else 10_000)
    text = f"{whole:,}".replace(",", " ") if apart else str(whole)
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{text}{point}{digits}" if digits else f"{sign}{text}"


def _half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def rounded(value: Fraction, decimals: int = 0) -> Fraction:
    """`value` to `decimals` places, halves away from zero, as a spreadsheet rounds."""
    sign = -1 if value < 0 else 1
    return Fraction(sign * _half_up(abs(value) * 10**decimals), 10**decimals)


def euros(value: Fraction) -> str:
    """« 12 € », « 12,50 € »."""
    cents = rounded(value, 2)
    return f"{number(cents, 0 if cents.denominator == 1 else 2)} €"


def counted(quantity: Fraction, singular: str, plural: str = "") -> str:
    """« 1 jour », « 3 jours »: under two is singular."""
    word = singular if abs(quantity) < 2 else plural or f"{singular}s"
    return f"{number(quantity)} {word}"
