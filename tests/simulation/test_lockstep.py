"""Lock-step sittings: the same tests as the engine gives, faster."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from itembank.item import Parameters
from itembank.response_model import information
from kiosk.adaptive.engine import Engine, Selection
from kiosk.adaptive.levels import Distribution, LevelScale
from kiosk.adaptive.pool import GRID, ItemPool
from kiosk.adaptive.posterior import CORRELATION_HYPOTHESES, Prior
from kiosk.adaptive.selection import SelectionRules
from kiosk.adaptive.stopping import Purpose, TestSpec
from kiosk.simulation.lockstep import LockStep, OneDimension, Sittings, TrueItems
from kiosk.simulation.lockstep.reading import Reading, sine_integral
from tests.adaptive.world import COMPETENCES, PRIOR, SCALE, UNRULED, AnItem, an_item

BLIND = ((1.0, 1.0),)


class Numbers:
    """A source of chance that gives the numbers it was given."""

    def __init__(self, *numbers: float) -> None:
        self._numbers = list(numbers)

    def random(self) -> float:
        return self._numbers.pop(0)


def bank(count: int = 160, dimensions: int = 4, seed: int = 0, **fields) -> list[AnItem]:
    """Items of 1 to 3 points with parameters of their own: no two of equal worth."""
    rng = np.random.default_rng(seed)
    items = []
    for i in range(count):
        steps = 1 + (i % 5 == 0) + (i % 10 == 0)
        first = rng.uniform(-2.2, 1.8)
        usual = {
            "parameters": Parameters(
                a=float(rng.lognormal(0.2, 0.3)),
                b=tuple(first + 0.7 * k for k in range(steps)),
                c=0.25 if steps == 1 and i % 2 else 0.0,
            ),
            "topic": f"t{i % dimensions}.{rng.integers(3)}",
            "is_task": steps > 1,
            "reading_words": int(rng.integers(20, 110)),
        }
        special = {name: value(i) for name, value in fields.items()}
        items.append(an_item(f"i{i}", COMPETENCES[i % dimensions], **(usual | special)))
    return items


def engine_like(test: LockStep, hypotheses=BLIND) -> Engine:
    return Engine(test.pool, test.prior, test.scale, test.spec, test.rules, hypotheses=hypotheses)


def both(
    items: list[AnItem],
    rules: SelectionRules | None,
    length: int = 16,
    count: int = 24,
    hypotheses=BLIND,
    minimum: int = 2,
):
    """The same people, draws and answers through lock-step in double precision, and through the engine."""
    pool = ItemPool.build(items, tuple(dict.fromkeys(i.competence for i in items)))
    dimensions = len(pool.competences)
    prior = Prior.hierarchical([int(c[0]) for c in pool.competences])
    spec = TestSpec(tuple(range(dimensions)), length, min_per_dimension=minimum)
    test = LockStep(
        pool, prior, SCALE, spec, rules, hypotheses=hypotheses, precision=np.float64, stride=1, batch=10
    )
    theta = 1.3 * np.random.default_rng(1).multivariate_normal(prior.mean, prior.covariance, count)
    answers = TrueItems.of(theta, pool, [i.parameters for i in items])
    fast = test.sit(count, answers, np.random.default_rng(7), course=True)

    again = np.random.default_rng(7)
    luck, fortune = again.random((2, count, length))
    engine, real = engine_like(test, hypotheses), []
    for p in range(count):
        state = engine.begin()
        for k in range(length):
            step = engine.select(state, Numbers(luck[p, k]))
            assert isinstance(step, Selection)
            points = answers.points(np.array([p]), np.array([step.index]), fortune[p, k : k + 1])
            state = engine.record(state, step.index, int(points[0]), 30.0)
        real.append((state, engine.belief(state).log_density, engine.estimate(state)))
    return fast, real


def assert_same(fast: Sittings, real) -> None:
    """Item for item and answer for answer; the beliefs to 1e-6, what is read off them to the reading's own error."""
    for p, (state, log_density, estimates) in enumerate(real):
        assert tuple(fast.items[p]) == state.administered, p
        assert tuple(fast.points[p]) == state.points
        assert fast.course[p, -1] == pytest.approx(state.posterior.mean, abs=1e-6)
        weights = np.exp(log_density)
        weights /= weights.sum(axis=1, keepdims=True)
        mean = weights @ GRID
        assert fast.mean[p] == pytest.approx(mean, abs=1e-6)
        assert fast.sd[p] == pytest.approx(np.sqrt(weights @ GRID**2 - mean**2), abs=1e-6)
        for d, estimate in enumerate(estimates):
            assert fast.mean[p, d] == pytest.approx(estimate.mean, abs=1e-4)
            assert fast.sd[p, d] == pytest.approx(estimate.sd, abs=1e-4)
            assert fast.level_probabilities[p, d] == pytest.approx(estimate.level_probabilities, abs=1e-4)
            assert (fast.low[p, d], fast.high[p, d]) == pytest.approx(estimate.interval80, abs=1e-3)
            assert fast.own_responses[p, d] == estimate.own_responses
            if sorted(estimate.level_probabilities)[-1] - sorted(estimate.level_probabilities)[-2] > 1e-3:
                assert fast.level[p, d] == estimate.level


def test_without_rules_it_asks_what_the_engine_asks_and_believes_what_it_believes() -> None:
    assert_same(*both(bank(), UNRULED))


def test_with_one_dimension_too() -> None:
    assert_same(*both(bank(dimensions=1, count=60), UNRULED))


def test_with_the_shipped_rules_and_the_same_draws_too() -> None:
    assert_same(*both(bank(), SelectionRules(), length=24))


def test_where_the_floor_takes_over_at_the_end_too() -> None:
    # the best items are all in the first competence: the others get theirs last
    items = [an_item(f"s{i}", "1.1", b=0.1 * i, parameters=Parameters(3.0, (0.1 * i,))) for i in range(12)]
    fast, real = both([*items, *bank(60)], SelectionRules(), length=12, minimum=3)
    assert_same(fast, real)
    assert (fast.own_responses == 3).all()


def test_weak_candidates_are_spared_as_the_engine_spares_them() -> None:
    hard = [
        an_item(f"h{i}", "1.1", parameters=Parameters(2.0 + 0.01 * i, (0.5 + 0.03 * i,)), topic=f"h{i}")
        for i in range(40)
    ]
    rules = SelectionRules(dignity_run=2, dignity_mass=0.2, calm_run=2)
    assert_same(*both([*hard, *bank(60)], rules, length=24, count=40))


def test_clones_and_enemies_do_not_meet() -> None:
    items = bank(family=lambda i: f"f{i // 3}", enemies=lambda i: frozenset({f"f{i // 3 + 7}"}))
    fast, real = both(items, SelectionRules())
    assert_same(fast, real)
    assert not any(
        items[i].family == items[j].family or items[i].family in items[j].enemies
        for row in fast.items.tolist()
        for i in row
        for j in row
        if i != j
    )


def test_exposure_factors_weigh_alike() -> None:
    free, _ = both(bank(), SelectionRules())
    fast, real = both(bank(exposure=lambda i: 0.5 + 0.1 * (i % 6)), SelectionRules())
    assert_same(fast, real)
    assert (fast.items != free.items).any(), "otherwise nothing is tested"


def test_topics_that_run_out_and_topics_shared_by_rivals_weigh_alike() -> None:
    items = bank(60, family=lambda i: f"f{i // 3}", topic=lambda i: "few" if i % 7 == 0 else f"t{i % 2}")
    assert_same(*both(items, replace(UNRULED, topic_discount=0.5), length=16))


def test_the_hypotheses_about_the_prior_are_averaged_as_the_engine_averages_them() -> None:
    assert_same(*both(bank(), SelectionRules(), hypotheses=CORRELATION_HYPOTHESES))
    assert_same(*both(bank(), UNRULED, hypotheses=((0.5, 1.0), (1.0, 2.0), (0.0, 1.0))))


def test_exposure_given_at_the_call_replaces_the_pools() -> None:
    items = bank()
    factors = np.linspace(0.3, 1.0, 160)
    fast = both(bank(exposure=lambda i: factors[i]), None)[0]
    pool = ItemPool.build(items, COMPETENCES[:4])
    test = LockStep(
        pool,
        Prior.hierarchical([1, 1, 1, 2]),
        SCALE,
        TestSpec(tuple(range(4)), 16),
        hypotheses=BLIND,
        precision=np.float64,
        stride=1,
        batch=10,
    )
    theta = 1.3 * np.random.default_rng(1).multivariate_normal(test.prior.mean, test.prior.covariance, 24)
    answers = TrueItems.of(theta, pool, [i.parameters for i in items])
    again = test.sit(24, answers, np.random.default_rng(7), exposure=factors)
    assert (again.items == fast.items).all()
    assert again.exposure(160).sum() == pytest.approx(16)


def single_precision(items: list[AnItem], count: int, **options) -> tuple[Sittings, np.ndarray]:
    pool = ItemPool.build(items, COMPETENCES)
    theta = np.random.default_rng(3).multivariate_normal(PRIOR.mean, PRIOR.covariance, count)
    test = LockStep(pool, PRIOR, SCALE, TestSpec(tuple(range(16)), 48), **options)
    answers = TrueItems.of(theta, pool, [i.parameters for i in items])
    return test.sit(count, answers, np.random.default_rng(4)), theta


def test_single_precision_measures_as_well_as_double() -> None:
    found = {}
    for name, options in {"single": {}, "double": {"precision": np.float64, "stride": 1}}.items():
        sittings, theta = single_precision(bank(400, 16), 300, **options)
        level = np.searchsorted(SCALE.cuts, theta, side="right")
        found[name] = (
            np.sqrt(np.mean((sittings.mean - theta) ** 2)),
            np.mean(sittings.level == level),
            np.mean((sittings.low <= theta) & (theta <= sittings.high)),
        )
        assert np.isfinite(sittings.level_probabilities).all()
        assert sittings.level_probabilities.sum(axis=2) == pytest.approx(1, abs=1e-9)
        found[name + " sd"] = np.mean(sittings.sd)
    # the same people, whose tests part ways where rounding decides a draw
    assert found["single"] == pytest.approx(found["double"], abs=0.015)
    assert found["single sd"] == pytest.approx(found["double sd"], abs=0.001)


def test_batches_change_nothing_but_rounding() -> None:
    items = bank(400, 16)
    one, _ = single_precision(items, 20, batch=20, precision=np.float64)
    many, _ = single_precision(items, 20, batch=7, precision=np.float64)
    assert (one.items == many.items).all()
    assert one.mean == pytest.approx(many.mean, abs=1e-9)


def test_progress_and_the_course_of_the_means() -> None:
    items = bank()
    pool = ItemPool.build(items, COMPETENCES[:4])
    test = LockStep(pool, Prior.hierarchical([1, 1, 1, 2]), SCALE, TestSpec((0, 1, 2, 3), 8), batch=10)
    seen: list[tuple[int, int]] = []
    answers = TrueItems.of(np.zeros((25, 4)), pool, [i.parameters for i in items])
    found = test.sit(25, answers, np.random.default_rng(0), course=True, progress=lambda *at: seen.append(at))
    assert seen == [(10, 25), (20, 25), (25, 25)]
    assert found.course.shape == (25, 8, 4)
    assert test.sit(25, answers, np.random.default_rng(0)).course.shape == (25, 0, 4)


def test_a_proof_borrows_nothing() -> None:
    items = bank()
    pool = ItemPool.build(items, COMPETENCES[:4])
    spec = TestSpec((0,), 8, purpose=Purpose.PROOF)
    test = LockStep(pool, Prior.hierarchical([1, 1, 1, 2]), SCALE, spec)
    answers = TrueItems.of(np.full((4, 4), 2.0), pool, [i.parameters for i in items])
    found = test.sit(4, answers, np.random.default_rng(0))
    assert (found.own_responses[:, 0] == 8).all()
    assert found.mean[:, 1:] == pytest.approx(0, abs=1e-4)
    assert found.sd[:, 1:] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seconds": 600.0}, "end by length"),
        ({"target_sd": 0.3}, "end by length"),
        ({"max_items": 161}, "too few"),
    ],
)
def test_what_it_cannot_do_it_refuses(changes, words) -> None:
    pool = ItemPool.build(bank(), COMPETENCES[:4])
    spec = TestSpec(**{"dimensions": (0, 1, 2, 3), "max_items": 16, **changes})
    with pytest.raises(ValueError, match=words):
        LockStep(pool, Prior.hierarchical([1, 1, 1, 2]), SCALE, spec)
    with pytest.raises(ValueError, match="stride"):
        LockStep(pool, Prior.hierarchical([1, 1, 1, 2]), SCALE, TestSpec((0,), 4), stride=5)
    with pytest.raises(ValueError, match="dimensions"):
        LockStep(pool, Prior.hierarchical([1, 1]), SCALE, TestSpec((0,), 4))


def test_answers_follow_the_true_response_functions() -> None:
    items = [
        an_item("right-or-wrong", "1.1", parameters=Parameters(1.2, (0.3,), 0.25)),
        an_item("three-points", "1.1", parameters=Parameters(1.0, (-1.0, 0.0, 1.5))),
    ]
    pool = ItemPool.build(items, ("1.1",))
    answers = TrueItems.of(np.full((1, 1), 0.4), pool, [i.parameters for i in items])
    luck = (np.arange(100_000) + 0.5) / 100_000
    nobody = np.zeros(len(luck), dtype=np.int64)
    right = answers.points(nobody, nobody, luck)
    assert right.mean() == pytest.approx(0.25 + 0.75 / (1 + math.exp(-0.12)), abs=1e-4)
    points = answers.points(nobody, nobody + 1, luck)
    for k, b in enumerate((-1.0, 0.0, 1.5), 1):
        assert np.mean(points >= k) == pytest.approx(1 / (1 + math.exp(-(0.4 - b))), abs=1e-4)
    with pytest.raises(ValueError, match="theta"):
        TrueItems.of(np.zeros((1, 2)), pool, [i.parameters for i in items])


def test_the_sine_integral_against_published_values() -> None:
    # Abramowitz and Stegun (1964), tables 5.1 and 5.3
    assert sine_integral(np.array([0.0, 1.0, 5.0, -10.0])) == pytest.approx(
        [0.0, 0.9460830704, 1.5499312449, -1.6583475942], abs=1e-9
    )


@pytest.mark.parametrize(("sd", "tolerance"), [(0.2, 1e-5), (0.3, 5e-6), (0.6, 2e-6)])
def test_marginals_are_read_as_the_engine_reads_them(sd: float, tolerance: float) -> None:
    rng = np.random.default_rng(5)
    centre = rng.uniform(-2.0, 2.0, (200, 1))
    logs = -0.5 * ((GRID - centre) / sd) ** 2 - np.log1p(np.exp(-1.5 * (GRID - centre)))
    scale = LevelScale(tuple(np.linspace(-2.25, 2.25, 8)))
    wanted, found = Distribution(logs), Reading.of(np.exp(logs), scale)
    assert found.level_probabilities == pytest.approx(wanted.level_probabilities(scale), abs=tolerance)
    assert found.mean == pytest.approx(wanted.moments()[0], abs=1e-5)
    assert found.sd == pytest.approx(wanted.moments()[1], abs=1e-5)
    assert found.low == pytest.approx(wanted.quantile(0.1), abs=2e-4)
    assert found.high == pytest.approx(wanted.quantile(0.9), abs=2e-4)


def test_the_one_dimensional_test_asks_the_most_informative_item_at_the_posterior_mean() -> None:
    rng = np.random.default_rng(0)
    parameters = [Parameters(float(rng.lognormal(0.2, 0.3)), (float(rng.normal()),)) for _ in range(60)]
    items = [an_item(f"i{i}", "1.1", parameters=p) for i, p in enumerate(parameters)]
    pool = ItemPool.build(items, ("1.1",))
    theta = rng.standard_normal((40, 1))
    answers = TrueItems.of(theta, pool, parameters)
    found = OneDimension(pool, parameters, 20, batch=16).sit(40, answers, np.random.default_rng(1))
    grid = np.linspace(-6, 6, 481)
    for p in range(40):
        logs, mean, used = -0.5 * grid**2, 0.0, []
        for k in range(20):
            worth = np.array([information(q, np.array([mean]))[0] for q in parameters])
            worth[used] = -1.0
            item = int(found.items[p, k])
            assert worth[item] >= 0.98 * worth.max()  # the lattice of abilities is 1/32 apart
            used.append(item)
            chance = 1 / (1 + np.exp(-parameters[item].a * (grid - parameters[item].b[0])))
            logs = logs + np.log(chance if found.points[p, k] else 1 - chance)
            weights = np.exp(logs - logs.max())
            mean = float(weights @ grid / weights.sum())
            sd = float(np.sqrt(weights @ (grid - mean) ** 2 / weights.sum()))
            assert (found.mean[p, k], found.sd[p, k]) == pytest.approx((mean, sd), abs=1e-4)
    with pytest.raises(ValueError, match="one competence"):
        OneDimension(pool, parameters, 61)
