"""80 columns by 24 lines are enough for every shipped item, in glyphs of console fonts, on one screen that stays."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from itembank.authoring import Authored, load_content, shipped_content
from itembank.item import Interaction
from kiosk.candidate.app import CandidateApp
from kiosk.candidate.interactions import kind_of
from kiosk.candidate.screens.question import QuestionScreen
from kiosk.candidate.typesetting import glyphs
from kiosk.settings import Settings
from kiosk.sitting.machine import Question, display_order
from tests.candidate.support import (
    CHOICE,
    CONSOLE_GLYPHS,
    foreign_glyphs,
    lines_of,
    played,
    prepared,
    running,
    screen_name,
    text_of,
    to_feedback,
    to_question,
    until,
)
from tests.candidate.test_answers import MATCHING, MULTIPLE, NUMERIC, ORDERING, SHORT
from tests.candidate.test_tools import MAIL, SHEET


@cache
def shipped() -> tuple[Authored, ...]:
    return load_content([shipped_content()]).authored


def longest(interaction: Interaction, count: int) -> list[Authored]:
    """The items of a type with the most to show."""
    found = [a for a in shipped() if a.item.interaction is interaction]
    return sorted(found, key=lambda a: len(a.item.situation + a.item.question + str(a.record["body"])))[
        -count:
    ]


async def shown(pilot: object, screen: QuestionScreen, authored: Authored) -> None:
    """Show an item on the question screen, outside any sitting."""
    item = authored.item
    await screen._present(Question(1, item, display_order(item, 7)))
    await pilot.pause()  # type: ignore[attr-defined]


@pytest.mark.parametrize("layout", ["normal", "large"])
@pytest.mark.parametrize("interaction", sorted({a.item.interaction for a in shipped()}))
def test_the_longest_items_fit_or_scroll_visibly(
    interaction: Interaction, layout: str, tmp_path: Path
) -> None:
    async def run() -> None:
        post = prepared(tmp_path, [CHOICE])
        async with running(post, settings=Settings(candidate_layout=layout)) as (app, pilot):
            screen = await to_question(app, pilot, post)
            for authored in longest(interaction, 4):
                await shown(pilot, screen, authored)
                text, lines = text_of(app), lines_of(app)
                assert not foreign_glyphs(app), authored.item.id
                assert all(len(line) == 80 for line in lines)
                for key in ("[F3] je ne sais pas", "[F1] aide", "[F2] pause"):
                    assert key in text, authored.item.id
                if screen.answer.IS_TASK:
                    assert screen.paper.lines_below == 0, f"{authored.item.id}: the task's text is cut"
                    assert screen._desk.size.height >= 7, (
                        f"{authored.item.id}: too little is left for the tool"
                    )
                elif screen.paper.lines_below:
                    assert "La suite est plus bas" in text, authored.item.id
                    for _ in range(5):
                        await pilot.press("pagedown")
                    await pilot.pause()
                    assert "Le début est plus haut" in text_of(app)
                    assert "La suite est plus bas" not in text_of(app)

    asyncio.run(run())


NEVER_SHOWN = {"accept"}
"""What a record holds and no screen shows: the answers that are accepted, which a keyboard may type in its own glyphs."""


def texts_of(value: object) -> Iterator[str]:
    """Every text of a record that a screen may show."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in NEVER_SHOWN:
                yield from texts_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_of(inner)


def test_every_text_of_every_shipped_item_has_only_glyphs_of_console_fonts() -> None:
    """Look-alikes included: the screen replaces what it can (`typesetting.glyphs`)."""
    known = CONSOLE_GLYPHS | {"\n"}
    foreign = {
        authored.item.id: found
        for authored in shipped()
        if (found := set(glyphs("".join(texts_of(authored.record)))) - known)
    }
    assert not foreign


@played
async def test_shown_items_use_glyphs_of_console_fonts(tmp_path: Path) -> None:
    """What the screens add to the texts, and that they do replace glyphs: a few items of each type, and those that have
    something to replace."""
    replaced = [a for a in shipped() if glyphs(text := "".join(texts_of(a.record))) != text]
    sample = {a.item.id: a for kind in Interaction for a in longest(kind, 3)}
    sample |= {a.item.id: a for a in replaced[:20]}
    post = prepared(tmp_path, [CHOICE])
    async with running(post, size=(80, 60)) as (app, pilot):
        screen = await to_question(app, pilot, post)
        foreign = {}
        for authored in sample.values():
            await shown(pilot, screen, authored)
            if found := foreign_glyphs(app):
                foreign[authored.item.id] = found
        assert not foreign


@played
async def test_every_other_screen_uses_glyphs_of_console_fonts(tmp_path: Path) -> None:
    seen: dict[str, set[str]] = {}

    def look(app: CandidateApp) -> None:
        seen.setdefault(screen_name(app), set()).update(foreign_glyphs(app))

    post = prepared(tmp_path, [CHOICE, CHOICE | {"id": "4.1-hameconnage-n2-b"}], identity="name")
    async with running(post, console=True, demo_code="ABCD-EFGH") as (app, pilot):
        look(app)
        await pilot.press("enter")
        await pilot.pause(0.1)
        look(app)
        await pilot.press(*post.code, "enter")
        await until(pilot, lambda: screen_name(app) == "NameScreen")
        look(app)
        await pilot.press(*"Zoë Œuvrard", "enter")
        await until(pilot, lambda: screen_name(app) == "ResumeCodeScreen")
        look(app)
        await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "TutorialScreen")
        for keys in (
            ["down", "down", "space"],
            ["enter"],
            [*"mot", "enter"],
            ["f3", "f3"],
            ["f1"],
            ["enter"],
        ):
            look(app)
            await pilot.press(*keys)
            await pilot.pause()
        await until(pilot, lambda: screen_name(app) == "QuestionScreen")
        question = app.screen
        for keys in (["space", "enter"], ["f3", "f3"]):
            await until(pilot, lambda: question.stage.name == "ASKING")
            look(app)
            for key in ("f1", "f2"):
                await pilot.press(key)
                await until(pilot, lambda: screen_name(app) == "MenuScreen")
                look(app)
                await pilot.press("escape")
                await until(pilot, lambda: screen_name(app) == "QuestionScreen")
            await pilot.press(*keys)
            await to_feedback(pilot, question)
            look(app)
            await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "EndScreen")
        look(app)
    assert len(seen) >= 7
    assert not any(seen.values()), seen


@pytest.mark.parametrize(
    "item", [MULTIPLE, SHORT, NUMERIC, ORDERING, MATCHING, SHEET, MAIL], ids=lambda i: i["interaction"]
)
def test_the_cursor_of_the_terminal_stands_where_the_attention_is(item: dict, tmp_path: Path) -> None:
    async def run() -> None:
        post = prepared(tmp_path, [item])
        async with running(post) as (app, pilot):
            await to_question(app, pilot, post)
            await pilot.press("down")
            await pilot.pause()
            focused = app.focused
            assert focused is not None
            place = app.cursor_position
            assert focused.region.contains_point(place)
            caret = focused.caret()
            assert place.y == focused.content_region.y + caret.y - focused._top

    asyncio.run(run())


@played
async def test_one_screen_serves_the_whole_test(tmp_path: Path) -> None:
    """Widgets are made once a type: nothing grows with the number of questions."""
    post = prepared(tmp_path, [CHOICE])
    async with running(post) as (app, pilot):
        screen = await to_question(app, pilot, post)
        sample = [longest(kind, 1)[0] for kind in sorted({a.item.interaction for a in shipped()})]
        for authored in sample:
            await shown(pilot, screen, authored)
        count = len(list(screen.walk_children()))
        for authored in sample * 3:
            await shown(pilot, screen, authored)
        assert len(list(screen.walk_children())) == count
        assert len(screen._answers) <= len({kind_of(interaction) for interaction in Interaction})


@played
async def test_a_small_window_is_asked_to_grow_and_takes_no_key(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE])
    async with running(post, size=(70, 20)) as (app, pilot):
        assert "La fenêtre est trop petite" in text_of(app)
        await pilot.press("x")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Bienvenue" in text_of(app))
        assert "│ x" not in text_of(app)


@played
async def test_a_larger_window_is_used(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE])
    async with running(post, size=(120, 40)) as (app, pilot):
        await to_question(app, pilot, post)
        lines = lines_of(app)
        assert len(lines) == 40
        assert "[F3]" in "".join(lines[-2:])
