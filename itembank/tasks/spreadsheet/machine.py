"""The spreadsheet task: what the candidate does to the author's sheet, and which goals then hold.

Actions (plain JSON):

- `{"do": "set", "cell": "B2", "input": "=SOMME(B2:B3)"}`: what was typed; white space alone empties the cell, and
  « +B2+B3 » is the formula « =+B2+B3 », as old hands type it;
- `{"do": "copy", "from": "B2", "to": "B3:B8"}`: one cell over a range, relative references moving along;
- `{"do": "sort", "range": "A2:C8", "by": "B", "descending": false}`: whole rows of the range, by one of its columns;
- `filter` and `unfilter` (see `filtering`), `pivot` and `unpivot` (`pivoting`), `chart` and `unchart` (`charting`).

Rows that a filter hides are left as they are by copying and sorting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cmp_to_key, partial

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action
from itembank.tasks.formula import (
    ErrorValue,
    FormulaSyntaxFault,
    Scalar,
    Sheet,
    is_formula,
    parse,
    read_input,
    shifted,
)
from itembank.tasks.formula.addresses import Cell
from itembank.tasks.formula.lexer import LONGEST_FORMULA
from itembank.tasks.formula.syntax import areas_read, is_calculation
from itembank.tasks.history import History
from itembank.tasks.spreadsheet.charting import charted, charts_as
from itembank.tasks.spreadsheet.filtering import filtered, filters_as
from itembank.tasks.spreadsheet.pivoting import pivoted, summarises_as
from itembank.tasks.spreadsheet.reading import area_of, cell_of, column_of
from itembank.tasks.spreadsheet.sorting import sorts
from itembank.tasks.spreadsheet.spec import SheetGoal, SpreadsheetSpec
from itembank.tasks.spreadsheet.state import Pivot, SheetState, sheet_of
from itembank.tasks.words import fold, typeable

KEYS: dict[str, tuple[str, ...]] = {
    "set": ("cell", "input"),
    "copy": ("from", "to"),
    "sort": ("range", "by", "descending"),
    "filter": ("range", "by", "keep"),
    "unfilter": (),
    "pivot": ("range", "group", "of", "how"),
    "unpivot": (),
    "chart": ("kind", "values", "labels"),
    "unchart": (),
}
"""Every action, and what it may say beside its `do`."""


def initial_state(spec: SpreadsheetSpec) -> SheetState:
    """The author's sheet, untouched."""
    return SheetState({name: text for name, text in spec.cells.items() if text.strip()})


def apply(spec: SpreadsheetSpec, state: SheetState, action: Action) -> SheetState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.not_a_cell` (`key`),
    `action.cell_outside` (`key`), `action.column_outside_range`.
    """
    match reading.known_verb(action, KEYS):
        case "set":
            return _set(spec, state, action)
        case "copy":
            return _copy(spec, state, action)
        case "sort":
            return _sort(spec, state, action)
        case "filter":
            return replace(state, filter=filtered(spec, state, action))
        case "unfilter":
            return replace(state, filter=None)
        case "pivot":
            return replace(state, pivot=pivoted(spec, action))
        case "unpivot":
            return replace(state, pivot=None)
        case "chart":
            return replace(state, chart=charted(spec, action))
        case "unchart":
            return replace(state, chart=None)
        case other:
            raise ResponseInvalid("action.unknown", do=other)


def goals_met(spec: SpreadsheetSpec, state: SheetState) -> tuple[bool, ...]:
    """Which goals hold, in the author's order."""
    sheet = sheet_of(spec, state)
    return tuple(_holds(spec, state, sheet, goal) for goal in spec.goals)


def step(spec: SpreadsheetSpec, history: History[SheetState], action: Action) -> History[SheetState]:
    """The history after `action`, undo included, for a screen that follows the candidate; raises as `apply` does."""
    return history.step(partial(apply, spec), action)


# --- goals --------------------------------------------------------------------------------------------------------


def _holds(spec: SpreadsheetSpec, state: SheetState, sheet: Sheet, goal: SheetGoal) -> bool:
    if goal.formula and not all(_calculates(state.inputs.get(name, "")) for name in goal.cells):
        return False
    if not _as_expected(sheet, goal.expected, goal) or not _stands(state, sheet, goal):
        return False
    return all(
        _as_expected(
            Sheet({**state.inputs, **variant.inputs}, spec.columns, spec.rows), variant.expected, goal
        )
        for variant in goal.variants
    )


def _stands(state: SheetState, sheet: Sheet, goal: SheetGoal) -> bool:
    """Whether the filter, the pivot table and the chart are what the goal says of them."""
    if goal.filter and not filters_as(sheet, state, goal.filter.kept, goal.filter.rows):
        return False
    if goal.pivot:
        wanted = Pivot(goal.pivot.area, goal.pivot.group, goal.pivot.of, goal.pivot.how)
        if not summarises_as(sheet, state.pivot, wanted, goal.tolerance):
            return False
    return goal.chart is None or charts_as(sheet, state.chart, goal.chart)


def _calculates(text: str) -> bool:
    if not is_formula(text):
        return False
    try:
        return is_calculation(parse(text))
    except FormulaSyntaxFault:
        return False


def _as_expected(sheet: Sheet, expected: Mapping[str, str], goal: SheetGoal) -> bool:
    return all(_is(sheet.value(name), read_input(text).value, goal) for name, text in expected.items())


def _is(value: Scalar, expected: Scalar, goal: SheetGoal) -> bool:
    if isinstance(expected, float):
        # The hair's breadth lets 0,005 pass as within 0,005 of 0, whatever the binary fractions.
        within = goal.tolerance * (1 + 1e-9) + 1e-12 * abs(expected)
        return isinstance(value, float) and abs(value - expected) <= within
    if isinstance(expected, str):
        if isinstance(value, ErrorValue):
            return value.value == expected
        return isinstance(value, str) and _comparable(value, goal) == _comparable(expected, goal)
    if expected is None:
        return value is None or (isinstance(value, str) and not value.strip())
    return isinstance(value, bool) and value == expected


def _comparable(text: str, goal: SheetGoal) -> str:
    return " ".join((typeable(text) if goal.case else fold(text)).split())


# --- actions ------------------------------------------------------------------------------------------------------


def _set(spec: SpreadsheetSpec, state: SheetState, action: Action) -> SheetState:
    cell = cell_of(spec, action, "cell")
    return _with(state, {cell: _meant(reading.text(action, "input", limit=LONGEST_FORMULA))})


def _meant(text: str) -> str:
    """What was typed, as a formula if it was meant for one."""
    stripped = text.strip()
    if is_formula(stripped):
        return stripped
    if stripped.startswith(("+", "-")) and len(stripped) < LONGEST_FORMULA:
        formula = f"={stripped}"
        try:
            return formula if any(areas_read(parse(formula))) else text
        except FormulaSyntaxFault:
            return text
    return text


def _copy(spec: SpreadsheetSpec, state: SheetState, action: Action) -> SheetState:
    source, target = cell_of(spec, action, "from"), area_of(spec, action, "to")
    text = state.inputs.get(source.name, "")
    return _with(
        state,
        {
            cell: shifted(text, cell.column - source.column, cell.row - source.row)
            for cell in target.cells()
            if cell != source and cell.row not in state.hidden
        },
    )


def _sort(spec: SpreadsheetSpec, state: SheetState, action: Action) -> SheetState:
    area, descending = area_of(spec, action, "range"), reading.flag(action, "descending")
    column = column_of(area, action, "by")
    sheet = sheet_of(spec, state)
    rows = [row for row in range(area.top, area.bottom + 1) if row not in state.hidden]
    values = {row: sheet.value(Cell(column, row).name) for row in rows}
    filled = [row for row in rows if values[row] is not None]
    sign = -1 if descending else 1

    def by_value(one: int, other: int) -> int:
        return sign * sorts(values[one], values[other])

    filled.sort(key=cmp_to_key(by_value))
    blank = [row for row in rows if values[row] is None]
    changes: dict[Cell, str] = {}
    for target, source in zip(rows, filled + blank, strict=True):
        for across in range(area.left, area.right + 1):
            text = state.inputs.get(Cell(across, source).name, "")
            changes[Cell(across, target)] = shifted(text, 0, target - source)
    return _with(state, changes)


def _with(state: SheetState, changes: Mapping[Cell, str]) -> SheetState:
    inputs = dict(state.inputs)
    for cell, text in changes.items():
        if text.strip():
            inputs[cell.name] = text
        else:
            inputs.pop(cell.name, None)
    return replace(state, inputs=inputs)
