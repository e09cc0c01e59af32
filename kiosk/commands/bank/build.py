"""`kiosk bank build`: compile the items into one read-only file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.commands.bank.arguments import AsJson, Paths, today
from kiosk.commands.report import Progress, as_json
from kiosk.errors import Failure
from kiosk.locale import t


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
    progress = Progress(t("authoring.lint_command.checking"))
    problems = [*content.problems, *check_items(content.authored, today(), progress, spelling=False)]
    # Warnings are the author's business: a due review must not stop a technician from building what already shipped.
    blocking = [p for p in problems if p.error]
    if blocking or not content.authored:
        raise Failure("bank.has_problems", count=len(blocking))
    path = output or ctx.obj.bank
    named = version or content.version
    digest = build_bank(content.authored, path, named, Progress(t("cli.bank.building")))
    if json:
        as_json({"path": str(path), "version": named, "digest": digest, "items": len(content.authored)})
    else:
        typer.echo(t("cli.bank.built", path=path, version=named, digest=digest, items=len(content.authored)))
