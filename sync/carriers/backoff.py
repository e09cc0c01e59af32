"""When to try again: exponential backoff with full jitter, and the server's Retry-After. Pure arithmetic.

Full jitter after "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): a thousand terminals that failed
together must not come back together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Seconds and counts: `attempts` per request in all, delays up to `base * 2**n` but at most `cap`.

    A server that asks for more than `patience` seconds is not waited for: the run ends and says when to come back.
    """

    base: float = 1.0
    cap: float = 60.0
    attempts: int = 4
    patience: float = 120.0

    def delay(self, attempt: int, fraction: float, retry_after: float | None = None) -> float | None:
        """Seconds to wait after failed attempt number `attempt` (from 0), or None to give up.

        `fraction` is uniform in [0, 1). What the server asked for is the least we wait; jitter comes on top.
        """
        if attempt + 1 >= self.attempts or (retry_after or 0.0) > self.patience:
            return None
        jitter = fraction * min(self.cap, self.base * 2.0**attempt)
        return (retry_after or 0.0) + jitter


def parse_retry_after(text: str | None, default: float = 30.0) -> float:
    """Seconds of a Retry-After header (RFC 9110 section 10.2.3). A date, or nonsense, counts as `default`:
    a kiosk's clock is not to be trusted with dates."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return float(text)
    return default
