"""The sheet as one sees and types it: the line of the cell, the grid, a cursor. It changes nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from textual import events

from itembank.tasks.formula import Sheet, is_formula
from itembank.tasks.formula.addresses import Area, Cell, column_number
from itembank.tasks.formula.lexer import LONGEST_FORMULA
from itembank.tasks.spreadsheet import SheetState
from kiosk.candidate.drawn import Caret, Drawn, Row, Span
from kiosk.candidate.editing import Typing
from kiosk.candidate.interactions import sheet_view
from kiosk.candidate.interactions.sheet_view import View
from kiosk.candidate.typesetting import fit
from kiosk.locale import t


class SheetUser(Protocol):
    """Whoever owns the pad. Told at once: an entry must be kept before the next key is looked at."""

    def cell_entered(self, cell: Cell, text: str) -> None:
        """`text` was typed into `cell` (empty: the cell was emptied)."""

    def cell_pointed(self, cell: Cell) -> None:
        """The cell under the cursor was given."""

    def entry_turned(self) -> None:
        """An entry began or ended: other keys are useful."""


class SheetPad(Drawn, can_focus=True):
    """Arrows move; typing starts an entry, Enter ends it. While `pointing`, Enter gives the cell under the cursor."""

    DEFAULT_CSS = "SheetPad { height: 1fr; min-height: 4; }"

    def __init__(self, user: SheetUser) -> None:
        super().__init__()
        self._user = user
        self.cursor = Cell(1, 1)
        self.entry: Typing | None = None
        self.pointing_from: Cell | None = None
        self.pointing = False
        self.frozen = False
        self._columns = 1
        self._shown: Sequence[int] = (1,)
        self._inputs: Mapping[str, str] = {}
        self._sheet = Sheet({})
        self._view = View(self.cursor, None)
        self._widths: list[int] = []
        self._caret = Caret(0, 0)

    def begin(self, columns: int, rows: int) -> None:
        """A new sheet of this size, the cursor at its top left."""
        self._columns, self._shown = columns, range(1, rows + 1)
        self.cursor, self.entry = Cell(1, 1), None
        self.pointing, self.pointing_from, self.frozen = False, None, False
        self._view = View(self.cursor, None)

    def show(self, sheet: Sheet, state: SheetState, rows: int) -> None:
        """What the cells of `rows` rows hold now, and which of them a filter hides; the cursor goes to one that shows."""
        self._inputs, self._sheet = state.inputs, sheet
        self._shown = [row for row in range(1, rows + 1) if row not in state.hidden]
        if self.cursor.row not in self._shown:
            above = [row for row in self._shown if row < self.cursor.row]
            self.cursor = Cell(self.cursor.column, above[-1] if above else self._shown[0])
        kept = state.filter.kept if state.filter else {}
        self._view = replace(self._view, filtered=frozenset(column_number(name) or 0 for name in kept))
        self.redraw()

    # --- drawing ---

    def rows(self, width: int) -> list[Row]:
        lines = max(3, self.content_size.height)
        columns = [
            [self._sheet.display(Cell(c, r).name) for r in self._shown] for c in range(1, self._columns + 1)
        ]
        self._widths = sheet_view.column_widths(columns, width - sheet_view.LABEL)
        marked = self._area()
        self._view = sheet_view.scrolled(
            replace(self._view, cursor=self.cursor, marked=marked),
            self._widths,
            self._shown,
            width - sheet_view.LABEL,
            lines - 2,
        )
        body = sheet_view.grid(
            self._view,
            self._widths,
            self._shown,
            lambda cell: self._sheet.display(cell.name),
            lambda cell: isinstance(self._sheet.value(cell.name), float),
            (width, lines - 1),
            self.has_focus,
        )
        return [self._cell_line(width), *body]

    def _area(self) -> Area | None:
        if self.pointing_from is None:
            return None
        return Area.between(self.pointing_from, self.cursor)

    def _cell_line(self, width: int) -> Row:
        """What the cell under the cursor holds, as typed; while an entry goes on, the entry and its caret."""
        lead = f" {self.cursor.name:<4}│ "
        room = width - len(lead) - 1
        if self.entry is None:
            x, y = sheet_view.cursor_place(self._view, self._widths, self._shown)
            self._caret = Caret(x, y + 1)
            text = self._inputs.get(self.cursor.name, "")
            return (
                Span(lead, "strong"),
                Span(fit(text or t("candidate.sheet.empty"), room), "ink" if text else "quiet"),
            )
        start = max(0, self.entry.caret - room + 1)
        text, at = self.entry.text[start : start + room].ljust(room), self.entry.caret - start
        self._caret = Caret(len(lead) + at, 0)
        return (
            Span(lead, "strong"),
            Span(text[:at], "strong"),
            Span(text[at], "cursor"),
            Span(text[at + 1 :], "strong"),
        )

    def caret(self) -> Caret | None:
        return self._caret

    # --- keys ---

    def on_key(self, event: events.Key) -> None:
        if self.frozen:
            return
        handled = self._key_in_entry(event) if self.entry is not None else self._key_outside(event)
        if handled:
            event.stop()

    def _key_outside(self, event: events.Key) -> bool:
        match event.key:
            case "up":
                self.go(0, -1)
            case "down":
                self.go(0, 1)
            case "left" | "shift+tab":
                self.go(-1, 0)
            case "right" | "tab":
                self.go(1, 0)
            case "home":
                self.go(-self._columns, 0)
            case "end":
                self.go(self._columns, 0)
            case "pageup":
                self.go(0, -max(1, self.content_size.height - 3))
            case "pagedown":
                self.go(0, max(1, self.content_size.height - 3))
            case "enter" | "space" if self.pointing:
                self._user.cell_pointed(self.cursor)
            case "enter":
                self._edit(self._inputs.get(self.cursor.name, ""))
            case "delete" | "backspace" if not self.pointing:
                if self.cursor.name in self._inputs:
                    self._user.cell_entered(self.cursor, "")
            case _:
                if self.pointing or not (event.is_printable and event.character):
                    return False
                self._edit(event.character)
        return True

    def _key_in_entry(self, event: events.Key) -> bool:
        assert self.entry is not None  # noqa: S101 - the caller looked
        match event.key:
            case "enter" | "down":
                self.commit()
                self.go(0, 1)
            case "up":
                self.commit()
                self.go(0, -1)
            case "tab":
                self.commit()
                self.go(1, 0)
            case "shift+tab":
                self.commit()
                self.go(-1, 0)
            case _:
                entry = self.entry.after_key(event.key)
                if entry is None:
                    if not (event.is_printable and event.character):
                        return False
                    entry = self.entry.typed(event.character)
                self.entry = entry
                self.redraw()
        return True

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        line = "".join(c for c in " ".join(event.text.split()) if c.isprintable())
        if self.frozen or self.pointing:
            return
        if self.entry is None:
            self._edit("")
        if self.entry is not None:
            self.entry = self.entry.typed(line)
            self.redraw()

    def go(self, across: int, down: int) -> None:
        """Move the cursor, over hidden rows; it stops at the sheet's edges."""
        column = min(max(1, self.cursor.column + across), self._columns)
        place = min(max(0, self._shown.index(self.cursor.row) + down), len(self._shown) - 1)
        self.cursor = Cell(column, self._shown[place])
        self.redraw()

    def _edit(self, text: str) -> None:
        self.entry = Typing(limit=LONGEST_FORMULA).with_text(text)
        self.redraw()
        self._user.entry_turned()

    def commit(self) -> None:
        """End the entry under way, if any, and hand it on when it changes the cell."""
        if self.entry is None:
            return
        text, self.entry = self.entry.text, None
        if text.strip() and not is_formula(text):
            text = text.strip()
        if text.strip() != self._inputs.get(self.cursor.name, "").strip():
            self._user.cell_entered(self.cursor, text)
        self.redraw()
        self._user.entry_turned()

    def cancel(self) -> bool:
        """Leave the entry under way as if nothing had been typed; False when there is none."""
        if self.entry is None:
            return False
        self.entry = None
        self.redraw()
        self._user.entry_turned()
        return True
