"""Details that were refused come back with what was typed, and keys act where they were pressed."""

from __future__ import annotations

from tests.candidate.support import played, press_together, record, text_of
from tests.candidate.test_answers import asked
from tests.candidate.test_panel import NETWORK, SOLUTIONS


@played
async def test_a_refused_time_is_asked_again_with_all_that_was_typed(tmp_path) -> None:
    async with asked(tmp_path, record("calendar", SOLUTIONS["calendar"][0])) as (app, pilot, question):
        await press_together(pilot, "home", "enter")
        await press_together(pilot, *"Piscine", "enter")
        await press_together(pilot, *"x", "enter")
        await press_together(pilot, *"11", "enter")
        shown = text_of(app)
        assert "Cette heure ne se lit pas" in shown
        assert "Titre du rendez-vous" in shown
        assert "Piscine" in shown
        await press_together(pilot, "enter")
        await pilot.pause(0.35)
        await press_together(pilot, "backspace", *"10", "enter")
        await press_together(pilot, "end", "enter")
        assert "Piscine" in text_of(app)
        assert question.answer.actions == [
            {"do": "create", "day": "2026-11-23", "title": "Piscine", "start": "10", "end": "11"}
        ]


@played
async def test_keys_that_come_at_once_act_on_the_line_they_were_pressed_on(tmp_path) -> None:
    async with asked(tmp_path, record("settings", NETWORK)) as (_, pilot, question):
        await press_together(pilot, "enter", "down")
        assert question.answer.actions == [{"do": "put", "control": "wifi", "value": True}]


@played
async def test_looking_about_is_not_having_done_something(tmp_path) -> None:
    async with asked(tmp_path, record("calendar", SOLUTIONS["calendar"][0])) as (app, pilot, question):
        await press_together(pilot, "right", "left")
        assert [a["do"] for a in question.answer.actions] == ["week", "week"]
        await press_together(pilot, "f4")
        assert "encore rien fait" in text_of(app)
