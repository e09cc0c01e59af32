"""`kiosk bank install`: take a release into use on this terminal, unreadable at rest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.commands.bank.arguments import AsJson
from kiosk.commands.report import as_json
from kiosk.errors import Failure
from kiosk.locale import t


def install(
    ctx: typer.Context,
    release: Annotated[
        Path, typer.Argument(help=t("release.file"), exists=True, dir_okay=False, metavar="RELEASE")
    ],
    json: AsJson = False,
) -> None:
    from kiosk.sitting import installed_bank
    from kiosk.sitting.terminal import KEYS
    from sync.keys import load_terminal

    directory = ctx.obj.data
    if not (directory / KEYS).is_dir():
        raise Failure("terminal.not_enrolled", path=str(directory))
    identity = load_terminal(directory / KEYS)
    digest = installed_bank.install(directory, release, identity.secret)
    opened = installed_bank.open_installed(directory, identity.secret)
    version = opened.bank.version
    items = len(opened.bank.entries)
    opened.bank.close()
    if json:
        as_json({"version": version, "digest": digest, "items": items})
    else:
        typer.echo(t("release.installed", version=version, items=items, digest=digest))
