"""A sheet: what was typed into its cells, and what they then hold and show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from itembank.tasks.formula import notation
from itembank.tasks.formula.addresses import Area, Cell, cell_named
from itembank.tasks.formula.evaluator import evaluate
from itembank.tasks.formula.parser import parse
from itembank.tasks.formula.syntax import FormulaSyntaxFault, Node, areas_read
from itembank.tasks.formula.values import Array, ErrorValue, Scalar

MOST_WORK = 300_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What an input means when it is no formula: its value, and how it is shown if that is a number."""

    value: float | str | bool | None
    shown: notation.NumberFormat = notation.GENERAL


def is_formula(typed: str) -> bool:
    """Whether what was typed is a formula."""
    return typed.startswith("=")


def read_input(typed: str) -> Typed:
    """What `typed`, which is no formula, means in a French spreadsheet; white space alone is a blank cell.

    A leading apostrophe, not shown, makes a text of anything; see `notation` for what is read as a number.
    """
    if typed.startswith("'"):
        return Typed(typed[1:])
    if not typed.strip():
        return Typed(None)
    number = notation.read_formatted(typed)
    if number is not None:
        return Typed(*number)
    boolean = notation.read_boolean(typed)
    return Typed(typed if boolean is None else boolean)


class TooMuchWork(Exception):
    """A sheet's formulas ask for more work than `MOST_WORK`; the sheet makes a #NOMBRE! of it."""


class Sheet:
    """The values of `inputs` (« B2 » -> what was typed there), reckoned once, when first asked for.

    The sheet ends at `columns` by `rows`, or further where there are inputs: beyond, cells are blank and ranges are
    cut short. Circular formulas, and those that read one, are #CIRC!; unreadable ones are #ERREUR!; formulas that are
    left when `MOST_WORK` elementary operations were spent are #NOMBRE!. Raises `ValueError` for an input whose
    key is no cell.
    """

    def __init__(self, inputs: Mapping[str, str], columns: int = 1, rows: int = 1) -> None:
        self._columns, self._rows = columns, rows
        self._typed: dict[Cell, Typed] = {}
        self._formulas: dict[Cell, str] = {}
        for name, typed in inputs.items():
            cell = _cell(name)
            if is_formula(typed):
                self._formulas[cell] = typed
            else:
                self._typed[cell] = read_input(typed)
            self._columns, self._rows = max(self._columns, cell.column), max(self._rows, cell.row)

    def value(self, name: str) -> Scalar:
        """The value of a cell; None when it is blank. Raises `ValueError` when `name` is no cell."""
        return self._values.get(_cell(name))

    def number_format(self, name: str) -> notation.NumberFormat:
        """How a typed number asks to be shown; a formula's result asks for nothing. Raises `ValueError` as `value`."""
        cell = _cell(name)
        return self._typed[cell].shown if cell in self._typed else notation.GENERAL

    def display(self, name: str) -> str:
        """What a cell shows, in French; empty when it is blank. Raises `ValueError` when `name` is no cell."""
        cell = _cell(name)
        value = self._values.get(cell)
        if isinstance(value, bool):
            return notation.boolean_text(value)
        if isinstance(value, float):
            return notation.formatted(value, self.number_format(name))
        if isinstance(value, ErrorValue):
            return value.value
        return value or ""

    @cached_property
    def _values(self) -> dict[Cell, Scalar]:
        return _Reckoning(self._typed, self._formulas, self._columns, self._rows).values


class _Reckoning:
    """One evaluation of every formula, each after those that it reads (Kahn 1962), so that no chain is too long."""

    def __init__(
        self, typed: Mapping[Cell, Typed], formulas: Mapping[Cell, str], columns: int, rows: int
    ) -> None:
        self.columns, self.rows = columns, rows
        self.work_left = MOST_WORK
        self.values: dict[Cell, Scalar] = {cell: content.value for cell, content in typed.items()}
        self.trees: dict[Cell, Node] = {}
        for cell, formula in formulas.items():
            try:
                self.trees[cell] = parse(formula)
            except FormulaSyntaxFault:
                self.values[cell] = ErrorValue.UNREADABLE
        self.formula_rows: dict[int, int] = {}  # column -> its rows with a formula, as bits
        for cell in self.trees:
            self.formula_rows[cell.column] = self.formula_rows.get(cell.column, 0) | 1 << cell.row
        self._evaluate_in_order()

    def read(self, area: Area) -> Array:
        clipped = area.within(self.columns, self.rows)
        self.spend(clipped.width * clipped.height)
        get = self.values.get
        return Array(
            tuple(
                tuple(get(Cell(column, row)) for column in range(clipped.left, clipped.right + 1))
                for row in range(clipped.top, clipped.bottom + 1)
            ),
            area,
        )

    def spend(self, work: int) -> None:
        self.work_left -= work
        if self.work_left < 0:
            raise TooMuchWork

    def _evaluate_in_order(self) -> None:
        waiting_for: dict[Cell, int] = {}
        readers: dict[Cell, list[Cell]] = {cell: [] for cell in self.trees}
        ready: list[Cell] = []
        for cell, tree in self.trees.items():
            read = self._formulas_read(tree)
            waiting_for[cell] = len(read)
            for other in read:
                readers[other].append(cell)
            if not read:
                ready.append(cell)
        for cell in ready:  # grows while we go through it
            self.values[cell] = self._evaluated(self.trees[cell])
            for reader in readers[cell]:
                waiting_for[reader] -= 1
                if not waiting_for[reader]:
                    ready.append(reader)
        for cell, number in waiting_for.items():
            if number:
                self.values[cell] = ErrorValue.CIRCULAR

    def _formulas_read(self, tree: Node) -> list[Cell]:
        """The cells with a formula that `tree` may read."""
        found: dict[int, int] = {}
        for area in set(areas_read(tree)):
            if area.top > self.rows:
                continue
            clipped = area.within(self.columns, self.rows)
            between = (2 << clipped.bottom) - (1 << clipped.top)
            for column, rows in self.formula_rows.items():
                if clipped.left <= column <= clipped.right:
                    found[column] = found.get(column, 0) | rows & between
        return [Cell(column, row) for column, rows in found.items() for row in _bits(rows)]

    def _evaluated(self, tree: Node) -> Scalar:
        try:
            return evaluate(tree, self)
        except TooMuchWork:
            return ErrorValue.NUMBER


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _cell(name: str) -> Cell:
    cell = cell_named(name)
    if cell is None:
        raise ValueError(f"no cell: {name!r}")
    return cell
