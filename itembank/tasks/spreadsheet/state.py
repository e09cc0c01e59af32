"""What a spreadsheet holds: its cells, and the one filter, pivot table and chart that may stand on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from itembank.tasks.formula import Sheet
from itembank.tasks.formula.addresses import Area, Cell
from itembank.tasks.spreadsheet.spec import ChartKind, SpreadsheetSpec, Summary


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows of `area`, whose first row is the header, of which only some are shown.

    `kept`: column letter -> the values, as cells show them, that its rows may have; `hidden`: the rows out of sight since
    the filter was set. As in life, a cell that changes later does not come or go until one filters again.
    """

    area: Area
    kept: Mapping[str, tuple[str, ...]]
    hidden: frozenset[int]


@dataclass(frozen=True, slots=True)
class Pivot:
    """The rows of `area` under its header, grouped by the values of one column (`group`, its letter), and a summary of
    another (`of`) in each group."""

    area: Area
    group: str
    of: str
    how: Summary


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of one series: `values` and the `labels` beside them, None when it has none."""

    kind: ChartKind
    values: Area
    labels: Area | None


@dataclass(frozen=True, slots=True)
class SheetState:
    """What the cells hold, as typed (« B2 » -> « =SOMME(B3:B8) »), blank cells being absent; and what stands on them."""

    inputs: Mapping[str, str]
    filter: Filter | None = None
    pivot: Pivot | None = None
    chart: Chart | None = None

    @property
    def hidden(self) -> frozenset[int]:
        """The rows that the filter keeps out of sight."""
        return self.filter.hidden if self.filter else frozenset()


def sheet_of(spec: SpreadsheetSpec, state: SheetState) -> Sheet:
    """The sheet's values and what its cells show."""
    return Sheet(state.inputs, spec.columns, spec.rows)


def filled_block(spec: SpreadsheetSpec, state: SheetState, cell: Cell) -> Area:
    """The block of filled cells around `cell`, up to blank rows and columns: the table that one means by standing in it.

    `cell` alone when nothing is filled there.
    """
    filled = {
        (c.column, c.row) for c in Area(1, 1, spec.columns, spec.rows).cells() if c.name in state.inputs
    }
    block = Area(cell.column, cell.row, cell.column, cell.row)
    while True:
        near = [
            Cell(column, row)
            for column, row in filled
            if block.left - 1 <= column <= block.right + 1 and block.top - 1 <= row <= block.bottom + 1
        ]
        wider = Area(
            min([block.left, *(c.column for c in near)]),
            min([block.top, *(c.row for c in near)]),
            max([block.right, *(c.column for c in near)]),
            max([block.bottom, *(c.row for c in near)]),
        )
        if wider == block:
            return block
        block = wider
