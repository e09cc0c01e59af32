"""What every answer widget promises to the question screen."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from textual.widget import Widget

from kiosk.candidate.drawn import Drawn
from kiosk.candidate.furniture import Hint
from kiosk.sitting.machine import Question


@dataclass(frozen=True, slots=True)
class Lack:
    """What an answer lacks, in a sentence. Nothing can be validated while it is `empty`; else a second press does,
    which `then` words (``candidate.lack.<then>``)."""

    words: str
    empty: bool
    then: str = "again"


class Host(Protocol):
    """Who shows an answer widget: told at once, so that no later key overtakes the news."""

    def answer_touched(self) -> None:
        """The answer changed, or the person moved in it."""

    def answer_says(self, words: str, role: str) -> None:
        """The widget has a sentence for the person."""

    def answer_hints_changed(self) -> None:
        """Other keys are useful now."""


class Answering(Widget):
    """An answer being made. It speaks to its `host`."""

    HELP: ClassVar[str] = ""
    """Key of the help text of this interaction (``candidate.help.<HELP>``)."""

    IS_TASK: ClassVar[bool] = False
    """A task has the lower part of the screen to itself, uses Enter, and is ended with F4."""

    host: Host | None = None

    def touched(self) -> None:
        """To be called at every change of the answer."""
        if self.host is not None:
            self.host.answer_touched()

    def says(self, words: str, role: str = "strong") -> None:
        """Say a sentence in the line above the keys."""
        if self.host is not None:
            self.host.answer_says(words, role)

    def hints_changed(self) -> None:
        """To be called when other keys become useful."""
        if self.host is not None:
            self.host.answer_hints_changed()

    @abstractmethod
    def load(self, question: Question) -> None:
        """Show a question's answer, untouched."""

    @abstractmethod
    def response(self) -> Any:
        """The answer as plain JSON, in the shape that `itembank.scoring` reads."""

    def lack(self) -> Lack | None:
        """What is missing; None when the answer can be validated as it is."""
        return None

    @abstractmethod
    def hints(self) -> tuple[Hint, ...]:
        """The keys that are useful now, without those of every question."""

    @abstractmethod
    def reminder(self) -> str:
        """What to press here, in a sentence: the answer to a key that does nothing."""

    def freeze(self) -> None:
        """The answer is kept: it can be read and no longer changed."""

    def finish_entry(self) -> None:
        """Take in what is typed and not yet ended, before the answer is read."""

    def cancel(self) -> bool:
        """Leave what is half done (an entry, a choice); False when nothing is."""
        return False

    def take_focus(self) -> None:
        """Put the attention where the answer goes on."""
        self.focus()


class DrawnAnswer(Drawn, Answering, can_focus=True):
    """An answer that is one drawn widget."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen = False

    def load(self, question: Question) -> None:
        self.frozen = False
        self.prepare(question)
        self.redraw()

    @abstractmethod
    def prepare(self, question: Question) -> None:
        """Take in the question."""

    def freeze(self) -> None:
        self.frozen = True
        self.redraw()

    def changed(self) -> None:
        """To be called at every change of the answer."""
        self.redraw()
        self.touched()
