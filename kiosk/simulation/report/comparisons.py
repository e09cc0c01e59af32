"""Sections that set the test beside another: other parameters, other priors, other algorithms."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kiosk.locale import t
from kiosk.simulation.report.pieces import of, section, table
from kiosk.simulation.report.wording import (
    Figures,
    integer,
    number,
    percent,
    two,
    written,
)

ARM_FIGURES = (
    "rmse", "reliability", "exact", "within_one", "four_band", "coverage_80", "stated_confidence",
    "observed_agreement", "items_per_sitting", "max_exposure", "separate_items_needed", "separate_ratio",
)  # fmt: skip


def arms_table(names: Sequence[str], arms: Sequence[Figures], extra: Sequence[Sequence[str]] = ()) -> str:
    rows = [
        (t(f"simulation.figure.{k}"), *(written(k, arm.get(k)) for arm in arms))
        for k in ARM_FIGURES
        if k in arms[0]
    ]
    return table([t("simulation.table.figure"), *names], [*rows, *extra])


def cold_start(figures: Figures) -> str:
    """Authored, calibrated and true parameters; '' where the study has none."""
    cold = figures.get("cold_start")
    if not cold:
        return ""
    said = of("cold_start")
    difficulty = (
        said("difficulty"),
        number(cold["difficulty_error_before"], 3),
        number(cold["difficulty_error_after"], 3),
        number(0.0, 3),
    )
    text = t(
        "simulation.cold_start.text",
        error=two(cold["authored_error"]),
        sittings=cold["calibration_sittings"],
    )
    recovered = t("simulation.cold_start.recovered", share=percent(figures["recovered_share"], 0))
    arms = [cold[k] for k in ("before", "after", "oracle")]
    names = [said(k) for k in ("before", "after", "oracle")]
    return section(
        "cold_start", arms_table(names, arms, [difficulty]), f"<p>{escape(recovered)}</p>", text=text
    )


def prior_misfit(figures: Figures) -> str:
    """Other assumed correlations; '' where the study tried none."""
    rows = figures.get("prior_misfit")
    if not rows:
        return ""
    said, true = of("misfit"), figures["true_correlations"]
    text = t("simulation.misfit.text", within=two(true["within"]), between=two(true["between"]))
    columns = ("rmse", "exact", "within_one", "coverage_80", "stated_confidence", "observed_agreement")
    body = [(f"{two(r['within'])} / {two(r['between'])}", *(written(k, r[k]) for k in columns)) for r in rows]
    headings = [said("assumed"), *(t(f"simulation.figure.{k}") for k in columns)]
    return section("misfit", table(headings, body), text=text)


def exposure_cost(figures: Figures) -> str:
    """With and without exposure control; '' for a study without a cap."""
    free = figures.get("uncapped")
    if not free:
        return ""
    said = of("uncapped")
    return section("uncapped", arms_table([said("capped"), said("free")], [figures, free]), text=said("text"))


def heed_to_time(figures: Figures) -> str:
    """With and without heed to time; '' for an untimed study."""
    heed = figures.get("heedless_of_time")
    if not heed:
        return ""
    said = of("heed")
    text = t("simulation.heed.text", minutes=integer(figures["minutes_allowed"]), people=heed["people"])
    arms = [heed["heeding"], heed["heedless"]]
    return section("heed", arms_table([said("heeding"), said("heedless")], arms), text=text)


def baselines(figures: Figures) -> str:
    """The public platform's algorithms; '' for a bank's study."""
    baselines = figures.get("baselines")
    if not baselines:
        return ""
    said = of("baselines")
    columns = ("rmse", "exact", "within_one", "four_band")
    rows = [(said("joint"), *(written(k, figures[k]) for k in columns))]
    rows += [(said(name), *(written(k, found.get(k)) for k in columns)) for name, found in baselines.items()]
    headings = [said("test"), *(t(f"simulation.figure.{k}") for k in columns)]
    return section("baselines", table(headings, rows))
