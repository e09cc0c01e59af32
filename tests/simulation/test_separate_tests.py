"""Separate one-dimensional tests: exact where they can be worked out, and as good as they can be."""

import numpy as np
import pytest

from itembank.response_model import category_probabilities
from kiosk.simulation.separate_tests import separate_errors
from tests.simulation.small_scenario import small

BANK = small(bank={"items": 160, "tasks": 0.3}).bank(np.random.default_rng(4))


def errors(entries, competence, theta, most, seed=1):
    return separate_errors(
        entries, [competence], [0.0], [1.0], BANK.truth, theta[:, None], most, np.random.default_rng(seed)
    )[0]


def test_one_item_leaves_the_expected_posterior_variance():
    """E[(EAP - theta)^2] over the prior is the prior's variance less the variance of the EAP: by fine quadrature."""
    entry = BANK.entries[0]
    grid = np.linspace(-6, 6, 2001)
    weights = np.exp(-0.5 * grid**2)
    weights /= weights.sum()
    categories = category_probabilities(entry.parameters, grid)
    share = categories @ weights
    means = (categories * grid) @ weights / share
    expected = 1.0 - float(share @ means**2)
    theta = np.random.default_rng(2).standard_normal(60_000)
    assert errors([entry], entry.competence, theta, 1)[0] == pytest.approx(expected, abs=0.012)


def test_the_most_informative_item_comes_first():
    own = [e for e in BANK.entries if e.competence == "1.1"]
    theta = np.random.default_rng(2).standard_normal(4000)
    alone = min(errors([entry], "1.1", theta, 1)[0] for entry in own)
    assert errors(own, "1.1", theta, 1)[0] == pytest.approx(alone, abs=0.03)


def test_errors_fall_with_length_and_stay_when_items_run_out():
    own = [e for e in BANK.entries if e.competence == "1.1"]
    theta = np.random.default_rng(2).standard_normal(4000)
    found = errors(own, "1.1", theta, 14)
    assert found.shape == (14,)
    assert (np.diff(found[:10]) < 0.01).all()
    assert (found[10:] == found[9]).all()
    assert found[9] < 0.6 * found[0]
