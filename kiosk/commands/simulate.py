"""`kiosk simulate`: how well the test measures, on simulated people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk.commands.report import Progress, as_json, table
from kiosk.errors import Failure
from kiosk.locale import t

if TYPE_CHECKING:
    from kiosk.simulation.study import Announce

app = typer.Typer(add_completion=False, rich_markup_mode=None)

FIGURES = (
    "rmse", "reliability", "exact", "within_one", "coverage_80", "median_ms_per_item", "max_exposure",
    "mean_exposure", "items_used", "items_per_sitting", "seconds_per_item",
)  # fmt: skip
"""Figures of a bank's study, one row each over its three tests."""

SCENARIO_FIGURES = (
    "rmse", "bias", "reliability", "exact", "within_one", "four_band", "domain_reliability", "overall_reliability",
    "coverage_80", "coverage_80_least", "coverage_80_most", "stated_confidence", "observed_agreement", "max_exposure",
    "test_overlap", "items_per_sitting", "items_per_competence_least", "finished_in_time", "rapid_share",
    "separate_items_needed", "separate_ratio", "recovered_share", "time_gain", "ms_per_item", "sittings_per_second",
)  # fmt: skip
"""Figures of a scenario's study; those that it does not have are left out."""

LENGTH = 48
SHIPPED = ", ".join(
    sorted(p.stem for p in (Path(__file__).parents[1] / "simulation" / "scenarios").glob("*.toml"))
)
"""Names of the shipped scenarios, read from the folder: the help must not wait for numpy."""


@app.command(help=t("cli.simulate.help"))
def simulate(
    candidates: Annotated[int, typer.Option(help=t("cli.simulate.candidates"))] = 200,
    length: Annotated[int | None, typer.Option(help=t("simulation.option.length"))] = None,
    seed: Annotated[int, typer.Option(help=t("cli.simulate.seed"), min=0)] = 1,
    bank: Annotated[Path | None, typer.Option(help=t("cli.simulate.bank"), metavar="FILE")] = None,
    scenario: Annotated[
        str | None, typer.Option(help=t("simulation.option.scenario", known=SHIPPED), metavar="NAME|FILE")
    ] = None,
    minutes: Annotated[float | None, typer.Option(help=t("simulation.option.minutes"))] = None,
    jobs: Annotated[int, typer.Option(help=t("simulation.option.jobs"), min=1, max=64)] = 1,
    report: Annotated[Path | None, typer.Option(help=t("simulation.option.report"), metavar="FILE")] = None,
    json: Annotated[bool, typer.Option("--json", help=t("cli.json"))] = False,
) -> None:
    if scenario is not None and bank is not None:
        raise Failure("usage.simulate", field="--scenario", reason=t("simulation.option.both"))
    if scenario is None and minutes is not None:
        raise Failure("usage.simulate", field="--minutes", reason=t("simulation.option.no_minutes"))
    if scenario is None:
        result = _bank_study(bank, candidates, length or LENGTH, seed, jobs)
    else:
        result = _scenario_study(scenario, candidates, length, minutes, seed, jobs)
    if report is not None:
        from kiosk.simulation.report import render
        from sync.files import replace

        replace(report, render(result).encode())
        typer.echo(t("simulation.option.written", path=report), err=True)
    if json:
        as_json(result)
    elif scenario is None:
        _show_bank_study(result)
    else:
        _show_scenario_study(result)


def _announce() -> Announce:
    return lambda stage: Progress(t(f"simulation.stage.{stage}"))


def _bank_study(bank: Path | None, candidates: int, length: int, seed: int, jobs: int) -> dict[str, Any]:
    from itembank.bank import Bank
    from kiosk.commands.shipped import shipped_bank
    from kiosk.simulation.study import run_study

    with shipped_bank() if bank is None else Bank.open(bank) as opened:
        result = run_study(
            opened, candidates=candidates, length=length, seed=seed, jobs=jobs, announce=_announce()
        )
        return result | {"bank_version": opened.version, "bank_digest": opened.digest}


def _scenario_study(
    name: str, candidates: int, length: int | None, minutes: float | None, seed: int, jobs: int
) -> dict[str, Any]:
    from kiosk.simulation.scenario import load_scenario
    from kiosk.simulation.scenario_study import run_scenario

    given = {"length": length, "minutes": minutes}
    scenario = load_scenario(name).altered(**{k: v for k, v in given.items() if v is not None})
    return run_scenario(scenario, candidates=candidates, seed=seed, jobs=jobs, announce=_announce())


def _show_bank_study(result: dict[str, Any]) -> None:
    separate, error = result["separate"], result["item_error"]
    bounds = result["bound"]
    rows = [
        (t(f"cli.simulate.figures.{k}"), result[k], separate[k], error[k], bounds.get(k, "")) for k in FIGURES
    ]
    table([t(f"cli.simulate.{k}") for k in ("figure", "joint", "separate", "item_error", "bound")], rows)


def _show_scenario_study(result: dict[str, Any]) -> None:
    from kiosk.simulation.report.wording import goal_text, written

    def row(name: str, value: float | None) -> tuple[str, str, str, str, str]:
        goal = goals.get(name)
        met = "" if goal is None else t(f"simulation.table.{'yes' if goal['met'] else 'no'}")
        return (
            t(f"simulation.figure.{name}"),
            written(name, value),
            written(name, bounds[name]) if name in bounds else "",
            "" if goal is None else goal_text(goal),
            met,
        )

    goals = {goal["figure"]: goal for goal in result["goals"]}
    bounds = result["bound"] or {}
    shown = [name for name in SCENARIO_FIGURES if result.get(name) is not None or name in goals]
    shown += [name for name in goals if name not in SCENARIO_FIGURES]
    table(
        [t(f"simulation.table.{k}") for k in ("figure", "value", "bound", "goal", "met")],
        [row(name, result.get(name)) for name in shown],
    )
