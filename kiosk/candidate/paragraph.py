"""A paragraph to read, before anybody decides how: drawn on a screen, or said line by line."""

from __future__ import annotations

from typing import NamedTuple


class Paragraph(NamedTuple):
    """A paragraph of `Prose`: its text, its role, its indent, and the mark that stands in the indent."""

    text: str
    role: str = "ink"
    indent: int = 0
    mark: str = ""
