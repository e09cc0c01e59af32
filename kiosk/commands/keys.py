"""`kiosk keys`: enrol this terminal, make recipients' keys, say whom the terminal trusts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from kiosk.commands.passphrase import read_passphrase
from kiosk.commands.report import as_json, table
from kiosk.locale import t

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help=t("cli.json"))]
PassphraseFile = Annotated[Path | None, typer.Option(help=t("cli.passphrase.file"), metavar="FILE")]
PRIVATE = "private"


@app.command(help=t("cli.keys.init"))
def init(
    ctx: typer.Context,
    trust: Annotated[list[Path] | None, typer.Option(help=t("cli.keys.init_trust"), metavar="CARD")] = None,
    terminal: Annotated[str | None, typer.Option(help=t("cli.keys.terminal_id"))] = None,
    label: Annotated[str, typer.Option(help=t("cli.keys.label"))] = "",
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> None:
    from kiosk.sitting.terminal import KEYS, enrol
    from sync.errors import KeyFault
    from sync.keys import init_recipient, trust_recipient
    from sync.keys.recipient import MINIMUM_PASSPHRASE

    data = ctx.obj.data
    if (data / KEYS).exists():
        raise KeyFault("keys.exists", path=str(data / KEYS))
    passphrase = None
    if not trust:
        passphrase = read_passphrase(passphrase_file, new=True)
        if len(passphrase) < MINIMUM_PASSPHRASE:
            raise KeyFault("keys.passphrase_short", minimum=MINIMUM_PASSPHRASE)
    cards = [_read_card(path) for path in trust or []]
    if terminal is not None:
        _check_id(terminal)
    check_label(label)
    identity = enrol(data, terminal=terminal)
    for card in cards:
        _trust(data, card)
    private = None
    if passphrase is not None:
        private = data / PRIVATE / "counsellor.key"
        trust_recipient(data, init_recipient(data / PRIVATE, "counsellor", passphrase, label=label).card)
    card_file = data / KEYS / "terminal.json"
    if json:
        as_json(
            {
                "terminal": identity.terminal,
                "epoch": identity.epoch,
                "keyid": identity.public.keyid,
                "card": str(card_file),
                "private_key": str(private) if private else None,
            }
        )
        return
    typer.echo(t("cli.keys.done", terminal=identity.terminal, card=card_file, keyid=identity.public.keyid))
    if private:
        typer.echo(t("cli.keys.private", path=private))


def check_label(label: str) -> None:
    """Refuse a label that no card could hold, before anything is made."""
    from sync.fields import MAX_TEXT, is_label

    if not is_label(label):
        raise typer.BadParameter(t("cli.keys.label_limit", limit=MAX_TEXT))


def _check_id(terminal: str) -> None:
    from sync.fields import TERMINAL_ID

    if not TERMINAL_ID.fullmatch(terminal):
        raise typer.BadParameter(t("cli.keys.terminal_id"))


def _read_card(path: Path) -> object:
    """A recipient's or a collector's public card. Raises KeyFault."""
    from sync.errors import KeyFault
    from sync.keys import load_collector_card, load_recipient_card

    try:
        return load_collector_card(path)
    except KeyFault as fault:
        if fault.code != "keys.malformed":
            raise
        return load_recipient_card(path)


def _trust(data: Path, card: object) -> str:
    """Put a card into the ring; returns its fingerprint. Raises KeyFault, also for a card of another suite."""
    from sync.errors import KeyFault
    from sync.keys import CollectorPublic, RecipientPublic, load_ring, trust_collector, trust_recipient

    ring = load_ring(data)
    sealing = card.sealing if isinstance(card, CollectorPublic) else cast(RecipientPublic, card)
    if any(known.suite != sealing.suite for known in ring.sealed_to("counsellor", "recovery", "collector")):
        raise KeyFault("keys.suites_mixed")
    if isinstance(card, CollectorPublic):
        trust_collector(data, card)
        return card.keyid
    trust_recipient(data, cast(RecipientPublic, card))
    return cast(RecipientPublic, card).kid


@app.command(help=t("cli.keys.trust"))
def trust(
    ctx: typer.Context,
    cards: Annotated[list[Path], typer.Argument(help=t("cli.keys.card"), metavar="CARD")],
    json: AsJson = False,
) -> None:
    read = [(path, _read_card(path)) for path in cards]
    added = [{"file": str(path), "fingerprint": _trust(ctx.obj.data, card)} for path, card in read]
    if json:
        as_json({"trusted": added})
    else:
        for one in added:
            typer.echo(t("cli.keys.trusted", **one))


@app.command(help=t("cli.keys.recipient"))
def recipient(
    directory: Annotated[Path, typer.Argument(help=t("cli.keys.recipient_dir"))],
    role: Annotated[str, typer.Option(help=t("cli.keys.role"))] = "counsellor",
    label: Annotated[str, typer.Option(help=t("cli.keys.label"))] = "",
    high: Annotated[bool, typer.Option("--high", help=t("cli.keys.high"))] = False,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> None:
    from sync.keys import DEFAULT, HIGH, Role, init_recipient
    from sync.keys.recipient import ROLES

    if role not in ROLES:
        raise typer.BadParameter(", ".join(sorted(ROLES)))
    check_label(label)
    passphrase = read_passphrase(passphrase_file, new=True)
    made = init_recipient(
        directory, cast(Role, role), passphrase, label=label, suite_name=HIGH if high else DEFAULT
    )
    paths = {"card": str(directory / f"{role}.json"), "private_key": str(directory / f"{role}.key")}
    if json:
        as_json({"kid": made.card.kid, **paths})
    else:
        typer.echo(t("cli.keys.recipient_done", kid=made.card.kid, **paths))


@app.command(help=t("cli.keys.show"))
def show(ctx: typer.Context, json: AsJson = False) -> None:
    from kiosk.errors import Failure
    from kiosk.sitting.terminal import KEYS
    from sync.keys import load_ring, load_terminal_card

    data = ctx.obj.data
    if not (data / KEYS).is_dir():
        raise Failure("terminal.not_enrolled", path=str(data))
    card = load_terminal_card(data / KEYS / "terminal.json")
    ring = load_ring(data)
    rows = [("terminal", card.terminal, card.keyid)]
    rows += [(r.role, r.label, r.kid) for r in ring.recipients]
    rows += [("collector", c.label, c.keyid) for c in ring.collectors]
    if json:
        trusted = [{"role": role, "label": label, "fingerprint": print_} for role, label, print_ in rows[1:]]
        as_json({"terminal": card.terminal, "epoch": card.epoch, "keyid": card.keyid, "trusted": trusted})
    else:
        table([t("cli.keys.role_heading"), t("cli.keys.label_heading"), t("cli.keys.fingerprint")], rows)
