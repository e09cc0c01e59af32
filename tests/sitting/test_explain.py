"""A result explains itself: the same machine chooses, scores and measures again, and says where anything differs."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

from itembank.lint import key_response
from kiosk.adaptive.selection import Rule
from kiosk.errors import Failure
from kiosk.locale import has
from kiosk.sitting.explain import explained
from kiosk.sitting.machine import Sitting
from kiosk.sitting.plan import plan_for
from kiosk.sitting.report import build_report


@pytest.fixture
def record(bank, campaign):
    """A sealed result's record as a counsellor opens it: 24 answers, some wrong, some hasty, some "I don't know"."""
    plan = plan_for(
        campaign(length=24), language="fr", bank_version=bank.version, bank_digest=bank.digest, seed=5
    )
    sitting = Sitting(plan, bank, lambda event: None)
    active, answered = 0.0, 0
    while (question := sitting.ask(active)) is not None:
        number = question.number
        known = not question.item.is_task and number % 3
        answered += bool(known)
        seconds = 0.4 if known and answered % 4 == 0 else 30.0 + number / 7
        active += seconds + 1.2345
        sitting.answer(key_response(question.item) if known else None, seconds, active)
    report = build_report(sitting, bank, sitting_id="0" * 32, started="a", ended="b")
    return json.loads(json.dumps(report.to_record()))


def test_an_untouched_result_replays_to_the_last_bit(record, bank):
    explanation = explained(record, bank)
    assert explanation.differences == ()
    assert explanation.same
    assert explanation.bit_for_bit
    assert explanation.versions == {}


def test_every_step_says_why_and_what_it_changed(record, bank):
    steps = explained(record, bank).steps
    assert [s.item for s in steps] == [r["item"] for r in record["responses"]]
    for step, response in zip(steps, record["responses"], strict=True):
        assert step.gain == pytest.approx(response["why"]["gain"], abs=1e-6)
        assert 1 <= step.rank <= step.candidates
        assert 0 < step.expected_share <= 1
        assert step.expected_seconds > 0
        assert step.weight == response["weight"]
        moved = step.before != step.after
        assert moved == (step.weight > 0)
        if step.weight:
            assert step.after[1] < step.before[1] + 0.05
    assert {s.weight for s in steps} == {0.0, 1.0}


def test_level_probabilities_at_the_end_are_those_of_the_plan(record, bank):
    levels = explained(record, bank).levels
    assert set(levels) == set(record["trace"]["plan"]["competences"])
    for shares in levels.values():
        assert sum(shares) == pytest.approx(1.0, abs=0.001)


def what(explanation):
    return {d.what for d in explanation.differences}


def test_a_changed_answer_is_noticed(record, bank):
    forged = copy.deepcopy(record)
    place = next(i for i, r in enumerate(record["responses"]) if r["response"] is None)
    item = bank.item(record["responses"][place]["item"])
    forged["responses"][place]["response"] = [] if item.is_task else key_response(item)
    explanation = explained(forged, bank)
    assert not explanation.same
    if not item.is_task:
        assert "points" in what(explanation)


def test_changed_points_are_noticed(record, bank):
    forged = copy.deepcopy(record)
    one = next(r for r in forged["responses"] if r["points"] == 0)
    one["points"] = one["maximum"]
    assert what(explained(forged, bank)) == {"points"}


def test_a_changed_level_is_noticed(record, bank):
    forged = copy.deepcopy(record)
    forged["overall"]["level"] += 1
    explanation = explained(forged, bank)
    assert what(explanation) == {"overall"}
    assert explanation.bit_for_bit


def test_a_removed_flag_is_noticed(record, bank):
    forged = copy.deepcopy(record)
    forged["effort"]["rapid"] = 0
    assert what(explained(forged, bank)) == {"effort"}


def test_another_seed_is_noticed(record, bank):
    """It draws other clones and other near-best items: some question could not have been asked, or not then."""
    forged = copy.deepcopy(record)
    forged["trace"]["plan"]["seed"] += 1
    try:
        explanation = explained(forged, bank)
    except Failure as failure:
        assert failure.code == "results.impossible_item"
    else:
        assert "item" in what(explanation)


def test_a_dropped_answer_is_noticed(record, bank):
    forged = copy.deepcopy(record)
    del forged["responses"][10]
    assert not explained(forged, bank).same


def test_changed_times_that_hide_haste_are_noticed(record, bank):
    forged = copy.deepcopy(record)
    hasty = next(r for r in forged["responses"] if r["weight"] == 0)
    hasty["seconds"] = 30.0
    assert "weight" in what(explained(forged, bank))


def test_other_versions_are_said(record, bank):
    forged = copy.deepcopy(record)
    forged["trace"]["numpy"] = "1.0.0"
    forged["trace"]["belief"] = "0" * 64
    explanation = explained(forged, bank)
    assert explanation.same
    assert not explanation.bit_for_bit
    assert explanation.versions["numpy"][0] == "1.0.0"


def test_another_bank_is_refused(record, bank):
    forged = copy.deepcopy(record)
    forged["trace"]["plan"]["bank_digest"] = "0" * 64
    with pytest.raises(Failure, match=r"bank\.other_release"):
        explained(forged, bank)


def test_a_result_of_before_is_told_apart_from_what_is_none(record, bank):
    old = {key: value for key, value in record.items() if key != "trace"}
    with pytest.raises(Failure, match=r"results\.no_trace"):
        explained(old, bank)
    with pytest.raises(Failure, match=r"results\.not_a_result"):
        explained({"title": "x"}, bank)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: r["trace"].pop("plan"),
        lambda r: r["trace"]["plan"].pop("seed"),
        lambda r: r["responses"][0].pop("active"),
        lambda r: r["responses"][0].update(item="no such item"),
        lambda r: r["responses"].append(r["responses"][0]),
        lambda r: r["responses"][0].update(response={"no": "shape"}),
        lambda r: r["responses"][0].update(seconds="soon"),
        lambda r: r["responses"][0].update(seconds=-3.0),
        lambda r: r.update(responses=7),
        lambda r: r.pop("fit"),
        lambda r: r.update(trace=7),
    ],
)
def test_a_broken_record_is_a_foreseen_failure(record, bank, spoil):
    spoil(record)
    with pytest.raises(Failure):
        explained(record, bank)


def test_a_sitting_that_the_candidate_ended_is_explained_too(bank, campaign):
    plan = plan_for(campaign(), language="fr", bank_version=bank.version, bank_digest=bank.digest, seed=9)
    sitting = Sitting(plan, bank, lambda event: None)
    for k in range(4):
        question = sitting.ask(30.0 * k)
        sitting.answer(None, 20.0, 30.0 * k + 25)
        assert question is not None
    sitting.stop("candidate", 120.0)
    record = build_report(sitting, bank, sitting_id="1" * 32, started="a", ended="b").to_record()
    record = json.loads(json.dumps(record))
    assert record["fit"] is None
    assert explained(record, bank).same
    assert explained(record | {"stop_reason": "length"}, bank).differences[0].what == "stop"


def test_every_rule_has_its_word():
    assert [rule for rule in Rule if not has(f"sitting.rule.{rule}")] == []


def test_the_replay_uses_the_plan_and_not_the_campaign(record, bank):
    """Everything that rules a sitting is in the plan: nothing else of the record changes the replay."""
    assert explained(record | {"title": "other", "campaign": "other"}, bank).same


def test_a_proof_replays_too(bank, campaign):
    plan = plan_for(
        campaign(purpose="proof", length=16, minutes=None), language="fr", bank_version=bank.version,
        bank_digest=bank.digest, seed=2,
    )  # fmt: skip
    sitting = Sitting(replace(plan), bank, lambda event: None)
    for k in range(20):
        if sitting.ask(30.0 * k) is None:
            break
        sitting.answer(None, 20.0, 30.0 * k + 25)
    record = json.loads(
        json.dumps(build_report(sitting, bank, sitting_id="2" * 32, started="", ended="").to_record())
    )
    assert explained(record, bank).bit_for_bit
