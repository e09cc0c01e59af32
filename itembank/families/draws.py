"""Reproducible draws: the same key gives the same draws on every machine and every version of the language.

Only `random.Random.random()` is used: it is the one method whose sequence is promised to stay for a seed (library
reference of Python, `random`, « Notes on Reproducibility »).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """A stream of draws named by `key`."""

    def __init__(self, key: str) -> None:
        self._random = random.Random(key).random  # noqa: S311 - variants of an item, not a secret

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1; `limit` is at least 1."""
        return min(int(self._random() * limit), limit - 1)

    def pick(self, members: Sequence[T]) -> T:
        """One of `members`, which are not empty."""
        return members[self.below(len(members))]

    def shuffled(self, members: Sequence[T]) -> list[T]:
        """`members` in a drawn order (Fisher and Yates)."""
        out = list(members)
        for last in range(len(out) - 1, 0, -1):
            other = self.below(last + 1)
            out[last], out[other] = out[other], out[last]
        return out
