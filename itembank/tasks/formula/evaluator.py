"""From a formula's tree to its value."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from itembank.tasks.formula import conditional, functions, searches, texts
from itembank.tasks.formula.functions import ON_RANGES
from itembank.tasks.formula.operators import Reader, binary, elementwise, single
from itembank.tasks.formula.syntax import Call, Chain, Literal, Name, Node, Percent, Reference, Signed
from itembank.tasks.formula.values import Array, ErrorValue, Operand, Scalar, to_boolean


def evaluate(node: Node, reader: Reader) -> Scalar:
    """The value that a cell with this formula has: one value, never blank; a whole range gives #VALEUR!.

    Raises only what `reader` does.
    """
    value = single(_operand(node, reader))
    return 0.0 if value is None else value


def _operand(node: Node, reader: Reader) -> Operand:
    reader.spend(1)
    match node:
        case Literal(value):
            return value
        case Name():
            return ErrorValue.NAME
        case Reference(area):
            return reader.read(area)
        case Chain(first, rest):
            result = _operand(first, reader)
            for operator, operand in rest:
                result = _apply(operator, result, _operand(operand, reader), reader)
            return result
        case Signed(operand, negative):
            return _apply("*", _operand(operand, reader), -1.0 if negative else 1.0, reader)
        case Percent(operand, times):
            result = _operand(operand, reader)
            for _ in range(times):
                result = _apply("/", result, 100.0, reader)
            return result
        case Call(function, arguments):
            return _call(function, arguments, reader)


def _apply(operator: str, left: Operand, right: Operand, reader: Reader) -> Operand:
    return elementwise(lambda one, other: binary(operator, one, other), (left, right), reader)


def _call(function: str, arguments: tuple[Node, ...], reader: Reader) -> Operand:
    if function in _CHOOSING:
        return _CHOOSING[function](arguments, reader)
    operands = [_operand(argument, reader) for argument in arguments]
    if function in _ON_VALUES:
        return elementwise(_ON_VALUES[function], operands, reader)
    if function in ON_RANGES:
        return ON_RANGES[function](operands)
    return _ON_SHEET[function](operands, reader)


def _if(arguments: tuple[Node, ...], reader: Reader) -> Operand:
    otherwise: Node = arguments[2] if len(arguments) > 2 else Literal(False)
    return _ifs((*arguments[:2], Literal(True), otherwise), reader)


def _ifs(arguments: tuple[Node, ...], reader: Reader) -> Operand:
    """The value after the first condition that holds; #N/A when none does. What is not chosen is not evaluated, unless
    a condition is spread over a range."""
    if not arguments:
        return ErrorValue.NOT_AVAILABLE
    condition, chosen = _operand(arguments[0], reader), arguments[1]
    if _several(condition):
        return elementwise(
            _choose, (condition, _operand(chosen, reader), _ifs(arguments[2:], reader)), reader
        )
    boolean = to_boolean(single(condition))
    if isinstance(boolean, ErrorValue):
        return boolean
    return _computed(_operand(chosen, reader)) if boolean else _ifs(arguments[2:], reader)


def _choose(condition: Scalar, chosen: Scalar, otherwise: Scalar) -> Scalar:
    boolean = to_boolean(condition)
    if isinstance(boolean, ErrorValue):
        return boolean
    return chosen if boolean else otherwise


def _unless(arguments: tuple[Node, ...], reader: Reader, *, caught: Callable[[Scalar], bool]) -> Operand:
    """SIERREUR and SI.NON.DISP: a value, or another in the place of the errors that are `caught`."""
    attempt = _operand(arguments[0], reader)
    if not _several(attempt):
        value = single(attempt)
        return _computed(_operand(arguments[1], reader)) if caught(value) else value
    fallback = _operand(arguments[1], reader)
    return elementwise(lambda one, other: other if caught(one) else one, (attempt, fallback), reader)


def _computed(operand: Operand) -> Operand:
    """`operand` without where it was read, so that which cells a formula reads shows in its tree (`areas_read`)."""
    return Array(operand.rows) if isinstance(operand, Array) else operand


def _several(operand: Operand) -> bool:
    return isinstance(operand, Array) and (operand.height > 1 or operand.width > 1)


_ON_VALUES = {**functions.ON_VALUES, **texts.ON_VALUES}
_ON_SHEET = {**conditional.ON_SHEET, **searches.ON_SHEET, **texts.ON_SHEET}
_CHOOSING: dict[str, Callable[[tuple[Node, ...], Reader], Operand]] = {
    "IF": _if,
    "IFS": _ifs,
    "IFERROR": partial(_unless, caught=lambda value: isinstance(value, ErrorValue)),
    "IFNA": partial(_unless, caught=lambda value: value is ErrorValue.NOT_AVAILABLE),
}
