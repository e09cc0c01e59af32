"""The belief averaged over hypotheses about the correlations, and expectation propagation against sampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.item import Parameters
from itembank.response_model import category_probabilities, marginal_category_probabilities
from kiosk.adaptive.engine import Engine
from kiosk.adaptive.levels import Distribution
from kiosk.adaptive.pool import GRID, ItemPool
from kiosk.adaptive.posterior import CORRELATION_HYPOTHESES, Posterior, Prior
from kiosk.adaptive.stopping import Purpose, TestSpec
from tests.adaptive.world import ALL, COMPETENCES, PRIOR, SCALE, Response, answer, brute_force, synthetic_bank

_AXIS = np.linspace(-7.0, 7.0, 561)


def pair(r: float) -> Prior:
    return Prior(np.zeros(2), np.array([[1.0, r], [r, 1.0]]))


def after(prior: Prior, responses: list[Response]) -> Posterior:
    posterior = Posterior.start(prior)
    for dim, parameters, points in responses:
        posterior = posterior.updated(dim, np.log(marginal_category_probabilities(parameters, GRID)[points]))
    return posterior


def evidence(prior: Prior, responses: list[Response]) -> float:
    """The probability of the responses, on a lattice of 561 x 561 abilities."""
    precision = np.linalg.inv(prior.covariance)
    x, y = _AXIS[:, None] - prior.mean[0], _AXIS[None, :] - prior.mean[1]
    density = np.exp(-0.5 * (precision[0, 0] * x * x + 2 * precision[0, 1] * x * y + precision[1, 1] * y * y))
    density /= density.sum()
    for dim, parameters, points in responses:
        likelihood = marginal_category_probabilities(parameters, _AXIS)[points]
        density = density * (likelihood[:, None] if dim == 0 else likelihood[None, :])
    return float(density.sum())


A = Parameters(a=1.5, b=(0.0,), se_a=0.2, se_b=0.4)
B = Parameters(a=1.2, b=(0.5,), c=0.25)
C = Parameters(a=1.2, b=(-0.8, 0.0, 0.8))
DISAGREEING = [(0, A, 1), (0, B, 1), (0, C, 3), (1, A, 0), (1, B, 0), (1, C, 0)]
AGREEING = [(0, A, 1), (0, B, 1), (0, C, 3), (1, A, 1), (1, B, 1), (1, C, 3)]


@pytest.mark.parametrize("responses", [DISAGREEING, AGREEING, DISAGREEING[:1], AGREEING[:4]])
def test_hypotheses_are_weighed_by_the_probability_of_the_answers(responses: list[Response]) -> None:
    hypotheses = ((1.0, 0.7), (0.5, 0.2), (0.0, 0.1))
    got = after(pair(0.8), responses).averaged(hypotheses).weights
    truth = np.array([w * evidence(pair(0.8 * s), responses) for s, w in hypotheses])
    assert got == pytest.approx(truth / truth.sum(), abs=2e-3)


def test_a_mean_other_than_zero_is_weighed_too() -> None:
    prior = Prior(np.array([0.6, -0.4]), np.array([[1.0, 0.6], [0.6, 0.8]]))
    weak = Prior(prior.mean, np.array([[1.0, 0.12], [0.12, 0.8]]))
    got = after(prior, DISAGREEING).averaged(((1.0, 0.5), (0.2, 0.5))).weights
    truth = np.array([evidence(prior, DISAGREEING), evidence(weak, DISAGREEING)])
    assert got == pytest.approx(truth / truth.sum(), abs=2e-3)


def test_answers_that_disagree_speak_against_the_correlations() -> None:
    weight = {
        name: after(pair(0.8), responses).averaged(CORRELATION_HYPOTHESES).weights[1]
        for name, responses in (("apart", DISAGREEING), ("together", AGREEING))
    }
    assert weight["apart"] > CORRELATION_HYPOTHESES[1][1] > weight["together"]


def test_correlations_are_never_multiplied_beyond_what_they_can_be() -> None:
    assert pair(0.9).largest_share == pytest.approx(1 / 0.9)
    assert pair(1.0).largest_share == 1.0
    assert PRIOR.largest_share > CORRELATION_HYPOTHESES[0][0]
    assert PRIOR.independent().largest_share >= 1.0
    average = after(pair(0.99), DISAGREEING).averaged(((1.25, 1.0), (0.2, 1.0)))
    assert np.isfinite(average.log_density).all()
    assert (np.linalg.eigvalsh(average.covariances) > -1e-9).all()


def test_the_average_is_the_mixture_of_the_hypotheses() -> None:
    responses = DISAGREEING
    got = after(pair(0.8), responses).averaged(((1.0, 0.6), (0.25, 0.4)))
    parts = [brute_force(pair(0.8), responses), brute_force(pair(0.2), responses)]
    for d in range(2):
        mean, sd = (x[d] for x in Distribution(got.log_density).moments())
        centres = np.array([p.mean[d] for p in parts])
        expected = float(got.weights @ centres)
        variance = float(got.weights @ (np.array([p.sd[d] ** 2 for p in parts]) + (centres - expected) ** 2))
        assert mean == pytest.approx(expected, abs=2e-3)
        assert sd == pytest.approx(np.sqrt(variance), abs=2e-3)
    weights = np.array([0.5, 0.5])
    mean, sd = got.composite(weights)
    centres = np.array([weights @ p.mean for p in parts])
    expected = float(got.weights @ centres)
    variance = np.array([weights @ p.covariance @ weights for p in parts])
    assert mean == pytest.approx(expected, abs=2e-3)
    assert sd == pytest.approx(np.sqrt(got.weights @ (variance + (centres - expected) ** 2)), abs=2e-3)


def test_one_hypothesis_is_the_refined_belief() -> None:
    posterior = after(pair(0.7), DISAGREEING)
    average = posterior.averaged(((1.0, 1.0),))
    assert average.means[0] == pytest.approx(posterior.refined().mean, abs=1e-12)
    assert average.covariances[0] == pytest.approx(posterior.refined().covariance, abs=1e-12)
    assert average.weights.tolist() == [1.0]


def test_a_proof_has_nothing_to_doubt() -> None:
    pool = ItemPool.build(synthetic_bank(0), COMPETENCES)
    assert Engine(pool, PRIOR, SCALE, TestSpec(ALL, 48, purpose=Purpose.PROOF)).hypotheses == ((1.0, 1.0),)
    assert Engine(pool, PRIOR, SCALE, TestSpec(ALL, 48)).hypotheses == CORRELATION_HYPOTHESES


@pytest.mark.parametrize(
    "hypotheses", [(), ((1.3, 1.0),), ((-0.1, 1.0),), ((1.0, 0.0),), ((1.0, float("inf")),)]
)
def test_hypotheses_that_are_none_are_refused(hypotheses: tuple) -> None:
    with pytest.raises(ValueError, match=r"hypothesis|share"):
        Posterior.start(pair(0.5)).averaged(hypotheses)


# --- staying sound ---------------------------------------------------------------------------------------


def _extreme_items(rng: np.random.Generator, count: int = 300) -> list[np.ndarray]:
    """Log-likelihoods of all sorts of answers to sharp, flat, easy, impossible and guessed items."""
    found = []
    for _ in range(count):
        b = float(rng.uniform(-4.5, 4.5))
        graded = rng.random() < 0.3
        parameters = Parameters(
            a=float(rng.uniform(0.2, 4.0)),
            b=(b - 0.7, b, b + 0.7) if graded else (b,),
            c=0.0 if graded else float(rng.choice([0.0, 0.25, 0.5])),
        )
        points = int(rng.integers(parameters.max_score + 1))
        found.append(np.log(marginal_category_probabilities(parameters, GRID)[points]))
    return found


def _check_random_sequences(count: int, seed: int) -> None:
    """Cholesky's factorisation fails where a covariance is not positive definite."""
    rng = np.random.default_rng(seed)
    items = _extreme_items(rng)
    priors = [PRIOR, PRIOR.independent(), Prior.hierarchical([int(c[0]) for c in COMPETENCES], 0.9, 0.95)]
    for number in range(count):
        posterior = Posterior.start(priors[number % 3])
        for _ in range(int(rng.integers(1, 49))):
            posterior = posterior.updated(int(rng.integers(16)), items[rng.integers(len(items))])
        np.linalg.cholesky(posterior.covariance)
        assert np.isfinite(posterior.mean).all()
        if number % 50 == 0:
            average = posterior.averaged(CORRELATION_HYPOTHESES)
            np.linalg.cholesky(average.covariances)
            assert np.isfinite(average.log_density).all()
            assert average.weights.sum() == pytest.approx(1.0)


def test_the_covariance_stays_positive_definite() -> None:
    _check_random_sequences(300, 1)


@pytest.mark.slow
def test_the_covariance_stays_positive_definite_a_hundred_thousand_times() -> None:
    _check_random_sequences(100_000, 2)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_the_estimates_do_not_depend_on_the_order_at_48_extreme_answers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    items = _extreme_items(rng, 48)
    order = rng.permutation(48)
    beliefs = []
    for sequence in (range(48), order):
        posterior = Posterior.start(PRIOR)
        for i in sequence:
            posterior = posterior.updated(int(i) % 16, items[int(i)])
        beliefs.append(Distribution(posterior.averaged(CORRELATION_HYPOTHESES).log_density))
    for a, b in zip(beliefs[0].moments(), beliefs[1].moments(), strict=True):
        assert np.abs(a - b).max() < 1e-3
    assert np.abs(beliefs[0].quantiles((0.1, 0.9)) - beliefs[1].quantiles((0.1, 0.9))).max() < 1e-3


# --- sampling in 16 dimensions ---------------------------------------------------------------------------


def _sampled(
    responses: list[Response], rng: np.random.Generator, chains: int = 1500, steps: int = 500
) -> tuple[np.ndarray, np.ndarray]:
    """Means and standard deviations by elliptical slice sampling (Murray, Adams and MacKay 2010, AISTATS 9, 541-548),
    many chains side by side, the first fifth of each left out. Nothing of the engine is used."""
    root = np.linalg.cholesky(PRIOR.covariance)

    def log_likelihood(theta: np.ndarray) -> np.ndarray:
        total = np.zeros(len(theta))
        for dim, parameters, points in responses:
            total += np.log(category_probabilities(parameters, theta[:, dim])[points])
        return total

    theta = rng.standard_normal((chains, 16)) @ root.T
    now = log_likelihood(theta)
    first, second, kept = np.zeros(16), np.zeros(16), 0
    for step in range(steps):
        nu = rng.standard_normal((chains, 16)) @ root.T
        height = now + np.log(rng.random(chains))
        angle = rng.uniform(0, 2 * np.pi, chains)
        low, high = angle - 2 * np.pi, angle.copy()
        waiting = np.arange(chains)
        new, values = theta.copy(), now.copy()
        while len(waiting):
            turned = (
                theta[waiting] * np.cos(angle[waiting])[:, None]
                + nu[waiting] * np.sin(angle[waiting])[:, None]
            )
            reached = log_likelihood(turned)
            done = reached > height[waiting]
            new[waiting[done]], values[waiting[done]] = turned[done], reached[done]
            waiting = waiting[~done]
            low[waiting] = np.where(angle[waiting] < 0, angle[waiting], low[waiting])
            high[waiting] = np.where(angle[waiting] >= 0, angle[waiting], high[waiting])
            angle[waiting] = rng.uniform(low[waiting], high[waiting])
        theta, now = new, values
        if step >= steps // 5:
            first += theta.sum(axis=0)
            second += (theta**2).sum(axis=0)
            kept += chains
    mean = first / kept
    return mean, np.sqrt(second / kept - mean**2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_sixteen_dimensions_agree_with_a_sampler(seed: int) -> None:
    rng = np.random.default_rng(seed)
    items = synthetic_bank(seed, certain=True)
    theta = np.linalg.cholesky(PRIOR.covariance) @ rng.standard_normal(16)
    responses = []
    for i in rng.permutation(len(items))[:48]:
        dim = COMPETENCES.index(items[i].competence)
        responses.append((dim, items[i].parameters, answer(items[i].parameters, theta[dim], rng)))
    mean, sd = _sampled(responses, rng)
    refined = after(PRIOR, responses).refined()
    assert np.abs(refined.mean - mean).max() < 0.01
    assert np.abs(refined.sd - sd).max() < 0.01
