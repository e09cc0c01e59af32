"""`kiosk simulate` as it is typed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.cli import app
from kiosk.commands.simulate import SHIPPED
from kiosk.errors import Failure
from kiosk.simulation.scenario import shipped_scenarios

SCENARIO = """
[bank]
items = 160
[test]
length = 20
[goals]
rmse = { most = 2.0 }
exact = { least = 1.0 }
"""


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


def run(*words: str):
    return CliRunner().invoke(app, ["--lang", "en", "simulate", *words])


def test_the_help_names_the_scenarios_that_there_are():
    assert SHIPPED.split(", ") == list(shipped_scenarios())


def test_json_and_report_hold_the_same_figures(scenario, tmp_path):
    report = tmp_path / "report.html"
    result = run("--scenario", scenario, "--candidates", "8", "--json", "--report", str(report))
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert (figures["scenario"], figures["candidates"], figures["items_per_sitting"]) == ("mine", 8, 20)
    assert f"{figures['rmse']:.3f}" in report.read_text(encoding="utf-8")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_the_table_shows_goals_and_whether_they_are_met(scenario):
    shown = run("--scenario", scenario, "--candidates", "8").stdout
    met = {
        line.split("  ")[0]: line.split()[-1]
        for line in shown.splitlines()
        if "at most" in line or "at least" in line
    }
    assert met["Root mean square error (standard deviations)"] == "yes"
    assert met["Exact level"] == "no"


def test_length_and_minutes_replace_the_scenarios(scenario):
    figures = json.loads(
        run("--scenario", scenario, "--candidates", "4", "--length", "24", "--minutes", "6", "--json").stdout
    )
    assert (figures["length"], figures["minutes_allowed"]) == (24, 6.0)
    assert figures["items_per_sitting"] < 24


@pytest.mark.parametrize(
    "words",
    [
        ("--scenario", "reference", "--bank", "x.db"),
        ("--minutes", "30"),
        ("--scenario", "nowhere"),
        ("--scenario", "reference", "--length", "7"),
        ("--scenario", "reference", "--candidates", "0"),
    ],
)
def test_what_makes_no_study_is_refused(words):
    result = run(*words)
    assert isinstance(result.exception, Failure)
    assert result.exception.code.startswith("usage.")
