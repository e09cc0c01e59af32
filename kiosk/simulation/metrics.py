"""How well a test measured: figures from true abilities and what the sittings said. Pure functions of arrays.

Shapes throughout: P people, D competences, L cut scores (levels 0 to L). Shares lie in [0, 1]; errors are in standard
deviations of theta. A figure that the data cannot give (a correlation of constants, a mean of nothing) is None.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from itembank.response_model import FloatArray

IntArray = NDArray[np.int64]


def rmse(estimate: FloatArray, truth: FloatArray) -> float:
    """Root mean square error over everything that is given."""
    return float(np.sqrt(np.mean((estimate - truth) ** 2)))


def bias(estimate: FloatArray, truth: FloatArray) -> float:
    """Mean of estimate minus truth."""
    return float(np.mean(estimate - truth))


def squared_correlation(estimate: FloatArray, truth: FloatArray) -> float | None:
    """Squared Pearson correlation of two vectors (P,); None when one does not vary."""
    x, y = estimate - estimate.mean(), truth - truth.mean()
    scale = float(x @ x) * float(y @ y)
    return float(x @ y) ** 2 / scale if scale > 1e-18 else None


def reliability(estimate: FloatArray, truth: FloatArray) -> float | None:
    """Mean over competences of the squared correlation of estimate and truth, both (P, D)."""
    return mean_of([squared_correlation(estimate[:, d], truth[:, d]) for d in range(truth.shape[1])])


def composite_reliability(
    estimate: FloatArray, truth: FloatArray, groups: Sequence[str]
) -> dict[str, float | None]:
    """Squared correlation of the mean estimate and the mean ability of each group of competences.

    `groups` names the group of each competence (its domain, or one name for all of them).
    """
    found = {}
    for group in dict.fromkeys(groups):
        inside = np.array([g == group for g in groups])
        found[group] = squared_correlation(estimate[:, inside].mean(axis=1), truth[:, inside].mean(axis=1))
    return found


def levels_of(theta: FloatArray, cuts: Sequence[float]) -> IntArray:
    """The true level of each ability: level k begins at ``cuts[k - 1]``."""
    levels: IntArray = np.searchsorted(np.asarray(cuts), theta, side="right")
    return levels


def bands_of(levels: IntArray) -> IntArray:
    """Levels in pairs, from the lowest that is reached: 1-2, 3-4, 5-6, 7-8 are bands 0 to 3; level 0 counts with 1-2.

    The four proficiency bands of DigComp (foundation, intermediate, advanced, highly specialised).
    """
    bands: IntArray = np.maximum(levels - 1, 0) // 2
    return bands


def agreement(levels: IntArray, true_levels: IntArray, within: int = 0) -> float:
    """Share of levels that are at most `within` from the true one."""
    return float(np.mean(np.abs(levels - true_levels) <= within))


def weighted_kappa(levels: IntArray, true_levels: IntArray, count: int) -> float | None:
    """Cohen's kappa with quadratic weights over `count` levels (Cohen 1968); None when nothing varies."""
    observed = float(np.mean((levels - true_levels) ** 2))
    first = np.bincount(levels.ravel(), minlength=count) / levels.size
    second = np.bincount(true_levels.ravel(), minlength=count) / levels.size
    distance = np.subtract.outer(np.arange(count), np.arange(count)) ** 2
    expected = float(first @ distance @ second)
    return 1.0 - observed / expected if expected > 0 else None


def coverage(low: FloatArray, high: FloatArray, truth: FloatArray) -> float:
    """Share of true abilities inside their stated range."""
    return float(np.mean((low <= truth) & (truth <= high)))


def stated_confidence(probability: FloatArray, levels: IntArray) -> FloatArray:
    """The probability that the test states for each level it reports, (P, D) from (P, D, L + 1)."""
    stated: FloatArray = np.take_along_axis(probability, levels[..., None], axis=-1)[..., 0]
    return stated


def confidence_by(
    stated: FloatArray, right: NDArray[np.bool_], group: IntArray, count: int
) -> list[dict[str, float | int | None]]:
    """For each group 0..count-1: how many levels, the mean stated confidence and the share that were right."""
    rows: list[dict[str, float | int | None]] = []
    for g in range(count):
        inside = group == g
        number = int(inside.sum())
        rows.append(
            {
                "count": number,
                "stated": float(stated[inside].mean()) if number else None,
                "observed": float(right[inside].mean()) if number else None,
            }
        )
    return rows


def exposures(administered: IntArray, items: int) -> FloatArray:
    """Share of the sittings that saw each item, (items,); `administered` (P, K) holds indices, -1 for none."""
    seen = administered[administered >= 0]
    shares: FloatArray = np.bincount(seen, minlength=items) / max(len(administered), 1)
    return shares


def overlap_rate(administered: IntArray, items: int) -> float | None:
    """Mean share of questions that two people have in common (Chen, Ankenmann and Spray 2003, eq. 5); None for one person."""
    people = len(administered)
    total = int((administered >= 0).sum())
    if people < 2 or not total:
        return None
    times = np.bincount(administered[administered >= 0], minlength=items).astype(float)
    return float((times * (times - 1)).sum() / (total * (people - 1)))


def length_for(target: float, lengths: Sequence[float], errors: Sequence[float]) -> float | None:
    """The test length at which an error curve falls to `target`: interpolated between neighbours on log-log scales.

    `lengths` increase. None when the curve never gets there; the first length when it starts below.
    """
    for i, error in enumerate(errors):
        if error <= target:
            if i == 0:
                return float(lengths[0])
            share = math.log(errors[i - 1] / target) / math.log(errors[i - 1] / error)
            return float(math.exp(math.log(lengths[i - 1]) + share * math.log(lengths[i] / lengths[i - 1])))
    return None


def mean_of(values: Sequence[float | None]) -> float | None:
    """Mean of the values that there are."""
    known = [v for v in values if v is not None]
    return float(np.mean(known)) if known else None
