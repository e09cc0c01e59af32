"""Sections on what the sittings asked, of whom, and how long it took."""

from __future__ import annotations

from kiosk.locale import t
from kiosk.simulation.report.pieces import figure, of, scale, section, table
from kiosk.simulation.report.plots import BLUE, ORANGE, Axis, Plot
from kiosk.simulation.report.wording import (
    Figures,
    integer,
    number,
    one,
    percent,
    whole_percent,
)


def competences_asked(figures: Figures) -> str:
    """Questions a competence."""
    said, rows = of("competences"), figures["by_competence"]
    most = max(r["items_mean"] for r in rows)
    plot = Plot(
        said("title"),
        said("text"),
        scale(said("items"), 0.0, most * 1.08),
        Axis(said("competence"), -0.7, len(rows) - 0.3, integer),
        height=90 + 20 * len(rows),
        categories=[r["competence"] for r in rows],
    )
    for i, r in enumerate(rows):
        plot.bar((0.0, i - 0.32), (r["items_mean"], i + 0.32), BLUE)
        plot.line([(r["items_least"], i - 0.42), (r["items_least"], i + 0.42)], ORANGE, wide=3)
    plot.key(BLUE, said("mean"))
    plot.key(ORANGE, said("least"))
    data = table(
        [
            said(k)
            for k in ("competence", "mean", "least", "rmse", "reliability", "exact", "within_one", "coverage")
        ],
        [
            (
                r["competence"],
                one(r["items_mean"]),
                str(r["items_least"]),
                number(r["rmse"], 3),
                number(r["reliability"], 3),
                percent(r["exact"]),
                percent(r["within_one"]),
                percent(r["coverage_80"]),
            )
            for r in rows
        ],
    )
    return section("competences", figure(plot, "competences", data))


def exposure(figures: Figures) -> str:
    """How many items are seen how often."""
    said, exposure = of("exposure"), figures["exposure"]
    bins = exposure["histogram"]
    most = max(b["items"] for b in bins)
    plot = Plot(
        said("title"),
        said("text"),
        Axis(said("share"), 0.0, 1.0, whole_percent, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        Axis(said("items"), 0.0, most * 1.12, integer),
    )
    for b in bins:
        if b["items"]:
            plot.bar((b["from"] + 0.003, 0.0), (b["to"] - 0.003, b["items"]), BLUE)
            plot.note(((b["from"] + b["to"]) / 2, b["items"]), str(b["items"]), "middle", dy=-4)
    if exposure["cap"] is not None:
        cap = exposure["cap"]
        plot.line(
            [(cap, 0.0), (cap, most * 1.12)],
            ORANGE,
            "6 4",
            t("simulation.exposure.cap", value=percent(cap, 0)),
        )
    rows = [(f"{percent(b['from'], 0)} – {percent(b['to'], 0)}", str(b["items"])) for b in bins if b["items"]]
    rows.append((said("never"), str(exposure["never"])))
    if exposure["above_cap"] is not None:
        rows.append((said("above"), str(exposure["above_cap"])))
    rows.append((t("simulation.figure.max_exposure"), percent(figures["max_exposure"])))
    return section("exposure", figure(plot, "exposure", table([said("share"), said("items")], rows)))


def time_used(figures: Figures) -> str:
    """Time of the sittings."""
    said, minutes = of("time"), figures["minutes"]
    bins = minutes["histogram"]
    most = max(b["sittings"] for b in bins)
    limit = figures.get("minutes_allowed")
    end = max(minutes["max"], limit or 0.0) * 1.02
    start = bins[0]["from"]
    if end <= start:
        return ""
    start = 0.0 if start < 0.5 * end else start - 0.1 * (end - start)
    plot = Plot(
        said("title"),
        said("text"),
        scale(said("minutes"), start, end),
        Axis(said("sittings"), 0.0, most * 1.12, integer),
        height=300,
    )
    for b in bins:
        if b["sittings"]:
            plot.bar((b["from"], 0.0), (b["to"], b["sittings"]), BLUE)
    if limit:
        name = t("simulation.time.limit", value=integer(limit))
        plot.line([(limit, 0.0), (limit, most * 1.12)], ORANGE, "6 4", name)
    rows = [(said(k), one(minutes[k])) for k in ("median", "p95", "max")]
    rows.append((t("simulation.figure.finished_in_time"), percent(figures["finished_in_time"])))
    return section("time", figure(plot, "time", table([said("minutes"), t("simulation.table.value")], rows)))
