"""What each function computes, by its English name; SI and SIERREUR, which choose what to evaluate, are the evaluator's.

`ON_VALUES` take single values (and are spread over ranges by `operators.elementwise`); `ON_RANGES` see whole operands;
those that search are in `searches`. An argument left out is None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from itembank.tasks.formula import notation
from itembank.tasks.formula.operators import arithmetic, joined
from itembank.tasks.formula.values import (
    Array,
    ErrorValue,
    Operand,
    Scalar,
    to_boolean,
    to_number,
    to_text,
)

Arguments = Sequence[Operand]


# --- on single values ---------------------------------------------------------------------------------------------


def _on_numbers(compute: Callable[..., float | ErrorValue]) -> Callable[..., Scalar]:
    def function(*values: Scalar) -> Scalar:
        numbers: list[float] = []
        for value in values:
            number = to_number(value)
            if isinstance(number, ErrorValue):
                return number
            numbers.append(number)
        return compute(*numbers)

    return function


def _round(number: float, decimals: float = 0.0) -> float:
    return notation.rounded(number, int(max(-400.0, min(400.0, decimals))))


def _floor(number: float) -> float:
    # On the 15 digits that count, so that ENT((0,1+0,7)*10) is the 8 that the cell shows.
    return float(math.floor(notation.significant(number)))


def _modulo(number: float, divisor: float) -> float | ErrorValue:
    if divisor == 0:
        return ErrorValue.DIVISION
    rest = number % divisor
    return rest if math.isfinite(rest) else ErrorValue.NUMBER


def _on_text(compute: Callable[[str], str | float]) -> Callable[..., Scalar]:
    def function(value: Scalar) -> Scalar:
        text = to_text(value)
        return text if isinstance(text, ErrorValue) else compute(text)

    return function


def _end(cut: Callable[[str, int], str]) -> Callable[..., Scalar]:
    def function(value: Scalar, length: Scalar = 1.0) -> Scalar:
        text, count = to_text(value), to_number(length)
        if isinstance(text, ErrorValue):
            return text
        if isinstance(count, ErrorValue):
            return count
        return ErrorValue.VALUE if count < 0 else cut(text, int(min(count, len(text))))

    return function


def _not(value: Scalar) -> Scalar:
    boolean = to_boolean(value)
    return boolean if isinstance(boolean, ErrorValue) else not boolean


ON_VALUES: dict[str, Callable[..., Scalar]] = {
    "ABS": _on_numbers(abs),
    "INT": _on_numbers(_floor),
    "ROUND": _on_numbers(_round),
    "MOD": _on_numbers(_modulo),
    "NOT": _not,
    "TRUE": lambda: True,
    "FALSE": lambda: False,
    "CONCATENATE": lambda *values: joined(values),
    "LEFT": _end(lambda text, count: text[:count]),
    "RIGHT": _end(lambda text, count: text[len(text) - count :]),
    "LEN": _on_text(lambda text: float(len(text))),
    "UPPER": _on_text(str.upper),
    "LOWER": _on_text(str.lower),
}


# --- on ranges ----------------------------------------------------------------------------------------------------


def members(operand: Operand) -> Iterator[Scalar]:
    """Every value of `operand`, row by row."""
    if isinstance(operand, Array):
        for row in operand.rows:
            yield from row
    else:
        yield operand


def _numbers(arguments: Arguments) -> list[float] | ErrorValue:
    """The numbers that SOMME and its kin see: in ranges, numbers only; a value given directly must be one."""
    found: list[float] = []
    for argument in arguments:
        for value in members(argument):
            if isinstance(argument, Array):
                if isinstance(value, ErrorValue):
                    return value
                if isinstance(value, float):
                    found.append(value)
            else:
                number = to_number(value)
                if isinstance(number, ErrorValue):
                    return number
                found.append(number)
    return found


def _aggregate(compute: Callable[[list[float]], float | ErrorValue]) -> Callable[[Arguments], Scalar]:
    def function(arguments: Arguments) -> Scalar:
        numbers = _numbers(arguments)
        return numbers if isinstance(numbers, ErrorValue) else finite(compute(numbers))

    return function


def finite(result: float | ErrorValue) -> float | ErrorValue:
    """`result`, or #NOMBRE! when it is too large."""
    return result if isinstance(result, ErrorValue) or math.isfinite(result) else ErrorValue.NUMBER


def total_of(numbers: list[float]) -> float:
    """The sum, rounded once at the end; infinite when too large."""
    try:
        return math.fsum(numbers)
    except OverflowError:
        return math.inf


def _mean(numbers: list[float]) -> float | ErrorValue:
    return total_of(numbers) / len(numbers) if numbers else ErrorValue.DIVISION


def _median(numbers: list[float]) -> float | ErrorValue:
    if not numbers:
        return ErrorValue.NUMBER
    numbers = sorted(numbers)
    upper = len(numbers) // 2
    lower = (len(numbers) - 1) // 2
    return numbers[lower] + (numbers[upper] - numbers[lower]) / 2


def _count(arguments: Arguments) -> Scalar:
    total = 0
    for argument in arguments:
        if isinstance(argument, Array):
            total += sum(isinstance(value, float) for value in members(argument))
        else:
            total += not isinstance(to_number(argument), ErrorValue)
    return float(total)


def _count_filled(arguments: Arguments) -> Scalar:
    return float(
        sum(
            not isinstance(argument, Array) or value is not None
            for argument in arguments
            for value in members(argument)
        )
    )


def _sum_product(arguments: Arguments) -> Scalar:
    columns = [list(members(argument)) for argument in arguments]
    shapes = {(a.height, a.width) if isinstance(a, Array) else (1, 1) for a in arguments}
    if len(shapes) > 1:
        return ErrorValue.VALUE
    products: list[float] = []
    for values in zip(*columns, strict=True):
        product: Scalar = 1.0
        for value in values:
            if isinstance(value, ErrorValue):
                return value
            product = arithmetic("*", product, value if isinstance(value, float) else 0.0)
        if isinstance(product, ErrorValue):
            return product
        if isinstance(product, float):
            products.append(product)
    return finite(total_of(products))


def _booleans(arguments: Arguments) -> list[bool] | ErrorValue:
    found: list[bool] = []
    for argument in arguments:
        for value in members(argument):
            if isinstance(argument, Array) and (value is None or isinstance(value, str)):
                continue
            boolean = to_boolean(value)
            if isinstance(boolean, ErrorValue):
                return boolean
            found.append(boolean)
    return found or ErrorValue.VALUE


def _logical(combine: Callable[[list[bool]], bool]) -> Callable[[Arguments], Scalar]:
    def function(arguments: Arguments) -> Scalar:
        booleans = _booleans(arguments)
        return booleans if isinstance(booleans, ErrorValue) else combine(booleans)

    return function


def _concat(arguments: Arguments) -> Scalar:
    return joined([value for argument in arguments for value in members(argument)])


ON_RANGES: dict[str, Callable[[Arguments], Scalar]] = {
    "SUM": _aggregate(total_of),
    "AVERAGE": _aggregate(_mean),
    "MEDIAN": _aggregate(_median),
    "MAX": _aggregate(lambda numbers: max(numbers, default=0.0)),
    "MIN": _aggregate(lambda numbers: min(numbers, default=0.0)),
    "COUNT": _count,
    "COUNTA": _count_filled,
    "SUMPRODUCT": _sum_product,
    "AND": _logical(all),
    "OR": _logical(any),
    "CONCAT": _concat,
}
