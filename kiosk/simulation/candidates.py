"""Simulated candidates: true abilities from the bank's prior, answers from true item parameters.

The engine knows an item's parameters only up to their standard errors. The truth may be those parameters, or be drawn
from those errors, once a study: then the stated confidence is put to the test it claims to pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from itembank.bank import Entry
from itembank.item import Item, Parameters
from itembank.response_model import FloatArray, category_probabilities, drawn
from itembank.scoring import Response, Score


def true_parameters(
    entries: Sequence[Entry], rng: np.random.Generator, with_error: bool
) -> dict[str, Parameters]:
    """Item id -> the parameters that really rule the answers in this study."""
    return {e.id: drawn(e.parameters, rng) if with_error else e.parameters for e in entries}


def true_abilities(
    count: int, mean: Sequence[float], covariance: Sequence[Sequence[float]], rng: np.random.Generator
) -> FloatArray:
    """True theta of `count` candidates, (count, D)."""
    return rng.multivariate_normal(np.asarray(mean), np.asarray(covariance), size=count, method="cholesky")


@dataclass(frozen=True, slots=True)
class SimulatedCandidate:
    """One candidate: `theta` (D,) in the order of `competences`."""

    theta: FloatArray
    competences: Sequence[str]
    truth: dict[str, Parameters]

    def points(self, item: Item, rng: np.random.Generator) -> int:
        """Points drawn from the item's true response function at this candidate's ability."""
        ability = self.theta[
            self.competences.index(item.competence) : self.competences.index(item.competence) + 1
        ]
        chances = category_probabilities(self.truth[item.id], ability)[:, 0].cumsum()
        return int(np.searchsorted(chances, rng.random() * chances[-1], side="right").clip(0, item.max_score))


def points_as_response(item: Item, response: Response) -> Score:
    """Scoring for simulated sittings, where the response is the number of points itself."""
    return Score(int(response), item.max_score)
