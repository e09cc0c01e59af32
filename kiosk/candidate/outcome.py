"""How an answer is spoken of once it is kept."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.sitting.machine import Answered


class Outcome(StrEnum):
    """How an answer is spoken of."""

    GOOD = "good"
    PARTLY = "partly"
    LATER = "later"
    SKIPPED = "skipped"


def outcome_of(answered: Answered) -> Outcome:
    """Full, some or no points; or passed with « je ne sais pas »."""
    if answered.response is None:
        return Outcome.SKIPPED
    if answered.score.full:
        return Outcome.GOOD
    return Outcome.PARTLY if answered.score.points else Outcome.LATER
