"""How often an item may be seen: which items one sitting may use, and how those odds are found.

Every item has an exposure parameter k in (0, 1], kept in the bank: the probability that a sitting may use it at all.
A sitting draws once, from its own seed, which items are open (item eligibility, van der Linden and Veldkamp 2004,
Journal of Educational and Behavioral Statistics 29, 273-291); an item's exposure is then at most its k. The parameters
are found by simulating sittings and multiplying, as Sympson and Hetter (1985) did, until no item is seen too often.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.pool import BoolArray

SMALLEST = 0.02
"""No item is shut out for good."""

AIM = 0.85
"""The search aims below the cap by what simulation noise takes: of some 150 items at the aim, over 2,000 sittings and at
a cap of 0.25, the most given is seen 0.025 more often than it should be, and the parameters carry noise of their own."""

_FULL_ROUNDS = 3
_RAREST = 0.1

Simulate = Callable[[FloatArray, int], FloatArray]
"""From exposure parameters (N,) and the number of the round to administration rates (N,)."""


class Draws(Protocol):
    """A source of chance: `numpy.random.Generator` and the lighter `random.Random` both are one."""

    def random(self) -> float:
        """Uniform in [0, 1)."""
        ...


def lottery(exposure: FloatArray, rng: Draws) -> BoolArray | None:
    """Which of N items are open in one sitting, (N,): each with its probability `exposure`; None when all are.

    One draw for each item below 1, in order: the same draws open the same items.
    """
    limited = np.flatnonzero(exposure < 1.0)
    if not len(limited):
        return None
    drawn = np.ones(len(exposure), dtype=bool)
    drawn[limited] = np.array([rng.random() for _ in range(len(limited))]) < exposure[limited]
    drawn.flags.writeable = False
    return drawn


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """What exposure control found: the parameters `exposure` (N,), and how the search went.

    `largest` holds, round after round, the share of the sittings of that round that gave the most given item;
    `rates` (N,) are the shares of the last round.
    """

    exposure: FloatArray
    rates: FloatArray
    largest: tuple[float, ...]


def control(simulate: Simulate, count: int, cap: float, rounds: int = 12) -> Control:
    """Exposure parameters (count,) under which no item is given in more than `cap` of the sittings.

    `simulate(exposure, round)` runs sittings under the given parameters and returns the share of them that each item
    was given in, (count,). After each round the parameters are multiplied by what brings each item to `AIM` of the
    cap, upwards as well as downwards, up to 1 (van der Linden and Veldkamp 2004, eq. 14, with the equality that Sympson
    and Hetter 1985 iterate to); from the fourth round on by ever smaller powers of it (Robbins and Monro 1951), so that
    the noise of the simulations averages out. Raises ValueError for a cap outside (0, 1] or fewer than one round.
    """
    if not 0 < cap <= 1 or rounds < 1:
        raise ValueError(f"a cap in (0, 1] and at least one round expected, found {cap} and {rounds}")
    aim = AIM * cap
    exposure, largest = np.ones(count), []
    rates = np.zeros(count)
    for number in range(rounds):
        rates = simulate(exposure, number)
        largest.append(float(rates.max()))
        power = min(1.0, _FULL_ROUNDS / (number + 1))
        change = (aim / np.maximum(rates, _RAREST * aim)) ** power
        exposure = np.clip(exposure * change, SMALLEST, 1.0)
    return Control(exposure, rates, tuple(largest))
