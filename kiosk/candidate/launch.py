"""Open the candidate's test on this machine's terminal, on the screen or in lines; what is heavy is imported late."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.sitting.terminal import Terminal


def launch(settings: Settings, *, locked: bool, linear: bool = False) -> int:
    """Run the candidate's application until it is left; its exit code. `linear`, or the setting, asks for plain lines."""
    # Matrices of sixteen rows are too small to share out: other threads would only cost memory and wake-ups.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    def open_terminal() -> Terminal:
        from kiosk.sitting.terminal import Terminal

        return Terminal.open(settings.data, settings.bank)

    if linear or settings.candidate_mode == "linear":
        from kiosk.candidate.linear.conversation import run_linear

        return run_linear(open_terminal, locked=locked)
    from kiosk.candidate.app import run_candidate

    return run_candidate(open_terminal, settings, locked=locked)
