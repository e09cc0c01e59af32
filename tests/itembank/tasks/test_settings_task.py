"""The settings panel: what can be changed, what cannot, and which goals then hold."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.authoring import load_content, shipped_content
from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.families.solutions import points_of, routes_of
from itembank.tasks import goals_after, state_after
from itembank.tasks.settings import SettingsSpec, apply, initial_state
from itembank.tasks.settings.machine import available

BODY: dict[str, Any] = {
    "title": "Compte",
    "pages": [
        {
            "id": "a",
            "title": "Vie privée",
            "controls": [
                {"id": "place", "kind": "switch", "label": "Position", "value": True},
                {
                    "id": "qui",
                    "kind": "choice",
                    "label": "Qui voit",
                    "options": ["Tous", "Amis"],
                    "value": "Tous",
                },
                {
                    "id": "precis",
                    "kind": "switch",
                    "label": "Précise",
                    "value": True,
                    "needs": {"place": True},
                },
            ],
        },
        {
            "id": "b",
            "title": "Écran",
            "controls": [
                {"id": "taille", "kind": "number", "label": "Taille", "min": 8, "max": 30, "value": 10},
                {"id": "nom", "kind": "text", "label": "Nom", "value": "PC-1"},
                {
                    "id": "defaut",
                    "kind": "button",
                    "label": "Par défaut",
                    "confirm": "Sûr ?",
                    "sets": {"taille": 10},
                },
            ],
        },
    ],
    "goals": [
        {
            "name": "la position est coupée",
            "when": [{"is": {"place": False}}, {"untouched": ["qui", "taille"]}],
        },
        {"name": "le nom est le bon", "when": [{"is": {"nom": "Accueil été"}}]},
        {"name": "tout est par défaut", "when": [{"pressed": "defaut"}]},
    ],
}
SPEC = SettingsSpec.from_record(BODY)


def put(control: str, value: object) -> dict[str, object]:
    return {"do": "put", "control": control, "value": value}


def test_goals_look_at_the_end_and_at_what_should_not_move():
    assert goals_after(SPEC, []) == (False, False, False)
    assert goals_after(SPEC, [put("place", False)]) == (True, False, False)
    assert goals_after(SPEC, [put("qui", "Amis"), put("place", False)]) == (False, False, False)
    assert goals_after(SPEC, [put("nom", " accueil  ETE ")]) == (False, True, False)
    press = {"do": "press", "control": "defaut"}
    assert goals_after(SPEC, [put("taille", 20), press]) == (False, False, False), "not confirmed"
    done = [put("taille", 20), press | {"confirmed": True}]
    assert goals_after(SPEC, done) == (False, False, True)
    assert state_after(SPEC, done).values["taille"] == 10
    assert goals_after(SPEC, [*done, {"do": "undo"}]) == (False, False, False)


def test_a_press_counts_with_what_was_set_when_it_was_pressed():
    body = deepcopy(BODY)
    wanted = {"button": "defaut", "with": {"nom": "Accueil", "place": False}}
    body["goals"] = [{"name": "tout était prêt", "when": [{"pressed": wanted}]}]
    spec = SettingsSpec.from_record(body)
    press = {"do": "press", "control": "defaut", "confirmed": True}
    ready = [put("nom", "accueil"), put("place", False)]
    assert goals_after(spec, [*ready, press]) == (True,)
    assert goals_after(spec, [press, *ready]) == (False,), "set afterwards"
    assert goals_after(spec, [press, *ready, press]) == (True,), "pressed again once ready"
    assert goals_after(spec, [*ready, press, put("nom", "Autre")]) == (True,), "what was started has gone"
    assert goals_after(spec, [*ready, press, {"do": "undo"}]) == (False,)
    assert goals_after(spec, [ready[0], press, ready[1]]) == (False,)


def test_a_press_keeps_what_the_controls_held_before_the_button_set_any():
    body = deepcopy(BODY)
    wanted = {"button": "defaut", "with": {"taille": 20}}
    body["goals"] = [{"name": "la taille était à 20", "when": [{"pressed": wanted}]}]
    spec = SettingsSpec.from_record(body)
    press = {"do": "press", "control": "defaut", "confirmed": True}
    state = state_after(spec, [put("taille", 20), press])
    assert state.values["taille"] == 10
    assert state.times_pressed("defaut") == 1
    assert goals_after(spec, [put("taille", 20), press]) == (True,)


IN_ORDER = (
    "5.1-aide-n1-a", "5.1-compat-n3-a", "5.1-connexion-n2-a", "5.1-demarrer-n6-a", "5.1-materiel-n3-b", "5.1-materiel-n6-a",
    "5.2-appli-n2-b", "5.2-synchro-n2-a", "5.2-synchro-n3-a", "5.2-systeme-n5-a", "4.1-session-n6-a",
)  # fmt: skip
"""Shipped items whose button starts something with what was set before."""


@pytest.mark.parametrize("item", IN_ORDER)
def test_no_shipped_item_gives_every_point_for_pressing_first(item):
    topic = item.rsplit("-", 2)[0]
    content = load_content([shipped_content() / item[:3] / f"{topic}.yaml"])
    clones = [one for one in content.authored if one.item.id.partition("#")[0] == item]
    assert clones
    for one in clones:
        solution = routes_of(one.record, one.item)[0].actions
        assert points_of(one.item, solution) == one.item.max_score
        presses = [action for action in solution if action["do"] == "press"]
        assert presses
        able = []
        for press in presses:  # those that can be pressed at the start
            with suppress(ResponseInvalid):
                state_after(one.item.body, [press])
                able.append(press)
        others = [action for action in solution if action not in able]
        if able:
            assert points_of(one.item, [*able, *others]) < one.item.max_score


def test_what_needs_another_setting_is_out_of_reach_without_it():
    state = apply(SPEC, initial_state(SPEC), put("place", False))
    assert not available(SPEC.controls["precis"], state)
    with pytest.raises(ResponseInvalid) as refused:
        apply(SPEC, state, put("precis", False))
    assert refused.value.code == "action.control_unavailable"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (put("taille", 31), "number_range"),
        (put("taille", "12"), "control_value"),
        (put("taille", True), "control_value"),
        (put("place", 1), "control_value"),
        (put("qui", "Personne"), "control_value"),
        (put("defaut", True), "unknown_control"),
        (put("rien", True), "unknown_control"),
        (put("nom", "a\x1b[2J"), "control_character"),
        ({"do": "press", "control": "nom"}, "unknown_control"),
        ({"do": "open_page", "page": "z"}, "unknown_page"),
        ({"do": "format", "disk": "C:"}, "unknown"),
    ],
)
def test_what_the_panel_cannot_do_is_refused(action, code):
    with pytest.raises(ResponseInvalid) as refused:
        apply(SPEC, initial_state(SPEC), action)
    assert refused.value.code == f"action.{code}"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda b: b["pages"][0]["controls"][1].update(value="Moi"), "task.control_value", "value"),
        (lambda b: b["pages"][0]["controls"][2].update(needs={"x": True}), "task.control_unknown", "pages"),
        (lambda b: b["pages"][1]["controls"][0].update(id="place"), "item.duplicate", "id"),
        (lambda b: b["goals"][0].update(when=[{"seen": "place"}]), "task.unknown_condition", "when"),
        (lambda b: b["goals"][1].update(when=[{"is": {"taille": 99}}]), "task.control_value", "is"),
        (lambda b: b["goals"][2].update(when=[{"pressed": "nom"}]), "item.unknown_reference", "pressed"),
        (
            lambda b: b["goals"][2].update(when=[{"pressed": {"button": "qui", "with": {"taille": 9}}}]),
            "item.unknown_reference",
            "pressed.button",
        ),
        (
            lambda b: b["goals"][2].update(when=[{"pressed": {"button": "defaut", "with": {"taille": 99}}}]),
            "task.control_value",
            "pressed.with",
        ),
        (
            lambda b: b["goals"][2].update(when=[{"pressed": {"button": "defaut", "with": {}}}]),
            "item.mapping_expected",
            "pressed.with",
        ),
        (
            lambda b: b["goals"][2].update(when=[{"pressed": {"button": "defaut", "avec": {"taille": 9}}}]),
            "item.unknown_field",
            "avec",
        ),
        (lambda b: b.update(pages=[]), "item.list_expected", "pages"),
        (lambda b: b.update(titre="?"), "item.unknown_field", "titre"),
    ],
)
def test_what_an_author_got_wrong_is_named(change, code, field):
    body = deepcopy(BODY)
    change(body)
    with pytest.raises(ItemInvalid) as refused:
        SettingsSpec.from_record(body)
    assert refused.value.code == code
    assert field in refused.value.field


@given(st.lists(st.fixed_dictionaries({"do": st.sampled_from(["put", "press", "open_page", "undo", "x"]),
       "control": st.sampled_from([*SPEC.controls, "zz"]), "page": st.sampled_from(["a", "b", "c"]),
       "value": st.one_of(st.booleans(), st.integers(-5, 40), st.text(max_size=5))}), max_size=12))  # fmt: skip
def test_any_actions_end_in_a_state_that_fits_or_in_a_refusal(actions):
    try:
        state = state_after(SPEC, actions)
    except ResponseInvalid:
        return
    assert state.values.keys() == initial_state(SPEC).values.keys()
    assert 8 <= state.values["taille"] <= 30
    assert state.values["qui"] in ("Tous", "Amis")
