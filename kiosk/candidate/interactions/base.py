"""What every answer widget promises to the question screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.message import Message
from textual.widget import Widget

from kiosk.candidate.drawn import Drawn
from kiosk.candidate.furniture import Hint
from kiosk.sitting.machine import Question


@dataclass(frozen=True, slots=True)
class Lack:
    """What an answer lacks, in a sentence. Nothing can be validated while it is `empty`; else a second press does."""

    words: str
    empty: bool


class Answering(Widget):
    """An answer being made. Posts `Touched` at every change, `Says` to speak in the line below, `HintsChanged`."""

    HELP: ClassVar[str] = ""
    """Key of the help text of this interaction (``candidate.help.<HELP>``)."""

    IS_TASK: ClassVar[bool] = False
    """A task has the lower part of the screen to itself, uses Enter, and is ended with F4."""

    class Touched(Message):
        """The answer changed."""

    class HintsChanged(Message):
        """Other keys are useful now."""

    class Says(Message):
        """A sentence for the person."""

        def __init__(self, words: str, role: str = "strong") -> None:
            super().__init__()
            self.words = words
            self.role = role

    def load(self, question: Question) -> None:
        """Show a question's answer, untouched."""
        raise NotImplementedError

    def response(self) -> Any:
        """The answer as plain JSON, in the shape that `itembank.scoring` reads."""
        raise NotImplementedError

    def lack(self) -> Lack | None:
        """What is missing; None when the answer can be validated as it is."""
        return None

    def hints(self) -> tuple[Hint, ...]:
        """The keys that are useful now, without those of every question."""
        raise NotImplementedError

    def reminder(self) -> str:
        """What to press here, in a sentence: the answer to a key that does nothing."""
        raise NotImplementedError

    def freeze(self) -> None:
        """The answer is kept: it can be read and no longer changed."""

    def take_focus(self) -> None:
        """Put the attention where the answer goes on."""
        self.focus()


class DrawnAnswer(Answering, Drawn, can_focus=True):
    """An answer that is one drawn widget."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen = False

    def load(self, question: Question) -> None:
        self.frozen = False
        self.prepare(question)
        self.redraw()

    def prepare(self, question: Question) -> None:
        """Take in the question."""
        raise NotImplementedError

    def freeze(self) -> None:
        self.frozen = True
        self.redraw()

    def changed(self) -> None:
        """To be called at every change of the answer."""
        self.redraw()
        self.post_message(self.Touched())
