"""The calendar: occurrences, overlaps, times as people type them, goals on what stands there at the end."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.calendar import CalendarSpec
from itembank.tasks.calendar.events import Event, overlapping, read_time, said_time
from tests.candidate.solutions.calendar import BODY, SOLUTION

SPEC = CalendarSpec.from_record(BODY)
MONDAY = date(2026, 11, 23)


def test_the_solution_reaches_every_goal_and_nothing_reaches_none():
    assert not any(goals_after(SPEC, []))
    assert all(goals_after(SPEC, SOLUTION))


def test_a_bank_keeps_days_as_text():
    record = json.loads(json.dumps(BODY, default=date.isoformat))
    assert CalendarSpec.from_record(record) == SPEC


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("9h", 540),
        ("9 h 30", 570),
        ("09:30", 570),
        ("14", 840),
        ("0:05", 5),
        ("24h", None),
        ("9h75", None),
        ("midi", None),
    ],
)
def test_times_as_people_type_them(typed, minutes):
    assert read_time(typed) == minutes
    if minutes is not None:
        assert read_time(said_time(minutes)) == minutes


def test_a_series_comes_back_until_its_end_but_for_what_is_skipped():
    series = Event(
        "s",
        "S",
        MONDAY,
        540,
        600,
        repeat="weekly",
        until=MONDAY + timedelta(14),
        skipped=frozenset({MONDAY + timedelta(7)}),
    )
    assert list(series.occurrences(MONDAY + timedelta(30))) == [MONDAY, MONDAY + timedelta(14)]
    once = Event("o", "O", MONDAY, 540, 600)
    assert list(once.occurrences(MONDAY + timedelta(30))) == [MONDAY]


def test_overlaps_are_by_the_minute_and_a_declined_invitation_takes_no_time():
    one, touching = Event("a", "A", MONDAY, 540, 600), Event("b", "B", MONDAY, 600, 660)
    inside = Event("c", "C", MONDAY, 550, 560, inviter="x", answer="no")
    assert overlapping([one, touching, inside], MONDAY) == set()
    accepted = Event("c", "C", MONDAY, 550, 560, inviter="x", answer="yes")
    assert overlapping([one, touching, accepted], MONDAY) == {("a", MONDAY), ("c", MONDAY)}


NEW = {"do": "create", "title": "X", "day": "2026-11-25", "start": "9h", "end": "10h"}


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        ([NEW | {"end": "8h"}], "ends_before"),
        ([NEW | {"start": "tôt"}], "bad_time"),
        ([NEW | {"day": "2027-01-01"}], "bad_day"),
        ([NEW | {"day": "demain"}], "bad_day"),
        ([NEW | {"title": " "}], "missing"),
        ([NEW] * 28, "too_many_events"),
        ([{"do": "week", "week": 2}], "bad_day"),
        ([{"do": "skip", "event": "cours", "day": "2026-11-24"}], "not_a_series"),
        ([{"do": "answer", "event": "cours", "answer": "yes"}], "not_invited"),
        ([{"do": "invite", "event": "cours", "guests": ["Inconnu"]}], "unknown_person"),
        ([{"do": "remind", "event": "cours", "minutes": 7}], "control_value"),
        ([{"do": "repeat", "event": "cours", "repeat": "yearly"}], "control_value"),
        ([{"do": "repeat", "event": "cours", "repeat": "daily", "until": "2026-11-23"}], "ends_before"),
        ([{"do": "delete", "event": "cours"}, {"do": "delete", "event": "cours"}], "unknown_event"),
        ([{"do": "x"}], "unknown"),
    ],
)
def test_what_cannot_be_done_is_refused(actions, code):
    with pytest.raises(ResponseInvalid) as refused:
        state_after(SPEC, actions)
    assert refused.value.code == f"action.{code}"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda b: b.update(first=date(2026, 11, 24)), "task.not_a_monday"),
        (lambda b: b["events"][0].update(day=date(2027, 1, 1)), "task.day_outside"),
        (lambda b: b["events"][0].update(end="9:00"), "task.time"),
        (lambda b: b["events"][1].update(id="medecin"), "item.duplicate"),
        (lambda b: b["events"][1].update(guests=["Inconnu"]), "item.unknown_reference"),
        (lambda b: b["goals"][3].update(when=[{"answered": {"cours": "yes"}}]), "item.unknown_field"),
        (lambda b: b["goals"][3].update(when=[{"late": True}]), "task.unknown_condition"),
    ],
)
def test_what_an_author_got_wrong_is_named(change, code):
    body = deepcopy(BODY)
    change(body)
    with pytest.raises(ItemInvalid) as refused:
        CalendarSpec.from_record(body)
    assert refused.value.code == code


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "do": st.sampled_from(
                    [
                        "create",
                        "place",
                        "put",
                        "invite",
                        "remind",
                        "repeat",
                        "skip",
                        "delete",
                        "answer",
                        "week",
                        "undo",
                    ]
                ),
                "event": st.sampled_from(["medecin", "cours", "fete", "+0", "+1"]),
                "title": st.text(max_size=3),
                "field": st.sampled_from(["title", "place"]),
                "value": st.text(max_size=3),
                "day": st.sampled_from(["2026-11-24", "2026-12-06", "2026-12-07"]),
                "until": st.sampled_from([None, "2026-11-30"]),
                "start": st.sampled_from(["9h", "11:00"]),
                "end": st.sampled_from(["10h", "12"]),
                "guests": st.sampled_from([[], ["M. Brun"]]),
                "minutes": st.sampled_from([None, 10, 11]),
                "repeat": st.sampled_from(["none", "daily", "fortnightly"]),
                "answer": st.sampled_from(["yes", "no"]),
                "week": st.integers(0, 2),
            }
        ),
        max_size=12,
    )
)
def test_any_actions_end_in_a_calendar_or_are_refused(actions):
    try:
        state = state_after(SPEC, actions)
    except ResponseInvalid:
        return
    assert all(event.start < event.end and SPEC.first <= event.day <= SPEC.last for event in state.events)
    assert len({event.id for event in state.events}) == len(state.events)
