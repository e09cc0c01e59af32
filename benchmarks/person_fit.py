"""How often person fit raises a false alarm, and what it catches.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.person_fit [--honest 2000] [--odd 300] [--length 48]

Prints one JSON document: for honest sittings the share with p <= .05 by statistic and family-wise, whole and by
overall ability (an alarm must not depend on who one is); for odd ones the share caught. Through the real `Sitting` on
the shipped bank.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.behaviour import RAPID, Odd, Person, build_engine, plan, population, shipped, sit
from itembank.bank import Bank
from itembank.item import Item

Answer = tuple[int | None, float | None] | None
STATISTICS = ("lz", "cusum", "guttman", "family")


def copying(person: Person, number: int, item: Item) -> Answer:
    """From the second half on, nine answers out of ten are somebody else's, who knows."""
    return (item.max_score if person.rng.random() < 0.9 else 0, None) if number > 24 else None


def random_end(person: Person, number: int, item: Item) -> Answer:
    """At chance in the last third, in the usual time."""
    return (person.at_chance(item), None) if number > 32 else None


def rapid_end(person: Person, number: int, item: Item) -> Answer:
    """At chance in the last third, in a flash: effort finds it, and fit must not find it again."""
    return (person.at_chance(item), RAPID) if number > 32 else None


def spurious_start(person: Person, number: int, item: Item) -> Answer:
    """Misunderstands the first twelve questions: right one time out of twenty."""
    return (item.max_score if person.rng.random() < 0.05 else 0, None) if number <= 12 else None


def warm_up(person: Person, number: int, item: Item) -> Answer:
    """Answers the first ten questions as if two SDs less able."""
    return (person.honest(item, -2.0), None) if number <= 10 else None


def careless(person: Person, number: int, item: Item) -> Answer:
    """One question out of five lost to a slip, whatever is known."""
    return (0, None) if person.rng.random() < 0.2 else None


def helped_now_and_then(person: Person, number: int, item: Item) -> Answer:
    """One answer out of four is whispered."""
    return (item.max_score, None) if person.rng.random() < 0.25 else None


ODD: dict[str, Odd] = {
    "copying": copying,
    "random_end": random_end,
    "rapid_end": rapid_end,
    "spurious_start": spurious_start,
    "warm_up": warm_up,
    "careless": careless,
    "helped_now_and_then": helped_now_and_then,
}


def alarms(
    bank: Bank, people: int, length: int, odd: Odd | None, seed: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """p-values (people, 4), true overall ability (people,), processor seconds a fit."""
    a_plan = plan(bank, length, None)
    engine = build_engine(a_plan, bank)
    found, ability, spent = [], [], 0.0
    for number, person in enumerate(population(bank, people, seed)):
        person.odd = odd
        sitting = sit(bank, engine, a_plan, person, number)
        before = time.process_time()
        fit = sitting.fit()
        spent += time.process_time() - before
        if fit is not None:
            found.append((fit.lz.p, fit.cusum.p, fit.guttman.p, fit.p))
            ability.append(float(np.mean(list(person.theta.values()))))
    return np.array(found), np.array(ability), spent / people


def shares(p_values: np.ndarray) -> dict[str, float]:
    return dict(zip(STATISTICS, (p_values <= 0.05).mean(axis=0).round(4).tolist(), strict=True))


def study(bank: Bank, honest: int, odd: int, length: int) -> dict[str, Any]:
    p_values, ability, seconds = alarms(bank, honest, length, None, seed=30)
    result: dict[str, Any] = {
        "honest": honest,
        "length": length,
        "false_alarms": shares(p_values),
        "mean_p": dict(zip(STATISTICS, p_values.mean(axis=0).round(3).tolist(), strict=True)),
        "false_alarms_by_ability": {},
        "ms_a_fit": round(1000 * seconds, 1),
    }
    print(result, file=sys.stderr, flush=True)
    edges = (-9.0, -1.0, -0.5, 0.0, 0.5, 1.0, 9.0)
    for low, high in pairwise(edges):
        mine = (ability > low) & (ability <= high)
        if mine.any():
            result["false_alarms_by_ability"][f"{low:g}..{high:g}"] = {
                "people": int(mine.sum()),
                **shares(p_values[mine]),
            }
    result["caught"] = {}
    for name, behaviour in ODD.items():
        result["caught"][name] = shares(alarms(bank, odd, length, behaviour, seed=31)[0])
        print(name, result["caught"][name], file=sys.stderr, flush=True)
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--honest", type=int, default=2000)
    parser.add_argument("--odd", type=int, default=300)
    parser.add_argument("--length", type=int, default=48)
    options = parser.parse_args()
    with TemporaryDirectory() as place, shipped(Path(place) / "bank.db") as bank:
        print(json.dumps(study(bank, options.honest, options.odd, options.length), indent=1))
