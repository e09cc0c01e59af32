"""When a test is over, and which specifications make no test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from itembank.item import Parameters
from kiosk.adaptive.engine import Engine, Selection, Stop
from kiosk.adaptive.levels import Distribution
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.posterior import Posterior, Prior
from kiosk.adaptive.stopping import Progress, Purpose, StopReason, TestSpec, pace, precise
from tests.adaptive.world import (
    ALL,
    COMPETENCES,
    PRIOR,
    SCALE,
    UNRULED,
    an_item,
    pool_of,
    sit,
    synthetic_bank,
)

ONE = Prior(np.zeros(1), np.eye(1))


def one_competence(spec: TestSpec, count: int = 30, a: float = 1.5, **fields) -> Engine:
    items = [an_item(f"i{n}", "1.1", parameters=Parameters(a=a, b=(b,)), **fields)
             for n, b in enumerate(np.linspace(-2, 2, count))]  # fmt: skip
    return Engine(pool_of(items), ONE, SCALE, spec, UNRULED)


def run(engine: Engine, seconds: float = 30.0) -> tuple[int, StopReason]:
    """Alternate right and wrong until the test is over: its length and why it ended."""
    state, rng = engine.begin(), np.random.default_rng(0)
    while True:
        step = engine.select(state, rng)
        if isinstance(step, Stop):
            return len(state.administered), step.reason
        state = engine.record(state, step.index, len(state.administered) % 2, seconds)


def test_length_ends_a_test() -> None:
    assert run(one_competence(TestSpec((0,), 7))) == (7, StopReason.LENGTH)


def test_an_empty_pool_ends_a_test() -> None:
    assert run(one_competence(TestSpec((0,), 50), count=5)) == (5, StopReason.EXHAUSTED)


def test_clones_do_not_keep_a_test_going() -> None:
    assert run(one_competence(TestSpec((0,), 50), family="one")) == (1, StopReason.EXHAUSTED)


def test_precision_ends_a_test_once_the_target_is_met_and_not_before() -> None:
    engine = one_competence(TestSpec((0,), 30, target_sd=0.45))
    length, reason = run(engine)
    assert reason is StopReason.PRECISION
    state, rng = engine.begin(), np.random.default_rng(0)
    while isinstance(step := engine.select(state, rng), Selection):
        assert state.posterior.sd[0] > 0.45
        state = engine.record(state, step.index, len(state.administered) % 2, 30.0)
    assert state.posterior.sd[0] <= 0.45
    assert 2 < length < 30


def test_confidence_about_the_level_ends_a_test() -> None:
    engine = one_competence(TestSpec((0,), 30, target_confidence=0.5))
    state, rng = engine.begin(), np.random.default_rng(0)
    while isinstance(step := engine.select(state, rng), Selection):
        state = engine.record(state, step.index, len(state.administered) % 2, 30.0)
    assert isinstance(step, Stop)
    assert step.reason is StopReason.PRECISION
    assert max(engine.estimate(state)[0].level_probabilities) >= 0.5


def test_precision_waits_for_the_floor() -> None:
    engine = one_competence(TestSpec((0,), 30, min_per_dimension=6, target_sd=0.99))
    assert run(engine) == (6, StopReason.PRECISION)


def test_a_dimension_that_reached_its_target_is_asked_no_more() -> None:
    """1.1 has the better items; once it is precise the rest of the test goes to 1.2."""
    items = [an_item(f"s{n}", "1.1", parameters=Parameters(a=2.0, b=(0.1 * n,))) for n in range(20)]
    items += [an_item(f"w{n}", "1.2", parameters=Parameters(a=0.7, b=(0.1 * n,))) for n in range(20)]
    prior = Prior(np.zeros(2), np.eye(2))

    def asked(target: float | None) -> str:
        spec = TestSpec((0, 1), 24, min_per_dimension=1, target_sd=target)
        engine = Engine(ItemPool.build(items, ("1.1", "1.2")), prior, SCALE, spec, UNRULED)
        state, rng = engine.begin(), np.random.default_rng(0)
        while isinstance(step := engine.select(state, rng), Selection):
            state = engine.record(state, step.index, len(state.administered) % 2, 30.0)
        return "".join(items[i].id[0] for i in state.administered)

    assert asked(0.6).count("s") < asked(None).count("s")
    posterior_reached = asked(0.6).rindex("s")
    assert set(asked(0.6)[posterior_reached + 1 :]) == {"w"}


def test_time_ends_a_test_before_it_is_overrun() -> None:
    spec = TestSpec((0,), 30, seconds=600.0)
    engine = one_competence(spec)
    expected = float(engine.pool.seconds[0])
    length, reason = run(engine, seconds=expected)
    assert reason is StopReason.TIME
    assert 600 - expected < length * expected <= 600
    slow_length, reason = run(one_competence(spec), seconds=3 * expected)
    assert reason is StopReason.TIME
    assert slow_length * 3 * expected <= 600, "the candidate's own pace is heeded"


def test_pace_is_the_ratio_of_times_shrunk_towards_one() -> None:
    pool = pool_of([an_item(f"i{n}", "1.1") for n in range(10)])
    expected = float(pool.seconds.sum())
    spec = TestSpec((0,), 10)

    def after(elapsed: float, count: int = 10) -> float:
        progress = Progress.of(
            spec, pool, range(count), [1] * count, [1.0] * count, elapsed, np.ones(10, dtype=bool)
        )
        return pace(pool, progress)

    assert after(0.0, 0) == 1.0
    assert after(expected) == 1.0
    assert 1.5 < after(2 * expected) < 2.0


def test_precise_looks_at_the_plan_only() -> None:
    posterior = Posterior.start(PRIOR)
    spec = TestSpec((1, 4), 10, target_sd=1.1)
    assert np.flatnonzero(precise(spec, posterior, SCALE)).tolist() == [1, 4]
    assert not precise(replace(spec, target_sd=None), posterior, SCALE).any()
    probabilities = Distribution(posterior.log_marginals).level_probabilities(SCALE)
    most = float(probabilities[1].max())
    assert precise(replace(spec, target_sd=None, target_confidence=most - 0.01), posterior, SCALE)[1]
    assert not precise(replace(spec, target_sd=None, target_confidence=most + 0.01), posterior, SCALE)[1]


def test_a_whole_test_with_targets_is_shorter_and_meets_them() -> None:
    items = synthetic_bank(0)
    spec = TestSpec(ALL, 120, target_sd=0.6)
    engine = Engine(ItemPool.build(items, COMPETENCES), PRIOR, SCALE, spec)
    sat = sit(engine, np.zeros(16), [i.parameters for i in items], 3)
    assert len(sat.state.administered) < 80
    assert (sat.state.posterior.sd <= 0.6).all()
    assert min(e.own_responses for e in sat.estimates) >= 2


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"max_items": 0}, "at least 1"),
        ({"dimensions": ()}, "not empty"),
        ({"dimensions": (0, 0)}, "distinct"),
        ({"dimensions": (-1, 0)}, "distinct"),
        ({"weights": (1.0,)}, "one positive weight"),
        ({"weights": (1.0, 0.0)}, "one positive weight"),
        ({"min_per_dimension": -1}, "negative"),
        ({"max_items": 3}, "do not fit"),
        ({"seconds": 0.0}, "seconds"),
        ({"seconds": float("nan")}, "seconds"),
        ({"target_sd": 0.0}, "target_sd"),
        ({"target_confidence": 1.0}, "target_confidence"),
    ],
)
def test_a_specification_that_makes_no_test_is_refused(changes: dict, complaint: str) -> None:
    good = TestSpec((0, 1), 10)
    with pytest.raises(ValueError, match=complaint):
        replace(good, **{"weights": (), **changes})


def test_purposes_are_words() -> None:
    assert Purpose("positioning") is Purpose.POSITIONING
    assert Purpose("proof") is Purpose.PROOF
    assert str(StopReason.TIME) == "time"
