"""The response models as calibration sees them: slopes and intercepts, all items of a kind at once.

With L(x) = 1 / (1 + exp(-x)), on the logistic metric:

* `Binary`, parameters (a, d, g): P(X = 1) = c + (1 - c) L(a theta + d), c = L(g). Birnbaum (1968); the 2PL holds
  g at `NO_GUESSING`.
* `Graded`, parameters (a, d_1 > ... > d_M): P(X >= k) = L(a theta + d_k). Samejima (1969).
* `PartialCredit`, parameters (a, e_1, ..., e_M): P(X = k) proportional to exp(k a theta + e_k), e_0 = 0.
  Muraki (1992), eq. 4: the k-th step lies at b_k = -(e_k - e_{k-1}) / a.

What people read is (a, b, c): b_k = -d_k / a. The EM works on slopes and intercepts because there the complete-data
log-likelihood of all models but the 3PL is concave.

Shapes: n items, K = M + 1 categories, p parameters an item, G abilities. `theta` is (n, G): each item has the
abilities of its own dimension. `counts` (n, K, G) are expected numbers of answers. Functions are pure.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from itembank.response_model import FloatArray

BoolArray = NDArray[np.bool_]

NO_GUESSING = -40.0
"""The logit of a lower asymptote that is nought (4e-18): no other case is needed for c = 0."""
LOGIT_C_RANGE = (-9.0, 3.0)
"""Where a free logit of c is searched: c from 0.0001 to 0.95. Without a prior, c often runs to nought."""
_TINY = 1e-300
_SMALLEST_GAP = 1e-8


class Model(StrEnum):
    """The models one may ask for. `RASCH` is the (partial credit) model with a = 1, the population's SD being free."""

    RASCH = "rasch"
    TWO_PL = "2pl"
    THREE_PL = "3pl"
    GRADED = "graded"
    GPCM = "gpcm"

    @property
    def takes_points(self) -> bool:
        """Whether an item may be worth more than one point."""
        return self in (Model.RASCH, Model.GRADED, Model.GPCM)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a Newton step needs of n items: `value` (n,), `gradient` (n, p), `information` (n, p, p)."""

    value: FloatArray
    gradient: FloatArray
    information: FloatArray


@dataclass(frozen=True, slots=True)
class Features:
    """Functions of the parameters that people and priors speak of: `values` (n, F), `jacobian` (n, F, p)."""

    values: FloatArray
    jacobian: FloatArray


def _sigmoid(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """L(z), log L(z) and log(1 - L(z)), none of which over- or underflows."""
    small = np.exp(-np.abs(z))
    soft = np.log1p(small)
    positive = z >= 0
    logistic = np.where(positive, 1.0, small) / (1.0 + small)
    return logistic, np.where(positive, 0.0, z) - soft, np.where(positive, -z, 0.0) - soft


class ItemModel(ABC):
    """The functions of one kind of model for items of `points` points each."""

    def __init__(self, points: int) -> None:
        self.points = points

    @property
    @abstractmethod
    def size(self) -> int:
        """p, the number of parameters of an item."""

    @abstractmethod
    def log_probabilities(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        """log P(X = k | theta), (n, K, G)."""

    @abstractmethod
    def derivatives(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        """d log P(X = k | theta) / d parameter, (n, K, p, G)."""

    @abstractmethod
    def terms(self, parameters: FloatArray, theta: FloatArray, counts: FloatArray) -> Terms:
        """Complete-data log-likelihood with its gradient and an information that is positive semidefinite."""

    @abstractmethod
    def observed_information(
        self, parameters: FloatArray, theta: FloatArray, counts: FloatArray
    ) -> FloatArray:
        """Minus the second derivatives of the complete-data log-likelihood, (n, p, p)."""

    @abstractmethod
    def shift(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        """d log P(X = k | theta) / d(a common shift of the logits), (n, K, G): the item made easier at theta."""

    @abstractmethod
    def start(self, shares: FloatArray) -> FloatArray:
        """Starting parameters (n, p) from the shares (n, K) of every score."""

    @abstractmethod
    def difficulties(self, parameters: FloatArray) -> Features:
        """b_1..b_M, (n, M), and their derivatives."""

    @abstractmethod
    def steps(self, parameters: FloatArray) -> Features:
        """How the b stand to each other, (n, M - 1): the feature that a prior on steps speaks of."""

    @abstractmethod
    def intercepts(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """d (n, M) from a (n,) and b (n, M)."""

    def moved(self, parameters: FloatArray, mean: FloatArray, sd: FloatArray) -> FloatArray:
        """The same items on the scale of (theta - mean) / sd; `mean` and `sd` are (n,)."""
        found = parameters.copy()
        found[:, 1:] += (parameters[:, 0] * mean)[:, None]
        found[:, 0] *= sd
        return found

    def valid(self, parameters: FloatArray) -> BoolArray:
        """Which items (n,) have parameters that describe an item at all."""
        return np.asarray(np.isfinite(parameters).all(axis=1))

    def bounded(self, parameters: FloatArray) -> FloatArray:
        """The nearest parameters within the bounds of the search."""
        return parameters


class Graded(ItemModel):
    """Samejima (1969). A category is a difference of logistics, which factors without cancellation:

    L(x) - L(y) = L(x) (1 - L(y)) (1 - exp(y - x)),

    so that log P(X = k) is a sum of two log-logistics and of a term in d_k - d_{k+1} alone: concave.
    """

    @property
    def size(self) -> int:
        return 1 + self.points

    def _boundaries(
        self, parameters: FloatArray, theta: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        z = parameters[:, :1, None] * theta[:, None, :] + parameters[:, 1:, None]
        return _sigmoid(z)

    def _gaps(self, parameters: FloatArray) -> FloatArray:
        return np.maximum(parameters[:, 1:-1] - parameters[:, 2:], _SMALLEST_GAP)

    def log_probabilities(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        _, above, below = self._boundaries(parameters, theta)
        return self._joined(parameters, above, below)

    def _joined(self, parameters: FloatArray, above: FloatArray, below: FloatArray) -> FloatArray:
        n, points, nodes = above.shape
        logs = np.zeros((n, points + 1, nodes))
        logs[:, 1:] += above
        logs[:, :-1] += below
        if points > 1:
            logs[:, 1:-1] += np.log(-np.expm1(-self._gaps(parameters)))[:, :, None]
        return logs

    def derivatives(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        logistic, _, _ = self._boundaries(parameters, theta)
        n, points, nodes = logistic.shape
        found = np.zeros((n, points + 1, self.size, nodes))
        for k in range(1, points + 1):
            found[:, k, k] += 1.0 - logistic[:, k - 1]
            found[:, k - 1, k] -= logistic[:, k - 1]
        found[:, :, 0] = found[:, :, 1:].sum(axis=2) * theta[:, None, :]
        if points > 1:
            pull = 1.0 / np.expm1(self._gaps(parameters))
            for k in range(1, points):
                found[:, k, k] += pull[:, k - 1, None]
                found[:, k, k + 1] -= pull[:, k - 1, None]
        return found

    def terms(self, parameters: FloatArray, theta: FloatArray, counts: FloatArray) -> Terms:
        logistic, above, below = self._boundaries(parameters, theta)
        value = np.einsum("ikg,ikg->i", counts, self._joined(parameters, above, below))
        residual = counts[:, 1:] * (1.0 - logistic) - counts[:, :-1] * logistic
        gradient = np.empty_like(parameters)
        gradient[:, 0] = np.einsum("ikg,ig->i", residual, theta)
        gradient[:, 1:] = residual.sum(axis=2)
        if self.points > 1:
            pulled = counts[:, 1:-1].sum(axis=2) / np.expm1(self._gaps(parameters))
            gradient[:, 1:-1] += pulled
            gradient[:, 2:] -= pulled
        return Terms(value, gradient, self._information(parameters, theta, counts, logistic))

    def _information(
        self, parameters: FloatArray, theta: FloatArray, counts: FloatArray, logistic: FloatArray
    ) -> FloatArray:
        weight = (counts[:, 1:] + counts[:, :-1]) * logistic * (1.0 - logistic)
        information = np.zeros((len(parameters), self.size, self.size))
        slope = np.einsum("ikg,ig->ik", weight, theta)
        information[:, 0, 0] = np.einsum("ikg,ig->i", weight, theta * theta)
        information[:, 0, 1:] = information[:, 1:, 0] = slope
        which = np.arange(1, self.size)
        information[:, which, which] = weight.sum(axis=2)
        if self.points > 1:
            gap = self._gaps(parameters)
            # e^x / (e^x - 1)^2 = 1 / (4 sinh^2(x / 2)); a gap of 700 would overflow and weighs nothing
            bend = counts[:, 1:-1].sum(axis=2) / (2.0 * np.sinh(0.5 * np.minimum(gap, 600.0))) ** 2
            low, high = which[:-1], which[1:]
            information[:, low, low] += bend
            information[:, high, high] += bend
            information[:, low, high] -= bend
            information[:, high, low] -= bend
        return information

    def observed_information(
        self, parameters: FloatArray, theta: FloatArray, counts: FloatArray
    ) -> FloatArray:
        logistic, _, _ = self._boundaries(parameters, theta)
        return self._information(parameters, theta, counts, logistic)

    def shift(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        logistic, _, _ = self._boundaries(parameters, theta)
        found = np.zeros((len(parameters), self.points + 1, theta.shape[1]))
        found[:, 1:] += 1.0 - logistic
        found[:, :-1] -= logistic
        return found

    def start(self, shares: FloatArray) -> FloatArray:
        at_least = np.clip(shares[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:], 0.01, 0.99)
        d = 1.16 * np.log(at_least / (1.0 - at_least))  # sqrt(1 + a^2 / 1.7^2) at a = 1
        d -= 0.02 * np.arange(self.points)  # an unseen score would make two thresholds equal
        return np.concatenate([np.ones((len(d), 1)), d], axis=1)

    def difficulties(self, parameters: FloatArray) -> Features:
        a, d = parameters[:, :1], parameters[:, 1:]
        values = -d / a
        jacobian = np.zeros((len(parameters), self.points, self.size))
        which = np.arange(self.points)
        jacobian[:, :, 0] = -values / a
        jacobian[:, which, which + 1] = -1.0 / a
        return Features(values, jacobian)

    def steps(self, parameters: FloatArray) -> Features:
        """Logarithms of the distances between thresholds: they keep their order."""
        b = self.difficulties(parameters)
        gap = np.diff(b.values, axis=1)
        jacobian = np.diff(b.jacobian, axis=1) / gap[:, :, None]
        return Features(np.log(np.where(gap > 0, gap, _TINY)), jacobian)

    def intercepts(self, a: FloatArray, b: FloatArray) -> FloatArray:
        return -a[:, None] * b

    def valid(self, parameters: FloatArray) -> BoolArray:
        ordered = (parameters[:, 1:-1] - parameters[:, 2:] > _SMALLEST_GAP).all(axis=1)
        return np.asarray(super().valid(parameters) & ordered)


class Binary(ItemModel):
    """Birnbaum (1968), eq. 17.3.2, with the lower asymptote on the logit scale."""

    def __init__(self) -> None:
        super().__init__(1)

    @property
    def size(self) -> int:
        return 3

    def _curve(self, parameters: FloatArray, theta: FloatArray) -> tuple[FloatArray, ...]:
        """c (n, 1), L, P, log P, log(1 - P), the last four (n, G)."""
        c = 1.0 / (1.0 + np.exp(-parameters[:, 2:]))
        logistic, above, below = _sigmoid(parameters[:, :1] * theta + parameters[:, 1:2])
        probability = c + (1.0 - c) * logistic
        guessed = (parameters[:, 2:] > NO_GUESSING) & (c > 0)
        log_right = np.where(guessed, np.log(np.maximum(probability, _TINY)), above)
        return c, logistic, probability, log_right, np.log1p(-c) + below

    def log_probabilities(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        _, _, _, right, wrong = self._curve(parameters, theta)
        return np.stack([wrong, right], axis=1)

    def derivatives(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        c, logistic, probability, _, _ = self._curve(parameters, theta)
        slope = (1.0 - c) * logistic * (1.0 - logistic) / np.maximum(probability, _TINY)
        guess = c * (1.0 - c) * (1.0 - logistic) / np.maximum(probability, _TINY)
        right = np.stack([slope * theta, slope, guess], axis=1)
        wrong = np.stack([-logistic * theta, -logistic, np.broadcast_to(-c, theta.shape)], axis=1)
        return np.stack([wrong, right], axis=1)

    def terms(self, parameters: FloatArray, theta: FloatArray, counts: FloatArray) -> Terms:
        c, logistic, probability, log_right, log_wrong = self._curve(parameters, theta)
        wrong, right = counts[:, 0], counts[:, 1]
        value = (wrong * log_wrong + right * log_right).sum(axis=1)
        steep = (1.0 - c) * logistic * (1.0 - logistic) / np.maximum(probability, _TINY)  # P' / P
        odds = (1.0 - c) * (1.0 - logistic) / np.maximum(probability, _TINY)  # (1 - P) / P
        along = right * steep - wrong * logistic
        gradient = np.stack(
            [(along * theta).sum(axis=1), along.sum(axis=1), (c * (right * odds - wrong)).sum(axis=1)], axis=1
        )
        total = wrong + right
        information = _quadratic(
            theta, total * steep * logistic, total * c * steep, (total * c * c * odds).sum(axis=1)
        )
        return Terms(value, gradient, information)

    def observed_information(
        self, parameters: FloatArray, theta: FloatArray, counts: FloatArray
    ) -> FloatArray:
        c, logistic, probability, _, _ = self._curve(parameters, theta)
        wrong, right = counts[:, 0], counts[:, 1]
        probability = np.maximum(probability, _TINY)
        weight = logistic * (1.0 - logistic)
        by_z = (1.0 - c) * weight / probability
        by_g = c * (1.0 - c) * (1.0 - logistic) / probability
        zz = right * (by_z * (1.0 - 2.0 * logistic) - by_z**2) - wrong * weight
        zg = right * (-c * (1.0 - c) * weight / probability - by_z * by_g)
        gg = right * (by_g * (1.0 - 2.0 * c) - by_g**2) - wrong * c * (1.0 - c)
        return _quadratic(theta, -zz, -zg, -gg.sum(axis=1))

    def shift(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        return self.derivatives(parameters, theta)[:, :, 1]

    def start(self, shares: FloatArray) -> FloatArray:
        right = np.clip(shares[:, 1], 0.01, 0.99)
        d = 1.16 * np.log(right / (1.0 - right))
        return np.stack([np.ones_like(d), d, np.full_like(d, NO_GUESSING)], axis=1)

    def difficulties(self, parameters: FloatArray) -> Features:
        a, d = parameters[:, :1], parameters[:, 1:2]
        b = -d / a
        jacobian = np.zeros((len(parameters), 1, 3))
        jacobian[:, :, 0] = -b / a
        jacobian[:, :, 1] = -1.0 / a
        return Features(b, jacobian)

    def steps(self, parameters: FloatArray) -> Features:
        return Features(np.zeros((len(parameters), 0)), np.zeros((len(parameters), 0, 3)))

    def intercepts(self, a: FloatArray, b: FloatArray) -> FloatArray:
        return -a[:, None] * b

    def moved(self, parameters: FloatArray, mean: FloatArray, sd: FloatArray) -> FloatArray:
        found = parameters.copy()
        found[:, 1] += parameters[:, 0] * mean
        found[:, 0] *= sd
        return found

    def bounded(self, parameters: FloatArray) -> FloatArray:
        bounded = parameters.copy()
        searched = bounded[:, 2] > NO_GUESSING
        bounded[searched, 2] = np.clip(bounded[searched, 2], *LOGIT_C_RANGE)
        return bounded


def _quadratic(theta: FloatArray, zz: FloatArray, zg: FloatArray, gg: FloatArray) -> FloatArray:
    """Information (n, 3, 3) about (a, d, g) from that about z = a theta + d and g at every ability."""
    information = np.empty((len(theta), 3, 3))
    weighted = zz * theta
    information[:, 0, 0] = (weighted * theta).sum(axis=1)
    information[:, 0, 1] = information[:, 1, 0] = weighted.sum(axis=1)
    information[:, 1, 1] = zz.sum(axis=1)
    information[:, 0, 2] = information[:, 2, 0] = (zg * theta).sum(axis=1)
    information[:, 1, 2] = information[:, 2, 1] = zg.sum(axis=1)
    information[:, 2, 2] = gg
    return information


class PartialCredit(ItemModel):
    """Muraki (1992), eq. 4, as an exponential family: Newton's step is Fisher's."""

    @property
    def size(self) -> int:
        return 1 + self.points

    def log_probabilities(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        k = np.arange(self.points + 1)
        logits = (parameters[:, 0, None, None] * theta[:, None, :]) * k[None, :, None]
        logits[:, 1:] += parameters[:, 1:, None]
        logits -= logits.max(axis=1, keepdims=True)
        logs: FloatArray = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return logs

    def derivatives(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        probability = np.exp(self.log_probabilities(parameters, theta))
        n, categories, nodes = probability.shape
        k = np.arange(categories)
        found = np.empty((n, categories, self.size, nodes))
        mean = np.einsum("ikg,k->ig", probability, k)
        found[:, :, 0] = (k[None, :, None] - mean[:, None, :]) * theta[:, None, :]
        found[:, :, 1:] = np.eye(categories)[None, :, 1:, None] - probability[:, None, 1:, :]
        return found

    def terms(self, parameters: FloatArray, theta: FloatArray, counts: FloatArray) -> Terms:
        logs = self.log_probabilities(parameters, theta)
        probability = np.exp(logs)
        total = counts.sum(axis=1)
        residual = counts - total[:, None, :] * probability
        k = np.arange(self.points + 1)
        gradient = np.empty_like(parameters)
        gradient[:, 0] = np.einsum("ikg,k,ig->i", residual, k, theta)
        gradient[:, 1:] = residual[:, 1:].sum(axis=2)
        value = np.einsum("ikg,ikg->i", counts, logs)
        return Terms(value, gradient, self._information(probability, theta, total))

    def _information(self, probability: FloatArray, theta: FloatArray, total: FloatArray) -> FloatArray:
        k = np.arange(self.points + 1)
        mean = np.einsum("ikg,k->ig", probability, k)
        spread = np.einsum("ikg,k->ig", probability, k * k) - mean**2
        information = np.empty((len(theta), self.size, self.size))
        information[:, 0, 0] = (total * spread * theta**2).sum(axis=1)
        weighted = total[:, None, :] * probability[:, 1:]
        cross = weighted * (k[None, 1:, None] - mean[:, None, :]) * theta[:, None, :]
        information[:, 0, 1:] = information[:, 1:, 0] = cross.sum(axis=2)
        information[:, 1:, 1:] = -np.einsum("ijg,ikg->ijk", weighted, probability[:, 1:])
        which = np.arange(1, self.size)
        information[:, which, which] += weighted.sum(axis=2)
        return information

    def observed_information(
        self, parameters: FloatArray, theta: FloatArray, counts: FloatArray
    ) -> FloatArray:
        probability = np.exp(self.log_probabilities(parameters, theta))
        return self._information(probability, theta, counts.sum(axis=1))

    def shift(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        probability = np.exp(self.log_probabilities(parameters, theta))
        k = np.arange(self.points + 1)
        mean = np.einsum("ikg,k->ig", probability, k)
        found: FloatArray = k[None, :, None] - mean[:, None, :]
        return found

    def start(self, shares: FloatArray) -> FloatArray:
        shares = np.maximum(shares, 0.005)
        e = np.log(shares[:, 1:] / shares[:, :1])
        return np.concatenate([np.full((len(e), 1), 0.7), e], axis=1)

    def difficulties(self, parameters: FloatArray) -> Features:
        a = parameters[:, :1]
        values = -np.diff(parameters[:, 1:], axis=1, prepend=0.0) / a
        jacobian = np.zeros((len(parameters), self.points, self.size))
        which = np.arange(self.points)
        jacobian[:, :, 0] = -values / a
        jacobian[:, which, which + 1] = -1.0 / a
        jacobian[:, which[1:], which[1:]] = 1.0 / a
        return Features(values, jacobian)

    def moved(self, parameters: FloatArray, mean: FloatArray, sd: FloatArray) -> FloatArray:
        found = parameters.copy()
        found[:, 1:] += (parameters[:, 0] * mean)[:, None] * np.arange(1, self.points + 1)
        found[:, 0] *= sd
        return found

    def steps(self, parameters: FloatArray) -> Features:
        """Distances between neighbouring steps: these may stand in any order."""
        b = self.difficulties(parameters)
        return Features(np.diff(b.values, axis=1), np.diff(b.jacobian, axis=1))

    def intercepts(self, a: FloatArray, b: FloatArray) -> FloatArray:
        return np.asarray(np.cumsum(-a[:, None] * b, axis=1))


def item_model(model: Model, points: int) -> ItemModel:
    """The functions for items of `points` points under `model`. Raises ValueError where the two do not go together."""
    if points < 1:
        raise ValueError("an item is worth at least one point")
    if points > 1 and not model.takes_points:
        raise ValueError(f"the {model} model takes right and wrong only, found {points} points")
    if points == 1:
        return Binary()
    return Graded(points) if model is Model.GRADED else PartialCredit(points)
