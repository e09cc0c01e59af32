"""Entry point of the `kiosk` command."""

from __future__ import annotations

import sys

_SCREENS = frozenset({"start", "demo"})


def main() -> None:
    """Run a command; foreseen failures end with their sentence and their exit code, never a traceback."""
    if _SCREENS.intersection(sys.argv[1:]):
        # Keys typed while Python loads must not kill the kiosk: this comes before every heavy import.
        from kiosk.candidate.keyboard_guard import guard

        guard()
    from kiosk.cli import app
    from kiosk.commands.report import run

    sys.exit(run(app))


if __name__ == "__main__":
    main()
