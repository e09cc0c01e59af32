"""`responseDeclaration` and `outcomeDeclaration` elements -> the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itembank.formats.faults import Refused
from itembank.formats.qti.model import (
    LookupTable,
    MapEntry,
    Mapping,
    OutcomeDeclaration,
    ResponseDeclaration,
)
from itembank.formats.qti.values import BaseType, Cardinality, Scalar, Value, container, parse, single
from itembank.formats.qti.xml_names import (
    attribute,
    children,
    decimal,
    flag,
    is_version_3,
    name_of,
    required,
    text_of,
)
from itembank.formats.safe_xml import line_of

if TYPE_CHECKING:
    from lxml.etree import _Element


def _types(element: _Element) -> tuple[Cardinality, BaseType | None]:
    cardinality, base_type = required(element, "cardinality"), attribute(element, "baseType").strip()
    if cardinality not in tuple(Cardinality):
        raise Refused("attribute_value", line_of(element), name="cardinality", value=cardinality[:40])
    if base_type and base_type not in tuple(BaseType):
        raise Refused("attribute_value", line_of(element), name="baseType", value=base_type[:40])
    if not base_type and cardinality != Cardinality.RECORD:
        raise Refused("missing_attribute", line_of(element), name="baseType", element=name_of(element))
    return Cardinality(cardinality), BaseType(base_type) if base_type else None


def _value(element: _Element, cardinality: Cardinality, base_type: BaseType | None) -> Value | None:
    """The value of a `correctResponse` or `defaultValue`."""
    scalars: list[Scalar] = []
    fields: list[tuple[str, BaseType, Scalar]] = []
    for child in children(element):
        if name_of(child) != "value":
            continue
        if cardinality is Cardinality.RECORD:
            base = BaseType(attribute(child, "baseType", "string"))
            fields.append(
                (required(child, "fieldIdentifier"), base, parse(text_of(child), base, line_of(child)))
            )
        elif base_type is not None:
            scalars.append(parse(text_of(child), base_type, line_of(child)))
    if cardinality is Cardinality.RECORD or base_type is None:
        return Value(cardinality, None, (), tuple(fields)) if fields else None
    if cardinality is Cardinality.SINGLE:
        if len(scalars) > 1:
            raise Refused("single_values", line_of(element), found=len(scalars))
        return single(base_type, scalars[0] if scalars else None)
    return container(cardinality, base_type, scalars)


def response_declaration(element: _Element) -> ResponseDeclaration:
    """Read a response's declaration. Raises Refused."""
    cardinality, base_type = _types(element)
    correct = default = None
    mapping = None
    for child in children(element):
        match name_of(child):
            case "correctResponse":
                correct = _value(child, cardinality, base_type)
            case "defaultValue":
                default = _value(child, cardinality, base_type)
            case "mapping" if base_type is not None:
                mapping = _mapping(child, base_type)
            case _:
                pass  # an area mapping: what uses it is refused by name
    return ResponseDeclaration(
        required(element, "identifier"), cardinality, base_type, correct, default, mapping
    )


def _mapping(element: _Element, base_type: BaseType) -> Mapping:
    entries = []
    for child in children(element):
        if name_of(child) != "mapEntry":
            continue
        points = decimal(child, "mappedValue")
        if points is None:
            raise Refused("missing_attribute", line_of(child), name="mappedValue", element="mapEntry")
        # The default differs: true in QTI 2, false in QTI 3. It means something for texts only.
        sensitive = flag(child, "caseSensitive", default=not is_version_3(child))
        key = parse(attribute(child, "mapKey"), base_type, line_of(child))
        entries.append(MapEntry(key, points, sensitive or base_type is not BaseType.STRING))
    return Mapping(
        tuple(entries),
        decimal(element, "defaultValue") or 0.0,
        decimal(element, "lowerBound"),
        decimal(element, "upperBound"),
    )


def outcome_declaration(element: _Element) -> OutcomeDeclaration:
    """Read an outcome's declaration. Raises Refused."""
    cardinality, base_type = _types(element)
    default, lookup = None, None
    for child in children(element):
        match name_of(child):
            case "defaultValue":
                default = _value(child, cardinality, base_type)
            case "matchTable" | "interpolationTable" if base_type is not None:
                lookup = _lookup(child, base_type)
            case _:
                pass
    return OutcomeDeclaration(
        required(element, "identifier"),
        cardinality,
        base_type,
        default,
        decimal(element, "normalMaximum"),
        decimal(element, "normalMinimum"),
        attribute(element, "externalScored").strip(),
        lookup,
    )


def _lookup(element: _Element, base_type: BaseType) -> LookupTable:
    interpolates = name_of(element) == "interpolationTable"
    entries = []
    for child in children(element):
        source = decimal(child, "sourceValue")
        if source is None:
            raise Refused("missing_attribute", line_of(child), name="sourceValue", element=name_of(child))
        target = parse(attribute(child, "targetValue"), base_type, line_of(child))
        entries.append((source, target, flag(child, "includeBoundary", default=True)))
    if interpolates:
        entries.sort(key=lambda entry: -entry[0])
    default = attribute(element, "defaultValue")
    return LookupTable(interpolates, tuple(entries), parse(default, base_type) if default else None)
