"""The resume code, once, with what it is for."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.widget import Widget

from kiosk.candidate.boxed import Boxed
from kiosk.candidate.drawn import Prose
from kiosk.candidate.furniture import Hint
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.screens.base import CandidateScreen
from kiosk.locale import t
from kiosk.sitting.access_code import pretty


class ResumeCodeScreen(CandidateScreen[None]):
    """Enter goes on."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code
        self._box = Boxed()

    def body(self) -> Iterable[Widget]:
        yield Prose(
            Paragraph(t("candidate.code.title"), "strong"),
            Paragraph(""),
            Paragraph(t("candidate.code.what_for")),
        )
        yield self._box
        yield Prose(Paragraph(t("candidate.code.also")), Paragraph(t("candidate.code.go_on"), "strong"))

    def on_mount(self) -> None:
        self._box.show(t("candidate.code.yours"), pretty(self._code))

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.GO_ON,)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "enter":
            self.dismiss(None)
        elif not self.turn_page(event.key):
            self.say(t("candidate.press_enter"), "strong")
