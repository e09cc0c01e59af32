"""Why each item: a result's sitting lived again, step by step, on the same machine that made it.

The replay chooses every item anew and scores every answer anew. Where it comes to something else than what was
sealed, it says so and goes on with what was sealed: a difference is a finding (another bank, other software, a
tampered record), never a crash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import kiosk
from itembank.bank import Bank
from itembank.errors import ResponseInvalid
from itembank.scoring import score
from kiosk.adaptive.engine import Selection, Stop
from kiosk.adaptive.stopping import StopReason
from kiosk.errors import Failure
from kiosk.sitting.machine import Answered, Event, Scorer, Sitting, reason_record
from kiosk.sitting.plan import Plan
from kiosk.sitting.report import FORMAT, build_report


@dataclass(frozen=True, slots=True)
class Step:
    """One question: why it was asked, what came of it, and what was believed before and after.

    `gain` is the expected drop of the weighted sum of variances, `rank` its place among `candidates` by merit, `rule`
    what set the better ones aside; `expected_share` of the points and `expected_seconds` as seen before the answer.
    `before` and `after` are (mean, SD) of theta in the item's own competence, running.
    """

    number: int
    item: str
    competence: str
    gain: float | None
    rank: int | None
    candidates: int | None
    rule: str | None
    expected_share: float | None
    expected_seconds: float | None
    response: Any
    points: int
    maximum: int
    seconds: float
    weight: float
    before: tuple[float, float]
    after: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the replay comes to something else: `what` names it (``sitting.differs.*`` in the catalogue)."""

    number: int | None
    what: str
    recorded: Any
    replayed: Any


@dataclass(frozen=True, slots=True)
class Explanation:
    """A replayed sitting. `bit_for_bit`: the running belief is equal to the last bit.

    `versions` pairs what measured then with what measures now, where the two differ (``kiosk``, ``numpy``).
    `levels` gives each competence's level probabilities at the end.
    """

    steps: tuple[Step, ...]
    differences: tuple[Difference, ...]
    bit_for_bit: bool
    versions: dict[str, tuple[str, str]]
    levels: dict[str, tuple[float, ...]]

    @property
    def same(self) -> bool:
        """Whether the replay comes to everything that was sealed, to the digits that were."""
        return not self.differences


def explained(record: dict[str, Any], bank: Bank, scorer: Scorer = score) -> Explanation:
    """Replay a report's record (`Report.to_record`) on the bank that was asked.

    Raises Failure ``results.no_trace`` (sealed by a version that kept too little), ``results.not_a_result`` (not the
    record of a result), ``results.impossible_item`` (a question that this plan could not ask, or not again) and
    ``bank.other_release``.
    """
    trace = record.get("trace")
    if trace is None:
        raise Failure("results.no_trace" if record.get("format") == FORMAT else "results.not_a_result")
    try:
        plan = Plan.from_record(trace["plan"])
        if plan.bank_digest != bank.digest:
            raise Failure("bank.other_release", expected=plan.bank_version, found=bank.version)
        return _Replay(record, plan, bank, scorer).run()
    except (KeyError, TypeError, ValueError, ResponseInvalid) as fault:
        raise Failure("results.not_a_result") from fault


class _Replay:
    """The sitting under replay, and what it has come to so far."""

    def __init__(self, record: dict[str, Any], plan: Plan, bank: Bank, scorer: Scorer) -> None:
        self._record, self._bank = record, bank
        self._sitting = Sitting(plan, bank, record=_kept_elsewhere, scorer=scorer)
        self._differences: list[Difference] = []

    def run(self) -> Explanation:
        steps = tuple(self._step(number, r) for number, r in enumerate(self._record["responses"], 1))
        self._ending()
        trace = self._record["trace"]
        now = {"kiosk": kiosk.__version__, "numpy": np.__version__}
        return Explanation(
            steps=steps,
            differences=tuple(self._differences),
            bit_for_bit=trace["belief"] == self._sitting.fingerprint(),
            versions={name: (str(trace[name]), now[name]) for name in now if trace[name] != now[name]},
            levels={
                e.competence: tuple(round(p, 4) for p in e.level_probabilities)
                for e in self._sitting.estimates()
                if e.competence in self._sitting.plan.competences
            },
        )

    def _compare(self, number: int | None, what: str, recorded: object, replayed: object) -> None:
        if recorded != replayed:
            self._differences.append(Difference(number, what, recorded, replayed))

    def _step(self, number: int, recorded: dict[str, Any]) -> Step:
        sitting, active = self._sitting, float(recorded["active"])
        if not sitting.may_ask(recorded["item"]):
            raise Failure("results.impossible_item", number=number, item=recorded["item"])
        choice = sitting.next_choice()
        chosen = choice.item_id if isinstance(choice, Selection) else None
        self._compare(number, "item", recorded["item"], chosen)
        if isinstance(choice, Selection) and chosen == recorded["item"]:
            self._compare(number, "why", recorded["why"], reason_record(choice.reason))
        presented = {"type": "presented", "number": number, "item": recorded["item"], "why": recorded["why"]}
        sitting.replay([{**presented, "active": sitting.active_seconds}])
        competence = self._bank.item(recorded["item"]).competence
        before = sitting.belief_about(competence)
        answered = sitting.answer(recorded["response"], float(recorded["seconds"]), active)
        for what, found in (
            ("points", answered.score.points),
            ("maximum", answered.score.maximum),
            ("goals", list(answered.score.goals)),
            ("weight", answered.weight),
        ):
            self._compare(number, what, recorded[what], found)
        return _step(number, choice, answered, before, sitting.belief_about(competence))

    def _ending(self) -> None:
        """Close as the record says, and compare everything that was stated."""
        sitting, record = self._sitting, self._record
        reason, choice = record["stop_reason"], sitting.next_choice()
        if reason in set(StopReason):  # not when the candidate or the staff ended it
            self._compare(None, "stop", reason, str(choice.reason) if isinstance(choice, Stop) else None)
        sitting.stop(reason, sitting.active_seconds)
        again = build_report(
            sitting,
            self._bank,
            sitting_id=record["sitting"],
            started=record["started"],
            ended=record["ended"],
        ).to_record()
        plain = _as_json(again)
        for what in ("overall", "domains", "competences", "effort", "fit"):
            self._compare(None, what, record[what], plain[what])


def _step(
    number: int,
    choice: Selection | Stop,
    answered: Answered,
    before: tuple[float, float],
    after: tuple[float, float],
) -> Step:
    why = choice.reason if isinstance(choice, Selection) and choice.item_id == answered.item.id else None
    return Step(
        number=number,
        item=answered.item.id,
        competence=answered.item.competence,
        gain=why.gain if why else None,
        rank=why.rank if why else None,
        candidates=why.candidates if why else None,
        rule=str(why.ruled_by) if why and why.ruled_by else None,
        expected_share=why.success if why else None,
        expected_seconds=why.seconds if why else None,
        response=answered.response,
        points=answered.score.points,
        maximum=answered.score.maximum,
        seconds=answered.seconds,
        weight=answered.weight,
        before=before,
        after=after,
    )


def _as_json(value: Any) -> Any:
    """Tuples as lists: what a value is once it went through JSON."""
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    return [_as_json(inner) for inner in value] if isinstance(value, list | tuple) else value


def _kept_elsewhere(event: Event) -> None:
    """A replay records nothing."""
