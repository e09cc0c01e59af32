"""How a sheet is drawn: column widths, the part in sight, the grid's lines. Pure.

`shown` are the numbers of the rows that no filter hides, from top to bottom; there is always one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from itembank.tasks.formula.addresses import Area, Cell, column_letters
from kiosk.candidate.drawn import Row, Span
from kiosk.candidate.typesetting import fit

NARROWEST, WIDEST = 6, 34
LABEL = 4
FILTERED = " ▼"
"""Beside the letter of a filtered column."""


@dataclass(frozen=True, slots=True)
class View:
    """What is drawn: the cursor, the marked area if any, the first column in sight, the first row in sight by its place
    (from 0) among those shown, and the columns that are filtered."""

    cursor: Cell
    marked: Area | None
    left: int = 1
    top: int = 0
    filtered: frozenset[int] = frozenset()


def column_widths(texts: Sequence[Sequence[str]], available: int) -> list[int]:
    """A width a column: what its texts need, the widest cut down first when all do not fit `available`."""
    wanted = [min(WIDEST, max([NARROWEST, *map(len, column)])) for column in texts]
    room = available - len(wanted)  # one separator a column
    while sum(wanted) > room and max(wanted) > 12:
        wanted[wanted.index(max(wanted))] -= 1
    return wanted


def columns_in_sight(widths: Sequence[int], left: int, available: int) -> int:
    """How many columns from `left` (counted from 1) fit, at least one."""
    used, count = 0, 0
    for width in widths[left - 1 :]:
        used += width + 1
        if used > available and count:
            break
        count += 1
    return max(1, count)


def scrolled(view: View, widths: Sequence[int], shown: Sequence[int], available: int, lines: int) -> View:
    """The view moved as little as needed to hold the cursor; `lines` is how many sheet rows can be seen."""
    place = shown.index(view.cursor.row)
    left, top = min(view.left, view.cursor.column), min(view.top, place)
    while left + columns_in_sight(widths, left, available) <= view.cursor.column:
        left += 1
    top = max(top, place - lines + 1)
    top = max(0, min(top, len(shown) - lines))
    return replace(view, left=left, top=top)


def grid(
    view: View,
    widths: Sequence[int],
    shown: Sequence[int],
    text_of: Callable[[Cell], str],
    is_number: Callable[[Cell], bool],
    size: tuple[int, int],
    has_focus: bool,
) -> list[Row]:
    """The column letters, then the rows in sight. `size` is (width, lines), the letters included."""
    width, lines = size
    count = columns_in_sight(widths, view.left, width - LABEL)
    columns = range(view.left, min(len(widths), view.left + count - 1) + 1)
    found = [_letters(view, widths, columns, width)]
    in_sight = shown[view.top : view.top + lines - 1]
    for row in in_sight:
        above, below = row == in_sight[0] != shown[0], row == in_sight[-1] != shown[-1]
        here = row == view.cursor.row
        spans = [Span(f"{row:>2}{'↑' if above else '↓' if below else ' '}", "strong" if here else "quiet")]
        for column in columns:
            cell = Cell(column, row)
            text = fit(text_of(cell), widths[column - 1])
            text = text.rjust(widths[column - 1]) if is_number(cell) else text.ljust(widths[column - 1])
            spans += _cell(view, cell, text, has_focus)
        spans.append(
            Span("]" if here and view.cursor.column == columns[-1] else "│", "strong" if here else "quiet")
        )
        found.append(tuple(spans))
    return found


def _letters(view: View, widths: Sequence[int], columns: range, width: int) -> Row:
    spans = [Span("← " if view.left > 1 else "  ", "quiet"), Span(" ")]
    for column in columns:
        name = f" {column_letters(column)}{FILTERED if column in view.filtered else ''}"
        letter = name.ljust(widths[column - 1] + 1)
        spans.append(Span(letter, "strong" if column == view.cursor.column else "quiet"))
    if columns[-1] < len(widths):
        spans.append(Span(" →", "quiet"))
    return tuple(spans)


def _cell(view: View, cell: Cell, text: str, has_focus: bool) -> list[Span]:
    """The separator before a cell, and the cell: in brackets under the cursor, between colons when marked."""
    before = Cell(cell.column - 1, cell.row)
    if cell == view.cursor:
        return [Span("[", "strong"), Span(text, "cursor" if has_focus else "strong")]
    separator = "]" if before == view.cursor else ":" if _marked(view, cell) else "│"
    return [
        Span(separator, "strong" if separator != "│" else "quiet"),
        Span(text, "chosen" if _marked(view, cell) else "ink"),
    ]


def _marked(view: View, cell: Cell) -> bool:
    return view.marked is not None and view.marked.holds(cell)


def cursor_place(view: View, widths: Sequence[int], shown: Sequence[int]) -> tuple[int, int]:
    """Column and line of the cursor's cell in `grid`, the letters' line being 0."""
    x = LABEL + sum(w + 1 for w in widths[view.left - 1 : view.cursor.column - 1])
    return x, shown.index(view.cursor.row) - view.top + 1
