"""Who is compared with whom: the values of one column of the responses, one of them the reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from itembank.calibration.dif.comparison import SMALLEST_GROUP
from itembank.calibration.responses import Responses, column_name
from itembank.errors import ItemBankFault

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of one column, large enough to be compared, and those that are not."""

    column: str
    reference: str
    focal: tuple[str, ...]
    """Each is compared with the reference; largest first."""
    too_small: tuple[tuple[str, int], ...]
    """(value, people) of the groups below the smallest size."""
    unknown: int
    """People without a value: compared with nobody."""

    def membership(self, responses: Responses, focal: str) -> IntArray:
        """(P,) 0 for the reference, 1 for `focal`, -1 for the others."""
        values = np.array(responses.columns[self.column], dtype=object)
        found: IntArray = np.where(values == focal, 1, np.where(values == self.reference, 0, -1)).astype(
            np.int64
        )
        return found


def groups_of(
    responses: Responses, column: str, *, reference: str | None = None, focal: str | None = None
) -> Groups:
    """The groups to compare: `reference` (the largest by default) with `focal` (with each other one by default).

    Raises ItemBankFault: `fairness.no_column` (`column`, `found`), `fairness.no_value` (`value`, `column`, `found`),
    `fairness.one_group` (`column`, `found`), `fairness.small_groups` (`column`, `reference`, `found`, `minimum`) when
    there is nothing left to compare, `fairness.same_group` (`value`).
    """
    name = column_name(column)
    if name not in responses.columns:
        known = ", ".join(sorted(responses.columns)) or "-"
        raise ItemBankFault("fairness.no_column", column=column, found=known)
    people: dict[str, float] = {}
    for value, count in zip(responses.columns[name], responses.count.tolist(), strict=True):
        people[value] = people.get(value, 0.0) + count
    unknown = people.pop("", 0.0)
    ordered = sorted(people, key=lambda value: (-people[value], value))
    listed = ", ".join(f"{value} ({people[value]:g})" for value in ordered[:20]) or "-"
    for wanted in (reference, focal):
        if wanted is not None and wanted not in people:
            raise ItemBankFault("fairness.no_value", value=wanted, column=name, found=listed)
    if len(ordered) < 2:
        raise ItemBankFault("fairness.one_group", column=name, found=listed)
    if reference is None:
        reference = next(value for value in ordered if value != focal)
    if focal == reference:
        raise ItemBankFault("fairness.same_group", value=reference)
    others = [value for value in ordered if value != reference] if focal is None else [focal]
    enough = tuple(value for value in others if people[value] >= SMALLEST_GROUP)
    if not enough or people[reference] < SMALLEST_GROUP:
        raise ItemBankFault(
            "fairness.small_groups", column=name, reference=reference, found=listed, minimum=SMALLEST_GROUP
        )
    small = tuple((value, round(people[value])) for value in others if value not in enough)
    return Groups(name, reference, enough, small, round(unknown))


def given_abilities(responses: Responses, column: str) -> FloatArray:
    """(P,) the abilities of a column, NaN where it is empty.

    Raises ItemBankFault `fairness.not_an_ability` (`value`, `person`) for a text that is no finite number.
    """
    found = np.full(len(responses.persons), np.nan)
    for index, text in enumerate(responses.columns[column]):
        if text in ("", "NA"):
            continue
        try:
            found[index] = float(text.replace(",", "."))
        except ValueError:
            found[index] = np.inf
        if not np.isfinite(found[index]):
            raise ItemBankFault("fairness.not_an_ability", value=text, person=responses.persons[index])
    return found
