"""A question as Moodle has it: the part of its question types that a terminal can show.

Source: Moodle documentation, « GIFT format », « Moodle XML format » and the pages of each question type.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """Moodle's names of question types."""

    MULTICHOICE = "multichoice"
    TRUE_FALSE = "truefalse"
    SHORT_ANSWER = "shortanswer"
    NUMERICAL = "numerical"
    MATCHING = "matching"
    ORDERING = "ordering"
    ESSAY = "essay"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `fraction` is the share of the points it earns (1 is all, negative takes away).

    A numerical answer has `low` and `high`, bounds included; both are None where any number does (`*`).
    """

    text: str
    fraction: float
    feedback: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt and its match; an empty `left` makes the right one more to choose from."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `text` may hold `BLANK` where the answer goes; `line` is where it starts (from 1)."""

    kind: Kind
    name: str
    text: str
    answers: tuple[Answer, ...] = ()
    pairs: tuple[Pair, ...] = ()
    single: bool = True
    """Multiple choice: whether exactly one option is chosen."""
    shuffle: bool = True
    use_case: bool = False
    """Short answer: whether upper and lower case differ."""
    unit: str = ""
    general_feedback: str = ""
    right_feedback: str = ""
    wrong_feedback: str = ""
    identifier: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""
    line: int = 1


BLANK = "_____"


def fraction_of(percent: float) -> float:
    """A share of the points from a percentage; 33.33333 % is a third, as Moodle means it."""
    share = Fraction(percent / 100).limit_denominator(20)
    return float(share) if abs(float(share) - percent / 100) < 1e-4 else percent / 100
