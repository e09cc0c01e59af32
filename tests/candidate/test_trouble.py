"""When something does not work: said calmly, nothing lost, and one can try again."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from kiosk.candidate.app import run_candidate
from kiosk.candidate.kept_sitting import KeptSitting
from kiosk.errors import Failure
from kiosk.exit_codes import ExitCode, exit_code_for
from kiosk.settings import Settings
from kiosk.sitting.terminal import Terminal
from tests.candidate.support import (
    CHOICE,
    played,
    prepared,
    running,
    screen_name,
    text_of,
    to_feedback,
    to_question,
    until,
)

FULL = OSError(28, os.strerror(28))


def failing_once(monkeypatch: pytest.MonkeyPatch, where: type, name: str, fault: Exception) -> None:
    """The first call of `name` raises; later ones go through."""
    true = getattr(where, name)
    left = [fault]

    async def patched(self: object, *arguments: object) -> object:
        if left:
            raise left.pop()
        return await true(self, *arguments)

    monkeypatch.setattr(where, name, patched)


@pytest.mark.parametrize("fault", [FULL, sqlite3.OperationalError("disk I/O error")], ids=["full", "io"])
def test_an_answer_that_cannot_be_kept_stays_on_the_screen(
    tmp_path: Path, monkeypatch, fault: Exception
) -> None:
    @played
    async def run() -> None:
        failing_once(monkeypatch, KeptSitting, "answer", fault)
        post = prepared(tmp_path, [CHOICE])
        async with running(post) as (app, pilot):
            question = await to_question(app, pilot, post)
            await pilot.press("2", "enter")
            await until(pilot, lambda: "Votre réponse est restée à l’écran" in text_of(app))
            assert "(x) 2." in text_of(app)
            assert question.stage.name == "ASKING"
            await pilot.press("enter")
            await to_feedback(pilot, question)
            assert question.kept._underway.sitting.answered[0].response == [1]

    run()


@played
async def test_a_next_question_that_cannot_be_kept_is_tried_again(tmp_path: Path, monkeypatch) -> None:
    post = prepared(tmp_path, [CHOICE, CHOICE | {"id": "4.1-hameconnage-n2-b"}])
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        await pilot.press("space", "enter")
        await to_feedback(pilot, question)
        failing_once(monkeypatch, KeptSitting, "ask", FULL)
        await pilot.press("enter")
        await until(pilot, lambda: "Le disque est plein" in text_of(app))
        assert "[Entrée] réessayer" in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: question.stage.name == "ASKING")
        assert "Question 2" in text_of(app)


@played
async def test_a_result_that_cannot_be_sealed_is_tried_again(tmp_path: Path, monkeypatch) -> None:
    failing_once(monkeypatch, KeptSitting, "finish", FULL)
    post = prepared(tmp_path, [CHOICE])
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        await pilot.press("space", "enter")
        await to_feedback(pilot, question)
        await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "TroubleScreen")
        assert "Toutes vos réponses sont à l’abri" in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "EndScreen")


@played
async def test_a_closed_test_whose_result_was_not_sealed_goes_to_its_last_page(
    tmp_path: Path, monkeypatch
) -> None:
    post = prepared(tmp_path, [CHOICE])
    failing_once(monkeypatch, KeptSitting, "finish", FULL)
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        code = app.kept.resume_code
        await pilot.press("space", "enter")
        await to_feedback(pilot, question)
        await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "TroubleScreen")
    async with running(post) as (app, pilot):  # the power was cut there
        await pilot.press(*code, "enter")
        await until(pilot, lambda: screen_name(app) == "EndScreen")


@played
async def test_a_pause_that_cannot_be_noted_is_a_pause_all_the_same(tmp_path: Path, monkeypatch) -> None:
    post = prepared(tmp_path, [CHOICE])
    async with running(post) as (app, pilot):
        await to_question(app, pilot, post)
        failing_once(monkeypatch, KeptSitting, "note", FULL)
        await pilot.press("f2")
        await until(pilot, lambda: "Le test est arrêté" in text_of(app))


def unopened(fault: Exception):
    def opener() -> Terminal:
        raise fault

    return opener


@pytest.mark.parametrize("locked", [False, True])
def test_a_terminal_that_is_not_ready_says_so(tmp_path: Path, locked: bool) -> None:
    @played
    async def run() -> None:
        post = prepared(tmp_path, [CHOICE])
        calls: list[int] = []

        def opener() -> Terminal:
            calls.append(1)
            if len(calls) == 1:
                raise Failure("terminal.not_enrolled", path="/srv/kiosk")
            return post.open()

        broken = type(post)(post.directory, post.code, opener)
        async with running(broken, locked=locked) as (app, pilot):
            await until(pilot, lambda: screen_name(app) == "TroubleScreen")
            assert "n’est pas encore préparé" in text_of(app)
            assert "appelez votre conseiller" in text_of(app)
            await pilot.press("enter")
            if locked:
                await until(pilot, lambda: screen_name(app) == "WelcomeScreen")
            else:
                await until(pilot, lambda: not app.is_running or app.return_value is not None)
                assert app.return_value == exit_code_for("terminal.not_enrolled") != ExitCode.OK

    run()


@played
async def test_a_corrupt_bank_gives_its_exit_code(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE])
    bank = post.directory / "bank.db"
    bank.chmod(0o644)
    bank.write_bytes(b"not a bank at all" * 100)
    async with running(post) as (app, pilot):
        await until(pilot, lambda: screen_name(app) == "TroubleScreen")
        await pilot.press("f10")
        await until(pilot, lambda: not app.is_running or app.return_value is not None)
        assert app.return_value == ExitCode.BANK


def test_without_a_terminal_it_refuses_kindly(monkeypatch) -> None:
    monkeypatch.setattr("kiosk.candidate.tty.is_interactive", lambda: False)
    with pytest.raises(Failure) as refused:
        run_candidate(unopened(Failure("terminal.not_enrolled")), Settings())
    assert refused.value.code == "terminal.no_screen"


@played
async def test_leaving_on_a_signal_notes_the_pause_and_keeps_the_place(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE, CHOICE | {"id": "4.1-hameconnage-n2-b"}])
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        code = app.kept.resume_code
        await pilot.press("space", "enter")
        await to_feedback(pilot, question)
        app._told_to_leave()
        await until(pilot, lambda: app.return_value is not None)
        assert app.return_value == 0
    async with running(post) as (app, pilot):
        await pilot.press(*code, "enter")
        await until(pilot, lambda: screen_name(app) == "QuestionScreen" and app.screen.stage.name == "ASKING")
        assert app.screen.question.number == 2
