"""From a marginal of theta to levels: probabilities, the reported level, the 80 % range.

A level can be chosen for the fewest errors (the most likely one), for the smallest (the median) or for the smallest
squares (`Loss`). On 1,500 simulated candidates of the reference scenario, 48 items, the three agree in 96 % of the
levels and measure alike: exact .470, .471, .470; within one .939, .938, .937; mean distance .593, .593, .596;
quadratic kappa .841, .840, .838. The most likely level is reported: it is what its name says beside its probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.pool import GRID, IntArray

_REFINE = 4
_NEWTON_STEPS = 6


@dataclass(frozen=True, slots=True)
class LevelScale:
    """Cut scores on theta: level k begins at `cuts[k - 1]`; below the first cut is level 0.

    Raises ValueError unless the cuts increase and lie inside the grid.
    """

    cuts: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.cuts:
            raise ValueError("a level scale needs at least one cut score")
        if any(high <= low for low, high in zip(self.cuts, self.cuts[1:], strict=False)):
            raise ValueError(f"cut scores must increase, found {self.cuts}")
        if not GRID[0] < self.cuts[0] <= self.cuts[-1] < GRID[-1]:
            raise ValueError(f"cut scores must lie between {GRID[0]:g} and {GRID[-1]:g}")

    @property
    def highest(self) -> int:
        return len(self.cuts)

    def level_of(self, theta: float) -> int:
        """The level of an ability known exactly."""
        return int(np.searchsorted(self.cuts, theta, side="right"))


@lru_cache(maxsize=1)
def _refinement() -> tuple[FloatArray, FloatArray]:
    """Fine grid (F,) and the (G, F) matrix of 4-point Lagrange interpolation onto it."""
    points = len(GRID)
    fine = np.linspace(GRID[0], GRID[-1], (points - 1) * _REFINE + 1)
    matrix = np.zeros((points, len(fine)))
    position = (fine - GRID[0]) / (GRID[1] - GRID[0])
    first = np.clip(np.floor(position).astype(int) - 1, 0, points - 4)
    for j in range(4):
        weight = np.ones(len(fine))
        for m in range(4):
            if m != j:
                weight *= (position - (first + m)) / (j - m)
        matrix[first + j, np.arange(len(fine))] = weight
    return fine, matrix


@lru_cache(maxsize=1)
def _powers() -> FloatArray:
    """1, theta and theta^2 on the fine grid, (F, 3)."""
    fine, _ = _refinement()
    return np.stack([np.ones_like(fine), fine, fine * fine], axis=1)


class Distribution:
    """Continuous distributions of D coordinates from their log-densities (D, G) on the grid.

    The log-density is interpolated cubically (exact for a Gaussian) onto a grid four times as fine, its
    integral taken with a fourth-order rule, and the distribution function interpolated by Hermite cubics
    that agree with the density: a cut score may lie anywhere, no lattice shows.
    """

    def __init__(self, log_density: FloatArray) -> None:
        self._grid, matrix = _refinement()
        logs = np.maximum(log_density - log_density.max(axis=1, keepdims=True), -600.0) @ matrix
        density = np.exp(np.minimum(logs, 50.0))
        self._step = float(self._grid[1] - self._grid[0])
        padded = np.zeros((len(density), len(self._grid) + 2))
        padded[:, 1:-1] = density
        cells = 13.0 * (density[:, :-1] + density[:, 1:]) - padded[:, :-3] - padded[:, 3:]
        cumulative = np.zeros_like(density)
        np.cumsum(np.maximum(cells, 0.0) * (self._step / 24.0), axis=1, out=cumulative[:, 1:])
        total = cumulative[:, -1:]
        self._density = density / total
        self._cumulative = cumulative / total

    def moments(self) -> tuple[FloatArray, FloatArray]:
        """Means and standard deviations, (D,) each."""
        mass, first, second = (self._density @ _powers()).T
        mean = first / mass
        return mean, np.sqrt(np.maximum(second / mass - mean * mean, 0.0))

    def cdf(self, x: float) -> FloatArray:
        """P(theta <= x) for every coordinate, (D,)."""
        return self._below(np.array([x]))[:, 0]

    def _below(self, x: FloatArray) -> FloatArray:
        """P(theta <= x) for every coordinate at every one of K abilities, (D, K)."""
        place = np.clip((x - self._grid[0]) / self._step, 0.0, len(self._grid) - 1.0)
        cell = np.minimum(place.astype(np.int64), len(self._grid) - 2)
        low, high = self._cumulative[:, cell], self._cumulative[:, cell + 1]
        start, end = self._density[:, cell] * self._step, self._density[:, cell + 1] * self._step
        return np.clip(_hermite(place - cell, low, high, start, end), low, high)

    def quantile(self, p: float) -> FloatArray:
        """The p-quantile of every coordinate, (D,), to 1e-9; p in (0, 1)."""
        return self.quantiles((p,))[:, 0]

    def quantiles(self, shares: Sequence[float]) -> FloatArray:
        """The quantiles of every coordinate at each of K shares in (0, 1), (D, K), to 1e-9.

        Newton's method on the cubic of the cell where the quantile lies, kept inside a shrinking bracket.
        """
        p = np.asarray(shares, dtype=np.float64)[None, :]
        rows = np.arange(len(self._density))[:, None]
        cell = (self._cumulative[:, :, None] < p[:, None, :]).sum(axis=1) - 1
        cell = np.clip(cell, 0, len(self._grid) - 2)
        low, high = self._cumulative[rows, cell], self._cumulative[rows, cell + 1]
        start, end = self._density[rows, cell] * self._step, self._density[rows, cell + 1] * self._step
        left, right = np.zeros_like(low), np.ones_like(low)
        t = np.clip((p - low) / np.maximum(high - low, 1e-300), 0.0, 1.0)
        for _ in range(_NEWTON_STEPS):
            miss = _hermite(t, low, high, start, end) - p
            left, right = np.where(miss < 0, t, left), np.where(miss < 0, right, t)
            slope = start + t * (
                2.0 * (3.0 * (high - low) - 2.0 * start - end) + 3.0 * t * (start + end - 2.0 * (high - low))
            )
            step = t - miss / np.where(slope > 0, slope, 1.0)
            t = np.where((slope > 0) & (left <= step) & (step <= right), step, 0.5 * (left + right))
        quantiles: FloatArray = self._grid[cell] + self._step * t
        return quantiles

    def level_probabilities(self, scale: LevelScale) -> FloatArray:
        """P(level = 0..highest) for every coordinate, (D, highest + 1); rows sum to 1."""
        below = np.zeros((len(self._density), len(scale.cuts) + 2))
        below[:, 1:-1] = self._below(np.asarray(scale.cuts))
        below[:, -1] = 1.0
        return np.maximum(below[:, 1:] - below[:, :-1], 0.0)


def _hermite(
    t: FloatArray, low: FloatArray, high: FloatArray, start: FloatArray, end: FloatArray
) -> FloatArray:
    """The cubic on [0, 1] from `low` with slope `start` to `high` with slope `end`, at t."""
    rise = high - low
    value: FloatArray = low + t * (
        start + t * ((3.0 * rise - 2.0 * start - end) + t * (start + end - 2.0 * rise))
    )
    return value


class Loss(StrEnum):
    """What a wrong level costs: ZERO_ONE any error alike, ABSOLUTE its size, QUADRATIC its square."""

    ZERO_ONE = "zero_one"
    ABSOLUTE = "absolute"
    QUADRATIC = "quadratic"


def least_loss_level(probabilities: FloatArray, loss: Loss) -> IntArray:
    """The level of smallest expected loss, the lower one of equals, for probabilities (..., L).

    ZERO_ONE gives the most likely level, ABSOLUTE the median one, QUADRATIC the one nearest to the mean level.
    """
    levels = np.arange(probabilities.shape[-1])
    apart = np.abs(levels[:, None] - levels[None, :]).astype(np.float64)
    cost = {Loss.ZERO_ONE: np.minimum(apart, 1.0), Loss.ABSOLUTE: apart, Loss.QUADRATIC: apart**2}[loss]
    best: IntArray = np.argmin(np.round(probabilities @ cost, 12), axis=-1)
    return best


def most_likely_level(probabilities: FloatArray) -> IntArray:
    """The level with the largest probability, the lower one of equals, for probabilities (..., L): reported."""
    levels: IntArray = np.argmax(probabilities, axis=-1)
    return levels
