"""What a scenario asks of the test, and whether it got it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GOAL_FIGURES = (
    "rmse", "reliability", "exact", "within_one", "four_band", "domain_reliability", "overall_reliability",
    "coverage_80", "coverage_80_least", "coverage_80_most", "confidence_gap", "confidence_gap_by_level",
    "max_exposure", "items_per_competence_least", "finished_in_time", "separate_ratio", "recovered_share", "time_gain",
    "sittings_per_second",
)  # fmt: skip
"""Figures that a scenario may set a goal for."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure's least and greatest acceptable value; None: no such limit."""

    figure: str
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        if self.figure not in GOAL_FIGURES:
            raise ValueError(", ".join(GOAL_FIGURES))
        if self.least is None and self.most is None:
            raise ValueError("least, most")

    def met(self, value: float | None) -> bool:
        """Whether a value will do; a figure that is none will not."""
        if value is None:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def judged(goals: Sequence[Goal], figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each goal with the value found."""
    return [
        {
            "figure": goal.figure,
            "value": figures.get(goal.figure),
            "least": goal.least,
            "most": goal.most,
            "met": goal.met(figures.get(goal.figure)),
        }
        for goal in goals
    ]
