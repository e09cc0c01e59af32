"""The welcome screen loads what it shows, and nothing of what a sitting needs."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "numpy",
    "cryptography",
    "sqlite_utils",
    "yaml",
    "kiosk.sitting.terminal",
    "itembank.tasks",
    "kiosk.adaptive",
)


def test_the_first_screen_loads_nothing_of_a_sitting() -> None:
    code = f"import sys, kiosk.candidate.app; print([m for m in {HEAVY!r} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"
