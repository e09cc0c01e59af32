"""The two simulated tools, used by keyboard as a candidate would; what is kept is replayed by `itembank.tasks`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from itembank.tasks import goals_after
from tests.candidate.support import played, prepared, record, running, text_of, to_feedback, to_question
from tests.candidate.test_answers import asked, kept

SHEET = record(
    "spreadsheet",
    {
        "columns": 3,
        "rows": 6,
        "cells": {
            "A1": "Nom",
            "B1": "Âge",
            "A2": "Zoé",
            "B2": 31,
            "A3": "Ana",
            "B3": "40,5",
            "A4": "Max",
            "B4": 25,
        },
        "goals": [
            {"name": "le total est juste", "cell": "B6", "value": 96.5, "formula": True},
            {"name": "le tableau est trié", "cells": {"A2": "Ana", "A3": "Max", "A4": "Zoé"}},
            {"name": "le double est recopié", "cells": {"C2": 81, "C3": 50, "C4": 62}},
        ],
    },
)
MAIL = record(
    "mailbox",
    {
        "me": {"name": "Karim", "address": "karim@courriel.example"},
        "folders": ["Candidatures"],
        "contacts": [
            {"name": "Mme Okoro", "address": "okoro@transport.example"},
            {"name": "M. Brun", "address": "brun@transport.example"},
        ],
        "files": ["attestation_2023.pdf", "attestation_2026.pdf"],
        "messages": [
            {
                "id": "m1",
                "from": {"name": "Mme Okoro", "address": "okoro@transport.example"},
                "to": ["karim@courriel.example"],
                "date": "lundi 9 h 12",
                "subject": "Votre attestation",
                "body": "Bonjour, merci de l'envoyer.\nMettez M. Brun en copie.",
            },
            {
                "id": "m2",
                "from": {"name": "Banque", "address": "banque@piege.example"},
                "to": ["karim@courriel.example"],
                "subject": "Urgent",
                "body": "Cliquez.",
                "links": [{"text": "Mon compte", "target": "https://piege.example/vol"}],
            },
        ],
        "goals": [
            {
                "name": "la réponse est partie",
                "when": [{"sent": {"reply_to": "m1", "to": ["okoro@transport.example"]}}],
            },
            {
                "name": "M. Brun est en copie, la bonne pièce est jointe",
                "when": [
                    {"sent": {"cc": ["brun@transport.example"], "attachments": ["attestation_2026.pdf"]}},
                    {"sent": {"body_contains": ["bonjour"]}},
                ],
            },
            {
                "name": "le piège est écarté",
                "when": [{"in_folder": {"message": "m2", "folder": "junk"}}, {"link_not_opened": "m2"}],
            },
        ],
    },
)


async def press(pilot: Any, *keys: str) -> None:
    """Keys one after the other; a text in « guillemets » is typed."""
    for key in keys:
        if key.startswith("«"):
            await pilot.press(*key[1:-1])
        else:
            await pilot.press(key)
        await pilot.pause()


@played
async def test_a_sheet_is_filled_sorted_copied_and_undone(tmp_path: Path) -> None:
    async with asked(tmp_path, SHEET) as (app, pilot, question):
        assert "40,5" in text_of(app)
        await press(pilot, "end", "left", *["down"] * 5, "«=SOMME(B2:B4)»", "enter")
        assert "96,5" in text_of(app)
        await press(pilot, "up", "down", "«zzz»", "escape")
        assert "zzz" not in text_of(app)
        # sort A2:B4 by the name
        await press(pilot, "f6", "home", *["up"] * 6, "down", "enter")
        assert "Tri à partir de A2" in text_of(app)
        await press(pilot, "right", "down", "down", "enter")
        assert "Trier A2:B4 selon quelle colonne" in text_of(app)
        await press(pilot, "enter")
        assert "Dans quel ordre" in text_of(app)
        await press(pilot, "enter")
        assert "Les lignes de A2:B4 sont triées selon la colonne A" in text_of(app)
        # a formula in C2, copied below
        await press(
            pilot, "up", "up", "right", "«=B2*2»", "enter", "up", "f5", "down", "enter", "down", "enter"
        )
        assert "La case C2 est copiée dans C3:C4" in text_of(app)
        await press(pilot, "f7")
        assert "La dernière action est défaite" in text_of(app)
        await press(pilot, "up", "up", "ctrl+c", "down", "enter", "down", "enter", "f4")
        answered = await kept(pilot, question)
        assert answered.score.goals == (True, True, True)
        assert goals_after(answered.item.body, answered.response) == (True, True, True)
        assert "fait : le total est juste" in text_of(app)


@played
async def test_an_entry_under_way_is_kept_when_the_task_ends(tmp_path: Path) -> None:
    async with asked(tmp_path, SHEET) as (_, pilot, question):
        await press(pilot, "right", *["down"] * 5)
        await pilot.press(*"=B2+B3+B4", "f4")
        answered = await kept(pilot, question)
        assert answered.score.goals[0]


@played
async def test_an_untouched_tool_is_not_ended_by_one_press(tmp_path: Path) -> None:
    async with asked(tmp_path, SHEET) as (app, pilot, question):
        await press(pilot, "f4")
        assert "Vous n’avez encore rien fait" in text_of(app)
        assert question.stage.name == "ASKING"
        await press(pilot, "f4")
        answered = await kept(pilot, question)
        assert answered.response == []
        assert "à revoir : le total est juste" in text_of(app)


@played
async def test_every_command_of_the_sheet_is_in_the_menu(tmp_path: Path) -> None:
    async with asked(tmp_path, SHEET) as (app, pilot, question):
        await press(pilot, "escape")
        shown = text_of(app)
        for words in (
            "Copier la case A1",
            "Trier des lignes",
            "Défaire",
            "Terminer la tâche",
            "Je ne sais pas",
        ):
            assert words in shown
        await press(pilot, "down", "enter")
        assert "Copie de A1 : allez sur la première case" in text_of(app)
        await press(pilot, "escape")
        assert "rien n’a changé" in text_of(app)
        assert question.stage.name == "ASKING"


@played
async def test_a_mail_is_answered_with_copy_and_file(tmp_path: Path) -> None:
    async with asked(tmp_path, MAIL) as (app, pilot, question):
        assert "[Réception 2]" in text_of(app)
        await press(pilot, "enter")
        assert "Mettez M. Brun en copie" in text_of(app)
        await press(pilot, "enter", "enter")  # actions, reply
        assert "okoro@transport.example" in text_of(app)
        await press(
            pilot, "«Bonjour Madame»", *["up"] * 4, "enter"
        )  # text, files, subject, hidden copy, copy
        assert "Copie : Cochez avec Espace" in text_of(app)
        await press(pilot, "escape", "enter")
        assert "Copie : Cochez avec Espace" in text_of(app), "one comes back to the line one was on"
        await press(pilot, "down", "enter")
        assert "brun@transport.example" in text_of(app)
        await press(pilot, *["down"] * 3, "enter", "down", "space", "enter")
        assert "attestation_2026.pdf" in text_of(app)
        await press(pilot, "down", "tab", "enter")
        assert "Le message est envoyé" in text_of(app)
        await press(pilot, "f7")
        assert "ne se reprend pas" in text_of(app)
        # the trap: looked at, not opened, filed away
        await press(pilot, "escape", "down", "space")
        assert "Voir où mène le lien" in text_of(app)
        await press(pilot, *["down"] * 4, "enter")
        assert "https://piege.example/vol" in text_of(app)
        await press(pilot, "space", *["down"] * 3, "enter", "down", "enter")
        assert "dans le dossier « Indésirables »" in text_of(app)
        await press(pilot, "f4")
        answered = await kept(pilot, question)
        assert answered.score.goals == (True, True, True)


@played
async def test_a_typed_address_is_checked(tmp_path: Path) -> None:
    async with asked(tmp_path, MAIL) as (app, pilot, _):
        await press(pilot, "space", "end", "up", "enter")  # a new message
        assert "[ Envoyer ]" in text_of(app)
        await press(pilot, "enter", "end", "enter", "«pas une adresse»", "enter")
        assert "n’est pas une adresse complète" in text_of(app)
        await press(pilot, "ctrl+u", "«moi@site.example»", "enter")
        assert "À : moi@site.example" in text_of(app)


@played
async def test_an_unsent_mail_is_mentioned_before_ending(tmp_path: Path) -> None:
    async with asked(tmp_path, MAIL) as (app, pilot, question):
        await press(pilot, "enter", "enter", "enter", "«Bonjour»", "f4")
        assert "il n’est pas envoyé" in text_of(app)
        await press(pilot, "f4")
        answered = await kept(pilot, question)
        assert answered.response[-1] == {"do": "set_field", "field": "body", "value": "Bonjour"}


@played
async def test_sending_to_nobody_is_refused_kindly(tmp_path: Path) -> None:
    async with asked(tmp_path, MAIL) as (app, pilot, _):
        await press(pilot, "space", "end", "up", "enter", *["down"] * 7)
        await press(pilot, "up", "enter")
        assert "Il manque un destinataire" in text_of(app)


@played
async def test_folders_are_turned_with_the_arrows(tmp_path: Path) -> None:
    async with asked(tmp_path, MAIL) as (app, pilot, _):
        await press(pilot, "right")
        assert "[Envoyés 0]" in text_of(app)
        assert "aucun message dans ce dossier" in text_of(app)
        await press(pilot, "left", "left")
        assert "[Candidatures 0]" in text_of(app)


@played
async def test_a_task_starts_afresh_at_the_next_one(tmp_path: Path) -> None:
    second = SHEET | {"id": "4.1-hameconnage-n2-b"}
    post = prepared(tmp_path, [SHEET, second])
    async with running(post) as (app, pilot):
        question = await to_question(app, pilot, post)
        await press(pilot, "«bonjour»", "enter", "f4")
        await to_feedback(pilot, question)
        await press(pilot, "enter")
        await pilot.pause(0.2)
        assert "bonjour" not in text_of(app)
        assert question.answer.response() == []
