"""Active time: what counts is the time spent, not the time of day.

Runs on a monotonic clock that is handed in; pauses do not count, and a resumed sitting goes on from where it was.
"""

from __future__ import annotations

from collections.abc import Callable


class ActiveClock:
    """Seconds of activity since the sitting began, over pauses and restarts."""

    def __init__(self, now: Callable[[], float], already: float = 0.0) -> None:
        self._now = now
        self._before = already
        self._since: float | None = None

    def start(self) -> None:
        """Begin counting; harmless when it already counts."""
        if self._since is None:
            self._since = self._now()

    def stop(self) -> None:
        """Stop counting; harmless when it is stopped."""
        if self._since is not None:
            self._before += self._now() - self._since
            self._since = None

    @property
    def running(self) -> bool:
        return self._since is not None

    @property
    def seconds(self) -> float:
        """Active seconds so far."""
        return self._before + (self._now() - self._since if self._since is not None else 0.0)
