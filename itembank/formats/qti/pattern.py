"""Regular expressions of `patternMatch`, matched in time linear in the text.

XML Schema regular expressions (W3C XML Schema 1.0 part 2, appendix F) are compiled to a Thompson automaton, which
never backtracks: no pattern of an imported item can hang the kiosk. Character-class subtraction is not supported and
is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from itembank.formats.faults import Refused

MAX_STATES = 4000
MAX_PATTERN_LENGTH = 2000

Test = Callable[[str], bool]

_NAME_START = "_:"
_CLASSES: dict[str, Test] = {
    "d": lambda c: unicodedata.category(c) == "Nd",
    "s": lambda c: c in " \t\n\r",
    "w": lambda c: unicodedata.category(c)[0] not in "PZC",
    "i": lambda c: c.isalpha() or c in _NAME_START,
    "c": lambda c: c.isalnum() or c in "_:.-\u00b7",
}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(slots=True)
class _State:
    """One state: a consuming test to `out`, or free moves to `free`."""

    test: Test | None = None
    out: int = -1
    free: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A fragment with its first state and the state it ends in (which has no exit yet)."""

    start: int
    end: int


class _Compiler:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.states: list[_State] = []

    def state(self) -> int:
        if len(self.states) >= MAX_STATES:
            raise Refused("pattern_size", limit=MAX_STATES)
        self.states.append(_State())
        return len(self.states) - 1

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        if not char:
            self.fail()
        self.at += 1
        return char

    def fail(self) -> None:
        raise Refused("pattern", pattern=self.pattern[:80], position=self.at)

    def link(self, source: int, *targets: int) -> None:
        self.states[source].free += targets

    def alternatives(self) -> _Piece:
        pieces = [self.sequence()]
        while self.peek() == "|":
            self.take()
            pieces.append(self.sequence())
        if len(pieces) == 1:
            return pieces[0]
        start, end = self.state(), self.state()
        for piece in pieces:
            self.link(start, piece.start)
            self.link(piece.end, end)
        return _Piece(start, end)

    def sequence(self) -> _Piece:
        start = end = self.state()
        while self.peek() and self.peek() not in "|)":
            piece = self.quantified()
            self.link(end, piece.start)
            end = piece.end
        return _Piece(start, end)

    def quantified(self) -> _Piece:
        begun = self.at
        piece = self.atom()
        ended = self.at
        low, high = self.quantity()
        if (low, high) == (1, 1):
            return piece
        source = self.pattern[begun:ended]

        def again() -> _Piece:
            inner = _Compiler(source)
            inner.states = self.states
            return inner.atom()

        start = end = self.state()
        copies = [piece, *(again() for _ in range(max(low, high or low, 1) - 1))]
        if high is None:
            if low == 0:
                last = piece
            else:
                for copy in copies[:low]:
                    self.link(end, copy.start)
                    end = copy.end
                last = copies[low - 1]
                self.link(last.end, last.start)
                return _Piece(start, end)
            exit_ = self.state()
            self.link(start, last.start, exit_)
            self.link(last.end, last.start, exit_)
            return _Piece(start, exit_)
        exit_ = self.state()
        if high == 0:
            self.link(start, exit_)
            return _Piece(start, exit_)
        for i, copy in enumerate(copies):
            if i >= low:
                self.link(end, exit_)
            self.link(end, copy.start)
            end = copy.end
        self.link(end, exit_)
        return _Piece(start, exit_)

    def quantity(self) -> tuple[int, int | None]:
        """Bounds of the quantifier that follows, (1, 1) when there is none; None is without end."""
        char = self.peek()
        if char and char in "?*+":
            self.take()
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[char]
        if char != "{":
            return (1, 1)
        close = self.pattern.find("}", self.at)
        inside = self.pattern[self.at + 1 : close] if close > 0 else ""
        low, comma, high = inside.partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()) or len(inside) > 9:
            self.fail()
        self.at = close + 1
        first = int(low)
        last = (int(high) if high else None) if comma else first
        if max(first, last or 0) > MAX_STATES:
            raise Refused("pattern_size", limit=MAX_STATES)
        if last is not None and last < first:
            self.fail()
        return first, last

    def atom(self) -> _Piece:
        char = self.take()
        if char == "(":
            if self.peek() == "?":
                self.fail()
            piece = self.alternatives()
            if self.take() != ")":
                self.fail()
            return piece
        if char == "[":
            return self.consuming(self.bracket())
        if char == ".":
            return self.consuming(lambda c: c not in "\n\r")
        if char == "\\":
            return self.consuming(self.escape())
        if char in "?*+{})":
            self.at -= 1
            self.fail()
        return self.consuming(lambda c: c == char)

    def consuming(self, test: Test) -> _Piece:
        start, end = self.state(), self.state()
        self.states[start].test, self.states[start].out = test, end
        return _Piece(start, end)

    def escape(self) -> Test:
        char = self.take()
        if char in "pP":
            return self.property(char == "P")
        if char.lower() in _CLASSES and char.isalpha():
            test = _CLASSES[char.lower()]
            return test if char.islower() else lambda c: not test(c)
        literal = _ESCAPES.get(char, char)
        if char.isalnum() and char not in _ESCAPES:
            self.fail()
        return lambda c: c == literal

    def property(self, negated: bool) -> Test:
        if self.take() != "{":
            self.fail()
        close = self.pattern.find("}", self.at)
        name = self.pattern[self.at : close] if close > 0 else ""
        if not 1 <= len(name) <= 2 or name[0] not in "LMNPZSC":
            self.fail()
        self.at = close + 1
        return lambda c: unicodedata.category(c).startswith(name) != negated

    def bracket(self) -> Test:
        negated = self.peek() == "^"
        if negated:
            self.take()
        tests: list[Test] = []
        while self.peek() != "]" or not tests:
            low = self.take()
            if low == "[":
                self.fail()
            if low == "\\":
                test = self.escape()
                literal = next((c for c in "\\|.?*+(){}[]^-$/\n\r\t" if test(c)), "")
                if sum(map(test, "\\|.?*+(){}[]^-$/\n\r\t")) != 1 or test("a"):
                    tests.append(test)
                    continue
                low = literal
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.take()
                high = self.take()
                if high == "[":  # class subtraction
                    self.fail()
                if high == "\\":
                    high = _ESCAPES.get(self.peek(), self.peek())
                    self.take()
                if high < low:
                    self.fail()
                tests.append(lambda c, low=low, high=high: low <= c <= high)  # type: ignore[misc]
            else:
                tests.append(lambda c, low=low: c == low)  # type: ignore[misc]
        self.take()
        return lambda c: any(test(c) for test in tests) != negated


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `fullmatch` is anchored at both ends, as XML Schema patterns are."""

    states: tuple[_State, ...]
    start: int
    end: int

    def fullmatch(self, text: str) -> bool:
        """Whether the whole of `text` matches; time is len(text) x number of states at worst."""
        current = self._closure({self.start})
        for char in text:
            moved = {s.out for i in current if (s := self.states[i]).test is not None and s.test(char)}
            if not moved:
                return False
            current = self._closure(moved)
        return self.end in current

    def _closure(self, seeds: set[int]) -> set[int]:
        seen, waiting = set(seeds), list(seeds)
        while waiting:
            for target in self.states[waiting.pop()].free:
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return seen


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Pattern:
    """Compile an XML Schema regular expression. Raises Refused (`pattern`, `pattern_size`).

    Anchors `^` and `$` around the whole pattern, which authors often write, are redundant and dropped.
    """
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise Refused("pattern_size", limit=MAX_PATTERN_LENGTH)
    inner = pattern.removeprefix("^")
    if inner.endswith("$") and not inner.endswith("\\$"):
        inner = inner[:-1]
    compiler = _Compiler(inner)
    try:
        piece = compiler.alternatives()
    except RecursionError as fault:
        raise Refused("pattern_size", limit=MAX_STATES) from fault
    if compiler.peek():
        compiler.fail()
    return Pattern(tuple(compiler.states), piece.start, piece.end)
