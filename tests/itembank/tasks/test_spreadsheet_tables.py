"""Filters, pivot tables and charts: what they show, undo, and the goals on them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.formula import ErrorValue
from itembank.tasks.formula.addresses import Area, Cell
from itembank.tasks.spreadsheet import SpreadsheetSpec, apply, initial_state, sheet_of
from itembank.tasks.spreadsheet.charting import points_of, title_of
from itembank.tasks.spreadsheet.filtering import values_in
from itembank.tasks.spreadsheet.pivoting import groups_of, total_line
from itembank.tasks.spreadsheet.state import filled_block

BILLS = {
    "columns": 5,
    "rows": 10,
    "cells": {
        "A1": "Client", "B1": "Ville", "C1": "Montant",
        "A2": "Roux", "B2": "Lyon", "C2": "120 €",
        "A3": "Diallo", "B3": "Dijon", "C3": "80 €",
        "A4": "Petit", "B4": "lyon", "C4": "60 €",
        "A5": "Nguyen", "B5": "Brest", "C5": "200 €",
        "A6": "Morel", "C6": "en attente",
        "E9": "note",
    },
    "goals": [
        {"name": "seules les factures de Lyon se voient", "filter": {"B": ["Lyon"]}},
        {"name": "deux lignes se voient", "rows": [2, 4]},
        {"name": "le total par ville est fait", "pivot": {"range": "A1:C6", "group": "B", "of": "C", "how": "sum"}},
        {
            "name": "le graphique compare les clients",
            "chart": {"kind": ["column", "bar"], "values": "C2:C5", "labels": "A2:A5"},
        },
    ],
}  # fmt: skip
SPEC = SpreadsheetSpec.from_record(BILLS)


def keep(by, *values, area="A1:C6"):
    return {"do": "filter", "range": area, "by": by, "keep": list(values)}


def pivot(how="sum", *, group="B", of="C", area="A1:C6"):
    return {"do": "pivot", "range": area, "group": group, "of": of, "how": how}


def chart(kind="column", values="C2:C5", labels="A2:A5"):
    return {"do": "chart", "kind": kind, "values": values, "labels": labels}


def hidden(*actions):
    return sorted(state_after(SPEC, actions).hidden)


# --- filters --------------------------------------------------------------------------------------


def test_a_filter_shows_the_rows_of_its_values_whatever_their_case():
    assert hidden(keep("B", "Lyon")) == [3, 5, 6]
    assert hidden(keep("B", "Dijon", "Brest")) == [2, 4, 6]
    assert hidden(keep("B", "")) == [2, 3, 4, 5]
    assert hidden(keep("C", "120 €")) == [3, 4, 5, 6]


def test_columns_are_filtered_together_until_the_filter_goes():
    assert hidden(keep("B", "Lyon"), keep("A", "Petit", "Morel")) == [2, 3, 5, 6]
    assert hidden(keep("B", "Lyon"), keep("B", "Brest")) == [2, 3, 4, 6], "a column has one filter"
    assert hidden(keep("B", "Lyon"), keep("A", "Roux", area="A1:A6")) == [3, 4, 5, 6], (
        "and the sheet one table"
    )
    assert hidden(keep("B", "Lyon"), {"do": "unfilter"}) == []
    assert hidden(keep("B", "Lyon"), {"do": "undo"}) == []


def test_a_row_stays_where_it_is_until_one_filters_again():
    moved = [keep("B", "Lyon"), {"do": "set", "cell": "B2", "input": "Brest"}]
    assert hidden(*moved) == [3, 5, 6]
    assert hidden(*moved, keep("B", "Lyon")) == [2, 3, 5, 6]


def test_copying_and_sorting_leave_hidden_rows_alone():
    filled = state_after(SPEC, [keep("B", "Lyon"), {"do": "set", "cell": "D2", "input": "=C2*2"},
                                {"do": "copy", "from": "D2", "to": "D3:D6"}])  # fmt: skip
    assert [filled.inputs.get(f"D{row}") for row in range(2, 7)] == ["=C2*2", None, "=C4*2", None, None]
    ordered = state_after(SPEC, [keep("B", "Lyon"), {"do": "sort", "range": "A2:C6", "by": "C"}])
    assert [ordered.inputs[f"A{row}"] for row in range(2, 7)] == [
        "Petit",
        "Diallo",
        "Roux",
        "Nguyen",
        "Morel",
    ]


def test_the_values_to_choose_from_are_those_of_the_column():
    assert values_in(sheet_of(SPEC, initial_state(SPEC)), Area(1, 1, 3, 6), 2) == [
        "Lyon",
        "Dijon",
        "Brest",
        "",
    ]


@pytest.mark.parametrize(
    ("actions", "met"),
    [
        ([], (False, False)),
        ([keep("B", "Lyon")], (True, True)),
        ([keep("B", "LYON", "Nice")], (True, True)),
        ([keep("B", "Lyon", "Dijon")], (False, False)),
        ([keep("A", "Roux", "Petit")], (False, True)),
        ([keep("B", "Lyon"), keep("A", "Roux")], (False, False)),
        ([keep("B", "Lyon"), keep("A", "Roux", "Diallo", "Petit", "Nguyen", "Morel")], (True, True)),
        ([keep("B", "Lyon"), {"do": "unfilter"}], (False, False)),
        ([keep("B", "Lyon", area="A1:C4")], (True, True)),
    ],
)
def test_the_filter_in_force_and_the_rows_that_show_are_two_goals(actions, met):
    assert goals_after(SPEC, actions)[:2] == met


# --- pivot tables ---------------------------------------------------------------------------------


def table(*actions):
    state = state_after(SPEC, actions)
    sheet = sheet_of(SPEC, state)
    lines = [*groups_of(sheet, state.pivot), total_line(sheet, state.pivot)]
    return [(line.label, line.shown.replace("\N{NARROW NO-BREAK SPACE}", " ")) for line in lines]


def test_groups_come_in_order_with_their_sums_as_the_cells_show_them():
    assert table(pivot()) == [
        ("Brest", "200 €"),
        ("Dijon", "80 €"),
        ("Lyon", "180 €"),
        ("", "0"),
        ("", "460 €"),
    ]
    assert table(pivot("count")) == [("Brest", "1"), ("Dijon", "1"), ("Lyon", "2"), ("", "1"), ("", "5")]
    assert table(pivot("average")) == [
        ("Brest", "200,00 €"), ("Dijon", "80,00 €"), ("Lyon", "90,00 €"), ("", "#DIV/0!"), ("", "115,00 €"),
    ]  # fmt: skip


def test_a_pivot_table_follows_its_cells_and_shows_their_errors():
    assert table(pivot(), {"do": "set", "cell": "C2", "input": "20"})[2] == ("Lyon", "80")
    state = state_after(SPEC, [pivot(), {"do": "set", "cell": "C2", "input": "=1/0"}])
    assert groups_of(sheet_of(SPEC, state), state.pivot)[2].value is ErrorValue.DIVISION


@pytest.mark.parametrize(
    ("actions", "met"),
    [
        ([pivot()], True),
        ([pivot(area="B1:C6")], True),
        ([pivot(area="A1:C7")], True),
        ([pivot(area="A1:C5")], False),
        ([pivot("count")], False),
        ([pivot(group="A")], False),
        ([pivot(), pivot("count")], False),
        ([pivot("count"), pivot()], True),
        ([pivot(), {"do": "unpivot"}], False),
        ([pivot("count"), pivot(), {"do": "undo"}], False),
    ],
)
def test_a_pivot_table_is_worth_what_it_says(actions, met):
    assert goals_after(SPEC, actions)[2] is met


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "É", ""]), st.integers(-9, 9)), min_size=1, max_size=20))
def test_groups_add_up(rows):
    cells = {"A1": "x", "B1": "y"}
    for number, (label, value) in enumerate(rows, 2):
        cells |= {f"A{number}": label, f"B{number}": str(value)}
    spec = SpreadsheetSpec(2, 30, cells, ())
    area = f"A1:B{len(rows) + 1}"
    for how in ("sum", "count"):
        state = apply(spec, initial_state(spec), pivot(how, group="A", of="B", area=area))
        sheet = sheet_of(spec, state)
        found = groups_of(sheet, state.pivot)
        assert len(found) == len({label for label, _ in rows})
        assert sum(group.value for group in found) == total_line(sheet, state.pivot).value
        for group in found:
            own = [value for label, value in rows if label == group.label]
            assert group.value == (sum(own) if how == "sum" else len(own))


# --- charts ---------------------------------------------------------------------------------------


def test_a_chart_shows_its_points_and_takes_a_header_for_its_title():
    state = state_after(SPEC, [chart(values="C1:C5", labels="A1:A5")])
    sheet = sheet_of(SPEC, state)
    assert title_of(sheet, state.chart) == "Montant"
    assert [(p.label, p.value) for p in points_of(sheet, state.chart)] == [
        ("Roux", 120), ("Diallo", 80), ("Petit", 60), ("Nguyen", 200),
    ]  # fmt: skip


def test_a_row_can_be_charted_and_labels_may_be_missing():
    state = state_after(SPEC, [{"do": "chart", "kind": "line", "values": "A2:C2"}])
    assert [(p.label, p.value) for p in points_of(sheet_of(SPEC, state), state.chart)] == [
        ("", None),
        ("", 120),
    ]


@pytest.mark.parametrize(
    ("actions", "met"),
    [
        ([chart()], True),
        ([chart("bar")], True),
        ([chart("pie")], False),
        ([chart(values="C1:C5", labels="A1:A5")], True),
        ([chart(values="C1:C5", labels="A2:A5")], True),
        ([chart(values="C2:C6", labels="A2:A6")], False),
        ([chart(labels="B2:B5")], False),
        ([{"do": "chart", "kind": "bar", "values": "C2:C5"}], False),
        ([chart("pie"), chart()], True),
        ([chart(), {"do": "unchart"}], False),
    ],
)
def test_a_chart_counts_by_its_kind_and_ranges(actions, met):
    assert goals_after(SPEC, actions)[3] is met


# --- the whole ------------------------------------------------------------------------------------


def test_untouched_it_is_worth_nothing_and_all_can_stand_at_once():
    assert goals_after(SPEC, []) == (False,) * 4
    assert goals_after(SPEC, [chart(), pivot(), keep("B", "Lyon")]) == (True,) * 4


def test_a_table_is_what_is_filled_around_a_cell():
    state = initial_state(SPEC)
    assert filled_block(SPEC, state, Cell(2, 3)).name == "A1:C6"
    assert filled_block(SPEC, state, Cell(2, 6)).name == "A1:C6"
    assert filled_block(SPEC, state, Cell(5, 9)).name == "E9"
    assert filled_block(SPEC, state, Cell(5, 5)).name == "E5"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (keep("D", "Lyon"), "action.column_outside_range"),
        (keep("B"), "action.wrong_type"),
        (keep("B", 3), "action.wrong_type"),
        (keep("B", *map(str, range(31))), "action.wrong_type"),
        (keep("B", "a\x07"), "action.control_character"),
        (keep("B", "a" * 501), "action.too_long"),
        (keep("B", "Lyon", area="A1:F6"), "action.cell_outside"),
        ({"do": "filter", "range": "A1:C6", "by": "B"}, "action.missing"),
        (pivot("median"), "action.wrong_type"),
        (pivot(of="E"), "action.column_outside_range"),
        (pivot(area="rien"), "action.not_a_cell"),
        (chart("radar"), "action.wrong_type"),
        (chart(values="C2:C99"), "action.cell_outside"),
        (chart(labels=3), "action.wrong_type"),
    ],
)
def test_an_impossible_action_is_refused_with_its_reason(action, code):
    with pytest.raises(ResponseInvalid) as caught:
        goals_after(SPEC, [action])
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("goal", "code"),
    [
        ({"filter": {}}, "item.mapping_expected"),
        ({"filter": {"Z": ["a"]}}, "item.unknown_reference"),
        ({"filter": {"B": []}}, "item.list_expected"),
        ({"rows": [11]}, "item.number_range"),
        ({"rows": ["2"]}, "item.number_expected"),
        ({"pivot": {"range": "A1:C6", "group": "E", "of": "C", "how": "sum"}}, "item.unknown_reference"),
        ({"pivot": {"range": "A1:C6", "group": "B", "of": "C", "how": "median"}}, "item.not_one_of"),
        ({"pivot": {"range": "A1:C60", "group": "B", "of": "C", "how": "sum"}}, "task.cell_outside"),
        ({"chart": {"kind": "radar", "values": "C2:C5"}}, "item.not_one_of"),
        ({"chart": {"kind": ["pie", "radar"], "values": "C2:C5"}}, "item.unknown_reference"),
        ({"chart": {"kind": "pie", "values": "$C$2:C5"}}, "task.not_a_cell"),
        ({"chart": {"kind": "pie", "values": "C2:C5", "title": "x"}}, "item.unknown_field"),
        ({"chart": {"kind": "pie", "values": "C2:C5"}, "formula": True}, "item.unknown_field"),
        ({}, "item.text_expected"),
    ],
)
def test_a_mistake_in_a_goal_is_named(goal, code):
    with pytest.raises(ItemInvalid) as caught:
        SpreadsheetSpec.from_record({**BILLS, "goals": [{"name": "but", **goal}]})
    assert caught.value.code == code


def test_an_author_cannot_ask_what_day_it_is():
    with pytest.raises(ItemInvalid) as caught:
        SpreadsheetSpec.from_record({**BILLS, "cells": {"A1": "=AUJOURDHUI()"}})
    assert (caught.value.code, caught.value.params["reason"]) == (
        "task.formula_unreadable",
        "formula.volatile",
    )


def test_a_goal_may_ask_for_cells_and_a_filter_at_once():
    goal = {"name": "but", "cell": "C8", "value": 180, "rows": [2, 4]}
    spec = SpreadsheetSpec.from_record({**BILLS, "goals": [goal]})
    put = {"do": "set", "cell": "C8", "input": "180"}
    assert [goals_after(spec, actions) for actions in ([put], [keep("B", "Lyon")], [put, keep("B", "Lyon")])] == [
        (False,), (False,), (True,),
    ]  # fmt: skip


def test_a_record_reads_back_as_the_same_spec():
    assert SpreadsheetSpec.from_record(SPEC.to_record()) == SPEC


ACTIONS = st.one_of(
    st.builds(lambda by, values: keep(by, *values), st.sampled_from("ABC"), st.lists(st.sampled_from(["Lyon", ""]), min_size=1, max_size=5)),
    st.builds(lambda how, group: pivot(how, group=group), st.sampled_from(["sum", "count", "average"]), st.sampled_from("ABC")),
    st.builds(lambda values: chart(values=values), st.sampled_from(["C1:C5", "A1:C2", "E5"])),
    st.builds(lambda cell, text: {"do": "set", "cell": cell, "input": text}, st.sampled_from(["A2", "B4", "C5"]),
              st.sampled_from(["", "=1/0", "Lyon", "3", "VRAI"])),
    st.sampled_from([{"do": "undo"}, {"do": "unfilter"}, {"do": "unpivot"}, {"do": "unchart"},
                     {"do": "sort", "range": "A2:C6", "by": "B"}]),
)  # fmt: skip


@given(st.lists(ACTIONS, max_size=10))
def test_whatever_is_done_everything_can_be_shown_and_told(actions):
    state = state_after(SPEC, actions)
    sheet = sheet_of(SPEC, state)
    assert len(goals_after(SPEC, actions)) == 4
    assert all(
        isinstance(group.shown, str) for group in (groups_of(sheet, state.pivot) if state.pivot else ())
    )
    assert len(points_of(sheet, state.chart) if state.chart else ()) <= 50
    assert state.hidden <= set(range(2, 7))
