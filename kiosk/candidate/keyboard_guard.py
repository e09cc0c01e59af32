"""Keys pressed while Python loads must not kill the kiosk. Standard library only: this runs before every import.

`guard()` ignores the signals that keys and a closing terminal send and makes the terminal raw enough that no key
can send one; `take_lines()` lets whole lines be typed again; `restore()` gives the terminal back as it was. Without a terminal both do nothing to it.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Any

_IGNORED = ("SIGINT", "SIGQUIT", "SIGTSTP", "SIGHUP")
_WAITING = {"fr": "Veuillez patienter…", "en": "Please wait…"}

_before: list[Any] | None = None
_registered = False


def guard() -> None:
    """Ignore the keyboard's signals, make the terminal raw, say that one must wait. Harmless when called again."""
    global _registered
    ignore_signals()
    if not _make_raw():
        return
    if not _registered:
        _registered = True
        atexit.register(restore)
        # Python's own way out of SIGTERM skips `atexit`, and would leave the terminal raw while modules load.
        signal.signal(signal.SIGTERM, _leave)
    _say_wait()


def take_lines() -> None:
    """Give the terminal back its lines, echo and corrections, but no key that sends a signal: for the linear mode."""
    global _registered
    ignore_signals()
    _make_raw()
    if _before is None:
        return
    import termios

    if not _registered:
        _registered = True
        atexit.register(restore)
    # Python's own way out of SIGTERM skips `finally`; a raised exit lets the sitting note its pause.
    signal.signal(signal.SIGTERM, _leave)
    lines = [*_before[:6], list(_before[6])]
    lines[3] = (lines[3] | termios.ICANON | termios.ECHO) & ~termios.ISIG
    with suppress(termios.error, ValueError, OSError):
        termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSADRAIN, lines)  # type: ignore[union-attr]


def ignore_signals() -> None:
    """Ignore what keys and a closing terminal send; the screens call it again, since the toolkit takes some back."""
    for name in _IGNORED:
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, signal.SIG_IGN)


def restore() -> None:
    """Give the terminal back as `guard` found it."""
    global _before
    if _before is None:
        return
    import termios

    with suppress(termios.error, ValueError, OSError):  # where it is gone there is nothing to give back
        termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSADRAIN, _before)  # type: ignore[union-attr]
    _before = None


def _make_raw() -> bool:
    """Whether there is a terminal, which is now raw: no signals, no lines, no echo, no stopping with Ctrl-S."""
    global _before
    try:
        import termios
    except ImportError:  # not a POSIX system
        return False
    try:
        descriptor = sys.__stdin__.fileno()  # type: ignore[union-attr]
        attributes = termios.tcgetattr(descriptor)
        if _before is None:
            _before = [*attributes[:6], list(attributes[6])]
        attributes[0] &= ~termios.IXON
        attributes[3] &= ~(termios.ISIG | termios.ICANON | termios.ECHO)
        attributes[6][termios.VMIN], attributes[6][termios.VTIME] = 1, 0
        termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
    except (termios.error, AttributeError, ValueError, OSError):
        return False
    return True


def _say_wait() -> None:
    language = os.environ.get("KIOSK_LANG", "fr")
    with suppress(UnicodeEncodeError, OSError, ValueError):  # a line that cannot be shown stops nothing
        sys.stdout.write(_WAITING.get(language, _WAITING["fr"]) + "\r\n")
        sys.stdout.flush()


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
