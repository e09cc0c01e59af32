"""Who is of like ability: the quantity that people of two groups are matched on before their answers are compared.

Three sources, from the plainest:

* the **total score**, where everybody answered the same items. The studied item counts in it: left out, items look
  unfair as soon as the groups differ in ability (Holland & Thayer 1988, section 4; Zwick 1990).
* a **given ability** of each person, taken at its word.
* an **expected ability** (EAP) under the bank's item parameters, for adaptive tests, whose scores cannot be compared.
  The studied item is left out, and each group has a prior of its own whose mean and spread are estimated first. An
  estimate is pulled towards its prior; were that one the same for both, people with equal estimates would differ in
  ability whenever their groups do, and every item would seem to favour the abler group. This is the regression
  correction of Shealy & Stout (1993, section 3), by the model instead of by linear regression. Matching adaptive tests
  on ability: Zwick, Thayer & Wingersky (1994).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from itembank.item import Parameters
from itembank.response_model import marginal_category_probabilities

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

GRID: FloatArray = np.linspace(-5.0, 5.0, 41)
"""Abilities of the quadrature, in standard deviations of the population."""
MOST_BANDS, PEOPLE_IN_A_BAND = 50, 10
"""As many bands as leave this many people of the smaller group in each, at most this many."""

_CHUNK = 4096
_SWEEPS = 12
_SETTLED = 1e-3
_PRIOR_SAMPLE = 4000
_PRIOR_ROUNDS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """The item parameters and the population that ability is measured with."""

    parameters: tuple[Parameters, ...]
    """(I,)"""
    dimension: IntArray
    """(I,) which of the D abilities each item measures."""
    mean: FloatArray
    """(D,)"""
    covariance: FloatArray
    """(D, D)"""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The answers of the people of two groups, sorted by person."""

    person: IntArray
    """(R,) from 0 to P - 1, not decreasing."""
    item: IntArray
    """(R,)"""
    score: IntArray
    """(R,)"""
    weight: FloatArray
    """(P,) how many people each stands for."""
    focal: BoolArray
    """(P,)"""
    items: int


def bands(ability: FloatArray, weight: FloatArray, focal: BoolArray) -> IntArray:
    """(n,) bands of about equally many people, from 0; equal abilities stand in one band.

    Many narrow bands: in wide ones people of unlike ability would be compared, and the estimators in use do not mind
    thin strata (Robins, Breslow & Greenland 1986).
    """
    smaller = min(float(weight[focal].sum()), float(weight[~focal].sum()))
    count = int(np.clip(smaller / PEOPLE_IN_A_BAND, 1, MOST_BANDS))
    values, place = np.unique(ability, return_inverse=True)
    if len(values) <= count:
        return place.astype(np.int64)
    people = np.bincount(place, weights=weight)
    middle = (np.cumsum(people) - 0.5 * people) / people.sum()
    band: IntArray = np.minimum((count * middle).astype(np.int64), count - 1)[place]
    return band


def total_scores(answers: Answers, criterion: BoolArray) -> FloatArray:
    """(R,) for each answer the person's points over the items of `criterion` (I,), the studied item always included."""
    counted = criterion[answers.item]
    points = (answers.score * counted).astype(np.float64)
    totals = np.bincount(answers.person, weights=points, minlength=len(answers.weight)).astype(np.float64)
    found: FloatArray = totals[answers.person] + answers.score * ~counted
    return found


# --- expected abilities ------------------------------------------------------------------------------------


def expected_abilities(answers: Answers, scale: Scale, criterion: BoolArray) -> FloatArray:
    """(R,) for each answer the person's expected ability in the item's dimension, given their *other* answers to the
    items of `criterion` (I,).

    Correlated dimensions are coupled by expectation propagation (Minka 2001): each dimension's grid likelihood is held
    as a Gaussian site, and the studied item is taken out of its own dimension's grid under that dimension's cavity.
    """
    table = _log_probabilities(scale.parameters)
    counted = criterion[answers.item]
    priors = [
        _group_prior(_subset(answers, answers.focal == is_focal), scale, table, criterion)
        for is_focal in (False, True)
    ]
    found = np.empty(len(answers.person))
    for people, rows in _chunks(answers):
        person = answers.person[rows] - people.start
        item, score, used = answers.item[rows], answers.score[rows], counted[rows]
        focal = answers.focal[people]
        grids, asked = _grids(person[used], item[used], score[used], scale, table, len(focal))
        mean = np.where(focal[:, None], priors[1].mean, priors[0].mean)
        spread = np.where(focal, priors[1].spread, priors[0].spread)
        state = _settle(grids, asked, _Sites.none(asked.shape), mean, spread, scale.covariance, _SWEEPS)
        dimension = scale.dimension[item]
        rest = grids[person, dimension] - np.where(used[:, None], table[item, score], 0.0)
        found[rows], _ = _moments(
            rest, state.cavity_mean[person, dimension], state.cavity_variance[person, dimension]
        )
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Prior:
    mean: FloatArray
    """(D,)"""
    spread: float
    """Factor on the scale's covariance."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sites:
    """Gaussian factors that stand for the grid likelihoods, in natural parameters: (p, D) each."""

    precision: FloatArray
    shift: FloatArray

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> _Sites:
        return cls(np.zeros(shape), np.zeros(shape))


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    sites: _Sites
    mean: FloatArray
    """(p, D) of the posterior."""
    covariance: FloatArray
    """(p, D, D) of the posterior."""
    cavity_mean: FloatArray
    """(p, D) of each dimension's marginal without its own site."""
    cavity_variance: FloatArray


def _log_probabilities(parameters: tuple[Parameters, ...]) -> FloatArray:
    """(I, S, G) log-probability of each score; 0 beyond an item's largest one."""
    largest = max(p.max_score for p in parameters)
    table = np.zeros((len(parameters), largest + 1, len(GRID)))
    for index, one in enumerate(parameters):
        table[index, : one.max_score + 1] = np.log(marginal_category_probabilities(one, GRID))
    return table


def _subset(answers: Answers, kept: BoolArray) -> Answers:
    """Only the `kept` (P,) people."""
    rows = kept[answers.person]
    return replace(
        answers,
        person=(np.cumsum(kept) - 1)[answers.person[rows]],
        item=answers.item[rows],
        score=answers.score[rows],
        weight=answers.weight[kept],
        focal=answers.focal[kept],
    )


def _chunks(answers: Answers) -> Iterator[tuple[slice, slice]]:
    """(people, their answers), a few thousand people at a time."""
    people = len(answers.weight)
    starts = np.searchsorted(answers.person, np.arange(0, people + _CHUNK, _CHUNK))
    for n, begin in enumerate(range(0, people, _CHUNK)):
        yield slice(begin, min(begin + _CHUNK, people)), slice(int(starts[n]), int(starts[n + 1]))


def _grids(
    person: IntArray, item: IntArray, score: IntArray, scale: Scale, table: FloatArray, people: int
) -> tuple[FloatArray, BoolArray]:
    """(p, D, G) log-likelihoods of the answers by dimension, and (p, D) where there is any answer."""
    dimensions = len(scale.mean)
    key = person * dimensions + scale.dimension[item]
    order = np.argsort(key, kind="stable")
    grids = np.zeros((people * dimensions, len(GRID)))
    asked = np.zeros(people * dimensions, dtype=bool)
    if len(order):
        cells, starts = np.unique(key[order], return_index=True)
        grids[cells] = np.add.reduceat(table[item[order], score[order]], starts, axis=0)
        asked[cells] = True
    return grids.reshape(people, dimensions, -1), asked.reshape(people, dimensions)


def _moments(
    log_likelihood: FloatArray, mean: FloatArray, variance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of N(mean, variance) times a grid likelihood (..., G), each (...)."""
    log_density = log_likelihood - 0.5 * (GRID - mean[..., None]) ** 2 / variance[..., None]
    density = np.exp(log_density - log_density.max(axis=-1, keepdims=True))
    density /= density.sum(axis=-1, keepdims=True)
    centre = density @ GRID
    spread = np.einsum("...g,...g->...", density, (GRID - centre[..., None]) ** 2)
    return centre, np.maximum(spread, 1e-4)


def _settle(
    grids: FloatArray,
    asked: BoolArray,
    sites: _Sites,
    mean: FloatArray,
    spread: FloatArray,
    covariance: FloatArray,
    sweeps: int,
) -> _State:
    """Parallel expectation propagation under the priors N(mean (p, D), spread (p,) x covariance (D, D))."""
    inverse = np.linalg.inv(covariance) / spread[:, None, None]
    pull = np.einsum("pde,pe->pd", inverse, mean)
    diagonal = np.arange(covariance.shape[0])
    state = None
    for sweep in range(sweeps + 1):
        precision = inverse.copy()
        precision[:, diagonal, diagonal] += sites.precision
        posterior = np.linalg.inv(precision).astype(np.float64, copy=False)
        centre: FloatArray = np.einsum("pde,pe->pd", posterior, pull + sites.shift)
        own = posterior[:, diagonal, diagonal]
        cavity_variance: FloatArray = 1.0 / np.maximum(1.0 / own - sites.precision, 1e-6)
        cavity_mean: FloatArray = cavity_variance * (centre / own - sites.shift)
        state = _State(sites, centre, posterior, cavity_mean, cavity_variance)
        if sweep == sweeps:
            break
        tilted_mean, tilted_variance = _moments(grids, cavity_mean, cavity_variance)
        wanted = np.where(asked, np.maximum(1.0 / tilted_variance - 1.0 / cavity_variance, 0.0), 0.0)
        shift = tilted_mean * (wanted + 1.0 / cavity_variance) - cavity_mean / cavity_variance
        shift = np.where(asked, shift, 0.0)
        moved = max(
            float(np.abs(wanted - sites.precision).max(initial=0.0)),
            float(np.abs(shift - sites.shift).max(initial=0.0)),
        )
        if moved < _SETTLED:
            break
        keep = 0.0 if sweep == 0 else 0.3  # damped, so that strongly correlated dimensions do not swing
        sites = _Sites(keep * sites.precision + (1 - keep) * wanted, keep * sites.shift + (1 - keep) * shift)
    assert state is not None  # noqa: S101 - at least one sweep
    return state


def _group_prior(answers: Answers, scale: Scale, table: FloatArray, criterion: BoolArray) -> _Prior:
    """Mean and spread of one group's ability by the EM algorithm, on at most a few thousand of its people."""
    people = len(answers.weight)
    if people > _PRIOR_SAMPLE:
        kept = np.zeros(people, dtype=bool)
        kept[np.linspace(0, people - 1, _PRIOR_SAMPLE).astype(np.int64)] = True
        answers = _subset(answers, kept)
        people = len(answers.weight)
    used = criterion[answers.item]
    grids, asked = _grids(answers.person[used], answers.item[used], answers.score[used], scale, table, people)
    share = answers.weight / answers.weight.sum()
    inverse = np.linalg.inv(scale.covariance)
    mean, spread = scale.mean, 1.0
    sites = _Sites.none(asked.shape)
    for round_ in range(_PRIOR_ROUNDS):
        state = _settle(
            grids,
            asked,
            sites,
            np.broadcast_to(mean, asked.shape),
            np.full(people, spread),
            scale.covariance,
            _SWEEPS if round_ == 0 else 2,
        )
        sites = state.sites
        new_mean = share @ state.mean
        off = state.mean - new_mean
        squares = np.einsum("p,pd,pe->de", share, off, off) + np.einsum("p,pde->de", share, state.covariance)
        new_spread = float(np.sum(inverse * squares)) / len(mean)
        moved = max(float(np.abs(new_mean - mean).max()), abs(new_spread - spread))
        mean, spread = new_mean, float(np.clip(new_spread, 0.1, 10.0))
        if moved < _SETTLED:
            break
    return _Prior(mean, spread)
