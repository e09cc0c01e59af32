"""mirt (PyPI) in sixteen dimensions: MCATEngine, MAP (its EAP does not move there), A-optimality, the true prior."""

import sys

import numpy as np
from loop import run
from mirt.cat import MCATEngine
from mirt.cat.mcat_stopping import MaxItemsMCATStop
from mirt.models import MultidimensionalModel


class Engine:
    def __init__(self, data) -> None:
        a, b, dimension, covariance = data["a"], data["b"], data["dimension"], data["covariance"]
        slopes = np.zeros((len(a), len(covariance)))
        slopes[np.arange(len(a)), dimension] = a
        model = MultidimensionalModel(
            len(a), len(covariance), model_type="confirmatory", loading_pattern=(slopes > 0).astype(float)
        )
        model.set_parameters(slopes=slopes, intercepts=-a * b)
        model._is_fitted = True  # parameters that are known count as fitted
        self.cat = MCATEngine(
            model,
            item_selection="A-optimality",
            stopping_rule=MaxItemsMCATStop(int(sys.argv[3])),
            scoring_method="MAP",
            initial_covariance=covariance,
        )

    def begin(self) -> int:
        self.cat.reset()
        return int(self.cat.get_current_state().next_item)

    def answer(self, item: int, right: bool, last: bool) -> int | None:
        state = self.cat.administer_item(int(right))
        self.theta = state.theta
        return None if last else int(state.next_item)


run(Engine, int(sys.argv[3]))
