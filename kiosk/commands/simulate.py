"""`kiosk simulate`: how well the test measures, on simulated people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.commands.report import Progress, as_json, table
from kiosk.locale import t

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=t("cli.simulate.help"))
def simulate(
    candidates: Annotated[int, typer.Option(help=t("cli.simulate.candidates"))] = 200,
    length: Annotated[int, typer.Option(help=t("cli.simulate.length"))] = 48,
    seed: Annotated[int, typer.Option(help=t("cli.simulate.seed"), min=0)] = 1,
    bank: Annotated[Path | None, typer.Option(help=t("cli.simulate.bank"), metavar="FILE")] = None,
    json: Annotated[bool, typer.Option("--json", help=t("cli.json"))] = False,
) -> None:
    from itembank.bank import Bank
    from kiosk.commands.shipped import shipped_bank
    from kiosk.simulation.study import run_study

    with shipped_bank() if bank is None else Bank.open(bank) as opened:
        result = run_study(
            opened,
            candidates=candidates,
            length=length,
            seed=seed,
            progress=Progress(t("cli.simulate.running")),
        )
        result |= {"bank_version": opened.version, "bank_digest": opened.digest}
    if json:
        as_json(result)
        return
    separate, error = result["separate"], result["item_error"]
    rows = [(t(f"cli.simulate.figures.{k}"), result[k], separate[k], error[k]) for k in separate]
    table([t(f"cli.simulate.{k}") for k in ("figure", "joint", "separate", "item_error")], rows)
