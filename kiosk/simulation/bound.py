"""What no test can beat: a lower bound on the error of any adaptive test of a bank, whatever its rules and its scoring.

The Bayesian information bound (van Trees 1968, section 2.4; Gill and Levit 1995, Bernoulli 1, 59-79): for abilities
theta ~ N(mu, S) and every estimator, the mean squared errors are at least (E J + S^-1)^-1, with J the Fisher information
of all answers. Every item depends on one competence, so E J is diagonal; answers of an adaptive test add up, whoever chose
the items and why, so that its k-th element is the sum over the competence's items of E[p_i(theta) I_i(theta_k)], p_i being
the chance that somebody of ability theta is given item i. The bound is the least error over all p_i in [0, 1] that ask no more
questions than allowed on average (or take no more time), and give no item to more people than the exposure cap allows: the p_i
may know the ability itself, which no real test does.

The least is a convex problem in E J (a trace of an inverse, over a convex set), solved by conditional gradients (Frank and
Wolfe 1956; Jaggi 2013, ICML), of which each step is a fractional knapsack. Their duality gap is taken off what they found, so
that the figure is a bound however early they stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from itembank.item import Parameters
from itembank.response_model import FloatArray, information

_REACH, _STEP = 5.0, 0.05
"""Standard deviations covered by the grid of abilities, and its step in them."""

_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Supply:
    """What the items of a bank can tell whom, and what they cost.

    `told` (N, G) is the information of each item, the largest first, `people` (N, G) the share of the population to be
    found there, none of it beyond the exposure cap; `competence` (N,) and `cost` (N,) are those of the items.
    """

    told: FloatArray
    people: FloatArray
    competence: np.ndarray
    cost: FloatArray

    @classmethod
    def of(
        cls,
        parameters: Sequence[Parameters],
        competence: np.ndarray,
        cost: FloatArray,
        *,
        mean: FloatArray,
        sd: FloatArray,
        cap: float = 1.0,
    ) -> Supply:
        """For people of N(`mean`, `sd`^2), (D,) each, and items that at most a share `cap` of them may see."""
        standard = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
        density = np.exp(-0.5 * standard**2)
        density /= density.sum()
        table = np.array(
            [
                information(p, mean[d] + sd[d] * standard)
                for p, d in zip(parameters, competence.tolist(), strict=True)
            ]
        )
        order = np.argsort(-table, axis=1)
        reached = np.minimum(np.cumsum(density[order], axis=1), cap)
        return cls(
            np.take_along_axis(table, order, axis=1), np.diff(reached, axis=1, prepend=0.0), competence, cost
        )

    def most(self, worth: FloatArray, budget: float) -> FloatArray:
        """The information E J (D,) whose sum weighted by `worth` (D,) is the largest that `budget` can buy."""
        value = (self.told * (worth[self.competence] / self.cost)[:, None]).ravel()
        order = np.argsort(-value)
        price = (self.people * self.cost[:, None]).ravel()[order]
        bought = np.diff(np.minimum(np.cumsum(price), budget), prepend=0.0)
        share = np.zeros_like(value)
        share[order] = bought
        by_item = (share.reshape(self.told.shape) * self.told).sum(axis=1) / self.cost
        told: FloatArray = np.bincount(self.competence, weights=by_item, minlength=len(worth)).astype(float)
        return told


def least_error(supply: Supply, covariance: FloatArray, target: FloatArray, budget: float) -> float:
    """The least that tr(`target` M) can be, M (D, D) being the matrix of mean squared errors of any test.

    `covariance` (D, D) is that of the abilities, `target` (D, D) positive semidefinite, `budget` in units of the supply's
    cost. Raises numpy.linalg.LinAlgError for a singular covariance.
    """
    prior = np.linalg.inv(covariance)
    got = np.zeros(len(covariance))
    least = 0.0
    for number in range(_ROUNDS):
        error = np.linalg.inv(np.diag(got) + prior)
        worth: FloatArray = np.einsum("ij,jk,ki->i", error, target, error)
        most = supply.most(worth, budget)
        least = max(least, float(np.trace(target @ error) - worth @ (most - got)))
        got = got + (most - got) * 2.0 / (number + 2.0)
    return least


@dataclass(frozen=True, slots=True)
class Bound:
    """No test of the bank can have a smaller `rmse`, or larger reliabilities (squared correlations with the truth)."""

    rmse: float
    reliability: float
    domain_reliability: float
    overall_reliability: float


def bound(supply: Supply, covariance: FloatArray, domains: Sequence[str], budget: float) -> Bound:
    """The bounds of all reported errors; `domains` (D,) names the domain of each competence.

    A squared correlation is at most 1 - (least mean squared error) / variance: none is larger than the posterior mean's.
    """
    count = len(covariance)
    alike = np.array([[float(a == b) for b in domains] for a in domains])
    members = np.unique(alike, axis=0)
    members /= members.sum(axis=1, keepdims=True)

    def unreliable(means: FloatArray) -> float:
        """Least share of the variance of means of competences, rows of `means`, that no test explains; their average."""
        variance = np.einsum("mi,ij,mj->m", means, covariance, means)
        target = np.einsum("mi,mj,m->ij", means, means, 1.0 / variance) / len(means)
        return least_error(supply, covariance, target, budget)

    return Bound(
        rmse=float(np.sqrt(least_error(supply, covariance, np.eye(count) / count, budget))),
        reliability=1.0 - unreliable(np.eye(count)),
        domain_reliability=1.0 - unreliable(members),
        overall_reliability=1.0 - unreliable(np.full((1, count), 1.0 / count)),
    )
