"""What calibration is told about each item, and the choices that hold for the whole run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from itembank.calibration.models import Model
from itembank.calibration.priors import ItemPrior
from itembank.item import Parameters
from itembank.response_model import FloatArray

Progress = Callable[[int, int], None]
"""Called with iterations done and the most there can be; equal when it is over."""


@dataclass(frozen=True, slots=True)
class ItemSetup:
    """One item to calibrate.

    `model` with `points` says how it is scored; `dimension` counts from 0; `guessing` is a lower asymptote held fixed
    (right-or-wrong items under any model but the 3PL, which searches its own); `start` are the parameters to start
    from; with `fixed` they are kept as they are, and link the run to the scale they came from (Kim 2006).
    """

    id: str
    model: Model = Model.TWO_PL
    points: int = 1
    dimension: int = 0
    guessing: float = 0.0
    prior: ItemPrior | None = None
    start: Parameters | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    """Where abilities come from: normal, `mean` (D,) and `covariance` (D, D)."""

    mean: FloatArray
    covariance: FloatArray

    @classmethod
    def standard(cls, dimensions: int = 1, correlation: float = 0.0) -> Population:
        """Means 0, variances 1, every pair correlated alike."""
        covariance = np.full((dimensions, dimensions), correlation)
        np.fill_diagonal(covariance, 1.0)
        return cls(np.zeros(dimensions), covariance)

    @property
    def sd(self) -> FloatArray:
        """Standard deviations (D,)."""
        deviations: FloatArray = np.sqrt(np.diag(self.covariance))
        return deviations

    @property
    def correlation(self) -> FloatArray:
        """(D, D)."""
        matrix: FloatArray = self.covariance / np.outer(self.sd, self.sd)
        return matrix


@dataclass(frozen=True, slots=True)
class Options:
    """How to compute.

    `nodes` abilities, equally spaced over the population mean +/- `half_width` standard deviations: at 61 over +/- 6
    the step of 0.2 SD integrates any posterior wider than 0.15 SD to 1e-5 (trapezoid rule, spectrally accurate).
    With `learn_priors`, priors are corrected by what all items together tell of them (`priors.relearned`), in
    `LEARNING_ROUNDS` rounds. The EM stops when an iteration moves no parameter by more than `tolerance` (intercepts and slopes, c itself, means
    and covariances), or after `max_iterations` E-steps.
    """

    nodes: int = 61
    half_width: float = 6.0
    tolerance: float = 1e-5
    max_iterations: int = 500
    standard_errors: bool = True
    estimate_correlations: bool = True
    learn_priors: bool = False

    def __post_init__(self) -> None:
        if self.nodes < 11 or not 3.0 <= self.half_width <= 12.0:
            raise ValueError("at least 11 nodes over +/- 3 to 12 standard deviations are needed")
        if self.tolerance <= 0 or self.max_iterations < 1:
            raise ValueError("tolerance and max_iterations must be positive")

    @property
    def grid(self) -> FloatArray:
        """Standardised abilities (G,)."""
        return np.linspace(-self.half_width, self.half_width, self.nodes)


def same_for_all(
    items: Sequence[str], points: Sequence[int], model: Model, *, priors: bool = False
) -> tuple[ItemSetup, ...]:
    """One dimension, one model; weak priors on request. `points` are the largest scores seen."""
    return tuple(
        ItemSetup(name, model, max(int(most), 1), prior=ItemPrior.weak(max(int(most), 1)) if priors else None)
        for name, most in zip(items, points, strict=True)
    )
