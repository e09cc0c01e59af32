"""A revised bank: new numbers, same questions, the old file untouched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from itembank.bank import Bank
from itembank.response_times import ResponseTime
from itembank.revise import revise_bank


def test_new_numbers_and_a_new_digest_in_a_new_file(bank, tmp_path):
    before = bank.path.read_bytes()
    entry = bank.entries[0]
    harder = replace(
        entry.parameters, a=1.3, b=tuple(b + 0.5 for b in entry.parameters.b), origin="calibrated"
    )
    size = len(bank.competences)
    prior = ([0.1] * size, [[1.0 if i == j else 0.5 for j in range(size)] for i in range(size)])
    target = tmp_path / "next.db"
    digest = revise_bank(
        bank.path, target, "2027.01.01",
        parameters={entry.id: harder}, response_times={entry.id: ResponseTime(4.0, 1.5)},
        exposure={entry.id: 0.25}, prior=prior,
    )  # fmt: skip
    with Bank.open(target) as revised:
        found = next(e for e in revised.entries if e.id == entry.id)
        assert (revised.version, revised.digest) == ("2027.01.01", digest) != (bank.version, bank.digest)
        assert found == replace(entry, parameters=harder, time=ResponseTime(4.0, 1.5), exposure=0.25)
        assert [e for e in revised.entries if e != found] == list(bank.entries[1:])
        assert revised.prior == (tuple(prior[0]), tuple(map(tuple, prior[1])))
        assert revised.item(entry.id).question == bank.item(entry.id).question
    assert bank.path.read_bytes() == before


def test_the_same_numbers_give_the_same_digest(bank, tmp_path):
    assert revise_bank(bank.path, tmp_path / "same.db", bank.version) == bank.digest


def test_what_makes_no_release_is_refused_and_writes_nothing(bank, tmp_path):
    entry = bank.entries[0]
    target = tmp_path / "none.db"
    with pytest.raises(KeyError):
        revise_bank(bank.path, target, "1", exposure={"9.9-none-n1-a": 0.5})
    with pytest.raises(ValueError, match="exposure"):
        revise_bank(bank.path, target, "1", exposure={entry.id: 0.0})
    with pytest.raises(ValueError, match="thresholds"):
        revise_bank(bank.path, target, "1", parameters={entry.id: replace(entry.parameters, b=(0.0,) * 9)})
    with pytest.raises(ValueError, match="prior"):
        revise_bank(bank.path, target, "1", prior=([0.0], [[1.0]]))
    with pytest.raises(ValueError, match="in place"):
        revise_bank(bank.path, bank.path, "1")
    assert list(tmp_path.iterdir()) == []
