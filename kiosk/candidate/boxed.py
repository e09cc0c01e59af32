"""A code, shown large: in a box, its characters apart."""

from __future__ import annotations

from kiosk.candidate.drawn import Drawn, Row, Span
from kiosk.candidate.typesetting import wrap


class Boxed(Drawn):
    """A few words, and under them the code."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self._code = ""

    def show(self, words: str, code: str) -> None:
        if (words, code) != (self._words, self._code):
            self._words, self._code = words, code
            self.redraw()

    def rows(self, width: int) -> list[Row]:
        if not self._code:
            return []
        spaced = "  ".join(self._code)
        edge = "═" * (len(spaced) + 6)
        return [
            *[(Span(line),) for line in wrap(self._words, width)],
            (Span(f"╔{edge}╗", "strong"),),
            (Span("║   ", "strong"), Span(spaced, "strong"), Span("   ║", "strong")),
            (Span(f"╚{edge}╝", "strong"),),
        ]
