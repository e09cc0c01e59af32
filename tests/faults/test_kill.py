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
LENGTH = 40
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
    store.add_campaign(opened.connection, campaign(length=LENGTH))
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
    kills = finished = 0
    while kills < KILLS:
        pid = ask_for(sitter, prepared, code)
        lines = listen(sitter, ("begun", "resumed", "none", "gone"))
        assert lines[-1][0] != "gone", "the child died before it began"
        if lines[-1][0] == "none":
            # Killed right after its result was sealed, before it could say so: then the outbox holds one more.
            assert lines[-1][1] == "code.no_sitting"
            assert told == LENGTH, "a sitting under way disappeared"
            assert int(lines[-1][2]) == finished + 1, "the result is neither in the journal nor in the outbox"
            finished, code = finished + 1, "-"
            listen(sitter, ("gone",))
            continue
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
                finished += code != "-"
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
    found = []
    for path in directory.rglob("*"):
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):  # the log comes and goes as we look
            data = path.read_bytes()
            found += [path for form in forms if form in data]
    return found


def scan_while_running(sitter, site, code, most, kill_at=None):
    """Run, looking for traces after every line; the lines."""
    pid = ask_for(sitter, site, code, most)
    lines = []
    while not lines or lines[-1][0] != "gone":
        lines.append(sitter.stdout.readline().split())
        assert traces(site.directory) == [], lines[-1]
        if kill_at is not None and lines[-1][0] == kill_at:
            with contextlib.suppress(ProcessLookupError):  # it may be ahead of what we have read
                os.kill(pid, signal.SIGKILL)
    return lines


def test_nothing_typed_can_be_read_in_the_data_directory_at_any_moment(sitter, prepared):
    """Answers and name are looked for after every step, after a kill, and after the end."""
    first = scan_while_running(sitter, prepared, "-", most=20)
    code = first[0][1]
    assert len(first) > 40
    scan_while_running(sitter, prepared, code, most=30, kill_at="asked")
    scan_while_running(sitter, prepared, code, most=99)
    opened = prepared.open()
    assert outbox.status(opened.connection).pending == 1
    opened.close()
    assert traces(prepared.directory) == []
    (prepared.directory / "plain.txt").write_text(CANARY)
    assert traces(prepared.directory) != [], "the search itself works"
