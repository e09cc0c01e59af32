"""`kiosk bank dif`: which items treat people of the same ability differently, group by group."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk.commands.bank.arguments import AsJson
from kiosk.commands.report import Progress, as_json, table
from kiosk.locale import t

if TYPE_CHECKING:
    from itembank.calibration.dif.comparison import Comparison, ItemFairness
    from itembank.calibration.dif.groups import Groups
    from itembank.calibration.responses import Responses

ABILITY = "ability"
"""The column of the responses that says everyone's ability, where there is no bank to estimate it with."""


def dif(
    responses: Annotated[Path, typer.Argument(help=t("fairness.responses"))],
    group: Annotated[str, typer.Option(help=t("fairness.group"), metavar="COLUMN")],
    reference: Annotated[str | None, typer.Option(help=t("fairness.reference"), metavar="VALUE")] = None,
    focal: Annotated[str | None, typer.Option(help=t("fairness.focal"), metavar="VALUE")] = None,
    bank: Annotated[Path | None, typer.Option(help=t("fairness.bank"), metavar="FILE")] = None,
    column: Annotated[list[str] | None, typer.Option(help=t("fairness.column"), metavar="COLUMN")] = None,
    lowest_score: Annotated[int | None, typer.Option(help=t("fairness.lowest_score"), min=0)] = None,
    json: AsJson = False,
) -> None:
    from itembank.calibration.clones import pooled
    from itembank.calibration.dif.comparison import compare
    from itembank.calibration.dif.groups import given_abilities, groups_of
    from itembank.calibration.dif.scales import estimated_scale
    from itembank.calibration.responses import read_responses

    found = read_responses(
        responses,
        columns=[group, *(column or [])],
        lowest_score=lowest_score,
        progress=Progress(t("fairness.reading")),
    )
    groups = groups_of(found, group, reference=reference, focal=focal)
    ability = given_abilities(found, ABILITY) if bank is None and ABILITY in found.columns else None
    everybody_saw_all = len(found.score) == len(found.persons) * len(found.items)
    if bank is not None:
        found = pooled(found)
        source, scale = "bank", _bank_scale(bank, found)
    elif ability is None and not everybody_saw_all:
        source, scale = "responses", estimated_scale(found, progress=Progress(t("fairness.estimating")))
    else:
        source, scale = None, None
    compared = [
        (
            value,
            compare(
                found,
                groups.membership(found, value),
                scale=scale,
                ability=ability,
                progress=Progress(t("fairness.comparing")),
            ),
        )
        for value in groups.focal
    ]
    if json:
        as_json(_document(found, groups, compared, source))
    else:
        _print(found, groups, compared, source)


def _bank_scale(path: Path, found: Responses) -> Any:
    from itembank.bank import Bank
    from itembank.calibration.dif.scales import bank_scale

    with Bank.open(path) as opened:
        return bank_scale(opened, found.items)


# --- JSON -------------------------------------------------------------------------------------------------


def _document(
    found: Responses, groups: Groups, compared: list[tuple[str, Comparison]], source: str | None
) -> dict[str, Any]:
    from itembank.calibration.dif.comparison import SMALLEST_GROUP

    return {
        "group": groups.column,
        "reference": groups.reference,
        "minimum": SMALLEST_GROUP,
        "too_small": [{"value": value, "people": people} for value, people in groups.too_small],
        "unknown_people": groups.unknown,
        "lowest_score": found.lowest_score,
        "parameters_from": source,
        "comparisons": [
            {
                "focal": value,
                "reference_people": comparison.reference_people,
                "focal_people": comparison.focal_people,
                "matching": comparison.matching,
                "rounds": comparison.rounds,
                "settled": comparison.settled,
                "left_out": comparison.left_out,
                "too_few": comparison.too_few,
                "items": [_item(one, groups.reference, value) for one in comparison.items],
            }
            for value, comparison in compared
        ],
    }


def _item(one: ItemFairness, reference: str, focal: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": one.item,
        "class": one.ets_class,
        "reference_answers": one.reference_answers,
        "focal_answers": one.focal_answers,
        "p": one.p,
        "p_adjusted": one.p_adjusted,
        "smd": one.means.difference,
        "smd_se": one.means.standard_error,
        "smd_effect": one.means.effect,
        "mantel_chi2": one.means.chi_squared,
        "non_uniform": one.non_uniform,
        "harder_for": _harder_for(one, reference, focal),
        "direction": _direction(one, reference, focal),
        "logistic": None,
    }
    if one.odds is not None:
        document |= {
            "mh_d_dif": one.odds.d_dif,
            "mh_d_dif_se": one.odds.d_dif_error,
            "mh_log_odds_ratio": one.odds.log_odds_ratio,
            "mh_log_odds_ratio_se": one.odds.standard_error,
            "mh_chi2": one.odds.chi_squared,
            "separated": one.odds.separated,
        }
    if one.logistic is not None:
        document["logistic"] = {
            "class": one.logistic_class,
            "p": one.logistic.p,
            "p_adjusted": one.logistic_p_adjusted,
            "p_uniform": one.logistic.p_uniform,
            "p_non_uniform": one.logistic.p_non_uniform,
            "r2_gain": one.logistic.r2_gain,
            "r2_gain_uniform": one.logistic.r2_gain_uniform,
            "group": one.logistic.group,
            "interaction": one.logistic.interaction,
        }
    return document


def _harder_for(one: ItemFairness, reference: str, focal: str) -> str | None:
    """The group at a disadvantage; None for class A."""
    if one.ets_class == "A":
        return None
    return focal if one.direction < 0 else reference


def _direction(one: ItemFairness, reference: str, focal: str) -> str:
    group = _harder_for(one, reference, focal)
    said = [t("fairness.direction.harder", group=group)] if group is not None else []
    said += [t("fairness.direction.non_uniform")] if one.non_uniform else []
    return ", ".join(said) or t("fairness.direction.none")


# --- text -------------------------------------------------------------------------------------------------


def _print(
    found: Responses, groups: Groups, compared: list[tuple[str, Comparison]], source: str | None
) -> None:
    from itembank.calibration.dif.comparison import SMALLEST_GROUP

    if found.lowest_score:
        typer.echo(t("fairness.shifted", lowest=found.lowest_score))
    if groups.unknown:
        typer.echo(t("fairness.unknown", n=groups.unknown))
    if groups.too_small:
        listed = ", ".join(f"{value} ({people})" for value, people in groups.too_small)
        typer.echo(t("fairness.too_small", n=len(groups.too_small), groups=listed, minimum=SMALLEST_GROUP))
    for place, (value, comparison) in enumerate(compared):
        if place:
            typer.echo("")
        typer.echo(
            t(
                "fairness.title",
                focal=value,
                focal_people=f"{comparison.focal_people:g}",
                reference=groups.reference,
                reference_people=f"{comparison.reference_people:g}",
            )
        )
        matching = t(f"fairness.matching.{source or comparison.matching}")
        said = [matching, t("fairness.rounds", n=comparison.rounds)]
        for key, items in (("left_out", comparison.left_out), ("too_few", comparison.too_few)):
            if items:
                said.append(
                    t(f"fairness.{key}", n=len(items), items=", ".join(items), minimum=SMALLEST_GROUP)
                )
        said += [] if comparison.settled else [t("fairness.unsettled")]
        for sentence in said:
            typer.echo(sentence)
        typer.echo("")
        worst_first = sorted(comparison.items, key=lambda one: (-ord(one.ets_class), one.p))
        table(
            [t(f"fairness.heading.{key}") for key in _HEADINGS],
            [_row(one, groups.reference, value) for one in worst_first],
        )
        classes = Counter(str(one.ets_class) for one in comparison.items)
        typer.echo("")
        typer.echo(t("fairness.counts", a=classes["A"], b=classes["B"], c=classes["C"]))
        if classes["B"] or classes["C"]:
            typer.echo(t("fairness.advice"))


_SMALLEST_SHOWN = 0.0001
_HEADINGS = ("item", "class", "size", "error", "p", "logistic_p", "r2", "direction")


def _row(one: ItemFairness, reference: str, focal: str) -> list[str]:
    size, error = (
        (one.odds.d_dif, one.odds.d_dif_error)
        if one.odds is not None
        else (one.means.difference, one.means.standard_error)
    )
    logistic = one.logistic
    return [
        one.item,
        one.ets_class,
        f"{size:+.2f}",
        f"{error:.2f}",
        _p(one.p_adjusted),
        _p(one.logistic_p_adjusted) if logistic is not None else "-",
        f"{logistic.r2_gain:.3f}" if logistic is not None else "-",
        _direction(one, reference, focal),
    ]


def _p(value: float) -> str:
    return f"{value:.4f}" if value >= _SMALLEST_SHOWN else f"<{_SMALLEST_SHOWN:.4f}"
