"""What an action names on the sheet: a cell, a range, a column of a range."""

from __future__ import annotations

from itembank.errors import ResponseInvalid
from itembank.tasks import actions
from itembank.tasks.actions import Action
from itembank.tasks.formula.addresses import Area, Cell, area_named, cell_named, column_letters, column_number
from itembank.tasks.spreadsheet.spec import SpreadsheetSpec


def cell_of(spec: SpreadsheetSpec, action: Action, key: str) -> Cell:
    """The cell under `key`. Raises ResponseInvalid: `action.not_a_cell`, `action.cell_outside`."""
    cell = cell_named(actions.text(action, key, limit=20))
    if cell is None:
        raise ResponseInvalid("action.not_a_cell", key=key)
    if not Area(1, 1, spec.columns, spec.rows).holds(cell):
        raise ResponseInvalid("action.cell_outside", key=key)
    return cell


def area_of(spec: SpreadsheetSpec, action: Action, key: str) -> Area:
    """The range under `key`. Raises ResponseInvalid: `action.not_a_cell`, `action.cell_outside`."""
    area = area_named(actions.text(action, key, limit=40))
    if area is None:
        raise ResponseInvalid("action.not_a_cell", key=key)
    if area.right > spec.columns or area.bottom > spec.rows:
        raise ResponseInvalid("action.cell_outside", key=key)
    return area


def column_of(area: Area, action: Action, key: str) -> int:
    """The number of the column of `area` whose letter is under `key`. Raises `action.column_outside_range`."""
    column = column_number(actions.text(action, key, limit=3))
    if column is None or not area.left <= column <= area.right:
        raise ResponseInvalid("action.column_outside_range")
    return column


def letter_of(area: Area, action: Action, key: str) -> str:
    """As `column_of`, the letter in capitals."""
    return column_letters(column_of(area, action, key))
