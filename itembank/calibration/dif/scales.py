"""Where the item parameters come from that people of unlike tests are matched with: a bank, or the answers themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from itembank.bank import Bank
from itembank.calibration.calibrate import calibrate
from itembank.calibration.clones import family_of
from itembank.calibration.dif.matching import Scale
from itembank.calibration.models import Model
from itembank.calibration.responses import Responses
from itembank.calibration.setup import Options, Progress, same_for_all
from itembank.errors import ItemBankFault


def bank_scale(bank: Bank, items: Sequence[str]) -> Scale:
    """The scale of `items` (families, see `clones.pooled`), in their order; only the competences that they measure.

    Raises ItemBankFault `fairness.unknown_item` (`item`, `bank`) for an item that the bank does not hold.
    """
    entries = {family_of(entry.id): entry for entry in bank.entries}
    for item in items:
        if item not in entries:
            raise ItemBankFault("fairness.unknown_item", item=item, bank=str(bank.path))
    chosen = [entries[item] for item in items]
    mean, covariance = bank.prior
    kept = sorted({bank.competences.index(entry.competence) for entry in chosen})
    place = {bank.competences[index]: n for n, index in enumerate(kept)}
    return Scale(
        parameters=tuple(entry.parameters for entry in chosen),
        dimension=np.array([place[entry.competence] for entry in chosen], dtype=np.int64),
        mean=np.array(mean)[kept],
        covariance=np.array(covariance)[np.ix_(kept, kept)],
    )


def estimated_scale(responses: Responses, *, progress: Progress | None = None) -> Scale:
    """One ability, its graded (2PL for one point) parameters estimated from everybody's answers under weak priors.

    For adaptive answers without their bank: unfair items get parameters in between the groups, which purification
    takes out of the matching like any other. Raises `itembank.calibration.faults.CalibrationFault` when there is too
    little to estimate from.
    """
    setups = same_for_all(responses.items, responses.max_score.tolist(), Model.GRADED, priors=True)
    found = calibrate(
        responses, setups, options=Options(standard_errors=False, tolerance=1e-3), progress=progress
    )
    return Scale(
        parameters=tuple(item.parameters for item in found.items),
        dimension=np.zeros(len(found.items), dtype=np.int64),
        mean=found.population.mean,
        covariance=found.population.covariance,
    )
