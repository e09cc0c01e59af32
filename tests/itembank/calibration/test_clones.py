"""Clones are calibrated as their family: answers pooled, results given back to each."""

from __future__ import annotations

import numpy as np

from itembank.authoring import load_content, shipped_content
from itembank.bank import Bank
from itembank.build import build_bank
from itembank.calibration.calibrate import calibrate
from itembank.calibration.clones import family_of, pooled
from itembank.calibration.from_bank import bank_setup, write_release
from itembank.calibration.models import Model
from itembank.calibration.responses import Responses
from itembank.starting_parameters import CLONE_SPREAD


def test_answers_to_clones_become_answers_to_the_family():
    scores = np.array([[1, -1, 0, -1], [-1, 0, 1, -1], [1, 1, -1, 2]])
    found = pooled(Responses.from_dense(scores, items=["f#1", "f#2", "g", "h#9"]))
    assert found.items == ("f", "g", "h")
    assert found.dense().tolist() == [[1, 0, -1], [0, 1, -1], [1, -1, 2]]
    assert found.max_score.tolist() == [1, 1, 2]
    plain = Responses.from_dense(np.array([[1, 0]]), items=["a", "b"])
    assert pooled(plain) is plain


def test_a_release_gives_every_clone_what_its_family_has(tmp_path):
    content = load_content([shipped_content() / "4.1"])
    build_bank(content.authored, tmp_path / "bank.db", "1")
    rng = np.random.default_rng(1)
    with Bank.open(tmp_path / "bank.db") as bank:
        entries = [e for e in bank.entries if e.parameters.max_score == 1][:14]
        assert len({family_of(e.id) for e in entries}) < len(entries), "no clones: this would prove nothing"
        theta = rng.standard_normal(400)
        right = theta[:, None] > np.array([e.parameters.b[0] for e in entries]) + rng.logistic(size=(400, 14))
        seen = rng.random((400, 14)) < 0.5
        responses = Responses.from_dense(np.where(seen, right, -1).astype(int), items=[e.id for e in entries])
        found = pooled(responses)
        setup = bank_setup(bank, found, Model.TWO_PL)
        result = calibrate(found, setup.setups, population=setup.population)
    write_release(tmp_path / "bank.db", tmp_path / "next.db", "2", setup, result, {})
    with Bank.open(tmp_path / "next.db") as revised:
        now = {e.id: e.parameters for e in revised.entries}
    families = {family_of(e.id) for e in entries}
    for item in result.items:
        clones = [p for i, p in now.items() if family_of(i) == item.id]
        assert {(p.a, p.b, p.origin) for p in clones} == {
            (item.parameters.a, item.parameters.b, "calibrated")
        }
        if len(clones) > 1:
            assert clones[0].se_b >= CLONE_SPREAD
    assert all(p.origin == "authored" for i, p in now.items() if family_of(i) not in families)
