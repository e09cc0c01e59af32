"""Who is it: a name or an identifier, or nothing."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.widget import Widget

from kiosk.candidate.drawn import Prose
from kiosk.candidate.field import Field
from kiosk.candidate.furniture import Hint
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.screens.base import CandidateScreen
from kiosk.locale import t


class NameScreen(CandidateScreen[str | None]):
    """Gives the name as typed, possibly empty; None when the person goes back."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._field = Field(id="name", limit=80, box=40)

    def body(self) -> Iterable[Widget]:
        yield Prose(
            Paragraph(self._title, "strong"), Paragraph(""), Paragraph(t("candidate.name.what")), id="what"
        )
        yield self._field
        yield Prose(Paragraph(t("candidate.name.who_reads"), "quiet"))

    def on_mount(self) -> None:
        self._field.set_words(label=t("candidate.name.label"), hint=t("candidate.name.hint"))
        self._field.focus()

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.GO_ON, Hint.BACK)

    def on_key(self, event: events.Key) -> None:
        match event.key:
            case "enter":
                self.dismiss(" ".join(self._field.value.split()))
            case "escape":
                self.dismiss(None)
            case "f1":
                self.say(t("candidate.name.hint"), "strong")
            case key if not self.turn_page(key):
                return
        event.stop()
