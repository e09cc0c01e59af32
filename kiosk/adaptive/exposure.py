"""How often an item is seen: the discounts under which none is seen too often.

Every item has an exposure factor in (0, 1], kept in the bank: its merit counts that many times when the next item is
chosen (`selection`). Its logarithm is the price, in shares of what the item would tell, of an item that too many people
would see otherwise: the multiplier of the constraint on its exposure. A person to whom it tells much more than its
rivals still gets it; the others get a rival that tells them nearly as much. A lottery that closes items to some
sittings (Sympson and Hetter 1985; van der Linden and Veldkamp 2004) closes them to both alike, and costs about a
hundredth more in RMSE for the same cap (`docs/measuring.md`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from itembank.response_model import FloatArray

SMALLEST = 0.02
"""No item is shut out for good."""

AIM = 0.82
"""The search aims below the cap by what chance takes: of some 120 items at the aim, over 2,000 sittings and at a cap of
0.25, the most given is seen 0.025 more often than it should be, and the noise of the factors adds half as much."""

STEP = 0.18
"""How far a factor moves at first, as a power of how far the item's exposure is from the aim: the most coveted items have
far to go. Exposure answers a factor's change some ten times over, so that a step of that length never settles."""

ROUNDS = 24
"""Eight with the whole step, eight with a shrinking one, and eight more whose mean is taken."""

MOST_OVER, MOST_UNDER = 1.5, 0.7
"""The log-ratios of exposure to aim beyond which a step grows no longer."""

Simulate = Callable[[FloatArray, int], FloatArray]
"""From exposure factors (N,) and the number of the round to administration rates (N,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """What exposure control found: the factors `exposure` (N,), and how the search went.

    `largest` holds, round after round, the share of the sittings of that round that gave the most given item;
    `rates` (N,) are the shares of the last round.
    """

    exposure: FloatArray
    rates: FloatArray
    largest: tuple[float, ...]


def control(simulate: Simulate, count: int, cap: float, rounds: int = ROUNDS) -> Control:
    """Exposure factors (count,) under which no item is given in more than `cap` of the sittings.

    `simulate(exposure, round)` runs sittings under the given factors and returns the share of them that each item
    was given in, (count,). After each round the log of each factor moves against the log of its item's exposure over
    `AIM` of the cap, down where it is above and back up, to 1 at most, where it is below: stochastic approximation
    (Robbins and Monro 1951) of the dual of the constrained problem, with a step that shrinks as one over the round after
    the first third of the rounds, and the mean of the last third (Polyak and Juditsky 1992), in which the noise of the
    simulations averages out. Raises ValueError for a cap outside (0, 1] or fewer than one round.
    """
    if not 0 < cap <= 1 or rounds < 1:
        raise ValueError(f"a cap in (0, 1] and at least one round expected, found {cap} and {rounds}")
    price, settled, largest = np.zeros(count), np.zeros(count), []
    rates, third = np.zeros(count), max(1, rounds // 3)
    for number in range(rounds):
        rates = simulate(np.exp(-price), number)
        largest.append(float(rates.max()))
        over = np.log(np.maximum(rates, 1e-9) / (AIM * cap))
        step = STEP * min(1.0, third / (number + 1))
        price = np.clip(price + step * np.clip(over, -MOST_UNDER, MOST_OVER), 0.0, -np.log(SMALLEST))
        if number >= rounds - third:
            settled += price / third
    return Control(np.exp(-settled), rates, tuple(largest))
