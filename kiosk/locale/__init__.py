"""The interface's words: one TOML catalogue a room and a language, French first, English second.

A sentence is found by a dotted key whose first part names the file: ``t("errors.bank.corrupt")`` reads
``[bank] corrupt`` in ``<language>/errors.toml``. Slots are ``{name}``. A sentence that counts is a table
with ``one`` and ``other``, chosen by the parameter ``n`` (French: 0 and 1 are singular).

The catalogues are written with ordinary spaces; `typography.french` puts the non-breaking ones.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from itembank.typography import french

LANGUAGES = ("fr", "en")
_HERE = Path(__file__).parent

_current = os.environ.get("KIOSK_LANG", "fr") if os.environ.get("KIOSK_LANG", "fr") in LANGUAGES else "fr"


def set_language(language: str) -> None:
    """Choose the interface's language for this process; unknown ones fall back to French."""
    global _current
    _current = language if language in LANGUAGES else "fr"


def language() -> str:
    """The interface's current language, ``fr`` or ``en``."""
    return _current


@cache
def catalogue(lang: str, room: str) -> dict[str, Any]:
    """One catalogue file, parsed: nested tables of sentences."""
    # Not importlib.resources: it would cost the candidate's start a tenth of its time.
    return tomllib.loads((_HERE / lang / f"{room}.toml").read_text(encoding="utf-8"))


@cache
def _sentence(lang: str, key: str) -> str | dict[str, str]:
    room, *path = key.split(".")
    found: Any = catalogue(lang, room)
    for part in path:
        found = found[part]
    if isinstance(found, str):
        return french(found) if lang == "fr" else found
    if isinstance(found, dict) and {"one", "other"} <= found.keys():
        return {k: french(v) if lang == "fr" else v for k, v in found.items()}
    raise KeyError(key)


def t(key: str, /, **params: object) -> str:
    """The sentence of `key` in the interface's language, its slots filled.

    Raises KeyError for a key that no catalogue holds: a missing sentence is a defect, not a fallback.
    """
    lang = _current
    sentence = _sentence(lang, key)
    if isinstance(sentence, dict):
        n = params["n"]
        assert isinstance(n, (int, float))  # noqa: S101 - the catalogue's own contract
        singular = abs(n) < 2 if lang == "fr" else n == 1
        sentence = sentence["one" if singular else "other"]
    return sentence.format(**params) if params else sentence


def has(key: str, lang: str | None = None) -> bool:
    """Whether a sentence exists for `key`."""
    try:
        _sentence(lang or _current, key)
    except (KeyError, FileNotFoundError):
        return False
    return True
