"""What each function on numbers, dates and truth computes, by its English name.

`ON_VALUES` take single values (and are spread over ranges by `operators.elementwise`); `ON_RANGES` see whole operands.
Texts are in `texts`, what searches in `searches`, what counts under a condition in `conditional`; SI and its kin, which
choose what to evaluate, are the evaluator's. An argument left out is None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from itembank.tasks.formula import dates, notation
from itembank.tasks.formula.operators import arithmetic, single
from itembank.tasks.formula.values import (
    Array,
    ErrorValue,
    Operand,
    Scalar,
    order,
    to_boolean,
    to_number,
)

Arguments = Sequence[Operand]


# --- on single values ---------------------------------------------------------------------------------------------


def reading(compute: Callable[..., Scalar], *readers: Callable[[Scalar], Any]) -> Callable[..., Scalar]:
    """`compute` on what the `readers` make of its arguments, the last one of all that follow; the first error ends it."""

    def function(*values: Scalar) -> Scalar:
        read: list[Any] = []
        for position, value in enumerate(values):
            found = readers[min(position, len(readers) - 1)](value)
            if isinstance(found, ErrorValue):
                return found
            read.append(found)
        return compute(*read)

    return function


def _on_numbers(compute: Callable[..., float | ErrorValue]) -> Callable[..., Scalar]:
    return reading(compute, to_number)


def _rounding(round_to: Callable[[float, int], float]) -> Callable[..., float]:
    def function(number: float, decimals: float = 0.0) -> float:
        return round_to(number, int(max(-400.0, min(400.0, decimals))))

    return function


def _floor(number: float) -> float:
    # On the 15 digits that count, so that ENT((0,1+0,7)*10) is the 8 that the cell shows.
    return float(math.floor(notation.significant(number)))


def _modulo(number: float, divisor: float) -> float | ErrorValue:
    if divisor == 0:
        return ErrorValue.DIVISION
    rest = number % divisor
    return rest if math.isfinite(rest) else ErrorValue.NUMBER


def _square_root(number: float) -> float | ErrorValue:
    return ErrorValue.NUMBER if number < 0 else math.sqrt(number)


def _date(year: float, month: float, day: float) -> float | ErrorValue:
    found = dates.date_from(year, month, day)
    return ErrorValue.NUMBER if found is None else found


def _part(part: Callable[[dates.Day], int]) -> Callable[[float], float | ErrorValue]:
    def function(serial: float) -> float | ErrorValue:
        day = dates.day_of(serial)
        return ErrorValue.NUMBER if day is None else float(part(day))

    return function


def _weekday(serial: float, numbering: float = 1.0) -> float | ErrorValue:
    """1 from Sunday, 2 from Monday (both from 1), 3 from Monday (from 0)."""
    day = dates.weekday_of(serial)
    if day is None or math.floor(numbering) not in (1, 2, 3):
        return ErrorValue.NUMBER
    first = {1: (day + 1) % 7 + 1, 2: day + 1, 3: day}
    return float(first[math.floor(numbering)])


ON_VALUES: dict[str, Callable[..., Scalar]] = {
    "ABS": _on_numbers(abs),
    "INT": _on_numbers(_floor),
    "ROUND": _on_numbers(_rounding(notation.rounded)),
    "ROUNDUP": _on_numbers(_rounding(notation.rounded_up)),
    "ROUNDDOWN": _on_numbers(_rounding(notation.rounded_down)),
    "MOD": _on_numbers(_modulo),
    "SQRT": _on_numbers(_square_root),
    "POWER": lambda base, exponent: arithmetic("^", base, exponent),
    "DATE": _on_numbers(_date),
    "YEAR": _on_numbers(_part(lambda day: day.year)),
    "MONTH": _on_numbers(_part(lambda day: day.month)),
    "DAY": _on_numbers(_part(lambda day: day.day)),
    "WEEKDAY": _on_numbers(_weekday),
    "NOT": reading(lambda boolean: not boolean, to_boolean),
    "TRUE": lambda: True,
    "FALSE": lambda: False,
    "ISBLANK": lambda value: value is None,
    "ISNUMBER": lambda value: isinstance(value, float),
    "ISTEXT": lambda value: isinstance(value, str),
    "ISERROR": lambda value: isinstance(value, ErrorValue),
    "ISNA": lambda value: value is ErrorValue.NOT_AVAILABLE,
}


# --- on ranges ----------------------------------------------------------------------------------------------------


def members(operand: Operand) -> Iterator[Scalar]:
    """Every value of `operand`, row by row."""
    if isinstance(operand, Array):
        for row in operand.rows:
            yield from row
    else:
        yield operand


def numbers_in(arguments: Arguments) -> list[float] | ErrorValue:
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
        numbers = numbers_in(arguments)
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


def mean_of(numbers: list[float]) -> float | ErrorValue:
    """The mean, or #DIV/0! of nothing."""
    return total_of(numbers) / len(numbers) if numbers else ErrorValue.DIVISION


def _median(numbers: list[float]) -> float | ErrorValue:
    if not numbers:
        return ErrorValue.NUMBER
    numbers = sorted(numbers)
    upper = len(numbers) // 2
    lower = (len(numbers) - 1) // 2
    return numbers[lower] + (numbers[upper] - numbers[lower]) / 2


def _product(numbers: list[float]) -> float:
    return math.prod(numbers) if numbers else 0.0


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


def _count_blank(arguments: Arguments) -> Scalar:
    return float(sum(value in (None, "") for value in members(arguments[0])))


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


def _ranked(*, largest: bool) -> Callable[[Arguments], Scalar]:
    """GRANDE.VALEUR and PETITE.VALEUR: the k-th, counted from 1."""

    def function(arguments: Arguments) -> Scalar:
        numbers, rank = numbers_in(arguments[:1]), to_number(single(arguments[1]))
        if isinstance(numbers, ErrorValue):
            return numbers
        if isinstance(rank, ErrorValue):
            return rank
        if not 1 <= rank < len(numbers) + 1:
            return ErrorValue.NUMBER
        return sorted(numbers, reverse=largest)[int(rank) - 1]

    return function


def _rank(arguments: Arguments) -> Scalar:
    """The place of a number among those of a range, the largest first unless the third argument says otherwise."""
    number, table = to_number(single(arguments[0])), arguments[1]
    ascending = to_boolean(single(arguments[2])) if len(arguments) > 2 else False
    if isinstance(number, ErrorValue):
        return number
    if not isinstance(table, Array):
        return ErrorValue.VALUE
    numbers = numbers_in([table])
    if isinstance(numbers, ErrorValue):
        return numbers
    if isinstance(ascending, ErrorValue):
        return ascending
    signs = [order(other, number) for other in numbers]
    if 0 not in signs:
        return ErrorValue.NOT_AVAILABLE
    return float(1 + signs.count(-1 if ascending else 1))


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


ON_RANGES: dict[str, Callable[[Arguments], Scalar]] = {
    "SUM": _aggregate(total_of),
    "PRODUCT": _aggregate(_product),
    "AVERAGE": _aggregate(mean_of),
    "MEDIAN": _aggregate(_median),
    "MAX": _aggregate(lambda numbers: max(numbers, default=0.0)),
    "MIN": _aggregate(lambda numbers: min(numbers, default=0.0)),
    "COUNT": _count,
    "COUNTA": _count_filled,
    "COUNTBLANK": _count_blank,
    "SUMPRODUCT": _sum_product,
    "LARGE": _ranked(largest=True),
    "SMALL": _ranked(largest=False),
    "RANK": _rank,
    "AND": _logical(all),
    "OR": _logical(any),
}
