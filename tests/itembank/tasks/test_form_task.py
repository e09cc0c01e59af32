"""The form: what is checked on « Suivant », what is sent, which goals then hold, and what authors get wrong."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.form import FormSpec
from itembank.tasks.form.checks import read_date, read_number
from tests.candidate.solutions.form import BODY, SOLUTION

SPEC = FormSpec.from_record(BODY)
VALID = [
    {"do": "fill", "field": "nom", "value": "sow"},
    {"do": "fill", "field": "ne", "value": "07.03.1984"},
    {"do": "next"},
]


def fill(field: str, value: object) -> dict[str, object]:
    return {"do": "fill", "field": field, "value": value}


def test_each_goal_can_be_reached_alone():
    assert goals_after(SPEC, []) == (False,) * 4
    assert goals_after(SPEC, SOLUTION) == (True,) * 4
    assert goals_after(SPEC, VALID) == (True, False, False, False)
    assert goals_after(SPEC, [fill("tel", "06 12 34 56 78"), *VALID]) == (False,) * 4, (
        "not asked for, but given"
    )
    assert goals_after(SPEC, [fill("pub", False)]) == (False, True, False, False)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("nom", "", "missing"),
        ("nom", "  ", "missing"),
        ("ne", "31/02/1990", "date"),
        ("ne", "1990-02-11", "date"),
        ("tel", "12 34", "phone"),
    ],
)
def test_the_first_step_says_what_is_wrong(field, value, code):
    good = [fill("nom", "Sow"), fill("ne", "07/03/1984")]
    state = state_after(SPEC, [*good, fill(field, value), {"do": "next"}])
    assert (state.step, dict(state.problems)) == (0, {field: code})
    assert state_after(SPEC, [*good, fill(field, value), {"do": "next"}, fill(field, "x")]).problems == {}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("km", "douze", "number"),
        ("km", "201", "range"),
        ("piece", "photo.jpg", "format"),
        ("piece", "livre.pdf", "weight"),
    ],
)
def test_the_second_step_says_what_is_wrong(field, value, code):
    good = [*VALID, fill("moyen", "Bus"), fill("km", "12"), fill("piece", "facture.pdf")]
    assert state_after(SPEC, [*good, {"do": "next"}]).step == 2
    assert state_after(SPEC, [*good, fill(field, value), {"do": "next"}]).problems == {field: code}


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        ([{"do": "submit"}], "no_step"),
        ([{"do": "back"}], "no_step"),
        ([fill("km", "3")], "unknown_field"),
        ([fill("pub", "oui")], "wrong_type"),
        ([*VALID, fill("moyen", "Avion")], "control_value"),
        ([*VALID, fill("jours", ["samedi"])], "control_value"),
        ([*VALID, fill("piece", "rien.pdf")], "unknown_file"),
        ([fill("nom", "a\x07")], "control_character"),
        ([*SOLUTION, fill("nom", "Autre")], "form_sent"),
        ([*SOLUTION, {"do": "undo"}], "irrevocable"),
        ([{"do": "print"}], "unknown"),
    ],
)
def test_what_the_form_cannot_do_is_refused(actions, code):
    with pytest.raises(ResponseInvalid) as refused:
        state_after(SPEC, actions)
    assert refused.value.code == f"action.{code}"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda b: b["steps"][0]["fields"][0].update(kind="colour"), "item.not_one_of"),
        (lambda b: b["steps"][1]["fields"][0].update(id="nom"), "item.duplicate"),
        (lambda b: b["steps"][1]["fields"][0].update(value="Avion"), "task.control_value"),
        (lambda b: b["goals"][2].update(when=[{"is": {"moyen": "Avion"}}]), "task.control_value"),
        (lambda b: b["goals"][2].update(when=[{"is": {"piece": "rien.pdf"}}]), "task.control_value"),
        (lambda b: b["goals"][2].update(when=[{"is": {"zzz": "1"}}]), "item.unknown_field"),
        (lambda b: b["goals"][2].update(when=[{"sent": True}]), "task.unknown_condition"),
        (lambda b: b["goals"][2].update(when=[{"submitted": False}]), "task.unknown_condition"),
        (lambda b: b.pop("receipt"), "item.text_expected"),
    ],
)
def test_what_an_author_got_wrong_is_named(change, code):
    body = deepcopy(BODY)
    change(body)
    with pytest.raises(ItemInvalid) as refused:
        FormSpec.from_record(body)
    assert refused.value.code == code


def test_dates_and_numbers_read_the_french_way():
    assert str(read_date("7/3/1984")) == "1984-03-07"
    assert read_date("29/02/2023") is None
    assert read_number("1 234,5") == 1234.5
    assert read_number("12e3") is None


@given(
    st.lists(
        st.one_of(
            st.sampled_from([{"do": d} for d in ("next", "back", "submit", "undo", "x")]),
            st.builds(
                fill, st.sampled_from([*SPEC.fields, "zz"]), st.one_of(st.booleans(), st.text(max_size=6))
            ),
        ),
        max_size=15,
    )
)
def test_any_actions_end_in_a_form_or_in_a_refusal(actions):
    try:
        state = state_after(SPEC, actions)
    except ResponseInvalid:
        return
    assert 0 <= state.step <= len(SPEC.steps)
    assert state.values.keys() == SPEC.fields.keys()
