"""A simulation study: many candidates through the same `Sitting`, and how well it measured them.

Beside the joint test, the same people sit separate one-dimensional adaptive tests of the same total length on the
same bank: what a test without the correlations could do.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from itembank.bank import Bank
from itembank.item import Parameters
from itembank.response_model import FloatArray
from kiosk.adaptive.engine import Engine, Estimate
from kiosk.adaptive.levels import LevelScale
from kiosk.errors import Failure
from kiosk.simulation.candidates import (
    SimulatedCandidate,
    points_as_response,
    true_abilities,
    true_parameters,
)
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
    bank: Bank,
    *,
    candidates: int,
    length: int,
    seed: int,
    with_item_error: bool = True,
    separate: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Simulate and summarise: the joint test's figures, and the separate tests' under ``separate``.

    Raises Failure ``usage.simulate`` for impossible sizes.
    """
    _check(bank, candidates, length)
    rng = np.random.default_rng(seed)
    truth = true_parameters(bank.entries, rng, with_item_error)
    mean, covariance = bank.prior
    theta = true_abilities(candidates, mean, covariance, rng)
    total = candidates * (2 if separate else 1)
    joint = [_plan(bank, bank.competences, "positioning", length, seed)]
    result = asdict(_sit(bank, joint, theta, truth, seed + 1, progress, 0, total))
    if separate:
        each = length // len(bank.competences)
        plans = [_plan(bank, (c,), "proof", each, seed) for c in bank.competences]
        result["separate"] = asdict(_sit(bank, plans, theta, truth, seed + 2, progress, candidates, total))
    return result


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
    plans: list[Plan],
    theta: FloatArray,
    truth: dict[str, Parameters],
    seed: int,
    progress: Progress | None,
    done: int,
    total: int,
) -> Summary:
    """Every candidate sits every plan; one estimate a competence from the plan that measured it."""
    engines = [build_engine(plan, bank) for plan in plans]
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
        for plan, engine in zip(plans, engines, strict=True):
            found, used = _one_sitting(bank, plan, engine, person, draws, timings, int(draws.integers(2**62)))
            exposure.update(used)
            seconds += float(sum(engine.pool.seconds[engine.pool.index_of[item]] for item in used))
            for d, estimate in enumerate(found):
                if bank.competences[d] in plan.competences:
                    estimates[i, d], levels[i, d] = estimate.mean, estimate.level
                    low[i, d], high[i, d] = estimate.interval80
        if progress is not None:
            progress(done + i + 1, total)
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
    from dataclasses import replace

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
