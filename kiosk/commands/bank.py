"""`kiosk bank`: check, build and count the items."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.commands.report import Progress, as_json, table
from kiosk.errors import Failure
from kiosk.exit_codes import ExitCode
from kiosk.locale import t

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Paths = Annotated[list[Path] | None, typer.Argument(help=t("cli.bank.paths"), exists=True)]
AsJson = Annotated[bool, typer.Option("--json", help=t("cli.json"))]


def _today() -> date:
    return datetime.now(UTC).date()


@app.command(help=t("cli.bank.lint"))
def lint(paths: Paths = None, json: AsJson = False) -> None:
    from itembank.authoring import load_content, shipped_content
    from itembank.lint import check_balance, check_items, statistics

    content = load_content(paths or [shipped_content()])
    problems = [*content.problems, *check_items(content.authored, _today())]
    if not paths:
        problems += check_balance(content.items)
    counts = statistics(content.items)
    if json:
        listed = [
            {
                "code": p.code,
                "file": p.file,
                "line": p.line,
                "item": p.item,
                "message": _sentence(p.code, p.params),
            }
            for p in problems
        ]
        as_json({"problems": listed, **counts})
    else:
        for p in problems:
            place = f"{_near(p.file)}:{p.line}: " if p.file else ""
            said = _sentence(p.code, p.params)
            typer.echo(f"{place}{t('cli.line', name=p.item, said=said) if p.item else said} [{p.code}]")
        typer.echo(t("cli.bank.problems", n=len(problems)))
        _print_counts(counts)
    if problems:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def _near(file: str) -> str:
    """A path as short as it can be said from here."""
    path, here = Path(file).resolve(), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file


def _sentence(code: str, params: object) -> str:
    assert isinstance(params, dict)  # noqa: S101 - Problem's own contract
    return t(f"authoring.{code}", **{**params, "_": ""})


def _print_counts(counts: dict[str, object]) -> None:
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


@app.command(help=t("cli.bank.stats"))
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
        _print_counts(counts)


@app.command(help=t("cli.bank.build"))
def build(
    ctx: typer.Context,
    paths: Paths = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=t("cli.bank.output"), metavar="FILE")
    ] = None,
    version: Annotated[str | None, typer.Option(help=t("cli.bank.version"))] = None,
    json: AsJson = False,
) -> None:
    from itembank.authoring import load_content, shipped_content
    from itembank.build import build_bank
    from itembank.lint import check_items

    content = load_content(paths or [shipped_content()])
    problems = [*content.problems, *check_items(content.authored, _today())]
    # A due review is the author's business; it must not stop a technician from building what already shipped.
    blocking = [p for p in problems if p.code != "lint.review_due"]
    if blocking or not content.authored:
        raise Failure("bank.has_problems", count=len(blocking))
    path = output or ctx.obj.bank
    named = version or content.version
    digest = build_bank(content.authored, path, named, Progress(t("cli.bank.building")))
    if json:
        as_json({"path": str(path), "version": named, "digest": digest, "items": len(content.authored)})
    else:
        typer.echo(t("cli.bank.built", path=path, version=named, digest=digest, items=len(content.authored)))
