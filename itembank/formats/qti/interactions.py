"""Interaction elements -> the model: ten kinds that a text terminal can show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from itembank.formats.faults import Refused
from itembank.formats.qti.model import (
    AssociateInteraction,
    ChoiceInteraction,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    HottextInteraction,
    HottextZone,
    InlineChoiceInteraction,
    Interaction,
    MatchInteraction,
    Option,
    OrderInteraction,
    SliderInteraction,
    TextEntryInteraction,
)
from itembank.formats.qti.xml_names import (
    attribute,
    children,
    decimal,
    flag,
    name_of,
    required,
    whole,
)
from itembank.formats.safe_xml import line_of, local

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_OPTIONS = 200


class Content(Protocol):
    """Turns formatted content into plain lines, keeping what matters in place."""

    def text(self, element: _Element) -> str: ...

    def gaps(self, elements: Iterable[_Element]) -> tuple[str | Gap, ...]: ...

    def zones(self, elements: Iterable[_Element]) -> tuple[str | HottextZone, ...]: ...


def _prompt(element: _Element, content: Content) -> str:
    return "\n\n".join(
        text for child in children(element) if name_of(child) == "prompt" and (text := content.text(child))
    )


def _options(element: _Element, content: Content, wanted: str) -> tuple[Option, ...]:
    """The choices directly inside an element, which holds nothing else but a prompt. Raises Refused."""
    found = []
    for child in children(element):
        name = name_of(child)
        if name == wanted:
            found.append(child)
        elif name not in ("prompt", "br"):
            raise Refused("element", line_of(child), name=local(child))
    return _read_options(found, element, content)


def _read_options(elements: list[_Element], place: _Element, content: Content) -> tuple[Option, ...]:
    """Choices. Raises Refused: one shown by template, an empty one, the same identifier twice, too many."""
    found: list[Option] = []
    for child in elements:
        if attribute(child, "templateIdentifier"):
            raise Refused("template", line_of(child), name="templateIdentifier")
        identifier = required(child, "identifier")
        text = content.text(child)
        if not text:
            raise Refused("empty_option", line_of(child), identifier=identifier)
        if any(option.identifier == identifier for option in found):
            raise Refused("duplicate_identifier", line_of(child), identifier=identifier)
        note = child.get("data-kiosk-misconception", "")
        found.append(Option(identifier, text, flag(child, "fixed"), whole(child, "matchMax", 1), note))
    if not 1 <= len(found) <= MAX_OPTIONS:
        raise Refused("option_count", line_of(place), found=len(found), limit=MAX_OPTIONS)
    return tuple(found)


def _choice(element: _Element, content: Content) -> ChoiceInteraction:
    return ChoiceInteraction(
        required(element, "responseIdentifier"),
        _prompt(element, content),
        _options(element, content, "simpleChoice"),
        flag(element, "shuffle"),
        whole(element, "maxChoices", 1),
        whole(element, "minChoices", 0),
    )


def _text_entry(element: _Element, content: Content) -> TextEntryInteraction:
    _base_ten(element)
    return TextEntryInteraction(
        required(element, "responseIdentifier"),
        whole(element, "expectedLength", 0) or None,
        attribute(element, "patternMask"),
        attribute(element, "placeholderText").strip(),
    )


def _base_ten(element: _Element) -> None:
    if attribute(element, "base", "10").strip() not in ("10", ""):
        raise Refused("attribute_value", line_of(element), name="base", value=attribute(element, "base")[:40])


def _inline_choice(element: _Element, content: Content) -> InlineChoiceInteraction:
    return InlineChoiceInteraction(
        required(element, "responseIdentifier"),
        _options(element, content, "inlineChoice"),
        flag(element, "shuffle"),
    )


def _match(element: _Element, content: Content) -> MatchInteraction:
    sets = [child for child in children(element) if name_of(child) == "simpleMatchSet"]
    if len(sets) != 2:
        raise Refused("operands", line_of(element), name="simpleMatchSet", found=len(sets))
    lefts, rights = (_options(s, content, "simpleAssociableChoice") for s in sets)
    both = {o.identifier for o in lefts} & {o.identifier for o in rights}
    if both:
        raise Refused("duplicate_identifier", line_of(sets[1]), identifier=sorted(both)[0])
    return MatchInteraction(
        required(element, "responseIdentifier"),
        _prompt(element, content),
        lefts,
        rights,
        flag(element, "shuffle"),
        whole(element, "maxAssociations", 1),
        whole(element, "minAssociations", 0),
    )


def _order(element: _Element, content: Content) -> OrderInteraction:
    return OrderInteraction(
        required(element, "responseIdentifier"),
        _prompt(element, content),
        _options(element, content, "simpleChoice"),
        flag(element, "shuffle"),
        whole(element, "maxChoices", 0),
        whole(element, "minChoices", 0),
    )


def _gap_match(element: _Element, content: Content) -> GapMatchInteraction:
    options: list[_Element] = []
    flow: list[_Element] = []
    for child in children(element):
        name = name_of(child)
        if name == "gapImg":
            raise Refused("element", line_of(child), name="gapImg")
        if name == "gapText":
            options.append(child)
        elif name != "prompt":
            flow.append(child)
    parts = content.gaps(flow)
    gaps = [part.identifier for part in parts if isinstance(part, Gap)]
    texts = _read_options(options, element, content)
    identifiers = gaps + [o.identifier for o in texts]
    if not gaps or len(set(identifiers)) < len(identifiers):
        twice = next((i for i in identifiers if identifiers.count(i) > 1), "gap")
        raise Refused("duplicate_identifier", line_of(element), identifier=twice)
    return GapMatchInteraction(
        required(element, "responseIdentifier"),
        _prompt(element, content),
        texts,
        parts,
        flag(element, "shuffle"),
    )


def _associate(element: _Element, content: Content) -> AssociateInteraction:
    return AssociateInteraction(
        required(element, "responseIdentifier"),
        _prompt(element, content),
        _options(element, content, "simpleAssociableChoice"),
        flag(element, "shuffle"),
        whole(element, "maxAssociations", 1),
        whole(element, "minAssociations", 0),
    )


def _hottext(element: _Element, content: Content) -> HottextInteraction:
    flow = content.zones(child for child in children(element) if name_of(child) != "prompt")
    zones = [part.identifier for part in flow if isinstance(part, HottextZone)]
    if len(set(zones)) < len(zones):
        twice = next(i for i in zones if zones.count(i) > 1)
        raise Refused("duplicate_identifier", line_of(element), identifier=twice)
    if not 1 <= len(zones) <= MAX_OPTIONS:
        raise Refused("option_count", line_of(element), found=len(zones), limit=MAX_OPTIONS)
    return HottextInteraction(
        required(element, "responseIdentifier"),
        _prompt(element, content),
        flow,
        whole(element, "maxChoices", 1),
        whole(element, "minChoices", 0),
    )


def _slider(element: _Element, content: Content) -> SliderInteraction:
    required(element, "lowerBound")
    required(element, "upperBound")
    low, high = decimal(element, "lowerBound"), decimal(element, "upperBound")
    step = decimal(element, "step")
    step = 1.0 if step is None else step
    if low is None or high is None or low >= high or step <= 0:
        raise Refused("attribute_value", line_of(element), name="upperBound", value=str(high))
    return SliderInteraction(
        required(element, "responseIdentifier"), _prompt(element, content), low, high, step
    )


def _extended_text(element: _Element, content: Content) -> ExtendedTextInteraction:
    _base_ten(element)
    return ExtendedTextInteraction(
        required(element, "responseIdentifier"),
        _prompt(element, content),
        whole(element, "expectedLength", 0) or None,
        whole(element, "expectedLines", 0) or None,
    )


def _reader(
    read: Callable[[_Element, Content], Interaction], block: bool
) -> Callable[[_Element, Content], tuple[Interaction, bool]]:
    return lambda element, content: (read(element, content), block)


READERS: dict[str, Callable[[_Element, Content], tuple[Interaction, bool]]] = {
    "choiceInteraction": _reader(_choice, True),
    "textEntryInteraction": _reader(_text_entry, False),
    "inlineChoiceInteraction": _reader(_inline_choice, False),
    "matchInteraction": _reader(_match, True),
    "orderInteraction": _reader(_order, True),
    "gapMatchInteraction": _reader(_gap_match, True),
    "associateInteraction": _reader(_associate, True),
    "hottextInteraction": _reader(_hottext, True),
    "sliderInteraction": _reader(_slider, True),
    "extendedTextInteraction": _reader(_extended_text, True),
}
"""Element -> its reader, which also says whether the interaction stands on its own between paragraphs."""
