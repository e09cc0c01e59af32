"""What every screen has in the same place: the bar at the top, two edges, one line that speaks, the keys."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from kiosk.candidate.drawn import Drawn, Row, Span
from kiosk.candidate.typesetting import fit, glyphs, wrap
from kiosk.locale import t


class Hint(StrEnum):
    """A key and what it does, as the key line says it (``candidate.keyline.<value>``)."""

    ACT = "act"
    ACTIONS = "actions"
    ADDRESS = "address"
    BACK = "back"
    CANCEL = "cancel"
    CARRY = "carry"
    CHECK = "check"
    CHOOSE = "choose"
    COMMANDS = "commands"
    COMMANDS_SPACE = "commands_space"
    COPY = "copy"
    DROP = "drop"
    END = "end"
    END_ENTRY = "end_entry"
    FINISH = "finish"
    FOLDER = "folder"
    GO_ON = "go_on"
    HELP = "help"
    KEEP_TEXT = "keep_text"
    LANGUAGE = "language"
    LEAVE = "leave"
    LIFT = "lift"
    MARK = "mark"
    MOVE = "move"
    NEXT = "next"
    NEXT_FIELD = "next_field"
    OPEN = "open"
    PAUSE = "pause"
    PICK = "pick"
    QUIT = "quit"
    RETRY = "retry"
    SCROLL = "scroll"
    SELECT = "select"
    SKIP = "skip"
    SKIP_TUTORIAL = "skip_tutorial"
    SORT = "sort"
    TABLES = "tables"
    TABS = "tabs"
    TURN = "turn"
    TYPE = "type"
    UNDO = "undo"
    VALIDATE = "validate"
    WRITE = "write"
    ZONE = "zone"


class Bar(Drawn):
    """The top line: where one is, and how far."""

    DEFAULT_CSS = "Bar { height: 1; background: $bar-paper; }"

    def __init__(self) -> None:
        super().__init__()
        self._left = self._right = ""

    def show(self, left: str, right: str = "") -> None:
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.redraw()

    def rows(self, width: int) -> list[Row]:
        right = glyphs(self._right)
        left = fit(self._left, width - len(right) - 4)
        gap = " " * max(1, width - len(left) - len(right) - 2)
        return [(Span(f" {left}{gap}{right} "[:width], "bar"),)]


class Edge(Drawn):
    """A ruled line; when text is out of sight beyond it, it says so and how to see it."""

    DEFAULT_CSS = "Edge { height: 1; }"

    def __init__(self, *, id: str) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self._words = ""

    def show(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self.redraw()

    def rows(self, width: int) -> list[Row]:
        if not self._words:
            return [(Span("─" * width, "quiet"),)]
        words = f" {fit(self._words, width - 8)} "
        rest = width - len(words) - 4
        return [(Span("────", "quiet"), Span(words, "alert"), Span("─" * max(0, rest), "quiet"))]


class Notice(Drawn):
    """The line that answers: what is missing, what a key would do, what was kept."""

    DEFAULT_CSS = "Notice { height: auto; min-height: 1; max-height: 4; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self._role = "alert"

    def show(self, words: str, role: str = "alert") -> None:
        if (words, role) != (self.words, self._role):
            self.words, self._role = words, role
            self.redraw()

    def rows(self, width: int) -> list[Row]:
        lines = wrap(self.words, width - 2) if self.words else ()
        return [
            (Span("> " if number == 0 else "  ", self._role), Span(line, self._role))
            for number, line in enumerate(lines)
        ] or [()]


class KeyLine(Drawn):
    """The keys that do something now; always the last lines of the screen."""

    DEFAULT_CSS = "KeyLine { height: auto; min-height: 1; max-height: 4; padding: 0 1; }"

    GAP = 2

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[Hint, ...] = ()

    def show(self, *hints: Hint) -> None:
        if hints != self._hints:
            self._hints = hints
            self.redraw()

    def rows(self, width: int) -> list[Row]:
        return broken(
            [
                (t(f"candidate.keyline.{hint}.key"), t(f"candidate.keyline.{hint}.does"))
                for hint in self._hints
            ],
            width,
            self.GAP,
        )


def broken(keys: Sequence[tuple[str, str]], width: int, gap: int) -> list[Row]:
    """Keys and what they do in lines of at most `width`; a key never parts from its words."""
    rows: list[list[Span]] = [[]]
    used = 0
    for key, does in keys:
        length = len(key) + 3 + len(does)
        if used and used + gap + length > width:
            rows.append([])
            used = 0
        if used:
            rows[-1].append(Span(" " * gap, "quiet"))
            used += gap
        rows[-1] += [Span(f"[{key}]", "key"), Span(f" {does}", "quiet")]
        used += length
    return [tuple(row) for row in rows]
