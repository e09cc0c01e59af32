"""Every text can be told from its ground, in every theme and on every kind of terminal."""

from __future__ import annotations

import pytest

from kiosk.candidate import themes
from kiosk.settings import THEMES

VGA = {"#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa"}
CUBE = {0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF}
GREYS = {8 + 10 * step for step in range(24)}


@pytest.mark.parametrize("name", themes.PALETTES)
@pytest.mark.parametrize("pair", themes.PAIRS, ids="/".join)
def test_every_text_stands_out(name: str, pair: tuple[str, str]) -> None:
    palette = themes.PALETTES[name]
    least = 7.0 if name.startswith("contrast") else 4.5
    assert themes.contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) >= least


def test_every_role_is_checked() -> None:
    checked = {role for pair in themes.PAIRS for role in pair}
    assert checked == set(themes.Palette.__slots__)


def test_every_theme_of_the_settings_has_both_palettes() -> None:
    for theme in THEMES:
        for console in (False, True):
            assert themes.palette_name(theme, console=console) in themes.PALETTES


@pytest.mark.parametrize("name", themes.PALETTES)
def test_no_terminal_changes_the_colours(name: str) -> None:
    for colour in themes.variables(themes.PALETTES[name]).values():
        if name.endswith("-console"):
            assert colour in VGA
        else:
            channels = {int(colour[i : i + 2], 16) for i in (1, 3, 5)}
            assert channels <= CUBE or (len(channels) == 1 and channels <= GREYS)


@pytest.mark.parametrize(
    ("term", "few"), [("linux", True), ("xterm-256color", False), ("linux-16color", True), ("", False)]
)
def test_the_bare_console_is_known(term: str, few: bool) -> None:
    assert themes.has_few_colours({"TERM": term}) is few


def test_contrast_is_that_of_wcag() -> None:
    assert themes.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert themes.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
