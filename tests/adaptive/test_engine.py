"""The facade: one test from beginning to end, the same every time it is replayed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from itembank.item import Parameters
from kiosk.adaptive.engine import Engine, Measurement, Selection, Stop
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.posterior import Prior
from kiosk.adaptive.stopping import Purpose, TestSpec
from tests.adaptive.world import ALL, COMPETENCES, PRIOR, SCALE, an_item, pool_of, sit, synthetic_bank

ITEMS = synthetic_bank(0)
TRUTH = [i.parameters for i in ITEMS]


def engine(**changes) -> Engine:
    spec = TestSpec(**{"dimensions": ALL, "max_items": 48, **changes})
    return Engine(ItemPool.build(ITEMS, COMPETENCES), PRIOR, SCALE, spec)


def test_a_test_runs_from_beginning_to_end() -> None:
    able = sit(engine(), np.full(16, 1.5), TRUTH, 1)
    weak = sit(engine(), np.full(16, -1.5), TRUTH, 1)
    assert len(able.state.administered) == len(able.state.points) == 48
    assert able.state.elapsed == pytest.approx(sum(r.seconds for r in able.reasons))
    assert tuple(e.competence for e in able.estimates) == COMPETENCES
    assert sum(e.own_responses for e in able.estimates) == 48
    assert all(a.mean > w.mean for a, w in zip(able.estimates, weak.estimates, strict=True))


def test_an_estimate_is_consistent_in_itself() -> None:
    for estimate in sit(engine(), np.linspace(-2, 2, 16), TRUTH, 2).estimates:
        low, high = estimate.interval80
        assert low < estimate.mean < high
        assert sum(estimate.level_probabilities) == pytest.approx(1, abs=1e-9)
        assert len(estimate.level_probabilities) == 9
        assert estimate.level == int(np.argmax(estimate.level_probabilities))
        assert estimate.level_range == (SCALE.level_of(low), SCALE.level_of(high))
        assert estimate.level_range[0] <= estimate.level <= estimate.level_range[1]
        assert sum(estimate.level_probabilities[estimate.level_range[0] : estimate.level_range[1] + 1]) >= 0.8


def test_replaying_the_same_events_gives_the_same_floats_bit_for_bit() -> None:
    original = sit(engine(), np.zeros(16), TRUTH, 5)
    again = engine()
    state = again.begin()
    for index, points in zip(original.state.administered, original.state.points, strict=True):
        state = again.record(state, index, points, float(again.pool.seconds[index]))
    for name in ("mean", "covariance", "log_likelihood", "site_precision", "site_shift"):
        assert getattr(state.posterior, name).tobytes() == getattr(original.state.posterior, name).tobytes()
    assert state.elapsed == original.state.elapsed
    assert again.estimate(state) == original.estimates


def test_another_engine_of_the_same_parts_chooses_the_same_items() -> None:
    """A sitting resumed on another start of the kiosk: a generator per question, seeded by its number."""

    def whole(one: Engine) -> Measurement:
        state = one.begin()
        while isinstance(
            step := one.select(state, np.random.default_rng([9, len(state.administered)])), Selection
        ):
            state = one.record(state, step.index, len(state.administered) % 2, 20.0)
        return state

    first, second = whole(engine()), whole(engine())
    assert first.administered == second.administered
    assert first.posterior.covariance.tobytes() == second.posterior.covariance.tobytes()


def test_the_estimate_does_not_depend_on_the_order_of_the_answers() -> None:
    one = engine()
    state = sit(one, np.zeros(16), TRUTH, 6).state
    reversed_state = one.begin()
    for index, points in zip(reversed(state.administered), reversed(state.points), strict=True):
        reversed_state = one.record(reversed_state, index, points, 30.0)
    for a, b in zip(one.estimate(state), one.estimate(reversed_state), strict=True):
        assert a.mean == pytest.approx(b.mean, abs=1e-8)
        assert a.level_probabilities == pytest.approx(b.level_probabilities, abs=1e-8)


@pytest.mark.parametrize("points", [0, 99])
def test_all_wrong_and_all_right_end_in_the_lowest_and_highest_levels(points: int) -> None:
    estimates = sit(engine(), np.zeros(16), TRUTH, 7, points=points).estimates
    for e in estimates:
        assert np.isfinite([e.mean, e.sd, *e.interval80, *e.level_probabilities]).all()
        assert (e.level <= 1) if points == 0 else (e.level >= 5)


def test_a_rapid_guess_tells_nothing_and_counts_for_nothing() -> None:
    one = engine(max_items=40)
    state = one.begin()
    index = one.pool.index_of["1.1-3"]
    guessed = one.record(state, index, 1, 0.8, weight=0.0)
    assert np.array_equal(guessed.posterior.mean, state.posterior.mean)
    assert guessed.administered == (index,)
    assert one.estimate(guessed)[0].own_responses == 0
    half = one.record(state, index, 1, 3.0, weight=0.5)
    full = one.record(state, index, 1, 30.0)
    assert 0 < half.posterior.mean[0] < full.posterior.mean[0]


def test_slowness_changes_no_estimate() -> None:
    one = engine()
    quick, slow = one.begin(), one.begin()
    for index in range(0, 40, 3):
        quick = one.record(quick, index, index % 2, 5.0)
        slow = one.record(slow, index, index % 2, 500.0)
    assert one.estimate(quick) == one.estimate(slow)


def test_a_proof_borrows_nothing() -> None:
    positioning, proof = engine(dimensions=(0, 1), max_items=12), engine(
        dimensions=(0, 1), max_items=12, purpose=Purpose.PROOF
    )  # fmt: skip
    index = proof.pool.index_of["1.1-4"]
    assert proof.estimate(proof.record(proof.begin(), index, 0, 30.0))[1].mean == pytest.approx(0, abs=1e-9)
    borrowed = positioning.estimate(positioning.record(positioning.begin(), index, 0, 30.0))
    assert borrowed[1].mean < -0.1, "a neighbour in the domain"
    assert borrowed[15].mean < -0.1, "a competence outside the plan"
    assert borrowed[15].own_responses == 0


def test_a_composite_is_the_weighted_sum() -> None:
    one = engine()
    state = sit(one, np.full(16, 0.5), TRUTH, 8).state
    single = np.zeros(16)
    single[3] = 1.0
    mean, sd = one.composite(state, single)
    assert mean == pytest.approx(one.estimate(state)[3].mean, abs=1e-4)
    assert sd == pytest.approx(one.estimate(state)[3].sd, abs=1e-4)
    overall_mean, overall_sd = one.composite(state, np.full(16, 1 / 16))
    assert overall_mean == pytest.approx(np.mean([e.mean for e in one.estimate(state)]), abs=1e-4)
    assert overall_sd < 0.35, "the whole is firmer than its parts"


def test_impossible_records_are_refused() -> None:
    one = engine()
    state = one.record(one.begin(), 0, 1, 10.0)
    refusals = [
        ((0, 1, 10.0), "already given"),
        ((1, 9, 10.0), "points"),
        ((1, -1, 10.0), "points"),
        ((1, 1, -1.0), "seconds"),
        ((1, 1, float("nan")), "seconds"),
        ((1, 1, 10.0, 1.5), "weight"),
        ((-1, 1, 10.0), "not in the pool"),
        ((10_000, 1, 10.0), "not in the pool"),
    ]
    for arguments, complaint in refusals:
        with pytest.raises(ValueError, match=complaint):
            one.record(state, *arguments)


def test_parts_that_do_not_fit_are_refused() -> None:
    pool = pool_of([an_item("a", "1.1"), an_item("b", "1.2")])
    two = Prior(np.zeros(2), np.eye(2))
    with pytest.raises(ValueError, match="the prior has 16 dimensions, the pool 2"):
        Engine(pool, PRIOR, SCALE, TestSpec((0,), 5))
    with pytest.raises(ValueError, match="dimension 2 does not exist"):
        Engine(pool, two, SCALE, TestSpec((2,), 5))
    with pytest.raises(ValueError, match="no item"):
        Engine(pool, two, SCALE, TestSpec((0,), 5), excluded=["a"])


def test_a_stop_needs_no_randomness() -> None:
    one = Engine(
        pool_of([an_item("a", "1.1", parameters=Parameters(a=1.0, b=(0.0,)))]),
        Prior(np.zeros(1), np.eye(1)),
        SCALE,
        TestSpec((0,), 1, min_per_dimension=1),
    )
    rng = np.random.default_rng(0)
    state = one.record(one.begin(), 0, 1, 10.0)
    assert isinstance(one.select(state, rng), Stop)
    assert rng.random() == np.random.default_rng(0).random()


def test_measuring_imports_numpy_and_little_else() -> None:
    code = (
        "import sys, kiosk.adaptive.engine\n"
        "print([m for m in ('sqlite3', 'textual', 'yaml', 'scipy', 'asyncio', 'itembank.item', 'numpy.random') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
