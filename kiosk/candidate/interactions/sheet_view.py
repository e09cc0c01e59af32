"""How a sheet is drawn: column widths, the part in sight, the grid's lines. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from itembank.tasks.formula.addresses import Area, Cell, column_letters
from kiosk.candidate.drawn import Row, Span
from kiosk.candidate.typesetting import fit

NARROWEST, WIDEST = 6, 34
LABEL = 4


@dataclass(frozen=True, slots=True)
class View:
    """What is drawn: the cursor, the marked area if any, the first column and row in sight."""

    cursor: Cell
    marked: Area | None
    left: int = 1
    top: int = 1


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


def scrolled(view: View, widths: Sequence[int], rows: int, available: int, lines: int) -> View:
    """The view moved as little as needed to hold the cursor; `lines` is how many sheet rows can be seen."""
    left, top = min(view.left, view.cursor.column), min(view.top, view.cursor.row)
    while left + columns_in_sight(widths, left, available) <= view.cursor.column:
        left += 1
    top = max(top, view.cursor.row - lines + 1)
    top = max(1, min(top, rows - lines + 1))
    return View(view.cursor, view.marked, left, top)


def grid(
    view: View,
    widths: Sequence[int],
    rows: int,
    shown: Callable[[Cell], str],
    is_number: Callable[[Cell], bool],
    size: tuple[int, int],
    has_focus: bool,
) -> list[Row]:
    """The column letters, then the rows in sight. `size` is (width, lines), the letters included."""
    width, lines = size
    count = columns_in_sight(widths, view.left, width - LABEL)
    columns = range(view.left, min(len(widths), view.left + count - 1) + 1)
    found = [_letters(view, widths, columns, width)]
    last = min(rows, view.top + lines - 2)
    for row in range(view.top, last + 1):
        more = "↑" if row == view.top > 1 else "↓" if row == last < rows else " "
        here = row == view.cursor.row
        spans = [Span(f"{row:>2}{more}", "strong" if here else "quiet")]
        for column in columns:
            cell = Cell(column, row)
            text = fit(shown(cell), widths[column - 1])
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
        letter = f" {column_letters(column)}".ljust(widths[column - 1] + 1)
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


def cursor_place(view: View, widths: Sequence[int]) -> tuple[int, int]:
    """Column and line of the cursor's cell in `grid`, the letters' line being 0."""
    x = LABEL + sum(w + 1 for w in widths[view.left - 1 : view.cursor.column - 1])
    return x, view.cursor.row - view.top + 1
