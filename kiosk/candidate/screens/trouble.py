"""Something did not work: what happened, what is safe, what to do, in calm words on a screen of their own."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.widget import Widget

from kiosk.candidate.drawn import Prose
from kiosk.candidate.furniture import Hint
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.screens.base import CandidateScreen
from kiosk.locale import t


class TroubleScreen(CandidateScreen[bool]):
    """Enter tries again (or leaves, when there is nothing to try): gives True for Enter, False for F10."""

    def __init__(self, words: str, *, comfort: str = "", retry: bool = True, can_quit: bool = False) -> None:
        super().__init__()
        self._words = words
        self._comfort = comfort
        self._retry = retry
        self._can_quit = can_quit

    def body(self) -> Iterable[Widget]:
        yield Prose(Paragraph(t("candidate.trouble.title"), "strong"), Paragraph(""), Paragraph(self._words))
        if self._comfort:
            yield Prose(Paragraph(self._comfort))

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.RETRY if self._retry else Hint.QUIT, *([Hint.LEAVE] if self._can_quit else []))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "enter":
            self.dismiss(True)
        elif event.key == "f10" and self._can_quit:
            self.dismiss(False)
        elif not self.turn_page(event.key):
            self.say(t("candidate.press_enter"), "strong")
