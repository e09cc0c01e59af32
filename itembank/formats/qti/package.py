"""QTI content packages: items out of a folder, an archive or one file; our items into an archive.

Source: IMS Content Packaging 1.1.4 and its QTI 2.x / 3.0 profiles (`imsmanifest.xml`, resources of an item type).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from itembank.formats.faults import Refusal, Refused
from itembank.formats.qti.model import QtiItem
from itembank.formats.qti.reader import is_item, item_of
from itembank.formats.qti.usage import Statistics, read_usage, write_usage
from itembank.formats.qti.writer import write_item
from itembank.formats.qti.xml_names import attribute, name_of
from itembank.formats.safe_xml import document, line_of, local, root_of
from itembank.formats.sources import Source, resolved

if TYPE_CHECKING:
    from lxml.etree import _Element

MANIFEST = "imsmanifest.xml"
USAGE = "usage-data.xml"
_PACKAGING = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_METADATA = "http://www.imsglobal.org/xsd/imsqti_metadata_v3p0"


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An item of a package and the file that holds it."""

    file: str
    line: int
    item: QtiItem


@dataclass(slots=True)
class Package:
    """What a source holds: items, refusals, and item statistics by item identifier."""

    items: list[ReadItem] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    statistics: dict[str, Statistics] = field(default_factory=dict)


def read_package(source: Source, *, alt_text: bool = False) -> Package:
    """Every item of a source; what is not taken is listed with its reason, never raised.

    A manifest decides which files are items. Without one, every XML file must be an item.
    """
    found = Package()
    names = source.names()
    manifests = [name for name in names if PurePosixPath(name).name == MANIFEST]
    governed: set[str] = set()
    for manifest in manifests:
        folder = str(PurePosixPath(manifest).parent)
        folder = "" if folder == "." else folder
        governed.add(folder)
        try:
            addresses = _manifest(source, manifest, folder, found)
        except Refused as fault:
            _refuse(found, source, manifest, fault)
            continue
        for name, line in addresses:
            try:
                root = root_of(source.read(name))
            except Refused as fault:
                # A file that is named but missing is the manifest's fault, at its line.
                place = (
                    (manifest, Refused(fault.code, line, **fault.params))
                    if fault.code == "missing"
                    else (name, fault)
                )
                _refuse(found, source, *place)
                continue
            _take(found, source, name, root, alt_text)
    for name in names:
        if name.lower().endswith(".xml") and not any(_below(name, folder) for folder in governed):
            try:
                root = root_of(source.read(name))
            except Refused as fault:
                _refuse(found, source, name, fault)
                continue
            if name_of(root) == "usageData":
                found.statistics |= read_usage(root)
            else:
                _take(found, source, name, root, alt_text)
    return found


def _below(name: str, folder: str) -> bool:
    return not folder or name.startswith(f"{folder}/")


def _refuse(found: Package, source: Source, name: str, fault: Refused, item: str = "") -> None:
    found.refused.append(Refusal(fault.code, fault.params, source.shown(name), max(fault.line, 1), item))


def _take(found: Package, source: Source, name: str, root: _Element, alt_text: bool) -> None:
    folder = str(PurePosixPath(name).parent)
    try:
        if local(root) == "questestinterop":
            raise Refused("qti_1", line_of(root), name=local(root))
        item = item_of(
            root,
            alt_text=alt_text,
            load=lambda href: source.read(resolved("" if folder == "." else folder, href)),
        )
    except Refused as fault:
        _refuse(found, source, name, fault, attribute(root, "identifier").strip())
    else:
        found.items.append(ReadItem(source.shown(name), line_of(root), item))


def _manifest(source: Source, manifest: str, folder: str, found: Package) -> list[tuple[str, int]]:
    """The files of the manifest's items, each with its line in the manifest. Statistics are read on the way."""
    root = root_of(source.read(manifest))
    if local(root) != "manifest":
        raise Refused("not_manifest", line_of(root), name=local(root))
    addresses: list[tuple[str, int]] = []
    others: list[str] = []
    for resource in _resources(root):
        kind = (resource.get("type") or "").lower()
        href = resource.get("href") or _first_file(resource)
        if not href:
            continue
        try:
            name = resolved(folder, href)
        except Refused as fault:
            _refuse(found, source, manifest, Refused(fault.code, line_of(resource), **fault.params))
            continue
        if "imsqti_xmlv1" in kind or "qtiasiv1" in kind:
            _refuse(found, source, manifest, Refused("qti_1", line_of(resource), name=href[:120]))
        elif "imsqti_item" in kind:
            addresses.append((name, line_of(resource)))
        elif name.lower().endswith(".xml"):
            others.append(name)
    for name in others:
        _statistics(source, name, found)
    if not addresses:
        addresses = [
            (name, 1) for name in source.names() if _below(name, folder) and _is_item_file(source, name)
        ]
    return addresses


def _resources(root: _Element) -> Iterator[_Element]:
    return (e for e in root.iter() if isinstance(e.tag, str) and local(e) == "resource")


def _first_file(resource: _Element) -> str:
    return next((e.get("href") or "" for e in resource if isinstance(e.tag, str) and local(e) == "file"), "")


def _statistics(source: Source, name: str, found: Package) -> None:
    try:
        root = root_of(source.read(name))
    except Refused:
        return  # not an item: nobody asked for it
    if name_of(root) == "usageData":
        found.statistics |= read_usage(root)


def _is_item_file(source: Source, name: str) -> bool:
    if not name.lower().endswith(".xml"):
        return False
    try:
        return is_item(root_of(source.read(name)))
    except Refused:
        return False


# --- writing -------------------------------------------------------------------------------------------------


def write_package(items: Sequence[tuple[QtiItem, Statistics | None]]) -> bytes:
    """A QTI 3.0 content package (zip) of items and their statistics; the same items give the same bytes."""
    buffer = BytesIO()
    names = unique_names([item.identifier for item, _ in items])
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, data: bytes) -> None:
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, data)

        statistics = {item.identifier: found for item, found in items if found is not None}
        add(MANIFEST, _manifest_of([item for item, _ in items], names, bool(statistics)))
        for name, (item, _) in zip(names, items, strict=True):
            add(f"items/{name}.xml", write_item(item))
        if statistics:
            add(USAGE, write_usage(statistics))
    return buffer.getvalue()


def unique_names(identifiers: Sequence[str]) -> list[str]:
    """A file name, without suffix, for each identifier: all different, whatever the case."""
    found: list[str] = []
    taken: set[str] = set()
    for identifier in identifiers:
        name = base = file_name(identifier)
        n = 1
        while name.casefold() in taken:
            n += 1
            name = f"{base}-{n}"
        taken.add(name.casefold())
        found.append(name)
    return found


def file_name(identifier: str) -> str:
    """An identifier as a file name: letters, digits, `.`, `_` and `-` only, and never hidden."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in identifier)
    return kept.lstrip(".")[:100] or "item"


_QTI_3_NAMES = {
    "choice": "choiceInteraction",
    "text_entry": "textEntryInteraction",
    "inline_choice": "inlineChoiceInteraction",
    "match": "matchInteraction",
    "order": "orderInteraction",
    "gap_match": "gapMatchInteraction",
    "associate": "associateInteraction",
    "hottext": "hottextInteraction",
    "slider": "sliderInteraction",
    "extended_text": "extendedTextInteraction",
}


def _manifest_of(items: Sequence[QtiItem], names: Sequence[str], statistics: bool) -> bytes:
    root = ET.Element(
        "manifest",
        {
            "xmlns": _PACKAGING,
            "xmlns:imsmd": _LOM,
            "xmlns:imsqti": _METADATA,
            "identifier": "kiosk-items",
        },
    )
    metadata = ET.SubElement(root, "metadata")
    ET.SubElement(metadata, "schema").text = "QTI Package"
    ET.SubElement(metadata, "schemaversion").text = "3.0.0"
    ET.SubElement(root, "organizations")
    resources = ET.SubElement(root, "resources")
    for name, item in zip(names, items, strict=True):
        href = f"items/{name}.xml"
        resource = ET.SubElement(
            resources,
            "resource",
            {"identifier": f"resource-{name}", "type": "imsqti_item_xmlv3p0", "href": href},
        )
        described = ET.SubElement(resource, "metadata")
        general = ET.SubElement(ET.SubElement(described, "imsmd:lom"), "imsmd:general")
        title = ET.SubElement(general, "imsmd:title")
        ET.SubElement(title, "imsmd:string", {"xml:lang": item.language or "fr"}).text = item.title
        ET.SubElement(general, "imsmd:language").text = item.language or "fr"
        if skill := dict(item.extensions).get("skill"):
            keyword = ET.SubElement(general, "imsmd:keyword")
            ET.SubElement(keyword, "imsmd:string", {"xml:lang": "fr"}).text = f"CRCN {skill}"
        qti = ET.SubElement(described, "imsqti:qtiMetadata")
        ET.SubElement(qti, "imsqti:timeDependent").text = "false"
        for kind in item.kinds:
            ET.SubElement(qti, "imsqti:interactionType").text = _QTI_3_NAMES[kind]
        ET.SubElement(qti, "imsqti:scoringMode").text = "responseprocessing" if item.rules else "human"
        ET.SubElement(qti, "imsqti:solutionAvailable").text = "true" if item.rules else "false"
        ET.SubElement(resource, "file", {"href": href})
    if statistics:
        resource = ET.SubElement(
            resources,
            "resource",
            {"identifier": "resource-usage-data", "type": "imsqti_usagedata_xmlv3p0", "href": USAGE},
        )
        ET.SubElement(resource, "file", {"href": USAGE})
    ET.indent(root)
    return document(root)
