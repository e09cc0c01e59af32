"""Lines out, lines in. A line that begins with « / » is a command, and commands work at every prompt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TextIO

from kiosk.locale import t


class Command(StrEnum):
    """What can be asked for at any prompt of a question, whatever the interface's language."""

    REPEAT = "repeat"
    HELP = "help"
    SKIP = "skip"
    PAUSE = "pause"
    STOP = "stop"


_WORDS = {
    "relire": Command.REPEAT,
    "repeat": Command.REPEAT,
    "aide": Command.HELP,
    "help": Command.HELP,
    "?": Command.HELP,
    "passer": Command.SKIP,
    "skip": Command.SKIP,
    "pause": Command.PAUSE,
    "fin": Command.STOP,
    "stop": Command.STOP,
}


class LineClosed(Exception):
    """There will be no more lines: the terminal is gone, or the input ended."""


class Console:
    """Plain lines on two text streams. An empty line between two things said lets a reader skip from one to the other."""

    def __init__(self, source: TextIO, target: TextIO) -> None:
        self._source = source
        self._target = target
        self.on_command: Callable[[Command], None] | None = None
        """Carries a command out and comes back, or raises to leave what is being asked."""

    def say(self, *lines: str) -> None:
        """Say lines, each in one write, so that a reader meets whole sentences. Raises LineClosed."""
        try:
            for line in lines:
                self._target.write(line + "\n")
            self._target.flush()
        except (OSError, ValueError) as gone:
            raise LineClosed from gone

    def heading(self, words: str) -> None:
        """Say that something new begins."""
        self.say("", words)

    def ask(self, prompt: str) -> str:
        """The line typed after `prompt`, stripped. A command is carried out, and the prompt comes again.

        « // » at the start of a line is a plain « / ». Raises LineClosed, and what `on_command` raises.
        """
        while True:
            typed = self.line(prompt)
            if typed.startswith("//"):
                return typed[1:]
            if not typed.startswith("/") or self.on_command is None:
                return typed
            # An unknown command is a call for help, never an answer kept by mistake.
            self.on_command(_WORDS.get(typed[1:].strip().casefold(), Command.HELP))

    def line(self, prompt: str) -> str:
        """The line typed after `prompt`, stripped, commands included. Raises LineClosed."""
        try:
            self._target.write(prompt.rstrip() + " ")
            self._target.flush()
            typed = self._source.readline()
        except (OSError, ValueError) as gone:
            raise LineClosed from gone
        if not typed.endswith("\n"):
            raise LineClosed
        return typed.strip()

    def choose(self, question: str, options: Iterable[str]) -> int:
        """The position (from 0) of the option whose number is typed. Raises LineClosed."""
        listed = list(options)
        self.say(
            question, *(t("linear.numbered", number=n, words=words) for n, words in enumerate(listed, 1))
        )
        while True:
            number = whole_number(self.ask(t("linear.ask.number")))
            if number is not None and 1 <= number <= len(listed):
                return number - 1
            self.say(t("linear.not_a_number", last=len(listed)))

    def sure(self, question: str) -> bool:
        """Whether the person says yes. Raises LineClosed."""
        return self.choose(question, (t("linear.yes"), t("linear.no"))) == 0


def whole_number(typed: str) -> int | None:
    """A typed whole number, None when it is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None


def whole_numbers(typed: str) -> list[int] | None:
    """Whole numbers separated by spaces, commas or « et » / « and »; None when something else stands there."""
    words = typed.replace(",", " ").replace(";", " ").split()
    found = [whole_number(word) for word in words if word.casefold() not in ("et", "and")]
    return None if any(n is None for n in found) else [n for n in found if n is not None]
