"""From the outcomes of a study to its figures: one plain, JSON-ready mapping, which the report draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from itembank.bank import Entry
from itembank.response_model import FloatArray
from kiosk.simulation import metrics
from kiosk.simulation.gaps import information_deficits, write_next
from kiosk.simulation.sittings import CHECKPOINT, Outcomes

SAMPLE = 600
"""Pairs of true and estimated ability kept for the recovery picture."""

FEWEST_REPORTED = 1600
"""Reports of a level below which its observed agreement (a standard error above 1.25 points) is too noisy to be held
against the stated one."""

_CONFIDENCE_EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_THETA_EDGES = (-np.inf, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, np.inf)


def summarise(
    outcomes: Outcomes,
    theta: FloatArray,
    *,
    competences: Sequence[str],
    domains: Sequence[str],
    cuts: Sequence[float],
    items: int,
    exposure_cap: float | None = None,
    seconds: float | None = None,
) -> dict[str, Any]:
    """All figures of one arm; `theta` (P, D) is the truth, `domains` names each competence's domain, `seconds` the
    time allowed. Every key is explained in `docs/simulation.md`."""
    true_levels = metrics.levels_of(theta, cuts)
    levels, mean = outcomes.level, outcomes.mean
    stated = metrics.stated_confidence(outcomes.probability, levels)
    right = levels == true_levels
    by_domain = metrics.composite_reliability(mean, theta, domains)
    figures: dict[str, Any] = {
        "rmse": metrics.rmse(mean, theta),
        "bias": metrics.bias(mean, theta),
        "reliability": metrics.reliability(mean, theta),
        "exact": metrics.agreement(levels, true_levels),
        "within_one": metrics.agreement(levels, true_levels, 1),
        "weighted_kappa": metrics.weighted_kappa(levels, true_levels, len(cuts) + 1),
        "four_band": metrics.agreement(metrics.bands_of(levels), metrics.bands_of(true_levels)),
        "domain_reliability": metrics.mean_of(list(by_domain.values())),
        "overall_reliability": metrics.composite_reliability(mean, theta, [""] * len(domains))[""],
        "coverage_80": metrics.coverage(outcomes.low, outcomes.high, theta),
        "stated_confidence": float(stated.mean()),
        "observed_agreement": float(right.mean()),
        "confidence_by_level": [
            {"level": k, **row}
            for k, row in enumerate(metrics.confidence_by(stated, right, levels, len(cuts) + 1))
        ],
        "confidence_by_stated": _by_stated(stated, right),
        "by_domain": [{"domain": d, "reliability": r} for d, r in by_domain.items()],
        "by_competence": [
            {
                "competence": competence,
                "rmse": metrics.rmse(mean[:, d], theta[:, d]),
                "reliability": metrics.squared_correlation(mean[:, d], theta[:, d]),
                "coverage_80": metrics.coverage(outcomes.low[:, d], outcomes.high[:, d], theta[:, d]),
                "exact": float(right[:, d].mean()),
                "within_one": metrics.agreement(levels[:, d], true_levels[:, d], 1),
                "items_mean": float(outcomes.own[:, d].mean()),
                "items_least": int(outcomes.own[:, d].min()),
            }
            for d, competence in enumerate(competences)
        ],
        "by_true_level": _by_true_level(mean, theta, levels, true_levels, len(cuts) + 1),
        "recovery": _recovery(mean, theta),
        "items_per_sitting": float(outcomes.length.mean()),
        "items_per_competence_least": int(outcomes.own.min()),
    }
    by_level = [r for r in figures["confidence_by_level"] if r["count"] >= FEWEST_REPORTED]
    ranges = [row["coverage_80"] for row in figures["by_competence"]]
    figures |= {
        "coverage_80_least": min(ranges),
        "coverage_80_most": max(ranges),
        "confidence_gap": abs(figures["stated_confidence"] - figures["observed_agreement"]),
        "confidence_gap_by_level": max((abs(r["stated"] - r["observed"]) for r in by_level), default=None),
    }
    return figures | _exposure(outcomes, items, exposure_cap) | _time(outcomes, seconds) | _speed(outcomes)


def _by_stated(stated: FloatArray, right: np.ndarray[Any, np.dtype[np.bool_]]) -> list[dict[str, Any]]:
    group = np.digitize(stated, _CONFIDENCE_EDGES[1:-1])
    rows = metrics.confidence_by(stated, right, group, len(_CONFIDENCE_EDGES) - 1)
    return [
        {"from": low, "to": high, **row}
        for low, high, row in zip(_CONFIDENCE_EDGES, _CONFIDENCE_EDGES[1:], rows, strict=False)
        if row["count"]
    ]


def _by_true_level(
    mean: FloatArray, theta: FloatArray, levels: metrics.IntArray, true_levels: metrics.IntArray, count: int
) -> list[dict[str, Any]]:
    rows = []
    for k in range(count):
        inside = true_levels == k
        if inside.any():
            rows.append(
                {
                    "level": k,
                    "count": int(inside.sum()),
                    "bias": metrics.bias(mean[inside], theta[inside]),
                    "rmse": metrics.rmse(mean[inside], theta[inside]),
                    "exact": metrics.agreement(levels[inside], true_levels[inside]),
                    "within_one": metrics.agreement(levels[inside], true_levels[inside], 1),
                }
            )
    return rows


def _recovery(mean: FloatArray, theta: FloatArray) -> dict[str, Any]:
    """Estimates by true ability, and an even sample of single pairs."""
    x, y = theta.ravel(), mean.ravel()
    group = np.digitize(x, _THETA_EDGES[1:-1])
    bins = []
    for g in range(len(_THETA_EDGES) - 1):
        inside = group == g
        if inside.sum() >= 5:
            low, middle, high = np.quantile(y[inside], (0.1, 0.5, 0.9))
            bins.append(
                {
                    "theta": float(x[inside].mean()),
                    "count": int(inside.sum()),
                    "mean": float(y[inside].mean()),
                    "p10": float(low),
                    "median": float(middle),
                    "p90": float(high),
                }
            )
    step = max(1, len(x) // SAMPLE)
    # a step prime to the number of competences would do; an odd one walks through all sixteen
    chosen = np.arange(0, len(x), step | 1)[:SAMPLE]
    return {"bins": bins, "sample": np.round(np.stack([x[chosen], y[chosen]], axis=1), 3).tolist()}


def _exposure(outcomes: Outcomes, items: int, cap: float | None) -> dict[str, Any]:
    shares = metrics.exposures(outcomes.administered, items)
    edges = np.linspace(0.0, 1.0, 21)
    counts, _ = np.histogram(np.clip(shares, 0.0, 1.0), bins=edges)
    return {
        "max_exposure": float(shares.max()),
        "mean_exposure": float(shares.mean()),
        "items_used": int((shares > 0).sum()),
        "test_overlap": metrics.overlap_rate(outcomes.administered, items),
        "exposure": {
            "cap": cap,
            "above_cap": None if cap is None else int((shares > cap).sum()),
            "never": int((shares == 0).sum()),
            "quantiles": {
                f"p{round(100 * q)}": float(np.quantile(shares, q))
                for q in (0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
            },
            "histogram": [
                {"from": round(float(low), 2), "to": round(float(high), 2), "items": int(n)}
                for low, high, n in zip(edges, edges[1:], counts, strict=False)
            ],
        },
    }


def _time(outcomes: Outcomes, seconds: float | None) -> dict[str, Any]:
    minutes = outcomes.active / 60.0
    answers = int(outcomes.length.sum())
    edges = np.linspace(float(minutes.min()), max(float(minutes.max()), float(minutes.min()) + 0.1), 21)
    counts, _ = np.histogram(minutes, bins=edges)
    rapid = int(((outcomes.administered >= 0) & (outcomes.weight == 0)).sum())
    return {
        "minutes_allowed": None if seconds is None else seconds / 60.0,
        "finished_in_time": None if seconds is None else float((outcomes.active <= seconds).mean()),
        "minutes": {
            "mean": float(minutes.mean()),
            "median": float(np.median(minutes)),
            "p95": float(np.quantile(minutes, 0.95)),
            "max": float(minutes.max()),
            "histogram": [
                {"from": float(low), "to": float(high), "sittings": int(n)}
                for low, high, n in zip(edges, edges[1:], counts, strict=False)
            ],
        },
        "seconds_per_item": float(outcomes.active.sum()) / max(answers, 1),
        "rapid_share": rapid / max(answers, 1),
    }


def _speed(outcomes: Outcomes) -> dict[str, Any]:
    """What the sittings cost this machine: the only figures that another run does not repeat."""
    given = outcomes.administered >= 0
    machine = float(outcomes.machine.sum())
    return {
        "ms_per_item": 1000.0 * machine / max(int(given.sum()), 1),
        "median_ms_per_item": float(np.median(outcomes.step[given])) if given.any() else None,
        "sittings_per_second": len(outcomes) / machine if machine > 0 else None,
    }


MACHINE_FIGURES = frozenset({"ms_per_item", "median_ms_per_item", "sittings_per_second"})
"""Figures that depend on the machine and its load, not on the seed."""


def length_curve(outcomes: Outcomes, theta: FloatArray) -> list[dict[str, Any]]:
    """Error after every few questions, over the followed sittings that had got that far: as long as half of them had."""
    rows = []
    reached = np.isfinite(outcomes.followed[:, :, 0])
    for c in range(outcomes.followed.shape[1]):
        there = reached[:, c]
        if there.any() and 2 * there.sum() >= reached[:, 0].sum():
            rows.append(
                {
                    "items": (c + 1) * CHECKPOINT,
                    "sittings": int(there.sum()),
                    "rmse": metrics.rmse(outcomes.followed[there, c], theta[there]),
                }
            )
    return rows


def gap_figures(
    entries: Sequence[Entry],
    competences: Sequence[str],
    cuts: Sequence[float],
    length: int,
    exposure_cap: float | None,
) -> dict[str, Any]:
    """The map of information deficits, and where to write items next."""
    cells = information_deficits(entries, competences, cuts, length=length, exposure_cap=exposure_cap or 0.25)
    rows = [
        {
            "competence": c.competence,
            "level": c.level,
            "items": c.items,
            "people": c.people,
            "available": c.available,
            "wanted": c.wanted,
            "deficit": c.deficit,
            "priority": c.priority,
        }
        for c in cells
    ]
    urgent = [
        {"competence": c.competence, "level": c.level, "priority": c.priority} for c in write_next(cells)
    ]
    return {"cells": rows, "write_next": urgent}


def rounded(value: Any, digits: int = 4) -> Any:
    """The same mapping with every float rounded, and no NaN: a figure that is none becomes null."""
    if isinstance(value, Mapping):
        return {k: rounded(v, digits) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(v, digits) for v in value]
    if isinstance(value, float):
        return round(value, digits) if np.isfinite(value) else None
    return value
