"""`kiosk bank diff`: what changed between two banks, or between two states of the content."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from kiosk.commands.bank.arguments import AsJson
from kiosk.commands.report import as_json, table
from kiosk.locale import t

LONGEST_SHOWN = 60


def diff(
    old: Annotated[Path, typer.Argument(help=t("authoring.diff.old"), metavar="OLD", exists=True)],
    new: Annotated[Path, typer.Argument(help=t("authoring.diff.new"), metavar="NEW", exists=True)],
    json: AsJson = False,
) -> None:
    from itembank.comparison import compare
    from kiosk.commands.bank.found import described_items

    found = compare(described_items(old), described_items(new))
    if json:
        changes = [
            {"item": c.item, "field": c.field, "old": _plain(c.old), "new": _plain(c.new)}
            for c in found.changes
        ]
        as_json(
            {
                "same": found.same,
                "added": list(found.added),
                "removed": list(found.removed),
                "changes": changes,
            }
        )
        return
    if found.same:
        typer.echo(t("authoring.diff.same"))
        return
    for key, ids in (("added", found.added), ("removed", found.removed)):
        if ids:
            typer.echo(t(f"authoring.diff.{key}", n=len(ids), ids=", ".join(ids)))
    if found.changes:
        touched = len({c.item for c in found.changes})
        typer.echo(t("authoring.diff.changed", n=touched))
        typer.echo("")
        headings = [t(f"authoring.diff.{key}") for key in ("item", "field", "before", "after")]
        table(headings, [(c.item, c.field, _shown(c.old), _shown(c.new)) for c in found.changes])
        typer.echo("")
        counts = Counter(c.field for c in found.changes).most_common()
        table([t("authoring.diff.field"), t("authoring.diff.items")], counts)


def _plain(value: object) -> object:
    """A value of an item as JSON: texts and numbers as they are, the rest in words."""
    return value if isinstance(value, str | int | float | bool | None) else _words(value)


def _words(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value)))
    return str(value)


def _shown(value: object) -> str:
    text = " ".join(_words(value).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
