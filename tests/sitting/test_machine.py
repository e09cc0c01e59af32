"""A sitting keeps before it tells, replays bit for bit, and asks what its plan allows."""

from dataclasses import replace

import pytest

from itembank.errors import ResponseInvalid
from itembank.item import OrderingBody
from itembank.lint import key_response
from kiosk.errors import Failure
from kiosk.sitting.machine import OutOfTurn, Phase, Sitting, display_order
from kiosk.sitting.plan import plan_for


def new_plan(bank, campaign, seed=7):
    return plan_for(campaign, language="fr", bank_version=bank.version, bank_digest=bank.digest, seed=seed)


def answer_for(item):
    return None if item.is_task else key_response(item)


def run(sitting, most=200):
    active = 0.0
    for _ in range(most):
        question = sitting.ask(active)
        if question is None:
            return
        active += 40.0
        sitting.answer(answer_for(question.item), 38.0, active)


def test_a_whole_sitting_reaches_its_length_and_covers_every_competence(bank, campaign):
    events = []
    sitting = Sitting(new_plan(bank, campaign(length=48, minutes=None)), bank, events.append)
    run(sitting)
    assert sitting.phase is Phase.OVER
    assert sitting.stop_reason == "length"
    assert len(sitting.answered) == 48
    own = [e.own_responses for e in sitting.estimates()]
    assert min(own) >= 2
    assert len({a.item.family for a in sitting.answered}) == 48


def test_the_scope_of_the_campaign_is_kept(bank, campaign):
    sitting = Sitting(new_plan(bank, campaign(competences=("1.1", "4.1"), length=12)), bank, lambda e: None)
    run(sitting)
    assert {a.item.competence for a in sitting.answered} == {"1.1", "4.1"}


def test_time_ends_a_sitting(bank, campaign):
    sitting = Sitting(new_plan(bank, campaign(length=128, minutes=10)), bank, lambda e: None)
    run(sitting)
    assert sitting.stop_reason == "time"
    assert sitting.active_seconds <= 11 * 60


def test_replaying_the_events_gives_the_same_sitting_bit_for_bit(bank, campaign):
    events = []
    plan = new_plan(bank, campaign(length=20))
    sitting = Sitting(plan, bank, events.append)
    run(sitting, most=9)
    sitting.ask(400.0)
    again = Sitting(plan, bank, lambda e: None)
    again.replay(events)
    assert again.phase is Phase.ASKING
    assert again.question == sitting.question
    assert again.estimates() == sitting.estimates()
    assert again.active_seconds == sitting.active_seconds


def test_an_answer_that_could_not_be_kept_was_not_taken(bank, campaign):
    kept = []

    def record(event):
        if event["type"] == "answered" and not kept:
            raise OSError(28, "No space left on device")
        kept.append(event)

    sitting = Sitting(new_plan(bank, campaign()), bank, lambda e: None)
    question = sitting.ask(0.0)
    before = sitting.estimates()
    sitting.record_to(record)
    with pytest.raises(OSError, match="space"):
        sitting.answer(answer_for(question.item), 1.0, 1.0)
    assert sitting.phase is Phase.ASKING
    assert sitting.question == question
    assert sitting.estimates() == before
    kept.append("room again")
    sitting.answer(answer_for(question.item), 1.0, 1.0)
    assert sitting.phase is Phase.ANSWERED


def test_a_malformed_answer_is_refused_and_nothing_is_kept(bank, campaign):
    events = []
    sitting = Sitting(new_plan(bank, campaign()), bank, events.append)
    sitting.ask(0.0)
    count = len(events)
    with pytest.raises(ResponseInvalid):
        sitting.answer({"no": "shape"}, 1.0, 1.0)
    assert len(events) == count


def test_answering_out_of_turn_is_a_defect(bank, campaign):
    sitting = Sitting(new_plan(bank, campaign()), bank, lambda e: None)
    with pytest.raises(OutOfTurn):
        sitting.answer(None, 1.0, 1.0)


def test_another_bank_is_refused(bank, campaign):
    plan = replace(new_plan(bank, campaign()), bank_digest="0" * 64)
    with pytest.raises(Failure, match=r"bank\.other_version"):
        Sitting(plan, bank, lambda e: None)


def test_the_first_questions_are_gentle(bank, campaign):
    firsts = []
    for seed in range(12):
        sitting = Sitting(new_plan(bank, campaign(), seed=seed), bank, lambda e: None)
        firsts.append(sitting.ask(0.0).item.level)
    assert max(firsts) <= 3
    assert len(set(firsts)) > 1 or len(firsts) > 1


def test_an_ordering_is_never_shown_solved(content):
    orderings = [i for i in content.items if isinstance(i.body, OrderingBody)]
    assert orderings
    for item in orderings:
        for seed in range(30):
            assert display_order(item, seed) != tuple(range(len(item.body.steps)))
