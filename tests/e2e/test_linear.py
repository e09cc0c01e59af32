"""The linear mode, with the real program in a real pseudo-terminal: every interaction and tool is answered in lines, and is
worth what it is worth on the screen; keys that kill do nothing; what was validated survives."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest

from itembank.authoring import load_content
from itembank.build import build_bank
from itembank.typography import plain
from tests.e2e import hands
from tests.e2e.lines import Lines
from tests.e2e.screen import Screen
from tests.e2e.test_candidate import ANSWERS, CONTENT


@pytest.fixture
def agency(enrolled):
    """A terminal whose bank holds one item of each interaction; its results wait in its outbox."""
    path = enrolled.data / "bank.db"
    path.unlink()
    build_bank(load_content([CONTENT]).authored, path, "e2e")
    return enrolled


def number_of(lines: Lines, words: str) -> str:
    """The number that a list gave to an option."""
    found = re.findall(rf"^(\w+)\. .*{re.escape(words)}", plain(lines.said), re.MULTILINE)
    assert found, f"{words!r} is not among:\n{lines.said}"
    return found[-1]


def write(lines: Lines, text: str) -> None:
    lines.hear("Votre réponse").type(text)
    lines.answer("pour valider", "")


def choose(lines: Lines, *texts: str) -> None:
    lines.hear("nombres séparés" if len(texts) > 1 else "un seul nombre")
    lines.type(" ".join(number_of(lines, text) for text in texts))
    lines.answer("pour valider", "")


def order(lines: Lines, *steps: str) -> None:
    lines.hear("dans le bon ordre")
    lines.type(" ".join(number_of(lines, step) for step in steps))
    lines.answer("pour valider", "")


def match(lines: Lines, **pairs: str) -> None:
    lines.hear("Une lettre")
    letters = {left: number_of(lines, right) for left, right in pairs.items()}
    for _ in pairs:
        left = re.search(r"^\d sur \d : (\w+)", plain(lines.said), re.MULTILINE)
        assert left
        lines.answer("Une lettre", letters[left[1]])
        lines.hear("Une lettre" if left[1] != list(pairs)[-1] else "pour valider")
    lines.type("")


def zone(lines: Lines, number: int) -> None:
    lines.hear("zones à sélectionner").type(str(number))
    lines.answer("pour valider", "")


def do(lines: Lines, words: str) -> None:
    """Pick something that a tool can do."""
    lines.hear("Votre choix")
    lines.type(number_of(lines, words))


def fill_sheet(lines: Lines) -> None:
    do(lines, "Écrire dans une case")
    lines.answer("Quelle case", "b4")
    lines.answer("Que mettre dans B4", "=SOMME(B2:B3)")
    lines.hear("B4 vaut maintenant")
    do(lines, "La tâche est terminée")


def reply_with_copy(lines: Lines) -> None:
    do(lines, "Répondre, transférer")
    do(lines, "Mme Okoro, Réunion")
    lines.hear("Votre choix")
    lines.type(number_of(lines, "Répondre"))
    lines.hear("Que faire")
    do(lines, "Copie")
    lines.hear("Adresses pour")
    lines.type(number_of(lines, "M. Brun"))
    do(lines, "Écrire le texte")
    lines.answer("Ligne :", "oui, je viens")
    lines.answer("Ligne :", ".")
    do(lines, "Envoyer")
    do(lines, "La tâche est terminée")


SPOKEN = {
    "Combien font 12 et 30": lambda s: write(s, "42"),
    "Quel signe commence": lambda s: choose(s, "Le signe égal"),
    "Rangez ces nombres": lambda s: order(s, "trois pommes", "sept poires", "neuf prunes", "douze figues"),
    "Quelles sont les deux couleurs": lambda s: choose(s, "Vert olive", "Bleu marine"),
    "Quel mot écrit-on": lambda s: write(s, "bonsior"),
    "Sélectionnez le nom": lambda s: zone(s, 1),
    "Reliez chaque mot": lambda s: match(s, Chaud="Froid", Grand="Petit", Ouvert="Fermé"),
    "Répondez-lui": reply_with_copy,
    "Écrivez en B4": fill_sheet,
}


def begin(lines: Lines, code: str) -> str:
    """From the welcome to the first question; the resume code."""
    lines.answer("Votre code", code.lower())
    lines.answer("Prénom et nom, ou identifiant, ou rien", "Zoé Ligne")
    lines.hear("Votre code de reprise :").hear("Entrée pour continuer")
    shown = re.search(r"code de reprise : ([A-Z0-9-]+)", plain(lines.said))
    assert shown
    lines.type("").hear("/passer").answer("pour commencer", "")
    return shown[1]


def answered_rightly(lines: Lines) -> str:
    """Answer the question that is being asked; which one it was."""
    lines.hear_one_of(SPOKEN)
    (question,) = [q for q in SPOKEN if q in plain(lines.said)]
    SPOKEN[question](lines)
    lines.hear("Bien vu").answer("Entrée pour continuer", "")
    return question


def test_every_interaction_and_tool_in_lines_scores_as_on_the_screen(agency):
    made = agency("campaign", "create", "Essai", "--competences", "1.3,2.1", "--length", "9", "--json").json
    done = []
    with Lines(agency.command("start", "--linear"), agency.environment) as lines:
        lines.hear("Votre code")
        lines.press(b"\x03\x1a\x1c\x03")  # Ctrl-C, Ctrl-Z, Ctrl-\\
        lines.answer("Votre code", "")
        resume = begin(lines, made["code"])
        done += [answered_rightly(lines) for _ in range(4)]
        lines.hear("Question 5")
        lines.process.send_signal(signal.SIGKILL)
    with Lines(agency.command("start", "--linear"), agency.environment) as lines:
        lines.answer("Votre code", resume)
        lines.hear("à la question 5")
        while len(done) < 9:
            done.append(answered_rightly(lines))
        lines.hear("Merci").answer("Entrée pour terminer", "")
        lines.answer("Votre code", "q")
        assert lines.ended() == 0
        assert "\x1b" not in lines.everything, "a screen reader hears no control sequence"
    assert sorted(done) == sorted(ANSWERS) == sorted(SPOKEN)
    report = opened(agency)
    assert [r["points"] for r in report["responses"]] == [r["maximum"] for r in report["responses"]]
    assert len(report["responses"]) == 9


def opened(agency) -> dict:
    found = agency("results", "list", "--json")
    assert found.code == 0, found
    (listed,) = found.json["results"]
    return agency("results", "show", listed["id"], "--json").json["report"]


def test_commands_lose_nothing_and_a_skip_is_asked_back(agency):
    made = agency("campaign", "create", "Essai", "--competences", "1.3,2.1", "--length", "9", "--json").json
    with Lines(agency.command("start", "--linear"), agency.environment) as lines:
        begin(lines, made["code"])
        lines.hear("Question 1").hear(" :")
        lines.type("/aide").hear("/pause : faire une pause")
        lines.type("/relire").hear("Question 1")
        lines.type("/n'importe quoi").hear("/pause : faire une pause")
        lines.type("/passer").answer("Votre choix", "2").hear(" :")
        lines.type("/passer").answer("Votre choix", "1")
        lines.hear("Question passée").answer("Entrée pour continuer", "")
        lines.hear("Question 2").hear(" :")
        lines.type("/pause").hear("code de reprise").answer("Votre choix", "1").hear("Question 2").hear(" :")
        lines.type("/fin").answer("Votre choix", "1")
        lines.hear("Merci").answer("Entrée pour terminer", "")
        lines.answer("Votre code", "q")
        assert lines.ended() == 0
    (response,) = opened(agency)["responses"]
    assert response["points"] == 0


def test_a_pause_can_be_left_and_taken_up_on_the_screen(agency):
    made = agency("campaign", "create", "Essai", "--competences", "1.3,2.1", "--length", "9", "--json").json
    with Lines(agency.command("start", "--linear"), agency.environment) as lines:
        resume = begin(lines, made["code"])
        answered_rightly(lines)
        lines.hear("Question 2").hear(" :")
        lines.type("/pause").answer("Votre choix", "2").hear("tapez votre code de reprise")
        lines.answer("Votre code", "q")
        assert lines.ended() == 0
    with Screen(agency.command("start"), agency.environment) as screen:
        screen.wait_for("Tapez le code").settle(0.4)
        hands.write(screen, resume)
        screen.wait_for("Question 2 sur 9", 30)
        assert screen.terminate() == 0


def test_when_the_line_closes_the_sitting_waits(agency):
    made = agency("campaign", "create", "Essai", "--competences", "1.3,2.1", "--length", "9", "--json").json
    with Lines(agency.command("start", "--linear", "--locked"), agency.environment) as lines:
        lines.answer("Votre code", "q")
        lines.hear("Ce code a 1 caractère")
        begin(lines, made["code"])
        lines.hear("Question 1").hear(" :")
        lines.press(b"\x04")  # Ctrl-D: no more lines
        assert lines.ended() == 0
    assert agency("sync", "status", "--json").json["under_way"][0]["resumable"] is True


def test_nothing_heavy_is_loaded():
    program = "import sys, kiosk.candidate.linear.conversation, kiosk.candidate.linear.questions; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"textual", "rich", "typer", "yaml"} & set(done.stdout.split())
