"""A report says what the answers support, and no more."""

import json

import pytest

from kiosk.simulation.candidates import points_as_response
from kiosk.sitting.machine import Sitting
from kiosk.sitting.plan import plan_for
from kiosk.sitting.report import build_report


def sat(bank, campaign, answers, seed=3, right=True):
    plan = plan_for(campaign, language="fr", bank_version=bank.version, bank_digest=bank.digest, seed=seed)
    sitting = Sitting(plan, bank, lambda event: None, scorer=points_as_response)
    for k in range(answers):
        question = sitting.ask(30.0 * k)
        if question is None:
            break
        sitting.answer(question.item.max_score if right else 0, 20.0, 30.0 * k + 25.0)
    return build_report(sitting, bank, sitting_id="0" * 32, started="a", ended="b")


def test_one_answer_supports_no_statement(bank, campaign):
    report = sat(bank, campaign(), 1)
    assert report.overall is None
    assert report.domains == {}
    assert {c.status for c in report.competences} == {"not_measured"}
    assert sum(c.responses for c in report.competences) == 1


def test_a_whole_sitting_states_a_level_with_its_range_everywhere(bank, campaign):
    report = sat(bank, campaign(length=48, minutes=None), 48)
    assert report.overall is not None
    assert set(report.domains) == {"1", "2", "3", "4", "5"}
    for c in report.competences:
        s = c.statement
        assert c.status == ("measured" if c.responses >= 2 else "estimated")
        assert s.low <= s.level <= s.high
        assert s.interval[0] < s.theta < s.interval[1]
        assert sum(s.probabilities) == pytest.approx(1.0, abs=0.002)
        assert s.probabilities[s.level] == max(s.probabilities)


def test_what_the_campaign_left_out_is_not_measured(bank, campaign):
    report = sat(bank, campaign(competences=("1.1", "4.1"), length=16), 16)
    stated = {c.competence for c in report.competences if c.statement}
    assert stated <= {"1.1", "4.1"}
    assert set(report.domains) <= {"1", "4"}


def test_more_right_answers_never_report_a_lower_level_overall(bank, campaign):
    none = sat(bank, campaign(length=32, minutes=None), 32, right=False)
    many = sat(bank, campaign(length=32, minutes=None), 32, right=True)
    assert many.overall.theta > none.overall.theta
    assert many.overall.level > none.overall.level


def test_the_record_is_json_and_comes_back_equal(bank, campaign):
    record = sat(bank, campaign(), 12).to_record()
    assert json.loads(json.dumps(record)) == json.loads(json.dumps(record, ensure_ascii=False))
    assert record["format"] == "kiosk-report/1"
    assert len(record["responses"]) == 12


def test_a_proof_borrows_nothing(bank, campaign):
    """Each level rests on its own responses: with none, a proof states nothing, where a positioning may."""
    proof = sat(bank, campaign(purpose="proof", length=20, minutes=None), 20)
    for c in proof.competences:
        if c.responses == 0:
            assert c.statement is None
