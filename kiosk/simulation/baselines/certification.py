"""Certification: one capacity for all sixteen competences, and every level read off it.

The model is the 2PL, unidimensional over the whole framework; guessing is not known to it. After each answer the
capacity is the mean of the accumulated likelihood times a normal prior of variance 1.5 centred on the capacity *before*
the answer, on the grid -9, -8.775, ..., 9, and moves by at most half of itself (at most 0.5 near 0). It starts at -3.
The next item: one a topic; every competence once before any comes twice, then none of the two last ones; the five items
of largest information at the capacity, of which the first is taken with probability 0.51, else the second with 0.51,
and so on. The level of each competence is looked up in one table (`OWN_CUTS`) for the one capacity.

The platform's scale is not ours. Its seven cuts and the first seven of ours, taken as the same points, give the straight
line between the two scales; items are moved along it. Of a task worth several points only a full score is right, and its
last threshold is its difficulty.
"""

from __future__ import annotations

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.pool import BoolArray, IntArray
from kiosk.simulation.baselines.answering import FullMarks
from kiosk.simulation.baselines.outcome import Outcome, recalibrated
from kiosk.simulation.synthetic_bank import ScenarioBank

GRID: FloatArray = np.linspace(-9.0, 9.0, 81)
START = -3.0
PRIOR_VARIANCE = 1.5
VARIATION = 0.5
SHORTLIST = 5
TAKE = 0.51
SPACING = 2
OWN_CUTS = (-2.0, -1.0, 0.5, 1.0, 2.0, 3.0, 4.0)
"""Levels 1 to 7 begin here, in every competence; there is no level 8."""


def own_scale(cuts: tuple[float, ...]) -> tuple[float, float]:
    """Slope and intercept of the line from our ability scale to the platform's, by least squares over common cuts."""
    common = min(len(cuts), len(OWN_CUTS))
    slope, intercept = np.polyfit(cuts[:common], OWN_CUTS[:common], 1)
    return float(slope), float(intercept)


def next_capacity(capacity: FloatArray, log_likelihood: FloatArray) -> FloatArray:
    """Capacities (P,) after an answer, from those before it and the accumulated log-likelihoods (P, 81)."""
    logs = log_likelihood - (GRID - capacity[:, None]) ** 2 / (2.0 * PRIOR_VARIANCE)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    mean = (weights @ GRID) / weights.sum(axis=1)
    gap = np.where(np.abs(capacity) < VARIATION, VARIATION, np.abs(capacity) * VARIATION)
    moved: FloatArray = np.clip(mean, capacity - gap, capacity + gap)
    return moved


def drawn_rank(luck: FloatArray, available: IntArray) -> IntArray:
    """Which of the best items is taken, from 0; `luck` (P,) uniform draws, `available` (P,) how many there are."""
    rank = np.floor(np.log1p(-luck) / np.log(1.0 - TAKE)).astype(np.int64)
    taken: IntArray = np.minimum(rank, np.minimum(available, SHORTLIST) - 1)
    return taken


def certification(
    bank: ScenarioBank,
    theta: FloatArray,
    length: int,
    rng: np.random.Generator,
    *,
    best_table: bool = False,
) -> Outcome:
    """Levels and abilities (P, D) of people with true abilities `theta` (P, D), after `length` questions each.

    All competences of a person get the same level and ability: that is the procedure. With `best_table`, they are read
    off the capacity as well as any increasing table could (`outcome.recalibrated`).
    """
    slope, intercept = own_scale(bank.cut_scores)
    capacity = _capacity(bank, theta, length, rng)
    everywhere = np.tile(capacity[:, None], (1, theta.shape[1]))
    if best_table:
        return recalibrated(everywhere, theta, bank.cut_scores)
    return Outcome(np.searchsorted(OWN_CUTS, everywhere, side="right"), (everywhere - intercept) / slope)


def _capacity(bank: ScenarioBank, theta: FloatArray, length: int, rng: np.random.Generator) -> FloatArray:
    """Capacities (P,) at the end, on the platform's scale."""
    marks = FullMarks.of(bank)
    slope, intercept = own_scale(bank.cut_scores)
    a = np.array([entry.parameters.a for entry in bank.entries]) / slope
    b = np.array([entry.parameters.b[-1] for entry in bank.entries]) * slope + intercept
    topic = np.unique([f"{e.competence} {e.topic}" for e in bank.entries], return_inverse=True)[1]
    count, people = len(theta), np.arange(len(theta))
    open_ = np.ones((count, len(a)), dtype=bool)
    asked = np.zeros(theta.shape, dtype=bool)
    last = np.full((SPACING, count), -1)
    capacity, log_likelihood = np.full(count, START), np.zeros((count, len(GRID)))
    on_grid = 1.0 / (1.0 + np.exp(a[:, None] * (b[:, None] - GRID)))
    right_log, wrong_log = np.log(on_grid), np.log1p(-on_grid)
    for step in range(min(length, int(topic.max()) + 1)):
        allowed: BoolArray = np.logical_and(open_, ~asked[:, marks.dimension])
        everywhere: BoolArray = np.logical_not(allowed.any(axis=1))
        if everywhere.any():
            again = open_[everywhere].copy()
            recent = np.zeros((len(again), theta.shape[1]), dtype=bool)
            for row in last[:, everywhere]:
                recent[np.arange(len(again)), row] = step > 0
            apart: BoolArray = np.logical_and(again, ~recent[:, marks.dimension])
            allowed[everywhere] = np.where(apart.any(axis=1, keepdims=True), apart, again)
        chance = 1.0 / (1.0 + np.exp(a * (b - capacity[:, None])))
        information = np.where(allowed, a * a * chance * (1.0 - chance), -1.0)
        best = np.argpartition(-information, SHORTLIST, axis=1)[:, :SHORTLIST]
        best = np.take_along_axis(best, np.argsort(-np.take_along_axis(information, best, 1), axis=1), 1)
        item = best[people, drawn_rank(rng.random(count), allowed.sum(axis=1))]
        dim = marks.dimension[item]
        right = marks.right(theta[people, dim], item, rng.random(count))
        log_likelihood += np.where(right[:, None], right_log[item], wrong_log[item])
        capacity = next_capacity(capacity, log_likelihood)
        open_ &= topic != topic[item][:, None]
        asked[people, dim] = True
        last = np.concatenate([last[1:], dim[None]])
    return capacity
