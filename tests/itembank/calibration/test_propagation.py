"""Expectation propagation over many persons against brute-force quadrature in two dimensions."""

from __future__ import annotations

import numpy as np
import pytest

from itembank.calibration.propagation import Sites, propagate
from itembank.calibration.setup import Population

NODES = np.linspace(-7, 7, 141)
POPULATION = Population(np.array([0.2, -0.1]), np.array([[1.2, 0.7], [0.7, 0.9]]))
PERSONS = 40


def likelihoods(dimensions, seed=0):
    rng = np.random.default_rng(seed)
    logs = np.zeros((len(NODES), dimensions, PERSONS))
    answered = np.zeros((dimensions, PERSONS), dtype=bool)
    for person in range(PERSONS):
        for d in range(dimensions):
            for _ in range(rng.integers(0, 6)):
                a, b, c = np.exp(rng.normal(0.2, 0.3)), rng.normal(), rng.choice([0, 0.2])
                p = c + (1 - c) / (1 + np.exp(-a * (NODES - b)))
                logs[:, d, person] += np.log(p if rng.random() < 0.5 else 1 - p)
                answered[d, person] = True
    return logs, answered


def test_two_dimensions_are_nearly_the_exact_integral():
    logs, answered = likelihoods(2)
    found = propagate(logs, answered, np.stack([NODES, NODES], axis=1), POPULATION, tolerance=1e-9)
    x, y = np.meshgrid(NODES, NODES, indexing="ij")
    off = np.stack([x - POPULATION.mean[0], y - POPULATION.mean[1]])
    inverse = np.linalg.inv(POPULATION.covariance)
    prior = -0.5 * np.einsum("iab,ij,jab->ab", off, inverse, off)
    prior -= 0.5 * np.log(np.linalg.det(2 * np.pi * POPULATION.covariance))
    step = NODES[1] - NODES[0]
    for person in range(PERSONS):
        density = np.exp(prior + logs[:, 0, person][:, None] + logs[:, 1, person][None])
        total = density.sum()
        assert found.log_evidence[person] == pytest.approx(np.log(total * step**2), abs=3e-3)
        density /= total
        mean = np.array([(density * x).sum(), (density * y).sum()])
        assert found.mean[:, person] == pytest.approx(mean, abs=2e-3)
        cross = (density * (x - mean[0]) * (y - mean[1])).sum()
        assert found.covariance[0, 1, person] == pytest.approx(cross, abs=1e-2)
        assert found.marginals[:, 0, person] == pytest.approx(density.sum(axis=1), abs=1e-3)


def test_one_dimension_is_exact():
    logs, answered = likelihoods(1)
    population = Population(np.array([0.3]), np.array([[1.44]]))
    found = propagate(logs, answered, NODES[:, None], population)
    density = np.exp(logs[:, 0] - 0.5 * (NODES[:, None] - 0.3) ** 2 / 1.44) / np.sqrt(2 * np.pi * 1.44)
    total = density.sum(axis=0) * (NODES[1] - NODES[0])
    assert found.log_evidence == pytest.approx(np.log(total), abs=1e-7)
    assert found.mean[0, answered[0]] == pytest.approx(
        (NODES @ density / density.sum(axis=0))[answered[0]], abs=1e-9
    )
    assert found.mean[0, ~answered[0]] == pytest.approx(0.3)


def test_where_it_starts_does_not_matter():
    logs, answered = likelihoods(2, seed=1)
    theta = np.stack([NODES, NODES], axis=1)
    cold = propagate(logs, answered, theta, POPULATION, tolerance=1e-10)
    other = propagate(logs, answered, theta, Population.standard(2, 0.3))
    warm = propagate(logs, answered, theta, POPULATION, other.sites, tolerance=1e-10)
    assert warm.mean == pytest.approx(cold.mean, abs=1e-7)
    assert warm.log_evidence == pytest.approx(cold.log_evidence, abs=1e-6)


def test_someone_without_answers_has_the_prior():
    logs = np.zeros((len(NODES), 2, 1))
    found = propagate(
        logs, np.zeros((2, 1), dtype=bool), np.stack([NODES, NODES], axis=1), POPULATION, Sites.none(2, 1)
    )
    assert found.mean[:, 0] == pytest.approx(POPULATION.mean)
    assert found.covariance[:, :, 0] == pytest.approx(POPULATION.covariance)
    assert found.log_evidence == pytest.approx(0.0, abs=1e-12)
