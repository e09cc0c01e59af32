"""What is simulated is what runs, and it measures as well as is claimed."""

import pytest

from kiosk.errors import Failure
from kiosk.simulation.report import render
from kiosk.simulation.study import run_study
from kiosk.simulation.summary import MACHINE_FIGURES


def without_machine_figures(value):
    if isinstance(value, dict):
        return {k: without_machine_figures(v) for k, v in value.items() if k not in MACHINE_FIGURES}
    return [without_machine_figures(v) for v in value] if isinstance(value, list) else value


def test_the_same_seed_gives_the_same_figures(bank):
    first = run_study(bank, candidates=10, length=32, seed=4)
    again = run_study(bank, candidates=10, length=32, seed=4)
    assert without_machine_figures(first) == without_machine_figures(again)


def test_the_joint_test_is_ahead_of_separate_ones(bank):
    result = run_study(bank, candidates=30, length=48, seed=2)
    assert result["rmse"] < result["separate"]["rmse"] - 0.08
    assert result["within_one"] > result["separate"]["within_one"]
    assert result["items_per_sitting"] == result["separate"]["items_per_sitting"] == 48


@pytest.mark.parametrize(("candidates", "length"), [(0, 48), (10, 15), (10, 10_000), (10**9, 48)])
def test_impossible_sizes_are_refused(bank, candidates, length):
    with pytest.raises(Failure, match=r"usage\.simulate"):
        run_study(bank, candidates=candidates, length=length, seed=1)


@pytest.mark.slow
def test_the_shipped_bank_measures_as_promised(bank):
    result = run_study(bank, candidates=500, length=48, seed=1)
    assert result["rmse"] <= 0.56
    assert result["rmse"] <= result["separate"]["rmse"] - 0.08
    assert result["within_one"] >= 0.93
    assert 0.76 <= result["coverage_80"] <= 0.84
    assert 0.76 <= result["item_error"]["coverage_80"] <= 0.84


def test_a_banks_study_has_its_report_too(bank):
    result = run_study(bank, candidates=4, length=16, seed=1) | {"bank_version": bank.version}
    page = render(result)
    assert bank.version in page
    assert page.count("<svg") == 8
    assert "None" not in page
