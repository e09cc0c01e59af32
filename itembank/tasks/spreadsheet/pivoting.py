"""A simple pivot table: the rows of a table grouped by one column, and another column summed up in each group.

Actions: `{"do": "pivot", "range": "A1:C9", "group": "A", "of": "C", "how": "sum"}` (`how`: `sum`, `count`, `average`;
the range's first row is its header; it takes the place of the pivot table before it), `{"do": "unpivot"}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cmp_to_key

from itembank.errors import ResponseInvalid
from itembank.tasks import actions
from itembank.tasks.actions import Action
from itembank.tasks.formula import ErrorValue, Scalar, Sheet
from itembank.tasks.formula.addresses import Area, Cell, column_number
from itembank.tasks.formula.functions import finite, mean_of, total_of
from itembank.tasks.formula.notation import GENERAL, NumberFormat, formatted
from itembank.tasks.spreadsheet.filtering import same
from itembank.tasks.spreadsheet.reading import area_of, letter_of
from itembank.tasks.spreadsheet.sorting import sorts
from itembank.tasks.spreadsheet.spec import SUMMARIES, SpreadsheetSpec, Summary
from itembank.tasks.spreadsheet.state import Pivot


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a pivot table: what the rows have in common, as the first of them shows it, and their summary."""

    label: str
    value: float | ErrorValue
    shown: str


def pivoted(spec: SpreadsheetSpec, action: Action) -> Pivot:
    """The pivot table after a `pivot` action. Raises ResponseInvalid: as `reading`, and `action.wrong_type`."""
    area = area_of(spec, action, "range")
    group, of = letter_of(area, action, "group"), letter_of(area, action, "of")
    how = actions.text(action, "how", limit=20)
    if how not in SUMMARIES:
        raise ResponseInvalid("action.wrong_type", key="how")
    return Pivot(area, group, of, Summary(how))


def groups_of(sheet: Sheet, pivot: Pivot) -> tuple[Group, ...]:
    """The lines of a pivot table as the sheet now is, in the order of a sort by their common value, blank last; without
    the total. Sums and averages leave out what is no number, counts what is blank; an error among them is the result."""
    column, of = column_number(pivot.group) or 0, column_number(pivot.of) or 0
    rows: dict[str, list[int]] = {}
    for row in range(pivot.area.top + 1, pivot.area.bottom + 1):
        rows.setdefault(same(sheet.display(Cell(column, row).name)), []).append(row)
    keys = {key: sheet.value(Cell(column, members[0]).name) for key, members in rows.items()}

    def in_sort(one: str, other: str) -> int:
        return sorts(keys[one], keys[other])

    filled = [key for key in rows if keys[key] is not None]
    in_order = sorted(filled, key=cmp_to_key(in_sort))
    in_order += [key for key in rows if keys[key] is None]
    return tuple(
        _group(sheet, pivot.how, of, rows[key], sheet.display(Cell(column, rows[key][0]).name))
        for key in in_order
    )


def total_line(sheet: Sheet, pivot: Pivot) -> Group:
    """The line of all rows together; its label is empty."""
    rows = list(range(pivot.area.top + 1, pivot.area.bottom + 1))
    return _group(sheet, pivot.how, column_number(pivot.of) or 0, rows, "")


def summarises_as(sheet: Sheet, pivot: Pivot | None, wanted: Pivot, tolerance: float) -> bool:
    """Whether `pivot` says what `wanted` does: the same summary of the same groups with the same results, whatever the
    range that it was made from."""
    if pivot is None or (pivot.group, pivot.how) != (wanted.group, wanted.how):
        return False
    if pivot.of != wanted.of and pivot.how is not Summary.COUNT:
        return False
    found, expected = groups_of(sheet, pivot), groups_of(sheet, wanted)
    return len(found) == len(expected) and all(
        same(one.label) == same(other.label) and _equal(one.value, other.value, tolerance)
        for one, other in zip(found, expected, strict=True)
    )


def _group(sheet: Sheet, how: Summary, column: int, rows: list[int], label: str) -> Group:
    names = [Cell(column, row).name for row in rows]
    value = _summary(how, [sheet.value(name) for name in names])
    numbers = [name for name in names if isinstance(sheet.value(name), float)]
    shown = sheet.number_format(numbers[0]) if numbers and how is not Summary.COUNT else GENERAL
    if how is Summary.AVERAGE:
        shown = NumberFormat(None if not shown.unit else 2, shown.grouped, shown.unit)
    text = value.value if isinstance(value, ErrorValue) else formatted(value, shown)
    return Group(label, value, text)


def _summary(how: Summary, values: list[Scalar]) -> float | ErrorValue:
    if how is Summary.COUNT:
        return float(sum(value is not None for value in values))
    numbers: list[float] = []
    for value in values:
        if isinstance(value, ErrorValue):
            return value
        if isinstance(value, float):
            numbers.append(value)
    return finite(total_of(numbers) if how is Summary.SUM else mean_of(numbers))


def _equal(one: float | ErrorValue, other: float | ErrorValue, tolerance: float) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= tolerance * (1 + 1e-9) + 1e-12 * abs(other)
    return one is other


def header_of(sheet: Sheet, area: Area, letter: str) -> str:
    """What the header of a column of a table shows."""
    return sheet.display(Cell(column_number(letter) or 0, area.top).name)
