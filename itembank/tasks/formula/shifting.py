"""Copying a formula: relative references move along, absolute ones ($) stay."""

from __future__ import annotations

import re
import unicodedata

from itembank.tasks.formula.addresses import MOST_COLUMNS, MOST_ROWS, column_letters, column_number
from itembank.tasks.formula.lexer import Kind, Token, readings
from itembank.tasks.formula.sheet import is_formula
from itembank.tasks.formula.syntax import FormulaSyntaxFault
from itembank.tasks.formula.values import ErrorValue

_PARTS = re.compile(r"(\$?)([A-Za-z]+)|(\$?)([0-9]+)|:")


def shifted(typed: str, columns: int, rows: int) -> str:
    """What a cell holds when `typed` is copied into it from `columns` to the left and `rows` above.

    The rest of the formula stays as it was written. A reference pushed off the sheet becomes #REF!. What is no
    formula, or an unreadable one, is copied as it is.
    """
    if not is_formula(typed):
        return typed
    text = unicodedata.normalize("NFC", typed)
    try:
        found = next(readings(text))
    except FormulaSyntaxFault:
        return typed
    pieces: list[str] = []
    done = 0
    for token in _references(text, found):
        pieces.append(text[done : token.start])
        pieces.append(_moved(token.text, columns, rows))
        done = token.end
    return "".join(pieces) + text[done:]


def _references(text: str, found: list[Token]) -> list[Token]:
    """The tokens that name cells; « A1 : B2 » counts as one, for it becomes a single #REF!."""
    whole: list[Token] = []
    colon = False
    for token in found:
        if token.kind in (Kind.CELL, Kind.COLUMNS, Kind.ROWS):
            if colon and whole:
                start = whole.pop().start
                token = Token(token.kind, text[start : token.end], start)
            whole.append(token)
        colon = token.kind is Kind.COLON
    return whole


def _moved(reference: str, columns: int, rows: int) -> str:
    pieces: list[str] = []
    done = 0
    for part in _PARTS.finditer(reference):
        pieces.append(reference[done : part.start()])
        done = part.end()
        if part[2]:
            letters = part[2] if part[1] else _moved_column(part[2], columns)
            if not letters:
                return ErrorValue.REFERENCE.value
            pieces.append(part[1] + letters)
        elif part[4]:
            row = int(part[4]) + (0 if part[3] else rows)
            if not 1 <= row <= MOST_ROWS:
                return ErrorValue.REFERENCE.value
            pieces.append(f"{part[3]}{row}")
        else:
            pieces.append(":")
    return "".join(pieces) + reference[done:]


def _moved_column(letters: str, columns: int) -> str:
    number = (column_number(letters) or 0) + columns
    if columns == 0:
        return letters
    return column_letters(number) if 1 <= number <= MOST_COLUMNS else ""
