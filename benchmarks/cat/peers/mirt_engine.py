"""mirt (PyPI): its CATEngine with maximum information; EAP on 61 nodes or MAP, as asked on the command line."""

import sys

import numpy as np
from loop import run
from mirt.cat import CATEngine
from mirt.cat.stopping import MaxItemsStop
from mirt.models import TwoParameterLogistic


class Engine:
    def __init__(self, data) -> None:
        model = TwoParameterLogistic(len(data["a"]))
        model.set_parameters(discrimination=data["a"], difficulty=data["b"])
        model._is_fitted = True  # parameters that are known count as fitted
        self.length = int(sys.argv[3])
        self.cat = CATEngine(
            model,
            item_selection="MFI",
            stopping_rule=MaxItemsStop(self.length),
            scoring_method=sys.argv[4],
            n_quadpts=61,
        )
        assert np.allclose(model.parameters["difficulty"], data["b"])

    def begin(self) -> int:
        self.cat.reset()
        return int(self.cat.get_current_state().next_item)

    def answer(self, item: int, right: bool, last: bool) -> int | None:
        state = self.cat.administer_item(int(right))
        self.theta = state.theta
        return None if last else int(state.next_item)


run(Engine, int(sys.argv[3]))
