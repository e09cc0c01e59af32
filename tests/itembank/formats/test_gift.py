"""GIFT: what Moodle's documentation says a file means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.authoring import Content
from itembank.formats.exporting import export_items
from itembank.formats.faults import Refused
from itembank.formats.importing import Format, import_items
from itembank.formats.moodle.as_qti import qti_of_question
from itembank.formats.moodle.gift import escaped, read_gift, sayable, write_gift
from itembank.formats.moodle.question import Answer, Kind, Pair, Question
from itembank.formats.qti.conversion import NotConvertible, convert
from itembank.formats.qti.runtime import key, score, score_of
from tests.itembank.formats.samples import ABSENT, GIFT


def one(source: str) -> Question:
    found = read_gift(source)
    assert len(found) == 1
    assert isinstance(found[0], Question), found[0]
    return found[0]


def points(source: str, response: object) -> float:
    return score(qti_of_question(one(source), "q"), response).points


def refusal(source: str) -> tuple[str, int]:
    found = read_gift(source)
    assert len(found) == 1
    assert isinstance(found[0], tuple), found[0]
    return found[0][0].code, found[0][0].line


# --- each type -----------------------------------------------------------------------------------------------


def test_multiple_choice_with_one_answer() -> None:
    source = "::Titre:: Qui ? {=Ana #oui ~Bilal #non ~%25%Chloé}"
    question = one(source)
    assert (question.kind, question.name, question.text, question.single) == (
        Kind.MULTICHOICE,
        "Titre",
        "Qui ?",
        True,
    )
    assert [(a.text, a.fraction, a.feedback) for a in question.answers] == [
        ("Ana", 1, "oui"),
        ("Bilal", 0, "non"),
        ("Chloé", 0.25, ""),
    ]
    assert [points(source, f"answer-{i}") for i in (1, 2, 3)] == [1, 0, 0.25]


def test_multiple_choice_with_several_answers() -> None:
    source = "Lesquels ? {~%33.33333%A ~%33.33333%B ~%33.33333%C ~%-100%D}"
    assert not one(source).single
    assert points(source, ["answer-1", "answer-2", "answer-3"]) == 1
    assert points(source, ["answer-1"]) == pytest.approx(1 / 3)
    assert points(source, ["answer-1", "answer-4"]) == 0
    assert points(source, None) == 0


@pytest.mark.parametrize("word", ["T", "TRUE", "true", "F", "FALSE"])
def test_true_false(word: str) -> None:
    source = f"Vrai ?{{{word}#raté#bravo}}"
    true = word[0].upper() == "T"
    assert points(source, "true") == float(true)
    assert points(source, "false") == float(not true)
    right = next(a for a in one(source).answers if a.fraction)
    assert right.feedback == "bravo"


def test_short_answer() -> None:
    source = "Capitale ? {=Paris =%50%paname =%0%*#raté}"
    assert [points(source, t) for t in ("Paris", "PARIS", "Paname", "Lyon")] == [1, 1, 0.5, 0]
    assert points("{=a*c} fin", "abbbc") == 1
    assert points("{=a*c} fin", "abbbd") == 0
    assert points("{=2\\*3} fin", "6") == 0
    assert points("Combien ? {=a.c}", "abc") == 0
    assert points("Le mot pour 1 ? {Un}", "un") == 1


def test_numerical() -> None:
    assert [points("Combien ? {#3.14:0.01}", v) for v in (3.13, 3.15, 3.16, "3,14", "pi")] == [1, 1, 0, 1, 0]
    assert [points("Combien ? {#1..5}", v) for v in (1, 5, 0.99, 5.01)] == [1, 1, 0, 0]
    assert [points("Quand ? {#=1822:0 =%50%1822:2}", v) for v in (1822, 1823, 1825)] == [1, 0.5, 0]
    assert points("Combien ? {#-3.142..-3.141}", -3.1415) == 1


def test_matching() -> None:
    source = "Associez. {=un -> 1 =deux -> 2 =trois -> 3 = -> 4}"
    assert one(source).pairs[-1] == Pair("", "4")
    assert points(source, ["left-1 right-1", "left-2 right-2", "left-3 right-3"]) == 1
    assert points(source, ["left-1 right-1", "left-2 right-4"]) == pytest.approx(1 / 3)


def test_missing_word_and_essay() -> None:
    assert one("Le {=chat ~chien} dort.").text == "Le _____ dort."
    question = one("Racontez. {}")
    assert question.kind is Kind.ESSAY
    assert qti_of_question(question, "q").rules is None


# --- the format ------------------------------------------------------------------------------------------------


def test_escapes_comments_categories_tags_and_formats() -> None:
    source = (
        "\ufeff// [id:12] [tag:un] [tag:deux]\n$CATEGORY: $course$/top/Réseau\n\n// [id:12] [tag:un]\n"
        "::a\\:b:: [html]<p>2 \\= <b>1</b>\\n+ 1 \\{x\\} &amp; H<sub>2</sub>O</p>{\n// dedans\n=\\~un\\#\n~\\\\deux\n}\r\n\r\n"
        "[markdown]*a*\n  b {T}\n"
    )
    first, second = read_gift(source)
    assert isinstance(first, Question)
    assert (first.name, first.category, first.identifier, first.tags) == (
        "a:b",
        "$course$/top/Réseau",
        "12",
        ("un",),
    )
    assert first.text == "2 = 1 + 1 {x} & H₂O"
    assert [a.text for a in first.answers] == ["~un#", "\\deux"]
    assert first.line == 5
    assert isinstance(second, Question)
    assert second.text == "*a*\n  b"


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("Un texte.", "description", 1),
        ("\n\nUn {=a ~b", "gift_braces", 3),
        ("Un } {=a}", "gift_braces", 1),
        ("Un {=a ~b} et {=c}", "gift_several", 1),
        ("Un {a ~b}", "gift_answers", 1),
        ("Un {~a ~b}", "no_key", 1),
        ("Un {=a ~%200%b}", "gift_weight", 1),
        ("Un {#douze}", "gift_number", 1),
        ("Un {#5..1}", "gift_number", 1),
        ("Un {= ~b}", "empty_option", 1),
        ("{=a ~b}", "no_question", 1),
        ("[html]<img src='x'>{T}", "element", 1),
        ("[html]<script>x</script>{T}", "element", 1),
        ("[markdown]![x](y){T}", "element", 1),
        ("Calculez $$x^2$$ {#4}", "element", 1),
        ("Un {=a -> }", "empty_option", 1),
    ],
)
def test_refusals_have_their_line(source: str, code: str, line: int) -> None:
    assert refusal(source) == (code, line)


def test_one_bad_question_does_not_hide_the_others() -> None:
    found = read_gift("A {T}\n\nB {=\n\nC {F}\n")
    assert [type(q).__name__ for q in found] == ["Question", "tuple", "Question"]


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.gift"
    path.write_bytes(b"Un {T}\n\nD\xe9ux {T}\n")
    assert [(r.code, r.line) for r in import_items(path, Format.GIFT).refused] == [("not_utf8", 3)]


# --- writing ---------------------------------------------------------------------------------------------------

_TEXT = st.text("abé~=#{}:\\%>-*_./[]<\n $", min_size=1, max_size=12).map(str.strip).filter(bool)
_SHOWN = _TEXT.map(lambda t: " ".join(t.split()))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(
        st.sampled_from([Kind.MULTICHOICE, Kind.TRUE_FALSE, Kind.SHORT_ANSWER, Kind.NUMERICAL, Kind.MATCHING])
    )
    text = " ".join(["Question", draw(_SHOWN)])
    said = st.one_of(st.just(""), _SHOWN)
    common = {
        "kind": kind,
        "name": "n",
        "text": text,
        "general_feedback": draw(said),
        "identifier": "x",
        "tags": ("t",),
    }
    match kind:
        case Kind.MULTICHOICE:
            single = draw(st.booleans())
            answers = [Answer(draw(_SHOWN), 1.0 if single else 0.5, draw(said))]
            answers += [
                Answer(draw(_SHOWN), draw(st.sampled_from([0.0, -0.25, 0.5])), draw(said)) for _ in range(2)
            ]
            return Question(**common, answers=tuple(answers), single=single)
        case Kind.TRUE_FALSE:
            true = draw(st.booleans())
            return Question(
                **common,
                answers=(
                    Answer("true", float(true), draw(said)),
                    Answer("false", float(not true), draw(said)),
                ),
            )
        case Kind.SHORT_ANSWER:
            return Question(**common, answers=tuple(Answer(draw(_SHOWN), 1.0, draw(said)) for _ in range(2)))
        case Kind.NUMERICAL:
            low = draw(st.integers(-1000, 1000)) / 8
            high = low + draw(st.integers(0, 100)) / 8
            return Question(**common, answers=(Answer("", 1.0, draw(said), low, high),))
        case _:
            return Question(**common, pairs=tuple(Pair(f"{i}{draw(_SHOWN)}", draw(_SHOWN)) for i in range(3)))  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(questions())
def test_what_is_written_is_read_back(question: Question) -> None:
    if not sayable(question):
        return
    again = one(write_gift([question]))

    def meaning(q: Question) -> object:
        answers = [
            (a.text if a.low is None else "", a.fraction, a.feedback, a.low, a.high) for a in q.answers
        ]
        return (q.kind, q.name, q.text, answers, q.pairs, q.single, q.general_feedback, q.identifier, q.tags)

    assert meaning(again) == meaning(question)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(source: str) -> None:
    for found in read_gift(source):
        assert isinstance(found, Question) or isinstance(found[0], Refused)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                "{",
                "}",
                "=",
                "~",
                "#",
                "####",
                "->",
                "%50%",
                "T",
                "1..2",
                ":",
                "\\",
                "\n",
                "a",
                "[html]",
                "<b>",
                "::",
                " ",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_any_signs_are_read_or_refused(source: str) -> None:
    for found in read_gift(source):
        if isinstance(found, Question):
            try:
                qti_of_question(found, "q")
            except Refused as fault:
                assert fault.line >= 1


def test_escaping_is_undone_by_reading() -> None:
    text = "a\\b ~ = # { } : \\n c"
    assert one(f"::{escaped(text)}:: x {{T}}").name == text


def test_our_items_in_gift_keep_their_keys(content: Content) -> None:
    items = {item.family: item for item in content.items}
    exported = export_items(list(items.values()), Format.GIFT)
    assert {r.code for r in exported.refused} <= {"task", "interaction_there", "gift_arrow"}
    questions = read_gift(exported.data.decode())
    assert [q.identifier for q in questions if isinstance(q, Question)] == exported.ids
    for found in questions:
        assert isinstance(found, Question)
        as_qti = qti_of_question(found, "q")
        assert score_of(as_qti, key(as_qti)) == 1


# --- samples -----------------------------------------------------------------------------------------------------

KEYS = {  # (file, line) -> the key, read in the file by eye
    ("TFTwoFeedback", 1): "false", ("TFTwoFeedback", 3): "true", ("TFTwoFeedback", 5): "true",
    ("descriptionTitleEscapedColon", 3): "true", ("escapeAll", 1): "\\", ("escapeEquals", 2): "= 2 + 3",
    ("formatExamples", 2): "The east.", ("mc1", 1): "no one", ("mc4", 2): "no one", ("mcHTMLComment", 1): "Nunca.",
    ("multipleAnswersFloat", 1): {"Africa", "Asia", "Antarctica"},
    ("numerical1", 3): 1822, ("numerical1", 5): -1, ("numerical1", 7): 3.141, ("numerical1", 9): -3.1425,
    ("numerical1", 11): 3.142, ("numerical1", 13): -3.1415, ("numerical1", 15): 4.9, ("numerical1", 17): -5,
    ("numerical1", 19): 1822, ("numerical1", 23): 9,
    ("shortAnswer1", 3): "nobody", ("shortAnswer1", 5): "four",
    ("shortAnswerNotMatching", 1): "get coffee powder -> add water",
    ("shortAnswerNotMatching", 4): "-archivo-configurar página ó -diseño de página-orientación",
    ("shortFirstEmbeddedUnderline", 1): "Asia", ("shortFirstEmbeddedUnderline", 5): "asia", ("symbolsAll", 1): "true",
    ("tag_id_and_two_tags", 3): None, ("tf1", 1): "false", ("tf1_markdown", 1): "false",
    ("totara_moodle_backslash", 4): None,
    ("totara_moodle_match", 4): {"An activity supporting asynchronous discussions.": "Forum", "A teacher asks a question and specifies a choice of multiple responses.": "Choice", "A bank of record entries which participants can add to.": "Database", "A collection of web pages that anyone can add to or edit.": "Wiki"},
    ("totara_moodle_multichoice_multi", 4): {"yellow", "off-beige"}, ("totara_moodle_pre_content", 3): None,
    ("totara_moodle_shortanswer_general_feedback", 4): "Frog", ("totara_moodle_truefalse_true_answer1", 4): "true",
    ("type_inferred_multiline_markdown", 1): "answer2 line1\nanswer2 line2",
}  # fmt: skip
NO_QUESTION = {("descriptionTitleEscapedColon", 1), *(("markdown", line) for line in (1, 3, 6, 11))}


@pytest.mark.skipif(not GIFT.is_dir(), reason=ABSENT)
def test_every_sample_imports_with_the_right_key_or_is_refused_with_its_line() -> None:
    outcome = import_items(GIFT, Format.GIFT)
    assert {(Path(r.file).stem, r.line) for r in outcome.refused} == NO_QUESTION
    assert {r.code for r in outcome.refused} == {"description"}
    found = {(Path(i.file).stem, i.line): i.item for i in outcome.imported}
    assert found.keys() == KEYS.keys()
    for place, right in KEYS.items():
        item = found[place]
        if right is None:  # essays: a person marks them
            assert item.rules is None
            continue
        interaction = item.interactions[0]
        names = {o.text: o.identifier for o in getattr(interaction, "options", ())}
        match right:
            case set():
                response: object = [names[text] for text in right]
            case dict():
                lefts = {o.text: o.identifier for o in interaction.lefts}  # type: ignore[union-attr]
                rights = {o.text: o.identifier for o in interaction.rights}  # type: ignore[union-attr]
                response = [f"{lefts[a]} {rights[b]}" for a, b in right.items()]
            case "true" | "false":
                response = right
            case _:
                response = names.get(right, right)  # type: ignore[call-overload]
        assert score(item, response).points == 1, place
        assert score(item, None).points == 0, place
        try:
            convert(item, date(2026, 11, 24))
        except NotConvertible as fault:
            assert fault.code in ("choices", "rules"), place
