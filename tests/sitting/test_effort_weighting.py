"""Rapid guesses in a real sitting: they weigh nothing, the test still ends, and the events alone say so."""

from __future__ import annotations

import json

import pytest

from itembank.item import Interaction
from itembank.lint import key_response
from itembank.scoring import score
from kiosk.sitting.machine import Phase, Sitting, shows_effort
from kiosk.sitting.plan import plan_for
from kiosk.sitting.report import build_report


def new_sitting(bank, campaign, record=lambda event: None, seed=7, **changes):
    plan = plan_for(
        campaign(**changes), language="fr", bank_version=bank.version, bank_digest=bank.digest, seed=seed
    )
    return Sitting(plan, bank, record)


def a_guess(item):
    """An answer given without looking, of the right shape, and wrong."""
    match item.interaction:
        case Interaction.SHORT_TEXT | Interaction.NUMERIC:
            return ""
        case _ if item.is_task:
            return []
    right = key_response(item)
    return [right[0]] if item.interaction is Interaction.MULTIPLE_CHOICE and len(right) > 1 else right[::-1]


def run(sitting, respond, most=200):
    """`respond(question) -> (response, seconds)`."""
    active = sitting.active_seconds
    for _ in range(most):
        question = sitting.ask(active)
        if question is None:
            return
        response, seconds = respond(question)
        active += seconds
        sitting.answer(response, seconds, active)


def honest(question):
    return None if question.item.is_task else key_response(question.item), 30.0


def hasty(question):
    return a_guess(question.item), 0.7


def test_a_rapid_guess_moves_no_estimate(bank, campaign):
    sitting = new_sitting(bank, campaign)
    run(sitting, honest, most=5)
    before = sitting.estimates()
    while True:  # until a question that luck could answer
        question = sitting.ask(500.0)
        if not question.item.is_task:
            break
        sitting.answer(None, 30.0, 500.0)
        before = sitting.estimates()
    answered = sitting.answer(a_guess(question.item), 0.7, 501.0)
    if answered.score.full:
        pytest.skip("the guess was right where luck gives none")
    assert answered.weight == 0.0
    assert sitting.estimates() == before
    assert sitting.effort().rapid == 1


def test_a_quick_i_do_not_know_counts(bank, campaign):
    sitting = new_sitting(bank, campaign)
    run(sitting, lambda question: (None, 0.7), most=10)
    assert {a.weight for a in sitting.answered} == {1.0}
    assert sitting.effort().rapid == 0


def test_whoever_guesses_through_the_whole_test_still_comes_to_its_end(bank, campaign):
    sitting = new_sitting(bank, campaign, length=40, minutes=None)
    run(sitting, hasty)
    assert sitting.phase is Phase.OVER
    assert sitting.stop_reason == "length"
    assert len(sitting.answered) == 40
    assert sitting.effort().flagged
    report = build_report(sitting, bank, sitting_id="0" * 32, started="a", ended="b")
    assert report.effort["rte"] < 0.2
    assert report.overall is None  # nothing was learnt, and nothing is said


def test_the_same_answers_in_any_honest_time_give_the_same_levels(bank, campaign):
    """Without a limit, slowness is nothing: equal to the last bit."""
    slow, slower = (new_sitting(bank, campaign, length=24, minutes=None) for _ in range(2))
    run(slow, honest)
    run(slower, lambda question: (honest(question)[0], 240.0))
    assert slow.estimates() == slower.estimates()
    assert [a.item.id for a in slow.answered] == [a.item.id for a in slower.answered]


def test_weights_come_back_from_the_events_alone(bank, campaign):
    events = []
    sitting = new_sitting(bank, campaign, events.append)
    run(sitting, lambda q: hasty(q) if q.number % 4 == 0 else honest(q), most=20)
    assert 0.0 in {a.weight for a in sitting.answered}
    again = new_sitting(bank, campaign)
    again.replay(json.loads(json.dumps(events)))
    assert [a.weight for a in again.answered] == [a.weight for a in sitting.answered]
    assert again.fingerprint() == sitting.fingerprint()
    assert again.fit() == sitting.fit()


def test_a_journal_of_before_replays_too(bank, campaign):
    """Weights are not in the events, and never were: an old journal gives them as a new one does."""
    events = []
    sitting = new_sitting(bank, campaign, events.append)
    run(sitting, honest, most=3)
    assert all("weight" not in event for event in events)


def test_hurry_is_noticed_at_once_and_forgotten_soon(bank, campaign):
    sitting = new_sitting(bank, campaign, length=40)
    run(sitting, honest, most=4)
    assert not sitting.is_hurrying()
    quick = 0
    while quick < 2:
        run(sitting, hasty, most=1)
        quick += sitting.answered[-1].weight == 0
    assert sitting.is_hurrying() or sitting.answered[-1].weight
    run(sitting, honest, most=4)
    assert not sitting.is_hurrying()


def test_what_shows_effort(content):
    for item in content.items:
        assert shows_effort(item, None, score(item, None))
        if item.is_task:
            assert not shows_effort(item, [], score(item, []))
            continue
        right = key_response(item)
        typed = item.interaction in (Interaction.SHORT_TEXT, Interaction.NUMERIC)
        assert shows_effort(item, right, score(item, right)) == typed


def test_time_left_shrinks_to_nothing_and_never_passes_the_limit(bank, campaign):
    sitting = new_sitting(bank, campaign, length=30, minutes=20)
    before = sitting.time_left()
    assert 0 < before.low <= before.expected <= 20 * 60
    for _ in range(40):
        run(sitting, honest, most=1)
        left = sitting.time_left()
        assert left.low <= left.high
        assert left.expected <= 20 * 60 - sitting.active_seconds + 1e-9
    assert sitting.phase is Phase.OVER
    assert sitting.time_left().expected == 0


def test_a_slow_candidate_is_promised_more_time(bank, campaign):
    quick, slow = (new_sitting(bank, campaign, length=40, minutes=None) for _ in range(2))
    run(quick, lambda q: (honest(q)[0], 15.0), most=10)
    run(slow, lambda q: (honest(q)[0], 90.0), most=10)
    assert slow.time_left().expected > 1.5 * quick.time_left().expected


def test_a_report_holds_effort_fit_and_trace_as_plain_numbers(bank, campaign):
    sitting = new_sitting(bank, campaign, length=20)
    run(sitting, honest)
    record = build_report(sitting, bank, sitting_id="0" * 32, started="a", ended="b").to_record()
    assert record["effort"] == {"rapid": 0, "rte": 1.0, "flagged": False}
    fit = record["fit"]
    assert set(fit) == {"lz", "cusum", "guttman", "p", "flagged"}
    for name in ("lz", "cusum", "guttman"):
        assert set(fit[name]) == {"value", "p"}
        assert 0 < fit[name]["p"] <= 1
    assert record["trace"]["plan"] == sitting.plan.to_record()
    assert {r["weight"] for r in record["responses"]} == {1.0}
    json.dumps(record, allow_nan=False)
