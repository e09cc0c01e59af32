"""A clock that does not count what the machine made the person wait.

A heartbeat should come every `BEAT` seconds; when one is more than `TOLERANCE` late, the event loop was held up (a
slow disk, a busy processor) and nobody could answer: that delay is taken out. What is measured thus does not depend
on how slow the PC is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

BEAT = 0.1
TOLERANCE = 0.25


class FairClock:
    """Seconds without the machine's stalls; never goes back. Beats while `run` runs."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._stalled = 0.0
        self._last: float | None = None
        self._latest = 0.0

    @property
    def stalled(self) -> float:
        """Seconds of stalls so far."""
        return self._stalled

    def seconds(self) -> float:
        """The time, on a scale of its own."""
        now = self._now()
        self._latest = max(self._latest, now - self._stalled - self._late(now))
        return self._latest

    def beat(self) -> None:
        """To be called every `BEAT` seconds: takes out the delay of a late beat."""
        now = self._now()
        self._stalled += self._late(now)
        self._last = now

    def rest(self) -> None:
        """Stop watching: what passes until the next beat is no stall."""
        self._stalled += self._late(self._now())
        self._last = None

    async def run(self) -> None:
        """Beat until cancelled."""
        try:
            while True:
                self.beat()
                await asyncio.sleep(BEAT)
        finally:
            self.rest()

    def _late(self, now: float) -> float:
        late = now - self._last - BEAT if self._last is not None else 0.0
        return late if late > TOLERANCE else 0.0
