"""`kiosk sitting`: one candidate's test, explained."""

from __future__ import annotations

import json as json_module
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk.commands.report import as_json, table
from kiosk.errors import Failure
from kiosk.exit_codes import ExitCode
from kiosk.locale import language, t

if TYPE_CHECKING:
    from kiosk.sitting.explain import Difference, Explanation, Step

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback(help=t("sitting.help"))
def sitting() -> None:
    """A group, even while it has one command only."""


@app.command(help=t("sitting.explain"))
def explain(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(help=t("sitting.file"), metavar="FILE")],
    bank: Annotated[Path | None, typer.Option(help=t("sitting.bank"), metavar="FILE")] = None,
    json: Annotated[bool, typer.Option("--json", help=t("cli.json"))] = False,
) -> None:
    from itembank.bank import Bank
    from kiosk.sitting.explain import explained

    record = _record(file)
    with Bank.open(bank or ctx.obj.bank) as opened:
        explanation = explained(record, opened)
    if json:
        as_json({"same": explanation.same, **asdict(explanation)})
    else:
        for line in (t("sitting.heading", title=record["title"], bank=record["bank_version"], n=len(explanation.steps)),
                     t("sitting.step"), ""):  # fmt: skip
            typer.echo(line)
        table([t(f"sitting.columns.{c}") for c in COLUMNS], [_row(step) for step in explanation.steps])
        typer.echo("\n" + t("sitting.levels"))
        levels = range(len(next(iter(explanation.levels.values()), ())))
        table(
            [t("sitting.columns.competence"), *map(str, levels)],
            [(c, *(round(100 * p) for p in shares)) for c, shares in explanation.levels.items()],
        )
        typer.echo("")
        for line in _verdict(explanation):
            typer.echo(line)
    if not explanation.same:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


MAX_BYTES = 16 * 1024 * 1024
"""Far more than the longest sitting's result."""


def _record(file: str) -> dict[str, Any]:
    """A report's record, from what `kiosk results show --json` prints. Raises Failure ``results.not_a_result``."""
    if file == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        with Path(file).open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    try:
        found = json_module.loads(data) if len(data) <= MAX_BYTES else None
    except (ValueError, RecursionError) as fault:
        raise Failure("results.not_a_result") from fault
    report = found.get("report", found) if isinstance(found, dict) else None
    if not isinstance(report, dict) or not {"title", "bank_version", "responses"} <= report.keys():
        raise Failure("results.not_a_result")
    return report


COLUMNS = (
    "number", "item", "competence", "gain", "rank", "rule", "expected", "expected_seconds", "points", "seconds",
    "weight", "before", "after",
)  # fmt: skip


def _row(step: Step) -> tuple[object, ...]:
    chosen = step.gain is not None and step.expected_share is not None and step.expected_seconds is not None
    return (
        step.number,
        step.item,
        step.competence,
        _decimal(step.gain, 4) if step.gain is not None else "?",
        f"{step.rank}/{step.candidates}" if chosen else "?",
        t(f"sitting.rule.{step.rule or 'none'}") if chosen else "?",
        f"{round(100 * step.expected_share)} %" if step.expected_share is not None else "?",
        round(step.expected_seconds) if step.expected_seconds is not None else "?",
        f"{step.points}/{step.maximum}",
        _decimal(step.seconds, 1),
        _decimal(step.weight, 0),
        "{} ± {}".format(*(_decimal(x, 2) for x in step.before)),
        "{} ± {}".format(*(_decimal(x, 2) for x in step.after)),
    )


def _decimal(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language() == "fr" else text


def _verdict(explanation: Explanation) -> list[str]:
    lines = [
        t("sitting.version", name=name, then=then, now=now)
        for name, (then, now) in explanation.versions.items()
    ]
    if explanation.same:
        lines.append(t("sitting.same"))
        lines.append(t("sitting.bit_for_bit" if explanation.bit_for_bit else "sitting.not_bit_for_bit"))
        return lines
    lines.append(t("sitting.differences", n=len(explanation.differences)))
    lines += [f"  - {_difference(d)}" for d in explanation.differences]
    return [*lines, t("sitting.advice")]


def _difference(difference: Difference) -> str:
    values = {
        "what": t(f"sitting.differs.{difference.what}"),
        "recorded": _short(difference.recorded),
        "replayed": _short(difference.replayed),
    }
    if difference.number is None:
        return t("sitting.difference", **values)
    return t("sitting.difference_at", number=difference.number, **values)


def _short(value: object) -> str:
    text = json_module.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
