"""What single and multiple choice share: numbered options, one under the cursor, some of them chosen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual import events

from itembank.item import ChoiceBody
from kiosk.candidate.drawn import Caret, Row, Span
from kiosk.candidate.interactions.base import DrawnAnswer
from kiosk.candidate.typesetting import wrap
from kiosk.sitting.machine import Question


class Choices(DrawnAnswer):
    """Options in the order shown. `positions[i]` is the authored position of the i-th shown option."""

    EMPTY, FULL = "( )", "(x)"

    def __init__(self) -> None:
        super().__init__()
        self.texts: tuple[str, ...] = ()
        self.positions: tuple[int, ...] = ()
        self.cursor = 0
        self.chosen: set[int] = set()
        self._caret = Caret(0, 0)

    def prepare(self, question: Question) -> None:
        body = question.item.body
        assert isinstance(body, ChoiceBody)  # noqa: S101 - the interaction type says so
        self.offer([body.choices[p].text for p in question.order], question.order)

    def offer(self, texts: Sequence[str], positions: Sequence[int]) -> None:
        """Show options, none chosen."""
        self.texts, self.positions = tuple(texts), tuple(positions)
        self.cursor = 0
        self.chosen = set()
        self.frozen = False

    def response(self) -> list[int]:
        return sorted(self.positions[i] for i in self.chosen)

    def rows(self, width: int) -> list[Row]:
        found: list[Row] = []
        for number, text in enumerate(self.texts):
            here = number == self.cursor and not self.frozen
            chosen = number in self.chosen
            mark = self.FULL if chosen else self.EMPTY
            lead = f"{'> ' if here else '  '}{mark} {number + 1}. "
            role = "cursor" if here and self.has_focus else "strong" if chosen else "ink"
            lines = wrap(text, min(width, 76) - len(lead))
            if here:
                self._caret = Caret(3, len(found), len(lines))
            for rank, line in enumerate(lines):
                start = lead if rank == 0 else " " * len(lead)
                found.append((Span((start + line).ljust(width) if here else start + line, role),))
            if self.roomy and number < len(self.texts) - 1:
                found.append(())
        return found

    def caret(self) -> Caret | None:
        return self._caret

    def on_key(self, event: events.Key) -> None:
        """Move and choose; everything else goes on to the screen."""
        if self.frozen or not self.texts:
            return
        match event.key:
            case "up" | "left" | "shift+tab":
                self.go(self.cursor - 1)
            case "down" | "right" | "tab":
                self.go(self.cursor + 1)
            case "home":
                self.go(0)
            case "end":
                self.go(len(self.texts) - 1)
            case "space":
                self.choose(self.cursor)
            case key if key.isdecimal() and 1 <= int(key) <= len(self.texts):
                self.go(int(key) - 1)
                self.choose(self.cursor)
            case _:
                return
        event.stop()

    def go(self, cursor: int) -> None:
        """Move the cursor; it stops at both ends."""
        self.cursor = min(max(0, cursor), len(self.texts) - 1)
        self.changed()

    @abstractmethod
    def choose(self, number: int) -> None:
        """Choose an option, or take the choice back."""
