"""From the first instant no key kills the kiosk, and the terminal is given back as it was."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

WAITS = """
import sys, time
from kiosk.candidate.keyboard_guard import guard
guard()
time.sleep(60 if "wait" in sys.argv else 0)
"""
ISIG, ICANON, ECHO = termios.ISIG, termios.ICANON, termios.ECHO


class Guarded:
    """A guarded program in a pseudo-terminal."""

    def __init__(self, *arguments: str, language: str = "fr") -> None:
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            [sys.executable, "-c", WAITS, *arguments],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=os.environ | {"KIOSK_LANG": language},
            start_new_session=True,
        )

    def __enter__(self) -> Guarded:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def read(self) -> str:
        return os.read(self.master, 4096).decode()

    def flags(self) -> int:
        return int(termios.tcgetattr(self.slave)[3])


@pytest.mark.parametrize(("language", "words"), [("fr", "Veuillez patienter…"), ("en", "Please wait…")])
def test_it_says_to_wait(language: str, words: str) -> None:
    with Guarded("wait", language=language) as program:
        assert program.read().strip() == words


def test_no_key_and_no_closing_signal_kills() -> None:
    with Guarded("wait") as program:
        program.read()
        assert not program.flags() & (ISIG | ICANON | ECHO)
        os.write(program.master, b"\x03\x1c\x1a\x13")
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGHUP):
            program.process.send_signal(number)
        time.sleep(0.2)
        assert program.process.poll() is None


@pytest.mark.parametrize("how", ["end", "term"])
def test_the_terminal_is_given_back(how: str) -> None:
    with Guarded(*(["wait"] if how == "term" else [])) as program:
        program.read()
        if how == "term":
            program.process.send_signal(signal.SIGTERM)
        assert program.process.wait(10) == 0
        assert termios.tcgetattr(program.slave)[:4] == program.before[:4]


def test_without_a_terminal_it_touches_nothing() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WAITS], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=20
    )
    assert ran.stdout == b""
    assert ran.stderr == b""


def test_it_loads_nothing_heavy() -> None:
    code = (
        "import sys; from kiosk.candidate.keyboard_guard import guard;"
        "assert not {'textual', 'rich', 'numpy', 'asyncio', 'sqlite3'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=20, cwd=Path(__file__).parents[2])
