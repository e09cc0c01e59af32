"""The pages for authors (docs/tools): every worked item loads, is worth nothing untouched, and its routes earn what they say."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from itembank.authoring import Authored, load_content
from itembank.families.solutions import points_of, routes_of
from itembank.lint import check_items
from itembank.tasks import goals_after
from itembank.tasks.formula.vocabulary import FUNCTIONS
from itembank.tasks.tools import NAMES, tool_named
from kiosk.candidate.linear.console import Console
from kiosk.candidate.linear.tools import dialogue_of
from kiosk.candidate.linear.tools.dialogue import work
from tests.candidate import mail_hands, sheet_hands
from tests.candidate.panel_hands import lines_for

PAGES = Path(__file__).parents[3] / "docs" / "tools"
_EXAMPLE = re.compile(r"^```yaml\n(topic:.*?)^```$", re.DOTALL | re.MULTILINE)
WORKED = {
    f"{page.stem}-{number}": (page.stem, text)
    for page in sorted(PAGES.glob("*.md"))
    for number, text in enumerate(_EXAMPLE.findall(page.read_text(encoding="utf-8")), 1)
}


def item_of(text: str, folder: Path) -> Authored:
    file = folder / "exemple.yaml"
    file.write_text(text, encoding="utf-8")
    content = load_content([file])
    assert not content.problems
    (one,) = content.authored
    return one


def test_every_tool_has_a_page_with_a_worked_item():
    assert {tool for tool, _ in WORKED.values()} == set(NAMES)


@pytest.mark.parametrize("name", WORKED)
def test_a_worked_item_is_worth_nothing_untouched_and_everything_solved(name, tmp_path):
    tool, text = WORKED[name]
    one = item_of(text, tmp_path)
    assert one.item.interaction == tool
    assert not any(goals_after(one.item.body, []))
    solution, *others = routes_of(one.record, one.item)
    assert solution.name == "solution", "a worked item shows its solution first"
    assert points_of(one.item, solution.actions) == one.item.max_score
    assert others, "and at least one partial credit"
    for route in others:
        assert points_of(one.item, route.actions) == route.points, route.name


@pytest.mark.parametrize("name", WORKED)
def test_a_candidate_can_carry_out_a_worked_solution(name, tmp_path):
    tool, text = WORKED[name]
    one = item_of(text, tmp_path)
    solution = routes_of(one.record, one.item)[0].actions
    if tool == "spreadsheet":
        typed = sheet_hands.lines_for(one.item.body, solution)
    elif tool == "mailbox":
        typed = mail_hands.lines_for(one.item.body, solution)
    else:
        typed = lines_for(one.item.body, solution, dialogue_of(tool))
    console = Console(io.StringIO("\n".join(typed) + "\n"), io.StringIO())
    assert work(console, one.item.body, tool_named(tool), dialogue_of(tool)) == list(solution)


@pytest.mark.parametrize("name", WORKED)
def test_a_worked_item_is_well_written(name, tmp_path):
    one = item_of(WORKED[name][1], tmp_path)
    found = check_items([one], one.item.written, spelling=False)
    assert not [(problem.code, problem.params) for problem in found]


def test_the_spreadsheets_page_names_every_function():
    page = (PAGES / "spreadsheet.md").read_text(encoding="utf-8")
    section = page.partition("## Formulas")[2].partition("## Actions")[0]
    words = set(re.findall(r"[A-Z][A-Z0-9.]*[A-Z0-9]", section))
    assert {name for function in FUNCTIONS for name in (function.french, function.english)} <= words
