"""`kiosk start`: the candidate's screen on this terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from kiosk.locale import t

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=t("cli.start.help"))
def start(
    ctx: typer.Context, locked: Annotated[bool, typer.Option("--locked", help=t("cli.start.locked"))] = False
) -> None:
    from kiosk.candidate.app import run_candidate
    from kiosk.settings import Settings

    settings: Settings = ctx.obj

    def open_terminal():  # type: ignore[no-untyped-def]  # noqa: ANN202 - the type would import numpy before the first paint
        from kiosk.sitting.terminal import Terminal

        return Terminal.open(settings.data, settings.bank)

    raise typer.Exit(run_candidate(open_terminal, settings, locked=locked))
