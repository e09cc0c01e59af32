"""XML read without trust: no entity, no DTD, no network, bounded in size and depth.

A document type declaration is refused before the document is parsed: none of these formats needs one, and all known
XML bombs and file disclosures do. (OWASP « XML External Entity Prevention »; lxml FAQ on untrusted input.)
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from itembank.formats.faults import MissingExtra, Refused

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES = 4_000_000
MAX_DEPTH = 120


class _Declared(Exception):
    """A document type declaration was met."""


class _DoctypeWatch:
    """A parser target that keeps nothing and stops at a document type declaration."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise _Declared

    def start(self, tag: str, attrib: object) -> None: ...

    def end(self, tag: str) -> None: ...

    def data(self, data: str) -> None: ...

    def comment(self, text: str) -> None: ...

    def pi(self, target: str, data: str | None = None) -> None: ...

    def close(self) -> None: ...


def root_of(data: bytes) -> _Element:
    """The root element of a document. Raises Refused (`too_large`, `doctype`, `not_xml`, `depth`), MissingExtra."""
    try:
        from lxml import etree
    except ImportError as fault:
        raise MissingExtra("interchange") from fault
    if len(data) > MAX_BYTES:
        raise Refused("too_large", limit=MAX_BYTES)
    target: Any = _DoctypeWatch()
    watch = etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        etree.fromstring(data, watch)
    except _Declared:
        raise Refused("doctype", 1) from None
    except etree.XMLSyntaxError as fault:
        raise _malformed(fault) from fault
    except (ValueError, LookupError) as fault:
        raise Refused("not_xml", 1, reason=str(fault)[:120]) from fault
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise _malformed(fault) from fault
    tree: Any = root.getroottree()
    if tree.docinfo.doctype:
        raise Refused("doctype", 1)
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise Refused("depth", line_of(element), limit=MAX_DEPTH)
    return root


def _malformed(fault: SyntaxError) -> Refused:
    return Refused("not_xml", fault.lineno or 1, reason=(fault.msg or "")[:160])


def document(root: ElementTree.Element) -> bytes:
    """A document that we write: UTF-8, declared as such."""
    written: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written + b"\n"


def line_of(element: _Element) -> int:
    """The line where an element begins, from 1; 0 when the parser does not know."""
    line: Any = element.sourceline
    return int(line or 0)


def local(element: _Element) -> str:
    """An element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def camel(name: str) -> str:
    """``response-else-if`` -> ``responseElseIf``: names of QTI 3 in the spelling of QTI 2."""
    head, *rest = name.split("-")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


@lru_cache(maxsize=1024)
def kebab(name: str) -> str:
    """``responseElseIf`` -> ``response-else-if``."""
    out = name[:1]
    for before, char in pairwise(name):
        out += (
            f"-{char.lower()}"
            if char.isupper() and not before.isupper()
            else char.lower()
            if char.isupper()
            else char
        )
    return out
