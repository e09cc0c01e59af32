"""The mailbox beyond reading and answering: one solution by the keys of the screen and by typed lines, the same score."""

from __future__ import annotations

import io
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from itembank.tasks import goals_after, tool_named
from itembank.typography import plain
from kiosk.candidate.linear.console import Console
from kiosk.candidate.linear.tools import dialogue_of
from kiosk.candidate.linear.tools.dialogue import work
from kiosk.locale import set_language
from tests.candidate import mail_hands
from tests.candidate.support import played, press_together, record, text_of
from tests.candidate.test_answers import asked, kept


async def press(pilot: Any, *keys: str) -> None:
    """Keys one after the other; a text in « guillemets » is typed."""
    for key in keys:
        await press_together(pilot, *(key[1:-1] if key.startswith("«") else [key]))


ME, DESK, BANK, FUN, TOWN = (
    "sam@courriel.example",
    "secretariat@lycee.example",
    "info@banque-verif.test",
    "offres@loisirs.example",
    "accueil@mairie.example",
)
BODY: dict[str, Any] = {
    "me": {"name": "Sam", "address": ME},
    "contacts": [{"name": "Mairie", "address": TOWN}, {"name": "Banque", "address": BANK}],
    "messages": [
        {
            "id": "facture",
            "from": {"name": "Secrétariat", "address": DESK},
            "to": [ME],
            "subject": "Facture de mars",
        },
        {
            "id": "piege",
            "from": {"name": "inconnu", "address": BANK},
            "shown_name": "Banque du Lac",
            "to": [ME],
            "subject": "Votre compte est bloqué",
            "links": [{"text": "Débloquer", "target": "https://banque-verif.test"}],
        },
        {"id": "promo", "from": {"name": "Loisirs", "address": FUN}, "to": [ME], "subject": "Promo d'été"},
        {
            "id": "rendezvous",
            "folder": "archive",
            "from": {"name": "Mairie", "address": TOWN},
            "to": [ME],
            "subject": "Convocation",
            "body": "Rendez-vous le 12 mai. Répondez pour confirmer.",
        },
    ],
    "goals": [
        {
            "name": "le faux message est démasqué et signalé, lui seul",
            "when": [
                {"sender_seen": "piege"},
                {"reported": ["piege"]},
                {"not_reported": ["facture", "promo"]},
                {"link_not_opened": "piege"},
            ],
        },
        {
            "name": "la facture est dans un nouveau dossier",
            "when": [
                {"folder_exists": "Factures"},
                {"in_folder": {"message": "facture", "folder": "Factures"}},
                {"not_in_folder": {"message": "promo", "folder": "Factures"}},
            ],
        },
        {
            "name": "les offres vont seules à la corbeille, les autres messages non",
            "when": [
                {
                    "arriving": {
                        "from": {"name": "Loisirs", "address": FUN},
                        "subject": "Hiver",
                        "folder": "trash",
                    }
                },
                {
                    "arriving": {
                        "from": {"name": "Secrétariat", "address": DESK},
                        "subject": "Promo des élèves",
                        "folder": "inbox",
                    }
                },
                {"in_folder": {"message": "promo", "folder": "trash"}},
                {"unread": ["promo"]},
            ],
        },
        {
            "name": "le rendez-vous est retrouvé et lu",
            "when": [{"search_finds": {"message": "rendezvous", "at_most": 1}}, {"read": ["rendezvous"]}],
        },
        {
            "name": "la mairie a une réponse, la fausse banque aucune",
            "when": [
                {
                    "sent": {
                        "reply_to": "rendezvous",
                        "body_contains_any": [["je viendrai", "je serai là"], "12 mai | mardi"],
                    }
                },
                {"never_sent_to": [BANK]},
            ],
        },
    ],
}
SOLUTION: list[dict[str, Any]] = [
    {"do": "reveal_sender", "message": "piege"},
    {"do": "report", "message": "piege"},
    {"do": "create_folder", "name": "factures"},
    {"do": "move", "message": "facture", "folder": "factures"},
    {
        "do": "add_rule",
        "part": "from",
        "contains": "loisirs",
        "then": "move",
        "folder": "trash",
        "existing": True,
    },
    {"do": "search", "text": "rendez-vous"},
    {"do": "mark", "message": "rendezvous", "read": True},
    {"do": "reply", "message": "rendezvous"},
    {"do": "set_field", "field": "body", "value": "Je serai là le 12 mai."},
    {"do": "send"},
]


@played
async def test_the_solution_by_keys(tmp_path: Path) -> None:
    async with asked(tmp_path, record("mailbox", BODY)) as (app, pilot, question):
        await press(pilot, "down", "enter")  # the message that hides its address
        assert "Banque du Lac (adresse masquée)" in text_of(app)
        assert BANK not in text_of(app)
        await press(pilot, "space", *["down"] * 6, "enter")
        assert BANK in text_of(app)
        await press(pilot, "space", *["down"] * 6, "enter")
        assert "Le message est signalé. Il est dans « Indésirables »." in text_of(app)
        await press(pilot, *OTHER, "down", "enter", "«factures»", "enter")
        assert "Le dossier « factures » est créé." in text_of(app)
        await press(pilot, "home", "space", *["down"] * 3, "enter", "end", "enter")
        assert "Le message est dans le dossier « factures »." in text_of(app)
        await press(pilot, *OTHER, "down", "down", "enter")
        assert "Il n’y a aucune règle." in text_of(app)
        await press(pilot, "enter", "enter", "«loisirs»", "enter")
        assert "Que fait la règle ?" in text_of(app)
        await press(pilot, "down", "enter", "down", "enter")  # the bin; sort what is there too
        assert "La règle est créée." in text_of(app)
        assert "Il n’y a aucun message dans ce dossier." in text_of(app)
        await press(pilot, *OTHER, "enter", "«rendez-vous»", "enter")
        assert "Recherche « rendez-vous » : 1 message" in text_of(app)
        assert "Archives" in text_of(app)
        await press(pilot, "space", *["down"] * 5, "enter")
        assert "Le message est marqué comme lu." in text_of(app)
        await press(pilot, "space", "enter", "«Je serai là le 12 mai.»", "down", "enter")
        assert "Le message est envoyé." in text_of(app)
        await press(pilot, "f4")
        answered = await kept(pilot, question)
        acted = [action for action in answered.response if action["do"] != "open"]
        assert acted == SOLUTION
        assert answered.score.goals == (True,) * 5


OTHER = ("space", "end", "up", "up", "enter")
"""The menu of what is done with the whole mailbox: above « écrire » and « revenir »."""


def lines_of_solution() -> list[str]:
    """What a person types for `SOLUTION`, read off the numbered lists."""
    return [
        *("7", "2"),  # the sender's address of the second message
        *("6", "2"),  # report it
        *("9", "factures"),
        *("3", "1", "6"),  # move the first message to the sixth folder
        *("10", "1", "1", "loisirs", "2", "2"),
        *("8", "rendez-vous"),
        *("7", "1", "1"),  # mark the message that was found as read
        *("2", "1", "1"),  # answer it
        *("5", "Je serai là le 12 mai.", "."),
        "7",
        "0",
    ]


def test_the_solution_in_lines_is_the_same_actions() -> None:
    spec = tool_named("mailbox").from_record(BODY)
    said = io.StringIO()
    console = Console(io.StringIO("\n".join(lines_of_solution()) + "\n"), said)
    actions = work(console, spec, tool_named("mailbox"), dialogue_of("mailbox"))
    assert actions == SOLUTION, said.getvalue()
    assert goals_after(spec, actions) == (True,) * 5
    heard = plain(said.getvalue())
    assert "« Banque du Lac » écrit depuis l’adresse info@banque-verif.test." in heard
    assert "La recherche « rendez-vous » trouve 1 message." in heard
    assert "Si l’expéditeur contient « loisirs » : ranger dans « Corbeille »" in heard


def test_what_hands_type_is_what_a_person_would() -> None:
    assert mail_hands.lines_for(tool_named("mailbox").from_record(BODY), SOLUTION) == lines_of_solution()


def test_the_untouched_mailbox_is_worth_nothing() -> None:
    spec = tool_named("mailbox").from_record(BODY)
    assert not any(goals_after(spec, []))


@played
async def test_escape_ends_a_search_and_a_rule_can_be_deleted(tmp_path: Path) -> None:
    async with asked(tmp_path, record("mailbox", BODY)) as (app, pilot, question):
        await press(pilot, *OTHER, "enter", "enter")
        assert "Rien n’est tapé" in text_of(app)
        await press(pilot, "«zzz»", "enter")
        assert "Aucun message ne contient ces mots." in text_of(app)
        await press(pilot, "right", "escape")
        assert "[Réception 3]" in text_of(app)
        await press(pilot, *OTHER, "down", "down", "enter", "enter", "down", "enter", "«promo»", "enter")
        await press(pilot, "end", "enter", "enter")
        assert "La règle est créée." in text_of(app)
        await press(pilot, *OTHER, "down", "down", "enter", "home")
        assert "Si l’objet contient « promo » : marquer comme lu" in text_of(app)
        await press(pilot, "enter")
        assert "La règle est supprimée." in text_of(app)
        assert question.answer.state.rules == ()
        await press(pilot, "f7")
        assert len(question.answer.state.rules) == 1


@played
async def test_a_folder_that_exists_is_refused_and_its_name_can_be_mended(tmp_path: Path) -> None:
    async with asked(tmp_path, record("mailbox", BODY)) as (app, pilot, question):
        await press(pilot, *OTHER, "down", "enter", "«Paye»", "enter", "right", "right", "right", "right")
        await press(pilot, *OTHER, "down", "enter", "«PAYE»", "enter")
        assert "existe déjà" in text_of(app)
        await press(pilot, "«2»", "enter")
        assert question.answer.state.new_folders == ("Paye", "PAYE2")
        await press(pilot, "right", "f7", "f7")
        assert question.answer.state.new_folders == ()
        assert "[Réception 3]" in text_of(app), "the folder that was in sight is no more"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_line_of_the_dialogue_can_be_backed_out_of(language: str) -> None:
    spec = tool_named("mailbox").from_record(deepcopy(BODY))
    typed = ["6", "5", "7", "5", "8", "5", "9", "", "10", "", "11", "2", "11", "1", "1", "", "0", "1"]
    set_language(language)
    console = Console(io.StringIO("\n".join(typed) + "\n"), io.StringIO())
    assert work(console, spec, tool_named("mailbox"), dialogue_of("mailbox")) == []


@played
async def test_a_long_menu_can_be_gone_through_to_its_end(tmp_path: Path) -> None:
    body = deepcopy(BODY)
    body["messages"][1]["links"] = [{"text": f"Lien {n}", "target": f"https://n{n}.test"} for n in range(6)]
    async with asked(tmp_path, record("mailbox", body)) as (app, pilot, _):
        await press(pilot, "down", "space", "end")
        assert "> Rien, revenir" in text_of(app)
        await press(pilot, "home")
        assert "> Répondre" in text_of(app)
