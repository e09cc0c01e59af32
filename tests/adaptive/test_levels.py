"""Levels: areas under a curve between cut scores, wherever the cut scores lie."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.adaptive.levels import Distribution, LevelScale, Loss, least_loss_level, most_likely_level
from kiosk.adaptive.pool import GRID
from tests.adaptive.world import SCALE


def normal(mean: float, sd: float) -> Distribution:
    return Distribution((-0.5 * ((GRID - mean) / sd) ** 2)[None])


def normal_cdf(x: float, mean: float, sd: float) -> float:
    return 0.5 * (1 + erf((x - mean) / (sd * sqrt(2))))


@given(st.floats(-2, 2), st.floats(0.12, 1.0))
def test_level_probabilities_match_the_normal_distribution(mean: float, sd: float) -> None:
    got = normal(mean, sd).level_probabilities(SCALE)[0]
    below = np.array([0.0, *(normal_cdf(cut, mean, sd) for cut in SCALE.cuts), 1.0])
    assert np.abs(got - np.diff(below)).max() < 1e-4
    assert got.sum() == pytest.approx(1, abs=1e-12)
    assert (got >= 0).all()


@given(st.floats(-2, 2), st.floats(0.12, 0.9), st.floats(0.01, 0.99))
def test_quantiles_undo_the_distribution_function(mean: float, sd: float, p: float) -> None:
    distribution = normal(mean, sd)
    x = float(distribution.quantile(p)[0])
    assert float(distribution.cdf(x)[0]) == pytest.approx(p, abs=1e-7)
    assert normal_cdf(x, mean, sd) == pytest.approx(p, abs=1e-4)


def test_no_lattice_shows_when_a_cut_score_slides_between_grid_points() -> None:
    """The probability below a cut moves smoothly: a step per grid point would make equal differences unequal."""
    distribution = normal(0.03, 0.3)
    cuts = np.linspace(-0.2, 0.2, 161)
    below = np.array([distribution.cdf(float(c))[0] for c in cuts])
    exact = np.array([normal_cdf(float(c), 0.03, 0.3) for c in cuts])
    assert np.abs(np.diff(below) - np.diff(exact)).max() < 1e-6


def test_a_skewed_density_is_integrated_as_well() -> None:
    """Against the trapezoid rule on a lattice sixty times as fine."""
    fine = np.linspace(-6, 6, 96 * 60 + 1)

    def log_density(x: np.ndarray) -> np.ndarray:
        return (
            -0.5 * (x / 0.9) ** 2
            - 4 * np.log1p(np.exp(1.8 * (x + 0.4)))
            + np.log(0.25 + 0.75 / (1 + np.exp(-x)))
        )

    weights = np.exp(log_density(fine))
    weights[[0, -1]] *= 0.5
    cumulative = np.cumsum(weights) / weights.sum() - 0.5 * weights / weights.sum()
    got = Distribution(log_density(GRID)[None])
    for cut in SCALE.cuts:
        assert float(got.cdf(cut)[0]) == pytest.approx(float(np.interp(cut, fine, cumulative)), abs=1e-5)
    mean, sd = got.moments()
    expected = float(weights @ fine / weights.sum())
    assert mean[0] == pytest.approx(expected, abs=1e-5)
    assert sd[0] == pytest.approx(sqrt(float(weights @ (fine - expected) ** 2 / weights.sum())), abs=1e-5)


def test_many_coordinates_at_once_are_the_same_as_one_by_one() -> None:
    logs = -0.5 * ((GRID[None] - np.array([[-1.0], [0.4], [1.9]])) / np.array([[0.2], [0.5], [0.7]])) ** 2
    together = Distribution(logs)
    for d in range(3):
        alone = Distribution(logs[d : d + 1])
        assert np.array_equal(
            together.level_probabilities(SCALE)[d], alone.level_probabilities(SCALE)[0]
        ) or np.allclose(
            together.level_probabilities(SCALE)[d], alone.level_probabilities(SCALE)[0], atol=1e-14
        )
        assert together.quantile(0.9)[d] == pytest.approx(alone.quantile(0.9)[0], abs=1e-9)


def test_eighty_percent_of_the_mass_lies_in_the_eighty_percent_interval() -> None:
    distribution = normal(0.7, 0.55)
    low, high = distribution.quantile(0.1)[0], distribution.quantile(0.9)[0]
    assert float(distribution.cdf(float(high))[0] - distribution.cdf(float(low))[0]) == pytest.approx(
        0.8, abs=1e-7
    )


def test_a_level_begins_at_its_cut_score() -> None:
    assert [SCALE.level_of(x) for x in (-5, -2.0001, -2, 0.25, 0.9999, 3.25, 5)] == [0, 0, 1, 4, 4, 8, 8]
    assert SCALE.highest == 8


def test_the_level_of_least_loss() -> None:
    probabilities = np.array([[0.3, 0.25, 0.25, 0.2], [0.0, 0.1, 0.2, 0.7], [0.4, 0.4, 0.1, 0.1]])
    assert least_loss_level(probabilities, Loss.ZERO_ONE).tolist() == [0, 3, 0]
    assert least_loss_level(probabilities, Loss.ABSOLUTE).tolist() == [1, 3, 1]
    assert least_loss_level(probabilities, Loss.QUADRATIC).tolist() == [1, 3, 1]
    assert most_likely_level(probabilities).tolist() == [0, 3, 0]


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=9))
def test_losses_are_minimised_as_defined(weights: list[float]) -> None:
    p = np.array(weights) / sum(weights)
    levels = np.arange(len(p))
    assert abs(int(least_loss_level(p, Loss.QUADRATIC)) - float(p @ levels)) <= 0.5 + 1e-9
    median = int(least_loss_level(p, Loss.ABSOLUTE))
    assert p[: median + 1].sum() >= 0.5 - 1e-9
    assert p[median:].sum() >= 0.5 - 1e-9
    assert p[int(least_loss_level(p, Loss.ZERO_ONE))] >= p.max() - 1e-11


@pytest.mark.parametrize(
    ("cuts", "complaint"), [((), "at least one"), ((0.0, 0.0), "increase"), ((-7.0, 0.0), "lie between")]
)
def test_a_scale_that_is_none_is_refused(cuts: tuple[float, ...], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        LevelScale(cuts)
