"""The functions that search: NB.SI, SOMME.SI and RECHERCHEV, by their English names.

`ON_SHEET` take the operands and the sheet's reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from itembank.tasks.formula.criteria import criterion, matches
from itembank.tasks.formula.functions import finite, members, total_of
from itembank.tasks.formula.operators import Reader, single
from itembank.tasks.formula.values import Array, ErrorValue, Operand, Scalar, order, to_boolean, to_number

Arguments = Sequence[Operand]


def _count_if(arguments: Arguments, reader: Reader) -> Scalar:
    tested, wanted = arguments[0], single(arguments[1])
    if isinstance(wanted, ErrorValue):
        return wanted
    test = criterion(wanted)
    _spend_on_texts(tested, wanted, reader)
    return float(sum(test(value) for value in members(tested)))


def _sum_if(arguments: Arguments, reader: Reader) -> Scalar:
    tested, wanted = arguments[0], single(arguments[1])
    summed = arguments[2] if len(arguments) > 2 else tested
    if isinstance(wanted, ErrorValue):
        return wanted
    if not isinstance(tested, Array) or not isinstance(summed, Array):
        return ErrorValue.VALUE
    if tested.area and summed.area and summed is not tested:
        # As in spreadsheets, only where the summed range starts matters. An area is kept as it was written.
        summed = reader.read(summed.area.resized(tested.area))
    test = criterion(wanted)
    _spend_on_texts(tested, wanted, reader)
    kept: list[float] = []
    for tested_row, summed_row in zip(tested.rows, summed.rows, strict=False):
        for value, number in zip(tested_row, summed_row, strict=False):
            if test(value):
                if isinstance(number, ErrorValue):
                    return number
                if isinstance(number, float):
                    kept.append(number)
    return finite(total_of(kept))


def _spend_on_texts(tested: Operand, wanted: Scalar, reader: Reader) -> None:
    """Wildcards cost up to the product of two lengths."""
    length = len(wanted) if isinstance(wanted, str) else 1
    for value in members(tested):
        if isinstance(value, str):
            reader.spend(length * len(value) // 64)


def _vertical_lookup(arguments: Arguments, reader: Reader) -> Scalar:
    wanted, table, column = single(arguments[0]), arguments[1], to_number(single(arguments[2]))
    approximate = to_boolean(single(arguments[3])) if len(arguments) > 3 else True
    for argument in (wanted, column, approximate):
        if isinstance(argument, ErrorValue):
            return argument
    if not isinstance(table, Array) or isinstance(column, ErrorValue) or column < 1:
        return ErrorValue.VALUE
    if column >= table.width + 1:
        return ErrorValue.REFERENCE
    wanted = 0.0 if wanted is None else wanted
    for row in table.rows:
        _spend_on_texts(row[0], wanted, reader)
    keys = [row[0] for row in table.rows]
    place = _last_not_above(keys, wanted) if approximate else _first_equal(keys, wanted)
    if place is None:
        return ErrorValue.NOT_AVAILABLE
    found = table.rows[place][int(column) - 1]
    return 0.0 if found is None else found


def _first_equal(keys: list[Scalar], wanted: Scalar) -> int | None:
    for place, key in enumerate(keys):
        if type(key) is type(wanted) and (
            matches(wanted, key)
            if isinstance(wanted, str) and isinstance(key, str)
            else order(key, wanted) == 0
        ):
            return place
    return None


def _last_not_above(keys: list[Scalar], wanted: Scalar) -> int | None:
    """By halves, as spreadsheets do, for what an unsorted table then gives is part of what people must learn."""
    comparable = [place for place, key in enumerate(keys) if type(key) is type(wanted)]
    low, high = 0, len(comparable)
    while low < high:
        middle = (low + high) // 2
        if order(keys[comparable[middle]], wanted) <= 0:
            low = middle + 1
        else:
            high = middle
    return comparable[low - 1] if low else None


ON_SHEET: dict[str, Callable[[Arguments, Reader], Scalar]] = {
    "COUNTIF": _count_if,
    "SUMIF": _sum_if,
    "VLOOKUP": _vertical_lookup,
}
