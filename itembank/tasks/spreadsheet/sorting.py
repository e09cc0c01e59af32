"""In which order values stand in a column."""

from __future__ import annotations

from itembank.tasks.formula import ErrorValue, Scalar
from itembank.tasks.formula.values import order, text_key


def sorts(one: Scalar, other: Scalar) -> int:
    """-1, 0 or 1: numbers, then texts by the French alphabet, then booleans, then errors, which all are equal."""
    errors = isinstance(one, ErrorValue), isinstance(other, ErrorValue)
    if any(errors):
        return errors[0] - errors[1]
    if isinstance(one, str) and isinstance(other, str):
        return (text_key(one) > text_key(other)) - (text_key(one) < text_key(other))
    return order(one, other)
