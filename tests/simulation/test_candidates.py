"""Simulated people answer as the models say, and as their manners say."""

import math

import numpy as np
import pytest

from itembank.response_model import category_probabilities
from kiosk.simulation.candidates import RAPID_MEDIAN, SimulatedCandidate, true_parameters
from kiosk.simulation.population import Population
from tests.simulation.small_scenario import small

BANK = small(bank={"choice": 0.3, "tasks": 0.4}).bank(np.random.default_rng(7))


def candidate(**manners) -> SimulatedCandidate:
    return SimulatedCandidate(np.full(16, 0.4), BANK.competences, BANK.truth, **manners)


def item_where(chosen):
    return BANK.item(next(e.id for e in BANK.entries if chosen(e)))


TASK = item_where(lambda e: e.is_task)
CHOICE = item_where(lambda e: e.parameters.c > 0)
TYPED = item_where(lambda e: not e.is_task and e.parameters.c == 0)


@pytest.mark.parametrize("item", [TASK, CHOICE, TYPED], ids=["task", "choice", "typed"])
def test_points_follow_the_response_function(item):
    draws, person = np.random.default_rng(1), candidate()
    found = (
        np.bincount([person.points(item, draws) for _ in range(20_000)], minlength=item.max_score + 1)
        / 20_000
    )
    wanted = category_probabilities(BANK.truth[item.id], np.array([0.4]))[:, 0]
    assert found == pytest.approx(wanted, abs=0.012)


def test_times_are_lognormal_at_the_persons_speed():
    draws, person = np.random.default_rng(1), candidate(speed=0.3)
    logs = np.log([person.seconds(TYPED, draws) for _ in range(20_000)])
    assert logs.mean() == pytest.approx(TYPED.time.intensity - 0.3, abs=0.01)
    assert logs.std() == pytest.approx(1 / TYPED.time.discrimination, rel=0.03)


def answers(person, item, count=4000, number=1, expected=40):
    draws = np.random.default_rng(2)
    return [person.answer(item, number, expected, draws) for _ in range(count)]


def test_a_rapid_guess_is_quick_and_right_by_luck_alone():
    found = answers(candidate(rapid_guessing=1.0), CHOICE)
    assert all(a.rapid for a in found)
    assert np.mean([a.points for a in found]) == pytest.approx(0.25, abs=0.03)
    assert np.median([a.seconds for a in found]) == pytest.approx(RAPID_MEDIAN, rel=0.05)
    assert not any(a.points for a in answers(candidate(rapid_guessing=1.0), TYPED, 200))


def test_rapid_guesses_have_their_share():
    assert np.mean([a.rapid for a in answers(candidate(rapid_guessing=0.2), CHOICE)]) == pytest.approx(
        0.2, abs=0.02
    )


def test_the_hurried_hurry_at_the_end_only():
    person = candidate(speeded=0.25)
    assert not any(a.rapid for a in answers(person, CHOICE, 50, number=30, expected=40))
    assert all(a.rapid for a in answers(person, CHOICE, 50, number=31, expected=40))


def test_who_does_not_hurry_never_does_even_in_a_longer_test_than_expected():
    assert not any(a.rapid for a in answers(candidate(), CHOICE, 50, number=60, expected=40))


def test_the_careless_lose_a_share_of_what_they_know():
    known, slipped = (
        np.mean([a.points > 0 for a in answers(candidate(carelessness=c), TYPED)]) for c in (0.0, 0.3)
    )
    assert slipped == pytest.approx(0.7 * known, abs=0.03)


def test_warming_up_fades():
    person = candidate(warm_up=1.0, warm_up_items=8)
    shares = [np.mean([a.points for a in answers(person, TYPED, number=n)]) for n in (1, 5, 9)]
    truth = BANK.truth[TYPED.id]
    for share, loss in zip(shares, (1.0, 0.5, 0.0), strict=True):
        wanted = 1 / (1 + math.exp(-truth.a * (0.4 - loss - truth.b[0])))
        assert share == pytest.approx(wanted, abs=0.03)


def test_plain_people_have_no_manners():
    people = Population.plain(np.zeros((3, 16)))
    person = SimulatedCandidate.of(people, 2, BANK.competences, BANK.truth)
    assert (person.speed, person.rapid_guessing, person.carelessness, person.warm_up) == (0, 0, 0, 0)


def test_true_parameters_are_the_stated_ones_or_drawn_from_their_errors():
    bank = small(authoring={"difficulty_error": 0.5}).bank(np.random.default_rng(3))
    same = true_parameters(bank.entries, np.random.default_rng(1), with_error=False)
    assert all(same[e.id] == e.parameters for e in bank.entries)
    drawn = true_parameters(bank.entries, np.random.default_rng(1), with_error=True)
    moved = [drawn[e.id].b[0] - e.parameters.b[0] for e in bank.entries]
    assert np.std(moved) == pytest.approx(0.5, rel=0.2)
