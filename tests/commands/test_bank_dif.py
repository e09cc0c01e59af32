"""`kiosk bank dif` as a psychometrician runs it."""

from __future__ import annotations

import numpy as np
import pytest

from itembank.calibration.clones import family_of
from itembank.response_model import category_probabilities
from kiosk.exit_codes import ExitCode


def simulated(people=1000, items=12, seed=1):
    """Item ``i1`` is 0.9 logit harder for women; (table, sex)."""
    rng = np.random.default_rng(seed)
    woman = np.arange(2 * people) % 2 == 1
    linear = (
        rng.normal(size=(2 * people, 1))
        - np.linspace(-1, 1, items)
        - 0.9 * woman[:, None] * (np.arange(items) == 0)
    )
    return (linear + rng.logistic(size=linear.shape) > 0).astype(int), np.where(woman, "F", "M")


@pytest.fixture
def file(tmp_path):
    def made(table, groups, header="person,sex", rows=lambda p, group: f"p{p},{group}"):
        path = tmp_path / "responses.csv"
        names = [f"i{n + 1}" for n in range(table.shape[1])]
        lines = [
            ",".join([rows(p, group), *("" if s < 0 else str(s) for s in row)])
            for p, (row, group) in enumerate(zip(table.tolist(), groups, strict=True))
        ]
        path.write_text("\n".join([",".join([header, *names]), *lines]) + "\n", encoding="utf-8")
        return path

    return made


def test_table_in_plain_words(kiosk, file):
    ran = kiosk("bank", "dif", file(*simulated()), "--group", "sex", "--reference", "M")
    assert ran.code == 0, ran.err
    assert ran.err == ""
    assert "F (1000 personnes) comparé à M (1000 personnes)" in ran.out
    rows = {line.split()[0]: line for line in ran.out.splitlines() if line.startswith("i")}
    assert "plus difficile pour F" in rows["i1"]
    assert rows["i1"].split()[1] == "C"
    assert "<0.0001" in rows["i1"]
    assert all(rows[f"i{n}"].split()[1] == "A" for n in range(2, 13))
    english = kiosk("bank", "dif", file(*simulated()), "--group", "sex", KIOSK_LANG="en")
    assert "harder for F" in english.out


def test_json(kiosk, file):
    found = kiosk("bank", "dif", file(*simulated()), "--group", "sex", "--focal", "F", "--json").json
    assert (found["group"], found["reference"], found["parameters_from"]) == ("sex", "M", None)
    (comparison,) = found["comparisons"]
    assert comparison["focal"] == "F"
    assert comparison["matching"] == "total_score"
    assert comparison["left_out"] == ["i1"]
    first = comparison["items"][0]
    assert (first["id"], first["class"], first["harder_for"]) == ("i1", "C", "F")
    assert first["mh_d_dif"] < -1.5
    assert first["mh_d_dif"] == pytest.approx(-2.35 * first["mh_log_odds_ratio"])
    assert first["logistic"]["p"] < 1e-6
    assert first["logistic"]["group"] < 0


def test_adaptive_answers_without_their_bank(kiosk, file):
    table, sex = simulated(1500)
    table[np.random.default_rng(2).random(table.shape).argsort(axis=1) >= 8] = -1
    found = kiosk("bank", "dif", file(table, sex), "--group", "sex", "--json").json
    assert found["parameters_from"] == "responses"
    assert found["comparisons"][0]["matching"] == "expected_ability"
    unfair = [one["id"] for one in found["comparisons"][0]["items"] if one["class"] != "A"]
    assert unfair == ["i1"]


def test_adaptive_answers_with_their_bank(kiosk, bank, bank_path, tmp_path):
    """Long layout, several competences, tasks with several points, some of the bank only."""
    rng = np.random.default_rng(3)
    entries = [entry for entry in bank.entries if entry.competence in ("1.1", "1.2", "2.1")][:40]
    competences = sorted({entry.competence for entry in entries})
    theta = rng.multivariate_normal(np.zeros(3), np.full((3, 3), 0.6) + 0.4 * np.eye(3), 900)
    lines = ["person,item,score,input"]
    for person, abilities in enumerate(theta):
        keyboard = person % 2
        for place in rng.choice(len(entries), 24, replace=False):
            entry = entries[place]
            harder = 1.5 * keyboard if family_of(entry.id) == family_of(entries[0].id) else 0
            ability = abilities[competences.index(entry.competence)] - harder
            p = category_probabilities(entry.parameters, np.array([ability]))[:, 0]
            score = int((rng.random() > np.cumsum(p)[:-1]).sum())
            lines.append(f"p{person},{entry.id},{score},{('mouse', 'keyboard')[keyboard]}")
    path = tmp_path / "long.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    ran = kiosk(
        "bank", "dif", path, "--group", "input", "--reference", "mouse", "--bank", bank_path, "--json"
    )
    assert ran.code == 0, ran.err
    found = ran.json
    assert found["parameters_from"] == "bank"
    (comparison,) = found["comparisons"]
    assert [(one["id"], one["harder_for"]) for one in comparison["items"] if one["class"] != "A"] == [
        (family_of(entries[0].id), "keyboard")
    ]
    assert len(comparison["items"]) == len({family_of(entry.id) for entry in entries})
    points = {family_of(entry.id): len(entry.parameters.b) for entry in entries}
    assert all(("mh_d_dif" in one) == (points[one["id"]] == 1) for one in comparison["items"])
    said = kiosk("bank", "dif", path, "--group", "input", "--bank", bank_path)
    assert "banque" in said.out
    assert "plus difficile pour keyboard" in said.out


def test_a_column_of_abilities(kiosk, file):
    table, sex = simulated()
    ability = iter(table[:, 1:].sum(axis=1) / 4 - 1.5)
    path = file(table, sex, "person,sex,ability", lambda p, group: f"p{p},{group},{next(ability)}")
    found = kiosk("bank", "dif", path, "--group", "sex", "--json").json
    assert found["comparisons"][0]["matching"] == "given_ability"
    assert found["comparisons"][0]["items"][0]["class"] == "C"


def test_small_groups_are_named_and_left_out(kiosk, file):
    table, sex = simulated()
    sex[:40], sex[40:43] = "X", ""
    ran = kiosk("bank", "dif", file(table, sex), "--group", "sex")
    assert ran.code == 0, ran.err
    assert "X (40)" in ran.out
    assert "3 personnes sans groupe connu" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--group", "town"], ExitCode.RESPONSES, "town"),
        (["--group", "sex", "--focal", "Q"], ExitCode.RESPONSES, "F (100), M (100)"),
        (["--group", "sex", "--reference", "F", "--focal", "F"], ExitCode.RESPONSES, "lui-même"),
        (["--group", "sex", "--bank", "/nowhere"], ExitCode.BANK, "/nowhere"),
        (["--group", "sex", "--column", "region"], ExitCode.RESPONSES, "region"),
        (["--group", "sex", "--lowest-score", "1"], ExitCode.RESPONSES, "--lowest-score"),
        ([], ExitCode.USAGE, "--group"),
    ],
)
def test_what_cannot_be_done(kiosk, file, words, code, said):
    ran = kiosk("bank", "dif", file(*simulated(100)), *words)
    assert ran.code == code, ran
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_too_few_people(kiosk, file):
    ran = kiosk("bank", "dif", file(*simulated(60)), "--group", "sex")
    assert ran.code == ExitCode.RESPONSES
    assert "F (60), M (60)" in ran.err
    assert "100" in ran.err


def test_items_that_the_bank_does_not_hold(kiosk, file, bank_path):
    ran = kiosk("bank", "dif", file(*simulated(100)), "--group", "sex", "--bank", bank_path)
    assert ran.code == ExitCode.RESPONSES
    assert "i1" in ran.err


def test_a_broken_file(kiosk, tmp_path):
    path = tmp_path / "broken.csv"
    path.write_text("sex,i1,i2\nF,1\n", encoding="utf-8")
    ran = kiosk("bank", "dif", path, "--group", "sex", "--json")
    assert ran.code == ExitCode.RESPONSES
    assert ran.json["error"] == "responses.ragged"
    assert (ran.json["file"], ran.json["line"]) == (str(path), 2)
    assert kiosk("bank", "dif", tmp_path / "absent.csv", "--group", "sex").code == ExitCode.STORAGE
    assert kiosk("bank", "dif", tmp_path, "--group", "sex").code == ExitCode.STORAGE
