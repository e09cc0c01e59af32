"""A page to read with a short menu under it: help, pause, a confirmation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.widget import Widget

from kiosk.candidate.boxed import Boxed
from kiosk.candidate.drawn import Prose
from kiosk.candidate.furniture import Hint
from kiosk.candidate.menu import Entry, Menu
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.screens.base import CandidateScreen
from kiosk.locale import t


class MenuScreen(CandidateScreen[str]):
    """Gives the id of the picked entry; Escape gives the first one's, which must change nothing."""

    def __init__(
        self,
        title: str,
        paragraphs: Sequence[Paragraph],
        entries: Sequence[Entry],
        *,
        code: str | None = None,
        gives_up: tuple[float, str] | None = None,
    ) -> None:
        """`code` is shown large; `gives_up` picks an entry (its id) after so many seconds."""
        super().__init__()
        self._gives_up = gives_up
        self._title = title
        self._paragraphs = paragraphs
        self._entries = tuple(entries)
        self._code = code
        self._menu = Menu()
        self._box = Boxed()

    def body(self) -> Iterable[Widget]:
        yield Prose(Paragraph(self._title, "strong"), Paragraph(""), *self._paragraphs)
        if self._code:
            yield self._box
        yield self._menu

    def on_mount(self) -> None:
        if self._code:
            from kiosk.sitting.access_code import pretty

            self._box.show(t("candidate.code.yours"), pretty(self._code))
        self._menu.show("", self._entries)
        self._menu.focus()
        if self._gives_up is not None:
            self.set_timer(self._gives_up[0], self._give_up)

    def _give_up(self) -> None:
        if self._gives_up is not None and self.is_current:
            self.dismiss(self._gives_up[1])

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.MOVE, Hint.PICK, Hint.BACK)

    def on_menu_picked(self, event: Menu.Picked) -> None:
        event.stop()
        self.dismiss(event.id)

    def on_menu_cancelled(self, event: Menu.Cancelled) -> None:
        event.stop()
        self.dismiss(self._entries[0].id)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key in ("f1", "f2"):
            self.dismiss(self._entries[0].id)
        elif not self.turn_page(event.key):
            self.say(t("candidate.reminder.menu"), "strong")
