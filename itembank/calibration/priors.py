"""What is believed of an item before its responses are seen.

A prior speaks the language of (a, b, c), where authors and earlier calibrations have their judgement: log a, the
mean of the thresholds, the distances between them (their logarithms in a graded item, which keeps them in order),
and logit c, each normal. In the M-step these are pseudo-observations of functions of the slopes and intercepts, with the
Gauss-Newton information J' diag(1 / sd^2) J, which is positive semidefinite.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from itembank.calibration.models import Binary, ItemModel, Terms
from itembank.item import Parameters
from itembank.response_model import FloatArray, lognormal_parameters

SMALLEST_SE = 0.02
"""No prior is held firmer than this: an item may always surprise us."""
SD_STEP = 0.5
"""Of a step between thresholds, on the scale of its feature: authors know that steps rise, hardly by how much."""


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal belief. Raises ValueError unless `sd` is positive and both are finite."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.sd) and self.sd > 0):
            raise ValueError(f"a finite mean and a positive sd are needed, found {self.mean} and {self.sd}")


@dataclass(frozen=True, slots=True)
class ItemPrior:
    """Beliefs about one item; None means none.

    `location` is the mean of the thresholds b. `steps` has one belief for each pair of neighbouring thresholds:
    about log(b_{k+1} - b_k) in a graded item, about b_{k+1} - b_k under partial credit.
    """

    log_a: Normal | None = None
    location: Normal | None = None
    steps: tuple[Normal, ...] = ()
    logit_c: Normal | None = None

    @classmethod
    def weak(cls, points: int = 1) -> ItemPrior:
        """For an item that nobody has judged: a around 1 (0.4 to 2.7), b within +/- 4, c around 0.2 (0.03 to 0.64)."""
        steps = (Normal(0.0, 1.0),) * (points - 1)
        return cls(Normal(0.0, 0.5), Normal(0.0, 2.0), steps, Normal(math.log(0.2 / 0.8), 1.0))

    @classmethod
    def guessing_only(cls) -> ItemPrior:
        """What the 3PL needs to be estimable at all, and nothing else (Mislevy 1986)."""
        return cls(logit_c=Normal(math.log(0.2 / 0.8), 1.0))

    @classmethod
    def around(cls, parameters: Parameters, *, ordered: bool = True) -> ItemPrior:
        """Centred on `parameters` with their standard errors; `ordered` for all models but partial credit."""
        p = parameters
        log_mean, log_sd = lognormal_parameters(np.array(p.a), np.array(max(p.se_a, SMALLEST_SE * p.a)))
        gaps = [hard - easy for easy, hard in zip(p.b, p.b[1:], strict=False)]
        steps = tuple(Normal(math.log(gap) if ordered else gap, SD_STEP) for gap in gaps)
        logit_c = None
        if p.c > 0:
            spread = max(p.se_c, SMALLEST_SE) / (p.c * (1.0 - p.c))
            logit_c = Normal(math.log(p.c / (1.0 - p.c)), spread)
        return cls(
            Normal(float(log_mean), float(log_sd)),
            Normal(sum(p.b) / len(p.b), max(p.se_b, SMALLEST_SE)),
            steps,
            logit_c,
        )


FEWEST_TO_LEARN_FROM = 30


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the responses and the present prior together say of an item's mean threshold."""

    location: float
    variance: float


def relearned(
    stated: Sequence[ItemPrior | None], estimates: Sequence[Estimate | None]
) -> tuple[ItemPrior | None, ...]:
    """The stated priors, corrected by what all items together tell of how far such statements hold.

    Empirical Bayes: difficulties are taken to scatter about a straight line of the stated ones. Authors who judge with error exaggerate: an item judged very hard is on average
    less so, and a prior centred on the judgement itself would carry that exaggeration into every scale. One EM step for
    the line and the scatter, the items' estimates (n,) with their posterior variances being the complete data (Dempster,
    Laird and Rubin 1977, section 4.5); the stated standard errors keep their proportions. Fewer than
    `FEWEST_TO_LEARN_FROM` items teach nothing, and the stated priors stand. Slopes keep their priors: the mode of a
    slope from few answers lies above its mean, and learning from modes would let the whole scale drift.
    """
    usable = [
        (i, prior, found)
        for i, (prior, found) in enumerate(zip(stated, estimates, strict=True))
        if prior is not None and found is not None and prior.location is not None
    ]
    if len(usable) < FEWEST_TO_LEARN_FROM:
        return tuple(stated)
    location = np.array(
        [(p.location.mean, p.location.sd, e.location, e.variance) for _, p, e in usable if p.location]
    )
    weight = location[:, 1] ** -2
    centre = np.average(location[:, 0], weights=weight)
    spread = float(np.average((location[:, 0] - centre) ** 2, weights=weight))
    target = np.average(location[:, 2], weights=weight)
    tilt = 1.0
    if spread > SMALLEST_SE**2:
        tilt = float(
            np.average((location[:, 0] - centre) * (location[:, 2] - target), weights=weight) / spread
        )
    line = target + tilt * (location[:, 0] - centre)
    scatter = math.sqrt(float(np.mean(((location[:, 2] - line) ** 2 + location[:, 3]) * weight)))
    learned = list(stated)
    for row, (i, prior, _) in enumerate(usable):
        learned[i] = replace(
            prior,
            location=Normal(float(line[row]), max(float(location[row, 1]) * scatter, SMALLEST_SE)),
        )
    return tuple(learned)


@dataclass(frozen=True, slots=True)
class PriorTable:
    """The priors of n items of one model: `mean` and `precision` (n, F), precision 0 where nothing is believed.

    The features are log a, the mean of b, the M - 1 steps and, in a binary item, logit c.
    """

    mean: FloatArray
    precision: FloatArray

    @classmethod
    def of(cls, priors: Sequence[ItemPrior | None], model: ItemModel) -> PriorTable | None:
        """None when no item has a prior. Raises ValueError for a wrong number of steps."""
        features = model.points + 1 + isinstance(model, Binary)
        mean, precision = np.zeros((len(priors), features)), np.zeros((len(priors), features))
        for row, prior in enumerate(priors):
            if prior is None:
                continue
            if prior.steps and len(prior.steps) != model.points - 1:
                raise ValueError(f"{model.points - 1} beliefs about steps expected, found {len(prior.steps)}")
            steps = prior.steps or (None,) * (model.points - 1)
            beliefs = [prior.log_a, prior.location, *steps]
            if isinstance(model, Binary):
                beliefs.append(prior.logit_c)
            for column, belief in enumerate(beliefs):
                if belief is not None:
                    mean[row, column], precision[row, column] = belief.mean, belief.sd**-2
        return cls(mean, precision) if precision.any() else None

    def terms(self, model: ItemModel, parameters: FloatArray) -> Terms:
        """Log-density up to a constant (n,), -inf where it is nought, its gradient and Gauss-Newton information."""
        n = len(parameters)
        a = parameters[:, 0]
        speaks = (self.precision[:, :-1] if isinstance(model, Binary) else self.precision).any(axis=1)
        possible = ~speaks | ((a > 0) & model.valid(parameters))
        safe = parameters.copy()
        safe[~possible | ~speaks, 0] = 1.0
        b, steps = model.difficulties(safe), model.steps(safe)
        values = [np.log(np.abs(safe[:, :1])), b.values.mean(axis=1, keepdims=True), steps.values]
        slope = np.zeros((n, 1, model.size))
        slope[:, 0, 0] = 1.0 / safe[:, 0]
        jacobians = [slope, b.jacobian.mean(axis=1, keepdims=True), steps.jacobian]
        if isinstance(model, Binary):
            values.append(safe[:, 2:])
            guess = np.zeros((n, 1, model.size))
            guess[:, 0, 2] = 1.0
            jacobians.append(guess)
        jacobian = np.concatenate(jacobians, axis=1)
        off = self.mean - np.concatenate(values, axis=1)
        off[self.precision == 0] = 0.0
        value = np.where(possible, -0.5 * (self.precision * off**2).sum(axis=1), -np.inf)
        gradient = np.einsum("if,ifp->ip", self.precision * off, jacobian)
        information = np.einsum("if,ifp,ifq->ipq", self.precision, jacobian, jacobian)
        return Terms(value, gradient, information)
