"""Many sittings as arrays: the real sitting's own results, whatever the number of processes."""

from dataclasses import fields, replace

import numpy as np
import pytest

from kiosk.simulation.candidates import SimulatedCandidate, points_as_response
from kiosk.simulation.population import Population
from kiosk.simulation.sittings import CHECKPOINT, Outcomes, Work, plan_of, sit_all
from kiosk.sitting.machine import Sitting
from tests.simulation.small_scenario import small

SCENARIO = small(people={"rapid": {"people": 0.5, "answers": 0.3}})
BANK = SCENARIO.bank(np.random.default_rng(1))


def work(count=6, **changes) -> Work:
    people = SCENARIO.population(count, np.random.default_rng(2))
    return replace(Work(BANK, plan_of(BANK, length=32), BANK.truth, people, (5,)), **changes)


def same(a: Outcomes, b: Outcomes) -> bool:
    repeatable = [f.name for f in fields(Outcomes) if f.name not in ("machine", "step")]
    return all(np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True) for name in repeatable)


def test_an_outcome_is_what_the_sitting_itself_says():
    some = work(2)
    outcomes = sit_all(some)
    draws = np.random.default_rng([5, 1])
    person = SimulatedCandidate.of(some.people, 1, BANK.competences, BANK.truth)
    sitting = Sitting(
        replace(some.plan, seed=int(draws.integers(2**62))), BANK, lambda e: None, scorer=points_as_response
    )
    active, number = 0.0, 0
    while (question := sitting.ask(active)) is not None:
        number += 1
        answer = person.answer(question.item, number, 32, draws)
        active += answer.seconds
        sitting.answer(answer.points, answer.seconds, active)
    found = sitting.estimates()
    assert outcomes.mean[1].tolist() == [e.mean for e in found]
    assert outcomes.level[1].tolist() == [e.level for e in found]
    assert outcomes.own[1].tolist() == [e.own_responses for e in found]
    assert [BANK.entries[i].id for i in outcomes.administered[1]] == [a.item.id for a in sitting.answered]
    assert outcomes.active[1] == active


def test_people_do_not_depend_on_who_sits_beside_them():
    assert same(sit_all(work(6)).first(3), sit_all(replace(work(6), people=work(6).people.first(3))))


@pytest.mark.slow
def test_the_number_of_processes_changes_nothing():
    assert same(sit_all(work(9)), sit_all(work(9), jobs=2))


def test_rapid_guesses_weigh_nothing_and_are_counted():
    outcomes = sit_all(work(8))
    hurried = work(8).people.rapid > 0
    ignored = (outcomes.weight == 0).sum(axis=1)
    assert not ignored[~hurried].any()
    assert ignored[hurried].mean() > 4


def test_time_ends_a_timed_sitting_and_what_is_left_is_empty():
    outcomes = sit_all(work(4, plan=plan_of(BANK, length=100, minutes=15)))
    assert (outcomes.length < 100).all()
    for n, row in zip(outcomes.length, outcomes.administered, strict=True):
        assert (row[:n] >= 0).all()
        assert (row[n:] == -1).all()


def test_a_deadline_stops_a_sitting_that_knows_of_none():
    outcomes = sit_all(work(4, deadline=600.0))
    assert (outcomes.active <= 600.0).all()
    assert (outcomes.length < 32).all()


def test_followed_people_are_read_on_the_way():
    outcomes = sit_all(work(3, followed=1))
    assert outcomes.followed.shape == (3, 32 // CHECKPOINT, 16)
    assert np.isfinite(outcomes.followed[0]).all()
    assert np.isnan(outcomes.followed[1:]).all()
    assert outcomes.followed[0, -1] == pytest.approx(outcomes.mean[0])


def test_progress_counts_to_the_end():
    told = []
    sit_all(work(3), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_population_can_be_cut_short():
    people = Population.plain(np.arange(32.0).reshape(2, 16))
    assert len(people.first(1)) == 1
    assert len(people.first(None)) == 2
