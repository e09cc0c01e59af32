"""Undo, and the limit on actions."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ResponseInvalid
from itembank.tasks import goals_after, mailbox, spreadsheet, state_after
from itembank.tasks.history import MOST_ACTIONS, History, replay
from itembank.tasks.mailbox import MailboxSpec
from itembank.tasks.spreadsheet import SpreadsheetSpec

UNDO = {"do": "undo"}
SHEET = SpreadsheetSpec.from_record(
    {"columns": 2, "rows": 3, "cells": {"A1": 1}, "goals": [{"name": "deux", "cell": "A1", "value": 2}]}
)
MAILBOX = MailboxSpec.from_record(
    {
        "me": {"name": "Ana", "address": "ana@courriel.example"},
        "messages": [
            {
                "id": "m1",
                "from": {"name": "Li", "address": "li@courriel.example"},
                "subject": "Bonjour",
                "links": [{"text": "Voir", "target": "https://a.example"}],
            }
        ],
        "goals": [{"name": "envoyé", "when": [{"sent_count": 1}]}],
    }
)


def add(state, action):
    """The simplest machine there is: a state is a list of words."""
    return (*state, action["do"])


def words(text):
    return [{"do": word} for word in text.split()]


@pytest.mark.parametrize(
    ("actions", "state"),
    [
        ("", ""),
        ("a b", "a b"),
        ("a undo", ""),
        ("a b undo", "a"),
        ("a b undo undo", ""),
        ("a undo undo undo b", "b"),
        ("undo", ""),
        ("a undo b undo c", "c"),
    ],
)
def test_undo_takes_back_the_last_action_not_yet_undone(actions, state):
    assert replay(add, (), words(actions)) == tuple(state.split())


ACTIONS = st.lists(st.sampled_from(["a", "b", "undo"]), max_size=30).map(lambda names: words(" ".join(names)))


@given(ACTIONS, st.sampled_from(["a", "b"]))
def test_an_action_then_undo_is_as_before(actions, word):
    assert replay(add, (), [*actions, *words(word), UNDO]) == replay(add, (), actions)


@given(ACTIONS)
def test_enough_undos_lead_back_to_the_start(actions):
    assert replay(add, (), [*actions, *[UNDO] * len(actions)]) == ()


@given(ACTIONS)
def test_following_step_by_step_is_replaying(actions):
    history = History(((),))
    for action in actions:
        history = history.step(add, action)
    assert history.now == replay(add, (), actions)
    assert history.count == len(actions)
    assert len(history.verbs) == len(history.states) - 1


CELLS = st.sampled_from(["A1", "A2", "B3"])
SHEET_ACTIONS = st.one_of(
    st.builds(
        lambda c, t: {"do": "set", "cell": c, "input": t}, CELLS, st.sampled_from(["1", "=A1", "", "x"])
    ),
    st.builds(lambda c: {"do": "copy", "from": c, "to": "A1:B3"}, CELLS),
    st.just({"do": "sort", "range": "A1:B3", "by": "A"}),
    st.just(UNDO),
)


@given(st.lists(SHEET_ACTIONS, max_size=10), SHEET_ACTIONS.filter(lambda action: action != UNDO))
def test_undoing_in_the_sheet_gives_the_sheet_back(actions, action):
    assert state_after(SHEET, [*actions, action, UNDO]) == state_after(SHEET, actions)


def test_a_goal_undone_is_no_longer_met():
    put = {"do": "set", "cell": "A1", "input": "2"}
    assert goals_after(SHEET, [put]) == (True,)
    assert goals_after(SHEET, [put, UNDO]) == (False,)


SEND = [{"do": "reply", "message": "m1"}, {"do": "send"}]


def test_what_was_sent_cannot_be_called_back():
    with pytest.raises(ResponseInvalid) as caught:
        goals_after(MAILBOX, [*SEND, UNDO])
    assert (caught.value.code, caught.value.params) == ("action.irrevocable", {"done": "send"})
    after = [*SEND, {"do": "open", "message": "m1"}, UNDO]
    assert goals_after(MAILBOX, after) == (True,)
    with pytest.raises(ResponseInvalid):
        goals_after(MAILBOX, [*after, UNDO])


def test_a_link_opened_stays_opened():
    with pytest.raises(ResponseInvalid):
        state_after(MAILBOX, [{"do": "open_link", "message": "m1", "link": 0}, UNDO])


def test_a_draft_is_undone_step_by_step():
    actions = [SEND[0], {"do": "set_field", "field": "body", "value": "Oui"}]
    assert state_after(MAILBOX, [*actions, UNDO]).draft.body == ""
    assert state_after(MAILBOX, [*actions, UNDO, UNDO]).draft is None
    assert state_after(MAILBOX, [*actions, {"do": "discard"}, UNDO]).draft.body == "Oui"


def test_a_screen_that_follows_sees_the_same_states():
    history = History((mailbox.initial_state(MAILBOX),))
    for action in SEND:
        history = mailbox.step(MAILBOX, history, action)
    assert history.now == state_after(MAILBOX, SEND)
    with pytest.raises(ResponseInvalid):
        mailbox.step(MAILBOX, history, UNDO)
    rows = spreadsheet.step(SHEET, History((spreadsheet.initial_state(SHEET),)), UNDO)
    assert rows.now == spreadsheet.initial_state(SHEET)


def test_five_hundred_actions_are_enough():
    put = {"do": "set", "cell": "A1", "input": "2"}
    assert goals_after(SHEET, [put] * MOST_ACTIONS) == (True,)
    for last in (put, UNDO):
        with pytest.raises(ResponseInvalid) as caught:
            goals_after(SHEET, [*[put] * MOST_ACTIONS, last])
        assert caught.value.code == "action.too_many"


def test_a_refused_action_is_told_before_those_that_follow():
    with pytest.raises(ResponseInvalid):
        replay(partial(spreadsheet.apply, SHEET), spreadsheet.initial_state(SHEET), [{"do": "set"}, UNDO])
