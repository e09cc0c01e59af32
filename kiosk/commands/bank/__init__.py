"""`kiosk bank`: one command a file; this page only lists them."""

from __future__ import annotations

import typer

from kiosk.commands.bank.build import build
from kiosk.commands.bank.lint import lint
from kiosk.commands.bank.stats import stats
from kiosk.locale import t

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

for name, command, help_key in (
    ("lint", lint, "cli.bank.lint"),
    ("stats", stats, "cli.bank.stats"),
    ("build", build, "cli.bank.build"),
):
    app.command(name, help=t(help_key))(command)
