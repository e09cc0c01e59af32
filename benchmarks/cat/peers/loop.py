"""Administers a data file's people to an engine and prints what it took, as one line of JSON. numpy only: this runs in
every peer's own environment.

An engine gives `begin() -> item` and `answer(item, right) -> next item or None` and has `theta`. Timed is what happens
between an answer and the next item, in processor time; setting the engine up for a person is not.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np


def run(engine_of, length: int) -> None:
    """`engine_of(data)` makes the engine; the command line is: data file, seconds to spend."""
    data, budget = np.load(sys.argv[1]), float(sys.argv[2])
    engine = engine_of(data)
    right, theta = data["right"], data["theta"]
    taken, errors = [], []
    deadline = time.perf_counter() + budget
    for person in range(-1, len(theta)):  # person -1 warms the caches up, with a few items
        item, steps = engine.begin(), []
        for step in range(length if person >= 0 else 3):
            answer = bool(right[person, item])
            start = time.process_time()
            following = engine.answer(item, answer, last=step == length - 1)
            steps.append(time.process_time() - start)
            item = following
            if time.perf_counter() > deadline and person >= 0 and len(taken) + len(steps) >= 4:
                break
        else:
            if person >= 0:
                errors.append(np.asarray(engine.theta) - theta[person])
        if person >= 0:
            taken += steps
        if time.perf_counter() > deadline and taken:
            break
    print(
        json.dumps(
            {
                "ms": 1000 * float(np.mean(taken)),
                "items": len(taken),
                "people": len(errors),
                "rmse": float(np.sqrt(np.mean(np.square(errors)))) if np.size(errors) >= 8 else None,
            }
        )
    )
