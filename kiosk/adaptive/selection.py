"""Which item next: the most precision for the time it takes, within rules that protect the candidate.

The criterion is A-optimality (Mulder and van der Linden 2009, Psychometrika 74, 273-296): the expected drop
in the weighted sum of posterior variances. With one coordinate an item and a Gaussian coupling it is

    gain_i = (sum_j w_j C_jd^2 / V_d^2) * Var(E[theta_d | answer to i]),

the law of total variance in coordinate d times the rank-one spread of `Posterior.updated`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from itembank.response_model import FloatArray
from kiosk.adaptive.pool import GRID, BoolArray, ItemPool
from kiosk.adaptive.posterior import Posterior
from kiosk.adaptive.stopping import Progress, Purpose, TestSpec, pace


class Draws(Protocol):
    """A source of chance: `numpy.random.Generator` and the lighter `random.Random` both are one."""

    def random(self) -> float:
        """Uniform in [0, 1)."""
        ...


class Rule(StrEnum):
    """What may stand between the best item by the figures and the item given, strongest first.

    TIME: it would not fit into what is left. FLOOR: what is left is needed for competences short of items of their
    own. OPENING, RECOVERY: the gentle start. TASKS_APART, READING: relief. TOPIC: coverage. A rule that would leave
    nothing to ask is waived.
    """

    TIME = "time"
    FLOOR = "floor"
    OPENING = "opening"
    RECOVERY = "recovery"
    TASKS_APART = "tasks_apart"
    READING = "reading"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class SelectionRules:
    """The constants of selection.

    **Randomesque** (Kingsbury and Zara 1989): one of the allowed items whose merit is at least `near_best` of the
    best merit is drawn, each as likely as the others; of the `shortlist` best at most, which bounds the price in a
    large pool.

    **Gentle start.** The first `opening_items` have an expected score of at least `opening_success` (share of
    their points, under what is believed at that moment). While fewer than `recovery_window` items have been given,
    the item after a failure (less than half of the points) is easier than every item of the current run of
    failures and has an expected score of at least `recovery_success`. Where the pool has no such item the easiest
    is given. In a short test the two stretches shrink to one eighth and one quarter of its length, rounded up.

    **Relief.** An item of `heavy_words` or more is heavy to read; at most `max_heavy_run` of those, and at most
    `max_task_run` simulated tasks, follow one another. **Coverage.** With `fresh_topics`, a competence asks its
    least asked topics first.

    What they cost, in expected RMSE over 48 items on the shipped bank (.548 without any): the gentle start .001,
    relief .002, coverage .006, `near_best` .8 another .004 (.5: .013); the floor of two items costs nothing.

    Raises ValueError for constants that make no rule.
    """

    near_best: float = 0.8
    shortlist: int = 32
    opening_items: int = 2
    opening_success: float = 0.75
    recovery_window: int = 8
    recovery_success: float = 0.7
    heavy_words: int = 75
    max_heavy_run: int = 2
    max_task_run: int = 2
    fresh_topics: bool = True

    @classmethod
    def for_purpose(cls, purpose: Purpose) -> SelectionRules:
        """The shipped rules: a proof spreads its items more (`near_best` 0.5), at a price in precision."""
        return cls(near_best=0.5) if purpose is Purpose.PROOF else cls()

    def __post_init__(self) -> None:
        if self.shortlist < 1 or not 0 < self.near_best <= 1:
            raise ValueError("shortlist must be at least 1 and near_best in (0, 1]")
        if not (0 <= self.opening_success < 1 and 0 <= self.recovery_success < 1):
            raise ValueError("expected successes must lie in [0, 1)")
        if self.max_heavy_run < 1 or self.max_task_run < 1:
            raise ValueError("runs of heavy items and of tasks must allow at least one")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why this item: kept in the journal, shown to whoever asks.

    `gain` is the expected drop in the weighted sum of variances (theta^2); `rank` its place (from 1) by merit among
    all items that could still be asked, `candidates` how many they were; `ruled_by` the rule that set the best
    of them aside, or None; `success` the expected share of the points; `seconds` the expected time.
    """

    gain: float
    rank: int
    candidates: int
    ruled_by: Rule | None
    success: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen item (pool index) and why."""

    index: int
    reason: Reason


def predicted(pool: ItemPool, posterior: Posterior) -> tuple[FloatArray, FloatArray]:
    """Expected drop of the variance of each item's own coordinate, and expected share of its points; (N,) each.

    With p_k the predictive probability of category k and s_k the first moment of theta_d, centred, over it, the
    drop is the sum over k of s_k^2 / p_k (law of total variance); category 0 is what the others leave.
    """
    weights = posterior.marginals
    centred = GRID[None, :] - (weights @ GRID)[:, None]
    pairs = np.stack([weights, weights * centred], axis=2)
    moments = np.empty((len(pool.rows), 2))
    for dim, (low, high) in enumerate(pool.blocks):
        if low < high:
            np.matmul(pool.rows[low:high], pairs[dim], out=moments[low:high])
    probability, moved = moments[:, 0], moments[:, 1]
    starts = pool.order_start
    summed = np.add.reduceat(
        np.stack([probability, moved, moved * moved / probability, probability * pool.row_credit]),
        starts,
        axis=1,
    )
    drop, success = np.empty(len(pool)), np.empty(len(pool))
    drop[pool.order] = summed[2] + summed[1] ** 2 / np.maximum(1.0 - summed[0], 1e-12)
    success[pool.order] = summed[3]
    return drop, success


def spread(posterior: Posterior, weights: FloatArray) -> FloatArray:
    """How much a unit drop of variance in each coordinate is worth in the weighted sum, (D,)."""
    factor: FloatArray = (weights @ posterior.covariance**2) / np.diag(posterior.covariance) ** 2
    return factor


def choose(
    pool: ItemPool,
    spec: TestSpec,
    rules: SelectionRules,
    posterior: Posterior,
    progress: Progress,
    reached: BoolArray,
    rng: Draws,
) -> Choice:
    """The next item: the near-best by the criterion (per expected second under a time budget) that the rules allow.

    `reached` (D,) marks dimensions that need no more precision (`stopping.precise`). One `rng.random()` is drawn.
    Raises ValueError when nothing is eligible (see `stopping.stop_reason`).
    """
    luck = float(rng.random())
    eligible = progress.eligible
    if not eligible.any():
        raise ValueError("no item is eligible")
    plan = spec.dimension_weights(len(pool.competences))
    floor_due = _floor_due(pool, spec, progress, reached)
    weights = plan if floor_due else np.where(reached, 0.0, plan)
    drop, success = predicted(pool, posterior)
    gain = drop * spread(posterior, weights)[pool.dimension]
    merit = gain if spec.seconds is None else gain / pool.seconds

    order = np.flatnonzero(eligible)
    narrowing = _Narrowing(eligible, int(order[np.argmax(merit[order])]))
    if spec.seconds is not None:
        narrowing.keep(Rule.TIME, pool.seconds * pace(pool, progress) <= spec.seconds - progress.elapsed)
    if floor_due:
        narrowing.keep(Rule.FLOOR, progress.deficit[pool.dimension] > 0)
    gentle = _gentle(pool, spec, rules, progress, success)
    if gentle is not None:
        rule, threshold = gentle
        narrowing.keep(rule, success >= min(threshold, success[narrowing.mask].max()))
    if _run_length(pool.is_task, progress.administered) >= rules.max_task_run:
        narrowing.keep(Rule.TASKS_APART, ~pool.is_task)
    heavy = pool.reading_words >= rules.heavy_words
    if _run_length(heavy, progress.administered) >= rules.max_heavy_run:
        narrowing.keep(Rule.READING, ~heavy)
    if rules.fresh_topics:
        narrowing.keep(Rule.TOPIC, _freshest(pool, progress, narrowing.mask))

    candidates = np.flatnonzero(narrowing.mask)
    index = _drawn(candidates, merit[candidates], rules, luck)
    reason = Reason(
        gain=float(gain[index]),
        rank=1 + int((merit[order] > merit[index]).sum()),
        candidates=len(order),
        ruled_by=narrowing.ruled_by,
        success=float(success[index]),
        seconds=float(pool.seconds[index]),
    )
    return Choice(index, reason)


class _Narrowing:
    """The items still allowed, and the first rule that set the best one aside."""

    def __init__(self, mask: BoolArray, best: int) -> None:
        self.mask = mask
        self.ruled_by: Rule | None = None
        self._best = best

    def keep(self, rule: Rule, allowed: BoolArray) -> None:
        """Keep the allowed items only; a rule that would leave nothing is waived."""
        narrowed = self.mask & allowed
        if not narrowed.any():
            return
        if self.ruled_by is None and not narrowed[self._best]:
            self.ruled_by = rule
        self.mask = narrowed


def _floor_due(pool: ItemPool, spec: TestSpec, progress: Progress, reached: BoolArray) -> bool:
    """Whether what is left of the test is needed for the dimensions that lack items of their own."""
    owed = int(progress.deficit.sum())
    if not owed:
        return False
    if owed >= spec.max_items - len(progress.administered) or reached[list(spec.dimensions)].all():
        return True
    if spec.seconds is None:
        return False
    count = np.maximum(np.bincount(pool.dimension, minlength=len(progress.deficit)), 1)
    typical = np.bincount(pool.dimension, weights=pool.seconds, minlength=len(progress.deficit)) / count
    # one more item for precision's sake, even the longest, must leave time enough for what is owed
    needed = float(progress.deficit @ typical) + float(pool.seconds[progress.eligible].max())
    return needed * pace(pool, progress) >= spec.seconds - progress.elapsed


def _gentle(
    pool: ItemPool, spec: TestSpec, rules: SelectionRules, progress: Progress, success: FloatArray
) -> tuple[Rule, float] | None:
    """The gentle start: the rule in force and the expected success it asks for, or None."""
    given = len(progress.administered)
    if given >= max(rules.recovery_window, rules.opening_items):
        return None
    failed: list[int] = []
    for index, points in zip(reversed(progress.administered), reversed(progress.points), strict=True):
        if 2 * points >= pool.max_score[index]:
            break
        failed.append(index)
    if failed and given < min(rules.recovery_window, math.ceil(spec.max_items / 4)):
        easier = float(np.nextafter(success[failed].max(), 1.0))
        return Rule.RECOVERY, max(easier, rules.recovery_success)
    if given < min(rules.opening_items, math.ceil(spec.max_items / 8)):
        return Rule.OPENING, rules.opening_success
    return None


def _run_length(flags: BoolArray, administered: tuple[int, ...]) -> int:
    """How many of the last items in a row carry the flag."""
    length = 0
    for index in reversed(administered):
        if not flags[index]:
            break
        length += 1
    return length


def _freshest(pool: ItemPool, progress: Progress, mask: BoolArray) -> BoolArray:
    """Items whose topic has been asked least among the topics that their competence could still ask."""
    given = list(progress.administered)
    asked = np.bincount(pool.topic[given], minlength=int(pool.topic.max()) + 1)[pool.topic]
    least = np.full(len(pool.competences), len(given) + 1)
    np.minimum.at(least, pool.dimension[mask], asked[mask])
    fresh: BoolArray = asked <= least[pool.dimension]
    return fresh


def _drawn(candidates: NDArray[np.int64], merit: FloatArray, rules: SelectionRules, luck: float) -> int:
    """One of the near-best candidates, each as likely as the others, from a uniform `luck` in [0, 1)."""
    best_first = np.argsort(-merit, kind="stable")[: rules.shortlist]
    near = best_first[merit[best_first] >= rules.near_best * merit[best_first[0]]]
    return int(candidates[near[int(luck * len(near))]])
