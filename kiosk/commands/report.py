"""How commands speak: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence

import typer

from kiosk.locale import t


def as_json(value: object) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print plain aligned columns: readable by people, screen readers and `cut`."""
    texts = [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(headings, *texts, strict=True)] if texts else []
    if not texts:
        typer.echo(t("cli.nothing"))
        return
    for line in [list(headings), *texts]:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


class Progress:
    """A counter on standard error while long work runs; silent when nobody watches."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._shown = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        if self._shown and (done == total or done % max(1, total // 100) == 0):
            end = "\n" if done == total else ""
            typer.echo(f"\r{self._label} {done}/{total}", err=True, nl=False)
            if end:
                typer.echo("", err=True)
