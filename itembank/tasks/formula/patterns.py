"""The formats of TEXTE: « 0,00 », « # ##0,00 € », « 0 % », « jj/mm/aaaa », « jjjj j mmmm aaaa ».

French letters and separators, and the English ones (`dd/mm/yyyy`, `#,##0.00`), which are told apart by what they look
like. Literal text stands between quotes or after a backslash; signs, spaces and € may stand bare. What is left out
(hours, sections, exponents, fractions, colours) gives #VALEUR!. Source: ECMA-376 part 1, 18.8.31, number formats.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from itembank.tasks.formula import dates, notation
from itembank.typography import NNBSP

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|([jJdD]{1,4}|[mM]{1,4}|[aAyY]{4}|[aAyY]{2})|(.)', re.DOTALL)
_BARE = frozenset(" €$-+/():%'.,\u00a0\u202f")
_PLACES = "0#?"
_CORE = re.compile(r"[0#?](?:[0#?,.]|[ \u00a0\u202f](?=[0#?]))*")
_ENGLISH_THOUSANDS = re.compile(r"#,##0")
_MOST_PLACES = 30
_MOST_PERCENTS = 2
_LARGEST = 1e300


class _Number(NamedTuple):
    before: str
    fewest_whole: int
    grouped: bool
    fewest_decimals: int
    most_decimals: int
    pointed: bool
    after: str
    percents: int


def in_format(value: float, pattern: str) -> str | None:
    """`value` as `pattern` shows it, in French; None when the pattern is not one that is known, or the date none."""
    if not pattern:
        return ""
    if pattern.casefold() in ("standard", "general"):
        return notation.general(value)
    pieces, shape = _read(pattern)
    if any(kind == "date" for kind, _ in pieces):
        return _date(value, pieces)
    return None if shape is None or abs(value) > _LARGEST else _number(value, shape)


@lru_cache(maxsize=64)
def _read(pattern: str) -> tuple[tuple[tuple[str, str], ...], _Number | None]:
    """A pattern's pieces, and what they say of a number; None when they say nothing that is known."""
    pieces = tuple(_pieces(pattern))
    return pieces, _number_format(pieces)


def _pieces(pattern: str) -> list[tuple[str, str]]:
    """(« literal », text), (« date », letters) or (« bare », one character), from left to right."""
    found: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(pattern):
        quoted, escaped, letters, other = match.groups()
        if letters is not None:
            found.append(("date", letters.lower().translate(str.maketrans("da", "jy"))))
        elif other is not None:
            found.append(("bare", other))
        else:
            found.append(("literal", quoted if quoted is not None else escaped))
    return found


def _date(value: float, pieces: tuple[tuple[str, str], ...]) -> str | None:
    day, weekday = dates.day_of(value), dates.weekday_of(value)
    if day is None or weekday is None or any(kind == "bare" and text not in _BARE for kind, text in pieces):
        return None
    words = {
        "j": str(day.day), "jj": f"{day.day:02}", "jjj": f"{dates.WEEKDAYS[weekday][:3]}.", "jjjj": dates.WEEKDAYS[weekday],
        "m": str(day.month), "mm": f"{day.month:02}", "mmm": dates.SHORT_MONTHS[day.month - 1],
        "mmmm": dates.MONTHS[day.month - 1], "yy": f"{day.year % 100:02}", "yyyy": f"{day.year:04}",
    }  # fmt: skip
    return "".join(words[text] if kind == "date" else text for kind, text in pieces)


def _number_format(pieces: tuple[tuple[str, str], ...]) -> _Number | None:
    # Literal text is masked, so that the digits' pattern is found among the bare characters only.
    bare = "".join(text if kind == "bare" else "\0" * len(text) for kind, text in pieces)
    whole = "".join(text for _, text in pieces)
    core = _CORE.search(bare)
    if core is None:
        return None
    before, after = bare[: core.start()], bare[core.end() :]
    if any(character not in _BARE and character != "\0" for character in before + after):
        return None
    places = re.sub(r"[ \u00a0\u202f]", "", core[0])
    point = _decimal_point(places)
    whole_places, decimals = (places, "") if point is None else (places[:point], places[point + 1 :])
    if len(places) > _MOST_PLACES or {",", "."} <= set(whole_places) or set(",.") & set(decimals):
        return None
    percents = before.count("%") + after.count("%")
    if percents > _MOST_PERCENTS:
        return None
    return _Number(
        whole[: core.start()],
        whole_places.count("0"),
        places != core[0] or any(mark in whole_places for mark in ",."),
        decimals.count("0"),
        len(decimals),
        point is not None,
        whole[core.end() :],
        percents,
    )


def _decimal_point(places: str) -> int | None:
    """Where the decimal mark stands; « #,##0 » has none, for its comma is the English thousands'."""
    last = max(places.rfind(","), places.rfind("."))
    if last < 0:
        return None
    mark = places[last]
    if places.count(mark) > 1 or (mark == "," and _ENGLISH_THOUSANDS.fullmatch(places)):
        return None
    return last


def _number(value: float, shape: _Number) -> str:
    rounded = notation.rounded(value * 100**shape.percents, shape.most_decimals)
    whole, _, decimals = f"{abs(rounded):.{shape.most_decimals}f}".partition(".")
    optional = shape.most_decimals - shape.fewest_decimals
    kept = decimals[: len(decimals) - optional] + decimals[len(decimals) - optional :].rstrip("0")
    whole = ("" if whole == "0" else whole).rjust(shape.fewest_whole, "0")
    if shape.grouped:
        whole = NNBSP.join(whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)[::-1])
    sign = "-" if rounded < 0 else ""
    mark = "," if shape.pointed else ""
    return f"{sign}{shape.before}{whole}{mark}{kept}{shape.after}"
