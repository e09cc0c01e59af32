"""`kiosk start`: the candidate's screen on this terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from kiosk.locale import t

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=t("cli.start.help"))
def start(
    ctx: typer.Context,
    locked: Annotated[bool, typer.Option("--locked", help=t("cli.start.locked"))] = False,
    linear: Annotated[bool, typer.Option("--linear", help=t("cli.start.linear"))] = False,
) -> None:
    from kiosk.candidate.launch import launch

    raise typer.Exit(launch(ctx.obj, locked=locked, linear=linear))
