"""Each check finds its fault, names the field's line, and leaves good items alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from itembank.authoring import load_content
from itembank.lint import check_balance, check_items
from itembank.lint.portable import bare_question_marks, unportable
from itembank.lint.prose import readability, syllables
from itembank.lint.retold import _inside, _pairs, _retold
from itembank.lint.spelling import french_dictionary, project_words, unknown_words
from tests.itembank.test_authoring import GOOD

TODAY = date(2026, 11, 24)


def found(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    content = load_content([tmp_path])
    assert content.problems == ()
    return [(p.code, p.line, p.error) for p in check_items(content.authored, TODAY, spelling=False)]


class Written(yaml.SafeDumper):
    """YAML as an author writes it: what stands twice is written twice."""

    def ignore_aliases(self, data):
        return True


def dumped(*items):
    return yaml.dump(
        {"topic": "1.1-moteur", "items": list(items)}, Dumper=Written, allow_unicode=True, sort_keys=False
    )


def with_item(**changes):
    return dumped(yaml.safe_load(GOOD)["items"][0] | changes)


def codes(tmp_path, **changes):
    return {code for code, _, _ in found(tmp_path, with_item(**changes))}


SHEET = {
    "interaction": "spreadsheet",
    "body": {
        "columns": 2, "rows": 3, "cells": {"A1": 1, "A2": 2},
        "goals": [{"name": "la somme", "cell": "A3", "formula": True, "value": 3}, {"name": "mot", "cell": "B1", "value": "oui"}],
    },
}  # fmt: skip
SUM = {"do": "set", "cell": "A3", "input": "=SOMME(A1:A2)"}
WORD = {"do": "set", "cell": "B1", "input": "oui"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tip": "mot " * 26}, "lint.tip_long"),
        ({"question": "Que fait cet imbécile ?"}, "lint.forbidden_word"),
        ({"question": "Que ne fait pas Léa sans aucune aide ?"}, "lint.double_negation"),
        ({"situation": "Léa " + "mange et boit du thé " * 5 + "."}, "lint.sentence_long"),
        ({"situation": "L'administration réglementaire conditionne habituellement l'attribution individuelle de prestations complémentaires indemnitaires à l'accomplissement préalable de formalités documentaires particulièrement contraignantes et manifestement disproportionnées."}, "lint.hard_to_read"),
        ({"solution": [SUM]}, "lint.solution_of_choice"),
        ({"plain": {"situation": "Voici une phrase beaucoup trop longue pour du langage simple, avec bien plus de douze mots."}}, "lint.plain_long"),
        ({"translations": {"en": {"situation": "x"}}}, "lint.translation_missing"),
        ({"interaction": "hotspot", "body": {"text": "[[/]] a [[/]] b [[c]]", "key": [3]}}, "lint.accessibility_missing"),
        (SHEET, "lint.no_solution"),
        (SHEET | {"solution": [SUM]}, "lint.route_points"),
        (SHEET | {"solution": [{"do": "dance"}]}, "lint.route_impossible"),
        (SHEET | {"solution": [SUM, WORD], "routes": [{"name": "mot", "points": 2, "actions": [WORD]}]}, "lint.route_points"),
    ],
)  # fmt: skip
def test_each_check_finds_its_fault(tmp_path, changes, code):
    assert code in codes(tmp_path, **changes)


def test_good_tasks_and_wordings_have_no_problem(tmp_path):
    routes = [{"name": "le mot seul", "points": 1, "actions": [WORD]}]
    assert codes(tmp_path, **SHEET, solution=[SUM, WORD], routes=routes) == set()
    assert codes(tmp_path, plain={"question": "Que faut-il taper ?"}, tip="Un mot utile suffit.") == set()


def test_a_solution_in_the_feedback_is_found_and_tried(tmp_path):
    said = {"right": "Oui.", "wrong": "On peut écrire =SOMME(A1:A2), puis le mot."}
    assert codes(tmp_path, **SHEET, feedback=said) == set()
    wrong = {"right": "Oui.", "wrong": "On peut écrire =SOMME(A1:A1), puis le mot."}
    assert codes(tmp_path, **SHEET, feedback=wrong) == {"lint.no_solution"}


def test_absolute_distractors_and_twins_are_told(tmp_path):
    choices = [
        {"text": "On peut vérifier avant.", "key": True},
        {"text": "Il faut toujours payer.", "misconception": "a"},
        {"text": "On ne paie jamais rien.", "misconception": "b"},
    ]
    assert codes(tmp_path, body={"choices": choices}) == {"lint.absolutes"}
    long = "Ouvrir le site officiel que l'on connaît déjà, depuis ses favoris"
    choices = [
        {"text": long + " personnels", "key": True},
        {"text": long + " personnel", "misconception": "a"},
        {"text": "Autre chose de tout à fait différent, et d'aussi long que possible", "misconception": "b"},
    ]
    assert codes(tmp_path, body={"choices": choices}) == {"lint.options_alike"}


def test_a_finding_names_the_line_of_its_field(tmp_path):
    text = GOOD.replace("Les mots utiles d'abord, le lieu ensuite.", "mot " * 31)
    line = next(i for i, one in enumerate(text.splitlines(), 1) if "wrong:" in one)
    assert found(tmp_path, text) == [("lint.feedback_long", line, True)]


def test_near_duplicates_are_told_unless_they_are_enemies_or_one_family(tmp_path):
    situation = (
        "Sami cherche les horaires de la piscine de sa ville pour samedi prochain, avec ses deux enfants."
    )
    first = yaml.safe_load(with_item(situation=situation))["items"][0]
    second = {**first, "id": "1.1-moteur-n2-b", "situation": situation.replace("deux", "trois")}

    assert [code for code, _, _ in found(tmp_path, dumped(first, second))] == ["lint.near_duplicate"]
    family = {"family": "1.1-moteur-n2-a"}
    assert found(tmp_path, dumped(first | family, second | family)) == []
    assert found(tmp_path, dumped(first | {"enemies": [second["id"]]}, second)) == []


def test_a_fixed_key_place_is_told(content):
    body = next(i for i in content.items if i.interaction == "single_choice")
    same = [replace(body, id=f"x-{i}", body=replace(body.body, shuffle=False)) for i in range(10)]
    assert "lint.key_place" in {p.code for p in check_balance(same)}


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("porte", 1),
        ("maison", 2),
        ("ordinateur", 4),
        ("le", 1),
        ("parlent", 1),
        ("école", 2),
        ("œuf", 1),
        ("aa", 1),
    ],
)
def test_syllables(word, count):
    assert syllables(word) == count


def test_reading_ease_follows_kandel_and_moles():
    simple = readability("Le chat dort. Il a faim.")
    assert (simple.words, simple.longest) == (6, 3)
    assert simple.ease == pytest.approx(207 - 1.015 * 3 - 73.6, abs=0.01)
    assert readability("« un texte cité » https://a.example/b").words == 0
    hard = readability("L'administration subordonne l'attribution d'indemnités complémentaires.")
    assert hard.ease < simple.ease - 50


# --- spelling ---------------------------------------------------------------------------------------------


def test_words_are_told_from_names_addresses_and_codes():
    known = {"le", "fichier", "est", "prêt", "il", "dort", "arrive", "soir", "porte", "monnaie"}.__contains__
    text = "Le fichier photo_1.jpg est prêt. Zorglub dort. Le soir, Zorglub arrive : 12 Mo, CV, a@b.example !"
    assert list(unknown_words(text, known)) == ["Zorglub"]
    assert list(unknown_words("Le porte-monnaie est pret", known)) == ["pret"]
    assert list(unknown_words("l'Alsace, il dort", known)) == []


needs_dictionary = pytest.mark.skipif(
    french_dictionary() is None,
    reason="no French Hunspell dictionary, or no spylls: spelling is not checked here",
)


@needs_dictionary
def test_the_shipped_words_are_spelled(content):
    problems = check_items(content.authored, TODAY)
    assert [(p.item, p.params) for p in problems] == []


@needs_dictionary
def test_a_misspelling_is_found(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD.replace("Les mots utiles", "Les mots utilles"), encoding="utf-8")
    problems = check_items(load_content([tmp_path]).authored, TODAY)
    assert [(p.code, p.params["word"], p.error) for p in problems] == [("lint.spelling", "utilles", False)]


def test_the_project_words_are_distinct_and_all_needed(content):
    path = Path(__file__).parents[2] / "itembank" / "content" / "words.txt"
    words = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(set(words)) == len(words)
    assert set(words) <= project_words()
    everything = "\n".join(p.read_text(encoding="utf-8") for p in path.parent.rglob("*.yaml"))
    assert [w for w in words if w not in everything] == []


# --- other wordings of a task ------------------------------------------------------------------------------


SETTINGS = {
    "interaction": "settings",
    "body": {
        "title": "Son",
        "pages": [
            {
                "id": "son",
                "title": "Son",
                "controls": [
                    {"id": "sortie", "kind": "choice", "label": "Sortie", "options": ["Aucune", "Le casque"], "value": "Aucune"},
                    {"id": "nom", "kind": "text", "label": "Nom"},
                ],
            }
        ],
        "goals": [
            {"name": "le casque est choisi", "when": [{"is": {"sortie": "Le casque"}}]},
            {"name": "le nom est donné", "when": [{"is": {"nom": "Poste du casque"}}]},
        ],
    },
    "solution": [
        {"do": "put", "control": "sortie", "value": "Le casque"},
        {"do": "put", "control": "nom", "value": "Poste du casque"},
    ],
}  # fmt: skip


def in_english(goals):
    controls = [{"label": "Output", "options": ["None", "The headset"], "value": "None"}, {"label": "Name"}]
    return {
        "translations": {
            "en": {
                "situation": "Lea listens to music.",
                "question": "Set the sound.",
                "feedback": {"right": "Yes.", "wrong": "Choose the headset."},
                "body": {
                    "title": "Sound",
                    "pages": [{"title": "Sound", "controls": controls}],
                    "goals": goals,
                },
            }
        }
    }


TOLD = [
    {"name": "the headset is chosen", "when": [{"is": {"sortie": "The headset"}}]},
    {"name": "the name is given", "when": [{"is": {"nom": "Headset desk"}}]},
]


def test_a_solution_is_told_again_in_the_words_of_a_translation(tmp_path):
    assert codes(tmp_path, **SETTINGS, **in_english(TOLD)) == set()


def test_a_translation_in_which_the_solution_no_longer_solves_is_told(tmp_path):
    forgotten = [{**TOLD[0], "when": [{"is": {"sortie": "None"}}]}, TOLD[1]]
    found_codes = codes(tmp_path, **SETTINGS, **in_english(forgotten))
    assert {"lint.goal_untouched", "lint.wording_unsolved"} <= found_codes


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("Le mot", {"Le mot": "The word"}, "The word"),
        ("dis le mot.", {"le mot": "the word"}, "dis the word."),
        ("Réunion d'équipe", {"reunion": "meeting"}, "meeting d'équipe"),
        ("je reçois des menaces", {"menac": "threat"}, "je reçois des threat"),
        ("facture_lunettes.pdf", {"lunettes": "glasses"}, "facture_lunettes.pdf"),
        ("le 120 mai", {"le 12": "12"}, "le 120 mai"),
        ("la facture des lunettes", {"facture": "bill", "la facture des lunettes": "the bill"}, "the bill"),
        ("rien", {}, "rien"),
    ],
)
def test_words_inside_what_is_typed_are_told_again(text, words, said):
    assert _inside(text, words) == said


def test_the_texts_of_a_formula_and_ids_are_kept_apart():
    own = {"cells": {"A1": '=SI(B1="oui";1;0)'}, "pages": [{"id": "son", "title": "son"}]}
    other = {"cells": {"A1": '=IF(B1="yes",1,0)'}, "pages": [{"id": "son", "title": "sound"}]}
    words = dict(_pairs(own, other))
    assert words["oui"] == "yes"
    action = {"do": "put", "page": "son", "value": "oui"}
    assert _retold(action, words, parts=True) == action | {"value": "yes"}


# --- files and slots ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{confirm: Sûr ?, says: Fait}", [(1, "Sûr ?")]),
        ("a:\n  - [b, c?d]", [(2, "c?d")]),
        ("a:\n  - {b: c\n     d ? e}", [(2, "c d ? e")]),
        ('{confirm: "Sûr ?", says: Fait}', []),
        ("question: Que faire ?\nb: [1, 2]", []),
        ("- [a, b]\n- c ?", []),
    ],
)
def test_a_bare_question_mark_in_braces_is_found(text, expected):
    assert list(bare_question_marks(text)) == expected
    pure = yaml.SafeLoader
    if expected:
        with pytest.raises(yaml.YAMLError):
            yaml.load(text, Loader=pure)  # noqa: S506 - it is the safe one
    else:
        assert yaml.load(text, Loader=pure) == yaml.safe_load(text)  # noqa: S506


def test_a_file_that_some_readers_refuse_is_told_with_its_line(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\nb: {c: d ?}\n", encoding="utf-8")
    (one,) = unportable([str(file), str(tmp_path / "absent.yaml")])
    assert (one.code, one.line, one.params, one.error) == ("file.question_mark", 2, {"text": "d ?"}, True)


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("le {ville}", True),
        ("{du:lieu}", True),
        ("{{ville}}", True),
        ("{n + 1} fois", True),
        ("[0-9]{2}/[0-9]{4}", False),
        ("{2}", False),
        ("a {b c} d", False),
        ("sans rien", False),
    ],
)
def test_a_hole_in_a_slot_is_refused_with_its_line(tmp_path, value, refused):
    item = yaml.safe_load(GOOD)["items"][0]
    slots = {"ville": "city", "cas": [{"fr": "un", "en": "one"}, {"fr": value, "en": "two"}]}
    (tmp_path / "a.yaml").write_text(
        dumped(item | {"slots": slots, "situation": "À {ville}, {cas.fr}."}), encoding="utf-8"
    )
    problems = load_content([tmp_path]).problems
    if not refused:
        assert problems == ()
        return
    (problem,) = problems
    lines = (tmp_path / "a.yaml").read_text(encoding="utf-8").splitlines()
    assert problem.code == "family.hole_in_slot"
    assert value in lines[problem.line - 1]
    assert str(problem.params["hole"]) in value
