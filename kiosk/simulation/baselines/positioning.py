"""Positioning: a test a competence; one right or wrong answer settles a whole stretch of a topic.

How the items are mapped: a *tube* is a topic of the bank, a *skill* a topic at a level (1 to 8), the items at that
place its challenges. The procedure knows nothing of item parameters. Of the answers it keeps, for each tube, the
highest level passed (`floor`) and the lowest failed (`ceiling`): everything up to the floor counts as mastered,
everything from the ceiling on as not mastered.

The estimated level l solves sum(y - s(l - d)) = 0 over the direct answers and two pseudo-answers (level 0 right, level
7 wrong), s being the logistic function; it is looked for on 0.5, 1, ..., 7.5. The next skill is the one with the largest
expected number of skills settled, among those at most 2 levels above the estimate; the test of a competence is over
when there is none. The first skill asked is of level 2. Topics that end at level 3 or below are asked first.

With a common length, the competences take turns, a question each, until all questions are spent: the platform itself
ends them one after the other, of unequal lengths, and would leave most of them unasked. The score is the platform's:
every mastered skill is worth min(4, 8 / number of skills of its competence and level), 8 points a level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.pool import BoolArray, IntArray
from kiosk.simulation.baselines.answering import FullMarks
from kiosk.simulation.baselines.outcome import Outcome, recalibrated
from kiosk.simulation.synthetic_bank import ScenarioBank

LEVELS = 8
ESTIMATES: FloatArray = np.arange(0.5, 8.0, 0.5)
FIRST_LEVEL = 2
EASY_UP_TO = 3
FARTHEST = 2.0
POINTS_A_LEVEL = 8
MOST_POINTS_A_SKILL = 4.0


def _chance(estimate: FloatArray, difficulty: FloatArray) -> FloatArray:
    return 1.0 / (1.0 + np.exp(difficulty - estimate))


def no_answer() -> FloatArray:
    """Residuals (15,) on `ESTIMATES` of the two pseudo-answers alone."""
    return answered(
        answered(np.zeros(len(ESTIMATES)), np.array(0.0), np.array(True)), np.array(7.0), np.array(False)
    )


def answered(residual: FloatArray, level: IntArray | FloatArray, right: BoolArray) -> FloatArray:
    """The residuals (..., 15) after one more answer about a skill of `level` (...)."""
    found: FloatArray = (
        residual + right[..., None] - _chance(ESTIMATES, np.asarray(level, np.float64)[..., None])
    )
    return found


def estimated_level(residual: FloatArray) -> FloatArray:
    """The level whose residual is nearest to 0, the lowest of equals, (...,)."""
    level: FloatArray = ESTIMATES[np.abs(residual).argmin(axis=-1)]
    return level


def rewards(untested: BoolArray, estimate: FloatArray) -> FloatArray:
    """Expected number of skills settled by asking each skill, (R, T, 8); 0 where it is not `untested`.

    p E + (1 - p) H: with p the chance of a right answer, E the untested skills of the topic up to this level, H those
    from it on.
    """
    easier = np.cumsum(untested, axis=2)
    harder = np.cumsum(untested[:, :, ::-1], axis=2)[:, :, ::-1]
    chance = _chance(estimate[:, None, None], np.arange(1.0, LEVELS + 1))
    return np.where(untested, chance * easier + (1.0 - chance) * harder, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Tubes:
    """Skills of D competences: `exists` (D, T, 8) marks a topic's levels that have items; `items` (D, T, 8, M) lists
    those items, `count` (D, T, 8) how many they are."""

    exists: BoolArray
    items: IntArray
    count: IntArray

    @classmethod
    def of(cls, bank: ScenarioBank) -> Tubes:
        topics = [sorted({e.topic for e in bank.entries if e.competence == c}) for c in bank.competences]
        places: dict[tuple[int, int, int], list[int]] = {}
        for i, entry in enumerate(bank.entries):
            d = bank.competences.index(entry.competence)
            level = min(max(entry.level, 1), LEVELS) - 1
            places.setdefault((d, topics[d].index(entry.topic), level), []).append(i)
        shape = (len(bank.competences), max(map(len, topics)), LEVELS)
        items = np.zeros((*shape, max(map(len, places.values()))), dtype=np.int64)
        count = np.zeros(shape, dtype=np.int64)
        for place, found in places.items():
            items[place][: len(found)] = found
            count[place] = len(found)
        return cls(count > 0, items, count)

    def score(self, floor: IntArray) -> FloatArray:
        """Points (P, D) of the skills mastered, from the floors (P, D, T)."""
        skills = self.exists.sum(axis=1)
        worth = np.minimum(MOST_POINTS_A_SKILL, POINTS_A_LEVEL / np.maximum(skills, 1))
        mastered = self.exists & (np.arange(1, LEVELS + 1) <= floor[..., None])
        points: FloatArray = np.einsum("pdtl,dl->pd", mastered.astype(np.float64), worth)
        return points


def positioning(
    bank: ScenarioBank,
    theta: FloatArray,
    length: int,
    rng: np.random.Generator,
    *,
    best_table: bool = False,
) -> Outcome:
    """Levels (P, D) of people with true abilities `theta` (P, D) after at most `length` questions each.

    The platform's own levels: points / 8, rounded down, at most 8 (it caps at 7 in production). It estimates no
    ability. With `best_table`, levels and abilities are read off the points as well as any increasing table could
    (`outcome.recalibrated`).
    """
    score = _score(bank, theta, length, rng)
    if best_table:
        return recalibrated(score, theta, bank.cut_scores)
    return Outcome(np.minimum(score // POINTS_A_LEVEL, LEVELS).astype(np.int64), None)


def _score(bank: ScenarioBank, theta: FloatArray, length: int, rng: np.random.Generator) -> FloatArray:
    """Points (P, D) at the end."""
    tubes, marks = Tubes.of(bank), FullMarks.of(bank)
    count, dimensions = theta.shape
    topics = tubes.exists.shape[1]
    floor = np.zeros((count, dimensions, topics), dtype=np.int64)
    ceiling = np.full_like(floor, LEVELS + 1)
    residual = np.tile(no_answer(), (count, dimensions, 1))
    begun = np.zeros((count, dimensions), dtype=bool)
    over = np.zeros((count, dimensions), dtype=bool)
    left = np.full(count, length)
    while (left > 0).any() and not over.all():
        turn = np.argsort(np.where(over, 2.0, rng.random((count, dimensions))), axis=1).argsort(axis=1)
        person, d = np.nonzero(~over & (turn < left[:, None]))
        if not len(person):
            break
        tube, level, asked = _next_skill(
            tubes.exists[d], floor[person, d], ceiling[person, d], residual[person, d], begun[person, d], rng
        )
        over[person[~asked], d[~asked]] = True
        person, d, tube, level = person[asked], d[asked], tube[asked], level[asked]
        place = (d, tube, level - 1)
        item = tubes.items[(*place, (rng.random(len(person)) * tubes.count[place]).astype(np.int64))]
        right = marks.right(theta[person, d], item, rng.random(len(person)))
        floor[person[right], d[right], tube[right]] = level[right]
        ceiling[person[~right], d[~right], tube[~right]] = level[~right]
        residual[person, d] = answered(residual[person, d], level, right)
        begun[person, d] = True
        left -= np.bincount(person, minlength=count)
    return tubes.score(floor)


def _next_skill(
    exists: BoolArray,
    floor: IntArray,
    ceiling: IntArray,
    residual: FloatArray,
    begun: BoolArray,
    rng: np.random.Generator,
) -> tuple[IntArray, IntArray, BoolArray]:
    """Tube and level (R,) to ask next in each of R tests, and whether there is one, (R,)."""
    levels = np.arange(1, LEVELS + 1)
    untested = exists & (floor[:, :, None] < levels) & (levels < ceiling[:, :, None])
    hardest = np.where(exists, levels, 0).max(axis=2)
    easy = untested & (hardest <= EASY_UP_TO)[:, :, None]
    kept = np.where(easy.any(axis=(1, 2))[:, None, None], easy, untested)
    estimate = estimated_level(residual)
    reward = rewards(untested, estimate)
    near = kept & (levels - estimate[:, None, None] <= FARTHEST)
    lowest = np.where(kept, levels, LEVELS + 1).min(axis=(1, 2))
    second = kept & (levels == FIRST_LEVEL)
    first = np.where(second.any(axis=(1, 2))[:, None, None], second, kept & (levels == lowest[:, None, None]))
    worth = np.where(begun[:, None, None], np.where(near, reward, 0.0), first.astype(np.float64))
    flat = worth.reshape(len(worth), -1)
    best = flat.max(axis=1)
    draw = np.where(flat >= best[:, None] - 1e-12, rng.random(flat.shape), -1.0).argmax(axis=1)
    return draw // LEVELS, draw % LEVELS + 1, best > 0
