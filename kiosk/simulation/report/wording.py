"""How the report and the command write figures, in the interface's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.locale import language, t

Figures = Mapping[str, Any]
"""A study's figures, or a part of them."""

SHARES = frozenset(
    {
        "exact", "within_one", "four_band", "coverage_80", "coverage_80_least", "coverage_80_most",
        "stated_confidence", "observed_agreement", "max_exposure", "mean_exposure", "test_overlap",
        "finished_in_time", "rapid_share", "recovered_share", "confidence_gap", "confidence_gap_by_level",
    }
)  # fmt: skip
"""Figures written as percentages."""


WHOLE = frozenset({"items_used", "items_per_competence_least", "count"})


def number(value: float | int | None, digits: int = 2) -> str:
    """A number as the interface's language writes it; a dash for none."""
    if value is None:
        return t("simulation.table.none")
    text = f"{value:.{digits}f}".replace("-", "−")
    if text.strip("−0.") == "":
        text = text.replace("−", "")
    return text.replace(".", ",") if language() == "fr" else text


def percent(share: float | None, digits: int = 1) -> str:
    """A share as a percentage."""
    if share is None:
        return number(None)
    return (
        f"{number(100 * share, digits)}\u00a0%" if language() == "fr" else f"{number(100 * share, digits)}%"
    )


def written(name: str, value: float | int | None) -> str:
    """The figure `name` as it is written."""
    if name in SHARES:
        return percent(value)
    if name in WHOLE:
        return number(value, 0)
    return number(value, 1 if value is not None and abs(value) >= 10 else 3)


def goal_text(goal: Figures) -> str:
    """What a goal asks for: at least, at most, or between."""
    name, least, most = goal["figure"], goal["least"], goal["most"]
    if least is not None and most is not None:
        return t("simulation.table.between", least=written(name, least), most=written(name, most))
    if least is not None:
        return t("simulation.table.at_least", value=written(name, least))
    return t("simulation.table.at_most", value=written(name, most))


def two(value: float) -> str:
    """With two decimals."""
    return number(value, 2)


def one(value: float) -> str:
    """With one decimal."""
    return number(value, 1)


def integer(value: float) -> str:
    """Rounded to a whole number."""
    return number(value, 0)


def whole_percent(value: float) -> str:
    """A share as a whole percentage."""
    return percent(value, 0)
