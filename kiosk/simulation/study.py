"""A study of a bank's file: many people through the same `Sitting`, and how well it measured them.

Beside the joint test, the same people sit separate one-dimensional adaptive tests of the same total length on the
same bank (what a test without the correlations could do), and the joint test once more with items that are not quite
what their parameters say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from itembank.framework import competences
from itembank.item import Parameters
from kiosk.adaptive.selection import SelectionRules
from kiosk.errors import Failure
from kiosk.simulation.bound import Supply, bound
from kiosk.simulation.candidates import true_abilities, true_parameters
from kiosk.simulation.population import Population
from kiosk.simulation.sittings import Outcomes, Progress, Work, plan_of, sit_all
from kiosk.simulation.summary import gap_figures, length_curve, rounded, summarise
from kiosk.simulation.synthetic_bank import in_memory
from kiosk.sitting.campaign import MAX_ITEMS
from kiosk.sitting.question_bank import QuestionBank

MAX_CANDIDATES = 100_000
FOLLOWED = 200
"""People whose estimates are also read on the way, for the curve of error against length."""

UNRULED = SelectionRules(
    near_best=1.0,
    shortlist=1,
    opening_items=0,
    recovery_window=0,
    topic_discount=1.0,
    max_task_run=MAX_ITEMS,
    max_heavy_run=MAX_ITEMS,
)
"""Selection by information alone: the separate tests get the best they could have."""

Announce = Callable[[str], Progress]
"""From a stage's name to what its progress is told to."""


def silent(stage: str) -> Progress:
    """Announces nothing."""
    return _unheard


def _unheard(done: int, total: int) -> None:
    """Progress nobody watches."""


def check_size(candidates: int, length: int, dimensions: int, items: int) -> None:
    """Raises Failure ``usage.simulate`` for a number of people or questions that makes no study."""
    if not 1 <= candidates <= MAX_CANDIDATES:
        raise Failure("usage.simulate", field="candidates", reason=f"1–{MAX_CANDIDATES}")
    if not dimensions <= length <= items:
        raise Failure("usage.simulate", field="length", reason=f"{dimensions}–{items}")


def run_study(
    bank: QuestionBank,
    *,
    candidates: int,
    length: int,
    seed: int,
    jobs: int = 1,
    announce: Announce = silent,
) -> dict[str, Any]:
    """Simulate and summarise, on the same people throughout.

    The joint test's figures, where answers follow the bank's own parameters; the separate tests' under ``separate``;
    and under ``item_error`` the joint test's where the true parameters are drawn, once, from the standard errors that
    the bank states: what is to be expected as long as the items are authored and not calibrated.
    Raises Failure ``usage.simulate`` for impossible sizes.
    """
    check_size(candidates, length, len(bank.competences), len(bank.entries))
    bank = in_memory(bank)
    rng = np.random.default_rng(seed)
    mean, covariance = bank.prior
    people = Population.plain(true_abilities(candidates, mean, covariance, rng))
    stated = true_parameters(bank.entries, rng, with_error=False)
    drawn = true_parameters(bank.entries, rng, with_error=True)
    plan = plan_of(bank, length=length)

    joint = Work(bank, plan, stated, people, (seed, 1), followed=FOLLOWED)
    outcomes = sit_all(joint, jobs, announce("joint"))
    result = _figures(bank, outcomes, people)
    result["length_curve"] = length_curve(outcomes, people.theta)
    result["separate"] = _figures(
        bank, _apart(bank, length, stated, people, seed, jobs, announce("separate")), people
    )
    uncertain = Work(bank, plan, drawn, people, (seed, 3))
    result["item_error"] = _figures(bank, sit_all(uncertain, jobs, announce("item_error")), people)
    result["bound"] = _unbeatable(bank, length)
    result["gaps"] = gap_figures(bank.entries, bank.competences, bank.cut_scores, length, None)
    about = {"candidates": candidates, "length": length, "seed": seed, "items": len(bank.entries)}
    return dict(rounded(result)) | about


def _unbeatable(bank: QuestionBank, length: int) -> dict[str, float]:
    """What no test of this length could beat, were the bank's parameters true; as `Bound`'s fields.

    Clones count as items of their own, though a sitting asks one of a family: the bound is the looser for it, and holds.
    """
    mean, covariance = (np.asarray(part) for part in bank.prior)
    supply = Supply.of(
        [e.parameters for e in bank.entries],
        np.array([bank.competences.index(e.competence) for e in bank.entries]),
        np.ones(len(bank.entries)),
        mean=mean,
        sd=np.sqrt(covariance.diagonal()),
    )
    return asdict(bound(supply, covariance, domains_of(bank.competences), float(length)))


def _figures(bank: QuestionBank, outcomes: Outcomes, people: Population) -> dict[str, Any]:
    return summarise(
        outcomes,
        people.theta,
        competences=bank.competences,
        domains=domains_of(bank.competences),
        cuts=bank.cut_scores,
        items=len(bank.entries),
    )


def domains_of(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The domain of each competence of the framework."""
    domain = {c.id: c.domain for c in competences()}
    return tuple(domain[c] for c in ids)


def _apart(
    bank: QuestionBank,
    length: int,
    truth: Mapping[str, Parameters],
    people: Population,
    seed: int,
    jobs: int,
    progress: Progress,
) -> Outcomes:
    """Everybody sits one test a competence; each test gives its own competence's estimates."""
    each, total = length // len(bank.competences), len(people) * len(bank.competences)
    tests = []
    for d, competence in enumerate(bank.competences):
        plan = plan_of(bank, length=each, purpose="proof", competences=(competence,))
        work = Work(bank, plan, truth, people, (seed, 2, d), UNRULED)
        tests.append(sit_all(work, jobs))
        progress((d + 1) * len(people), total)
    first = tests[0]
    columns = {
        name: np.stack([getattr(test, name)[:, d] for d, test in enumerate(tests)], axis=1)
        for name in ("mean", "sd", "low", "high", "level", "probability", "own")
    }
    rows = {
        name: np.concatenate([getattr(test, name) for test in tests], axis=1)
        for name in ("administered", "points", "seconds", "weight", "step")
    }
    active, machine = (sum(getattr(test, name) for test in tests) for name in ("active", "machine"))
    return replace(first, **columns, **rows, active=active, machine=machine)
