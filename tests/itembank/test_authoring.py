"""What an author gets wrong is said with its file, line and fix; one bad item never hides the next."""

from datetime import date

import pytest
import yaml

from itembank.authoring import content_files, load_content, shipped_content
from itembank.item import Interaction
from itembank.lint import check_balance, check_items, statistics

GOOD = """\
topic: 1.1-moteur
items:
  - id: 1.1-moteur-n2-a
    skill: 1.1-moteur-n2
    interaction: single_choice
    question: Quels mots taper ?
    body:
      choices:
        - {text: horaires piscine Lens, key: true}
        - {text: "bonjour, je cherche", misconception: parler à une personne}
        - {text: piscine, misconception: un seul mot suffit}
    feedback:
      right: Oui, les mots utiles suffisent.
      wrong: Les mots utiles d'abord, le lieu ensuite.
    author: essai
    written: 2026-11-01
    review: 2028-11-01
"""


def load(tmp_path, text, name="a.yaml"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return load_content([tmp_path])


def problem(tmp_path, text):
    (found,) = load(tmp_path, text).problems
    return found


def test_a_good_file_loads_with_its_typography_and_parameters(tmp_path):
    (item,) = load(tmp_path, GOOD).items
    assert item.question == "Quels mots taper\N{NARROW NO-BREAK SPACE}?"
    assert (item.competence, item.level, item.family) == ("1.1", 2, "1.1-moteur-n2-a")
    assert item.parameters.c == pytest.approx(1 / 3, abs=1e-5)
    assert item.parameters.a == 0.8
    assert item.reading_words > 5


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("interaction: single_choice", "interaction: gap", "item.not_one_of", 5),
        ("skill: 1.1-moteur-n2", "skill: 1.1-moteur-n9", "item.unknown_skill", 4),
        ("id: 1.1-moteur-n2-a", "id: autre", "item.id", 3),
        (", key: true", "", "item.one_key", 8),
        ("text: piscine,", "text: horaires piscine Lens,", "item.duplicate_option", 8),
        ("question: Quels mots taper ?", "question: ''", "item.text_expected", 6),
        ("author: essai", "auteur: essai", "item.unknown_field", 15),
        ("review: 2028-11-01", "review: bientôt", "item.date_expected", 17),
        ("misconception: un seul mot suffit", "misconceptoin: un seul", "item.unknown_field", 11),
        ("topic: 1.1-moteur", "topic: 9.9-rien", "item.unknown_topic", 1),
        ("    author: essai", "    author: essai\n    author: deux", "file.duplicate_key", 16),
    ],
)
def test_faults_name_their_line(tmp_path, old, new, code, line):
    found = problem(tmp_path, GOOD.replace(old, new, 1))
    assert (found.code, found.line) == (code, line)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file.empty"),
        ("items: [", "file.yaml"),
        ("- a\n- b\n", "file.shape"),
        ("topic: 1.1-moteur\nitems: []\nmore: 1\n", "file.shape"),
        ("topic: 1.1-moteur\nitems: [&a [*a]]\n", "file.alias"),
        ("topic: 1.1-moteur\nitems: &x [1]\nother: *x\n", "file.alias"),
        ("topic: !!python/object/apply:os.system [ls]\nitems: []\n", "file.yaml"),
    ],
)
def test_broken_and_hostile_files(tmp_path, text, code):
    assert problem(tmp_path, text).code == code


def test_bytes_that_are_not_utf8(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"topic: \xff\xfe\n")
    assert load_content([tmp_path]).problems[0].code == "file.unreadable"


def test_one_bad_item_does_not_hide_the_next(tmp_path):
    second = GOOD.split("items:\n")[1].replace("n2-a", "n2-b").replace("Quels mots", "Lesquels")
    content = load(tmp_path, GOOD.replace("single_choice", "nothing") + second)
    assert [i.id for i in content.items] == ["1.1-moteur-n2-b"]
    assert [p.item for p in content.problems] == ["1.1-moteur-n2-a"]


def lint(tmp_path, old, new):
    return {
        p.code
        for p in check_items(
            load(tmp_path, GOOD.replace(old, new, 1)).authored, date(2026, 11, 24), spelling=False
        )
    }


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Oui, les mots utiles suffisent.", "mot " * 31, "lint.feedback_long"),
        ("question: Quels", "situation: " + "mot " * 41 + "\n    question: Quels", "lint.situation_long"),
        ("misconception: un seul mot suffit", "misconception: ''", "lint.misconception_missing"),
        ("text: piscine,", "text: toutes les réponses,", "lint.catch_all"),
        ("Quels mots taper ?", "Que taper dans Google ?", "lint.brand"),
        ("Quels mots taper ?", "Que montre offres-emploi.com ?", "lint.real_address"),
        ("Quels mots taper ?", "Quels mots taper?", "lint.typography"),
        (
            "text: horaires piscine Lens,",
            "text: " + "horaires précis et complets " * 4 + ",",
            "lint.key_longest",
        ),
        ("review: 2028-11-01", "review: 2026-11-24", "lint.review_due"),
        ("review: 2028-11-01", "review: 2032-11-24", "lint.review_far"),
        ("review: 2028-11-01", "review: 2026-10-01", "lint.review_before"),
        ("written: 2026-11-01", "written: 2027-11-01", "lint.written_later"),
    ],
)
def test_lint_finds_what_the_schema_cannot(tmp_path, old, new, code):
    assert code in lint(tmp_path, old, new)


def test_a_good_item_has_no_problem(tmp_path):
    assert lint(tmp_path, "x", "x") == set()


def test_duplicates_are_found(tmp_path):
    (tmp_path / "b.yaml").write_text(GOOD, encoding="utf-8")
    content = load(tmp_path, GOOD)
    found = {p.code for p in check_items(content.authored, date(2026, 11, 24), spelling=False)}
    assert found == {"lint.duplicate_id", "lint.duplicate_text"}


def test_the_shipped_content_is_clean_and_complete(content):
    assert content.problems == ()
    assert check_items(content.authored, date(2026, 11, 24), spelling=False) == []
    assert check_balance(content.items) == []
    counts = statistics(content.items)
    assert counts["items"] >= 176
    assert len(counts["by_competence"]) == 16
    assert min(counts["by_competence"].values()) >= 11
    assert counts["single_choice_share"] <= 0.5
    assert set(counts["by_interaction"]) >= set(Interaction) - {"document", "program"}


def test_each_competence_keeps_its_promises(content):
    for competence in {i.competence for i in content.items}:
        group = [i for i in content.items if i.competence == competence]
        assert {i.level for i in group} >= set(range(1, 7)), competence
        assert len({i.topic for i in group}) >= 4, competence
        assert sum(i.interaction == "single_choice" for i in group) * 2 <= len(group), competence


def test_the_shipped_content_is_read_without_libyaml_too():
    """The fast reader lets texts pass that the plain one refuses; a PyYAML without libyaml must read every file."""
    for path in content_files([shipped_content()]):
        yaml.load(path.read_text(encoding="utf-8"), yaml.SafeLoader)
