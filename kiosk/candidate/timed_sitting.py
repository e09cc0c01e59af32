"""One candidate's sitting and its two clocks, which run while a question is in sight."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.sitting.clock import ActiveClock

if TYPE_CHECKING:
    from kiosk.sitting.plan import Plan
    from kiosk.sitting.terminal import Terminal, Underway


class TimedSitting:
    """What every way of showing a sitting reads of it. `now` gives seconds that never go back."""

    def __init__(self, terminal: Terminal, underway: Underway, now: Callable[[], float]) -> None:
        self._terminal = terminal
        self._underway = underway
        self._now = now
        self._active = ActiveClock(now, underway.sitting.active_seconds)
        self._response = ActiveClock(now)

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
    def is_hurrying(self) -> bool:
        """Whether the last answers came faster than anyone reads: the moment for a kind word."""
        return self._underway.sitting.is_hurrying()

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

    def _new_question(self) -> None:
        """A question comes: its own time begins at nothing."""
        self._response = ActiveClock(self._now)
