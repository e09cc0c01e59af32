"""Rapid guesses are found by their time alone where time says it, and never among those who are simply fast."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.adaptive.effort import (
    NORMATIVE_CAP,
    Effort,
    effort_weight,
    rapid_threshold,
)
from kiosk.adaptive.response_times import STARTING_SD, Speed, normal_quantile

AVERAGE = Speed.start()


def test_the_threshold_of_an_average_person_is_a_tenth_of_the_mean_time():
    """NT10 (Wise and Ma 2012): the mean of a lognormal is exp(beta + sigma^2 / 2)."""
    mean = 30.0 * math.exp(0.5 * (0.25 + STARTING_SD**2))
    assert rapid_threshold(AVERAGE, math.log(30.0), 2.0) == pytest.approx(0.1 * mean)


def test_ten_seconds_are_an_effort_on_the_longest_item():
    assert rapid_threshold(AVERAGE, math.log(900.0), 2.0) == NORMATIVE_CAP


def test_a_fast_person_is_measured_by_their_own_times():
    fast = Speed(1.2, 0.02)
    own = math.exp(math.log(30.0) - 1.2 + normal_quantile(0.01) * math.sqrt(0.02 + 0.25))
    threshold = rapid_threshold(fast, math.log(30.0), 2.0)
    assert threshold == pytest.approx(own)
    assert threshold < rapid_threshold(AVERAGE, math.log(30.0), 2.0)


@given(
    mean=st.floats(-2, 2),
    more=st.floats(0, 2),
    variance=st.floats(0.005, 0.3),
    beta=st.floats(1, 6),
    alpha=st.floats(0.8, 5),
)
def test_being_faster_never_raises_the_threshold(mean, more, variance, beta, alpha):
    slower, faster = Speed(mean, variance), Speed(mean + more, variance)
    low, high = rapid_threshold(faster, beta, alpha), rapid_threshold(slower, beta, alpha)
    assert 0 < low <= high <= NORMATIVE_CAP


@pytest.mark.parametrize(
    ("seconds", "shows_effort", "weight"),
    [(1.0, False, 0.0), (1.0, True, 1.0), (3.0, False, 1.0), (60.0, False, 1.0), (0.0, False, 0.0)],
)
def test_only_a_quick_answer_without_effort_weighs_nothing(seconds, shows_effort, weight):
    assert effort_weight(seconds, 3.0, shows_effort=shows_effort) == weight


def test_effort_is_the_share_of_answers_with_effort():
    """RTE (Wise and Kong 2005)."""
    effort = Effort.of([1.0] * 36 + [0.0] * 4)
    assert (effort.answers, effort.rapid) == (40, 4)
    assert effort.response_time_effort == pytest.approx(0.9)
    assert not effort.flagged
    assert Effort.of([1.0] * 35 + [0.0] * 5).flagged


def test_two_slips_are_no_pattern_in_a_short_test():
    assert not Effort.of([0.0, 0.0, 1.0, 1.0]).flagged


def test_nothing_answered_is_no_lack_of_effort():
    assert Effort.of([]).response_time_effort == 1.0
    assert not Effort.of([]).flagged
