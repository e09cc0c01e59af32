"""Tail probabilities against identities, published quantiles and, where installed, an independent library."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.calibration.dif.distributions import chi_squared_upper, normal_upper


@pytest.mark.parametrize(
    ("df", "quantile"),
    [(1, 3.841458820694124), (2, 5.991464547107979), (5, 11.070497693516351), (30, 43.77297182574219)],
)
def test_published_five_per_cent_points(df, quantile):
    assert chi_squared_upper(quantile, df) == pytest.approx(0.05, rel=1e-12)


@given(st.floats(0, 600))
def test_two_degrees_of_freedom_are_an_exponential(x):
    assert chi_squared_upper(x, 2) == pytest.approx(math.exp(-x / 2), rel=1e-11)


@given(st.floats(0, 30))
def test_one_degree_of_freedom_is_a_squared_normal(x):
    assert chi_squared_upper(x * x, 1) == pytest.approx(2 * normal_upper(x), rel=1e-11, abs=1e-300)


@given(st.integers(1, 60), st.floats(1e-3, 200))
def test_two_more_degrees_of_freedom(df, x):
    """Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1): Abramowitz & Stegun 6.5.21."""
    a, half = df / 2, x / 2
    step = math.exp(a * math.log(half) - half - math.lgamma(a + 1))
    assert chi_squared_upper(x, df + 2) == pytest.approx(chi_squared_upper(x, df) + step, rel=1e-10)


@pytest.mark.parametrize("df", [1, 2, 3, 7, 40, 300])
def test_against_scipy(df):
    chi2 = pytest.importorskip("scipy.stats").chi2
    for x in (1e-6, 0.1, 1.0, df - 0.5, df, df + 2.5, 3.0 * df, 10.0 * df + 100):
        assert chi_squared_upper(x, df) == pytest.approx(chi2.sf(x, df), rel=1e-10)


def test_ends():
    assert chi_squared_upper(0.0, 3) == chi_squared_upper(-1.0, 3) == 1.0
    assert chi_squared_upper(math.inf, 3) == 0.0
    for x, df in ((1.0, 0), (math.nan, 1)):
        with pytest.raises(ValueError, match="chi-squared"):
            chi_squared_upper(x, df)
    assert normal_upper(0.0) == 0.5
    assert normal_upper(1.959963984540054) == pytest.approx(0.025, rel=1e-13)
