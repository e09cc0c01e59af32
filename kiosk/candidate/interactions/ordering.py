"""Steps to put in order: Space picks one up, arrows carry it, Space puts it down."""

from __future__ import annotations

from textual import events

from itembank.item import OrderingBody
from kiosk.candidate.drawn import Caret, Row, Span
from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions.base import DrawnAnswer, Lack
from kiosk.candidate.typesetting import wrap
from kiosk.locale import t
from kiosk.sitting.machine import Question


class Ordering(DrawnAnswer):
    """The steps in their present order; `lifted` while one is carried."""

    HELP = "ordering"

    def __init__(self) -> None:
        super().__init__()
        self.texts: tuple[str, ...] = ()
        self.order: list[int] = []
        self.cursor = 0
        self.lifted = False
        self._start: list[int] = []
        self._caret = Caret(0, 0)

    def prepare(self, question: Question) -> None:
        body = question.item.body
        assert isinstance(body, OrderingBody)  # noqa: S101 - the interaction type says so
        self.texts = body.steps
        self.order = list(question.order)
        self._start = list(question.order)
        self.cursor, self.lifted = 0, False

    def response(self) -> list[int]:
        return list(self.order)

    def lack(self) -> Lack | None:
        if self.lifted:
            self._put_down()
        return Lack(t("candidate.lack.ordering"), empty=False) if self.order == self._start else None

    def hints(self) -> tuple[Hint, ...]:
        if self.lifted:
            return (Hint.CARRY, Hint.DROP)
        return (Hint.MOVE, Hint.LIFT, Hint.VALIDATE)

    def reminder(self) -> str:
        return t("candidate.reminder.carrying" if self.lifted else "candidate.reminder.ordering")

    def rows(self, width: int) -> list[Row]:
        found: list[Row] = []
        for number, step in enumerate(self.order):
            here = number == self.cursor and not self.frozen
            carried = here and self.lifted
            lead = f"{'↑↓ ' if carried else '>  ' if here else '   '}{number + 1}. "
            role = "cursor" if here and self.has_focus else "ink"
            lines = wrap(self.texts[step], min(width, 76) - len(lead) - 4)
            if here:
                self._caret = Caret(0, len(found), len(lines))
            for rank, line in enumerate(lines):
                text = (lead if rank == 0 else " " * len(lead)) + (f"[ {line} ]" if carried else line)
                found.append((Span(text.ljust(width) if here else text, role),))
            if self.roomy and number < len(self.order) - 1:
                found.append(())
        return found

    def caret(self) -> Caret | None:
        return self._caret

    def on_key(self, event: events.Key) -> None:
        if self.frozen or not self.order:
            return
        match event.key:
            case "up" | "left" | "shift+tab":
                self._go(self.cursor - 1)
            case "down" | "right" | "tab":
                self._go(self.cursor + 1)
            case "home":
                self._go(0)
            case "end":
                self._go(len(self.order) - 1)
            case "space":
                if self.lifted:
                    self._put_down()
                else:
                    self.lifted = True
                    self._turned(t("candidate.ordering.lifted", number=self.cursor + 1))
            case "escape" if self.lifted:
                self._put_down()
            case key if key.isdecimal() and 1 <= int(key) <= len(self.order):
                self._go(int(key) - 1)
            case _:
                return
        event.stop()

    def _go(self, target: int) -> None:
        """Move the cursor, and the carried step with it."""
        target = min(max(0, target), len(self.order) - 1)
        if self.lifted:
            self.order.insert(target, self.order.pop(self.cursor))
        self.cursor = target
        self.changed()

    def _put_down(self) -> None:
        self.lifted = False
        self._turned(t("candidate.ordering.dropped", number=self.cursor + 1))

    def _turned(self, words: str) -> None:
        self.changed()
        self.says(words)
        self.hints_changed()
