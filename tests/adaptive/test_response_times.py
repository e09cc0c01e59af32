"""The person's speed: the conjugate normal update where times are ordinary, and calm where they are not."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.adaptive.response_times import CLIP, STARTING_SD, Duration, Speed, normal_quantile

INTENSITY, DISCRIMINATION = math.log(40.0), 2.0
times = st.floats(0.2, 4000.0)
items = st.tuples(st.floats(2.0, 5.0), st.floats(0.8, 5.0))


def by_quadrature(seconds, parameters, mean=0.0, sd=STARTING_SD):
    """Posterior mean and variance of tau by brute force on a fine grid, from van der Linden (2007), eq. 1."""
    tau = np.linspace(mean - 9 * sd, mean + 9 * sd, 20001)
    logs = -0.5 * ((tau - mean) / sd) ** 2
    for t, (beta, alpha) in zip(seconds, parameters, strict=True):
        logs += -0.5 * (alpha * (math.log(t) - (beta - tau))) ** 2
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    centre = float(weights @ tau)
    return centre, float(weights @ (tau - centre) ** 2)


def test_ordinary_times_give_the_exact_posterior():
    """Textbook case against quadrature: times within two predictive deviations are not clipped."""
    seconds = [35.0, 52.0, 28.0, 61.0, 40.0]
    parameters = [(3.5, 2.0), (3.9, 1.5), (3.4, 2.5), (4.0, 2.0), (3.8, 1.8)]
    speed = Speed.start()
    for t, (beta, alpha) in zip(seconds, parameters, strict=True):
        speed = speed.updated(t, beta, alpha)
    mean, variance = by_quadrature(seconds, parameters)
    assert speed.mean == pytest.approx(mean, abs=1e-6)
    assert speed.variance == pytest.approx(variance, abs=1e-6)


def test_one_interruption_moves_the_speed_by_a_bounded_step_however_long_it_was():
    speed = Speed.start()
    for _ in range(5):
        speed = speed.updated(40.0, INTENSITY, DISCRIMINATION)
    call, night = (speed.updated(t, INTENSITY, DISCRIMINATION) for t in (600.0, 36_000.0))
    assert call == night
    step = CLIP * speed.variance / math.sqrt(speed.variance + DISCRIMINATION**-2)
    assert speed.mean - call.mean == pytest.approx(step)
    assert call.variance == speed.variance
    longer = call.expected_seconds(np.array([INTENSITY]), np.array([DISCRIMINATION]))
    usual = speed.expected_seconds(np.array([INTENSITY]), np.array([DISCRIMINATION]))
    assert 1.0 < float(longer[0] / usual[0]) < 1.25


@pytest.mark.parametrize("factor", [4.0, 3.0, 1 / 3.0])
def test_a_person_who_is_slow_or_fast_all_along_is_soon_known_to_be(factor):
    speed = Speed.start()
    for _ in range(20):
        speed = speed.updated(40.0 * factor, INTENSITY, DISCRIMINATION)
    assert speed.mean == pytest.approx(-math.log(factor), abs=0.2 * abs(math.log(factor)))


@given(seconds=times, item=items)
def test_more_seconds_never_mean_more_speed_and_no_answer_makes_us_less_sure(seconds, item):
    speed = Speed.start()
    after, slower = speed.updated(seconds, *item), speed.updated(seconds * 1.5, *item)
    assert slower.mean <= after.mean
    assert 0 < after.variance <= speed.variance


@given(seconds=st.lists(times, min_size=2, max_size=8), item=items)
def test_the_same_times_give_the_same_floats(seconds, item):
    def run():
        speed = Speed.start()
        for t in seconds:
            speed = speed.updated(t, *item)
        return speed

    assert run() == run()


def test_predictions_are_those_of_the_predictive_lognormal():
    """Against a million draws from the model."""
    rng = np.random.default_rng(4)
    speed = Speed(0.25, 0.04)
    beta, alpha = np.array([3.2, 4.1]), np.array([2.0, 1.4])
    tau = speed.mean + math.sqrt(speed.variance) * rng.standard_normal((1_000_000, 1))
    drawn = np.exp(beta - tau + rng.standard_normal((1_000_000, 2)) / alpha)
    assert speed.expected_seconds(beta, alpha) == pytest.approx(drawn.mean(axis=0), rel=0.01)
    for p in (0.01, 0.5, 0.9):
        assert speed.quantile_seconds(p, beta, alpha) == pytest.approx(
            np.quantile(drawn, p, axis=0), rel=0.01
        )


def test_time_left_counts_one_unknown_speed_for_all_items():
    """The sum's mean to 1 %, its 10th and 90th percentiles to 3 % of brute force; far wider than if independent."""
    rng = np.random.default_rng(5)
    speed = Speed(-0.1, 0.05)
    beta, alpha = rng.normal(3.6, 0.4, 30), rng.uniform(1.5, 2.5, 30)
    tau = speed.mean + math.sqrt(speed.variance) * rng.standard_normal((200_000, 1))
    total = np.exp(beta - tau + rng.standard_normal((200_000, 30)) / alpha).sum(axis=1)
    left = speed.remaining(beta, alpha)
    assert left.expected == pytest.approx(total.mean(), rel=0.01)
    assert left.low == pytest.approx(np.quantile(total, 0.1), rel=0.03)
    assert left.high == pytest.approx(np.quantile(total, 0.9), rel=0.03)
    assert left.high / left.low > 1.5


def test_nothing_left_takes_no_time():
    assert Speed.start().remaining(np.array([]), np.array([])) == Duration(0.0, 0.0, 0.0)


@pytest.mark.parametrize("p", [1e-9, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1 - 1e-9])
def test_the_normal_quantile_is_the_libraries(p):
    assert normal_quantile(p) == pytest.approx(statistics.NormalDist().inv_cdf(p), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("p", [0.0, 1.0, -1.0, math.nan])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(ValueError, match="probability"):
        normal_quantile(p)


@pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf])
def test_what_is_no_time_is_refused(seconds):
    with pytest.raises(ValueError, match="seconds"):
        Speed.start().updated(seconds, INTENSITY, DISCRIMINATION)


@pytest.mark.parametrize(("beta", "alpha"), [(math.nan, 2.0), (3.0, 0.0), (3.0, -1.0), (math.inf, 1.0)])
def test_what_is_no_item_is_refused(beta, alpha):
    with pytest.raises(ValueError, match="parameters"):
        Speed.start().updated(30.0, beta, alpha)


@pytest.mark.parametrize("sd", [0.0, -1.0, math.nan, math.inf])
def test_what_is_no_population_is_refused(sd):
    with pytest.raises(ValueError, match="standard deviation"):
        Speed.start(sd)


def test_a_clock_too_coarse_gives_no_infinity():
    speed = Speed.start().updated(0.0, INTENSITY, DISCRIMINATION)
    assert math.isfinite(speed.mean)
