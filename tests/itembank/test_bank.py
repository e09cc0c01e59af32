"""The bank is what was built, or it is refused."""

import sqlite3

import pytest

from itembank.bank import Bank
from itembank.build import build_bank
from itembank.errors import BankUnreadable


def refusal(path):
    with pytest.raises(BankUnreadable) as caught:
        Bank.open(path)
    return caught.value.code


def test_every_item_comes_back_as_it_was_written(content, bank):
    assert [e.id for e in bank.entries] == sorted(i.id for i in content.items)
    for item in content.items:
        assert bank.item(item.id) == item


def test_building_twice_gives_the_same_digest(content, bank, tmp_path):
    digest = build_bank(list(reversed(content.authored)), tmp_path / "again.db", content.version)
    assert digest == bank.digest


def test_the_version_is_part_of_the_digest(content, bank, tmp_path):
    assert build_bank(content.authored, tmp_path / "b.db", "other") != bank.digest


def test_the_framework_ships_in_the_bank(bank):
    assert len(bank.competences) == 16
    assert bank.competences == tuple(sorted(bank.competences))
    assert len(bank.cut_scores) == 8
    assert list(bank.cut_scores) == sorted(bank.cut_scores)
    mean, covariance = bank.prior
    assert len(mean) == 16
    assert all(covariance[i][j] == covariance[j][i] for i in range(16) for j in range(16))
    assert bank.competence_name("1.1", "fr").startswith("Mener")
    assert bank.domain_name("4", "en") == "Protection and safety"
    assert bank.topic_title("1.1-moteur") == "Formuler une requête"


def test_the_file_cannot_be_written_by_accident(bank_path):
    assert bank_path.stat().st_mode & 0o222 == 0


def test_missing_foreign_and_old_files_are_told_apart(tmp_path, bank_path):
    assert refusal(tmp_path / "none.db") == "bank.missing"
    (tmp_path / "text.db").write_text("not a bank")
    assert refusal(tmp_path / "text.db") == "bank.corrupt"
    (tmp_path / "empty.db").write_bytes(b"")
    assert refusal(tmp_path / "empty.db") == "bank.not_a_bank"
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE meta (key, value)").connection.close()
    assert refusal(other) == "bank.not_a_bank"


def test_any_change_to_the_content_is_noticed(tmp_path, bank_path):
    path = tmp_path / "changed.db"
    path.write_bytes(bank_path.read_bytes())
    connection = sqlite3.connect(path)
    connection.execute("UPDATE item SET b = '[-3.0]' WHERE id = (SELECT MIN(id) FROM item)")
    connection.commit()
    connection.close()
    assert refusal(path) == "bank.corrupt"


def test_truncated_and_overwritten_files_are_refused(tmp_path, bank_path):
    data = bank_path.read_bytes()
    path = tmp_path / "cut.db"
    for size in (100, 4096, len(data) // 2, len(data) - 4096):
        path.write_bytes(data[:size])
        assert refusal(path) in ("bank.corrupt", "bank.not_a_bank"), size
    for offset in range(4096, len(data) - 64, len(data) // 40):
        path.write_bytes(
            data[:offset] + bytes(b ^ 0xFF for b in data[offset : offset + 64]) + data[offset + 64 :]
        )
        try:
            with Bank.open(path) as bank:
                # The damage fell on a free or index page: what the digest covers must then be whole.
                assert bank.digest
        except BankUnreadable as fault:
            assert fault.code in ("bank.corrupt", "bank.not_a_bank", "bank.format")


def test_a_failed_build_leaves_the_old_bank(tmp_path, content, bank_path):
    path = tmp_path / "bank.db"
    path.write_bytes(bank_path.read_bytes())
    broken = [*content.authored[:3], content.authored[0]]  # the same id twice
    with pytest.raises(sqlite3.IntegrityError):
        build_bank(broken, path, "1")
    with Bank.open(path) as bank:
        assert len(bank.entries) == len(content.items)
    assert list(tmp_path.glob(".bank*")) == []
