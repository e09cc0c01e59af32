"""`python -m benchmarks.selection`: what choosing an item costs, and what a full assembly would have chosen.

Prints one JSON document. Times are processor time of one thread, medians: set ``OPENBLAS_NUM_THREADS=1``.

* ``engine``: milliseconds for one selection, one update and one final estimate, all rules on, 16 competences, at
  several sizes of the bank;
* ``sittings``: whole 48-item sittings a second, one after the other through the real `Sitting`;
* ``shadow`` (with ``--shadow PEOPLE``): the same people, once with the rules of `kiosk.adaptive.selection` and once with
  a shadow test (van der Linden and Reese 1998, Applied Psychological Measurement 22, 259-270) assembled anew before
  every item by a mixed-integer solver (HiGHS through ``scipy.optimize.milp``, the extra ``bench``): same criterion, same
  floor of two items, same topics (none twice in a competence), nothing drawn. Skipped, saying so, where scipy is absent;
* ``oracle`` (with ``--oracle PEOPLE``): what knowing everybody's ability would bring, which is little. The `reference`
  scenario's people and items, and a choice by the Fisher information at the *true* ability (A-optimal in the joint
  covariance, greedy), without any rule, scored under the true prior; without a cap on exposure, and under the scenario's.
  Greedy as ours is, it is a comparison and no bound.
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
from kiosk.adaptive.exposure import control
from kiosk.adaptive.pool import GRID
from kiosk.adaptive.selection import SelectionRules, predicted, spread
from kiosk.simulation.candidates import points_as_response
from kiosk.simulation.lockstep import TrueItems
from kiosk.simulation.lockstep.beliefs import Beliefs
from kiosk.simulation.lockstep.columns import Columns
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


# --- the oracle ------------------------------------------------------------------------------------------

ORACLE_BANKS = (1, 2, 3)


class Oracle:
    """The joint test of a bank, its items chosen by somebody who knows the abilities."""

    def __init__(self, bank: ScenarioBank) -> None:
        self.engine = build_engine(plan_of(bank, length=LENGTH), bank)
        pool, truth = self.engine.pool, bank.truth
        self.parameters = [truth[i] for i in pool.ids]
        if not pool.all_dichotomous:
            raise ValueError("the oracle is written for items of one point")
        self._columns = Columns.of(pool, np.arange(len(GRID)), np.float64, 250)
        order = self._columns.order
        self._a, self._b, self._c = (
            np.array([getattr(p, name) if name != "b" else p.b[0] for p in self.parameters])[order]
            for name in "abc"
        )

    def sat(self, theta: np.ndarray, exposure: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Posterior means of people with abilities `theta` (P, D), and the shares (N,) that saw each item.

        `exposure` (N,) are exposure factors, as in `kiosk.adaptive.exposure`.
        """
        means, seen = [], np.zeros(len(self._a))
        for number, part in enumerate(np.array_split(theta, max(1, len(theta) // 250))):
            mean, chosen = self._batch(part, exposure, np.random.default_rng([7, seed, number]))
            means.append(mean)
            seen += np.bincount(chosen.ravel(), minlength=len(seen))
        shares = np.empty_like(seen)
        shares[self._columns.order] = seen / len(theta)
        return np.concatenate(means), shares

    def _batch(
        self, theta: np.ndarray, exposure: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        columns, people = self._columns, np.arange(len(theta))
        answers = TrueItems.of(theta, self.engine.pool, self.parameters)
        beliefs = Beliefs.start(self.engine.prior, columns.nodes, len(theta))
        at = theta[:, columns.dimension]
        above = 1.0 / (1.0 + np.exp(-self._a * (at - self._b)))
        chance = self._c + (1.0 - self._c) * above
        slope = self._a * (1.0 - self._c) * above * (1.0 - above)
        information = slope * slope / (chance * (1.0 - chance))
        factor, chosen = exposure[columns.order], np.empty((LENGTH, len(theta)), dtype=np.int64)
        for step in range(LENGTH):
            variance = np.einsum("bdd->bd", beliefs.covariance)
            worth = np.square(beliefs.covariance).sum(axis=1) / variance**2
            own = variance[:, columns.dimension]
            drop = own * own * information / (1.0 + own * information)
            merit = drop * worth[:, columns.dimension] * factor
            merit[people, chosen[:step]] = -1.0
            best = merit.argmax(axis=1)
            points = answers.points(people, columns.order[best], rng.random(len(theta)))
            beliefs.update(columns.dimension[best], columns.log_likelihood[best, points])
            chosen[step] = best
        beliefs.refine(1e-4)
        return beliefs.mean, chosen


def oracle_comparison(people: int) -> dict[str, Any]:
    """RMSE of the oracle's tests, without and with the scenario's cap, on banks drawn from several seeds."""
    scenario = load_scenario("reference")
    cap = scenario.test.exposure_cap
    assert cap is not None
    found: dict[str, Any] = {"people": people, "cap": cap}
    for seed in ORACLE_BANKS:
        oracle = Oracle(scenario.bank(np.random.default_rng([seed, 0])))
        count = len(oracle.engine.pool)

        def rates(exposure: np.ndarray, number: int, oracle: Oracle = oracle) -> np.ndarray:
            theta = scenario.population(1000, np.random.default_rng([8, number])).theta
            return oracle.sat(theta, exposure, number)[1]

        theta = scenario.population(people, np.random.default_rng([9, seed])).theta
        for name, exposure in (("free", np.ones(count)), ("capped", control(rates, count, cap).exposure)):
            mean, shares = oracle.sat(theta, exposure, 10_000)
            found[f"bank_{seed}_{name}"] = {
                "rmse": round(float(np.sqrt(np.mean((mean - theta) ** 2))), 4),
                "max_exposure": round(float(shares.max()), 4),
            }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.selection")
    parser.add_argument("--shadow", type=int, default=0, metavar="PEOPLE", help="compare with a shadow test")
    parser.add_argument("--oracle", type=int, default=0, metavar="PEOPLE", help="what an oracle would reach")
    wanted = parser.parse_args()
    found: dict[str, Any] = {
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "engine": {str(size): engine_times(size) for size in SIZES},
        "sittings": {"800": sitting_rate(800)},
    }
    if wanted.shadow:
        found["shadow"] = shadow_comparison(wanted.shadow)
    if wanted.oracle:
        found["oracle"] = oracle_comparison(wanted.oracle)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
