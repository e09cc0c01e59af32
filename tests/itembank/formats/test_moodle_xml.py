"""Moodle XML: read as Moodle writes it, written as Moodle reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.authoring import Content
from itembank.formats.exporting import export_items
from itembank.formats.faults import Refused
from itembank.formats.importing import Format, import_items
from itembank.formats.moodle.as_qti import qti_of_question
from itembank.formats.moodle.moodle_xml import read_moodle, write_moodle
from itembank.formats.moodle.question import Answer, Kind, Pair, Question
from itembank.formats.qti.runtime import key, score, score_of


def quiz(kind: str, inside: str, text: str = "<p>Quoi ?</p>") -> bytes:
    return (
        f'<?xml version="1.0"?>\n<quiz>\n<question type="{kind}"><name><text>nom</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>\n{inside}</question></quiz>'
    ).encode()


def one(data: bytes) -> Question:
    found = read_moodle(data)
    assert len(found) == 1
    assert isinstance(found[0], Question), found[0]
    return found[0]


def answer(text: str, fraction: float, feedback: str = "") -> str:
    said = f"<feedback format='html'><text>{feedback}</text></feedback>"
    return f'<answer fraction="{fraction:g}" format="html"><text>{text}</text>{said}</answer>\n'


def points(data: bytes, response: object) -> float:
    return score(qti_of_question(one(data), "q"), response).points


def test_multichoice() -> None:
    inside = answer("un", 100, "oui") + answer("deux", 0) + answer("trois", -50)
    data = quiz("multichoice", "<single>true</single><shuffleanswers>0</shuffleanswers>" + inside)
    assert [points(data, f"answer-{i}") for i in (1, 2, 3)] == [1, 0, -0.5]
    assert not one(data).shuffle
    several = quiz(
        "multichoice",
        "<single>false</single>" + answer("un", 50) + answer("deux", 50) + answer("trois", -100),
    )
    assert points(several, ["answer-1", "answer-2"]) == 1
    assert points(several, ["answer-1", "answer-3"]) == 0


def test_truefalse_shortanswer_numerical() -> None:
    data = quiz("truefalse", answer("true", 0) + answer("false", 100))
    assert (points(data, "true"), points(data, "false")) == (0, 1)
    case = quiz("shortanswer", "<usecase>1</usecase>" + answer("Paris", 100) + answer("Pa*", 20))
    assert [points(case, t) for t in ("Paris", "PARIS", "Pau")] == [1, 0, 0.2]
    number = "<answer fraction='100'><text>12.5</text><tolerance>0.5</tolerance></answer><units><unit><multiplier>1</multiplier><unit_name>km</unit_name></unit></units>"
    data = quiz("numerical", number)
    assert [points(data, v) for v in ("12,9", 12.0, 13.1)] == [1, 1, 0]
    assert one(data).unit == "km"


def test_matching_ordering_essay() -> None:
    pairs = "".join(
        f'<subquestion format="html"><text>{a}</text><answer><text>{b}</text></answer></subquestion>'
        for a, b in (("un", "1"), ("deux", "2"), ("", "3"))
    )
    data = quiz("matching", pairs)
    assert points(data, ["left-1 right-1", "left-2 right-2"]) == 1
    assert points(data, ["left-1 right-1", "left-2 right-3"]) == 0.5
    data = quiz("ordering", answer("a", 1) + answer("b", 2) + answer("c", 3))
    assert points(data, ["answer-1", "answer-2", "answer-3"]) == 1
    assert points(data, ["answer-2", "answer-1", "answer-3"]) == 0
    assert qti_of_question(one(quiz("essay", "")), "q").rules is None


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (quiz("cloze", ""), "question_type", 3),
        (quiz("ddimageortext", ""), "question_type", 3),
        (quiz("calculated", ""), "question_type", 3),
        (quiz("description", ""), "description", 3),
        (quiz("truefalse", answer("true", 100), text="<img src='@@PLUGINFILE@@/x.png'>"), "element", 3),
        (quiz("truefalse", answer("peut-être", 100)), "attribute_value", 4),
        (quiz("multichoice", ""), "no_key", 3),
        (quiz("multichoice", answer("un", 100) + answer("", 0)), "empty_option", 5),
        (quiz("numerical", "<answer fraction='100'><text>beaucoup</text></answer>"), "gift_number", 4),
        (quiz("numerical", "<answer fraction='100'><text>1</text></answer><units><unit><unit_name>m</unit_name></unit><unit><unit_name>km</unit_name></unit></units>"), "units", 3),
        (quiz("truefalse", answer("true", 100), text=""), "no_question", 3),
        (quiz("truefalse", answer("true", 100), text="\\(x^2\\)"), "element", 3),
    ],
)  # fmt: skip
def test_refusals_have_their_line(data: bytes, code: str, line: int) -> None:
    found = read_moodle(data)[0]
    assert isinstance(found, tuple), found
    assert (found[0].code, found[0].line, found[1]) == (code, line, "nom")


def test_a_document_of_another_kind(tmp_path: Path) -> None:
    for content, code in (
        (b"<html/>", "not_moodle"),
        (b"<quiz", "not_xml"),
        (b"<!DOCTYPE quiz><quiz/>", "doctype"),
    ):
        path = tmp_path / "a.xml"
        path.write_bytes(content)
        assert [r.code for r in import_items(path, Format.MOODLE).refused] == [code]


_TEXT = st.text("abé<&>\"'{}~= \n$", min_size=1, max_size=10).map(lambda t: " ".join(t.split())).filter(bool)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from(list(Kind)))
    said = st.one_of(st.just(""), _TEXT)
    answers: tuple[Answer, ...] = ()
    pairs: tuple[Pair, ...] = ()
    match kind:
        case Kind.MULTICHOICE:
            answers = tuple(Answer(draw(_TEXT), f, draw(said)) for f in (1.0, 0.0, -0.5))
        case Kind.TRUE_FALSE:
            answers = (Answer("true", 1.0, draw(said)), Answer("false", 0.0, draw(said)))
        case Kind.SHORT_ANSWER:
            answers = tuple(Answer(draw(_TEXT), 1.0, draw(said)) for _ in range(2))
        case Kind.NUMERICAL:
            low = draw(st.integers(-99, 99)) / 4
            answers = (Answer("", 1.0, draw(said), low, low + draw(st.integers(0, 9)) / 2),)
        case Kind.MATCHING:
            pairs = tuple(Pair(f"{i}{draw(_TEXT)}", draw(_TEXT)) for i in range(3))
        case Kind.ORDERING:
            answers = tuple(Answer(draw(_TEXT), 1.0) for _ in range(3))
        case _:
            pass
    return Question(kind, "nom", draw(_TEXT), answers, pairs, general_feedback=draw(said), right_feedback=draw(said), identifier="x", tags=("t",), category="c")  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(questions())
def test_what_is_written_is_read_back(question: Question) -> None:
    again = one(write_moodle([question]))
    for name in ("kind", "name", "text", "pairs", "general_feedback", "right_feedback", "identifier", "tags"):
        assert getattr(again, name) == getattr(question, name)
    assert again.category == "$course$/top/c"
    ordering = question.kind is Kind.ORDERING
    for a, b in zip(again.answers, question.answers, strict=True):
        assert (a.text if b.low is None else "", a.feedback, a.low, a.high) == (
            b.text,
            b.feedback,
            b.low,
            b.high,
        )
        assert ordering or a.fraction == b.fraction


def test_our_items_in_moodle_xml_keep_their_keys(content: Content) -> None:
    items = {item.family: item for item in content.items}
    exported = export_items(list(items.values()), Format.MOODLE)
    assert {r.code for r in exported.refused} <= {"task", "interaction_there"}
    questions = read_moodle(exported.data)
    assert [q.identifier for q in questions if isinstance(q, Question)] == exported.ids
    for found in questions:
        assert isinstance(found, Question)
        as_qti = qti_of_question(found, "q")
        assert score_of(as_qti, key(as_qti)) == 1


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_document_is_read_or_refused(data: st.DataObject) -> None:
    source = quiz("multichoice", answer("un", 100) + answer("deux", 0)).decode()
    at, cut = data.draw(st.integers(0, len(source))), data.draw(st.integers(0, 30))
    noise = data.draw(st.sampled_from(["", "<p>", "</text>", "&lt;img&gt;", "é", "-5", "<file/>"]))
    try:
        for found in read_moodle((source[:at] + noise + source[at + cut :]).encode()):
            if isinstance(found, Question):
                qti_of_question(found, "q")
    except Refused as fault:
        assert fault.code
