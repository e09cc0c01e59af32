"""The pool as columns: the arrays of `kiosk.adaptive.pool.ItemPool`, laid out for whole batches of candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kiosk.adaptive.pool import GRID, BoolArray, IntArray, ItemPool
from kiosk.simulation.lockstep.beliefs import Floats

_THREADS_FROM = 262_144
"""Multiplications in one matrix product from which OpenBLAS hands it to several threads. On a busy machine they wait
for one another longer than the product takes, so that products are kept below."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The pool, one item a column: grouped by dimension, and in a dimension by falling maximum score.

    `order` (N,) gives each column's pool index; `dimension`, `max_score`, `is_task`, `reading_words`, `topic`,
    `exposure` are per column. The rows of category k, in a dimension, belong to its first columns: `layers[k - 1]`
    holds (n, G) blocks of them, each with its dimension and the slice of columns that it stands for, and `credit` (N,)
    is what one point is worth. `log_likelihood` (N, M + 1, G) is on the running `nodes`, `exact` on the whole grid.
    `rivals` (N, K) are the columns closed when one is given, itself included, short rows filled with itself;
    `is_first_rival` (N, K) is False on the filling. `topic` (N,) has the pool's numbers: those of one competence are
    neighbours, `competence_start` says where each competence's begin and `topic_competence` (T,) which of those a
    topic belongs to.
    """

    order: IntArray
    nodes: Floats
    dimension: IntArray
    max_score: IntArray
    is_task: BoolArray
    reading_words: IntArray
    exposure: Floats
    layers: tuple[tuple[tuple[int, slice, Floats], ...], ...]
    credit: Floats
    log_likelihood: Floats
    exact: Floats
    rivals: IntArray
    is_first_rival: BoolArray
    topic: IntArray
    topic_competence: IntArray
    competence_start: IntArray

    @classmethod
    def of(cls, pool: ItemPool, nodes: IntArray, precision: type[np.floating[Any]], batch: int) -> Columns:
        """`nodes` are the indices on `GRID` of the abilities that running beliefs use; `batch` candidates a product."""
        order = np.lexsort((np.arange(len(pool)), -pool.max_score, pool.dimension))
        dimension, highest = pool.dimension[order], int(pool.max_score.max())
        exact = np.zeros((len(pool), highest + 1, len(GRID)), dtype=precision)
        for column, item in enumerate(order.tolist()):
            exact[column, : int(pool.max_score[item]) + 1] = np.log(pool.probabilities(item))
        rows = pool.rows[:, nodes].astype(precision)
        widest = max(8, _THREADS_FROM // (2 * batch * len(nodes)))
        layers = []
        for category in range(1, highest + 1):
            blocks = []
            for d in range(len(pool.competences)):
                members = np.flatnonzero((dimension == d) & (pool.max_score[order] >= category))
                for part in np.array_split(members, -(-len(members) // widest)) if len(members) else ():
                    place = slice(int(part[0]), int(part[-1]) + 1)
                    blocks.append((d, place, rows[pool.row_start[order[part]] + category - 1]))
            layers.append(tuple(blocks))
        present = [topics for topics in pool.topics if topics.stop > topics.start]
        competence_start = np.array([topics.start for topics in present])
        topic_competence = np.repeat(np.arange(len(present)), [t.stop - t.start for t in present])
        rivals, is_first_rival = _rivals(pool, order)
        return cls(
            order=order,
            nodes=GRID[nodes].astype(precision),
            dimension=dimension,
            max_score=pool.max_score[order],
            is_task=pool.is_task[order],
            reading_words=pool.reading_words[order],
            exposure=pool.exposure[order],
            layers=tuple(layers),
            credit=(1.0 / pool.max_score[order]).astype(precision),
            log_likelihood=exact[:, :, nodes],
            exact=exact,
            rivals=rivals,
            is_first_rival=is_first_rival,
            topic=pool.topic[order],
            topic_competence=topic_competence,
            competence_start=competence_start,
        )


def _rivals(pool: ItemPool, order: IntArray) -> tuple[IntArray, BoolArray]:
    column = np.empty_like(order)
    column[order] = np.arange(len(order))
    widest = max(map(len, pool.rivals))
    table = np.repeat(np.arange(len(order))[:, None], widest, axis=1)
    counts = np.empty_like(order)
    for item, rivals in enumerate(pool.rivals):
        table[column[item], : len(rivals)] = column[rivals]
        counts[column[item]] = len(rivals)
    return table, np.arange(widest) < counts[:, None]


class Gains:
    """Expected gains of all columns for a batch of candidates; holds the buffers, (B, N) each."""

    def __init__(self, columns: Columns, count: int) -> None:
        kind, size = columns.nodes.dtype, len(columns.order)
        self._columns, self._count = columns, count
        self._moments = np.empty((2, count, size), dtype=kind)
        self._merit = np.empty((count, size), dtype=kind)
        self._success = np.empty((count, size), dtype=kind)
        self._spare = np.empty((count, size), dtype=kind)

    def of(self, pairs: Floats) -> tuple[Floats, Floats]:
        """Expected drop of the weighted sum of variances for every column, and expected share of its points, (B, N).

        `selection.predicted`, batched: p_k from a matrix product with the marginals, the (scaled) first moments s_k
        from one with the centred marginals (`Beliefs.moments_of_marginals`), and the gain as the sum over categories
        of s_k^2 / p_k. The arrays are overwritten by the next call.
        """
        columns, merit, spare = self._columns, self._merit, self._spare
        both = self._moments.reshape(2 * self._count, -1)
        for dim, place, rows in columns.layers[0]:
            np.matmul(pairs[dim].reshape(2 * self._count, -1), rows.T, out=both[:, place])
        chance, moved = self._moments
        np.multiply(moved, moved, out=merit)
        if len(columns.layers) == 1:
            np.multiply(chance, chance, out=spare)
            np.subtract(chance, spare, out=spare)
            np.maximum(spare, _SMALLEST, out=spare)
            merit /= spare
            return merit, chance
        success = self._success
        success[...] = chance
        merit /= chance
        for category, layer in enumerate(columns.layers[1:], 2):
            for dim, place, rows in layer:
                further = pairs[dim].reshape(2 * self._count, -1) @ rows.T
                more, shifted = further[: self._count], further[self._count :]
                chance[:, place] += more
                moved[:, place] += shifted
                merit[:, place] += shifted * shifted / more
                success[:, place] += category * more
        np.subtract(1.0, chance, out=spare)
        np.maximum(spare, _SMALLEST, out=spare)
        np.multiply(moved, moved, out=moved)
        moved /= spare
        merit += moved
        success *= columns.credit
        return merit, success


_SMALLEST = 1e-12
