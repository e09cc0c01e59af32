"""`kiosk bank export`: items for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.commands.bank.arguments import AsJson
from kiosk.commands.bank.found_items import found_items
from kiosk.commands.bank.refusals import InterchangeFormat, as_rows, reason_of
from kiosk.commands.report import as_json
from kiosk.errors import Failure
from kiosk.exit_codes import ExitCode
from kiosk.locale import t

if TYPE_CHECKING:
    from itembank.formats.faults import Refusal
    from itembank.formats.qti.model import QtiItem
    from itembank.formats.qti.usage import Statistics
    from itembank.item import Item

_YAML = (".yaml", ".yml")


def export(
    ctx: typer.Context,
    items: Annotated[list[str], typer.Argument(help=t("formats.cli.export_items"), metavar="ITEMS")],
    format_: Annotated[InterchangeFormat, typer.Option("--format", help=t("formats.cli.format"))],
    output: Annotated[
        Path, typer.Option("--output", "-o", help=t("formats.cli.export_output"), metavar="FILE")
    ],
    bank: Annotated[Path | None, typer.Option(help=t("formats.cli.bank"), metavar="FILE")] = None,
    content: Annotated[Path | None, typer.Option(help=t("formats.cli.content"), metavar="PATH")] = None,
    force: Annotated[bool, typer.Option("--force", help=t("formats.cli.force"))] = False,
    json: AsJson = False,
) -> None:
    from itembank.formats.exporting import export_items
    from itembank.formats.importing import Format
    from sync.files import replace

    if output.exists() and not force:
        raise Failure("results.target_exists", path=str(output))
    own: dict[str, Item] = {}
    kept: list[tuple[QtiItem, Statistics | None]] = []
    refused: list[Refusal] = []
    for name in items:
        path = Path(name)
        if not path.exists():
            own |= {item.id: item for item in found_items(name, bank, content, ctx.obj.bank)}
        elif path.suffix.lower() in _YAML or (path.is_dir() and any(path.rglob("*.yaml"))):
            own |= {item.id: item for item in _authored(path)}
        else:
            others, not_taken = _imported(path)
            kept += others
            refused += not_taken
    exported = export_items(list(own.values()), Format(format_.value), kept)
    refused += exported.refused
    if exported.ids:
        replace(output, exported.data)
    if json:
        as_json(
            {
                "path": str(output) if exported.ids else None,
                "format": format_.value,
                "exported": exported.ids,
                "refused": as_rows(refused),
            }
        )
    else:
        for refusal in refused:
            said = t("formats.refused_line", reason=reason_of(refusal))
            typer.echo(t("cli.line", name=refusal.item or refusal.file, said=said))
        typer.echo(t("formats.exported", n=len(exported.ids), path=output))
    if not exported.ids:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def _authored(path: Path) -> list[Item]:
    from itembank.authoring import load_content

    found = load_content([path])
    if found.problems:
        raise Failure("bank.has_problems", count=len(found.problems))
    return list(found.items)


def _imported(path: Path) -> tuple[list[tuple[QtiItem, Statistics | None]], list[Refusal]]:
    from itembank.formats.importing import Format, import_items

    outcome = import_items(path, Format.QTI)
    return [(one.item, one.statistics) for one in outcome.imported], outcome.refused
