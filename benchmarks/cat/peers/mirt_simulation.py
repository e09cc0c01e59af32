"""mirt's simulated one-dimensional tests: one after the other, in lock-step, and its native (Rust) batch where it runs.

For a fixed length the native batch needs a standard error as a stopping rule: one that is never reached serves.
"""

import json
import sys
import time

import numpy as np
from mirt.cat import CATEngine
from mirt.cat.stopping import MaxItemsStop
from mirt.models import TwoParameterLogistic

data, count, length, how = np.load(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
theta = np.random.default_rng(5).standard_normal(count)
model = TwoParameterLogistic(len(data["a"]))
model.set_parameters(discrimination=data["a"], difficulty=data["b"])
model._is_fitted = True  # parameters that are known count as fitted
options = {"item_selection": "MFI", "scoring_method": "EAP", "n_quadpts": 61, "seed": 7}
if how == "native":
    cat = CATEngine(model, stopping_rule="SE", se_threshold=1e-9, max_items=length, **options)
    if not cat._can_use_rust_simulation():
        print(json.dumps({"skipped": "the native batch does not serve here"}))
        sys.exit(0)
else:
    cat = CATEngine(model, stopping_rule=MaxItemsStop(length), **options)
cat.run_batch_simulation(theta[:2], use_rust=how == "native", vectorized=how != "sequential")
start = time.process_time()
results = cat.run_batch_simulation(theta, use_rust=how == "native", vectorized=how != "sequential")
seconds = time.process_time() - start
assert all(len(set(r.items_administered)) == length for r in results)
error = np.array([r.theta for r in results]) - theta
print(json.dumps({"per_second": count / seconds, "people": count, "rmse": float(np.sqrt(np.mean(error**2)))}))
