"""Scenarios: what a file says is what is drawn, and a wrong file is refused by the name of its key."""

import math
from pathlib import Path

import numpy as np
import pytest

from itembank.item import Interaction
from itembank.response_model import check_parameters
from kiosk.errors import Failure
from kiosk.simulation.candidates import points_as_response
from kiosk.simulation.laws import Law
from kiosk.simulation.scenario import load_scenario, scenario_from_record, shipped_scenarios
from kiosk.simulation.sittings import plan_of
from kiosk.sitting.machine import Sitting
from tests.simulation.small_scenario import small


def rng(*seed):
    return np.random.default_rng(seed or 1)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_draws_a_bank_and_people(name):
    scenario = load_scenario(name)
    assert {"fr", "en"} <= set(scenario.title)
    bank, people = scenario.bank(rng()), scenario.population(5, rng())
    assert len(bank.entries) == scenario.bank_laws.items
    assert people.theta.shape == (5, 16)
    for entry in bank.entries[:50]:
        check_parameters(entry.parameters)
        check_parameters(bank.truth[entry.id])


def test_the_reference_is_what_it_says():
    bank = load_scenario("reference").bank(rng())
    assert len(bank.entries) == 800
    guessed = [e for e in bank.entries if e.parameters.c]
    assert len(guessed) == 360
    assert {e.parameters.c for e in guessed} == {0.25}
    assert {e.interaction for e in guessed} == {Interaction.SINGLE_CHOICE}
    log_a = np.log([e.parameters.a for e in bank.entries])
    assert log_a.mean() == pytest.approx(0.2, abs=0.04)
    assert log_a.std() == pytest.approx(0.3, abs=0.03)
    b = np.array([e.parameters.b[0] for e in bank.entries])
    assert -2.6 <= b.min() < -2.5
    assert 2.3 < b.max() <= 2.4
    assert np.allclose(np.diff(bank.cut_scores), 4.5 / 7)
    assert (bank.cut_scores[0], bank.cut_scores[-1]) == (-2.25, 2.25)
    covariance = np.array(bank.prior[1])
    assert covariance[0, 1] == 0.8  # 1.1 and 1.2
    assert covariance[0, 15] == 0.65
    assert all(e.parameters == bank.truth[e.id] for e in bank.entries)


def test_the_strong_bank_has_its_shares():
    bank = load_scenario("strong").bank(rng())
    kinds = [e.interaction for e in bank.entries]
    assert kinds.count(Interaction.SINGLE_CHOICE) == 240
    assert kinds.count(Interaction.SPREADSHEET) == 400
    tasks = [e for e in bank.entries if e.is_task]
    assert {e.parameters.max_score for e in tasks} == {3}
    choices = [e.time.median for e in bank.entries if e.interaction is Interaction.SINGLE_CHOICE]
    others = [e.time.median for e in bank.entries if e.interaction is not Interaction.SINGLE_CHOICE]
    assert np.median(choices) == pytest.approx(38, rel=0.08)
    assert np.median(others) == pytest.approx(54, rel=0.08)


def test_a_wrong_prior_draws_other_people_than_it_tells_of():
    scenario = load_scenario("wrong_prior")
    told = np.array(scenario.bank(rng()).prior[1])
    found = np.corrcoef(scenario.population(20_000, rng()).theta.T)
    assert told[0, 1] == 0.8
    assert found[0, 1] == pytest.approx(0.5, abs=0.03)
    assert found[0, 15] == pytest.approx(0.3, abs=0.03)


def test_authors_err_by_what_the_scenario_says_and_the_bank_says_so():
    bank = load_scenario("cold_start").bank(rng())
    errors = [e.parameters.b[0] - bank.truth[e.id].b[0] for e in bank.entries]
    assert np.std(errors) == pytest.approx(0.7, abs=0.05)
    assert {e.parameters.se_b for e in bank.entries} == {0.7}


def test_gaps_hold_no_item():
    scenario = load_scenario("gaps")
    bank = scenario.bank(rng())
    for entry in bank.entries:
        level = np.searchsorted(bank.cut_scores, bank.truth[entry.id].b[0], side="right")
        assert not (entry.competence in ("1.1", "2.3", "3.4", "5.2") and level >= 6)
        assert not (entry.competence in ("1.3", "4.1") and level <= 2)


def test_the_same_seed_draws_the_same_bank():
    scenario = small()
    assert scenario.bank(rng(4)).digest == scenario.bank(rng(4)).digest
    assert scenario.bank(rng(4)).digest != scenario.bank(rng(5)).digest


def test_a_revised_bank_is_another_bank_with_the_same_truth():
    bank = small().bank(rng())
    revised = bank.revised(exposure={bank.entries[0].id: 0.5})
    assert revised.entries[0].exposure == 0.5
    assert revised.item(bank.entries[0].id).exposure == 0.5
    assert revised.entries[1:] == bank.entries[1:]
    assert revised.digest != bank.digest
    assert revised.truth == bank.truth


def test_the_real_sitting_accepts_the_bank():
    bank = small(bank={"choice": 0.3, "tasks": 0.3}).bank(rng())
    events = []
    sitting = Sitting(plan_of(bank, length=32), bank, events.append, scorer=points_as_response)
    asked = 0
    while (question := sitting.ask(40.0 * asked)) is not None:
        asked += 1
        sitting.answer(question.item.max_score, 40.0, 40.0 * asked)
    assert asked == 32
    assert [e["type"] for e in events].count("answered") == 32
    assert all(e.mean > 0 for e in sitting.estimates())


def test_people_have_the_moments_of_their_law():
    scenario = small(people={"mean": -2.0, "sd": 0.7, "speed_sd": 0.25, "speed_correlation": 0.4})
    people = scenario.population(20_000, rng())
    assert people.theta.mean() == pytest.approx(-2.0, abs=0.03)
    assert people.theta.std() == pytest.approx(0.7, abs=0.02)
    assert people.speed.std() == pytest.approx(0.25, abs=0.01)
    assert np.corrcoef(people.speed, people.theta.mean(axis=1))[0, 1] == pytest.approx(0.4, abs=0.03)


def test_manners_are_spread_over_people_as_said():
    people = small(people={"rapid": {"people": 0.25, "answers": 0.2}}).population(8000, rng())
    assert set(people.rapid.tolist()) == {0.0, 0.2}
    assert (people.rapid > 0).mean() == pytest.approx(0.25, abs=0.02)
    assert not people.careless.any()


@pytest.mark.parametrize(
    ("law", "mean", "sd"),
    [
        (Law("uniform", low=-1, high=3), 1.0, 4 / math.sqrt(12)),
        (Law("normal", mean=2, sd=0.5), 2.0, 0.5),
        (Law("lognormal", mean=0, sd=0.5), math.exp(0.125), math.exp(0.125) * math.sqrt(math.expm1(0.25))),
    ],
)
def test_laws_have_their_textbook_moments(law, mean, sd):
    drawn = law.drawn(200_000, rng())
    assert drawn.mean() == pytest.approx(mean, abs=0.01)
    assert drawn.std() == pytest.approx(sd, rel=0.02)


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ({"bnak": {}}, "bnak"),
        ({"bank": {"itmes": 3}}, "bank.itmes"),
        ({"bank": {"items": 3}}, "bank.items"),
        ({"bank": {"items": "800"}}, "bank.items"),
        ({"bank": {"items": 800.0}}, "bank.items"),
        ({"bank": {"choice": 0.7, "tasks": 0.6}}, "bank"),
        ({"bank": {"a": {"law": "beta"}}}, "bank.a"),
        ({"bank": {"a": {"law": "normal", "mean": 1.0}}}, "bank.a"),
        ({"bank": {"b": {"law": "uniform", "low": 1.0, "high": float("nan")}}}, "bank.b.high"),
        ({"bank": {"gaps": [{"competences": ["9.9"], "levels": [1]}]}}, "bank.gaps"),
        ({"bank": {"gaps": {}}}, "bank.gaps"),
        ({"bank": 3}, "bank"),
        ({"prior": {"true": {"within": 0.3, "between": 0.6}}}, "prior.true"),
        ({"people": {"rapid": {"people": 1.5}}}, "people.rapid"),
        ({"test": {"length": 5}}, "test.length"),
        ({"test": {"length": True}}, "test.length"),
        ({"test": {"minutes": 0.0}}, "test.minutes"),
        ({"test": {"purpose": "fun"}}, "test.purpose"),
        ({"test": {"exposure_cap": 0.01}}, "test.exposure_cap"),
        ({"levels": {"count": 1}}, "levels"),
        ({"times": {"noise_sd": 0.0}}, "times"),
        ({"authoring": {"difficulty_error": -1.0}}, "authoring"),
        ({"goals": {"rsme": {"most": 1.0}}}, "goals.rsme"),
        ({"goals": {"rmse": {}}}, "goals.rmse"),
        ({"goals": {"rmse": 0.4}}, "goals.rmse"),
        ({"title": "x"}, "title"),
    ],
)
def test_a_wrong_key_is_named(record, key):
    with pytest.raises(Failure, match=r"usage\.scenario") as caught:
        scenario_from_record("x", record)
    assert caught.value.params["field"] == key


def test_gaps_that_leave_no_place_are_refused():
    everywhere = {"competences": ["1.1"], "levels": list(range(9))}
    with pytest.raises(Failure, match=r"usage\.scenario"):
        small(bank={"gaps": [everywhere]}).bank(rng())


def test_a_file_is_read_by_its_path(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(
        "[bank]\nitems = 200\n[prior]\ntrue = { within = 0.5, between = 0.2 }\n", encoding="utf-8"
    )
    scenario = load_scenario(path)
    assert (scenario.name, scenario.bank_laws.items) == ("mine", 200)
    assert scenario.prior.assumed == scenario.prior.true


@pytest.mark.parametrize("content", [b"[bank\n", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content):
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(Failure, match=r"usage\.scenario"):
        load_scenario(path)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(Failure, match=r"usage\.scenario_missing") as caught:
        load_scenario("refrence")
    assert "reference" in str(caught.value.params["known"])


def test_test_conditions_can_be_altered_and_are_checked():
    assert small().altered(length=40).test.length == 40
    with pytest.raises(Failure, match=r"usage\.scenario"):
        small().altered(length=4000)
