"""`kiosk bank calibrate`: item parameters from responses, and a new release of the bank with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk.commands.bank.arguments import AsJson
from kiosk.commands.report import Progress, as_json, table
from kiosk.errors import Failure
from kiosk.locale import t

if TYPE_CHECKING:
    from itembank.calibration.calibrate import CalibratedItem, Calibration
    from itembank.calibration.from_bank import BankSetup
    from itembank.calibration.item_fit import ItemFit
    from itembank.calibration.response_times import ResponseTimes
    from itembank.calibration.responses import Responses

MODELS = ("2pl", "3pl", "graded", "gpcm", "rasch")


def calibrate(
    responses: Annotated[Path, typer.Argument(help=t("calibration.responses"))],
    model: Annotated[str, typer.Option(help=t("calibration.model"), metavar="MODEL")] = "2pl",
    bank: Annotated[Path | None, typer.Option(help=t("calibration.bank"), metavar="FILE")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=t("calibration.output"), metavar="FILE")
    ] = None,
    version: Annotated[str | None, typer.Option(help=t("calibration.version"))] = None,
    priors: Annotated[bool | None, typer.Option("--priors/--no-priors", help=t("calibration.priors"))] = None,
    fix_anchors: Annotated[bool, typer.Option("--fix-anchors", help=t("calibration.fix_anchors"))] = False,
    fit: Annotated[bool, typer.Option("--fit", help=t("calibration.fit"))] = False,
    column: Annotated[list[str] | None, typer.Option(help=t("calibration.column"), metavar="COLUMN")] = None,
    lowest_score: Annotated[int | None, typer.Option(help=t("calibration.lowest_score"), min=0)] = None,
    json: AsJson = False,
) -> None:
    if model not in MODELS:
        raise Failure("calibration.model", found=model, allowed=", ".join(MODELS))
    if output is not None and bank is None:
        raise Failure("calibration.output_needs_bank")
    if fix_anchors and bank is None:
        raise Failure("calibration.anchors_need_bank")
    if output is not None and model in ("gpcm", "rasch"):
        raise Failure("calibration.not_a_bank_model", model=model)
    if output is not None and output.exists():
        raise Failure("calibration.target_exists", path=str(output))

    from itembank.bank import Bank
    from itembank.calibration.calibrate import calibrate as estimated
    from itembank.calibration.clones import pooled
    from itembank.calibration.from_bank import bank_setup, write_release
    from itembank.calibration.item_fit import fit_items
    from itembank.calibration.models import Model
    from itembank.calibration.priors import ItemPrior
    from itembank.calibration.response_times import fit_response_times
    from itembank.calibration.responses import read_responses
    from itembank.calibration.setup import ItemSetup, Options

    found = read_responses(
        responses,
        columns=column or [],
        lowest_score=lowest_score,
        progress=Progress(t("calibration.reading")),
    )
    kind = Model(model)
    release_version = version
    setup = None
    if bank is not None:
        found = pooled(found)
        with Bank.open(bank) as opened:
            with_priors = priors is not False
            setup = bank_setup(opened, found, kind, priors=with_priors, fix_anchors=fix_anchors)
            release_version = version or f"{opened.version}.calibrated"
        setups, population = setup.setups, setup.population
        options = Options(nodes=41, tolerance=1e-3, learn_priors=with_priors and not fix_anchors)
    else:
        _take_points(kind, found)
        with_priors = bool(priors)
        population, options = None, Options()
        listed = []
        for name, most in zip(found.items, found.max_score.tolist(), strict=True):
            prior = ItemPrior.weak(max(most, 1)) if with_priors else None
            if kind is Model.THREE_PL and priors is None:
                prior = ItemPrior.guessing_only()
            listed.append(ItemSetup(name, kind, max(most, 1), prior=prior))
        setups = tuple(listed)
    result = estimated(
        found, setups, population=population, options=options, progress=Progress(t("calibration.running"))
    )
    fits = fit_items(found, setups, result, options) if fit else ()
    timed = None
    if found.seconds is not None:
        timed = fit_response_times(found)
    digest = None
    if output is not None and bank is not None and setup is not None:
        digest = write_release(
            bank, output, str(release_version), setup, result, timed.items if timed else {}
        )
    if json:
        document = _document(model, found, result, fits, setup, timed)
        if digest is not None:
            document["release"] = {"path": str(output), "version": release_version, "digest": digest}
        as_json(document)
        return
    _print(result, fits)
    if digest is not None:
        typer.echo(t("calibration.written", path=output, version=release_version, digest=digest))


def _take_points(model: Any, found: Responses) -> None:
    """Refuse scores that the model does not know."""
    most = found.max_score.max()
    if most > 1 and not model.takes_points:
        position = int(found.max_score.argmax())
        raise Failure("calibration.points", item=found.items[position], found=int(most), model=str(model))


# --- JSON -------------------------------------------------------------------------------------------------


def _document(
    model: str,
    found: Responses,
    result: Calibration,
    fits: tuple[ItemFit, ...],
    setup: BankSetup | None,
    timed: ResponseTimes | None,
) -> dict[str, Any]:
    by_item = {one.item: one for one in fits}
    document: dict[str, Any] = {
        "model": model,
        "log_likelihood": result.log_likelihood,
        "parameters": result.parameters_estimated,
        "persons": _whole(result.persons),
        "lowest_score": found.lowest_score,
        "iterations": result.iterations,
        "converged": result.converged,
        "standard_errors": result.standard_errors,
        "items": [_item(item, by_item.get(item.id)) for item in result.items],
        "population": {
            "mean": result.population.mean.tolist(),
            "sd": result.population.sd.tolist(),
            "covariance": result.population.covariance.tolist(),
        },
        "notices": [
            {"code": n.code, "item": n.item, "message": t(f"calibration.notice.{n.code}", item=n.item)}
            for n in result.notices
        ],
    }
    if setup is not None:
        document["population"]["competences"] = list(setup.competences)
    if timed is not None:
        document["response_times"] = {
            "speed_sd": timed.speed_sd,
            "items": [
                {"id": name, "intensity": one.intensity, "discrimination": one.discrimination}
                for name, one in timed.items.items()
            ],
        }
    return document


def _whole(number: float) -> float | int:
    return int(number) if number == int(number) else number


def _item(item: CalibratedItem, fit: ItemFit | None) -> dict[str, Any]:
    single = len(item.b) == 1
    se_b = None if item.se_b is None else item.se_b[0] if single else list(item.se_b)
    described: dict[str, Any] = {
        "id": item.id,
        "model": str(item.model),
        "answers": _whole(item.answers),
        "a": item.a,
        "b": item.b[0] if single else list(item.b),
        "se_a": item.se_a,
        "se_b": se_b,
    }
    if item.c > 0 or item.model == "3pl":
        described |= {"c": item.c, "se_c": item.se_c}
    if item.fixed:
        described["fixed"] = True
    if fit is not None:
        described["fit"] = {"statistic": fit.statistic, "value": fit.value, "df": fit.df, "p": fit.p}
    return described


# --- text -------------------------------------------------------------------------------------------------


def _print(result: Calibration, fits: tuple[ItemFit, ...]) -> None:
    typer.echo(
        t(
            "calibration.summary",
            n=len(result.items),
            persons=_whole(result.persons),
            log_likelihood=f"{result.log_likelihood:.3f}",
            iterations=result.iterations,
        )
    )
    if not result.converged:
        typer.echo(t("calibration.not_converged"), err=True)
    by_item = {one.item: one for one in fits}
    rows = []
    for item in result.items:
        row = [
            item.id,
            _whole(item.answers),
            f"{item.a:.3f}",
            _figure(item.se_a),
            " ".join(f"{b:.3f}" for b in item.b),
            " ".join(map(_figure, item.se_b)) if item.se_b else "-",
            f"{item.c:.3f}",
        ]
        if fits:
            row.append(_figure(by_item[item.id].p if item.id in by_item else None))
        rows.append(row)
    headings = ["item", "answers", "a", "se_a", "b", "se_b", "c", *(["fit"] if fits else [])]
    table([t(f"calibration.heading.{name}") for name in headings], rows)
    for notice in result.notices:
        typer.echo(t(f"calibration.notice.{notice.code}", item=notice.item), err=True)


def _figure(number: float | None) -> str:
    return "-" if number is None else f"{number:.3f}"
