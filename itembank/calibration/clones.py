"""Clones of one family share its parameters: their answers are pooled, and what is found goes back to all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from itembank.calibration.responses import Responses

CLONE_MARK = "#"
"""What stands in an item's id between its family and the seed of the clone."""


def family_of(item_id: str) -> str:
    """The family that an id belongs to: what stands before the mark; an item that is no clone is its own."""
    return item_id.partition(CLONE_MARK)[0]


def pooled(responses: Responses) -> Responses:
    """The same answers, as given to families.

    A person who met two clones of a family keeps the first in the order of items: it is one question in two dresses. The
    order of families is that of their first item. Without clones, `responses` itself.
    """
    if not any(CLONE_MARK in name for name in responses.items):
        return responses
    number: dict[str, int] = {}
    of = np.array(
        [number.setdefault(family_of(name), len(number)) for name in responses.items], dtype=np.int64
    )
    family = of[responses.item]
    order = np.lexsort((responses.item, family, responses.person))
    person, family = responses.person[order], family[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (person[1:] != person[:-1]) | (family[1:] != family[:-1])
    kept = order[first]
    largest = np.zeros(len(number), dtype=np.int64)
    np.maximum.at(largest, of, responses.max_score)
    return replace(
        responses,
        items=tuple(number),
        person=responses.person[kept],
        item=of[responses.item[kept]],
        score=responses.score[kept],
        max_score=largest,
        seconds=None if responses.seconds is None else responses.seconds[kept],
    )
