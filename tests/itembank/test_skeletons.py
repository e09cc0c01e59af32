"""A first draft loads and has no problem, whatever the interaction, as an item and as a family."""

from datetime import date

import pytest

from itembank.authoring import load_content
from itembank.framework import skill_named, topics
from itembank.item import Interaction
from itembank.lint import check_items
from itembank.skeletons import SUGGESTED, skeleton, suggested_interaction

TODAY = date(2028, 2, 29)


@pytest.mark.parametrize("family", [False, True], ids=["item", "family"])
@pytest.mark.parametrize("interaction", list(Interaction))
def test_a_draft_has_no_problem(tmp_path, interaction, family):
    skill = skill_named("1.1-moteur-n2")
    text = skeleton(skill, interaction, "z", TODAY, family=family)
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    content = load_content([tmp_path])
    assert content.problems == ()
    assert check_items(content.authored, TODAY, spelling=False) == []
    assert len(content.items) == (5 if family else 1)
    assert text.count("#") > 10
    assert max(map(len, text.splitlines())) <= 130


def test_every_skill_has_a_suggestion_that_exists():
    suggested = {suggested_interaction(s) for t in topics().values() for s in t.skills}
    assert {"single_choice", "hotspot", "spreadsheet", "mailbox", "numeric", "program"} <= suggested
    assert set(SUGGESTED.values()) <= set(Interaction), "a name of the blueprint that no interaction answers"
    assert skill_named("rien") is None
