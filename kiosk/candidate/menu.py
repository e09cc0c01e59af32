"""A short list to pick from: one thing (Enter), or several (Space marks, Enter ends)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import events
from textual.message import Message

from kiosk.candidate.drawn import Caret, Drawn, Row, Span
from kiosk.candidate.typesetting import wrap


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu. `checked` is None where there is nothing to mark."""

    id: str
    label: str
    checked: bool | None = None


class Menu(Drawn, can_focus=True):
    """Arrows move, Enter picks. Posts `Picked` or `Cancelled`; entries that can be checked are marked with Space."""

    class Picked(Message):
        """`id` is the picked entry's."""

        def __init__(self, menu: Menu, id: str) -> None:  # noqa: A002 - the entry's own word
            super().__init__()
            self.menu = menu
            self.id = id

        @property
        def control(self) -> Menu:
            return self.menu

    class Cancelled(Message):
        """Escape was pressed."""

        def __init__(self, menu: Menu) -> None:
            super().__init__()
            self.menu = menu

        @property
        def control(self) -> Menu:
            return self.menu

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.title = ""
        self.entries: tuple[Entry, ...] = ()
        self.cursor = 0
        self._marked_since_shown = False
        self._caret = Caret(0, 0)

    def show(self, title: str, entries: Sequence[Entry], cursor: int = 0) -> None:
        """Offer `entries` under `title`."""
        self.title, self.entries = title, tuple(entries)
        self.cursor = min(max(0, cursor), len(self.entries) - 1)
        self._marked_since_shown = False
        self.redraw()

    @property
    def checked(self) -> list[str]:
        """The ids of the marked entries."""
        return [entry.id for entry in self.entries if entry.checked]

    def rows(self, width: int) -> list[Row]:
        found: list[Row] = [(Span(line, "strong"),) for line in wrap(self.title, width)] if self.title else []
        for number, entry in enumerate(self.entries):
            here = number == self.cursor
            role = "cursor" if here else "ink"
            lead = "> " if here else "  "
            if entry.checked is not None:
                lead += "[x] " if entry.checked else "[ ] "
            lines = wrap(entry.label, width - len(lead) - 1)
            if here:
                self._caret = Caret(0, len(found), len(lines))
            for rank, line in enumerate(lines):
                start = lead if rank == 0 else " " * len(lead)
                text = start + line
                found.append((Span(text.ljust(width) if here else text, role),))
            if self.roomy:
                found.append(())
        return found

    def caret(self) -> Caret | None:
        return self._caret

    def on_key(self, event: events.Key) -> None:
        """Move, mark, pick, or leave the key to the screen."""
        if not self.entries:
            return
        match event.key:
            case "up" | "shift+tab":
                self._go(self.cursor - 1)
            case "down" | "tab":
                self._go(self.cursor + 1)
            case "home":
                self._go(0)
            case "end":
                self._go(len(self.entries) - 1)
            case "space":
                self._space()
            case "enter":
                self._enter()
            case "escape":
                self.post_message(self.Cancelled(self))
            case _:
                return
        event.stop()

    def _go(self, cursor: int) -> None:
        self.cursor = min(max(0, cursor), len(self.entries) - 1)
        self.redraw()

    def _space(self) -> None:
        if self.entries[self.cursor].checked is None:
            self._pick()
        else:
            self._mark()

    def _enter(self) -> None:
        entry = self.entries[self.cursor]
        if entry.checked is False and not self._marked_since_shown:
            self._mark()  # someone who presses Enter on a name means that name
        self._pick()

    def _mark(self) -> None:
        changed = [
            replace(e, checked=not e.checked) if i == self.cursor else e for i, e in enumerate(self.entries)
        ]
        self.entries = tuple(changed)
        self._marked_since_shown = True
        self.redraw()

    def _pick(self) -> None:
        self.post_message(self.Picked(self, self.entries[self.cursor].id))
