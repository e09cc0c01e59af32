"""How well a whole test measures: simulated candidates on a bank whose true parameters are drawn from the stated
standard errors. The slow test is the one whose figures are quoted; the quick one guards against a regression."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import pytest

from itembank.response_model import drawn
from kiosk.adaptive.engine import Engine, Selection
from kiosk.adaptive.levels import most_likely_level
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.stopping import TestSpec
from tests.adaptive.world import ALL, COMPETENCES, PRIOR, SCALE, UNRULED, sit, synthetic_bank

_ROOT = np.linalg.cholesky(PRIOR.covariance)


@dataclass(frozen=True)
class Figures:
    """`expected_rmse` is the root mean square of the stated standard deviations."""

    rmse: float
    expected_rmse: float
    within_one: float
    exact: float
    stated_exact: float
    coverage: float
    largest_exposure: float


def simulate(banks: int, candidates: int, separate: bool = False, as_authored: bool = False) -> Figures:
    """`candidates` on each of `banks` banks: the shipped 48-item test, or 16 separate tests of 3 items each that
    know no correlation and follow no rule but the criterion."""
    error, sd, levels, true_levels, stated, inside = [], [], [], [], [], []
    seen = []
    for b in range(banks):
        items = synthetic_bank(b)
        pool = ItemPool.build(items, COMPETENCES)
        rng = np.random.default_rng([b, 1])
        truth = [i.parameters if as_authored else drawn(i.parameters, rng) for i in items]
        if separate:
            alone = PRIOR.independent()
            engines = [Engine(pool, alone, SCALE, TestSpec((d,), 3), UNRULED) for d in ALL]
        else:
            engines = [Engine(pool, PRIOR, SCALE, TestSpec(ALL, 48))]
        counts = np.zeros(len(pool))
        for c in range(candidates):
            theta = _ROOT @ np.random.default_rng([b, 2, c]).standard_normal(16)
            sittings = [sit(engine, theta, truth, [b, 3, c, d]) for d, engine in enumerate(engines)]
            estimates = [sittings[d if separate else 0].estimates[d] for d in ALL]
            counts[[i for s in sittings for i in s.state.administered]] += 1
            probabilities = np.array([e.level_probabilities for e in estimates])
            error.append([e.mean - t for e, t in zip(estimates, theta, strict=True)])
            sd.append([e.sd for e in estimates])
            levels.append(most_likely_level(probabilities))
            stated.append(probabilities.max(axis=1))
            true_levels.append([SCALE.level_of(t) for t in theta])
            inside.append(
                [e.interval80[0] <= t <= e.interval80[1] for e, t in zip(estimates, theta, strict=True)]
            )
        seen.append(counts.max() / candidates)
    distance = np.abs(np.array(levels) - np.array(true_levels))
    return Figures(
        rmse=float(np.sqrt(np.mean(np.square(error)))),
        expected_rmse=float(np.sqrt(np.mean(np.square(sd)))),
        within_one=float((distance <= 1).mean()),
        exact=float((distance == 0).mean()),
        stated_exact=float(np.mean(stated)),
        coverage=float(np.mean(inside)),
        largest_exposure=float(np.mean(seen)),
    )


def test_sixty_candidates_are_measured_as_well_as_stated() -> None:
    joint = simulate(banks=3, candidates=20)
    assert joint.rmse < 0.66
    assert joint.expected_rmse < 0.62
    assert joint.rmse == pytest.approx(joint.expected_rmse, abs=0.06)
    assert joint.within_one > 0.88
    assert 0.72 < joint.coverage < 0.88


@pytest.mark.slow
def test_the_quoted_figures() -> None:
    """500 candidates, 10 draws of the bank. Measured: RMSE .571, within one level .936, exact .455 where .447 was
    stated, coverage .820. The stated error (.614) is larger than the true one where the prior's correlations hold: it
    allows for their not holding (`posterior.CORRELATION_HYPOTHESES`)."""
    joint, separate = simulate(10, 50), simulate(10, 50, separate=True)
    assert joint.expected_rmse < 0.625
    assert joint.rmse < 0.60
    assert joint.within_one >= 0.925
    assert 0.76 <= joint.coverage <= 0.84
    assert abs(joint.exact - joint.stated_exact) < 0.03
    assert separate.rmse - joint.rmse >= 0.08


@pytest.mark.slow
def test_the_quoted_figures_when_the_authors_were_right() -> None:
    """The same with true parameters equal to the authored ones: the stated ranges are then a little too wide."""
    joint = simulate(10, 50, as_authored=True)
    assert joint.rmse <= 0.57
    assert joint.within_one >= 0.93
    assert 0.78 <= joint.coverage <= 0.85


@pytest.mark.slow
@pytest.mark.parametrize("copies", [1, 5])
def test_an_item_costs_less_than_a_millisecond(copies: int) -> None:
    """Update and selection together, median, at 200 and at 1,000 items in 16 competences; set-up under 100 ms."""
    items = [
        replace(i, id=f"{i.id}/{n}", family=f"{i.id}/{n}") for n in range(copies) for i in synthetic_bank(n)
    ]
    began = time.process_time()
    pool = ItemPool.build(items, COMPETENCES)
    assert time.process_time() - began < 0.1 * copies
    engine = Engine(pool, PRIOR, SCALE, TestSpec(ALL, 48))
    state, rng, timings = engine.begin(), np.random.default_rng(0), []
    while True:
        began = time.process_time()
        step = engine.select(state, rng)
        if not isinstance(step, Selection):
            break
        state = engine.record(state, step.index, int(rng.integers(2)), 30.0)
        timings.append(time.process_time() - began)
    assert np.median(timings) < 1e-3
