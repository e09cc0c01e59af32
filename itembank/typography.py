"""French typography: the spaces that must not break, and the curly apostrophe.

Only existing spaces are turned; none is inserted, so addresses, formulas and file names stay as written.
Sources: Lexique des règles typographiques en usage à l'Imprimerie nationale (2002), « Ponctuation ».
"""

from __future__ import annotations

import re

NBSP = "\N{NO-BREAK SPACE}"
NNBSP = "\N{NARROW NO-BREAK SPACE}"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"« "), f"«{NBSP}"),
    (re.compile(r" »"), f"{NBSP}»"),
    (re.compile(r" :(?=\s|$)"), f"{NBSP}:"),
    (re.compile(r" (?=[;!?](?:\W|$))"), NNBSP),
    (re.compile(r"(?<=\d) (?=[%€]|\d{3}(?!\d))"), NNBSP),
    (re.compile(r"(?<=\d) (?=(?:h|min|s|Mo|Go|Ko|ko|To|km|kg|g|cm|mm|m)\b)"), NBSP),
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_«])"), "\N{RIGHT SINGLE QUOTATION MARK}"),
    (re.compile(r"(?<=[^\W\d_])' ?(?=« )"), "\N{RIGHT SINGLE QUOTATION MARK}"),
    (re.compile(r"\.\.\."), "…"),
)


def french(text: str) -> str:
    """`text` with the non-breaking spaces and apostrophes of French typography; idempotent."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def plain(text: str) -> str:
    """`text` with every special space made ordinary: for matching, speech and Braille."""
    return text.replace(NBSP, " ").replace(NNBSP, " ")
