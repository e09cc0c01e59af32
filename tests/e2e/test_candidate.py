"""The whole way, with the real program in a real pseudo-terminal: code, tutorial, every interaction, both tasks, a kill
in the middle of a question, resume, the end, the network, the counsellor — who reads what the candidate saw."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from itembank.authoring import load_content
from itembank.build import build_bank
from sync.bundle import parse
from tests.e2e import hands
from tests.e2e.screen import Screen

CANARY = "Krelbotim"
READING = 2.5
"""Seconds to read a question: who answers faster than anyone reads has guessed, and that tells nothing."""
CONTENT = Path(__file__).parent / "content"

ANSWERS = {
    "Combien font 12 et 30": lambda s: hands.write(s, "42"),
    "Quel signe commence": lambda s: hands.choose(s, "Le signe égal"),
    "Rangez ces nombres": lambda s: hands.order(
        s, "trois pommes", "sept poires", "neuf prunes", "douze figues"
    ),
    "Quelles sont les deux couleurs": lambda s: hands.choose(s, "Vert olive", "Bleu marine"),
    "Quel mot écrit-on": lambda s: hands.write(s, "bonsior"),
    "Sélectionnez le nom": lambda s: hands.select_zone(s, 1),
    "Reliez chaque mot": lambda s: hands.match(s, Chaud="Froid", Grand="Petit", Ouvert="Fermé"),
    "Répondez-lui": lambda s: hands.reply_with_copy(s, "oui, je viens", "M. Brun"),
    "Écrivez en B4": lambda s: fill_sheet(s),
}


def fill_sheet(screen: Screen) -> None:
    screen.press("down", "down", "down", "right").type("=SOMME(B2:B3)").press("enter").settle()
    assert any("35" in line and "Total" in line for line in screen.lines)
    screen.press("f4").settle()


@pytest.fixture
def agency(collector):
    """A terminal whose bank holds one item of each interaction; its collector and counsellor are at hand."""
    content = load_content([CONTENT])
    assert content.problems == ()
    path = collector.data / "bank.db"
    path.unlink()
    build_bank(content.authored, path, "e2e")
    return collector


def start(program, **size) -> Screen:
    return Screen(program.command("start"), program.environment, **size)


def begin(screen: Screen, code: str, name: str) -> str:
    """From the welcome screen to the first question, by the tutorial; the resume code that was shown."""
    screen.wait_for("Tapez le code").settle(0.4)
    screen.type(code.lower().replace("-", " "))
    hands.enter(screen)
    screen.wait_for("Prénom et nom").settle()
    hands.write(screen, name)
    screen.wait_for("code de reprise :", 30).settle()
    shown = re.search(r"║ ((?:[A-Z0-9] ){5}-(?: [A-Z0-9]){5}) ║", re.sub(r" +", " ", "\n".join(screen.lines)))
    assert shown
    hands.enter(screen)
    hands.learn(screen)
    screen.wait_for("Question 1 sur 9")
    return shown[1].replace(" ", "")


def solve(screen: Screen) -> str:
    """Answer the question on the screen rightly; which one it was."""
    text = screen.settle().text
    (question,) = [q for q in ANSWERS if q in text]
    time.sleep(READING)
    ANSWERS[question](screen)
    screen.wait_for("Bien vu")
    return question


def traces(directory: Path) -> list[Path]:
    return [p for p in directory.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]


def test_from_the_code_to_the_counsellor(agency, serving):
    made = agency(
        "campaign", "create", "Essai complet", "--competences", "1.3,2.1", "--length", "9", "--json"
    ).json
    done = []
    with start(agency) as screen:
        resume = begin(screen, made["code"], f"Ana {CANARY}")
        for _ in range(4):
            done.append(solve(screen))
            hands.enter(screen)
            screen.wait_for(f"Question {len(done) + 1} sur 9")
        interrupted = screen.settle().text
        (open_question,) = [q for q in ANSWERS if q in interrupted]
        screen.type("4")  # begun, not validated
        assert traces(agency.data) == []
        screen.kill()
    assert traces(agency.data) == []
    assert agency("sync", "status", "--json").json["under_way"][0]["resumable"] is True

    with start(agency) as screen:
        screen.wait_for("Tapez le code").settle(0.4)
        hands.write(screen, resume)
        screen.wait_for("Question 5 sur 9", 30)
        assert open_question in screen.settle().text, "another question came back"
        while len(done) < 9:
            done.append(solve(screen))
            hands.enter(screen)
        assert sorted(done) == sorted(ANSWERS)
        screen.wait_for("Merci", 30)
        seen = hands.read_to_the_end(screen)
        hands.enter(screen)
        screen.wait_for("Tapez le code")
        assert screen.terminate() == 0
    assert traces(agency.data) == []

    pushed = agency("sync", "push", "--url", serving, "--json")
    assert pushed.json["receipted"] == 1
    (listed,) = agency("results", "list", "--json").json["results"]
    opened = agency("results", "show", listed["id"], "--json").json
    report = opened["report"]
    assert opened["name"] == f"Ana {CANARY}"
    assert [r["points"] for r in report["responses"]] == [r["maximum"] for r in report["responses"]]
    assert len(report["responses"]) == 9
    measured = {c["competence"]: c for c in report["competences"] if c["statement"]}
    assert set(measured) == {"1.3", "2.1"}
    for competence, result in measured.items():
        s = result["statement"]
        said = re.search(
            rf"{re.escape(competence)} [^:]+: niveau (\d), sans doute (?:entre (\d) et (\d)|ce niveau-là)",
            seen,
        )
        assert said, seen
        assert int(said[1]) == s["level"]
        if said[2]:
            assert (int(said[2]), int(said[3])) == (s["low"], s["high"])
        else:
            assert s["low"] == s["high"] == s["level"]
    assert f"Ensemble : niveau {report['overall']['level']}" in seen


def test_every_key_that_could_kill_or_leave_is_harmless(agency):
    made = agency("campaign", "create", "Essai", "--competences", "1.3,2.1", "--length", "9", "--json").json
    with Screen(agency.command("start", "--locked"), agency.environment) as screen:
        for _ in range(6):  # while Python loads
            screen.press("ctrl+c", "ctrl+backslash", "ctrl+z")
        screen.wait_for("Tapez le code").settle(0.4)
        screen.press("ctrl+q", "ctrl+c", "ctrl+z", "ctrl+backslash", "f10", "esc", "f5", "f9").settle()
        assert screen.process.poll() is None
        hands.write(screen, made["code"])
        screen.wait_for("Prénom et nom")
        assert screen.terminate() == 0


def test_slips_in_the_code_are_named(agency):
    made = agency("campaign", "create", "Essai", "--competences", "1.3", "--length", "5", "--json").json
    plain = made["code"].replace("-", "")
    with start(agency) as screen:
        screen.wait_for("Tapez le code").settle(0.4)
        hands.write(screen, plain[:-1])
        screen.wait_for("Ce code a 7 caractères")
        screen.press(*["backspace"] * 8)
        hands.write(screen, "O" + plain[1:])
        screen.wait_for("n’est jamais utilisé")
        screen.press(*["backspace"] * 8)
        i = next(i for i in range(7) if plain[i] != plain[i + 1])
        hands.write(screen, plain[:i] + plain[i + 1] + plain[i] + plain[i + 2 :])
        screen.wait_for("échangés")
        screen.terminate()


def test_on_the_bare_console_only_its_glyphs_are_written(agency):
    """TERM=linux: nothing outside the Latin console fonts, no colour that they lack."""
    made = agency("campaign", "create", "Essai", "--competences", "1.3,2.1", "--length", "9", "--json").json
    with start(agency, term="linux") as screen:
        begin(screen, made["code"], "Ana")
        solve(screen)
        hands.enter(screen)
        screen.press("f1").settle()
        screen.press("esc").settle()
        written = screen.raw.decode("utf-8", "replace")
        screen.terminate()
    strange = {c for c in written if ord(c) > 0xFF} - set("─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬┄┊œŒ’‘“”–—…€•←↑→↓°\u202f")
    assert strange == set()
    assert not re.search(r"\x1b\[[0-9;]*\b(?:38|48);", written), "256 colours on a console of 16"


def test_a_damaged_bank_is_said_calmly(agency):
    bank = agency.data / "bank.db"
    bank.chmod(0o600)
    bank.write_bytes(bank.read_bytes()[:5000])
    with start(agency) as screen:
        screen.wait_for("abîmée", 20)
        assert "Traceback" not in screen.text
        hands.enter(screen)
        end = time.monotonic() + 15
        while screen.process.poll() is None and time.monotonic() < end:
            screen.pump(0.1)
        assert screen.process.poll() == 12


def test_without_a_terminal_it_says_so(agency):
    ran = agency("start")
    assert ran.code == 2
    assert "terminal interactif" in ran.err


def test_what_is_sealed_names_its_campaign_and_bank(agency):
    made = agency("campaign", "create", "Essai", "--competences", "1.3,2.1", "--length", "9", "--json").json
    with start(agency) as screen:
        begin(screen, made["code"], "")
        solve(screen)
        screen.press("f1").settle()
        hands.go_to(screen, "Terminer le test")
        hands.enter(screen)
        hands.go_to(screen, "Oui, je termine")
        hands.enter(screen)
        screen.wait_for("Merci", 30)
        screen.terminate()
    stick = agency.folder / "stick"
    stick.mkdir()
    assert agency("sync", "export", stick).code == 0
    (file,) = stick.glob("*.kbr")
    header = parse(file.read_bytes()).header
    assert header.context.campaign == made["id"]
    assert header.context.bank_version == "e2e"
    assert (
        json.loads(agency("results", "list", "--json").out)["results"] == []
    )  # nothing has reached the collector
