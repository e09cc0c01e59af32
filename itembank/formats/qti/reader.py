"""One QTI document -> a `QtiItem`, or a refusal that names what cannot be taken and its line.

QTI 3 names (`qti-response-if`, `response-identifier`) are read as their QTI 2 equivalents, so that the rest of the
package knows one vocabulary. Nothing is skipped silently but what carries no meaning on a terminal: style sheets,
layout classes, catalogues of alternative renderings, and text hidden from screen readers (`aria-hidden`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from itembank.formats.faults import Refused
from itembank.formats.flows import BLOCKS, INLINE, FlowBuilder, lowered, plain_text, raised
from itembank.formats.qti.declarations import outcome_declaration, response_declaration
from itembank.formats.qti.interactions import READERS
from itembank.formats.qti.model import (
    FeedbackText,
    Gap,
    HottextZone,
    Interaction,
    OutcomeDeclaration,
    Printed,
    QtiItem,
    StaffText,
)
from itembank.formats.qti.rules import read_rules
from itembank.formats.qti.runtime import check
from itembank.formats.qti.xml_names import attribute, children, flag, name_of, required
from itembank.formats.safe_xml import line_of, local, root_of

if TYPE_CHECKING:
    from lxml.etree import _Element

ITEM_ROOTS = frozenset({"assessmentItem"})
_MATHML = "http://www.w3.org/1998/Math/MathML"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_IGNORED = frozenset({"stylesheet", "catalogInfo", "apipAccessibility", "itemFileInfo"})
_PREFIX = "data-kiosk-"

Load = Callable[[str], bytes]
"""Reads another file of the same package by its address relative to the item's. Raises Refused."""


def read_item(data: bytes, *, alt_text: bool = False, load: Load | None = None) -> QtiItem:
    """Read one assessment item. Raises Refused.

    `alt_text` accepts images whose alternative text stands for them; without it every image is refused, since a text
    alternative is often empty, or leaves out just what the question asks.
    """
    return item_of(root_of(data), alt_text=alt_text, load=load)


def is_item(root: _Element) -> bool:
    """Whether a document is an assessment item, of any version this package reads."""
    return name_of(root) in ITEM_ROOTS


def item_of(root: _Element, *, alt_text: bool = False, load: Load | None = None) -> QtiItem:
    """As `read_item`, from a parsed document."""
    if not is_item(root):
        raise Refused("not_item", line_of(root), name=local(root))
    return _ItemReader(root, alt_text, load).item()


class _ItemReader:
    """Reads one item: what it collects on the way (feedback, rubrics) ends in the model."""

    def __init__(self, root: _Element, alt_text: bool, load: Load | None) -> None:
        self.root = root
        self.alt_text = alt_text
        self.load = load
        self.feedback: list[FeedbackText] = []
        self.staff: list[StaffText] = []
        self.body_feedback: list[tuple[FeedbackText, int]] = []

    def item(self) -> QtiItem:
        root = self.root
        if flag(root, "adaptive"):
            raise Refused("adaptive", line_of(root))
        parts = self._parts()
        for name in ("templateDeclaration", "templateProcessing"):
            if name in parts:
                raise Refused("template", line_of(parts[name][0]), name=name)
        responses = tuple(response_declaration(e) for e in parts.get("responseDeclaration", []))
        outcomes = tuple(outcome_declaration(e) for e in parts.get("outcomeDeclaration", []))
        _distinct((r.identifier for r in responses), self.root)
        _distinct((o.identifier for o in outcomes), self.root)
        body_element = parts["itemBody"][0] if "itemBody" in parts else None
        if body_element is None:
            raise Refused("no_interaction", line_of(root))
        body = self._body(body_element, parts)
        if not any(not isinstance(part, str) for part in body):
            raise Refused("no_interaction", line_of(body_element))
        for element in parts.get("modalFeedback", []):
            self.feedback.append(self._feedback(element))
        processing = parts.get("responseProcessing")
        rules, outcomes = (
            read_rules(processing[0], responses, outcomes) if processing is not None else (None, outcomes)
        )
        self._hidden_at_first(outcomes)
        item = QtiItem(
            identifier=required(root, "identifier").strip(),
            title=attribute(root, "title").strip(),
            language=(root.get(_LANGUAGE) or "").strip(),
            responses=responses,
            outcomes=outcomes,
            body=body,
            rules=rules,
            feedback=tuple(self.feedback),
            staff=tuple(self.staff),
            extensions=tuple(
                sorted((k.removeprefix(_PREFIX), v) for k, v in body_element.attrib.items() if _ours(k))  # type: ignore[misc,arg-type]
            ),
        )
        _check(item, self.root, processing[0] if processing else body_element)
        return item

    def _parts(self) -> dict[str, list[_Element]]:
        known = {
            "responseDeclaration", "outcomeDeclaration", "templateDeclaration", "templateProcessing", "itemBody",
            "assessmentStimulusRef", "responseProcessing", "modalFeedback",
        }  # fmt: skip
        parts: dict[str, list[_Element]] = {}
        for child in children(self.root):
            name = name_of(child)
            if name in known:
                parts.setdefault(name, []).append(child)
            elif name not in _IGNORED:
                raise Refused("element", line_of(child), name=local(child))
        for name in ("itemBody", "responseProcessing"):
            if len(parts.get(name, [])) > 1:
                raise Refused("twice", line_of(parts[name][1]), name=name)
        return parts

    # --- content -------------------------------------------------------------------------------------------

    def _body(self, element: _Element, parts: dict[str, list[_Element]]) -> tuple[str | Interaction, ...]:
        builder: FlowBuilder[Interaction] = FlowBuilder()
        for reference in parts.get("assessmentStimulusRef", []):
            self._stimulus(reference, builder)
            builder.paragraph()
        self._flow(element, builder, self._in_body)
        body = builder.finish()
        used: set[str] = set()
        for part in body:
            if not isinstance(part, str):
                if part.response in used:
                    raise Refused("shared_response", line_of(element), identifier=part.response)
                used.add(part.response)
        return body

    def _stimulus(self, reference: _Element, builder: FlowBuilder[Interaction]) -> None:
        href = required(reference, "href")
        if self.load is None:
            raise Refused("stimulus", line_of(reference), href=href)
        root = root_of(self.load(href))
        for child in children(root):
            if name_of(child) == "stimulusBody":
                self._flow(child, builder, self._in_text)

    def _flow(
        self, element: _Element, builder: FlowBuilder[Any], special: Special, pre: bool = False
    ) -> None:
        """Add everything inside `element`; `special` takes the elements that are more than text here."""
        if element.text:
            builder.text(element.text, preserved=pre)
        for child in element:
            if isinstance(child.tag, str):
                self._element(child, builder, special, pre)
            if child.tail:
                builder.text(child.tail, preserved=pre)

    def _element(self, child: _Element, builder: FlowBuilder[Any], special: Special, pre: bool) -> None:
        name = name_of(child)
        if child.tag.startswith(f"{{{_MATHML}}}") or name == "math":
            raise Refused("element", line_of(child), name="math")
        if special(child, name, builder):
            return
        if child.get("aria-hidden") == "true" and not any(_answers(e) for e in child.iter()):
            return
        match name:
            case "img" | "object" | "picture":
                self._image(child, name, builder)
            case "br":
                builder.line()
            case "sup" | "sub":
                inner: FlowBuilder[Any] = FlowBuilder()
                self._flow(child, inner, self._in_text)
                text = plain_text(inner.finish())
                builder.text((raised if name == "sup" else lowered)(text, line_of(child)))
            case "li":
                builder.fresh_line()
                parent = child.getparent()
                ordered = parent is not None and name_of(parent) == "ol"
                position = sum(1 for e in child.itersiblings(preceding=True) if name_of(e) == "li") + 1
                builder.text(f"{position}. " if ordered else "- ")
                self._flow(child, builder, special, pre)
                builder.fresh_line()
            case "tr":
                builder.fresh_line()
                builder.flatten(True)
                cells = [c for c in children(child) if name_of(c) in ("td", "th")]
                for i, cell in enumerate(cells):
                    if cell.get("rowspan", "1") != "1":
                        raise Refused("merged_rows", line_of(cell))
                    builder.text(" | " if i else "")
                    self._flow(cell, builder, special)
                builder.flatten(False)
                builder.fresh_line()
            case "table" | "thead" | "tbody" | "tfoot":
                builder.paragraph() if name == "table" else builder.fresh_line()
                for part in children(child):
                    self._element(part, builder, special, False)
                builder.paragraph() if name == "table" else builder.fresh_line()
            case "q":
                builder.text("“")
                self._flow(child, builder, special, pre)
                builder.text("”")
            case "colgroup" | "col" | "wbr" | "stylesheet" | "catalogInfo":
                pass
            case "ul" | "ol" | "dl":
                builder.paragraph()
                for part in children(child):
                    self._element(part, builder, special, False)
                builder.paragraph()
            case _ if name in BLOCKS:
                builder.paragraph()
                self._flow(child, builder, special, pre or name == "pre")
                builder.paragraph()
            case _ if name in INLINE:
                self._flow(child, builder, special, pre)
            case _:
                code = "interaction" if name.lower().endswith("interaction") else "element"
                raise Refused(code, line_of(child), name=local(child).removeprefix("qti-"))

    def _image(self, element: _Element, name: str, builder: FlowBuilder[Any]) -> None:
        """An image's alternative text, when those are accepted and there is one."""
        if not self.alt_text:
            raise Refused("element", line_of(element), name=name)
        if name == "img":
            alt = " ".join((element.get("alt") or "").split())
            if not alt and element.get("role") in ("presentation", "none"):
                return
        else:
            inner: FlowBuilder[Any] = FlowBuilder()
            self._flow(element, inner, self._in_text)
            alt = plain_text(inner.finish())
        if not alt:
            raise Refused("no_alternative", line_of(element), name=name)
        builder.text(f"[{alt}]")

    # --- what is special where ------------------------------------------------------------------------------

    def _in_text(self, child: _Element, name: str, builder: FlowBuilder[Any]) -> bool:
        """In plain content: feedback is set apart; answers have no place."""
        if name in ("feedbackInline", "feedbackBlock"):
            if any(_answers(e) for e in child.iter()):
                raise Refused("adaptive_block", line_of(child), name=name)
            self.body_feedback.append((self._feedback(child), line_of(child)))
            return True
        if name == "rubricBlock":
            self._rubric(child, builder)
            return True
        return False

    def _in_body(self, child: _Element, name: str, builder: FlowBuilder[Any]) -> bool:
        if name in READERS:
            interaction, block = READERS[name](child, self)
            builder.part(interaction, block=block)
            return True
        return self._in_text(child, name, builder)

    def _in_feedback(self, child: _Element, name: str, builder: FlowBuilder[Any]) -> bool:
        if name == "printedVariable":
            builder.part(Printed(required(child, "identifier")))
            return True
        return False

    def _rubric(self, element: _Element, builder: FlowBuilder[Any]) -> None:
        views = tuple(attribute(element, "view").split()) or ("candidate",)
        if "candidate" in views:
            builder.paragraph()
            self._flow(element, builder, self._in_text)
            builder.paragraph()
            return
        inner: FlowBuilder[Any] = FlowBuilder()
        self._flow(element, inner, self._in_text)
        if text := plain_text(inner.finish()):
            self.staff.append(StaffText(views, text))

    def _feedback(self, element: _Element) -> FeedbackText:
        builder: FlowBuilder[Printed] = FlowBuilder()
        self._flow(element, builder, self._in_feedback)
        return FeedbackText(
            required(element, "outcomeIdentifier"),
            required(element, "identifier"),
            attribute(element, "showHide", "show") == "hide",
            builder.finish(),
        )

    def _hidden_at_first(self, outcomes: tuple[OutcomeDeclaration, ...]) -> None:
        """Feedback inside the body joins the rest, unless it would show before the answer."""
        defaults = {o.identifier: o.default for o in outcomes}
        for feedback, line in self.body_feedback:
            value = defaults.get(feedback.outcome)
            holds = value is not None and feedback.identifier in value.items
            if holds != feedback.hide:
                raise Refused("shown_feedback", line, identifier=feedback.identifier)
            self.feedback.append(feedback)

    # --- what the interactions ask for ----------------------------------------------------------------------

    def text(self, element: _Element) -> str:
        """The content of a prompt or an option, as plain lines."""
        builder: FlowBuilder[Any] = FlowBuilder()
        self._flow(element, builder, self._in_text)
        return plain_text(builder.finish())

    def gaps(self, elements: Iterable[_Element]) -> tuple[str | Gap, ...]:
        """The text of a gap match, its gaps in place."""

        def special(child: _Element, name: str, builder: FlowBuilder[Any]) -> bool:
            if name == "gap":
                builder.part(Gap(required(child, "identifier")))
                return True
            return self._in_text(child, name, builder)

        return self._parted(elements, special)

    def zones(self, elements: Iterable[_Element]) -> tuple[str | HottextZone, ...]:
        """The text of a hottext interaction, its zones in place."""

        def special(child: _Element, name: str, builder: FlowBuilder[Any]) -> bool:
            if name == "hottext":
                text = self.text(child)
                if not text:
                    raise Refused("empty_option", line_of(child), identifier=required(child, "identifier"))
                builder.part(HottextZone(required(child, "identifier"), text))
                return True
            return self._in_text(child, name, builder)

        return self._parted(elements, special)

    def _parted(self, elements: Iterable[_Element], special: Special) -> tuple[Any, ...]:
        builder: FlowBuilder[Any] = FlowBuilder()
        for element in elements:
            self._element(element, builder, special, False)
        return builder.finish()


Special = Callable[["_Element", str, FlowBuilder[Any]], bool]


def _ours(key: object) -> bool:
    return isinstance(key, str) and key.startswith(_PREFIX)


def _answers(element: _Element) -> bool:
    return isinstance(element.tag, str) and name_of(element).lower().endswith("interaction")


def _distinct(identifiers: Iterator[str], root: _Element) -> None:
    seen: set[str] = set()
    for identifier in identifiers:
        if identifier in seen:
            raise Refused("duplicate_identifier", line_of(root), identifier=identifier)
        seen.add(identifier)


def _check(item: QtiItem, root: _Element, place: _Element) -> None:
    """Every interaction has a response of its type, every key exists, and the rules run."""
    declared = {
        attribute(e, "identifier").strip(): line_of(e)
        for e in children(root)
        if name_of(e) == "responseDeclaration"
    }
    try:
        check(item)
    except Refused as fault:
        identifier = str(fault.params.get("response", ""))
        line = fault.line or declared.get(identifier) or line_of(place)
        raise Refused(fault.code, line, **fault.params) from fault
