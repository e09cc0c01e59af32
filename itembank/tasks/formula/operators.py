"""Arithmetic, comparison and joining of two values; applying what works on values to whole ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

from itembank.tasks.formula.addresses import Area
from itembank.tasks.formula.dates import Date
from itembank.tasks.formula.values import (
    LONGEST_TEXT,
    Array,
    ErrorValue,
    Operand,
    Scalar,
    order,
    to_number,
    to_text,
)

_SHORT = 64  # characters that cost no more to handle than a number


class Reader(Protocol):
    """What evaluating needs from the sheet."""

    def read(self, area: Area) -> Array:
        """The values of `area`, clipped to the sheet."""
        ...

    def spend(self, work: int) -> None:
        """Account for about `work` elementary operations; raises when there were too many."""
        ...


def arithmetic(operator: str, left: Scalar, right: Scalar) -> Scalar:
    """+ - * / ^ on two values."""
    one, other = to_number(left), to_number(right)
    if isinstance(one, ErrorValue):
        return one
    if isinstance(other, ErrorValue):
        return other
    try:
        result = _reckon(operator, one, other)
    except OverflowError:
        return ErrorValue.NUMBER
    if isinstance(result, float) and not math.isfinite(result):
        return ErrorValue.NUMBER
    return result


def _reckon(operator: str, one: float, other: float) -> float | ErrorValue:
    match operator:
        case "+":
            return _dated(_cleared(one + other, one), isinstance(one, Date) != isinstance(other, Date))
        case "-":
            return _dated(_cleared(one - other, one), isinstance(one, Date) and not isinstance(other, Date))
        case "*":
            return one * other
        case "/":
            return one / other if other else ErrorValue.DIVISION
    if one == 0 and other <= 0:
        return ErrorValue.NUMBER if other == 0 else ErrorValue.DIVISION
    if one < 0 and not other.is_integer():
        return ErrorValue.NUMBER
    return math.pow(one, other)


def _dated(result: float, is_date: bool) -> float:
    """A date and a number of days make a date; two dates make a number of days."""
    return Date(result) if is_date and math.isfinite(result) else result


def _cleared(result: float, operand: float) -> float:
    """0 instead of the dust that a subtraction of nearly equal numbers leaves, as spreadsheets do."""
    return 0.0 if abs(result) < 1e-15 * abs(operand) else result


def comparison(operator: str, left: Scalar, right: Scalar) -> Scalar:
    """= <> < <= > >= on two values."""
    for value in (left, right):
        if isinstance(value, ErrorValue):
            return value
    sign = order(left, right)
    match operator:
        case "=":
            return sign == 0
        case "<>":
            return sign != 0
        case "<":
            return sign < 0
        case "<=":
            return sign <= 0
        case ">":
            return sign > 0
    return sign >= 0


def joined(values: Sequence[Scalar]) -> Scalar:
    """The texts of `values` one after the other; #VALEUR! when that gets too long."""
    pieces: list[str] = []
    length = 0
    for value in values:
        text = to_text(value)
        if isinstance(text, ErrorValue):
            return text
        length += len(text)
        if length > LONGEST_TEXT:
            return ErrorValue.VALUE
        pieces.append(text)
    return "".join(pieces)


def binary(operator: str, left: Scalar, right: Scalar) -> Scalar:
    """The value of `left operator right`."""
    if operator == "&":
        return joined((left, right))
    if operator in ("+", "-", "*", "/", "^"):
        return arithmetic(operator, left, right)
    return comparison(operator, left, right)


def single(operand: Operand) -> Scalar:
    """The one value of `operand`; #VALEUR! when it has several."""
    if not isinstance(operand, Array):
        return operand
    return operand.rows[0][0] if operand.height == operand.width == 1 else ErrorValue.VALUE


def elementwise(function: Callable[..., Scalar], operands: Sequence[Operand], reader: Reader) -> Operand:
    """`function` on values; with ranges, on each place of them, a single row, column or value being repeated.

    Where ranges differ in size otherwise, the places that one of them lacks are #N/A.
    """
    arrays = [o if isinstance(o, Array) else Array(((o,),)) for o in operands]
    height = max((a.height for a in arrays), default=1)
    width = max((a.width for a in arrays), default=1)
    reader.spend(height * width)
    rows: list[tuple[Scalar, ...]] = []
    for row in range(height):
        values: list[Scalar] = []
        for column in range(width):
            picked = [_pick(array, row, column) for array in arrays]
            reader.spend(sum(len(v) // _SHORT for v in picked if isinstance(v, str)))
            values.append(function(*picked))
        rows.append(tuple(values))
    return rows[0][0] if height == width == 1 else Array(tuple(rows))


def _pick(array: Array, row: int, column: int) -> Scalar:
    row = 0 if array.height == 1 else row
    column = 0 if array.width == 1 else column
    if row >= array.height or column >= array.width:
        return ErrorValue.NOT_AVAILABLE
    return array.rows[row][column]
