"""The spreadsheet task: what one does to the sheet, and which goals then hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.spreadsheet import SheetState, SpreadsheetSpec, apply, initial_state, sheet_of

QUOTE = SpreadsheetSpec.from_record(
    {
        "columns": 4,
        "rows": 8,
        "cells": {
            "A1": "Devis",
            "B1": "Montant HT",
            "A2": "Portail",
            "B2": 1200,
            "A3": "Table",
            "B3": "350,5",
        },
        "goals": [
            {"name": "le total est juste", "cell": "B8", "value": 1550.5},
            {
                "name": "le total suit quand un montant change",
                "cell": "B8",
                "formula": True,
                "variants": [
                    {"set": {"B2": 2000}, "value": 2350.5},
                    {"set": {"B3": 0, "B4": 1}, "value": 1201},
                ],
            },
            {"name": "les prix TTC sont justes", "cells": {"C2": 1440, "C3": 420.6}},
        ],
    }
)


def put(cell, text):
    return {"do": "set", "cell": cell, "input": text}


def copy(source, target):
    return {"do": "copy", "from": source, "to": target}


def sort(area, by, *, descending=False):
    return {"do": "sort", "range": area, "by": by, "descending": descending}


# --- goals ----------------------------------------------------------------------------------------


def test_the_untouched_sheet_reaches_no_goal():
    assert goals_after(QUOTE, []) == (False, False, False)


@pytest.mark.parametrize(
    ("typed", "goals"),
    [
        ("1550,5", (True, False)),
        ("1 550,50 €", (True, False)),
        ("=1550,5", (True, False)),
        ("=+1550,5", (True, False)),
        ("=-(-1550,5)", (True, False)),
        ("+B2+B3+B4", (True, True)),
        ("=1200+350,5", (True, False)),
        ("=B2+B3", (True, False)),  # forgets B4
        ("=SOMME(B2:B7)", (True, True)),
        ("=SUM(B2:B7)", (True, True)),
        ("=B2+B3+B4+B5+B6+B7", (True, True)),
        ("=SOMMEPROD(B2:B7*1)", (True, True)),
        ("=SOMME(B2:B8)", (False, False)),  # reads itself
        ("=SOMME(B1:B7", (False, False)),  # cannot be read
        ("1550,51", (False, False)),
        ("1550.504", (True, False)),  # within the tolerance
        ("environ 1550,5", (False, False)),
        ("'1550,5", (False, False)),  # a text
    ],
)
def test_a_typed_result_earns_the_first_point_a_formula_both(typed, goals):
    assert goals_after(QUOTE, [put("B8", typed)])[:2] == goals


def test_any_route_counts():
    by_copying = [put("C2", "=B2*1,2"), copy("C2", "C3"), put("D3", "=SOMME(B:B)"), put("B8", "=B2+B3+B4")]
    by_typing = [put("C2", "1440"), put("C3", "420,6"), put("B8", "=SOMME(B1:B7)")]
    assert goals_after(QUOTE, by_copying) == (True, True, True)
    assert goals_after(QUOTE, by_typing) == (True, True, True)


def test_a_variant_applies_even_where_the_candidate_put_something_else():
    # A formula in B2 gives the same now, but the variant's amount takes its place.
    actions = [put("B2", "=1000+200"), put("B8", "=SOMME(B2:B7)")]
    assert goals_after(QUOTE, actions)[:2] == (True, True)


def spec_with(goal, **cells):
    record = {"columns": 4, "rows": 6, "cells": cells, "goals": [{"name": "but", **goal}]}
    return SpreadsheetSpec.from_record(record)


@pytest.mark.parametrize(
    ("value", "typed", "met"),
    [
        ("riz", "riz", True),
        ("riz", " Riz ", True),
        ("Clé à molette", "cle  a molette", True),
        ("l'eau", "L\N{RIGHT SINGLE QUOTATION MARK}eau", True),
        ("riz", "riz blanc", False),
        (12, "12", True),
        (12, "12,00 €", True),
        (12, "'12", False),
        ("12 %", "0,12", True),
        ("1 200", "1200", True),
        ("oui", "non", False),
        (True, "=1=1", True),
        (True, "1", False),
        (1, "VRAI", False),
        ("#DIV/0!", "=1/0", True),
        ("oui", "=1/0", False),
        (0, "0,005", True),
        (0, "0,006", False),
    ],
)
def test_what_counts_as_the_expected_value(value, typed, met):
    assert goals_after(spec_with({"cell": "B2", "value": value}), [put("B2", typed)]) == (met,)


def test_case_and_accents_count_when_the_author_says_so():
    spec = spec_with({"cell": "B2", "value": "DUPRÉ", "case": True, "formula": True}, A2="Dupré")
    assert goals_after(spec, [put("B2", "=A2")]) == (False,)
    assert goals_after(spec, [put("B2", "=MAJUSCULE(A2)")]) == (True,)


def test_a_blank_cell_can_be_expected():
    spec = spec_with({"cells": {"A2": "", "A3": "b"}}, A2="a", A3="b")
    assert goals_after(spec, []) == (False,)
    assert goals_after(spec, [put("A2", "  ")]) == (True,)


def test_a_formula_may_be_all_that_is_asked():
    spec = spec_with({"cell": "B2", "formula": True}, A1=1)
    assert [goals_after(spec, [put("B2", text)]) for text in ("=A1", "=1+1", "=2", "2", "=TRUC(1)", "=1+")] == [
        (True,), (True,), (False,), (False,), (False,), (False,),
    ]  # fmt: skip


def test_the_tolerance_is_the_authors():
    assert goals_after(spec_with({"cell": "B2", "value": 10, "tolerance": 2}), [put("B2", "12")]) == (True,)
    assert goals_after(spec_with({"cell": "B2", "value": 10, "tolerance": 0}), [put("B2", "10,001")]) == (
        False,
    )


def test_several_cells_may_have_to_be_formulas_that_follow():
    spec = spec_with(
        {
            "cells": {"B1": 2, "B2": 4},
            "formula": True,
            "variants": [{"set": {"A2": 5}, "cells": {"B2": 10}}],
        },
        A1=1,
        A2=2,
    )
    assert goals_after(spec, [put("B1", "=A1*2"), copy("B1", "B2")]) == (True,)
    assert goals_after(spec, [put("B1", "=A1*2"), put("B2", "=A1*4")]) == (False,)
    assert goals_after(spec, [put("B1", "2"), put("B2", "=A2*2")]) == (False,)


# --- actions --------------------------------------------------------------------------------------


def test_setting_a_cell_keeps_what_was_typed_and_white_space_empties_it():
    state = state_after(QUOTE, [put("b8", " riz "), put("A2", " ")])
    assert state.inputs["B8"] == " riz "
    assert "A2" not in state.inputs


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" =B2 ", "=B2"),
        ("+B2+B3", "=+B2+B3"),
        ("-B2", "=-B2"),
        ("-3", "-3"),
        ("+33 6 12 34", "+33 6 12 34"),
        ("- pain", "- pain"),
        ("-oui+non", "-oui+non"),
        ("'=B2", "'=B2"),
        ("-" + "B2" * 249 + "x", "-" + "B2" * 249 + "x"),
    ],
)
def test_what_is_meant_for_a_formula_becomes_one(typed, kept):
    assert state_after(QUOTE, [put("B8", typed)]).inputs["B8"] == kept


def test_copying_moves_relative_references_over_the_whole_range():
    state = state_after(QUOTE, [put("D1", "2"), put("C2", "=B2*D$1"), copy("C2", "C2:C4")])
    assert [state.inputs[f"C{i}"] for i in (2, 3, 4)] == ["=B2*D$1", "=B3*D$1", "=B4*D$1"]
    assert sheet_of(QUOTE, state).display("C3") == "701"


def test_copying_a_blank_cell_empties_the_range():
    assert state_after(QUOTE, [copy("D8", "A2:B3")]).inputs == {"A1": "Devis", "B1": "Montant HT"}


PEOPLE = SpreadsheetSpec.from_record(
    {
        "columns": 3,
        "rows": 7,
        "cells": {
            "A1": "Nom", "B1": "Note", "C1": "Double",
            "A2": "Zoé", "B2": 12, "C2": "=B2*2",
            "A3": "Éric", "B3": 8, "C3": "=B3*2",
            "A4": "Farid", "B4": 12, "C4": "=B4*2",
            "A5": "emma", "C5": "=B5*2",
            "A6": "Ana", "B6": "absente", "C6": "=B$2",
        },
        "goals": [{"name": "trié", "cells": {"A2": "Ana", "A3": "emma", "A4": "Éric", "A5": "Farid", "A6": "Zoé"}}],
    }
)  # fmt: skip


def column(state, letter, rows=range(2, 7)):
    return [state.inputs.get(f"{letter}{row}", "") for row in rows]


def test_sorting_moves_whole_rows_by_the_french_alphabet():
    state = state_after(PEOPLE, [sort("A2:C6", "A")])
    assert column(state, "A") == ["Ana", "emma", "Éric", "Farid", "Zoé"]
    assert column(state, "B") == ["absente", "", "8", "12", "12"]
    assert goals_after(PEOPLE, [sort("A2:C6", "A")]) == (True,)


def test_sorted_formulas_still_read_their_own_row():
    state = state_after(PEOPLE, [sort("A2:C6", "A")])
    assert column(state, "C") == ["=B$2", "=B3*2", "=B4*2", "=B5*2", "=B6*2"]


def test_numbers_come_before_texts_blanks_last_and_equal_rows_keep_their_order():
    up, down = (state_after(PEOPLE, [sort("A2:C6", "B", descending=d)]) for d in (False, True))
    assert column(up, "A") == ["Éric", "Zoé", "Farid", "Ana", "emma"]
    assert column(down, "A") == ["Ana", "Zoé", "Farid", "Éric", "emma"]


def test_sorting_one_column_only_mixes_the_rows_up_as_it_does_in_life():
    state = state_after(PEOPLE, [sort("A2:A6", "A")])
    assert column(state, "B") == column(initial_state(PEOPLE), "B")


VALUES = st.lists(
    st.sampled_from(["1", "2", "10", "a", "B", "é", "VRAI", "=1/0", "", "1,5", "=2"]), min_size=1, max_size=12
)


@given(VALUES, st.booleans())
def test_sorting_is_stable_idempotent_and_loses_nothing(values, descending):
    cells = {f"A{i}": value for i, value in enumerate(values, 1)} | {
        f"B{i}": f"r{i}" for i in range(1, len(values) + 1)
    }
    spec = SpreadsheetSpec(2, 12, cells, ())
    action = sort(f"A1:B{len(values)}", "A", descending=descending)
    once = apply(spec, initial_state(spec), action)
    rows = range(1, len(values) + 1)
    assert sorted(column(once, "B", rows)) == sorted(f"r{i}" for i in rows)
    assert apply(spec, once, action) == once
    shown = [sheet_of(spec, once).display(f"A{i}") for i in rows]
    for text in set(shown):
        numbers = [int(once.inputs[f"B{i}"][1:]) for i in rows if shown[i - 1] == text]
        assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({"do": "dance"}, "action.unknown"),
        ({}, "action.missing"),
        ("set", "action.wrong_type"),
        ({"do": "set", "cell": "B2"}, "action.missing"),
        ({"do": "set", "input": "1"}, "action.missing"),
        ({"do": "set", "cell": 3, "input": "1"}, "action.wrong_type"),
        ({"do": "set", "cell": "B2", "input": 12}, "action.wrong_type"),
        (put("E1", "1"), "action.cell_outside"),
        (put("A9", "1"), "action.cell_outside"),
        (put("A1:B2", "1"), "action.not_a_cell"),
        (put("", "1"), "action.not_a_cell"),
        (put("A1", "1" * 501), "action.too_long"),
        (put("A1", "a\nb"), "action.control_character"),
        (put("A1", "\x1b[2J"), "action.control_character"),
        (put("A1", "\ud800"), "action.control_character"),
        (copy("A1", "A1:E2"), "action.cell_outside"),
        (copy("A1:A2", "B1"), "action.not_a_cell"),
        (copy("A1", "B"), "action.not_a_cell"),
        (sort("A2:B3", "C"), "action.column_outside_range"),
        (sort("A2:B3", "2"), "action.column_outside_range"),
        (sort("A2:B9", "A"), "action.cell_outside"),
        (sort("A2:B3", "A") | {"descending": "oui"}, "action.wrong_type"),
    ],
)
def test_an_impossible_action_is_refused_with_its_reason(action, code):
    with pytest.raises(ResponseInvalid) as caught:
        goals_after(QUOTE, [action])
    assert caught.value.code == code


CELLS = st.sampled_from(["A1", "B2", "C3", "D8", "B8"])
INPUTS = st.one_of(
    st.sampled_from(["=B2+$B3", "=SOMME(B2:B7)", "=A0", "1 200", "oui", ""]),
    st.text(st.characters(exclude_categories=["C", "Z"]), max_size=9),
)
RANGES = st.sampled_from(["A1:B3", "B2:D8", "C3", "A2:D2"])
ACTIONS = st.one_of(
    st.builds(put, CELLS, INPUTS),
    st.builds(copy, CELLS, RANGES),
    st.builds(lambda area, down: sort(area, area[0], descending=down), RANGES, st.booleans()),
)


@given(st.lists(ACTIONS, max_size=8))
def test_any_possible_actions_lead_to_a_state_whose_goals_can_be_told(actions):
    state = initial_state(QUOTE)
    for action in actions:
        before = dict(state.inputs)
        after = apply(QUOTE, state, action)
        assert state.inputs == before, "a state never changes"
        state = after
    assert state == SheetState(state.inputs)
    assert len(goals_after(QUOTE, actions)) == 3
