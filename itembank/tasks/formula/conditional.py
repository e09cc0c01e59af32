"""Counting, summing and averaging under conditions: NB.SI, SOMME.SI, MOYENNE.SI and their plurals (…ENS).

By their English names; they take the operands and the sheet's reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from itembank.tasks.formula.criteria import criterion
from itembank.tasks.formula.functions import finite, mean_of, members, total_of
from itembank.tasks.formula.operators import Reader, single
from itembank.tasks.formula.values import Array, ErrorValue, Operand, Scalar

Arguments = Sequence[Operand]
Compute = Callable[[list[float]], float | ErrorValue]


def spend_on_texts(tested: Operand, wanted: Scalar, reader: Reader) -> None:
    """Account for comparing `wanted` with each text of `tested`: wildcards cost up to the product of two lengths."""
    length = len(wanted) if isinstance(wanted, str) else 1
    for value in members(tested):
        if isinstance(value, str):
            reader.spend(length * len(value) // 64)


def _count_if(arguments: Arguments, reader: Reader) -> Scalar:
    tested, wanted = arguments[0], single(arguments[1])
    if isinstance(wanted, ErrorValue):
        return wanted
    test = criterion(wanted)
    spend_on_texts(tested, wanted, reader)
    return float(sum(test(value) for value in members(tested)))


def _compute_if(arguments: Arguments, reader: Reader, *, compute: Compute) -> Scalar:
    tested, wanted = arguments[0], single(arguments[1])
    taken = arguments[2] if len(arguments) > 2 else tested
    if isinstance(wanted, ErrorValue):
        return wanted
    if not isinstance(tested, Array) or not isinstance(taken, Array):
        return ErrorValue.VALUE
    if tested.area and taken.area and taken is not tested:
        # As in spreadsheets, only where the summed range starts matters. An area is kept as it was written.
        taken = reader.read(taken.area.resized(tested.area))
    test = criterion(wanted)
    spend_on_texts(tested, wanted, reader)
    return _over(taken, [[test(value) for value in row] for row in tested.rows], compute)


def _count_ifs(arguments: Arguments, reader: Reader) -> Scalar:
    kept = _kept_by_all(arguments, reader)
    return kept if isinstance(kept, ErrorValue) else float(sum(map(sum, kept)))


def _compute_ifs(arguments: Arguments, reader: Reader, *, compute: Compute) -> Scalar:
    taken = _table(arguments[0])
    kept = _kept_by_all(arguments[1:], reader)
    if isinstance(kept, ErrorValue):
        return kept
    if taken.extent != _table(arguments[1]).extent:
        return ErrorValue.VALUE
    return _over(taken, kept, compute)


def _kept_by_all(arguments: Arguments, reader: Reader) -> list[list[bool]] | ErrorValue:
    """Place by place, whether every (range, criterion) of `arguments` holds; #VALEUR! when the ranges differ in size."""
    pairs = [
        (_table(tested), single(wanted))
        for tested, wanted in zip(arguments[::2], arguments[1::2], strict=True)
    ]
    if len({tested.extent for tested, _ in pairs}) > 1:
        return ErrorValue.VALUE
    kept: list[list[bool]] = []
    for tested, wanted in pairs:
        if isinstance(wanted, ErrorValue):
            return wanted
        test = criterion(wanted)
        spend_on_texts(tested, wanted, reader)
        holds = [[test(value) for value in row] for row in tested.rows]
        kept = _both(kept, holds) if kept else holds
    return kept


def _both(one: list[list[bool]], other: list[list[bool]]) -> list[list[bool]]:
    # Ranges of one size may be cut by the sheet's edge at different places: beyond it there is nothing to keep.
    return [
        [a and b for a, b in zip(row, second, strict=False)] for row, second in zip(one, other, strict=False)
    ]


def _over(taken: Array, kept: list[list[bool]], compute: Compute) -> Scalar:
    """`compute` of the numbers of `taken` where `kept` says so; an error among them is the result."""
    numbers: list[float] = []
    for row, holds in zip(taken.rows, kept, strict=False):
        for value, is_kept in zip(row, holds, strict=False):
            if is_kept and isinstance(value, ErrorValue):
                return value
            if is_kept and isinstance(value, float):
                numbers.append(value)
    return finite(compute(numbers))


def _table(operand: Operand) -> Array:
    return operand if isinstance(operand, Array) else Array(((operand,),))


ON_SHEET: dict[str, Callable[[Arguments, Reader], Operand]] = {
    "COUNTIF": _count_if,
    "SUMIF": partial(_compute_if, compute=total_of),
    "AVERAGEIF": partial(_compute_if, compute=mean_of),
    "COUNTIFS": _count_ifs,
    "SUMIFS": partial(_compute_ifs, compute=total_of),
    "AVERAGEIFS": partial(_compute_ifs, compute=mean_of),
}
