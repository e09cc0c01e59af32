"""Calibration of a bank's items: its parameters as priors, starts or anchors, and the release that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from itembank.bank import Bank, Entry
from itembank.calibration.calibrate import Calibration
from itembank.calibration.clones import family_of
from itembank.calibration.models import Model
from itembank.calibration.priors import ItemPrior
from itembank.calibration.responses import Responses
from itembank.calibration.setup import ItemSetup, Population
from itembank.errors import ItemBankFault
from itembank.item import Parameters
from itembank.response_times import ResponseTime
from itembank.revise import revise_bank
from itembank.starting_parameters import clone_parameters


@dataclass(frozen=True, slots=True)
class BankSetup:
    """The bank's items that somebody answered, set up; `population` is the bank's prior over `competences`, the
    dimensions. An item that is a family's clones stands once, under the family's name; `entries` holds the first of
    them and `clones` the ids of all."""

    setups: tuple[ItemSetup, ...]
    entries: tuple[Entry, ...]
    population: Population
    competences: tuple[str, ...]
    clones: Mapping[str, tuple[str, ...]]


def bank_setup(
    bank: Bank, responses: Responses, model: Model, *, priors: bool = True, fix_anchors: bool = False
) -> BankSetup:
    """Set up the answered items as the bank has them; `responses` are pooled (see `clones.pooled`).

    Items worth several points are graded whatever `model` says, unless it is `GPCM`; right-or-wrong items keep the
    bank's guessing, except under `THREE_PL`, which searches it from there. `fix_anchors` holds the bank's anchor items.

    Raises ItemBankFault `calibration.unknown_item` for an item that the bank lacks, `calibration.no_anchors`.
    """
    clones: dict[str, list[str]] = {}
    entries: dict[str, Entry] = {}
    for entry in bank.entries:
        name = family_of(entry.id)
        entries.setdefault(name, entry)
        clones.setdefault(name, []).append(entry.id)
    answered = set(np.unique(responses.item).tolist())
    setups, chosen = [], []
    for position, name in enumerate(responses.items):
        if name not in entries:
            raise ItemBankFault("calibration.unknown_item", item=name, bank=str(bank.path))
        if position not in answered:
            continue
        entry = entries[name]
        p = entry.parameters
        used = Model.GRADED if p.max_score > 1 and model in (Model.TWO_PL, Model.THREE_PL) else model
        fixed = fix_anchors and entry.anchor
        prior = None
        if priors and not fixed:
            prior = ItemPrior.around(p, ordered=used is not Model.GPCM)
        setups.append(
            ItemSetup(
                name,
                used,
                p.max_score,
                bank.competences.index(entry.competence),
                p.c,
                prior,
                p if priors or fixed else None,
                fixed,
            )
        )
        chosen.append(entry)
    if fix_anchors and not any(setup.fixed for setup in setups):
        raise ItemBankFault("calibration.no_anchors", bank=str(bank.path))
    mean, covariance = bank.prior
    return BankSetup(
        tuple(setups),
        tuple(chosen),
        Population(np.array(mean), np.array(covariance)),
        bank.competences,
        {name: tuple(ids) for name, ids in clones.items()},
    )


def release_parameters(setup: BankSetup, calibration: Calibration) -> dict[str, Parameters]:
    """The items' new parameters, by id; anchors that were held keep theirs.

    Clones share what was found for their family, their spread added to the uncertainty of b. Where the responses gave no standard error, the bank's own stands: a release never claims certainty.
    Raises ItemBankFault `calibration.negative_slope` for an item that a bank could not hold.
    """
    found: dict[str, Parameters] = {}
    for entry, item in zip(setup.entries, calibration.items, strict=True):
        if item.fixed:
            continue
        if item.a <= 0:
            raise ItemBankFault("calibration.negative_slope", item=item.id, a=round(item.a, 3))
        p, before = item.parameters, entry.parameters
        whole = replace(
            p,
            c=before.c if item.model is not Model.THREE_PL else p.c,
            se_a=before.se_a if item.se_a is None else p.se_a,
            se_b=before.se_b if item.se_location is None else p.se_b,
            se_c=before.se_c if item.se_c is None else p.se_c,
        )
        ids = setup.clones[item.id]
        if ids != (item.id,) and item.se_location is not None:
            whole = clone_parameters(whole)
        found |= dict.fromkeys(ids, whole)
    return found


def write_release(
    bank: Path,
    target: Path,
    version: str,
    setup: BankSetup,
    calibration: Calibration,
    response_times: Mapping[str, ResponseTime],
) -> str:
    """Write a new bank from `bank`; return its digest. Raises as `release_parameters` and `revise_bank` do."""
    population = calibration.population
    return revise_bank(
        bank,
        target,
        version,
        parameters=release_parameters(setup, calibration),
        response_times={i: time for name, time in response_times.items() for i in setup.clones[name]},
        prior=(population.mean.tolist(), population.covariance.tolist()),
    )
