"""Simulated responses with known truth."""

from __future__ import annotations

import numpy as np

from itembank.calibration.responses import Responses


def two_pl(persons, items, *, seed=1, seen=1.0, mean=0.0, sd=1.0):
    """(a, b, theta, responses) of a 2PL test; every answer is seen with probability `seen`."""
    rng = np.random.default_rng(seed)
    a, b = np.exp(rng.normal(0, 0.3, items)), rng.normal(0, 1, items)
    theta = rng.normal(mean, sd, persons)
    scores = (rng.random((persons, items)) < 1 / (1 + np.exp(-a * (theta[:, None] - b)))).astype(int)
    scores[rng.random(scores.shape) >= seen] = -1
    return a, b, theta, Responses.from_dense(scores)


def adaptive(persons, items, length, correlation, *, error=0.7, seed=1):
    """Sittings that choose the unused item of the next dimension nearest to an ability estimated from the answers so far.

    Returns (a, b, stated, dimension, theta, responses): difficulties `b` scatter about the stated ones by `error`.
    """
    rng = np.random.default_rng(seed)
    dimensions = len(correlation)
    dimension = np.arange(items) % dimensions
    a, stated = np.exp(rng.normal(0, 0.2, items)), rng.normal(0, 1, items)
    b = stated + rng.normal(0, error, items)
    theta = rng.multivariate_normal(np.zeros(dimensions), correlation, persons)
    grid = np.linspace(-4, 4, 33)
    logs = np.tile(-0.5 * grid**2, (persons, 1))
    scores = np.full((persons, items), -1)
    everyone = np.arange(persons)
    for k in range(length):
        own = np.flatnonzero(dimension == k % dimensions)
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        ability = (weights @ grid) / weights.sum(axis=1)
        far = np.abs(stated[own] - ability[:, None]) + rng.exponential(0.3, (persons, len(own)))
        far[scores[:, own] >= 0] = np.inf
        item = own[far.argmin(axis=1)]
        p = 1 / (1 + np.exp(-a[item] * (theta[everyone, k % dimensions] - b[item])))
        right = rng.random(persons) < p
        scores[everyone, item] = right
        q = 1 / (1 + np.exp(-0.8 * (grid - stated[item][:, None])))
        logs += np.log(np.where(right[:, None], q, 1 - q))
    return a, b, stated, dimension, theta, Responses.from_dense(scores)
