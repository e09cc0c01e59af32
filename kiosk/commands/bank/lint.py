"""`kiosk bank lint`: check the items, count the bank."""

from __future__ import annotations

from pathlib import Path

import typer

from kiosk.commands.bank.arguments import AsJson, Paths, today
from kiosk.commands.bank.stats import print_counts
from kiosk.commands.report import as_json
from kiosk.exit_codes import ExitCode
from kiosk.locale import t


def lint(paths: Paths = None, json: AsJson = False) -> None:
    from itembank.authoring import load_content, shipped_content
    from itembank.lint import check_balance, check_items, statistics

    content = load_content(paths or [shipped_content()])
    problems = [*content.problems, *check_items(content.authored, today())]
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
        print_counts(counts)
    if problems:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def _near(file: str) -> str:
    """A path as short as it can be said from here."""
    path, here = Path(file).resolve(), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file


def _sentence(code: str, params: object) -> str:
    assert isinstance(params, dict)  # noqa: S101 - Problem's own contract
    return t(f"authoring.{code}", **{**params, "_": ""})
