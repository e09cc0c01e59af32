"""Dates as spreadsheets count them: a serial number of days, 1 on 1 January 1900.

Day 60 is the 29 February 1900 that never was, kept since Lotus 1-2-3, and day 0 the « 0 January 1900 »
(ECMA-376 part 1, 18.17.4.1, the 1900 date base); the last day is 31 December 9999. A `Date` is a number like another,
which a cell shows as a date; there is no clock here: « today » cannot be asked for.
"""

from __future__ import annotations

import datetime
import math
import re
from typing import NamedTuple

LAST_SERIAL = 2_958_465  # 31 December 9999
_PHANTOM = 60
_BEFORE_PHANTOM = datetime.date(1899, 12, 31).toordinal()
_AFTER_PHANTOM = datetime.date(1899, 12, 30).toordinal()

_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})|([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip


class Date(float):
    """A number of days that a cell shows as a date; adding days to it gives another, anything else a plain number."""

    __slots__ = ()


class Day(NamedTuple):
    """A calendar day; day 0 and 29 February 1900 are what the serials 0 and 60 say."""

    year: int
    month: int
    day: int


def read_date(text: str) -> Date | None:
    """The date that `text` is typed as, or None: `12/05/2026`, `12/5/26`, `12-05-2026`, `2026-05-12`.

    Two-digit years are 2000 to 2029, then 1930 to 1999, as spreadsheets read them. A date without its year is a text:
    which year is meant would depend on the day of the test.
    """
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups() if part is not None)
        if year < 100:
            year += 2000 if year < 30 else 1900
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    else:
        return None
    try:
        found = serial_of(datetime.date(year, month, day))
    except ValueError:
        return None
    return Date(found) if found >= 1 else None


def serial_of(day: datetime.date) -> int:
    """The serial number of a real day; below 1 before 1900."""
    serial = day.toordinal() - _AFTER_PHANTOM
    return serial if serial > _PHANTOM else day.toordinal() - _BEFORE_PHANTOM


def day_of(serial: float) -> Day | None:
    """The day of a serial number, its hours left out; None when spreadsheets have no such day."""
    number = math.floor(serial) if math.isfinite(serial) else -1
    if not 0 <= number <= LAST_SERIAL:
        return None
    if number == 0:
        return Day(1900, 1, 0)
    if number == _PHANTOM:
        return Day(1900, 2, 29)
    ordinal = number + (_BEFORE_PHANTOM if number < _PHANTOM else _AFTER_PHANTOM)
    real = datetime.date.fromordinal(ordinal)
    return Day(real.year, real.month, real.day)


def date_from(year: float, month: float, day: float) -> Date | None:
    """The date of DATE(year; month; day), months and days beyond their bounds carried over; None out of range.

    Years below 1900 count from 1900, as spreadsheets have it.
    """
    if not all(math.isfinite(part) and abs(part) < 1e7 for part in (year, month, day)):
        return None
    whole_year, whole_month, whole_day = math.trunc(year), math.trunc(month), math.trunc(day)
    if 0 <= whole_year < 1900:
        whole_year += 1900
    years, months = divmod(whole_month - 1, 12)
    whole_year += years
    if not 1900 <= whole_year <= 9999:
        return None
    serial = serial_of(datetime.date(whole_year, months + 1, 1)) + whole_day - 1
    return Date(serial) if 0 <= serial <= LAST_SERIAL else None


def weekday_of(serial: float) -> int | None:
    """0 for Monday to 6 for Sunday, as the serial numbers run (serial 1 is a Sunday to them); None out of range."""
    return None if day_of(serial) is None else (math.floor(serial) - 2) % 7


def shown(serial: float, *, year_first: bool = False) -> str | None:
    """« 12/05/2026 », or « 2026-05-12 » with `year_first`; None out of range."""
    found = day_of(serial)
    if found is None:
        return None
    if year_first:
        return f"{found.year:04}-{found.month:02}-{found.day:02}"
    return f"{found.day:02}/{found.month:02}/{found.year:04}"
