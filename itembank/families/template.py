"""Filling a family's record: every ``{expression}`` of every text, with its agreement, and tables that spill.

- A text that is one ``{expression}`` and nothing else keeps the expression's type where a number, a flag or a list
  may stand (`value`, `key`, `accept`, cells…); elsewhere, and inside a longer text, the value is written in words.
- ``{{`` and ``}}`` are plain braces.
- In `cells`, a list under « A2 » spills downwards from A2, a list of rows also to the right.
- In a list, a member that is one ``{expression}`` giving a list is replaced by its members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from itembank.errors import ItemInvalid
from itembank.families.expressions import Fault, Node, evaluate, parse
from itembank.families.functions import AGREEMENTS, FUNCTIONS, shown
from itembank.families.values import Value
from itembank.tasks.formula.addresses import cell_named, column_letters

WORDED = frozenset(
    {
        "situation", "question", "text", "right", "wrong", "left", "hint", "accessibility", "misconception", "steps",
        "extra_rights", "accept", "name", "subject", "unit", "tip", "sources", "title", "label",
    }
)  # fmt: skip
"""Fields that hold words: a number in them is written the way a person reads it."""
SPILLING = frozenset({"cells", "set"})

_HOLE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_AGREED = re.compile(r"\s*([^\W\d]\w*)\s*:(?!=)(.*)", re.DOTALL)

Part = str | tuple[tuple[str, ...], Node, str]
"""A stretch of text, or (agreements from the outside in, expression, its source)."""


@lru_cache(maxsize=8192)
def parts(text: str) -> tuple[Part, ...]:
    """`text` cut at its holes. Raises Fault ``syntax``, ``unknown_function`` (an agreement)."""
    found: list[Part] = []
    end = 0
    for match in _HOLE.finditer(text):
        found.append(text[end : match.start()])
        end = match.end()
        whole = match.group(0)
        if whole in ("{{", "}}"):
            found.append(whole[0])
        elif match.group(1) is None:
            raise Fault("syntax", whole)
        else:
            found.append(_hole(match.group(1)))
    found.append(text[end:])
    return tuple(p for p in found if p != "")


def _hole(source: str) -> Part:
    agreements: list[str] = []
    rest = source
    while match := _AGREED.match(rest):
        if match.group(1) not in AGREEMENTS:
            raise Fault("unknown_function", match.group(1))
        agreements.append(match.group(1))
        rest = match.group(2)
    return tuple(agreements), parse(rest), source


def filled(template: Mapping[str, Any], values: Mapping[str, Value], language: str = "fr") -> dict[str, Any]:
    """`template` with every hole filled. Raises ItemInvalid ``family.expression`` naming the field."""
    return _Filling(values, language).record(template, "")


class _Filling:
    def __init__(self, values: Mapping[str, Value], language: str) -> None:
        self._values = values
        self._language = language

    def record(self, record: Mapping[str, Any], where: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in record.items():
            field = f"{where}.{key}" if where else str(key)
            name = self._worded(key, field) if isinstance(key, str) and "{" in key else key
            out[name] = self._node(value, field, str(key))
            if key in SPILLING and isinstance(out[name], dict):
                out[name] = _spilled(out[name], field)
        return out

    def _node(self, value: Any, where: str, key: str) -> Any:
        match value:
            case str():
                return self._text(value, where, key)
            case Mapping():
                return self.record(value, where)
            case list():
                out: list[Any] = []
                for index, member in enumerate(value):
                    made = self._node(member, f"{where}.{index}", key)
                    if isinstance(member, str) and isinstance(made, list):
                        out.extend(made)
                    else:
                        out.append(made)
                return out
            case _:
                return value

    def _text(self, text: str, where: str, key: str) -> Any:
        found = self._parts(text, where)
        if len(found) == 1 and not isinstance(found[0], str) and not found[0][0]:
            value = self._value(found[0][1], where, found[0][2])
            return self._plain(value, where, found[0][2], key)
        return self._worded(text, where)

    def _worded(self, text: str, where: str) -> str:
        out = []
        for part in self._parts(text, where):
            if isinstance(part, str):
                out.append(part)
                continue
            agreements, node, source = part
            try:
                value = evaluate(node, self._values, FUNCTIONS)
                for name in reversed(agreements):
                    value = AGREEMENTS[name](value)
                out.append(shown(value, self._language))
            except (Fault, ValueError) as fault:
                raise _invalid(where, source, fault) from fault
        return "".join(out)

    def _parts(self, text: str, where: str) -> tuple[Part, ...]:
        try:
            return parts(text)
        except Fault as fault:
            raise _invalid(where, text, fault) from fault

    def _value(self, node: Node, where: str, source: str) -> Value:
        try:
            return evaluate(node, self._values, FUNCTIONS)
        except Fault as fault:
            raise _invalid(where, source, fault) from fault

    def _plain(self, value: Value, where: str, source: str, key: str) -> Any:
        """`value` as plain YAML data, as far as the field takes any."""
        match value:
            case bool():
                return value
            case Fraction() if key not in WORDED:
                return int(value) if value.denominator == 1 else float(value)
            case tuple():
                return [self._plain(member, where, source, key) for member in value]
            case Mapping():
                return {k: self._plain(v, where, source, key) for k, v in value.items()}
            case _:
                try:
                    return shown(value, self._language)
                except Fault as fault:
                    raise _invalid(where, source, fault) from fault


def _spilled(cells: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Cells whose values are lists, laid out over the cells below and to the right."""
    out: dict[str, Any] = {}
    for name, value in cells.items():
        for at, one in _laid(name, value, where):
            if at in out:
                raise ItemInvalid("item.duplicate", f"{where}.{name}", value=at)
            out[at] = one
    return out


def _laid(name: str, value: Any, where: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, list):
        yield name, value
        return
    start = cell_named(name)
    if start is None:
        raise ItemInvalid("task.not_a_cell", f"{where}.{name}", cell=name)
    for down, row in enumerate(value):
        across = list(row.values()) if isinstance(row, dict) else row if isinstance(row, list) else [row]
        for right, one in enumerate(across):
            yield f"{column_letters(start.column + right)}{start.row + down}", one


def _invalid(where: str, expression: str, fault: Exception) -> ItemInvalid:
    reason, about = (fault.reason, fault.about) if isinstance(fault, Fault) else ("gender", "")
    return ItemInvalid("family.expression", where, expression=expression, reason=reason, about=about)
