"""One candidate's sitting as the screens see it: ask, answer, pause; its clocks run while a question is in sight."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kiosk.candidate.fair_clock import FairClock
from kiosk.candidate.keeper import Keeper
from kiosk.sitting.clock import ActiveClock

if TYPE_CHECKING:
    from kiosk.sitting.machine import Answered, Question
    from kiosk.sitting.plan import Plan
    from kiosk.sitting.report import Report
    from kiosk.sitting.terminal import Terminal, Underway


class KeptSitting:
    """Everything that is kept goes through the keeper's thread; when a call returns, it is on the disk."""

    def __init__(self, keeper: Keeper, terminal: Terminal, underway: Underway, clock: FairClock) -> None:
        self._keeper = keeper
        self._terminal = terminal
        self._underway = underway
        self._clock = clock
        self._active = ActiveClock(clock.seconds, underway.sitting.active_seconds)
        self._response = ActiveClock(clock.seconds)

    @property
    def plan(self) -> Plan:
        return self._underway.sitting.plan

    @property
    def resume_code(self) -> str | None:
        """The code, in plain form, that takes this sitting up again; None when the campaign has switched that off."""
        return self._underway.resume_code

    @property
    def is_over(self) -> bool:
        return str(self._underway.sitting.phase) == "over"

    @property
    def answered(self) -> int:
        """How many questions were answered."""
        return len(self._underway.sitting.answered)

    @property
    def at_most(self) -> int:
        """How many questions there can be at most."""
        return self._underway.sitting.asked_at_most()

    @property
    def response_seconds(self) -> float:
        """How long the question was in sight, stalls and pauses taken out."""
        return self._response.seconds

    @property
    def minutes_left(self) -> int | None:
        """Whole minutes left of the active time, rounded up; None when there is no limit."""
        if self.plan.seconds is None:
            return None
        return max(0, math.ceil((self.plan.seconds - self._active.seconds) / 60))

    # --- the clocks ---

    def in_sight(self) -> None:
        """The question is painted: both clocks run."""
        self._active.start()
        self._response.start()

    def reading_feedback(self) -> None:
        """The answer is given; the test's time goes on."""
        self._response.stop()

    def out_of_sight(self) -> None:
        """Nothing to answer or read is shown: no time is counted."""
        self._active.stop()
        self._response.stop()

    # --- what is kept ---

    async def ask(self) -> Question | None:
        """The next question, or the one under way; None when the test is over. Raises OSError, sqlite3.Error."""
        question = await self._keeper.call(self._underway.sitting.ask, self._active.seconds)
        self._response = ActiveClock(self._clock.seconds)
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
