"""Tools that are shown as views: one solution, by the keys of the screen and by the lines of the linear mode, scores the same."""

from __future__ import annotations

import io
from copy import deepcopy
from importlib import import_module
from pathlib import Path

import pytest

from itembank.tasks import goals_after, tool_named
from itembank.tasks.tools import NAMES
from kiosk.candidate.interactions.panel import PanelTool
from kiosk.candidate.linear.console import Console
from kiosk.candidate.linear.tools import dialogue_of
from kiosk.candidate.linear.tools.dialogue import work
from kiosk.candidate.panels import panel_of
from tests.candidate.panel_hands import Keys, lines_for
from tests.candidate.support import authored, played, record, text_of
from tests.candidate.test_answers import asked, kept

OWN_SCREEN = {"spreadsheet", "mailbox"}
SOLUTIONS = {
    name: (module.BODY, module.SOLUTION)
    for name in NAMES
    if name not in OWN_SCREEN
    for module in [import_module(f"tests.candidate.solutions.{name}")]
}
NETWORK = SOLUTIONS["settings"][0]


@pytest.mark.parametrize("tool", SOLUTIONS)
def test_a_solution_in_lines_is_the_same_actions(tool):
    body, solution = SOLUTIONS[tool]
    spec = tool_named(tool).from_record(body)
    dialogue = dialogue_of(tool)
    typed = lines_for(spec, solution, dialogue)
    said = io.StringIO()
    console = Console(io.StringIO("\n".join(typed) + "\n"), said)
    actions = work(console, spec, tool_named(tool), dialogue)
    assert actions == solution
    assert all(goals_after(spec, actions)), said.getvalue()


@pytest.mark.parametrize("tool", SOLUTIONS)
def test_a_solution_by_keys_is_the_same_actions(tool, tmp_path):
    @played
    async def play(folder: Path) -> None:
        body, solution = SOLUTIONS[tool]
        async with asked(folder, record(tool, body)) as (_, pilot, question):
            assert isinstance(question.answer, PanelTool)
            await Keys(pilot, question.answer).carry_out(solution)
            await pilot.press("f4")
            answered = await kept(pilot, question)
            assert answered.response == solution
            assert answered.score.full

    play(tmp_path)


@pytest.mark.parametrize("tool", SOLUTIONS)
def test_the_untouched_tool_is_worth_nothing(tool):
    body, _ = SOLUTIONS[tool]
    spec = tool_named(tool).from_record(body)
    assert not any(goals_after(spec, []))
    (item,) = authored([record(tool, body)])
    assert item.item.max_score == len(spec.goals)


def test_what_the_robot_carries_is_counted_in_whole_words() -> None:
    body = {
        "world": "robot",
        "program": ["forward", "pick", "forward", "pick"],
        "cases": [{"id": "a", "title": "la rangée", "map": "> o o", "want": {"carried": 2}}],
        "goals": [{"name": "tout est pris", "when": [{"passes": "all"}, {"tried": True}]}],
    }
    tool = tool_named("program")
    spec = tool.from_record(body)

    def after(steps: int) -> str:
        actions = [{"do": "go", "place": "try"}, *[{"do": "step"}] * steps]
        return " ".join(
            line.text for line in panel_of("program")(spec, tool.state_after(spec, actions)).lines
        )

    assert "porte" not in after(1)
    assert "Il porte 1 objet." in after(2)
    assert "Il porte 2 objets." in after(4)


@played
async def test_wrong_keys_and_escape_lose_nothing(tmp_path: Path) -> None:
    async with asked(tmp_path, record("settings", NETWORK)) as (app, pilot, question):
        await pilot.press("down", "enter")  # not available: Wi-Fi is off
        await pilot.pause()
        assert "rien à faire sur cette ligne" in text_of(app)
        await pilot.press("up", "enter", "down", "enter", "escape")
        await pilot.pause()
        assert "rien n’a changé" in text_of(app)
        await pilot.press("x", "f9", "right", "enter", "end", "x")
        await pilot.press("enter")
        await pilot.pause()
        assert "nombre entier" in text_of(app)
        await pilot.press("escape", "f4")
        answered = await kept(pilot, question)
        assert answered.score.goals == (True, False, False)


@played
async def test_what_a_button_says_stays_in_sight_also_after_it_asked(tmp_path: Path) -> None:
    body = deepcopy(NETWORK)
    body["pages"][1]["controls"][1]["says"] = "Le volume est à 50."
    async with asked(tmp_path, record("settings", body)) as (app, pilot, _):
        await pilot.press("right", "down", "enter", "enter")  # « Non » comes first
        await pilot.pause()
        assert "Le volume est à 50" not in text_of(app)
        await pilot.press("enter", "down", "enter")
        await pilot.pause()
        assert "[ Tout remettre à zéro ] fait : Le volume est à 50." in text_of(app)
        await pilot.press("enter", "down", "enter")
        await pilot.pause()
        assert "fait, 2 fois : Le volume est à 50." in text_of(app)


@played
async def test_a_number_out_of_range_is_told_and_can_be_typed_again(tmp_path: Path) -> None:
    async with asked(tmp_path, record("settings", NETWORK)) as (app, pilot, question):
        await pilot.press("right", "enter", "end", "0", "enter")  # 800
        await pilot.pause()
        assert "Il faut un nombre entier, de 0 à 100." in text_of(app)
        await pilot.press("backspace", "backspace", "5", "enter")
        await pilot.pause()
        assert "Volume : 85 %" in text_of(app)
        assert question.answer.actions[-1] == {"do": "put", "control": "volume", "value": 85}


@pytest.mark.parametrize("typed", ["101", "-1", "--5", "5-", "9" * 5000, "\u00b2", ""])
def test_a_number_in_lines_is_asked_again(typed):
    body, _ = SOLUTIONS["settings"]
    spec = tool_named("settings").from_record(body)
    said = io.StringIO()
    lines = ["2", "1", typed, "20", "0"]  # the page of the sound, the volume, twice
    console = Console(io.StringIO("\n".join(lines) + "\n"), said)
    actions = work(console, spec, tool_named("settings"), dialogue_of("settings"))
    assert actions[-1] == {"do": "put", "control": "volume", "value": 20}
    assert "de 0 à 100" in said.getvalue()
