"""`kiosk results`: list, show and export results, for whoever holds a recipient's private key."""

from __future__ import annotations

import csv
import io
import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk.commands.passphrase import read_passphrase
from kiosk.commands.report import as_json, table
from kiosk.counsellor.bundles import Opened, Unreadable, open_all
from kiosk.errors import Failure, sentence
from kiosk.exit_codes import ExitCode
from kiosk.locale import language, t

if TYPE_CHECKING:
    from sync.keys import RecipientPrivate

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help=t("cli.json"))]
Key = Annotated[Path | None, typer.Option(help=t("cli.results.key"), metavar="FILE")]
From = Annotated[Path | None, typer.Option("--from", help=t("cli.results.from"), metavar="DIR")]
Cards = Annotated[
    list[Path] | None, typer.Option("--terminal-card", help=t("cli.sync.terminal_card"), metavar="CARD")
]
PassphraseFile = Annotated[Path | None, typer.Option(help=t("cli.passphrase.file"), metavar="FILE")]


def _open(
    ctx: typer.Context,
    key: Path | None,
    place: Path | None,
    cards: list[Path] | None,
    passphrase_file: Path | None,
) -> tuple[list[Opened], list[Unreadable]]:
    return open_all(ctx.obj, place, _private(ctx, key, passphrase_file), cards or [])


def _private(ctx: typer.Context, key: Path | None, passphrase_file: Path | None) -> RecipientPrivate:
    """A recipient's private key, by passphrase. Raises KeyFault, Failure."""
    from sync.errors import KeyFault
    from sync.keys import load_recipient

    path = key or ctx.obj.data / "private" / "counsellor.key"
    if not path.is_file():
        raise KeyFault("keys.missing", path=str(path))
    return load_recipient(path, read_passphrase(passphrase_file))


def _warn(unreadable: list[Unreadable]) -> None:
    for one in unreadable:
        typer.echo(t("cli.line", name=one.place, said=sentence(one.fault)), err=True)


def _summary(one: Opened) -> dict[str, Any]:
    overall = one.report["overall"]
    return {
        "id": one.short,
        "bundle": one.bundle_id,
        "name": one.name,
        "terminal": one.terminal,
        "campaign": one.report["campaign"],
        "title": one.report["title"],
        "ended": one.report["ended"],
        "level": overall["level"] if overall else None,
        "low": overall["low"] if overall else None,
        "high": overall["high"] if overall else None,
        "responses": len(one.report["responses"]),
    }


@app.command("list", help=t("cli.results.list"))
def list_(
    ctx: typer.Context,
    key: Key = None,
    place: From = None,
    terminal_card: Cards = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> None:
    opened, unreadable = _open(ctx, key, place, terminal_card, passphrase_file)
    if json:
        refused = [{"place": u.place, "code": u.fault.code, "message": sentence(u.fault)} for u in unreadable]
        as_json({"results": [_summary(o) for o in opened], "unreadable": refused})
    else:
        _warn(unreadable)
        keys = ("id", "name", "title", "ended", "level", "responses")
        rows = []
        for o in opened:
            s = _summary(o)
            spread = t("cli.results.range", **s) if s["level"] is not None else t("cli.results.not_measured")
            rows.append((s["id"], s["name"] or "–", s["title"], s["ended"][:16], spread, s["responses"]))
        table([t(f"cli.results.columns.{k}") for k in keys], rows)
    if unreadable:
        raise typer.Exit(ExitCode.BUNDLE)


@app.command(help=t("cli.results.show"))
def show(
    ctx: typer.Context,
    result: Annotated[str, typer.Argument(help=t("cli.results.which"), metavar="RESULT")],
    key: Key = None,
    place: From = None,
    terminal_card: Cards = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> None:
    opened, unreadable = _open(ctx, key, place, terminal_card, passphrase_file)
    found = [o for o in opened if len(result) >= 4 and o.bundle_id.startswith(result.lower())]
    if len(found) != 1:
        _warn(unreadable)
        raise Failure("results.unknown", id=result)
    one = found[0]
    if json:
        as_json(
            {
                "bundle": one.bundle_id,
                "terminal": one.terminal,
                "seq": one.seq,
                "name": one.name,
                "report": one.report,
            }
        )
        return
    for line in described(one):
        typer.echo(line)


def described(one: Opened) -> list[str]:
    """A result in plain lines: what is firm first, then each competence with its range and its basis."""
    from itembank import framework
    from kiosk.guidance.next_steps import summary_of_record
    from kiosk.guidance.remarks import described as remarks_described

    report = one.report
    lang = language()
    lines = [
        t(
            "cli.results.heading",
            title=report["title"],
            name=one.name or "–",
            ended=report["ended"][:16].replace("T", " "),
        ),
        t(
            "cli.results.basis",
            responses=len(report["responses"]),
            minutes=round(report["active_seconds"] / 60),
            bank=report["bank_version"],
        ),
        "",
    ]
    if report["overall"]:
        lines.append(f"{t('cli.results.overall')} {t('cli.results.range', **report['overall'])}")
    names = {d.id: d.names[lang] for d in framework.domains()}
    for domain, statement in report["domains"].items():
        lines.append(
            "  " + t("cli.line", name=f"{domain}. {names[domain]}", said=t("cli.results.range", **statement))
        )
    lines.append("")
    titles = {c.id: c.names[lang] for c in framework.competences()}
    for c in report["competences"]:
        said = t("cli.results.not_measured")
        if c["statement"]:
            chance = round(100 * c["statement"]["probabilities"][c["statement"]["level"]])
            said = t(f"cli.results.{c['status']}", n=c["responses"], chance=chance, **c["statement"])
        lines.append("  " + t("cli.line", name=f"{c['competence']} {titles[c['competence']]}", said=said))
    looked_at = remarks_described(report)
    if looked_at:
        lines += ["", *looked_at]
    summary = summary_of_record(report)
    for heading, sentences in (("mastered", summary.mastered), ("next", summary.next_steps)):
        if sentences:
            lines += ["", t(f"cli.results.{heading}"), *(f"  - {s}" for s in sentences)]
    return lines


@app.command(help=t("cli.results.recover"))
def recover(
    ctx: typer.Context,
    sitting: Annotated[str, typer.Argument(help=t("cli.results.sitting"))],
    key: Key = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> None:
    from kiosk.sitting.journal import under_way
    from kiosk.sitting.terminal import Terminal

    private = _private(ctx, key, passphrase_file)
    terminal = Terminal.open(ctx.obj.data, ctx.obj.bank)
    try:
        named = [
            s
            for s, _, _ in under_way(terminal.connection)
            if len(sitting) >= 4 and s.startswith(sitting.lower())
        ]
        if len(named) != 1:
            raise Failure("results.unknown", id=sitting)
        underway = terminal.recover(named[0], private)
        underway.sitting.stop("abandoned", underway.sitting.active_seconds)
        report = terminal.finish(underway)
    finally:
        terminal.close()
    if json:
        as_json({"sitting": report.sitting, "responses": len(report.responses), "name": underway.name})
    else:
        typer.echo(t("cli.results.recovered", n=len(report.responses)))


@app.command(help=t("cli.results.export"))
def export(
    ctx: typer.Context,
    output: Annotated[Path, typer.Argument(help=t("cli.results.output"))],
    key: Key = None,
    place: From = None,
    terminal_card: Cards = None,
    passphrase_file: PassphraseFile = None,
    force: Annotated[bool, typer.Option("--force", help=t("cli.results.force"))] = False,
    json: AsJson = False,
) -> None:
    from sync.files import replace

    if output.exists() and not force:
        raise Failure("results.target_exists", path=str(output))
    opened, unreadable = _open(ctx, key, place, terminal_card, passphrase_file)
    if output.suffix.lower() == ".json":
        whole = [
            {"bundle": o.bundle_id, "terminal": o.terminal, "name": o.name, "report": o.report}
            for o in opened
        ]
        data = json_module.dumps(whole, ensure_ascii=False, indent=1).encode()
    else:
        # With a byte-order mark and semicolons, French spreadsheets open it as it is.
        data = ("\ufeff" + as_csv(opened)).encode()
    try:
        replace(output, data, 0o600)
    except OSError as fault:  # named by the file that was asked for, not by the one written aside
        raise OSError(fault.errno, fault.strerror, str(output)) from fault
    if json:
        as_json({"path": str(output), "results": len(opened), "unreadable": len(unreadable)})
    else:
        _warn(unreadable)
        typer.echo(t("cli.results.exported", n=len(opened), path=output))
    if unreadable:
        raise typer.Exit(ExitCode.BUNDLE)


_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """A text that a spreadsheet will not take for a formula (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_csv(opened: list[Opened]) -> str:
    """One line a result: identity, campaign, overall level, then level, low, high and responses per competence."""
    from itembank import framework

    competences = [c.id for c in framework.competences()]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    head = ["bundle", "terminal", "name", "campaign", "title", "ended", "responses", "level", "low", "high"]
    for c in competences:
        head += [f"{c} status", f"{c} level", f"{c} low", f"{c} high", f"{c} responses"]
    writer.writerow(head)
    for o in opened:
        s = _summary(o)
        row: list[object] = [
            o.bundle_id,
            o.terminal,
            o.name,
            s["campaign"],
            s["title"],
            s["ended"],
            s["responses"],
        ]
        row += [s["level"], s["low"], s["high"]]
        by_id = {c["competence"]: c for c in o.report["competences"]}
        for c in competences:
            found = by_id.get(c)
            st = (found or {}).get("statement") or {}
            row += [
                (found or {}).get("status", "not_measured"),
                st.get("level"),
                st.get("low"),
                st.get("high"),
                (found or {}).get("responses", 0),
            ]
        writer.writerow([safe_cell(v) for v in row])
    return out.getvalue()
