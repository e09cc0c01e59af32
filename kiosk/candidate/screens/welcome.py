"""The first screen: calm words, one field for either kind of code, the language."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.message import Message
from textual.widget import Widget

from kiosk.candidate.boxed import Boxed
from kiosk.candidate.drawn import Prose
from kiosk.candidate.field import Field
from kiosk.candidate.furniture import Hint
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.screens.base import CandidateScreen
from kiosk.locale import LANGUAGES, language, set_language, t


class WelcomeScreen(CandidateScreen[None]):
    """Always at the bottom of the stack: the kiosk comes back to it after each candidate."""

    class CodeGiven(Message):
        """Enter was pressed on what is in the field."""

        def __init__(self, typed: str) -> None:
            super().__init__()
            self.typed = typed

    def __init__(self, demo_code: str | None, *, can_quit: bool) -> None:
        super().__init__()
        self._demo_code = demo_code
        self._can_quit = can_quit
        self._prose = Prose(id="welcome")
        self._demo = Boxed()
        self._field = Field(id="code", limit=40, box=24)
        self._after = Prose(id="after")
        self.busy = False

    def body(self) -> Iterable[Widget]:
        yield self._prose
        yield self._demo
        yield self._field
        yield self._after

    def on_mount(self) -> None:
        self._words()
        self._field.focus()

    def hints(self) -> tuple[Hint, ...]:
        leave = (Hint.LEAVE,) if self._can_quit else ()
        return (Hint.GO_ON, Hint.LANGUAGE, Hint.HELP, *leave)

    def begin_again(self) -> None:
        """An empty field, for whoever comes next."""
        self.busy = False
        self._field.set_value("")
        self.say("")
        self._words()
        self._field.focus()

    def _words(self) -> None:
        self.bar.show(t("candidate.title"), self.kiosk.settings.terminal_label)
        self._prose.show(
            Paragraph(t("candidate.welcome.hello"), "strong"),
            Paragraph(""),
            Paragraph(t("candidate.welcome.calm")),
        )
        if self._demo_code:
            from kiosk.sitting.access_code import normalised, pretty

            self._demo.show(t("candidate.welcome.demo"), pretty(normalised(self._demo_code)))
        self._demo.set_class(not self._demo_code, "-hidden")
        self._field.set_words(label=t("candidate.welcome.code"), hint=t("candidate.welcome.hint"))
        self._after.show(Paragraph(t("candidate.welcome.resume"), "quiet"))
        self.key_line.redraw()
        self.show_hints()

    def on_field_edited(self) -> None:
        self.say("")

    def on_key(self, event: events.Key) -> None:
        match event.key:
            case "enter":
                if not self.busy:
                    self.post_message(self.CodeGiven(self._field.value))
            case "f8" if not self.busy:
                set_language(LANGUAGES[(LANGUAGES.index(language()) + 1) % len(LANGUAGES)])
                self.say("")
                self._words()
            case "f1" | "escape":
                self.say(t("candidate.welcome.help"), "strong")
            case "f10" if self._can_quit:
                self.kiosk.leave()
            case key if not self.turn_page(key):
                return
        event.stop()
