"""One item as a candidate sees it, for its author: the question screen and nothing around it; nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events

from kiosk.candidate import keyboard_guard, tty
from kiosk.candidate.app import CandidateApp
from kiosk.candidate.kept_sitting import KeptSitting
from kiosk.errors import Failure
from kiosk.exit_codes import ExitCode
from kiosk.sitting.machine import Sitting
from kiosk.sitting.terminal import Underway

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.sitting.journal import Journal
    from kiosk.sitting.terminal import Terminal


class PreviewApp(CandidateApp):
    """The candidate's application, straight at the question; it ends after the feedback or at the first way out."""

    def __init__(self, sitting: Sitting, settings: Settings, *, console: bool | None = None) -> None:
        super().__init__(_no_terminal, settings, console=console)
        self._sitting = sitting

    def on_ready(self, event: events.Ready) -> None:  # type: ignore[override]
        event.prevent_default()  # the toolkit would call the candidate's own handler too, which opens a terminal
        tty.show_cursor(self)
        self.run_worker(self._show())

    async def _show(self) -> None:
        from kiosk.candidate.screens.question import QuestionScreen

        # A sitting with no terminal behind it: the question screen asks it for questions and for the time, no more.
        underway = Underway(self._sitting, cast("Journal", None), None, "", None)
        kept = KeptSitting(self.keeper, cast("Terminal", None), underway, self.clock)
        self.begin_sitting(kept)
        await self.push_screen_wait(QuestionScreen(kept))
        self.end_sitting()
        self.leave(ExitCode.OK)


def _no_terminal() -> Terminal:
    raise AssertionError("a preview has no terminal")


def run_preview(sitting: Sitting, settings: Settings) -> int:
    """Show the one question of `sitting`; the exit code. Raises Failure ``terminal.no_screen`` without a terminal."""
    if not tty.is_interactive():
        raise Failure("terminal.no_screen")
    keyboard_guard.guard()
    app = PreviewApp(sitting, settings)
    try:
        code = app.run(mouse=False)
    finally:
        app.keeper.close()
        keyboard_guard.restore()
    return code if code is not None else app.return_code or ExitCode.OK
