"""Does an item behave as its model says?

* `s_x2`: Orlando and Thissen (2000), eqs. 6 and 7, and Kang and Chen (2008) for several points: observed against expected
  scores in groups of equal total score. It needs everybody's answer to every item, and one dimension.
* `shape_test`: a score (Lagrange multiplier) test that the item's logit is straight in theta, against a quadratic and a
  cubic term: Glas and Suárez Falcón (2003), section 3. Each person's contribution is an expectation over their posterior,
  whose mean is nought whatever items they were given, as long as the choice rested on earlier answers: it holds for
  adaptive tests, where grouping people by a score does not.

Both ask about one item at a time: with hundreds of items, some p-values are small by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from itembank.calibration.answers import IntArray
from itembank.calibration.calibrate import Calibration
from itembank.calibration.dif.distributions import chi_squared_upper
from itembank.calibration.groups import BoolArray
from itembank.calibration.responses import Responses
from itembank.calibration.scores import Scored
from itembank.calibration.setup import ItemSetup, Options
from itembank.response_model import FloatArray

SMALLEST_EXPECTED = 1.0
"""Neighbouring total scores are put together until every score is expected this often (Orlando and Thissen 2000)."""


@dataclass(frozen=True, slots=True)
class ItemFit:
    """One item's test: `statistic` is ``S-X2`` or ``shape``; `p` is None where there is no degree of freedom left."""

    item: str
    statistic: str
    value: float
    df: int
    p: float | None


def fit_items(
    responses: Responses,
    setups: Sequence[ItemSetup],
    calibration: Calibration,
    options: Options | None = None,
) -> tuple[ItemFit, ...]:
    """S-X2 where the table is full and has one dimension, the shape test otherwise."""
    scored = Scored.of(responses, setups, calibration, options)
    full = scored.answers.filled == 1.0 and len(scored.population.mean) == 1
    return s_x2(scored, setups) if full else shape_test(scored, setups)


def _estimated(scored: Scored, setups: Sequence[ItemSetup]) -> BoolArray:
    """(I, p) which parameters of each item the calibration had searched, padded with False."""
    widest = max(group.model.size for group in scored.groups)
    found = np.zeros((len(setups), widest), dtype=bool)
    for group, values in zip(scored.groups, scored.parameters, strict=True):
        for row, position in enumerate(group.items):
            setup = setups[int(position)]
            if setup.fixed:
                continue
            free = np.ones(group.model.size, dtype=bool)
            free[0] = setup.model != "rasch"
            if group.model.points == 1:
                free[2] = setup.model == "3pl" and bool(np.isfinite(values[row, 2]))
            found[int(position), : group.model.size] = free
    return found


def s_x2(scored: Scored, setups: Sequence[ItemSetup]) -> tuple[ItemFit, ...]:
    """S-X2 of every item. Raises ValueError unless everybody answered everything, in one dimension."""
    answers = scored.answers
    if answers.filled < 1.0 or len(scored.population.mean) != 1:
        raise ValueError("S-X2 needs a full table in one dimension")
    table = np.exp(scored.table().T)
    mean, sd = float(scored.population.mean[0]), float(scored.population.sd[0])
    density = np.exp(-0.5 * ((scored.theta[:, 0] - mean) / sd) ** 2)
    density /= density.sum()
    points = np.diff(answers.first_row) - 1
    most = int(points.sum())
    score = answers.row - answers.first_row[answers.item]
    total = np.bincount(answers.person, score, minlength=answers.persons).astype(np.int64)
    estimated = _estimated(scored, setups).sum(axis=1)
    found = []
    probabilities = [table[answers.first_row[i] : answers.first_row[i + 1]] for i in range(answers.items)]
    for item in range(answers.items):
        rest = _total_scores([p for i, p in enumerate(probabilities) if i != item])
        joint = np.zeros((most + 1, int(points[item]) + 1))
        for k, probability in enumerate(probabilities[item]):
            joint[k : k + len(rest), k] = (rest * probability) @ density
        mine = answers.item == item
        observed = np.zeros_like(joint)
        np.add.at(observed, (total[answers.person[mine]], score[mine]), answers.weight[answers.person[mine]])
        people = observed.sum(axis=1)
        share = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)
        value, cells = _cells(observed[1:most], (share * people[:, None])[1:most])
        df = cells - int(estimated[item])
        p = chi_squared_upper(value, df) if df > 0 else None
        found.append(ItemFit(setups[item].id, "S-X2", value, max(df, 0), p))
    return tuple(found)


def _total_scores(probabilities: Sequence[FloatArray]) -> FloatArray:
    """P(total score | theta), (scores, G), from (K, G) each: Lord and Wingersky (1984)."""
    total = np.ones((1, probabilities[0].shape[1]))
    for probability in probabilities:
        longer = np.zeros((len(total) + len(probability) - 1, total.shape[1]))
        for k, p in enumerate(probability):
            longer[k : k + len(total)] += total * p
        total = longer
    return total


def _cells(observed: FloatArray, expected: FloatArray) -> tuple[float, int]:
    """Pearson's statistic over score groups put together where little is expected, and its free cells.

    What is left over after the last full group joins it. Within a group, scores that the item cannot have there (an
    expectation of nought) are no cells.
    """
    groups: list[tuple[FloatArray, FloatArray]] = []
    o, e = np.zeros(observed.shape[1]), np.zeros(observed.shape[1])
    for seen, hoped in zip(observed, expected, strict=True):
        o, e = o + seen, e + hoped
        possible = e > 1e-9
        if possible.sum() > 1 and (e[possible] >= SMALLEST_EXPECTED).all():
            groups.append((o, e))
            o, e = np.zeros_like(o), np.zeros_like(e)
    if e.sum() > 0 and groups:
        groups[-1] = (groups[-1][0] + o, groups[-1][1] + e)
    value, cells = 0.0, 0
    for seen, hoped in groups:
        possible = hoped > 1e-9
        value += float(((seen - hoped)[possible] ** 2 / hoped[possible]).sum())
        cells += int(possible.sum()) - 1
    return value, cells


def shape_test(scored: Scored, setups: Sequence[ItemSetup]) -> tuple[ItemFit, ...]:
    """The score test of every item, 2 degrees of freedom."""
    nodes, rows = len(scored.theta), scored.answers.rows
    widest = max(group.model.size for group in scored.groups)
    slopes = np.zeros((widest + 2, nodes, rows))
    estimated = _estimated(scored, setups)
    for group, values in zip(scored.groups, scored.parameters, strict=True):
        theta = group.theta(scored.theta)
        derivatives = group.model.derivatives(values, theta)
        for p in range(group.model.size):
            slopes[p][:, group.rows] = derivatives[:, :, p].transpose(2, 0, 1)
        centred = (theta - scored.population.mean[group.dimension, None]) / scored.population.sd[
            group.dimension, None
        ]
        shift = group.model.shift(values, theta)
        for extra, power in enumerate((2, 3)):
            slopes[widest + extra][:, group.rows] = (shift * centred[:, None] ** power).transpose(2, 0, 1)
    table = scored.table()
    items = scored.answers.items
    size = widest + 2
    sums, products = np.zeros((items, size)), np.zeros((items, size, size))
    for block in scored.adaptive.blocks:
        marginals = scored.beliefs(block, table).marginals.reshape(nodes, -1)
        means = np.zeros((size, len(block.row)))
        for node in range(nodes):
            weight = marginals[node][block.slot]
            for p in range(size):
                means[p] += weight * slopes[p, node][block.row]
        people = block.weight[block.slot % block.persons]
        item = scored.answers.item[block.whose]
        for p in range(size):
            sums[:, p] += np.bincount(item, means[p] * people, minlength=items)
            for q in range(size):
                products[:, p, q] += np.bincount(item, means[p] * means[q] * people, minlength=items)
    found = []
    for position, setup in enumerate(setups):
        known = np.flatnonzero(estimated[position])
        asked = np.arange(widest, size)
        value = _score_statistic(sums[position], products[position], known, asked)
        if value is None:
            found.append(ItemFit(setup.id, "shape", 0.0, 0, None))
        else:
            found.append(ItemFit(setup.id, "shape", value, 2, chi_squared_upper(value, 2)))
    return tuple(found)


def _score_statistic(
    sums: FloatArray, products: FloatArray, known: IntArray, asked: IntArray
) -> float | None:
    """Rao's statistic for the parameters `asked`, those that are `known` having been estimated; None if degenerate."""
    inner = products[np.ix_(known, known)]
    cross = products[np.ix_(asked, known)]
    try:
        regression = np.linalg.solve(inner, cross.T).T if len(known) else np.zeros((len(asked), 0))
        remainder = products[np.ix_(asked, asked)] - regression @ cross.T
        off = sums[asked] - regression @ sums[known]
        spread = np.sqrt(np.diag(products)[asked])
        scaled = remainder / np.outer(spread, spread)
        if not np.isfinite(scaled).all() or np.linalg.eigvalsh(scaled)[0] < 1e-8:
            return None
        return float((off / spread) @ np.linalg.solve(scaled, off / spread))
    except np.linalg.LinAlgError:
        return None
