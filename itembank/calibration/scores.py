"""Abilities of the people in a file of responses, and how well each one's answers fit, under a calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from itembank.calibration.answers import Adaptive, Answers, Block, IntArray
from itembank.calibration.calibrate import Calibration, answers_of, with_parameters
from itembank.calibration.groups import Group, grouped, starting_values
from itembank.calibration.propagation import Beliefs, propagate
from itembank.calibration.responses import Responses
from itembank.calibration.setup import ItemSetup, Options, Population
from itembank.response_model import FloatArray


@dataclass(frozen=True, slots=True)
class Scored:
    """A calibration set beside answers: everything that a person's posterior is made of."""

    answers: Answers
    persons: IntArray
    """(P,) positions in `responses.persons` of those who answered."""
    groups: tuple[Group, ...]
    parameters: tuple[FloatArray, ...]
    theta: FloatArray
    """(G, D)"""
    population: Population
    adaptive: Adaptive

    @classmethod
    def of(
        cls,
        responses: Responses,
        setups: Sequence[ItemSetup],
        calibration: Calibration,
        options: Options | None = None,
    ) -> Scored:
        held = with_parameters(setups, calibration)
        answers, persons = answers_of(responses, held)
        groups = grouped(held, answers.first_row)
        parameters = tuple(starting_values(group, held, answers.totals()) for group in groups)
        population = calibration.population
        grid = (options or Options()).grid
        adaptive = Adaptive.of(answers, [setup.dimension for setup in held], len(population.mean))
        theta = population.mean + grid[:, None] * population.sd
        return cls(answers, persons, groups, parameters, theta, population, adaptive)

    def table(self) -> FloatArray:
        """Log-probabilities (G, C)."""
        table = np.empty((len(self.theta), self.answers.rows))
        for group, values in zip(self.groups, self.parameters, strict=True):
            logs = group.model.log_probabilities(values, group.theta(self.theta))
            table[:, group.rows] = logs.transpose(2, 0, 1)
        return table

    def beliefs(self, block: Block, table: FloatArray) -> Beliefs:
        """The posteriors of a block of persons."""
        return propagate(
            self.adaptive.log_likelihood(block, table),
            block.answered,
            self.theta,
            self.population,
            None,
            1e-8,
        )


@dataclass(frozen=True, slots=True)
class Abilities:
    """Expected a posteriori abilities: `person` (P,) positions in `responses.persons`, `mean` and `sd` (P, D)."""

    person: IntArray
    mean: FloatArray
    sd: FloatArray


def abilities(
    responses: Responses,
    setups: Sequence[ItemSetup],
    calibration: Calibration,
    options: Options | None = None,
) -> Abilities:
    """Posterior mean and standard deviation of everyone who answered something (Bock and Mislevy 1982)."""
    scored = Scored.of(responses, setups, calibration, options)
    table = scored.table()
    means, deviations = [], []
    for block in scored.adaptive.blocks:
        beliefs = scored.beliefs(block, table)
        means.append(beliefs.mean.T)
        deviations.append(np.sqrt(np.einsum("dds->sd", beliefs.covariance)))
    return Abilities(scored.persons, np.concatenate(means), np.concatenate(deviations))


def standardised_fit(
    responses: Responses,
    setups: Sequence[ItemSetup],
    calibration: Calibration,
    options: Options | None = None,
) -> tuple[IntArray, FloatArray]:
    """lz of each person's answers at the expected a posteriori ability: (P,) positions and values.

    Drasgow, Levine and Williams (1985): the log-likelihood, less its mean, over its standard deviation under the model.
    Low values are answers that do not hang together. No value is given (0) where the answers could not differ.
    In adaptive tests it is not standard normal (van Krimpen-Stoop and Meijer 1999): compare within a design only.
    """
    scored = Scored.of(responses, setups, calibration, options)
    found = abilities(responses, setups, calibration, options)
    answers = scored.answers
    dimension = np.array([setup.dimension for setup in setups])
    theta = found.mean[answers.person, dimension[answers.item]]
    observed, mean, variance = (np.zeros(len(answers.person)) for _ in range(3))
    for group, values in zip(scored.groups, scored.parameters, strict=True):
        where = np.full(answers.items, -1)
        where[group.items] = np.arange(len(group.items))
        mine = np.flatnonzero(where[answers.item] >= 0)
        row = where[answers.item[mine]]
        logs = group.model.log_probabilities(values[row], theta[mine, None])[:, :, 0]
        probability = np.exp(logs)
        score = answers.row[mine] - answers.first_row[answers.item[mine]]
        observed[mine] = logs[np.arange(len(mine)), score]
        mean[mine] = (probability * logs).sum(axis=1)
        variance[mine] = (probability * logs**2).sum(axis=1) - mean[mine] ** 2
    people = answers.persons
    off = np.bincount(answers.person, observed - mean, minlength=people)
    spread = np.bincount(answers.person, variance, minlength=people)
    z = np.where(spread > 1e-12, off / np.sqrt(np.maximum(spread, 1e-12)), 0.0)
    return found.person, z
