"""What no test can beat: against quadrature, against exhaustive choice, against tests that are taken."""

import numpy as np
import pytest

from itembank.item import Parameters
from itembank.response_model import information
from kiosk.adaptive.exposure import control
from kiosk.simulation.bound import Supply, bound, least_error
from kiosk.simulation.lockstep import LockStep, TrueItems
from kiosk.simulation.scenario_study import unbeatable
from kiosk.simulation.sittings import plan_of
from kiosk.sitting.machine import build_engine
from tests.simulation.small_scenario import small

NODES = np.linspace(-6, 6, 2401)
NORMAL = np.exp(-0.5 * NODES**2) / np.exp(-0.5 * NODES**2).sum()
EASY, HARD = Parameters(1.4, (-1.0,)), Parameters(1.1, (1.0,), c=0.2)
TASK = Parameters(1.2, (-0.8, 0.0, 0.8))


def supply(parameters, competence=None, cost=None, cap=1.0, dimensions=1):
    count = len(parameters)
    return Supply.of(
        parameters,
        np.zeros(count, dtype=int) if competence is None else np.array(competence),
        np.ones(count) if cost is None else np.array(cost),
        mean=np.zeros(dimensions),
        sd=np.ones(dimensions),
        cap=cap,
    )


def mean_information(parameters):
    return float(information(parameters, NODES) @ NORMAL)


def test_everybody_gets_every_item_where_the_budget_allows():
    told = sum(mean_information(p) for p in (EASY, HARD, TASK))
    found = least_error(supply([EASY, HARD, TASK]), np.eye(1), np.eye(1), 3.0)
    assert found == pytest.approx(1.0 / (1.0 + told), rel=1e-4)


def test_one_question_is_the_one_that_tells_each_person_most():
    best = np.maximum(information(EASY, NODES), information(HARD, NODES)) @ NORMAL
    found = least_error(supply([EASY, HARD]), np.eye(1), np.eye(1), 1.0)
    # allowed one question on average, some could have two and some none: never less than one each would tell
    assert found <= 1.0 / (1.0 + best) + 1e-6
    assert found == pytest.approx(1.0 / (1.0 + best), rel=0.05)


def test_a_cap_leaves_an_item_to_those_it_tells_most():
    told = information(EASY, NODES)
    order = np.argsort(-told)
    reached = np.minimum(np.cumsum(NORMAL[order]), 0.3)
    capped = float(told[order] @ np.diff(reached, prepend=0.0))
    found = least_error(supply([EASY], cap=0.3), np.eye(1), np.eye(1), 1.0)
    assert found == pytest.approx(1.0 / (1.0 + capped), rel=1e-3)


def test_what_costs_more_is_bought_less():
    both = [EASY, EASY]
    free = least_error(supply(both), np.eye(1), np.eye(1), 1.0)
    dear = least_error(supply(both, cost=[2.0, 2.0]), np.eye(1), np.eye(1), 2.0)
    cheap = least_error(supply(both, cost=[1.0, 2.0]), np.eye(1), np.eye(1), 2.0)
    assert dear == pytest.approx(free, rel=1e-9)
    assert cheap < dear


def test_competences_that_go_together_share_what_is_told():
    alone = bound(supply([EASY] * 4, [0, 0, 1, 1], dimensions=2), np.eye(2), ("1", "1"), 4.0)
    alike = bound(
        supply([EASY] * 4, [0, 0, 1, 1], dimensions=2), np.array([[1, 0.8], [0.8, 1]]), ("1", "1"), 4.0
    )
    told = 2 * mean_information(EASY)
    assert alone.rmse == pytest.approx((1.0 / (1.0 + told)) ** 0.5, rel=1e-4)
    assert alone.reliability == pytest.approx(1.0 - alone.rmse**2, abs=1e-6)
    assert alike.rmse < alone.rmse
    assert alike.overall_reliability > alike.reliability
    assert alike.domain_reliability == pytest.approx(alike.overall_reliability)


@pytest.mark.parametrize("cap", [None, 0.5])
def test_no_test_taken_beats_it_and_it_is_not_far(cap):
    scenario = small(test={"length": 32, "exposure_cap": cap} if cap else {"length": 32})
    bank = scenario.bank(np.random.default_rng(1))
    engine = build_engine(plan_of(bank, length=32), bank)
    truth = [bank.truth[i] for i in engine.pool.ids]
    test = LockStep(engine.pool, engine.prior, engine.scale, engine.spec, engine.rules)

    def sat(exposure, seed, people=500):
        theta = scenario.population(people, np.random.default_rng([seed])).theta
        answers = TrueItems.of(theta, engine.pool, truth)
        return test.sit(people, answers, np.random.default_rng([seed, 1]), exposure=exposure), theta

    factors = np.ones(len(truth))
    if cap:
        factors = control(lambda e, n: sat(e, n)[0].exposure(len(truth)), len(truth), cap, rounds=6).exposure
    outcome, theta = sat(factors, 100, 4000)
    reached = float(np.sqrt(np.mean((outcome.mean - theta) ** 2)))
    limit = unbeatable(scenario, bank)["rmse"]
    assert 0.85 * reached < limit < reached


def test_none_where_answers_are_not_all_that_tells():
    for people in ({"speed_correlation": 0.3}, {"warm_up": {"people": 0.5, "loss": 1.0}}, {"sd": 0.0}):
        scenario = small(people=people)
        assert unbeatable(scenario, scenario.bank(np.random.default_rng(1))) is None
