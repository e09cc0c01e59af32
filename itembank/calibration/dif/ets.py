"""From figures to a class: A negligible, B moderate, C large; and the control of how many alarms are false."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from itembank.calibration.dif.distributions import normal_upper
from itembank.calibration.dif.mantel_haenszel import CommonOddsRatio, MeanDifference

SIGNIFICANCE = 0.05
MODERATE_D, LARGE_D = 1.0, 1.5
"""MH D-DIF, in delta units (Zieky 1993, p. 342)."""
MODERATE_SMD, LARGE_SMD = 0.17, 0.25
"""Standardised mean difference in standard deviations of the item (Zwick, Thayer & Mazzeo 1997; the rule of NAEP)."""
MODERATE_R2, LARGE_R2 = 0.035, 0.070
"""Nagelkerke's R^2 gained by the group (Jodoin & Gierl 2001, p. 335)."""


class EtsClass(StrEnum):
    A = "A"
    B = "B"
    C = "C"


def class_of_odds(found: CommonOddsRatio, p: float) -> EtsClass:
    """Zieky's (1993) rule for an item scored right or wrong; `p` is the (adjusted) p-value against no difference.

    A: not significant, or |D| below 1. C: |D| at least 1.5 and significantly above 1 (one-sided, 5 %). B: the rest.
    """
    size = abs(found.d_dif)
    if p >= SIGNIFICANCE or size < MODERATE_D:
        return EtsClass.A
    above_one = normal_upper((size - MODERATE_D) / found.d_dif_error) < SIGNIFICANCE
    return EtsClass.C if size >= LARGE_D and above_one else EtsClass.B


def class_of_means(found: MeanDifference, p: float) -> EtsClass:
    """The same classes for an item with several points (ETS writes them AA, BB, CC).

    A: not significant, or at most 0.17 standard deviations. C: significant and more than 0.25. B: the rest.
    """
    return _graded(abs(found.effect), p, MODERATE_SMD, LARGE_SMD)


def class_of_gain(r2_gain: float, p: float) -> EtsClass:
    """Jodoin & Gierl's (2001) classes of the logistic test: A not significant or below 0.035, C above 0.070."""
    return _graded(r2_gain, p, MODERATE_R2, LARGE_R2)


def _graded(size: float, p: float, moderate: float, large: float) -> EtsClass:
    if p >= SIGNIFICANCE or size <= moderate:
        return EtsClass.A
    return EtsClass.C if size > large else EtsClass.B


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Benjamini & Hochberg (1995): p-values adjusted so that calling those below q keeps the false discovery rate at q.

    With no true difference anywhere, that is the chance of even one alarm.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    found = [1.0] * len(p_values)
    smallest = 1.0
    for place, index in enumerate(order):
        rank = len(p_values) - place
        smallest = min(smallest, p_values[index] * (len(p_values) / rank))
        found[index] = smallest
    return found
