"""The joint test in lock-step: P candidates, one item each at a time, selection and update as array arithmetic.

The items of one dimension meet all marginals of that dimension in one matrix product, which is where the time goes;
everything else is elementwise over (candidates, items). All rules of `kiosk.adaptive.selection` are kept but those of
time: the tests end by length.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.levels import LevelScale, most_likely_level
from kiosk.adaptive.pool import GRID, BoolArray, IntArray, ItemPool
from kiosk.adaptive.posterior import CORRELATION_HYPOTHESES, Hypotheses, Prior, check_hypotheses
from kiosk.adaptive.selection import SelectionRules, below
from kiosk.adaptive.stopping import Purpose, TestSpec
from kiosk.simulation.lockstep.answers import Answers
from kiosk.simulation.lockstep.beliefs import Beliefs, Floats, averaged
from kiosk.simulation.lockstep.columns import Columns, Gains
from kiosk.simulation.lockstep.reading import Reading

Progress = Callable[[int, int], None]

_TOLERANCE = {np.float32: 1e-4, np.float64: 1e-9}
"""Movement of means and variances at which expectation propagation has converged."""
_REACH = 4.5
_TINY = 1e-30
"""Added to every merit: what may be asked stays above what may not, which is 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Sittings:
    """What P sittings of L items gave, over D competences and levels 0..K.

    `items` and `points` (P, L) in the order given (pool indices). The arrays of `kiosk.adaptive.engine.Estimate`:
    `mean`, `sd`, `level`, `own_responses` and the ends `low` and `high` of the 80 % range, all (P, D), and
    `level_probabilities` (P, D, K + 1). `course` holds the running means after each answer, (P, L, D) of single
    precision; (P, 0, D) unless asked for.
    """

    items: IntArray
    points: IntArray
    mean: FloatArray
    sd: FloatArray
    level: IntArray
    level_probabilities: FloatArray
    low: FloatArray
    high: FloatArray
    own_responses: IntArray
    course: Floats

    def exposure(self, size: int) -> FloatArray:
        """The share of the sittings that saw each of the pool's `size` items, (size,)."""
        seen: FloatArray = np.bincount(self.items.ravel(), minlength=size) / len(self.items)
        return seen


class LockStep:
    """One kind of test, for many candidates at once; the arguments are those of `kiosk.adaptive.engine.Engine`."""

    def __init__(
        self,
        pool: ItemPool,
        prior: Prior,
        scale: LevelScale,
        spec: TestSpec,
        rules: SelectionRules | None = None,
        excluded: Iterable[str] = (),
        hypotheses: Hypotheses = CORRELATION_HYPOTHESES,
        *,
        precision: type[np.floating[Any]] = np.float32,
        stride: int = 2,
        batch: int = 128,
    ) -> None:
        """`precision`, and every `stride`-th node of the grid within 4.5 prior standard deviations, serve the running
        beliefs and expectation propagation; float64 and a stride of 1, which keeps the whole grid, are the engine's.
        The reported marginals are on the whole grid in any case. `batch` candidates go through at a time.

        Raises ValueError for a test that may end by time or precision (lock-step tests end by length), a stride that
        does not divide the grid, fewer families of items than the test is long, and where the engine does.
        """
        if spec.seconds is not None or spec.target_sd is not None or spec.target_confidence is not None:
            raise ValueError("lock-step sittings end by length: no time limit, no target of precision")
        if len(prior.mean) != len(pool.competences):
            raise ValueError(f"the prior has {len(prior.mean)} dimensions, the pool {len(pool.competences)}")
        if stride < 1 or (len(GRID) - 1) % stride:
            raise ValueError(f"the stride must divide {len(GRID) - 1}, found {stride}")
        check_hypotheses(hypotheses)
        alone = spec.purpose is Purpose.PROOF
        self.pool, self.scale, self.spec = pool, scale, spec
        self.prior = prior.independent() if alone else prior
        self.hypotheses: Hypotheses = ((1.0, 1.0),) if alone else hypotheses
        self.rules = rules or SelectionRules.for_purpose(spec.purpose)
        self._batch = batch
        self._columns = columns = Columns.of(pool, _nodes(self.prior, stride), precision, batch)
        self._plan = spec.dimension_weights(len(pool.competences))
        allowed = self._plan[pool.dimension] > 0
        allowed[[pool.index_of[item_id] for item_id in excluded]] = False
        families = np.unique(pool.family[allowed], return_index=True)[1]
        if len(families) < spec.max_items:
            raise ValueError(f"{len(families)} families of items are too few for {spec.max_items} questions")
        self._allowed = allowed[columns.order]
        available = np.bincount(pool.dimension[allowed][families], minlength=len(self._plan))
        self._floor = np.where(self._plan > 0, np.minimum(spec.min_per_dimension, available), 0)
        self._light = columns.reading_words < self.rules.heavy_words
        self._tasks_due = bool(pool.is_task.any()) and self.rules.task_share > 0
        nodes = columns.nodes.astype(np.float64)
        beginner = below(scale.cuts[:2][-1], nodes)
        if stride == 1:  # the engine takes this mass on every second node, and what it says depends on that
            beginner[::2], beginner[1::2] = 2.0 * below(scale.cuts[:2][-1], nodes[::2]), 0.0
        self._beginner = beginner.astype(precision)

    def sit(
        self,
        count: int,
        answers: Answers,
        rng: np.random.Generator,
        *,
        exposure: FloatArray | None = None,
        course: bool = False,
        progress: Progress | None = None,
    ) -> Sittings:
        """Let `count` candidates sit the test.

        `exposure` (N,) replaces the pool's exposure factors. Draws `rng.random((2, count, L))`, the chance in each
        selection, then in each answer: but for rounding, batches change nothing. `progress` gets the number of
        candidates done and `count`.
        """
        luck, fortune = rng.random((2, count, self.spec.max_items))
        factor = self._columns.exposure if exposure is None else exposure[self._columns.order]
        factor = factor.astype(self._columns.nodes.dtype)
        done: list[Sittings] = []
        for first in range(0, count, self._batch):
            people = np.arange(first, min(first + self._batch, count))
            batch = _Batch(self, factor, luck[people].T)
            done.append(batch.sat(people, answers, fortune[people].T, course))
            if progress is not None:
                progress(int(people[-1]) + 1, count)
        return Sittings(*(np.concatenate([getattr(part, f.name) for part in done]) for f in fields(Sittings)))


def _nodes(prior: Prior, stride: int) -> IntArray:
    """Indices of the grid's nodes that the running beliefs use."""
    every = np.arange(0, len(GRID), stride)
    if stride == 1:
        return every
    away = np.abs(GRID[every, None] - prior.mean) / np.sqrt(np.diag(prior.covariance))
    return every[(away <= _REACH).any(axis=1)]


class _Batch:
    """B tests under way, over N columns, D competences and T topics; arrays over candidates, changed in place.

    `open` (B, N) marks what may still be asked. `own` and `zeros` (B, D), `left` and `asked` (B, T), `tasks` (B,) are
    those of `kiosk.adaptive.progress.Progress`; `failures`, `task_run`, `heavy_run` (B,) count the last items in a row.
    `exposure` (N,) holds the exposure factors; `chosen` and `points` are (L, B).
    """

    def __init__(self, test: LockStep, exposure: Floats, luck: FloatArray) -> None:
        count, columns = luck.shape[1], test._columns
        self.test, self.columns, self.rules = test, columns, test.rules
        self.beliefs = Beliefs.start(test.prior, columns.nodes, count)
        self.gains = Gains(columns, count)
        self.luck = luck
        self.people = np.arange(count)
        self.open = np.tile(test._allowed, (count, 1))
        self.exposure = exposure
        topics = len(columns.topic_competence)
        self.left = np.tile(np.bincount(columns.topic[test._allowed], minlength=topics), (count, 1))
        self.discounts = (test.rules.topic_discount ** np.arange(test.spec.max_items + 1)).astype(
            columns.nodes.dtype
        )
        self.own = np.zeros((count, len(test._plan)), dtype=np.int64)
        self.zeros = np.zeros_like(self.own)
        self.asked = np.zeros_like(self.left)
        self.tasks, self.failures, self.task_run, self.heavy_run = np.zeros((4, count), dtype=np.int64)
        self.chosen, self.points = np.zeros((2, test.spec.max_items, count), dtype=np.int64)

    def sat(self, people: IntArray, answers: Answers, fortune: FloatArray, course: bool) -> Sittings:
        """Run the tests to their end. `people` (B,) are the candidates' numbers, `fortune` (L, B) uniform draws."""
        columns, length = self.columns, self.test.spec.max_items
        means = np.empty((length if course else 0, *self.beliefs.mean.shape), np.float32)
        for step in range(length):
            chosen = self._choose(step)
            points = answers.points(people, columns.order[chosen], fortune[step])
            self.beliefs.update(columns.dimension[chosen], columns.log_likelihood[chosen, points])
            self._record(step, chosen, points)
            if course:
                means[step] = self.beliefs.mean
        return self._estimated(means.transpose(1, 0, 2))

    # --- selection ---

    def _choose(self, step: int) -> IntArray:
        """The next column of each candidate: `kiosk.adaptive.selection.Selector.choose`, rule by rule."""
        rules, columns = self.rules, self.columns
        pairs = self.beliefs.moments_of_marginals(self.test._plan.astype(columns.nodes.dtype))
        merit, success = self.gains.of(pairs)
        narrowing = _Narrowing(self.open)
        deficit = np.maximum(self.test._floor - self.own, 0)
        owed = deficit.sum(axis=1)
        owing = np.flatnonzero((owed >= self.test.spec.max_items - step) & (owed > 0))
        if len(owing):
            narrowing.keep(owing, (deficit[owing] > 0)[:, columns.dimension])
        self._keep_dignity(narrowing, pairs[:, 0])
        self._keep_easy(step, narrowing, success)
        narrowing.keep(np.flatnonzero(self.task_run >= rules.max_task_run), ~columns.is_task)
        narrowing.keep(np.flatnonzero(self.heavy_run >= rules.max_heavy_run), self.test._light)
        merit += _TINY
        merit *= narrowing.mask
        merit *= np.take(self._topic_factors(), columns.topic, axis=1)
        merit *= self.exposure
        if self.test._tasks_due:
            due = np.flatnonzero(self.tasks < int(rules.task_share * (step + 1)))
            practical = merit[due] * columns.is_task
            some = practical.any(axis=1)
            merit[due[some]] = practical[some]
        return _drawn(merit, rules.share_of_best(step), rules.shortlist, columns.order, self.luck[step])

    def _keep_dignity(self, narrowing: _Narrowing, marginals: Floats) -> None:
        """Nothing more where a competence has been failed long enough."""
        rows, dims = np.nonzero(self.zeros >= self.rules.dignity_run)
        if len(rows):
            spared = np.zeros(self.zeros.shape, dtype=bool)
            spared[rows, dims] = marginals[dims, rows] @ self.test._beginner >= self.rules.dignity_mass
            rows = np.flatnonzero(spared.any(axis=1))
            narrowing.keep(rows, ~spared[rows][:, self.columns.dimension])

    def _keep_easy(self, step: int, narrowing: _Narrowing, success: Floats) -> None:
        """The gentle start, and calm after a run of failures: thresholds on the expected score, per candidate."""
        rules, longest = self.rules, self.test.spec.max_items
        threshold = np.where(self.failures >= rules.calm_run, rules.calm_success, -np.inf)
        if step < min(rules.opening_items, math.ceil(longest / 8)):
            threshold[:] = rules.opening_success
        if step < min(rules.recovery_window, math.ceil(longest / 4)):
            failing = np.flatnonzero(self.failures > 0)
            depth = int(self.failures.max())
            last = self.chosen[step - depth : step, failing].T
            run = np.arange(depth) >= depth - self.failures[failing, None]
            easiest = np.where(run, success[failing[:, None], last], -np.inf).max(axis=1, initial=-np.inf)
            threshold[failing] = np.maximum(np.nextafter(easiest, np.inf), rules.recovery_success)
        rows = np.flatnonzero(threshold > -np.inf)
        if len(rows):
            likely = success[rows]
            best = np.where(narrowing.mask[rows], likely, -np.inf).max(axis=1)
            narrowing.keep(rows, likely >= np.minimum(threshold[rows], best)[:, None])

    def _topic_factors(self) -> Floats:
        """What the merit of each topic's columns counts times, (B, T): less where it was asked more than it need be."""
        columns = self.columns
        open_asked = np.where(self.left > 0, self.asked, len(self.discounts))
        least = np.minimum.reduceat(open_asked, columns.competence_start, axis=1)
        more = self.asked - np.take(least, columns.topic_competence, axis=1)
        factors: Floats = self.discounts[np.maximum(more, 0)]
        return factors

    def _record(self, step: int, chosen: IntArray, points: IntArray) -> None:
        people, columns = self.people, self.columns
        dims, topics = columns.dimension[chosen], columns.topic[chosen]
        self.chosen[step], self.points[step] = chosen, points
        rivals = columns.rivals[chosen]
        if rivals.shape[1] == 1:
            self.left[people, topics] -= 1
        else:
            distinct = columns.is_first_rival[chosen] & self.open[people[:, None], rivals]
            np.subtract.at(self.left, (people[:, None], columns.topic[rivals]), distinct)
        self.open[people[:, None], rivals] = False
        self.own[people, dims] += 1
        self.zeros[people, dims] = np.where(points == 0, self.zeros[people, dims] + 1, 0)
        self.asked[people, topics] += 1
        tasks = columns.is_task[chosen]
        self.tasks += tasks
        self.task_run = np.where(tasks, self.task_run + 1, 0)
        self.failures = np.where(2 * points < columns.max_score[chosen], self.failures + 1, 0)
        self.heavy_run = np.where(self.test._light[chosen], 0, self.heavy_run + 1)

    # --- the end ---

    def _estimated(self, course: Floats) -> Sittings:
        """Refine, average over the hypotheses about the prior, and read the marginals on the whole grid."""
        columns, dimensions = self.columns, len(self.test.pool.competences)
        chosen = self.chosen.T
        count, length = chosen.shape
        log_likelihood = np.zeros((count, dimensions, len(GRID)), dtype=columns.nodes.dtype)
        for step in range(length):
            item = chosen[:, step]
            log_likelihood[self.people, columns.dimension[item]] += columns.exact[item, self.points[step]]
        log_likelihood -= log_likelihood.max(axis=2, keepdims=True)
        density = averaged(
            self.beliefs,
            self.test.prior,
            self.test.hypotheses,
            log_likelihood,
            _TOLERANCE[columns.nodes.dtype.type],
        )
        reading = Reading.of(density.reshape(count * dimensions, -1), self.test.scale)
        shape = (count, dimensions)
        return Sittings(
            items=columns.order[chosen],
            points=self.points.T.copy(),
            mean=reading.mean.reshape(shape),
            sd=reading.sd.reshape(shape),
            level=most_likely_level(reading.level_probabilities).reshape(shape),
            level_probabilities=reading.level_probabilities.reshape(*shape, -1),
            low=reading.low.reshape(shape),
            high=reading.high.reshape(shape),
            own_responses=self.own,
            course=course,
        )


class _Narrowing:
    """The columns still allowed, `mask` (B, N)."""

    def __init__(self, open_: BoolArray) -> None:
        self.mask, self._own = open_, False

    def keep(self, rows: IntArray, allowed: BoolArray) -> None:
        """Narrow `rows` to `allowed` ((N,) or (rows, N)); a rule that would leave nothing is waived."""
        if not len(rows):
            return
        narrowed = self.mask[rows] & allowed
        some = narrowed.any(axis=1)
        self._copied()[rows[some]] = narrowed[some]

    def _copied(self) -> BoolArray:
        if not self._own:
            self.mask, self._own = self.mask.copy(), True
        return self.mask


def _drawn(merit: Floats, near_best: float, shortlist: int, order: IntArray, luck: FloatArray) -> IntArray:
    """One of each row's columns worth `near_best` of its best, from uniform `luck` (B,): `selection._drawn`, batched.

    `order` (N,) are the columns' pool indices: in their order the near-best are counted.
    """
    best = merit.max(axis=1, keepdims=True)
    rows, columns = np.divmod(np.flatnonzero(merit >= near_best * best), merit.shape[1])
    counts = np.bincount(rows, minlength=len(merit))
    starts = np.cumsum(counts) - counts
    items = order[columns]
    crowded = np.flatnonzero(counts > shortlist)
    if len(crowded):  # the shortlist's best only
        keep = np.ones(len(rows), dtype=bool)
        for row in crowded.tolist():
            part = slice(int(starts[row]), int(starts[row] + counts[row]))
            ranked = np.lexsort((items[part], -merit[row, columns[part]]))
            keep[part.start + ranked[shortlist:]] = False
        rows, columns, items = rows[keep], columns[keep], items[keep]
        counts = np.minimum(counts, shortlist)
        starts = np.cumsum(counts) - counts
    sorted_ = np.lexsort((items, rows))
    picked: IntArray = columns[sorted_[starts + (luck * counts).astype(np.int64)]]
    return picked
