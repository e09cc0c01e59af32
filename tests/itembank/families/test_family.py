"""A seed gives one item, always the same, and every slot keeps what it promises."""

from datetime import date

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.authoring import authored_items, clone
from itembank.errors import ItemInvalid
from itembank.families import Family, is_family
from itembank.families.draws import Draws
from itembank.starting_parameters import CLONE_SPREAD, SE_DIFFICULTY

RECORD = """
id: 1.3-calculer-n5-z
skill: 1.3-calculer-n5
interaction: numeric
sectors: [crafts, industry]
slots:
  qui: person
  ville: city
  prix: {type: price, from: 10, to: 40, step: 0.5}
  rabais: {type: number, from: 1, to: prix - 5}
  jour: {type: date, from: 2027-01-04, to: 2027-02-26, weekdays: true}
  heure: {type: time, from: "8:00", to: "11:30", step: 15}
  fichier: {type: file, kind: image}
let:
  reste: prix - rabais
where:
  - reste != rabais
situation: "{qui}, {qui.metier} {à:ville}, vend un panier à {euros:prix} le {jour.long} à {heure} ({fichier}). {{Promotion}}"
question: "Il retire {rabais} €. Combien reste-t-il ?"
body: {value: "{reste}", unit: €}
feedback: {right: "Oui, {reste} €.", wrong: "{prix} − {rabais} = {reste}."}
author: essai
written: 2026-11-01
review: 2028-11-01
"""


def record(**changes):
    return {**yaml.safe_load(RECORD), **changes}


def family(**changes):
    return Family.from_record(record(**changes))


def test_a_clone_is_the_same_on_every_machine():
    assert family().clone(1)["situation"] == PINNED
    assert family().clone(1) == family().clone(1)


PINNED = "Karim, plombier à Quimper, vend un panier à 36 € le mercredi 17 février 2027 à 9 h (affiche.jpg). {Promotion}"


def test_draws_do_not_depend_on_what_the_language_may_change():
    draws = Draws("clé")
    assert [draws.below(100) for _ in range(5)] == DRAWN
    assert Draws("clé").shuffled("abcdef") == SHUFFLED


DRAWN = [93, 51, 52, 51, 71]
SHUFFLED = ["a", "d", "b", "e", "c", "f"]


@given(st.integers(1, 10_000))
def test_every_clone_keeps_its_promises(seed):
    made = clone(family(), "1.3-calculer", seed)
    values, _ = next(family().drawings(seed))
    assert made.item.body.value == float(values["prix"] - values["rabais"])
    assert 1 <= values["rabais"] <= values["prix"] - 5
    assert values["prix"] % 1 in (0, 0.5)
    assert values["jour"].day.weekday() < 5
    assert date(2027, 1, 4) <= values["jour"].day <= date(2027, 2, 26)
    assert values["heure"].minutes % 15 == 0
    assert "{Promotion}" in made.item.situation
    assert made.item.sector == ("crafts", "industry")[(seed - 1) % 2]


def test_clones_differ_and_share_family_and_parameters():
    found = authored_items(record(clones=8), "1.3-calculer")
    assert len({a.item.situation for a in found}) == 8
    assert {a.item.family for a in found} == {"1.3-calculer-n5-z"}
    assert [a.item.id for a in found] == [f"1.3-calculer-n5-z#{a.seed}" for a in found]
    assert len({a.item.parameters for a in found}) == 1
    assert found[0].item.parameters.se_b == pytest.approx(
        (SE_DIFFICULTY**2 + CLONE_SPREAD**2) ** 0.5, abs=1e-6
    )


def test_a_family_with_little_to_say_gives_fewer_clones():
    few = record(
        slots={"n": [1, 2]}, let={}, where=[], situation="", question="{n} ?", body={"value": "{n}"},
        feedback={"right": "Oui.", "wrong": "Non."}, sectors=["neutral"],
    )  # fmt: skip
    assert sorted(a.item.question[0] for a in authored_items(few, "1.3-calculer")) == ["1", "2"]


def test_a_plain_item_is_a_family_of_one():
    plain = record(
        situation="", question="Combien ?", body={"value": 2}, feedback={"right": "a", "wrong": "b"}
    )
    for field in ("slots", "let", "where", "sectors"):
        del plain[field]
    assert not is_family(plain)
    (only,) = authored_items(plain, "1.3-calculer")
    assert (only.item.id, only.item.family, only.seed) == ("1.3-calculer-n5-z", "1.3-calculer-n5-z", 0)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-20, 20) | st.floats() | st.dates()
    | st.sampled_from(["person", "city", "n", "n + 1", "rows", "{n}", "number", "sample", "date", "9:00", "time", ""])
    | st.text(alphabet="n1{}[].:+('", max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["type", "from", "to", "step", "values", "count", "columns", "n", "m", "gender", "kind", "mot"]),
        inner, max_size=4,
    ),
    max_leaves=10,
)  # fmt: skip


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(["slots", "let", "where", "clones", "sectors", "question"]), anything, max_size=4
    )
)
def test_whatever_an_author_writes_is_a_family_or_a_named_fault(changes):
    try:
        authored_items(record(**changes), "1.3-calculer")
    except ItemInvalid as fault:
        assert fault.code.startswith(("item.", "family."))


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"slots": {"qui": "personne"}}, "item.not_one_of", "slots.qui.type"),
        ({"slots": {"a b": "city"}}, "family.name", "slots.a b"),
        ({"slots": {"n": {"type": "number", "from": 3, "to": 1}}}, "family.range", "slots.n"),
        ({"slots": {"n": {"type": "number", "from": 1, "to": 5, "step": 0}}}, "family.range", "slots.n"),
        ({"slots": {"n": {"type": "number", "from": "x", "to": 5}}}, "family.expression", "slots.n.from"),
        ({"slots": {"n": {"type": "number", "to": 5}}}, "item.number_expected", "slots.n.from"),
        ({"slots": {"n": {"type": "person", "age": 5}}}, "item.unknown_field", "slots.n.age"),
        ({"slots": {"n": [1]}}, "item.list_length", "slots.n.values"),
        ({"slots": {"n": [None, 1]}}, "family.value", "slots.n.values.0"),
        ({"slots": {"n": {"type": "time", "from": "25:00", "to": "9:00"}}}, "family.time", "slots.n.from"),
        (
            {"slots": {"n": {"type": "sample", "values": [1, 2], "count": 3}}},
            "item.number_range",
            "slots.n.count",
        ),
        ({"let": {"reste": "prix -"}}, "family.expression", "let.reste"),
        ({"let": {"qui": "1"}}, "family.name", "let"),
        ({"where": ["prix"]}, "family.expression", "where.0"),
        ({"where": ["prix < 0"]}, "family.no_variant", "where"),
        ({"question": "{inconnu} ?"}, "family.expression", "question"),
        ({"question": "{prix ?"}, "family.expression", "question"),
        ({"question": "{la:ville} ?"}, "family.expression", "question"),
        ({"question": "{le:ville} ?"}, "family.expression", "question"),
        ({"clones": 0}, "item.number_range", "clones"),
        ({"sectors": ["mines"]}, "item.unknown_reference", "sectors.0"),
    ],
)
def test_faults_name_their_field(changes, code, field):
    with pytest.raises(ItemInvalid) as caught:
        authored_items(record(**changes), "1.3-calculer")
    assert (caught.value.code, caught.value.field) == (code, field)


def test_people_towns_and_rows_do_not_come_twice():
    slots = {f"p{i}": "person" for i in range(6)} | {f"v{i}": "city" for i in range(6)}
    slots["lignes"] = {"type": "rows", "count": 3, "columns": {"x": ["a", "b", "c"], "n": [1, 2]}}
    for seed in range(1, 40):
        values, _ = next(family(slots=slots, let={}, where=[]).drawings(seed))
        assert len({values[f"p{i}"].first for i in range(6)}) == 6
        assert len({values[f"p{i}"].last for i in range(6)}) == 6
        assert len({values[f"v{i}"] for i in range(6)}) == 6
        assert sorted(row["x"] for row in values["lignes"]) == ["a", "b", "c"]


def test_equal_options_are_drawn_again():
    made = record(
        interaction="single_choice",
        slots={"a": [1, 2, 3], "b": [1, 2, 3]},
        let={}, where=[],
        situation="",
        question="Combien ?",
        body={"choices": [
            {"text": "{a}", "key": True}, {"text": "{b}", "misconception": "x"}, {"text": "9", "misconception": "y"},
        ]},
        feedback={"right": "Oui.", "wrong": "Non."},
    )  # fmt: skip
    for seed in range(1, 30):
        texts = [c.text for c in clone(Family.from_record(made), "1.3-calculer", seed).item.body.choices]
        assert len(set(texts)) == 3


def test_tables_spill_and_whole_holes_keep_their_type():
    from itembank.families.template import filled
    from itembank.families.values import from_plain

    values = {
        "lignes": from_plain([{"nom": "a", "prix": 2}, {"nom": "b", "prix": 3.5}]),
        "noms": from_plain(["x", "y"]),
        "n": from_plain(2.5),
        "oui": from_plain(True),
    }
    made = filled(
        {
            "cells": {"B2": "{lignes}", "E1": "{noms}", "A1": "{n}", "A2": "n = {n}"},
            "accept": ["{noms}", "z"],
            "flag": "{oui}",
            "text": "{n}",
            "{noms[0]}": 1,
        },
        values,
    )
    assert made == {
        "cells": {"B2": "a", "C2": 2, "B3": "b", "C3": 3.5, "E1": "x", "E2": "y", "A1": 2.5, "A2": "n = 2,5"},
        "accept": ["x", "y", "z"],
        "flag": True,
        "text": "2,5",
        "x": 1,
    }
    with pytest.raises(ItemInvalid):
        filled({"cells": {"A1": "{noms}", "A2": "déjà là"}}, values)
