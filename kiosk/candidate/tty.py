"""The terminal itself: is there one, where its cursor stands, is it still there.

The toolkit draws to the error stream and hides the cursor; here it draws to the output stream, and the cursor stays
visible, for magnifiers, Braille displays and people who look for where they are. What is private to the toolkit is
used in this file only.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App
    from textual.driver import Driver
    from textual.geometry import Offset

SMALLEST_WIDTH, SMALLEST_HEIGHT = 80, 24


def is_interactive() -> bool:
    """Whether a person can type and see here."""
    try:
        return bool(sys.__stdin__ and sys.__stdin__.isatty() and sys.__stdout__ and sys.__stdout__.isatty())
    except ValueError:
        return False


def has_hung_up() -> bool:
    """Whether the terminal that was there is gone (window closed, line dropped)."""
    try:
        import termios
    except ImportError:
        return False
    try:
        termios.tcgetattr(sys.__stdin__.fileno())  # type: ignore[union-attr]
    except (termios.error, AttributeError, ValueError, OSError):
        return True
    return False


def driver_class() -> type[Driver] | None:
    """The toolkit's driver of a terminal, drawing to the output stream; None where the toolkit knows better."""
    if sys.platform == "win32":
        return None
    from textual.drivers.linux_driver import LinuxDriver

    class ConsoleDriver(LinuxDriver):
        """Draws to standard output: standard error may be a log."""

        def __init__(
            self,
            app: App[Any],
            *,
            debug: bool = False,
            mouse: bool = True,
            size: tuple[int, int] | None = None,
        ) -> None:
            super().__init__(app, debug=debug, mouse=mouse, size=size)
            if sys.__stdout__ is not None:
                self._file = sys.__stdout__

    return ConsoleDriver


def show_cursor(app: App[Any]) -> None:
    """Make the terminal's cursor visible; the toolkit hides it when it starts."""
    _write(app, "\x1b[?25h")


def put_cursor(app: App[Any], place: Offset) -> None:
    """Move the terminal's cursor to a cell, now and after every repaint."""
    if app.cursor_position != place:
        app.cursor_position = place
        _write(app, f"\x1b[{place.y + 1};{place.x + 1}H")


def _write(app: App[Any], sequence: str) -> None:
    driver = app._driver
    if driver is not None and not driver.is_headless:
        driver.write(sequence)
        driver.flush()
