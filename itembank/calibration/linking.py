"""From one calibration's scale to another's, through the items they share.

theta_target = slope * theta_source + intercept; then a_target = a_source / slope and b_target = slope * b_source + intercept.
(The third way, holding the shared items fixed while the others are estimated, is `ItemSetup.fixed`: Kim 2006.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from itembank.item import Parameters
from itembank.response_model import FloatArray, expected_score

NODES = np.linspace(-4.0, 4.0, 81)
_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class Link:
    """The straight line from a source scale to a target scale. Raises ValueError for a slope that is not positive."""

    slope: float
    intercept: float

    def __post_init__(self) -> None:
        if not self.slope > 0:
            raise ValueError(f"the slope of a link must be positive, found {self.slope}")

    def moved(self, parameters: Parameters) -> Parameters:
        """An item of the source scale, on the target scale."""
        return replace(
            parameters,
            a=parameters.a / self.slope,
            b=tuple(self.slope * b + self.intercept for b in parameters.b),
            se_a=parameters.se_a / self.slope,
            se_b=parameters.se_b * self.slope,
        )


def mean_sigma(source: Sequence[Parameters], target: Sequence[Parameters]) -> Link:
    """Marco (1977): the means and standard deviations of the shared thresholds are made equal.

    Both sequences hold the same items in the same order. Raises ValueError for fewer than two different thresholds.
    """
    from_b = np.array([b for p in source for b in p.b])
    to_b = np.array([b for p in target for b in p.b])
    if from_b.shape != to_b.shape or len(from_b) < 2 or np.ptp(from_b) == 0:
        raise ValueError("at least two different thresholds of the same items are needed")
    slope = float(to_b.std() / from_b.std())
    return Link(slope, float(to_b.mean() - slope * from_b.mean()))


def stocking_lord(source: Sequence[Parameters], target: Sequence[Parameters]) -> Link:
    """Stocking and Lord (1983): the shared items' test characteristic curves are made equal.

    Least squares over 81 abilities from -4 to 4 of the target scale, weighted by the standard normal density;
    Gauss-Newton with step halving from `mean_sigma`'s answer.
    """
    start = mean_sigma(source, target)
    weight = np.exp(-0.25 * NODES**2)
    wanted = _test_curve(target)

    def residual(at: FloatArray) -> FloatArray:
        link = Link(float(np.exp(at[0])), float(at[1]))
        return weight * (_test_curve([link.moved(p) for p in source]) - wanted)

    at = np.array([np.log(start.slope), start.intercept])
    now = residual(at)
    for _ in range(100):
        jacobian = np.stack([(residual(at + h) - residual(at - h)) / 2e-5 for h in 1e-5 * np.eye(2)], axis=1)
        step = -np.linalg.lstsq(jacobian, now, rcond=None)[0]
        while (
            float((residual(at + step) ** 2).sum()) > float((now**2).sum())
            and np.abs(step).max() > _TOLERANCE
        ):
            step *= 0.5
        if np.abs(step).max() <= _TOLERANCE:
            break
        at = at + step
        now = residual(at)
    return Link(float(np.exp(at[0])), float(at[1]))


def _test_curve(items: Sequence[Parameters]) -> FloatArray:
    return np.asarray(np.sum([expected_score(p, NODES) for p in items], axis=0))
