"""The authors' page shows families that load, and every word of the language."""

import re
from datetime import date
from pathlib import Path

import yaml

from itembank.authoring import load_content
from itembank.families.functions import AGREEMENTS, FUNCTIONS
from itembank.families.slots import _TYPES
from itembank.families.values import THINGS, City, Clock, Day, File, Noun, Person, Trade
from itembank.lint import check_items, prose, whole
from itembank.starting_parameters import CLONE_SPREAD
from kiosk.sitting.plan import ENOUGH_IN_LANGUAGE

PAGE = (Path(__file__).parents[3] / "docs" / "items.md").read_text(encoding="utf-8")
FAMILIES = PAGE[PAGE.index("## Families") : PAGE.index("## Other wordings")]


def test_the_worked_family_has_no_problem(tmp_path):
    block = re.search(r"### A worked family\n\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "a.yaml").write_text(block[1], encoding="utf-8")
    content = load_content([tmp_path])
    assert content.problems == ()
    assert check_items(content.authored, date(2026, 11, 24), spelling=False) == []
    assert len(content.items) == 5


def test_every_block_is_yaml():
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL):
        assert yaml.safe_load(block)


def test_every_word_of_the_language_is_explained():
    prose_only = re.sub(r"```.*?```", "", FAMILIES, flags=re.DOTALL)
    code = " ".join(re.findall(r"`([^`]+)`", prose_only))
    assert [f for f in FUNCTIONS if not re.search(rf"\b{f}\b", code)] == []
    assert [a for a in AGREEMENTS if a.islower() and f"{{{a}:" not in code] == []
    assert [t for t in _TYPES if not re.search(rf"\b{t}\b", code)] == []
    baker = Trade("boulanger", "boulangère", "baker")
    values = [
        Person("Ana", "Roux", "f", baker), Noun("mot", "m"), City("Lens"), Day(date(2027, 1, 1)), Clock(60),
        File("a", "pdf"), baker,
    ]  # fmt: skip
    assert {type(v) for v in values} == set(THINGS)
    for value in values:
        assert [a for a in value.attributes if not re.search(rf"\b{a}\b", code)] == []


def test_the_figures_are_those_of_the_code():
    assert f"standard deviation {CLONE_SPREAD}" in PAGE
    assert ENOUGH_IN_LANGUAGE == 6
    assert "at least\nsix families" in PAGE or "at least six families" in PAGE
    assert (whole.SHINGLE, whole.NEAR_DUPLICATE) == (4, 0.5)
    assert (prose.SENTENCE_WORDS[1], prose.SENTENCE_WORDS[6]) == (18, 30)
    assert (prose.LEAST_EASE[1], prose.LEAST_EASE[6]) == (70, 35)
    assert prose.MAX_PLAIN_SENTENCE_WORDS == 12
