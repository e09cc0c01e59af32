"""A whole study of a scenario, small, and its report."""

import json
import math
from html.parser import HTMLParser

import pytest

from kiosk.errors import Failure
from kiosk.locale import set_language
from kiosk.simulation import exposure_search
from kiosk.simulation.report import render
from kiosk.simulation.report.plots import ticks
from kiosk.simulation.scenario import load_scenario
from kiosk.simulation.scenario_study import run_scenario
from kiosk.simulation.summary import MACHINE_FIGURES
from tests.simulation.small_scenario import small

UNREPEATABLE = MACHINE_FIGURES | {"wall_seconds"}

TIMED = small(
    title={"fr": "Essai & <erreurs>", "en": "Trial"},
    bank={"tasks": 0.3, "choice": 0.3},
    prior={"true": {"within": 0.5, "between": 0.3}, "alternatives": [{"within": 0.8, "between": 0.65}]},
    test={"length": 60, "minutes": 20.0},
    goals={
        "rmse": {"most": 0.01},
        "finished_in_time": {"least": 0.5},
        "coverage_80": {"least": 0.0, "most": 1.0},
    },
)


@pytest.fixture(scope="module")
def result():
    return run_scenario(TIMED, candidates=24, seed=3)


def walk(value):
    if isinstance(value, dict):
        for v in value.values():
            yield from walk(v)
    elif isinstance(value, list):
        for v in value:
            yield from walk(v)
    else:
        yield value


def repeatable(value):
    if isinstance(value, dict):
        return {k: repeatable(v) for k, v in value.items() if k not in UNREPEATABLE}
    return [repeatable(v) for v in value] if isinstance(value, list) else value


def test_the_same_seed_gives_the_same_figures(result):
    assert repeatable(run_scenario(TIMED, candidates=24, seed=3)) == repeatable(result)


def test_figures_are_plain_json_without_nan(result):
    json.dumps(result, allow_nan=False)
    assert all(math.isfinite(v) for v in walk(result) if isinstance(v, float))


def test_every_figure_of_the_documentation_is_there(result):
    for name in (
        "rmse", "exact", "within_one", "reliability", "coverage_80", "by_competence", "stated_confidence",
        "observed_agreement", "confidence_by_level", "max_exposure", "exposure", "four_band", "domain_reliability",
        "overall_reliability", "items_per_sitting", "finished_in_time", "items_per_competence_least", "ms_per_item",
        "sittings_per_second", "separate_items_needed", "baselines", "gaps", "length_curve", "prior_misfit",
        "heedless_of_time", "bound",
    ):  # fmt: skip
        assert result[name] is not None, name
    assert [c["competence"] for c in result["by_competence"]] == list(TIMED.competences)
    assert set(result["baselines"]) == {
        "positioning", "positioning_best_table", "certification", "certification_best_table",
    }  # fmt: skip
    assert [(g["figure"], g["met"]) for g in result["goals"]] == [
        ("rmse", False), ("finished_in_time", True), ("coverage_80", True),
    ]  # fmt: skip


def test_figures_agree_with_one_another(result):
    answers = 24 * 16
    assert sum(r["count"] for r in result["confidence_by_level"]) == answers
    assert sum(r["count"] for r in result["confidence_by_stated"]) == answers
    assert sum(r["count"] for r in result["by_true_level"]) == answers
    assert sum(b["items"] for b in result["exposure"]["histogram"]) == 160
    assert result["observed_agreement"] == result["exact"]
    assert result["mean_exposure"] == pytest.approx(result["items_per_sitting"] / 160, abs=1e-3)
    assert result["prior_misfit"][0]["within"] == 0.8


def test_impossible_sizes_are_refused():
    with pytest.raises(Failure, match=r"usage\.simulate"):
        run_scenario(TIMED, candidates=0, seed=1)


def test_exposure_control_says_what_it_did_and_holds(monkeypatch):
    monkeypatch.setattr(exposure_search, "PEOPLE", 150)
    capped = run_scenario(
        small(bank={"items": 320}, test={"length": 16, "exposure_cap": 0.3}), candidates=60, seed=2
    )
    control = capped["exposure_control"]
    assert control["cap"] == 0.3
    assert control["largest_by_round"][0] > control["largest_by_round"][-1]
    assert control["limited_items"] > 0
    assert capped["max_exposure"] < 0.55  # 60 people: two standard errors are 0.12
    free = capped["uncapped"]
    assert free["max_exposure"] > capped["max_exposure"]
    assert free["separate_items_needed"] == pytest.approx(16 * free["separate_ratio"], abs=0.01)
    longer = free["separate_items_needed"] > capped["separate_items_needed"]
    assert longer == (free["rmse"] < capped["rmse"])
    set_language("fr")
    assert "Ce que coûte le contrôle d’exposition" in render(capped)


class Page(HTMLParser):
    """Counts tags, checks that they nest, and gathers what could reach outside."""

    VOID = frozenset({"meta", "br", "link", "img"})
    EMPTY_SVG = frozenset({"circle", "rect", "path", "polyline", "polygon"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.tags, self.outside, self.crossed = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.outside += [v for k, v in attrs if k in ("src", "href", "xlink:href") and v]
        self.outside += [tag] if tag in ("script", "link", "iframe", "img") else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


@pytest.fixture(params=["fr", "en"])
def page(request, result):
    set_language(request.param)
    return render(result), request.param


def test_the_report_stands_alone(page):
    text, tongue = page
    found = Page(text)
    assert found.outside == []
    assert "http" not in text
    assert "url(" not in text
    assert (found.open, found.crossed) == ([], [])
    assert f'<html lang="{tongue}">' in text


def test_every_plot_has_words_and_a_table_behind_it(page):
    text, _ = page
    tags = Page(text).tags
    plots = tags.count("svg")
    assert plots == 8
    assert tags.count("title") == plots + 1
    assert tags.count("desc") == plots
    assert tags.count("details") == plots


def test_words_are_escaped_and_no_value_is_missing(page):
    text, tongue = page
    assert ("Essai &amp; &lt;erreurs&gt;" if tongue == "fr" else "Trial") in text
    assert "None" not in text
    assert "nan" not in text.replace("maintenance", "")


def test_numbers_are_written_as_the_language_writes_them(page, result):
    text, tongue = page
    rmse = f"{result['rmse']:.3f}"
    assert (rmse.replace(".", ",") if tongue == "fr" else rmse) in text


@pytest.mark.parametrize(
    ("ends", "wanted"),
    [((0.0, 1.0), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]), ((-0.31, 0.21), [-0.3, -0.2, -0.1, 0.0, 0.1, 0.2])],
)
def test_ticks_are_round(ends, wanted):
    assert ticks(*ends) == pytest.approx(wanted)


def test_an_axis_without_length_is_refused():
    with pytest.raises(ValueError, match="axis"):
        ticks(1.0, 1.0)


@pytest.mark.slow
def test_calibration_recovers_what_authors_misjudge():
    scenario = load_scenario("cold_start")
    found = run_scenario(scenario, candidates=600, seed=1, jobs=2)
    assert found["recovered_share"] >= 0.8
    cold = found["cold_start"]
    assert cold["difficulty_error_after"] < 0.5 * cold["difficulty_error_before"]


@pytest.mark.slow
def test_assuming_too_high_correlations_costs_little_coverage():
    found = run_scenario(load_scenario("wrong_prior"), candidates=2000, seed=1, jobs=2)
    assert found["coverage_80"] >= 0.74
