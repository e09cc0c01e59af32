"""Any item that the model can hold is written as QTI 3.0 and read back equal."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from itembank.formats.flows import FlowBuilder
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
    MapEntry,
    Mapping,
    MatchInteraction,
    Option,
    OrderInteraction,
    OutcomeDeclaration,
    Printed,
    QtiItem,
    ResponseDeclaration,
    SliderInteraction,
    StaffText,
    TextEntryInteraction,
)
from itembank.formats.qti.reader import read_item
from itembank.formats.qti.rules import MAP_RESPONSE, MATCH_CORRECT
from itembank.formats.qti.values import BaseType, Cardinality, container, single
from itembank.formats.qti.writer import NAMESPACE, write_item

_LETTERS = "ab é\u00a0\u202f’<&>\"'[]{}~=#:\\²\n\t "
_RAW = st.text(_LETTERS, min_size=1, max_size=14).filter(lambda t: t.strip())


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text in the normal form of flows, sometimes with spaces that count."""
    builder: FlowBuilder[str] = FlowBuilder()
    for _ in range(draw(st.integers(1, 3))):
        builder.text(draw(_RAW), preserved=draw(st.booleans()))
        draw(st.sampled_from([builder.line, builder.paragraph, lambda: None]))()
    flow = builder.finish()
    return str(flow[0]) if flow else "x"


@st.composite
def flows(draw: st.DrawFn, parts: list[object]) -> tuple[object, ...]:
    """Texts with every one of `parts` among them."""
    builder: FlowBuilder[object] = FlowBuilder()
    for part in parts:
        builder.text(draw(_RAW), preserved=draw(st.booleans()))
        builder.part(part)
    builder.text(draw(_RAW))
    return builder.finish()


def options(draw: st.DrawFn, prefix: str, *, associable: bool = False) -> tuple[Option, ...]:
    return tuple(
        Option(
            f"{prefix}{i}", draw(texts()), draw(st.booleans()), draw(st.integers(0, 3)) if associable else 1
        )
        for i in range(draw(st.integers(1, 4)))
    )


@st.composite
def items(draw: st.DrawFn) -> QtiItem:
    kind = draw(
        st.sampled_from(
            [
                "choice",
                "order",
                "match",
                "associate",
                "gap",
                "hottext",
                "slider",
                "text",
                "inline",
                "extended",
            ]
        )
    )
    prompt = draw(st.one_of(st.just(""), texts()))
    shuffle = draw(st.booleans())
    correct, mapping, cardinality, base_type = None, None, Cardinality.MULTIPLE, BaseType.IDENTIFIER
    match kind:
        case "choice":
            choices = options(draw, "C")
            interaction = ChoiceInteraction(
                "RESPONSE", prompt, choices, shuffle, draw(st.integers(0, 3)), draw(st.integers(0, 1))
            )
            correct = container(cardinality, base_type, [choices[0].identifier])
            mapping = Mapping((MapEntry(choices[0].identifier, draw(st.floats(-9, 9))),), 0.5, -1.0, 3.0)
        case "order":
            choices = options(draw, "C")
            interaction = OrderInteraction(
                "RESPONSE", prompt, choices, shuffle, draw(st.integers(0, 2)), draw(st.integers(0, 1))
            )
            cardinality = Cardinality.ORDERED
            correct = container(cardinality, base_type, [o.identifier for o in choices])
        case "match":
            lefts, rights = options(draw, "L", associable=True), options(draw, "R", associable=True)
            interaction = MatchInteraction(
                "RESPONSE", prompt, lefts, rights, shuffle, draw(st.integers(0, 3))
            )
            base_type = BaseType.DIRECTED_PAIR
            correct = container(cardinality, base_type, [(lefts[0].identifier, rights[0].identifier)])
        case "associate":
            choices = options(draw, "C", associable=True)
            interaction = AssociateInteraction("RESPONSE", prompt, choices, shuffle, draw(st.integers(0, 3)))
            base_type = BaseType.PAIR
            correct = container(cardinality, base_type, [(choices[0].identifier, choices[-1].identifier)])
        case "gap":
            choices = options(draw, "T", associable=True)
            gaps: list[object] = [Gap(f"G{i}") for i in range(draw(st.integers(1, 3)))]
            interaction = GapMatchInteraction("RESPONSE", prompt, choices, draw(flows(gaps)), shuffle)
            base_type = BaseType.DIRECTED_PAIR
            correct = container(cardinality, base_type, [(choices[0].identifier, "G0")])
        case "hottext":
            zones: list[object] = [
                HottextZone(f"Z{i}", draw(texts())) for i in range(draw(st.integers(1, 3)))
            ]
            interaction = HottextInteraction("RESPONSE", prompt, draw(flows(zones)), draw(st.integers(0, 3)))
            correct = container(cardinality, base_type, ["Z0"])
        case "slider":
            interaction = SliderInteraction(
                "RESPONSE", prompt, -2.5, 10.0, draw(st.sampled_from([0.5, 1.0, 2.0]))
            )
            cardinality, base_type = Cardinality.SINGLE, BaseType.FLOAT
            correct = single(base_type, 3.5)
        case "text":
            interaction = TextEntryInteraction(
                "RESPONSE", draw(st.sampled_from([None, 12])), draw(st.sampled_from(["", "[a-z]+"]))
            )
            cardinality, base_type = Cardinality.SINGLE, BaseType.STRING
            correct = single(base_type, draw(_RAW.map(str.strip)).replace("\n", " ").replace("\t", " "))
            mapping = Mapping((MapEntry("a & <b>", 1.0, draw(st.booleans())),))
        case "inline":
            choices = options(draw, "C")
            interaction = InlineChoiceInteraction("RESPONSE", choices, shuffle)
            cardinality = Cardinality.SINGLE
            correct = single(base_type, choices[0].identifier)
        case _:
            interaction = ExtendedTextInteraction("RESPONSE", prompt, draw(st.sampled_from([None, 200])))
            cardinality, base_type = Cardinality.SINGLE, BaseType.STRING
    if kind in ("text", "inline"):
        body = draw(flows([interaction]))
    else:
        body = (draw(texts()), interaction, draw(texts()))
    return QtiItem(
        identifier="item-1",
        title=draw(st.text("ab é<&\"'", max_size=8).map(str.strip)),
        language=draw(st.sampled_from(["", "fr", "en-US"])),
        responses=(ResponseDeclaration("RESPONSE", cardinality, base_type, correct, None, mapping),),
        outcomes=(
            OutcomeDeclaration("SCORE", Cardinality.SINGLE, BaseType.FLOAT, normal_maximum=draw(st.sampled_from([None, 2.0]))),
            OutcomeDeclaration("FEEDBACK", Cardinality.MULTIPLE, BaseType.IDENTIFIER),
        ),
        body=body,  # type: ignore[arg-type]
        rules=draw(st.sampled_from([None, MATCH_CORRECT, *([MAP_RESPONSE] if mapping else [])])),
        feedback=(FeedbackText("FEEDBACK", "x", draw(st.booleans()), draw(flows([Printed("SCORE")]))),),  # type: ignore[arg-type]
        staff=draw(st.sampled_from([(), (StaffText(("scorer", "tutor"), "Notez.\n\nBien."),)])),
        extensions=draw(st.sampled_from([(), (("skill", "1.1-x-n2"),)])),
    )  # fmt: skip


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(items())
def test_what_is_written_is_read_back(item: QtiItem) -> None:
    assert read_item(write_item(item)) == item


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(items())
def test_every_element_has_a_name_of_qti_3(item: QtiItem) -> None:
    root = etree.fromstring(write_item(item))
    html = {"p", "pre", "br"}
    for element in root.iter():
        name = etree.QName(element)
        assert name.namespace == NAMESPACE
        assert name.localname.startswith("qti-") or name.localname in html
        assert all("-" in key or key.islower() for key in element.attrib if not key.startswith("{"))
