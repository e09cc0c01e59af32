"""Each way of answering: its keys, what it answers to a slip, and the response that is kept."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.candidate.interactions.hotspot import Piece, broken
from tests.candidate.support import (
    CHOICE,
    played,
    prepared,
    record,
    running,
    text_of,
    to_feedback,
    to_question,
)

MULTIPLE = record(
    "multiple_choice",
    {
        "shuffle": False,
        "choices": [
            {"text": "Il range par année.", "key": True},
            {"text": "Il garde une copie.", "key": True},
            {"text": "Il jette les factures.", "misconception": "tout est en ligne"},
            {"text": "Il mélange tout.", "misconception": "on retrouve toujours"},
        ],
    },
)
SHORT = record("short_text", {"accept": ["corbeille"], "hint": "un seul mot"})
NUMERIC = record("numeric", {"value": 12.5, "unit": "€"})
ORDERING = record("ordering", {"steps": ["Ouvrir", "Lire", "Fermer"]})
MATCHING = record(
    "matching",
    {
        "pairs": [{"left": f"Papier {n}", "right": f"Dossier {n}"} for n in (1, 2, 3)],
        "extra_rights": ["Dossier de trop"],
    },
)
HOTSPOT = record("hotspot", {"text": "[[https://]][[emploi.]][[ville.example]]\n[[/offres]] fin", "key": [3]})


@asynccontextmanager
async def asked(tmp_path: Path, item: dict[str, Any]):
    """The question on the screen: the application, its pilot, the question screen."""
    post = prepared(tmp_path, [item])
    async with running(post) as (app, pilot):
        yield app, pilot, await to_question(app, pilot, post)


async def kept(pilot: Any, question: Any) -> Any:
    """The response that was kept."""
    await to_feedback(pilot, question)
    return question.kept._underway.sitting.answered[-1]


@played
async def test_single_choice_by_arrows_and_space(tmp_path: Path) -> None:
    async with asked(tmp_path, CHOICE) as (app, pilot, question):
        await pilot.press("down", "down", "up", "space")
        await pilot.pause()
        assert "> (x) 2. Elle paie" in text_of(app)
        await pilot.press("enter")
        assert (await kept(pilot, question)).response == [1]
        assert "Pas encore." in text_of(app)


@played
async def test_enter_on_an_option_means_that_option_but_asks_once(tmp_path: Path) -> None:
    async with asked(tmp_path, CHOICE) as (app, pilot, question):
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "La réponse 2 est maintenant choisie" in text_of(app)
        assert question.stage.name == "ASKING"
        await pilot.press("enter")
        assert (await kept(pilot, question)).response == [1]


@played
async def test_a_key_that_does_nothing_is_answered(tmp_path: Path) -> None:
    async with asked(tmp_path, CHOICE) as (app, pilot, _):
        await pilot.press("w")
        await pilot.pause()
        assert "barre d’espace pour choisir" in text_of(app)


@played
async def test_multiple_choice_marks_and_unmarks(tmp_path: Path) -> None:
    async with asked(tmp_path, MULTIPLE) as (app, pilot, question):
        await pilot.press("enter")
        await pilot.pause()
        assert "Rien n’est encore coché" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert question.stage.name == "ASKING", "nothing empty is ever validated"
        await pilot.press("space", "down", "space", "3", "3")
        await pilot.pause()
        shown = text_of(app)
        assert "[x] 1." in shown
        assert "[ ] 3." in shown
        await pilot.press("enter")
        assert (await kept(pilot, question)).score.full


@played
async def test_short_text_is_kept_as_typed(tmp_path: Path) -> None:
    async with asked(tmp_path, SHORT) as (app, pilot, question):
        assert "un seul mot" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "Rien n’est encore écrit" in text_of(app)
        await pilot.press(*"Corbeilleee", "backspace", "backspace", "enter")
        answered = await kept(pilot, question)
        assert answered.response == "Corbeille"
        assert answered.score.full


@played
async def test_numeric_asks_for_digits_once(tmp_path: Path) -> None:
    async with asked(tmp_path, NUMERIC) as (app, pilot, question):
        assert "€" in text_of(app)
        await pilot.press(*"douze", "enter")
        await pilot.pause()
        assert "Il faut un nombre, en chiffres" in text_of(app)
        await pilot.press("ctrl+u", *"12,5", "enter")
        assert (await kept(pilot, question)).score.full


@played
async def test_numeric_takes_words_when_the_person_insists(tmp_path: Path) -> None:
    async with asked(tmp_path, NUMERIC) as (_, pilot, question):
        await pilot.press(*"douze", "enter", "enter")
        assert (await kept(pilot, question)).response == "douze"


@played
async def test_ordering_carries_a_step(tmp_path: Path) -> None:
    async with asked(tmp_path, ORDERING) as (app, pilot, question):
        await pilot.press("enter")
        await pilot.pause()
        assert "Vous n’avez rien déplacé" in text_of(app)
        for target, step in enumerate((0, 1, 2)):
            answer = question.answer
            await pilot.press("home", *["down"] * answer.order.index(step), "space")
            await pilot.pause()
            assert "est prise" in text_of(app)
            await pilot.press(*["up"] * 3, *["down"] * target, "space")
            await pilot.pause()
            assert f"posée à la place {target + 1}" in text_of(app)
        await pilot.press("enter")
        answered = await kept(pilot, question)
        assert answered.response == [0, 1, 2]
        assert answered.score.full


@played
async def test_matching_by_letters_and_by_arrows(tmp_path: Path) -> None:
    async with asked(tmp_path, MATCHING) as (app, pilot, question):
        order = question.question.order
        await pilot.press("enter")
        await pilot.pause()
        assert "Rien n’est encore associé" in text_of(app)
        await pilot.press("abcd"[order.index(0)], "abcd"[order.index(1)], "enter")
        await pilot.pause()
        assert "Il manque une réponse : ligne 3" in text_of(app)
        await pilot.press(*["right"] * (order.index(2) + 1), "enter")
        answered = await kept(pilot, question)
        assert answered.response == [0, 1, 2]
        assert answered.score.full


@played
async def test_matching_says_when_an_answer_serves_twice(tmp_path: Path) -> None:
    async with asked(tmp_path, MATCHING) as (app, pilot, question):
        await pilot.press("a", "a", "b", "enter")
        await pilot.pause()
        assert "La même réponse sert deux fois : A" in text_of(app)
        await pilot.press("enter")
        assert len((await kept(pilot, question)).response) == 3


@played
async def test_hotspot_zones_are_bracketed_and_reached_by_arrows(tmp_path: Path) -> None:
    async with asked(tmp_path, HOTSPOT) as (app, pilot, question):
        assert ">[ https:// ]" in text_of(app)
        await pilot.press("down")
        await pilot.pause()
        assert ">[ /offres ]" in text_of(app)
        await pilot.press("up", "tab", "right", "space")
        await pilot.pause()
        assert "[x ville.example ]" in text_of(app)
        await pilot.press("enter")
        answered = await kept(pilot, question)
        assert answered.response == [3]
        assert answered.score.full


@played
async def test_f3_passes_after_a_second_press_only(tmp_path: Path) -> None:
    async with asked(tmp_path, CHOICE) as (app, pilot, question):
        await pilot.press("f3", "down", "f3")
        await pilot.pause(0.1)
        assert question.stage.name == "ASKING", "another key in between means: I go on"
        await pilot.press("f3")
        assert (await kept(pilot, question)).response is None
        assert "Question passée" in text_of(app)


@played
async def test_an_answer_no_longer_changes_once_kept(tmp_path: Path) -> None:
    async with asked(tmp_path, CHOICE) as (app, pilot, question):
        await pilot.press("space", "enter")
        await kept(pilot, question)
        await pilot.press("down", "space", "2")
        await pilot.pause()
        assert "(x) 1." in text_of(app)
        assert "appuyez sur la touche Entrée" in text_of(app)


@played
async def test_response_time_runs_from_the_painted_question(tmp_path: Path) -> None:
    async with asked(tmp_path, CHOICE) as (_, pilot, question):
        await pilot.pause(0.4)
        await pilot.press("space", "enter")
        answered = await kept(pilot, question)
        assert 0.3 < answered.seconds < 3.0


@pytest.mark.parametrize("width", [20, 30, 76])
def test_zones_break_without_losing_a_character(width: int) -> None:
    pieces = [
        Piece("un texte avant ", 0),
        Piece("[  une zone assez longue ]", 1),
        Piece(" et la suite\nfin", 0),
    ]
    lines = broken(pieces, width)
    assert all(sum(len(p.text) for p in line) <= width for line in lines)
    whole = "".join(p.text for line in lines for p in line)
    assert whole.replace(" ", "") == "".join(p.text for p in pieces).replace(" ", "").replace("\n", "")
