"""`kiosk campaign`: create a campaign and its access code, list them, show one."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

import typer

from kiosk.commands.report import as_json, table
from kiosk.errors import Failure
from kiosk.locale import language, t
from kiosk.sitting import access_code, store
from kiosk.sitting.campaign import Campaign, check, today

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help=t("cli.json"))]


@app.command(help=t("cli.campaign.create"))
def create(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help=t("cli.campaign.title"))],
    competences: Annotated[str, typer.Option(help=t("cli.campaign.competences"))] = "all",
    purpose: Annotated[str, typer.Option(help=t("cli.campaign.purpose"))] = "positioning",
    length: Annotated[int, typer.Option(help=t("cli.campaign.length"))] = 48,
    minutes: Annotated[int, typer.Option(help=t("cli.campaign.minutes"))] = 45,
    feedback: Annotated[bool, typer.Option(help=t("cli.campaign.feedback"))] = True,
    resume: Annotated[str, typer.Option(help=t("cli.campaign.resume"))] = "code",
    identity: Annotated[str, typer.Option(help=t("cli.campaign.identity"))] = "name",
    extra_time: Annotated[float, typer.Option(help=t("cli.campaign.extra_time"))] = 1.0,
    untimed: Annotated[bool, typer.Option("--untimed", help=t("cli.campaign.untimed"))] = False,
    large_print: Annotated[bool, typer.Option("--large-print", help=t("cli.campaign.large_print"))] = False,
    plain: Annotated[bool, typer.Option("--plain", help=t("cli.campaign.plain"))] = False,
    sector: Annotated[str, typer.Option(help=t("cli.campaign.sector"))] = "any",
    closes: Annotated[str, typer.Option(help=t("cli.campaign.closes"))] = "",
    json: AsJson = False,
) -> None:
    campaign = Campaign(
        id=f"c-{secrets.token_hex(4)}",
        code=access_code.draw(access_code.ACCESS_LENGTH),
        title=title,
        competences=scope(competences),
        purpose=purpose,
        length=length,
        minutes=minutes or None,
        feedback=feedback,
        resume=resume,
        identity=identity,
        extra_time=extra_time,
        untimed=untimed,
        large_print=large_print,
        plain=plain,
        sector=sector,
        created=today().isoformat(),
        closes=closes,
    )
    check(campaign)
    connection = store.open_store(ctx.obj.data)
    try:
        store.add_campaign(connection, campaign)
    finally:
        store.close(connection)
    if json:
        as_json(_record(campaign))
    else:
        _print(campaign)


def scope(text: str) -> tuple[str, ...]:
    """Competences from what a counsellor types: ``all``, domains (``1``), competences (``1.1``), commas between."""
    from itembank import framework

    chosen: list[str] = []
    for part in (p.strip() for p in text.split(",") if p.strip()):
        found = [c.id for c in framework.competences() if part in ("all", "toutes", c.id, c.domain)]
        chosen += found or [part]
    return tuple(dict.fromkeys(chosen))


@app.command("list", help=t("cli.campaign.list"))
def list_(ctx: typer.Context, json: AsJson = False) -> None:
    connection = store.open_store(ctx.obj.data)
    try:
        found = store.campaigns(connection)
    finally:
        store.close(connection)
    if json:
        as_json([_record(c) for c in found])
        return
    keys = ("id", "code", "title", "created", "closes")
    rows = [(c.id, access_code.pretty(c.code), c.title, c.created, c.closes or "–") for c in found]
    table([t(f"cli.campaign.columns.{k}") for k in keys], rows)


@app.command(help=t("cli.campaign.show"))
def show(
    ctx: typer.Context,
    campaign_id: Annotated[str, typer.Argument(help=t("cli.campaign.which"), metavar="CAMPAIGN")],
    json: AsJson = False,
) -> None:
    connection = store.open_store(ctx.obj.data)
    try:
        found = store.campaigns(connection)
    finally:
        store.close(connection)
    wanted = access_code.normalised(campaign_id)
    campaign = next((c for c in found if c.id == campaign_id or c.code == wanted), None)
    if campaign is None:
        raise Failure("campaign.unknown", id=campaign_id)
    if json:
        as_json(_record(campaign))
    else:
        _print(campaign)


def _record(campaign: Campaign) -> dict[str, Any]:
    return campaign.to_record() | {"code": access_code.pretty(campaign.code)}


def _print(campaign: Campaign) -> None:
    typer.echo(t("cli.campaign.made", title=campaign.title, code=access_code.pretty(campaign.code)))
    typer.echo(t("cli.campaign.aloud", words=access_code.spelt(campaign.code, language())))
    record = campaign.to_record()
    yes, no = t("cli.yes"), t("cli.no")
    for key in ("id", "competences", "purpose", "length", "minutes", "feedback", "resume", "identity", "extra_time",
                "untimed", "large_print", "plain", "sector", "closes"):  # fmt: skip
        value = record[key]
        shown = (
            ", ".join(value)
            if isinstance(value, list)
            else (yes if value else no)
            if isinstance(value, bool)
            else "–"
            if value in ("", None)
            else value
        )
        typer.echo(f"  {t(f'cli.campaign.fields.{key}')} {shown}")
