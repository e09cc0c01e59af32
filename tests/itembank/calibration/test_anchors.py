"""Published solutions, and those of another program, within their stated tolerances."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from itembank.calibration.calibrate import calibrate
from itembank.calibration.item_fit import fit_items
from itembank.calibration.models import Model
from itembank.calibration.responses import read_responses
from itembank.calibration.scores import abilities, standardised_fit
from itembank.calibration.setup import Options, same_for_all
from tests.itembank.calibration.published import LSAT6, LSAT7, patterns

REFERENCE = Path(os.environ.get("KIOSK_IRT_REFERENCE", "no-such-folder"))
reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="set KIOSK_IRT_REFERENCE to the folder of the reference solutions"
)
FINE = Options(nodes=121, tolerance=1e-6)


def fitted(responses, model, options=FINE):
    setups = same_for_all(responses.items, responses.max_score.tolist(), model)
    return setups, calibrate(responses, setups, options=options)


def rows(name):
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_lsat6_is_the_published_solution():
    """Bock and Lieberman's data; difficulties, slopes and log-likelihood as printed for the R package ltm."""
    _, found = fitted(patterns(LSAT6), Model.TWO_PL)
    assert found.converged
    assert found.log_likelihood == pytest.approx(-2466.6534, abs=1e-3)
    assert [i.a for i in found.items] == pytest.approx(
        [0.82566, 0.72274, 0.89087, 0.68837, 0.65686], abs=1e-3
    )
    assert [-i.a * i.b[0] for i in found.items] == pytest.approx(
        [2.77323, 0.99020, 0.24915, 1.28476, 2.05327], abs=1e-3
    )
    assert [i.se_a for i in found.items] == pytest.approx([0.2581, 0.1867, 0.2326, 0.1852, 0.2100], abs=2e-3)


def test_lsat7_is_the_published_solution():
    _, found = fitted(patterns(LSAT7), Model.TWO_PL)
    assert found.log_likelihood == pytest.approx(-2658.805114, abs=1e-4)
    assert [i.a for i in found.items] == pytest.approx(
        [0.98755, 1.08084, 1.70748, 0.76499, 0.73567], abs=1e-3
    )
    assert [-i.a * i.b[0] for i in found.items] == pytest.approx(
        [1.85586, 0.80797, 1.80521, 0.48600, 1.85446], abs=1e-3
    )


def test_lsat7_item_fit_is_the_published_one():
    responses = patterns(LSAT7)
    setups, found = fitted(responses, Model.TWO_PL)
    fits = fit_items(responses, setups, found, FINE)
    assert [f.statistic for f in fits] == ["S-X2"] * 5
    assert [f.df for f in fits] == [2] * 5
    assert [f.value for f in fits] == pytest.approx([4.75, 14.45, 1.27, 5.24, 0.94], abs=0.01)
    assert [f.p for f in fits] == pytest.approx([0.093, 0.0007, 0.529, 0.073, 0.625], abs=1e-3)


@pytest.mark.parametrize(
    ("counts", "log_likelihood", "variance"), [(LSAT6, -2466.938, 0.57024), (LSAT7, -2664.901, 1.0226)]
)
def test_rasch_frees_the_population(counts, log_likelihood, variance):
    _, found = fitted(patterns(counts), Model.RASCH)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
    assert float(found.population.covariance[0, 0]) == pytest.approx(variance, abs=1e-3)
    assert {i.a for i in found.items} == {1.0}


def test_the_three_parameter_model_without_priors_reaches_the_known_maximum():
    _, found = fitted(patterns(LSAT7), Model.THREE_PL, Options(max_iterations=60))
    assert found.log_likelihood == pytest.approx(-2658.055, abs=2e-3)


@reference
@pytest.mark.parametrize(
    ("data", "model", "solution", "log_likelihood", "tolerance"),
    [
        ("lsat6.csv", Model.TWO_PL, "lsat6_2PL_mirt.csv", -2466.6534, 1e-3),
        ("lsat6.csv", Model.RASCH, "lsat6_Rasch_mirt.csv", -2466.9376, 1e-3),
        ("deayala_patterns.csv", Model.TWO_PL, "deayala_2PL_mirt.csv", -55198.4961, 1e-3),
        ("science_mirt_responses.csv", Model.GRADED, "science_graded_mirt.csv", -1608.8694, 5e-3),
        # this solution was stopped a little early: ours is 7e-5 more likely, its slope of "Future" .009 away
        ("science_mirt_responses.csv", Model.GPCM, "science_gpcm_mirt.csv", -1612.6817, 5e-3),
    ],
)
def test_another_program_agrees(data, model, solution, log_likelihood, tolerance):
    _, found = fitted(read_responses(REFERENCE / data), model)
    assert found.converged
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=tolerance)
    near = 1e-2 if model is Model.GPCM else 1e-3
    for item, known in zip(found.items, rows(solution), strict=True):
        assert item.a == pytest.approx(float(known.get("a") or known["a1"]), abs=near)
        steps = [float(known["b"])] if "b" in known else [float(known[f"b{k}"]) for k in (1, 2, 3)]
        assert [item.a * b for b in item.b] == pytest.approx([item.a * b for b in steps], abs=near)


@reference
def test_abilities_and_person_fit_agree_pattern_by_pattern():
    responses = patterns(LSAT6)
    setups, found = fitted(responses, Model.TWO_PL)
    scored = abilities(responses, setups, found, FINE)
    _, lz = standardised_fit(responses, setups, found, FINE)

    def number(row):
        return int("".join(row[f"Item_{k}"] for k in range(1, 6)), 2)

    for row in rows("lsat6_2PL_EAP_by_pattern_mirt.csv"):
        assert scored.mean[number(row), 0] == pytest.approx(float(row["F1"]), abs=1e-3)
        assert scored.sd[number(row), 0] == pytest.approx(float(row["SE_F1"]), abs=1e-3)
    for row in rows("lsat6_2PL_personfit_by_pattern_mirt.csv"):
        assert lz[number(row)] == pytest.approx(float(row["Zh"]), abs=5e-3)


def test_an_expected_ability_is_its_brute_force_integral():
    responses = patterns(LSAT7)
    setups, found = fitted(responses, Model.TWO_PL)
    theta = np.linspace(-8, 8, 2001)
    scores = responses.dense()
    scored = abilities(responses, setups, found, FINE)
    for pattern in (0, 7, 20, 31):
        density = np.exp(-0.5 * theta**2)
        for item, score in zip(found.items, scores[pattern], strict=True):
            p = 1 / (1 + np.exp(-item.a * (theta - item.b[0])))
            density = density * (p if score else 1 - p)
        mean = (density @ theta) / density.sum()
        assert scored.mean[pattern, 0] == pytest.approx(mean, abs=1e-6)
        assert scored.sd[pattern, 0] == pytest.approx(
            np.sqrt((density @ (theta - mean) ** 2) / density.sum()), abs=1e-6
        )
