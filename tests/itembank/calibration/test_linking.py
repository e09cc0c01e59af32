"""Links between scales."""

from __future__ import annotations

import numpy as np
import pytest

from itembank.calibration.linking import Link, mean_sigma, stocking_lord
from itembank.item import Parameters

RNG = np.random.default_rng(4)
ITEMS = [
    Parameters(float(a), (float(b),), c)
    for a, b, c in zip(np.exp(RNG.normal(0, 0.3, 20)), RNG.normal(0, 1, 20), [0.0, 0.2] * 10, strict=True)
] + [Parameters(1.2, (-0.5, 0.3, 1.1))]
LINK = Link(1.25, -0.4)


@pytest.mark.parametrize("method", [mean_sigma, stocking_lord])
def test_an_exact_link_is_found(method):
    found = method(ITEMS, [LINK.moved(p) for p in ITEMS])
    assert (found.slope, found.intercept) == pytest.approx((1.25, -0.4), abs=1e-6)


def test_the_characteristic_curve_minds_bad_items_less():
    target = [LINK.moved(p) for p in ITEMS]
    target[0] = Parameters(0.15, (9.0,))  # hardly any information, far away
    by_curve, by_moments = stocking_lord(ITEMS, target), mean_sigma(ITEMS, target)
    assert abs(by_curve.slope - 1.25) < 0.5 * abs(by_moments.slope - 1.25)


def test_a_moved_item_has_the_same_curve():
    theta = np.linspace(-3, 3, 7)
    from itembank.response_model import expected_score

    for item in ITEMS:
        assert expected_score(LINK.moved(item), 1.25 * theta - 0.4) == pytest.approx(
            expected_score(item, theta)
        )


def test_what_cannot_link():
    with pytest.raises(ValueError, match="two different"):
        mean_sigma(ITEMS[:1], ITEMS[:1])
    with pytest.raises(ValueError, match="positive"):
        Link(0.0, 1.0)
