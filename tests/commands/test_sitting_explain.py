"""`kiosk sitting explain`: from a sealed result, through the counsellor's key, to why each question was asked."""

from __future__ import annotations

import json

import pytest

from kiosk.exit_codes import ExitCode
from tests.commands.sittings import sit


@pytest.fixture
def opened(enrolled, campaign):
    """The file that `kiosk results show --json` writes."""
    sit(enrolled, campaign(), most=14)
    found = enrolled("results", "list", "--json").json["results"][0]["id"]
    shown = enrolled("results", "show", found, "--json")
    assert shown.code == 0
    path = enrolled.folder / "result.json"
    path.write_text(shown.out, encoding="utf-8")
    return path


def test_a_sealed_result_is_explained_question_by_question(enrolled, opened):
    shown = enrolled("sitting", "explain", opened)
    assert shown.code == 0, shown.err
    lines = shown.out.splitlines()
    assert "14" in lines[0]
    items = [r["item"] for r in json.loads(opened.read_text())["report"]["responses"]]
    assert all(any(item in line for line in lines) for item in items)
    assert "au bit près" in lines[-1]

    found = enrolled("sitting", "explain", opened, "--json").json
    assert found["same"]
    assert found["bit_for_bit"]
    assert [s["item"] for s in found["steps"]] == items
    assert {"gain", "rank", "candidates", "rule", "expected_share", "weight", "before"} <= set(
        found["steps"][0]
    )


def test_a_result_changed_afterwards_is_told_and_ends_with_a_code(enrolled, opened):
    whole = json.loads(opened.read_text())
    one = whole["report"]["responses"][3]
    one["points"] = one["maximum"] - one["points"]
    opened.write_text(json.dumps(whole))
    shown = enrolled("sitting", "explain", opened)
    assert shown.code == ExitCode.PROBLEMS_FOUND
    assert "question 4" in shown.out
    assert not enrolled("sitting", "explain", opened, "--json").json["same"]


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"report": {}}', "[" * 100_000, "\xff"])
def test_what_is_no_result_is_refused_in_a_sentence(enrolled, text):
    path = enrolled.folder / "nothing.json"
    path.write_bytes(text.encode("latin-1"))
    shown = enrolled("sitting", "explain", path)
    assert shown.code == ExitCode.NOT_FOUND
    assert "Traceback" not in shown.err
    assert shown.err.strip()


def test_a_missing_file_and_another_bank_are_told_apart(enrolled, opened):
    assert enrolled("sitting", "explain", enrolled.folder / "none.json").code == ExitCode.STORAGE
    whole = json.loads(opened.read_text())
    whole["report"]["trace"]["plan"]["bank_digest"] = "0" * 64
    opened.write_text(json.dumps(whole))
    shown = enrolled("sitting", "explain", opened)
    assert shown.code == ExitCode.BANK
