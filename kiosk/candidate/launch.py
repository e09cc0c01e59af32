"""Open the candidate's screen on this machine's terminal; what is heavy is imported after the first paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.sitting.terminal import Terminal


def launch(settings: Settings, *, locked: bool) -> int:
    """Run the candidate's application until it is left; its exit code."""
    from kiosk.candidate.app import run_candidate

    def open_terminal() -> Terminal:
        from kiosk.sitting.terminal import Terminal

        return Terminal.open(settings.data, settings.bank)

    return run_candidate(open_terminal, settings, locked=locked)
