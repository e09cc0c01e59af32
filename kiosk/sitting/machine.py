"""The sitting: one candidate's test as a state machine over events.

    READY -> ASKING -> ANSWERED -> ASKING -> … -> OVER

Every step first hands its event to `record` (the journal, which is durable or raises) and only then moves, so that
what the candidate has been told is never ahead of what is kept. Times are active seconds that the caller measures;
the sitting has no clock, no disk and no screen. The same events give the same sitting, bit for bit.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from itembank.bank import Bank
from itembank.item import ChoiceBody, Item, MatchingBody, OrderingBody
from itembank.scoring import Response, Score, score
from kiosk.adaptive.engine import Engine, Estimate, Selection, Stop
from kiosk.adaptive.levels import LevelScale
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.posterior import Prior
from kiosk.adaptive.selection import SelectionRules
from kiosk.adaptive.stopping import Purpose, TestSpec
from kiosk.errors import Failure
from kiosk.sitting.plan import MIN_PER_COMPETENCE, Plan, eligible

Event = dict[str, Any]
Record = Callable[[Event], None]
Scorer = Callable[[Item, Response], Score]


class Phase(StrEnum):
    READY = "ready"
    ASKING = "asking"
    ANSWERED = "answered"
    OVER = "over"


class OutOfTurn(RuntimeError):
    """A step was asked for in the wrong phase: a defect of the caller."""


@dataclass(frozen=True, slots=True)
class Question:
    """An item as this candidate sees it. `order` is the order in which options are shown (authored positions)."""

    number: int
    item: Item
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """One answered question, as kept. `seconds` is the response time, `response` plain JSON."""

    item: Item
    response: Response
    score: Score
    seconds: float


class Sitting:
    """One candidate's test. Feed it answers; read `phase`, `question`, `answered`, `estimates`."""

    def __init__(
        self, plan: Plan, bank: Bank, record: Record, engine: Engine | None = None, scorer: Scorer = score
    ) -> None:
        """`engine` may be handed in by whoever runs many sittings of one plan; it holds no candidate's state.
        `scorer` gives a response its points; only simulated candidates need another than the items' own.

        Raises Failure ``bank.other_version`` when the bank is not the plan's, ``bank.empty_plan``.
        """
        if plan.bank_digest != bank.digest:
            raise Failure("bank.other_version", expected=plan.bank_version)
        self.plan = plan
        self._bank = bank
        self._record = record
        self._scorer = scorer
        self._engine = engine or build_engine(plan, bank)
        self._state = self._engine.begin()
        self.phase = Phase.READY
        self.question: Question | None = None
        self.answered: tuple[Answered, ...] = ()
        self.stop_reason = ""
        self.active_seconds = 0.0

    def record_to(self, record: Record) -> None:
        """Hand events to `record` from now on."""
        self._record = record

    # --- steps ---

    def ask(self, active_seconds: float) -> Question | None:
        """Move on to the next question and return it; None when the test is over. Idempotent while asking."""
        if self.phase is Phase.ASKING or self.phase is Phase.OVER:
            return self.question
        step = self._engine.select(self._state, self._draws())
        if isinstance(step, Stop):
            self._close(str(step.reason), active_seconds)
            return None
        number = len(self.answered) + 1
        event = {
            "type": "presented",
            "number": number,
            "item": step.item_id,
            "why": _reason(step),
            "active": round(active_seconds, 3),
        }
        self._record(event)
        self._presented(event)
        return self.question

    def answer(self, response: Response, seconds: float, active_seconds: float) -> Answered:
        """Score and keep the answer to the current question; when this returns, it cannot be lost.

        `seconds` is the response time of this question. Raises ResponseInvalid for a malformed response (nothing
        is kept), OutOfTurn when no question is open.
        """
        if self.phase is not Phase.ASKING or self.question is None:
            raise OutOfTurn(self.phase)
        result = self._scorer(self.question.item, response)
        event = {
            "type": "answered",
            "number": self.question.number,
            "item": self.question.item.id,
            "response": response,
            "points": result.points,
            "maximum": result.maximum,
            "seconds": round(seconds, 3),
            "active": round(active_seconds, 3),
        }
        self._record(event)
        self._kept(event)
        return self.answered[-1]

    def note(self, kind: str, active_seconds: float) -> None:
        """Keep a fact that changes no score: ``paused``, ``unpaused``, ``resumed``, ``tutorial``."""
        self._record({"type": kind, "active": round(active_seconds, 3)})
        self.active_seconds = active_seconds

    def stop(self, reason: str, active_seconds: float) -> None:
        """End the test before its own rule does (the candidate or the staff decides). Answers count as they are."""
        if self.phase is not Phase.OVER:
            self._close(reason, active_seconds)

    def replay(self, events: Sequence[Event]) -> None:
        """Take in events already kept, in order. Raises OutOfTurn if they are not a sitting's."""
        for event in events:
            match event["type"]:
                case "presented":
                    self._presented(event)
                case "answered":
                    if self.phase is not Phase.ASKING:
                        raise OutOfTurn(self.phase)
                    self._kept(event)
                case "closed":
                    self._closed(event)
            self.active_seconds = float(event.get("active", self.active_seconds))

    # --- readings ---

    def estimates(self) -> tuple[Estimate, ...]:
        """One estimate a competence of the bank, in its order, from the order-independent posterior."""
        return self._engine.estimate(self._state)

    def composite(self, weights: Sequence[float]) -> tuple[float, float]:
        """Mean and SD of a weighted sum of thetas, weights in the order of the bank's competences."""
        return self._engine.composite(self._state, np.asarray(weights))

    def asked_at_most(self) -> int:
        """How many questions this sitting can have at most."""
        return min(self.plan.length, len(self._engine.pool))

    # --- transitions ---

    def _draws(self) -> random.Random:
        """The randomness of the next choice: the seed and the number of the question, nothing else.

        Python's own generator: numpy's would add megabytes to the candidate's memory for one number a question.
        """
        return random.Random(f"{self.plan.seed}#{len(self.answered)}")  # noqa: S311 - a choice among items, not a secret

    def _presented(self, event: Event) -> None:
        item = self._bank.item(event["item"])
        self.question = Question(event["number"], item, display_order(item, self.plan.seed))
        self.phase = Phase.ASKING
        self.active_seconds = float(event["active"])

    def _kept(self, event: Event) -> None:
        assert self.question is not None  # noqa: S101 - callers have checked the phase
        item = self.question.item
        result = self._scorer(item, event["response"])
        since = max(0.0, float(event["active"]) - self._state.elapsed)
        self._state = self._engine.record(
            self._state, self._engine.pool.index_of[item.id], result.points, since
        )
        self.answered = (*self.answered, Answered(item, event["response"], result, float(event["seconds"])))
        self.phase = Phase.ANSWERED
        self.active_seconds = float(event["active"])

    def _close(self, reason: str, active_seconds: float) -> None:
        event = {"type": "closed", "reason": reason, "active": round(active_seconds, 3)}
        self._record(event)
        self._closed(event)

    def _closed(self, event: Event) -> None:
        self.stop_reason = event["reason"]
        self.question = None
        self.phase = Phase.OVER
        self.active_seconds = float(event["active"])


def build_engine(plan: Plan, bank: Bank, rules: SelectionRules | None = None) -> Engine:
    """The measuring engine of a plan on a bank; `rules` None for the shipped ones. Raises Failure ``bank.empty_plan``."""
    languages = frozenset(entry.language for entry in bank.entries)
    entries = eligible(bank.entries, plan, languages)
    if not entries:
        raise Failure("bank.empty_plan")
    mean, covariance = bank.prior
    dimensions = tuple(i for i, c in enumerate(bank.competences) if any(e.competence == c for e in entries))
    spec = TestSpec(
        dimensions=dimensions,
        max_items=plan.length,
        min_per_dimension=min(MIN_PER_COMPETENCE, plan.length // len(dimensions)),
        seconds=plan.seconds,
        purpose=Purpose(plan.purpose),
    )
    pool = ItemPool.build(entries, bank.competences)
    return Engine(pool, Prior(np.array(mean), np.array(covariance)), LevelScale(bank.cut_scores), spec, rules)


def display_order(item: Item, seed: int) -> tuple[int, ...]:
    """The order in which a sitting shows an item's options, steps or rights (authored positions)."""
    draw = random.Random(f"{seed}/{item.id}")  # noqa: S311 - a shuffle, not a secret
    body = item.body
    match body:
        case ChoiceBody():
            positions = list(range(len(body.choices)))
            if body.shuffle:
                draw.shuffle(positions)
        case OrderingBody():
            positions = list(range(len(body.steps)))
            while positions == sorted(positions):  # never shown already solved
                draw.shuffle(positions)
        case MatchingBody():
            positions = list(range(len(body.rights)))
            draw.shuffle(positions)
        case _:
            positions = []
    return tuple(positions)


def _reason(step: Selection) -> dict[str, Any]:
    why = step.reason
    return {
        "gain": round(why.gain, 6),
        "rank": why.rank,
        "of": why.candidates,
        "rule": str(why.ruled_by) if why.ruled_by else None,
    }
