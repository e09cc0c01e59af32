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

from itembank.response_model import FloatArray
from kiosk.adaptive.levels import LevelScale
from kiosk.adaptive.pool import COARSE, BoolArray, IntArray, ItemPool
from kiosk.adaptive.posterior import Posterior
from kiosk.adaptive.progress import Progress
from kiosk.adaptive.stopping import Purpose, Schedule, TestSpec, deficit


class Rule(StrEnum):
    """What may stand between the best item by the figures and the item given, strongest first.

    TIME: it might not fit into what is left. FLOOR: what is left is needed for competences short of items of their
    own. DIGNITY: its competence has been failed long enough. OPENING, RECOVERY: the gentle start. CALM: relief from a
    run of failures. TASKS_APART, READING: variety. TASK_SHARE: practical work. A rule that would leave nothing to ask
    is waived. The last two forbid nothing, they discount its merit: EXPOSURE, it is seen too often; TOPIC, its topic
    has been asked more than others of its competence.
    """

    TIME = "time"
    FLOOR = "floor"
    DIGNITY = "dignity"
    OPENING = "opening"
    RECOVERY = "recovery"
    CALM = "calm"
    TASKS_APART = "tasks_apart"
    READING = "reading"
    TASK_SHARE = "task_share"
    EXPOSURE = "exposure"
    TOPIC = "topic"


class Draws(Protocol):
    """A source of chance: `numpy.random.Generator` and the lighter `random.Random` both are one."""

    def random(self) -> float:
        """Uniform in [0, 1)."""
        ...


@dataclass(frozen=True, slots=True)
class SelectionRules:
    """The constants of selection.

    **Randomesque** (Kingsbury and Zara 1989): one of the allowed items whose discounted merit is at least `near_best`
    of the best is drawn, each as likely as the others; of the `shortlist` best at most, which bounds the price in a
    large pool. After the first `wide_items`, which all but name everybody's test, it takes `near_best_later`, if that is
    more: by then two tests differ because two people do. What is discounted: an item's merit counts times its exposure factor (`exposure.control`), and times
    `topic_discount` for each time its topic has been asked more than the least asked of its competence's topics that
    can still be asked.

    **Gentle start.** The first `opening_items` have an expected score of at least `opening_success` (share of
    their points, under what is believed at that moment). While fewer than `recovery_window` items have been given,
    the item after a failure (less than half of the points) is easier than every item of the current run of
    failures and has an expected score of at least `recovery_success`. Where the pool has no such item the easiest
    is given. In a short test the two stretches shrink to one eighth and one quarter of its length, rounded up.

    **Calm.** Later on, after `calm_run` failures in a row, the next item has an expected score of at least
    `calm_success`. **Dignity.** After `dignity_run` answers in a row without a point in one competence, once its
    level is 0 or 1 with a probability of at least `dignity_mass`, nothing more is asked there while anything else can
    be asked.

    **Variety.** An item of `heavy_words` or more is heavy to read; at most `max_heavy_run` of those, and at most
    `max_task_run` simulated tasks, follow one another. Where the items given hold fewer tasks than `task_share` of
    them, rounded down, a task is due.

    What each costs, in expected RMSE over 48 items of the reference scenario (.475 without any): near-best .001 (.002
    were it .8 throughout), topics .002, the gentle start .001, calm nothing that shows, nor dignity (it speaks in
    narrower tests: with 24 items over three competences it spares beginners, at -1.5, half of their runs of more than
    four zeros, for .002); all of them .004. A cap of .25 on exposure costs .020 more.

    What did not pay: weights that follow the chance of a right level (the power -1/2, -1 and -3/2 of each
    competence's variance, or its density at the cut scores) changed the share of right levels by less than simulation
    can tell (.001 in what is stated); a shadow test chose the same items a hundred times slower
    (`benchmarks.selection`).

    Raises ValueError for constants that make no rule.
    """

    near_best: float = 0.8
    near_best_later: float = 0.9
    wide_items: int = 8
    shortlist: int = 32
    opening_items: int = 2
    opening_success: float = 0.75
    recovery_window: int = 8
    recovery_success: float = 0.7
    calm_run: int = 3
    calm_success: float = 0.7
    dignity_run: int = 4
    dignity_mass: float = 0.7
    heavy_words: int = 75
    max_heavy_run: int = 2
    max_task_run: int = 3
    task_share: float = 0.125
    topic_discount: float = 0.5

    @classmethod
    def for_purpose(cls, purpose: Purpose) -> SelectionRules:
        """The shipped rules: a proof spreads its items more (`near_best` 0.5), at a price in precision."""
        return cls(near_best=0.5, near_best_later=0.5) if purpose is Purpose.PROOF else cls()

    def share_of_best(self, given: int) -> float:
        """The share of the best merit that puts an item among those drawn from, after `given` items."""
        return self.near_best if given < self.wide_items else max(self.near_best, self.near_best_later)

    def __post_init__(self) -> None:
        if self.shortlist < 1 or not (0 < self.near_best <= 1 and 0 < self.near_best_later <= 1):
            raise ValueError("shortlist must be at least 1, near_best and near_best_later in (0, 1]")
        if not all(0 <= s < 1 for s in (self.opening_success, self.recovery_success, self.calm_success)):
            raise ValueError("expected successes must lie in [0, 1)")
        if min(self.max_heavy_run, self.max_task_run, self.calm_run, self.dignity_run) < 1:
            raise ValueError("runs of heavy items, of tasks and of failures must allow at least one")
        if not (0 <= self.task_share < 1 and 0 < self.dignity_mass <= 1 and 0 < self.topic_discount <= 1):
            raise ValueError("task_share must lie in [0, 1), dignity_mass and topic_discount in (0, 1]")


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
    drop is the sum over k of s_k^2 / p_k (law of total variance); category 0 is what the others leave. Integrated
    over `COARSE`.
    """
    weights = posterior.coarse_marginals
    pairs = np.empty((len(weights), 2, len(COARSE)))
    pairs[:, 0] = weights
    np.multiply(weights, COARSE - (weights @ COARSE)[:, None], out=pairs[:, 1])
    moments = np.empty((2, *pool.coarse.shape[::2]))
    np.matmul(pairs, pool.coarse, out=moments.transpose(1, 0, 2))
    probability, moved = moments.reshape(2, -1).take(pool.coarse_place, axis=1)
    if not pool.all_dichotomous:
        return _summed(pool, probability, moved)
    drop = moved * moved
    drop /= probability * np.maximum(1.0 - probability, _SMALLEST)
    return drop, probability


_SMALLEST = 1e-12


def _summed(pool: ItemPool, probability: FloatArray, moved: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Drop and success of the items, (N,) each, from the moments (R,) of their categories."""
    terms = np.empty((4, len(probability)))
    terms[0] = probability
    terms[1] = moved
    np.divide(moved * moved, probability, out=terms[2])
    np.multiply(probability, pool.credit, out=terms[3])
    summed = np.add.reduceat(terms, pool.first_place, axis=1)
    drop: FloatArray = summed[2] + summed[1] ** 2 / np.maximum(1.0 - summed[0], _SMALLEST)
    return drop, summed[3]


def spread(posterior: Posterior, weights: FloatArray) -> FloatArray:
    """How much a unit drop of variance in each coordinate is worth in the weighted sum, (D,)."""
    covariance = posterior.covariance
    factor: FloatArray = weights @ (covariance * covariance)
    return factor / covariance.diagonal() ** 2


def below(cut: float, nodes: FloatArray) -> FloatArray:
    """Weights (C,) that give the mass below `cut` of a density on evenly spaced nodes: each stands for its cell."""
    share: FloatArray = np.clip((cut - nodes) / (nodes[1] - nodes[0]) + 0.5, 0.0, 1.0)
    return share


class Selector:
    """Pool, specification, rules and level scale of one kind of test, ready to choose; holds no candidate's state."""

    def __init__(self, pool: ItemPool, spec: TestSpec, rules: SelectionRules, scale: LevelScale) -> None:
        self._pool, self._spec, self._rules = pool, spec, rules
        self._plan = spec.dimension_weights(len(pool.competences))
        self._floors = spec.floors(len(pool.competences))
        self._heavy = pool.reading_words >= rules.heavy_words
        self._tasks_due = bool(pool.is_task.any()) and rules.task_share > 0
        self._beginner = below(scale.cuts[:2][-1], COARSE)
        self._discounts = rules.topic_discount ** np.arange(spec.max_items + 1)
        self._typical = np.maximum(np.bincount(pool.dimension, minlength=len(pool.competences)), 1)

    def choose(
        self,
        posterior: Posterior,
        progress: Progress,
        reached: BoolArray | None,
        schedule: Schedule | None,
        rng: Draws,
    ) -> Choice:
        """The next item: near the best by the criterion (per expected second under a time limit), as the rules allow.

        `reached` (D,) marks dimensions that need no more precision (`stopping.precise`), None where none can;
        `schedule` is None without a time limit. One `rng.random()` is drawn. Raises ValueError when nothing is
        eligible (see `stopping.stop_reason`).
        """
        luck = float(rng.random())
        pool, rules, eligible = self._pool, self._rules, progress.eligible
        owed = deficit(self._floors, progress)
        floor_due = self._floor_due(progress, owed, reached, schedule)
        weights = self._plan if floor_due or reached is None else np.where(reached, 0.0, self._plan)
        drop, success = predicted(pool, posterior)
        gain = drop
        gain *= spread(posterior, weights).take(pool.dimension)
        merit = np.where(eligible, gain if schedule is None else gain / schedule.expected, -1.0)
        best = int(merit.argmax())
        if merit[best] < 0:
            raise ValueError("no item is eligible")

        narrowing = _Narrowing(eligible, best)
        if schedule is not None:
            narrowing.keep(Rule.TIME, schedule.latest <= schedule.left)
        if floor_due:
            narrowing.keep(Rule.FLOOR, owed[pool.dimension] > 0)
            if schedule is not None:
                narrowing.keep(Rule.FLOOR, self._affordable(schedule, narrowing.mask, int(owed.sum())))
        spared = self._spared(posterior, progress)
        if spared is not None:
            narrowing.keep(Rule.DIGNITY, ~spared[pool.dimension])
        eased = self._eased(progress, success)
        if eased is not None:
            rule, threshold = eased
            narrowing.keep(rule, success >= min(threshold, float(success[narrowing.mask].max())))
        if self._run_length(pool.is_task, progress) >= rules.max_task_run:
            narrowing.keep(Rule.TASKS_APART, ~pool.is_task)
        if self._run_length(self._heavy, progress) >= rules.max_heavy_run:
            narrowing.keep(Rule.READING, ~self._heavy)
        if self._tasks_due and progress.tasks < int(rules.task_share * (len(progress.administered) + 1)):
            narrowing.keep(Rule.TASK_SHARE, pool.is_task)

        factor = self._discounts.take(progress.overasked).take(pool.topic)
        factor *= pool.exposure
        worth = merit if narrowing.mask is eligible else np.where(narrowing.mask, merit, -1.0)
        worth = worth * factor
        enough = rules.share_of_best(len(progress.administered)) * float(worth[worth.argmax()])
        index = _drawn(worth, enough, rules.shortlist, luck)
        ruled_by = narrowing.ruled_by
        if ruled_by is None and worth[best] < enough:
            ruled_by = Rule.EXPOSURE if pool.exposure[best] ** 2 <= factor[best] else Rule.TOPIC
        reason = Reason(
            gain=float(gain[index]),
            rank=1 + int(np.count_nonzero(merit > merit[index])),
            candidates=int(np.count_nonzero(eligible)),
            ruled_by=ruled_by,
            success=float(success[index]),
            seconds=float(pool.seconds[index] if schedule is None else schedule.expected[index]),
        )
        return Choice(index, reason)

    def _floor_due(
        self, progress: Progress, owed: IntArray, reached: BoolArray | None, schedule: Schedule | None
    ) -> bool:
        """Whether what is left of the test is needed for the dimensions that lack items of their own."""
        count = int(owed.sum())
        if not count:
            return False
        spec, pool = self._spec, self._pool
        if count >= spec.max_items - len(progress.administered):
            return True
        if reached is not None and reached[list(spec.dimensions)].all():
            return True
        if schedule is None:
            return False
        mean = np.bincount(pool.dimension, weights=schedule.expected, minlength=len(owed)) / self._typical
        # one more item for precision's sake, even the longest, must leave time enough for what is owed
        needed = float(owed @ mean) + float(schedule.latest[progress.eligible].max())
        return needed >= schedule.left

    def _affordable(self, schedule: Schedule, mask: BoolArray, count: int) -> BoolArray:
        """Items that leave an equal share of the time to each of the `count` still owed; else the quickest ones.

        What the last of them may take beyond its expected time is set aside first.
        """
        aside = float((schedule.latest - schedule.expected)[mask].min())
        share = max((schedule.left - aside) / count, float(schedule.expected[mask].min()))
        affordable: BoolArray = schedule.expected <= share
        return affordable

    def _spared(self, posterior: Posterior, progress: Progress) -> BoolArray | None:
        """The competences (D,) that have been failed long enough, None if there is none."""
        rules = self._rules
        if progress.zeros.max() < rules.dignity_run:
            return None
        spared: BoolArray = (progress.zeros >= rules.dignity_run) & (
            posterior.coarse_marginals @ self._beginner >= rules.dignity_mass
        )
        return spared if spared.any() else None

    def _eased(self, progress: Progress, success: FloatArray) -> tuple[Rule, float] | None:
        """The rule that asks for an easy item now and the expected success it asks for, or None."""
        rules, given = self._rules, len(progress.administered)
        failed: list[int] = []
        for index, points in zip(reversed(progress.administered), reversed(progress.points), strict=True):
            if 2 * points >= self._pool.max_score[index]:
                break
            failed.append(index)
        if failed and given < min(rules.recovery_window, math.ceil(self._spec.max_items / 4)):
            easier = float(np.nextafter(success[failed].max(), 1.0))
            return Rule.RECOVERY, max(easier, rules.recovery_success)
        if given < min(rules.opening_items, math.ceil(self._spec.max_items / 8)):
            return Rule.OPENING, rules.opening_success
        if len(failed) >= rules.calm_run:
            return Rule.CALM, rules.calm_success
        return None

    @staticmethod
    def _run_length(flags: BoolArray, progress: Progress) -> int:
        """How many of the last items in a row carry the flag."""
        length = 0
        for index in reversed(progress.administered):
            if not flags[index]:
                break
            length += 1
        return length


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


def _drawn(worth: FloatArray, enough: float, shortlist: int, luck: float) -> int:
    """One of the items worth `enough`, of the `shortlist` best of them, each as likely as the others.

    `luck` is uniform in [0, 1); `worth` (N,) is negative where an item is not allowed.
    """
    near = (worth >= enough).nonzero()[0]
    if len(near) > shortlist:
        near = np.sort(near[np.argsort(-worth[near], kind="stable")[:shortlist]])
    return int(near[int(luck * len(near))])
