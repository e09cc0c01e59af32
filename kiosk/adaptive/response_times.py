"""How fast one person works: the speed tau of the lognormal response-time model, learned answer by answer.

    ln T = beta - tau + e / alpha,   e ~ N(0, 1)        (van der Linden 2007, Psychometrika 72, 287-308, eq. 1)

with `intensity` beta and `discrimination` alpha of the item, both from the bank. Under a normal prior tau stays
normal, so that a person's speed is two numbers. Speed never enters a level: it says how long the next item will
take, how much time is left, and whether an answer came too fast to have been thought about (`effort.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from itembank.response_model import FloatArray

STARTING_SD = 0.3
"""Standard deviation of tau in the population: two thirds of the people work within 0.74 and 1.35 times the
median. Published estimates for adults lie between 0.2 and 0.35 (van der Linden 2007, section 5, among others)."""

CLIP = 2.0
"""Predictive standard deviations beyond which a time moves the speed no further."""


@dataclass(frozen=True, slots=True)
class Duration:
    """Seconds that something is expected to take, with its 10th and 90th percentiles."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Speed:
    """What is believed of one person's speed: tau ~ N(mean, variance); 0 is the population's, larger is faster."""

    mean: float
    variance: float

    @classmethod
    def start(cls, sd: float = STARTING_SD) -> Speed:
        """Before the first answer. Raises ValueError unless `sd` is positive and finite."""
        if not (sd > 0 and math.isfinite(sd)):
            raise ValueError(f"the standard deviation of speed must be positive, found {sd}")
        return cls(0.0, sd * sd)

    def updated(self, seconds: float, intensity: float, discrimination: float) -> Speed:
        """The belief after one answer in `seconds`; a rapid guess says nothing of speed and is not to be given.

        The conjugate normal update, made robust as in the filter of Masreliez and Martin (1977, IEEE Transactions
        on Automatic Control 22, 361-371): with r the residual of ln T in predictive standard deviations, the mean
        moves by the clipped r, and a time beyond the clip does not make the belief any surer,

            mean' = mean + K s psi(r),   variance' = variance (1 - K psi'(r)),   psi(r) = max(-2, min(2, r)),

        s^2 = variance + 1/alpha^2, K = variance / s^2. So a phone call in the middle of a question moves the
        speed by at most 2 K s, whether it lasted two minutes or two hours, while a person who is slow all along
        is soon known to be. A time of zero (a clock too coarse) counts as a tenth of a second.
        Raises ValueError for times or parameters that are none.
        """
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError(f"seconds must be finite and not negative, found {seconds}")
        if not (math.isfinite(intensity) and math.isfinite(discrimination) and discrimination > 0):
            raise ValueError(f"no response-time parameters: {intensity}, {discrimination}")
        predictive = math.sqrt(self.variance + discrimination**-2)
        residual = (intensity - math.log(max(seconds, 0.1)) - self.mean) / predictive
        gain = self.variance / predictive
        if abs(residual) > CLIP:
            return Speed(self.mean + gain * math.copysign(CLIP, residual), self.variance)
        return Speed(self.mean + gain * residual, self.variance - gain * gain)

    def expected_seconds(self, intensity: FloatArray, discrimination: FloatArray) -> FloatArray:
        """Predictive mean time of each item, (N,) from intensities and discriminations (N,): of a lognormal.

        exp(beta - mean + (variance + 1/alpha^2) / 2).
        """
        spread = self.variance + discrimination**-2.0
        seconds: FloatArray = np.exp(intensity - self.mean + 0.5 * spread)
        return seconds

    def quantile_seconds(self, p: float, intensity: FloatArray, discrimination: FloatArray) -> FloatArray:
        """Seconds within which this person answers each item with probability `p` in (0, 1); all (N,)."""
        spread = np.sqrt(self.variance + discrimination**-2.0)
        seconds: FloatArray = np.exp(intensity - self.mean + normal_quantile(p) * spread)
        return seconds

    def remaining(self, intensity: FloatArray, discrimination: FloatArray) -> Duration:
        """How long this person takes for all these items together, (N,) each; N = 0 takes no time.

        The times share one unknown tau. Their sum has these exact first two moments, and is taken as the
        lognormal that has them (Fenton 1960, IRE Transactions on Communications Systems 8, 57-67).
        """
        if not len(intensity):
            return Duration(0.0, 0.0, 0.0)
        noise = discrimination**-2.0
        own = np.exp(intensity + 0.5 * noise)
        total = float(own.sum())
        squares = total * total + float((own * own * np.expm1(noise)).sum())
        expected = total * math.exp(-self.mean + 0.5 * self.variance)
        variance = self.variance + math.log(squares / (total * total))
        spread = normal_quantile(0.9) * math.sqrt(variance)
        median = math.log(expected) - 0.5 * variance
        return Duration(expected, math.exp(median - spread), math.exp(median + spread))


@lru_cache(maxsize=16)
def normal_quantile(p: float) -> float:
    """The standard normal quantile of `p` in (0, 1), to rounding.

    Newton's method on the tail probability, which approaches the root from one side only and cannot miss it.
    Raises ValueError for any other `p`.
    """
    if not 0.0 < p < 1.0:
        raise ValueError(f"a probability inside (0, 1) expected, found {p}")
    tail, x = min(p, 1.0 - p), 0.0
    for _ in range(100):
        step = (0.5 * math.erfc(x / math.sqrt(2.0)) - tail) * math.sqrt(2.0 * math.pi) * math.exp(0.5 * x * x)
        x += step
        if abs(step) < 1e-14 * max(1.0, x):
            break
    return x if p >= 0.5 else -x
