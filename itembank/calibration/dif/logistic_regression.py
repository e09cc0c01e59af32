"""Logistic differential item functioning: does the group still tell anything once ability is known?

Swaminathan & Rogers (1990) for items scored right or wrong, and its ordinal form with proportional odds for items
with several points (French & Miller 1996; Zumbo 1999). Three nested models of the score given ability and group:

    0: ability        1: ability + group (uniform)        2: ability + group + ability x group (non-uniform)
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

RIDGE = 1e-8
"""Penalty RIDGE / 2 x slope^2 on each slope of a standardised predictor. It leaves estimates alone to some 1e-8 of a logit and
keeps them finite where the groups are perfectly separated."""
_MOST_STEPS = 100
_MOST_HALVINGS = 40
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Fitted:
    """A cumulative logit model: logit P(score >= k) = intercepts[k - 1] + predictors . slopes."""

    intercepts: FloatArray
    """(M,) decreasing, one a score that was seen but the lowest."""
    slopes: FloatArray
    """(Q,)"""
    log_likelihood: float
    """Without the penalty."""


@dataclass(frozen=True, slots=True)
class LogisticDif:
    """Likelihood-ratio tests between the three models."""

    p_uniform: float
    """Model 1 against 0, 1 degree of freedom."""
    p_non_uniform: float
    """Model 2 against 1, 1 degree of freedom."""
    p: float
    """Model 2 against 0, 2 degrees of freedom: either kind."""
    r2_gain: float
    """Nagelkerke's (1991) R^2 of model 2 less that of model 0."""
    r2_gain_uniform: float
    """... of model 1 less that of model 0."""
    group: float
    """Slope of the group in model 1, in logits: below 0, harder for the focal group."""
    interaction: float
    """Slope of ability x group in model 2, in logits per standard deviation of ability."""


def logistic_dif(
    score: IntArray, focal: BoolArray, ability: FloatArray, weight: FloatArray
) -> LogisticDif | None:
    """Tests over answers of shape (n,); None when all answered alike, which leaves nothing to explain."""
    seen, category = np.unique(score, return_inverse=True)
    if len(seen) < 2:
        return None
    people = float(weight.sum())
    mean = float(np.sum(weight * ability)) / people
    deviation = math.sqrt(float(np.sum(weight * (ability - mean) ** 2)) / people)
    z = (ability - mean) / deviation if deviation > 0 else np.zeros(len(ability))
    group = focal.astype(np.float64)
    predictors = np.column_stack([z, group, z * group])

    null = _null_log_likelihood(category, weight)
    models = [fit(category, predictors[:, :columns], weight) for columns in (1, 2, 3)]
    base, uniform, both = (model.log_likelihood for model in models)
    r2 = [nagelkerke(null, model.log_likelihood, people) for model in models]

    def tail(smaller: float, larger: float, df: int) -> float:
        return chi_squared_upper(max(0.0, 2.0 * (larger - smaller)), df)

    return LogisticDif(
        p_uniform=tail(base, uniform, 1),
        p_non_uniform=tail(uniform, both, 1),
        p=tail(base, both, 2),
        r2_gain=max(0.0, r2[2] - r2[0]),
        r2_gain_uniform=max(0.0, r2[1] - r2[0]),
        group=float(models[1].slopes[1]),
        interaction=float(models[2].slopes[2]),
    )


def nagelkerke(null: float, fitted: float, people: float) -> float:
    """Nagelkerke (1991): Cox and Snell's R^2 over its largest possible value; 0 for data without spread."""
    largest = -math.expm1(2.0 * null / people)
    return -math.expm1(2.0 * (null - fitted) / people) / largest if largest > 0 else 0.0


def _shares(category: IntArray, weight: FloatArray) -> FloatArray:
    shares: FloatArray = np.bincount(category, weights=weight) / weight.sum()
    return shares


def _null_log_likelihood(category: IntArray, weight: FloatArray) -> float:
    shares = _shares(category, weight)
    return float(weight.sum()) * float(np.sum(shares * np.log(shares)))


def fit(category: IntArray, predictors: FloatArray, weight: FloatArray) -> Fitted:
    """Maximum penalised likelihood of the cumulative logit model (McCullagh 1980) by Newton's method.

    `category` (n,) runs from 0 to M with every value present, M >= 1; `predictors` (n, Q). The log-likelihood is
    concave (Pratt 1981), steps that do not raise it are halved, so the maximum is found from any start.
    """
    last = int(category.max())
    columns = predictors.shape[1]
    above = np.cumsum(_shares(category, weight)[::-1])[::-1][1:]  # P(score >= k), k = 1..M
    point = np.concatenate([np.log(above) - np.log1p(-above), np.zeros(columns)])
    ridge = np.concatenate([np.zeros(last), np.full(columns, RIDGE)])

    value, upper, lower = _likelihood(point, category, predictors, weight, last)
    for _ in range(_MOST_STEPS):
        gradient, curvature = _derivatives(upper, lower, category, predictors, weight, last)
        gradient -= ridge * point
        curvature[np.diag_indices_from(curvature)] += ridge
        step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
        promised = float(gradient @ step)
        if promised < _TOLERANCE:  # so near that the likelihood cannot judge the last step
            point = point + step
            break
        penalised = value - 0.5 * float(ridge @ point**2)
        for halving in range(_MOST_HALVINGS):
            trial = point + step * 0.5**halving
            found, upper_there, lower_there = _likelihood(trial, category, predictors, weight, last)
            if found - 0.5 * float(ridge @ trial**2) > penalised:
                break
        else:
            break
        point, value, upper, lower = trial, found, upper_there, lower_there
    return Fitted(point[:last], point[last:], value)


def _likelihood(
    point: FloatArray, category: IntArray, predictors: FloatArray, weight: FloatArray, last: int
) -> tuple[float, FloatArray, FloatArray]:
    """Log-likelihood, P(score >= own category) and P(score > own category), each (n,); -inf out of order."""
    if (np.diff(point[:last]) >= 0).any():
        return -math.inf, np.zeros(0), np.zeros(0)
    bounds = np.concatenate([[math.inf], point[:last], [-math.inf]])
    linear = predictors @ point[last:]
    upper, not_upper = _logistic(bounds[category] + linear)
    lower, not_lower = _logistic(bounds[category + 1] + linear)
    # the smaller of two differences that are equal on paper: no digits are lost near 1
    difference = np.where(upper + lower > 1, not_lower - not_upper, upper - lower)
    if (difference <= 0).any():
        return -math.inf, upper, lower
    return float(np.sum(weight * np.log(difference))), upper, lower


def _logistic(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """L(x) = 1 / (1 + exp(-x)) and 1 - L(x), neither of which loses digits where it is small."""
    small = np.exp(-np.abs(x))
    large = 1.0 / (1.0 + small)
    small *= large
    below = x < 0
    return np.where(below, small, large), np.where(below, large, small)


def _derivatives(
    upper: FloatArray,
    lower: FloatArray,
    category: IntArray,
    predictors: FloatArray,
    weight: FloatArray,
    last: int,
) -> tuple[FloatArray, FloatArray]:
    """Gradient (M + Q,) of the log-likelihood and minus its matrix of second derivatives."""
    u, v = upper * (1 - upper), lower * (1 - lower)  # densities at the two bounds; 0 at an infinite one
    p = np.maximum(upper - lower, 1e-300)
    by_linear = weight * (1 - upper - lower)
    gradient = np.concatenate(
        [
            (np.bincount(category, weight * u / p, last + 1)[1:])
            - np.bincount(category, weight * v / p, last + 1)[:-1],
            predictors.T @ by_linear,
        ]
    )
    size = last + predictors.shape[1]
    minus = np.zeros((size, size))
    own = np.bincount(category, weight * ((u / p) ** 2 - u * (1 - 2 * upper) / p), last + 1)[1:]
    own += np.bincount(category, weight * ((v / p) ** 2 + v * (1 - 2 * lower) / p), last + 1)[:-1]
    minus[np.arange(last), np.arange(last)] = own
    beside = -np.bincount(category, weight * u * v / (p * p), last + 1)[1:-1]
    minus[np.arange(last - 1), np.arange(1, last)] = beside
    minus[np.arange(1, last), np.arange(last - 1)] = beside
    for column in range(predictors.shape[1]):
        x = predictors[:, column]
        mixed = np.bincount(category, weight * u * x, last + 1)[1:]
        mixed += np.bincount(category, weight * v * x, last + 1)[:-1]
        minus[:last, last + column] = minus[last + column, :last] = mixed
    minus[last:, last:] = predictors.T @ (predictors * (weight * (u + v))[:, None])
    return gradient, minus
