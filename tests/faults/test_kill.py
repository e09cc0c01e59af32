"""SIGKILL at any moment of a sitting: no acknowledged answer is lost, and the very same question comes back."""

from __future__ import annotations

import base64
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.sitting import store
from sync import outbox
from tests.faults.sitting_process import CANARY

KILLS = 60
ROOT = Path(__file__).parents[2]


@pytest.fixture
def sitter():
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.sitting_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    yield process
    process.stdin.close()
    process.wait(timeout=20)
    process.stdout.close()


@pytest.fixture
def prepared(site, campaign):
    opened = site.open()
    store.add_campaign(opened.connection, campaign(length=40))
    opened.close()
    return site


def ask_for(sitter, site, code, most=99):
    sitter.stdin.write(f"{site.directory} {site.bank_path} {code} {most}\n")
    sitter.stdin.flush()
    word, pid = sitter.stdout.readline().split()
    assert word == "pid"
    return int(pid)


def listen(sitter, until):
    """Lines up to and including the first that begins with one of `until`."""
    lines = []
    while True:
        line = sitter.stdout.readline().split()
        if not line:
            raise AssertionError(f"the process ended early: {lines}")
        lines.append(line)
        if line[0] in until:
            return lines


def test_no_acknowledged_answer_is_lost_in_60_kills(sitter, prepared):
    rng = random.Random(11)
    code, told, shown = "-", 0, None
    kills = 0
    while kills < KILLS:
        pid = ask_for(sitter, prepared, code)
        lines = listen(sitter, ("begun", "resumed", "gone"))
        if lines[-1][0] == "gone":
            raise AssertionError("the child died before it began")
        if lines[-1][0] == "begun":
            code, told, shown = lines[-1][1], 0, None
        else:
            resumed = int(lines[-1][1])
            assert told <= resumed <= told + 1, "an acknowledged answer was lost"
            if resumed == told and shown is not None:
                assert lines[-1][2] == shown, "another question came back"
            told, shown = resumed, lines[-1][2] if lines[-1][2] != "-" else None
        time.sleep(rng.random() * 0.02)
        with contextlib.suppress(ProcessLookupError):  # it may just have got to the end
            os.kill(pid, signal.SIGKILL)
        ended = False
        for line in listen(sitter, ("gone",)):
            if line[0] == "asked":
                shown = line[1]
            elif line[0] == "answered":
                told, shown = int(line[1]), None
            elif line[0] in ("finished", "end"):
                code, ended = "-", True  # it got to the end: another candidate sits down
        kills += not ended
    if code != "-":
        ask_for(sitter, prepared, code)
        assert ["finished"] in listen(sitter, ("gone",))
    opened = prepared.open()
    assert outbox.status(opened.connection).pending >= 1
    assert opened.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    opened.close()


def traces(directory: Path) -> list[Path]:
    """Files that hold the canary in a form a search would find."""
    words = [CANARY, CANARY.split(" ", maxsplit=1)[0]]
    forms = [w.encode(e) for w in words for e in ("utf-8", "utf-16-le")]
    forms += [base64.b64encode(w.encode())[:-4] for w in words] + [w.encode().hex().encode() for w in words]
    return [
        path
        for path in directory.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


def test_nothing_typed_can_be_read_in_the_data_directory_at_any_moment(sitter, prepared):
    """Answers and name are looked for after every step, after a kill, and after the end."""
    code = "-"
    steps = 0
    pid = ask_for(sitter, prepared, code, most=99)
    while True:
        line = sitter.stdout.readline().split()
        steps += 1
        assert traces(prepared.directory) == [], line
        if line[0] == "begun":
            code = line[1]
        if line[0] == "answered" and int(line[1]) == 20:
            os.kill(pid, signal.SIGKILL)
        if line[0] == "gone":
            break
    ask_for(sitter, prepared, code)
    assert ["finished"] in listen(sitter, ("gone",))
    assert traces(prepared.directory) == []
    assert steps > 40
    (prepared.directory / "plain.txt").write_text(CANARY)
    assert traces(prepared.directory) != [], "the search itself works"
