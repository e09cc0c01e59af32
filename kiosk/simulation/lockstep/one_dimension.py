"""The classical one-dimensional adaptive test, for many candidates at once, by table look-up.

Ability by its posterior mean (Bock and Mislevy 1982), the next item by its information at that mean (Lord 1980,
chapter 10): the items in order of information at every ability of a fine lattice are one table, so that choosing is
looking up the first one not yet used. What a test of one competence by itself does, at ten thousands a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from itembank.item import Parameters
from itembank.response_model import information
from kiosk.adaptive.pool import GRID, IntArray, ItemPool
from kiosk.simulation.lockstep.answers import Answers
from kiosk.simulation.lockstep.beliefs import Floats

_STRIDE = 2
_CELL = 1.0 / 32.0


@dataclass(frozen=True, slots=True, eq=False)
class OneDimensionSittings:
    """P tests of L items in the order given, (P, L) each: pool indices, points, and the posterior's mean and standard
    deviation after each answer."""

    items: IntArray
    points: IntArray
    mean: Floats
    sd: Floats


class OneDimension:
    """A test of a pool's only competence, under a normal prior; every item is taken at its parameters' word."""

    def __init__(
        self,
        pool: ItemPool,
        parameters: Sequence[Parameters],
        length: int,
        mean: float = 0.0,
        sd: float = 1.0,
        batch: int = 1024,
    ) -> None:
        """`parameters` in the pool's order. Raises ValueError for several competences or a test longer than the pool."""
        if len(pool.competences) != 1 or not 0 < length <= len(pool):
            raise ValueError("one competence, and items enough for the length, are needed")
        self.length, self._batch = length, batch
        nodes = GRID[::_STRIDE]
        self._nodes = nodes.astype(np.float32)
        self._prior = (-0.5 * ((nodes - mean) / sd) ** 2).astype(np.float32)
        self._powers = np.stack([np.ones_like(nodes), nodes, nodes * nodes], axis=1).astype(np.float32)
        highest = int(pool.max_score.max())
        self._log_likelihood = np.zeros((len(pool), highest + 1, len(nodes)), dtype=np.float32)
        for i in range(len(pool)):
            logs = np.log(pool.probabilities(i))[:, ::_STRIDE]
            self._log_likelihood[i, : len(logs)] = logs - logs.max()
        lattice = np.arange(GRID[0], GRID[-1] + _CELL / 2, _CELL)
        worth = np.stack([information(p, lattice) for p in parameters], axis=1)
        self._best = np.argsort(-worth, axis=1, kind="stable")[:, :length]

    def sit(self, count: int, answers: Answers, rng: np.random.Generator) -> OneDimensionSittings:
        """Let `count` candidates sit the test; draws `rng.random((count, L))` for their answers."""
        fortune = rng.random((count, self.length))
        items, points = np.zeros((2, count, self.length), dtype=np.int64)
        means, sds = np.zeros((2, count, self.length), dtype=np.float32)
        for first in range(0, count, self._batch):
            people = np.arange(first, min(first + self._batch, count))
            logs = np.tile(self._prior, (len(people), 1))
            used = np.zeros((len(people), len(self._log_likelihood)), dtype=bool)
            rows = np.arange(len(people))
            mean = self._moments(logs)[0]
            for step in range(self.length):
                cell = np.rint((mean - GRID[0]) / _CELL).astype(np.int64)
                best = self._best[cell, : step + 1]  # of the first step + 1, one at least is not used
                item = best[rows, used[rows[:, None], best].argmin(axis=1)]
                used[rows, item] = True
                got = answers.points(people, item, fortune[people, step])
                logs += self._log_likelihood[item, got]
                mean, sd = self._moments(logs)
                items[people, step], points[people, step] = item, got
                means[people, step], sds[people, step] = mean, sd
        return OneDimensionSittings(items, points, means, sds)

    def _moments(self, logs: Floats) -> tuple[Floats, Floats]:
        """Means and standard deviations (B,) of densities with logarithms (B, G)."""
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        mass, first, second = (weights @ self._powers).T
        mean = first / mass
        return mean, np.sqrt(np.maximum(second / mass - mean * mean, 1e-6))
