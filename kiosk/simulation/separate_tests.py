"""Separate one-dimensional adaptive tests on the same items and people: what a test without the correlations needs.

All people of one competence at once, on a grid: exact posterior moments, the item with the largest expected drop of the
posterior variance next, and nothing that would hold it back (no exposure control, no gentle start, no topics). It is
the best that sixteen tests of their own could do, so that the comparison does not flatter the joint test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from itembank.bank import Entry
from itembank.item import Parameters
from itembank.response_model import FloatArray, boundary_probabilities, marginal_boundaries

GRID: FloatArray = np.linspace(-5.0, 5.0, 81)


def separate_errors(
    entries: Sequence[Entry],
    competences: Sequence[str],
    prior_mean: Sequence[float],
    prior_sd: Sequence[float],
    truth: Mapping[str, Parameters],
    theta: FloatArray,
    most: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Mean square error of each competence (D,) after 1..most items of its own test, (D, most).

    `theta` (P, D) are the true abilities; answers follow `truth`, scoring and selection the entries' parameters.
    Where a competence has fewer items than `most`, the error of its last one stands.
    """
    errors = np.empty((len(competences), most))
    for d, competence in enumerate(competences):
        own = [e for e in entries if e.competence == competence]
        estimates = _one_dimension(
            [e.parameters for e in own],
            [truth[e.id] for e in own],
            (prior_mean[d], prior_sd[d]),
            theta[:, d],
            min(most, len(own)),
            rng,
        )
        found = np.mean((estimates - theta[:, d]) ** 2, axis=1)
        errors[d] = np.concatenate([found, np.full(most - len(found), found[-1] if len(found) else np.nan)])
    return errors


def _one_dimension(
    told: Sequence[Parameters],
    true: Sequence[Parameters],
    prior: tuple[float, float],
    theta: FloatArray,
    length: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Posterior means (length, P) after each item of an adaptive test of one competence."""
    points = np.array([len(p.b) for p in told])
    first = np.concatenate([[0], np.cumsum(points + 1)])  # categories 0..m of each item, one after the other
    categories = _category_table(told, GRID)
    logs = np.log(categories)
    mean, sd = prior
    posterior = np.tile(-0.5 * ((GRID - mean) / sd) ** 2, (len(theta), 1))
    used = np.zeros((len(theta), len(told)), dtype=bool)
    people = np.arange(len(theta))
    true_boundaries = _boundaries(true, theta)
    means = np.empty((length, len(theta)))
    weights = _normalised(posterior)
    for k in range(length):
        centre = weights @ GRID
        probability = weights @ categories.T
        moved = (weights * GRID) @ categories.T - centre[:, None] * probability
        drop = np.add.reduceat(moved**2 / np.maximum(probability, 1e-12), first[:-1], axis=1)
        item = np.where(used, -1.0, drop).argmax(axis=1)
        used[people, item] = True
        luck = rng.random(len(theta))
        scored = (luck[:, None] < true_boundaries[item, :, people]).sum(axis=1)
        posterior += logs[first[item] + scored]
        weights = _normalised(posterior)
        means[k] = weights @ GRID
    return means


def _category_table(items: Sequence[Parameters], grid: FloatArray) -> FloatArray:
    """Marginal probabilities of the categories 0..m of every item, one after the other, (sum of m + 1, G)."""
    boundaries = marginal_boundaries(items, grid)
    rows, start = [], 0
    for p in items:
        own = boundaries[start : start + len(p.b)]
        start += len(p.b)
        steps = np.concatenate([np.ones((1, len(grid))), own, np.zeros((1, len(grid)))])
        rows.append(steps[:-1] - steps[1:])
    table: FloatArray = np.maximum(np.concatenate(rows), 1e-12)
    return table


def _boundaries(items: Sequence[Parameters], theta: FloatArray) -> FloatArray:
    """P(X >= k | theta) of every item, 0 where it has fewer points: (N, largest m, P)."""
    most = max(len(p.b) for p in items)
    found = np.zeros((len(items), most, len(theta)))
    for i, p in enumerate(items):
        found[i, : len(p.b)] = boundary_probabilities(p, theta)
    return found


def _normalised(log_density: FloatArray) -> FloatArray:
    weights = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    normalised: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    return normalised
