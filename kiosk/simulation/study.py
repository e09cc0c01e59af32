"""A simulation study: many candidates through the same `Sitting`, and how well it measured them.

Beside the joint test, the same people sit separate one-dimensional adaptive tests of the same total length on the
same bank (what a test without the correlations could do), and the joint test once more with items that are not quite
what their parameters say.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from itembank.bank import Bank
from itembank.item import Parameters
from itembank.response_model import FloatArray
from kiosk.adaptive.engine import Engine, Estimate
from kiosk.adaptive.levels import LevelScale
from kiosk.adaptive.selection import SelectionRules
from kiosk.errors import Failure
from kiosk.simulation.candidates import (
    SimulatedCandidate,
    points_as_response,
    true_abilities,
    true_parameters,
)
from kiosk.sitting.campaign import MAX_ITEMS
from kiosk.sitting.machine import Sitting, build_engine
from kiosk.sitting.plan import Plan

MAX_CANDIDATES = 100_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """How well a test measured. Abilities in population SDs; shares in 0..1; times in milliseconds.

    `rmse` over all competences and candidates; `reliability` the mean squared correlation of estimate and truth over
    competences; `exact` and `within_one` agreement of levels; `coverage_80` the share of true abilities inside the
    stated 80 % range; `max_exposure` the share of sittings that saw the most seen item.
    """

    rmse: float
    reliability: float
    exact: float
    within_one: float
    coverage_80: float
    median_ms_per_item: float
    max_exposure: float
    mean_exposure: float
    items_used: int
    items_per_sitting: float
    seconds_per_item: float


def run_study(
    bank: Bank, *, candidates: int, length: int, seed: int, progress: Progress | None = None
) -> dict[str, Any]:
    """Simulate and summarise, on the same people throughout.

    The joint test's figures, where answers follow the bank's own parameters; the separate tests' under ``separate``;
    and under ``item_error`` the joint test's where the true parameters are drawn, once, from the standard errors that
    the bank states: what is to be expected as long as the items are authored and not calibrated.
    Raises Failure ``usage.simulate`` for impossible sizes.
    """
    _check(bank, candidates, length)
    rng = np.random.default_rng(seed)
    mean, covariance = bank.prior
    theta = true_abilities(candidates, mean, covariance, rng)
    stated = true_parameters(bank.entries, rng, with_error=False)
    drawn = true_parameters(bank.entries, rng, with_error=True)
    joint = [build_engine_for(_plan(bank, bank.competences, "positioning", length, seed), bank)]
    each = length // len(bank.competences)
    apart = [
        build_engine_for(_plan(bank, (c,), "proof", each, seed), bank, UNRULED) for c in bank.competences
    ]
    arms = (("", joint, stated), ("separate", apart, stated), ("item_error", joint, drawn))
    result: dict[str, Any] = {}
    for number, (name, tests, truth) in enumerate(arms):
        counted = None
        if progress is not None:
            counted = partial(_count, progress, number * candidates, len(arms) * candidates)
        figures = asdict(_sit(bank, tests, theta, truth, seed + number + 1, counted))
        result |= {name: figures} if name else figures
    return result


def _count(progress: Progress, before: int, total: int, done: int) -> None:
    progress(before + done, total)


Test = tuple[Plan, Engine]

UNRULED = SelectionRules(
    near_best=1.0,
    shortlist=1,
    opening_items=0,
    recovery_window=0,
    fresh_topics=False,
    max_task_run=MAX_ITEMS,
    max_heavy_run=MAX_ITEMS,
)
"""Selection by information alone: the separate tests get the best they could have."""


def build_engine_for(plan: Plan, bank: Bank, rules: SelectionRules | None = None) -> Test:
    """A plan with its engine, which all candidates share."""
    return plan, build_engine(plan, bank, rules)


def _check(bank: Bank, candidates: int, length: int) -> None:
    if not 1 <= candidates <= MAX_CANDIDATES:
        raise Failure("usage.simulate", field="candidates", reason=f"1–{MAX_CANDIDATES}")
    if not len(bank.competences) <= length <= len(bank.entries):
        raise Failure("usage.simulate", field="length", reason=f"{len(bank.competences)}–{len(bank.entries)}")


def _plan(bank: Bank, competences: tuple[str, ...], purpose: str, length: int, seed: int) -> Plan:
    return Plan(
        campaign="simulation",
        title="simulation",
        competences=competences,
        purpose=purpose,
        length=length,
        seconds=None,
        feedback=False,
        resume="off",
        large_print=False,
        sector="any",
        language="fr",
        bank_version=bank.version,
        bank_digest=bank.digest,
        seed=seed,
    )


def _sit(
    bank: Bank,
    tests: list[Test],
    theta: FloatArray,
    truth: dict[str, Parameters],
    seed: int,
    counted: Callable[[int], None] | None,
) -> Summary:
    """Every candidate sits every test; one estimate a competence from the test that measured it."""
    count, dimensions = theta.shape
    estimates = np.empty((count, dimensions))
    low, high = np.empty_like(estimates), np.empty_like(estimates)
    levels = np.empty((count, dimensions), dtype=int)
    exposure: Counter[str] = Counter()
    timings: list[float] = []
    seconds = 0.0
    for i in range(count):
        draws = np.random.default_rng([seed, i])
        person = SimulatedCandidate(theta[i], bank.competences, truth)
        for plan, engine in tests:
            found, used = _one_sitting(bank, plan, engine, person, draws, timings, int(draws.integers(2**62)))
            exposure.update(used)
            seconds += float(sum(engine.pool.seconds[engine.pool.index_of[item]] for item in used))
            for d, estimate in enumerate(found):
                if bank.competences[d] in plan.competences:
                    estimates[i, d], levels[i, d] = estimate.mean, estimate.level
                    low[i, d], high[i, d] = estimate.interval80
        if counted is not None:
            counted(i + 1)
    scale = LevelScale(bank.cut_scores)
    true_levels = np.searchsorted(scale.cuts, theta, side="right")
    correlations = (
        [np.corrcoef(estimates[:, d], theta[:, d])[0, 1] for d in range(dimensions)] if count > 2 else [0.0]
    )
    items = sum(exposure.values())
    return Summary(
        rmse=round(float(np.sqrt(np.mean((estimates - theta) ** 2))), 4),
        reliability=round(float(np.mean(np.square(correlations))), 4),
        exact=round(float(np.mean(levels == true_levels)), 4),
        within_one=round(float(np.mean(np.abs(levels - true_levels) <= 1)), 4),
        coverage_80=round(float(np.mean((low <= theta) & (theta <= high))), 4),
        median_ms_per_item=round(1000 * float(np.median(timings)), 4),
        max_exposure=round(max(exposure.values()) / count, 4),
        mean_exposure=round(items / count / len(bank.entries), 4),
        items_used=len(exposure),
        items_per_sitting=round(items / count, 2),
        seconds_per_item=round(seconds / items, 1),
    )


def _one_sitting(
    bank: Bank,
    plan: Plan,
    engine: Engine,
    person: SimulatedCandidate,
    draws: np.random.Generator,
    timings: list[float],
    seed: int,
) -> tuple[tuple[Estimate, ...], list[str]]:
    """One real sitting; the time of each step (choice of the item, then the update) goes to `timings`."""
    sitting = Sitting(replace(plan, seed=seed), bank, lambda event: None, engine, scorer=points_as_response)
    active = 0.0
    while True:
        before = time.perf_counter()
        question = sitting.ask(active)
        asking = time.perf_counter() - before
        if question is None:
            break
        points = person.points(question.item, draws)
        active += float(engine.pool.seconds[engine.pool.index_of[question.item.id]])
        before = time.perf_counter()
        sitting.answer(points, 30.0, active)
        timings.append(asking + time.perf_counter() - before)
    return sitting.estimates(), [a.item.id for a in sitting.answered]
