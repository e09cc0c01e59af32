"""Sorting rules: if the sender or the subject contains something, then move the message or mark it as read.

Rules act in the order in which they were made, each on every message that fits it: of two that move a message, the later wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from itembank.tasks.words import fold


class Part(StrEnum):
    """What a rule looks at."""

    SENDER = "from"
    """The name shown and the address."""
    SUBJECT = "subject"


class Deed(StrEnum):
    """What a rule does."""

    MOVE = "move"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Rule:
    """If `part` contains `contains` (case and accents ignored), then `deed`; `folder` is where a MOVE goes, else empty."""

    part: Part
    contains: str
    deed: Deed
    folder: str = ""

    def fits(self, sender: str, subject: str) -> bool:
        """Whether a message is one for this rule; `sender` is the name shown and the address."""
        return contains(sender if self.part is Part.SENDER else subject, self.contains)


def contains(text: str, words: str) -> bool:
    """Whether `words` stands anywhere in `text`, inside a word too, as mail programs look; case and accents ignored."""
    return " ".join(fold(words).split()) in " ".join(fold(text).split())


def sorted_by(
    rules: Iterable[Rule], sender: str, subject: str, *, folder: str, read: bool
) -> tuple[str, bool]:
    """(folder, read) of a message once the rules have acted."""
    for rule in rules:
        if rule.fits(sender, subject):
            match rule.deed:
                case Deed.MOVE:
                    folder = rule.folder
                case Deed.READ:
                    read = True
    return folder, read
