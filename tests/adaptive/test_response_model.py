"""Response functions: closed forms, information, and parameters that are not known exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.item import Parameters
from itembank.response_model import (
    boundary_probabilities,
    category_probabilities,
    check_parameters,
    drawn,
    expected_score,
    information,
    lognormal_parameters,
    marginal_boundaries,
    marginal_category_probabilities,
)

THETA = np.linspace(-6, 6, 49)

TWO_PL = Parameters(a=1.3, b=(0.4,))
THREE_PL = Parameters(a=0.8, b=(0.4,), c=0.25)
GRADED = Parameters(a=1.2, b=(-0.8, 0.0, 0.8))


@st.composite
def parameters(draw, uncertain=False):
    points = draw(st.integers(1, 4))
    first = draw(st.floats(-3, 3))
    steps = draw(st.lists(st.floats(0.05, 2), min_size=points - 1, max_size=points - 1))
    return Parameters(
        a=draw(st.floats(0.2, 3)),
        b=tuple(float(x) for x in first + np.cumsum([0.0, *steps])),
        c=draw(st.floats(0, 0.5)) if points == 1 else 0.0,
        se_a=draw(st.floats(0, 0.5)) if uncertain else 0.0,
        se_b=draw(st.floats(0, 1)) if uncertain else 0.0,
    )


def test_a_3pl_item_is_guessing_plus_logistic() -> None:
    right = 0.25 + 0.75 / (1 + np.exp(-0.8 * (THETA - 0.4)))
    assert np.allclose(category_probabilities(THREE_PL, THETA), [1 - right, right], atol=1e-12)


def test_a_graded_category_is_the_difference_of_two_2pl_curves() -> None:
    above = [1 / (1 + np.exp(-1.2 * (THETA - b))) for b in GRADED.b]
    expected = [1 - above[0], above[0] - above[1], above[1] - above[2], above[2]]
    assert np.allclose(category_probabilities(GRADED, THETA), expected, atol=1e-12)


@given(parameters())
def test_categories_are_probabilities_and_the_expected_score_rises(p: Parameters) -> None:
    categories = category_probabilities(p, THETA)
    assert categories.shape == (p.max_score + 1, len(THETA))
    assert (categories > 0).all()
    assert np.allclose(categories.sum(axis=0), 1, atol=1e-10)
    assert (np.diff(expected_score(p, THETA)) > 0).all()
    assert np.allclose(np.arange(p.max_score + 1) @ categories, expected_score(p, THETA), atol=1e-10)


@pytest.mark.parametrize("p", [TWO_PL, THREE_PL, GRADED])
def test_information_is_the_expected_squared_score_function(p: Parameters) -> None:
    step = 1e-5
    slope = (category_probabilities(p, THETA + step) - category_probabilities(p, THETA - step)) / (2 * step)
    assert np.allclose(
        information(p, THETA), (slope**2 / category_probabilities(p, THETA)).sum(axis=0), rtol=1e-5
    )


def test_information_of_a_2pl_item_peaks_at_b_with_a_squared_over_four() -> None:
    assert information(TWO_PL, np.array([0.4]))[0] == pytest.approx(1.3**2 / 4)
    assert information(THREE_PL, np.array([0.4]))[0] < 0.8**2 / 4, "guessing costs information"


def test_without_standard_errors_the_marginal_is_the_plain_curve() -> None:
    for p in (TWO_PL, THREE_PL, GRADED):
        assert np.allclose(
            marginal_category_probabilities(p, THETA), category_probabilities(p, THETA), atol=1e-12
        )


def _dense(p: Parameters, theta: np.ndarray) -> np.ndarray:
    """The marginal boundaries on 161 x 1601 nodes of log a and of the shift."""
    z = np.linspace(-8, 8, 1601)
    weights = np.exp(-0.5 * z * z) / np.exp(-0.5 * z * z).sum()
    coarse, coarse_weights = z[::10], weights[::10] / weights[::10].sum()
    log_mean, log_sd = lognormal_parameters(np.array(p.a), np.array(p.se_a))
    total = np.zeros((p.max_score, len(theta)))
    for node, weight in zip(coarse, coarse_weights, strict=True):
        a = np.exp(log_mean + log_sd * node)
        for k, b in enumerate(p.b):
            curves = 0.5 + 0.5 * np.tanh(0.5 * a * (theta - b - p.se_b * z[:, None]))
            total[k] += weight * (weights @ curves)
    return p.c + (1 - p.c) * total


@pytest.mark.parametrize(
    ("p", "tolerance"),
    [
        (Parameters(a=0.8, b=(0.3,), c=0.25, se_a=0.16, se_b=0.5), 1e-6),
        (Parameters(a=1.2, b=(-0.8, 0.0, 0.8), se_a=0.24, se_b=0.5), 1e-6),
        (Parameters(a=1.5, b=(0.5,), se_a=0.3, se_b=0.5), 1e-6),
        (Parameters(a=2.0, b=(0.5,), se_a=0.4, se_b=0.5), 1e-5),
        (Parameters(a=2.5, b=(0.5,), se_a=0.5, se_b=0.8), 1e-3),
    ],
)
def test_the_marginal_agrees_with_dense_quadrature(p: Parameters, tolerance: float) -> None:
    theta = np.linspace(-5, 5, 21)
    error = np.abs(marginal_boundaries([p], theta) - _dense(p, theta)).max()
    assert error < tolerance


def test_the_marginal_is_the_average_over_drawn_parameters() -> None:
    p = Parameters(a=1.2, b=(-0.8, 0.8), se_a=0.24, se_b=0.5)
    rng = np.random.default_rng(1)
    theta = np.array([-2.0, 0.0, 1.5])
    sample = np.array([boundary_probabilities(drawn(p, rng), theta) for _ in range(4000)])
    standard_error = sample.std(axis=0) / np.sqrt(len(sample))
    assert (np.abs(sample.mean(axis=0) - marginal_boundaries([p], theta)) < 4 * standard_error).all()


def test_not_knowing_an_item_makes_its_curve_flatter() -> None:
    sure, unsure = Parameters(a=1.2, b=(0.0,)), Parameters(a=1.2, b=(0.0,), se_a=0.24, se_b=0.5)
    theta = np.array([-2.0, 2.0])
    low, high = marginal_boundaries([unsure], theta)[0]
    assert (
        boundary_probabilities(sure, theta)[0, 0]
        < low
        < 0.5
        < high
        < boundary_probabilities(sure, theta)[0, 1]
    )


@given(st.lists(parameters(uncertain=True), min_size=1, max_size=5))
def test_many_items_at_once_are_the_same_as_one_by_one(items: list[Parameters]) -> None:
    together = marginal_boundaries(items, THETA)
    apart = np.concatenate([marginal_boundaries([p], THETA) for p in items])
    assert np.allclose(together, apart, atol=1e-12)
    assert ((together > 0) & (together <= 1)).all()


def test_extreme_items_neither_overflow_nor_reach_zero() -> None:
    p = Parameters(a=80.0, b=(-8.0, 8.0), se_a=10.0, se_b=1.0)
    for table in (category_probabilities(p, THETA), marginal_category_probabilities(p, THETA)):
        assert np.isfinite(np.log(table)).all()


@pytest.mark.parametrize(
    ("p", "complaint"),
    [
        (Parameters(a=0.0, b=(0.0,)), "a must be positive"),
        (Parameters(a=float("nan"), b=(0.0,)), "finite"),
        (Parameters(a=1.0, b=()), "threshold"),
        (Parameters(a=1.0, b=(0.5, 0.5)), "increase"),
        (Parameters(a=1.0, b=(0.0,), c=1.0), "c must lie"),
        (Parameters(a=1.0, b=(0.0, 1.0), c=0.2), "guessing"),
        (Parameters(a=1.0, b=(0.0,), se_b=-0.1), "negative"),
    ],
)
def test_parameters_that_describe_no_item_are_refused(p: Parameters, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        check_parameters(p)
