"""Who sits the simulated tests: abilities, speeds and manners, as arrays over people.

Manners follow what the literature on response behaviour describes: rapid guessing scattered over the test or from some
point to its end (Wise 2017, Educational Measurement 36, 52-61), careless slips (the upper asymptote of Barton and Lord
1981), warming up (fewer than usual of the first answers).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np

from itembank.response_model import FloatArray


@dataclass(frozen=True, slots=True)
class Manner:
    """`people`: the share who have it. `answers`: the share of their answers it touches (see `People` for which)."""

    people: float = 0.0
    answers: float = 0.2

    def __post_init__(self) -> None:
        if not (0 <= self.people <= 1 and 0 <= self.answers <= 1):
            raise ValueError("0 <= people, answers <= 1")


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The share of `people` who begin `loss` standard deviations below themselves, fading over `items` answers."""

    people: float = 0.0
    loss: float = 1.0
    items: int = 8

    def __post_init__(self) -> None:
        if not 0 <= self.people <= 1 or self.loss < 0 or self.items < 1:
            raise ValueError("0 <= people <= 1, loss >= 0, items >= 1")


@dataclass(frozen=True, slots=True)
class People:
    """The law of people: every true ability ~ N(`mean`, `sd`^2), correlated as the scenario's true prior says.

    Speed tau ~ N(`speed_mean`, `speed_sd`^2), correlated `speed_correlation` with a person's mean ability.
    `rapid`: a share of their answers, anywhere, are rapid guesses. `speeded`: their *last* share of answers are.
    `careless`: a share of the answers they would have right slip to nothing. `warm_up`: see `WarmUp`.
    """

    mean: float = 0.0
    sd: float = 1.0
    speed_mean: float = 0.0
    speed_sd: float = 0.25
    speed_correlation: float = 0.0
    rapid: Manner = field(default_factory=Manner)
    speeded: Manner = field(default_factory=Manner)
    careless: Manner = field(default_factory=Manner)
    warm_up: WarmUp = field(default_factory=WarmUp)

    def __post_init__(self) -> None:
        if self.sd < 0 or self.speed_sd < 0 or not -1 <= self.speed_correlation <= 1:
            raise ValueError("sd, speed_sd >= 0, -1 <= speed_correlation <= 1")

    def drawn(self, count: int, correlation: FloatArray, rng: np.random.Generator) -> Population:
        """`count` people; `correlation` (D, D) is that of the true abilities."""
        dimensions = len(correlation)
        standard = rng.multivariate_normal(np.zeros(dimensions), correlation, size=count, method="cholesky")
        general = standard.mean(axis=1) / np.sqrt(correlation.mean())
        own = rng.standard_normal(count)
        r = self.speed_correlation
        speed = self.speed_mean + self.speed_sd * (r * general + np.sqrt(1.0 - r * r) * own)

        def having(manner: Manner | WarmUp, amount: float) -> FloatArray:
            return np.where(rng.random(count) < manner.people, amount, 0.0)

        return Population(
            theta=self.mean + self.sd * standard,
            speed=speed,
            rapid=having(self.rapid, self.rapid.answers),
            speeded=having(self.speeded, self.speeded.answers),
            careless=having(self.careless, self.careless.answers),
            warm_up=having(self.warm_up, self.warm_up.loss),
            warm_up_items=self.warm_up.items,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """P people over D competences: `theta` (P, D), `speed` (P,), and per person (P,) the share of answers that
    rapid guessing (`rapid`; `speeded`: at the end) and carelessness touch, and the loss while warming up."""

    theta: FloatArray
    speed: FloatArray
    rapid: FloatArray
    speeded: FloatArray
    careless: FloatArray
    warm_up: FloatArray
    warm_up_items: int = 8

    def __len__(self) -> int:
        return len(self.theta)

    def first(self, count: int | None) -> Population:
        """The first `count` people; everybody for None."""
        arrays = {f.name: getattr(self, f.name)[:count] for f in fields(self) if f.name != "warm_up_items"}
        return replace(self, **arrays)

    @classmethod
    def plain(cls, theta: FloatArray) -> Population:
        """People of these abilities (P, D), of average speed, who answer every question as well as they can."""
        none = np.zeros(len(theta))
        return cls(theta, none, none, none, none, none)
