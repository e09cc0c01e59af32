"""The lognormal model of response times."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from itembank.calibration.response_times import fit_response_times
from itembank.calibration.responses import Responses


def world(persons=800, items=30, seen=0.5, speed=0.3):
    rng = np.random.default_rng(3)
    beta, alpha = rng.normal(3.8, 0.4, items), np.exp(rng.normal(0.7, 0.2, items))
    tau = rng.normal(0, speed, persons)
    table = np.where(rng.random((persons, items)) < seen, 1, -1)
    responses = Responses.from_dense(table)
    logs = (
        beta[responses.item]
        - tau[responses.person]
        + rng.normal(size=len(responses.item)) / alpha[responses.item]
    )
    return beta, alpha, replace(responses, seconds=np.exp(logs))


def test_items_and_speed_are_recovered():
    beta, alpha, responses = world()
    found = fit_response_times(responses)
    assert found.converged
    assert [found.items[i].intensity for i in responses.items] == pytest.approx(beta.tolist(), abs=0.1)
    assert [found.items[i].discrimination for i in responses.items] == pytest.approx(alpha.tolist(), rel=0.2)
    assert found.speed_sd == pytest.approx(0.3, abs=0.03)


def test_the_log_likelihood_is_that_of_correlated_normals():
    _, _, responses = world(persons=40, items=6, seen=0.7)
    found = fit_response_times(responses, tolerance=1e-10)
    total = 0.0
    for person in np.unique(responses.person):
        mine = responses.person == person
        items = [found.items[responses.items[i]] for i in responses.item[mine]]
        covariance = np.diag([1 / i.discrimination**2 for i in items]) + found.speed_sd**2
        off = np.log(responses.seconds[mine]) - [i.intensity for i in items]
        total -= 0.5 * (np.linalg.slogdet(2 * np.pi * covariance)[1] + off @ np.linalg.solve(covariance, off))
    assert found.log_likelihood == pytest.approx(total, abs=1e-4)


def test_missing_times_are_left_out_and_few_times_lean_on_the_others():
    _, _, responses = world()
    seconds = responses.seconds.copy()
    lone = np.flatnonzero(responses.item == 0)
    seconds[lone[1:]] = np.nan
    found = fit_response_times(replace(responses, seconds=seconds))
    others = [found.items[i].discrimination for i in responses.items[1:]]
    assert min(others) < found.items["i1"].discrimination < max(others)


def test_no_times():
    _, _, responses = world(persons=5)
    with pytest.raises(ValueError, match="no times"):
        fit_response_times(replace(responses, seconds=None))
    with pytest.raises(ValueError, match="no times"):
        fit_response_times(replace(responses, seconds=np.full(len(responses.item), np.nan)))
