"""What a scenario says of items, levels, times and authors: the laws that a bank is drawn from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from itembank.response_model import FloatArray


@dataclass(frozen=True, slots=True)
class Law:
    """A distribution: ``uniform`` (low, high), ``normal`` (mean, sd), ``lognormal`` (mean and sd of the logarithm).

    Raises ValueError for another law, or numbers that are missing, too many or impossible.
    """

    law: str
    mean: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        moments, ends = (self.mean, self.sd), (self.low, self.high)
        if self.law == "uniform":
            if None in ends or moments != (None, None) or not _number(self.low) <= _number(self.high):
                raise ValueError("uniform: low <= high")
        elif self.law in ("normal", "lognormal"):
            if None in moments or ends != (None, None) or _number(self.sd) < 0:
                raise ValueError(f"{self.law}: mean, sd >= 0")
        else:
            raise ValueError("law: uniform, normal, lognormal")

    def drawn(self, count: int, rng: np.random.Generator) -> FloatArray:
        """`count` independent draws, (count,)."""
        if self.law == "uniform":
            return rng.uniform(_number(self.low), _number(self.high), count)
        values = _number(self.mean) + _number(self.sd) * rng.standard_normal(count)
        return np.exp(values) if self.law == "lognormal" else values


def _number(value: float | None) -> float:
    return math.nan if value is None else value


@dataclass(frozen=True, slots=True)
class Gap:
    """Cells of the blueprint without items: every pair of these competences and levels."""

    competences: tuple[str, ...]
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ItemLaws:
    """What the items are: how many, which kinds, and the laws of their true parameters.

    `items` are spread evenly over the competences, and each competence's over `topics`. `choice` and `tasks` are
    shares of the bank: a choice has the guessing parameter `guessing`, a task `task_points` points whose thresholds
    stand `threshold_spacing` apart around b (Samejima's graded model); all others are right or wrong without guessing.
    Raises ValueError for shares that leave the unit interval.
    """

    items: int = 800
    topics: int = 6
    choice: float = 0.45
    guessing: float = 0.25
    tasks: float = 0.0
    task_points: int = 3
    threshold_spacing: float = 0.8
    a: Law = field(default_factory=lambda: Law("lognormal", mean=0.2, sd=0.3))
    b: Law = field(default_factory=lambda: Law("uniform", low=-2.6, high=2.4))
    reading_words: Law = field(default_factory=lambda: Law("lognormal", mean=3.6, sd=0.4))
    gaps: tuple[Gap, ...] = ()

    def __post_init__(self) -> None:
        if not (0 <= self.choice <= 1 and 0 <= self.tasks <= 1 and self.choice + self.tasks <= 1):
            raise ValueError("0 <= choice + tasks <= 1")
        if not 0 <= self.guessing < 1:
            raise ValueError("0 <= guessing < 1")
        if self.task_points < 2 or self.threshold_spacing <= 0 or self.topics < 1:
            raise ValueError("task_points >= 2, threshold_spacing > 0, topics >= 1")


@dataclass(frozen=True, slots=True)
class Levels:
    """`count` cut scores from `lowest` to `highest` in equal steps: levels 0 to `count`."""

    lowest: float = -2.25
    highest: float = 2.25
    count: int = 8

    def __post_init__(self) -> None:
        if not (-6 < self.lowest < self.highest < 6 and self.count >= 2):
            raise ValueError("-6 < lowest < highest < 6, count >= 2")

    @property
    def cuts(self) -> tuple[float, ...]:
        """The cut scores, increasing."""
        return tuple(np.linspace(self.lowest, self.highest, self.count).tolist())


@dataclass(frozen=True, slots=True)
class Times:
    """Lognormal response times (van der Linden 2007): medians in seconds at average speed, by kind of item.

    `item_sd` is the standard deviation of the log median between items of one kind, `noise_sd` = 1 / alpha that of a
    person's log time on an item. A task takes `task_median` where given, else `other_median`.
    """

    choice_median: float = 38.0
    other_median: float = 54.0
    task_median: float | None = None
    item_sd: float = 0.4
    noise_sd: float = 0.4

    def __post_init__(self) -> None:
        medians = (self.choice_median, self.other_median, self.task_median or 1.0)
        if min(medians) <= 0 or self.item_sd < 0 or self.noise_sd <= 0:
            raise ValueError("medians > 0, item_sd >= 0, noise_sd > 0")


@dataclass(frozen=True, slots=True)
class Authoring:
    """How far what the engine is told may be from the truth.

    Told difficulties are the true ones plus a normal error of SD `difficulty_error`, told discriminations the true
    ones times a lognormal error of SD `discrimination_error` (of the logarithm). `stated_difficulty_error` and
    `stated_discrimination_error` are the standard errors that the bank states; where left out they are the real ones.
    `calibration_sittings` is how many sittings calibrate the bank before it is used again (0: no calibration).
    """

    difficulty_error: float = 0.0
    discrimination_error: float = 0.0
    stated_difficulty_error: float | None = None
    stated_discrimination_error: float | None = None
    calibration_sittings: int = 0

    def __post_init__(self) -> None:
        stated = (self.stated_difficulty_error or 0.0, self.stated_discrimination_error or 0.0)
        if min(self.difficulty_error, self.discrimination_error, *stated, self.calibration_sittings) < 0:
            raise ValueError(">= 0")

    @property
    def se_b(self) -> float:
        """The standard error of a difficulty that the bank states."""
        stated = self.stated_difficulty_error
        return self.difficulty_error if stated is None else stated

    @property
    def relative_se_a(self) -> float:
        """The relative standard error of a discrimination that the bank states."""
        stated = self.stated_discrimination_error
        return self.discrimination_error if stated is None else stated


@dataclass(frozen=True, slots=True)
class Correlations:
    """Correlation of two competences: `within` a domain, `between` domains. Raises ValueError unless 0 <= between <= within < 1."""

    within: float = 0.8
    between: float = 0.65

    def __post_init__(self) -> None:
        if not 0 <= self.between <= self.within < 1:
            raise ValueError("0 <= between <= within < 1")

    def matrix(self, domains: Sequence[str]) -> FloatArray:
        """Correlation matrix (D, D); `domains` names the domain of each competence."""
        same = np.equal.outer(np.asarray(domains), np.asarray(domains))
        matrix = np.where(same, self.within, self.between)
        np.fill_diagonal(matrix, 1.0)
        return matrix
