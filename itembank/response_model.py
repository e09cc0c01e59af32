"""Item response functions: how likely each score is, given the ability, and how much it teaches.

The models are the textbook ones, on the logistic metric (no factor 1.7), theta with population mean 0
and standard deviation 1:

* dichotomous: P(X = 1) = c + (1 - c) L(a (theta - b)), Birnbaum (1968), chapter 17, eq. 17.3.2; c = 0 gives the 2PL;
* graded: P(X >= k) = L(a (theta - b_k)), Samejima (1969), category k being the difference of neighbours;

with L(x) = 1 / (1 + exp(-x)). One formula serves both: a dichotomous item has one threshold.

Item parameters are not known exactly, least of all in a bank whose difficulties are an author's
judgement. The *marginal* functions integrate them out: a is lognormal with mean `a` and standard
deviation `se_a`, and all thresholds of an item are shifted together by a normal error of standard
deviation `se_b` (an author misjudges the item, not the order of its steps). One candidate meets an item
once, so the product of marginal probabilities is the exact likelihood of theta. The probability is
linear in c, so `se_c` integrates out to the mean: it is carried for calibration and changes nothing here.

Arrays are float64. Numpy is the only dependency.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # at run time only numpy: the item's module brings the simulated tools with it
    from itembank.item import Parameters

FloatArray = NDArray[np.float64]

SMALLEST_PROBABILITY = 1e-12
"""No category is held less likely than this: logarithms stay finite however odd the answer."""

NODES_A = 5
NODES_B = 9
_LARGEST_EXPONENT = 350.0


def check_parameters(parameters: Parameters) -> None:
    """Raise ValueError, saying what is wrong, unless the parameters describe a usable item."""
    numbers = (parameters.a, *parameters.b, parameters.c, parameters.se_a, parameters.se_b, parameters.se_c)
    if not parameters.b:
        raise ValueError("b needs at least one threshold")
    if not all(math.isfinite(x) for x in numbers):
        raise ValueError("a, b, c and their standard errors must be finite")
    if parameters.a <= 0:
        raise ValueError(f"a must be positive, found {parameters.a}")
    if any(hard <= easy for easy, hard in zip(parameters.b, parameters.b[1:], strict=False)):
        raise ValueError(f"thresholds must increase, found {parameters.b}")
    if not 0 <= parameters.c < 1:
        raise ValueError(f"c must lie in [0, 1), found {parameters.c}")
    if parameters.c > 0 and len(parameters.b) > 1:
        raise ValueError("guessing (c) belongs to items scored right or wrong")
    if min(parameters.se_a, parameters.se_b, parameters.se_c) < 0:
        raise ValueError("standard errors cannot be negative")


def _logistic(x: FloatArray) -> FloatArray:
    return 0.5 + 0.5 * np.tanh(0.5 * x)  # tanh never overflows


def boundary_probabilities(parameters: Parameters, theta: FloatArray) -> FloatArray:
    """P(X >= k | theta) for k = 1..M, shape (M, G), for abilities `theta` of shape (G,).

    Birnbaum (1968) eq. 17.3.2 when M = 1, Samejima (1969) otherwise.
    """
    b = np.asarray(parameters.b)[:, None]
    return parameters.c + (1.0 - parameters.c) * _logistic(parameters.a * (theta[None, :] - b))


def category_probabilities(parameters: Parameters, theta: FloatArray) -> FloatArray:
    """P(X = k | theta) for k = 0..M, shape (M + 1, G); each column sums to 1 (to 1e-11, see the floor).

    The item's parameters are taken at their word; for scoring see `marginal_category_probabilities`.
    """
    return _categories(boundary_probabilities(parameters, theta))


def _categories(boundaries: FloatArray) -> FloatArray:
    """Neighbouring differences of (M, G) boundaries, with P(X >= 0) = 1 before and 0 after."""
    edge = np.ones((1, boundaries.shape[1]))
    steps = np.concatenate([edge, boundaries, 0.0 * edge])
    categories: FloatArray = np.maximum(steps[:-1] - steps[1:], SMALLEST_PROBABILITY)
    return categories


def expected_score(parameters: Parameters, theta: FloatArray) -> FloatArray:
    """E(X | theta) in points, shape (G,): the sum over k of P(X >= k)."""
    total: FloatArray = boundary_probabilities(parameters, theta).sum(axis=0)
    return total


def information(parameters: Parameters, theta: FloatArray) -> FloatArray:
    """Fisher information about theta, shape (G,), in units of 1/theta^2.

    Sum over categories of P'_k(theta)^2 / P_k(theta): Samejima (1969), and for one threshold
    Birnbaum (1968) eq. 20.4.4.
    """
    plain = _logistic(parameters.a * (theta[None, :] - np.asarray(parameters.b)[:, None]))
    slopes = (1.0 - parameters.c) * parameters.a * plain * (1.0 - plain)
    edge = np.zeros((1, theta.shape[0]))
    slopes = np.concatenate([edge, slopes, edge])
    total: FloatArray = ((slopes[:-1] - slopes[1:]) ** 2 / category_probabilities(parameters, theta)).sum(
        axis=0
    )
    return total


# --- with uncertain parameters -------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _normal_nodes(count: int) -> tuple[FloatArray, FloatArray]:
    """Gauss-Hermite nodes and weights for a standard normal variable (weights sum to 1)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return nodes, weights / weights.sum()


def lognormal_parameters(mean: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of log a, for an a of the given mean (> 0) and standard deviation."""
    variance = np.log1p((sd / mean) ** 2)
    return np.log(mean) - 0.5 * variance, np.sqrt(variance)


def marginal_boundaries(items: Sequence[Parameters], theta: FloatArray) -> FloatArray:
    """P(X >= k | theta) with a and b integrated out, all items at once.

    Returns shape (R, G), R = total of thresholds, items in the given order and k = 1..M within each.
    Product Gauss-Hermite quadrature, 5 nodes in log a and 9 in the shift of b: within 1e-6 of dense quadrature for
    authored items (a up to 1.5, se_b 0.5, se_a 20 %), 1e-5 at a = 2, 1e-3 at a = 2.5 with se_b = 0.8. Takes some
    3 ms for 280 rows of 97 abilities.
    """
    repeat = [len(p.b) for p in items]
    a = np.repeat([p.a for p in items], repeat)
    se_a = np.repeat([p.se_a for p in items], repeat)
    b = np.array([threshold for p in items for threshold in p.b])
    se_b = np.repeat([p.se_b for p in items], repeat)
    c = np.repeat([p.c for p in items], repeat)

    boundaries = np.empty((b.shape[0], theta.shape[0]))
    for first in range(0, len(b), _ROWS_AT_ONCE):
        part = slice(first, first + _ROWS_AT_ONCE)
        mean = _mean_boundaries(a[part], se_a[part], b[part], se_b[part], theta)
        boundaries[part] = c[part, None] + (1.0 - c[part, None]) * mean
    return boundaries


_ROWS_AT_ONCE = 64
"""So few that what is computed on the way stays in the processor's cache, and is given back to the system."""


def _mean_boundaries(
    a: FloatArray, se_a: FloatArray, b: FloatArray, se_b: FloatArray, theta: FloatArray
) -> FloatArray:
    """P(X >= k | theta) without guessing, a and b integrated out, (R, G)."""
    total = np.zeros((len(b), len(theta)))
    log_mean, log_sd = lognormal_parameters(a, se_a)
    for weight_a, a_node in _nodes(log_mean, log_sd, NODES_A):
        discrimination = np.exp(a_node)
        # 1 / (1 + exp(-a theta) exp(a b)): exponentials of the small factors only, not of the product
        ability = np.exp(_clipped(-discrimination[:, None] * theta[None, :]))
        for weight_b, b_node in _nodes(b, se_b, NODES_B):
            odds = ability * np.exp(_clipped(discrimination * b_node))[:, None]
            odds += 1.0
            total += (weight_a * weight_b) / odds
    return total


def _nodes(mean: FloatArray, sd: FloatArray, count: int) -> Iterator[tuple[float, FloatArray]]:
    if not sd.any():
        yield 1.0, mean
        return
    for node, weight in zip(*_normal_nodes(count), strict=True):
        yield float(weight), mean + sd * node


def _clipped(exponent: FloatArray) -> FloatArray:
    return np.clip(exponent, -_LARGEST_EXPONENT, _LARGEST_EXPONENT)


def marginal_category_probabilities(parameters: Parameters, theta: FloatArray) -> FloatArray:
    """P(X = k | theta) with a and b integrated out, shape (M + 1, G): the likelihood used for scoring.

    A category is a difference of boundaries and the shift keeps their order, so marginalising the
    boundaries marginalises the categories. With zero standard errors it equals `category_probabilities`.
    """
    return _categories(marginal_boundaries([parameters], theta))


def drawn(parameters: Parameters, rng: np.random.Generator) -> Parameters:
    """One plausible set of true parameters under the stated standard errors, itself free of error.

    The same law that the marginal functions integrate over; for simulation and for posterior checks.
    """
    log_mean, log_sd = lognormal_parameters(np.array(parameters.a), np.array(parameters.se_a))
    shift = parameters.se_b * rng.standard_normal()
    a = math.exp(float(log_mean) + float(log_sd) * rng.standard_normal())
    shifted = tuple(b + shift for b in parameters.b)
    return replace(parameters, a=a, b=shifted, se_a=0.0, se_b=0.0, se_c=0.0, origin="drawn")
