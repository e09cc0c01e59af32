"""The three themes, each in two palettes: 256 colours, and the eight of the bare console.

A role says what a colour is for; every pair below is tested for its contrast (WCAG 2.2, 1.4.3 and 1.4.6). Nothing is
said by colour alone. The 256-colour values stand on the xterm cube and the console's on the VGA palette, so that no
terminal changes them. The console has no bright colours here: a framebuffer console may not show them (Textual
issue 5907); bold stands out instead.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.style import Style
    from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by role. `*_paper` is a ground; the other colours stand on `paper` unless `PAIRS` says otherwise."""

    paper: str
    ink: str
    strong: str
    quiet: str
    key: str
    good: str
    partly: str
    later: str
    alert: str
    bar: str
    bar_paper: str
    cursor: str
    cursor_paper: str
    chosen: str
    chosen_paper: str


PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "paper"),
    ("strong", "paper"),
    ("quiet", "paper"),
    ("key", "paper"),
    ("good", "paper"),
    ("partly", "paper"),
    ("later", "paper"),
    ("alert", "paper"),
    ("bar", "bar_paper"),
    ("cursor", "cursor_paper"),
    ("chosen", "chosen_paper"),
)
"""Every (text, ground) that is drawn."""

GREY, BLACK, CYAN, BLUE = "#aaaaaa", "#000000", "#00aaaa", "#0000aa"

PALETTES: dict[str, Palette] = {
    "dark": Palette(
        paper="#1c1c1c", ink="#e4e4e4", strong="#ffffff", quiet="#bcbcbc", key="#87d7ff", good="#afd787",
        partly="#ffd787", later="#87d7ff", alert="#ffd75f", bar="#ffffff", bar_paper="#005f87",
        cursor="#000000", cursor_paper="#ffd75f", chosen="#ffffff", chosen_paper="#005f87",
    ),
    "light": Palette(
        paper="#ffffff", ink="#1c1c1c", strong="#000000", quiet="#444444", key="#005f87", good="#005f00",
        partly="#5f0087", later="#005f87", alert="#870000", bar="#ffffff", bar_paper="#005f87",
        cursor="#ffffff", cursor_paper="#00005f", chosen="#000000", chosen_paper="#d7d7ff",
    ),
    "contrast": Palette(
        paper="#000000", ink="#ffffff", strong="#ffff00", quiet="#ffffff", key="#ffff00", good="#ffffff",
        partly="#ffffff", later="#ffffff", alert="#ffff00", bar="#000000", bar_paper="#ffff00",
        cursor="#000000", cursor_paper="#ffff00", chosen="#000000", chosen_paper="#ffffff",
    ),
    "dark-console": Palette(
        paper=BLACK, ink=GREY, strong=GREY, quiet=GREY, key=CYAN, good=GREY, partly=GREY, later=GREY, alert=GREY,
        bar=BLACK, bar_paper=CYAN, cursor=BLACK, cursor_paper=GREY, chosen=BLACK, chosen_paper=CYAN,
    ),
    "light-console": Palette(
        paper=GREY, ink=BLACK, strong=BLUE, quiet=BLACK, key=BLUE, good=BLACK, partly=BLACK, later=BLACK,
        alert=BLUE, bar=GREY, bar_paper=BLUE, cursor=GREY, cursor_paper=BLACK, chosen=GREY, chosen_paper=BLUE,
    ),
    "contrast-console": Palette(
        paper=BLACK, ink=GREY, strong=GREY, quiet=GREY, key=GREY, good=GREY, partly=GREY, later=GREY, alert=GREY,
        bar=BLACK, bar_paper=GREY, cursor=BLACK, cursor_paper=GREY, chosen=BLACK, chosen_paper=CYAN,
    ),
}  # fmt: skip


def has_few_colours(environment: dict[str, str] | None = None) -> bool:
    """Whether the terminal is a bare console: sixteen colours or fewer."""
    term = (os.environ if environment is None else environment).get("TERM", "")
    return term in ("linux", "console", "vt100", "vt220", "ansi", "dumb") or term.startswith("linux-")


def palette_name(theme: str, *, console: bool) -> str:
    """The palette of a theme of the settings (``dark``, ``light``, ``contrast``) on this kind of terminal."""
    return f"{theme}-console" if console else theme


def variables(palette: Palette) -> dict[str, str]:
    """The palette as style-sheet variables: ``$bar-paper`` and so on."""
    return {f.name.replace("_", "-"): getattr(palette, f.name) for f in fields(Palette)}


_BOLD = frozenset({"strong", "key", "good", "partly", "later", "alert", "bar", "cursor"})


def role_styles(name: str) -> dict[str, Style]:
    """Role -> how its text is drawn in the palette `name`: its colour, its ground, whether it is bold.

    On the VGA palette bold makes a colour bright: dark grey of black, which no longer stands out from its ground.
    """
    from rich.style import Style

    palette = PALETTES[name]
    flat = frozenset({"bar", "cursor"}) if name.endswith("-console") else frozenset()
    bold = frozenset() if name == "light-console" else _BOLD - flat
    return {
        role: Style.parse(
            f"{'bold ' if role in bold else ''}{getattr(palette, role)} on {getattr(palette, ground)}"
        )
        for role, ground in PAIRS
    }


def toolkit_theme(name: str) -> Theme:
    """The palette `name` as a theme of the toolkit."""
    from textual.theme import Theme

    palette = PALETTES[name]
    return Theme(
        name=f"kiosk-{name}",
        primary=palette.key,
        secondary=palette.quiet,
        accent=palette.key,
        foreground=palette.ink,
        background=palette.paper,
        surface=palette.paper,
        panel=palette.paper,
        success=palette.good,
        warning=palette.partly,
        error=palette.alert,
        dark=not name.startswith("light"),
        variables=variables(palette),
    )


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, « contrast ratio »)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2, « relative luminance »)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
