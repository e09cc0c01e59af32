"""`python -m benchmarks.selection`: what choosing an item costs, and what a full assembly would have chosen.

Prints one JSON document. Times are processor time of one thread, medians: set ``OPENBLAS_NUM_THREADS=1``.

* ``engine``: milliseconds for one selection, one update and one final estimate, all rules on, 16 competences, at
  several sizes of the bank;
* ``sittings``: whole 48-item sittings a second, one after the other through the real `Sitting`;
* ``shadow`` (with ``--shadow PEOPLE``): the same people, once with the rules of `kiosk.adaptive.selection` and once with
  a shadow test (van der Linden and Reese 1998, Applied Psychological Measurement 22, 259-270) assembled anew before
  every item by a mixed-integer solver (HiGHS through ``scipy.optimize.milp``, the extra ``bench``): same criterion, same
  floor of two items, same topics (none twice in a competence), nothing drawn. Skipped, saying so, where scipy is absent.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np

from kiosk.adaptive.engine import Engine, Measurement, Selection
from kiosk.adaptive.selection import SelectionRules, predicted, spread
from kiosk.simulation.candidates import points_as_response
from kiosk.simulation.lockstep import TrueItems
from kiosk.simulation.scenario import load_scenario
from kiosk.simulation.sittings import plan_of
from kiosk.simulation.synthetic_bank import ScenarioBank
from kiosk.sitting.machine import Sitting, build_engine

SIZES = (200, 1000, 10_000)
LENGTH = 48
PLAIN = SelectionRules(
    near_best=1.0, shortlist=1, opening_items=0, recovery_window=0, calm_run=99, dignity_run=99,
    heavy_words=10**6, max_task_run=99, task_share=0.0, topic_discount=0.01,
)  # fmt: skip
"""The criterion, the floor and the topics: what both arms of the comparison keep."""


def reference_bank(items: int) -> ScenarioBank:
    scenario = load_scenario("reference")
    laws = replace(scenario.bank_laws, items=items)
    return replace(scenario, bank_laws=laws).bank(np.random.default_rng([1, 0]))


def engine_times(items: int, sittings: int = 12) -> dict[str, float]:
    """Median milliseconds of each step over some sittings of random answers; the first sitting warms up."""
    bank = reference_bank(items)
    begun = time.process_time()
    engine = build_engine(plan_of(bank, length=LENGTH), bank)
    built = time.process_time() - begun
    select: list[float] = []
    update: list[float] = []
    estimate: list[float] = []
    for number in range(sittings):
        rng, state = np.random.default_rng(number), engine.begin()
        while True:
            begun = time.process_time()
            step = engine.select(state, rng)
            select.append(time.process_time() - begun)
            if not isinstance(step, Selection):
                break
            points = int(rng.integers(engine.pool.max_score[step.index] + 1))
            begun = time.process_time()
            state = engine.record(state, step.index, points, 40.0)
            update.append(time.process_time() - begun)
        begun = time.process_time()
        engine.estimate(state)
        estimate.append(time.process_time() - begun)
        if number == 0:
            select, update, estimate = [], [], []
    shown = {"select": select, "update": update, "estimate": estimate}
    return {"build": round(1000 * built, 1)} | {
        name: round(1000 * statistics.median(values), 4) for name, values in shown.items()
    }


def sitting_rate(items: int, people: int = 150) -> dict[str, float]:
    """Whole sittings through the real machine, from the first question to the estimates; the journal and the
    candidate's own part are left out of the time."""
    scenario = load_scenario("reference")
    bank = reference_bank(items)
    theta = scenario.population(people, np.random.default_rng([1, 1])).theta
    plan = plan_of(bank, length=LENGTH)
    engine = build_engine(plan, bank)
    place = engine.pool.index_of
    answers = TrueItems.of(theta, engine.pool, [bank.truth[i] for i in engine.pool.ids])
    spent, asked = 0.0, 0
    for person in range(people):
        luck = np.random.default_rng([2, person]).random(LENGTH)
        begun = time.process_time()
        sitting = Sitting(
            replace(plan, seed=person), bank, lambda event: None, engine, scorer=points_as_response
        )
        active = 0.0
        while (question := sitting.ask(active)) is not None:
            spent += time.process_time() - begun
            index, k = place[question.item.id], len(sitting.answered)
            points = answers.points(np.array([person]), np.array([index]), luck[k : k + 1])
            active += question.item.time.median
            begun = time.process_time()
            sitting.answer(int(points[0]), question.item.time.median, active)
        sitting.estimates()
        spent += time.process_time() - begun
        asked += len(sitting.answered)
    return {"per_second": round(people / spent, 1), "ms_per_item": round(1000 * spent / asked, 4)}


# --- the shadow test -------------------------------------------------------------------------------------

Pick = Callable[[Measurement, np.random.Generator], int]


class Shadow:
    """The best free item of the best whole test that holds the items given and keeps every constraint."""

    def __init__(self, engine: Engine) -> None:
        from scipy.sparse import csr_array

        pool = engine.pool
        self._engine, self._weights = engine, np.ones(len(pool.competences))
        count = len(pool)
        of_dimension = (pool.dimension == np.arange(len(pool.competences))[:, None]).astype(float)
        of_topic = (pool.topic == np.arange(int(pool.topic.max()) + 1)[:, None]).astype(float)
        self._rows = csr_array(np.vstack([np.ones((1, count)), of_dimension, of_topic]))
        floor = engine.spec.min_per_dimension
        self._low = np.r_[LENGTH, np.full(len(of_dimension), floor), np.zeros(len(of_topic))]
        self._high = np.r_[LENGTH, np.full(len(of_dimension), np.inf), np.ones(len(of_topic))]

    def __call__(self, state: Measurement, rng: np.random.Generator) -> int:
        from scipy.optimize import Bounds, LinearConstraint, milp

        del rng
        drop, _ = predicted(self._engine.pool, state.posterior)
        gain = drop * spread(state.posterior, self._weights)[self._engine.pool.dimension]
        taken = list(state.administered)
        low = np.zeros(len(gain))
        low[taken] = 1.0
        solved = milp(
            -gain,
            integrality=np.ones(len(gain)),
            bounds=Bounds(low, np.ones(len(gain))),
            constraints=LinearConstraint(self._rows, self._low, self._high),
        )
        if solved.x is None:
            raise RuntimeError(f"no shadow test: {solved.message}")
        free = np.where(solved.x > 0.5, gain, -1.0)
        free[taken] = -1.0
        return int(free.argmax())


def heuristic(engine: Engine) -> Pick:
    def pick(state: Measurement, rng: np.random.Generator) -> int:
        step = engine.select(state, rng)
        assert isinstance(step, Selection)
        return step.index

    return pick


def arm(engine: Engine, bank: ScenarioBank, theta: np.ndarray, pick: Pick) -> dict[str, float]:
    """Everybody's test under one way of picking; the same person and item meet the same luck in every arm."""
    answers = TrueItems.of(theta, engine.pool, [bank.truth[i] for i in engine.pool.ids])
    spent: list[float] = []
    error, sd, topics = [], [], []
    for person in range(len(theta)):
        luck = np.random.default_rng([5, person]).random(len(engine.pool))
        state, rng = engine.begin(), np.random.default_rng([6, person])
        for _ in range(LENGTH):
            begun = time.process_time()
            index = pick(state, rng)
            spent.append(time.process_time() - begun)
            points = answers.points(np.array([person]), np.array([index]), luck[index : index + 1])
            state = engine.record(state, index, int(points[0]), 40.0)
        found = engine.estimate(state)
        error.append([e.mean - t for e, t in zip(found, theta[person], strict=True)])
        sd.append([e.sd for e in found])
        given = list(state.administered)
        topics.append(len(given) - len(set(engine.pool.topic[given].tolist())))
    return {
        "rmse": round(float(np.sqrt(np.mean(np.square(error)))), 4),
        "stated_rmse": round(float(np.sqrt(np.mean(np.square(sd)))), 4),
        "ms_per_choice": round(1000 * statistics.median(spent), 3),
        "topics_asked_twice": round(float(np.mean(topics)), 3),
    }


def shadow_comparison(people: int) -> dict[str, Any]:
    if find_spec("scipy") is None:
        return {"skipped": "scipy is not installed (extra: bench)"}
    scenario = load_scenario("reference")
    bank = scenario.bank(np.random.default_rng([1, 0]))
    theta = scenario.population(people, np.random.default_rng([1, 1])).theta
    engine = build_engine(plan_of(bank, length=LENGTH), bank, PLAIN)
    return {
        "people": people,
        "heuristic": arm(engine, bank, theta, heuristic(engine)),
        "shadow": arm(engine, bank, theta, Shadow(engine)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.selection")
    parser.add_argument("--shadow", type=int, default=0, metavar="PEOPLE", help="compare with a shadow test")
    wanted = parser.parse_args()
    found: dict[str, Any] = {
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "engine": {str(size): engine_times(size) for size in SIZES},
        "sittings": {"800": sitting_rate(800)},
    }
    if wanted.shadow:
        found["shadow"] = shadow_comparison(wanted.shadow)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
