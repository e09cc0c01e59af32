"""`kiosk bank exposure`: a release of the bank in which no item is seen too often."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk.commands.bank.arguments import AsJson
from kiosk.commands.report import Progress, as_json, table
from kiosk.errors import Failure
from kiosk.locale import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from itembank.bank import Bank
    from itembank.response_model import FloatArray

CHECKED = 4
"""Times as many people check the factors as found them: chance alone makes the most seen of many items look seen too
often, the more so the fewer people look."""

EDGES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1.0)
"""Shares of the sittings between which items are counted."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How often items are seen: the largest and mean share of the sittings, items ever seen, items by share (between
    neighbours of `EDGES`, the lower end excluded), and the RMSE of the sittings in population standard deviations."""

    largest: float
    mean: float
    items_used: int
    histogram: tuple[int, ...]
    rmse: float


def exposure(
    bank: Annotated[Path, typer.Argument(help=t("exposure.bank"), metavar="BANK")],
    output: Annotated[Path, typer.Option("--output", "-o", help=t("exposure.output"), metavar="RELEASE")],
    cap: Annotated[float, typer.Option(help=t("exposure.cap"))] = 0.25,
    length: Annotated[int, typer.Option(help=t("exposure.length"), min=1)] = 48,
    candidates: Annotated[int, typer.Option(help=t("exposure.candidates"), min=100, max=100_000)] = 2000,
    seed: Annotated[int, typer.Option(help=t("exposure.seed"), min=0)] = 1,
    version: Annotated[str | None, typer.Option(help=t("exposure.version"))] = None,
    json: AsJson = False,
) -> None:
    from itembank.bank import Bank
    from itembank.revise import revise_bank

    if output.resolve() == bank.resolve():
        raise Failure("usage.release_in_place", path=str(output))
    with Bank.open(bank) as opened:
        found, record = _controlled(opened, cap, length, candidates, seed, Progress(t("exposure.searching")))
        named = version or f"{opened.version}-exposure"
    after = record["after"]
    if after["largest"] > cap:
        raise Failure("bank.exposure_not_reached", cap=f"{cap:.1%}", reached=f"{after['largest']:.1%}")
    digest = revise_bank(bank, output, named, exposure=found)
    record |= {"path": str(output), "version": named, "digest": digest}
    if json:
        as_json(record)
        return
    before = record["before"]
    table(
        ["", t("exposure.before"), t("exposure.after")],
        [
            (t("exposure.figure.largest"), f"{before['largest']:.3f}", f"{after['largest']:.3f}"),
            (t("exposure.figure.items_used"), before["items_used"], after["items_used"]),
            *(
                (t("exposure.between", low=f"{low:g}", high=f"{high:g}"), b, a)
                for low, high, b, a in zip(
                    EDGES, EDGES[1:], before["histogram"], after["histogram"], strict=False
                )
            ),
            (t("exposure.figure.rmse"), f"{before['rmse']:.3f}", f"{after['rmse']:.3f}"),
        ],
    )
    typer.echo(t("exposure.written", path=output, version=named, n=record["limited"]))


def _controlled(
    bank: Bank, cap: float, length: int, candidates: int, seed: int, progress: Callable[[int, int], None]
) -> tuple[dict[str, float], dict[str, Any]]:
    """Exposure parameters by item id, and what the search did and cost.

    People are drawn from the bank's prior and answer by its parameters; clones of one family share a parameter.
    Raises Failure ``usage.exposure`` where no parameters can keep the cap.
    """
    import numpy as np

    from kiosk.adaptive.exposure import ROUNDS, control
    from kiosk.simulation.lockstep import LockStep, TrueItems
    from kiosk.simulation.sittings import plan_of
    from kiosk.sitting.machine import build_engine

    if not 0 < cap <= 1:
        raise Failure("usage.exposure", reason=t("exposure.reason.cap"))
    engine = build_engine(plan_of(bank, length=length), bank)
    least = length / len(engine.pool)
    if cap < least:
        raise Failure("usage.exposure", reason=t("exposure.reason.too_few", least=f"{least:.0%}"))
    try:
        test = LockStep(engine.pool, engine.prior, engine.scale, engine.spec, engine.rules)
    except ValueError as fault:
        raise Failure("usage.exposure", reason=t("exposure.reason.too_long")) from fault

    told = {entry.id: entry.parameters for entry in bank.entries}
    truth = [told[item] for item in engine.pool.ids]
    people = np.random.default_rng([seed, 0]).multivariate_normal(
        engine.prior.mean, engine.prior.covariance, size=(1 + CHECKED) * candidates, method="cholesky"
    )
    learning, checking = people[:candidates], people[candidates:]
    answers = TrueItems.of(learning, engine.pool, truth)
    unlimited = np.ones(len(engine.pool))

    def simulate(parameters: FloatArray, number: int) -> FloatArray:
        sat = test.sit(candidates, answers, np.random.default_rng([seed, 1, number]), exposure=parameters)
        progress(number + 1, ROUNDS + 2)
        return sat.exposure(len(engine.pool))

    def seen(parameters: FloatArray) -> Seen:
        """On people who were not there while the parameters were sought."""
        sat = test.sit(
            len(checking),
            TrueItems.of(checking, engine.pool, truth),
            np.random.default_rng([seed, 2]),
            exposure=parameters,
        )
        shares = sat.exposure(len(engine.pool))
        counts = np.histogram(np.where(shares > 0, shares - 1e-12, -1.0), EDGES)[0]
        return Seen(
            largest=round(float(shares.max()), 4),
            mean=round(float(shares.mean()), 4),
            items_used=int((shares > 0).sum()),
            histogram=tuple(counts.tolist()),
            rmse=round(float(np.sqrt(np.mean((sat.mean - checking) ** 2))), 4),
        )

    found = control(simulate, len(engine.pool), cap, ROUNDS)
    before = seen(unlimited)
    progress(ROUNDS + 1, ROUNDS + 2)
    after = seen(found.exposure)
    progress(ROUNDS + 2, ROUNDS + 2)
    by_family = {
        item.partition("#")[0]: round(float(k), 4)
        for item, k in zip(engine.pool.ids, found.exposure, strict=True)
    }
    parameters = {
        e.id: by_family[e.id.partition("#")[0]] for e in bank.entries if e.id.partition("#")[0] in by_family
    }
    record = {
        "cap": cap,
        "length": length,
        "candidates": candidates,
        "checked_on": len(checking),
        "rounds": ROUNDS,
        "largest_by_round": [round(x, 4) for x in found.largest],
        "limited": int((found.exposure < 1).sum()),
        "smallest": round(float(found.exposure.min()), 4),
        "edges": list(EDGES),
        "before": asdict(before),
        "after": asdict(after),
    }
    return parameters, record
