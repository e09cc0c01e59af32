"""Whether one candidate's answers hang together as the model expects: three statistics, and what chance makes of them.

* **lz**, the standardised log-likelihood of all answers (Drasgow, Levine and Williams 1985, British Journal of
  Mathematical and Statistical Psychology 38, 67-86, for any number of categories). Low: answers too surprising.
* **CUSUM**, the largest drift within the sitting: upper and lower cumulative sums of the residuals, in the order of
  the items (van Krimpen-Stoop and Meijer 2000, in *Computerized Adaptive Testing: Theory and Practice*; 2001,
  Journal of Educational and Behavioral Statistics 26, 199-217). High: the later answers much better, or much
  worse, than the earlier ones.
* **Guttman**, the share of weighted inversions (van der Flier 1982, Journal of Cross-Cultural Psychology 13, 267-298;
  Emons 2008, Applied Psychological Measurement 32, 224-247): how much more was won on what is hard for this person
  than on what is easy. High: upside down.

None of these has its textbook distribution in an adaptive test, not even lz* (van Krimpen-Stoop and Meijer 1999,
Applied Psychological Measurement 23, 327-345). So chance is simulated, on the sitting's own items: abilities are
drawn from the posterior, answers from the items' marginal probabilities, and every simulated candidate is estimated
and looked at exactly as the real one was.

**Why the items move.** With the very same items for everybody the flag would be too shy (1 to 3 % false alarms
instead of 5 in our study): in an adaptive test whoever is luckier gets harder items, and so their luck shows less.
A simulated candidate therefore meets each item moved in difficulty by as much as the running estimate of that
competence differs from the real candidate's at that point. On the shipped bank the difficulty of the item given
follows the estimate with a slope of 0.89; a slope of 1 is taken, and the rates come out right
(`benchmarks/person_fit.py`).

A flag asks somebody to look. It never changes a level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.pool import GRID, IntArray, ItemPool
from kiosk.adaptive.posterior import Posterior, Prior

FEWEST_ANSWERS = 12
"""Answers of weight > 0 below which nothing is tested: three hits prove no pattern."""

REPLICATES = 499
"""Simulated sittings; with the real one they make 500, and a p-value is a whole number of five-hundredths."""

FALSE_ALARMS = 0.05
"""Family-wise rate of the flag among sittings that follow the model."""

_EVERY = 2  # every second ability of the grid: 1/4 apart, enough for moments that only feed statistics
_NODES: FloatArray = GRID[::_EVERY]
_STEP = float(GRID[1] - GRID[0])
_FURTHEST = len(GRID) // 2  # items move by 6 at most, in whole steps of the grid


class Bytes(Protocol):
    """A source of chance: `random.Random` is one, and gives the same bytes everywhere."""

    def randbytes(self, n: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic of this sitting, and the probability of one at least as unusual by chance."""

    value: float
    p: float


@dataclass(frozen=True, slots=True)
class PersonFit:
    """The three statistics and the family-wise `p`: of the least likely of the three (Westfall and Young 1993).

    `cusum.value` carries a sign: positive when the later answers are the better ones, negative when the worse.
    """

    lz: Statistic
    cusum: Statistic
    guttman: Statistic
    p: float

    @property
    def flagged(self) -> bool:
        """Whether somebody should look."""
        return self.p <= FALSE_ALARMS


def person_fit(
    pool: ItemPool,
    posterior: Posterior,
    administered: Sequence[int],
    points: Sequence[int],
    weights: Sequence[float],
    draws: Bytes,
    replicates: int = REPLICATES,
) -> PersonFit | None:
    """The fit of a sitting's answers (three sequences in order); None with fewer than 12 answers that count.

    `posterior` is what these very answers led to; rapid guesses (weight 0) are left out here as they are there. The
    same `draws` give the same floats.
    """
    kept = [i for i, weight in enumerate(weights) if weight > 0]
    if len(kept) < FEWEST_ANSWERS:
        return None
    items = [administered[i] for i in kept]
    maximum = pool.max_score[items]
    scores, chances = _relived(pool, posterior, items, [points[i] for i in kept], draws, replicates + 1)
    won, due = scores / maximum, (chances @ np.arange(chances.shape[2])) / maximum
    drift, direction = cusum(won, due, _share_variance(chances, due, maximum))
    lz = standardised_log_likelihood(chances, scores)
    inverted = inversions(won, due)
    ranks = np.stack([_unusual(-lz), _unusual(drift), _unusual(inverted)])
    family = _unusual(-ranks.min(axis=0))
    return PersonFit(
        lz=Statistic(float(lz[0]), float(ranks[0, 0])),
        cusum=Statistic(float(direction[0] * drift[0]), float(ranks[1, 0])),
        guttman=Statistic(float(inverted[0]), float(ranks[2, 0])),
        p=float(family[0]),
    )


def _unusual(values: FloatArray) -> FloatArray:
    """For each of R values, the share of all R that are at least as large, (R,)."""
    shares: FloatArray = 1.0 - np.searchsorted(np.sort(values), values, side="left") / len(values)
    return shares


# --- the statistics, for R candidates over T answers with K categories at most ------------------------------


def standardised_log_likelihood(chances: FloatArray, scores: IntArray) -> FloatArray:
    """lz, (R,): (l - E l) / sd l with l the sum of log P(x_t), from `chances` (R, T, K) and points (R, T).

    Drasgow, Levine and Williams (1985), eq. 4 to 6.
    """
    logs = np.log(np.maximum(chances, 1e-12))
    level = np.take_along_axis(logs, scores[:, :, None], axis=2)[:, :, 0].sum(axis=1)
    weighted = chances * logs
    first = weighted.sum(axis=2)
    variance = ((weighted * logs).sum(axis=2) - first * first).sum(axis=1)
    lz: FloatArray = (level - first.sum(axis=1)) / np.sqrt(np.maximum(variance, 1e-12))
    return lz


def cusum(won: FloatArray, due: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Largest drift (R,), and its direction (R,): 1 when the later answers are the better ones, -1 when the worse.

    Upper and lower cumulative sums C+_t = max(0, C+_{t-1} + r_t), C-_t = max(0, C-_{t-1} - r_t) (van Krimpen-Stoop
    and Meijer 2000) of residuals r_t = `won` - `due` (R, T), shares of an item's points, whose `variance` is (R, T);
    the larger of the two maxima, in standard deviations of the sum of all residuals.

    The residuals are centred first, r_t - (v_t / sum v) sum r: at a maximum-likelihood estimate they would sum to
    about 0 by themselves, at a posterior mean, drawn to the prior, they do not, and whoever has everything right
    would seem to drift.
    """
    total = np.maximum(variance.sum(axis=1, keepdims=True), 1e-12)
    residuals = won - due
    residuals = residuals - residuals.sum(axis=1, keepdims=True) * (variance / total)
    walk = np.concatenate([np.zeros((len(won), 1)), np.cumsum(residuals, axis=1)], axis=1) / np.sqrt(total)
    upper = (walk - np.minimum.accumulate(walk, axis=1)).max(axis=1)
    lower = (np.maximum.accumulate(walk, axis=1) - walk).max(axis=1)
    # a walk that dips first and comes back: the later answers are the better ones
    direction = np.where(-walk.min(axis=1) >= walk.max(axis=1), 1.0, -1.0)
    return np.maximum(upper, lower), direction


def inversions(won: FloatArray, due: FloatArray) -> FloatArray:
    """Share of what is upside down, in [0, 1], (R,), from shares of points won and due (R, T).

    Over pairs of answers, with g = (due_i - due_j)(won_i - won_j): the sum of the negative g over the sum of |g|;
    0 for the perfect Guttman pattern.
    """
    upside_down, total = np.zeros(len(won)), np.zeros(len(won))
    for t in range(1, won.shape[1]):
        g = (due[:, t, None] - due[:, :t]) * (won[:, t, None] - won[:, :t])
        total += np.abs(g).sum(axis=1)
        upside_down -= np.minimum(g, 0.0).sum(axis=1)
    return upside_down / np.maximum(total, 1e-12)


def _share_variance(chances: FloatArray, due: FloatArray, maximum: IntArray) -> FloatArray:
    """Variance of the share of the points, (R, T)."""
    squares = (np.arange(chances.shape[2]) / maximum[:, None]) ** 2
    variance: FloatArray = (chances * squares).sum(axis=2) - due * due
    return variance


# --- many candidates through one sitting --------------------------------------------------------------------


def _relived(
    pool: ItemPool,
    posterior: Posterior,
    items: Sequence[int],
    points: Sequence[int],
    draws: Bytes,
    count: int,
) -> tuple[IntArray, FloatArray]:
    """The sitting lived by the real candidate (row 0) and by simulated ones: points and category probabilities.

    Points (R, T), R = `count`; probabilities (R, T, K) at each one's final estimate, 0 beyond an item's maximum.
    """
    dimensions = len(posterior.mean)
    root = np.linalg.cholesky(posterior.covariance + 1e-9 * np.eye(dimensions))
    abilities = posterior.mean + _normal(draws, count, dimensions) @ root.T
    luck = _uniform(draws, (count, len(items)))
    beliefs = _Beliefs(posterior.prior, count)
    scores = np.zeros((count, len(items)), dtype=np.int64)
    moves = np.zeros((count, len(items)), dtype=np.int64)
    for t, (item, real) in enumerate(zip(items, points, strict=True)):
        dim = int(pool.dimension[item])
        table = pool.probabilities(item)
        estimate = beliefs.mean[:, dim]
        moves[:, t] = np.clip(np.rint((estimate - estimate[0]) / _STEP), -_FURTHEST, _FURTHEST)
        chances = _between(table, abilities[:, dim] - _STEP * moves[:, t]).cumsum(axis=1)
        drawn = (luck[:, t, None] * chances[:, -1:] >= chances).sum(axis=1)
        scores[:, t] = np.minimum(drawn, pool.max_score[item])
        scores[0, t] = real
        beliefs.learn(dim, _moved(np.log(table), scores[:, t], moves[:, t]))
    final = np.zeros((count, len(items), int(pool.max_score[list(items)].max()) + 1))
    for t, item in enumerate(items):
        dim = int(pool.dimension[item])
        table = pool.probabilities(item)
        final[:, t, : len(table)] = _between(table, beliefs.mean[:, dim] - _STEP * moves[:, t])
    return scores, final


def _between(table: FloatArray, theta: FloatArray) -> FloatArray:
    """Category probabilities (R, K) at abilities (R,), from a table (K, G) on the grid, by straight lines."""
    place = np.clip((theta - GRID[0]) / _STEP, 0.0, len(GRID) - 1.000001)
    low = place.astype(np.int64)
    below = table[:, low]
    chances: FloatArray = (below + (place - low) * (table[:, low + 1] - below)).T
    return chances


def _moved(logs: FloatArray, scores: IntArray, moves: IntArray) -> FloatArray:
    """Log-likelihoods (R, V) of points (R,) on an item, log-probabilities (K, G), moved up by `moves` steps (R,)."""
    padded = np.pad(logs, ((0, 0), (_FURTHEST, _FURTHEST)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(GRID), axis=1)[:, :, ::_EVERY]
    rows: FloatArray = windows[scores, _FURTHEST - moves]
    return rows


class _Beliefs:
    """The running beliefs of R candidates: `Posterior.updated` for all of them at once, on half of the grid."""

    def __init__(self, prior: Prior, count: int) -> None:
        self.mean: FloatArray = np.tile(prior.mean, (count, 1))
        self._covariance: FloatArray = np.tile(prior.covariance, (count, 1, 1))
        self._outer = np.empty_like(self._covariance)  # reused: fresh megabytes cost more than the products
        self._precision: FloatArray = np.zeros_like(self.mean)
        self._shift: FloatArray = np.zeros_like(self.mean)
        self._loglik: dict[int, FloatArray] = {}

    def learn(self, dim: int, loglik: FloatArray) -> None:
        """Take in one answer each about coordinate `dim`: log-likelihoods (R, V)."""
        if dim in self._loglik:
            loglik = self._loglik[dim] + loglik
        self._loglik[dim] = loglik
        column = self._covariance[:, :, dim].copy()
        variance, centre = column[:, dim].copy(), self.mean[:, dim].copy()
        cavity_precision = np.maximum(1.0 / variance - self._precision[:, dim], 1e-3)
        cavity_shift = centre / variance - self._shift[:, dim]
        weights = loglik + _NODES * (cavity_shift[:, None] - 0.5 * cavity_precision[:, None] * _NODES)
        weights -= weights.max(axis=1, keepdims=True)
        np.exp(weights, out=weights)
        total, first, second = (weights @ _POWERS).T
        new_centre = first / total
        new_variance = np.maximum(second / total - new_centre**2, 1e-2)
        self._precision[:, dim] = 1.0 / new_variance - cavity_precision
        self._shift[:, dim] = new_centre / new_variance - cavity_shift
        self.mean += column * ((new_centre - centre) / variance)[:, None]
        scale = (new_variance - variance) / (variance * variance)
        np.multiply((scale[:, None] * column)[:, :, None], column[:, None, :], out=self._outer)
        self._covariance += self._outer


_POWERS: FloatArray = np.stack([np.ones_like(_NODES), _NODES, _NODES**2], axis=1)


def _uniform(draws: Bytes, shape: tuple[int, ...]) -> FloatArray:
    """Uniform numbers in [0, 1) with 53 bits, from bytes."""
    raw = np.frombuffer(draws.randbytes(8 * int(np.prod(shape))), dtype="<u8")
    numbers: FloatArray = ((raw >> np.uint64(11)).astype(np.float64) * 2.0**-53).reshape(shape)
    return numbers


def _normal(draws: Bytes, rows: int, columns: int) -> FloatArray:
    """Standard normal numbers (rows, columns): Box and Muller (1958)."""
    u = _uniform(draws, (2, rows, (columns + 1) // 2))
    radius, angle = np.sqrt(-2.0 * np.log1p(-u[0])), 2.0 * np.pi * u[1]
    numbers: FloatArray = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return numbers[:, :columns]
