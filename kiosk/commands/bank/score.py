"""`kiosk bank score`: what one response to one item earns."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk.commands.bank.arguments import AsJson
from kiosk.commands.bank.found_items import found_items
from kiosk.commands.bank.refusals import reason_of, sentence_of
from kiosk.commands.report import as_json
from kiosk.errors import Failure
from kiosk.locale import t

if TYPE_CHECKING:
    from itembank.formats.qti.model import QtiItem

MAX_RESPONSE = 100_000


def score(
    ctx: typer.Context,
    item: Annotated[str, typer.Argument(help=t("formats.cli.score_item"), metavar="ITEM")],
    response: Annotated[str, typer.Option(help=t("formats.cli.response"), metavar="JSON")],
    bank: Annotated[Path | None, typer.Option(help=t("formats.cli.bank"), metavar="FILE")] = None,
    content: Annotated[Path | None, typer.Option(help=t("formats.cli.content"), metavar="PATH")] = None,
    alt_text: Annotated[bool, typer.Option("--alt-text", help=t("formats.cli.alt_text"))] = False,
    json: AsJson = False,
) -> None:
    given = _response(response)
    path, _, identifier = item.partition("#")
    if Path(item).exists() or (identifier and Path(path).exists()):
        document = Path(item) if Path(item).exists() else Path(path)
        found = _qti_item(document, identifier if document != Path(item) else "", alt_text)
        points, maximum = _qti_score(found, given)
        name = found.identifier
    else:
        from itembank.scoring import score as score_own

        own = found_items(item, bank, content, ctx.obj.bank)[0]
        earned = score_own(own, given)
        points, maximum, name = earned.points, earned.maximum, own.id
    if json:
        as_json({"item": name, "score": points, "max_score": maximum})
    elif maximum is None:
        typer.echo(t("formats.score_open", points=points))
    else:
        typer.echo(t("formats.score", points=points, maximum=maximum))


def _response(text: str) -> Any:
    if len(text) > MAX_RESPONSE:
        raise Failure("usage.response_json", reason=f"> {MAX_RESPONSE}")
    try:
        return json_module.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        raise Failure("usage.response_json", reason=str(fault)) from fault


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _qti_item(path: Path, identifier: str, alt_text: bool) -> QtiItem:
    """The only item of a file or package, or the one that is named."""
    from itembank.formats.importing import Format, import_items

    outcome = import_items(path, Format.QTI, alt_text=alt_text)
    wanted = [one.item for one in outcome.imported if not identifier or one.item.identifier == identifier]
    if len(wanted) == 1:
        return wanted[0]
    refused = [r for r in outcome.refused if not identifier or r.item == identifier]
    if not wanted and refused:
        first = refused[0]
        raise Failure("bank.item_refused", path=first.file, line=first.line, reason=reason_of(first))
    names = ", ".join(one.item.identifier for one in outcome.imported[:20])
    raise Failure("bank.item_which", path=str(path), names=names or "–")


def _qti_score(item: QtiItem, given: Any) -> tuple[float, float | None]:
    from itembank.formats.faults import Refused
    from itembank.formats.qti.runtime import score as score_qti

    try:
        earned = score_qti(item, given)
    except Refused as fault:
        reason = sentence_of(fault.code, fault.params)
        raise Failure("bank.item_refused", path=item.identifier, line=fault.line, reason=reason) from fault
    return _tidy(earned.points), None if earned.maximum is None else _tidy(earned.maximum)


def _tidy(points: float) -> float:
    """A whole number of points without decimals; arithmetic's last bits gone."""
    points = round(points, 9)
    return int(points) if points.is_integer() else points
