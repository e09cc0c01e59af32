"""`kiosk demo`: a true test within a minute, in a throw-away folder — keys, bank, campaign and code included."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.locale import t
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.sitting.terminal import Terminal
    from sync.keys import RecipientPrivate

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=t("cli.demo.help"))
def demo(
    ctx: typer.Context,
    length: Annotated[int, typer.Option(help=t("cli.campaign.length"), min=1, max=128)] = 32,
    keep: Annotated[bool, typer.Option("--keep", help=t("cli.demo.keep"))] = False,
    linear: Annotated[bool, typer.Option("--linear", help=t("cli.start.linear"))] = False,
) -> None:
    from kiosk.sitting import access_code

    folder = Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    settings = replace(ctx.obj, data_dir=str(folder), bank_path="", collector_dir="")
    code = access_code.draw(access_code.ACCESS_LENGTH)
    keys: list[RecipientPrivate] = []

    def open_terminal() -> Terminal:
        terminal, key = prepared(settings, code, length)
        keys.append(key)
        return terminal

    try:
        if linear:
            from kiosk.candidate.linear.conversation import run_linear

            status = run_linear(open_terminal, demo_code=access_code.pretty(code))
        else:
            from kiosk.candidate.app import run_candidate

            status = run_candidate(open_terminal, settings, demo_code=access_code.pretty(code))
        if keys:
            _show_results(settings, keys[0])
        if keep:
            typer.echo(t("cli.demo.kept", path=folder))
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    raise typer.Exit(status)


def prepared(settings: Settings, code: str, length: int) -> tuple[Terminal, RecipientPrivate]:
    """Enrol a terminal, draw a counsellor's key, build the bank and a campaign with `code`; the opened terminal."""
    from itembank.framework import competences
    from kiosk.commands.shipped import build_shipped
    from kiosk.sitting import store
    from kiosk.sitting.campaign import Campaign, today
    from kiosk.sitting.terminal import Terminal, enrol
    from sync.keys import generate_recipient, trust_recipient

    enrol(settings.data)
    key = generate_recipient("counsellor", label="demo")
    trust_recipient(settings.data, key.card)
    build_shipped(settings.bank)
    terminal = Terminal.open(settings.data, settings.bank)
    campaign = Campaign(
        id="c-demo",
        code=code,
        title=t("cli.demo.title"),
        competences=tuple(c.id for c in competences()),
        length=length,
        created=today().isoformat(),
    )
    store.add_campaign(terminal.connection, campaign)
    return terminal, key


def _show_results(settings: Settings, key: RecipientPrivate) -> None:
    """What the counsellor would read of the results made in this demonstration."""
    from kiosk.counsellor.bundles import open_all
    from kiosk.counsellor.results import described

    opened, _ = open_all(settings, None, key, [])
    for one in opened:
        typer.echo(t("cli.demo.as_counsellor"))
        for line in described(one):
            typer.echo(line)
