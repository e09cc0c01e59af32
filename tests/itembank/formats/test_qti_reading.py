"""Reading QTI items: every spelling of the same thing, and a refusal with its line for the rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.errors import ResponseInvalid
from itembank.formats.faults import Refused
from itembank.formats.qti.model import ChoiceInteraction, TextEntryInteraction
from itembank.formats.qti.reader import read_item
from itembank.formats.qti.runtime import score
from kiosk.locale import has
from tests.itembank.formats.documents import CHOICE, RESPONSE, SCORE, item, one_if, processing

VERSION_3 = b"""<q:qti-assessment-item xmlns:q="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i" title="t"
 adaptive="false" time-dependent="false">
<q:qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
<q:qti-correct-response><q:qti-value><![CDATA[ A ]]></q:qti-value></q:qti-correct-response></q:qti-response-declaration>
<q:qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<q:qti-item-body><q:qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1">
<q:qti-prompt>Lequel ?</q:qti-prompt><!-- a comment --><?a processing instruction?>
<q:qti-simple-choice identifier="A">un</q:qti-simple-choice>
<q:qti-simple-choice identifier="B">deux</q:qti-simple-choice>
<q:qti-simple-choice identifier="C">trois</q:qti-simple-choice></q:qti-choice-interaction></q:qti-item-body>
<q:qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
</q:qti-assessment-item>"""


def refusal(document: bytes, **options: object) -> Refused:
    with pytest.raises(Refused) as fault:
        read_item(document, **options)  # type: ignore[arg-type]
    return fault.value


def test_versions_2_and_3_of_an_item_are_equal() -> None:
    assert read_item(VERSION_3) == read_item(item())


def test_a_document_without_namespace_is_read() -> None:
    plain = item().replace(b' xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"', b"")
    assert read_item(plain) == read_item(item())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    text = item(CHOICE.replace("trois", "très")).decode()
    name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    document = f'<?xml version="1.0" encoding="{name}"?>\n{text}'.encode(encoding)
    interaction = read_item(document).interactions[0]
    assert isinstance(interaction, ChoiceInteraction)
    assert interaction.options[2].text == "très"


def test_formatting_becomes_lines() -> None:
    body = (
        "<p>Un <b>deux</b>  <i>trois</i><br/>quatre</p><ul><li>x<sup>2</sup></li><li>1<sup>er</sup></li></ul>"
        "<ol><li>a</li><li>b</li></ol><table><tr><td>A1</td><td><p>B1</p></td></tr><tr><td>A2</td><td/></tr></table>"
        "<pre>  if x:\n    y</pre><p>H<sub>2</sub>O e<sup>x+1</sup></p>"
    )
    assert read_item(item(body + CHOICE)).body[0] == (
        "Un deux trois\nquatre\n\n- x²\n- 1er\n\n1. a\n2. b\n\nA1 | B1\nA2 |\n\n  if x:\n    y\n\nH₂O e^(x+1)"
    )


def test_typed_answers_stay_in_their_sentence() -> None:
    body = '<p>Le <textEntryInteraction responseIdentifier="RESPONSE"/> est noir.</p>'
    response = RESPONSE.replace('identifier">', 'string">', 1).replace(
        'baseType="identifier"', 'baseType="string"'
    )
    before, field, after = read_item(item(body, response=response)).body
    assert (before, after) == ("Le ", " est noir.")
    assert isinstance(field, TextEntryInteraction)


def test_feedback_inside_the_body_waits_for_the_answer() -> None:
    block = '<feedbackBlock outcomeIdentifier="F" identifier="x" showHide="show"><p>Bravo</p></feedbackBlock>'
    outcomes = SCORE + '<outcomeDeclaration identifier="F" cardinality="single" baseType="identifier"/>'
    read = read_item(item(CHOICE + block, outcomes=outcomes))
    assert [f.flow for f in read.feedback] == [("Bravo",)]
    shown_at_once = block.replace('show"', 'hide"')
    assert refusal(item(CHOICE + shown_at_once, outcomes=outcomes)).code == "shown_feedback"


def test_a_candidates_rubric_is_read_and_a_scorers_is_set_apart() -> None:
    body = '<rubricBlock view="candidate"><p>Lisez.</p></rubricBlock><rubricBlock view="scorer"><p>Notez.</p></rubricBlock>'
    read = read_item(item(body + CHOICE))
    assert read.body[0] == "Lisez."
    assert [(s.views, s.text) for s in read.staff] == [(("scorer",), "Notez.")]


@pytest.mark.parametrize(
    ("document", "code", "line"),
    [
        (item("<p>\n<img src='x.png' alt='un chat'/></p>" + CHOICE), "element", 6),
        (item("<p><math xmlns='http://www.w3.org/1998/Math/MathML'><mi>x</mi></math></p>" + CHOICE), "element", 5),
        (item("<video src='x.mp4'/>" + CHOICE), "element", 5),
        (item("<unheardOf/>" + CHOICE), "element", 5),
        (item("<ruby>x</ruby>" + CHOICE), "element", 5),
        (item('<drawingInteraction responseIdentifier="RESPONSE"/>'), "interaction", 5),
        (item('<uploadInteraction responseIdentifier="RESPONSE"/>'), "interaction", 5),
        (item('<qti-portable-custom-interaction response-identifier="RESPONSE"/>'), "interaction", 5),
        (item('<endAttemptInteraction responseIdentifier="RESPONSE" title="x"/>'), "interaction", 5),
        (item("<p>Rien</p>"), "no_interaction", 4),
        (item(CHOICE.replace(">un<", "><")), "empty_option", 5),
        (item(CHOICE.replace('"B"', '"A"')), "duplicate_identifier", 5),
        (item(CHOICE + CHOICE), "shared_response", 4),
        (item(CHOICE.replace("RESPONSE", "OTHER")), "undeclared", 7),
        (item(response=RESPONSE.replace(">A<", ">Z<")), "unknown_key", 2),
        (item(response=RESPONSE.replace(">A<", ">A B<")), "value_type", 2),
        (item(response=RESPONSE.replace("single", "ordered")), "response_type", 2),
        (item(response=RESPONSE.replace("</value>", "</value><value>B</value>")), "single_values", 2),
        (item(response=RESPONSE.replace("single", "several")), "attribute_value", 2),
        (item(response=RESPONSE + RESPONSE), "duplicate_identifier", 1),
        (item(CHOICE.replace('maxChoices="1"', 'maxChoices="one"')), "attribute_value", 5),
        (item(CHOICE.replace(' identifier="A"', "")), "missing_attribute", 5),
        (item(rules='<responseProcessing template="http://x/rptemplates/map_response_point"/>'), "rp_template", 7),
        (item(rules='<responseProcessing template="http://x/rptemplates/map_response"/>'), "no_mapping", 7),
        (item(rules=processing("<wrongElement/>")), "rule", 7),
        (item(rules=processing('<setOutcomeValue identifier="NOWHERE"><null/></setOutcomeValue>')), "undeclared", 7),
        (item(rules=one_if("<random><variable identifier='RESPONSE'/></random>")), "expression", 7),
        (item(rules=one_if("<customOperator/>")), "expression", 7),
        (item(rules=one_if("<mapResponsePoint identifier='RESPONSE'/>")), "expression", 7),
        (item(rules=one_if("<not/>")), "operands", 7),
        (item(rules=one_if("<variable identifier='X'/>")), "undeclared", 7),
        (item(rules=one_if("<match><variable identifier='RESPONSE'/><baseValue baseType='integer'>x</baseValue></match>")), "value_type", 7),
        (item(rules=one_if("<patternMatch pattern='(a'><baseValue baseType='string'>a</baseValue></patternMatch>")), "pattern", 7),
        (item(rules=one_if("<not><baseValue baseType='string'>a</baseValue></not>")), "operand_type", 7),
        (item(rules=processing("<responseCondition><responseElse/></responseCondition>")), "rule", 7),
        (item(rules=processing('<setOutcomeValue identifier="F"><null/></setOutcomeValue>'), outcomes='<outcomeDeclaration identifier="F" cardinality="single" baseType="identifier"/>'), "no_score", 7),
        (item().replace(b'adaptive="false"', b'adaptive="true"'), "adaptive", 1),
        (item(after="<templateProcessing/>"), "template", 8),
        (item(after="<templateDeclaration/>"), "template", 8),
        (item(after='<assessmentStimulusRef identifier="s" href="s.xml"/>'), "stimulus", 8),
        (item(after="<modalFeedback outcomeIdentifier='SCORE' identifier='x' showHide='show'><img src='x'/></modalFeedback>"), "element", 8),
        (b"<assessmentTest/>", "not_item", 1),
        (b"<a>\n<b></a>", "not_xml", 2),
        (b"", "not_xml", 1),
        (item("<table><tr><td rowspan='2'>x</td></tr></table>" + CHOICE), "merged_rows", 5),
    ],
)  # fmt: skip
def test_refusals_name_their_reason_and_line(document: bytes, code: str, line: int) -> None:
    fault = refusal(document)
    assert (fault.code, fault.line) == (code, line), fault


BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]><a x="&e;">&e;</a>'
)


@pytest.mark.parametrize(
    "document",
    [
        BOMB,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><a/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
    ],
)
def test_a_document_type_is_refused_before_anything_is_expanded(document: bytes) -> None:
    assert refusal(document).code == "doctype"


def test_depth_and_size_are_bounded() -> None:
    assert refusal(b"<a>" + b"<b>" * 200 + b"</b>" * 200 + b"</a>").code == "depth"
    assert refusal(b"<a>" + b" " * 4_000_001 + b"</a>").code == "too_large"
    assert refusal(b"<a>" + b"<b>" * 5000 + b"</b>" * 5000 + b"</a>").code == "not_xml"


def test_xinclude_is_not_followed() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    assert refusal(item(f"<p>{include}</p>{CHOICE}")).code == "element"


def test_control_characters_of_a_terminal_are_dropped() -> None:
    read = read_item(
        item(CHOICE.replace("Lequel", "\x9b31mLequel")).replace(b'title="t"', 'title="\x9bt"'.encode())
    )
    assert read.title == "t"
    assert "\x9b" not in repr(read)


# --- noise -------------------------------------------------------------------------------------------------

_SEED = item(
    CHOICE, one_if("<match><variable identifier='RESPONSE'/><correct identifier='RESPONSE'/></match>")
).decode()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_document_is_read_or_refused_never_more(data: st.DataObject) -> None:
    document = _SEED
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(document)))
        cut = data.draw(st.integers(0, 40))
        noise = data.draw(
            st.sampled_from(
                [
                    "",
                    "<p>",
                    "</p>",
                    "&amp;",
                    "<![CDATA[x]]>",
                    " identifier='Z'",
                    "RESPONSE",
                    "\x00",
                    "é",
                    "<b/>",
                ]
            )
        )
        document = document[:at] + noise + document[at + cut :]
    try:
        read = read_item(document.encode())
        score(read, None)
    except Refused:
        pass


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_item(data)


TAGS = [
    "p",
    "div",
    "b",
    "sup",
    "sub",
    "table",
    "tr",
    "td",
    "ul",
    "ol",
    "li",
    "pre",
    "img",
    "object",
    "math",
    "q",
    "blockquote",
    "feedbackInline",
    "rubricBlock",
    "gap",
]
_TREES = st.recursive(
    st.text("ab \n é²", max_size=6),
    lambda inner: st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=3)).map(
        lambda t: f"<{t[0]}>{''.join(t[1])}</{t[0]}>"
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(_TREES)
def test_any_nesting_of_content_is_read_or_refused(content: str) -> None:
    try:
        read_item(item(content + CHOICE))
    except Refused as fault:
        assert fault.line >= 1


# --- responses -----------------------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=6)
    | st.sampled_from(["A", "B", "A B", "1,5", "RESPONSE"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["RESPONSE", "x"]), inner, max_size=2),
    max_leaves=6,
)  # fmt: skip
_OPTIONS = "".join(
    f'<simpleAssociableChoice identifier="{n}" matchMax="1">{n}</simpleAssociableChoice>' for n in "AB"
)
_KINDS = {
    "single identifier": CHOICE,
    "multiple identifier": CHOICE.replace('maxChoices="1"', 'maxChoices="0"'),
    "ordered identifier": '<orderInteraction responseIdentifier="RESPONSE"><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></orderInteraction>',
    "multiple pair": f'<associateInteraction responseIdentifier="RESPONSE">{_OPTIONS}</associateInteraction>',
    "single directedPair": f'<matchInteraction responseIdentifier="RESPONSE"><simpleMatchSet>{_OPTIONS}</simpleMatchSet><simpleMatchSet>{_OPTIONS.replace("A", "C").replace(">B<", ">D<").replace(chr(34) + "B", chr(34) + "D")}</simpleMatchSet></matchInteraction>'.replace("simpleCssociableChoice", "simpleAssociableChoice"),
    "single float": '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>',
    "single integer": '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="9"/>',
    "single string": '<extendedTextInteraction responseIdentifier="RESPONSE"/>',
    "record ": '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>',
}  # fmt: skip


@pytest.mark.parametrize("types", _KINDS)
@settings(max_examples=60, deadline=None)
@given(response=_JSON)
def test_any_json_is_scored_or_refused(types: str, response: object) -> None:
    cardinality, base_type = types.split(" ")
    declared = f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}"' + (
        f' baseType="{base_type}"/>' if base_type else "/>"
    )
    read = read_item(
        item(_KINDS[types], one_if("<not><isNull><variable identifier='RESPONSE'/></isNull></not>"), declared)
    )
    try:
        assert score(read, response).points in (0, 1)
    except ResponseInvalid as fault:
        assert has(f"errors.{fault.code}")
