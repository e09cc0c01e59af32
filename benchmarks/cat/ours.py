"""The kiosk's own engines on the peers' data; each function is one measurement in a process of its own.

`python -m benchmarks.cat.ours NAME ARGUMENT ...` prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.cat import data
from itembank.item import Parameters
from kiosk.adaptive.engine import Engine, Measurement, Selection
from kiosk.adaptive.levels import LevelScale
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.posterior import Prior
from kiosk.adaptive.stopping import TestSpec
from kiosk.simulation.lockstep import LockStep, OneDimension, TrueItems
from kiosk.simulation.sittings import Work, plan_of, sit_all
from kiosk.simulation.synthetic_bank import ScenarioBank

LENGTH = 48


def _engine(bank: ScenarioBank) -> Engine:
    pool = ItemPool.build(bank.entries, bank.competences)
    prior = Prior(np.array(bank.prior[0]), np.array(bank.prior[1]))
    spec = TestSpec(tuple(range(len(bank.competences))), LENGTH)
    return Engine(pool, prior, LevelScale(bank.cut_scores), spec)


def _limited(bank: ScenarioBank) -> ScenarioBank:
    """Every third item under exposure control, as an agency's bank has it."""
    return bank.revised(exposure={entry.id: 0.7 for entry in bank.entries[::3]})


def _stepped(
    engine: Engine, answer: Callable[[int, int], int], theta: np.ndarray, budget: float
) -> dict[str, Any]:
    """Milliseconds of processor time an item (update, then selection) as the peers' loop has them, and the error of the estimates."""
    taken: list[float] = []
    errors: list[np.ndarray] = []
    deadline = time.perf_counter() + budget
    for person in range(-1, len(theta)):
        rng = np.random.default_rng([5, person + 1])
        state: Measurement = engine.begin()
        step = engine.select(state, rng)
        while isinstance(step, Selection):
            points = answer(max(person, 0), step.index)
            start = time.process_time()
            state = engine.record(state, step.index, points, 40.0)
            step = engine.select(state, rng)
            if person >= 0:
                taken.append(time.process_time() - start)
        errors.append(np.array([e.mean for e in engine.estimate(state)]) - theta[max(person, 0)])
        if time.perf_counter() > deadline:
            break
    return {
        "ms": 1000 * float(np.mean(taken)),
        "items": len(taken),
        "people": len(errors) - 1,
        "rmse": float(np.sqrt(np.mean(np.square(errors[1:])))),
    }


def sixteen_with_rules(items: str, budget: str) -> dict[str, Any]:
    """The reference scenario's bank of this size, guessing and all; every rule on, a third of the items limited."""
    scenario, bank = data.reference(int(items))
    theta = scenario.population(data.PEOPLE, np.random.default_rng([data.SEED, 1])).theta
    engine = _engine(_limited(bank))
    answers = TrueItems.of(theta, engine.pool, [bank.truth[i] for i in engine.pool.ids])
    luck = np.random.default_rng(9)

    def answer(person: int, index: int) -> int:
        return int(answers.points(np.array([person]), np.array([index]), luck.random(1))[0])

    return _stepped(engine, answer, theta, float(budget))


def sixteen_on_file(path: str, budget: str) -> dict[str, Any]:
    """The sixteen-dimensional 2PL file that the peers get, with every rule on."""
    found = np.load(path)
    _, bank = data.reference(len(found["a"]), choice=0.0)
    engine = _engine(_limited(bank))
    assert np.allclose([e.parameters.a for e in bank.entries], found["a"])
    right = found["right"]
    return _stepped(engine, lambda p, i: int(right[p, i]), found["theta"], float(budget))


def sittings(count: str) -> dict[str, Any]:
    """Whole real sittings, one by one, 48 items of 800 in 16 dimensions, every rule on; simulated answers included."""
    scenario, bank = data.reference(800)
    bank = _limited(bank)
    people = scenario.population(int(count), np.random.default_rng([data.SEED, 1]))
    work = Work(bank, plan_of(bank, length=LENGTH), bank.truth, people, (3,))
    sit_all(replace(work, people=scenario.population(2, np.random.default_rng(0))))
    start = time.process_time()
    out = sit_all(work)
    seconds = time.process_time() - start
    return {
        "per_second": int(count) / seconds,
        "people": int(count),
        "rmse": float(np.sqrt(np.mean((out.mean - people.theta) ** 2))),
        "max_exposure": float(np.bincount(out.administered.ravel(), minlength=800).max() / int(count)),
    }


def lockstep(count: str) -> dict[str, Any]:
    """The same tests in lock-step."""
    scenario, bank = data.reference(800)
    theta = scenario.population(int(count), np.random.default_rng([data.SEED, 1])).theta
    engine = _engine(_limited(bank))
    test = LockStep(engine.pool, engine.prior, engine.scale, engine.spec, engine.rules)
    answers = TrueItems.of(theta, engine.pool, [bank.truth[i] for i in engine.pool.ids])
    test.sit(min(int(count), 128), answers, np.random.default_rng(0))
    start = time.process_time()
    out = test.sit(int(count), answers, np.random.default_rng(3))
    seconds = time.process_time() - start
    return {
        "per_second": int(count) / seconds,
        "people": int(count),
        "rmse": float(np.sqrt(np.mean((out.mean - theta) ** 2))),
        "max_exposure": float(out.exposure(800).max()),
    }


def one_dimension(path: str, count: str, length: str) -> dict[str, Any]:
    """One-dimensional tests in lock-step, on the peers' file."""
    found = np.load(path)
    _, bank = data.reference(len(found["a"]))
    parameters = [Parameters(float(a), (float(b),)) for a, b in zip(found["a"], found["b"], strict=True)]
    entries = [
        replace(entry, parameters=told, competence="1.1", topic="1.1.1")
        for entry, told in zip(bank.entries, parameters, strict=True)
    ]
    pool = ItemPool.build(entries, ("1.1",))
    theta = np.random.default_rng(5).standard_normal((int(count), 1))
    answers = TrueItems.of(theta, pool, parameters)
    start = time.process_time()
    test = OneDimension(pool, parameters, int(length))
    ready = time.process_time()
    out = test.sit(int(count), answers, np.random.default_rng(7))
    seconds = time.process_time() - ready
    return {
        "per_second": int(count) / seconds,
        "people": int(count),
        "rmse": float(np.sqrt(np.mean((out.mean[:, -1] - theta[:, 0]) ** 2))),
        "setup_seconds": ready - start,
    }


MEASUREMENTS = (sixteen_with_rules, sixteen_on_file, sittings, lockstep, one_dimension)

if __name__ == "__main__":
    named = {function.__name__: function for function in MEASUREMENTS}
    print(json.dumps(named[sys.argv[1]](*sys.argv[2:])))
