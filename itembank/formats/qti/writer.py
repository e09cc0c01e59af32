"""A `QtiItem` -> a QTI 3.0 document. Reading it back gives an equal item.

Built with the standard library, so that exporting does not need the extra that importing does. Formatting that the
model does not keep (bold, columns) is not written; lines and paragraphs are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from itembank.formats.qti.model import (
    AssociateInteraction,
    ChoiceInteraction,
    ExtendedTextInteraction,
    FeedbackText,
    Gap,
    GapMatchInteraction,
    HottextInteraction,
    HottextZone,
    InlineChoiceInteraction,
    Interaction,
    LookupTable,
    Mapping,
    MatchInteraction,
    Node,
    Option,
    OrderInteraction,
    OutcomeDeclaration,
    Printed,
    QtiItem,
    ResponseDeclaration,
    SliderInteraction,
    TextEntryInteraction,
)
from itembank.formats.qti.rules import COMPLETION, MAP_RESPONSE, MATCH_CORRECT
from itembank.formats.qti.values import BaseType, Value, written
from itembank.formats.safe_xml import document, kebab

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd"
TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates"
TOOL = "kiosk"

Part = str | Interaction | Gap | HottextZone | Printed


def write_item(item: QtiItem) -> bytes:
    """The item as a UTF-8 document."""
    root = ET.Element(
        "qti-assessment-item",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
            "identifier": item.identifier,
            "title": item.title,
            "adaptive": "false",
            "time-dependent": "false",
            "tool-name": TOOL,
        },
    )
    if item.language:
        root.set("xml:lang", item.language)
    for response in item.responses:
        root.append(_response(response))
    for outcome in item.outcomes:
        if outcome != COMPLETION:
            root.append(_outcome(outcome))
    body = ET.SubElement(root, "qti-item-body", {f"data-kiosk-{k}": v for k, v in item.extensions})
    _blocks(body, item.body)
    for staff in item.staff:
        rubric = ET.SubElement(body, "qti-rubric-block", {"use": "scoring", "view": " ".join(staff.views)})
        _blocks(ET.SubElement(rubric, "qti-content-body"), [staff.text])
    if item.rules is not None:
        root.append(_processing(item.rules))
    for feedback in item.feedback:
        root.append(_feedback(feedback))
    for child in root:
        child.tail = "\n"
    root.text = "\n"
    return document(root)


# --- declarations ------------------------------------------------------------------------------------------


def _typed(name: str, declared: ResponseDeclaration | OutcomeDeclaration) -> ET.Element:
    element = ET.Element(name, {"identifier": declared.identifier, "cardinality": str(declared.cardinality)})
    if declared.base_type is not None:
        element.set("base-type", str(declared.base_type))
    return element


def _values(name: str, value: Value) -> ET.Element:
    element = ET.Element(name)
    for scalar in value.items:
        ET.SubElement(element, "qti-value").text = written(scalar)
    for field, base_type, scalar in value.fields:
        inner = ET.SubElement(element, "qti-value", {"field-identifier": field, "base-type": str(base_type)})
        inner.text = written(scalar)
    return element


def _response(declared: ResponseDeclaration) -> ET.Element:
    element = _typed("qti-response-declaration", declared)
    if declared.default is not None:
        element.append(_values("qti-default-value", declared.default))
    if declared.correct is not None:
        element.append(_values("qti-correct-response", declared.correct))
    if declared.mapping is not None:
        element.append(_mapping(declared.mapping, declared.base_type))
    return element


def _mapping(mapping: Mapping, base_type: BaseType | None) -> ET.Element:
    element = ET.Element("qti-mapping", {"default-value": written(mapping.default)})
    if mapping.lower is not None:
        element.set("lower-bound", written(mapping.lower))
    if mapping.upper is not None:
        element.set("upper-bound", written(mapping.upper))
    for entry in mapping.entries:
        attributes = {"map-key": written(entry.key), "mapped-value": written(entry.value)}
        if base_type is BaseType.STRING:
            attributes["case-sensitive"] = written(entry.case_sensitive)
        ET.SubElement(element, "qti-map-entry", attributes)
    return element


def _outcome(declared: OutcomeDeclaration) -> ET.Element:
    element = _typed("qti-outcome-declaration", declared)
    if declared.normal_maximum is not None:
        element.set("normal-maximum", written(declared.normal_maximum))
    if declared.normal_minimum is not None:
        element.set("normal-minimum", written(declared.normal_minimum))
    if declared.external_scored:
        element.set("external-scored", declared.external_scored)
    if declared.default is not None:
        element.append(_values("qti-default-value", declared.default))
    if declared.lookup is not None:
        element.append(_lookup(declared.lookup))
    return element


def _lookup(table: LookupTable) -> ET.Element:
    name = "interpolation" if table.interpolates else "match"
    element = ET.Element(f"qti-{name}-table")
    if table.default is not None:
        element.set("default-value", written(table.default))
    for source, target, included in table.entries:
        shown = repr(source) if table.interpolates else written(source).removesuffix(".0")
        attributes = {"source-value": shown, "target-value": written(target)}
        if table.interpolates:
            attributes["include-boundary"] = written(included)
        ET.SubElement(element, f"qti-{name}-table-entry", attributes)
    return element


# --- content -----------------------------------------------------------------------------------------------


def _blocks(parent: ET.Element, flow: Iterable[Part]) -> None:
    """Write a flow as paragraphs; interactions that stand on their own come between them."""
    paragraph: list[Part] = []
    for part in flow:
        if isinstance(part, str):
            first, *others = part.split("\n\n")
            if first:
                paragraph.append(first)
            for other in others:
                _paragraph(parent, paragraph)
                paragraph = [other] if other else []
        elif isinstance(part, TextEntryInteraction | InlineChoiceInteraction | Gap | HottextZone | Printed):
            paragraph.append(part)
        else:
            _paragraph(parent, paragraph)
            paragraph = []
            parent.append(_interaction(part))
    _paragraph(parent, paragraph)


def _paragraph(parent: ET.Element, parts: Sequence[Part]) -> None:
    if parts:
        spaced = _spaces_count(parts)
        _inline(ET.SubElement(parent, "pre" if spaced else "p"), parts, spaced)


def _spaces_count(parts: Sequence[Part]) -> bool:
    """Whether a paragraph has spaces that reading would drop, and so must be written as `pre`."""
    for i, part in enumerate(parts):
        if isinstance(part, str) and (
            "  " in part
            or "\n " in part
            or " \n" in part
            or (i == 0 and part.startswith(" "))
            or (i == len(parts) - 1 and part.endswith(" "))
        ):
            return True
    return False


def _inline(element: ET.Element, parts: Sequence[Part], spaced: bool = False) -> None:
    for part in parts:
        if isinstance(part, str):
            lines = [part] if spaced else part.split("\n")
            _append_text(element, lines[0])
            for line in lines[1:]:
                ET.SubElement(element, "br").tail = line
        elif isinstance(part, Gap):
            ET.SubElement(element, "qti-gap", {"identifier": part.identifier})
        elif isinstance(part, Printed):
            ET.SubElement(element, "qti-printed-variable", {"identifier": part.identifier})
        elif isinstance(part, HottextZone):
            zone = ET.SubElement(element, "qti-hottext", {"identifier": part.identifier})
            _content(zone, part.text)
        else:
            element.append(_interaction(part))


def _append_text(element: ET.Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _content(element: ET.Element, text: str) -> None:
    """A text as inline content when it is one paragraph, as blocks otherwise."""
    if "\n\n" in text or _spaces_count([text]):
        _blocks(element, [text])
    else:
        _inline(element, [text])


def _option(parent: ET.Element, name: str, option: Option, *, associable: bool = False) -> None:
    element = ET.SubElement(parent, name, {"identifier": option.identifier})
    if option.fixed:
        element.set("fixed", "true")
    if associable:
        element.set("match-max", str(option.match_max))
    if option.note:
        element.set("data-kiosk-misconception", option.note)
    _content(element, option.text)


def _block_interaction(name: str, response: str, prompt: str, **attributes: str) -> ET.Element:
    names = {key.replace("_", "-"): value for key, value in attributes.items()}
    element = ET.Element(f"qti-{name}-interaction", {"response-identifier": response, **names})
    if prompt:
        _content(ET.SubElement(element, "qti-prompt"), prompt)
    return element


def _interaction(interaction: Interaction) -> ET.Element:
    match interaction:
        case ChoiceInteraction(response, prompt, options, shuffle, most, least):
            element = _block_interaction(
                "choice", response, prompt, shuffle=written(shuffle), max_choices=str(most)
            )
            element.set("min-choices", str(least))
            for option in options:
                _option(element, "qti-simple-choice", option)
        case OrderInteraction(response, prompt, options, shuffle, most, least):
            element = _block_interaction("order", response, prompt, shuffle=written(shuffle))
            if most:
                element.set("max-choices", str(most))
            if least:
                element.set("min-choices", str(least))
            for option in options:
                _option(element, "qti-simple-choice", option)
        case MatchInteraction(response, prompt, lefts, rights, shuffle, most, least):
            element = _block_interaction(
                "match", response, prompt, shuffle=written(shuffle), max_associations=str(most)
            )
            element.set("min-associations", str(least))
            for side in (lefts, rights):
                inner = ET.SubElement(element, "qti-simple-match-set")
                for option in side:
                    _option(inner, "qti-simple-associable-choice", option, associable=True)
        case AssociateInteraction(response, prompt, options, shuffle, most, least):
            element = _block_interaction(
                "associate", response, prompt, shuffle=written(shuffle), max_associations=str(most)
            )
            element.set("min-associations", str(least))
            for option in options:
                _option(element, "qti-simple-associable-choice", option, associable=True)
        case GapMatchInteraction(response, prompt, options, flow, shuffle):
            element = _block_interaction("gap-match", response, prompt, shuffle=written(shuffle))
            for option in options:
                _option(element, "qti-gap-text", option, associable=True)
            _blocks(element, flow)
        case HottextInteraction(response, prompt, flow, most, least):
            element = _block_interaction("hottext", response, prompt, max_choices=str(most))
            element.set("min-choices", str(least))
            _blocks(element, flow)
        case SliderInteraction(response, prompt, lower, upper, step):
            element = _block_interaction("slider", response, prompt)
            element.set("lower-bound", written(lower))
            element.set("upper-bound", written(upper))
            element.set("step", written(step).removesuffix(".0"))
        case ExtendedTextInteraction(response, prompt, length, lines):
            element = _block_interaction("extended-text", response, prompt)
            if length:
                element.set("expected-length", str(length))
            if lines:
                element.set("expected-lines", str(lines))
        case TextEntryInteraction(response, length, pattern, placeholder):
            element = ET.Element("qti-text-entry-interaction", {"response-identifier": response})
            if length:
                element.set("expected-length", str(length))
            if pattern:
                element.set("pattern-mask", pattern)
            if placeholder:
                element.set("placeholder-text", placeholder)
        case InlineChoiceInteraction(response, options, shuffle):
            element = ET.Element(
                "qti-inline-choice-interaction",
                {"response-identifier": response, "shuffle": written(shuffle)},
            )
            for option in options:
                _option(element, "qti-inline-choice", option)
    return element


# --- processing and feedback ---------------------------------------------------------------------------------


def _processing(rules: tuple[Node, ...]) -> ET.Element:
    element = ET.Element("qti-response-processing")
    for name, template in (("match_correct", MATCH_CORRECT), ("map_response", MAP_RESPONSE)):
        if rules == template:
            element.set("template", f"{TEMPLATES}/{name}.xml")
            return element
    for rule in rules:
        element.append(_node(rule))
    return element


def _node(node: Node) -> ET.Element:
    element = ET.Element(f"qti-{kebab(node.name)}", {kebab(key): value for key, value in node.attributes})
    element.text = node.text or None
    for child in node.children:
        element.append(_node(child))
    return element


def _feedback(feedback: FeedbackText) -> ET.Element:
    element = ET.Element(
        "qti-modal-feedback",
        {
            "outcome-identifier": feedback.outcome,
            "identifier": feedback.identifier,
            "show-hide": "hide" if feedback.hide else "show",
        },
    )
    _blocks(ET.SubElement(element, "qti-content-body"), feedback.flow)
    return element
