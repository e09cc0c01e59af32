"""Many people through the real `Sitting`, one after the other or in several processes, and what came out, as arrays.

Each person's randomness comes from the seed and their number alone: the outcome does not depend on `jobs`.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from itembank.item import Parameters
from itembank.response_model import FloatArray
from kiosk.adaptive.engine import Engine
from kiosk.adaptive.selection import SelectionRules
from kiosk.simulation.candidates import SimulatedCandidate, points_as_response
from kiosk.simulation.population import Population
from kiosk.sitting.machine import Sitting, build_engine
from kiosk.sitting.plan import Plan
from kiosk.sitting.question_bank import QuestionBank

IntArray = NDArray[np.int64]
Progress = Callable[[int, int], None]

CHECKPOINT = 8
"""Questions between two readings of a sitting that is followed."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What P sittings said and did, over D competences and L + 1 levels.

    `mean`, `sd`, `low`, `high` (P, D) of theta, the last two the ends of the 80 % range; `level` (P, D);
    `probability` (P, D, L + 1); `own` (P, D) answers that told something. `administered`, `points`, `seconds` and
    `weight` (P, K) are the answers in order, items as indices into the bank's entries, -1 where a sitting is over.
    `active` (P,) is the whole time, `machine` (P,) the seconds that the sitting itself computed, `step` (P, K) the
    milliseconds of each choice and update. `followed` (P, C, D) are the means after every `CHECKPOINT` questions, NaN
    for people who are not followed and where a sitting was over before (C is 0 when nobody is followed).
    """

    mean: FloatArray
    sd: FloatArray
    low: FloatArray
    high: FloatArray
    level: IntArray
    probability: FloatArray
    own: IntArray
    administered: IntArray
    points: IntArray
    seconds: FloatArray
    weight: FloatArray
    active: FloatArray
    machine: FloatArray
    step: FloatArray
    followed: FloatArray

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def length(self) -> IntArray:
        """Questions of each sitting, (P,)."""
        lengths: IntArray = (self.administered >= 0).sum(axis=1)
        return lengths

    def first(self, count: int) -> Outcomes:
        """The first `count` people."""
        return Outcomes(**{f.name: getattr(self, f.name)[:count] for f in fields(self)})

    @classmethod
    def joined(cls, parts: Sequence[Outcomes]) -> Outcomes:
        """The people of all parts, in order."""
        return cls(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)})


@dataclass(frozen=True, slots=True)
class Work:
    """One arm of a study: these people sit this plan on this bank, answering by `truth`.

    `followed` people are read on the way (see `Outcomes`). With a `deadline` in seconds the sitting is stopped from
    outside at the first answer that would come later: what a test that pays no heed to time gets done in it.
    """

    bank: QuestionBank
    plan: Plan
    truth: Mapping[str, Parameters]
    people: Population
    seed: tuple[int, ...]
    rules: SelectionRules | None = None
    followed: int = 0
    deadline: float | None = None


def plan_of(
    bank: QuestionBank,
    *,
    length: int,
    minutes: float | None = None,
    purpose: str = "positioning",
    competences: tuple[str, ...] | None = None,
    seed: int = 0,
) -> Plan:
    """The plan of a simulated sitting on `bank`."""
    return Plan(
        campaign="simulation",
        title="simulation",
        competences=competences or bank.competences,
        purpose=purpose,
        length=length,
        seconds=None if minutes is None else 60.0 * minutes,
        feedback=False,
        resume="off",
        large_print=False,
        sector="any",
        language="fr",
        bank_version=bank.version,
        bank_digest=bank.digest,
        seed=seed,
    )


def sit_all(work: Work, jobs: int = 1, progress: Progress | None = None) -> Outcomes:
    """Everybody of `work.people` sits the test. Raises Failure ``bank.empty_plan``."""
    count = len(work.people)
    if jobs <= 1 or count < 2 * jobs:
        return _sit_some(work, range(count), (lambda n: progress(n, count)) if progress else None)
    parts: dict[int, Outcomes] = {}
    chunk = max(1, min(100, -(-count // (2 * jobs))))
    with (
        _single_threaded_children(),
        ProcessPoolExecutor(
            jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(work,)
        ) as pool,
    ):
        tasks = {
            pool.submit(_chunk, start, min(start + chunk, count)): start for start in range(0, count, chunk)
        }
        done = 0
        for task in as_completed(tasks):
            part = task.result()
            parts[tasks[task]] = part
            done += len(part)
            if progress:
                progress(done, count)
    return Outcomes.joined([parts[start] for start in sorted(parts)])


@contextmanager
def _single_threaded_children() -> Any:
    """One thread of linear algebra a process: the matrices are small, and the processes are many."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_work: Work | None = None


def _begin(work: Work) -> None:
    global _work
    _work = work


def _chunk(start: int, end: int) -> Outcomes:
    assert _work is not None  # noqa: S101 - the initializer has run
    return _sit_some(_work, range(start, end), None)


def _sit_some(work: Work, people: Iterable[int], counted: Callable[[int], None] | None) -> Outcomes:
    engine = build_engine(work.plan, work.bank, work.rules)
    place = {entry.id: i for i, entry in enumerate(work.bank.entries)}
    rows = []
    for number, index in enumerate(people, 1):
        rows.append(_one(work, engine, place, index))
        if counted is not None:
            counted(number)
    return Outcomes(**{name: np.stack([row[name] for row in rows]) for name in rows[0]})


def _one(work: Work, engine: Engine, place: Mapping[str, int], index: int) -> dict[str, Any]:
    """One real sitting; only the sitting's own work is timed, not the candidate's."""
    draws = np.random.default_rng([*work.seed, index])
    person = SimulatedCandidate.of(work.people, index, work.bank.competences, work.truth)
    clock, most = time.perf_counter, work.plan.length
    start = clock()
    sitting = Sitting(
        replace(work.plan, seed=int(draws.integers(2**62))),
        work.bank,
        _nothing_kept,
        engine,
        scorer=points_as_response,
    )
    machine = clock() - start
    expected = _expected_length(work.plan, engine)
    administered, points = np.full(most, -1), np.zeros(most, dtype=np.int64)
    seconds, weight, step = np.zeros(most), np.zeros(most), np.zeros(most)
    checkpoints = most // CHECKPOINT
    followed = np.full((checkpoints, len(work.bank.competences)), np.nan)
    active = 0.0
    for number in range(1, most + 2):
        start = clock()
        question = sitting.ask(active)
        machine += (asking := clock() - start)
        if question is None:
            break
        answer = person.answer(question.item, number, expected, draws)
        if work.deadline is not None and active + answer.seconds > work.deadline:
            sitting.stop("deadline", active)
            break
        active += answer.seconds
        start = clock()
        kept = sitting.answer(answer.points, answer.seconds, active)
        machine += (answering := clock() - start)
        k = number - 1
        administered[k], points[k] = place[question.item.id], answer.points
        seconds[k], weight[k], step[k] = answer.seconds, kept.weight, 1000.0 * (asking + answering)
        if index < work.followed and number % CHECKPOINT == 0:
            followed[k // CHECKPOINT] = [e.mean for e in sitting.estimates()]
    start = clock()
    found = sitting.estimates()
    machine += clock() - start
    return {
        "mean": np.array([e.mean for e in found]),
        "sd": np.array([e.sd for e in found]),
        "low": np.array([e.interval80[0] for e in found]),
        "high": np.array([e.interval80[1] for e in found]),
        "level": np.array([e.level for e in found]),
        "probability": np.array([e.level_probabilities for e in found]),
        "own": np.array([e.own_responses for e in found]),
        "administered": administered,
        "points": points,
        "seconds": seconds,
        "weight": weight,
        "active": np.float64(active),
        "machine": np.float64(machine),
        "step": step,
        "followed": followed if work.followed else followed[:0],
    }


def _expected_length(plan: Plan, engine: Engine) -> int:
    """About how many questions a sitting has: what people who hurry at the end go by."""
    most = min(plan.length, len(engine.pool))
    return (
        most
        if plan.seconds is None
        else min(most, max(1, int(plan.seconds / np.median(engine.pool.seconds))))
    )


def _nothing_kept(event: dict[str, Any]) -> None:
    """The journal of a simulated sitting."""
