"""The criterion of NB.SI and its kin: « oui », « >=10 », « <>non », « ma* »; and wildcards for those that search.

`*` stands for any characters, `?` for one, `~` before either for itself; case is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from itembank.tasks.formula import notation
from itembank.tasks.formula.values import Scalar, order, same_kind, same_text
from itembank.tasks.words import typeable

_OPERATOR = re.compile(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)
_PIECE = re.compile(r"~[*?~]|.", re.DOTALL)
_HOLDS: dict[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}

Test = Callable[[Scalar], bool]


def criterion(wanted: Scalar) -> Test:
    """The test that `wanted` asks for; a blank cell asks for 0."""
    if wanted is None:
        wanted = 0.0
    if not isinstance(wanted, str):
        return _equal_to(wanted)
    operator, rest = _OPERATOR.fullmatch(wanted).groups()  # type: ignore[union-attr]  # matches any text
    if operator in _HOLDS:
        return _compared(_HOLDS[operator], _read(rest))
    test = _equal_to(_read(rest)) if rest else (_is_blank if operator else _is_empty)
    if operator == "<>":
        return lambda value: not test(value)
    return test


def matches(pattern: str, text: str) -> bool:
    """Whether `text` as a whole matches `pattern`; the time taken is at most proportional to both lengths' product."""
    segments = _segments(typeable(pattern).casefold())
    text = typeable(text).casefold()
    if len(segments) == 1:
        return len(segments[0]) == len(text) and _fits(segments[0], text, 0)
    first, *middle, last = segments
    end = len(text) - len(last)
    position = len(first)
    if position > end or not _fits(first, text, 0) or not _fits(last, text, end):
        return False
    for segment in middle:  # the leftmost place is always good enough
        while not _fits(segment, text, position):
            position += 1
            if position + len(segment) > end:
                return False
        position += len(segment)
    return position <= end


def found_at(pattern: str, text: str, start: int) -> int | None:
    """Where, from `start` on (counted from 0), the first piece of `text` that matches `pattern` begins; None: nowhere.

    The time taken is at most proportional to both lengths' product: when what follows the first segment cannot be
    found after one place, it cannot be found after a later one.
    """
    first, *others = _segments(_level(pattern))
    text = _level(text)
    for place in range(start, len(text) - len(first) + 1):
        if not _fits(first, text, place):
            continue
        position = place + len(first)
        for segment in others:
            while not _fits(segment, text, position):
                position += 1
                if position + len(segment) > len(text):
                    return None
            position += len(segment)
        return place
    return None


def _level(text: str) -> str:
    """`text` without its case, every character still in its place."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in typeable(text))


def _segments(pattern: str) -> list[list[str | None]]:
    """The pattern cut at each *; in a segment None is any one character."""
    segments: list[list[str | None]] = [[]]
    for piece in _PIECE.findall(pattern):
        if piece == "*":
            segments.append([])
        else:
            segments[-1].append(None if piece == "?" else piece[-1])
    return segments


def _fits(segment: list[str | None], text: str, position: int) -> bool:
    if position + len(segment) > len(text):
        return False
    return all(wanted is None or text[position + index] == wanted for index, wanted in enumerate(segment))


def _read(text: str) -> Scalar:
    number = notation.read_number(text)
    if number is not None:
        return number
    boolean = notation.read_boolean(text)
    return text if boolean is None else boolean


def _equal_to(wanted: Scalar) -> Test:
    if isinstance(wanted, str):
        if any(wildcard in wanted for wildcard in "*?~"):
            return lambda value: isinstance(value, str) and matches(wanted, value)
        return lambda value: isinstance(value, str) and same_text(wanted, value)
    if isinstance(wanted, float):
        return lambda value: _as_number(value) is not None and order(_as_number(value), wanted) == 0
    return lambda value: same_kind(value, wanted) and value == wanted


def _compared(holds: Callable[[int], bool], wanted: Scalar) -> Test:
    def test(value: Scalar) -> bool:
        return same_kind(value, wanted) and holds(order(value, wanted))

    return test


def _as_number(value: Scalar) -> float | None:
    if isinstance(value, str):
        return notation.read_number(value)
    return value if isinstance(value, float) else None


def _is_blank(value: Scalar) -> bool:
    return value is None


def _is_empty(value: Scalar) -> bool:
    return value is None or value == ""
