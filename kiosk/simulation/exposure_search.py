"""Exposure control before a study: the parameters under which no item of a drawn bank is seen too often.

The search knows what an agency would know: people are drawn from the prior that the engine assumes, and answer by the
parameters it is told. Where people or items are otherwise, the study shows what the cap is then worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.exposure import ROUNDS, control
from kiosk.simulation import metrics
from kiosk.simulation.lockstep import LockStep, TrueItems
from kiosk.simulation.population import Population
from kiosk.simulation.sittings import Progress, Work, plan_of, sit_all
from kiosk.simulation.synthetic_bank import ScenarioBank
from kiosk.sitting.machine import build_engine

PEOPLE = 1000
"""Simulated people a round, in lock-step."""

TIMED_PEOPLE = 200
"""Simulated people a round where the test is timed: lock-step knows no clock, so they sit one by one."""


@dataclass(frozen=True, slots=True)
class Controlled:
    """A bank with exposure parameters, and what the search did (`record`, JSON-ready)."""

    bank: ScenarioBank
    record: dict[str, Any]


def controlled(
    bank: ScenarioBank,
    *,
    length: int,
    minutes: float | None,
    purpose: str,
    cap: float,
    seed: tuple[int, ...],
    progress: Progress,
) -> Controlled:
    """`bank` with the exposure parameters that keep every item under `cap`, a share of the sittings."""
    plan = plan_of(bank, length=length, minutes=minutes, purpose=purpose)
    told = {entry.id: entry.parameters for entry in bank.entries}
    mean, covariance = bank.prior
    people = PEOPLE if minutes is None else TIMED_PEOPLE
    theta = np.random.default_rng([*seed, 0]).multivariate_normal(
        np.asarray(mean), np.asarray(covariance), size=people, method="cholesky"
    )

    if minutes is None:
        engine = build_engine(plan, bank)
        test = LockStep(engine.pool, engine.prior, engine.scale, engine.spec, engine.rules)
        answers = TrueItems.of(theta, engine.pool, [told[i] for i in engine.pool.ids])

    def simulate(exposure: FloatArray, number: int) -> FloatArray:
        if minutes is None:
            sat = test.sit(people, answers, np.random.default_rng([*seed, 1, number]), exposure=exposure)
            rates = sat.exposure(len(bank.entries))
        else:
            revised = bank.revised(exposure=_by_item(bank, exposure))
            timed = plan_of(revised, length=length, minutes=minutes, purpose=purpose)
            work = Work(revised, timed, told, Population.plain(theta), (*seed, 1, number))
            rates = metrics.exposures(sit_all(work).administered, len(bank.entries))
        progress(number + 1, ROUNDS)
        return rates

    found = control(simulate, len(bank.entries), cap, ROUNDS)
    record = {
        "cap": cap,
        "rounds": ROUNDS,
        "people_a_round": people,
        "largest_by_round": list(found.largest),
        "limited_items": int((found.exposure < 1.0).sum()),
        "smallest_parameter": float(found.exposure.min()),
    }
    return Controlled(bank.revised(exposure=_by_item(bank, found.exposure)), record)


def _by_item(bank: ScenarioBank, exposure: FloatArray) -> dict[str, float]:
    return {entry.id: float(k) for entry, k in zip(bank.entries, exposure, strict=True)}
