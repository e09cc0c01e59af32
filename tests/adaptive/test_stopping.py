"""When a test is over, and which specifications make no test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.item import Parameters
from kiosk.adaptive.engine import Engine, Selection, Stop
from kiosk.adaptive.levels import Distribution
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.posterior import Posterior, Prior
from kiosk.adaptive.stopping import Purpose, Schedule, StopReason, TestSpec, precise
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


def test_time_ends_a_test_while_the_next_item_is_still_sure_to_fit() -> None:
    spec = TestSpec((0,), 60, seconds=1800.0)
    median = float(one_competence(spec).pool.seconds[0])
    length, reason = run(one_competence(spec, count=60), seconds=median)
    assert reason is StopReason.TIME
    assert 1800 - 7 * median < length * median <= 1800 - 3 * median, "the margin of one late answer is kept"
    slow_length, reason = run(one_competence(spec, count=60), seconds=3 * median)
    assert reason is StopReason.TIME
    assert slow_length * 3 * median <= 1800, "the candidate's own pace is heeded"


@settings(max_examples=20, deadline=None)
@given(st.floats(-0.8, 0.8), st.integers(0, 10_000))
def test_nobody_is_late(tau: float, seed: int) -> None:
    """Lognormal times at any speed: 20 tests of some 30 items, of which none should be late once in 500 runs."""
    spec = TestSpec((0,), 60, seconds=1500.0)
    engine = one_competence(spec, count=60)
    rng, state = np.random.default_rng(seed), engine.begin()
    while isinstance(step := engine.select(state, rng), Selection):
        noise = np.clip(rng.standard_normal() / engine.pool.time_discrimination[step.index], -1.6, 1.6)
        seconds = float(np.exp(engine.pool.time_intensity[step.index] - tau + noise))
        state = engine.record(state, step.index, int(rng.integers(2)), seconds)
    assert state.elapsed <= 1500


def test_the_floor_is_kept_for_people_at_half_speed() -> None:
    """16 competences in 45 minutes at half the usual speed: quicker items are chosen so that each gets its two."""
    items = [replace(i, reading_words=(10, 40, 90)[n % 3]) for n, i in enumerate(synthetic_bank(0))]
    engine = Engine(ItemPool.build(items, COMPETENCES), PRIOR, SCALE, TestSpec(ALL, 64, seconds=2700.0))
    for seed in range(6):
        rng, state = np.random.default_rng(seed), engine.begin()
        while isinstance(step := engine.select(state, rng), Selection):
            seconds = (
                2.0 * float(engine.pool.seconds[step.index]) * float(np.exp(0.3 * rng.standard_normal()))
            )
            state = engine.record(state, step.index, int(rng.integers(2)), seconds)
        assert state.elapsed <= 2700
        assert min(e.own_responses for e in engine.estimate(state)) >= 2


def test_the_first_item_is_given_whatever_the_limit() -> None:
    assert run(one_competence(TestSpec((0,), 30, seconds=20.0)))[0] == 1


def test_a_schedule_follows_the_persons_speed_and_what_passes_between_answers() -> None:
    spec = TestSpec((0,), 30, seconds=3600.0)
    engine = one_competence(spec)
    state = engine.begin()
    before = Schedule.of(spec, engine.pool, state.progress)
    for index in range(10):
        seconds = 2 * float(engine.pool.seconds[index])
        state = engine.record(state, index, 1, seconds + 7.0, response_seconds=seconds)
    after = Schedule.of(spec, engine.pool, state.progress)
    assert before is not None
    assert after is not None
    assert after.expected[0] == pytest.approx(1.75 * before.expected[0] + 5, rel=0.1)
    assert (after.latest > after.expected).all()
    assert after.left == pytest.approx(3600 - state.elapsed)
    assert Schedule.of(replace(spec, seconds=None), engine.pool, state.progress) is None


def test_an_answer_that_tells_no_speed_moves_none() -> None:
    engine = one_competence(TestSpec((0,), 30, seconds=3600.0))
    state = engine.begin()
    assert engine.record(state, 0, 0, 1.0, tells_speed=False).speed == state.speed
    assert engine.record(state, 0, 0, 1.0, weight=0.0).speed == state.speed
    assert engine.record(state, 0, 0, 1.0).speed.mean > state.speed.mean


def test_precise_looks_at_the_plan_only() -> None:
    posterior = Posterior.start(PRIOR)
    spec = TestSpec((1, 4), 10, target_sd=1.1)
    assert np.flatnonzero(precise(spec, posterior, SCALE)).tolist() == [1, 4]
    assert precise(replace(spec, target_sd=None), posterior, SCALE) is None
    probabilities = Distribution(posterior.log_marginals).level_probabilities(SCALE)
    most = float(probabilities[1].max())
    for threshold, expected in ((most - 0.01, True), (most + 0.01, False)):
        reached = precise(replace(spec, target_sd=None, target_confidence=threshold), posterior, SCALE)
        assert reached is not None
        assert bool(reached[1]) is expected


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
