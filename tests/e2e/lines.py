"""A person at a plain terminal: hears lines, types lines. A real pty, so that keys that send signals are real too."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterable, Mapping

from itembank.typography import plain


class Lines:
    """One run of a program that speaks in lines. `said` is what was said since the last typed line."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=dict(environment), start_new_session=True
        )
        os.close(theirs)
        self._pty = ours
        self.said = ""
        self.everything = ""

    def hear(self, words: str, seconds: float = 30.0) -> Lines:
        """Wait until `words` were said since the last typed line."""
        until = time.monotonic() + seconds
        while words not in plain(self.said):
            left = until - time.monotonic()
            assert left > 0, f"never said {words!r}:\n{self.said}"
            self._read(min(left, 0.2))
        return self

    def _read(self, seconds: float) -> None:
        if not select.select([self._pty], [], [], seconds)[0]:
            return
        try:
            text = os.read(self._pty, 65536).decode(errors="replace").replace("\r\n", "\n")
        except OSError:
            raise AssertionError(f"the program is gone:\n{self.said}") from None
        self.said += text
        self.everything += text

    def hear_one_of(self, several: Iterable[str], seconds: float = 30.0) -> Lines:
        """Wait until one of several was said since the last typed line, French spacing aside."""
        several = tuple(several)
        until = time.monotonic() + seconds
        while not any(words in plain(self.said) for words in several):
            assert time.monotonic() < until, f"said none of {several}:\n{self.said}"
            self._read(0.2)
        return self

    def prompted(self, seconds: float = 30.0) -> Lines:
        """Wait until something is asked, whatever it is: the last line that was said stays open."""
        until = time.monotonic() + seconds
        while not self.said.rpartition("\n")[2].endswith(" "):
            assert time.monotonic() < until, f"nothing is asked:\n{self.said}"
            self._read(0.2)
        return self

    def type(self, line: str) -> Lines:
        """Type a line; what is said from here on is new."""
        self.said = ""
        os.write(self._pty, f"{line}\n".encode())
        return self

    def press(self, raw: bytes) -> Lines:
        """Press keys without Enter."""
        os.write(self._pty, raw)
        return self

    def answer(self, prompt: str, line: str) -> Lines:
        """Wait for a prompt, then type."""
        return self.hear(prompt).type(line)

    def ended(self, seconds: float = 20.0) -> int:
        """The exit code, once the program has ended."""
        return self.process.wait(seconds)

    def close(self) -> None:
        """End it, however it stands."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._pty)

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
