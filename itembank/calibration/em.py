"""Marginal maximum likelihood by the EM algorithm: Bock and Aitkin (1981), with what thirty years added.

* Quadrature on equally spaced abilities; equal patterns of answers are handled once.
* The M-step takes Newton steps for all items of a kind at once (`groups`).
* Parameter expansion (Liu, Rubin and Wu 1998): where nothing ties the scale, the population's mean and variance are let
  free in the M-step and folded back into the items, which is the same model and reaches its maximum sooner.
* Extrapolation between iterations by SQUAREM (Varadhan and Roland 2008, scheme S3), undone if it did not help.
* Several correlated dimensions, each item in one of them: the E-step is expectation propagation (`propagation`).

The number maximised is the log-likelihood plus the items' log-priors; where an item has none, this is plain marginal
maximum likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from itembank.calibration.answers import Adaptive, Answers, Patterns
from itembank.calibration.groups import Group, starting_values
from itembank.calibration.models import Binary
from itembank.calibration.propagation import Sites, propagate
from itembank.calibration.setup import ItemSetup, Options, Population, Progress
from itembank.response_model import FloatArray

BoolArray = NDArray[np.bool_]

_LONGEST_LEAP = 64.0


@dataclass(frozen=True, slots=True)
class State:
    """Where the search stands: `parameters`, an (n, p) array a group, and the population."""

    parameters: tuple[FloatArray, ...]
    population: Population


@dataclass(frozen=True, slots=True)
class Expected:
    """What an E-step yields: the marginal log-likelihood; `counts` (C, G), expected answers at each ability;
    `mean` (D,) and `second` (D, D), the population's posterior moments."""

    log_likelihood: float
    counts: FloatArray
    mean: FloatArray
    second: FloatArray


class Layout(Protocol):
    """Answers arranged for the E-step."""

    def expected(self, table: FloatArray, theta: FloatArray, population: Population) -> Expected:
        """From log-probabilities (C, G) at `theta` (G, D)."""


class FullTable:
    """The E-step on patterns of one dimension: two matrix products."""

    def __init__(self, patterns: Patterns, options: Options) -> None:
        self.patterns = patterns
        self._log_density = _log_weights(options)

    def posterior(self, table: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Every pattern's posterior (N, G), summing to 1, and its marginal log-likelihood (N,)."""
        logs = self.patterns.log_likelihood(table)
        logs += self._log_density
        top = logs.max(axis=1, keepdims=True)
        logs -= top
        weights = np.exp(logs, out=logs)
        total = weights.sum(axis=1, keepdims=True)
        weights /= total
        return weights, (top + np.log(total))[:, 0]

    def expected(self, table: FloatArray, theta: FloatArray, population: Population) -> Expected:
        weights, marginal = self.posterior(table)
        weights *= self.patterns.weight[:, None]
        crowd = weights.sum(axis=0) / self.patterns.weight.sum()
        mean = np.array([float(crowd @ theta[:, 0])])
        second = np.array([[float(crowd @ theta[:, 0] ** 2)]])
        return Expected(float(self.patterns.weight @ marginal), self.patterns.counts(weights), mean, second)


class SparseTable:
    """The E-step on answers that are missing by design, in any number of dimensions."""

    def __init__(self, adaptive: Adaptive) -> None:
        self.adaptive = adaptive
        self._sites: list[Sites | None] = [None] * len(adaptive.blocks)
        self.sweep_tolerance = 1e-4

    def sites(self, block: int) -> Sites | None:
        """What the last E-step reached for a block of persons."""
        return self._sites[block]

    def expected(self, table: FloatArray, theta: FloatArray, population: Population) -> Expected:
        by_node = np.ascontiguousarray(table.T)
        counts = np.zeros_like(by_node)
        dimensions = len(population.mean)
        total, people = 0.0, 0.0
        mean, second = np.zeros(dimensions), np.zeros((dimensions, dimensions))
        for number, block in enumerate(self.adaptive.blocks):
            beliefs = propagate(
                self.adaptive.log_likelihood(block, by_node),
                block.answered,
                theta,
                population,
                self._sites[number],
                self.sweep_tolerance,
            )
            self._sites[number] = beliefs.sites
            total += float(block.weight @ beliefs.log_evidence)
            people += float(block.weight.sum())
            mean += beliefs.mean @ block.weight
            weighted = beliefs.mean * block.weight
            second += weighted @ beliefs.mean.T + beliefs.covariance @ block.weight
            posterior = beliefs.marginals
            posterior *= block.weight
            self.adaptive.add_counts(block, posterior, counts)
        return Expected(total, np.ascontiguousarray(counts.T), mean / people, second / people)


def _log_weights(options: Options) -> FloatArray:
    density = np.exp(-0.5 * options.grid**2)
    return np.asarray(np.log(density / density.sum()))


@dataclass(frozen=True, slots=True)
class Scale:
    """What ties each dimension's scale, (D,) each: which means and SDs of the population are searched, and which
    dimensions have nothing that ties them (no fixed item, no prior), so that they may be expanded."""

    free_mean: BoolArray
    free_sd: BoolArray
    untied: BoolArray

    @classmethod
    def of(cls, setups: Sequence[ItemSetup], dimensions: int) -> Scale:
        fixed, prior, sloped = (np.zeros(dimensions, dtype=bool) for _ in range(3))
        for setup in setups:
            fixed[setup.dimension] |= setup.fixed
            believed = setup.prior is not None and (
                setup.prior.log_a is not None or setup.prior.location is not None
            )
            prior[setup.dimension] |= believed
            sloped[setup.dimension] |= not setup.fixed and setup.model != "rasch"
        return cls(fixed, fixed | ~sloped, ~fixed & ~prior)


class Problem:
    """One calibration: the answers, the items in groups, and the EM map over `State`."""

    def __init__(
        self,
        answers: Answers,
        layout: Layout,
        setups: Sequence[ItemSetup],
        groups: tuple[Group, ...],
        population: Population,
        options: Options,
    ) -> None:
        self.answers, self.layout, self.setups = answers, layout, setups
        self.groups, self.options = groups, options
        self.scale = Scale.of(setups, len(population.mean))
        totals = answers.totals()
        self.start = State(tuple(starting_values(g, setups, totals) for g in groups), population)

    def theta(self, population: Population) -> FloatArray:
        """Abilities (G, D): the standard grid moved to each dimension's population."""
        nodes: FloatArray = population.mean + self.options.grid[:, None] * population.sd
        return nodes

    def table(self, state: State) -> FloatArray:
        """Log-probabilities (C, G)."""
        theta = self.theta(state.population)
        table = np.empty((self.answers.rows, self.options.nodes))
        for group, parameters in zip(self.groups, state.parameters, strict=True):
            table[group.rows] = group.model.log_probabilities(parameters, group.theta(theta))
        return table

    def expected(self, state: State) -> Expected:
        return self.layout.expected(self.table(state), self.theta(state.population), state.population)

    def log_prior(self, state: State) -> float:
        return sum(g.log_prior(p) for g, p in zip(self.groups, state.parameters, strict=True))

    def improved(self, state: State, expected: Expected) -> State:
        """The M-step."""
        theta = self.theta(state.population)
        parameters = [
            group.maximised(values, group.theta(theta), expected.counts[group.rows])
            for group, values in zip(self.groups, state.parameters, strict=True)
        ]
        return self._rescaled(parameters, state.population, expected)

    def _rescaled(self, parameters: list[FloatArray], population: Population, expected: Expected) -> State:
        """The population's M-step; what it may not change is folded back into items that nothing else ties."""
        scale = self.scale
        mean = np.where(scale.free_mean | scale.untied, expected.mean, population.mean)
        covariance = (
            expected.second
            - np.outer(expected.mean, mean)
            - np.outer(mean, expected.mean)
            + np.outer(mean, mean)
        )
        sd = np.sqrt(np.diag(covariance))
        correlation = covariance / np.outer(sd, sd)
        if len(sd) > 1 and not self.options.estimate_correlations:
            correlation = population.correlation
        kept_sd = np.where(scale.free_sd, sd, population.sd)
        kept_mean = np.where(scale.free_mean, mean, population.mean)
        stretch = np.where(scale.untied & ~scale.free_sd, sd / population.sd, 1.0)
        shift = np.where(scale.untied, mean - kept_mean * stretch, 0.0)
        moved = [
            group.model.moved(values, shift[group.dimension], stretch[group.dimension])
            if scale.untied.any()
            else values
            for group, values in zip(self.groups, parameters, strict=True)
        ]
        return State(tuple(moved), Population(kept_mean, correlation * np.outer(kept_sd, kept_sd)))

    # --- states as vectors, for extrapolation -----------------------------------------------------------

    def packed(self, state: State) -> FloatArray:
        """The free numbers of a state in one vector; the population by the logarithmic Cholesky factor."""
        parts = [values[group.free] for group, values in zip(self.groups, state.parameters, strict=True)]
        factor = np.linalg.cholesky(state.population.covariance)
        low = np.tril_indices(len(factor), -1)
        return np.concatenate([*parts, state.population.mean, np.log(np.diag(factor)), factor[low]])

    def unpacked(self, vector: FloatArray, like: State) -> State | None:
        """The state of a vector, None where it describes no items."""
        if not np.isfinite(vector).all():
            return None
        position, parameters = 0, []
        for group, values in zip(self.groups, like.parameters, strict=True):
            size = int(group.free.sum())
            found = values.copy()
            found[group.free] = vector[position : position + size]
            found = group.model.bounded(found)
            astray = ~group.model.valid(found)
            if group.prior is not None:
                astray |= found[:, 0] <= 0
            found[astray] = values[astray]
            parameters.append(found)
            position += size
        dimensions = len(like.population.mean)
        mean = vector[position : position + dimensions]
        factor = np.zeros((dimensions, dimensions))
        diagonal = vector[position + dimensions : position + 2 * dimensions]
        if np.abs(diagonal).max() > 5:
            return None
        np.fill_diagonal(factor, np.exp(diagonal))
        factor[np.tril_indices(dimensions, -1)] = vector[position + 2 * dimensions :]
        population = Population(mean, factor @ factor.T)
        sd = np.where(self.scale.free_sd, population.sd, like.population.sd)
        kept = population.correlation * np.outer(sd, sd)
        return State(tuple(parameters), Population(mean, kept))

    def distance(self, before: State, after: State) -> float:
        """The largest change of any number, lower asymptotes on their own scale."""
        largest = 0.0
        for group, old, new in zip(self.groups, before.parameters, after.parameters, strict=True):
            change = np.abs(new - old)
            if isinstance(group.model, Binary):
                change[:, 2] = np.abs(1 / (1 + np.exp(-new[:, 2])) - 1 / (1 + np.exp(-old[:, 2])))
            largest = max(largest, float(change.max(initial=0.0)))
        moved = np.abs(after.population.covariance - before.population.covariance).max()
        drift = np.abs(after.population.mean - before.population.mean).max()
        return max(largest, float(moved), float(drift))


@dataclass(frozen=True, slots=True)
class Search:
    """Where the EM ended."""

    state: State
    expected: Expected
    iterations: int
    converged: bool


def maximise(problem: Problem, progress: Progress | None = None) -> Search:
    """EM with SQUAREM until an iteration moves nothing by more than the tolerance."""
    most = problem.options.max_iterations
    done, converged = 0, False
    limit = 4.0

    def em(state: State) -> tuple[float, State, float]:
        nonlocal done
        expected = problem.expected(state)
        after = problem.improved(state, expected)
        done += 1
        if progress is not None and done < most:
            progress(done, most)
        return expected.log_likelihood + problem.log_prior(state), after, problem.distance(state, after)

    state = problem.start
    fallback: tuple[float, State] | None = None
    while done < most:
        value, first, moved = em(state)
        if fallback is not None and value < fallback[0] - 1e-9 * abs(fallback[0]):
            state, fallback, limit = fallback[1], None, max(limit / 4.0, 1.0)
            continue
        fallback = None
        if moved < problem.options.tolerance:
            state, converged = first, True
            break
        if done >= most:
            state = first
            break
        value, second, moved = em(first)
        if moved < problem.options.tolerance:
            state, converged = second, True
            break
        leap, limit = _leap(problem, state, first, second, limit)
        if leap is not None:
            fallback = (value, second)
        state = leap or second
    expected = problem.expected(state)
    if progress is not None:
        progress(most, most)
    return Search(state, expected, done, converged)


def _leap(
    problem: Problem, start: State, first: State, second: State, limit: float
) -> tuple[State | None, float]:
    """SQUAREM's extrapolation from two EM steps, no longer than `limit`; the limit for the next one."""
    x0, x1, x2 = (problem.packed(state) for state in (start, first, second))
    r, v = x1 - x0, x2 - 2.0 * x1 + x0
    bend = float(np.linalg.norm(v))
    if bend == 0.0:
        return None, limit
    length = min(float(np.linalg.norm(r)) / bend, limit)
    if length <= 1.0:
        return None, limit
    grown = min(4.0 * limit, _LONGEST_LEAP) if length == limit else limit
    return problem.unpacked(x0 + 2.0 * length * r + length * length * v, second), grown
