"""adaptivetesting: Bayes modal with a normal prior (its fastest sound estimator) and maximum information."""

import sys

from adaptivetesting.math.estimators import BayesModal, NormalPrior
from adaptivetesting.math.item_selection import maximum_information_criterion
from adaptivetesting.models import ItemPool
from loop import run


class Engine:
    def __init__(self, data) -> None:
        a, b = data["a"].tolist(), data["b"].tolist()
        self.pool = ItemPool.load_from_list(
            b=b, a=a, c=[0.0] * len(a), d=[1.0] * len(a), ids=list(range(len(a)))
        )
        self.prior = NormalPrior(0.0, 1.0)

    def begin(self) -> int:
        # a list of its own instead of the package's deep copy of the whole pool for every person
        self.left, self.given, self.answers, self.theta = list(self.pool.test_items), [], [], 0.0
        self.current = maximum_information_criterion(self.left, self.theta)
        return self.current.id

    def answer(self, item: int, right: bool, last: bool) -> int | None:
        self.given.append(self.current)
        self.answers.append(int(right))
        self.left = [other for other in self.left if other is not self.current]
        self.theta = BayesModal(self.answers, self.given, self.prior).get_estimation()
        if last:
            return None
        self.current = maximum_information_criterion(self.left, self.theta)
        return self.current.id


run(Engine, int(sys.argv[3]))
