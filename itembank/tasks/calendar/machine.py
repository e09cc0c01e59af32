"""The calendar task: what the candidate enters, moves and answers, and which goals then hold.

Actions (plain JSON); a day is « 2026-11-24 », a time is as typed (« 9 h 30 »):

- `{"do": "week", "week": N}` turns to a week, from 0;
- `{"do": "create", "title": T, "day": D, "start": T, "end": T}`; `{"do": "place", "event": ID, "day": D, "start": T, "end": T}` moves;
- `{"do": "put", "event": ID, "field": "title"|"place", "value": T}`; `{"do": "invite", "event": ID, "guests": [NAME, …]}`;
  `{"do": "remind", "event": ID, "minutes": N|null}`; `{"do": "repeat", "event": ID, "repeat": R, "until": D|null}`;
- `{"do": "delete", "event": ID}`; `{"do": "skip", "event": ID, "day": D}` takes one occurrence out of a series;
- `{"do": "answer", "event": ID, "answer": "yes"|"no"|"maybe"}` an invitation.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action
from itembank.tasks.calendar.events import ANSWERS, REPEATS, Event, overlapping, read_time
from itembank.tasks.calendar.spec import (
    MOST_EVENTS,
    Answered,
    CalendarSpec,
    Condition,
    EventLike,
    Free,
    Gone,
    Untouched,
)
from itembank.tasks.words import mentions

LONGEST_TITLE = 100
REMINDERS = (None, 10, 30, 60, 1440)

KEYS: dict[str, tuple[str, ...]] = {
    "week": ("week",),
    "create": ("title", "day", "start", "end"),
    "place": ("event", "day", "start", "end"),
    "put": ("event", "field", "value"),
    "invite": ("event", "guests"),
    "remind": ("event", "minutes"),
    "repeat": ("event", "repeat", "until"),
    "delete": ("event",),
    "skip": ("event", "day"),
    "answer": ("event", "answer"),
}
"""Every action, and what it may say beside its `do`."""


@dataclass(frozen=True, slots=True)
class CalendarState:
    """The calendar now: the week in sight (from 0), every event, how many were created so far."""

    week: int
    events: tuple[Event, ...]
    created: int = 0


def initial_state(spec: CalendarSpec) -> CalendarState:
    """The author's calendar, its first week in sight."""
    return CalendarState(0, spec.events)


def apply(spec: CalendarSpec, state: CalendarState, action: Action) -> CalendarState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.unknown_event`, `action.bad_day`,
    `action.bad_time`, `action.ends_before`, `action.too_many_events` (`limit`), `action.not_a_series`, `action.not_invited`,
    `action.unknown_person`, `action.control_value`.
    """
    match reading.known_verb(action, KEYS):
        case "week":
            week = reading.index(action, "week")
            if week >= spec.weeks:
                raise ResponseInvalid("action.bad_day")
            return replace(state, week=week)
        case "create":
            return _create(spec, state, action)
        case "delete":
            gone = _event(state, action)
            return replace(state, events=tuple(event for event in state.events if event.id != gone.id))
        case "place" | "put" | "invite" | "remind" | "repeat" | "skip" | "answer" as do:
            event = _event(state, action)
            changed = _CHANGES[do](spec, event, action)
            return replace(state, events=tuple(changed if e.id == event.id else e for e in state.events))
        case other:
            raise ResponseInvalid("action.unknown", do=other)


def goals_met(spec: CalendarSpec, state: CalendarState) -> tuple[bool, ...]:
    """Which goals hold, in the author's order."""
    return tuple(all(_holds(spec, one, state) for one in goal.when) for goal in spec.goals)


def _holds(spec: CalendarSpec, condition: Condition, state: CalendarState) -> bool:
    now = {event.id: event for event in state.events}
    match condition:
        case EventLike():
            return any(_is_like(spec, event, condition) for event in state.events)
        case Gone(events):
            return not any(name in now for name in events)
        case Answered(answers):
            return all(name in now and now[name].answer == answer for name, answer in answers.items())
        case Free():
            return not overlapping(state.events, spec.last)
        case Untouched(events):
            return all(now.get(event.id) == event for event in spec.events if event.id in events)


def _is_like(spec: CalendarSpec, event: Event, wanted: EventLike) -> bool:
    same = all(
        asked is None or asked == found
        for asked, found in (
            (wanted.id, event.id),
            (wanted.day, event.day),
            (wanted.start, event.start),
            (wanted.end, event.end),
            (wanted.guests, event.guests),
            (wanted.reminder, event.reminder),
            (wanted.repeat, event.repeat),
            (wanted.until, event.until),
        )
    )
    return (
        same
        and all(mentions(event.title, word) for word in wanted.title or ())
        and all(mentions(event.place, word) for word in wanted.place or ())
        and wanted.occurrences in (None, len(list(event.occurrences(spec.last))))
    )


# --- actions ------------------------------------------------------------------------------------------------------


def _event(state: CalendarState, action: Action) -> Event:
    wanted = reading.text(action, "event", limit=100)
    for event in state.events:
        if event.id == wanted:
            return event
    raise ResponseInvalid("action.unknown_event")


def _day(spec: CalendarSpec, action: Action, key: str) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(reading.text(action, key, limit=10))
    except ValueError:
        raise ResponseInvalid("action.bad_day") from None
    if not spec.first <= day <= spec.last:
        raise ResponseInvalid("action.bad_day")
    return day


def _times(action: Action) -> tuple[int, int]:
    start, end = (read_time(reading.text(action, key, limit=10)) for key in ("start", "end"))
    if start is None or end is None:
        raise ResponseInvalid("action.bad_time")
    if end <= start:
        raise ResponseInvalid("action.ends_before")
    return start, end


def _title(action: Action, key: str) -> str:
    text = reading.text(action, key, limit=LONGEST_TITLE).strip()
    if not text:
        raise ResponseInvalid("action.missing", key=key)
    return text


def _create(spec: CalendarSpec, state: CalendarState, action: Action) -> CalendarState:
    if len(state.events) >= MOST_EVENTS:
        raise ResponseInvalid("action.too_many_events", limit=MOST_EVENTS)
    start, end = _times(action)
    made = Event(f"+{state.created}", _title(action, "title"), _day(spec, action, "day"), start, end)
    return replace(state, events=(*state.events, made), created=state.created + 1)


def _place(spec: CalendarSpec, event: Event, action: Action) -> Event:
    start, end = _times(action)
    return replace(event, day=_day(spec, action, "day"), start=start, end=end, skipped=frozenset())


def _put(_: CalendarSpec, event: Event, action: Action) -> Event:
    match reading.text(action, "field", limit=20):
        case "title":
            return replace(event, title=_title(action, "value"))
        case "place":
            return replace(event, place=reading.text(action, "value", limit=LONGEST_TITLE).strip())
    raise ResponseInvalid("action.control_value", low=0, high=0)


def _invite(spec: CalendarSpec, event: Event, action: Action) -> Event:
    raw = action.get("guests")
    if not isinstance(raw, list | tuple) or not all(name in spec.people for name in raw):
        raise ResponseInvalid("action.unknown_person")
    return replace(event, guests=frozenset(raw))


def _remind(_: CalendarSpec, event: Event, action: Action) -> Event:
    minutes = action.get("minutes")
    if minutes is not None and (isinstance(minutes, bool) or minutes not in REMINDERS):
        raise ResponseInvalid("action.control_value", low=0, high=0)
    return replace(event, reminder=minutes if isinstance(minutes, int) else None)


def _repeat(spec: CalendarSpec, event: Event, action: Action) -> Event:
    repeat = reading.text(action, "repeat", limit=20)
    if repeat not in REPEATS:
        raise ResponseInvalid("action.control_value", low=0, high=0)
    until = None
    if repeat != "none" and action.get("until") is not None:
        until = _day(spec, action, "until")
        if until < event.day:
            raise ResponseInvalid("action.ends_before")
    return replace(event, repeat=repeat, until=until, skipped=frozenset())


def _skip(spec: CalendarSpec, event: Event, action: Action) -> Event:
    day = _day(spec, action, "day")
    if event.repeat == "none" or day not in event.occurrences(spec.last):
        raise ResponseInvalid("action.not_a_series")
    return replace(event, skipped=event.skipped | {day})


def _answer(_: CalendarSpec, event: Event, action: Action) -> Event:
    answer = reading.text(action, "answer", limit=10)
    if not event.inviter or answer not in ANSWERS:
        raise ResponseInvalid("action.not_invited")
    return replace(event, answer=answer)


_CHANGES: dict[str, Callable[[CalendarSpec, Event, Action], Event]] = {
    "place": _place,
    "put": _put,
    "invite": _invite,
    "remind": _remind,
    "repeat": _repeat,
    "skip": _skip,
    "answer": _answer,
}
