"""`kiosk bank release` and `install`: from content to a terminal that asks it, and says when its bank was harmed."""

from __future__ import annotations

import json

import pytest

from itembank.authoring import shipped_content
from kiosk.exit_codes import ExitCode
from tests.e2e.lines import Lines


@pytest.fixture
def released(enrolled, tmp_path):
    """A release of one competence, and what the command said of it."""
    return enrolled(
        "bank", "release", shipped_content() / "2.1", "-o", tmp_path / "out", "--version", "7", "--json"
    ).json


def test_a_release_is_named_by_version_and_digest_and_logs_what_changed(enrolled, released, tmp_path):
    assert released["path"] == str(tmp_path / "out" / f"bank-7-{released['digest'][:12]}.db")
    again = enrolled(
        "bank", "release", shipped_content() / "2.1", shipped_content() / "2.2", "-o", tmp_path / "out", "--version", "8",
        "--since", released["path"], "--json",
    ).json  # fmt: skip
    assert again["changes"]["removed"] == []
    assert all(item.startswith("2.2-") for item in again["changes"]["added"])
    assert again["changes"]["added"]
    log = (tmp_path / "out" / f"bank-8-{again['digest'][:12]}.changes.json").read_text(encoding="utf-8")
    assert json.loads(log)["added"] == again["changes"]["added"]
    assert {p.suffix for p in (tmp_path / "out").iterdir()} == {".db", ".json"}, "nothing half done is left"


def test_a_terminal_asks_what_is_installed_and_says_when_it_was_harmed(enrolled, released, tmp_path):
    first = enrolled("bank", "install", released["path"], "--json")
    assert (first.code, first.json["version"]) == (0, "7")
    newer = enrolled(
        "bank", "release", shipped_content() / "2.1", "-o", tmp_path / "n", "--version", "9", "--json"
    ).json
    assert enrolled("bank", "install", newer["path"]).code == 0
    made = enrolled("campaign", "create", "Essai", "--competences", "2.1", "--length", "3", "--json").json
    with Lines(enrolled.command("start", "--linear"), enrolled.environment) as lines:
        lines.hear("Votre code")
        assert "abîmée" not in lines.said
        lines.type("q")
        assert lines.ended() == 0
    harmed = enrolled.data / "bank" / f"{newer['digest'][:16]}.db"
    harmed.write_bytes(harmed.read_bytes()[:-1])
    with Lines(enrolled.command("start", "--linear"), enrolled.environment) as lines:
        lines.hear("la plus récente est abîmée").hear("Votre code").type(made["code"])
        lines.answer("Prénom et nom", "").hear("code de reprise").hear("continuer").type("")
        lines.answer("pour commencer", "").hear("Question 1")


def test_what_cannot_be_installed_is_refused_and_changes_nothing(kiosk, enrolled, released, tmp_path):
    cut = tmp_path / "cut.db"
    cut.write_bytes(b"SQLite format 3\0" + bytes(5000))
    ran = enrolled("bank", "install", cut)
    assert ran.code not in (0, 1)
    assert "Traceback" not in ran.err
    assert not (enrolled.data / "bank" / "current.json").exists()
    assert enrolled("bank", "install", tmp_path / "none.db").code == ExitCode.USAGE
