"""Text -> lines that fit, in characters that every console font has.

The toolkit breaks lines at every Unicode space, so that « mot : » can lose its colon to the next line: lines are
broken here, at ordinary spaces only, and the toolkit is never asked to break them.
"""

from __future__ import annotations

import textwrap
from functools import lru_cache

_ALIKE = str.maketrans(
    {
        # Glyphs absent from the console fonts (Lat15 and Uni2: Terminus, Fixed, VGA) -> the nearest present one.
        "⇧": "▲",
        "□": "☐",
        "✓": "☑",
        "✔": "☑",
        "✘": "✗",
        "►": "▶",
        "◄": "◀",
        "➔": "→",
        "⇒": "→",
        "⟶": "→",
        "\u2009": "\u202f",
        "\u200b": "",
        "\ufeff": "",
        "\t": "    ",
        "\r": "",
    }
)


def glyphs(text: str) -> str:
    """`text` with look-alikes for what console fonts lack."""
    return text.translate(_ALIKE)


@lru_cache(maxsize=512)
def wrap(text: str, width: int) -> tuple[str, ...]:
    """`text` in lines of at most `width` characters, broken at ordinary spaces; its own line breaks are kept."""
    width = max(1, width)
    lines: list[str] = []
    for paragraph in glyphs(text).split("\n"):
        lines += textwrap.wrap(
            paragraph,
            width,
            expand_tabs=False,
            replace_whitespace=False,
            break_on_hyphens=False,
            break_long_words=True,
        ) or [""]
    return tuple(lines)


def fit(text: str, width: int) -> str:
    """`text` on one line of at most `width` characters, its end cut off with « … » where it is too long."""
    line = " ".join(glyphs(text).split("\n"))
    if len(line) <= width:
        return line
    return line[: max(0, width - 1)] + "…" if width > 0 else ""
