"""The public platform's procedures, against cases traced by hand, and what they make of simulated people."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from kiosk.simulation.baselines import certification, positioning
from kiosk.simulation.baselines.certification import (
    GRID,
    OWN_CUTS,
    drawn_rank,
    next_capacity,
    own_scale,
)
from kiosk.simulation.baselines.outcome import isotonic, most_agreeing, recalibrated
from kiosk.simulation.baselines.positioning import (
    Tubes,
    answered,
    estimated_level,
    no_answer,
    rewards,
)
from kiosk.simulation.scenario import load_scenario


def yes(*levels: int) -> list[tuple[int, bool]]:
    return [(level, True) for level in levels]


def no(*levels: int) -> list[tuple[int, bool]]:
    return [(level, False) for level in levels]


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        # l = 4.5: s(4.5) + s(-2.5) + s(2.5) = .989 + .076 + .924 = 1.989, nearest to 2
        (yes(2), 4.5),
        # l = 1: s(1) + s(-6) + s(-1) = .731 + .002 + .269 = 1.002, nearest to 1
        (no(2), 1.0),
        # l = 3.5: s(3.5) + s(-3.5) + s(1.5) + s(-1.5) = .971 + .029 + .818 + .182 = 2, exactly
        (yes(2) + no(5), 3.5),
        (yes(8, 8, 8, 8), 7.5),  # the grid ends here
    ],
)
def test_the_estimated_level_solves_the_estimating_equation(answers, level) -> None:
    residual = no_answer()
    for asked, right in answers:
        residual = answered(residual, np.array(asked), np.array(right))
    assert estimated_level(residual) == level


def test_the_next_skill_is_the_one_that_settles_most() -> None:
    # one topic, level 2 passed: 3 to 8 are untested, the estimate is 4.5
    untested = np.array([[[False, False, True, True, True, True, True, True]]])
    reward = rewards(untested, np.array([4.5]))[0, 0]
    p = [1 / (1 + math.exp(level - 4.5)) for level in range(3, 9)]
    assert reward[2:] == pytest.approx([p[k] * (k + 1) + (1 - p[k]) * (6 - k) for k in range(6)])
    assert (reward[:2] == 0).all()
    assert reward[:6].argmax() == 4  # level 5: 3.62 against 3.18 for level 6 and 3.13 for level 4


def test_points_of_mastered_skills() -> None:
    # one competence, two topics: both have level 1, only the first has level 2, only the second level 5
    exists = np.zeros((1, 2, 8), dtype=bool)
    exists[0, :, 0] = exists[0, 0, 1] = exists[0, 1, 4] = True
    tubes = Tubes(exists, np.zeros((1, 2, 8, 1), dtype=np.int64), exists.astype(np.int64))
    floors = np.array([[[1, 0]], [[2, 1]], [[8, 4]], [[8, 5]]])
    assert tubes.score(floors)[:, 0].tolist() == [4.0, 12.0, 12.0, 16.0]


def test_capacity_moves_by_half_of_itself_at_most() -> None:
    capacity, path = np.array([-3.0]), []
    overwhelming = 1e6 * GRID[None, :]
    for _ in range(10):
        capacity = next_capacity(capacity, overwhelming)
        path.append(round(float(capacity[0]), 3))
    assert path == [-1.5, -0.75, -0.375, 0.125, 0.625, 0.938, 1.406, 2.109, 3.164, 4.746]


def test_capacity_is_the_mean_under_a_prior_centred_on_the_one_before() -> None:
    a, b, before = 0.4, 0.4, 0.2
    grid = [-9 + 0.225 * k for k in range(81)]
    weights = [math.exp(-((x - before) ** 2) / 3.0) / (1 + math.exp(a * (b - x))) for x in grid]
    mean = sum(x * w for x, w in zip(grid, weights, strict=True)) / sum(weights)
    likelihood = -np.log1p(np.exp(a * (b - GRID)))[None, :]
    assert next_capacity(np.array([before]), likelihood)[0] == pytest.approx(min(mean, before + 0.5))
    assert mean < before + 0.5  # the clamp does not hide the case


def test_ranks_are_drawn_by_repeated_coins() -> None:
    luck = (np.arange(100_000) + 0.5) / 100_000
    shares = np.bincount(drawn_rank(luck, np.full(len(luck), 40))) / len(luck)
    assert shares == pytest.approx([0.51, 0.2499, 0.122451, 0.0600, 0.057648], abs=1e-4)
    assert drawn_rank(luck, np.full(len(luck), 2)).max() == 1


def test_the_line_between_the_scales_is_exact_where_one_exists() -> None:
    cuts = tuple((cut - 0.7) / 1.6 for cut in OWN_CUTS)
    assert own_scale(cuts) == pytest.approx((1.6, 0.7))


def test_the_best_table_is_the_best_of_all_increasing_tables() -> None:
    hits = np.random.default_rng(0).integers(0, 9, (5, 4)).astype(float)
    found = most_agreeing(hits)
    best = max(
        sum(hits[s, level] for s, level in enumerate(table))
        for table in product(range(4), repeat=5)
        if list(table) == sorted(table)
    )
    assert list(found) == sorted(found)
    assert hits[np.arange(5), found].sum() == best


def test_isotonic_regression() -> None:
    assert isotonic(np.array([1.0, 3.0, 2.0, 4.0]), np.ones(4)).tolist() == [1.0, 2.5, 2.5, 4.0]
    assert isotonic(np.array([3.0, 1.0]), np.array([1.0, 3.0])).tolist() == [1.5, 1.5]


def test_a_perfect_score_is_read_as_perfect() -> None:
    theta = np.random.default_rng(1).standard_normal((3000, 2))
    outcome = recalibrated(np.exp(theta), theta, (-1.0, 0.0, 1.0))
    level = np.searchsorted((-1.0, 0.0, 1.0), theta, side="right")
    assert np.mean(outcome.levels == level) > 0.99
    assert outcome.theta_hat is not None
    assert np.sqrt(np.mean((outcome.theta_hat - theta) ** 2)) < 0.06


@pytest.fixture(scope="module")
def people():
    scenario = load_scenario("reference")
    bank = scenario.bank(np.random.default_rng([2, 0]))
    return bank, scenario.population(300, np.random.default_rng([2, 1])).theta


@pytest.mark.parametrize("procedure", [positioning, certification])
def test_people_are_measured_and_the_same_seed_measures_them_the_same(procedure, people) -> None:
    bank, theta = people
    level = np.searchsorted(bank.cut_scores, theta, side="right")
    own = procedure(bank, theta, 48, np.random.default_rng(3))
    again = procedure(bank, theta, 48, np.random.default_rng(3))
    generous = procedure(bank, theta, 48, np.random.default_rng(3), best_table=True)
    assert own.levels.shape == theta.shape
    assert (own.levels == again.levels).all()
    assert 0 <= own.levels.min() <= own.levels.max() <= 8
    assert np.mean(generous.levels == level) > np.mean(own.levels == level)
    assert np.mean(generous.levels == level) > 0.28  # the most common level alone has .19
    assert np.corrcoef(own.levels.ravel(), theta.ravel())[0, 1] > 0.5


def test_certification_gives_every_competence_the_same_level(people) -> None:
    outcome = certification(*people, 48, np.random.default_rng(3))
    assert (outcome.levels == outcome.levels[:, :1]).all()
    assert outcome.theta_hat is not None


def test_positioning_has_no_estimate_and_asks_no_more_than_it_may(people) -> None:
    bank, theta = people
    assert positioning(bank, theta, 48, np.random.default_rng(3)).theta_hat is None
    longer = positioning(bank, theta, 200, np.random.default_rng(3))
    assert (longer.levels.mean() > positioning(bank, theta, 48, np.random.default_rng(3)).levels.mean()).all()
    assert (positioning(bank, theta, 0, np.random.default_rng(3)).levels == 0).all()
