"""The last page: thanks, what is mastered, the next steps, then the levels exactly as the report has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.widget import Widget

from kiosk.candidate.drawn import Prose
from kiosk.candidate.furniture import Hint
from kiosk.candidate.last_page import paragraphs
from kiosk.candidate.screens.base import CandidateScreen
from kiosk.locale import t

if TYPE_CHECKING:
    from kiosk.sitting.report import Report

CLOSES_AFTER = 300.0
"""Seconds without a key after which the page closes: the next person must not find it."""


class EndScreen(CandidateScreen[None]):
    """Arrows and page keys scroll; Enter ends. `names` gives a domain's or competence's name by its id."""

    def __init__(
        self,
        report: Report,
        mastered: tuple[str, ...],
        next_steps: tuple[str, ...],
        names: Callable[[str], str],
    ) -> None:
        super().__init__()
        self._paragraphs = paragraphs(report, mastered, next_steps, names)
        self._last_key = monotonic()

    def body(self) -> Iterable[Widget]:
        yield Prose(*self._paragraphs, id="result")

    def on_mount(self) -> None:
        self.bar.show(t("candidate.end.title"))
        self.set_interval(5.0, self._close_after_a_while)

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.SCROLL, Hint.END)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self._last_key = monotonic()
        match event.key:
            case "enter":
                self.dismiss(None)
            case "up" | "down":
                self.paper.scroll_relative(y=-1 if event.key == "up" else 1, animate=False)
            case "home":
                self.paper.scroll_home(animate=False)
            case "end":
                self.paper.scroll_end(animate=False)
            case key if not self.turn_page(key):
                self.say(t("candidate.reminder.end"), "strong")

    def _close_after_a_while(self) -> None:
        if monotonic() - self._last_key > CLOSES_AFTER and self.is_current:
            self.dismiss(None)
