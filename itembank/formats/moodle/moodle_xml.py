"""Moodle XML: questions as Moodle exports and imports them.

Source: Moodle documentation, « Moodle XML format » and « Moodle XML format – question types ».
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from itembank.formats.faults import Refused
from itembank.formats.flows import without_controls
from itembank.formats.moodle.gift import shown_text
from itembank.formats.moodle.question import Answer, Kind, Pair, Question, fraction_of
from itembank.formats.safe_xml import document, line_of, local, root_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_FORMATS = {
    "html": "html", "moodle_auto_format": "moodle", "plain_text": "plain", "plain": "plain", "markdown": "markdown",
}  # fmt: skip
_ALIASES = {"match": Kind.MATCHING, "matching": Kind.MATCHING, "ddmatch": Kind.MATCHING}


def read_moodle(data: bytes) -> list[Question | tuple[Refused, str]]:
    """Every question, in order; one that is not taken is a refusal with its line, and its name if it has one.

    Raises Refused when the document is not Moodle XML.
    """
    root = root_of(data)
    if local(root) != "quiz":
        raise Refused("not_moodle", line_of(root), name=local(root))
    found: list[Question | tuple[Refused, str]] = []
    category = ""
    for element in root:
        if not isinstance(element.tag, str) or local(element) != "question":
            continue
        line = line_of(element)
        kind = (element.get("type") or "").strip()
        if kind == "category":
            category = _raw(_child(element, "category"))
            continue
        name = " ".join(_raw(_child(element, "name")).split())
        try:
            found.append(_question(element, kind, name, category))
        except Refused as fault:
            found.append((Refused(fault.code, fault.line or line, **fault.params), name))
    return found


def _child(element: _Element, name: str) -> _Element | None:
    return next((c for c in element if isinstance(c.tag, str) and local(c) == name), None)


def _children(element: _Element, name: str) -> list[_Element]:
    return [c for c in element if isinstance(c.tag, str) and local(c) == name]


def _raw(element: _Element | None) -> str:
    """The content of an element's `text` child, or its own."""
    if element is None:
        return ""
    inner = _child(element, "text")
    return without_controls((element if inner is None else inner).text or "").strip()


def _text(element: _Element | None, default: str = "html") -> str:
    """A formatted text as plain lines. Raises Refused: files, pictures."""
    if element is None:
        return ""
    line = line_of(element)
    source = _raw(element)
    if _child(element, "file") is not None or "@@PLUGINFILE@@" in source:
        raise Refused("element", line, name="file")
    name = element.get("format") or default
    if name not in _FORMATS:
        raise Refused("attribute_value", line, name="format", value=name[:40])
    return shown_text(source, _FORMATS[name], line) if source else ""


def _flag(element: _Element, name: str, default: bool) -> bool:
    text = _raw(_child(element, name)).lower()
    return default if not text else text in ("1", "true")


def _question(element: _Element, kind: str, name: str, category: str) -> Question:
    line = line_of(element)
    if kind == "description":
        raise Refused("description", line)
    known = _ALIASES.get(kind) or (Kind(kind) if kind in tuple(Kind) else None)
    if known is None:
        raise Refused("question_type", line, name=kind[:40])
    text_element = _child(element, "questiontext")
    text = _text(text_element)
    if not text:
        raise Refused("no_question", line)
    default = (text_element.get("format") if text_element is not None else None) or "html"
    tags = _child(element, "tags")
    answers, pairs, unit = _answers(element, known, default)
    return Question(
        kind=known,
        name=name,
        text=text,
        answers=answers,
        pairs=pairs,
        single=_flag(element, "single", True),
        shuffle=_flag(element, "shuffleanswers", True),
        use_case=_flag(element, "usecase", False),
        unit=unit,
        general_feedback=_text(_child(element, "generalfeedback")),
        right_feedback=_text(_child(element, "correctfeedback")),
        wrong_feedback=_text(_child(element, "incorrectfeedback")),
        identifier=_raw(_child(element, "idnumber")),
        tags=tuple(_raw(tag) for tag in _children(tags, "tag")) if tags is not None else (),
        category=category,
        line=line,
    )


def _answers(element: _Element, kind: Kind, default: str) -> tuple[tuple[Answer, ...], tuple[Pair, ...], str]:
    if kind is Kind.ESSAY:
        return (), (), ""
    if kind is Kind.MATCHING:
        pairs: list[Pair] = []
        for sub in _children(element, "subquestion"):
            right = _child(sub, "answer")
            shown = " ".join(_raw(right).split())
            if not shown:
                raise Refused("empty_option", line_of(sub), identifier=str(len(pairs) + 1))
            pairs.append(Pair(_text(sub, default), shown))
        if sum(bool(pair.left) for pair in pairs) < 2:
            raise Refused("option_count", line_of(element), found=len(pairs), limit="")
        return (), tuple(pairs), ""
    answers = tuple(_answer(answer, kind, default) for answer in _children(element, "answer"))
    if not answers:
        raise Refused("no_key", line_of(element))
    return answers, (), _unit(element) if kind is Kind.NUMERICAL else ""


def _answer(element: _Element, kind: Kind, default: str) -> Answer:
    line = line_of(element)
    feedback = _text(_child(element, "feedback"))
    fraction = fraction_of(_number(element.get("fraction") or "0", line))
    if kind is Kind.NUMERICAL:
        typed = _raw(element)
        if typed == "*":
            return Answer("*", fraction, feedback)
        value = _number(typed, line)
        tolerance = abs(_number(_raw(_child(element, "tolerance")) or "0", line))
        return Answer(typed, fraction, feedback, round(value - tolerance, 12), round(value + tolerance, 12))
    if kind in (Kind.SHORT_ANSWER, Kind.TRUE_FALSE):
        text = " ".join(_raw(element).split())
        if kind is Kind.TRUE_FALSE:
            text = text.lower()
            if text not in ("true", "false"):
                raise Refused("attribute_value", line, name="answer", value=text[:40])
    else:
        text = _text(element, default)
    if not text:
        raise Refused("empty_option", line, identifier="answer")
    return Answer(text, fraction, feedback)


def _number(text: str, line: int) -> float:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        raise Refused("gift_number", line, text=text[:60]) from None
    if not abs(value) < 1e15:
        raise Refused("gift_number", line, text=text[:60])
    return value


def _unit(element: _Element) -> str:
    """The unit of a number when there is one and it changes nothing; several units are a conversion we do not do."""
    units = _child(element, "units")
    listed = _children(units, "unit") if units is not None else []
    names = [_raw(_child(unit, "unit_name")) for unit in listed]
    if len(names) > 1:
        raise Refused("units", line_of(element), units=", ".join(names)[:80])
    return names[0] if names else ""


# --- writing -------------------------------------------------------------------------------------------------


def write_moodle(questions: Sequence[Question]) -> bytes:
    """A Moodle XML document. Texts are written as plain text, so that `<b>` in one about HTML stays what it is."""
    root = ET.Element("quiz")
    category = None
    for question in questions:
        if question.category and question.category != category:
            category = question.category
            element = ET.SubElement(root, "question", {"type": "category"})
            _wrapped(element, "category", f"$course$/top/{category}")
        root.append(_element(question))
    ET.indent(root)
    return document(root)


def _wrapped(parent: ET.Element, name: str, text: str, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, name, attributes)
    ET.SubElement(element, "text").text = text
    return element


def _plain(parent: ET.Element, name: str, text: str, **attributes: str) -> ET.Element:
    return _wrapped(parent, name, text, **attributes, format="plain_text")


def _element(question: Question) -> ET.Element:
    element = ET.Element("question", {"type": str(question.kind)})
    _wrapped(element, "name", question.name)
    _plain(element, "questiontext", question.text)
    _plain(element, "generalfeedback", question.general_feedback)
    ET.SubElement(element, "defaultgrade").text = "1"
    ET.SubElement(element, "hidden").text = "0"
    ET.SubElement(element, "idnumber").text = question.identifier
    match question.kind:
        case Kind.MULTICHOICE:
            ET.SubElement(element, "single").text = "true" if question.single else "false"
            ET.SubElement(element, "shuffleanswers").text = "true" if question.shuffle else "false"
            ET.SubElement(element, "answernumbering").text = "abc"
        case Kind.SHORT_ANSWER:
            ET.SubElement(element, "usecase").text = "1" if question.use_case else "0"
        case Kind.MATCHING:
            ET.SubElement(element, "shuffleanswers").text = "true" if question.shuffle else "false"
        case Kind.ORDERING:
            for name, value in (
                ("layouttype", "VERTICAL"),
                ("selecttype", "ALL"),
                ("gradingtype", "ALL_OR_NOTHING"),
            ):
                ET.SubElement(element, name).text = value
        case _:
            pass
    if question.right_feedback:
        _plain(element, "correctfeedback", question.right_feedback)
    if question.wrong_feedback:
        _plain(element, "incorrectfeedback", question.wrong_feedback)
    for i, answer in enumerate(question.answers, 1):
        _write_answer(element, question, answer, i)
    for pair in question.pairs:
        sub = _plain(element, "subquestion", pair.left)
        _wrapped(sub, "answer", pair.right)
    if question.unit:
        unit = ET.SubElement(ET.SubElement(element, "units"), "unit")
        ET.SubElement(unit, "multiplier").text = "1"
        ET.SubElement(unit, "unit_name").text = question.unit
        ET.SubElement(element, "unitgradingtype").text = "0"
        ET.SubElement(element, "showunits").text = "3"
    if question.tags:
        tags = ET.SubElement(element, "tags")
        for tag in question.tags:
            _wrapped(tags, "tag", tag)
    return element


def _write_answer(element: ET.Element, question: Question, answer: Answer, position: int) -> None:
    share = str(position) if question.kind is Kind.ORDERING else f"{round(100 * answer.fraction, 5):g}"
    text = answer.text
    if answer.low is not None and answer.high is not None:
        text = f"{(answer.low + answer.high) / 2:.12f}".rstrip("0").rstrip(".")
    inner = (
        _wrapped(element, "answer", text, fraction=share)
        if question.kind in (Kind.SHORT_ANSWER, Kind.NUMERICAL, Kind.TRUE_FALSE)
        else _plain(element, "answer", text, fraction=share)
    )
    if answer.low is not None and answer.high is not None:
        half = (answer.high - answer.low) / 2
        ET.SubElement(inner, "tolerance").text = f"{half:.12f}".rstrip("0").rstrip(".") or "0"
    _plain(inner, "feedback", answer.feedback)
