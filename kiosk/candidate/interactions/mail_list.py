"""The mailbox's first sight: folders in one line, the messages of one of them under it."""

from __future__ import annotations

from textual import events
from textual.message import Message

from itembank.tasks.mailbox import MailboxSpec, MailboxState, folders_now
from kiosk.candidate.drawn import Caret, Drawn, Row, Span
from kiosk.candidate.mail_folders import Listed, folder_name, listed, listed_by_search
from kiosk.candidate.typesetting import fit, glyphs
from kiosk.locale import t


class MailList(Drawn, can_focus=True):
    """Up and down go through the messages, left and right through the folders; Enter opens."""

    DEFAULT_CSS = "MailList { height: 1fr; min-height: 3; }"

    class Opened(Message):
        """A line was opened."""

        def __init__(self, line: Listed) -> None:
            super().__init__()
            self.line = line

    def __init__(self) -> None:
        super().__init__()
        self.folder = "inbox"
        self.cursor = 0
        self.frozen = False
        self._spec: MailboxSpec | None = None
        self._state: MailboxState | None = None
        self._caret = Caret(0, 0)

    def show(self, spec: MailboxSpec, state: MailboxState) -> None:
        """The mailbox as it now is."""
        self._spec, self._state = spec, state
        if self.folder not in folders_now(spec, state):  # its making was undone
            self.folder = "inbox"
        self.cursor = min(self.cursor, max(0, len(self.lines) - 1))
        self.redraw()

    def begin(self) -> None:
        """Back to the inbox's first message."""
        self.folder, self.cursor, self.frozen = "inbox", 0, False

    @property
    def lines(self) -> list[Listed]:
        """The lines of the folder in sight, or of the search."""
        if self._spec is None or self._state is None:
            return []
        if self._state.search:
            return listed_by_search(self._spec, self._state)
        return listed(self._spec, self._state, self.folder)

    @property
    def current(self) -> Listed | None:
        """The line under the cursor."""
        lines = self.lines
        return lines[self.cursor] if self.cursor < len(lines) else None

    def rows(self, width: int) -> list[Row]:
        if self._spec is None or self._state is None:
            return []
        lines = self.lines
        found = self._searched(width, len(lines)) if self._state.search else self._tabs(width)
        if not lines:
            self._caret = Caret(0, 0)
            nothing = t("tool_mailbox.search_none" if self._state.search else "candidate.mail.no_message")
            return [*found, (Span("  " + nothing, "quiet"),)]
        dates = min(22, max(len(line.date) for line in lines))
        names = min(24, max(len(line.who) for line in lines))
        for number, line in enumerate(lines):
            here = number == self.cursor
            if here:
                self._caret = Caret(0, len(found))
            files = t("candidate.mail.files_mark") if line.has_files else ""
            room = width - 4 - names - 2 - dates - 3 - len(files)
            new = t("candidate.mail.unread_mark") if line.unread else " "
            text = (
                f"{'> ' if here else '  '}{new} {fit(line.who, names):<{names}}  "
                f"{fit(line.subject, room):<{room}} {files} {fit(line.date, dates):>{dates}}"
            )
            role = "cursor" if here and self.has_focus else "strong" if line.unread else "ink"
            found.append((Span(text[:width], role),))
        return found

    def _searched(self, width: int, found: int) -> list[Row]:
        assert self._state is not None  # noqa: S101 - the caller looked
        words = t("tool_mailbox.search_bar", n=found, text=self._state.search)
        return [(Span(fit(words, width), "chosen"),)]

    def _tabs(self, width: int) -> list[Row]:
        """Every folder with the number of its messages; the one in sight in brackets."""
        assert self._spec is not None  # noqa: S101 - the caller looked
        assert self._state is not None  # noqa: S101 - the caller looked
        rows: list[list[Span]] = [[]]
        used = 0
        for folder in folders_now(self._spec, self._state):
            label = f"{glyphs(folder_name(folder))} {len(listed(self._spec, self._state, folder))}"
            here = folder == self.folder
            text = f"[{label}]" if here else f" {label} "
            if used + len(text) > width and used:
                rows.append([])
                used = 0
            rows[-1].append(Span(text, "chosen" if here else "quiet"))
            used += len(text)
        return [tuple(row) for row in rows]

    def caret(self) -> Caret | None:
        return self._caret

    def on_key(self, event: events.Key) -> None:
        if self._spec is None:
            return
        match event.key:
            case "up":
                self._go(self.cursor - 1)
            case "down":
                self._go(self.cursor + 1)
            case "home" | "pageup":
                self._go(0)
            case "end" | "pagedown":
                self._go(len(self.lines) - 1)
            case "left" | "shift+tab":
                self._turn(-1)
            case "right" | "tab":
                self._turn(1)
            case "enter" if self.current is not None:
                self.post_message(self.Opened(self.current))
            case _:
                return
        event.stop()

    def _go(self, cursor: int) -> None:
        self.cursor = min(max(0, cursor), max(0, len(self.lines) - 1))
        self.redraw()

    def _turn(self, step: int) -> None:
        if self._spec is None or self._state is None or self._state.search:
            return
        folders = folders_now(self._spec, self._state)
        self.folder = folders[(folders.index(self.folder) + step) % len(folders)]
        self.cursor = 0
        self.redraw()
