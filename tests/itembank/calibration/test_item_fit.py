"""Item fit: its size when the model holds, its power when it does not."""

from __future__ import annotations

import numpy as np
import pytest

from itembank.calibration.calibrate import calibrate
from itembank.calibration.item_fit import fit_items, s_x2, shape_test
from itembank.calibration.models import Model
from itembank.calibration.responses import Responses
from itembank.calibration.scores import Scored
from itembank.calibration.setup import same_for_all
from tests.itembank.calibration.worlds import two_pl


def fits_of(responses, test):
    setups = same_for_all(responses.items, responses.max_score.tolist(), Model.TWO_PL)
    found = calibrate(responses, setups)
    return test(Scored.of(responses, setups, found), setups)


@pytest.mark.parametrize("test", [s_x2, shape_test])
def test_p_values_are_even_when_the_model_holds(test):
    p = np.array([f.p for seed in range(6) for f in fits_of(two_pl(1000, 20, seed=seed)[3], test)])
    assert 0.01 <= (p < 0.05).mean() <= 0.11
    assert 0.4 < p.mean() < 0.6


def test_the_shape_test_holds_for_sparse_answers():
    p = np.array(
        [f.p for seed in range(4) for f in fits_of(two_pl(2500, 40, seed=seed, seen=0.2)[3], shape_test)]
    )
    assert 0.01 <= (p < 0.05).mean() <= 0.11


@pytest.mark.parametrize("test", [s_x2, shape_test])
def test_guessing_that_the_model_ignores_is_seen(test):
    rng = np.random.default_rng(8)
    _, _, _, responses = two_pl(3000, 20, seed=8)
    table = responses.dense()
    table[:, 0] = (
        rng.random(3000) < 0.3 + 0.7 / (1 + np.exp(-2.0 * (two_pl(3000, 20, seed=8)[2] - 1.2)))
    ) * 1
    fits = fits_of(Responses.from_dense(table), test)
    assert fits[0].p < 0.01


def test_the_data_choose_the_statistic():
    full, sparse = two_pl(300, 8)[3], two_pl(300, 8, seen=0.5)[3]
    for responses, statistic in ((full, "S-X2"), (sparse, "shape")):
        setups = same_for_all(responses.items, responses.max_score.tolist(), Model.TWO_PL)
        fits = fit_items(responses, setups, calibrate(responses, setups))
        assert {f.statistic for f in fits} == {statistic}
    with pytest.raises(ValueError, match="full table"):
        fits_of(sparse, s_x2)


def test_several_points():
    rng = np.random.default_rng(9)
    theta = rng.normal(size=1500)
    table = sum((theta[:, None] + rng.logistic(size=(1500, 8)) > cut) * 1 for cut in (0.0,))
    table = table + ((theta[:, None] + rng.logistic(size=(1500, 8)) > 0.8) & (table == 1))
    responses = Responses.from_dense(table)
    setups = same_for_all(responses.items, responses.max_score.tolist(), Model.GRADED)
    for fit in fit_items(responses, setups, calibrate(responses, setups)):
        assert fit.df > 3
        assert 0 <= fit.p <= 1
