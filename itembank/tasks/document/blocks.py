"""A document's blocks as values, and what a word processor works out from them: headings, found words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from itembank.tasks.words import typeable

STYLES = ("title", "heading1", "heading2", "heading3", "body", "list", "numbered", "quote")
FACES = ("bold", "italic", "underline")
ALIGNMENTS = ("left", "center", "right", "justify")
LEVELS = {"heading1": 1, "heading2": 2, "heading3": 3}
"""The styles that a table of contents lists, and their level in it."""

Entry = tuple[int, str]
"""A line of a table of contents: (level from 1, text of the heading)."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an image, a table of contents or a page break, by `kind`: text, image, toc, break.

    `text` is a paragraph's, or what an image shows; `alt` an image's text for those who do not see it; `entries` what a
    table of contents listed when it was last updated.
    """

    id: str
    kind: str = "text"
    text: str = ""
    style: str = "body"
    faces: frozenset[str] = frozenset()
    align: str = "left"
    alt: str = ""
    entries: tuple[Entry, ...] = ()


def headings(blocks: Iterable[Block]) -> tuple[Entry, ...]:
    """What a table of contents of these blocks should list."""
    return tuple((LEVELS[b.style], b.text) for b in blocks if b.kind == "text" and b.style in LEVELS)


def pattern_of(find: str, *, case: bool, word: bool) -> re.Pattern[str]:
    """What « find » looks for. `find` is plain text; accents count, as in word processors."""
    inner = re.escape(find)
    return re.compile(rf"(?<!\w){inner}(?!\w)" if word else inner, 0 if case else re.IGNORECASE)


def same_text(found: str, wanted: str) -> bool:
    """Whether a typed text is the one wanted: case, accents and punctuation count, the kind of spaces and apostrophes does not."""
    return " ".join(typeable(found).split()) == " ".join(typeable(wanted).split())
