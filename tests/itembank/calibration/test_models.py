"""The models against finite differences, against `itembank.response_model`, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from itembank.calibration.groups import from_parameters, to_parameters
from itembank.calibration.models import NO_GUESSING, Binary, Graded, Model, PartialCredit, item_model
from itembank.calibration.priors import ItemPrior, PriorTable
from itembank.item import Parameters
from itembank.response_model import category_probabilities

THETA = np.linspace(-4, 4, 9)[None]
EXAMPLES = [
    (Binary(), np.array([[1.3, 0.4, -1.5]])),
    (Binary(), np.array([[0.7, -0.6, 0.5]])),
    (Graded(1), np.array([[1.3, 0.4]])),
    (Graded(3), np.array([[1.6, 1.2, 0.1, -2.0]])),
    (PartialCredit(3), np.array([[0.9, 0.5, 1.1, -0.7]])),
]


def numeric(function, parameters, step=1e-5):
    """Central differences over the parameters, in the last axis."""
    parts = []
    for p in range(parameters.shape[1]):
        h = np.zeros_like(parameters)
        h[:, p] = step
        parts.append((function(parameters + h) - function(parameters - h)) / (2 * step))
    return np.stack(parts, axis=-1)


@pytest.mark.parametrize(("model", "parameters"), EXAMPLES)
def test_derivatives_are_those_of_the_probabilities(model, parameters):
    found = model.derivatives(parameters, THETA)
    wanted = numeric(lambda p: model.log_probabilities(p, THETA), parameters)
    assert np.moveaxis(found, 2, -1) == pytest.approx(wanted, abs=1e-7)


@pytest.mark.parametrize(("model", "parameters"), EXAMPLES)
def test_the_step_has_the_objectives_gradient_and_curvature(model, parameters):
    counts = np.random.default_rng(0).uniform(0, 5, (1, model.points + 1, THETA.shape[1]))
    terms = model.terms(parameters, THETA, counts)
    assert terms.gradient == pytest.approx(
        numeric(lambda p: model.terms(p, THETA, counts).value, parameters), abs=1e-6
    )
    assert model.observed_information(parameters, THETA, counts) == pytest.approx(
        -numeric(lambda p: model.terms(p, THETA, counts).gradient, parameters), abs=1e-5
    )
    assert np.linalg.eigvalsh(terms.information[0])[0] > 0


@pytest.mark.parametrize(("model", "parameters"), EXAMPLES)
def test_a_shift_makes_the_item_easier_everywhere(model, parameters):
    found = model.shift(parameters, THETA)
    probability = np.exp(model.log_probabilities(parameters, THETA))
    assert (found * probability).sum(axis=1) == pytest.approx(0, abs=1e-12)
    assert (found[:, -1] > 0).all()


@pytest.mark.parametrize(("model", "parameters"), EXAMPLES)
def test_moving_the_scale_keeps_the_probabilities(model, parameters):
    mean, sd = np.array([0.4]), np.array([1.7])
    moved = model.moved(parameters, mean, sd)
    assert model.log_probabilities(moved, (THETA - mean) / sd) == pytest.approx(
        model.log_probabilities(parameters, THETA)
    )


@pytest.mark.parametrize(("model", "parameters"), EXAMPLES)
def test_difficulties_and_steps_have_their_derivatives(model, parameters):
    for feature in (model.difficulties, model.steps):
        assert feature(parameters).jacobian == pytest.approx(
            numeric(lambda p, f=feature: f(p).values, parameters), abs=1e-7
        )


@settings(deadline=None, max_examples=60)
@given(
    a=st.floats(0.2, 4),
    b=st.lists(st.floats(-4, 4), min_size=1, max_size=4, unique_by=lambda x: round(x, 1)),
    c=st.floats(0.0, 0.5),
)
@example(a=1.0, b=[0.0], c=2e-309)
def test_probabilities_are_those_that_score_candidates(a, b, c):
    b = tuple(sorted(b))
    p = Parameters(a, b, c if len(b) == 1 else 0.0)
    model = Binary() if len(b) == 1 else Graded(len(b))
    logs = model.log_probabilities(from_parameters(p, model)[None], THETA)
    assert np.exp(logs[0]) == pytest.approx(category_probabilities(p, THETA[0]), abs=1e-9)
    back = to_parameters(from_parameters(p, model), model)
    assert (back.a, *back.b, back.c) == pytest.approx((p.a, *p.b, p.c), abs=1e-9)


def test_extreme_abilities_and_parameters_stay_finite():
    far = np.array([[-800.0, 0.0, 800.0]])
    for model, parameters in (
        (Binary(), np.array([[9.0, 30.0, NO_GUESSING]])),
        (Graded(2), np.array([[9.0, 5.0, 5.0 - 1e-7]])),
        (PartialCredit(2), np.array([[9.0, 50.0, -50.0]])),
    ):
        assert np.isfinite(model.log_probabilities(parameters, far)).all()
        counts = np.ones((1, model.points + 1, 3))
        terms = model.terms(parameters, far, counts)
        assert np.isfinite(terms.gradient).all()
        assert np.isfinite(terms.information).all()


def test_models_and_points_must_go_together():
    with pytest.raises(ValueError, match="right and wrong"):
        item_model(Model.TWO_PL, 2)
    with pytest.raises(ValueError, match="at least one point"):
        item_model(Model.GRADED, 0)


@pytest.mark.parametrize(("model", "parameters"), EXAMPLES)
def test_a_prior_has_its_gradient(model, parameters):
    prior = PriorTable.of([ItemPrior.weak(model.points)], model)
    assert prior is not None
    assert prior.terms(model, parameters).gradient == pytest.approx(
        numeric(lambda p: prior.terms(model, p).value, parameters), abs=1e-6
    )
    assert prior.terms(model, -np.abs(parameters)).value[0] == -np.inf
