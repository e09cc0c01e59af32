"""Mantel–Haenszel against hand arithmetic, an independent library and the laws it obeys."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.calibration.dif.mantel_haenszel import DELTA, common_odds_ratio, mean_difference


def spread(tables):
    """Tables (A, B, C, D) -> score, focal, stratum, weight, a row a cell."""
    rows = [
        (right, focal, k, count)
        for k, (a, b, c, d) in enumerate(tables)
        for right, focal, count in ((1, False, a), (0, False, b), (1, True, c), (0, True, d))
    ]
    score, focal, stratum, weight = map(np.array, zip(*rows, strict=True))
    return score, focal, stratum, weight.astype(float)


@pytest.fixture(scope="module")
def stratified_table():
    with warnings.catch_warnings():  # the library's own imports, not ours
        warnings.simplefilter("ignore")
        return pytest.importorskip("statsmodels.stats.contingency_tables").StratifiedTable


def test_by_hand():
    """One stratum: 30 of 40 right in the reference group, 20 of 40 in the focal one."""
    found = common_odds_ratio(*spread([(30, 10, 20, 20)]))
    assert found.log_odds_ratio == pytest.approx(math.log(3))
    assert found.standard_error == pytest.approx(math.sqrt(1 / 30 + 1 / 10 + 1 / 20 + 1 / 20))
    assert found.d_dif == pytest.approx(-2.35 * math.log(3))
    variance = 40 * 40 * 50 * 30 / (80**2 * 79)
    assert found.chi_squared == pytest.approx((abs(30 - 25) - 0.5) ** 2 / variance)
    assert not found.separated


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.integers(1, 60)] * 4), min_size=1, max_size=12))
def test_agrees_with_an_independent_library(stratified_table, tables):
    found = common_odds_ratio(*spread(tables))
    theirs = stratified_table([np.array([[a, b], [c, d]], float) for a, b, c, d in tables])
    assert found.log_odds_ratio == pytest.approx(theirs.logodds_pooled, rel=1e-9, abs=1e-9)
    assert found.standard_error == pytest.approx(theirs.logodds_pooled_se, rel=1e-9)
    a, b, c, d = map(np.array, zip(*tables, strict=True))
    gap = abs(np.sum(a - (a + b) * (a + c) / (a + b + c + d)))
    if gap > 0.5:  # below, they square a negative difference; a correction may not turn a gap over
        test = theirs.test_null_odds(correction=True)
        assert found.chi_squared == pytest.approx(test.statistic, rel=1e-9)
        assert found.p == pytest.approx(test.pvalue, rel=1e-9)
    else:
        assert found.p == 1.0
    means = mean_difference(*spread(tables))
    assert means.chi_squared == pytest.approx(theirs.test_null_odds().statistic, rel=1e-9, abs=1e-9)
    assert means.p == pytest.approx(theirs.test_null_odds().pvalue, rel=1e-9)


cells = st.lists(st.tuples(*[st.integers(0, 4)] * 4), min_size=1, max_size=8)


@given(cells)
def test_whatever_the_table_every_figure_is_finite(tables):
    found = common_odds_ratio(*spread(tables))
    assert all(map(math.isfinite, (found.d_dif, found.d_dif_error, found.chi_squared)))
    assert found.d_dif_error > 0
    assert 0 <= found.p <= 1
    a, b, c, d = map(np.array, zip(*tables, strict=True))
    assert found.separated == (not (a * d).any() or not (b * c).any())
    means = mean_difference(*spread(tables))
    assert all(map(math.isfinite, (means.difference, means.standard_error, means.effect)))
    assert 0 <= means.p <= 1


@given(cells)
def test_exchanging_the_groups_turns_the_sign(tables):
    there = common_odds_ratio(*spread(tables))
    back = common_odds_ratio(*spread([(c, d, a, b) for a, b, c, d in tables]))
    assert back.log_odds_ratio == pytest.approx(-there.log_odds_ratio, abs=1e-9)
    assert back.standard_error == pytest.approx(there.standard_error)
    assert back.p == pytest.approx(there.p)


@given(cells)
def test_people_counted_in_a_weight_are_people_one_by_one(tables):
    score, focal, stratum, weight = spread(tables)
    times = weight.astype(int)
    one_by_one = [np.repeat(x, times) for x in (score, focal, stratum)]
    ones = np.ones(times.sum())
    assert common_odds_ratio(*one_by_one, ones) == common_odds_ratio(score, focal, stratum, weight)


def test_strata_without_both_groups_say_nothing():
    table = [(30, 10, 20, 20)]
    assert common_odds_ratio(*spread([*table, (5, 5, 0, 0), (0, 0, 9, 1)])) == common_odds_ratio(
        *spread(table)
    )


def test_separated_groups_get_a_finite_answer_on_the_right_side():
    found = common_odds_ratio(*spread([(50, 0, 0, 50)]))
    assert found.separated
    assert found.d_dif < -5
    assert found.p < 1e-10
    nothing = common_odds_ratio(*spread([(5, 0, 5, 0)]))
    assert nothing.log_odds_ratio == pytest.approx(0, abs=1e-12)
    assert nothing.p == 1.0


def test_delta_scale():
    assert DELTA * math.log(1 / 3) == pytest.approx(2.35 * math.log(3))


# --- several points ---------------------------------------------------------------------------------------


def test_standardised_mean_difference_by_hand():
    """Two strata; focal means 1.0 and 1.5, reference means 1.5 and 2.0, focal people 2 and 4."""
    score = np.array([0, 2, 1, 2, 1, 1, 2, 2, 2, 2])
    focal = np.array([1, 1, 0, 0, 1, 1, 1, 1, 0, 0], bool)
    stratum = np.array([0] * 4 + [1] * 6)
    found = mean_difference(score, focal, stratum, np.ones(10))
    assert found.difference == pytest.approx((2 * (1.0 - 1.5) + 4 * (1.5 - 2.0)) / 6)
    assert found.deviation == pytest.approx(score.std())


def test_mantel_by_brute_force_over_permutations():
    """The chi-squared's mean and variance are those of all ways to deal the scores of a stratum out to the groups."""
    from itertools import combinations

    score = np.array([0, 1, 2, 3, 3, 1])
    sums = [score[list(chosen)].sum() for chosen in combinations(range(6), 2)]
    focal = np.array([1, 0, 1, 0, 0, 0], bool)
    found = mean_difference(score, focal, np.zeros(6, int), np.ones(6))
    gap = score[focal].sum() - np.mean(sums)
    assert found.chi_squared == pytest.approx(gap**2 / np.var(sums))
    difference = [
        score[list(chosen)].mean() - np.delete(score, chosen).mean() for chosen in combinations(range(6), 2)
    ]
    assert found.standard_error == pytest.approx(np.std(difference))
