"""Events, the days on which they occur, and how times are typed. Pure; no clock: every day is the author's."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

REPEATS = {"none": 0, "daily": 1, "weekly": 7, "fortnightly": 14}
"""How an event comes back: days between two occurrences."""
ANSWERS = ("yes", "no", "maybe")
_TIME = re.compile(r"(\d{1,2})\s*(?:[h:]\s*(\d{2})?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Event:
    """An event; times in minutes from midnight, `reminder` in minutes before (None: no reminder).

    A series repeats every so many days from `day` until `until` (included), but for the `skipped` days. An invitation
    has an `inviter`; `answer` is "" until one is given.
    """

    id: str
    title: str
    day: datetime.date
    start: int
    end: int
    place: str = ""
    guests: frozenset[str] = frozenset()
    reminder: int | None = None
    repeat: str = "none"
    until: datetime.date | None = None
    skipped: frozenset[datetime.date] = frozenset()
    inviter: str = ""
    answer: str = ""

    def occurrences(self, last: datetime.date) -> Iterator[datetime.date]:
        """The days on which it occurs, up to `last`."""
        step = REPEATS[self.repeat]
        day = self.day
        end = min(last, self.until or last) if step else self.day
        while day <= end:
            if day not in self.skipped:
                yield day
            if not step:
                return
            day += datetime.timedelta(days=step)


def overlapping(events: Iterable[Event], last: datetime.date) -> set[tuple[str, datetime.date]]:
    """(id, day) of every occurrence that overlaps another; invitations declined do not count."""
    taken = [(day, event) for event in events if event.answer != "no" for day in event.occurrences(last)]
    found: set[tuple[str, datetime.date]] = set()
    for (day, one), (other_day, other) in combinations(taken, 2):
        if day == other_day and one.start < other.end and other.start < one.end:
            found |= {(one.id, day), (other.id, day)}
    return found


def read_time(text: str) -> int | None:
    """Minutes from midnight of a typed time: « 9h », « 9 h 30 », « 09:30 », « 14 »; None when it is none."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def said_time(minutes: int) -> str:
    """« 09:30 »."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
