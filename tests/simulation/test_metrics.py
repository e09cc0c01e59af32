"""Figures against cases worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.simulation import metrics


def test_error_and_bias():
    estimate, truth = np.array([1.0, 2.0, 3.0]), np.array([0.0, 2.0, 5.0])
    assert metrics.rmse(estimate, truth) == pytest.approx(math.sqrt(5 / 3))
    assert metrics.bias(estimate, truth) == pytest.approx(-1 / 3)


def test_squared_correlation_by_hand():
    # x = (-1, 0, 1), y = (-1, 1, 0): covariance 1, both sums of squares 2
    assert metrics.squared_correlation(np.array([1.0, 2, 3]), np.array([0.0, 2, 1])) == pytest.approx(0.25)


def test_a_constant_has_no_correlation():
    assert metrics.squared_correlation(np.ones(4), np.arange(4.0)) is None
    assert metrics.reliability(np.ones((4, 2)), np.random.default_rng(1).normal(size=(4, 2))) is None


def test_reliability_is_the_mean_over_competences():
    truth = np.array([[0.0, 0.0], [2.0, 2.0], [1.0, 1.0]])
    estimate = np.array([[1.0, 0.0], [2.0, 2.0], [3.0, 1.0]])
    assert metrics.reliability(estimate, truth) == pytest.approx((0.25 + 1.0) / 2)


def test_composites_are_means_over_their_competences():
    truth = np.array([[0.0, 2.0, 7.0], [1.0, 3.0, 7.0], [5.0, 1.0, 9.0]])
    swapped = truth[:, [1, 0, 2]]  # the mean of the first two stays, the third is untouched
    found = metrics.composite_reliability(swapped, truth, ["a", "a", "b"])
    assert found == {"a": pytest.approx(1.0), "b": pytest.approx(1.0)}


def test_levels_begin_at_their_cut():
    assert metrics.levels_of(np.array([-2.0, -1.0, 0.999, 1.0, 9.0]), [-1.0, 1.0]).tolist() == [0, 1, 1, 2, 2]


def test_bands_are_pairs_of_levels_and_level_0_counts_with_the_first():
    assert metrics.bands_of(np.arange(9)).tolist() == [0, 0, 0, 1, 1, 2, 2, 3, 3]


def test_agreement():
    found, true = np.array([0, 1, 2, 5]), np.array([0, 2, 2, 3])
    assert metrics.agreement(found, true) == 0.5
    assert metrics.agreement(found, true, within=1) == 0.75


def test_weighted_kappa_of_cohens_extremes():
    levels = np.array([0, 0, 1, 1])
    assert metrics.weighted_kappa(levels, levels, 2) == pytest.approx(1.0)
    assert metrics.weighted_kappa(levels, 1 - levels, 2) == pytest.approx(-1.0)
    assert metrics.weighted_kappa(levels, np.array([0, 1, 0, 1]), 2) == pytest.approx(0.0)
    assert metrics.weighted_kappa(np.zeros(3, int), np.zeros(3, int), 2) is None


def test_coverage_counts_the_ends_in():
    assert metrics.coverage(np.array([0.0, 0, 0, 0]), np.ones(4), np.array([0.0, 1.0, 0.5, 1.1])) == 0.75


def test_stated_confidence_is_that_of_the_reported_level():
    probability = np.array([[[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]]])
    assert metrics.stated_confidence(probability, np.array([[1, 0]])).tolist() == [[0.5, 0.6]]


def test_confidence_by_group():
    stated, right = np.array([0.4, 0.6, 0.9]), np.array([True, False, True])
    rows = metrics.confidence_by(stated, right, np.array([0, 0, 2]), 3)
    assert rows[0] == {"count": 2, "stated": pytest.approx(0.5), "observed": 0.5}
    assert rows[1] == {"count": 0, "stated": None, "observed": None}
    assert rows[2]["observed"] == 1.0


def test_exposure_and_overlap_by_hand():
    administered = np.array([[0, 1, 2], [0, 1, -1], [0, 3, -1]])
    assert metrics.exposures(administered, 5).tolist() == pytest.approx([1, 2 / 3, 1 / 3, 1 / 3, 0])
    # pairs in common, ordered: item 0 in 3 sittings gives 6, item 1 in two gives 2; over 7 questions and 2 others
    assert metrics.overlap_rate(administered, 5) == pytest.approx(8 / 14)
    assert metrics.overlap_rate(administered[:1], 5) is None


def test_the_length_for_an_error_is_interpolated_on_log_scales():
    # error = 4 / length: exact on log-log scales
    assert metrics.length_for(0.5, [4, 16], [1.0, 0.25]) == pytest.approx(8.0)
    assert metrics.length_for(2.0, [4, 16], [1.0, 0.25]) == 4.0
    assert metrics.length_for(0.1, [4, 16], [1.0, 0.25]) is None


@given(st.floats(0.2, 3.0), st.floats(0.1, 1.0), st.floats(0.2, 0.9))
def test_a_power_law_is_met_exactly_between_any_two_lengths(scale, power, share):
    lengths = [16.0, 32.0, 64.0]
    errors = [scale * n**-power for n in lengths]
    target = errors[0] * (errors[-1] / errors[0]) ** share
    assert metrics.length_for(target, lengths, errors) == pytest.approx((target / scale) ** (-1 / power))


def test_means_leave_out_what_there_is_none_of():
    assert metrics.mean_of([1.0, None, 3.0]) == 2.0
    assert metrics.mean_of([None]) is None
