"""Sections on how well abilities, levels, ranges and probabilities come out."""

from __future__ import annotations

from kiosk.locale import t
from kiosk.simulation.report.pieces import figure, of, scale, section, table
from kiosk.simulation.report.plots import BLUE, INK, ORANGE, SOFT, Axis, Plot
from kiosk.simulation.report.wording import (
    Figures,
    integer,
    number,
    one,
    percent,
    two,
    whole_percent,
)

FEWEST_SHOWN = 40
"""Results below which a point of the confidence plot would be noise; the table behind it has them all."""


def recovery(figures: Figures) -> str:
    """Estimates against true abilities."""
    said, bins = of("recovery"), figures["recovery"]["bins"]
    if len(bins) < 2:
        return ""
    axis = Axis(said("true"), -3.5, 3.5, integer, tuple(range(-3, 4)))
    plot = Plot(
        said("title"),
        said("text"),
        axis,
        Axis(said("estimate"), -3.5, 3.5, integer, tuple(range(-3, 4))),
        height=420,
    )
    plot.band([(b["theta"], b["p10"]) for b in bins], [(b["theta"], b["p90"]) for b in bins], said("band"))
    shown = [(x, y) for x, y in figures["recovery"]["sample"] if abs(x) <= 3.5 and abs(y) <= 3.5]
    plot.points(shown, SOFT, 1.6, 0.45)
    plot.line([(-3.5, -3.5), (3.5, 3.5)], INK, "5 4", said("perfect"), 1.2)
    plot.line([(b["theta"], b["mean"]) for b in bins], BLUE, name=said("mean"))
    data = table(
        [said(k) for k in ("true", "count", "mean", "low", "high")],
        [(two(b["theta"]), str(b["count"]), two(b["mean"]), two(b["p10"]), two(b["p90"])) for b in bins],
    )
    return section("recovery", figure(plot, "recovery", data))


def by_level(figures: Figures) -> str:
    """Bias and error by true level."""
    said, rows = of("by_level"), figures["by_true_level"]
    values = [r["bias"] for r in rows] + [r["rmse"] for r in rows] + [0.0]
    low, high = min(values) - 0.05, max(values) + 0.05
    levels = [r["level"] for r in rows]
    plot = Plot(
        said("title"),
        said("text"),
        Axis(said("level"), min(levels) - 0.6, max(levels) + 0.6, integer, tuple(levels)),
        scale(said("value"), low, high),
    )
    for r in rows:
        plot.bar((r["level"] - 0.22, 0.0), (r["level"] + 0.22, r["bias"]), ORANGE)
    plot.key(ORANGE, said("bias"))
    plot.line([(min(levels) - 0.6, 0.0), (max(levels) + 0.6, 0.0)], SOFT, wide=1)
    errors = [(r["level"], r["rmse"]) for r in rows]
    plot.line(errors, BLUE)
    plot.points(errors, BLUE, 4, name=said("rmse"))
    data = table(
        [said(k) for k in ("level", "count", "bias", "rmse", "exact", "within_one")],
        [
            (
                str(r["level"]),
                str(r["count"]),
                two(r["bias"]),
                two(r["rmse"]),
                percent(r["exact"]),
                percent(r["within_one"]),
            )
            for r in rows
        ],
    )
    return section("by_level", figure(plot, "by_level", data))


def curve(figures: Figures) -> str:
    """Error by test length, joint and separate."""
    said, joint = of("curve"), figures.get("length_curve") or []
    separate = (figures.get("separate") or {}).get("curve") or []
    if not joint:
        return ""
    needed = figures.get("separate_items_needed")
    longest = max(
        [r["items"] for r in joint] + [1.15 * needed if needed else 0.0, figures["items_per_sitting"]]
    )
    separate = [r for r in separate if r["items"] <= longest] if separate else []
    errors = [r["rmse"] for r in [*joint, *separate]]
    plot = Plot(
        said("title"),
        said("text"),
        Axis(said("items"), 0.0, longest * 1.02, integer),
        scale(said("rmse"), 0.0, max(errors) * 1.08),
    )
    if separate:
        plot.line([(r["items"], r["rmse"]) for r in separate], ORANGE, "6 4")
        plot.points(
            [(r["items"], r["rmse"]) for r in separate], ORANGE, 4, name=said("separate"), hollow=True
        )
    plot.line([(r["items"], r["rmse"]) for r in joint], BLUE)
    plot.points([(r["items"], r["rmse"]) for r in joint], BLUE, 4, name=said("joint"))
    text = said("text")
    if needed:
        target = figures["rmse"]
        plot.line([(figures["items_per_sitting"], target), (needed, target)], INK, "2 3", wide=1.2)
        text += " " + t(
            "simulation.curve.needed",
            joint=integer(figures["items_per_sitting"]),
            needed=integer(needed),
            ratio=one(figures["separate_ratio"]),
        )
        if figures.get("minutes_allowed"):
            text += " " + said("timed")
    elif "separate_items_needed" in figures:
        text += " " + said("never")
    by_length: dict[int, dict[str, float]] = {}
    for name, rows in (("joint", joint), ("separate", separate)):
        for r in rows:
            by_length.setdefault(r["items"], {})[name] = r["rmse"]
    data = table(
        [said(k) for k in ("items", "joint", "separate")],
        [
            (str(n), number(row.get("joint"), 3), number(row.get("separate"), 3))
            for n, row in sorted(by_length.items())
        ],
    )
    return section("curve", figure(plot, "curve", data), text=text)


def coverage(figures: Figures) -> str:
    """Coverage of the 80 % range by competence."""
    said, rows = of("coverage"), figures["by_competence"]
    low = min([0.7] + [r["coverage_80"] - 0.02 for r in rows])
    high = max([0.9] + [r["coverage_80"] + 0.02 for r in rows])
    plot = Plot(
        said("title"),
        said("text"),
        Axis(said("share"), low, high, whole_percent),
        Axis(said("competence"), -0.7, len(rows) - 0.3, integer),
        height=90 + 20 * len(rows),
        categories=[r["competence"] for r in rows],
    )
    top, base = -0.7, len(rows) - 0.3
    plot.band([(0.76, top), (0.76, base)], [(0.84, top), (0.84, base)], colour="#e8ebef")
    plot.line([(0.8, top), (0.8, base)], INK, "5 4", wide=1.2)
    plot.points([(r["coverage_80"], i) for i, r in enumerate(rows)], BLUE, 5)
    data = table(
        [said("competence"), said("share")],
        [(r["competence"], percent(r["coverage_80"])) for r in rows]
        + [(said("all"), percent(figures["coverage_80"]))],
    )
    return section("coverage", figure(plot, "coverage", data))


def confidence(figures: Figures) -> str:
    """Stated probability against observed agreement."""
    said, rows = of("confidence"), figures["confidence_by_stated"]
    plot = Plot(
        said("title"),
        said("text"),
        Axis(said("stated"), 0.2, 1.0, whole_percent),
        Axis(said("observed"), 0.2, 1.0, whole_percent),
        width=520,
        height=420,
    )
    plot.line([(0.2, 0.2), (1.0, 1.0)], INK, "5 4", wide=1.2)
    shown = [r for r in rows if r["count"] >= FEWEST_SHOWN and min(r["stated"], r["observed"]) >= 0.2]
    most = max(r["count"] for r in rows)
    plot.line([(r["stated"], r["observed"]) for r in shown], BLUE, wide=1)
    plot.points(
        [(r["stated"], r["observed"]) for r in shown],
        BLUE,
        [3 + 11 * (r["count"] / most) ** 0.5 for r in shown],
        0.75,
    )
    data = table(
        [said(k) for k in ("stated", "observed", "count")],
        [(percent(r["stated"]), percent(r["observed"]), str(r["count"])) for r in rows],
    )
    levels = table(
        [said(k) for k in ("level", "count", "stated", "observed", "difference")],
        [
            (
                str(r["level"]),
                str(r["count"]),
                percent(r["stated"]),
                percent(r["observed"]),
                percent(None if r["stated"] is None else r["stated"] - r["observed"]),
            )
            for r in figures["confidence_by_level"]
        ],
        said("by_level"),
    )
    return section("confidence", figure(plot, "confidence", data), levels)
