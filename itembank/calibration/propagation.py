"""Many persons' posteriors over D correlated dimensions at once, by expectation propagation.

Each person's likelihood is a product of D functions of one coordinate, known on a grid; the prior is one normal for
all. Every likelihood is stood for by a Gaussian site whose moments, in its cavity, match the exact ones by
quadrature: Minka (2001); Rasmussen and Williams (2006), section 3.6, with the likelihood's own grid in the place of a
closed form. Persons come last in every array, so that each operation runs over all of them.

In one dimension this is exact quadrature. In several the marginals are very nearly so: see
tests/itembank/calibration/test_propagation.py, which compares them with brute force in two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from itembank.calibration.setup import Population
from itembank.response_model import FloatArray

TOLERANCE = 1e-5
MAX_SWEEPS = 30
_LEAST = 1e-10


@dataclass(frozen=True, slots=True)
class Sites:
    """The Gaussian stand-ins: `precision` and `shift`, (D, S) each."""

    precision: FloatArray
    shift: FloatArray

    @classmethod
    def none(cls, dimensions: int, persons: int) -> Sites:
        return cls(np.zeros((dimensions, persons)), np.zeros((dimensions, persons)))


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Posteriors of S persons: `mean` (D, S), `covariance` (D, D, S), `marginals` (G, D, S) summing to 1 over the
    grid, `log_evidence` (S,) the marginal log-likelihood of each person's answers, and the `sites` reached."""

    mean: FloatArray
    covariance: FloatArray
    marginals: FloatArray
    log_evidence: FloatArray
    sites: Sites


def propagate(
    log_likelihood: FloatArray,
    answered: NDArray[np.bool_],
    theta: FloatArray,
    population: Population,
    sites: Sites | None = None,
    tolerance: float = TOLERANCE,
) -> Beliefs:
    """Posteriors from `log_likelihood` (G, D, S), the log-likelihood of each coordinate at `theta` (G, D).

    `answered` (D, S) says where there is anything to learn; `sites` from an earlier run make it faster. Stops when a
    sweep over the dimensions moves no mean by more than `tolerance` standard deviations.
    """
    _, dimensions, persons = log_likelihood.shape
    start = sites or Sites.none(dimensions, persons)
    precision, shift = start.precision * answered, start.shift * answered
    mean, covariance = _from_sites(population, precision, shift)
    marginals = np.empty_like(log_likelihood)
    evidence = np.zeros((dimensions, persons))
    sd = population.sd
    for _ in range(MAX_SWEEPS):
        moved = 0.0
        for d in range(dimensions):
            centre, variance = mean[d].copy(), covariance[d, d].copy()
            cavity_precision = 1.0 / variance - precision[d]
            sound = cavity_precision > _LEAST
            cavity_precision = np.where(sound, cavity_precision, 1.0 / variance)
            cavity_shift = np.where(sound, centre / variance - shift[d], centre / variance)
            nodes = theta[:, d, None]
            logs = nodes * cavity_shift - (0.5 * nodes * nodes) * cavity_precision
            logs += log_likelihood[:, d]
            top = logs.max(axis=0)
            logs -= top
            weights = np.exp(logs, out=logs)
            total = weights.sum(axis=0)
            weights /= total
            marginals[:, d] = weights
            new_centre = theta[:, d] @ weights
            new_variance = np.maximum(
                (theta[:, d] ** 2) @ weights - new_centre**2, (0.5 * (theta[1, d] - theta[0, d])) ** 2
            )
            step = theta[1, d] - theta[0, d]
            # log of the integral of cavity times likelihood, the cavity normalised
            evidence[d] = (
                top
                + np.log(total * step)
                + 0.5 * np.log(cavity_precision / (2.0 * np.pi))
                - 0.5 * cavity_shift**2 / cavity_precision
            )
            change = sound & answered[d]
            new_precision = np.where(change, 1.0 / new_variance - cavity_precision, precision[d])
            new_shift = np.where(change, new_centre / new_variance - cavity_shift, shift[d])
            if dimensions > 1 or change.any():
                moved = max(
                    moved, float(np.abs(np.where(change, new_centre - centre, 0.0)).max(initial=0.0)) / sd[d]
                )
                column = covariance[:, d].copy()
                mean += column * (np.where(change, new_centre - centre, 0.0) / variance)
                factor = np.where(change, (new_variance - variance) / (variance * variance), 0.0)
                covariance += column[:, None] * (column * factor)[None]
            precision[d], shift[d] = new_precision, new_shift
        if moved < tolerance or dimensions == 1:
            break
    return Beliefs(
        mean,
        covariance,
        marginals,
        _log_evidence(population, evidence, precision, shift, mean, covariance, answered),
        Sites(precision, shift),
    )


def _from_sites(
    population: Population, precision: FloatArray, shift: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Prior times sites, one rank-one change a dimension; sites that no longer fit the prior are dropped, in place."""
    dimensions, persons = precision.shape
    covariance = np.repeat(population.covariance[:, :, None], persons, axis=2)
    mean = np.repeat(population.mean[:, None], persons, axis=1)
    if not precision.any() and not shift.any():
        return mean, covariance
    for d in range(dimensions):
        column = covariance[:, d].copy()
        variance = column[d]
        fits = 1.0 + precision[d] * variance > 0.05
        precision[d] *= fits
        shift[d] *= fits
        shrink = 1.0 / (1.0 + precision[d] * variance)
        mean += column * ((shift[d] - precision[d] * mean[d]) * shrink)
        covariance -= column[:, None] * (column * (precision[d] * shrink))[None]
    return mean, covariance


def _log_evidence(
    population: Population,
    evidence: FloatArray,
    precision: FloatArray,
    shift: FloatArray,
    mean: FloatArray,
    covariance: FloatArray,
    answered: NDArray[np.bool_],
) -> FloatArray:
    """EP's marginal log-likelihood (S,): Rasmussen and Williams (2006), eq. 3.65, from the pieces at hand."""
    dimensions = len(mean)
    variance = np.stack([covariance[d, d] for d in range(dimensions)])
    cavity_precision = 1.0 / variance - precision
    cavity_shift = mean / variance - shift
    # integral of each normalised cavity times its unnormalised site
    site = (
        0.5 * np.log(cavity_precision * variance)
        + 0.5 * mean**2 / variance
        - 0.5 * cavity_shift**2 / cavity_precision
    )
    site_scale = np.where(answered, evidence - site, 0.0).sum(axis=0)
    system = np.eye(dimensions)[None] + population.covariance[None] * precision.T[:, None, :]
    _, log_determinant = np.linalg.slogdet(system)
    pull = np.linalg.solve(population.covariance, population.mean)
    whole = 0.5 * ((pull[:, None] + shift) * mean).sum(axis=0) - 0.5 * float(pull @ population.mean)
    result: FloatArray = site_scale - 0.5 * log_determinant + whole
    return result
