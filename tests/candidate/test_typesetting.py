"""Lines break at ordinary spaces only, lose nothing, and hold only glyphs of console fonts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.candidate.editing import Typing, folded, line_of
from kiosk.candidate.typesetting import fit, glyphs, wrap
from tests.candidate.support import CONSOLE_GLYPHS

WORDS = st.lists(
    st.from_regex(r"[abé'«»:;]([abé'«»:;\u00a0\u202f]{0,28}[abé'«»:;])?", fullmatch=True), max_size=30
)


def test_a_colon_never_parts_from_its_word() -> None:
    assert wrap("voici un mot\u00a0: suite", 12) == ("voici un", "mot\u00a0: suite")


@given(WORDS, st.integers(31, 60))
def test_nothing_is_lost_and_no_line_is_too_long(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width)
    assert "".join("".join(lines).split(" ")) == "".join(words)
    assert all(len(line) <= width for line in lines)


@given(st.text("abc \n", max_size=200), st.integers(4, 40))
def test_a_typed_text_is_shown_whole(text: str, width: int) -> None:
    lines = folded(text, width)
    assert all(len(line.text) <= width for line in lines)
    assert "".join(line.text for line in lines) == text.replace("\n", "")
    for caret in range(len(text) + 1):
        line = lines[line_of(lines, caret)]
        assert line.start <= caret <= line.start + len(line.text)


def test_what_is_too_long_is_cut_visibly() -> None:
    assert fit("Second dossier du même ordinateur", 10) == "Second do…"
    assert fit("court", 10) == "court"


def test_glyphs_that_fonts_lack_get_a_look_alike() -> None:
    assert set(glyphs("⇧ □ ✓ ► \u2009")) <= CONSOLE_GLYPHS


@given(st.lists(st.sampled_from(["left", "right", "home", "end", "backspace", "delete", "ctrl+u", "x", "é"])))
def test_the_caret_stays_in_the_text(keys: list[str]) -> None:
    typing = Typing(limit=12)
    for key in keys:
        typing = typing.after_key(key) or typing.typed(key)
        assert 0 <= typing.caret <= len(typing.text) <= 12


def test_editing_keys_do_what_they_say() -> None:
    typing = Typing().typed("bonjou").typed("r").moved(3)
    assert typing.typed("X").text == "bonXjour"
    assert (found := typing.after_key("backspace")) is not None
    assert found.text == "bojour"
    assert (found := typing.after_key("delete")) is not None
    assert found.text == "bonour"
    assert typing.after_key("f3") is None
