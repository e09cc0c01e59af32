"""Arguments that several `kiosk bank` commands share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.locale import t

Paths = Annotated[list[Path] | None, typer.Argument(help=t("cli.bank.paths"), exists=True)]
AsJson = Annotated[bool, typer.Option("--json", help=t("cli.json"))]


def today() -> date:
    """The day against which review dates are held."""
    return datetime.now(UTC).date()
