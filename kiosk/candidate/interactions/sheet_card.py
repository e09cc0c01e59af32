"""A pivot table or a chart, shown in the place of the sheet: lines to read, and a key to go back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from textual import events

from itembank.tasks.formula import Sheet
from itembank.tasks.spreadsheet.spec import ChartKind
from itembank.tasks.spreadsheet.state import Chart, Pivot
from kiosk.candidate.drawn import Caret, Drawn, Row, Span
from kiosk.candidate.interactions import sheet_words
from kiosk.candidate.typesetting import fit, wrap
from kiosk.locale import t

LONGEST_LABEL = 24


class CardUser(Protocol):
    """Whoever owns the card."""

    def card_closed(self) -> None:
        """The person has read, and goes back."""


class SheetCard(Drawn, can_focus=True):
    """Arrows move from line to line, Enter and Escape go back."""

    DEFAULT_CSS = "SheetCard { height: 1fr; min-height: 4; }"

    def __init__(self, user: CardUser, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._user = user
        self._title = ""
        self._points: Sequence[tuple[str, str, float | None]] = ()
        self._is_line = False
        self._at = 0
        self._first = 1

    def show_pivot(self, sheet: Sheet, pivot: Pivot) -> None:
        """Show a pivot table, its total last."""
        rows = sheet_words.pivot_rows(sheet, pivot)
        self._is_line = False
        self._show(sheet_words.pivot_title(sheet, pivot), [(label, value, None) for label, value in rows])

    def show_chart(self, sheet: Sheet, chart: Chart) -> None:
        """Show a chart: a point a line, its value, and a bar, or a mark that one follows down the page for a curve."""
        self._is_line = chart.kind is ChartKind.LINE
        self._show(sheet_words.chart_title(sheet, chart), sheet_words.chart_rows(sheet, chart))

    def _show(self, title: str, lines: Sequence[tuple[str, str, float | None]]) -> None:
        self._title, self._points, self._at = title, lines, 0
        self.redraw()

    def rows(self, width: int) -> list[Row]:
        found: list[Row] = [(Span(line, "strong"),) for line in wrap(self._title, width)]
        self._first = len(found)
        label_width = min(LONGEST_LABEL, max((len(label) for label, _, _ in self._points), default=0))
        value_width = max((len(value) for _, value, _ in self._points), default=0)
        room = max(0, width - label_width - value_width - 6)
        for number, (label, value, size) in enumerate(self._points):
            here = "> " if number == self._at else "  "
            bar = "" if size is None else self._bar(round(size * room) or int(size > 0))
            text = f"{here}{fit(label, label_width).ljust(label_width)} │ {value.rjust(value_width)} {bar}"
            found.append((Span(fit(text, width), "strong" if number == self._at else "ink"),))
        found += [(), *((Span(line, "quiet"),) for line in wrap(t("tool_spreadsheet.closes"), width))]
        return found

    def _bar(self, length: int) -> str:
        if self._is_line:
            return "·" * (length - 1) + "●" if length else "●"
        return "═" * length

    def caret(self) -> Caret | None:
        return Caret(0, self._first + self._at)

    def on_key(self, event: events.Key) -> None:
        """Move, go back, or leave the key to the screen."""
        match event.key:
            case "up" | "shift+tab":
                self._go(self._at - 1)
            case "down" | "tab":
                self._go(self._at + 1)
            case "home":
                self._go(0)
            case "end":
                self._go(len(self._points) - 1)
            case "enter" | "space" | "escape":
                self._user.card_closed()
            case _:
                return
        event.stop()

    def _go(self, at: int) -> None:
        self._at = min(max(0, at), len(self._points) - 1)
        self.redraw()
