"""Whether an answer was given with effort: rapid guesses are found by their time, and then tell nothing.

Someone who clicks through without reading answers at chance, and a model that takes this for ability measures
haste. Effort-moderated scoring (Wise and DeMars 2006, Journal of Educational Measurement 43, 19-38) leaves such
answers out, right and wrong alike: weight 0. The item stays given and counts for the length of the test.

An answer is a rapid guess when it came faster than *both* of these times:

* **NT10**, the normative threshold (Wise and Ma 2012, NCME): a tenth of the item's mean time, ten seconds at most;
* the 1 % quantile of this person's own time on this item, by the lognormal model (`response_times.Speed`): who is
  fast at everything is fast, not careless, and times that a bank overrates flag nobody.

Three kinds of quick answers are effort all the same. "I don't know" is an honest answer, and beginners know it at
a glance. A simulated tool in which something was done was not clicked away. And what cannot be hit by luck (typed
answers, simulated tools), answered in full, was known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.adaptive.response_times import STARTING_SD, Speed, normal_quantile

NORMATIVE_SHARE = 0.10
"""Of the item's mean time (NT10)."""

NORMATIVE_CAP = 10.0
"""Seconds: whoever has worked for ten seconds has made an effort, however long the item."""

OWN_TAIL = 0.01
"""Probability that a person who works as usual is that fast."""

LOWEST_EFFORT = 0.90
"""Response-time effort below which a counsellor is told (Wise and Kong 2005)."""

FEWEST_RAPID = 3
"""Rapid guesses below which nothing is said: one slip on the keyboard is no pattern."""


def rapid_threshold(speed: Speed, intensity: float, discrimination: float) -> float:
    """Seconds under which an answer of this person to this item is a rapid guess, unless it shows its effort.

    min(10, 0.1 E[T] over the population, the person's 1 % quantile), with ln T ~ N(beta - tau, 1/alpha^2).
    """
    noise = discrimination**-2
    mean = math.exp(intensity + 0.5 * (noise + STARTING_SD**2))
    own = math.exp(intensity - speed.mean + normal_quantile(OWN_TAIL) * math.sqrt(speed.variance + noise))
    return min(NORMATIVE_CAP, NORMATIVE_SHARE * mean, own)


def effort_weight(seconds: float, threshold: float, *, shows_effort: bool) -> float:
    """0 for a rapid guess, else 1: what the answer's likelihood counts for.

    `shows_effort`: the answer itself proves effort or honesty, whatever its time (see above).
    """
    return 0.0 if seconds < threshold and not shows_effort else 1.0


@dataclass(frozen=True, slots=True)
class Effort:
    """A sitting's effort: `rapid` guesses among `answers`."""

    answers: int
    rapid: int

    @classmethod
    def of(cls, weights: Sequence[float]) -> Effort:
        """From the weights of a sitting's answers."""
        return cls(len(weights), sum(weight == 0 for weight in weights))

    @property
    def response_time_effort(self) -> float:
        """Share of the answers given with effort, RTE (Wise and Kong 2005, Applied Measurement in Education 18,
        163-183); 1 when nothing was answered."""
        return 1.0 - self.rapid / self.answers if self.answers else 1.0

    @property
    def flagged(self) -> bool:
        """Whether there is something to say: at least 3 rapid guesses, and an effort under 90 %."""
        return self.rapid >= FEWEST_RAPID and self.response_time_effort < LOWEST_EFFORT
