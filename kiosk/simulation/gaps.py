"""Where to write items next: how much information a bank could give each competence at each level, and how much it lacks.

For the people of a level, the m best items of the competence are what its tests can draw on: m is the number of
questions a sitting asks of it, divided by the exposure that an item may have. `available` is the mean Fisher
information of these m items over the people of the level, `wanted` what m items would give that are as sharp as the
bank's own typical item, without guessing, and spread evenly over the level. The deficit counts for as many people as
the level holds. Parameters are taken at their stated values.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from itembank.bank import Entry
from itembank.item import Parameters
from itembank.response_model import FloatArray, information

_POINTS = 5
"""Abilities at which a level is probed, at equal steps of its share of people."""

_EDGE = 3.0
"""The lowest and the highest level are probed up to this ability only: nobody writes items for the one in a thousand."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One competence at one level.

    `items` have their (mean) difficulty there; `people` is the share of the population whose level it is; `available`
    and `wanted` are information a question (1/theta^2); `priority` in [0, 1] is its share of the whole deficit.
    """

    competence: str
    level: int
    items: int
    people: float
    available: float
    wanted: float
    priority: float

    @property
    def deficit(self) -> float:
        """The share of the wanted information that is lacking, in [0, 1]."""
        return max(0.0, 1.0 - self.available / self.wanted)


def information_deficits(
    entries: Sequence[Entry],
    competences: Sequence[str],
    cuts: Sequence[float],
    *,
    length: int,
    exposure_cap: float = 0.25,
) -> tuple[Cell, ...]:
    """Every competence x level cell, competences in order, levels rising. People's abilities are taken as N(0, 1)."""
    needed = max(1, math.ceil(length / len(competences) / exposure_cap))
    edges = [-math.inf, *cuts, math.inf]
    places, shares = _probes(edges)
    flat = places.ravel()
    sharpness = float(np.median([e.parameters.a for e in entries])) if entries else 1.0
    wanted = [_ideal(level, edges, places[level], needed, sharpness) for level in range(len(shares))]
    cells: list[tuple[str, int, int, float, float, float]] = []
    for competence in competences:
        own = [e.parameters for e in entries if e.competence == competence]
        table = np.array([information(p, flat) for p in own]).reshape(len(own), *places.shape)
        best = -np.sort(-table, axis=0)[:needed]
        available = best.sum(axis=0).mean(axis=1) / needed if len(own) else np.zeros(len(shares))
        counts = np.bincount(
            np.searchsorted(np.asarray(cuts), [float(np.mean(p.b)) for p in own], side="right"),
            minlength=len(shares),
        )
        cells += [
            (competence, k, int(counts[k]), float(shares[k]), float(available[k]), wanted[k])
            for k in range(len(shares))
        ]
    lack = np.array([people * max(0.0, want - have) for _, _, _, people, have, want in cells])
    total = float(lack.sum())
    priorities = lack / total if total > 0 else lack
    return tuple(Cell(*cell, priority=float(p)) for cell, p in zip(cells, priorities, strict=True))


def write_next(cells: Sequence[Cell], most: int = 10) -> tuple[Cell, ...]:
    """The cells with the largest deficits for the most people, the most urgent first."""
    lacking = [cell for cell in cells if cell.priority > 0]
    return tuple(sorted(lacking, key=lambda c: (-c.priority, c.competence, c.level))[:most])


def _normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def _probes(edges: Sequence[float]) -> tuple[FloatArray, FloatArray]:
    """Abilities (levels, _POINTS) at equal quantiles of each level under N(0, 1), and the levels' shares."""
    shares = np.array([_normal_cdf(high) - _normal_cdf(low) for low, high in itertools.pairwise(edges)])
    fine = np.linspace(-6.0, 6.0, 4801)
    cumulative = np.array([_normal_cdf(x) for x in fine])
    rows = []
    for low, high in itertools.pairwise(edges):
        low, high = max(low, min(-_EDGE, high - 0.5)), min(high, max(_EDGE, low + 0.5))
        ends = _normal_cdf(low), _normal_cdf(high)
        quantiles = ends[0] + (np.arange(_POINTS) + 0.5) / _POINTS * (ends[1] - ends[0])
        rows.append(np.interp(quantiles, cumulative, fine))
    return np.array(rows), shares


def _ideal(level: int, edges: Sequence[float], probes: FloatArray, needed: int, a: float) -> float:
    """Mean information a question of `needed` items of discrimination `a` spread evenly over a level."""
    low = edges[level] if math.isfinite(edges[level]) else min(probes[0], edges[level + 1] - 0.5)
    high = edges[level + 1] if math.isfinite(edges[level + 1]) else max(probes[-1], edges[level] + 0.5)
    difficulties = low + (np.arange(needed) + 0.5) / needed * (high - low)
    return float(np.mean([information(Parameters(a, (float(b),)), probes) for b in difficulties]))
