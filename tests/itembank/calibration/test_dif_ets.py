"""Classes and the control of false alarms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.calibration.dif.ets import EtsClass, adjusted, class_of_gain, class_of_means, class_of_odds
from itembank.calibration.dif.mantel_haenszel import CommonOddsRatio, MeanDifference

A, B, C = EtsClass


def odds(d, error):
    return CommonOddsRatio(d / -2.35, error / 2.35, 0.0, 0.0, separated=False)


@pytest.mark.parametrize(
    ("d", "error", "p", "expected"),
    [
        (2.5, 0.3, 0.06, A),  # not significant
        (0.99, 0.1, 0.001, A),  # small
        (-1.2, 0.1, 0.001, B),
        (1.49, 0.01, 0.001, B),
        (-1.6, 0.5, 0.01, B),  # large, but not surely above 1
        (-1.6, 0.3, 0.001, C),
        (1.88, 0.3, 0.001, C),
    ],
)
def test_zieky(d, error, p, expected):
    assert class_of_odds(odds(d, error), p) is expected


@pytest.mark.parametrize(
    ("effect", "p", "expected"),
    [(0.5, 0.06, A), (0.17, 0.01, A), (-0.2, 0.01, B), (0.25, 0.01, B), (-0.26, 0.01, C)],
)
def test_several_points(effect, p, expected):
    assert class_of_means(MeanDifference(2 * effect, 0.1, 2.0, 0.0, 0.0), p) is expected


@pytest.mark.parametrize(
    ("gain", "p", "expected"), [(0.2, 0.05, A), (0.03, 0.001, A), (0.05, 0.001, B), (0.08, 0.001, C)]
)
def test_jodoin_and_gierl(gain, p, expected):
    assert class_of_gain(gain, p) is expected


def test_published_example_of_benjamini_and_hochberg():
    """The fifteen p-values of their section 3.2: four are rejected at 5 %."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert sum(x <= 0.05 for x in adjusted(p)) == 4


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusting_is_the_step_up_procedure(p):
    found = adjusted(p)
    assert len(found) == len(p)
    assert all(x >= before and x <= 1 for x, before in zip(found, p, strict=True))
    for level in (0.01, 0.05, 0.3):
        ranked = sorted(p)
        rejected = max((k for k in range(1, len(p) + 1) if ranked[k - 1] * (len(p) / k) <= level), default=0)
        assert sum(x <= level for x in found) == rejected


def test_all_null_rarely_alarms():
    rng = np.random.default_rng(1)
    alarms = np.mean([min(adjusted(list(rng.random(40)))) < 0.05 for _ in range(2000)])
    assert alarms < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 2000)
