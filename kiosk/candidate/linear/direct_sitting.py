"""One candidate's sitting as the linear mode sees it: every call returns when the answer is on the disk."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from kiosk.candidate.timed_sitting import TimedSitting

if TYPE_CHECKING:
    from kiosk.sitting.machine import Answered, Question
    from kiosk.sitting.report import Report
    from kiosk.sitting.terminal import Terminal, Underway


class DirectSitting(TimedSitting):
    """Time is the monotonic clock's: while a line is awaited, nothing else runs that could hold the person up."""

    def __init__(self, terminal: Terminal, underway: Underway) -> None:
        super().__init__(terminal, underway, monotonic)

    def ask(self) -> Question | None:
        """The next question, or the one under way; None when the test is over. Raises OSError, sqlite3.Error."""
        question = self._underway.sitting.ask(self._active.seconds)
        self._new_question()
        return question

    def answer(self, response: Any) -> Answered:
        """Keep an answer. Raises OSError, sqlite3.Error: then nothing was kept, and it can be tried again."""
        self._response.stop()
        return self._underway.sitting.answer(response, self._response.seconds, self._active.seconds)

    def note(self, kind: str) -> None:
        """Keep a fact that changes no score. Raises OSError, sqlite3.Error."""
        self._underway.sitting.note(kind, self._active.seconds)

    def stop(self, reason: str) -> None:
        """End the test now. Raises OSError, sqlite3.Error."""
        self._underway.sitting.stop(reason, self._active.seconds)

    def finish(self) -> Report:
        """Seal the result; the report. Raises OSError, sqlite3.Error: then nothing changed."""
        return self._terminal.finish(self._underway)
