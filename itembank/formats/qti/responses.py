"""A candidate's response as plain JSON <-> the typed values of an item's declarations.

The shape of each value stands in `docs/interchange.md`, « Responses in JSON ».
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from itembank.errors import ResponseInvalid
from itembank.formats.qti.admissible import gap_first, names_of, offers
from itembank.formats.qti.model import (
    GapMatchInteraction,
    Interaction,
    MatchInteraction,
    QtiItem,
    ResponseDeclaration,
    SliderInteraction,
)
from itembank.formats.qti.values import BaseType, Cardinality, Pair, Scalar, Value, container, single
from itembank.scoring import parse_number

Responses = dict[str, Value | None]
"""Response identifier -> its value, None for no answer."""


def read_responses(item: QtiItem, data: Any) -> Responses:
    """JSON -> a value for every declared response; one left out keeps its default, `null` is no answer (to any).

    Raises ResponseInvalid: an unknown response or choice, or a value of another shape.
    """
    names = {r.identifier for r in item.responses}
    found: Responses = {r.identifier: r.default for r in item.responses}
    if data is None:
        return dict.fromkeys(found)
    interactions = {i.response: i for i in item.interactions}
    if not isinstance(data, Mapping):
        if len(interactions) != 1:
            raise ResponseInvalid("response.by_name", names=", ".join(sorted(names)))
        data = {next(iter(interactions)): data}
    for name, raw in data.items():
        if name not in names:
            raise ResponseInvalid(
                "response.unknown_variable", identifier=str(name), names=", ".join(sorted(names))
            )
        found[name] = _value(item.response(name), interactions.get(name), raw)
    return found


def _value(declared: ResponseDeclaration, interaction: Interaction | None, raw: Any) -> Value | None:
    if raw is None or raw in ("", []):
        return None
    base_type = declared.base_type
    if declared.cardinality is Cardinality.RECORD or base_type is None:
        return _typed_record(raw)
    pairs = base_type in (BaseType.PAIR, BaseType.DIRECTED_PAIR)
    one_pair = pairs and isinstance(raw, list | tuple) and len(raw) == 2 and all(_is_name(r) for r in raw)
    members = list(raw) if isinstance(raw, list | tuple) and not one_pair else [raw]
    if declared.cardinality is Cardinality.SINGLE and len(members) != 1:
        raise ResponseInvalid("response.one_choice")
    scalars = [
        s for member in members if (s := _scalar(declared, interaction, base_type, member)) is not None
    ]
    if declared.cardinality is Cardinality.SINGLE:
        return single(base_type, scalars[0] if scalars else None)
    return container(declared.cardinality, base_type, scalars)


def _is_name(raw: Any) -> bool:
    return isinstance(raw, str) and len(raw.split()) == 1


def _scalar(
    declared: ResponseDeclaration, interaction: Interaction | None, base_type: BaseType, raw: Any
) -> Scalar | None:
    scalar: Scalar | None
    match base_type:
        case BaseType.PAIR | BaseType.DIRECTED_PAIR:
            scalar = _pair(declared, interaction, raw)
        case BaseType.INTEGER | BaseType.FLOAT | BaseType.DURATION:
            scalar = _typed_number(interaction, base_type, raw)
        case BaseType.BOOLEAN:
            if not isinstance(raw, bool):
                raise ResponseInvalid("response.text_expected")
            return raw
        case _:
            if isinstance(raw, bool) or not isinstance(raw, str | int | float):
                raise ResponseInvalid("response.text_expected")
            scalar = str(raw).strip()
    if scalar is not None and interaction is not None and not offers(interaction, scalar):
        shown = " ".join(scalar) if isinstance(scalar, tuple) else str(scalar)
        raise ResponseInvalid("response.unknown_choice", identifier=shown[:60])
    return scalar


def _pair(declared: ResponseDeclaration, interaction: Interaction | None, raw: Any) -> Pair:
    """Two identifiers, turned the way the item writes its pairs when given the other way round."""
    parts = raw.split() if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple) or len(parts) != 2 or not all(isinstance(p, str) for p in parts):
        raise ResponseInvalid("response.pair_expected")
    a, b = (str(p).strip() for p in parts)
    if isinstance(interaction, MatchInteraction) and a not in names_of(interaction.lefts):
        return (b, a)
    if isinstance(interaction, GapMatchInteraction):
        first_is_gap = a in {g.identifier for g in interaction.gaps}
        if first_is_gap != gap_first(interaction, declared):
            return (b, a)
    return (a, b)


def _typed_number(interaction: Interaction | None, base_type: BaseType, raw: Any) -> Scalar | None:
    """A number, given as one or as typed (`4,5` too); typed text that is none counts as no answer."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise ResponseInvalid("response.number_expected")
    number = parse_number(raw) if isinstance(raw, str) else float(raw)
    if isinstance(raw, str) and number is None and re.fullmatch(r"[+-]?[\d.]+[eE][+-]?\d{1,2}", raw.strip()):
        try:
            number = float(raw)
        except ValueError:
            number = None
    if number is None or number != number or number in (float("inf"), float("-inf")):
        if isinstance(interaction, SliderInteraction):
            raise ResponseInvalid("response.number_expected")
        return None
    if base_type is BaseType.INTEGER:
        return int(number) if number.is_integer() else None
    return number


_TYPED = re.compile(r"[+-]?(\d*)(?:[.,](\d*))?(?:[eE]([+-]?\d{1,3}))?")


def _typed_record(raw: Any) -> Value | None:
    """What was typed as a number, with its precision (QTI 2.2, « textEntryInteraction » bound to a record)."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise ResponseInvalid("response.text_expected")
    text = str(raw).strip()
    fields: list[tuple[str, BaseType, Scalar]] = [("stringValue", BaseType.STRING, text)]
    found = _TYPED.fullmatch(text)
    if found and (found[1] or found[2]):
        left, right, exponent = found[1], found[2] or "", found[3]
        value = float(text.replace(",", "."))
        digits = (left + right).lstrip("0")
        fields += [
            ("floatValue", BaseType.FLOAT, value),
            ("leftDigits", BaseType.INTEGER, len(left)),
            ("rightDigits", BaseType.INTEGER, len(right)),
            ("ndp", BaseType.INTEGER, len(right) - int(exponent or 0)),
            ("nsf", BaseType.INTEGER, len(digits) if right else len(digits.rstrip("0")) or len(digits)),
        ]
        if exponent is not None:
            fields.append(("exponent", BaseType.INTEGER, int(exponent)))
        if value.is_integer() and not right and exponent is None:
            fields.append(("integerValue", BaseType.INTEGER, int(value)))
    return Value(Cardinality.RECORD, None, (), tuple(fields))


# --- typed responses -> JSON ------------------------------------------------------------------------------------


def as_json(responses: Responses) -> dict[str, Any]:
    """Typed responses as the JSON that `read_responses` reads back."""
    found: dict[str, Any] = {}
    for name, value in responses.items():
        if value is None:
            found[name] = None
        elif value.cardinality is Cardinality.RECORD:
            found[name] = next(s for n, _, s in value.fields if n == "stringValue")
        else:
            items = [list(i) if isinstance(i, tuple) else i for i in value.items]
            found[name] = items[0] if value.cardinality is Cardinality.SINGLE else items
    return found
