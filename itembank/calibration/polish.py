"""Newton's method on the marginal log-likelihood, for what the EM approaches too slowly.

Lower asymptotes without a prior lie along a nearly flat ridge, where an EM step is a small part of the way. On a full table
the gradient and the observed information cost one pass (`standard_errors`), so the last stretch is Levenberg's (1944) damped
Newton. Every accepted step raises the objective.
"""

from __future__ import annotations

import numpy as np

from itembank.calibration.em import FullTable, Problem, Search, State
from itembank.calibration.setup import Population
from itembank.calibration.standard_errors import searched, whole_information
from itembank.response_model import FloatArray

MOST_STEPS = 40
_DAMPING = (1e-6, 1e8)


def polished(problem: Problem, found: Search, table: FullTable) -> Search:
    """Where damped Newton steps lead from the end of an EM that ran out of iterations."""
    state, expected = found.state, found.expected
    value = expected.log_likelihood + problem.log_prior(state)
    damping, converged = 1e-3, False
    for _ in range(MOST_STEPS):
        information = whole_information(problem, state, expected, table)
        scale = np.diag(np.abs(np.diag(information.matrix)) + 1e-6)
        while damping < _DAMPING[1]:
            step = np.linalg.solve(information.matrix + damping * scale, information.gradient)
            candidate = _moved(problem, state, np.clip(step, -1.0, 1.0))
            if candidate is not None:
                then = problem.expected(candidate)
                new_value = then.log_likelihood + problem.log_prior(candidate)
                if new_value >= value:
                    break
            damping *= 10.0
        else:
            break
        converged = problem.distance(state, candidate) < problem.options.tolerance
        state, expected, value = candidate, then, new_value
        damping = max(damping / 10.0, _DAMPING[0])
        if converged:
            break
    return Search(state, expected, found.iterations, converged or found.converged)


def _moved(problem: Problem, state: State, step: FloatArray) -> State | None:
    """The state moved along `step`, laid out as `Information`; None where that describes no items."""
    position, parameters = 0, []
    for group, values in zip(problem.groups, state.parameters, strict=True):
        mask = searched(group, values)
        size = int(mask.sum())
        new = values.copy()
        new[mask] += step[position : position + size]
        new = group.model.bounded(new)
        if not group.model.valid(new).all() or (group.prior is not None and (new[:, 0] <= 0).any()):
            return None
        parameters.append(new)
        position += size
    mean, sd = state.population.mean.copy(), float(state.population.sd[0])
    if problem.scale.free_mean[0]:
        mean = mean + step[position]
        position += 1
    if problem.scale.free_sd[0]:
        sd *= float(np.exp(step[position]))
    return State(tuple(parameters), Population(mean, np.array([[sd * sd]])))
