"""Other words, the same item: what is asked and what it is worth cannot change with the wording."""

import pytest

from itembank.authoring import Authored, authored_items
from itembank.bank import Bank
from itembank.build import build_bank
from itembank.errors import ItemInvalid
from itembank.wordings import reworded, wording_name
from tests.candidate.support import CHOICE

EN = {
    "situation": "Leïla gets a text asking for €1.95.",
    "question": "What is the safest?",
    "body": {"choices": ["She opens the official site herself.", "She pays at once.", "She replies STOP."]},
    "feedback": {"right": "Yes, that is the idea.", "wrong": "The right move is explained here."},
}
PLAIN = {"situation": "Leïla reçoit un message.", "question": "Que doit-elle faire ?"}
TRANSLATED = CHOICE | {"tip": "Un conseil.", "plain": PLAIN, "translations": {"en": EN | {"tip": "A tip."}}}


def one(record) -> Authored:
    (found,) = authored_items(record, "4.1-hameconnage")
    return found


def test_a_wording_is_whole_and_keeps_the_key():
    a = one(TRANSLATED)
    words = {w.name: reworded(a.item, w) for w in a.wordings}
    assert words["en"].question == "What is the safest?"
    assert words["en"].body.keys == a.item.body.keys
    assert words["en"].body.choices[1].misconception == "petit montant"
    assert words["plain"].body == a.item.body
    assert words["plain"].feedback == a.item.feedback
    assert (words["en"].tip, words["plain"].tip) == ("A tip.", "Un conseil.")
    assert {w.parameters for w in words.values()} == {a.item.parameters}


def test_a_translation_may_have_its_own_plain_language():
    a = one(CHOICE | {"translations": {"en": EN | {"plain": {"question": "What is safe?"}}}})
    assert [w.name for w in a.wordings] == ["en", "en plain"]
    plain = reworded(a.item, a.wordings[1])
    assert (plain.question, plain.situation) == ("What is safe?", EN["situation"])
    assert wording_name("fr", plain=False) == ""


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"plain": "simple"}, "item.mapping_expected", "plain"),
        ({"plain": {"texte": "x"}}, "item.unknown_field", "plain.texte"),
        ({"translations": {"fr": EN}}, "item.not_one_of", "translations.fr"),
        ({"translations": {"de": EN}}, "item.not_one_of", "translations.de"),
        ({"translations": []}, "item.mapping_expected", "translations"),
        (
            {"translations": {"en": EN | {"body": {"choices": ["a", "b"]}}}},
            "item.wording_shape",
            "translations.en.body.choices",
        ),
        (
            {"translations": {"en": EN | {"body": {"choices": [{"key": False}, "b", {"key": True}]}}}},
            "item.wording_shape",
            "translations.en.body",
        ),
        (
            {"translations": {"en": EN | {"body": {"choices": ["a", "a", "b"]}}}},
            "item.duplicate_option",
            "translations.en.body.choices",
        ),
        ({"translations": {"en": EN | {"body": {"choices": 3}}}}, "item.wording_shape", "translations.en.body.choices"),
        ({"translations": {"en": EN | {"feedback": "yes"}}}, "item.wording_shape", "translations.en.feedback"),
    ],
)  # fmt: skip
def test_another_item_in_disguise_is_refused(changes, code, field):
    with pytest.raises(ItemInvalid) as caught:
        one(CHOICE | changes)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_the_bank_keeps_every_wording(tmp_path):
    a = one(TRANSLATED)
    build_bank([a], tmp_path / "b.db", "1")
    with Bank.open(tmp_path / "b.db") as bank:
        assert bank.entries[0].languages == {"fr", "en"}
        assert bank.wordings(a.item.id) == (("en", False), ("fr", True))
        assert bank.item(a.item.id) == bank.item(a.item.id, "fr") == a.item
        assert bank.item(a.item.id, "en").question == "What is the safest?"
        assert bank.item(a.item.id, plain=True).question == "Que doit-elle faire\N{NARROW NO-BREAK SPACE}?"
        assert bank.item(a.item.id, "en", plain=True).question == "What is the safest?"
        assert bank.item(a.item.id, "de") == a.item
        with pytest.raises(KeyError):
            bank.item("rien", "en")


def test_wordings_are_part_of_the_digest(tmp_path):
    digests = {
        build_bank([one(record)], tmp_path / "b.db", "1")
        for record in (CHOICE, CHOICE | {"plain": PLAIN}, CHOICE | {"translations": {"en": EN}})
    }
    assert len(digests) == 3
