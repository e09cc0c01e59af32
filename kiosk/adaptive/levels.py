"""From a marginal of theta to levels: probabilities, the reported level, the 80 % range.

The level with the largest probability makes the fewest errors, the median level the smallest ones (expected absolute
error). On 600 simulated candidates they differed in 0.5 % of the levels (48 items; 0.8 % at 16 items), with the
same exact (.459) and within-one (.936) agreement to a quarter of a thousandth, and so did the level at the mean and the
one most likely to be within one. The most likely level is reported: it is what its name says beside its probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.pool import GRID, IntArray

_REFINE = 4


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
        padded = np.pad(density, ((0, 0), (1, 1)))
        cells = (13.0 * (padded[:, 1:-2] + padded[:, 2:-1]) - padded[:, :-3] - padded[:, 3:]) * (
            self._step / 24.0
        )
        cumulative = np.concatenate(
            [np.zeros((len(density), 1)), np.cumsum(np.maximum(cells, 0.0), axis=1)], axis=1
        )
        total = cumulative[:, -1:]
        self._density = density / total
        self._cumulative = cumulative / total

    def moments(self) -> tuple[FloatArray, FloatArray]:
        """Means and standard deviations, (D,) each."""
        weights = self._density * self._step
        weights = weights / weights.sum(axis=1, keepdims=True)
        mean = weights @ self._grid
        variance = (weights * (self._grid[None, :] - mean[:, None]) ** 2).sum(axis=1)
        return mean, np.sqrt(variance)

    def cdf(self, x: float) -> FloatArray:
        """P(theta <= x) for every coordinate, (D,)."""
        place = float(np.clip((x - self._grid[0]) / self._step, 0.0, len(self._grid) - 1.0))
        cell = min(int(place), len(self._grid) - 2)
        return self._hermite(np.arange(len(self._density)), np.full(len(self._density), cell), place - cell)

    def _hermite(self, row: IntArray, cell: IntArray, t: FloatArray | float) -> FloatArray:
        low, high = self._cumulative[row, cell], self._cumulative[row, cell + 1]
        slope_low, slope_high = (
            self._density[row, cell] * self._step,
            self._density[row, cell + 1] * self._step,
        )
        rise = high - low
        value: FloatArray = low + t * (
            slope_low
            + t * ((3.0 * rise - 2.0 * slope_low - slope_high) + t * (slope_low + slope_high - 2.0 * rise))
        )
        return np.clip(value, low, high)

    def quantile(self, p: float) -> FloatArray:
        """The p-quantile of every coordinate, (D,), to 1e-9; p in (0, 1)."""
        rows = np.arange(len(self._density))
        cell = np.clip((self._cumulative < p).sum(axis=1) - 1, 0, len(self._grid) - 2)
        low, high = np.zeros(len(rows)), np.ones(len(rows))
        for _ in range(30):
            middle = 0.5 * (low + high)
            below = self._hermite(rows, cell, middle) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        place: FloatArray = self._grid[cell] + self._step * 0.5 * (low + high)
        return place

    def level_probabilities(self, scale: LevelScale) -> FloatArray:
        """P(level = 0..highest) for every coordinate, (D, highest + 1); rows sum to 1."""
        below = np.column_stack([self.cdf(cut) for cut in scale.cuts])
        edge = np.ones((len(below), 1))
        return np.maximum(np.diff(np.concatenate([0.0 * edge, below, edge], axis=1), axis=1), 0.0)


def median_level(probabilities: FloatArray) -> IntArray:
    """The smallest level at which half of the mass is reached, for probabilities (..., L): least absolute error."""
    levels: IntArray = (np.cumsum(probabilities, axis=-1) < 0.5).sum(axis=-1)
    return levels


def most_likely_level(probabilities: FloatArray) -> IntArray:
    """The level with the largest probability, the lower one of equals, for probabilities (..., L): reported."""
    levels: IntArray = np.argmax(probabilities, axis=-1)
    return levels
