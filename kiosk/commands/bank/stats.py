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
    typer.echo(t("authoring.stats.clones", clones=counts["clones"], generated=counts["generated"]))
    typer.echo(t("authoring.stats.skills", skills=counts["skills"]))
    matrix = counts["competence_by_level"]
    assert isinstance(matrix, dict)  # noqa: S101 - statistics' own contract
    levels = sorted({level for row in matrix.values() for level in row})
    typer.echo("")
    typer.echo(t("authoring.stats.matrix"))
    table(
        [t("cli.bank.by_competence"), *levels, t("cli.bank.items")],
        [[c, *(row.get(level, 0) for level in levels), sum(row.values())] for c, row in matrix.items()],
    )
    for key in ("by_interaction", "by_sector", "by_language"):
        group = counts[key]
        assert isinstance(group, dict)  # noqa: S101 - statistics' own contract
        typer.echo("")
        table([t(f"authoring.stats.{key}"), t("cli.bank.items")], group.items())
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
    from itembank.lint import coverage_of, statistics
    from itembank.wordings import wording_name

    if bank is not None:
        with Bank.open(bank) as opened:
            items = [opened.item(entry.id) for entry in opened.entries]
            named = {i.id: {wording_name(*w) for w in opened.wordings(i.id)} for i in items}
    else:
        content = load_content([shipped_content()])
        if content.problems:
            raise Failure("bank.has_problems", count=len(content.problems))
        items = list(content.items)
        named = {a.item.id: {w.name for w in a.wordings} for a in content.authored}
    counts = statistics(items)
    wordings = {name: coverage_of(items, named, name) for name in ("plain", "en")}
    if json:
        as_json({**counts, "wordings": wordings})
        return
    print_counts(counts)
    typer.echo("")
    headings = [t("authoring.stats.wording"), t("authoring.stats.families"), t("authoring.stats.of")]
    table(headings, [(t(f"authoring.stats.{n}"), c["families"], c["of"]) for n, c in wordings.items()])
