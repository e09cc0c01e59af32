"""How simulated candidates answer: points drawn from true item parameters, for many candidates at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from itembank.item import Parameters
from itembank.response_model import FloatArray
from kiosk.adaptive.pool import IntArray, ItemPool


class Answers(Protocol):
    """Whoever answers: K candidates (their numbers) each given one item, with a uniform draw in [0, 1) each."""

    def points(self, people: IntArray, items: IntArray, luck: FloatArray) -> IntArray:
        """The points of each answer, (K,)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class TrueItems:
    """True abilities (P, D) meeting the true parameters of a pool's N items.

    `a`, `c` are (N,), `b` (N, M) holds the thresholds, infinite where an item has fewer than M.
    """

    theta: FloatArray
    dimension: IntArray
    a: FloatArray
    b: FloatArray
    c: FloatArray

    @classmethod
    def of(cls, theta: FloatArray, pool: ItemPool, truth: Sequence[Parameters]) -> TrueItems:
        """`truth` holds one set of parameters an item, in the pool's order. Raises ValueError when shapes disagree."""
        if len(truth) != len(pool) or theta.ndim != 2 or theta.shape[1] != len(pool.competences):
            raise ValueError(
                f"theta (P, {len(pool.competences)}) and {len(pool)} parameters expected, found {theta.shape} "
                f"and {len(truth)}"
            )
        thresholds = np.full((len(truth), max(p.max_score for p in truth)), np.inf)
        for i, parameters in enumerate(truth):
            thresholds[i, : parameters.max_score] = parameters.b
        return cls(
            theta,
            pool.dimension,
            np.array([p.a for p in truth]),
            thresholds,
            np.array([p.c for p in truth]),
        )

    def points(self, people: IntArray, items: IntArray, luck: FloatArray) -> IntArray:
        """How many of the item's boundaries the draw stays under: P(points >= k) is the boundary probability k."""
        ability = self.theta[people, self.dimension[items]]
        distance = self.a[items, None] * (ability[:, None] - self.b[items])
        guess = self.c[items, None]
        boundaries = guess + (1.0 - guess) * (0.5 + 0.5 * np.tanh(0.5 * distance))
        reached: IntArray = ((luck[:, None] < boundaries) & np.isfinite(self.b[items])).sum(axis=1)
        return reached
