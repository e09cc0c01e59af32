"""A tool's view, drawn: what it is, its tabs, its bar, its lines, one of them under the cursor."""

from __future__ import annotations

from kiosk.candidate.drawn import Caret, Drawn, Row, Span
from kiosk.candidate.panels import said
from kiosk.candidate.panels.view import Line, View
from kiosk.candidate.typesetting import fit, glyphs, wrap
from kiosk.locale import t


class PanelPad(Drawn, can_focus=True):
    """Arrows go through the lines; what is done with a line is the tool's business, and so are the keys: one queue takes
    them in order, so that Enter acts on the line it was pressed on even when a busy machine takes several keys at once."""

    DEFAULT_CSS = "PanelPad { height: 1fr; min-height: 3; }"

    def __init__(self) -> None:
        super().__init__()
        self.cursor = 0
        self._view = View("", ())
        self._caret = Caret(0, 0)

    def show(self, view: View) -> None:
        """The view as it now is. The cursor stays where it was while the place does."""
        if view.place != self._view.place:
            self.cursor = view.anchor
        self._view = view
        self.cursor = min(max(0, self.cursor), max(0, len(view.lines) - 1))
        self.redraw()

    def begin(self) -> None:
        """Forget the last task."""
        self._view = View("", (), place="\0")
        self.cursor = 0

    @property
    def line(self) -> Line | None:
        """The line under the cursor."""
        lines = self._view.lines
        return lines[self.cursor] if self.cursor < len(lines) else None

    def rows(self, width: int) -> list[Row]:
        view = self._view
        found: list[Row] = [(Span(fit(said(view.title), width), "strong"),)] if view.title else []
        found += self._tabs(width)
        if view.bar:
            found.append((Span(fit(f" {view.bar} ", width).ljust(width), "bar"),))
        if not view.lines:
            self._caret = Caret(0, len(found))
            found.append((Span("  " + (view.empty or t("candidate.panel.empty")), "quiet"),))
        for number, line in enumerate(view.lines):
            here = number == self.cursor
            lead = ("> " if here else "  ") + " " * line.indent + glyphs(line.mark)
            lines = wrap(said(line.text), width - len(lead) - 1)
            if here:
                self._caret = Caret(0, len(found), len(lines))
            for rank, text in enumerate(lines):
                start = lead if rank == 0 else " " * len(lead)
                whole = start + text
                role = "cursor" if here and self.has_focus else line.role
                found.append((Span(whole.ljust(width) if here else whole, role),))
            if self.roomy:
                found.append(())
        return found

    def _tabs(self, width: int) -> list[Row]:
        """Every place beside this one; the one in sight in brackets."""
        rows: list[list[Span]] = [[]]
        used = 0
        for tab in self._view.tabs:
            label = glyphs(tab.words)
            text = f"[{label}]" if tab.here else f" {label} "
            if used + len(text) > width and used:
                rows.append([])
                used = 0
            rows[-1].append(Span(text, "chosen" if tab.here else "quiet"))
            used += len(text)
        return [tuple(row) for row in rows if row]

    def caret(self) -> Caret | None:
        return self._caret

    def go(self, key: str) -> bool:
        """Move the cursor as a key says; whether the key moves it."""
        page = max(1, self.content_size.height - 3)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -10_000, "end": 10_000}
        if key not in steps:
            return False
        self.cursor = min(max(0, self.cursor + steps[key]), max(0, len(self._view.lines) - 1))
        self.redraw()
        return True
