"""The candidate's application: it paints the welcome, opens the terminal's keys and bank, then follows the codes.

Nothing leads out of it by accident: no toolkit shortcut is kept, the keyboard's signals are ignored, and only F10 on
the welcome screen leaves, where that is allowed.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.segment import Segments
from textual import events
from textual.app import App
from textual.screen import Screen

from kiosk.candidate import keyboard_guard, themes, tty
from kiosk.candidate.fair_clock import FairClock
from kiosk.candidate.faults import explained, is_foreseen
from kiosk.candidate.keeper import Keeper
from kiosk.candidate.screens.welcome import WelcomeScreen
from kiosk.errors import Failure, code_and_params, sentence
from kiosk.exit_codes import ExitCode, exit_code_for
from kiosk.locale import language, set_language, t
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.candidate.kept_sitting import KeptSitting
    from kiosk.sitting.terminal import Terminal

BOUNCE_SECONDS = 0.3
"""A deciding key that comes again within this many seconds is the same press."""
DECIDING_KEYS = frozenset({"enter", "f3", "f4"})
CLEARS_AFTER = 180.0
"""Seconds without a key after which the welcome screen forgets what was typed, and the language."""


class CandidateApp(App[int], inherit_bindings=False):
    """See the module. `open_terminal` is called once, in the keeper's thread, right after the first paint."""

    CSS_PATH = Path(__file__).with_name("base.tcss")
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    AUTO_FOCUS = ""

    def __init__(
        self,
        open_terminal: Callable[[], Terminal],
        settings: Settings,
        *,
        demo_code: str | None = None,
        locked: bool = False,
        console: bool | None = None,
    ) -> None:
        self._palette = themes.palette_name(
            settings.candidate_theme, console=themes.has_few_colours() if console is None else console
        )
        super().__init__(driver_class=tty.driver_class())
        self.settings = settings
        self.keeper = Keeper()
        self.clock = FairClock()
        self.bounce_seconds = BOUNCE_SECONDS
        self.kept: KeptSitting | None = None
        self.trouble: BaseException | None = None
        self._open_terminal = open_terminal
        self._terminal: asyncio.Future[Terminal | BaseException] | None = None
        self._demo_code = demo_code
        self._locked = locked
        self._large = settings.candidate_layout == "large"
        self._first_language = language()
        self._last_key = monotonic()
        self._last_pressed = ("", 0.0)
        self._leaving = False
        self.animation_level = "none"
        self.role_styles = themes.role_styles(self._palette)
        self.register_theme(themes.toolkit_theme(self._palette))
        self.theme = f"kiosk-{self._palette}"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variables(themes.PALETTES[self._palette])

    def get_default_screen(self) -> Screen[Any]:
        self._welcome = WelcomeScreen(self._demo_code, can_quit=not self._locked)
        return self._welcome

    # --- beginning and end ---

    def on_mount(self) -> None:
        self._set_roomy(self._large)
        keyboard_guard.ignore_signals()  # the toolkit took one back
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, self._told_to_leave)
            loop.add_signal_handler(signal.SIGHUP, self._leave_if_hung_up)
            self.set_interval(5.0, self._leave_if_hung_up)
        self.set_interval(10.0, self._tidy_welcome)

    def on_ready(self) -> None:
        tty.show_cursor(self)
        self._terminal = asyncio.get_running_loop().create_future()
        self.run_worker(self._open())

    async def _open(self) -> None:
        """Open the terminal; a foreseen failure gets a screen of its own."""
        assert self._terminal is not None  # noqa: S101 - `on_ready` made it
        try:
            terminal = await self.keeper.call(self._open_terminal)
        except Exception as fault:
            if not is_foreseen(fault):
                raise
            self.trouble = fault
            self._terminal.set_result(fault)
            await self._show_trouble(fault)
            return
        self._terminal.set_result(terminal)
        if terminal.bank_fault and not self._welcome.busy:
            self._welcome.say(t("candidate.welcome.older_bank"), "quiet")

    async def _show_trouble(self, fault: BaseException) -> None:
        from kiosk.candidate.screens.trouble import TroubleScreen

        screen = TroubleScreen(
            explained(fault),
            comfort=t("candidate.trouble.staff"),
            retry=self._locked,
            can_quit=not self._locked,
        )
        await self.push_screen_wait(screen)
        if not self._locked:
            self.leave(_exit_code(fault))
            return
        self.trouble = None
        self._terminal = asyncio.get_running_loop().create_future()
        await self._open()

    def leave(self, code: int = ExitCode.OK) -> None:
        """End the application; what is asked of the keeper is finished first."""
        if not self._leaving:
            self._leaving = True
            self.run_worker(self._leave(code), exit_on_error=False)

    async def _leave(self, code: int) -> None:
        try:
            if self.kept is not None and not self.kept.is_over:
                self.kept.out_of_sight()
                await self.kept.note("paused")
        except Exception as fault:
            if not is_foreseen(fault):
                raise
        finally:
            terminal = self._terminal.result() if self._terminal and self._terminal.done() else None
            if terminal is not None and not isinstance(terminal, BaseException):
                await self.keeper.call(terminal.close)
            self.exit(code)

    def _told_to_leave(self) -> None:
        self.leave(ExitCode.OK)

    def _leave_if_hung_up(self) -> None:
        if tty.has_hung_up():
            self.leave(ExitCode.OK)

    async def action_quit(self) -> None:
        """Not here: F10 on the welcome screen is the way out."""

    def action_suspend_process(self) -> None:
        """Not here."""

    def _fatal_error(self) -> None:
        """Show where a defect struck. The toolkit's own would print local variables: an answer must not reach a log."""
        from rich.traceback import Traceback

        self.bell()
        trace = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(Segments(self.console.render(trace, self.console.options)))
        self._close_messages_no_wait()

    # --- one candidate ---

    def on_welcome_screen_code_given(self, event: WelcomeScreen.CodeGiven) -> None:
        event.stop()
        if not self._welcome.busy and not self._leaving:
            self._welcome.busy = True
            self.run_worker(self._follow(event.typed))

    async def _follow(self, typed: str) -> None:
        """From a typed code back to the welcome screen."""
        from kiosk.candidate import flow

        self._welcome.say(t("candidate.wait.code"), "quiet")
        while self._terminal is None or not self._terminal.done():
            await asyncio.sleep(0.05)
        terminal = self._terminal.result()
        if isinstance(terminal, BaseException):
            self._welcome.busy = False
            return
        words = await flow.from_code(self, terminal, typed)
        if words:
            self._welcome.busy = False
            self._welcome.say(words)
        else:
            set_language(self._first_language)
            self._set_roomy(self._large)
            self._welcome.begin_again()

    def begin_sitting(self, kept: KeptSitting) -> None:
        """A sitting is under way: leaving notes a pause in it; its layout holds until it ends."""
        self.kept = kept
        self._set_roomy(self._large or kept.plan.large_print)

    def end_sitting(self) -> None:
        """The sitting is put away or left for later."""
        self.kept = None

    # --- keys, size, layout ---

    @property
    def idle_seconds(self) -> float:
        """Seconds since the last key."""
        return monotonic() - self._last_key

    def _is_bounce(self, event: events.Key) -> bool:
        """Whether a key is the same press as the last one: a key held down, or a trembling hand.

        Only keys that decide something, and only one right after itself; lines of a text may be skipped at will.
        """
        key, now = event.key, event.time  # when it was pressed, not when a busy machine came to look at it
        before, self._last_pressed = self._last_pressed, (key, now)
        if key not in DECIDING_KEYS or getattr(self.focused, "takes_lines", False):
            return False
        return key == before[0] and now - before[1] < self.bounce_seconds

    @staticmethod
    def is_too_small(width: int, height: int) -> bool:
        """Whether the screens do not fit."""
        return width < tty.SMALLEST_WIDTH or height < tty.SMALLEST_HEIGHT

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._last_key = monotonic()
            if self._is_bounce(event) or self._leaving or self.is_too_small(*self.size):
                return  # nothing is pressed twice by accident, nor blindly
        await super().on_event(event)

    def _set_roomy(self, roomy: bool) -> None:
        self.roomy = roomy
        self.set_class(roomy, "-roomy")

    def _tidy_welcome(self) -> None:
        """What someone left half typed is not the next person's."""
        if self.screen is self._welcome and not self._welcome.busy and self.idle_seconds > CLEARS_AFTER:
            set_language(self._first_language)
            self._welcome.begin_again()
            self._last_key = monotonic()


def _exit_code(fault: BaseException) -> int:
    found = code_and_params(fault)
    code = found[0] if found else getattr(fault, "code", "")
    return exit_code_for(code)


def run_candidate(
    open_terminal: Callable[[], Terminal],
    settings: Settings,
    *,
    demo_code: str | None = None,
    locked: bool = False,
) -> int:
    """Run the candidate's screens until someone leaves; the exit code.

    `open_terminal` is called in a thread after the first paint, so that it may be slow; what it raises is shown.
    `demo_code` is shown on the welcome screen; `locked` takes the way out away. Raises Failure ``terminal.no_screen``
    where there is no terminal.
    """
    if not tty.is_interactive():
        raise Failure("terminal.no_screen")
    keyboard_guard.guard()
    app = CandidateApp(open_terminal, settings, demo_code=demo_code, locked=locked)
    try:
        code = app.run(mouse=False)
    finally:
        app.keeper.close()
        keyboard_guard.restore()
    if app.trouble is not None:
        words = sentence(app.trouble)
        if words:
            sys.stderr.write(words + "\n")
    return code if code is not None else app.return_code or ExitCode.OK
