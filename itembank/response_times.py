"""How long an item takes: the lognormal response-time model, and starting values from its text.

    ln T = beta - tau + e / alpha,   e ~ N(0, 1)

with `intensity` beta of the item, speed tau of the person (population mean 0) and `discrimination` alpha of the item
(van der Linden 2007, Psychometrika 72, eq. 1). Times are seconds. Standard library only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

STARTING_DISCRIMINATION = 2.0
"""Before an item has been timed: about two thirds of the people of one speed within a factor of 1.65."""


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Parameters of one item: `intensity` is the log of its median seconds at average speed, `discrimination` > 0."""

    intensity: float
    discrimination: float = STARTING_DISCRIMINATION

    @property
    def median(self) -> float:
        """Seconds that half of the people of average speed need at most."""
        return math.exp(self.intensity)


def starting_response_time(reading_words: int, level: int, is_task: bool) -> ResponseTime:
    """An item's response time before anybody has been timed on it.

    Median: 15 s to settle and to answer, reading at 150 words a minute (adults reading on screen to understand, at the
    slow end), 2 s more per level, and 45 s to act in a simulated tool.
    """
    seconds = 15.0 + 0.4 * reading_words + 2.0 * level + (45.0 if is_task else 0.0)
    return ResponseTime(round(math.log(seconds), 6))
