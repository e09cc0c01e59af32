"""From a formula's text to its tokens, and what its commas mean.

`;` always separates arguments. Outside the parentheses of a function, a comma between two digits is a decimal comma.
Inside them it may also be meant as a separator, so there are two readings: *decimal*, where a comma between two digits
is a decimal comma and any other separates, and *separating*, where all separate. Which one is meant:

1. a formula with a `;` is read decimal, and a comma left over is a fault: `SOMME(1,5;2)` is 3,5;
2. a formula in English (one function name at least is only English, none is only French) is read separating:
   `SUM(1,5)` is 6;
3. any other is read decimal if that makes every comma a decimal one: `SOMME(1,5)` and `MAX(1,5)` are 1,5; but if it
   leaves one that separates, it is read separating, for nobody mixes the two: `SI(A1>10,1,0)` has three arguments.

When in 2 or 3 a function cannot take its arguments that way, the other reading holds: `MOD(17,5)` is 2, `INT(2,9)` is
2, and `SI(A1>1,5,"oui","non")` compares with 1,5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from itembank.tasks.formula import vocabulary
from itembank.tasks.formula.addresses import MOST_ROWS, cell_at, column_number
from itembank.tasks.formula.syntax import FormulaSyntaxFault
from itembank.tasks.formula.values import ENGLISH_ERRORS, ErrorValue

LONGEST_FORMULA = 500


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    TEXT = auto()
    ERROR = auto()
    NAME = auto()
    CELL = auto()
    COLUMNS = auto()  # B:C
    ROWS = auto()  # 2:3
    COLON = auto()
    OPERATOR = auto()
    PERCENT = auto()
    OPEN = auto()
    CLOSE = auto()
    SEPARATOR = auto()
    END = auto()


class Token(NamedTuple):
    """A piece of the formula: `text` stands at `start` (from 0) in it."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The position just after the token."""
        return self.start + len(self.text)


_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_CALLED = re.compile(r"([^\W\d][\w.]*)\s*\(")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA_NUMBER = re.compile(r"[0-9]+,[0-9]+(?:[eE][+-]?[0-9]+)?")
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?![\w.(])")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})(?![\w.($])")
_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})(?![\w.,($])")
_NAME = re.compile(r"[^\W\d][\w.]*")
_SIGN = re.compile(r"<=|>=|<>|[=<>+\-*/^&%():;]")
_ERROR = re.compile(
    "|".join(map(re.escape, (*(error.value for error in ErrorValue), *ENGLISH_ERRORS))),
    re.IGNORECASE | re.ASCII,
)

_SIGNS = {"%": Kind.PERCENT, "(": Kind.OPEN, ")": Kind.CLOSE, ":": Kind.COLON, ";": Kind.SEPARATOR}


def readings(text: str) -> Iterator[list[Token]]:
    """The tokens of `text`, a formula with its leading =, in one way or two, the likelier first; without the = and
    without white space. Raises `FormulaSyntaxFault`."""
    if not text.startswith("="):
        raise FormulaSyntaxFault("formula.no_equals_sign", 0)
    if len(text) > LONGEST_FORMULA:
        raise FormulaSyntaxFault("formula.too_long", LONGEST_FORMULA, limit=LONGEST_FORMULA)
    bare = _QUOTED.sub('""', text)
    if ";" in bare:
        yield _Lexer(text, separating=False, with_semicolons=True).tokens()
        return
    separating = _Lexer(text, separating=True).tokens()
    decimal = _Lexer(text, separating=False).tokens()
    english = vocabulary.are_english(_CALLED.findall(bare))
    mixed = any(token.kind is Kind.SEPARATOR for token in decimal)
    yield from (separating, decimal) if english or mixed else (decimal, separating)


class _Lexer:
    def __init__(self, text: str, *, separating: bool, with_semicolons: bool = False) -> None:
        self.text = text
        self.separating = separating
        self.with_semicolons = with_semicolons
        self.calls: list[bool] = []  # for each open parenthesis, whether a function's

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        position = 1
        while position < len(self.text):
            if self.text[position].isspace():
                position += 1
                continue
            token = self._token(position)
            if token.kind is Kind.OPEN:
                self.calls.append(bool(found) and found[-1].kind is Kind.NAME)
            elif token.kind is Kind.CLOSE and self.calls:
                self.calls.pop()
            found.append(token)
            position = token.end
        return found

    def _token(self, start: int) -> Token:
        character = self.text[start]
        if character == '"':
            match = _QUOTED.match(self.text, start)
            if match is None:
                raise FormulaSyntaxFault("formula.text_unclosed", start)
            return Token(Kind.TEXT, match[0], start)
        if character == ",":
            if self.with_semicolons:
                raise FormulaSyntaxFault("formula.comma", start)
            return Token(Kind.SEPARATOR, ",", start)
        if match := _SIGN.match(self.text, start):
            return Token(_SIGNS.get(match[0], Kind.OPERATOR), match[0], start)
        if match := _ERROR.match(self.text, start):
            return Token(Kind.ERROR, match[0], start)
        return self._reference(start) or self._number(start) or self._name(start)

    def _reference(self, start: int) -> Token | None:
        if (match := _CELL.match(self.text, start)) and cell_at(match[1], match[2]):
            return Token(Kind.CELL, match[0], start)
        if (
            (match := _COLUMNS.match(self.text, start))
            and column_number(match[1])
            and column_number(match[2])
        ):
            return Token(Kind.COLUMNS, match[0], start)
        if (match := _ROWS.match(self.text, start)) and all(1 <= int(match[i]) <= MOST_ROWS for i in (1, 2)):
            return Token(Kind.ROWS, match[0], start)
        return None

    def _number(self, start: int) -> Token | None:
        separates = self.separating and bool(self.calls) and self.calls[-1]
        match = None if separates else _COMMA_NUMBER.match(self.text, start)
        match = match or _NUMBER.match(self.text, start)
        return Token(Kind.NUMBER, match[0], start) if match else None

    def _name(self, start: int) -> Token:
        match = _NAME.match(self.text, start)
        if match is None:
            raise FormulaSyntaxFault("formula.character", start, character=self.text[start])
        return Token(Kind.NAME, match[0], start)
