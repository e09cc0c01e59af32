"""One candidate's way: from the code to the last page, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

from kiosk.sitting import access_code
from sync import outbox
from tests.candidate.support import (
    CHOICE,
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

TWO = [CHOICE, CHOICE | {"id": "4.1-hameconnage-n2-b", "question": "Et ensuite, que fait-elle ?"}]


@played
async def test_the_welcome_says_what_to_do(tmp_path: Path) -> None:
    async with running(prepared(tmp_path, [CHOICE])) as (app, pilot):
        shown = text_of(app)
        for words in (
            "Bienvenue",
            "Ce n’est pas un examen",
            "Tapez le code",
            "[Entrée] continuer",
            "[F8] English",
        ):
            assert words in shown
        await pilot.press("f8")
        await pilot.pause()
        assert "Welcome" in text_of(app)
        assert "[F8] Français" in text_of(app)


@played
async def test_a_wrong_code_is_explained_and_kept_for_correction(tmp_path: Path) -> None:
    async with running(prepared(tmp_path, [CHOICE])) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: "Aucun code n’a été tapé" in text_of(app))
        await pilot.press(*"abcd 12")
        await pilot.press("enter")
        await until(pilot, lambda: "n’est jamais utilisé" in text_of(app))
        assert "abcd 12" in text_of(app)
        await pilot.press("backspace")
        await pilot.pause()
        assert "n’est jamais utilisé" not in text_of(app)


@played
async def test_an_unknown_code_says_so(tmp_path: Path) -> None:
    async with running(prepared(tmp_path, [CHOICE])) as (app, pilot):
        await pilot.press(*access_code.draw(access_code.RESUME_LENGTH), "enter")
        await until(pilot, lambda: "Aucun test en cours sur ce poste" in text_of(app))
        assert screen_name(app) == "WelcomeScreen"


@played
async def test_the_demo_code_is_shown_large(tmp_path: Path) -> None:
    async with running(prepared(tmp_path, [CHOICE]), demo_code="ABCD-EFGH") as (app, _):
        assert "A B C D - E F G H" in text_of(app)


@played
async def test_a_code_may_be_typed_in_any_way(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE])
    async with running(post) as (app, pilot):
        await pilot.press(*f" {post.code[:4].lower()} - {post.code[4:]}", "enter")
        await until(pilot, lambda: screen_name(app) == "ResumeCodeScreen")


@played
async def test_the_name_goes_to_the_counsellor_and_may_be_left_empty(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE], identity="name")
    async with running(post) as (app, pilot):
        await pilot.press(*post.code, "enter")
        await until(pilot, lambda: screen_name(app) == "NameScreen")
        await pilot.press("escape")
        await until(pilot, lambda: screen_name(app) == "WelcomeScreen")
        await pilot.press(*post.code, "enter")
        await until(pilot, lambda: screen_name(app) == "NameScreen")
        await pilot.press(*"  Léa   Martin", "enter")
        await until(pilot, lambda: screen_name(app) == "ResumeCodeScreen")
        assert app.kept is not None
        assert app.kept._underway.name == "Léa Martin"


@played
async def test_the_resume_code_is_shown_before_the_exercises(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE])
    async with running(post) as (app, pilot):
        await pilot.press(*post.code, "enter")
        await until(pilot, lambda: screen_name(app) == "ResumeCodeScreen")
        assert app.kept is not None
        code = app.kept.resume_code
        assert code is not None
        assert " ".join(access_code.pretty(code)) in text_of(app)
        await pilot.press("x")
        await pilot.pause()
        assert "appuyez sur la touche Entrée" in text_of(app)


@played
async def test_without_resume_there_is_no_code_to_note(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE], resume="off")
    async with running(post) as (app, pilot):
        await pilot.press(*post.code, "enter")
        await until(pilot, lambda: screen_name(app) == "TutorialScreen")


@played
async def test_the_exercises_teach_by_doing(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE], resume="off")
    async with running(post) as (app, pilot):
        await pilot.press(*post.code, "enter")
        await until(pilot, lambda: screen_name(app) == "TutorialScreen")
        for keys, answer in (
            (["x"], "utilisez la flèche"),
            (["down", "space"], "Presque"),
            (["down"], None),
            (["space"], "Étape 2 sur 5"),
            (["x"], "appuyez sur la touche Entrée"),
            (["enter"], "Étape 3 sur 5"),
            (["enter"], "Tapez un mot avec les lettres"),
            ([*"bonjour", "enter"], "Étape 4 sur 5"),
            (["f5"], "appuyez sur la touche F3"),
            (["f3"], "encore une fois"),
            (["f3"], "Étape 5 sur 5"),
            (["f2"], "appuyez sur la touche F1"),
            (["f1"], "Appuyez sur Entrée pour commencer"),
        ):
            await pilot.press(*keys)
            await pilot.pause()
            if answer:
                assert answer in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "QuestionScreen")


@played
async def test_the_whole_way_to_the_last_page(tmp_path: Path) -> None:
    post = prepared(tmp_path, TWO)
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        assert "Question 1 sur 2 au plus" in text_of(app)
        assert "Il reste 45 minutes" in text_of(app)
        await pilot.press("space", "enter")
        await to_feedback(pilot, question)
        assert "Bien vu !" in text_of(app)
        assert "c’est la bonne idée" in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: question.stage.name == "ASKING")
        assert "Question 2 sur 2 au plus" in text_of(app)
        await pilot.press("f3")
        await pilot.pause()
        assert "Appuyez encore sur F3" in text_of(app)
        await pilot.press("f3")
        await to_feedback(pilot, question)
        assert "Question passée" in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "EndScreen")
        shown = text_of(app)
        assert "Votre résultat est à l’abri" in shown
        terminal = app._terminal.result()
        assert len(outbox.pending(terminal.connection)) == 1
        await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "WelcomeScreen")
        assert post.code not in text_of(app).replace(" ", "")


@played
async def test_without_feedback_the_next_question_comes_at_once(tmp_path: Path) -> None:
    post = prepared(tmp_path, TWO, feedback=False, untimed=True)
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        assert "Il reste" not in text_of(app)
        await pilot.press("2", "enter")
        await until(pilot, lambda: question.stage.name == "ASKING" and "Question 2" in text_of(app))


@played
async def test_pausing_hides_the_question_and_stops_the_time(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE])
    async with running(post) as (app, pilot):
        await to_question(app, pilot, post)
        await pilot.press("down", "space", "f2")
        await until(pilot, lambda: screen_name(app) == "MenuScreen")
        shown = text_of(app)
        assert "Leïla" not in shown
        assert " ".join(access_code.pretty(app.kept.resume_code)) in shown
        before = app.kept._active.seconds, app.kept.response_seconds
        await pilot.pause(0.3)
        assert (app.kept._active.seconds, app.kept.response_seconds) == before
        await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "QuestionScreen")
        assert "(x) 2." in text_of(app)


@played
async def test_leaving_and_coming_back_to_the_same_question(tmp_path: Path) -> None:
    post = prepared(tmp_path, TWO)
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        await pilot.press("space", "enter")
        await to_feedback(pilot, question)
        await pilot.press("enter")
        await until(pilot, lambda: question.stage.name == "ASKING")
        code, shown = app.kept.resume_code, question.question.item.question
        await pilot.press("f2")
        await until(pilot, lambda: screen_name(app) == "MenuScreen")
        await pilot.press("down", "enter")
        await until(pilot, lambda: screen_name(app) == "WelcomeScreen")
        assert app.kept is None
        await pilot.press(*code.lower(), "enter")
        await until(pilot, lambda: screen_name(app) == "QuestionScreen" and app.screen.stage.name == "ASKING")
        assert "Bon retour" in text_of(app)
        assert app.screen.question.item.question == shown
        assert app.screen.question.number == 2


@played
async def test_a_pause_no_one_comes_back_from_gives_the_kiosk_back(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("kiosk.candidate.screens.question_menus.LEAVES_AFTER", 0.2)
    post = prepared(tmp_path, [CHOICE])
    async with running(post) as (app, pilot):
        await to_question(app, pilot, post)
        await pilot.press("f2")
        await until(pilot, lambda: screen_name(app) == "WelcomeScreen")


@played
async def test_the_test_can_be_ended_early_after_a_second_thought(tmp_path: Path) -> None:
    post = prepared(tmp_path, TWO)
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        await pilot.press("space", "enter")
        await to_feedback(pilot, question)
        for last in ("enter", "down"):  # first « non », then « oui »
            await pilot.press("f1")
            await until(pilot, lambda: "Terminer le test maintenant" in text_of(app))
            await pilot.press("end", "enter")
            await until(pilot, lambda: "Vous avez répondu à 1 question" in text_of(app))
            await pilot.press(*(["enter"] if last == "enter" else ["down", "enter"]))
            await pilot.pause(0.1)
        await until(pilot, lambda: screen_name(app) == "EndScreen")


@played
async def test_ending_at_once_gives_no_level(tmp_path: Path) -> None:
    post = prepared(tmp_path, TWO)
    async with running(post) as (app, pilot):
        await to_question(app, pilot, post)
        await pilot.press("escape")
        await until(pilot, lambda: screen_name(app) == "MenuScreen")
        await pilot.press("end", "enter")
        await until(pilot, lambda: "Vous avez répondu à 0 question" in text_of(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: screen_name(app) == "EndScreen")
        assert "il n’y a pas de niveau à montrer" in text_of(app)


@played
async def test_a_key_held_down_counts_once(tmp_path: Path) -> None:
    post = prepared(tmp_path, TWO)
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        app.bounce_seconds = 30.0
        await pilot.press("space", "enter", "enter", "enter")
        await to_feedback(pilot, question)
        await pilot.pause(0.2)
        assert question.stage.name == "FEEDBACK"


@played
async def test_help_explains_this_question_and_keeps_the_draft(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE])
    async with running(post) as (app, pilot):
        await to_question(app, pilot, post)
        await pilot.press("3", "f1")
        await until(pilot, lambda: screen_name(app) == "MenuScreen")
        assert "Barre d’espace : choisir" in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: screen_name(app) == "QuestionScreen")
        assert "(x) 3." in text_of(app)


@played
async def test_f10_leaves_from_the_welcome_only_and_not_when_locked(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE])
    async with running(post, locked=True) as (app, pilot):
        assert "F10" not in text_of(app)
        await pilot.press("f10", "ctrl+q", "ctrl+c", "ctrl+z")
        await pilot.pause(0.1)
        assert app.is_running
        assert screen_name(app) == "WelcomeScreen"
    async with running(post) as (app, pilot):
        await to_question(app, pilot, post)
        await pilot.press("f10")
        await pilot.pause(0.1)
        assert screen_name(app) == "QuestionScreen"
    async with running(post) as (app, pilot):
        await pilot.press("f10")
        await until(pilot, lambda: app.return_value is not None or not app.is_running)
        assert app.return_value == 0


@played
async def test_the_large_layout_follows_the_campaign(tmp_path: Path) -> None:
    post = prepared(tmp_path, [CHOICE], large_print=True)
    async with running(post) as (app, pilot):
        assert not app.roomy
        await to_question(app, pilot, post)
        assert app.roomy
        lines = [line.rstrip() for line in lines_of(app)]
        first = next(i for i, line in enumerate(lines) if "1. Elle ouvre" in line)
        assert lines[first + 1] == ""
        assert "2. Elle paie" in lines[first + 2]


@played
async def test_someone_who_walked_away_finds_a_pause(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("kiosk.candidate.screens.question.IDLE_PAUSE", -1.0)
    post = prepared(tmp_path, [CHOICE])
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        question._tick()
        await until(pilot, lambda: screen_name(app) == "MenuScreen")
        assert "Le test est arrêté" in text_of(app)


@played
async def test_the_last_page_does_not_stay_for_the_next_person(tmp_path: Path, monkeypatch) -> None:
    post = prepared(tmp_path, [CHOICE])
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        await pilot.press("space", "enter")
        await to_feedback(pilot, question)
        await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "EndScreen")
        end = app.screen
        end._close_after_a_while()
        await pilot.pause()
        assert screen_name(app) == "EndScreen"
        monkeypatch.setattr("kiosk.candidate.screens.end.CLOSES_AFTER", -1.0)
        end._close_after_a_while()
        await until(pilot, lambda: screen_name(app) == "WelcomeScreen")


@played
async def test_a_half_typed_code_is_forgotten(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("kiosk.candidate.app.CLEARS_AFTER", -1.0)
    async with running(prepared(tmp_path, [CHOICE])) as (app, pilot):
        await pilot.press("a", "b", "f8")
        await pilot.pause()
        assert "│ ab" in text_of(app)
        app._tidy_welcome()
        await pilot.pause()
        assert "│ ab" not in text_of(app)
        assert "Bienvenue" in text_of(app)


@played
async def test_the_time_that_is_up_lets_one_finish(tmp_path: Path) -> None:
    post = prepared(tmp_path, TWO, minutes=1)
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        app.kept._active._before += 61.0
        question._tick()
        await pilot.pause()
        assert "Temps écoulé" in text_of(app)
        assert "Terminez cette question tranquillement" in text_of(app)
        await pilot.press("space", "enter")
        await to_feedback(pilot, question)
        await pilot.press("enter")
        await until(pilot, lambda: screen_name(app) == "EndScreen")
