"""The measuring engine, as a sitting uses it: select an item, record the answer, read the estimates.

    engine = Engine(pool, prior, scale, spec)
    state = engine.begin()
    while isinstance(step := engine.select(state, rng), Selection):
        state = engine.record(state, step.index, points, seconds)
    estimates = engine.estimate(state)

All state is in the immutable `Measurement`; replaying the same records gives the same floats bit for bit
(on the same machine and numpy).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.levels import Distribution, LevelScale, most_likely_level
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.posterior import (
    CORRELATION_HYPOTHESES,
    Average,
    Hypotheses,
    Posterior,
    Prior,
    check_hypotheses,
)
from kiosk.adaptive.progress import Progress
from kiosk.adaptive.response_times import Speed
from kiosk.adaptive.selection import Draws, Reason, SelectionRules, Selector
from kiosk.adaptive.stopping import Purpose, Schedule, StopReason, TestSpec, precise, stop_reason


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """One candidate's test so far: what is believed, and the course of the test."""

    posterior: Posterior
    progress: Progress

    @property
    def administered(self) -> tuple[int, ...]:
        """The items given (pool indices), in order."""
        return self.progress.administered

    @property
    def points(self) -> tuple[int, ...]:
        return self.progress.points

    @property
    def weights(self) -> tuple[float, ...]:
        """What each answer counts for, in [0, 1]."""
        return self.progress.weights

    @property
    def elapsed(self) -> float:
        """Active seconds."""
        return self.progress.elapsed

    @property
    def speed(self) -> Speed:
        """How fast this candidate works."""
        return self.progress.speed


@dataclass(frozen=True, slots=True)
class Selection:
    """Ask this item next; `reason` says why."""

    index: int
    item_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Stop:
    """The test is over."""

    reason: StopReason


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the test says of one competence.

    `mean` and `sd` are of theta; `level` is the most likely of the levels 0..highest
    (`level_probabilities`); `interval80`
    runs from the 10th to the 90th percentile of theta, `level_range` holds the levels of its two ends;
    `own_responses` counts the answers about this competence that told something: at 0 the estimate is borrowed.
    """

    competence: str
    mean: float
    sd: float
    level: int
    level_probabilities: tuple[float, ...]
    interval80: tuple[float, float]
    level_range: tuple[int, int]
    own_responses: int


class Engine:
    """Pool, prior, level scale and specification of one kind of test; holds no candidate's state."""

    def __init__(
        self,
        pool: ItemPool,
        prior: Prior,
        scale: LevelScale,
        spec: TestSpec,
        rules: SelectionRules | None = None,
        excluded: Iterable[str] = (),
        hypotheses: Hypotheses = CORRELATION_HYPOTHESES,
    ) -> None:
        """`excluded` names items that this test must not use (language, accommodation, seen before).

        `rules` default to `SelectionRules.for_purpose`; `hypotheses` say how far the prior's correlations are
        believed (`posterior.CORRELATION_HYPOTHESES`), ((1.0, 1.0),) for blindly. For Purpose.PROOF the prior's
        correlations are dropped: a level rests on its own responses.
        Raises ValueError when prior, pool and specification disagree about the dimensions, or nothing is left
        to ask, and KeyError for an excluded item that the pool does not have.
        """
        if len(prior.mean) != len(pool.competences):
            raise ValueError(f"the prior has {len(prior.mean)} dimensions, the pool {len(pool.competences)}")
        check_hypotheses(hypotheses)
        alone = spec.purpose is Purpose.PROOF
        self.pool, self.scale, self.spec = pool, scale, spec
        self.prior = prior.independent() if alone else prior
        self.hypotheses: Hypotheses = ((1.0, 1.0),) if alone else hypotheses
        self.rules = rules or SelectionRules.for_purpose(spec.purpose)
        self._allowed = spec.dimension_weights(len(pool.competences))[pool.dimension] > 0
        self._allowed[[pool.index_of[item_id] for item_id in excluded]] = False
        if not self._allowed.any():
            raise ValueError("no item of the pool belongs to the plan")
        self._selector = Selector(pool, spec, self.rules, scale)
        self._start = Measurement(Posterior.start(self.prior), Progress.start(pool, self._allowed))

    def begin(self) -> Measurement:
        """The state before the first item."""
        return self._start

    def select(self, state: Measurement, rng: Draws) -> Selection | Stop:
        """The next item, or why the test is over. Draws one `rng.random()` when an item is selected."""
        reached = precise(self.spec, state.posterior, self.scale)
        schedule = Schedule.of(self.spec, self.pool, state.progress)
        over = stop_reason(self.spec, state.progress, reached, schedule)
        if over is not None:
            return Stop(over)
        choice = self._selector.choose(state.posterior, state.progress, reached, schedule, rng)
        return Selection(choice.index, self.pool.ids[choice.index], choice.reason)

    def record(
        self,
        state: Measurement,
        index: int,
        points: int,
        seconds: float,
        weight: float = 1.0,
        *,
        response_seconds: float | None = None,
        tells_speed: bool = True,
    ) -> Measurement:
        """The state after `points` on item `index`, `seconds` of active time after the answer before it.

        `weight` in [0, 1] tempers the likelihood: 0 for a rapid guess, which then tells nothing (effort-moderated
        scoring, Wise and DeMars 2006). `response_seconds` is the part of `seconds` spent on the answer (all of it
        when None); it moves the candidate's speed unless the answer does not `tells_speed` or has weight 0. Raises
        ValueError for impossible points, times or weights, an unknown item or one given twice.
        """
        if not 0 <= index < len(self.pool):
            raise ValueError(f"item index {index} is not in the pool of {len(self.pool)}")
        if index in state.progress.administered:
            raise ValueError(f"item {self.pool.ids[index]} was already given")
        answering = seconds if response_seconds is None else response_seconds
        if not (math.isfinite(seconds) and seconds >= 0 and math.isfinite(answering) and answering >= 0):
            raise ValueError(f"seconds must be finite and not negative, found {seconds} and {answering}")
        if not 0 <= weight <= 1:
            raise ValueError(f"weight must lie in [0, 1], found {weight}")
        loglik = self.pool.log_likelihood(index, points)
        posterior = state.posterior
        if weight > 0:
            posterior = posterior.updated(
                int(self.pool.dimension[index]), loglik if weight == 1 else weight * loglik
            )
        progress = state.progress.after(
            self.pool, index, points, weight, seconds, answering, tells_speed and weight > 0
        )
        return Measurement(posterior, progress)

    def belief(self, state: Measurement) -> Average:
        """What the answers support, whatever their order: refined, and averaged over the hypotheses about the prior."""
        return state.posterior.averaged(self.hypotheses)

    def estimate(self, state: Measurement) -> tuple[Estimate, ...]:
        """One estimate a competence, in the pool's order, from `belief`."""
        distribution = Distribution(self.belief(state).log_density)
        means, sds = (x.tolist() for x in distribution.moments())
        ends = distribution.quantiles((0.1, 0.9))
        reached = np.searchsorted(self.scale.cuts, ends, side="right").tolist()
        probabilities = distribution.level_probabilities(self.scale)
        levels = most_likely_level(probabilities).tolist()
        return tuple(
            Estimate(
                competence=competence,
                mean=means[d],
                sd=sds[d],
                level=levels[d],
                level_probabilities=tuple(shares),
                interval80=(low, high),
                level_range=(reached[d][0], reached[d][1]),
                own_responses=own,
            )
            for d, (competence, shares, (low, high), own) in enumerate(
                zip(
                    self.pool.competences,
                    probabilities.tolist(),
                    ends.tolist(),
                    state.progress.own.tolist(),
                    strict=True,
                )
            )
        )

    def composite(self, state: Measurement, weights: FloatArray) -> tuple[float, float]:
        """Mean and standard deviation of a weighted sum of competences, weights (D,): a domain, the whole."""
        return self.belief(state).composite(weights)
