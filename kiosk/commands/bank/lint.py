"""`kiosk bank lint`: check the items, count the bank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.commands.bank.arguments import AsJson, Paths, today
from kiosk.commands.bank.stats import print_counts
from kiosk.commands.report import Progress, as_json
from kiosk.exit_codes import ExitCode
from kiosk.locale import t

if TYPE_CHECKING:
    from itembank.authoring import Problem


def lint(
    paths: Paths = None,
    strict: Annotated[bool, typer.Option("--strict", help=t("authoring.lint_command.strict"))] = False,
    no_spelling: Annotated[
        bool, typer.Option("--no-spelling", help=t("authoring.lint_command.no_spelling"))
    ] = False,
    json: AsJson = False,
) -> None:
    from itembank.authoring import load_content, shipped_content
    from itembank.lint import check_balance, check_items, french_dictionary, statistics

    content = load_content(paths or [shipped_content()])
    progress = Progress(t("authoring.lint_command.checking"))
    problems = [
        *content.problems,
        *check_items(content.authored, today(), progress, spelling=not no_spelling),
    ]
    if not paths:
        problems += check_balance(content.items)
    errors = sum(p.error for p in problems)
    counts = statistics(content.items)
    spelled = not no_spelling and french_dictionary() is not None
    if json:
        listed = [
            {
                "code": p.code,
                "severity": "error" if p.error else "warning",
                "file": p.file,
                "line": p.line,
                "item": p.item,
                "message": sentence(p),
            }
            for p in problems
        ]
        as_json({"problems": listed, "errors": errors, "spelling_checked": spelled, **counts})
    else:
        for p in problems:
            place = f"{_near(p.file)}:{p.line}: " if p.file else ""
            kind = "" if p.error else t("authoring.lint_command.warning")
            said = sentence(p)
            typer.echo(f"{place}{kind}{t('cli.line', name=p.item, said=said) if p.item else said} [{p.code}]")
        typer.echo(t("cli.bank.problems", n=errors))
        typer.echo(t("authoring.lint_command.warnings", n=len(problems) - errors))
        if not (spelled or no_spelling):
            typer.echo(t("authoring.lint_command.no_dictionary"))
        print_counts(counts)
    if errors or (strict and problems):
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def sentence(problem: Problem) -> str:
    """A problem in words."""
    params = dict(problem.params)
    if problem.code == "family.expression":
        params["reason"] = t(f"authoring.reasons.{params['reason']}")
    if problem.code == "task.formula_unreadable":
        params["reason"] = t(f"authoring.{params['reason']}")
    return t(f"authoring.{problem.code}", **params, _="")


def _near(file: str) -> str:
    """A path as short as it can be said from here."""
    path, here = Path(file).resolve(), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file
