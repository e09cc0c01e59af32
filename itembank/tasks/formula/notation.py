"""French notation: how what people type becomes a number, and how a number is shown.

Read as numbers: digits with a decimal comma or point (`12,5`, `12.5`, `,5`, `-3`), thousands in groups of three set
apart by a space, ordinary or not (`1 200`), an exponent (`1,5E3`), then optionally a space and `%` (divided by 100)
or `€`; and whole dates (`12/05/2026`, see `dates`). Read as booleans: VRAI, FAUX, TRUE, FALSE in any case. Everything
else is text: hours (`9h30`), `1.200,50`, `EUR 12`, and whatever follows a leading apostrophe (`'0612345678`).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext

from itembank.tasks.formula import dates
from itembank.typography import NNBSP

_SPACE = "[ \u00a0\u202f]"
_NUMBER = re.compile(
    rf"""(?P<sign>[+\-\u2212]?){_SPACE}?
    (?: (?P<grouped>[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+) | (?P<whole>[0-9]+) | (?=[.,][0-9]) )
    (?: [.,] (?P<decimals>[0-9]*) )?
    (?P<exponent> [eE][+\-]?[0-9]{{1,3}} )?
    {_SPACE}? (?P<unit>[%€]?)""",
    re.VERBOSE,
)
_NOT_DIGITS = re.compile("[^0-9]")
_BOOLEANS = {"vrai": True, "true": True, "faux": False, "false": False}
_LONGEST_NUMBER = 60


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a typed number asks to be shown: `decimals` after the comma (None: as many as needed), `unit` "", "%" or "€";
    a date with its day first, or its year (`year_first`)."""

    decimals: int | None = None
    grouped: bool = False
    unit: str = ""
    year_first: bool = False


GENERAL = NumberFormat()


def read_number(text: str) -> float | None:
    """The number that `text` is read as, or None."""
    found = read_formatted(text)
    return None if found is None else found[0]


def read_formatted(text: str) -> tuple[float, NumberFormat] | None:
    """The number that `text` is read as and how it asks to be shown, or None when it is no number."""
    text = text.strip()
    match = _NUMBER.fullmatch(text) if 0 < len(text) <= _LONGEST_NUMBER else None
    if match is None:
        date = dates.read_date(text)
        return None if date is None else (date, NumberFormat(year_first="-" in text[4:5]))
    whole = _NOT_DIGITS.sub("", match["grouped"] or match["whole"] or "0")
    decimals = match["decimals"] or ""
    number = float(f"{whole}.{decimals or 0}{match['exponent'] or ''}")
    if not math.isfinite(number):
        return None
    if match["sign"] not in ("", "+"):
        number = -number
    unit = match["unit"]
    if match["exponent"] or not (unit or match["grouped"]):
        shown = NumberFormat(unit=unit)
    else:
        shown = NumberFormat(len(decimals), bool(match["grouped"]) or unit == "€", unit)
    return (number / 100 if unit == "%" else number), shown


def read_boolean(text: str) -> bool | None:
    """True for VRAI or TRUE, False for FAUX or FALSE, None for anything else."""
    return _BOOLEANS.get(text.strip().lower())


def boolean_text(value: bool) -> str:
    """VRAI or FAUX."""
    return "VRAI" if value else "FAUX"


def significant(number: float) -> float:
    """`number` to 15 significant digits, which is what spreadsheets hold on to."""
    return float(f"{number:.15g}") if math.isfinite(number) else number


def rounded(number: float, decimals: int) -> float:
    """`number` to `decimals` places (tens, hundreds when negative), halves away from zero, as a person reckons."""
    return _to_places(number, decimals, ROUND_HALF_UP)


def rounded_up(number: float, decimals: int) -> float:
    """As `rounded`, but always away from zero."""
    return _to_places(number, decimals, ROUND_UP)


def rounded_down(number: float, decimals: int) -> float:
    """As `rounded`, but always towards zero."""
    return _to_places(number, decimals, ROUND_DOWN)


def _to_places(number: float, decimals: int, rounding: str) -> float:
    """`number`, of which 15 digits count, to `decimals` places."""
    if decimals > 20:
        return number
    if decimals < -320:
        return 0.0
    with localcontext() as context:
        context.prec = 700
        quantum = Decimal(1).scaleb(-decimals)
        return float(Decimal(f"{number:.15g}").quantize(quantum, rounding))


def general(number: float, digits: int = 10) -> str:
    """`number` as a cell without a format shows it: decimal comma, no more than `digits` significant digits
    unless the whole part needs more, scientific below 1E-9 and from 1E15."""
    magnitude = abs(number)
    if magnitude == 0:
        return "0"
    if magnitude >= 1e15 or magnitude < 1e-9:
        mantissa, exponent = f"{number:.5E}".split("E")
        return f"{_comma(mantissa)}E{exponent}"
    shown = Decimal(f"{number:.{max(digits, len(str(int(magnitude))))}g}")
    return _comma(f"{shown:f}")


def formatted(number: float, shown: NumberFormat) -> str:
    """`number` shown in French as `shown` asks, with narrow non-breaking spaces between thousands and before the unit."""
    if isinstance(number, dates.Date):
        return dates.shown(number, year_first=shown.year_first) or general(number)
    if shown.unit == "%":
        number = significant(number * 100)
    if shown.decimals is None or abs(number) >= 1e15:
        text = general(number)
    else:
        text = f"{rounded(number, shown.decimals):,.{shown.decimals}f}"
        text = text.replace(",", NNBSP if shown.grouped else "").replace(".", ",")
    return f"{text}{NNBSP}{shown.unit}" if shown.unit else text


def typed(value: float | bool) -> str:
    """`value` as a person would type it into a cell: 12.5 -> « 12,5 », True -> « VRAI »."""
    if isinstance(value, bool):
        return boolean_text(value)
    whole = value == int(value) and abs(value) < 1e15
    return str(int(value)) if whole else repr(value).replace(".", ",").upper()


def _comma(text: str) -> str:
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
