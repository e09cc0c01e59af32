"""The authors' commands: a draft that loads, an item seen, what changed, what is missing."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from itembank.authoring import shipped_content
from kiosk.commands.bank import app
from kiosk.commands.bank.printed import printed
from kiosk.exit_codes import ExitCode
from tests.e2e.screen import Screen


def test_a_draft_lints_at_once(kiosk, tmp_path):
    path = tmp_path / "neuf.yaml"
    made = kiosk("bank", "new", "1.1-moteur-n2", "--family", "-o", path, "--json")
    assert made.code == 0, made.err
    assert made.json["item"] == "1.1-moteur-n2-b"
    checked = kiosk("bank", "lint", path, "--no-spelling", "--json").json
    assert (checked["errors"], checked["items"], checked["spelling_checked"]) == (0, 5, False)


def test_a_draft_follows_the_framework_and_overwrites_nothing(kiosk, tmp_path):
    path = tmp_path / "neuf.yaml"
    first = kiosk("bank", "new", "1.3-calculer-n4", "-o", path)
    assert first.code == 0
    assert "interaction: spreadsheet" in path.read_text(encoding="utf-8")
    path.write_text("à moi", encoding="utf-8")
    again = kiosk("bank", "new", "1.3-calculer-n4", "-o", path)
    assert again.code == ExitCode.BANK
    assert path.read_text(encoding="utf-8") == "à moi"


def bank(*words: object) -> str:
    """What `kiosk bank` says, run in this process."""
    done = CliRunner().invoke(app, [str(w) for w in words])
    assert done.exit_code == 0, done.output
    return done.stdout


def file_of(item: str) -> Path:
    """The shipped file that holds an item; a command that reads it alone does not wait for the whole content."""
    topic = "-".join(item.split("-")[:2])
    return shipped_content() / topic.split("-")[0] / f"{topic}.yaml"


def bank_json(*words: object) -> Any:
    return json.loads(bank(*words, "--json"))


@pytest.mark.parametrize(
    "words",
    [
        ("bank", "new", "1.1-moteurr-n2"),
        ("bank", "preview", "1.1-moteur-n2-zz", "--text"),
        ("bank", "preview", "1.1-moteur-n2-a", "--language", "de", "--text"),
        ("bank", "preview", "1.1-moteur-n2-a"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_way_out(kiosk, words):
    ran = kiosk(*words)
    assert ran.code not in (0, 1)
    assert ran.out == ""
    assert len(ran.err.strip().splitlines()) == 1
    assert "Traceback" not in ran.err


def test_a_clone_is_previewed_by_its_name_or_its_seed():
    path = file_of("1.2-stockage-n3-a")
    by_name = bank_json("preview", "1.2-stockage-n3-a#3", path)
    by_seed = bank_json("preview", "1.2-stockage-n3-a", path, "--seed", "3")
    other = bank_json("preview", "1.2-stockage-n3-a", path, "--seed", "40")
    assert by_name == by_seed
    assert (by_name["family"], by_name["seed"]) == ("1.2-stockage-n3-a", 3)
    assert other["situation"] != by_name["situation"]


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (("1.2-ranger-n1-a", "--plain"), "Il y a quatre dossiers."),
        (("1.2-ranger-n1-a", "--language", "en"), "Work folder"),
        (("1.3-calculer-n3-a",), "set cell: B8, input: =SOMME(B2:B6)"),
        (("2.1-boite-n1-a",), "move message: m2, folder: trash"),
        (("5.1-connexion-n2-a",), "60 %\n      de 0 à 100\n"),
        (("4.1-session-n6-a",), "      ? Le contenu actuel de la clé sera effacé. Continuer ?"),
        (("4.1-hameconnage-n5-a",), "@menuiserie-ormes.test>  mardi 11 h 40"),
    ],
)
def test_an_item_is_printed_with_its_key(words, seen):
    assert seen in bank("preview", *words, file_of(words[0]), "--text")


def test_every_item_can_be_printed(content):
    for authored in content.authored:
        text = "\n".join(printed(authored))
        assert authored.item.question.splitlines()[0] in text
        assert "[x" in text or authored.item.interaction not in ("single_choice", "hotspot", "numeric")


def test_an_item_is_seen_as_a_candidate_sees_it(kiosk):
    path = file_of("1.2-stockage-n3-a")
    typed = str(bank_json("preview", "1.2-stockage-n3-a#2", path)["body"]["value"]).replace(".", ",")
    with Screen(kiosk.command("bank", "preview", "1.2-stockage-n3-a#2", path), kiosk.environment) as screen:
        screen.wait_for("Combien de Go", 60).settle(0.4)
        screen.type(typed).wait_for(typed)
        screen.press("enter").wait_for("Oui").settle(0.4)
        screen.press("enter")
        assert screen.process.wait(timeout=60) == 0


def test_diff_says_what_came_went_and_changed(tmp_path, bank_path):
    assert bank_json("diff", bank_path, bank_path)["same"] is True
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    bank("new", "1.1-moteur-n2", "--interaction", "numeric", "-o", first)
    text = first.read_text(encoding="utf-8")
    second.write_text(
        text.replace("value: 12", "value: 13").replace("un choix à faire", "à choisir"), "utf-8"
    )
    found = bank_json("diff", first, second)
    assert {(c["item"], c["field"]) for c in found["changes"]} == {
        ("1.1-moteur-n2-b", "body"),
        ("1.1-moteur-n2-b", "plain"),
    }
    assert (found["added"], found["removed"]) == ([], [])
    assert "1.1-moteur-n2-b" in bank("diff", first, bank_path)


def test_a_bank_is_what_its_content_is(bank_path):
    assert bank_json("diff", shipped_content(), bank_path)["same"] is True


def test_diff_of_a_damaged_bank_is_refused(kiosk, tmp_path, bank_path):
    path = tmp_path / "changed.db"
    path.write_bytes(bank_path.read_bytes())
    connection = sqlite3.connect(path)
    connection.execute("UPDATE wording SET question = 'x'")
    connection.commit()
    connection.close()
    ran = kiosk("bank", "diff", path, bank_path)
    assert (ran.code, ran.out) == (ExitCode.BANK, "")


def test_blueprint_counts_what_is_measured():
    found = bank_json("blueprint")
    assert found["skills"] == 656
    assert found["measured"] == sum(c["families"] > 0 for c in found["coverage"])
    assert found["generated"] >= 12


def test_blueprint_lists_what_one_file_does_not_measure():
    path = file_of("1.3-lire-n2-a")
    missing = bank_json("blueprint", "--missing", "--competence", "1.3", path)["coverage"]
    assert missing
    assert all(c["skill"].startswith("1.3-") and not c["families"] for c in missing)
    assert not any(c["skill"].startswith("1.3-lire-") for c in missing)
    assert missing[0]["skill"] in bank("blueprint", "--missing", path)


def test_stats_agree_between_content_and_bank(bank_path):
    content = bank_json("stats")
    assert bank_json("stats", "--bank", bank_path) == content
    assert content["wordings"]["en"]["families"] >= 12
    assert content["wordings"]["plain"]["families"] >= 12
    assert content["generated"] >= 12
    assert sum(sum(row.values()) for row in content["competence_by_level"].values()) == content["items"]
    assert set(content["by_sector"]) == {
        "neutral", "tertiary", "industry", "crafts", "agriculture", "personal_services",
    }  # fmt: skip


def test_warnings_stop_nothing_unless_asked(kiosk, tmp_path):
    path = tmp_path / "a.yaml"
    bank("new", "1.1-moteur-n2", "--interaction", "numeric", "-o", path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Que fait-elle d'abord ?", "Que fait cette personne stupide ?"), "utf-8")
    lax = kiosk("bank", "lint", path, "--no-spelling", "--json")
    assert lax.code == 0
    assert [(p["code"], p["severity"]) for p in lax.json["problems"]] == [("lint.forbidden_word", "warning")]
    assert kiosk("bank", "lint", path, "--no-spelling", "--strict").code == ExitCode.PROBLEMS_FOUND
    assert kiosk("bank", "build", path, "-o", tmp_path / "b.db").code == 0


def test_a_family_at_fault_is_said_with_its_line_and_reason(kiosk, tmp_path):
    path = tmp_path / "a.yaml"
    bank("new", "1.1-moteur-n2", "--interaction", "numeric", "--family", "-o", path)
    text = path.read_text(encoding="utf-8").replace("double: 2 * n", "double: 2 * m")
    path.write_text(text, encoding="utf-8")
    line = next(i for i, one in enumerate(text.splitlines(), 1) if "double: 2" in one)
    ran = kiosk("bank", "lint", path, "--no-spelling")
    assert ran.code == ExitCode.PROBLEMS_FOUND
    assert f"a.yaml:{line}: " in ran.out
    assert "nom inconnu" in ran.out
    preview = kiosk("bank", "preview", "1.1-moteur-n2-b", path, "--text")
    assert preview.code == ExitCode.BANK
    assert str(line) in preview.err
