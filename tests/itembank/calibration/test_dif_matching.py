"""Of like ability: expected abilities against brute-force quadrature, group priors, bands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.calibration.dif import matching
from itembank.calibration.dif.matching import (
    MOST_BANDS,
    PEOPLE_IN_A_BAND,
    Answers,
    Scale,
    bands,
    expected_abilities,
    total_scores,
)
from itembank.item import Parameters
from itembank.response_model import category_probabilities


def answers_of(table, focal, weight=None):
    person, item = np.nonzero(table >= 0)
    weight = np.ones(len(table)) if weight is None else weight
    return Answers(person, item, table[person, item], weight, focal, table.shape[1])


def simulated(rng, people, scale, theta, asked=None):
    table = np.empty((people, len(scale.parameters)), int)
    for i, parameters in enumerate(scale.parameters):
        p = category_probabilities(parameters, theta[:, scale.dimension[i]])
        table[:, i] = (rng.random(people) > np.cumsum(p, axis=0)[:-1]).sum(axis=0)
    if asked is not None:
        table[rng.random(table.shape).argsort(axis=1) >= asked] = -1
    return table


@pytest.fixture
def two_dimensions():
    parameters = tuple(
        Parameters(a, b, c) for a, b, c in [
            (1.2, (-0.5,), 0.0), (0.8, (0.7,), 0.2), (1.6, (-0.2, 0.9), 0.0),
            (1.0, (0.0,), 0.0), (1.4, (0.4,), 0.25), (0.9, (-1.0, 0.1, 1.2), 0.0),
        ]
    )  # fmt: skip
    return Scale(parameters, np.array([0, 0, 0, 1, 1, 1]), np.zeros(2), np.array([[1, 0.7], [0.7, 1]]))


def brute_force(table, scale, mean, covariance):
    """(P, I) expected ability in the item's dimension given the other answers, by a fine two-dimensional grid."""
    grid = np.linspace(-6, 6, 241)
    x, y = np.meshgrid(grid, grid, indexing="ij")
    off = np.stack([x, y], -1) - mean
    prior = -0.5 * np.einsum("xyd,de,xye->xy", off, np.linalg.inv(covariance), off)
    found = np.zeros(table.shape)
    for p, row in enumerate(table):
        for i in range(len(row)):
            log = prior.copy()
            for j, score in enumerate(row):
                if j != i and score >= 0:
                    line = np.log(category_probabilities(scale.parameters[j], grid)[score])
                    log += line[:, None] if scale.dimension[j] == 0 else line[None, :]
            density = np.exp(log - log.max())
            found[p, i] = (density * (x, y)[scale.dimension[i]]).sum() / density.sum()
    return found


def test_expected_abilities_by_brute_force(two_dimensions, monkeypatch):
    rng = np.random.default_rng(5)
    theta = rng.multivariate_normal(two_dimensions.mean, two_dimensions.covariance, 40)
    table = simulated(rng, 40, two_dimensions, theta, asked=4)
    mean, spread = np.array([0.3, -0.2]), 1.3
    monkeypatch.setattr(matching, "_group_prior", lambda *_: matching._Prior(mean, spread))
    answers = answers_of(table, np.arange(40) % 2 == 0)
    found = expected_abilities(answers, two_dimensions, np.ones(6, bool))
    exact = brute_force(table, two_dimensions, mean, spread * two_dimensions.covariance)
    np.testing.assert_allclose(found, exact[answers.person, answers.item], atol=0.02)
    left_out = np.array([True, True, False, True, True, True])
    found = expected_abilities(answers, two_dimensions, left_out)
    exact = brute_force(
        np.where(left_out, table, -1), two_dimensions, mean, spread * two_dimensions.covariance
    )
    np.testing.assert_allclose(found, exact[answers.person, answers.item], atol=0.02)


def test_one_dimension_is_exact(monkeypatch):
    scale = Scale(
        (Parameters(1.5, (0.0,)), Parameters(1.0, (0.5,))), np.zeros(2, int), np.zeros(1), np.eye(1)
    )
    monkeypatch.setattr(matching, "_group_prior", lambda *_: matching._Prior(np.zeros(1), 1.0))
    answers = answers_of(np.array([[1, 0], [0, -1]]), np.array([True, False]))
    found = expected_abilities(answers, scale, np.ones(2, bool))
    grid = np.linspace(-5, 5, 1001)
    prior = np.exp(-0.5 * grid**2)
    wrong = prior * category_probabilities(scale.parameters[1], grid)[0]
    right = prior * category_probabilities(scale.parameters[0], grid)[1]
    expected = [(grid * wrong).sum() / wrong.sum(), (grid * right).sum() / right.sum(), 0.0]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_groups_priors_are_found(two_dimensions):
    rng = np.random.default_rng(7)
    scale = Scale(
        two_dimensions.parameters * 3,
        np.tile(two_dimensions.dimension, 3),
        two_dimensions.mean,
        two_dimensions.covariance,
    )
    theta = rng.multivariate_normal([-0.8, -0.4], 0.6 * scale.covariance, 3000)
    answers = answers_of(simulated(rng, 3000, scale, theta, asked=9), np.ones(3000, bool))
    table = matching._log_probabilities(scale.parameters)
    prior = matching._group_prior(answers, scale, table, np.ones(18, bool))
    np.testing.assert_allclose(prior.mean, [-0.8, -0.4], atol=0.12)
    assert prior.spread == pytest.approx(0.6, abs=0.12)


def test_chunks_change_nothing(two_dimensions, monkeypatch):
    rng = np.random.default_rng(8)
    table = simulated(rng, 300, two_dimensions, rng.normal(size=(300, 2)), asked=3)
    table[[0, 150, 299]] = -1  # people without answers
    answers = answers_of(table, np.arange(300) < 120)
    whole = expected_abilities(answers, two_dimensions, np.ones(6, bool))
    monkeypatch.setattr(matching, "_CHUNK", 37)
    np.testing.assert_allclose(
        expected_abilities(answers, two_dimensions, np.ones(6, bool)), whole, atol=5e-3
    )


def test_total_scores_hold_the_studied_item_always():
    table = np.array([[1, 0, 2], [1, 1, 0]])
    answers = answers_of(table, np.array([True, False]))
    assert total_scores(answers, np.ones(3, bool)).tolist() == [3, 3, 3, 2, 2, 2]
    assert total_scores(answers, np.array([True, True, False])).tolist() == [1, 1, 3, 2, 2, 2]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=400), st.integers(1, 30))
def test_bands(values, people_each):
    ability = np.array(values, float)
    focal = np.arange(len(ability)) % 3 == 0
    weight = np.full(len(ability), float(people_each))
    found = bands(ability, weight, focal)
    order = np.argsort(ability, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    for value in set(values):
        assert len(set(found[ability == value])) == 1
    smaller = people_each * min(focal.sum(), (~focal).sum())
    assert found.max() < max(1, min(MOST_BANDS, smaller // PEOPLE_IN_A_BAND))


def test_bands_hold_equally_many_people():
    rng = np.random.default_rng(2)
    found = bands(rng.normal(size=5000), np.ones(5000), rng.random(5000) < 0.3)
    sizes = np.bincount(found)
    assert len(sizes) == MOST_BANDS
    assert (np.abs(sizes - 100) <= 1).all()
