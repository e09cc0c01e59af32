"""Conversations: what is written where, what is shared, reported, deleted; goals on how it stands at the end."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.conversation import ConversationSpec
from tests.candidate.solutions.conversation import BODY, SOLUTION

SPEC = ConversationSpec.from_record(BODY)
REPLY = {"do": "reply", "post": "p5", "text": "Oui, demain"}


def test_the_solution_reaches_every_goal_and_nothing_reaches_none():
    assert not any(goals_after(SPEC, []))
    assert all(goals_after(SPEC, SOLUTION))


def test_the_place_and_the_words_of_an_answer_count():
    assert goals_after(SPEC, [REPLY])[0]
    assert not goals_after(SPEC, [REPLY | {"text": "Oui, appelle le 06 11 22 33 44"}])[0]
    assert not goals_after(SPEC, [REPLY | {"post": "p1"}])[0], "in public"
    assert not goals_after(SPEC, [REPLY, {"do": "write", "text": "oui"}])[0], "and in public too"
    assert not goals_after(SPEC, [{"do": "go", "channel": "lea"}, {"do": "write", "text": "oui"}])[0], (
        "no reply"
    )


def spec_with(*when):
    return ConversationSpec.from_record(BODY | {"goals": [{"name": "but", "when": list(when)}]})


def test_what_must_not_be_written_or_reported():
    spec = spec_with(
        {"posted": {"channel": "lea"}}, {"not_posted": {"contains_any": ["adresse | rue", "12"]}}
    )
    there = {"do": "go", "channel": "lea"}
    said = {"do": "write", "text": "C'est noté"}
    assert goals_after(spec, [there, said]) == (True,)
    assert goals_after(spec, [there, said, {"do": "write", "text": "Mon adresse : au 12"}]) == (False,)
    assert goals_after(spec, [there, said, {"do": "write", "text": "Ma rue est calme"}]) == (True,)
    wrong = [there, said, {"do": "write", "text": "12 rue des Prés"}]
    assert goals_after(spec, [*wrong, {"do": "delete", "post": "+1"}]) == (True,), "taken away again"

    spec = spec_with({"reported": {"p2": ["scam"]}}, {"not_reported": ["p1", "p3"]})
    report = {"do": "report", "post": "p2", "reason": "scam"}
    assert goals_after(spec, [report]) == (True,)
    assert goals_after(spec, [report, {"do": "report", "post": "p3", "reason": "false"}]) == (False,)


def test_an_answer_may_be_worded_in_several_ways():
    spec = spec_with({"posted": {"contains_any": [["demain", "mardi"], "oui | volontiers"]}})
    assert goals_after(spec, [{"do": "write", "text": "Volontiers, mardi."}]) == (True,)
    assert goals_after(spec, [{"do": "write", "text": "Mardi."}]) == (False,)


def test_what_is_done_can_be_taken_back():
    like = {"do": "like", "post": "p1"}
    assert state_after(SPEC, [like, like]).liked == frozenset()
    block = {"do": "block", "person": "Max"}
    assert state_after(SPEC, [block, block]).blocked == frozenset()
    share = {"do": "share", "post": "p3", "to": "asso"}
    assert goals_after(SPEC, [share, {"do": "delete", "post": "+0"}]) == goals_after(SPEC, [])


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        ([{"do": "delete", "post": "p1"}], "not_yours"),
        ([{"do": "edit", "post": "p1", "text": "x"}], "not_yours"),
        ([{"do": "write", "text": " \n "}], "missing"),
        ([{"do": "write", "text": "x" * 1001}], "too_long"),
        ([{"do": "write", "text": "\x1b[31m"}], "control_character"),
        ([{"do": "go", "channel": "ailleurs"}], "unknown_channel"),
        ([{"do": "like", "post": "p9"}], "unknown_post"),
        ([{"do": "block", "person": "Karim"}], "unknown_person"),
        ([{"do": "report", "post": "p2", "reason": "ugly"}], "control_value"),
        ([{"do": "write", "text": "x"}] * 31, "too_many_posts"),
        ([{"do": "poke"}], "unknown"),
    ],
)
def test_what_cannot_be_done_is_refused(actions, code):
    with pytest.raises(ResponseInvalid) as refused:
        state_after(SPEC, actions)
    assert refused.value.code == f"action.{code}"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda b: b["channels"][0].update(reach="secret"), "item.not_one_of"),
        (lambda b: b["channels"][1].update(id="quartier"), "item.duplicate"),
        (lambda b: b["posts"][0].update(channel="ailleurs"), "item.unknown_reference"),
        (lambda b: b["posts"][2].update(reply_to="p9"), "item.unknown_reference"),
        (lambda b: b["goals"][2].update(when=[{"deleted": ["p1"]}]), "item.unknown_reference"),
        (lambda b: b["goals"][1].update(when=[{"reported": {"p2": ["ugly"]}}]), "item.unknown_reference"),
        (lambda b: b["goals"][1].update(when=[{"poked": ["p2"]}]), "task.unknown_condition"),
        (lambda b: b["goals"][1].update(when=[{"not_reported": ["p9"]}]), "item.unknown_reference"),
        (lambda b: b["goals"][1].update(when=[{"not_posted": {"words": "x"}}]), "item.unknown_field"),
        (lambda b: b["goals"][1].update(when=[{"not_posted": {"contains_any": []}}]), "item.list_expected"),
    ],
)
def test_what_an_author_got_wrong_is_named(change, code):
    body = deepcopy(BODY)
    change(body)
    with pytest.raises(ItemInvalid) as refused:
        ConversationSpec.from_record(body)
    assert refused.value.code == code


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "do": st.sampled_from(
                    [
                        "go",
                        "write",
                        "reply",
                        "edit",
                        "delete",
                        "like",
                        "share",
                        "report",
                        "block",
                        "mute",
                        "undo",
                    ]
                ),
                "post": st.sampled_from(["p1", "p4", "p5", "+0", "+1"]),
                "channel": st.sampled_from(["quartier", "lea"]),
                "to": st.sampled_from(["asso", "lea"]),
                "text": st.text(max_size=4),
                "person": st.sampled_from(["Max", "Léa"]),
                "reason": st.sampled_from(["scam", "false"]),
            }
        ),
        max_size=12,
    )
)
def test_any_actions_end_in_conversations_or_are_refused(actions):
    try:
        state = state_after(SPEC, actions)
    except ResponseInvalid:
        return
    ids = [post.id for post in state.posts]
    assert len(set(ids)) == len(ids)
    theirs = {post.id for post in SPEC.posts if post.author != "Karim"}
    assert theirs <= set(ids), "what others wrote is never lost"
