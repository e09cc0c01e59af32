"""Typed values of the QTI information model and their NULL rules.

Source: 1EdTech QTI 2.2 ASI information model, sections « Basetype », « Cardinality » and « Expressions »; an empty
container and an empty string are NULL. NULL is `None` here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from itembank.formats.faults import Refused

Pair = tuple[str, str]
Scalar = str | int | float | bool | Pair
"""A pair and a directed pair are two identifiers; a point is text and never scored here."""


class Cardinality(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    ORDERED = "ordered"
    RECORD = "record"


class BaseType(StrEnum):
    IDENTIFIER = "identifier"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    FLOAT = "float"
    STRING = "string"
    POINT = "point"
    PAIR = "pair"
    DIRECTED_PAIR = "directedPair"
    DURATION = "duration"
    FILE = "file"
    URI = "uri"


NUMERIC = frozenset({BaseType.INTEGER, BaseType.FLOAT, BaseType.DURATION})
PAIRS = frozenset({BaseType.PAIR, BaseType.DIRECTED_PAIR})


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is not NULL. `items` holds one scalar when single, at least one otherwise.

    `fields` is used by records only: (name, base type, scalar), in order.
    """

    cardinality: Cardinality
    base_type: BaseType | None
    items: tuple[Scalar, ...] = ()
    fields: tuple[tuple[str, BaseType, Scalar], ...] = ()

    @property
    def scalar(self) -> Scalar:
        """The only scalar of a single value."""
        return self.items[0]


def single(base_type: BaseType, scalar: Scalar | None) -> Value | None:
    """A single value; an empty string, like nothing, is NULL."""
    if scalar is None or (base_type is BaseType.STRING and scalar == ""):
        return None
    return Value(Cardinality.SINGLE, base_type, (scalar,))


def container(cardinality: Cardinality, base_type: BaseType, scalars: Iterable[Scalar]) -> Value | None:
    """A multiple or ordered value; an empty one is NULL."""
    items = tuple(scalars)
    return Value(cardinality, base_type, items) if items else None


def number(value: float) -> Value | None:
    """A float, or NULL where arithmetic has no answer (QTI has neither NaN nor infinity as a score)."""
    return single(BaseType.FLOAT, value) if math.isfinite(value) else None


def integer(value: int) -> Value:
    return Value(Cardinality.SINGLE, BaseType.INTEGER, (value,))


def boolean(value: bool | None) -> Value | None:
    """A truth value; None stays NULL (three-valued logic)."""
    return None if value is None else Value(Cardinality.SINGLE, BaseType.BOOLEAN, (value,))


def truth(value: Value | None) -> bool | None:
    """True, False, or None for NULL. Raises Refused when the value is no boolean."""
    if value is None:
        return None
    if value.cardinality is not Cardinality.SINGLE or not isinstance(value.scalar, bool):
        raise Refused("operand_type", expected="boolean")
    return value.scalar


# --- reading and writing scalars ---------------------------------------------------------------------------

_INTEGER = re.compile(r"[+-]?\d{1,18}")
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
MAX_NUMBER_LENGTH = 60


def parse(text: str, base_type: BaseType, line: int = 0) -> Scalar:
    """One scalar as QTI writes it. Raises Refused (`value_type`) when it is not of the type.

    White space around a value is layout (authoring tools indent `value` elements), so it is dropped.
    """
    text = text.strip()
    match base_type:
        case BaseType.INTEGER if _INTEGER.fullmatch(text):
            return int(text)
        case BaseType.FLOAT | BaseType.DURATION if len(text) <= MAX_NUMBER_LENGTH and _FLOAT.fullmatch(text):
            if math.isfinite(value := float(text)):
                return value
        case BaseType.BOOLEAN if text in ("true", "1", "false", "0"):
            return text in ("true", "1")
        case BaseType.PAIR | BaseType.DIRECTED_PAIR:
            parts = text.split()
            if len(parts) == 2:
                return (parts[0], parts[1])
        case BaseType.IDENTIFIER if text and len(text.split()) == 1:
            return text
        case BaseType.STRING | BaseType.URI | BaseType.FILE | BaseType.POINT:
            return text
        case _:
            pass
    raise Refused("value_type", line, value=text[:60], type=str(base_type))


def written(scalar: Scalar) -> str:
    """A scalar as QTI writes it; floats with as many digits as read back to the same number."""
    match scalar:
        case bool():
            return "true" if scalar else "false"
        case float():
            return repr(int(scalar)) + ".0" if scalar.is_integer() and abs(scalar) < 1e15 else repr(scalar)
        case tuple():
            return " ".join(scalar)
        case _:
            return str(scalar)


# --- equality ----------------------------------------------------------------------------------------------


def comparable(scalar: Scalar, base_type: BaseType | None) -> Scalar | frozenset[str]:
    """A scalar in a form in which equal ones are the same object to a set: a pair has no direction.

    Integers and floats compare by value: `1` and `1.0` are one number.
    """
    if base_type is BaseType.PAIR and isinstance(scalar, tuple):
        return frozenset(scalar)
    if isinstance(scalar, int | float) and not isinstance(scalar, bool):
        return float(scalar)
    return scalar


_TEXTS = frozenset({BaseType.STRING, BaseType.IDENTIFIER, BaseType.URI})


def same_type(a: Value, b: Value) -> bool:
    """Whether two values may be compared: the same cardinality, and the same base type, or both numbers or texts."""
    if a.cardinality is not b.cardinality:
        return False
    if a.base_type is b.base_type:
        return True
    return any(a.base_type in kind and b.base_type in kind for kind in (NUMERIC, _TEXTS))


def matches(a: Value, b: Value) -> bool:
    """The `match` operator on values that are not NULL: equal scalars, bags or sequences.

    Raises Refused for values that the standard does not let be compared: a silent "no" would be a wrong score.
    """
    if not same_type(a, b):
        raise Refused("operand_type", expected=f"{a.cardinality} {a.base_type or ''}".strip())
    if a.cardinality is Cardinality.RECORD:
        return sorted(a.fields, key=repr) == sorted(b.fields, key=repr)
    left = [comparable(x, a.base_type) for x in a.items]
    right = [comparable(x, b.base_type) for x in b.items]
    if a.cardinality is Cardinality.MULTIPLE:
        return Counter(left) == Counter(right)
    return left == right
