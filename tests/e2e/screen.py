"""A real terminal for the real program: a pty, a terminal emulator that keeps the screen, and keys as they are typed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyte

KEYS = {
    "enter": "\r",
    "space": " ",
    "tab": "\t",
    "backtab": "\x1b[Z",
    "esc": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "delete": "\x1b[3~",
    "backspace": "\x7f",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "ctrl+c": "\x03",
    "ctrl+q": "\x11",
    "ctrl+z": "\x1a",
    "ctrl+backslash": "\x1c",
}
"""Key names and what a terminal sends for them."""


class Screen:
    """One run of a program in a pseudo-terminal of `columns` x `rows`. Close it, or use it in a ``with`` block."""

    def __init__(
        self,
        command: list[str],
        environment: Mapping[str, str],
        columns: int = 80,
        rows: int = 24,
        term: str = "xterm-256color",
    ) -> None:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._master = master
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = bytearray()
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**environment, "TERM": term},
            start_new_session=True,
            close_fds=True,
        )
        os.close(slave)

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=20)
        os.close(self._master)

    # --- reading ---

    def pump(self, seconds: float) -> bool:
        """Take in what the program writes for at most `seconds`; whether anything came."""
        came = False
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0 or not came:
            ready, _, _ = select.select([self._master], [], [], max(0.0, left))
            if not ready:
                return came
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the program has gone
                return came
            if not data:
                return came
            self.raw += data
            self._stream.feed(_without_queries(data))
            came = True
            end = min(end, time.perf_counter() + 0.02)
        return came

    def first_byte(self, seconds: float) -> bool:
        """Wait until the program writes anything, without reading it; whether it did."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        return bool(ready)

    def send(self, data: bytes) -> None:
        """Bytes to the program's keyboard, without waiting."""
        os.write(self._master, data)

    @property
    def lines(self) -> list[str]:
        """The screen as it stands, special spaces made plain."""
        return [line.replace("\xa0", " ").replace("\u202f", " ").rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The screen in one string, each run of blanks made one, so that wrapped sentences can be found."""
        return re.sub(r"\s+", " ", " ".join(line.strip(" │║┃|") for line in self.lines))

    def wait_for(self, wanted: str | Callable[[Screen], bool], seconds: float = 15.0) -> Screen:
        """Wait until a text stands on the screen (or a condition holds). Raises AssertionError with the screen."""
        check = wanted if callable(wanted) else lambda screen: wanted in screen.text
        end = time.perf_counter() + seconds
        while not check(self):
            if time.perf_counter() > end or (self.process.poll() is not None and not self.pump(0.05)):
                shown = "\n".join(self.lines)
                raise AssertionError(f"never saw {wanted!r} (program: {self.process.poll()}):\n{shown}")
            self.pump(0.05)
        return self

    def settle(self, quiet: float = 0.15, seconds: float = 5.0) -> Screen:
        """Wait until nothing has changed for `quiet` seconds."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and self.pump(quiet):
            pass
        return self

    # --- typing ---

    def press(self, *keys: str) -> Screen:
        """Press keys by name, one after the other, each taken in before the next."""
        for key in keys:
            os.write(self._master, KEYS[key].encode())
            self.pump(0.12)
        return self

    def press_together(self, *keys: str) -> Screen:
        """Press keys for what is in front now, by name or by character, as fast as the terminal hands them over."""
        os.write(self._master, "".join(KEYS.get(key, key) for key in keys).encode())
        self.pump(0.5)
        return self

    def type(self, text: str) -> Screen:
        """Type a text."""
        os.write(self._master, text.encode())
        self.pump(0.15)
        return self

    # --- ends ---

    def kill(self) -> None:
        """SIGKILL to the program and all it started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def terminate(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        end = time.perf_counter() + 20
        while self.process.poll() is None and time.perf_counter() < end:
            self.pump(0.05)
        return self.process.wait(timeout=1)

    def resident_kib(self) -> int:
        """Resident memory of the program now, in KiB (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


_QUERIES = re.compile(rb"\x1b\[[<>=?][0-9;]*[a-zA-Z$]+|\x1b\[>[0-9;]*[a-z]|\x1b\[\?[0-9;]*\$p")


def _without_queries(data: bytes) -> bytes:
    """`data` less the private sequences that the emulator does not know and would print."""
    return _QUERIES.sub(b"", data)
