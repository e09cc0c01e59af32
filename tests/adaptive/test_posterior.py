"""The belief about a candidate, against brute force where brute force is possible."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.item import Parameters
from itembank.response_model import marginal_category_probabilities
from kiosk.adaptive.levels import Distribution
from kiosk.adaptive.pool import GRID, ItemPool
from kiosk.adaptive.posterior import Posterior, Prior
from tests.adaptive.world import COMPETENCES, PRIOR, Response, answer, brute_force, synthetic_bank


def pair(r: float) -> Prior:
    return Prior(np.zeros(2), np.array([[1.0, r], [r, 1.0]]))


def after(prior: Prior, responses: list[Response]) -> Posterior:
    posterior = Posterior.start(prior)
    for dim, parameters, points in responses:
        posterior = posterior.updated(dim, np.log(marginal_category_probabilities(parameters, GRID)[points]))
    return posterior


TWO_PL = Parameters(a=1.0, b=(0.5,), se_a=0.2, se_b=0.5)
THREE_PL = Parameters(a=0.8, b=(1.0,), c=0.25, se_a=0.16, se_b=0.5)
GRADED = Parameters(a=1.2, b=(-0.8, 0.0, 0.8), se_a=0.24, se_b=0.5)
SHARP = Parameters(a=2.5, b=(1.5,), c=0.25)


# --- one response ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("r", [0.0, 0.62, 0.95])
@pytest.mark.parametrize(
    ("parameters", "points"),
    [
        (TWO_PL, 0),
        (TWO_PL, 1),
        (THREE_PL, 0),
        (THREE_PL, 1),
        (GRADED, 0),
        (GRADED, 2),
        (SHARP, 0),
        (SHARP, 1),
    ],
)
def test_one_response_agrees_with_brute_force(parameters: Parameters, points: int, r: float) -> None:
    responses = [(1, parameters, points)]
    got, truth = after(pair(r), responses), brute_force(pair(r), responses)
    assert np.abs(got.mean - truth.mean).max() < 1e-6
    assert np.abs(got.covariance - truth.covariance).max() < 1e-6


def test_several_responses_about_one_competence_stay_exact() -> None:
    """The likelihood of a coordinate is kept whole: no Gaussian stands between its own responses."""
    responses = [(0, THREE_PL, 1), (0, SHARP, 1), (0, TWO_PL, 0), (0, GRADED, 1), (0, THREE_PL, 0)]
    got, truth = after(pair(0.7), responses), brute_force(pair(0.7), responses)
    assert np.abs(got.mean - truth.mean).max() < 1e-6
    assert np.abs(got.covariance - truth.covariance).max() < 1e-6


# --- many responses --------------------------------------------------------------------------------------


def _random_tests(r: float, count: int, length: int) -> list[list[Response]]:
    """Answers of random candidates to random items of two competences; some all right, some all wrong."""
    rng = np.random.default_rng(int(100 * r))
    items = [i for i in synthetic_bank(1) if i.competence in COMPETENCES[:2]]
    tests = []
    for number in range(count):
        theta = np.linalg.cholesky(pair(r).covariance) @ rng.standard_normal(2)
        responses: list[Response] = []
        for i in rng.permutation(len(items))[:length]:
            dim, parameters = COMPETENCES.index(items[i].competence), items[i].parameters
            points = answer(parameters, theta[dim], rng)
            if number % 10 < 2:
                points = parameters.max_score * (number % 10)
            responses.append((dim, parameters, points))
        tests.append(responses)
    return tests


@pytest.mark.parametrize(("r", "mean_error", "sd_error"), [(0.62, 2e-4, 6e-4), (0.78, 5e-4, 1e-3)])
def test_a_whole_test_agrees_with_brute_force(r: float, mean_error: float, sd_error: float) -> None:
    """Expectation propagation is an approximation across competences. Measured over 200 tests of 12 items
    (2PL, 3PL, graded): worst error .0001 in mean and .0004 in SD at r = .62, .0002 and .0008 at r = .78."""
    for responses in _random_tests(r, 40, 12):
        got, truth = after(pair(r), responses).refined(), brute_force(pair(r), responses)
        assert np.abs(got.mean - truth.mean).max() < mean_error
        assert np.abs(got.sd - truth.sd).max() < sd_error
        assert np.abs(got.covariance - truth.covariance).max() < 2e-3


def test_the_running_belief_is_close_to_the_refined_one() -> None:
    """Selection and stopping use it: measured worst errors .009 in mean and .016 in SD at r = .78."""
    for responses in _random_tests(0.78, 40, 12):
        got, truth = after(pair(0.78), responses), brute_force(pair(0.78), responses)
        assert np.abs(got.mean - truth.mean).max() < 0.02
        assert np.abs(got.sd - truth.sd).max() < 0.03


def test_tilted_marginals_carry_the_skewness() -> None:
    """Percentiles of the exact marginal, to .002, where a Gaussian of the same moments is off by more."""
    responses = [(0, SHARP, 0), (0, SHARP, 0), (0, THREE_PL, 0), (1, TWO_PL, 0)]
    posterior, truth = after(pair(0.7), responses).refined(), brute_force(pair(0.7), responses)
    distribution = Distribution(posterior.log_marginals)
    axis = np.linspace(-7, 7, 561)
    exact = float(np.interp(0.1, np.cumsum(truth.marginals[0]) - 0.5 * truth.marginals[0], axis))
    tilted = float(distribution.quantile(0.1)[0])
    gaussian = float(posterior.mean[0] - 1.2815515655 * posterior.sd[0])
    assert abs(tilted - exact) < 2e-3 < abs(gaussian - exact)


def _whole_test(seed: int, length: int = 48) -> list[tuple[int, np.ndarray]]:
    pool = ItemPool.build(synthetic_bank(0), COMPETENCES)
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(pool))[:length]
    return [
        (int(pool.dimension[i]), pool.log_likelihood(i, int(rng.integers(pool.max_score[i] + 1))))
        for i in chosen
    ]


def _run(updates: list[tuple[int, np.ndarray]]) -> Posterior:
    posterior = Posterior.start(PRIOR)
    for dim, loglik in updates:
        posterior = posterior.updated(dim, loglik)
    return posterior


def test_the_refined_belief_does_not_depend_on_the_order_of_the_items() -> None:
    updates = _whole_test(2)
    forward, backward = _run(updates), _run(updates[::-1])
    assert np.abs(forward.mean - backward.mean).max() > 1e-4, (
        "the running belief does: otherwise nothing is tested"
    )
    a, b = forward.refined(), backward.refined()
    assert np.abs(a.mean - b.mean).max() < 1e-9
    assert np.abs(a.covariance - b.covariance).max() < 1e-9
    assert np.abs(a.marginals - b.marginals).max() < 1e-9


def test_refining_twice_changes_nothing() -> None:
    once = _run(_whole_test(3)).refined()
    twice = once.refined()
    assert np.array_equal(once.mean, twice.mean)
    assert np.array_equal(once.covariance, twice.covariance)


def test_sixteen_dimensions_agree_with_importance_sampling() -> None:
    """The refined posterior as proposal, 200,000 draws: an independent check where no lattice can go."""
    posterior = _run(_whole_test(4)).refined()
    rng = np.random.default_rng(0)
    draws = posterior.mean + rng.standard_normal((200_000, 16)) @ np.linalg.cholesky(posterior.covariance).T
    logs = np.zeros(len(draws))
    for d in range(16):
        site = GRID * (posterior.site_shift[d] - 0.5 * posterior.site_precision[d] * GRID)
        logs += np.interp(draws[:, d], GRID, posterior.log_likelihood[d] - site)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    assert 1 / (weights**2).sum() > 20_000, "the proposal covers the target"
    mean = weights @ draws
    covariance = (draws - mean).T @ ((draws - mean) * weights[:, None])
    assert np.abs(mean - posterior.mean).max() < 0.01
    assert np.abs(covariance - posterior.covariance).max() < 0.01


# --- staying sound ---------------------------------------------------------------------------------------


def test_two_hundred_updates_leave_a_positive_definite_covariance() -> None:
    posterior = _run(_whole_test(5, length=200))
    for belief in (posterior, posterior.refined()):
        assert np.linalg.eigvalsh(belief.covariance)[0] > 1e-3
        assert np.array_equal(belief.covariance, belief.covariance.T)


@pytest.mark.parametrize("right", [True, False])
def test_all_right_or_all_wrong_stays_finite_and_keeps_moving(right: bool) -> None:
    pool = ItemPool.build(synthetic_bank(0), COMPETENCES)
    posterior = Posterior.start(PRIOR)
    before = 0.0
    for i in range(len(pool)):
        posterior = posterior.updated(
            int(pool.dimension[i]), pool.log_likelihood(i, int(pool.max_score[i]) if right else 0)
        )
        overall = float(posterior.mean.mean())
        assert (overall > before) == right
        before = overall
    refined = posterior.refined()
    assert np.isfinite(refined.mean).all()
    assert (np.abs(refined.mean) < 5).all()
    assert (refined.sd > 0.05).all()
    assert np.isfinite(refined.marginals).all()


def test_a_prior_of_perfectly_correlated_competences_works() -> None:
    """Positive semidefinite is enough: the prior is never inverted."""
    posterior = after(pair(1.0), [(0, TWO_PL, 1), (1, GRADED, 0)]).refined()
    assert posterior.mean[0] == pytest.approx(posterior.mean[1], abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.floats(0.3, 2.5), st.floats(-2.5, 2.5), st.sampled_from([0.0, 0.25]), st.booleans()),
        min_size=1,
        max_size=30,
    ),
    st.floats(0, 0.95),
)  # fmt: skip
def test_any_answers_give_a_sound_belief(answers: list, r: float) -> None:
    covariance = np.full((4, 4), r)
    np.fill_diagonal(covariance, 1.0)
    posterior = after(
        Prior(np.zeros(4), covariance),
        [(dim, Parameters(a=a, b=(b,), c=c), int(right)) for dim, a, b, c, right in answers],
    )
    refined = posterior.refined()
    for belief in (posterior, refined):
        assert np.isfinite(belief.mean).all()
        assert np.linalg.eigvalsh(belief.covariance)[0] > 0
    if all(c == 0 for *_, c, _ in answers):  # log-concave: answers can only make us surer
        assert (refined.sd <= 1 + 1e-9).all()
    mean, sd = Distribution(refined.log_marginals).moments()
    assert np.abs(mean - refined.mean).max() < 1e-4
    assert np.abs(sd - refined.sd).max() < 1e-4


def test_a_right_answer_raises_every_correlated_competence_and_no_other() -> None:
    covariance = np.array([[1.0, 0.7, 0.0], [0.7, 1.0, 0.0], [0.0, 0.0, 1.0]])
    posterior = after(Prior(np.zeros(3), covariance), [(0, TWO_PL, 1)])
    assert posterior.mean[0] > posterior.mean[1] > 0
    assert posterior.mean[2] == 0
    assert posterior.sd[2] == 1


def test_an_answer_that_tells_nothing_changes_nothing() -> None:
    start = Posterior.start(PRIOR)
    same = start.updated(3, np.full(len(GRID), -2.0)).refined()
    assert np.allclose(same.mean, PRIOR.mean, atol=1e-9)
    assert np.allclose(same.covariance, PRIOR.covariance, atol=1e-6)


def test_a_belief_cannot_be_changed_behind_its_back() -> None:
    posterior = _run(_whole_test(6, length=2))
    for array in (posterior.mean, posterior.covariance, posterior.log_likelihood, posterior.marginals):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    with pytest.raises(AttributeError):
        posterior.mean = PRIOR.mean  # type: ignore[misc]


# --- the prior -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "covariance", "complaint"),
    [
        ([0, 0], [[1, 2], [2, 1]], "semidefinite"),
        ([0, 0], [[1, 0.5], [0.4, 1]], "symmetric"),
        ([0, 0], [[1, 0], [0, 0]], "positive diagonal"),
        ([0], [[1, 0], [0, 1]], "expected"),
        ([0, float("nan")], [[1, 0], [0, 1]], "finite"),
        ([5, 0], [[1, 0], [0, 1]], "lie within"),
    ],
)
def test_a_prior_that_is_none_is_refused(mean: list, covariance: list, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Prior(np.array(mean), np.array(covariance))


def test_the_hierarchical_prior_has_the_stated_correlations() -> None:
    assert PRIOR.covariance[0, 1] == 0.78, "1.1 and 1.2"
    assert PRIOR.covariance[0, 3] == 0.62, "1.1 and 2.1"
    assert np.array_equal(PRIOR.independent().covariance, np.eye(16))
    with pytest.raises(ValueError, match="correlations"):
        Prior.hierarchical([0, 0, 1], between=0.8, within=0.6)


def test_log_likelihoods_add_up() -> None:
    posterior = after(pair(0.5), [(0, TWO_PL, 1), (0, GRADED, 2)])
    expected = np.log(marginal_category_probabilities(TWO_PL, GRID)[1]) + np.log(
        marginal_category_probabilities(GRADED, GRID)[2]
    )
    assert np.array_equal(posterior.log_likelihood[0], expected)
    assert not replace(posterior).log_likelihood[1].any()
