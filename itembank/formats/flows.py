"""Formatted text -> plain lines that mean the same, for a terminal.

A flow is a tuple of texts and parts (an answer field, a gap …) in reading order. Inside a text one line feed is a
line break and two are a new paragraph; spaces are single, except where the source says they count (`pre`).
What plain text cannot say is refused: see `markup_of` for what becomes of each element.
"""

from __future__ import annotations

import re
from typing import Generic, TypeVar

from itembank.formats.faults import Refused

Part = TypeVar("Part")

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "legend",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
        "contentBody",
        "stimulusBody",
    ]
)
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "samp",
        "small",
        "span",
        "strong",
        "tt",
        "u",
        "var",
        "wbr",
        "sub",
        "sup",
        "br",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "colgroup",
        "col",
        "li",
    ]
)
KNOWN = BLOCKS | INLINE
"""Elements whose text can be shown as plain lines."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SOFT = "\1"  # the border of a line of its own
_BREAK = re.compile(r"[ \n\1]*[\n\1][ \n\1]*")
_SPACE = "\0"  # a space that counts; no document can hold this character
_SUPERSCRIPT = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ORDINALS = frozenset("er re e ème eme ère ers res es st nd rd th o os me mme le lle tm ®".split())  # noqa: SIM905


class FlowBuilder(Generic[Part]):
    """Collects a flow piece by piece; `finish` gives its normal form."""

    def __init__(self) -> None:
        self._pieces: list[str | Part] = []
        self._blocks: list[bool] = []
        self._flat = 0

    def text(self, text: str, *, preserved: bool = False) -> None:
        """Add text; white space collapses unless `preserved`."""
        text = without_controls(text)
        if preserved:
            lines = text.expandtabs(4).replace("\r\n", "\n").replace("\r", "\n")
            self._add(lines.replace(" ", _SPACE))
        else:
            self._add(re.sub(r"[ \t\r\n\f]+", " ", text))

    def line(self) -> None:
        """A line break; inside a table cell, a space."""
        self._add(" " if self._flat else "\n")

    def fresh_line(self) -> None:
        """A line of its own begins or ends here (a list item, a table row); two in a row are one."""
        self._add(" " if self._flat else _SOFT)

    def paragraph(self) -> None:
        """A border between blocks; inside a table cell, a space."""
        self._add(" " if self._flat else "\n\n")

    def part(self, part: Part, *, block: bool = False) -> None:
        """Add what is not text; a `block` part stands on its own, between paragraphs."""
        self._pieces.append(part)
        self._blocks.append(block)

    def flatten(self, deeper: bool) -> None:
        """Enter (or leave) a table cell, where everything stays on one line."""
        self._flat += 1 if deeper else -1

    def _add(self, text: str) -> None:
        if self._pieces and isinstance(self._pieces[-1], str):
            self._pieces[-1] = self._pieces[-1] + text
        else:
            self._pieces.append(text)
            self._blocks.append(False)

    def finish(self) -> tuple[str | Part, ...]:
        """The flow: no empty text, no space at a line's end, at most one empty line in a row."""
        found: list[str | Part] = []
        last = len(self._pieces) - 1
        for i, piece in enumerate(self._pieces):
            if not isinstance(piece, str):
                found.append(piece)
                continue
            text = _BREAK.sub(_broken, re.sub(r" {2,}", " ", piece))
            if i == 0 or self._blocks[i - 1]:
                text = text.lstrip(" \n")
            if i == last or self._blocks[i + 1]:
                text = text.rstrip(" \n")
            if text := text.replace(_SPACE, " "):
                found.append(text)
        return tuple(found)


def _broken(found: re.Match[str]) -> str:
    """A run of breaks: an empty line when it holds two line feeds or more, else one line break."""
    return "\n\n" if found[0].count("\n") > 1 else "\n"


def without_controls(text: str) -> str:
    """`text` less the control characters, which XML cannot hold or a terminal would obey (XML 1.0, production 2)."""
    return _FORBIDDEN.sub("", text)


def plain_text(flow: tuple[str | Part, ...]) -> str:
    """The text of a flow that holds no part."""
    return "".join(part for part in flow if isinstance(part, str))


def raised(text: str, line: int = 0) -> str:
    """Superscript as plain characters: x² or 1er; other exponents are written ^(…)."""
    return _shifted(text, _SUPERSCRIPT, "^", line)


def lowered(text: str, line: int = 0) -> str:
    """Subscript as plain characters: H₂O; other indices are written _(…)."""
    return _shifted(text, _SUBSCRIPT, "_", line)


def _shifted(text: str, table: dict[int, int], sign: str, line: int) -> str:
    text = text.strip()
    if not text or (sign == "^" and text.casefold() in _ORDINALS):
        return text
    if all(ord(c) in table for c in text):
        return text.translate(table)
    if len(text) > 40:
        raise Refused("element", line, name="sup" if sign == "^" else "sub")
    return f"{sign}({text})"
