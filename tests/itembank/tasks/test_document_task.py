"""The document: what can be written, arranged, reviewed and shared, and which goals then hold."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.document import DocumentSpec, apply, initial_state
from itembank.tasks.document.blocks import headings, pattern_of, same_text
from itembank.tasks.document.machine import pending
from tests.candidate.solutions.document import BODY, SOLUTION

SPEC = DocumentSpec.from_record(BODY)
IDS = [block["id"] for block in BODY["blocks"]]


def met(*actions: dict[str, Any], **goal: Any) -> bool:
    """Whether the one condition of a goal holds after `actions`."""
    body = {**BODY, "goals": [{"name": "x", "when": [goal]}]}
    return goals_after(DocumentSpec.from_record(body), actions)[0]


def texts(*actions: dict[str, Any]) -> list[str]:
    return [block.text for block in state_after(SPEC, actions).blocks if block.kind == "text"]


def order(*actions: dict[str, Any]) -> list[str]:
    return [block.id for block in state_after(SPEC, actions).blocks]


def refused(*actions: dict[str, Any]) -> str:
    with pytest.raises(ResponseInvalid) as fault:
        state_after(SPEC, actions)
    return fault.value.code.removeprefix("action.")


STYLE = {"do": "style", "block": "h1", "style": "heading1"}


def test_a_table_of_contents_lists_the_headings_of_when_it_was_updated():
    update = {"do": "update_toc", "block": "sommaire"}
    assert not met(STYLE, toc=True)
    assert met(STYLE, update, toc=True)
    assert not met(update, STYLE, toc=True), "the style came after"
    renamed = {"do": "write", "block": "h2", "text": "Au travail"}
    assert not met(STYLE, update, renamed, toc=True)
    assert met(STYLE, renamed, {"do": "toc", "after": "titre"}, toc=True), "a second one is up to date"
    plain = [{"do": "style", "block": "h2", "style": "body"}, update]
    assert not met(*plain, toc=True), "an empty one lists nothing"
    assert headings(state_after(SPEC, [STYLE]).blocks) == ((1, "Avant le stage"), (1, "Pendant le stage"))


def test_find_and_replace_minds_case_and_whole_words_only_when_asked():
    everywhere = {"do": "replace", "find": "LE", "by": "ce", "options": []}
    assert "Prévenir ce tuteur" in texts(everywhere)[2]
    assert "Numéro" in texts(everywhere)[-1]
    assert refused({**everywhere, "options": ["case"]}) == "not_found"
    part = {"do": "replace", "find": "stag", "by": "x", "options": []}
    assert texts(part)[0] == "Accueil des xiaires"
    assert refused({**part, "options": ["word"]}) == "not_found"
    only = {"do": "replace", "find": "2025", "by": r"\1 $0", "options": [], "block": "p2"}
    assert [text.count("2025") for text in texts(only)].count(1) == 1
    assert r"\1 $0" in texts(only)[4], "what replaces is plain text"
    assert pattern_of("a.c", case=False, word=False).search("abc") is None


def test_a_pdf_holds_the_document_as_it_was_when_it_was_saved():
    export = {"do": "export", "name": "Mon dépliant"}
    assert met(export, exported={"contains": ["depliant"]})
    assert not met(export, exported={"contains": ["cv"]})
    assert not met(export, STYLE, exported={"contains": []})
    assert met(export, STYLE, export, exported={"contains": []})
    assert not met(export, {"do": "page", "name": "numbers", "value": True}, exported={})
    assert met(export, {"do": "comment", "block": "p1", "text": "ok"}, exported={}), "a comment is no content"


def test_tracked_changes_are_answered_once_and_only_where_their_passage_is():
    accept = {"do": "review", "change": "m1", "verdict": "accept"}
    assert "le tuteur et l'accueil" in texts(accept)[2]
    assert texts({**accept, "verdict": "reject"}) == texts()
    assert refused(accept, accept) == "unknown_change"
    lost = {"do": "write", "block": "p1", "text": "Plus rien."}
    assert refused(lost, accept) == "change_lost"
    assert met(lost, {**accept, "verdict": "reject"}, reviewed={"m1": "reject"})
    state = state_after(SPEC, [{"do": "delete", "block": "p1"}])
    assert [change.id for change in pending(SPEC, state)] == ["m2"]
    assert not met(accept, reviewed={"m1": "reject"})


def test_faults_are_mended_and_not_deleted():
    correct = {"do": "correct", "block": "p1", "word": "atestation", "by": "attestation"}
    assert met(correct, spelled=True)
    assert not met({**correct, "by": "arrestation"}, contains={"p1": ["attestation"]})
    assert not met({"do": "delete", "block": "p1"}, spelled=True)
    assert not met({"do": "delete", "block": "p1"}, {"do": "delete", "block": "p2"}, nowhere=["2025"])
    assert refused(correct, correct) == "not_found"
    copied = [{"do": "copy", "block": "p1", "after": ""}, correct]
    assert not met(*copied, spelled=True), "the copy has the fault too"


def test_blocks_move_whole_and_keep_who_they_are():
    move = {"do": "move", "block": "vieux", "after": "titre"}
    assert order(move)[:3] == ["titre", "vieux", "sommaire"]
    assert order({**move, "after": ""})[0] == "vieux"
    assert order({**move, "after": "vieux"}) == IDS, "after itself: it stays"
    assert met({"do": "move", "block": "h2", "after": ""}, order=["h2", "h1"])
    broken = {"do": "break", "after": "photo"}
    assert met(broken, break_before=["h2"])
    assert not met(broken, break_before=["p2"])
    assert not met(broken, {"do": "undo"}, break_before=["h2"])
    new = [
        {"do": "insert", "after": "p2", "text": "un\ndeux"},
        {"do": "style", "block": "+0", "style": "list"},
    ]
    assert met(*new, inserted={"style": "list", "contains": ["un"], "without": ["deux"], "after": "p2"})
    assert order(*new)[7:9] == ["+0", "+1"], "a line begins a paragraph"
    assert not met(*new, inserted={"after": "vieux"})


def test_exact_texts_mind_capitals_accents_and_signs_but_not_the_kind_of_space():
    wanted = {"titre": "Être prêt : à 8 h, c'est mieux !"}
    typed = {"do": "write", "block": "titre", "text": "Être prêt\u00a0: à  8\u202fh, c’est mieux !"}
    assert met(typed, text=wanted)
    assert not met({**typed, "text": "être prêt : à 8 h, c'est mieux !"}, text=wanted)
    assert not same_text("Etre", "Être")


def test_comments_rights_and_page():
    resolve = {"do": "resolve", "comment": "c1"}
    assert met(resolve, resolved=["c1"])
    assert not met(resolve, resolve, resolved=["c1"]), "again reopens"
    assert not met(resolve, {"do": "resolve", "comment": "c2"}, resolved=["c1"]), "exactly these"
    reply = {"do": "reply", "comment": "c1", "text": "À 8 h"}
    assert met(reply, replied={"c1": ["8 h"]})
    assert not met(reply, replied={"c2": ["8 h"]})
    assert not met(resolve, commented={"block": "p2", "contains": ["heure"]}), (
        "M. Brun's is not the candidate's"
    )
    assert met({"do": "share", "person": "M. Brun", "right": "none"}, rights={"M. Brun": "none"})
    assert met({"do": "page", "name": "footer", "value": "Page de fin"}, page={"footer": "fin"})
    assert not met({"do": "page", "name": "footer", "value": "fin"}, page={"footer": ""})


def test_the_solution_gives_every_point_also_after_json():
    actions = json.loads(json.dumps(SOLUTION))
    assert all(goals_after(SPEC, actions))
    assert state_after(SPEC, actions) == state_after(SPEC, SOLUTION)


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({"do": "style", "block": "photo", "style": "title"}, "not_that_block"),
        ({"do": "describe", "block": "p1", "text": "x"}, "not_that_block"),
        ({"do": "update_toc", "block": "p1"}, "not_that_block"),
        ({"do": "style", "block": "zz", "style": "title"}, "unknown_block"),
        ({"do": "insert", "after": "zz", "text": "x"}, "unknown_block"),
        ({"do": "style", "block": "p1", "style": "huge"}, "control_value"),
        ({"do": "faces", "block": "p1", "faces": ["blink"]}, "control_value"),
        ({"do": "page", "name": "numbers", "value": 1}, "control_value"),
        ({"do": "page", "name": "margin", "value": "2"}, "control_value"),
        ({"do": "write", "block": "p1", "text": " "}, "missing"),
        ({"do": "write", "block": "p1", "text": "x" * 1001}, "too_long"),
        ({"do": "write", "block": "p1", "text": "a\x1b[2J"}, "control_character"),
        ({"do": "replace", "find": "", "by": "x", "options": []}, "missing"),
        ({"do": "replace", "find": "e", "by": "x" * 200, "options": []}, "too_long"),
        ({"do": "resolve", "comment": "zz"}, "unknown_comment"),
        ({"do": "share", "person": "Personne", "right": "read"}, "unknown_person"),
        ({"do": "go", "place": "cellar"}, "unknown_page"),
        ({"do": "format", "disk": "C:"}, "unknown"),
    ],
)
def test_what_the_document_cannot_do_is_refused(action, code):
    assert refused(action) == code


def test_a_document_is_never_empty_and_never_endless():
    gone = [{"do": "delete", "block": name} for name in IDS]
    assert refused(*gone) == "last_block"
    assert refused(*[{"do": "break", "after": ""}] * 60) == "too_many_blocks"
    assert refused(*[{"do": "comment", "block": "p1", "text": "x"}] * 20) == "too_many_comments"


def test_a_document_without_sharing_is_not_shared():
    spec = DocumentSpec.from_record({k: v for k, v in BODY.items() if k not in ("sharing", "goals")} | {
        "goals": [{"name": "x", "when": [{"toc": True}]}]})  # fmt: skip
    for action in ({"do": "link", "right": "read"}, {"do": "share", "person": "M. Brun", "right": "read"}):
        with pytest.raises(ResponseInvalid, match="not_shared"):
            apply(spec, initial_state(spec), action)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda b: b["blocks"][0].update(style="huge"), "item.not_one_of", "style"),
        (lambda b: b["blocks"][0].update(size=12), "item.unknown_field", "size"),
        (lambda b: b["blocks"][1].update(id="titre"), "item.duplicate", "id"),
        (lambda b: b["blocks"][3].update(text="x" * 1001), "item.list_length", "text"),
        (lambda b: b.update(blocks=[]), "item.list_expected", "blocks"),
        (lambda b: b["spelling"][0].update(word="absent"), "task.passage_unknown", "word"),
        (lambda b: b["changes"][0].update(old="absent"), "task.passage_unknown", "old"),
        (lambda b: b["changes"][0].update(block="photo"), "item.unknown_reference", "block"),
        (lambda b: b["comments"][1].update(id="c1"), "item.duplicate", "id"),
        (lambda b: b["sharing"].update(link="all"), "item.not_one_of", "link"),
        (lambda b: b.update(page={"margin": 2}), "item.unknown_field", "margin"),
        (lambda b: b["goals"][0].update(when=[{"seen": "p1"}]), "task.unknown_condition", "when"),
        (lambda b: b["goals"][0].update(when=[{"style": {"photo": "title"}}]), "item.unknown_field", "photo"),
        (lambda b: b["goals"][0].update(when=[{"alt": {"p1": ["x"]}}]), "item.unknown_field", "p1"),
        (lambda b: b["goals"][0].update(when=[{"rights": {"Max": "read"}}]), "item.unknown_field", "Max"),
        (lambda b: b["goals"][0].update(when=[{"reviewed": {"m1": "maybe"}}]), "item.not_one_of", "m1"),
        (lambda b: b["goals"][0].update(when=[{"toc": False}]), "task.unknown_condition", "when"),
    ],
)
def test_what_an_author_got_wrong_is_named(change, code, field):
    body = deepcopy(BODY)
    change(body)
    with pytest.raises(ItemInvalid) as fault:
        DocumentSpec.from_record(body)
    assert fault.value.code == code
    assert field in fault.value.field


ACTION = st.fixed_dictionaries(
    {
        "do": st.sampled_from(
            ["write", "style", "faces", "align", "describe", "insert", "break", "toc", "update_toc", "copy", "move", "delete",
             "replace", "correct", "comment", "reply", "resolve", "review", "share", "link", "page", "export", "go", "undo", "x"]
        ),
        "block": st.sampled_from([*IDS, "+0", "+1"]),
        "after": st.sampled_from(["", *IDS, "+0"]),
        "text": st.text(max_size=6),
        "style": st.sampled_from(["title", "heading2", "list"]),
        "faces": st.lists(st.sampled_from(["bold", "italic"]), max_size=2),
        "align": st.just("center"),
        "find": st.sampled_from(["e", "2025", "stage"]),
        "by": st.sampled_from(["", "attestation", "x"]),
        "options": st.lists(st.sampled_from(["case", "word"]), max_size=2),
        "word": st.just("atestation"),
        "comment": st.sampled_from(["c1", "+0"]),
        "change": st.sampled_from(["m1", "m2"]),
        "verdict": st.sampled_from(["accept", "reject"]),
        "person": st.just("M. Brun"),
        "right": st.sampled_from(["none", "write"]),
        "name": st.sampled_from(["numbers", "header"]),
        "value": st.one_of(st.booleans(), st.text(max_size=3)),
        "place": st.sampled_from(["text", "review"]),
    }
)  # fmt: skip


@given(st.lists(ACTION, max_size=10))
def test_any_actions_end_in_a_whole_document_or_in_a_refusal(actions):
    try:
        state = state_after(SPEC, actions)
    except ResponseInvalid:
        return
    ids = [block.id for block in state.blocks]
    assert ids
    assert len(set(ids)) == len(ids)
    assert {comment.id for comment in state.comments} >= {"c1", "c2"}
    assert len(goals_after(SPEC, actions)) == len(SPEC.goals)
