"""What a test measures, how long it may last, and when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.levels import Distribution, LevelScale
from kiosk.adaptive.pool import BoolArray, IntArray, ItemPool
from kiosk.adaptive.posterior import Posterior
from kiosk.adaptive.progress import Progress


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

    def floors(self, count: int) -> IntArray:
        """The least number of items in each of `count` dimensions (D,), 0 outside the plan."""
        floors = np.zeros(count, dtype=np.int64)
        floors[list(self.dimensions)] = self.min_per_dimension
        return floors


def deficit(floors: IntArray, progress: Progress) -> IntArray:
    """Items that each competence still lacks for its floor (`TestSpec.floors`), as far as the pool can fill it; (D,)."""
    owed: IntArray = np.minimum(np.maximum(floors - progress.own, 0), progress.families)
    return owed


FINISH_PROBABILITY = 0.9999
"""No item is begun that this candidate would not finish within the time left with this probability."""


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """Time as this candidate spends it, over N items: `expected` (N,) mean seconds of each item at the candidate's
    speed, `latest` (N,) the seconds within which it is done with `FINISH_PROBABILITY`, `left` the seconds left.
    Both include what passes between two answers."""

    expected: FloatArray
    latest: FloatArray
    left: float

    @classmethod
    def of(cls, spec: TestSpec, pool: ItemPool, progress: Progress) -> Schedule | None:
        """The lognormal model's predictions at the candidate's speed (van der Linden 2007); None without a limit."""
        if spec.seconds is None:
            return None
        speed, between = progress.speed, progress.between
        return cls(
            speed.expected_seconds(pool.time_intensity, pool.time_discrimination) + between,
            speed.quantile_seconds(FINISH_PROBABILITY, pool.time_intensity, pool.time_discrimination)
            + between,
            spec.seconds - progress.elapsed,
        )


def precise(spec: TestSpec, posterior: Posterior, scale: LevelScale) -> BoolArray | None:
    """Which dimensions of the plan have reached a target, (D,); those outside the plan are False. None: no targets."""
    if spec.target_sd is None and spec.target_confidence is None:
        return None
    chosen = list(spec.dimensions)
    reached = np.zeros(len(posterior.mean), dtype=bool)
    if spec.target_sd is not None:
        reached[chosen] |= posterior.sd[chosen] <= spec.target_sd
    if spec.target_confidence is not None:
        probabilities = Distribution(posterior.log_marginals[chosen]).level_probabilities(scale)
        reached[chosen] |= probabilities.max(axis=1) >= spec.target_confidence
    return reached


def stop_reason(
    spec: TestSpec, progress: Progress, reached: BoolArray | None, schedule: Schedule | None
) -> StopReason | None:
    """Why the test is over now, or None when it goes on.

    `reached` (D,) comes from `precise`, None where the specification has no target. Precision waits for the floor of
    every dimension (as far as the pool can fill it). Time is up when no eligible item would be finished in what is
    left with `FINISH_PROBABILITY`; whoever takes longer all the same finishes the item under way. The first item is
    given whatever the limit.
    """
    given = len(progress.administered)
    if (
        reached is not None
        and reached[list(spec.dimensions)].all()
        and not deficit(spec.floors(len(progress.own)), progress).any()
    ):
        return StopReason.PRECISION
    if given >= spec.max_items:
        return StopReason.LENGTH
    if not progress.eligible.any():
        return StopReason.EXHAUSTED
    if schedule is not None and given and float(schedule.latest[progress.eligible].min()) > schedule.left:
        return StopReason.TIME
    return None
