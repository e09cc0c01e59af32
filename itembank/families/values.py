"""What a slot can hold besides numbers and texts: people, nouns, towns, trades, dates, times, files.

Every value is immutable, and its `attributes` are all that an author's expression can read of it. Attribute names
are the French words that the texts are written with; `he`, `him`, `his` and `en` serve English texts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias, Union

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def slug(text: str) -> str:
    """`text` as it stands in an address or a file name: lower-case letters without accents, digits and hyphens."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in plain if not unicodedata.combining(c))
    return "-".join(part for part in kept.split("-") if part)


@dataclass(frozen=True, slots=True)
class Noun:
    """A common noun: `gender` is ``f`` or ``m``; `plural` and `en` may be empty."""

    text: str
    gender: str
    plural: str = ""
    en: str = ""

    def __str__(self) -> str:
        return self.text

    @property
    def attributes(self) -> Mapping[str, Value]:
        e = "e" if self.gender == "f" else ""
        return {"mot": self.text, "pluriel": self.plural or f"{self.text}s", "e": e, "en": self.en}


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade in both genders, and in English."""

    m: str
    f: str
    en: str

    def __str__(self) -> str:
        return self.m

    def noun(self, gender: str) -> Noun:
        """The trade's name for a person of `gender`."""
        return Noun(self.f if gender == "f" else self.m, gender, en=self.en)

    @property
    def attributes(self) -> Mapping[str, Value]:
        return {"m": self.noun("m"), "f": self.noun("f"), "en": self.en}


@dataclass(frozen=True, slots=True)
class Person:
    """A person named in a text; `gender` is ``f`` or ``m`` and rules every agreement."""

    first: str
    last: str
    gender: str
    trade: Trade

    def __str__(self) -> str:
        return self.first

    @property
    def address(self) -> str:
        """A personal e-mail address, on a reserved name (RFC 2606)."""
        return f"{slug(self.first)}.{slug(self.last)}@courriel.example"

    @property
    def attributes(self) -> Mapping[str, Value]:
        f = self.gender == "f"
        title = "Mme" if f else "M."
        return {
            "prenom": self.first,
            "nom": self.last,
            "complet": f"{self.first} {self.last}",
            "titre": title,
            "civil": f"{title} {self.last}",
            "il": "elle" if f else "il",
            "Il": "Elle" if f else "Il",
            "lui": "elle" if f else "lui",
            "e": "e" if f else "",
            "metier": self.trade.noun(self.gender),
            "courriel": self.address,
            "he": "she" if f else "he",
            "He": "She" if f else "He",
            "him": "her" if f else "him",
            "his": "her" if f else "his",
            "title": "Ms" if f else "Mr",
            "trade": self.trade.en,
        }


@dataclass(frozen=True, slots=True)
class City:
    """A town; « Le Havre » keeps its article, which contracts after « à » and « de »."""

    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def attributes(self) -> Mapping[str, Value]:
        return {"nom": self.name, "slug": slug(self.name)}


@dataclass(frozen=True, slots=True)
class Day:
    """A date; adding a whole number moves it by days."""

    day: date

    def __str__(self) -> str:
        number = "1er" if self.day.day == 1 else str(self.day.day)
        return f"{number} {MONTHS[self.day.month - 1]} {self.day.year}"

    def moved(self, days: int) -> Day:
        return Day(self.day + timedelta(days=days))

    @property
    def attributes(self) -> Mapping[str, Value]:
        d = self.day
        number = "1er" if d.day == 1 else str(d.day)
        return {
            "jour": WEEKDAYS[d.weekday()],
            "numero": Fraction(d.day),
            "mois": MONTHS[d.month - 1],
            "annee": Fraction(d.year),
            "sans_annee": f"{number} {MONTHS[d.month - 1]}",
            "long": f"{WEEKDAYS[d.weekday()]} {self}",
            "court": d.strftime("%d/%m/%Y"),
            "iso": d.isoformat(),
            "weekday": WEEKDAYS_EN[d.weekday()],
            "en": f"{d.day} {MONTHS_EN[d.month - 1]} {d.year}",
        }


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, in minutes since midnight; adding a whole number moves it by minutes."""

    minutes: int

    def __str__(self) -> str:
        hours, minutes = divmod(self.minutes, 60)
        return f"{hours} h {minutes:02}" if minutes else f"{hours} h"

    def moved(self, minutes: int) -> Clock:
        return replace(self, minutes=(self.minutes + minutes) % 1440)

    @property
    def attributes(self) -> Mapping[str, Value]:
        hours, minutes = divmod(self.minutes, 60)
        return {
            "heure": Fraction(hours),
            "minute": Fraction(minutes),
            "chiffres": f"{hours:02}:{minutes:02}",
            "complet": f"{hours} h {minutes:02}",
            "en": f"{hours % 12 or 12}:{minutes:02} {'am' if hours < 12 else 'pm'}",
        }


@dataclass(frozen=True, slots=True)
class File:
    """A file's name and extension (without the point)."""

    stem: str
    extension: str

    def __str__(self) -> str:
        return f"{self.stem}.{self.extension}"

    @property
    def attributes(self) -> Mapping[str, Value]:
        return {"nom": self.stem, "extension": self.extension, "complet": str(self)}


Thing: TypeAlias = Noun | Trade | Person | City | Day | Clock | File
Value: TypeAlias = Union[str, bool, Fraction, Thing, tuple["Value", ...], Mapping[str, "Value"]]  # noqa: UP007 - recursive
THINGS = (Noun, Trade, Person, City, Day, Clock, File)


def from_plain(value: object) -> Value:
    """An author's plain YAML value as a value of the language; a mapping with `mot` and `genre` is a noun.

    Raises TypeError for anything else than texts, numbers, flags, dates, lists and mappings.
    """
    match value:
        case bool() | str():
            return value
        case int():
            return Fraction(value)
        case float():
            return Fraction(str(value))
        case datetime():
            return Day(value.date())
        case date():
            return Day(value)
        case list() | tuple():
            return tuple(from_plain(v) for v in value)
        case {"mot": str(word), "genre": "f" | "m" as gender, **rest} if rest.keys() <= {"pluriel", "en"}:
            return Noun(word, str(gender), str(rest.get("pluriel", "")), str(rest.get("en", "")))
        case Mapping():
            return MappingProxyType({str(k): from_plain(v) for k, v in value.items()})
        case _:
            raise TypeError(type(value).__name__)
