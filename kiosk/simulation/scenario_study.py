"""A study of a scenario: its people sit the real test on its bank, beside what the same people would get otherwise.

Beside the test itself: how many items separate one-dimensional tests would need for the same error; where a scenario
asks for it, what calibration recovers of authored difficulties, what other assumed correlations would do, and what
paying heed to time gains.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from itembank.response_model import FloatArray
from kiosk.simulation import metrics
from kiosk.simulation.baselines import certification, positioning
from kiosk.simulation.bound import Supply, bound
from kiosk.simulation.cold_start import calibrated, difficulty_error
from kiosk.simulation.exposure_search import controlled
from kiosk.simulation.goals import judged
from kiosk.simulation.population import Population
from kiosk.simulation.scenario import (
    BANK_STREAM,
    OTHER_STREAM,
    PEOPLE_STREAM,
    SITTING_STREAM,
    Scenario,
)
from kiosk.simulation.separate_tests import separate_errors
from kiosk.simulation.sittings import Outcomes, Work, plan_of, sit_all
from kiosk.simulation.study import FOLLOWED, Announce, check_size, silent
from kiosk.simulation.summary import gap_figures, length_curve, rounded, summarise
from kiosk.simulation.synthetic_bank import ScenarioBank, standard_prior

SIDE_SHOW = 500
"""People, the first of the study's, who also sit the arms that only compare (assumed correlations, heed to time)."""

COMPARED = (
    "rmse", "bias", "reliability", "exact", "within_one", "four_band", "domain_reliability", "overall_reliability",
    "coverage_80", "stated_confidence", "observed_agreement", "items_per_sitting", "finished_in_time", "max_exposure",
)  # fmt: skip
"""Figures kept of an arm that only compares."""


@dataclass(frozen=True, slots=True)
class _Study:
    """One run: the scenario with what was drawn for it."""

    scenario: Scenario
    people: Population
    seed: int
    jobs: int
    announce: Announce

    def sit(self, bank: ScenarioBank, stage: str, *, count: int | None = None, followed: int = 0) -> Outcomes:
        """The study's people (the first `count`) sit the scenario's test on `bank`."""
        test = self.scenario.test
        work = Work(
            bank,
            plan_of(bank, length=test.length, minutes=test.minutes, purpose=test.purpose),
            bank.truth,
            self.people.first(count),
            (self.seed, SITTING_STREAM),
            followed=followed,
        )
        return sit_all(work, self.jobs, self.announce(stage))

    def controlled(self, bank: ScenarioBank, result: dict[str, Any]) -> ScenarioBank:
        """`bank` under the scenario's exposure cap, if it has one; what was done goes to ``exposure_control``."""
        test = self.scenario.test
        if test.exposure_cap is None:
            return bank
        found = controlled(
            bank,
            length=test.length,
            minutes=test.minutes,
            purpose=test.purpose,
            cap=test.exposure_cap,
            seed=(self.seed, OTHER_STREAM, 2),
            progress=self.announce("exposure"),
        )
        result["exposure_control"] = found.record
        return found.bank

    def figures(self, outcomes: Outcomes) -> dict[str, Any]:
        """The summary of an arm."""
        scenario = self.scenario
        return summarise(
            outcomes,
            self.people.theta[: len(outcomes)],
            competences=scenario.competences,
            domains=scenario.domains,
            cuts=scenario.levels.cuts,
            items=scenario.bank_laws.items,
            exposure_cap=scenario.test.exposure_cap,
            seconds=None if scenario.test.minutes is None else 60.0 * scenario.test.minutes,
        )

    def compared(self, outcomes: Outcomes) -> dict[str, Any]:
        """The few figures of an arm that only compares."""
        figures = self.figures(outcomes)
        return {name: figures[name] for name in COMPARED}


def run_scenario(
    scenario: Scenario,
    *,
    candidates: int,
    seed: int,
    jobs: int = 1,
    announce: Announce = silent,
) -> dict[str, Any]:
    """Simulate a scenario and summarise; every key is explained in `docs/simulation.md`.

    Raises Failure ``usage.simulate`` for an impossible number of candidates.
    """
    begun = time.perf_counter()
    check_size(candidates, scenario.test.length, len(scenario.competences), scenario.bank_laws.items)
    bank = scenario.bank(np.random.default_rng([seed, BANK_STREAM]))
    people = scenario.population(candidates, np.random.default_rng([seed, PEOPLE_STREAM]))
    study = _Study(scenario, people, seed, jobs, announce)
    result: dict[str, Any] = {}
    if scenario.authoring.calibration_sittings:
        bank, result["cold_start"] = cold_start(study, bank)
    free, bank = bank, study.controlled(bank, result)
    outcomes = study.sit(bank, "joint", followed=FOLLOWED)
    result |= study.figures(outcomes)
    if "cold_start" in result:
        close_cold_start(study, result, outcomes)
    result["length_curve"] = length_curve(outcomes, people.theta)
    result["bound"] = unbeatable(scenario, bank)
    if scenario.test.exposure_cap is not None:
        result["uncapped"] = study.compared(study.sit(free, "uncapped"))
    result["separate"] = separate_curve(study, bank, [arm["rmse"] for arm in arms_of(result)])
    for arm in arms_of(result):
        arm |= separate_need(result["separate"], arm["rmse"], arm["items_per_sitting"])
    result["baselines"] = baselines(study, bank, round(result["items_per_sitting"]))
    if scenario.prior.alternatives:
        result["prior_misfit"] = prior_misfit(study, bank)
    if scenario.test.minutes is not None:
        result["heedless_of_time"] = heed = heedless_of_time(study, bank, outcomes)
        result["time_gain"] = heed["heedless"]["rmse"] - heed["heeding"]["rmse"]
    result["gaps"] = gap_figures(
        bank.entries,
        bank.competences,
        bank.cut_scores,
        round(result["items_per_sitting"]),
        scenario.test.exposure_cap,
    )
    about = {
        "scenario": scenario.name,
        "title": dict(scenario.title),
        "candidates": candidates,
        "length": scenario.test.length,
        "minutes_allowed": scenario.test.minutes,
        "seed": seed,
        "items": scenario.bank_laws.items,
        "true_correlations": {"within": scenario.prior.true.within, "between": scenario.prior.true.between},
        "wall_seconds": time.perf_counter() - begun,
        "goals": judged(scenario.goals, result),
    }
    return dict(rounded(about | result))


def unbeatable(scenario: Scenario, bank: ScenarioBank) -> dict[str, float] | None:
    """What no test of these people could beat, as `Bound`'s fields.

    None where people's answers tell more or other things than the items' model says: where speed speaks of ability, or
    people begin below themselves.
    """
    people, test = scenario.people, scenario.test
    if (people.speed_correlation and people.speed_sd) or (people.warm_up.people and people.warm_up.loss):
        return None
    if not people.sd:
        return None
    if test.minutes is None:
        cost, budget = np.ones(len(bank.entries)), float(test.length)
    else:  # the mean of a lognormal time, and of the time that the quick and the slow have at their own pace
        cost = np.array([e.time.median * np.exp(0.5 / e.time.discrimination**2) for e in bank.entries])
        budget = 60.0 * test.minutes * float(np.exp(people.speed_mean + 0.5 * people.speed_sd**2))
    supply = Supply.of(
        [bank.truth[e.id] for e in bank.entries],
        np.array([bank.competences.index(e.competence) for e in bank.entries]),
        cost,
        mean=np.full(len(bank.competences), people.mean),
        sd=np.full(len(bank.competences), people.sd),
        cap=test.exposure_cap or 1.0,
    )
    return asdict(bound(supply, scenario.true_covariance(), scenario.domains, budget))


def arms_of(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The joint test's figures, and those of the same test without exposure control where there is one: the separate tests
    have none, so that this one compares like with like."""
    return [result, result["uncapped"]] if "uncapped" in result else [result]


def separate_curve(study: _Study, bank: ScenarioBank, targets: list[float]) -> dict[str, Any]:
    """The error of separate tests of the same people by their length, as far as the smallest of `targets` or the bank's
    end. Lengths are multiples of the number of competences."""
    target = min(targets)
    competences = len(bank.competences)
    largest = max(sum(e.competence == c for e in bank.entries) for c in bank.competences)
    mean, covariance = bank.prior
    sd = np.sqrt(np.diag(np.asarray(covariance))).tolist()
    progress = study.announce("separate")
    most, errors = 0, np.empty((competences, 0))
    while most < largest and (not errors.size or np.sqrt(errors[:, -1].mean()) > target):
        most = min(largest, max(8, 2 * most))
        errors = separate_errors(
            bank.entries,
            bank.competences,
            mean,
            sd,
            bank.truth,
            study.people.theta,
            most,
            np.random.default_rng([study.seed, OTHER_STREAM, 1]),
        )
        progress(most, most)
    curve: FloatArray = np.sqrt(errors.mean(axis=0))
    return {
        "curve": [{"items": competences * n, "rmse": float(e)} for n, e in enumerate(curve.tolist(), 1)],
    }


def separate_need(separate: dict[str, Any], target: float, joint_length: float) -> dict[str, float | None]:
    """How many items separate tests need for the error `target` of a joint test of `joint_length` questions, and that in
    units of the joint test's; between the lengths of their curve it is interpolated on log scales."""
    curve = separate["curve"]
    needed = metrics.length_for(
        target, [float(row["items"]) for row in curve], [row["rmse"] for row in curve]
    )
    return {
        "separate_items_needed": needed,
        "separate_ratio": None if needed is None else needed / joint_length,
    }


def baselines(study: _Study, bank: ScenarioBank, length: int) -> dict[str, dict[str, Any]]:
    """The public platform's two procedures on the same people and items, at equal length.

    Each with its own table from its scale to levels, and with the best table there could be (``…_best_table``).
    """
    progress, theta, cuts = study.announce("baselines"), study.people.theta, bank.cut_scores
    true_levels = metrics.levels_of(theta, cuts)
    found: dict[str, dict[str, Any]] = {}
    procedures = (("positioning", positioning), ("certification", certification))
    for number, (name, procedure) in enumerate(procedures, 1):
        for best_table in (False, True):
            rng = np.random.default_rng([study.seed, OTHER_STREAM, 4, number])
            outcome = procedure(bank, theta, length, rng, best_table=best_table)
            found[f"{name}_best_table" if best_table else name] = {
                "rmse": None if outcome.theta_hat is None else metrics.rmse(outcome.theta_hat, theta),
                "exact": metrics.agreement(outcome.levels, true_levels),
                "within_one": metrics.agreement(outcome.levels, true_levels, 1),
                "four_band": metrics.agreement(
                    metrics.bands_of(outcome.levels), metrics.bands_of(true_levels)
                ),
            }
        progress(number, len(procedures))
    return found


def prior_misfit(study: _Study, bank: ScenarioBank) -> list[dict[str, Any]]:
    """The same people and items under other assumed correlations."""
    rows = []
    for assumed in study.scenario.prior.alternatives:
        prior = standard_prior(assumed.matrix(study.scenario.domains))
        outcomes = study.sit(bank.revised(prior=prior), "prior_misfit", count=SIDE_SHOW)
        rows.append({"within": assumed.within, "between": assumed.between} | study.compared(outcomes))
    return rows


def heedless_of_time(study: _Study, bank: ScenarioBank, heeding: Outcomes) -> dict[str, Any]:
    """The same minutes for a test that chooses items by information alone, and is stopped when they are over.

    The question under way when time is over does not count. Beside it, the test that heeds time on the same people.
    """
    test, minutes = study.scenario.test, study.scenario.test.minutes
    assert minutes is not None  # noqa: S101 - the caller has seen to it
    some = study.people.first(SIDE_SHOW)
    work = Work(
        bank,
        plan_of(bank, length=test.length, purpose=test.purpose),
        bank.truth,
        some,
        (study.seed, SITTING_STREAM),
        deadline=60.0 * minutes,
    )
    outcomes = sit_all(work, study.jobs, study.announce("heedless_of_time"))
    return {
        "people": len(some),
        "heedless": study.compared(outcomes),
        "heeding": study.compared(heeding.first(len(some))),
    }


def cold_start(study: _Study, bank: ScenarioBank) -> tuple[ScenarioBank, dict[str, Any]]:
    """The bank calibrated from simulated sittings of other people, and the figures before it and with the truth."""
    authoring = study.scenario.authoring
    authored = study.controlled(bank, {})
    before = study.sit(authored, "authored")
    others = replace(
        study,
        people=study.scenario.population(
            authoring.calibration_sittings, np.random.default_rng([study.seed, OTHER_STREAM, 3])
        ),
        seed=study.seed + 1_000_000,
    )
    collected = others.sit(authored, "collected")
    after = calibrated(bank, collected, study.announce("calibration"))
    oracle = study.sit(study.controlled(bank.revised(parameters=bank.truth), {}), "oracle")
    answered = np.unique(collected.administered[collected.administered >= 0])
    truth = {bank.entries[i].id: bank.truth[bank.entries[i].id] for i in answered.tolist()}
    return after, {
        "authored_error": authoring.difficulty_error,
        "calibration_sittings": authoring.calibration_sittings,
        "items_answered": len(truth),
        "answers_an_item": int((collected.administered >= 0).sum()) / max(len(truth), 1),
        "difficulty_error_before": difficulty_error(bank, truth),
        "difficulty_error_after": difficulty_error(after, truth),
        "before": study.compared(before),
        "oracle": study.compared(oracle),
    }


def close_cold_start(study: _Study, result: dict[str, Any], outcomes: Outcomes) -> None:
    """Add the calibrated arm, which is the study's own, and the share of the loss that calibration recovers."""
    cold = result["cold_start"]
    cold["after"] = study.compared(outcomes)
    lost = cold["before"]["rmse"] - cold["oracle"]["rmse"]
    won = cold["before"]["rmse"] - cold["after"]["rmse"]
    result["recovered_share"] = won / lost if lost > 0 else None
