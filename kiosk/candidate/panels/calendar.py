"""A calendar: a week in sight, its days and their events in order, a line each; overlaps and open invitations are said."""

from __future__ import annotations

import datetime

from itembank.tasks.calendar.events import ANSWERS, REPEATS, Event, overlapping, said_time
from itembank.tasks.calendar.machine import REMINDERS, CalendarState
from itembank.tasks.calendar.spec import CalendarSpec
from kiosk.candidate.panels.view import Ask, AskKind, Doing, Line, Option, Tab, View
from kiosk.locale import t


def view(spec: CalendarSpec, state: CalendarState) -> View:
    """The week in sight."""
    days = spec.days[7 * state.week : 7 * state.week + 7]
    clashes = overlapping(state.events, spec.last)
    lines: list[Line] = []
    for day in days:
        create = Doing(
            t("tool_calendar.create_on", day=_said(day)),
            {"do": "create", "day": day.isoformat()},
            _new_asks(None),
        )
        lines.append(Line(_said(day), (create,), role="strong"))
        today = [(event, day) for event in state.events if day in event.occurrences(spec.last)]
        for event, _ in sorted(today, key=lambda pair: (pair[0].start, pair[0].end, pair[0].title)):
            lines.append(Line(_event(event, (event.id, day) in clashes), _doings(spec, event, day), indent=2))
    tabs = tuple(
        Tab(words, week == state.week, Doing(words, {"do": "week", "week": week}))
        for week in range(spec.weeks)
        for words in [t("tool_calendar.week", day=_said(spec.days[7 * week]))]
    )
    ask = Ask("day", t("tool_calendar.which_day"), AskKind.ONE, _days(spec), value=days[0].isoformat())
    title, *times = _new_asks(None)
    create = Doing(t("tool_calendar.create"), {"do": "create"}, (title, ask, *times))
    return View(
        title=t("tool_calendar.title"),
        lines=tuple(lines),
        tabs=tabs if len(tabs) > 1 else (),
        doings=(create,),
        place=str(state.week),
    )


def _said(day: datetime.date) -> str:
    """« mardi 24 novembre », « dimanche 1er novembre »."""
    return t(
        "tool_calendar.day",
        name=t(f"tool_calendar.days.{day.weekday()}"),
        number=t("tool_calendar.first") if day.day == 1 else day.day,
        month=t(f"tool_calendar.months.{day.month}"),
    )


def _days(spec: CalendarSpec) -> tuple[Option, ...]:
    return tuple(Option(day.isoformat(), _said(day)) for day in spec.days)


def _event(event: Event, clashes: bool) -> str:
    text = t("tool_calendar.event", start=said_time(event.start), end=said_time(event.end), title=event.title)
    told = []
    if event.place:
        told.append(t("tool_calendar.at_place", place=event.place))
    if event.guests:
        told.append(t("tool_calendar.with_guests", guests=", ".join(sorted(event.guests))))
    if event.repeat != "none":
        told.append(t(f"tool_calendar.repeats.{event.repeat}"))
    if event.reminder is not None:
        told.append(t("tool_calendar.reminded", when=t(f"tool_calendar.reminders.{event.reminder}")))
    if event.inviter:
        said = t(f"tool_calendar.answered.{event.answer or 'open'}")
        told.append(t("tool_calendar.invited", who=event.inviter, answer=said))
    if clashes:
        told.append(t("tool_calendar.overlaps"))
    return " ; ".join([text, *told])


def _new_asks(event: Event | None) -> tuple[Ask, ...]:
    times = (
        Ask(
            "start",
            t("tool_calendar.start"),
            value=said_time(event.start) if event else "",
            hint=t("tool_calendar.time_hint"),
        ),
        Ask(
            "end",
            t("tool_calendar.end"),
            value=said_time(event.end) if event else "",
            hint=t("tool_calendar.time_hint"),
        ),
    )
    return times if event else (Ask("title", t("tool_calendar.what")), *times)


def _doings(spec: CalendarSpec, event: Event, day: datetime.date) -> tuple[Doing, ...]:
    title = event.title
    it = {"event": event.id}
    found: list[Doing] = []
    if event.inviter:
        found += [
            Doing(t(f"tool_calendar.answers.{answer}", title=title), {"do": "answer", "answer": answer} | it)
            for answer in ANSWERS
        ]
    day_ask = Ask("day", t("tool_calendar.which_day"), AskKind.ONE, _days(spec), value=event.day.isoformat())
    guests = tuple(Option(name, name) for name in spec.people)
    minutes = tuple(Option(m, t(f"tool_calendar.reminders.{'none' if m is None else m}")) for m in REMINDERS)
    repeats = tuple(Option(r, t(f"tool_calendar.repeats.{r}")) for r in REPEATS)
    untils = (Option(None, t("tool_calendar.no_end")), *_days(spec))
    found += [
        Doing(t("tool_calendar.move", title=title), {"do": "place"} | it, (day_ask, *_new_asks(event))),
        Doing(
            t("tool_calendar.rename", title=title),
            {"do": "put", "field": "title"} | it,
            (Ask("value", t("tool_calendar.what"), value=title),),
        ),
        Doing(
            t("tool_calendar.put_place", title=title),
            {"do": "put", "field": "place"} | it,
            (Ask("value", t("tool_calendar.where"), value=event.place, free=True),),
        ),
    ]
    if guests:
        asked = Ask("guests", t("tool_calendar.who"), AskKind.SEVERAL, guests, value=sorted(event.guests))
        found.append(Doing(t("tool_calendar.invite", title=title), {"do": "invite"} | it, (asked,)))
    found += [
        Doing(
            t("tool_calendar.remind", title=title),
            {"do": "remind"} | it,
            (Ask("minutes", t("tool_calendar.when_remind"), AskKind.ONE, minutes, value=event.reminder),),
        ),
        Doing(
            t("tool_calendar.repeat", title=title),
            {"do": "repeat"} | it,
            (
                Ask("repeat", t("tool_calendar.how_often"), AskKind.ONE, repeats, value=event.repeat),
                Ask("until", t("tool_calendar.until"), AskKind.ONE, untils),
            ),
        ),
    ]
    if event.repeat != "none":
        words = t("tool_calendar.skip", title=title, day=_said(day))
        found.append(Doing(words, {"do": "skip", "day": day.isoformat()} | it))
    key = "delete_series" if event.repeat != "none" else "delete"
    found.append(Doing(t(f"tool_calendar.{key}", title=title), {"do": "delete"} | it))
    return tuple(found)
