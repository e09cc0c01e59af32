"""Haste and slowness: what rapid guessing and speed do to a result, with and without the weighting of effort.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.effort [--people 1000] [--length 48] [--minutes 45]

Prints one JSON document. The same people sit every arm, through the real `Sitting` on the shipped bank.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.behaviour import RAPID, Odd, Person, build_engine, plan, population, shipped, sit
from itembank.item import Item
from kiosk.simulation.scenario import load_scenario
from kiosk.sitting import machine
from kiosk.sitting.question_bank import QuestionBank

# --- how people behave --------------------------------------------------------------------------------------


def guessing(share: float, seconds: float = RAPID) -> Odd:
    """Answers a share of the items without looking, in a flash."""

    def odd(person: Person, number: int, item: Item) -> tuple[int | None, float | None] | None:
        return (person.at_chance(item), seconds) if person.rng.random() < share else None

    return odd


def tired(person: Person, number: int, item: Item) -> tuple[int | None, float | None] | None:
    """Works honestly, then clicks through the last third."""
    return (person.at_chance(item), RAPID) if number > 32 else None


def knowing_what_they_do_not_know(
    person: Person, number: int, item: Item
) -> tuple[int | None, float | None] | None:
    """Says "I don't know", at a glance, two times out of three where the answer would be wrong."""
    points = person.honest(item)
    return (None, RAPID) if points == 0 and person.rng.random() < 2 / 3 else (points, None)


def declining(share: float) -> Odd:
    """Presses "I don't know" on a share of the items without looking."""

    def odd(person: Person, number: int, item: Item) -> tuple[int | None, float | None] | None:
        return (None, RAPID) if person.rng.random() < share else None

    return odd


# --- how the machine could weigh ----------------------------------------------------------------------------


def never(*_: object) -> bool:
    return False


def always(*_: object) -> bool:
    return True


def unless_right(item: Item, response: Any, result: Any) -> bool:
    """Only wrong rapid answers are left out: the variant that looks kind, and biases."""
    return machine_rule(item, response, result) or bool(result.points)


machine_rule = machine.shows_effort


@contextmanager
def weighing(rule: Callable[..., bool]) -> Iterator[None]:
    """Let `rule` say which quick answers show effort."""
    machine.shows_effort = rule
    try:
        yield
    finally:
        machine.shows_effort = machine_rule


# --- one arm ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arm:
    """What a group of sittings came to; arrays over people."""

    theta: np.ndarray
    means: np.ndarray
    levels: np.ndarray
    answers: np.ndarray
    rapid: np.ndarray
    flagged: np.ndarray
    guessed: np.ndarray

    def figures(self, honest: Arm | None = None) -> dict[str, float]:
        """Bias and RMSE in population SDs, levels in levels, shares in 0..1."""
        error = self.means - self.theta
        found = {
            "bias": error.mean(),
            "rmse": np.sqrt((error**2).mean()),
            "mean_level": self.levels.mean(),
            "answers": self.answers.mean(),
            "rapid_share": (self.rapid / self.answers).mean(),
            "flagged": self.flagged.mean(),
        }
        if honest is not None:
            moved = self.levels.mean(axis=0) - honest.levels.mean(axis=0)
            found["bias_against_honest"] = (self.means - honest.means).mean()
            found["level_against_honest"] = moved.mean()
            found["level_against_honest_se"] = float(
                (self.levels - honest.levels).mean(axis=1).std() / np.sqrt(len(self.levels))
            )
            found["worst_competence_level_against_honest"] = moved[np.abs(moved).argmax()]
        return {name: round(float(value), 4) for name, value in found.items()}


def arm(
    bank: QuestionBank, people: int, length: int, seconds: float | None, odd: Odd | None = None, *,
    slowness: float = 1.0, tau: float | None = None, shift: float = 0.0, blind: bool = False,
) -> Arm:  # fmt: skip
    """`blind` hides the times of rapid guesses from the machine; `shift` moves everyone's ability."""
    a_plan = plan(bank, length, seconds)
    engine = build_engine(a_plan, bank)
    rows = []
    for number, person in enumerate(population(bank, people, seed=20)):
        person.odd, person.slowness, person.blind = odd, slowness, blind
        person.theta = {c: value + shift for c, value in person.theta.items()}
        if tau is not None:
            person.tau = tau
        sitting = sit(bank, engine, a_plan, person, number)
        estimates, effort = sitting.estimates(), sitting.effort()
        rows.append(
            (
                list(person.theta.values()), [e.mean for e in estimates], [e.level for e in estimates],
                effort.answers, effort.rapid, effort.flagged, person.oddities,
            )
        )  # fmt: skip
    return Arm(*(np.array(column) for column in zip(*rows, strict=True)))


def study(bank: QuestionBank, people: int, length: int, minutes: float) -> dict[str, Any]:
    result: dict[str, Any] = {"people": people, "length": length, "minutes": minutes}

    def say(name: str, figures: dict[str, float]) -> None:
        result[name] = figures
        print(name, figures, file=sys.stderr, flush=True)

    few = max(1, people // 4)
    honest = arm(bank, people, length, None)
    say("honest", honest.figures())
    say("slow_untimed", arm(bank, people, length, None, slowness=2.0).figures(honest))
    timed = arm(bank, people, length, 60.0 * minutes)
    say("timed", timed.figures(honest))
    say("slow_timed", arm(bank, people, length, 60.0 * minutes, slowness=2.0).figures(timed))

    some = arm(bank, few, length, None)
    for name, odd in (("guessing_10", guessing(0.1)), ("guessing_20", guessing(0.2)), ("guessing_40", guessing(0.4)),
                      ("tired", tired)):  # fmt: skip
        say(name, arm(bank, few, length, None, odd).figures(some))
        say(f"{name}_unweighted", arm(bank, few, length, None, odd, blind=True).figures(some))
    slower = arm(bank, few, length, None, guessing(0.2, seconds=5.0))
    say("guessing_20_in_5_seconds", slower.figures(some))
    with weighing(unless_right):
        say("guessing_20_only_wrong_left_out", arm(bank, few, length, None, guessing(0.2)).figures(some))
    with weighing(never):
        say("guessing_20_by_time_alone", arm(bank, few, length, None, guessing(0.2)).figures(some))

    # The shipped bank has few items that luck answers; here 45 % are choices with one chance in four.
    choices = load_scenario("reference").bank(np.random.default_rng(1))
    lucky = arm(choices, few, length, None)
    say("choices_guessing_20", arm(choices, few, length, None, guessing(0.2)).figures(lucky))
    blind = arm(choices, few, length, None, guessing(0.2), blind=True)
    say("choices_guessing_20_unweighted", blind.figures(lucky))
    with weighing(unless_right):
        kind = arm(choices, few, length, None, guessing(0.2))
        say("choices_guessing_20_only_wrong_left_out", kind.figures(lucky))

    say(
        "beginners_say_i_do_not_know",
        arm(bank, few, length, None, knowing_what_they_do_not_know, shift=-1.0).figures(),
    )
    with weighing(never):
        say(
            "beginners_i_do_not_know_left_out",
            arm(bank, few, length, None, knowing_what_they_do_not_know, shift=-1.0).figures(),
        )
    say("declining_20", arm(bank, few, length, None, declining(0.2)).figures(some))
    for tau in (0.6, 1.0):
        say(f"experts_fast_{tau:g}", arm(bank, few, length, None, tau=tau, shift=1.0).figures())
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--length", type=int, default=48)
    parser.add_argument("--minutes", type=float, default=25.0)
    options = parser.parse_args()
    with TemporaryDirectory() as place, shipped(Path(place) / "bank.db") as bank:
        print(json.dumps(study(bank, options.people, options.length, options.minutes), indent=1))
