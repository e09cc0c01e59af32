"""Names and attributes of QTI elements, whichever the version: QTI 3's are read as QTI 2's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from itembank.formats.faults import Refused
from itembank.formats.flows import without_controls
from itembank.formats.qti.values import MAX_NUMBER_LENGTH, BaseType, parse
from itembank.formats.safe_xml import camel, kebab, line_of, local

if TYPE_CHECKING:
    from lxml.etree import _Element

_IRREGULAR = {"durationLt": "durationLT", "durationGte": "durationGTE"}
_QTI_3 = "qti-"


def name_of(element: _Element) -> str:
    """The QTI 2 name of an element (``qti-response-if`` is ``responseIf``); HTML names are as written."""
    name = local(element)
    if name.startswith(_QTI_3):
        name = camel(name.removeprefix(_QTI_3))
        return _IRREGULAR.get(name, name)
    return name


def is_version_3(element: _Element) -> bool:
    return local(element).startswith(_QTI_3)


def children(element: _Element) -> Iterator[_Element]:
    """Child elements (no comment, no processing instruction)."""
    return (child for child in element if isinstance(child.tag, str))


def attribute(element: _Element, name: str, default: str = "") -> str:
    """An attribute by its QTI 2 name, in either spelling."""
    value = element.get(name)
    if value is None:
        value = element.get(kebab(name))
    return default if value is None else without_controls(value)


def required(element: _Element, name: str) -> str:
    """An attribute that must be there. Raises Refused (`missing_attribute`)."""
    value = attribute(element, name).strip()
    if not value:
        raise Refused("missing_attribute", line_of(element), name=name, element=local(element))
    return value


def flag(element: _Element, name: str, default: bool = False) -> bool:
    """A boolean attribute. Raises Refused (`attribute_value`)."""
    value = attribute(element, name).strip()
    if not value:
        return default
    if value not in ("true", "false", "1", "0"):
        raise Refused("attribute_value", line_of(element), name=name, value=value[:40])
    return value in ("true", "1")


def whole(element: _Element, name: str, default: int) -> int:
    """A whole number, 0 or more. Raises Refused (`attribute_value`)."""
    value = attribute(element, name).strip()
    if not value:
        return default
    if not value.isdecimal() or len(value) > 6:
        raise Refused("attribute_value", line_of(element), name=name, value=value[:40])
    return int(value)


def decimal(element: _Element, name: str) -> float | None:
    """A number, None when left out. Raises Refused (`attribute_value`)."""
    value = attribute(element, name).strip()
    if not value:
        return None
    try:
        return float(parse(value, BaseType.FLOAT))  # type: ignore[arg-type]
    except Refused:
        shown = value[:MAX_NUMBER_LENGTH]
        raise Refused("attribute_value", line_of(element), name=name, value=shown) from None


def text_of(element: _Element) -> str:
    """All the text inside an element."""
    return "".join(str(part) for part in element.itertext())
