"""Standard errors from the observed information at the maximum.

Louis (1982): the observed information is the complete-data information less what the unknown abilities cost,

    I = E[-l''] - sum over persons of Var(score | answers),

each expectation over the persons' posteriors. `whole_information` has it for all parameters together, so that an item's
error includes what the other items' errors contribute; `item_information` takes each item with the others known, which
is all but the same where every item has few of the persons (adaptive tests), and costs a thousandth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from itembank.calibration.em import Expected, FullTable, Problem, SparseTable, State
from itembank.calibration.groups import BoolArray, Group
from itembank.calibration.models import LOGIT_C_RANGE, Binary
from itembank.calibration.propagation import propagate
from itembank.response_model import FloatArray

_NEGLIGIBLE = 1e-10


@dataclass(frozen=True, slots=True)
class Information:
    """`matrix` (F, F) about all free numbers with their `gradient` (F,), items first, group by group in the order of
    `Group.free`, then the population's free means and logarithms of SDs (one dimension)."""

    matrix: FloatArray
    gradient: FloatArray


def searched(group: Group, parameters: FloatArray) -> BoolArray:
    """(n, p) which numbers have a standard error: free, and not stopped by the bound of the search."""
    found = group.free.copy()
    if isinstance(group.model, Binary):
        found[:, 2] &= (parameters[:, 2] > LOGIT_C_RANGE[0]) & (parameters[:, 2] < LOGIT_C_RANGE[1])
    return found


def whole_information(problem: Problem, state: State, expected: Expected, table: FullTable) -> Information:
    """Louis' information about everything that is free, in one dimension."""
    posterior, _ = table.posterior(problem.table(state))
    patterns = table.patterns
    theta = problem.theta(state.population)
    mean, sd = float(state.population.mean[0]), float(state.population.sd[0])
    z = (theta[:, 0] - mean) / sd

    free = [searched(g, p) for g, p in zip(problem.groups, state.parameters, strict=True)]
    sizes = [int(f.sum()) for f in free]
    population = [bool(problem.scale.free_mean[0]), bool(problem.scale.free_sd[0])]
    total = sum(sizes) + sum(population)
    slopes = np.zeros((len(z), problem.answers.rows, total))  # of log-probabilities, a node at a time
    scores = np.zeros((len(posterior), total))
    matrix = np.zeros((total, total))
    gradient = np.zeros(total)
    position = 0
    for group, values, mask in zip(problem.groups, state.parameters, free, strict=True):
        nodes = group.theta(theta)
        derivatives = group.model.derivatives(values, nodes)
        information = group.model.observed_information(values, nodes, expected.counts[group.rows])
        if group.prior is not None:
            prior = group.prior.terms(group.model, values)
            information = information + prior.information
        where = np.full(mask.shape, -1)
        where[mask] = position + np.arange(int(mask.sum()))
        for item, p in np.argwhere(mask):
            column = int(where[item, p])
            slopes[:, group.rows[item], column] = derivatives[item, :, p].T
            across = posterior @ derivatives[item, :, p].T
            given = patterns.scores[:, group.items[item]]
            scores[:, column] = np.where(
                given >= 0,
                np.take_along_axis(across, np.maximum(given, 0)[:, None].astype(int), 1)[:, 0],
                0.0,
            )
            others = np.flatnonzero(mask[item])
            matrix[column, where[item, others]] = information[item, p, others]
            if group.prior is not None:
                gradient[column] += prior.gradient[item, p]
        position += int(mask.sum())

    people = patterns.weight.sum()
    crowd = patterns.weight @ posterior
    own = np.zeros((len(z), total))
    if population[0]:
        own[:, position] = z / sd
        matrix[position, position] = people / sd**2
    if all(population):
        matrix[position, position + 1] = matrix[position + 1, position] = 2.0 * float(crowd @ z) / sd
    if population[1]:
        own[:, position + sum(population) - 1] = z**2 - 1.0
        matrix[-1, -1] = 2.0 * float(crowd @ z**2)
    scores[:, position:] = posterior @ own[:, position:]

    gradient += patterns.weight @ scores
    matrix += (scores.T * patterns.weight) @ scores
    for node in np.flatnonzero(crowd > _NEGLIGIBLE * people):
        seen = patterns.columns * np.sqrt(patterns.weight * posterior[:, node])[:, None]
        along = patterns.basis @ slopes[node]
        along[-1] += own[node]
        matrix -= along.T @ ((seen.T @ seen) @ along)
    return Information(0.5 * (matrix + matrix.T), gradient)


def item_information(
    problem: Problem, state: State, expected: Expected, table: SparseTable
) -> tuple[FloatArray, ...]:
    """Louis' information about each item with everything else known: (n, p, p) a group."""
    theta = problem.theta(state.population)
    by_node = np.ascontiguousarray(problem.table(state).T)
    widest = max(group.model.size for group in problem.groups)
    slopes = np.zeros((widest, len(theta), problem.answers.rows))
    complete = []
    for group, values in zip(problem.groups, state.parameters, strict=True):
        nodes = group.theta(theta)
        counts = expected.counts[group.rows]
        derivatives = group.model.derivatives(values, nodes)
        for p in range(group.model.size):
            slopes[p][:, group.rows] = derivatives[:, :, p].transpose(2, 0, 1)
        squares = np.einsum("ikg,ikpg,ikqg->ipq", counts, derivatives, derivatives, optimize=True)
        found = group.model.observed_information(values, nodes, counts) - squares
        if group.prior is not None:
            found = found + group.prior.terms(group.model, values).information
        complete.append(found)

    rows = problem.answers.rows
    products = np.zeros((widest, widest, rows))
    for number, block in enumerate(table.adaptive.blocks):
        beliefs = propagate(
            table.adaptive.log_likelihood(block, by_node),
            block.answered,
            theta,
            state.population,
            table.sites(number),
            table.sweep_tolerance,
        )
        marginals = beliefs.marginals.reshape(len(theta), -1)
        means = np.zeros((widest, len(block.row)))
        for node in range(len(theta)):
            weight = marginals[node][block.slot]
            for p in range(widest):
                means[p] += weight * slopes[p, node][block.row]
        person = block.weight[block.slot % block.persons]
        for p in range(widest):
            for q in range(p + 1):
                products[p, q] += np.bincount(block.row, means[p] * means[q] * person, minlength=rows)
                products[q, p] = products[p, q]
    return tuple(
        found + products[:size, :size][:, :, group.rows].sum(axis=3).transpose(2, 0, 1)
        for group, found in zip(problem.groups, complete, strict=True)
        for size in (group.model.size,)
    )
