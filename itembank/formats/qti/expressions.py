"""The operators of response processing: an expression tree and the variables' values -> a value.

Source: 1EdTech QTI 2.2 ASI information model, section « Expressions » (operators keep their names and NULL rules). Random,
graphic and vendor operators are not here: the reader refuses them by name.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from itembank.formats.faults import Refused
from itembank.formats.qti import pattern
from itembank.formats.qti.model import Mapping as PointsMapping
from itembank.formats.qti.model import Node, ResponseDeclaration
from itembank.formats.qti.values import (
    BaseType,
    Cardinality,
    Scalar,
    Value,
    boolean,
    comparable,
    container,
    integer,
    matches,
    number,
    parse,
    single,
    truth,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression can see: every variable's current value, and what was declared of it."""

    variables: Mapping[str, Value | None]
    responses: Mapping[str, ResponseDeclaration]
    defaults: Mapping[str, Value | None]


def evaluate(node: Node, scope: Scope) -> Value | None:
    """The value of an expression, None for NULL. Raises Refused for operands of the wrong type."""
    if node.name in _LEAVES:
        return _LEAVES[node.name](node, scope)
    if node.name == "anyN":
        return _any_n(node, scope)
    return _OPERATORS[node.name](node, [evaluate(child, scope) for child in node.children], scope)


MAX_MAGNITUDE = 10**15


def points(mapping: PointsMapping, value: Value | None) -> float:
    """`mapResponse`: points of a response value; a value that occurs twice in a container counts once.

    NULL earns the default (QTI 2.2, « mapResponse » and « mapping »); bounds apply to the sum.
    """
    if value is None:
        total = mapping.default
    else:
        seen: dict[object, Scalar] = {}
        for item in value.items:
            seen.setdefault(comparable(item, value.base_type), item)
        total = math.fsum(_mapped(mapping, item, value.base_type) for item in seen.values())
    if mapping.lower is not None:
        total = max(total, mapping.lower)
    if mapping.upper is not None:
        total = min(total, mapping.upper)
    return total


@lru_cache(maxsize=128)
def _table(
    mapping: PointsMapping, base_type: BaseType | None
) -> tuple[dict[object, tuple[int, float]], dict[str, tuple[int, float]]]:
    """Key -> (rank, points), exactly and, for entries that do not heed case, folded. The first entry of a key counts."""
    exact: dict[object, tuple[int, float]] = {}
    folded: dict[str, tuple[int, float]] = {}
    for rank, entry in enumerate(mapping.entries):
        exact.setdefault(comparable(entry.key, base_type), (rank, entry.value))
        if not entry.case_sensitive and isinstance(entry.key, str):
            folded.setdefault(entry.key.casefold(), (rank, entry.value))
    return exact, folded


def _mapped(mapping: PointsMapping, item: Scalar, base_type: BaseType | None) -> float:
    exact, folded = _table(mapping, base_type)
    found = [exact.get(comparable(item, base_type))]
    if isinstance(item, str):
        found.append(folded.get(item.casefold()))
    return min((entry for entry in found if entry is not None), default=(0, mapping.default))[1]


# --- leaves ------------------------------------------------------------------------------------------------


def _base_value(node: Node, scope: Scope) -> Value | None:
    base_type = BaseType(node.get("baseType"))
    return single(base_type, parse(node.text, base_type))


def _map_response(node: Node, scope: Scope) -> Value | None:
    declared = scope.responses[node.get("identifier")]
    if declared.mapping is None:
        raise Refused("no_mapping", identifier=declared.identifier)
    return number(points(declared.mapping, scope.variables[declared.identifier]))


_LEAVES: dict[str, Callable[[Node, Scope], Value | None]] = {
    "baseValue": _base_value,
    "variable": lambda node, scope: scope.variables[node.get("identifier")],
    "default": lambda node, scope: scope.defaults[node.get("identifier")],
    "correct": lambda node, scope: scope.responses[node.get("identifier")].correct,
    "mapResponse": _map_response,
    "null": lambda node, scope: None,
    "mathConstant": lambda node, scope: number({"pi": math.pi, "e": math.e}[node.get("name")]),
}


# --- operands ----------------------------------------------------------------------------------------------

Operands = list[Value | None]


def _numbers(operands: Operands) -> list[float] | None:
    """Every number of the operands, containers opened; None when one operand is NULL."""
    found: list[float] = []
    for value in operands:
        if value is None:
            return None
        for item in value.items:
            if isinstance(item, bool) or not isinstance(item, int | float):
                raise Refused("operand_type", expected="number")
            found.append(item)
    return found


def _result(operands: Operands, value: float | None) -> Value | None:
    """A number: an integer when every operand was one and nothing is lost, else a float."""
    if value is None or not math.isfinite(value):
        return None
    whole = all(v is not None and v.base_type is BaseType.INTEGER for v in operands)
    if whole and float(value).is_integer() and abs(value) <= MAX_MAGNITUDE:
        return integer(int(value))
    return number(float(value))


def _whole(operands: Operands) -> list[int] | None:
    values = _numbers(operands)
    if values is None:
        return None
    if any(not float(v).is_integer() or abs(v) > MAX_MAGNITUDE for v in values):
        raise Refused("operand_type", expected="integer")
    return [int(v) for v in values]


def _single_text(value: Value | None) -> str | None:
    if value is None:
        return None
    if value.cardinality is not Cardinality.SINGLE or not isinstance(value.scalar, str):
        raise Refused("operand_type", expected="string")
    return value.scalar


def _count(text: str, scope: Scope) -> int:
    """An attribute that is a whole number or the name of a variable that holds one; 0 for NULL."""
    try:
        return int(text)
    except ValueError:
        value = scope.variables.get(text)
    found = _whole([value]) if value is not None else [0]
    return found[0] if found else 0


def _amount(text: str, scope: Scope) -> float:
    """As `_count`, for a number with decimals (a tolerance)."""
    try:
        return float(text)
    except ValueError:
        value = scope.variables.get(text)
    found = _numbers([value]) if value is not None else [0.0]
    return found[0] if found else 0.0


# --- logic -------------------------------------------------------------------------------------------------


def _and(node: Node, operands: Operands, scope: Scope) -> Value | None:
    values = [truth(v) for v in operands]
    return boolean(False if False in values else None if None in values else True)


def _or(node: Node, operands: Operands, scope: Scope) -> Value | None:
    values = [truth(v) for v in operands]
    return boolean(True if True in values else None if None in values else False)


def _not(node: Node, operands: Operands, scope: Scope) -> Value | None:
    value = truth(operands[0])
    return boolean(None if value is None else not value)


def _any_n(node: Node, scope: Scope) -> Value | None:
    """True when at least `min` and at most `max` are true, unless the NULL ones could change that."""
    values = [truth(evaluate(child, scope)) for child in node.children]
    low, high = _count(node.get("min"), scope), _count(node.get("max"), scope)
    true, unknown = values.count(True), values.count(None)
    if true > high or true + unknown < low:
        return boolean(False)
    return boolean(True if true >= low and true + unknown <= high else None)


def _match(node: Node, operands: Operands, scope: Scope) -> Value | None:
    a, b = operands
    return None if a is None or b is None else boolean(matches(a, b))


def _is_null(node: Node, operands: Operands, scope: Scope) -> Value | None:
    return boolean(operands[0] is None)


# --- text --------------------------------------------------------------------------------------------------


def _sensitive(node: Node) -> bool:
    return node.get("caseSensitive", "true") in ("true", "1")


def _string_match(node: Node, operands: Operands, scope: Scope) -> Value | None:
    a, b = (_single_text(v) for v in operands)
    if a is None or b is None:
        return None
    if not _sensitive(node):
        a, b = a.casefold(), b.casefold()
    return boolean(b in a if node.get("substring") in ("true", "1") else a == b)


def _substring(node: Node, operands: Operands, scope: Scope) -> Value | None:
    """Whether the first text stands inside the second."""
    a, b = (_single_text(v) for v in operands)
    if a is None or b is None:
        return None
    return boolean(a in b if _sensitive(node) else a.casefold() in b.casefold())


def _pattern_match(node: Node, operands: Operands, scope: Scope) -> Value | None:
    text = _single_text(operands[0])
    return None if text is None else boolean(pattern.compiled(node.get("pattern")).fullmatch(text))


# --- containers --------------------------------------------------------------------------------------------


def _joined(cardinality: Cardinality, operands: Operands) -> Value | None:
    present = [v for v in operands if v is not None]
    if not present:
        return None
    base_type = present[0].base_type
    if base_type is None or any(v.base_type is not base_type for v in present):
        raise Refused("operand_type", expected=str(base_type))
    return container(cardinality, base_type, [item for v in present for item in v.items])


def _multiple(node: Node, operands: Operands, scope: Scope) -> Value | None:
    return _joined(Cardinality.MULTIPLE, operands)


def _ordered(node: Node, operands: Operands, scope: Scope) -> Value | None:
    return _joined(Cardinality.ORDERED, operands)


def _comparables(value: Value) -> list[object]:
    return [comparable(item, value.base_type) for item in value.items]


def _container_size(node: Node, operands: Operands, scope: Scope) -> Value | None:
    return integer(0 if operands[0] is None else len(operands[0].items))


def _index(node: Node, operands: Operands, scope: Scope) -> Value | None:
    value, n = operands[0], _count(node.get("n"), scope)
    if value is None or value.base_type is None or not 1 <= n <= len(value.items):
        return None
    return single(value.base_type, value.items[n - 1])


def _member(node: Node, operands: Operands, scope: Scope) -> Value | None:
    one, many = operands
    if one is None or many is None:
        return None
    return boolean(comparable(one.scalar, one.base_type) in _comparables(many))


def _contains(node: Node, operands: Operands, scope: Scope) -> Value | None:
    """Bags: the first holds the second, counts included. Sequences: as a run of neighbours."""
    whole, part = operands
    if whole is None or part is None:
        return None
    a, b = _comparables(whole), _comparables(part)
    if whole.cardinality is Cardinality.ORDERED:
        return boolean(any(a[i : i + len(b)] == b for i in range(len(a) - len(b) + 1)))
    return boolean(not Counter(b) - Counter(a))


def _delete(node: Node, operands: Operands, scope: Scope) -> Value | None:
    one, many = operands
    if one is None or many is None or many.base_type is None:
        return None
    gone = comparable(one.scalar, one.base_type)
    left = [item for item in many.items if comparable(item, many.base_type) != gone]
    return container(many.cardinality, many.base_type, left)


def _field_value(node: Node, operands: Operands, scope: Scope) -> Value | None:
    record = operands[0]
    if record is None:
        return None
    wanted = node.get("fieldIdentifier")
    return next((single(base, item) for name, base, item in record.fields if name == wanted), None)


# --- comparison of numbers ---------------------------------------------------------------------------------


def _two_numbers(operands: Operands) -> tuple[float, float] | None:
    values = _numbers(operands)
    return None if values is None else (values[0], values[1])


def _compared(test: Callable[[float, float], bool]) -> Callable[[Node, Operands, Scope], Value | None]:
    def run(node: Node, operands: Operands, scope: Scope) -> Value | None:
        pair = _two_numbers(operands)
        return None if pair is None else boolean(test(*pair))

    return run


def _equal(node: Node, operands: Operands, scope: Scope) -> Value | None:
    """The second number lies within the tolerance around the first (QTI 2.2, « equal »)."""
    pair = _two_numbers(operands)
    if pair is None:
        return None
    first, second = pair
    mode = node.get("toleranceMode", "exact")
    if mode == "exact":
        return boolean(first == second)
    amounts = [_amount(word, scope) for word in node.get("tolerance").split()]
    below, above = amounts[0], amounts[-1]
    if mode == "relative":
        below, above = abs(first) * below / 100, abs(first) * above / 100
    # One unit in the last place of slack: 4.1 + 0.1 must reach 4.2 as it does on paper.
    slack = 4 * math.ulp(max(abs(first), abs(second)))
    low, high = first - below, first + above
    at_low, at_high = abs(second - low) <= slack, abs(second - high) <= slack
    reaches = at_low if node.get("includeLowerBound", "true") in ("true", "1") else False
    reaches |= at_high if node.get("includeUpperBound", "true") in ("true", "1") else False
    return boolean(reaches or (low < second < high and not at_low and not at_high))


def _rounded(value: float, mode: str, figures: int) -> Decimal:
    exact = Decimal(repr(float(value)))
    if mode == "decimalPlaces":
        return exact.quantize(
            Decimal(1).scaleb(-figures), rounding=ROUND_HALF_UP, context=Context(prec=400, Emax=999)
        )
    return Context(prec=figures, rounding=ROUND_HALF_UP).plus(exact)


def _figures(node: Node, scope: Scope) -> int | None:
    """Significant figures (from 1) or decimal places (from 0); None when they make no sense."""
    figures = _count(node.get("figures"), scope)
    low = 0 if node.get("roundingMode", "significantFigures") == "decimalPlaces" else 1
    return figures if low <= figures <= 30 else None


def _equal_rounded(node: Node, operands: Operands, scope: Scope) -> Value | None:
    pair, figures = _two_numbers(operands), _figures(node, scope)
    if pair is None or figures is None:
        return None
    mode = node.get("roundingMode", "significantFigures")
    return boolean(_rounded(pair[0], mode, figures) == _rounded(pair[1], mode, figures))


def _round_to(node: Node, operands: Operands, scope: Scope) -> Value | None:
    values, figures = _numbers(operands), _figures(node, scope)
    if values is None or figures is None:
        return None
    return number(float(_rounded(values[0], node.get("roundingMode", "significantFigures"), figures)))


# --- arithmetic --------------------------------------------------------------------------------------------


def _reduced(run: Callable[[list[float]], float | None]) -> Callable[[Node, Operands, Scope], Value | None]:
    """An operator over all the numbers of its operands; NULL when one is NULL or the result overflows."""

    def operator(node: Node, operands: Operands, scope: Scope) -> Value | None:
        values = _numbers(operands)
        if values is None or not values:
            return None
        try:
            return _result(operands, run(values))
        except (OverflowError, ValueError, ZeroDivisionError):
            return None

    return operator


def _divide(node: Node, operands: Operands, scope: Scope) -> Value | None:
    pair = _two_numbers(operands)
    return None if pair is None or pair[1] == 0 else number(pair[0] / pair[1])


def _float_power(values: list[float]) -> float | None:
    found = math.pow(values[0], values[1])
    return found if math.isfinite(found) else None


def _integers(run: Callable[[list[int]], int | None]) -> Callable[[Node, Operands, Scope], Value | None]:
    def operator(node: Node, operands: Operands, scope: Scope) -> Value | None:
        values = _whole(operands)
        found = None if values is None else run(values)
        return None if found is None or abs(found) > MAX_MAGNITUDE else integer(found)

    return operator


def _to_integer(run: Callable[[float], int]) -> Callable[[Node, Operands, Scope], Value | None]:
    def operator(node: Node, operands: Operands, scope: Scope) -> Value | None:
        values = _numbers(operands)
        return None if values is None or abs(values[0]) > MAX_MAGNITUDE else integer(run(values[0]))

    return operator


def _to_float(node: Node, operands: Operands, scope: Scope) -> Value | None:
    values = _numbers(operands)
    return None if values is None else number(float(values[0]))


def _gcd(values: list[int]) -> int:
    return math.gcd(*values)


def _lcm(values: list[int]) -> int:
    return math.lcm(*values)


_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "mean": statistics.fmean,
    "sampleVariance": statistics.variance,
    "sampleSD": statistics.stdev,
    "popVariance": statistics.pvariance,
    "popSD": statistics.pstdev,
}


def _stats(node: Node, operands: Operands, scope: Scope) -> Value | None:
    values = _numbers(operands)
    if values is None:
        return None
    try:
        return number(float(_STATISTICS[node.get("name")](values)))
    except (statistics.StatisticsError, OverflowError):
        return None


_FUNCTIONS: dict[str, Callable[..., float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "sec": lambda x: 1 / math.cos(x),
    "csc": lambda x: 1 / math.sin(x),
    "cot": lambda x: 1 / math.tan(x),
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": math.atan2,
    "asec": lambda x: math.acos(1 / x),
    "acsc": lambda x: math.asin(1 / x),
    "acot": lambda x: math.atan(1 / x),
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "sech": lambda x: 1 / math.cosh(x),
    "csch": lambda x: 1 / math.sinh(x),
    "coth": lambda x: 1 / math.tanh(x),
    "log": math.log10,
    "ln": math.log,
    "exp": math.exp,
    "abs": abs,
    "signum": lambda x: (x > 0) - (x < 0),
    "floor": math.floor,
    "ceil": math.ceil,
    "toDegrees": math.degrees,
    "toRadians": math.radians,
}


def _math_operator(node: Node, operands: Operands, scope: Scope) -> Value | None:
    values = _numbers(operands)
    if values is None:
        return None
    try:
        found = _FUNCTIONS[node.get("name")](*values)
    except (ValueError, OverflowError, ZeroDivisionError):
        return None
    if node.get("name") in ("floor", "ceil"):
        return integer(int(found))
    return number(float(found))


Operator = Callable[[Node, Operands, Scope], Value | None]

_OPERATORS: dict[str, Operator] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "match": _match,
    "isNull": _is_null,
    "stringMatch": _string_match,
    "substring": _substring,
    "patternMatch": _pattern_match,
    "multiple": _multiple,
    "ordered": _ordered,
    "containerSize": _container_size,
    "index": _index,
    "member": _member,
    "contains": _contains,
    "delete": _delete,
    "fieldValue": _field_value,
    "lt": _compared(lambda a, b: a < b),
    "gt": _compared(lambda a, b: a > b),
    "lte": _compared(lambda a, b: a <= b),
    "gte": _compared(lambda a, b: a >= b),
    "durationLT": _compared(lambda a, b: a < b),
    "durationGTE": _compared(lambda a, b: a >= b),
    "equal": _equal,
    "equalRounded": _equal_rounded,
    "roundTo": _round_to,
    "sum": _reduced(math.fsum),
    "product": _reduced(math.prod),
    "subtract": _reduced(lambda v: v[0] - v[1]),
    "divide": _divide,
    "power": _reduced(_float_power),
    "min": _reduced(min),
    "max": _reduced(max),
    "integerDivide": _integers(lambda v: v[0] // v[1] if v[1] else None),
    "integerModulus": _integers(lambda v: v[0] % v[1] if v[1] else None),
    "gcd": _integers(_gcd),
    "lcm": _integers(_lcm),
    "truncate": _to_integer(math.trunc),
    "round": _to_integer(lambda x: math.floor(x + 0.5)),
    "integerToFloat": _to_float,
    "statsOperator": _stats,
    "mathOperator": _math_operator,
}

ANY = 10**6
ARITY: dict[str, tuple[int, int]] = {
    **dict.fromkeys(_LEAVES, (0, 0)),
    **dict.fromkeys(("not", "isNull", "containerSize", "index", "fieldValue", "patternMatch"), (1, 1)),
    **dict.fromkeys(("truncate", "round", "roundTo", "integerToFloat", "statsOperator"), (1, 1)),
    **dict.fromkeys(
        ("match", "stringMatch", "substring", "member", "contains", "delete", "lt", "gt"), (2, 2)
    ),
    **dict.fromkeys(("lte", "gte", "durationLT", "durationGTE", "equal", "equalRounded"), (2, 2)),
    **dict.fromkeys(("subtract", "divide", "power", "integerDivide", "integerModulus"), (2, 2)),
    **dict.fromkeys(("and", "or", "anyN", "sum", "product", "min", "max", "gcd", "lcm"), (1, ANY)),
    **dict.fromkeys(("multiple", "ordered"), (0, ANY)),
    "mathOperator": (1, 2),
}
"""Known expression -> the least and the most operands."""

ENUMERATED: dict[tuple[str, str], frozenset[str]] = {
    ("baseValue", "baseType"): frozenset(BaseType) - {BaseType.FILE},
    ("mathConstant", "name"): frozenset({"pi", "e"}),
    ("statsOperator", "name"): frozenset(_STATISTICS),
    ("mathOperator", "name"): frozenset(_FUNCTIONS),
}
"""(Expression, attribute) -> its possible values."""

IDENTIFIERS = {"variable": "any", "default": "any", "correct": "response", "mapResponse": "response"}
"""Expression with an `identifier` -> which declaration it must point to."""
