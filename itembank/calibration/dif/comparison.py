"""Two groups compared item by item, with purification: the whole of a fairness analysis.

    comparison = compare(responses, focal, scale=scale)      # focal: (P,) 1 focal, 0 reference, -1 neither

**Purification.** An unfair item spoils the ability that people are matched on, and then fair items look unfair. Items
of class B and C are taken out of the matching, everything is computed again, until the same items come out (Holland &
Thayer 1988, section 5; iterated: Candell & Drasgow 1988).

**Many items, few false alarms.** p-values are adjusted over the items of a comparison (Benjamini & Hochberg 1995) and a
class other than A needs an adjusted p below 5 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from itembank.calibration.dif.ets import (
    MODERATE_R2,
    SIGNIFICANCE,
    EtsClass,
    adjusted,
    class_of_gain,
    class_of_means,
    class_of_odds,
)
from itembank.calibration.dif.logistic_regression import LogisticDif, logistic_dif
from itembank.calibration.dif.mantel_haenszel import (
    CommonOddsRatio,
    MeanDifference,
    common_odds_ratio,
    mean_difference,
)
from itembank.calibration.dif.matching import Answers, Scale, bands, expected_abilities, total_scores
from itembank.calibration.responses import Responses
from itembank.errors import ItemBankFault

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Progress = Callable[[int, int], None]

SMALLEST_GROUP = 100
"""People of either group, in all and for an item to be judged. Below it a large difference (class C) is missed more
often than not; see docs/fairness.md."""
MOST_ROUNDS = 10
FEWEST_MATCHING_ITEMS = 4


class Matching(StrEnum):
    """What people were matched on."""

    TOTAL_SCORE = "total_score"
    GIVEN_ABILITY = "given_ability"
    EXPECTED_ABILITY = "expected_ability"


@dataclass(frozen=True, slots=True)
class ItemFairness:
    """One item between two groups."""

    item: str
    reference_answers: float
    focal_answers: float
    ets_class: EtsClass
    odds: CommonOddsRatio | None
    """For an item scored right or wrong, else None."""
    means: MeanDifference
    """The same answers as points; what an item of several points is judged by."""
    p: float
    """Mantel–Haenszel (or Mantel), not adjusted."""
    p_adjusted: float
    logistic: LogisticDif | None
    """None when all answered alike."""
    logistic_p_adjusted: float
    logistic_class: EtsClass
    non_uniform: bool
    """Whether the difference depends on ability, significantly and by class B or C."""

    @property
    def direction(self) -> int:
        """-1 harder for the focal group than for reference people of the same ability, 1 easier, 0 neither."""
        size = self.odds.d_dif if self.odds is not None else self.means.difference
        return (size > 0) - (size < 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every item between a reference and a focal group."""

    reference_people: float
    focal_people: float
    matching: Matching
    items: tuple[ItemFairness, ...]
    too_few: tuple[str, ...]
    """Items that too few people of a group answered: not judged."""
    left_out: tuple[str, ...]
    """Items that purification took out of the matching."""
    rounds: int
    settled: bool
    """Whether purification came to the same items twice."""


def compare(
    responses: Responses,
    focal: IntArray,
    *,
    scale: Scale | None = None,
    ability: FloatArray | None = None,
    purify: bool = True,
    progress: Progress | None = None,
) -> Comparison:
    """Compare the items between the people marked 0 (reference) and 1 (focal) in `focal`, shape (P,); others stay out.

    Matching: `ability` (P,) if given (people without one, NaN, stay out), else expected ability on `scale`,
    else the total score. `progress(done, total)` counts the items of a round. Raises ItemBankFault with the codes
    `fairness.small_group` (`group`: reference or focal, `found`, `minimum`), `fairness.incomplete` when a total score
    is all there is and not everybody answered the same items, `fairness.score_above` (`item`, `score`, `limit`) for a
    score that the scale's item cannot have.
    """
    answers, given = _answers_of(responses, focal, ability)
    people = {is_focal: float(answers.weight[answers.focal == is_focal].sum()) for is_focal in (False, True)}
    for is_focal, name in ((False, "reference"), (True, "focal")):
        if people[is_focal] < SMALLEST_GROUP:
            raise ItemBankFault(
                "fairness.small_group", group=name, found=round(people[is_focal]), minimum=SMALLEST_GROUP
            )
    if given is None and scale is None and len(answers.person) != len(answers.weight) * answers.items:
        raise ItemBankFault("fairness.incomplete")
    if scale is not None:
        _check_scores(responses, scale)
    matching = (
        Matching.GIVEN_ABILITY
        if given is not None
        else Matching.EXPECTED_ABILITY
        if scale is not None
        else Matching.TOTAL_SCORE
    )

    def matched_on(criterion: BoolArray) -> FloatArray:
        if given is not None:
            return given
        if scale is not None:
            return expected_abilities(answers, scale, criterion)
        return total_scores(answers, criterion)

    left_out: frozenset[int] = frozenset()
    rounds, settled = 0, False
    while True:
        criterion = np.ones(answers.items, dtype=bool)
        criterion[sorted(left_out)] = False
        matched = matched_on(criterion)
        judged, too_few = _judge(answers, matched, responses, progress)
        rounds += 1
        unfair = frozenset(index for index, one in judged if one.ets_class is not EtsClass.A)
        settled = unfair == left_out
        pointless = matching is Matching.GIVEN_ABILITY or not purify
        if settled or pointless or rounds == MOST_ROUNDS:
            break
        if answers.items - len(unfair) < FEWEST_MATCHING_ITEMS:
            break
        left_out = unfair
    names = responses.items
    return Comparison(
        reference_people=people[False],
        focal_people=people[True],
        matching=matching,
        items=tuple(_with_logistic(answers, matched, judged)),
        too_few=tuple(names[index] for index in too_few),
        left_out=tuple(names[index] for index in sorted(left_out)),
        rounds=rounds,
        settled=settled or matching is Matching.GIVEN_ABILITY,
    )


def _answers_of(
    responses: Responses, focal: IntArray, ability: FloatArray | None
) -> tuple[Answers, FloatArray | None]:
    """The answers of both groups, and for each answer the person's given ability, if any."""
    kept = focal >= 0
    if ability is not None:
        kept &= np.isfinite(ability)
    rows = kept[responses.person]
    given = ability[responses.person[rows]] if ability is not None else None
    answers = Answers(
        person=(np.cumsum(kept) - 1)[responses.person[rows]],
        item=responses.item[rows],
        score=responses.score[rows],
        weight=responses.count[kept],
        focal=focal[kept] == 1,
        items=len(responses.items),
    )
    return answers, given


def _check_scores(responses: Responses, scale: Scale) -> None:
    for name, parameters, found in zip(responses.items, scale.parameters, responses.max_score, strict=True):
        if found > parameters.max_score:
            raise ItemBankFault(
                "fairness.score_above", item=name, score=int(found), limit=parameters.max_score
            )


def _by_item(answers: Answers) -> list[tuple[int, IntArray]]:
    """(item, its rows) for every item that has answers."""
    order = np.argsort(answers.item, kind="stable")
    found, starts = np.unique(answers.item[order], return_index=True)
    return list(zip(found.tolist(), np.split(order, starts[1:]), strict=True))


def _judge(
    answers: Answers, ability: FloatArray, responses: Responses, progress: Progress | None
) -> tuple[list[tuple[int, ItemFairness]], list[int]]:
    """One round: (item, verdict) for the items that enough people answered, and the others."""
    found: list[tuple[int, ItemFairness]] = []
    few: list[int] = []
    grouped = _by_item(answers)
    for done, (index, rows) in enumerate(grouped, 1):
        person = answers.person[rows]
        score, weight, focal = answers.score[rows], answers.weight[person], answers.focal[person]
        reference_answers, focal_answers = float(weight[~focal].sum()), float(weight[focal].sum())
        if min(reference_answers, focal_answers) < SMALLEST_GROUP:
            few.append(index)
        else:
            one = _unadjusted(score, focal, ability[rows], weight, int(responses.max_score[index]))
            found.append((index, replace(one, item=responses.items[index])))
        if progress is not None:
            progress(done, len(grouped))
    p_adjusted = adjusted([one.p for _, one in found])
    return [(index, _classed(one, p)) for (index, one), p in zip(found, p_adjusted, strict=True)], few


def _unadjusted(
    score: IntArray, focal: BoolArray, ability: FloatArray, weight: FloatArray, largest: int
) -> ItemFairness:
    stratum = bands(ability, weight, focal)
    means = mean_difference(score, focal, stratum, weight)
    odds = common_odds_ratio(score, focal, stratum, weight) if largest <= 1 else None
    p = odds.p if odds is not None else means.p
    return ItemFairness(
        item="",
        reference_answers=float(weight[~focal].sum()),
        focal_answers=float(weight[focal].sum()),
        ets_class=EtsClass.A,
        odds=odds,
        means=means,
        p=p,
        p_adjusted=p,
        logistic=None,
        logistic_p_adjusted=1.0,
        logistic_class=EtsClass.A,
        non_uniform=False,
    )


def _classed(one: ItemFairness, p: float) -> ItemFairness:
    """The item with its adjusted p-value and the class that follows."""
    found = class_of_odds(one.odds, p) if one.odds is not None else class_of_means(one.means, p)
    return replace(one, p_adjusted=p, ets_class=found)


def _with_logistic(
    answers: Answers, ability: FloatArray, judged: list[tuple[int, ItemFairness]]
) -> list[ItemFairness]:
    """The items with the logistic tests, which no round of purification waits for."""
    rows_of = dict(_by_item(answers))
    tests: list[LogisticDif | None] = []
    for index, _ in judged:
        rows = rows_of[index]
        person = answers.person[rows]
        tests.append(
            logistic_dif(answers.score[rows], answers.focal[person], ability[rows], answers.weight[person])
        )
    p_adjusted = adjusted([test.p if test is not None else 1.0 for test in tests])
    crossing = adjusted([test.p_non_uniform if test is not None else 1.0 for test in tests])
    return [
        replace(
            one,
            logistic=test,
            logistic_p_adjusted=p,
            logistic_class=class_of_gain(test.r2_gain, p) if test is not None else EtsClass.A,
            non_uniform=test is not None and crossing_p < SIGNIFICANCE and test.r2_gain >= MODERATE_R2,
        )
        for (_, one), test, p, crossing_p in zip(judged, tests, p_adjusted, crossing, strict=True)
    ]
