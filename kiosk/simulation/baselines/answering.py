"""Right or wrong: how simulated people answer the items of a scenario's bank in a procedure without partial credit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from itembank.response_model import FloatArray
from kiosk.adaptive.pool import BoolArray, IntArray
from kiosk.simulation.synthetic_bank import ScenarioBank


@dataclass(frozen=True, slots=True, eq=False)
class FullMarks:
    """The true chance of a full score on each of N items: of the last threshold, with the item's guessing.

    `dimension` (N,) is the item's competence; `a`, `b`, `c` (N,) are the true parameters.
    """

    dimension: IntArray
    a: FloatArray
    b: FloatArray
    c: FloatArray

    @classmethod
    def of(cls, bank: ScenarioBank) -> FullMarks:
        truth = [bank.truth[entry.id] for entry in bank.entries]
        return cls(
            np.array([bank.competences.index(entry.competence) for entry in bank.entries]),
            np.array([p.a for p in truth]),
            np.array([p.b[-1] for p in truth]),
            np.array([p.c for p in truth]),
        )

    def right(self, theta: FloatArray, items: IntArray, luck: FloatArray) -> BoolArray:
        """Whether each answer is right, (K,); `theta` (K,) is the ability in the item's own competence."""
        plain = 0.5 + 0.5 * np.tanh(0.5 * self.a[items] * (theta - self.b[items]))
        found: BoolArray = luck < self.c[items] + (1.0 - self.c[items]) * plain
        return found
