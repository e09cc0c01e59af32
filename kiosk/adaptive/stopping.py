"""What a test measures, how long it may last, and when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.levels import Distribution, LevelScale
from kiosk.adaptive.pool import BoolArray, IntArray, ItemPool
from kiosk.adaptive.posterior import Posterior


class Purpose(StrEnum):
    """POSITIONING borrows strength across competences; PROOF rests each level on its own responses."""

    POSITIONING = "positioning"
    PROOF = "proof"


class StopReason(StrEnum):
    """Why a test is over: every target reached, all items given, time spent, nothing left to ask."""

    PRECISION = "precision"
    LENGTH = "length"
    TIME = "time"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class TestSpec:
    """The measuring part of a campaign.

    `dimensions` are indices into the pool's competences; `weights`, parallel to them, say how much each
    variance counts (all 1 when left empty). The test ends after `max_items`, when `seconds` (active time,
    None for no limit) would be overrun, or when every dimension has its target: a posterior standard
    deviation of at most `target_sd`, or a reported level at least `target_confidence` probable (None: no
    such target; with both, either will do). At least `min_per_dimension` items are given in each dimension.

    Raises ValueError for lengths, weights or targets that make no test.
    """

    __test__: ClassVar[bool] = False  # the name is not a pytest class

    dimensions: tuple[int, ...]
    max_items: int
    weights: tuple[float, ...] = ()
    min_per_dimension: int = 2
    seconds: float | None = None
    target_sd: float | None = None
    target_confidence: float | None = None
    purpose: Purpose = Purpose.POSITIONING

    def __post_init__(self) -> None:
        if (
            not self.dimensions
            or len(set(self.dimensions)) < len(self.dimensions)
            or min(self.dimensions) < 0
        ):
            raise ValueError(f"dimensions must be distinct and not empty, found {self.dimensions}")
        if not self.weights:
            object.__setattr__(self, "weights", (1.0,) * len(self.dimensions))
        if len(self.weights) != len(self.dimensions) or not all(0 < w < float("inf") for w in self.weights):
            raise ValueError(f"one positive weight a dimension expected, found {self.weights}")
        if self.max_items < 1:
            raise ValueError(f"max_items must be at least 1, found {self.max_items}")
        if self.min_per_dimension < 0:
            raise ValueError(f"min_per_dimension cannot be negative, found {self.min_per_dimension}")
        if self.min_per_dimension * len(self.dimensions) > self.max_items:
            raise ValueError(
                f"{self.min_per_dimension} items in each of {len(self.dimensions)} dimensions do not fit into "
                f"max_items = {self.max_items}: raise max_items or lower min_per_dimension"
            )
        if self.seconds is not None and not self.seconds > 0:
            raise ValueError(f"seconds must be positive, found {self.seconds}")
        if self.target_sd is not None and not self.target_sd > 0:
            raise ValueError(f"target_sd must be positive, found {self.target_sd}")
        if self.target_confidence is not None and not 0 < self.target_confidence < 1:
            raise ValueError(f"target_confidence must lie in (0, 1), found {self.target_confidence}")

    def dimension_weights(self, count: int) -> FloatArray:
        """Weights of all `count` dimensions (D,), 0 outside the plan. Raises ValueError for an unknown one."""
        if max(self.dimensions) >= count:
            raise ValueError(f"dimension {max(self.dimensions)} does not exist, the pool has {count}")
        weights = np.zeros(count)
        weights[list(self.dimensions)] = self.weights
        return weights


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """What stopping and selection need of the course of a test, over N items and D competences.

    `administered` and `points` are parallel, in order; `elapsed` is active time in seconds; `eligible` (N,)
    marks what may still be asked: allowed, no item and no family twice; `deficit` (D,) counts the items that
    each competence of the plan still lacks, as far as the pool can fill it.
    """

    administered: tuple[int, ...]
    points: tuple[int, ...]
    elapsed: float
    eligible: BoolArray
    deficit: IntArray

    @classmethod
    def of(
        cls,
        spec: TestSpec,
        pool: ItemPool,
        administered: Sequence[int],
        points: Sequence[int],
        weights: Sequence[float],
        elapsed: float,
        allowed: BoolArray,
    ) -> Progress:
        """`allowed` (N,) marks the items that this test may use at all; a response of weight 0 fills no deficit."""
        count = len(pool.competences)
        given = np.array(administered, dtype=np.int64)
        eligible = allowed.copy()
        eligible[given] = False
        if pool.has_clones and len(given):
            eligible &= ~np.isin(pool.family, pool.family[given])
        telling = given[np.array(weights, dtype=np.float64) > 0]
        own = np.bincount(pool.dimension[telling], minlength=count)
        left = np.flatnonzero(eligible)
        if pool.has_clones:
            left = left[np.unique(pool.family[left], return_index=True)[1]]
        available = np.bincount(pool.dimension[left], minlength=count)
        in_plan = np.zeros(count, dtype=bool)
        in_plan[list(spec.dimensions)] = True
        deficit = np.where(in_plan, np.minimum(np.maximum(spec.min_per_dimension - own, 0), available), 0)
        return cls(tuple(administered), tuple(points), elapsed, eligible, deficit)


_PACE_SECONDS = 240.0


def pace(pool: ItemPool, progress: Progress) -> float:
    """How much slower (> 1) or faster this candidate is than expected, shrunk towards 1 as if by 4 minutes."""
    expected = float(pool.seconds[list(progress.administered)].sum())
    return (progress.elapsed + _PACE_SECONDS) / (expected + _PACE_SECONDS)


def precise(spec: TestSpec, posterior: Posterior, scale: LevelScale) -> BoolArray:
    """Which dimensions of the plan have reached a target, (D,); those outside the plan are False."""
    chosen = list(spec.dimensions)
    reached = np.zeros(len(posterior.mean), dtype=bool)
    if spec.target_sd is not None:
        reached[chosen] |= posterior.sd[chosen] <= spec.target_sd
    if spec.target_confidence is not None:
        probabilities = Distribution(posterior.log_marginals[chosen]).level_probabilities(scale)
        reached[chosen] |= probabilities.max(axis=1) >= spec.target_confidence
    return reached


def stop_reason(spec: TestSpec, pool: ItemPool, progress: Progress, reached: BoolArray) -> StopReason | None:
    """Why the test is over now, or None when it goes on.

    `reached` (D,) comes from `precise`. Precision waits for the floor of every dimension (as far as the pool
    can fill it). Time is up when no eligible item is expected, at the candidate's pace, to fit into what is left.
    """
    if reached[list(spec.dimensions)].all() and not progress.deficit.any():
        return StopReason.PRECISION
    if len(progress.administered) >= spec.max_items:
        return StopReason.LENGTH
    if not progress.eligible.any():
        return StopReason.EXHAUSTED
    if spec.seconds is not None:
        shortest = float(pool.seconds[progress.eligible].min())
        if progress.elapsed + shortest * pace(pool, progress) > spec.seconds:
            return StopReason.TIME
    return None
