"""The `kiosk` command: thin, and lazy — a group's module is imported when one of its commands runs.

Each group stands in a file of its own: the counsellor's in `counsellor/`, the technician's in `commands/`.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kiosk import __version__
from kiosk.locale import LANGUAGES, set_language, t

GROUPS: dict[str, tuple[str, str]] = {
    "start": ("kiosk.commands.start", "cli.start.help"),
    "demo": ("kiosk.commands.demo", "cli.demo.help"),
    "campaign": ("kiosk.counsellor.campaigns", "cli.campaign.help"),
    "results": ("kiosk.counsellor.results", "cli.results.help"),
    "keys": ("kiosk.commands.keys", "cli.keys.help"),
    "sync": ("kiosk.commands.sync", "cli.sync.help"),
    "collector": ("kiosk.commands.collector", "cli.collector.help"),
    "bank": ("kiosk.commands.bank", "cli.bank.help"),
    "sitting": ("kiosk.commands.sitting", "sitting.help"),
    "simulate": ("kiosk.commands.simulate", "cli.simulate.help"),
}
"""Command or group -> the module that holds its Typer `app`, and its one-line help."""


class LazyGroups(TyperGroup):
    """Lists every group from the table above; imports only the one that runs."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(GROUPS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A light stand-in: enough for the list of commands and for suggesting a near name."""
        if cmd_name not in GROUPS:
            return None
        stub = typer.Typer()
        stub.command(cmd_name, help=t(GROUPS[cmd_name][1]))(_nothing)
        return typer.main.get_command(stub)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command that runs: its module is imported here and nowhere else."""
        name = args[0] if args else ""
        if name not in GROUPS:
            return super().resolve_command(ctx, args)
        command = typer.main.get_command(import_module(GROUPS[name][0]).app)
        command.name, command.help = name, t(GROUPS[name][1])
        return name, command, args[1:]


def _nothing() -> None:
    """Body of the stand-ins."""


app = typer.Typer(
    cls=LazyGroups,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kiosk {__version__}")
        raise typer.Exit


def _language(code: str | None) -> str | None:
    if code is not None and code not in LANGUAGES:
        raise typer.BadParameter(", ".join(LANGUAGES))
    return code


@app.callback(help=t("cli.help"))
def root(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option(help=t("cli.config"), metavar="FILE")] = None,
    lang: Annotated[str | None, typer.Option(help=t("cli.lang"), callback=_language)] = None,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help=t("cli.version"))
    ] = False,
) -> None:
    from kiosk import settings

    del version
    ctx.obj = settings.load(config)
    set_language(lang or os.environ.get("KIOSK_LANG") or ctx.obj.language)
