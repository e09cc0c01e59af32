"""Both languages say the same things, and every sentence that the code asks for exists."""

from __future__ import annotations

import re
import string
from pathlib import Path

import kiosk.candidate
from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions import _WIDGETS
from kiosk.locale import catalogue, has, t

ROOT = Path(kiosk.candidate.__file__).parent
LITERAL = re.compile(r"""["'](candidate\.[a-z0-9_.]+)["']""")
INTERPOLATED = re.compile(r"""f["']candidate\.([a-z0-9_.]*)\{""")


def sentences(lang: str) -> dict[str, str]:
    """Dotted key -> sentence, the forms of a count apart."""

    def walk(found: dict[str, object], path: str) -> dict[str, str]:
        flat: dict[str, str] = {}
        for key, value in found.items():
            if isinstance(value, dict):
                flat |= walk(value, f"{path}{key}.")
            else:
                flat[path + key] = str(value)
        return flat

    return walk(catalogue(lang, "candidate"), "")


def slots(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def sources() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(ROOT.rglob("*.py"))]


def test_both_languages_have_the_same_keys() -> None:
    assert sentences("fr").keys() == sentences("en").keys()


def test_both_languages_fill_the_same_slots() -> None:
    english = sentences("en")
    for key, french in sentences("fr").items():
        assert slots(french) == slots(english[key]), key


def test_every_sentence_asked_for_exists() -> None:
    asked = {key for source in sources() for key in LITERAL.findall(source)}
    assert len(asked) > 80
    missing = {key for key in asked for lang in ("fr", "en") if not has(key, lang)}
    assert not missing


def test_every_family_of_sentences_exists() -> None:
    keys = sentences("fr")
    for source in sources():
        for prefix in INTERPOLATED.findall(source):
            assert any(key.startswith(prefix) for key in keys), prefix


def test_every_hint_and_every_help_is_worded() -> None:
    for lang in ("fr", "en"):
        for hint in Hint:
            assert t(f"candidate.keyline.{hint}.key", lang=lang)
            assert t(f"candidate.keyline.{hint}.does", lang=lang)
        for interaction in _WIDGETS:
            assert t(f"candidate.help.{interaction}", lang=lang)


def test_no_sentence_is_idle() -> None:
    """A sentence that nothing asks for is a leftover."""
    text = "\n".join(sources())
    asked = set(LITERAL.findall(text))
    families = tuple(f"candidate.{prefix}" for prefix in INTERPOLATED.findall(text))
    idle = []
    for key in sentences("fr"):
        counted = "candidate." + re.sub(r"\.(one|other)$", "", key)
        if counted not in asked and not f"candidate.{key}".startswith(families):
            idle.append(key)
    assert not idle


def test_nobody_is_told_that_they_are_wrong() -> None:
    for lang in ("fr", "en"):
        for key, sentence in sentences(lang).items():
            assert not re.search(r"\b(faux|fausse|erroné|échoué|wrong|failed)\b", sentence, re.IGNORECASE), (
                key
            )
