"""The calendar task as its author writes it (docs/tools/calendar.md): days, events, people, and goals."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.calendar.events import ANSWERS, REPEATS, Event, read_time

MOST_EVENTS, MOST_WEEKS = 30, 4


@dataclass(frozen=True, slots=True)
class EventLike:
    """One event of which all this is true; None asks nothing. Words stand in a text, case and accents ignored.

    `id` asks that it be the author's event of that id.
    """

    id: str | None = None
    title: tuple[str, ...] | None = None
    place: tuple[str, ...] | None = None
    day: datetime.date | None = None
    start: int | None = None
    end: int | None = None
    guests: frozenset[str] | None = None
    reminder: int | None = None
    repeat: str | None = None
    until: datetime.date | None = None
    occurrences: int | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The author's events are no longer there."""

    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """Invitations were answered so."""

    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Free:
    """No two events overlap (declined invitations aside)."""


@dataclass(frozen=True, slots=True)
class Untouched:
    """The author's events are as they were. True of the untouched calendar."""

    events: tuple[str, ...]


Condition: TypeAlias = EventLike | Gone | Answered | Free | Untouched


@dataclass(frozen=True, slots=True)
class CalendarGoal:
    """One point: every condition of `when` holds."""

    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """The author's calendar: whole `weeks` from the Monday `first`."""

    TOOL: ClassVar[str] = "calendar"

    first: datetime.date
    weeks: int
    people: tuple[str, ...]
    events: tuple[Event, ...]
    goals: tuple[CalendarGoal, ...]

    @property
    def last(self) -> datetime.date:
        """The last day."""
        return self.first + datetime.timedelta(days=7 * self.weeks - 1)

    @property
    def days(self) -> list[datetime.date]:
        """Every day."""
        return [self.first + datetime.timedelta(days=n) for n in range(7 * self.weeks)]

    @classmethod
    def from_record(cls, record: Mapping[str, object], *, field: str = "body") -> CalendarSpec:
        """The spec of a decoded `body` (docs/tools/calendar.md); `field` is its dotted path in the item.

        Raises `itembank.errors.ItemInvalid` naming the dotted field: the codes of `records`, and `task.not_a_monday`,
        `task.day_outside`, `task.time` (`value`), `task.unknown_condition` (`allowed`).
        """
        body = Record(record, field)
        body.only("first", "weeks", "people", "events", "goals")
        first = _day(body, "first")
        if first.weekday():
            raise ItemInvalid("task.not_a_monday", body.at("first"))
        weeks = body.integer("weeks", 1, MOST_WEEKS)
        people = body.texts("people")
        bare = cls(first, weeks, people, (), ())
        events: list[Event] = []
        for one in body.records("events"):
            event = _event(one, bare)
            if any(event.id == other.id for other in events):
                raise ItemInvalid("item.duplicate", one.at("id"), value=event.id)
            events.append(event)
        if len(events) > MOST_EVENTS:
            raise ItemInvalid(
                "item.list_length", body.at("events"), low=0, high=MOST_EVENTS, found=len(events)
            )
        ids = [event.id for event in events]
        invited = [event.id for event in events if event.inviter]
        goals = tuple(_goal(goal, bare, ids, invited) for goal in body.records("goals", required=True))
        return cls(first, weeks, people, tuple(events), goals)

    def texts(self) -> list[str]:
        """Titles, places and people."""
        return [text for event in self.events for text in (event.title, event.place)] + list(self.people)


def _day(record: Record, key: str) -> datetime.date:
    value = record.get(key)
    if isinstance(value, str):  # a bank keeps its records as JSON, which has no dates
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    return record.day(key)


def _inside(record: Record, key: str, spec: CalendarSpec) -> datetime.date:
    day = _day(record, key)
    if not spec.first <= day <= spec.last:
        raise ItemInvalid("task.day_outside", record.at(key))
    return day


def _time(record: Record, key: str) -> int:
    found = read_time(record.text(key))
    if found is None:
        raise ItemInvalid("task.time", record.at(key), value=record.text(key))
    return found


def _event(record: Record, spec: CalendarSpec) -> Event:
    record.only(
        "id", "title", "day", "start", "end", "place", "guests", "reminder", "repeat", "until", "inviter"
    )
    start, end = _time(record, "start"), _time(record, "end")
    if end <= start:
        raise ItemInvalid("task.time", record.at("end"), value=record.text("end"))
    return Event(
        id=record.text("id"),
        title=record.text("title"),
        day=_inside(record, "day", spec),
        start=start,
        end=end,
        place=record.text("place", default="", empty=True),
        guests=frozenset(record.texts("guests", among=spec.people)),
        reminder=record.integer("reminder", 0, 10_000) if "reminder" in record else None,
        repeat=record.one_of("repeat", tuple(REPEATS), default="none"),
        until=_inside(record, "until", spec) if "until" in record else None,
        inviter=record.text("inviter", default="", empty=True),
    )


def _goal(record: Record, spec: CalendarSpec, ids: list[str], invited: list[str]) -> CalendarGoal:
    record.only("name", "when")
    when = tuple(_condition(one, spec, ids, invited) for one in record.records("when", required=True))
    return CalendarGoal(record.text("name"), when)


def _condition(record: Record, spec: CalendarSpec, ids: list[str], invited: list[str]) -> Condition:
    match [key for key, _ in record.items()]:
        case ["event"]:
            return _event_like(record.record("event"), spec, ids)
        case ["gone"]:
            return Gone(record.texts("gone", required=True, among=ids))
        case ["answered"]:
            inside = record.record("answered")
            inside.only(*invited)
            return Answered({name: inside.one_of(name, ANSWERS) for name, _ in inside.items()})
        case ["no_overlap"] if record.get("no_overlap") is True:
            return Free()
        case ["untouched"]:
            return Untouched(record.texts("untouched", required=True, among=ids))
    raise ItemInvalid(
        "task.unknown_condition", record.field, allowed="event, gone, answered, no_overlap, untouched"
    )


def _event_like(record: Record, spec: CalendarSpec, ids: list[str]) -> EventLike:
    record.only(
        "id", "title", "place", "day", "start", "end", "guests", "reminder", "repeat", "until", "occurrences"
    )
    return EventLike(
        id=record.choice("id", ids) if "id" in record else None,
        title=record.texts("title", required=True) if "title" in record else None,
        place=record.texts("place", required=True) if "place" in record else None,
        day=_inside(record, "day", spec) if "day" in record else None,
        start=_time(record, "start") if "start" in record else None,
        end=_time(record, "end") if "end" in record else None,
        guests=frozenset(record.texts("guests", among=spec.people)) if "guests" in record else None,
        reminder=record.integer("reminder", 0, 10_000) if "reminder" in record else None,
        repeat=record.one_of("repeat", tuple(REPEATS)) if "repeat" in record else None,
        until=_inside(record, "until", spec) if "until" in record else None,
        occurrences=record.integer("occurrences", 0, 40) if "occurrences" in record else None,
    )
