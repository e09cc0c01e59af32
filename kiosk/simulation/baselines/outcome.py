"""What a baseline says of P people in D competences, and the fairest reading of it on our scale."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.pool import IntArray

_CELLS = 400


class Outcome(NamedTuple):
    """`levels` (P, D), 0 to 8; `theta_hat` (P, D) where the procedure has an estimate of ability, else None."""

    levels: IntArray
    theta_hat: FloatArray | None


def recalibrated(score: FloatArray, theta: FloatArray, cuts: tuple[float, ...]) -> Outcome:
    """The best that any increasing table from a procedure's `score` (P, D) to levels and abilities could do.

    Two tables are fitted to the very people they are then applied to, whose true `theta` (P, D) is known: more
    generous than any table could be in practice. Levels: the non-decreasing table with the most exact agreement, by
    dynamic programming. Abilities: the non-decreasing function of least square error (isotonic regression, Barlow,
    Bartholomew, Bremner and Brunk 1972, by pooling adjacent violators).
    """
    flat, truth = score.ravel(), theta.ravel()
    level = np.searchsorted(cuts, truth, side="right")
    edges = np.unique(np.quantile(flat, np.linspace(0.0, 1.0, _CELLS + 1)))
    cell = np.searchsorted(edges, flat, side="left")
    used, cell = np.unique(cell, return_inverse=True)
    hits = np.zeros((len(used), len(cuts) + 1))
    np.add.at(hits, (cell, level), 1.0)
    counts = np.bincount(cell)
    means = np.bincount(cell, weights=truth) / counts
    return Outcome(
        most_agreeing(hits)[cell].reshape(score.shape),
        isotonic(means, counts.astype(np.float64))[cell].reshape(score.shape),
    )


def most_agreeing(hits: FloatArray) -> IntArray:
    """The non-decreasing levels (S,) of S ordered scores that agree with most people; `hits` (S, K + 1) counts them."""
    best = np.zeros_like(hits)
    came_from = np.zeros(hits.shape, dtype=np.int64)
    best[0] = hits[0]
    levels = np.arange(hits.shape[1])
    for s in range(1, len(hits)):
        reached = np.maximum.accumulate(best[s - 1])
        came_from[s] = np.maximum.accumulate(np.where(best[s - 1] >= reached, levels, 0))
        best[s] = hits[s] + reached
    table = np.empty(len(hits), dtype=np.int64)
    table[-1] = int(best[-1].argmax())
    for s in range(len(hits) - 1, 0, -1):
        table[s - 1] = came_from[s, table[s]]
    return table


def isotonic(values: FloatArray, weights: FloatArray) -> FloatArray:
    """The non-decreasing sequence (S,) nearest to `values` in weighted squares: pool adjacent violators."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, mass, size = value, weight, 1
        while blocks and blocks[-1][0] >= mean:
            before, heavier, longer = blocks.pop()
            mean = (mean * mass + before * heavier) / (mass + heavier)
            mass, size = mass + heavier, size + longer
        blocks.append((mean, mass, size))
    return np.concatenate([np.full(size, mean) for mean, _, size in blocks])
