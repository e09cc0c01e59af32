"""What the screens' tests share: a real terminal in a temporary folder, small banks, and reading the screen."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from textual import events
from textual.keys import _character_to_key

from itembank.authoring import Authored, item_from_record, load_content, shipped_content, typeset
from itembank.build import build_bank
from itembank.framework import competences
from kiosk.candidate.app import CandidateApp
from kiosk.settings import Settings
from kiosk.sitting import access_code, store
from kiosk.sitting.campaign import Campaign
from kiosk.sitting.terminal import Terminal, enrol
from sync.keys import Argon2Cost, generate_recipient, trust_recipient

CONSOLE_GLYPHS = frozenset(
    # ASCII, Latin-1 and Latin-9, then what Lat15 and Uni2 (Terminus, Fixed, VGA; console-setup 1.221) share besides.
    [chr(c) for c in (*range(0x20, 0x7F), *range(0xA0, 0x100))]
    + list("ŒœŠšŸŽž€–—‘’“”•…‹›‑−×←↑→↓≤≥≠≈∞▲▶▼◀☐☑✗■●\u202f")
    + list("─━│┃┄┅┆┇┈┉┊┋┌┍┎┏┐┑┒┓└┗┘┛├┣┤┫┬┳┴┻┼╋═║╔╗╚╝╠╣╦╩╬╌╍╎╏╭╮╯╰")
)
"""What every console font can draw."""

CHEAP = Argon2Cost(memory_kib=64, passes=1, lanes=1)
ITEM: dict[str, Any] = {
    "sector": "neutral",
    "feedback": {"right": "Oui, c'est la bonne idée.", "wrong": "Le bon geste est expliqué ici."},
    "author": "équipe d'essai",
    "written": date(2026, 1, 1),
    "review": date(2028, 1, 1),
    "sources": [],
}

CHOICE = ITEM | {
    "id": "4.1-hameconnage-n2-a",
    "skill": "4.1-hameconnage-n2",
    "interaction": "single_choice",
    "situation": "Leïla reçoit un SMS qui demande 1,95 €.",
    "question": "Que fait-elle de plus sûr ?",
    "body": {
        "shuffle": False,
        "choices": [
            {"text": "Elle ouvre elle-même le site officiel.", "key": True},
            {"text": "Elle paie tout de suite.", "misconception": "petit montant"},
            {"text": "Elle répond « STOP » au SMS.", "misconception": "STOP protège"},
        ],
    },
}


def record(interaction: str, body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An item of an interaction type, with a harmless situation."""
    return (
        CHOICE
        | {
            "interaction": interaction,
            "body": body,
            "situation": "Sami classe ses papiers.",
            "question": "Que fait-il ?",
        }
        | changes
    )


def authored(records: Sequence[dict[str, Any]]) -> list[Authored]:
    """Records as an author writes them -> items ready to be built."""
    found = []
    for raw in records:
        typed = typeset(raw)
        topic = str(raw["skill"]).rsplit("-n", 1)[0]
        found.append(Authored(item_from_record(typed, topic), typed, "essai.yaml", 1))
    return found


@dataclass(frozen=True)
class Post:
    """A prepared terminal: how to open it, and the access code of its campaign."""

    directory: Path
    code: str
    open: Callable[[], Terminal]


def prepared(
    directory: Path,
    records: Sequence[dict[str, Any]] | None = None,
    *,
    cost: Argon2Cost = CHEAP,
    **campaign: Any,
) -> Post:
    """Enrol a terminal, build its bank (the shipped items when `records` is None), add one campaign."""
    data = directory / "data"
    enrol(data, terminal="essai-1")
    trust_recipient(data, generate_recipient("counsellor").card)
    items = load_content([shipped_content()]).authored if records is None else authored(records)
    build_bank(items, data / "bank.db", "essai")
    code = access_code.draw(access_code.ACCESS_LENGTH)
    wanted = {
        "id": "c1",
        "code": code,
        "title": "Positionnement d'essai",
        "competences": tuple(c.id for c in competences()) if records is None else ("4.1",),
        "identity": "none",
        "length": 48 if records is None else len(items),
    }
    connection = store.open_store(data)
    store.add_campaign(connection, Campaign(**(wanted | campaign)))
    store.close(connection)
    return Post(data, code, lambda: Terminal.open(data, data / "bank.db", cost=cost))


def lines_of(app: CandidateApp) -> list[str]:
    """What the screen shows, line by line."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).ljust(width) for strip in strips[:height]]


def text_of(app: CandidateApp) -> str:
    """What the screen shows as one line, every run of spaces made one: to look for a sentence."""
    return " ".join(" ".join(lines_of(app)).replace("\u00a0", " ").replace("\u202f", " ").split())


def foreign_glyphs(app: CandidateApp) -> set[str]:
    """What the screen shows that a console font lacks."""
    return set("".join(lines_of(app))) - CONSOLE_GLYPHS


@asynccontextmanager
async def running(
    post: Post, *, size: tuple[int, int] = (80, 24), settings: Settings | None = None, **options: Any
):
    """The application under a pilot, Enter taken as often as it is pressed."""
    app = CandidateApp(post.open, settings or Settings(), **options)
    app.bounce_seconds = 0.0
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield app, pilot
    finally:
        app.keeper.close()


def played(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run an asynchronous test."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(test(*arguments, **named))

    return run


def screen_name(app: CandidateApp) -> str:
    """The class of the screen in sight."""
    return type(app.screen).__name__


HOPS = 6
"""How often a key's consequences are handed on: to the application, the widget in focus, its tool, the screen, and back
to the application for a new focus; one more to be sure."""


def key_event(key: str) -> events.Key:
    """A key as the terminal sends it: a name (« enter ») or a character."""
    if len(key) > 1:
        return events.Key(key, None)
    return events.Key(key if key.isalnum() else _character_to_key(key), key)


async def press_together(pilot: Any, *keys: str) -> None:
    """Press keys that all go to what is in focus now, as fast as a terminal hands them over, then wait for them together.

    `Pilot.press` waits twice for an idle processor after each key, 40 ms at least and far more on a busy machine.
    """
    for key in keys:
        pilot.app.post_message(key_event(key))
    for _ in range(HOPS):
        await pilot.pause(0)


async def to_question(app: CandidateApp, pilot: Any, post: Post) -> Any:
    """From the welcome to the first question, the exercises passed over; the question screen."""
    await press_together(pilot, *post.code.lower(), "enter")
    await until(pilot, lambda: screen_name(app) == "ResumeCodeScreen")
    await pilot.press("enter")
    await until(pilot, lambda: screen_name(app) == "TutorialScreen")
    await pilot.press("escape")
    await until(pilot, lambda: screen_name(app) == "MenuScreen")
    await pilot.press("down", "enter")
    await until(pilot, lambda: screen_name(app) == "QuestionScreen")
    question = app.screen
    await until(pilot, lambda: question.stage.name == "ASKING")
    return question


async def to_feedback(pilot: Any, question: Any) -> None:
    """Until the answer is kept and spoken of."""
    await until(pilot, lambda: question.stage.name == "FEEDBACK")


async def until(pilot: Any, condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something is so, or fail with the screen."""
    waited = 0.0
    while not condition():
        await pilot.pause(0.02)
        waited += 0.02
        if waited > seconds:
            raise AssertionError("\n".join(lines_of(pilot.app)))
    await pilot.pause()
