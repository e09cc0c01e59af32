"""catsim: maximum likelihood (bounded search, its default and fastest) and maximum information."""

import sys

import numpy as np
from catsim.estimation import NumericalSearchEstimator
from catsim.item_bank import ItemBank
from catsim.selection import MaxInfoSelector
from loop import run


class Engine:
    def __init__(self, data) -> None:
        a, b = data["a"], data["b"]
        self.bank = ItemBank(np.stack([a, b, np.zeros_like(a), np.ones_like(a)], axis=1))
        self.estimator, self.selector = NumericalSearchEstimator(), MaxInfoSelector()

    def begin(self) -> int:
        self.given, self.answers, self.theta = [], [], 0.0
        return self._next()

    def answer(self, item: int, right: bool, last: bool) -> int | None:
        self.given.append(item)
        self.answers.append(right)
        self.theta = self.estimator.estimate(
            item_bank=self.bank,
            administered_items=self.given,
            response_vector=self.answers,
            est_theta=self.theta,
        )
        return None if last else self._next()

    def _next(self) -> int:
        return int(
            self.selector.select(item_bank=self.bank, administered_items=self.given, est_theta=self.theta)
        )


run(Engine, int(sys.argv[3]))
