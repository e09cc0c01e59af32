"""The bank at rest: nothing of it can be read on the disk, a change is noticed, the release before it takes over."""

from __future__ import annotations

import json
import shutil

import pytest

from itembank.authoring import load_content, shipped_content
from itembank.bank import Bank
from itembank.build import build_bank
from itembank.errors import BankUnreadable
from itembank.revise import revise_bank
from kiosk.sitting.installed_bank import install, is_installed, open_installed
from kiosk.sitting.terminal import Terminal

SECRET = bytes(range(32))


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """Two releases of a small bank."""
    folder = tmp_path_factory.mktemp("releases")
    content = load_content([shipped_content() / "2.1"])
    build_bank(content.authored, folder / "one.db", "1")
    revise_bank(folder / "one.db", folder / "two.db", "2")
    return folder / "one.db", folder / "two.db"


def words_of(release) -> list[bytes]:
    with Bank.open(release) as bank:
        items = [bank.item(entry.id) for entry in bank.entries]
    found = []
    for item in items:
        found += [item.question, item.feedback.right, item.feedback.wrong]
    return [text.encode() for text in found if len(text) > 12]


def test_every_item_reads_the_same_and_nothing_of_it_stands_on_the_disk(releases, tmp_path):
    assert not is_installed(tmp_path)
    digest = install(tmp_path, releases[0], SECRET)
    assert is_installed(tmp_path)
    with Bank.open(releases[0]) as plain:
        opened = open_installed(tmp_path, SECRET)
        assert opened.fallen_back == ""
        with opened.bank as bank:
            assert (bank.digest, bank.version) == (digest, "1") == (plain.digest, plain.version)
            assert bank.entries == plain.entries
            for entry in plain.entries:
                assert bank.item(entry.id) == plain.item(entry.id)
                assert bank.item(entry.id, "en", plain=True) == plain.item(entry.id, "en", plain=True)
    stored = b"".join(path.read_bytes() for path in (tmp_path / "bank").iterdir())
    release = releases[0].read_bytes()
    words = words_of(releases[0])
    assert any(word in release for word in words), "else this proves nothing"
    assert [word for word in words if word in stored] == []
    assert b'"key"' not in stored.replace(b'"key": "', b"")


def test_no_file_of_it_can_be_read_by_others(releases, tmp_path):
    install(tmp_path, releases[0], SECRET)
    assert [oct(p.stat().st_mode & 0o077) for p in (tmp_path / "bank").iterdir()] == ["0o0"] * 3


@pytest.mark.parametrize("harm", ["cut", "flip", "gone", "record", "other_terminal"])
def test_a_harmed_release_is_noticed_and_the_one_before_is_used(releases, tmp_path, harm):
    install(tmp_path, releases[0], SECRET)
    digest = install(tmp_path, releases[1], SECRET)
    path = tmp_path / "bank" / f"{digest[:16]}.db"
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-4096])
    elif harm == "flip":
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif harm == "gone":
        path.unlink()
    elif harm == "record":
        record = path.with_suffix(".json")
        record.write_text(record.read_text().replace('"version": "2"', '"version": "3"'))
    else:
        shutil.copyfile(releases[0], path)
    opened = open_installed(tmp_path, SECRET)
    with opened.bank as bank:
        assert (bank.version, opened.fallen_back) == ("1", "bank.corrupt")
        assert bank.item(bank.entries[0].id).question


def test_it_opens_on_no_other_terminal(releases, tmp_path):
    install(tmp_path, releases[0], SECRET)
    with pytest.raises(BankUnreadable) as refused:
        open_installed(tmp_path, bytes(32))
    assert refused.value.code == "bank.corrupt"
    sealed = next((tmp_path / "bank").glob("*.db"))
    with pytest.raises(BankUnreadable) as refused:
        Bank.open(sealed)
    assert refused.value.code == "bank.sealed"


def test_only_the_release_before_is_kept(releases, tmp_path):
    for release in (*releases, releases[0]):
        install(tmp_path, release, SECRET)
    kept = json.loads((tmp_path / "bank" / "current.json").read_text())
    assert len(kept) == 2
    assert {p.stem for p in (tmp_path / "bank").glob("*.db")} == set(kept)
    with open_installed(tmp_path, SECRET).bank as bank:
        assert bank.version == "1"


def test_a_bad_release_changes_nothing(releases, tmp_path):
    install(tmp_path, releases[0], SECRET)
    before = {p.name: p.read_bytes() for p in (tmp_path / "bank").iterdir()}
    bad = tmp_path / "bad.db"
    bad.write_bytes(releases[1].read_bytes()[:9000])
    with pytest.raises(BankUnreadable):
        install(tmp_path, bad, SECRET)
    assert {p.name: p.read_bytes() for p in (tmp_path / "bank").iterdir()} == before


def test_a_terminal_uses_what_is_installed(site, campaign, bank_path, tmp_path):
    opened = site.open()
    install(site.directory, bank_path, opened.identity.secret)
    opened.close()
    terminal = Terminal.open(site.directory, site.directory / "bank.db")
    underway = terminal.begin(campaign(), language="fr")
    assert underway.sitting.ask(0.0).item.question
    assert terminal.bank_fault == ""
    terminal.close()
