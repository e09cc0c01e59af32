"""`kiosk collector`: the receiving side."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from kiosk.commands.keys import check_label
from kiosk.commands.passphrase import read_passphrase
from kiosk.commands.report import as_json, table
from kiosk.errors import Failure
from kiosk.locale import t

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help=t("cli.json"))]
Directory = Annotated[Path | None, typer.Option("--dir", help=t("cli.collector.dir"))]


def existing(ctx: typer.Context, directory: Path | None) -> Path:
    """The collector's directory. Raises Failure ``collector.missing``."""
    path: Path = directory or ctx.obj.collector
    if not (path / "collector.json").is_file():
        raise Failure("collector.missing", path=str(path))
    return path


@app.command(help=t("cli.collector.init"))
def init(
    ctx: typer.Context,
    directory: Directory = None,
    sealing: Annotated[Path | None, typer.Option(help=t("cli.collector.sealing"), metavar="CARD")] = None,
    label: Annotated[str, typer.Option(help=t("cli.keys.label"))] = "",
    passphrase_file: Annotated[
        Path | None, typer.Option(help=t("cli.passphrase.file"), metavar="FILE")
    ] = None,
    json: AsJson = False,
) -> None:
    from sync.errors import KeyFault
    from sync.keys import init_collector, init_recipient, load_recipient_card

    path: Path = directory or ctx.obj.collector
    if (path / "collector.json").exists():
        raise KeyFault("keys.exists", path=str(path / "collector.json"))
    check_label(label)
    private = None
    if sealing is not None:
        card = load_recipient_card(sealing)
        if card.role != "collector":
            raise KeyFault("keys.malformed", field="role")
    else:
        passphrase = read_passphrase(passphrase_file, new=True)
        private = path / "private" / "collector.key"
        card = init_recipient(path / "private", "collector", passphrase, label=label).card
    identity = init_collector(path, card, label=label)
    found = {"card": str(path / "collector.json"), "keyid": identity.public.keyid}
    if json:
        as_json(found | {"private_key": str(private) if private else None})
        return
    typer.echo(t("cli.collector.done", **found))
    if private:
        typer.echo(t("cli.collector.private", path=private))


@app.command(help=t("cli.collector.enrol"))
def enrol(
    ctx: typer.Context,
    cards: Annotated[list[Path], typer.Argument(help=t("cli.collector.card"), metavar="CARD")],
    directory: Directory = None,
    json: AsJson = False,
) -> None:
    from sync.collector import admin
    from sync.keys import load_terminal_card

    path = existing(ctx, directory)
    read = [load_terminal_card(card) for card in cards]
    for one in read:
        admin.enrol(path, one)
    enrolled = [{"terminal": one.terminal, "epoch": one.epoch, "keyid": one.keyid} for one in read]
    if json:
        as_json({"enrolled": enrolled})
    else:
        for entry in enrolled:
            typer.echo(t("cli.collector.enrolled", **entry))


@app.command(help=t("cli.collector.revoke"))
def revoke(
    ctx: typer.Context,
    terminal: Annotated[str, typer.Argument(help=t("cli.collector.terminal"))],
    epoch: Annotated[str, typer.Argument(help=t("cli.collector.epoch"))],
    directory: Directory = None,
) -> None:
    from sync.collector import admin

    admin.revoke(existing(ctx, directory), terminal, epoch)
    typer.echo(t("cli.collector.revoked", terminal=terminal, epoch=epoch))


@app.command(help=t("cli.collector.status"))
def status(ctx: typer.Context, directory: Directory = None, json: AsJson = False) -> None:
    from sync.collector.store import Store

    with Store.open(existing(ctx, directory)) as store:
        rows = []
        for one in store.terminals():
            gaps = [g for g in store.gaps(one.card.terminal) if g.epoch == one.card.epoch]
            rows.append(
                {
                    "terminal": one.card.terminal,
                    "epoch": one.card.epoch,
                    "received": one.bundles,
                    "quarantined": one.quarantined,
                    "last": one.last_received,
                    "revoked": one.revoked_at,
                    "missing": sum(g.last - g.first + 1 for g in gaps),
                }
            )
    if json:
        as_json({"terminals": rows})
        return
    keys = ("terminal", "epoch", "received", "quarantined", "missing", "last", "revoked")
    table([t(f"cli.collector.columns.{key}") for key in keys], [[row[key] for key in keys] for row in rows])


@app.command(help=t("cli.collector.serve"))
def serve(
    ctx: typer.Context,
    directory: Directory = None,
    host: Annotated[str | None, typer.Option(help=t("cli.collector.host"))] = None,
    port: Annotated[int | None, typer.Option(help=t("cli.collector.port"), min=0, max=65535)] = None,
    json: AsJson = False,
) -> None:
    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        raise Failure("extra.missing", extra="collector")
    from sync.collector.serve import serve as run

    path = existing(ctx, directory)
    address = host or ctx.obj.collector_host
    wanted = ctx.obj.collector_port if port is None else port

    def ready(bound_host: str, bound_port: int) -> None:
        if json:
            as_json({"listening": f"http://{bound_host}:{bound_port}"})
        else:
            typer.echo(t("cli.collector.listening", host=bound_host, port=bound_port))

    try:
        run(path, address, wanted, ready=ready)
    except OSError as fault:
        raise Failure("collector.port", host=address, port=wanted) from fault
