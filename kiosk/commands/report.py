"""How commands speak: data on standard output, everything else on standard error, one exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import typer

from kiosk.errors import code_and_params, sentence
from kiosk.exit_codes import ExitCode, exit_code_for
from kiosk.locale import t


def run(app: Callable[..., Any]) -> int:
    """Run the Typer application to its exit code."""
    try:
        app(prog_name="kiosk")
    except SystemExit as end:
        return int(end.code or 0) if isinstance(end.code, int) or end.code is None else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as fault:
        found = code_and_params(fault)
        if found is None:
            raise
        code, params = found
        if "--json" in sys.argv:
            typer.echo(
                json.dumps({"error": code, "message": sentence(fault), **_plain(params)}, ensure_ascii=False)
            )
        typer.echo(sentence(fault), err=True)
        return exit_code_for(code)
    return ExitCode.OK


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    return {k: v if isinstance(v, int | float | str | bool) else str(v) for k, v in params.items()}


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
