"""What is believed of B candidates at once: `kiosk.adaptive.posterior`, the same formulas over a leading axis."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from itembank.response_model import FloatArray
from kiosk.adaptive.pool import GRID, IntArray
from kiosk.adaptive.posterior import MAX_SWEEPS, Hypotheses, Prior

Floats = NDArray[np.floating[Any]]
"""Single or double precision."""

_LEAST_LOG = {np.float32: -60.0, np.float64: -600.0}


class Beliefs:
    """Beliefs about `count` candidates over D competences, changed in place by `update` and `refine`.

    `mean` (B, D) and `covariance` (B, D, D) are the Gaussian, `log_likelihood` (D, B, G) the accumulated exact
    likelihoods on the `nodes` (G,), each with its maximum at 0, `site_precision` and `site_shift` (B, D) the Gaussian
    sites that stand for them. All have the precision of `nodes`.
    """

    def __init__(
        self,
        nodes: Floats,
        mean: Floats,
        covariance: Floats,
        log_likelihood: Floats,
        site_precision: Floats,
        site_shift: Floats,
    ) -> None:
        """The arrays are taken over, not copied."""
        self.nodes, self.mean, self.covariance = nodes, mean, covariance
        self.log_likelihood, self.site_precision, self.site_shift = log_likelihood, site_precision, site_shift
        self._people = np.arange(len(mean))
        self._smallest = nodes.dtype.type(0.25 * float(nodes[1] - nodes[0]) ** 2)
        self._moments = np.stack([nodes, np.ones_like(nodes)], axis=1)
        self._pairs: Floats | None = None

    @classmethod
    def start(cls, prior: Prior, nodes: Floats, count: int) -> Beliefs:
        """Before the first answer."""
        kind, dimensions = nodes.dtype, len(prior.mean)
        return cls(
            nodes,
            np.tile(prior.mean.astype(kind), (count, 1)),
            np.tile(prior.covariance.astype(kind), (count, 1, 1)),
            np.zeros((dimensions, count, len(nodes)), dtype=kind),
            np.zeros((count, dimensions), dtype=kind),
            np.zeros((count, dimensions), dtype=kind),
        )

    def under(self, prior: Prior) -> Beliefs:
        """The same likelihoods and sites under another prior, from which no site has been matched yet."""
        precision = self.site_precision.astype(np.float64)
        system = np.eye(precision.shape[1]) + prior.covariance * precision[:, None, :]
        solved = np.linalg.solve(system, np.broadcast_to(prior.covariance, system.shape))
        covariance = 0.5 * (solved + solved.transpose(0, 2, 1))
        pull = self.site_shift - precision * prior.mean
        mean = prior.mean + np.matmul(covariance, pull[:, :, None])[:, :, 0]
        kind = self.nodes.dtype
        return Beliefs(
            self.nodes,
            mean.astype(kind),
            covariance.astype(kind),
            self.log_likelihood,
            self.site_precision.copy(),
            self.site_shift.copy(),
        )

    def cavities(self) -> tuple[Floats, Floats]:
        """Natural parameters of the cavity Gaussians: precisions and shifts, (B, D) each."""
        variance = np.einsum("bdd->bd", self.covariance)
        return 1.0 / variance - self.site_precision, self.mean / variance - self.site_shift

    def moments_of_marginals(self, weights: Floats) -> Floats:
        """Per coordinate its marginal on the grid, and the same times the centred ability, (D, 2, B, G).

        The second is scaled by the root of what a unit drop of variance there is worth in the sum of variances
        weighted by `weights` (D,) (`selection.spread`): squared first moments then come out as gains. Overwritten by
        the next call.
        """
        precision, shift = self.cavities()
        worth = np.sqrt(weights @ (self.covariance * self.covariance)) / np.einsum("bdd->bd", self.covariance)
        if self._pairs is None:
            dimensions, count, nodes = self.log_likelihood.shape
            self._pairs = np.empty((dimensions, 2, count, nodes), dtype=self.nodes.dtype)
        marginal, moved = self._pairs[:, 0], self._pairs[:, 1]
        unnormalised(precision.T, shift.T, self.log_likelihood, self.nodes, out=moved)
        sums = moved @ self._moments
        np.multiply(moved, 1.0 / sums[:, :, 1:], out=marginal)
        np.subtract(self.nodes, sums[:, :, :1] / sums[:, :, 1:], out=moved)
        moved *= worth.T[:, :, None]
        moved *= marginal
        return self._pairs

    def update(self, dims: IntArray, log_likelihood: Floats) -> None:
        """One more response each: about coordinate `dims` (B,), with its `log_likelihood` (B, G)."""
        accumulated = self.log_likelihood[dims, self._people] + log_likelihood
        accumulated -= accumulated.max(axis=1, keepdims=True)
        self.log_likelihood[dims, self._people] = accumulated
        self._match(dims, accumulated)

    def refine(self, tolerance: float) -> None:
        """Expectation propagation until no candidate's mean or variance moves by `tolerance`: `Posterior.refined`.

        Begins where the running beliefs stand, which saves most sweeps; the fixed point is the same.
        """
        informed = np.flatnonzero((self.log_likelihood.min(axis=2) < 0).any(axis=1))
        for _ in range(MAX_SWEEPS):
            mean, variance = self.mean.copy(), np.einsum("bdd->bd", self.covariance).copy()
            for dim in informed:
                self._match(np.full(len(self._people), dim), self.log_likelihood[dim])
            moved = max(
                np.abs(self.mean - mean).max(),
                np.abs(np.einsum("bdd->bd", self.covariance) - variance).max(),
            )
            if moved < tolerance:
                break

    def _match(self, dims: IntArray, log_likelihood: Floats) -> None:
        """Make coordinate `dims` (B,) of each candidate match its tilted moments: `posterior._match`, batched."""
        people = self._people
        column = self.covariance[people, :, dims]
        variance, centre = column[people, dims], self.mean[people, dims]
        site_precision, site_shift = self.site_precision[people, dims], self.site_shift[people, dims]
        precision, shift = 1.0 / variance - site_precision, centre / variance - site_shift
        proper = precision > 0  # no such Gaussian: leave this site as it is, as the engine does
        if not proper.all():
            precision, shift = np.where(proper, precision, 1.0), np.where(proper, shift, 0.0)
        weights = unnormalised(precision, shift, log_likelihood, self.nodes)
        sums = weights @ self._moments
        new_centre = sums[:, 0] / sums[:, 1]
        away = self.nodes - new_centre[:, None]
        away *= away
        away *= weights
        new_variance = np.maximum(away.sum(axis=1) / sums[:, 1], self._smallest)
        new_centre = np.where(proper, new_centre, centre)
        new_variance = np.where(proper, new_variance, variance)
        self.site_precision[people, dims] = np.where(proper, 1.0 / new_variance - precision, site_precision)
        self.site_shift[people, dims] = np.where(proper, new_centre / new_variance - shift, site_shift)
        self.mean += column * ((new_centre - centre) / variance)[:, None]
        change = (new_variance - variance) / (variance * variance)
        self.covariance += column[:, :, None] * (column * change[:, None])[:, None, :]


def averaged(
    running: Beliefs, prior: Prior, hypotheses: Hypotheses, log_likelihood: Floats, tolerance: float
) -> Floats:
    """Densities of all marginals on the whole grid (B, D, G), summing to 1: `Posterior.averaged`, batched.

    `log_likelihood` (B, D, G) is on the whole grid, each with its maximum at 0. Changes `running`.
    """
    whole = GRID.astype(log_likelihood.dtype)
    densities, evidence = [], []
    for number, (share, weight) in enumerate(hypotheses):
        scaled = _scaled(prior, share)
        beliefs = running if share == 1 and number == 0 else running.under(scaled)
        beliefs.refine(tolerance)
        density = unnormalised(*beliefs.cavities(), log_likelihood, whole)
        mass = density.sum(axis=2, keepdims=True)
        density /= mass
        densities.append(density)
        if len(hypotheses) > 1:
            evidence.append(np.log(weight) + _log_evidence(beliefs, scaled, mass[:, :, 0]))
    if len(densities) == 1:
        return densities[0]
    logs = np.stack(evidence)
    weights = np.exp(logs - logs.max(axis=0))
    weights /= weights.sum(axis=0)
    mixed = np.zeros_like(densities[0])
    for weight_of, density in zip(weights.astype(mixed.dtype), densities, strict=True):
        density *= weight_of[:, None, None]
        mixed += density
    return mixed


def _scaled(prior: Prior, share: float) -> Prior:
    """The prior with `share` of its correlations."""
    diagonal = np.diag(np.diag(prior.covariance))
    return Prior(prior.mean, diagonal + share * (prior.covariance - diagonal))


def _log_evidence(beliefs: Beliefs, prior: Prior, mass: Floats) -> FloatArray:
    """Log-probability of the answers under the prior, up to one constant a candidate, (B,).

    Rasmussen and Williams (2006), section 3.6.3, as in `posterior._propagated`; `mass` (B, D) are the sums over the
    grid of the tilted densities scaled as `unnormalised` does.
    """
    mean, covariance = beliefs.mean.astype(np.float64), beliefs.covariance.astype(np.float64)
    variance = np.einsum("bdd->bd", covariance)
    site_precision, site_shift = (
        beliefs.site_precision.astype(np.float64),
        beliefs.site_shift.astype(np.float64),
    )
    precision, shift = 1.0 / variance - site_precision, mean / variance - site_shift
    tilted = np.log(mass.astype(np.float64)) + 0.5 * shift * shift / precision
    gaussian = 0.5 * (mean * mean / variance + np.log(variance))
    pull = site_shift - site_precision * prior.mean
    system = np.eye(len(prior.mean)) + prior.covariance * site_precision[:, None, :]
    overlap = np.einsum("bd,bde,be->b", pull, covariance, pull, optimize=True) - np.linalg.slogdet(system)[1]
    level = (site_shift * prior.mean - 0.5 * site_precision * prior.mean**2).sum(axis=1)
    evidence: FloatArray = (tilted - gaussian).sum(axis=1) + 0.5 * overlap + level
    return evidence


def unnormalised(
    precision: Floats, shift: Floats, log_likelihood: Floats, nodes: Floats, out: Floats | None = None
) -> Floats:
    """Cavity Gaussians (natural parameters of shape S) times likelihoods (S + (G,)): densities up to a factor.

    Gaussian and likelihood both have their maximum at 1, so that nothing overflows, and nothing gets so small that
    the processor would leave its fast path for it.
    """
    centre = shift / precision
    away = np.subtract(nodes, centre[..., None], out=out)
    away *= away
    away *= (-0.5 * precision)[..., None]
    away += log_likelihood
    np.maximum(away, _LEAST_LOG[nodes.dtype.type], out=away)
    return np.exp(away, out=away)
