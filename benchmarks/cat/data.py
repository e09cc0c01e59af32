"""The data that every engine is given: item parameters, people, and their answer to every item.

An answer does not depend on who asks: all engines meet the same people with the same answers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kiosk.simulation.scenario import load_scenario
from kiosk.simulation.synthetic_bank import ScenarioBank

SEED = 20
PEOPLE = 400


def one_dimension(folder: Path, items: int) -> Path:
    """A 2PL bank, a ~ LogN(0.2, 0.3), b ~ N(0, 1.2^2), people ~ N(0, 1)."""
    rng = np.random.default_rng([SEED, items])
    a, b = rng.lognormal(0.2, 0.3, items), rng.normal(0.0, 1.2, items)
    theta = rng.standard_normal(PEOPLE)
    chance = 1.0 / (1.0 + np.exp(-a * (theta[:, None] - b)))
    return _kept(folder / f"one-{items}.npz", a=a, b=b, theta=theta, right=rng.random(chance.shape) < chance)


def sixteen_dimensions(folder: Path, items: int) -> Path:
    """A 2PL bank of simple structure (a peer knows no guessing in many dimensions), with the reference scenario's laws."""
    scenario, bank = reference(items, choice=0.0)
    theta = scenario.population(PEOPLE, np.random.default_rng([SEED, 1])).theta
    told = [entry.parameters for entry in bank.entries]
    a, b = np.array([p.a for p in told]), np.array([p.b[0] for p in told])
    dimension = np.array([bank.competences.index(entry.competence) for entry in bank.entries])
    rng = np.random.default_rng([SEED, items, 2])
    chance = 1.0 / (1.0 + np.exp(-a * (theta[:, dimension] - b)))
    return _kept(
        folder / f"sixteen-{items}.npz",
        a=a,
        b=b,
        dimension=dimension,
        theta=theta,
        covariance=np.array(bank.prior[1]),
        right=rng.random(chance.shape) < chance,
    )


def reference(items: int, **laws: float) -> tuple:
    """The reference scenario with a bank of this size, and that bank."""
    from dataclasses import replace

    scenario = load_scenario("reference")
    scenario = replace(scenario, bank_laws=replace(scenario.bank_laws, items=items, **laws))
    bank: ScenarioBank = scenario.bank(np.random.default_rng([SEED, 0]))
    return scenario, bank


def _kept(path: Path, **arrays: np.ndarray) -> Path:
    np.savez(path, **arrays)
    return path
