"""Bad input of any kind: a clear sentence, a documented exit code, and nothing lost."""

from __future__ import annotations

import shutil
import socket
import sqlite3

import pytest

from kiosk.errors import sentence
from kiosk.exit_codes import ExitCode
from kiosk.sitting import store
from sync import outbox
from tests.commands.sittings import sit


def said(ran, code, *words):
    assert ran.code == code, ran
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err, ran.err
    return ran


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 1", ["colour", "Rien n’a été changé"]),
        ('[candidate]\nthem = "dark"', ["candidate.them", "candidate.theme"]),
        ('[candidate]\ntheme = "pink"', ["candidate.theme", "dark, light, contrast"]),
        ("[collector]\nport = 99999", ["collector.port", "65535"]),
        ('[collector]\nport = "x"', ["collector.port", "nombre entier"]),
        ("[collector\n", ["TOML"]),
    ],
)
def test_settings(kiosk, text, words):
    kiosk.settings.write_text(text, encoding="utf-8")
    said(kiosk("sync", "status"), ExitCode.SETTINGS, *words)


def test_settings_in_english(kiosk):
    kiosk.settings.write_text("colour = 1", encoding="utf-8")
    ran = kiosk("sync", "status", KIOSK_LANG="en")
    assert ran.code == ExitCode.SETTINGS
    assert "does not exist" in ran.err
    assert "Nothing was changed" in ran.err


def test_a_settings_file_that_is_not_there(kiosk):
    said(kiosk("--config", "/nowhere/kiosk.toml", "sync", "status"), ExitCode.SETTINGS, "/nowhere/kiosk.toml")


def test_a_terminal_that_was_never_enrolled(kiosk):
    for words in (("sync", "status"), ("campaign", "list"), ("keys", "show")):
        said(kiosk(*words), ExitCode.USAGE, "kiosk keys init")


def test_enrolling_twice_overwrites_nothing(enrolled):
    card = (enrolled.data / "keys" / "terminal.json").read_bytes()
    said(enrolled("keys", "init"), ExitCode.KEYS, "Rien n’a été écrasé")
    assert (enrolled.data / "keys" / "terminal.json").read_bytes() == card


def test_short_passphrase_and_none_at_all(kiosk):
    kiosk.passphrase.write_text("court")
    said(kiosk("keys", "init"), ExitCode.PASSPHRASE, "12")
    assert not (kiosk.data / "keys").exists()
    said(kiosk("keys", "init", KIOSK_PASSPHRASE_FILE=""), ExitCode.USAGE, "--passphrase-file")
    assert not (kiosk.data / "keys").exists()


def test_wrong_passphrase(enrolled, campaign):
    sit(enrolled, campaign())
    enrolled.passphrase.write_text("une autre phrase de passe")
    ran = said(enrolled("results", "list"), ExitCode.PASSPHRASE, "Rien n’a été ouvert")
    assert ran.out == ""


@pytest.mark.parametrize("words", [("--competences", "9.9"), ("--length", "0"), ("--minutes", "-5"),
                                   ("--purpose", "x"), ("--closes", "demain"), ("--extra-time", "9")])  # fmt: skip
def test_impossible_campaigns(enrolled, words):
    said(enrolled("campaign", "create", "Essai", *words), ExitCode.USAGE, "Rien n’a été enregistré")
    assert enrolled("campaign", "list", "--json").json == []


def test_unknown_campaign_and_result(enrolled):
    said(enrolled("campaign", "show", "c-none"), ExitCode.NOT_FOUND, "c-none")
    said(enrolled("results", "show", "deadbeef"), ExitCode.NOT_FOUND, "deadbeef")


def test_corrupt_bank(enrolled, campaign):
    sit(enrolled, campaign())
    bank = enrolled.data / "bank.db"
    data = bank.read_bytes()
    bank.chmod(0o600)
    bank.write_bytes(data[: len(data) // 2])
    said(enrolled("bank", "stats", "--bank", bank), ExitCode.BANK, "intacts", "kiosk bank build")
    assert enrolled("sync", "status", "--json").json["pending"] == 1
    said(enrolled("simulate", "--bank", enrolled.data / "none.db"), ExitCode.BANK, "none.db")


def test_content_with_problems_builds_no_bank(kiosk, tmp_path):
    (tmp_path / "x.yaml").write_text("topic: 1.1-moteur\nitems: [1]\n")
    assert kiosk("bank", "lint", tmp_path / "x.yaml").code == ExitCode.PROBLEMS_FOUND
    said(kiosk("bank", "build", tmp_path / "x.yaml", "-o", tmp_path / "b.db"), ExitCode.BANK, "bank lint")
    assert not (tmp_path / "b.db").exists()


def test_unreachable_collector(collector, campaign):
    sit(collector, campaign())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran = said(
        collector("sync", "push", "--url", f"http://127.0.0.1:{port}"),
        ExitCode.NETWORK,
        "à l’abri",
        "sync export",
    )
    assert "Traceback" not in ran.err
    assert collector("sync", "status", "--json").json["pending"] == 1
    said(collector("sync", "push", "--url", "pas une adresse"), ExitCode.NETWORK, "http(s)://")


def test_no_trusted_collector(enrolled, campaign):
    sit(enrolled, campaign())
    said(enrolled("sync", "push"), ExitCode.NETWORK, "kiosk keys trust")
    assert enrolled("sync", "status", "--json").json["pending"] == 1


def test_tampered_truncated_and_foreign_bundles(collector, campaign, tmp_path):
    sit(collector, campaign())
    stick = tmp_path / "stick"
    stick.mkdir()
    collector("sync", "export", stick)
    (bundle,) = stick.glob("*.kbr")
    data = bundle.read_bytes()
    for offset in (0, 6, 20, len(data) // 2, len(data) - 1):
        bundle.write_bytes(data[:offset] + bytes([data[offset] ^ 1]) + data[offset + 1 :])
        said(collector("sync", "verify", bundle), ExitCode.BUNDLE)
    bundle.write_bytes(data[:-1])
    ran = collector("sync", "import", stick, "--json")
    assert ran.code == ExitCode.BUNDLE
    assert ran.json["files"][0]["outcome"] == "refused"
    assert collector("sync", "status", "--json").json["receipted"] == 0
    said(collector("sync", "verify", tmp_path / "nothing.kbr"), ExitCode.STORAGE, "nothing.kbr")


def test_a_folder_that_is_not_there(collector):
    said(collector("sync", "export", "/nowhere/stick"), ExitCode.NETWORK, "/nowhere/stick")


def test_a_port_that_is_taken(collector):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said(collector("collector", "serve", "--port", port), ExitCode.NETWORK, str(port))


def test_a_full_disk_loses_nothing_that_was_validated(site, campaign):
    terminal = site.open()
    store.add_campaign(terminal.connection, campaign())
    underway = terminal.begin(store.campaigns(terminal.connection)[0], language="fr", name="Ana")
    pages = terminal.connection.execute("PRAGMA page_count").fetchone()[0]
    terminal.connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    full, active = None, 0.0
    for _ in range(200):
        try:
            underway.sitting.ask(active)
            underway.sitting.answer(None, 5.0, active + 10)
            active += 10
        except sqlite3.OperationalError as fault:
            full = fault
            break
    assert full is not None
    assert "plein" in sentence(full)
    validated = [a.item.id for a in underway.sitting.answered]
    terminal.connection.execute("PRAGMA max_page_count = 100000")
    resumed = terminal.resume(underway.resume_code)
    assert [a.item.id for a in resumed.sitting.answered] == validated
    resumed.sitting.stop("candidate", active)
    terminal.finish(resumed)
    assert outbox.status(terminal.connection).pending == 1
    terminal.close()


def test_finishing_on_a_full_disk_can_be_tried_again(site, campaign):
    terminal = site.open()
    store.add_campaign(terminal.connection, campaign())
    underway = terminal.begin(store.campaigns(terminal.connection)[0], language="fr")
    underway.sitting.ask(0.0)
    underway.sitting.answer(None, 5.0, 10.0)
    underway.sitting.stop("candidate", 10.0)
    pages = terminal.connection.execute("PRAGMA page_count").fetchone()[0]
    terminal.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError):
        terminal.finish(underway)
    terminal.connection.execute("PRAGMA max_page_count = 100000")
    terminal.finish(underway)
    assert outbox.status(terminal.connection).pending == 1
    terminal.close()


def test_a_read_only_data_directory(enrolled, campaign):
    """As someone who may read but not write (root gives up the privilege that makes modes meaningless to it)."""
    sit(enrolled, campaign())
    for path in enrolled.data.rglob("*"):
        path.chmod(0o500 if path.is_dir() else 0o400)
    enrolled.data.chmod(0o500)
    try:
        ran = said(
            enrolled("campaign", "create", "Essai", unprivileged=True), ExitCode.STORAGE, "lecture seule"
        )
        assert ran.out == ""
    finally:
        enrolled.data.chmod(0o700)
        for path in enrolled.data.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
    assert enrolled("sync", "status", "--json").json["pending"] == 1


def test_a_database_that_is_not_ours(enrolled):
    path = enrolled.data / "kiosk.db"
    shutil.copy(path, enrolled.folder / "kept.db")
    path.write_bytes(b"not a database at all" * 500)
    said(enrolled("campaign", "list"), ExitCode.STORAGE, "garder le fichier")


def test_json_errors_are_json(enrolled):
    ran = enrolled("campaign", "show", "c-none", "--json")
    assert ran.code == ExitCode.NOT_FOUND
    assert ran.json["error"] == "campaign.unknown"
    assert ran.json["id"] == "c-none"


def test_exported_names_cannot_become_formulas(enrolled, campaign):
    sit(enrolled, campaign(), name='=HYPERLINK("http://x.example")')
    out = enrolled.folder / "r.csv"
    assert enrolled("results", "export", out).code == 0
    assert "'=HYPERLINK" in out.read_text(encoding="utf-8-sig")
