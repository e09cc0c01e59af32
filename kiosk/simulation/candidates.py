"""Simulated candidates: how one person answers, in points and seconds, from true abilities and true item parameters.

The engine knows an item's parameters only up to their standard errors. The truth may be those parameters, or be drawn
from those errors, once a study: then the stated confidence is put to the test it claims to pass.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from itembank.bank import Entry
from itembank.item import Item, Parameters
from itembank.response_model import FloatArray, drawn
from itembank.scoring import Response, Score
from kiosk.simulation.population import Population

RAPID_MEDIAN = 2.0
RAPID_SD = 0.3
"""Seconds of a rapid guess, and the standard deviation of their logarithm: the spike at the left of response-time
distributions (Wise 2017)."""


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
class SimulatedAnswer:
    """Points scored, seconds taken, and whether it was a rapid guess."""

    points: int
    seconds: float
    rapid: bool = False


@dataclass(frozen=True, slots=True)
class SimulatedCandidate:
    """One candidate: `theta` (D,) in the order of `competences`, and the manners of `Population`."""

    theta: FloatArray
    competences: Sequence[str]
    truth: Mapping[str, Parameters]
    speed: float = 0.0
    rapid_guessing: float = 0.0
    speeded: float = 0.0
    carelessness: float = 0.0
    warm_up: float = 0.0
    warm_up_items: int = 8

    @classmethod
    def of(
        cls,
        population: Population,
        index: int,
        competences: Sequence[str],
        truth: Mapping[str, Parameters],
    ) -> SimulatedCandidate:
        """The person number `index` of a population."""
        return cls(
            theta=population.theta[index],
            competences=competences,
            truth=truth,
            speed=float(population.speed[index]),
            rapid_guessing=float(population.rapid[index]),
            speeded=float(population.speeded[index]),
            carelessness=float(population.careless[index]),
            warm_up=float(population.warm_up[index]),
            warm_up_items=population.warm_up_items,
        )

    def answer(self, item: Item, number: int, expected: int, rng: np.random.Generator) -> SimulatedAnswer:
        """The answer to question `number` (from 1) of a test of about `expected` questions.

        Draws the same numbers whatever happens, so that two studies of the same people stay in step.
        """
        luck, slip, haste, noise = rng.random(), rng.random(), rng.random(), rng.standard_normal()
        hurrying = self.speeded > 0 and number > (1.0 - self.speeded) * expected
        rapid = haste < self.rapid_guessing or hurrying
        if rapid:
            chance = self.truth[item.id].c
            full = item.max_score if luck < chance else 0
            return SimulatedAnswer(full, RAPID_MEDIAN * math.exp(RAPID_SD * noise), rapid=True)
        fading = max(0.0, 1.0 - (number - 1) / self.warm_up_items)
        points = self._points(item, luck, self.warm_up * fading)
        if points == item.max_score and slip < self.carelessness:
            points = 0
        return SimulatedAnswer(points, self._seconds(item, noise))

    def points(self, item: Item, rng: np.random.Generator) -> int:
        """Points drawn from the item's true response function at this candidate's ability."""
        return self._points(item, rng.random(), 0.0)

    def seconds(self, item: Item, rng: np.random.Generator) -> float:
        """Seconds drawn from the item's lognormal response-time model at this candidate's speed."""
        return self._seconds(item, rng.standard_normal())

    def _points(self, item: Item, luck: float, loss: float) -> int:
        """The largest k with luck < P(X >= k): one uniform number decides (P falls with k)."""
        true = self.truth[item.id]
        theta = float(self.theta[self.competences.index(item.competence)]) - loss
        points = 0
        for b in true.b:
            if luck >= true.c + (1.0 - true.c) / (1.0 + math.exp(min(-true.a * (theta - b), 700.0))):
                break
            points += 1
        return points

    def _seconds(self, item: Item, noise: float) -> float:
        return math.exp(item.time.intensity - self.speed + noise / item.time.discrimination)


def points_as_response(item: Item, response: Response) -> Score:
    """Scoring for simulated sittings, where the response is the number of points itself."""
    return Score(int(response), item.max_score)
