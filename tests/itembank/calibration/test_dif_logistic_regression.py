"""Logistic differential item functioning against an independent library, finite differences and separation."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from itembank.calibration.dif import logistic_regression
from itembank.calibration.dif.logistic_regression import fit, logistic_dif, nagelkerke


def simulated(seed, n=800, thresholds=(0.0,), group=0.0, interaction=0.0):
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=n)
    focal = rng.random(n) < 0.4
    linear = ability + group * focal + interaction * ability * focal
    latent = linear + rng.logistic(size=n)
    return (latent[:, None] > np.array(thresholds)).sum(axis=1), focal, ability


@pytest.fixture(scope="module")
def models():
    with warnings.catch_warnings():  # the library's own imports, not ours
        warnings.simplefilter("ignore")
        pytest.importorskip("statsmodels.api")
        from statsmodels.discrete.discrete_model import Logit
        from statsmodels.miscmodels.ordinal_model import OrderedModel

        return Logit, OrderedModel


def test_right_or_wrong_agrees_with_an_independent_library(models):
    score, focal, ability = simulated(1, group=-0.5, interaction=0.4)
    x = np.column_stack([ability, focal, ability * focal])
    ours = fit(score, x, np.ones(len(score)))
    theirs = models[0](score, np.column_stack([np.ones(len(score)), x])).fit(disp=0, tol=1e-12)
    np.testing.assert_allclose(np.r_[ours.intercepts, ours.slopes], theirs.params, rtol=1e-6)
    assert ours.log_likelihood == pytest.approx(theirs.llf, rel=1e-12)


def test_several_points_agree_with_an_independent_library(models):
    score, focal, ability = simulated(2, thresholds=(-1.0, 0.2, 1.5), group=0.3)
    x = np.column_stack([ability, focal]).astype(float)
    ours = fit(score, x, np.ones(len(score)))
    model = models[1](score, x, distr="logit")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = model.fit(method="bfgs", disp=0, gtol=1e-9)
    np.testing.assert_allclose(ours.slopes, theirs.params[:2], rtol=1e-5)
    np.testing.assert_allclose(
        ours.intercepts, -model.transform_threshold_params(theirs.params)[1:-1], rtol=1e-5
    )
    assert ours.log_likelihood == pytest.approx(theirs.llf, rel=1e-9)


def test_derivatives_by_finite_differences():
    score, focal, ability = simulated(3, n=60, thresholds=(-0.7, 0.4, 1.0))
    x = np.column_stack([ability, focal]).astype(float)
    weight = np.random.default_rng(0).uniform(0.5, 2, 60)
    point = np.array([0.8, -0.3, -1.1, 0.7, -0.2])

    def likelihood(at):
        return logistic_regression._likelihood(at, score, x, weight, 3)

    def gradient(at):
        return logistic_regression._derivatives(*likelihood(at)[1:], score, x, weight, 3)

    steps = 1e-5 * np.eye(5)
    slope = [(likelihood(point + h)[0] - likelihood(point - h)[0]) / 2e-5 for h in steps]
    np.testing.assert_allclose(gradient(point)[0], slope, rtol=1e-6, atol=1e-6)
    bend = [(gradient(point - h)[0] - gradient(point + h)[0]) / 2e-5 for h in steps]
    np.testing.assert_allclose(gradient(point)[1], bend, rtol=1e-5, atol=1e-5)


def test_weights_are_people():
    score, focal, ability = simulated(4, n=150)
    times = np.random.default_rng(1).integers(1, 4, 150)
    repeated = logistic_dif(*(np.repeat(x, times) for x in (score, focal, ability)), np.ones(times.sum()))
    weighted = logistic_dif(score, focal, ability, times.astype(float))
    assert repeated.p == pytest.approx(weighted.p, rel=1e-6)
    assert repeated.r2_gain == pytest.approx(weighted.r2_gain, rel=1e-6)


def test_each_kind_is_told_from_the_other():
    uniform = logistic_dif(*simulated(5, n=4000, group=-0.8), np.ones(4000))
    assert uniform.p_uniform < 1e-10
    assert uniform.p_non_uniform > 0.01
    assert uniform.group == pytest.approx(-0.8, abs=0.2)
    crossing = logistic_dif(*simulated(6, n=4000, interaction=0.8), np.ones(4000))
    assert crossing.p_non_uniform < 1e-6
    assert crossing.interaction == pytest.approx(0.8, abs=0.3)
    assert crossing.r2_gain > crossing.r2_gain_uniform


def test_the_test_keeps_its_level():
    """Over 400 fair items: between 2.5 and 8 % below 5 %."""
    for thresholds in ((0.3,), (-0.5, 0.5)):
        p = [
            logistic_dif(*simulated(1000 + n, n=300, thresholds=thresholds), np.ones(300)).p
            for n in range(400)
        ]
        assert 0.025 < np.mean(np.array(p) < 0.05) < 0.08


@pytest.mark.parametrize("points", [1, 2])
def test_separation_gives_finite_figures(points):
    focal = np.arange(200) % 2 == 1
    ability = np.linspace(-2, 2, 200)
    for score in (points * ~focal, points * (ability > 0), (ability > -1) * 1 + (ability > 1) * (points - 1)):
        found = logistic_dif(score.astype(int), focal, ability, np.ones(200))
        figures = (found.p, found.p_uniform, found.p_non_uniform, found.r2_gain, found.group)
        assert all(map(math.isfinite, figures))
        assert 0 <= found.r2_gain <= 1
    apart = logistic_dif((~focal).astype(int), focal, ability, np.ones(200))
    assert apart.p < 1e-20
    assert apart.group < -5


def test_nothing_to_explain():
    ones = np.ones(50, int)
    assert logistic_dif(ones, np.arange(50) < 25, np.zeros(50), np.ones(50)) is None
    same = logistic_dif(np.arange(50) % 2, np.arange(50) < 24, np.zeros(50), np.ones(50))
    assert same.p > 0.9


def test_nagelkerke_reaches_one_for_perfect_knowledge():
    null = 100 * math.log(0.5)
    assert nagelkerke(null, 0.0, 100) == pytest.approx(1.0)
    assert nagelkerke(null, null, 100) == 0.0
