"""Entry point of the `kiosk` command."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import partial

_SCREENS = frozenset({"start", "demo"})
_PLAIN = frozenset({"--locked", "--linear"})


def main() -> None:
    """Run a command; foreseen failures end with their sentence and their exit code, never a traceback."""
    if _SCREENS.intersection(sys.argv[1:]):
        # Keys typed while Python loads must not kill the kiosk: this comes before every heavy import.
        from kiosk.candidate.keyboard_guard import guard

        guard()
    from kiosk.ending import ended

    if sys.argv[1:2] == ["start"] and _PLAIN.issuperset(sys.argv[2:]):
        _without_network_code()
        # The candidate's screen has nothing to parse: without the command line's machinery it paints sooner.
        sys.exit(ended(_start))
    _speak()
    from kiosk.cli import app

    sys.exit(ended(partial(app, prog_name="kiosk")))


def _without_network_code() -> None:
    """Leave out what only a network needs: the candidate's screen never opens a connection.

    `asyncio` and `hashlib` do without these modules when they cannot be imported; each would map a second OpenSSL into
    memory beside the one that `cryptography` brings.
    """
    for name in ("ssl", "_ssl", "_hashlib"):
        sys.modules[name] = None  # type: ignore[assignment]


def _start() -> None:
    """`kiosk start`, as `kiosk.commands.start` would run it."""
    from kiosk.candidate.launch import launch
    from kiosk.locale import set_language
    from kiosk.settings import load

    settings = load()
    set_language(os.environ.get("KIOSK_LANG") or settings.language)
    sys.exit(launch(settings, locked="--locked" in sys.argv, linear="--linear" in sys.argv))


def _speak() -> None:
    """Choose the interface's language before any sentence is made: --lang, KIOSK_LANG, then the settings."""
    from pathlib import Path

    from kiosk.errors import Failure
    from kiosk.locale import set_language
    from kiosk.settings import load

    words = sys.argv[1:]
    if asked := _option(words, "--lang"):
        set_language(asked)
    elif not os.environ.get("KIOSK_LANG"):
        named = _option(words, "--config")
        # What is wrong with the settings is said by the command itself, in the language known so far.
        with suppress(Failure):
            set_language(load(Path(named) if named else None).language)


def _option(words: list[str], name: str) -> str | None:
    """The value of an option given as two words or as one with ``=``."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == name:
            return following
        if word.startswith(f"{name}="):
            return word.removeprefix(f"{name}=")
    return None


if __name__ == "__main__":
    main()
