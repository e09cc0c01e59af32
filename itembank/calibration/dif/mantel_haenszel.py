"""Mantel–Haenszel: the odds of a right answer in two groups, compared among people of the same ability.

One item at a time. Every answer has a stratum (people of like ability), a group and a weight (how many people it
stands for). A stratum where only one group answered, or where all answered alike, says nothing and adds nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from itembank.calibration.dif.distributions import chi_squared_upper

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

DELTA = -2.35
"""ln(odds ratio) to the ETS delta scale: 4 / 1.7, negative so that below 0 means harder for the focal group
(Holland & Thayer 1988, eq. 9)."""


@dataclass(frozen=True, slots=True)
class CommonOddsRatio:
    """What 2 x 2 tables over the strata say of an item scored right or wrong."""

    log_odds_ratio: float
    """ln alpha, above 0 when the odds are better for the reference group."""
    standard_error: float
    """Of `log_odds_ratio`."""
    chi_squared: float
    """With continuity correction, 1 degree of freedom."""
    p: float
    separated: bool
    """Whether a group is all right or all wrong wherever the groups meet. No odds ratio is finite then; the one given
    counts one person more, spread evenly over the four cells of a stratum of their own."""

    @property
    def d_dif(self) -> float:
        """MH D-DIF, on the delta scale."""
        return DELTA * self.log_odds_ratio

    @property
    def d_dif_error(self) -> float:
        """Standard error of MH D-DIF."""
        return -DELTA * self.standard_error


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """What the strata say of an item with several points."""

    difference: float
    """Standardised mean difference in points: focal minus reference, weighted as the focal group is spread over the
    strata (Dorans & Schmitt 1991; Zwick, Donoghue & Grima 1993)."""
    standard_error: float
    deviation: float
    """Standard deviation of the item's score over both groups, in points; 0 when all answered alike."""
    chi_squared: float
    """Mantel's (1963), 1 degree of freedom, no continuity correction."""
    p: float

    @property
    def effect(self) -> float:
        """The difference in standard deviations of the item; 0 for an item without spread."""
        return self.difference / self.deviation if self.deviation > 0 else 0.0


def common_odds_ratio(
    score: IntArray, focal: BoolArray, stratum: IntArray, weight: FloatArray
) -> CommonOddsRatio:
    """Mantel & Haenszel (1959) over answers of shape (n,), scores 0 or 1.

    alpha = sum(A D / T) / sum(B C / T) and the chi-squared with continuity correction: Holland & Thayer (1988), eqs. 6
    to 8; standard error of ln alpha: Robins, Breslow & Greenland (1986), eq. 3. A = reference right, B = reference
    wrong, C = focal right, D = focal wrong, T = all, in one stratum.
    """
    right = score > 0
    size = int(stratum.max()) + 1 if len(stratum) else 0
    a, b, c, d = (
        _summed(stratum, weight * (right == is_right) * (focal == is_focal), size)
        for is_focal in (False, True)
        for is_right in (True, False)
    )
    total = a + b + c + d
    met = (a + b > 0) & (c + d > 0)
    a, b, c, d, total = (x[met] for x in (a, b, c, d, total))

    expected = (a + b) * (a + c) / total
    variance = _hypergeometric((a + b), (c + d), total, (a + c) * (b + d))
    chi_squared = 0.0
    if variance > 0:
        gap = abs(float(np.sum(a - expected)))
        chi_squared = max(0.0, gap - 0.5) ** 2 / variance
    separated = not ((a * d).any() and (b * c).any())
    if separated:
        a, b, c, d = (np.append(cell, 0.25) for cell in (a, b, c, d))
        total = np.append(total, 1.0)
    better, worse = a * d / total, b * c / total
    r, s = float(better.sum()), float(worse.sum())
    p, q = (a + d) / total, (b + c) / total
    log_variance = (
        float((p * better).sum()) / (2 * r * r)
        + float((p * worse + q * better).sum()) / (2 * r * s)
        + float((q * worse).sum()) / (2 * s * s)
    )
    return CommonOddsRatio(
        log_odds_ratio=math.log(r / s),
        standard_error=math.sqrt(log_variance),
        chi_squared=chi_squared,
        p=chi_squared_upper(chi_squared, 1),
        separated=separated,
    )


def _summed(stratum: IntArray, values: FloatArray, size: int) -> FloatArray:
    """(size,) sums of `values` (n,) by stratum."""
    return np.bincount(stratum, weights=values, minlength=size).astype(np.float64, copy=False)


def _hypergeometric(reference: FloatArray, focal: FloatArray, total: FloatArray, spread: FloatArray) -> float:
    """Sum over strata of reference x focal x spread / (T^2 (T - 1)); a stratum of one person has no variance."""
    several = total > 1
    reference, focal, total, spread = (x[several] for x in (reference, focal, total, spread))
    return float(np.sum(reference * focal * spread / (total * total * (total - 1))))


def mean_difference(
    score: IntArray, focal: BoolArray, stratum: IntArray, weight: FloatArray
) -> MeanDifference:
    """Mantel (1963) and the standardised mean difference over answers of shape (n,), scores 0, 1, 2 ...

    Chi-squared: Zwick, Donoghue & Grima (1993), eqs. 1 to 4; standard error of the difference under the same
    hypergeometric variance: Zwick & Thayer (1996), eq. 7.
    """
    size = int(stratum.max()) + 1 if len(stratum) else 0

    def summed(values: FloatArray) -> FloatArray:
        return _summed(stratum, values, size)

    points = score.astype(np.float64)
    n_focal, n_reference = summed(weight * focal), summed(weight * ~focal)
    met = (n_focal > 0) & (n_reference > 0)
    n_focal, n_reference = n_focal[met], n_reference[met]
    of_focal, of_reference = summed(weight * focal * points)[met], summed(weight * ~focal * points)[met]
    squares = summed(weight * points * points)[met]
    total, points_in_all = n_focal + n_reference, of_focal + of_reference

    spread = total * squares - points_in_all**2
    gap = float(np.sum(of_focal - n_focal * points_in_all / total))
    variance = _hypergeometric(n_reference, n_focal, total, spread)
    chi_squared = gap * gap / variance if variance > 0 else 0.0

    share = n_focal / n_focal.sum() if len(n_focal) else n_focal
    difference = float(np.sum(share * (of_focal / n_focal - of_reference / n_reference)))
    each = np.zeros(len(total))
    several = total > 1
    each[several] = (n_reference * n_focal * spread)[several] / (total**2 * (total - 1))[several]
    error = math.sqrt(max(0.0, float(np.sum((share * (1 / n_focal + 1 / n_reference)) ** 2 * each))))
    return MeanDifference(
        difference, error, _deviation(points, weight), chi_squared, chi_squared_upper(chi_squared, 1)
    )


def _deviation(points: FloatArray, weight: FloatArray) -> float:
    people = float(weight.sum())
    if people <= 0:
        return 0.0
    mean = float(np.sum(weight * points)) / people
    return math.sqrt(float(np.sum(weight * (points - mean) ** 2)) / people)
