"""`kiosk bank release`: content -> a versioned file named by its digest, with what changed since the one before."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from kiosk.commands.bank.arguments import AsJson, Paths, today
from kiosk.commands.report import Progress, as_json
from kiosk.errors import Failure
from kiosk.locale import t


def release(
    paths: Paths = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=t("release.folder"), metavar="FOLDER", file_okay=False)
    ] = Path(),
    version: Annotated[str | None, typer.Option(help=t("cli.bank.version"))] = None,
    since: Annotated[
        Path | None, typer.Option(help=t("release.since"), exists=True, dir_okay=False, metavar="FILE")
    ] = None,
    json: AsJson = False,
) -> None:
    from itembank.authoring import load_content, shipped_content
    from itembank.build import build_bank
    from itembank.comparison import compare
    from itembank.lint import check_items
    from kiosk.commands.bank.found import described_items

    content = load_content(paths or [shipped_content()])
    checking = Progress(t("authoring.lint_command.checking"))
    problems = [*content.problems, *check_items(content.authored, today(), checking, spelling=False)]
    blocking = [problem for problem in problems if problem.error]
    if blocking or not content.authored:
        raise Failure("bank.has_problems", count=len(blocking))
    named = version or content.version
    output.mkdir(parents=True, exist_ok=True)
    aside = output / ".release.new"
    try:
        digest = build_bank(content.authored, aside, named, Progress(t("cli.bank.building")))
        path = output / f"bank-{named}-{digest[:12]}.db"
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    changes: dict[str, object] = {}
    if since is not None:
        found = compare(described_items(since), described_items(path))
        # Which fields changed, not how: the log may travel where the questions must not be read.
        touched: dict[str, list[str]] = {}
        for change in found.changes:
            touched.setdefault(change.item, []).append(change.field)
        changes = {"added": found.added, "removed": found.removed, "changed": touched}
        path.with_suffix(".changes.json").write_text(
            json_module.dumps(changes, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    if json:
        as_json({"path": str(path), "version": named, "digest": digest, "changes": changes})
    else:
        typer.echo(t("release.written", path=path, version=named, digest=digest))
