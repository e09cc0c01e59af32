"""`kiosk bank calibrate`, as its users run it."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from itembank.authoring import load_content, shipped_content
from itembank.bank import Bank
from itembank.build import build_bank
from itembank.calibration.clones import family_of
from itembank.response_model import category_probabilities, check_parameters, drawn
from kiosk.exit_codes import ExitCode
from tests.itembank.calibration.published import LSAT7, patterns
from tests.itembank.calibration.worlds import two_pl
from tests.program import Program


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path, lang="en")


def wide(path, table, header=None, counts=None):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        names = header or [f"i{k + 1}" for k in range(table.shape[1])]
        writer.writerow([*names, *(["count"] if counts is not None else [])])
        for n, row in enumerate(table.tolist()):
            cells = ["" if x < 0 else x for x in row]
            writer.writerow([*cells, *([int(counts[n])] if counts is not None else [])])
    return path


@pytest.fixture(scope="module")
def sittings(tmp_path_factory):
    """The shipped bank and 150 sittings of 40 of its items, drawn at random, with times."""
    folder = tmp_path_factory.mktemp("sittings")
    content = load_content([shipped_content()])
    build_bank(content.authored, folder / "bank.db", "1")
    rng = np.random.default_rng(1)
    with Bank.open(folder / "bank.db") as bank:
        entries, (mean, covariance) = bank.entries[:80], bank.prior
        theta = rng.multivariate_normal(mean, covariance, 150)
        true = [drawn(e.parameters, rng) for e in entries]
        with (folder / "responses.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["person", "item", "score", "seconds"])
            for person in range(150):
                for i in rng.choice(80, 40, replace=False).tolist():
                    at = theta[person, bank.competences.index(entries[i].competence)]
                    p = category_probabilities(true[i], np.array([at]))[:, 0]
                    score = rng.choice(len(p), p=p / p.sum())
                    writer.writerow(
                        [f"p{person}", entries[i].id, score, round(float(np.exp(rng.normal(4, 0.5))), 1)]
                    )
    return folder


def test_json_has_the_solution(program, tmp_path):
    responses = patterns(LSAT7)
    ran = program(
        "bank",
        "calibrate",
        wide(tmp_path / "r.csv", responses.dense(), counts=responses.count),
        "--json",
        "--fit",
    )
    assert ran.code == 0
    found = ran.json
    assert found["log_likelihood"] == pytest.approx(-2658.805114, abs=1e-4)
    assert (found["model"], found["persons"], found["converged"]) == ("2pl", 1000, True)
    assert found["iterations"] > 0
    item = found["items"][2]
    assert item["id"] == "i3"
    assert item["a"] == pytest.approx(1.70748, abs=1e-3)
    assert item["b"] == pytest.approx(-1.80521 / 1.70748, abs=1e-3)
    assert item["se_a"] > 0
    assert item["se_b"] > 0
    assert "c" not in item
    assert item["fit"]["statistic"] == "S-X2"


def test_models_say_what_they_found(program, tmp_path):
    path = wide(tmp_path / "r.csv", two_pl(600, 10)[3].dense())
    three = program("bank", "calibrate", path, "--model", "3pl", "--json").json
    assert all(0 <= item["c"] < 0.6 and item["se_c"] > 0 for item in three["items"])
    table = two_pl(600, 10)[3].dense() + two_pl(600, 10, seed=2)[3].dense()
    graded = program("bank", "calibrate", wide(tmp_path / "g.csv", table), "--model", "graded", "--json").json
    assert all(len(item["b"]) == len(item["se_b"]) == 2 for item in graded["items"])
    text = program("bank", "calibrate", path)
    assert text.code == 0
    assert "Log-likelihood" in text.out
    assert "i10" in text.out


def test_a_release_is_a_new_bank(program, sittings, tmp_path):
    release = tmp_path / "new.db"
    before = (sittings / "bank.db").read_bytes()
    ran = program(
        "bank", "calibrate", sittings / "responses.csv", "--bank", sittings / "bank.db", "-o", release,
        "--version", "2", "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert (sittings / "bank.db").read_bytes() == before
    assert "NaN" not in ran.out
    found = ran.json
    covariance = np.array(found["population"]["covariance"])
    assert covariance.shape == (16, 16)
    assert np.linalg.eigvalsh(covariance)[0] > 0
    with Bank.open(sittings / "bank.db") as old, Bank.open(release) as new:
        assert (new.version, new.digest) == ("2", found["release"]["digest"])
        assert np.array(new.prior[1]) == pytest.approx(covariance)
        told = {item["id"]: item for item in found["items"]}
        for entry, was in zip(new.entries, old.entries, strict=True):
            check_parameters(entry.parameters)
            if family_of(entry.id) in told:
                assert entry.parameters.origin == "calibrated"
                assert entry.parameters.a == pytest.approx(told[family_of(entry.id)]["a"])
                assert entry.parameters.se_b > 0
                assert entry.parameters.c == was.parameters.c
                assert entry.time.discrimination > 0
                assert entry.time != was.time
            else:
                assert entry.parameters == was.parameters
    again = program(
        "bank", "calibrate", sittings / "responses.csv", "--bank", sittings / "bank.db", "-o", release
    )
    assert again.code == ExitCode.NOT_FOUND


def test_what_it_refuses(program, sittings, tmp_path):
    table = two_pl(100, 6)[3].dense()
    constant = table.copy()
    constant[:, 1] = 1
    cases = [
        (["--model", "4pl"], table, "calibration.model", ExitCode.USAGE),
        (["-o", tmp_path / "x.db"], table, "calibration.output_needs_bank", ExitCode.USAGE),
        (["--fix-anchors"], table, "calibration.anchors_need_bank", ExitCode.USAGE),
        ([], constant, "calibration.constant_item", ExitCode.RESPONSES),
        ([], table * 2, "calibration.points", ExitCode.RESPONSES),
        ([], table[:10], "calibration.too_few_answers", ExitCode.RESPONSES),
        (["--bank", sittings / "bank.db"], table, "calibration.unknown_item", ExitCode.RESPONSES),
    ]
    for options, responses, code, exit_code in cases:
        ran = program("bank", "calibrate", wide(tmp_path / "r.csv", responses), *options, "--json")
        assert (json.loads(ran.out)["error"], ran.code) == (code, exit_code)
        assert "Traceback" not in ran.err
    assert not (tmp_path / "x.db").exists()
    ran = program("bank", "calibrate", wide(tmp_path / "r.csv", constant), "--priors", "--json")
    assert ran.code == 0
    assert ran.json["notices"][0]["code"] == "constant_item"


def test_a_score_beyond_the_banks_is_refused(program, sittings, tmp_path):
    with Bank.open(sittings / "bank.db") as bank:
        single = next(e for e in bank.entries if e.parameters.max_score == 1 and family_of(e.id) == e.id)
    path = tmp_path / "r.csv"
    path.write_text(f"person,item,score\nana,{single.id},1\nbob,{single.id},0\ncyd,{single.id},3\n")
    ran = program("bank", "calibrate", path, "--bank", sittings / "bank.db", "--json")
    assert ran.code == ExitCode.RESPONSES
    assert (ran.json["error"], ran.json["item"], ran.json["person"]) == (
        "calibration.score",
        single.id,
        "cyd",
    )
