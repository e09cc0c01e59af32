"""From responses to item parameters with standard errors, on the theta metric of the population or of fixed items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from itembank.calibration.answers import DENSE_FROM, Adaptive, Answers, Patterns
from itembank.calibration.em import FullTable, Layout, Problem, Search, SparseTable, State, maximise
from itembank.calibration.groups import Group, grouped, to_parameters
from itembank.calibration.models import NO_GUESSING, Binary, Model
from itembank.calibration.polish import polished
from itembank.calibration.priors import Estimate, relearned
from itembank.calibration.responses import Responses
from itembank.calibration.setup import ItemSetup, Options, Population, Progress
from itembank.calibration.standard_errors import item_information, searched, whole_information
from itembank.errors import ItemBankFault
from itembank.item import Parameters
from itembank.response_model import FloatArray

FEWEST_ANSWERS = 20
"""People who must have answered an item that has no prior."""
STEEPEST = 15.0
"""A slope beyond this is no estimate: the item's answers separate the abilities outright."""
LEARNING_ROUNDS = 6
LEARNING_TOLERANCE = 3e-3
LEARNING_ITERATIONS = 40
MOST_FOR_WHOLE = 1200
"""Free numbers up to which the whole information matrix is computed on a full table."""


@dataclass(frozen=True, slots=True)
class CalibratedItem:
    """One item's result. Standard errors are None where there is none to give (held fixed, or at a bound).

    `b` and `se_b` have one number a point; `se_location` is the standard error of their mean; `answers` is the number
    of people who answered.
    """

    id: str
    model: Model
    dimension: int
    answers: float
    a: float
    b: tuple[float, ...]
    c: float
    se_a: float | None
    se_b: tuple[float, ...] | None
    se_location: float | None
    se_c: float | None
    fixed: bool

    @property
    def parameters(self) -> Parameters:
        """As a bank keeps them."""
        return Parameters(
            self.a, self.b, self.c, self.se_a or 0.0, self.se_location or 0.0, self.se_c or 0.0, "calibrated"
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know about one item: a catalogue code and its parameters."""

    code: str
    item: str


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The outcome. `log_likelihood` is the marginal one, without priors (expectation propagation's approximation in
    several dimensions); `standard_errors` is ``whole``, ``item`` or ``none`` (see `standard_errors`)."""

    items: tuple[CalibratedItem, ...]
    population: Population
    log_likelihood: float
    persons: float
    parameters_estimated: int
    iterations: int
    converged: bool
    standard_errors: str
    notices: tuple[Notice, ...]

    def __getitem__(self, item: str) -> CalibratedItem:
        return next(found for found in self.items if found.id == item)


def answers_of(responses: Responses, setups: Sequence[ItemSetup]) -> tuple[Answers, NDArray[np.int64]]:
    """The answers to the items of the setup, and the positions in `responses.persons` of those who gave any.

    Answers to other items are left out. Raises ItemBankFault `calibration.score` for more points than the item has.
    """
    position = {setup.id: i for i, setup in enumerate(setups)}
    if len(position) != len(setups):
        raise ValueError("every item must be set up once")
    of_item = np.array([position.get(name, -1) for name in responses.items], dtype=np.int64)
    item = of_item[responses.item] if len(responses.item) else np.zeros(0, dtype=np.int64)
    kept = item >= 0
    item, score, person = item[kept], responses.score[kept], responses.person[kept]
    points = np.array([setup.points for setup in setups], dtype=np.int64)
    wrong = (score > points[item]) | (score < 0)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise ItemBankFault(
            "calibration.score",
            item=setups[int(item[first])].id,
            person=responses.persons[int(person[first])],
            found=int(score[first]),
            most=int(points[item[first]]),
        )
    present, renumbered = np.unique(person, return_inverse=True)
    first_row = np.concatenate([[0], np.cumsum(points + 1)])
    return (
        Answers(renumbered.reshape(-1), item, first_row[item] + score, responses.count[present], first_row),
        present,
    )


def calibrate(
    responses: Responses,
    setups: Sequence[ItemSetup],
    *,
    population: Population | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Calibration:
    """Estimate the items of `setups` from the `responses` to them.

    The population starts at `population` (by default standard normal, as many dimensions as the setups name, pairs
    correlated .5). Its means and variances stay as given unless a fixed item ties the dimension's scale, or all its
    slopes are 1 (then the variance alone is free); correlations are estimated unless the options say not.

    Raises ItemBankFault, naming the item: `calibration.no_answers`, `.score`, `.too_few_answers`,
    `.too_few_items`, `.constant_item`, `.unseen_score`, `.separation`; ValueError for setups that make no sense.
    """
    chosen = options or Options()
    dimensions = 1 + max((setup.dimension for setup in setups), default=0)
    start = population or Population.standard(dimensions, 0.5)
    if len(start.mean) < dimensions:
        raise ValueError(f"{dimensions} dimensions are set up, the population has {len(start.mean)}")
    answers, _ = answers_of(responses, setups)
    if not len(answers.person):
        raise ItemBankFault("calibration.no_answers")
    groups = grouped(setups, answers.first_row)
    notices = _examined(setups, answers)
    layout = _layout(answers, setups, len(start.mean), chosen)
    problem = Problem(answers, layout, setups, groups, start, chosen)
    if chosen.learn_priors:
        problem = _with_learned_priors(problem, setups)
        problem.options = chosen
    found = maximise(problem, progress)
    if not found.converged and isinstance(layout, FullTable):
        found = polished(problem, found, layout)
    _not_separated(problem, found.state)
    return _reported(problem, found, notices)


def _with_learned_priors(problem: Problem, stated: Sequence[ItemSetup]) -> Problem:
    """The problem with its priors corrected by its own answers, ready to go on from where the learning ended."""
    priors = [None if setup.fixed else setup.prior for setup in stated]
    for _ in range(LEARNING_ROUNDS):
        rough = replace(problem.options, tolerance=LEARNING_TOLERANCE, max_iterations=LEARNING_ITERATIONS)
        problem.options = rough
        found = maximise(problem)
        estimates = _estimates(problem, found)
        learned = relearned(priors, estimates)
        setups = [replace(setup, prior=prior) for setup, prior in zip(stated, learned, strict=True)]
        groups = grouped(setups, problem.answers.first_row)
        problem = Problem(
            problem.answers, problem.layout, setups, groups, found.state.population, problem.options
        )
        problem.start = found.state
    return problem


def _estimates(problem: Problem, found: Search) -> list[Estimate | None]:
    """What is known of each item's mean threshold; None for a fixed item."""
    covariances = _item_covariances(problem, found, _sparse(problem))
    estimates: list[Estimate | None] = [None] * len(problem.setups)
    for group, values, covariance in zip(problem.groups, found.state.parameters, covariances, strict=True):
        b = group.model.difficulties(values)
        location, slope = b.values.mean(axis=1), b.jacobian.mean(axis=1)
        variance = np.einsum("ip,ipq,iq->i", slope, covariance, slope)
        for row, position in enumerate(group.items):
            if values[row, 0] > 0 and group.free[row, 1]:
                estimates[int(position)] = Estimate(float(location[row]), float(variance[row]))
    return estimates


def _sparse(problem: Problem) -> SparseTable:
    """The problem's answers in the layout that item information is computed from."""
    if isinstance(problem.layout, SparseTable):
        return problem.layout
    dimension = [setup.dimension for setup in problem.setups]
    return SparseTable(Adaptive.of(problem.answers, dimension, 1))


def _layout(answers: Answers, setups: Sequence[ItemSetup], dimensions: int, options: Options) -> Layout:
    if dimensions == 1 and answers.filled >= DENSE_FROM:
        return FullTable(Patterns.of(answers), options)
    return SparseTable(Adaptive.of(answers, [setup.dimension for setup in setups], dimensions))


def _examined(setups: Sequence[ItemSetup], answers: Answers) -> list[Notice]:
    """What the data cannot tell, before any time is spent on it."""
    totals = answers.totals()
    notices = []
    free_slopes: dict[int, int] = {}
    for position, setup in enumerate(setups):
        counts = totals[answers.first_row[position] : answers.first_row[position + 1]]
        believed = (
            setup.prior is not None and setup.prior.location is not None and setup.prior.log_a is not None
        )
        free_slopes[setup.dimension] = free_slopes.get(setup.dimension, 0) + (
            1 if setup.model is not Model.RASCH else len(setups)
        )
        if setup.fixed:
            if setup.start is None:
                raise ValueError(f"item {setup.id} is fixed but has no parameters to keep")
            continue
        if believed:
            if np.count_nonzero(counts) == 1:
                notices.append(Notice("constant_item", setup.id))
            continue
        if np.count_nonzero(counts) == 1:
            raise ItemBankFault(
                "calibration.constant_item", item=setup.id, score=int(np.argmax(counts)), n=int(counts.sum())
            )
        if counts.sum() < FEWEST_ANSWERS:
            raise ItemBankFault(
                "calibration.too_few_answers", item=setup.id, n=int(counts.sum()), needed=FEWEST_ANSWERS
            )
        if not counts.all() and (setup.prior is None or not setup.prior.steps):
            raise ItemBankFault(
                "calibration.unseen_score", item=setup.id, score=int(np.argmin(counts)), most=setup.points
            )
    anything = any(setup.prior is not None or setup.fixed for setup in setups)
    if len(free_slopes) == 1 and not anything and sum(free_slopes.values()) < 3:
        raise ItemBankFault("calibration.too_few_items", found=len(setups), needed=3)
    return notices


def _not_separated(problem: Problem, state: State) -> None:
    for group, values in zip(problem.groups, state.parameters, strict=True):
        steep = np.where(group.free[:, 0], np.abs(values[:, 0]), 0.0)
        if not np.isfinite(values).all() or steep.max(initial=0.0) > STEEPEST:
            worst = int(np.argmax(np.where(np.isfinite(steep), steep, np.inf)))
            raise ItemBankFault(
                "calibration.separation", item=problem.setups[int(group.items[worst])].id, limit=STEEPEST
            )


def _reported(problem: Problem, found: Search, notices: list[Notice]) -> Calibration:
    state, expected = found.state, found.expected
    free = sum(int(searched(g, p).sum()) for g, p in zip(problem.groups, state.parameters, strict=True))
    kind = "none"
    covariances: tuple[FloatArray, ...] | None = None
    if problem.options.standard_errors:
        if isinstance(problem.layout, FullTable) and free <= MOST_FOR_WHOLE:
            kind = "whole"
            covariances = _whole_covariances(problem, found, problem.layout)
        else:
            kind = "item"
            covariances = _item_covariances(problem, found, _sparse(problem))
    if covariances is None:
        kind = "none"
    items: dict[int, CalibratedItem] = {}
    totals = problem.answers.totals()
    for number, (group, values) in enumerate(zip(problem.groups, state.parameters, strict=True)):
        covariance = None if covariances is None else covariances[number]
        asked = totals[group.rows].sum(axis=1)
        for row, item in enumerate(_described(group, values, covariance, asked, problem.setups)):
            items[int(group.items[row])] = item
            if item.a <= 0 and not item.fixed:
                notices.append(Notice("negative_slope", item.id))
    scale = problem.scale
    dimensions = len(state.population.mean)
    correlations = dimensions * (dimensions - 1) // 2 if problem.options.estimate_correlations else 0
    return Calibration(
        tuple(items[i] for i in range(len(items))),
        state.population,
        expected.log_likelihood,
        float(problem.answers.weight.sum()),
        free + int(scale.free_mean.sum()) + int(scale.free_sd.sum()) + correlations,
        found.iterations,
        found.converged,
        kind,
        tuple(notices),
    )


def _whole_covariances(problem: Problem, found: Search, table: FullTable) -> tuple[FloatArray, ...] | None:
    """An (n, p, p) array a group, from the inverse of the whole information; None where it has no inverse."""
    information = whole_information(problem, found.state, found.expected, table).matrix
    inverse = _inverse(information)
    if inverse is None:
        return None
    covariances, position = [], 0
    for group, values in zip(problem.groups, found.state.parameters, strict=True):
        mask = searched(group, values)
        where = np.full(mask.shape, -1)
        where[mask] = position + np.arange(int(mask.sum()))
        position += int(mask.sum())
        pairs = (where[:, :, None] >= 0) & (where[:, None, :] >= 0)
        covariances.append(np.where(pairs, inverse[where[:, :, None], where[:, None, :]], 0.0))
    return tuple(covariances)


def _inverse(information: FloatArray) -> FloatArray | None:
    """The inverse of a positive definite matrix, scaled for the sake of precision; None if it is not one."""
    if not np.isfinite(information).all() or (np.diag(information) <= 0).any():
        return None
    unit = 1.0 / np.sqrt(np.diag(information))
    values, vectors = np.linalg.eigh(information * np.outer(unit, unit))
    if values[0] < 1e-9:
        return None
    return np.asarray((vectors / values) @ vectors.T * np.outer(unit, unit))


def _item_covariances(problem: Problem, found: Search, table: SparseTable) -> tuple[FloatArray, ...]:
    """An (n, p, p) array a group; where an item's information is no covariance's inverse, its diagonal is 0."""
    covariances = []
    informations = item_information(problem, found.state, found.expected, table)
    for group, values, information in zip(problem.groups, found.state.parameters, informations, strict=True):
        mask = searched(group, values)
        both = mask[:, :, None] & mask[:, None, :]
        covariance = np.zeros_like(information)
        for row in range(len(information)):
            which = np.flatnonzero(mask[row])
            if len(which):
                inverse = _inverse(information[row][np.ix_(which, which)])
                if inverse is not None:
                    covariance[row][np.ix_(which, which)] = inverse
        covariances.append(np.where(both, covariance, 0.0))
    return tuple(covariances)


def _described(
    group: Group,
    values: FloatArray,
    covariance: FloatArray | None,
    answers: FloatArray,
    setups: Sequence[ItemSetup],
) -> list[CalibratedItem]:
    """The items of a group in (a, b, c), their errors by the delta method."""
    safe = values.copy()
    safe[:, 0] = np.where(safe[:, 0] == 0, 1e-12, safe[:, 0])
    b = group.model.difficulties(safe)
    location = b.jacobian.mean(axis=1)
    mask = searched(group, values)
    described = []
    for row, position in enumerate(group.items):
        setup = setups[int(position)]
        parameters = to_parameters(safe[row], group.model)
        se_a = se_c = se_location = None
        se_b: tuple[float, ...] | None = None
        if covariance is not None and np.diag(covariance[row])[mask[row]].all() and mask[row].any():
            v = covariance[row]
            if mask[row, 0]:
                se_a = float(np.sqrt(v[0, 0]))
            se_b = tuple(float(np.sqrt(max(j @ v @ j, 0.0))) for j in b.jacobian[row])
            se_location = float(np.sqrt(max(location[row] @ v @ location[row], 0.0)))
            if isinstance(group.model, Binary) and mask[row, 2]:
                se_c = float(np.sqrt(v[2, 2])) * parameters.c * (1.0 - parameters.c)
        described.append(
            CalibratedItem(
                setup.id,
                setup.model,
                setup.dimension,
                float(answers[row]),
                parameters.a,
                parameters.b,
                parameters.c if not isinstance(group.model, Binary) or values[row, 2] > NO_GUESSING else 0.0,
                se_a,
                se_b,
                se_location,
                se_c,
                setup.fixed,
            )
        )
    return described


def with_parameters(setups: Sequence[ItemSetup], calibration: Calibration) -> tuple[ItemSetup, ...]:
    """The same setups, held at what a calibration found: to score, or to test fit, with."""
    return tuple(
        replace(setup, start=calibration[setup.id].parameters, fixed=True, prior=None) for setup in setups
    )
