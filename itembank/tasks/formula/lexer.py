"""From a formula's text to its tokens, and the rule for commas.

`;` always separates arguments. What a comma is:

1. between two digits it is a decimal comma (`1,5`), unless rule 3 applies or the number already has its decimals;
2. anywhere else inside a function's parentheses it separates arguments (`MAX(A1,A2)`, `MAX(1, 5)`), provided that
   the formula has no `;` at all; with a `;` somewhere it is a fault;
3. directly inside a function's parentheses, in a formula without `;` whose function names are English (one at least
   that is only English, none that is only French), it separates even between digits: `SUM(1,5)` is 6, and
   `SOMME(1,5)` is 1,5; `MAX(1,5)`, whose name is both, is 1,5.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from itembank.tasks.formula import vocabulary
from itembank.tasks.formula.addresses import MOST_ROWS, cell_at, column_number
from itembank.tasks.formula.syntax import FormulaSyntaxFault
from itembank.tasks.formula.values import ErrorValue

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
_ERROR = re.compile("|".join(re.escape(error.value) for error in ErrorValue), re.IGNORECASE | re.ASCII)

_SIGNS = {"%": Kind.PERCENT, "(": Kind.OPEN, ")": Kind.CLOSE, ":": Kind.COLON, ";": Kind.SEPARATOR}


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, a formula with its leading =, without it and without white space; raises `FormulaSyntaxFault`."""
    if not text.startswith("="):
        raise FormulaSyntaxFault("formula.no_equals_sign", 0)
    if len(text) > LONGEST_FORMULA:
        raise FormulaSyntaxFault("formula.too_long", LONGEST_FORMULA, limit=LONGEST_FORMULA)
    return _Lexer(text).tokens()


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        bare = _QUOTED.sub('""', text)
        self.has_semicolon = ";" in bare
        self.english = vocabulary.are_english(_CALLED.findall(bare))
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
            if self.has_semicolon:
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
        separates = self.english and not self.has_semicolon and bool(self.calls) and self.calls[-1]
        match = None if separates else _COMMA_NUMBER.match(self.text, start)
        match = match or _NUMBER.match(self.text, start)
        return Token(Kind.NUMBER, match[0], start) if match else None

    def _name(self, start: int) -> Token:
        match = _NAME.match(self.text, start)
        if match is None:
            raise FormulaSyntaxFault("formula.character", start, character=self.text[start])
        return Token(Kind.NAME, match[0], start)
