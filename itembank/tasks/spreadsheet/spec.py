"""The spreadsheet task as its author writes it (docs/tools/spreadsheet.md): the sheet and its goals."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.formula import FormulaSyntaxFault, is_formula, parse
from itembank.tasks.formula.addresses import Area, area_named, cell_named, column_letters, column_number
from itembank.tasks.formula.notation import typed


class Summary(StrEnum):
    """How a pivot table sums up a group."""

    SUM = "sum"
    COUNT = "count"
    AVERAGE = "average"


class ChartKind(StrEnum):
    """The kinds of charts: upright bars, lying bars, a line, a pie."""

    COLUMN = "column"
    BAR = "bar"
    LINE = "line"
    PIE = "pie"


SUMMARIES = tuple(summary.value for summary in Summary)
CHARTS = tuple(kind.value for kind in ChartKind)
MOST_COLUMNS = 12
MOST_ROWS = 30
TOLERANCE = 0.005


@dataclass(frozen=True, slots=True)
class Variant:
    """Other `inputs` (cell -> as typed) with which the sheet is recomputed, and what the `expected` cells then hold."""

    inputs: Mapping[str, str]
    expected: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FilterGoal:
    """What the filter must be: the values `kept` in each column named and in no other; the `rows` shown under the header
    of the filtered table; None for what does not matter."""

    kept: Mapping[str, tuple[str, ...]] | None
    rows: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class PivotGoal:
    """What the pivot table must say: what one made from the table `area` by these columns' letters does."""

    area: Area
    group: str
    of: str
    how: Summary


@dataclass(frozen=True, slots=True)
class ChartGoal:
    """What the chart must be: of one of `kinds`, of these ranges; any labels will do when `labels` is None."""

    kinds: tuple[ChartKind, ...]
    values: Area
    labels: Area | None


@dataclass(frozen=True, slots=True)
class SheetGoal:
    """One point: every cell of `cells` holds what is `expected` of it (as typed: « 12,5 » is a number), if anything,
    within `tolerance` if a number, whatever its case and accents if a text, unless `case`; is a formula if `formula`;
    and still does with each variant's inputs; the filter, the pivot table and the chart are as said, where they are."""

    name: str
    cells: tuple[str, ...]
    expected: Mapping[str, str]
    tolerance: float
    case: bool
    formula: bool
    variants: tuple[Variant, ...]
    filter: FilterGoal | None = None
    pivot: PivotGoal | None = None
    chart: ChartGoal | None = None


@dataclass(frozen=True, slots=True)
class SpreadsheetSpec:
    """The author's spreadsheet: a grid of `columns` (1 to 12) by `rows` (1 to 30), `cells` (« B2 » -> as typed), goals."""

    TOOL: ClassVar[str] = "spreadsheet"

    columns: int
    rows: int
    cells: Mapping[str, str]
    goals: tuple[SheetGoal, ...]

    @classmethod
    def from_record(cls, record: Mapping[str, object], *, field: str = "body") -> SpreadsheetSpec:
        """The spec of a decoded `body` (docs/tools/spreadsheet.md); `field` is its dotted path in the item.

        Raises `itembank.errors.ItemInvalid` naming the dotted field: the codes of `records`, and
        `task.not_a_cell` (`cell`), `task.cell_outside` (`cell`, `columns`, `rows`), `task.value_expected` (neither
        text, number nor boolean, or a formula where a value must stand), `task.date_unquoted`,
        `task.formula_unreadable` (`reason`, `position`), `task.goal_without_check`, `task.variant_sets_goal`
        (`cell`).
        """
        body = Record(record, field)
        body.only("columns", "rows", "cells", "goals")
        columns, rows = body.integer("columns", 1, MOST_COLUMNS), body.integer("rows", 1, MOST_ROWS)
        cells = _inputs(body.record("cells"), columns, rows)
        goals = tuple(_goal(goal, columns, rows) for goal in body.records("goals", required=True))
        return cls(columns, rows, cells, goals)

    def texts(self) -> list[str]:
        """What the cells hold, as typed."""
        return list(self.cells.values())

    def to_record(self) -> dict[str, object]:
        """The plain mapping that `from_record` reads back as an equal spec."""
        return {
            "columns": self.columns,
            "rows": self.rows,
            "cells": dict(self.cells),
            "goals": [_goal_record(goal) for goal in self.goals],
        }


def _inputs(record: Record, columns: int, rows: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in record.items():
        name = _cell_name(key, record.at(key), columns, rows)
        if name in found:
            raise ItemInvalid("item.duplicate", record.at(key), value=name)
        found[name] = _input(value, record.at(key))
    return found


def _cell_name(text: str, field: str, columns: int, rows: int) -> str:
    cell = cell_named(text)
    if cell is None or "$" in text:
        raise ItemInvalid("task.not_a_cell", field, cell=text)
    if not Area(1, 1, columns, rows).holds(cell):
        raise ItemInvalid("task.cell_outside", field, cell=cell.name, columns=columns, rows=rows)
    return cell.name


def _input(value: object, field: str, *, constant: bool = False) -> str:
    """What the author wants typed into a cell; a `constant` may not be a formula."""
    if isinstance(value, bool | int | float) and math.isfinite(value):
        return typed(value)
    if isinstance(value, datetime.date):
        raise ItemInvalid("task.date_unquoted", field)
    if not isinstance(value, str):
        raise ItemInvalid("task.value_expected", field)
    if is_formula(value):
        if constant:
            raise ItemInvalid("task.value_expected", field)
        try:
            parse(value)
        except FormulaSyntaxFault as fault:
            raise ItemInvalid(
                "task.formula_unreadable", field, reason=fault.code, position=fault.position
            ) from fault
    return value


_OF_CELLS = ("tolerance", "case", "formula", "variants")
_OF_TOOLS = ("filter", "rows", "pivot", "chart")


def _goal(record: Record, columns: int, rows: int) -> SheetGoal:
    record.only("name", "cell", "value", "cells", *_OF_CELLS, *_OF_TOOLS)
    name, formula = record.text("name"), record.flag("formula")
    tool = (
        _filter_goal(record, columns, rows),
        _pivot_goal(record, columns, rows),
        _chart_goal(record, columns, rows),
    )
    cells: tuple[str, ...] = ()
    expected: dict[str, str] = {}
    if "cells" in record:
        record.only("name", "cells", *_OF_CELLS, *_OF_TOOLS)
        expected = _expected(record, columns, rows)
        cells = tuple(expected)
    elif "cell" in record or not any(tool):
        cells = (_cell_name(record.text("cell"), record.at("cell"), columns, rows),)
        expected = _value(record, cells[0]) if "value" in record else {}
    else:
        record.only("name", "tolerance", *_OF_TOOLS)
    variants = tuple(_variant(variant, columns, rows, cells) for variant in record.records("variants"))
    if not (expected or formula or variants or any(tool)):
        raise ItemInvalid("task.goal_without_check", record.field)
    tolerance, case = record.positive("tolerance", default=TOLERANCE), record.flag("case")
    return SheetGoal(name, cells, expected, tolerance, case, formula, variants, *tool)


def _filter_goal(record: Record, columns: int, rows: int) -> FilterGoal | None:
    if "filter" not in record and "rows" not in record:
        return None
    kept: dict[str, tuple[str, ...]] | None = None
    if "filter" in record:
        inside = record.record("filter")
        kept = {
            _letter(letter, inside.at(letter), columns): inside.texts(letter, required=True)
            for letter, _ in inside.items()
        }
        if not kept:
            raise ItemInvalid("item.mapping_expected", record.at("filter"))
    shown = tuple(_row(value, field, rows) for field, value in record.members("rows"))
    return FilterGoal(kept, shown if "rows" in record else None)


def _row(value: object, field: str, rows: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ItemInvalid("item.number_expected", field)
    if not 1 <= value <= rows:
        raise ItemInvalid("item.number_range", field, low=1, high=rows)
    return value


def _pivot_goal(record: Record, columns: int, rows: int) -> PivotGoal | None:
    if "pivot" not in record:
        return None
    inside = record.record("pivot")
    inside.only("range", "group", "of", "how")
    area = _area(inside, "range", columns, rows)
    group, of = (_letter(inside.text(key), inside.at(key), columns) for key in ("group", "of"))
    for key, letter in (("group", group), ("of", of)):
        if not area.left <= (column_number(letter) or 0) <= area.right:
            raise ItemInvalid("item.unknown_reference", inside.at(key), value=letter)
    return PivotGoal(area, group, of, Summary(inside.one_of("how", SUMMARIES)))


def _chart_goal(record: Record, columns: int, rows: int) -> ChartGoal | None:
    if "chart" not in record:
        return None
    inside = record.record("chart")
    inside.only("kind", "values", "labels")
    kinds = (
        inside.texts("kind", required=True, among=CHARTS)
        if isinstance(inside.get("kind"), list | tuple)
        else (inside.one_of("kind", CHARTS),)
    )
    labels = _area(inside, "labels", columns, rows) if "labels" in inside else None
    return ChartGoal(tuple(map(ChartKind, kinds)), _area(inside, "values", columns, rows), labels)


def _area(record: Record, key: str, columns: int, rows: int) -> Area:
    text = record.text(key)
    area = area_named(text)
    if area is None or "$" in text:
        raise ItemInvalid("task.not_a_cell", record.at(key), cell=text)
    if area.right > columns or area.bottom > rows:
        raise ItemInvalid("task.cell_outside", record.at(key), cell=text, columns=columns, rows=rows)
    return area


def _letter(text: str, field: str, columns: int) -> str:
    number = column_number(text)
    if number is None or number > columns:
        raise ItemInvalid("item.unknown_reference", field, value=text)
    return column_letters(number)


def _variant(record: Record, columns: int, rows: int, goal_cells: tuple[str, ...]) -> Variant:
    record.only("set", "value" if len(goal_cells) == 1 else "cells")
    inputs = _inputs(record.record("set"), columns, rows)
    if not inputs:
        raise ItemInvalid("item.mapping_expected", record.at("set"))
    for name in inputs:
        if name in goal_cells:
            raise ItemInvalid("task.variant_sets_goal", record.at("set"), cell=name)
    if len(goal_cells) == 1:
        return Variant(inputs, _value(record, goal_cells[0]))
    expected = _expected(record, columns, rows)
    for name in expected:
        if name not in goal_cells:
            raise ItemInvalid("item.unknown_reference", record.at("cells"), value=name)
    return Variant(inputs, expected)


def _value(record: Record, cell: str) -> dict[str, str]:
    return {cell: _input(record.get("value"), record.at("value"), constant=True)}


def _expected(record: Record, columns: int, rows: int) -> dict[str, str]:
    """What `cells` expects, cell by cell."""
    inside = record.record("cells")
    expected = {
        _cell_name(key, inside.at(key), columns, rows): _input(value, inside.at(key), constant=True)
        for key, value in inside.items()
    }
    if not expected:
        raise ItemInvalid("item.mapping_expected", record.at("cells"))
    return expected


def _goal_record(goal: SheetGoal) -> dict[str, object]:
    record: dict[str, object] = {"name": goal.name}
    if len(goal.cells) == 1:
        record["cell"] = goal.cells[0]
    if goal.cells:
        record |= {
            **_expected_record(goal.cells, goal.expected),
            "case": goal.case,
            "formula": goal.formula,
            "variants": [
                {"set": dict(variant.inputs), **_expected_record(goal.cells, variant.expected)}
                for variant in goal.variants
            ],
        }
    return {**record, "tolerance": goal.tolerance, **_tool_record(goal)}


def _tool_record(goal: SheetGoal) -> dict[str, object]:
    record: dict[str, object] = {}
    if goal.filter and goal.filter.kept is not None:
        record["filter"] = {letter: list(values) for letter, values in goal.filter.kept.items()}
    if goal.filter and goal.filter.rows is not None:
        record["rows"] = list(goal.filter.rows)
    if goal.pivot:
        pivot = goal.pivot
        record["pivot"] = {
            "range": pivot.area.name, "group": pivot.group, "of": pivot.of, "how": pivot.how.value,
        }  # fmt: skip
    if goal.chart:
        chart = goal.chart
        labels = {"labels": chart.labels.name} if chart.labels else {}
        record["chart"] = {
            "kind": [kind.value for kind in chart.kinds], "values": chart.values.name, **labels,
        }  # fmt: skip
    return record


def _expected_record(cells: tuple[str, ...], expected: Mapping[str, str]) -> dict[str, object]:
    if len(cells) > 1:
        return {"cells": dict(expected)}
    return {"value": expected[cells[0]]} if expected else {}
