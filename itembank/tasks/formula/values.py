"""What a cell can hold, how one kind of value turns into another, and how two compare.

A value is a `float`, a `str`, a `bool`, an `ErrorValue`, or None for a blank cell; never an `int`, so that every
number behaves alike. A date is a float (`dates.Date`). An `Array` is a rectangle of values.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from itembank.tasks.formula import notation
from itembank.tasks.formula.addresses import Area
from itembank.tasks.words import fold, typeable

LONGEST_TEXT = 2_000


class ErrorValue(Enum):
    """An error is a value like another: it shows in the cell and spreads to whatever reads it."""

    DIVISION = "#DIV/0!"
    NAME = "#NOM?"
    VALUE = "#VALEUR!"
    REFERENCE = "#REF!"
    NOT_AVAILABLE = "#N/A"
    NUMBER = "#NOMBRE!"
    CIRCULAR = "#CIRC!"  # ours: spreadsheets show a message box and 0
    UNREADABLE = "#ERREUR!"  # ours: a formula that cannot be read; spreadsheets refuse to leave the cell


ENGLISH_ERRORS = {
    "#NAME?": ErrorValue.NAME,
    "#VALUE!": ErrorValue.VALUE,
    "#NUM!": ErrorValue.NUMBER,
}
"""The errors that are spelt otherwise in English, as a formula may name them; cells show them in French."""


Scalar: TypeAlias = float | str | bool | ErrorValue | None


@dataclass(frozen=True, slots=True)
class Array:
    """A rectangle of values, row by row; `area` is where it was read, None when it was computed."""

    rows: tuple[tuple[Scalar, ...], ...]
    area: Area | None = None

    @property
    def height(self) -> int:
        """Number of rows, at least 1."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Number of columns, at least 1."""
        return len(self.rows[0])

    @property
    def extent(self) -> tuple[int, int]:
        """Height and width as written: a range that the sheet's edge cut short is still as large as it says."""
        return (self.area.height, self.area.width) if self.area else (self.height, self.width)


Operand: TypeAlias = Scalar | Array


def to_number(value: Scalar) -> float | ErrorValue:
    """As arithmetic sees `value`: blank is 0, VRAI is 1, a text counts if it would be read as a number."""
    if isinstance(value, bool):
        return float(value)
    if value is None:
        return 0.0
    if isinstance(value, str):
        number = notation.read_number(value)
        return ErrorValue.VALUE if number is None else number
    return value


def to_text(value: Scalar) -> str | ErrorValue:
    """As & sees `value`: numbers as they are written in French, to 15 significant digits."""
    if isinstance(value, bool):
        return notation.boolean_text(value)
    if isinstance(value, float):
        return notation.general(value, digits=15)
    return "" if value is None else value


def to_boolean(value: Scalar) -> bool | ErrorValue:
    """As SI sees `value`: a number is true unless it is 0, and a text only as VRAI or FAUX."""
    if isinstance(value, str):
        boolean = notation.read_boolean(value)
        return ErrorValue.VALUE if boolean is None else boolean
    if isinstance(value, ErrorValue):
        return value
    return bool(value)


def same_kind(one: Scalar, other: Scalar) -> bool:
    """Whether both are numbers (a date is one), both texts, both booleans, both errors, or both blank."""
    return _kind(one) is _kind(other)


def same_text(one: str, other: str) -> bool:
    """Equal as spreadsheets compare texts: case ignored, accents not. A curly apostrophe is a straight one, since
    nobody can type the other."""
    return one == other or typeable(one).casefold() == typeable(other).casefold()


def order(one: Scalar, other: Scalar) -> int:
    """-1, 0 or 1: numbers before texts before booleans; a blank is the other side's 0, empty text or FAUX.

    Numbers are equal when their first 15 significant digits are, so that 0,1+0,2 = 0,3 holds. Errors are the
    caller's affair.
    """
    one, other = _unblank(one, other), _unblank(other, one)
    if _rank(one) != _rank(other):
        return -1 if _rank(one) < _rank(other) else 1
    if isinstance(one, str) and isinstance(other, str):
        if same_text(one, other):
            return 0
        return -1 if text_key(one) < text_key(other) else 1
    if isinstance(one, float) and isinstance(other, float):
        return _sign(notation.significant(one), notation.significant(other))
    return _sign(float(bool(one)), float(bool(other)))


def text_key(text: str) -> tuple[str, str]:
    """What texts are sorted by: « Éric » between « Emma » and « Farid »."""
    return fold(text), text.casefold()


def _kind(value: Scalar) -> type:
    return float if isinstance(value, float) else type(value)


def _rank(value: Scalar) -> int:
    return 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0


def _unblank(value: Scalar, other: Scalar) -> Scalar:
    if value is not None:
        return value
    if isinstance(other, str):
        return ""
    return False if isinstance(other, bool) else 0.0


def _sign(one: float, other: float) -> int:
    return (one > other) - (one < other)
