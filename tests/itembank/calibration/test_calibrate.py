"""Calibration as a whole: errors, missing answers, priors, anchors, several dimensions, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from itembank.calibration.calibrate import calibrate
from itembank.calibration.models import Model
from itembank.calibration.priors import Estimate, ItemPrior, Normal, relearned
from itembank.calibration.responses import Responses
from itembank.calibration.setup import ItemSetup, Options, Population, same_for_all
from itembank.errors import ItemBankFault
from itembank.item import Parameters
from tests.itembank.calibration.published import LSAT6, LSAT7, patterns
from tests.itembank.calibration.worlds import adaptive, two_pl


def setups_of(responses, model=Model.TWO_PL, **changes):
    return tuple(
        replace(setup, **changes)
        for setup in same_for_all(responses.items, responses.max_score.tolist(), model)
    )


def marginal_log_likelihood(scores, counts, a, d):
    """By brute force."""
    theta = np.linspace(-8, 8, 321)
    density = np.exp(-0.5 * theta**2) / np.exp(-0.5 * theta**2).sum()
    p = 1 / (1 + np.exp(-(a[:, None] * theta + d[:, None])))
    likelihood = np.where(scores[:, :, None] == 1, p, 1 - p).prod(axis=1) @ density
    return float(counts @ np.log(likelihood))


@pytest.mark.parametrize("counts", [LSAT6, LSAT7])
def test_standard_errors_are_those_of_the_numerical_hessian(counts):
    responses = patterns(counts)
    found = calibrate(responses, setups_of(responses), options=Options(tolerance=1e-8))
    scores, weight = responses.dense(), responses.count
    at = np.array([[i.a, -i.a * i.b[0]] for i in found.items]).ravel()

    def value(x):
        return marginal_log_likelihood(scores, weight, x[::2], x[1::2])

    h = 1e-3
    hessian = np.empty((10, 10))
    for i, u in enumerate(h * np.eye(10)):
        for j, v in enumerate(h * np.eye(10)):
            hessian[i, j] = (
                value(at + u + v) - value(at + u - v) - value(at - u + v) + value(at - u - v)
            ) / (4 * h * h)
    covariance = np.linalg.inv(-hessian)
    assert [i.se_a for i in found.items] == pytest.approx(np.sqrt(np.diag(covariance)[::2]), abs=5e-4)
    for k, item in enumerate(found.items):
        gradient = np.zeros(10)
        gradient[2 * k], gradient[2 * k + 1] = at[2 * k + 1] / item.a**2, -1 / item.a
        assert item.se_b[0] == pytest.approx(np.sqrt(gradient @ covariance @ gradient), rel=2e-3)
    assert found.log_likelihood == pytest.approx(value(at), abs=1e-6)


def test_it_is_a_maximum():
    responses = patterns(LSAT7)
    found = calibrate(responses, setups_of(responses), options=Options(tolerance=1e-8))
    a = np.array([i.a for i in found.items])
    d = -a * np.array([i.b[0] for i in found.items])
    best = marginal_log_likelihood(responses.dense(), responses.count, a, d)
    for k in range(5):
        for step in (-0.02, 0.02):
            moved = a.copy()
            moved[k] += step
            assert marginal_log_likelihood(responses.dense(), responses.count, moved, d) < best


def test_a_pattern_with_a_count_is_as_many_people():
    counted = patterns(LSAT7)
    everyone = Responses.from_dense(np.repeat(counted.dense(), counted.count.astype(int), axis=0))
    one, other = (calibrate(r, setups_of(r)) for r in (counted, everyone))
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-8)
    assert one.persons == other.persons == 1000


def test_the_sparse_and_the_full_layout_agree(monkeypatch):
    _, _, _, responses = two_pl(800, 12, seen=0.6)
    dense = calibrate(responses, setups_of(responses), options=Options(standard_errors=False))
    monkeypatch.setattr("itembank.calibration.calibrate.DENSE_FROM", 2.0)
    sparse = calibrate(responses, setups_of(responses))
    assert sparse.log_likelihood == pytest.approx(dense.log_likelihood, abs=1e-6)
    assert [i.a for i in sparse.items] == pytest.approx([i.a for i in dense.items], abs=1e-4)
    assert sparse.standard_errors == "item"


def test_an_items_own_error_is_no_more_than_the_whole_one(monkeypatch):
    a, b, _, responses = two_pl(500, 8, seed=3)
    held = [
        replace(setup, start=Parameters(a[k], (b[k],)), fixed=k > 0)
        for k, setup in enumerate(setups_of(responses))
    ]
    whole = calibrate(responses, held).items[0]
    monkeypatch.setattr("itembank.calibration.calibrate.MOST_FOR_WHOLE", 0)
    item = calibrate(responses, held).items[0]
    assert 0.8 * whole.se_a < item.se_a <= whole.se_a  # the population is not known, only the items are


@pytest.mark.parametrize("seen", [1.0, 0.5, 0.2])
def test_truth_lies_within_the_stated_errors(seen):
    a, b, _, responses = two_pl(2000, 40, seen=seen)
    found = calibrate(responses, setups_of(responses))
    assert found.converged
    off = np.array([(i.a - t) / i.se_a for i, t in zip(found.items, a, strict=True)])
    off_b = np.array([(i.b[0] - t) / i.se_b[0] for i, t in zip(found.items, b, strict=True)])
    assert 0.7 < np.sqrt((off**2).mean()) < 1.35
    assert 0.7 < np.sqrt((off_b**2).mean()) < 1.35


def test_people_and_items_without_answers_change_nothing():
    responses = patterns(LSAT7)
    table = np.vstack([responses.dense(), np.full((1, 5), -1)])
    longer = Responses.from_dense(table, count=np.append(responses.count, 50.0))
    found = calibrate(longer, setups_of(longer))
    assert found.persons == 1000
    assert found.log_likelihood == pytest.approx(-2658.805114, abs=1e-5)


# --- priors -----------------------------------------------------------------------------------------------


def test_a_firm_prior_wins_over_few_answers_and_loses_to_many():
    _, b, _, responses = two_pl(1500, 20)
    believed = ItemPrior(Normal(0.0, 0.3), Normal(2.5, 0.5))
    few = Responses.from_dense(responses.dense()[:15])
    for some, near, far in ((few, 2.5, b[0]), (responses, b[0], 2.5)):
        setups = tuple(
            replace(setup, prior=believed if k == 0 else ItemPrior.weak())
            for k, setup in enumerate(same_for_all(some.items, [1] * 20, Model.TWO_PL))
        )
        found = calibrate(some, setups).items[0].b[0]
        assert abs(found - near) < abs(found - far)


def test_a_constant_item_has_a_regularised_answer_and_a_notice():
    _, _, _, responses = two_pl(300, 10)
    table = responses.dense()
    table[:, 4] = 1
    constant = Responses.from_dense(table)
    found = calibrate(constant, same_for_all(constant.items, [1] * 10, Model.TWO_PL, priors=True))
    assert [(n.code, n.item) for n in found.notices] == [("constant_item", "i5")]
    assert -6 < found["i5"].b[0] < -1
    assert 0 < found["i5"].se_b[0] < 3


def test_an_unseen_score_keeps_thresholds_in_order_under_a_prior():
    rng = np.random.default_rng(5)
    theta = rng.normal(size=600)
    table = np.stack([(theta + rng.logistic(size=600) > 0) * 1 for _ in range(6)], axis=1)
    table[:, 0] = np.where(theta + rng.normal(size=600) > 0, 3, 0) - (theta > 1.5)
    table[table == 2] = 3
    table[:5, 0] = 1
    responses = Responses.from_dense(table)
    found = calibrate(
        responses, same_for_all(responses.items, responses.max_score.tolist(), Model.GRADED, priors=True)
    )
    assert (np.diff(found.items[0].b) > 0).all()


def test_learning_corrects_priors_that_exaggerate():
    rng = np.random.default_rng(2)
    stated = rng.normal(0, 1.2, 400)
    truth = 0.3 + 0.6 * stated + rng.normal(0, 0.3, 400)
    priors = [ItemPrior(Normal(0, 0.2), Normal(float(m), 0.7)) for m in stated]
    estimates = [Estimate(float(t + rng.normal(0, 0.1)), 0.01) for t in truth]
    learned = relearned(priors, estimates)
    assert [p.location.mean for p in learned] == pytest.approx((0.3 + 0.6 * stated).tolist(), abs=0.15)
    assert learned[0].location.sd == pytest.approx(0.33, abs=0.03)
    assert relearned(priors[:10], estimates[:10]) == tuple(priors[:10])


# --- linking ----------------------------------------------------------------------------------------------


def test_held_items_link_to_their_scale():
    a, b, _, responses = two_pl(4000, 30, mean=0.8, sd=1.3)
    setups = [
        replace(setup, start=Parameters(a[k], (b[k],)), fixed=True) if k < 15 else setup
        for k, setup in enumerate(setups_of(responses))
    ]
    found = calibrate(responses, setups)
    assert found.population.mean[0] == pytest.approx(0.8, abs=0.08)
    assert found.population.sd[0] == pytest.approx(1.3, abs=0.08)
    assert [i.b[0] for i in found.items[15:]] == pytest.approx(b[15:].tolist(), abs=0.25)
    assert [i.b[0] for i in found.items[:15]] == pytest.approx(b[:15].tolist(), abs=1e-12)
    assert {i.se_a for i in found.items[:15]} == {None}


# --- several dimensions -----------------------------------------------------------------------------------


def test_one_dimension_twice_is_correlated_wholly():
    """Two dimensions whose answers come from one ability: the correlation goes to 1."""
    _, _, _, responses = two_pl(1500, 30)
    setups = [replace(setup, dimension=k % 2) for k, setup in enumerate(setups_of(responses))]
    found = calibrate(responses, setups, options=Options(tolerance=1e-3, standard_errors=False))
    assert found.population.correlation[0, 1] > 0.95
    assert np.diag(found.population.covariance) == pytest.approx([1, 1])


def test_adaptive_answers_bring_difficulties_nearer_and_find_the_correlations():
    correlation = np.where(np.add.outer(np.arange(4), np.arange(4)) % 2 == 0, 0.8, 0.5)
    np.fill_diagonal(correlation, 1.0)
    _, b, stated, dimension, _, responses = adaptive(1200, 120, 32, correlation)
    asked = np.bincount(responses.item, minlength=120)
    setups = [
        ItemSetup(
            responses.items[k],
            dimension=int(dimension[k]),
            prior=ItemPrior.around(Parameters(1.0, (stated[k],), se_a=0.2, se_b=0.7)),
        )
        for k in range(120)
    ]
    found = calibrate(
        responses,
        setups,
        population=Population.standard(4, 0.3),
        options=Options(nodes=41, tolerance=1e-3, learn_priors=True),
    )
    calibrated = np.array([i.b[0] for i in found.items])
    before = np.sqrt(((stated - b) ** 2).mean())
    assert np.sqrt(((calibrated - b) ** 2).mean()) < 0.55 * before
    errors = np.array([i.se_b[0] for i in found.items])
    assert 0.7 < np.sqrt((((calibrated - b) / errors)[asked > 0] ** 2).mean()) < 1.4
    assert found.population.correlation == pytest.approx(correlation, abs=0.12)


# --- refusals ---------------------------------------------------------------------------------------------


def refused(table, model=Model.TWO_PL, **changes):
    responses = Responses.from_dense(np.asarray(table))
    with pytest.raises(ItemBankFault) as caught:
        calibrate(responses, setups_of(responses, model, **changes))
    return caught.value.code, caught.value.params


def test_what_the_data_cannot_tell_is_refused_by_name():
    table = two_pl(200, 6)[3].dense()
    constant = table.copy()
    constant[:, 2] = 0
    assert refused(constant) == ("calibration.constant_item", {"item": "i3", "score": 0, "n": 200})
    few = table.copy()
    few[15:, 1] = -1
    assert refused(few) == ("calibration.too_few_answers", {"item": "i2", "n": 15, "needed": 20})
    gap = table.copy()
    gap[:, 0] *= 2
    assert refused(gap, Model.GRADED)[0] == "calibration.unseen_score"
    assert refused(table[:, :2])[0] == "calibration.too_few_items"
    assert refused(table + 1, points=1, model=Model.TWO_PL)[0] == "calibration.score"


def test_separation_is_refused_by_name():
    table = two_pl(400, 6)[3].dense()
    table[:, 5] = table[:, 4]
    code, params = refused(table)
    assert code == "calibration.separation"
    assert params["item"] in ("i5", "i6")


def test_a_wrong_key_is_noticed():
    table = two_pl(1500, 8)[3].dense()
    table[:, 3] = 1 - table[:, 3]
    responses = Responses.from_dense(table)
    found = calibrate(responses, setups_of(responses))
    assert [(n.code, n.item) for n in found.notices] == [("negative_slope", "i4")]


def test_setups_that_make_no_sense():
    responses = patterns(LSAT7)
    with pytest.raises(ValueError, match="set up once"):
        calibrate(responses, [ItemSetup("i1"), ItemSetup("i1")])
    with pytest.raises(ValueError, match="no parameters to keep"):
        calibrate(responses, [ItemSetup("i1", fixed=True), ItemSetup("i2"), ItemSetup("i3")])
    with pytest.raises(ValueError, match="dimensions"):
        calibrate(responses, [ItemSetup("i1", dimension=1)], population=Population.standard())
    with pytest.raises(ItemBankFault, match="no_answers"):
        calibrate(responses, [ItemSetup("elsewhere")])


def test_progress_ends_at_the_end():
    responses = patterns(LSAT7)
    seen = []
    calibrate(responses, setups_of(responses), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.slow
def test_two_thousand_sittings_of_sixteen_competences():
    """48 of 800 items each, correlations .8 within and .65 across domains, difficulties stated .7 off."""
    domain = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4])
    correlation = np.where(domain[:, None] == domain, 0.8, 0.65)
    np.fill_diagonal(correlation, 1.0)
    _, b, stated, dimension, _, responses = adaptive(2000, 800, 48, correlation)
    asked = np.bincount(responses.item, minlength=800)
    setups = [
        ItemSetup(
            responses.items[k],
            dimension=int(dimension[k]),
            prior=ItemPrior.around(Parameters(1.0, (stated[k],), se_a=0.2, se_b=0.7)),
        )
        for k in range(800)
    ]
    found = calibrate(
        responses,
        setups,
        population=Population.standard(16, 0.5),
        options=Options(nodes=41, tolerance=1e-3, learn_priors=True),
    )
    calibrated = np.array([i.b[0] for i in found.items])
    errors = np.array([i.se_b[0] for i in found.items])
    before, after = (np.sqrt(((x - b)[asked > 0] ** 2).mean()) for x in (stated, calibrated))
    off = (found.population.correlation - correlation)[np.triu_indices(16, 1)]
    assert after < 0.5 * before
    assert 0.85 < np.sqrt((((calibrated - b) / errors)[asked > 0] ** 2).mean()) < 1.25
    assert abs(off.mean()) < 0.08
