"""What a start may cost: heavy modules load where they are used, and nowhere else."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "numpy",
    "textual",
    "rich",
    "typer",
    "cryptography",
    "sqlite_utils",
    "yaml",
    "starlette",
    "uvicorn",
    "ssl",
}


def loaded_by(statement: str) -> set[str]:
    """The heavy modules that a fresh interpreter holds after `statement`."""
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return HEAVY & {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import kiosk.__main__", set()),
        ("import kiosk.errors, kiosk.settings, kiosk.locale", set()),
        ("import kiosk.cli", {"typer"}),
        ("import kiosk.candidate.keyboard_guard", set()),
        (
            "sys.modules['ssl'] = None\nimport kiosk.candidate.launch, kiosk.candidate.app",
            {"textual", "rich", "ssl"},
        ),
        ("import kiosk.adaptive.engine", {"numpy"}),
        ("import kiosk.sitting.machine", {"numpy"}),
        ("import kiosk.sitting.terminal", {"numpy", "cryptography"}),
        ("import itembank.bank, itembank.scoring", set()),
        ("import sync.bundle, sync.outbox, sync.keys", {"cryptography"}),
    ],
)
def test_an_import_brings_no_more_than_it_needs(statement, allowed):
    assert loaded_by(statement) <= allowed


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["bank", "--help"], ["sync", "--help"]])
def test_help_loads_nothing_heavy(words):
    statement = f"""
import contextlib, io
sys.argv = ["kiosk", *{words!r}]
from kiosk.__main__ import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()"""
    assert loaded_by(statement) <= {"typer"}
