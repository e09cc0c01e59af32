"""A small world to measure in: a synthetic bank like the shipped one, candidates, and brute-force answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from itembank.item import Parameters
from itembank.response_model import (
    FloatArray,
    category_probabilities,
    marginal_category_probabilities,
)
from itembank.response_times import ResponseTime, starting_response_time
from kiosk.adaptive.engine import Engine, Estimate, Measurement, Selection
from kiosk.adaptive.levels import LevelScale
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.posterior import Prior
from kiosk.adaptive.selection import Reason, SelectionRules

COMPETENCES = tuple(f"{domain}.{k}" for domain, n in enumerate((3, 4, 4, 3, 2), 1) for k in range(1, n + 1))
PRIOR = Prior.hierarchical([int(c[0]) for c in COMPETENCES])
SCALE = LevelScale(tuple(-2.0 + 0.75 * k for k in range(8)))
ALL = tuple(range(16))

UNRULED = SelectionRules(
    near_best=1.0,
    shortlist=1,
    opening_items=0,
    recovery_window=0,
    calm_run=1000,
    dignity_run=1000,
    max_heavy_run=1000,
    max_task_run=1000,
    task_share=0.0,
    topic_discount=1.0,
)
"""Nothing but the criterion: the best item, always."""


@dataclass(frozen=True)
class AnItem:
    id: str
    competence: str
    parameters: Parameters
    family: str = ""
    topic: str = "t"
    level: int = 3
    is_task: bool = False
    reading_words: int = 40
    exposure: float = 1.0
    enemies: frozenset[str] = frozenset()

    @property
    def time(self) -> ResponseTime:
        return starting_response_time(self.reading_words, self.level, self.is_task)


def an_item(name: str, competence: str, b: float = 0.0, **fields) -> AnItem:
    """A plain constructed-response item; keyword arguments change it."""
    values = {"parameters": Parameters(a=1.0, b=(b,)), "family": name, **fields}
    return AnItem(id=name, competence=competence, **values)


def synthetic_bank(seed: int = 0, certain: bool = False) -> list[AnItem]:
    """200 items: in each competence 3 single choices, 1 or 2 multiple choices, 4 constructed answers, 2 orderings
    and 2 tasks, levels 1 to 6 at the cut scores, 6 topics; parameters as authored (se_b 0.5, se_a 20 %)."""
    rng = np.random.default_rng(seed)
    items = []
    for d, competence in enumerate(COMPETENCES):
        kinds = (
            ["single"] * 3 + ["multiple"] * (1 + d % 2) + ["constructed"] * 4 + ["order"] * 2 + ["task"] * 2
        )
        levels = np.array([1 + (j * 6) // len(kinds) for j in range(len(kinds))])
        topics = np.arange(len(kinds)) % 6
        rng.shuffle(levels)
        rng.shuffle(topics)
        for j, kind in enumerate(kinds):
            b = SCALE.cuts[levels[j] - 1]
            a = {"single": 0.8, "multiple": 0.8, "task": 1.2}.get(kind, 1.0)
            c = {"single": 0.25, "multiple": 1 / 15}.get(kind, 0.0)
            spaced = {"order": (-0.4, 0.4), "task": (-0.8, 0.0, 0.8) if (j + d) % 2 else (-0.4, 0.4)}
            words = {"single": 60, "multiple": 70, "constructed": 35, "order": 50, "task": 60}[kind]
            items.append(
                AnItem(
                    id=f"{competence}-{j}",
                    family=f"{competence}-{j}",
                    competence=competence,
                    topic=f"{competence}-t{topics[j]}",
                    level=int(levels[j]),
                    is_task=kind == "task",
                    reading_words=int(words * rng.uniform(0.6, 1.4)),
                    parameters=Parameters(
                        a=a,
                        b=tuple(b + s for s in spaced.get(kind, (0.0,))),
                        c=c,
                        se_a=0.0 if certain else 0.2 * a,
                        se_b=0.0 if certain else 0.5,
                    ),
                )
            )
    return items


def answer(parameters: Parameters, theta: float, rng: np.random.Generator) -> int:
    """Points drawn from the true response function."""
    chances = category_probabilities(parameters, np.array([theta]))[:, 0].cumsum()
    return int(min(np.searchsorted(chances, rng.random() * chances[-1], side="right"), len(parameters.b)))


@dataclass(frozen=True)
class Sat:
    """One simulated test."""

    state: Measurement
    estimates: tuple[Estimate, ...]
    reasons: tuple[Reason, ...]


def sit(
    engine: Engine,
    theta: FloatArray,
    truth: list[Parameters],
    seed: object,
    points: int | None = None,
) -> Sat:
    """Let a candidate sit the engine's test; `points` 0 (always wrong) or 99 (always right) overrides the answers."""
    rng = np.random.default_rng(seed)
    state, reasons = engine.begin(), []
    while isinstance(step := engine.select(state, rng), Selection):
        if points is None:
            d = int(engine.pool.dimension[step.index])
            got = answer(truth[step.index], float(theta[d]), rng)
        else:
            got = min(points, int(engine.pool.max_score[step.index]))
        state = engine.record(state, step.index, got, float(engine.pool.seconds[step.index]))
        reasons.append(step.reason)
    return Sat(state, engine.estimate(state), tuple(reasons))


def pool_of(items: list[AnItem]) -> ItemPool:
    return ItemPool.build(items, tuple(dict.fromkeys(i.competence for i in items)))


# --- the truth by brute force ----------------------------------------------------------------------------

_AXIS = np.linspace(-7.0, 7.0, 561)
Response = tuple[int, Parameters, int]  # dimension, parameters, points


@dataclass(frozen=True)
class Brute:
    """Exact posterior of two coordinates on a lattice of 561 x 561 abilities."""

    mean: FloatArray
    covariance: FloatArray
    marginals: tuple[FloatArray, FloatArray]

    @property
    def sd(self) -> FloatArray:
        return np.sqrt(np.diag(self.covariance))

    def chances(self, dim: int, parameters: Parameters) -> FloatArray:
        """Predictive probabilities of the categories of one more item."""
        return marginal_category_probabilities(parameters, _AXIS) @ self.marginals[dim]


def brute_force(prior: Prior, responses: list[Response]) -> Brute:
    precision = np.linalg.inv(prior.covariance)
    x, y = (_AXIS - prior.mean[0])[:, None], (_AXIS - prior.mean[1])[None, :]
    logs = -0.5 * (precision[0, 0] * x * x + 2 * precision[0, 1] * x * y + precision[1, 1] * y * y)
    for dim, parameters, points in responses:
        loglik = np.log(marginal_category_probabilities(parameters, _AXIS)[points])
        logs = logs + (loglik[:, None] if dim == 0 else loglik[None, :])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    first, second = weights.sum(axis=1), weights.sum(axis=0)
    mean = np.array([first @ _AXIS, second @ _AXIS])
    u, v = _AXIS - mean[0], _AXIS - mean[1]
    cross = u @ weights @ v
    return Brute(mean, np.array([[first @ u**2, cross], [cross, second @ v**2]]), (first, second))
