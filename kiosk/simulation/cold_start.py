"""What calibration gives a new bank: from authored difficulties, through simulated sittings, to calibrated ones.

The sittings that calibrate are real `Sitting`s on the authored bank: adaptive, so that each item meets the people for
whom it was thought right, and most pairs of items never meet. `itembank.calibration` is told what it would know in an
agency: the answers, the authored parameters with their stated errors as priors, and the assumed prior of abilities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from itembank.calibration.calibrate import calibrate
from itembank.calibration.models import Model
from itembank.calibration.priors import ItemPrior
from itembank.calibration.responses import Responses
from itembank.calibration.setup import ItemSetup, Options, Population
from itembank.item import Parameters
from kiosk.simulation import metrics
from kiosk.simulation.sittings import Outcomes, Progress
from kiosk.simulation.synthetic_bank import ScenarioBank


def responses_of(outcomes: Outcomes, bank: ScenarioBank) -> Responses:
    """The answers of sittings as calibration reads them; answers that told nothing (rapid guesses) are left out."""
    kept = (outcomes.administered >= 0) & (outcomes.weight > 0)
    person, place = np.nonzero(kept)
    item = outcomes.administered[person, place]
    score = outcomes.points[person, place]
    order = np.lexsort((item, person))
    person, item, score = person[order], item[order], score[order]
    largest = np.zeros(len(bank.entries), dtype=np.int64)
    np.maximum.at(largest, item, score)
    return Responses(
        items=tuple(entry.id for entry in bank.entries),
        persons=tuple(f"P{i:06d}" for i in range(len(outcomes))),
        person=person,
        item=item,
        score=score,
        count=np.ones(len(outcomes)),
        max_score=largest,
    )


def calibrated(bank: ScenarioBank, outcomes: Outcomes, progress: Progress) -> ScenarioBank:
    """`bank` with parameters estimated from the sittings; guessing stays as it is told.

    Items that nobody answered keep their authored parameters. Raises CalibrationFault for answers that fit no item.
    """
    responses = responses_of(outcomes, bank)
    answered = set(np.unique(responses.item).tolist())
    setups = []
    for i, entry in enumerate(bank.entries):
        if i not in answered:
            continue
        told = entry.parameters
        setups.append(
            ItemSetup(
                entry.id,
                Model.TWO_PL if told.max_score == 1 else Model.GRADED,
                told.max_score,
                bank.competences.index(entry.competence),
                guessing=told.c,
                prior=replace(ItemPrior.around(told), logit_c=None),
                start=told,
            )
        )
    mean, covariance = bank.prior
    found = calibrate(
        responses,
        setups,
        population=Population(np.asarray(mean), np.asarray(covariance)),
        options=Options(learn_priors=True),
        progress=progress,
    )
    return bank.revised(parameters={item.id: item.parameters for item in found.items})


def difficulty_error(bank: ScenarioBank, items: Mapping[str, Parameters]) -> float:
    """Root mean square error of the mean threshold that `bank` is told, over the items named (their truth given)."""
    told = {entry.id: float(np.mean(entry.parameters.b)) for entry in bank.entries}
    return metrics.rmse(
        np.array([told[i] for i in items]), np.array([float(np.mean(p.b)) for p in items.values()])
    )
