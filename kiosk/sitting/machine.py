"""The sitting: one candidate's test as a state machine over events.

    READY -> ASKING -> ANSWERED -> ASKING -> … -> OVER

Every step first hands its event to `record` (the journal, which is durable or raises) and only then moves, so that
what the candidate has been told is never ahead of what is kept. Times are active seconds that the caller measures;
the sitting has no clock, no disk and no screen. The same events give the same sitting, bit for bit.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from itembank.item import ChoiceBody, Interaction, Item, MatchingBody, OrderingBody
from itembank.scoring import Response, Score, score
from kiosk.adaptive.effort import Effort, effort_weight, rapid_threshold
from kiosk.adaptive.engine import Engine, Estimate, Selection, Stop
from kiosk.adaptive.levels import LevelScale
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.posterior import Prior
from kiosk.adaptive.response_times import Duration
from kiosk.adaptive.selection import Reason, SelectionRules
from kiosk.adaptive.stopping import Purpose, TestSpec
from kiosk.errors import Failure
from kiosk.sitting.plan import MIN_PER_COMPETENCE, Plan, asked_language, eligible
from kiosk.sitting.question_bank import QuestionBank

if TYPE_CHECKING:
    from kiosk.adaptive.person_fit import PersonFit

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
    """One answered question, as kept. `seconds` is the response time, `response` plain JSON.

    `weight` is what the answer counts for: 0 for a rapid guess (`kiosk.adaptive.effort`), which moves no estimate;
    `active` the active seconds when it was kept; `why` the reason for the item, as the journal has it.
    """

    item: Item
    response: Response
    score: Score
    seconds: float
    weight: float
    active: float
    why: dict[str, Any]


class Sitting:
    """One candidate's test. Feed it answers; read `phase`, `question`, `answered`, `estimates`."""

    def __init__(
        self,
        plan: Plan,
        bank: QuestionBank,
        record: Record,
        engine: Engine | None = None,
        scorer: Scorer = score,
    ) -> None:
        """`engine` may be handed in by whoever runs many sittings of one plan; it holds no candidate's state.
        `scorer` gives a response its points; only simulated candidates need another than the items' own.

        Raises Failure ``bank.other_version`` when the bank is not the plan's, ``bank.empty_plan``.
        """
        if plan.bank_digest != bank.digest:
            raise Failure("bank.other_version", expected=plan.bank_version)
        self.plan = plan
        self._bank = bank
        self._language = asked_language(bank.entries, plan)
        self._record = record
        self._scorer = scorer
        self._engine = engine or build_engine(plan, bank)
        self._state = self._engine.begin()
        self.phase = Phase.READY
        self.question: Question | None = None
        self._why: dict[str, Any] = {}
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
            "why": reason_record(step.reason),
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

    def effort(self) -> Effort:
        """How many of the answers so far were rapid guesses."""
        return Effort.of([a.weight for a in self.answered])

    def is_hurrying(self) -> bool:
        """Whether two of the last four answers were rapid guesses: the moment for a kind word, not for a reproach.

        A word at that moment brings effort back (Wise, Bhola and Yang 2006, Educational Measurement 25, 21-30).
        """
        return sum(a.weight == 0 for a in self.answered[-4:]) >= 2

    def time_left(self) -> Duration:
        """Active seconds that the rest of the test is expected to take, with its 80 % range; at most what its limit
        leaves.

        The questions to come are like the pool's, as long or short as those asked so far have turned out against it
        (shrunk to 1 as by 4 questions: without a limit the choice prefers long ones, with a limit short ones).
        Reading feedback goes on taking what it took so far.
        """
        pool, state = self._engine.pool, self._state
        asked, answers = list(state.administered), len(self.answered)
        to_come = 0 if self.phase is Phase.OVER else self.asked_at_most() - answers
        longer = (4.0 + float(pool.seconds[asked].sum()) / float(pool.seconds.mean())) / (4.0 + answers)
        places = ((np.arange(to_come) + 0.5) * len(pool) / max(to_come, 1)).astype(np.int64)
        like = np.argsort(pool.time_intensity, kind="stable")[places]
        rest = state.speed.remaining(
            pool.time_intensity[like] + math.log(longer), pool.time_discrimination[like]
        )
        reading = max(0.0, state.elapsed - sum(a.seconds for a in self.answered)) / max(1, answers)
        limit = math.inf if self.plan.seconds is None else max(0.0, self.plan.seconds - self.active_seconds)
        return Duration(*(min(limit, s + to_come * reading) for s in (rest.expected, rest.low, rest.high)))

    def fit(self) -> PersonFit | None:
        """Whether the answers hang together; None with too few. The same events give the same floats."""
        from kiosk.adaptive.person_fit import person_fit  # at the end of a sitting only

        state = self._state
        draws = random.Random(f"{self.plan.seed}/fit")  # noqa: S311 - simulated candidates, not a secret
        return person_fit(
            self._engine.pool,
            state.posterior.refined(),
            state.administered,
            state.points,
            state.weights,
            draws,
        )

    def belief_about(self, competence: str) -> tuple[float, float]:
        """Running mean and SD of theta in one competence: what the next item is chosen by."""
        dimension = self._engine.pool.competences.index(competence)
        return float(self._state.posterior.mean[dimension]), float(self._state.posterior.sd[dimension])

    def fingerprint(self) -> str:
        """SHA-256, in hex, over every bit of the running belief: equal only after the very same course."""
        posterior = self._state.posterior
        bits = posterior.mean.tobytes() + posterior.covariance.tobytes() + posterior.log_likelihood.tobytes()
        return hashlib.sha256(bits).hexdigest()

    def may_ask(self, item_id: str) -> bool:
        """Whether an item belongs to this sitting and was not given yet."""
        index = self._engine.pool.index_of.get(item_id)
        return index is not None and index not in self._state.administered

    def next_choice(self) -> Selection | Stop:
        """What `ask` would do now, and why; changes nothing."""
        return self._engine.select(self._state, self._draws())

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
        item = self._bank.item(event["item"], self._language, plain=self.plan.plain)
        self.question = Question(event["number"], item, display_order(item, self.plan.seed))
        self._why = event["why"]
        self.phase = Phase.ASKING
        self.active_seconds = float(event["active"])

    def _kept(self, event: Event) -> None:
        assert self.question is not None  # noqa: S101 - callers have checked the phase
        item = self.question.item
        result = self._scorer(item, event["response"])
        since = max(0.0, float(event["active"]) - self._state.elapsed)
        seconds = float(event["seconds"])
        weight = self._weighed(item, event["response"], result, seconds)
        self._state = self._engine.record(
            self._state,
            self._engine.pool.index_of[item.id],
            result.points,
            since,
            weight,
            response_seconds=seconds,
            tells_speed=event["response"] is not None,
        )
        kept = Answered(item, event["response"], result, seconds, weight, float(event["active"]), self._why)
        self.answered = (*self.answered, kept)
        self.phase = Phase.ANSWERED
        self.active_seconds = float(event["active"])

    def _weighed(self, item: Item, response: Response, result: Score, seconds: float) -> float:
        """The weight of an answer, from what the events hold and nothing else.

        A rapid guess and an "I don't know" say nothing of how long this candidate takes to answer.
        """
        time = item.time
        threshold = rapid_threshold(self._state.speed, time.intensity, time.discrimination)
        return effort_weight(seconds, threshold, shows_effort=shows_effort(item, response, result))

    def _close(self, reason: str, active_seconds: float) -> None:
        event = {"type": "closed", "reason": reason, "active": round(active_seconds, 3)}
        self._record(event)
        self._closed(event)

    def _closed(self, event: Event) -> None:
        self.stop_reason = event["reason"]
        self.question = None
        self.phase = Phase.OVER
        self.active_seconds = float(event["active"])


def build_engine(plan: Plan, bank: QuestionBank, rules: SelectionRules | None = None) -> Engine:
    """The measuring engine of a plan on a bank; `rules` None for the shipped ones. Raises Failure ``bank.empty_plan``."""
    entries = eligible(bank.entries, plan)
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


TYPED = frozenset({Interaction.SHORT_TEXT, Interaction.NUMERIC})
"""Interactions whose right answer nobody hits by luck; simulated tools are the others."""


def shows_effort(item: Item, response: Response, result: Score) -> bool:
    """Whether an answer proves effort or honesty whatever its time: "I don't know", something done in a simulated
    tool, or a full score where luck gives none."""
    if response is None:
        return True
    if item.is_task:
        return (isinstance(response, list) and bool(response)) or result.full
    return item.interaction in TYPED and result.full


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


def reason_record(why: Reason) -> dict[str, Any]:
    """Why an item was asked, as the journal keeps it."""
    return {
        "gain": round(why.gain, 6),
        "rank": why.rank,
        "of": why.candidates,
        "rule": str(why.ruled_by) if why.ruled_by else None,
    }
