"""`kiosk bank stats`: how many items there are, of what kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.commands.bank.arguments import AsJson
from kiosk.commands.report import as_json, table
from kiosk.errors import Failure
from kiosk.locale import t


def print_counts(counts: dict[str, object]) -> None:
    """Print what `itembank.lint.statistics` counted."""
    typer.echo(t("cli.bank.counts", items=counts["items"], families=counts["families"]))
    for key in ("by_competence", "by_level", "by_interaction", "by_language"):
        group = counts[key]
        assert isinstance(group, dict)  # noqa: S101 - statistics' own contract
        typer.echo("")
        table([t(f"cli.bank.{key}"), t("cli.bank.items")], group.items())
    typer.echo("")
    for key in ("single_choice_share", "choice_share", "task_share"):
        share = counts[key]
        assert isinstance(share, float)  # noqa: S101 - statistics' own contract
        typer.echo(f"{t(f'cli.bank.{key}')} {share:.0%}".replace("%", "\u202f%"))


def stats(
    bank: Annotated[Path | None, typer.Option(help=t("cli.bank.file"), metavar="FILE")] = None,
    json: AsJson = False,
) -> None:
    from itembank.authoring import load_content, shipped_content
    from itembank.bank import Bank
    from itembank.lint import statistics

    if bank is not None:
        with Bank.open(bank) as opened:
            counts = statistics([opened.item(entry.id) for entry in opened.entries])
    else:
        content = load_content([shipped_content()])
        if content.problems:
            raise Failure("bank.has_problems", count=len(content.problems))
        counts = statistics(content.items)
    if json:
        as_json(counts)
    else:
        print_counts(counts)
