"""The item pool: what the engine needs of the items, as arrays, built once when the kiosk starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from itembank.response_model import (
    SMALLEST_PROBABILITY,
    FloatArray,
    check_parameters,
    marginal_boundaries,
)

if TYPE_CHECKING:
    from itembank.item import Parameters
    from itembank.response_times import ResponseTime

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

GRID: FloatArray = np.linspace(-6.0, 6.0, 97)
"""Abilities at which likelihoods are tabulated. The step of 1/8 integrates (trapezoid rule, spectrally
accurate for such smooth functions) any posterior with a standard deviation above 0.1 to 1e-7."""
GRID.flags.writeable = False

COARSE: FloatArray = GRID[::2].copy()
"""Abilities at which items are compared before they are asked: every second of `GRID`. The step of 1/4 integrates a
posterior with a standard deviation above 0.25 to 1e-8; the gain of an item differs by less than 1e-6 of itself."""
COARSE.flags.writeable = False


class PoolItem(Protocol):
    """What the engine reads of an item; `itembank.item.Item` and the bank's summaries have it all."""

    @property
    def id(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def competence(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def is_task(self) -> bool: ...
    @property
    def reading_words(self) -> int: ...
    @property
    def parameters(self) -> Parameters: ...
    @property
    def time(self) -> ResponseTime: ...
    @property
    def exposure(self) -> float: ...
    @property
    def enemies(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True, eq=False)
class ItemPool:
    """Immutable arrays over N items, D competences, G abilities. Build it with `ItemPool.build`.

    `dimension`, `topic`, `family` are indices (N,), the last two within their competence; topics are numbered competence
    by competence: `topics[d]` are those of dimension d. `seconds` (medians),
    `time_intensity`, `time_discrimination`, `exposure`, `reading_words`, `level`, `max_score`, `is_task` are per item
    (N,). `rows` (R, G) holds the marginal probabilities of the categories 1..max_score of every item (category 0 is
    what is left), an item's rows being `row_start[i] : row_start[i] + max_score[i]`; rows are grouped by dimension
    (`blocks`). `coarse` (D, C, M) are the
    same rows over the C abilities of `COARSE`, a block a dimension, filled up to the M rows of the largest;
    `coarse_place` (R,) says, item by item, where in (D, M), flattened, each row stands, `first_place` (N,) where an
    item's begin in that list, and `credit` (R,) what share of the points each is worth.

    `rivals[i]` are the items, `i` among them, that cannot follow item i in one sitting: clones (its family), members
    of the families that it names as enemies, and items that name its family. `sole` (N,) marks items whose only
    rival is the item itself.
    """

    ids: tuple[str, ...]
    competences: tuple[str, ...]
    dimension: IntArray
    topic: IntArray
    topics: tuple[slice, ...]
    family: IntArray
    level: IntArray
    max_score: IntArray
    reading_words: IntArray
    is_task: BoolArray
    seconds: FloatArray
    time_intensity: FloatArray
    time_discrimination: FloatArray
    exposure: FloatArray
    rows: FloatArray
    row_start: IntArray
    all_dichotomous: bool
    blocks: tuple[tuple[int, int], ...]
    coarse: FloatArray
    coarse_place: IntArray
    first_place: IntArray
    credit: FloatArray
    rivals: tuple[IntArray, ...]
    sole: BoolArray
    index_of: dict[str, int]

    @classmethod
    def build(
        cls,
        items: Sequence[PoolItem],
        competences: Sequence[str],
    ) -> ItemPool:
        """Tabulate `items` (their order gives the indices) over the ordered `competences`.

        Raises ValueError for no items or repeated competences and, naming the item, for an unknown competence,
        a duplicate id, parameters that describe no item (see `check_parameters`), a time that is not positive or an
        exposure outside (0, 1].
        """
        dimension_of = {competence: d for d, competence in enumerate(competences)}
        if len(dimension_of) != len(competences):
            raise ValueError("competences must be distinct")
        if not items:
            raise ValueError("a pool needs at least one item")
        index_of: dict[str, int] = {}
        for i, item in enumerate(items):
            if item.id in index_of:
                raise ValueError(f"item {item.id}: the id is used twice")
            if item.competence not in dimension_of:
                raise ValueError(f"item {item.id}: competence {item.competence} is not measured by this pool")
            try:
                check_parameters(item.parameters)
            except ValueError as fault:
                raise ValueError(f"item {item.id}: {fault}") from None
            index_of[item.id] = i

        dimension = _ints([dimension_of[item.competence] for item in items])
        max_score = _ints([item.parameters.max_score for item in items])
        order = np.argsort(dimension, kind="stable")
        order_start = np.concatenate([[0], np.cumsum(max_score[order])])[:-1].astype(np.int64)
        row_start = np.empty_like(order_start)
        row_start[order] = order_start

        rows = marginal_boundaries([items[i].parameters for i in order], GRID)
        last = np.zeros(len(rows), dtype=bool)
        last[order_start + max_score[order] - 1] = True
        rows[:-1] -= np.where(last[:-1, None], 0.0, rows[1:])
        np.maximum(rows, SMALLEST_PROBABILITY, out=rows)
        credit = np.concatenate([np.arange(1, m + 1) / m for m in max_score])

        row_dimension = np.repeat(dimension[order], max_score[order])
        edges = np.searchsorted(row_dimension, np.arange(len(competences) + 1))
        times = np.array([item.time.median for item in items], dtype=np.float64)
        if not (np.isfinite(times) & (times > 0)).all():
            worst = int(np.argmin(np.where(np.isfinite(times), times, -np.inf)))
            raise ValueError(
                f"item {items[worst].id}: expected seconds must be positive, found {times[worst]}"
            )
        alphas = np.array([item.time.discrimination for item in items], dtype=np.float64)
        if not (np.isfinite(alphas) & (alphas > 0)).all():
            worst = int(np.argmin(np.where(np.isfinite(alphas), alphas, -np.inf)))
            raise ValueError(
                f"item {items[worst].id}: time discrimination must be positive, found {alphas[worst]}"
            )
        exposure = np.array([item.exposure for item in items], dtype=np.float64)
        if not ((exposure > 0) & (exposure <= 1)).all():
            worst = int(np.argmin((exposure > 0) & (exposure <= 1)))
            raise ValueError(f"item {items[worst].id}: exposure must lie in (0, 1], found {exposure[worst]}")

        blocks = tuple((int(low), int(high)) for low, high in pairwise(edges))
        largest = max(high - low for low, high in blocks)
        coarse = np.full((len(competences), len(COARSE), largest), 0.5)
        grouped_place = np.empty(len(rows), dtype=np.int64)
        for d, (low, high) in enumerate(blocks):
            coarse[d, :, : high - low] = rows[low:high, ::2].T
            grouped_place[low:high] = d * largest + np.arange(high - low)
        first_place = np.concatenate([[0], np.cumsum(max_score)])[:-1].astype(np.int64)
        within = np.arange(len(rows)) - np.repeat(first_place, max_score)
        coarse_place = grouped_place[np.repeat(row_start, max_score) + within]
        topic, topics = _topics(items, dimension, len(competences))
        rivals = _rivals(items)
        pool = cls(
            ids=tuple(item.id for item in items),
            competences=tuple(competences),
            dimension=dimension,
            topic=topic,
            topics=topics,
            family=_indices([f"{item.competence}\x00{item.family}" for item in items]),
            level=_ints([item.level for item in items]),
            max_score=max_score,
            reading_words=_ints([item.reading_words for item in items]),
            is_task=np.array([item.is_task for item in items], dtype=bool),
            seconds=times,
            time_intensity=np.array([item.time.intensity for item in items], dtype=np.float64),
            time_discrimination=alphas,
            exposure=exposure,
            rows=rows,
            row_start=row_start,
            all_dichotomous=bool((max_score == 1).all()),
            blocks=blocks,
            coarse=coarse,
            coarse_place=coarse_place,
            first_place=first_place,
            credit=credit,
            rivals=rivals,
            sole=np.array([len(r) == 1 for r in rivals], dtype=bool),
            index_of=index_of,
        )
        for array in (pool.dimension, pool.topic, pool.family, pool.level, pool.max_score, pool.reading_words,
                      pool.is_task, pool.seconds, pool.time_intensity, pool.time_discrimination, pool.exposure,
                      pool.rows, pool.row_start, pool.coarse, pool.coarse_place, pool.first_place, pool.credit,
                      pool.sole, *pool.rivals):  # fmt: skip
            array.flags.writeable = False
        return pool

    def __len__(self) -> int:
        return len(self.ids)

    def probabilities(self, index: int) -> FloatArray:
        """Marginal probabilities of the categories 0..max_score of one item on the grid, (max_score + 1, G)."""
        start = int(self.row_start[index])
        rows = self.rows[start : start + int(self.max_score[index])]
        none = np.maximum(1.0 - rows.sum(axis=0), SMALLEST_PROBABILITY)
        return np.concatenate([none[None, :], rows])

    def log_likelihood(self, index: int, points: int) -> FloatArray:
        """Log-likelihood of theta on the grid, (G,), for `points` scored on an item.

        Raises ValueError when the item cannot give that many points.
        """
        if not 0 <= points <= self.max_score[index]:
            raise ValueError(
                f"item {self.ids[index]} gives 0 to {self.max_score[index]} points, found {points}"
            )
        start = int(self.row_start[index])
        if points:
            logs: FloatArray = np.log(self.rows[start + points - 1])
            return logs
        several = self.rows[start : start + int(self.max_score[index])]
        none: FloatArray = 1.0 - (several[0] if len(several) == 1 else several.sum(axis=0))
        np.maximum(none, SMALLEST_PROBABILITY, out=none)
        return np.log(none, out=none)


def _rivals(items: Sequence[PoolItem]) -> tuple[IntArray, ...]:
    """For each item the sorted indices of those that may not follow it, itself included: the relation is symmetric."""
    members: dict[str, list[int]] = {}
    named_by: dict[str, list[int]] = {}
    for i, item in enumerate(items):
        members.setdefault(item.family, []).append(i)
        for family in item.enemies:
            named_by.setdefault(family, []).append(i)
    found = []
    for item in items:
        rivals = {*members[item.family], *named_by.get(item.family, ())}
        for family in item.enemies:
            rivals.update(members.get(family, ()))
        found.append(_ints(sorted(rivals)))
    return tuple(found)


def _topics(
    items: Sequence[PoolItem], dimension: IntArray, dimensions: int
) -> tuple[IntArray, tuple[slice, ...]]:
    """The topic of each item (N,), numbered dimension by dimension, and which topics each of the dimensions has."""
    first_met = _indices([f"{item.competence}\x00{item.topic}" for item in items])
    first = np.unique(first_met, return_index=True)[1]
    by_dimension = np.argsort(dimension[first], kind="stable")
    number = np.empty_like(by_dimension)
    number[by_dimension] = np.arange(len(by_dimension))
    edges = np.searchsorted(dimension[first][by_dimension], np.arange(dimensions + 1)).tolist()
    return number[first_met], tuple(slice(low, high) for low, high in pairwise(edges))


def _ints(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int64)


def _indices(names: Sequence[str]) -> IntArray:
    numbers: dict[str, int] = {}
    return _ints([numbers.setdefault(name, len(numbers)) for name in names])
