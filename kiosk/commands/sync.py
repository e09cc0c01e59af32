"""`kiosk sync`: carry results to the collector, by network or by USB stick, and say where each one stands."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.commands.report import Progress, as_json, table
from kiosk.errors import Failure
from kiosk.exit_codes import ExitCode, exit_code_for
from kiosk.locale import t
from kiosk.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help=t("cli.json"))]
CollectorDir = Annotated[Path | None, typer.Option("--collector", help=t("cli.collector.dir"))]


def _open(settings: Settings) -> Any:
    from kiosk.sitting.store import open_store

    return open_store(settings.data)


def _collectors(settings: Settings) -> Any:
    from sync.keys import load_ring

    ring = load_ring(settings.data)
    if not ring.collectors:
        raise Failure("collector.untrusted")
    return ring.collectors


@app.command(help=t("cli.sync.push"))
def push(
    ctx: typer.Context,
    url: Annotated[str | None, typer.Option(help=t("cli.sync.url"))] = None,
    json: AsJson = False,
) -> None:
    from sync import outbox
    from sync.carriers.http import push as run

    settings: Settings = ctx.obj
    collectors = _collectors(settings)
    progress = Progress(t("cli.sync.pushing"))
    with closing(_open(settings)) as connection:
        report = run(
            connection,
            url or settings.sync_collector_url,
            collectors[0],
            progress=lambda done, total, _: progress(done, total),
            timeout=settings.sync_timeout_s,
        )
        left = outbox.status(connection)
    counts = {
        "receipted": report.count("receipted"),
        "waiting": left.pending + left.sent,
        "quarantined": left.quarantined,
    }
    outcomes = [
        {
            "bundle": o.bundle_id,
            "seq": o.seq,
            "state": o.state,
            "code": o.code,
            "message": _said(o.code, o.params),
        }
        for o in report.outcomes
    ]
    stopped = report.stopped
    if json:
        as_json({"outcomes": outcomes, "stopped": stopped.code if stopped else None, **counts})
    else:
        for o in outcomes:
            if o["code"]:
                typer.echo(t("cli.sync.each", seq=o["seq"], message=o["message"]), err=True)
        typer.echo(t("cli.sync.pushed", **counts))
    if stopped is not None:
        if not json:
            typer.echo(_said(stopped.code, stopped.params), err=True)
        raise typer.Exit(exit_code_for(stopped.code))
    if any(o["state"] != "receipted" for o in outcomes):
        raise typer.Exit(ExitCode.NETWORK)


def _said(code: str, params: Any) -> str:
    return t(f"errors.{code}", **{"_": "", **params}) if code else ""


@app.command(help=t("cli.sync.status"))
def status(ctx: typer.Context, json: AsJson = False) -> None:
    from kiosk.sitting.journal import under_way
    from sync import outbox

    with closing(_open(ctx.obj)) as connection:
        counts = outbox.status(connection)
        entries = outbox.entries(connection)
        open_sittings = under_way(connection)
    rows = [
        {
            "seq": e.seq,
            "bundle": e.id,
            "created": e.created,
            "state": e.state,
            "reason": e.reason,
            "size": e.size,
        }
        for e in entries
    ]
    if json:
        as_json(
            {
                "pending": counts.pending,
                "sent": counts.sent,
                "quarantined": counts.quarantined,
                "receipted": counts.receipted,
                "oldest": counts.oldest,
                "waiting_bytes": counts.waiting_bytes,
                "under_way": [{"sitting": s, "opened": o, "resumable": r} for s, o, r in open_sittings],
                "bundles": rows,
            }
        )
        return
    typer.echo(
        t("cli.sync.summary", waiting=counts.waiting, receipted=counts.receipted, open=len(open_sittings))
    )
    shown = [
        (r["seq"], str(r["bundle"])[:8], r["created"], t(f"cli.sync.states.{r['state']}"), r["reason"])
        for r in rows
    ]
    table([t(f"cli.sync.columns.{k}") for k in ("seq", "bundle", "created", "state", "reason")], shown)


@app.command(help=t("cli.sync.requeue"))
def requeue(
    ctx: typer.Context,
    bundle: Annotated[str, typer.Argument(help=t("cli.sync.which"))],
    json: AsJson = False,
) -> None:
    from sync import outbox
    from sync.database import immediate
    from sync.errors import StoreFault

    with closing(_open(ctx.obj)) as connection:
        aside = [
            e
            for e in outbox.entries(connection)
            if e.state == "quarantined" and e.id.startswith(bundle.lower())
        ]
        if len(aside) != 1 or len(bundle) < 4:
            raise StoreFault("outbox.unknown_bundle", bundle=bundle)
        with immediate(connection):
            outbox.requeue(connection, aside[0].id)
    if json:
        as_json({"bundle": aside[0].id, "seq": aside[0].seq, "state": "pending"})
    else:
        typer.echo(t("cli.sync.requeued", seq=aside[0].seq))


@app.command(help=t("cli.sync.export"))
def export(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(help=t("cli.sync.folder"))],
    json: AsJson = False,
) -> None:
    from kiosk.sitting.terminal import KEYS
    from sync.carriers.folder import export_to
    from sync.keys import load_terminal

    settings: Settings = ctx.obj
    progress = Progress(t("cli.sync.writing"))
    with closing(_open(settings)) as connection:
        report = export_to(connection, directory, load_terminal(settings.data / KEYS), progress=progress)
    bundles = [
        {
            "bundle": b.bundle_id,
            "seq": b.seq,
            "file": b.name,
            "code": b.code,
            "message": _said(b.code, b.params),
        }
        for b in report.bundles
    ]
    index = report.index_fault
    if json:
        as_json(
            {
                "directory": str(directory),
                "written": report.written,
                "bundles": bundles,
                "index": index.code if index else None,
            }
        )
    else:
        for one in bundles:
            if one["code"]:
                typer.echo(t("cli.sync.each", seq=one["seq"], message=one["message"]), err=True)
        if index is not None:
            typer.echo(_said(index.code, index.params), err=True)
        typer.echo(t("cli.sync.exported", n=report.written, directory=directory))
    if index is not None or report.written < len(bundles):
        raise typer.Exit(ExitCode.NETWORK)


@app.command("import", help=t("cli.sync.import"))
def import_(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(help=t("cli.sync.folder"))],
    collector: CollectorDir = None,
    json: AsJson = False,
) -> None:
    settings: Settings = ctx.obj
    place = collector or settings.collector
    if (place / "collector.json").is_file():
        failed = _import_bundles(place, directory, json)
    else:
        failed = _import_receipts(settings, directory, json)
    if failed:
        raise typer.Exit(ExitCode.BUNDLE)


def _import_bundles(place: Path, directory: Path, json: bool) -> bool:
    """Take bundles in and leave receipts; whether any file was refused."""
    from sync.carriers.folder_import import import_from
    from sync.collector.store import Store

    with Store.open(place) as store:
        report = import_from(directory, store, progress=Progress(t("cli.sync.reading")))
    files = [
        {
            "file": f.name,
            "outcome": str(f.kind),
            "terminal": f.terminal,
            "seq": f.seq,
            "code": f.code,
            "receipt_code": f.receipt_code,
            "message": _said(f.code, f.params)
            or (t("cli.sync.receipt_not_written", code=f.receipt_code) if f.receipt_code else ""),
        }
        for f in report.files
    ]
    indexes = [
        {
            "index": i.name,
            "terminal": i.terminal,
            "listed": i.listed,
            "absent": list(i.absent),
            "code": i.code,
        }
        for i in report.indexes
    ]
    _print_files(files, json, {"indexes": indexes})
    for i in report.indexes:
        if i.absent and not json:
            typer.echo(t("cli.sync.absent", n=len(i.absent), terminal=i.terminal), err=True)
    return any(f.code or f.receipt_code for f in report.files)


def _import_receipts(settings: Settings, directory: Path, json: bool) -> bool:
    """Apply the receipts that came back; whether any proved nothing."""
    from sync.carriers.folder import collect_receipts

    collectors = _collectors(settings)
    with closing(_open(settings)) as connection:
        report = collect_receipts(connection, directory, collectors[0])
    files = [
        {
            "file": f.name,
            "outcome": "receipted"
            if f.receipt
            else "foreign"
            if f.code == "receipt.unknown_bundle"
            else "refused",
            "code": f.code,
            "message": _said(f.code, f.params),
        }
        for f in report.files
    ]
    _print_files(files, json, {"applied": report.applied})
    return report.refused > 0


def _print_files(rows: list[dict[str, Any]], json: bool, more: dict[str, Any]) -> None:
    if json:
        as_json({"files": rows, **more})
        return
    headings = [t(f"cli.sync.columns.{k}") for k in ("file", "outcome", "message")]
    table(headings, [(r["file"], t(f"cli.sync.outcomes.{r['outcome']}"), r["message"]) for r in rows])


@app.command(help=t("cli.sync.verify"))
def verify(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.sync.bundle"))],
    card: Annotated[Path | None, typer.Option(help=t("cli.sync.terminal_card"), metavar="CARD")] = None,
    collector: CollectorDir = None,
    json: AsJson = False,
) -> None:
    from kiosk.counsellor.bundles import read_file, terminal_lookup
    from sync.bundle import verify as check

    verified = check(read_file(file), terminal_lookup(ctx.obj, collector, [card] if card else []))
    header = verified.header
    found = {
        "bundle": verified.bundle_id,
        "terminal": header.terminal,
        "epoch": header.chain.epoch,
        "seq": header.chain.seq,
        "previous": header.chain.prev,
        "created": header.created,
        "campaign": header.context.campaign,
        "bank_version": header.context.bank_version,
        "suite": header.suite,
        "recipients": {b.name: [f"{r.role} {r.kid}" for r in b.recipients] for b in header.blocks},
    }
    if json:
        as_json({"valid": True, **found})
    else:
        typer.echo(t("cli.sync.valid", **{k: v for k, v in found.items() if k != "recipients"}))
