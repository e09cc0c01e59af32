"""One candidate's sitting as the screens see it: ask, answer, pause, without ever waiting for the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.candidate.fair_clock import FairClock
from kiosk.candidate.keeper import Keeper
from kiosk.candidate.timed_sitting import TimedSitting

if TYPE_CHECKING:
    from kiosk.sitting.machine import Answered, Question
    from kiosk.sitting.report import Report
    from kiosk.sitting.terminal import Terminal, Underway


class KeptSitting(TimedSitting):
    """Everything that is kept goes through the keeper's thread; when a call returns, it is on the disk."""

    def __init__(self, keeper: Keeper, terminal: Terminal, underway: Underway, clock: FairClock) -> None:
        super().__init__(terminal, underway, clock.seconds)
        self._keeper = keeper

    async def ask(self) -> Question | None:
        """The next question, or the one under way; None when the test is over. Raises OSError, sqlite3.Error."""
        question = await self._keeper.call(self._underway.sitting.ask, self._active.seconds)
        self._new_question()
        return question

    async def answer(self, response: Any) -> Answered:
        """Keep an answer. Raises OSError, sqlite3.Error: then nothing was kept, and it can be tried again."""
        self._response.stop()
        seconds, active = self._response.seconds, self._active.seconds
        return await self._keeper.call(self._underway.sitting.answer, response, seconds, active)

    async def note(self, kind: str) -> None:
        """Keep a fact that changes no score. Raises OSError, sqlite3.Error."""
        await self._keeper.call(self._underway.sitting.note, kind, self._active.seconds)

    async def stop(self, reason: str) -> None:
        """End the test now. Raises OSError, sqlite3.Error."""
        await self._keeper.call(self._underway.sitting.stop, reason, self._active.seconds)

    async def finish(self) -> Report:
        """Seal the result; the report. Raises OSError, sqlite3.Error: then nothing changed."""
        return await self._keeper.call(self._terminal.finish, self._underway)
