"""catsim's Simulator: one-dimensional tests one after the other. A fresh Simulator each time: used twice, one of version
0.21.0 would keep the first run's items."""

import json
import sys
import time

import numpy as np
from catsim.estimation import NumericalSearchEstimator
from catsim.initialization import FixedPointInitializer
from catsim.item_bank import ItemBank
from catsim.selection import MaxInfoSelector
from catsim.simulation import Simulator
from catsim.stopping import TestLengthStopper

data, count, length = np.load(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
a, b, theta = data["a"], data["b"], data["theta"][:count]
bank = ItemBank(np.stack([a, b, np.zeros_like(a), np.ones_like(a)], axis=1))
start = time.process_time()
simulator = Simulator(bank, theta)
simulator.simulate(
    FixedPointInitializer(0.0),
    MaxInfoSelector(),
    NumericalSearchEstimator(),
    TestLengthStopper(max_items=length),
)
seconds = time.process_time() - start
assert all(len(set(items)) == length for items in simulator.administered_items)
error = np.array(simulator.latest_estimations) - theta
print(
    json.dumps(
        {"per_second": len(theta) / seconds, "people": len(theta), "rmse": float(np.sqrt(np.mean(error**2)))}
    )
)
