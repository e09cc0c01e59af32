"""Where a cell is: « B2 », « A2:C8 », and the numbers behind the letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384  # XFD
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


class Cell(NamedTuple):
    """One cell, by column and row, both counted from 1."""

    column: int
    row: int

    @property
    def name(self) -> str:
        """As people write it: « B2 »."""
        return f"{column_letters(self.column)}{self.row}"


class Area(NamedTuple):
    """A rectangle of cells, both corners included, the top left one first."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def between(cls, one: Cell, other: Cell) -> Area:
        """The rectangle that has `one` and `other` as opposite corners."""
        return cls(
            min(one.column, other.column),
            min(one.row, other.row),
            max(one.column, other.column),
            max(one.row, other.row),
        )

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left + 1

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top + 1

    @property
    def name(self) -> str:
        """As people write it: « B2:C8 », « B2 » for a single cell."""
        first, last = Cell(self.left, self.top).name, Cell(self.right, self.bottom).name
        return first if first == last else f"{first}:{last}"

    def holds(self, cell: Cell) -> bool:
        """Whether `cell` is inside."""
        return self.left <= cell.column <= self.right and self.top <= cell.row <= self.bottom

    def cells(self) -> Iterator[Cell]:
        """Every cell, row by row."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield Cell(column, row)

    def within(self, columns: int, rows: int) -> Area:
        """The part inside a grid of `columns` by `rows`; at least the top left cell is kept."""
        return Area(
            self.left,
            self.top,
            max(self.left, min(self.right, columns)),
            max(self.top, min(self.bottom, rows)),
        )

    def resized(self, like: Area) -> Area:
        """An area as wide and high as `like` that starts where this one does."""
        return Area(self.left, self.top, self.left + like.width - 1, self.top + like.height - 1)


def column_letters(number: int) -> str:
    """1 -> « A », 27 -> « AA »."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int | None:
    """« A » -> 1, « aa » -> 27; None for anything that is no column of a spreadsheet."""
    if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha()):
        return None
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number if number <= MOST_COLUMNS else None


def cell_at(column_text: str, row_text: str) -> Cell | None:
    """The cell of a column's letters and a row's digits; None when no spreadsheet has it."""
    column = column_number(column_text)
    row = int(row_text)
    return Cell(column, row) if column is not None and 1 <= row <= MOST_ROWS else None


def cell_named(text: str) -> Cell | None:
    """« B2 », « b2 » or « $B$2 » -> the cell; None for anything else."""
    match = _CELL.fullmatch(text)
    return cell_at(match[1], match[2]) if match else None


def area_named(text: str) -> Area | None:
    """« B2:C8 » or « B2 » -> the area; None for anything else."""
    first, colon, last = text.partition(":")
    start = cell_named(first)
    end = cell_named(last) if colon else start
    return Area.between(start, end) if start and end else None
