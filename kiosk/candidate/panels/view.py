"""A tool's view: tabs, lines, and what can be done with each. Values only; made anew from spec and state at each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class AskKind(StrEnum):
    """How a detail is given."""

    TEXT = "text"
    """One typed line."""
    LINES = "lines"
    """Several typed lines."""
    NUMBER = "number"
    """A typed whole number, from `low` to `high`."""
    ONE = "one"
    """One of `options`."""
    SEVERAL = "several"
    """Any of `options`."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to pick: the value that goes into the action, and its words."""

    value: Any
    words: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A detail that an action lacks: under which `key` it goes in, how it is asked for, and what it is now.

    `value` is the text to start from, the option's value in force, or the values in force. `free` lets an empty text count.
    """

    key: str
    words: str
    kind: AskKind = AskKind.TEXT
    options: tuple[Option, ...] = ()
    value: Any = None
    low: int = 0
    high: int = 0
    hint: str = ""
    free: bool = False

    def number(self, typed: str) -> int | None:
        """The whole number of `typed`; None when it is none, or not from `low` to `high`."""
        digits = typed.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            return None
        return int(typed) if self.low <= int(typed) <= self.high else None


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that can be done: its words, the action it makes, the details still to be asked, in order.

    `told` is what to say when it was done; empty when the view itself shows it.
    """

    words: str
    action: Mapping[str, Any]
    asks: tuple[Ask, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `doings` are what can be done with it, the most usual first: Enter does it when it is the only one, or when
    the line `opens`; the others are then under F5.

    `role` is a role of the themes (ink, strong, quiet, alert, chosen…); what it says must also stand in `text`. `mark` stands
    before the text, in the indent. A line without doings can be read but not acted on.
    """

    text: str
    doings: tuple[Doing, ...] = ()
    role: str = "ink"
    indent: int = 0
    mark: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A place one can turn to."""

    words: str
    here: bool
    doing: Doing


@dataclass(frozen=True, slots=True)
class View:
    """The tool as it stands.

    `title` says what it is, `bar` a line that is always in sight (an address, a path), `tabs` the places beside this one,
    `doings` what can be done wherever one is. `unfinished` says what is half done and would not count; `anchor` is the number
    of the line on which attention starts when the place has changed. `place` names what is in sight: while it stays, the
    cursor does.
    """

    title: str
    lines: tuple[Line, ...]
    tabs: tuple[Tab, ...] = ()
    doings: tuple[Doing, ...] = ()
    bar: str = ""
    unfinished: str = ""
    place: str = ""
    anchor: int = 0
    empty: str = field(default="")
    """What is said where there is no line."""
