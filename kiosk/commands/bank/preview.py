"""`kiosk bank preview`: one item, or one clone of a family, as a candidate sees it, or as text with its key."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk.commands.bank.arguments import AsJson
from kiosk.commands.report import as_json
from kiosk.errors import Failure
from kiosk.locale import t

if TYPE_CHECKING:
    from itembank.authoring import Authored


def preview(
    ctx: typer.Context,
    item: Annotated[str, typer.Argument(help=t("authoring.preview.item"), metavar="ITEM")],
    paths: Annotated[list[Path] | None, typer.Argument(help=t("cli.bank.paths"), exists=True)] = None,
    seed: Annotated[int | None, typer.Option(help=t("authoring.preview.seed"), min=1, metavar="N")] = None,
    language: Annotated[
        str, typer.Option("--language", help=t("authoring.preview.language"), metavar="CODE")
    ] = "",
    plain: Annotated[bool, typer.Option("--plain", help=t("authoring.preview.plain"))] = False,
    text: Annotated[bool, typer.Option("--text", help=t("authoring.preview.text"))] = False,
    json_: AsJson = False,
) -> None:
    from kiosk.commands.bank.found import item_of, shipped_places

    authored = _worded(item_of(paths or shipped_places(item), item, seed), language, plain=plain)
    if json_:
        as_json(_as_record(authored))
    elif text:
        from kiosk.commands.bank.printed import printed

        for line in printed(authored):
            typer.echo(line)
    else:
        raise typer.Exit(_shown(authored, ctx.obj))


def _worded(authored: Authored, language: str, *, plain: bool) -> Authored:
    """The item in the wording that was asked for, as if these were its own words."""
    from itembank.wordings import reworded, wording_name

    wanted = wording_name(language or authored.item.language, plain)
    if wanted in ("", authored.item.language):
        return authored
    for wording in authored.wordings:
        if wording.name == wanted:
            record = {**authored.record, **wording.record}
            return replace(authored, item=reworded(authored.item, wording), record=record, wordings=())
    names = ", ".join(w.name for w in authored.wordings) or "-"
    raise Failure("bank.no_such_wording", item=authored.item.id, wording=wanted, known=names)


def _as_record(authored: Authored) -> dict[str, Any]:
    from itembank.families.solutions import found_solution, routes_of

    item = authored.item
    routes = routes_of(authored.record, item) if item.is_task else ()
    derived = found_solution(item) if item.is_task and not routes else None
    return {
        "id": item.id,
        "family": item.family,
        "seed": authored.seed,
        "skill": item.skill,
        "level": item.level,
        "interaction": str(item.interaction),
        "language": item.language,
        "sector": item.sector,
        "situation": item.situation,
        "question": item.question,
        "body": json.loads(json.dumps(authored.record["body"], default=date.isoformat)),
        "feedback": {"right": item.feedback.right, "wrong": item.feedback.wrong},
        "tip": item.tip,
        "a": item.parameters.a,
        "b": list(item.parameters.b),
        "c": item.parameters.c,
        "routes": [{"name": r.name, "points": r.points, "actions": list(r.actions)} for r in routes],
        "found_solution": list(derived) if derived is not None else None,
    }


def _shown(authored: Authored, settings: Any) -> int:
    """Run the question screen on a bank of this one item; the exit code."""
    from itembank.bank import Bank
    from itembank.build import build_bank
    from kiosk.candidate.preview import run_preview
    from kiosk.locale import set_language
    from kiosk.sitting.machine import Sitting
    from kiosk.sitting.plan import plan_for

    set_language(authored.item.language)
    # Shown in whatever language its words are: they are this bank's only ones.
    own = replace(authored, item=replace(authored.item, language="fr"), wordings=())
    with tempfile.TemporaryDirectory(prefix="kiosk-preview-") as folder:
        path = Path(folder) / "bank.db"
        build_bank([own], path, "preview")
        with Bank.open(path) as bank:
            plan = plan_for(
                preview_campaign(own.item.competence),
                language="fr",
                bank_version=bank.version,
                bank_digest=bank.digest,
                seed=max(1, authored.seed),
            )
            sitting = Sitting(plan, bank, lambda event: None)
            bank.item(
                own.item.id
            )  # read now: the question is asked for in another thread, which SQLite refuses
            return run_preview(sitting, settings)


def preview_campaign(competence: str) -> Any:
    """A campaign of one question on one competence, with feedback and no limit of time."""
    from kiosk.sitting.campaign import Campaign

    return Campaign(
        id="c-preview",
        code="",
        title=t("authoring.preview.title"),
        competences=(competence,),
        length=1,
        minutes=None,
        feedback=True,
        created="",
    )
