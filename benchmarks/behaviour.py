"""Simulated people who do not all behave, through the real `Sitting`: what the effort and fit studies share.

Abilities come from the bank's prior, speeds from N(0, sd), true item parameters from the standard errors the bank
states, drawn anew for every person (the error the engine integrates over). Times are lognormal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from itembank.authoring import load_content, shipped_content
from itembank.bank import Bank
from itembank.build import build_bank
from itembank.item import Item
from itembank.response_model import category_probabilities, drawn
from itembank.scoring import Response, Score
from kiosk.adaptive.engine import Engine
from kiosk.sitting.machine import Sitting, build_engine
from kiosk.sitting.plan import Plan
from kiosk.sitting.question_bank import QuestionBank

SPEED_SD = 0.3
RAPID_MEDIAN, RAPID_SD = 2.0, 0.4
"""Seconds of a rapid guess: a lognormal; published modes lie between one and three seconds (Wise 2017)."""


RAPID = -1.0
"""Instead of seconds: those of a rapid guess."""


@dataclass(slots=True)
class Person:
    """Who sits the test: true `theta` by competence, speed `tau`, and what is odd, if anything.

    `odd(person, number, item)` gives the points of an odd answer (None: "I don't know") and its seconds (None: as
    usual), or None to answer honestly. `slowness` multiplies every honest time; `blind` tells the machine the usual
    time whatever happened; `oddities` counts.
    """

    theta: dict[str, float]
    tau: float
    rng: np.random.Generator
    odd: Odd | None = None
    slowness: float = 1.0
    blind: bool = False
    oddities: int = 0

    def honest(self, item: Item, shift: float = 0.0) -> int:
        """Points by the item's true parameters, drawn from the errors that the bank states."""
        true = drawn(item.parameters, self.rng)
        ability = np.array([self.theta[item.competence] + shift])
        chances = category_probabilities(true, ability)[:, 0].cumsum()
        return int((self.rng.random() * chances[-1] >= chances).sum().clip(0, item.max_score))

    def at_chance(self, item: Item) -> int:
        """Points without looking: c for a choice; a task or a typed answer is not hit by luck."""
        return int(self.rng.random() < item.parameters.c)

    def answer(self, number: int, item: Item) -> tuple[Response, float]:
        """Points, or None for "I don't know", and seconds."""
        # The same draws whatever the behaviour: arms then differ by the behaviour alone.
        noise, quick = self.rng.standard_normal(2)
        usual = self.slowness * math.exp(item.time.intensity - self.tau + noise / item.time.discrimination)
        points = self.honest(item)
        found = self.odd(self, number, item) if self.odd is not None else None
        if found is None:
            return points, usual
        self.oddities += 1
        response, seconds = found
        if seconds is None or self.blind:
            return response, usual
        return response, RAPID_MEDIAN * math.exp(RAPID_SD * quick) if seconds == RAPID else seconds


Odd = Callable[[Person, int, Item], tuple[int | None, float | None] | None]


def points_as_response(item: Item, response: Response) -> Score:
    """Simulated people answer by their points; None is "I don't know"."""
    return Score(int(response or 0), item.max_score)


def population(bank: QuestionBank, count: int, seed: int) -> list[Person]:
    """`count` honest people; the same seed gives the same people."""
    mean, covariance = bank.prior
    rng = np.random.default_rng(seed)
    theta = rng.multivariate_normal(np.array(mean), np.array(covariance), size=count, method="cholesky")
    tau = SPEED_SD * rng.standard_normal(count)
    return [
        Person(
            dict(zip(bank.competences, theta[i].tolist(), strict=True)),
            float(tau[i]),
            np.random.default_rng([seed, i]),
        )
        for i in range(count)
    ]


def plan(bank: QuestionBank, length: int, seconds: float | None) -> Plan:
    return Plan(
        campaign="study", title="study", competences=bank.competences, purpose="positioning", length=length,
        seconds=seconds, feedback=False, resume="off", large_print=False, sector="any", language="fr",
        bank_version=bank.version, bank_digest=bank.digest, seed=0,
    )  # fmt: skip


def sit(bank: QuestionBank, engine: Engine, a_plan: Plan, person: Person, seed: int) -> Sitting:
    """One whole real sitting."""
    sitting = Sitting(replace(a_plan, seed=seed), bank, lambda event: None, engine, scorer=points_as_response)
    active = 0.0
    while (question := sitting.ask(active)) is not None:
        response, seconds = person.answer(question.number, question.item)
        active += seconds
        sitting.answer(response, seconds, active)
    return sitting


@contextmanager
def shipped(path: Path) -> Iterator[Bank]:
    """The shipped bank, built into `path`."""
    content = load_content([shipped_content()])
    build_bank(content.authored, path, content.version)
    with Bank.open(path) as bank:
        yield bank


__all__ = ["RAPID", "Odd", "Person", "build_engine", "plan", "population", "shipped", "sit"]
