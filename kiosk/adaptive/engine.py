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

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.levels import Distribution, LevelScale, most_likely_level
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.posterior import Posterior, Prior
from kiosk.adaptive.selection import Draws, Reason, SelectionRules, choose
from kiosk.adaptive.stopping import Progress, Purpose, StopReason, TestSpec, precise, stop_reason


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """One candidate's test so far: items (pool indices), points and weights in order, active seconds, belief."""

    posterior: Posterior
    administered: tuple[int, ...] = ()
    points: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()
    elapsed: float = 0.0


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
    ) -> None:
        """`excluded` names items that this test must not use (language, accommodation, seen before).

        `rules` default to `SelectionRules.for_purpose`. For Purpose.PROOF the prior's correlations are dropped: a
        level rests on its own responses.
        Raises ValueError when prior, pool and specification disagree about the dimensions, or nothing is left
        to ask, and KeyError for an excluded item that the pool does not have.
        """
        if len(prior.mean) != len(pool.competences):
            raise ValueError(f"the prior has {len(prior.mean)} dimensions, the pool {len(pool.competences)}")
        self.pool, self.scale, self.spec = pool, scale, spec
        self.prior = prior.independent() if spec.purpose is Purpose.PROOF else prior
        self.rules = rules or SelectionRules.for_purpose(spec.purpose)
        self._allowed = spec.dimension_weights(len(pool.competences))[pool.dimension] > 0
        self._allowed[[pool.index_of[item_id] for item_id in excluded]] = False
        if not self._allowed.any():
            raise ValueError("no item of the pool belongs to the plan")

    def begin(self) -> Measurement:
        """The state before the first item."""
        return Measurement(Posterior.start(self.prior))

    def select(self, state: Measurement, rng: Draws) -> Selection | Stop:
        """The next item, or why the test is over. Draws one `rng.random()` when an item is selected."""
        progress = Progress.of(
            self.spec,
            self.pool,
            state.administered,
            state.points,
            state.weights,
            state.elapsed,
            self._allowed,
        )
        reached = precise(self.spec, state.posterior, self.scale)
        over = stop_reason(self.spec, self.pool, progress, reached)
        if over is not None:
            return Stop(over)
        choice = choose(self.pool, self.spec, self.rules, state.posterior, progress, reached, rng)
        return Selection(choice.index, self.pool.ids[choice.index], choice.reason)

    def record(
        self, state: Measurement, index: int, points: int, seconds: float, weight: float = 1.0
    ) -> Measurement:
        """The state after `points` on item `index` in `seconds` of active time.

        `weight` in [0, 1] tempers the likelihood: 0 for a rapid guess, which then tells nothing (effort-moderated
        scoring, Wise and DeMars 2006). Raises ValueError for impossible points, times or weights, an unknown item
        or one given twice.
        """
        if not 0 <= index < len(self.pool):
            raise ValueError(f"item index {index} is not in the pool of {len(self.pool)}")
        if index in state.administered:
            raise ValueError(f"item {self.pool.ids[index]} was already given")
        if not (np.isfinite(seconds) and seconds >= 0):
            raise ValueError(f"seconds must be finite and not negative, found {seconds}")
        if not 0 <= weight <= 1:
            raise ValueError(f"weight must lie in [0, 1], found {weight}")
        loglik = self.pool.log_likelihood(index, points)
        posterior = state.posterior
        if weight > 0:
            posterior = posterior.updated(int(self.pool.dimension[index]), weight * loglik)
        return Measurement(
            posterior=posterior,
            administered=(*state.administered, index),
            points=(*state.points, points),
            weights=(*state.weights, weight),
            elapsed=state.elapsed + seconds,
        )

    def estimate(self, state: Measurement) -> tuple[Estimate, ...]:
        """One estimate a competence, in the pool's order, from the refined (order-independent) posterior."""
        distribution = Distribution(state.posterior.refined().log_marginals)
        means, sds = distribution.moments()
        low, high = distribution.quantile(0.1), distribution.quantile(0.9)
        probabilities = distribution.level_probabilities(self.scale)
        levels = most_likely_level(probabilities)
        telling = [i for i, weight in zip(state.administered, state.weights, strict=True) if weight > 0]
        own = np.bincount(self.pool.dimension[telling], minlength=len(means))
        return tuple(
            Estimate(
                competence=competence,
                mean=float(means[d]),
                sd=float(sds[d]),
                level=int(levels[d]),
                level_probabilities=tuple(probabilities[d].tolist()),
                interval80=(float(low[d]), float(high[d])),
                level_range=(self.scale.level_of(float(low[d])), self.scale.level_of(float(high[d]))),
                own_responses=int(own[d]),
            )
            for d, competence in enumerate(self.pool.competences)
        )

    def composite(self, state: Measurement, weights: FloatArray) -> tuple[float, float]:
        """Mean and standard deviation of a weighted sum of competences, weights (D,): a domain, the whole."""
        posterior = state.posterior.refined()
        return float(weights @ posterior.mean), float(np.sqrt(weights @ posterior.covariance @ weights))
