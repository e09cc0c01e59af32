"""Exposure control: the lottery of one sitting, and the search for its odds."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from kiosk.adaptive.engine import Engine, Selection
from kiosk.adaptive.exposure import AIM, SMALLEST, control, lottery
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.selection import Rule
from kiosk.adaptive.stopping import TestSpec
from tests.adaptive.world import ALL, COMPETENCES, PRIOR, SCALE, UNRULED, an_item, synthetic_bank

ITEMS = [replace(i, exposure=0.4) if n % 2 else i for n, i in enumerate(synthetic_bank(0))]


def engine(items: list = ITEMS, length: int = 48) -> Engine:
    return Engine(ItemPool.build(items, COMPETENCES), PRIOR, SCALE, TestSpec(ALL, length))


def test_every_item_is_open_with_its_probability() -> None:
    odds = np.array([1.0, 0.5, 0.1, 1.0, 0.9])
    opened = [lottery(odds, random.Random(n)) for n in range(4000)]
    assert np.mean(opened, axis=0) == pytest.approx(odds, abs=0.03)
    assert np.array_equal(opened[7], lottery(odds, random.Random(7)))


def test_without_limits_nothing_is_drawn() -> None:
    rng = random.Random(1)
    assert lottery(np.ones(5), rng) is None
    assert rng.random() == random.Random(1).random()


def test_a_sitting_asks_only_what_is_open() -> None:
    one = engine()
    for seed in range(5):
        state, rng = one.begin(random.Random(seed)), random.Random(seed)
        drawn = state.progress.drawn
        assert drawn is not None
        while isinstance(step := one.select(state, rng), Selection):
            assert drawn[step.index]
            state = one.record(state, step.index, rng.randrange(2), 30.0)
        assert min(e.own_responses for e in one.estimate(state)) >= 2


def test_the_same_seed_opens_the_same_items() -> None:
    a, b, c = (engine().begin(random.Random(seed)).progress.drawn for seed in (1, 1, 2))
    assert a is not None
    assert b is not None
    assert c is not None
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_where_nothing_is_open_the_lottery_is_waived() -> None:
    """One competence has only items that hardly any sitting may use: its floor is filled all the same."""
    items = [replace(i, exposure=0.02) if i.competence == "3.1" else i for i in synthetic_bank(0)]
    one = engine(items)
    state, rng = one.begin(random.Random(3)), random.Random(3)
    while isinstance(step := one.select(state, rng), Selection):
        state = one.record(state, step.index, rng.randrange(2), 30.0)
    assert one.estimate(state)[COMPETENCES.index("3.1")].own_responses >= 2


def test_the_reason_names_the_lottery() -> None:
    items = [an_item("best", "1.1", exposure=0.5), an_item("second", "1.1", b=1.0)]
    pool = ItemPool.build(items, ("1.1",))
    one = Engine(
        pool, type(PRIOR)(np.zeros(1), np.eye(1)), SCALE, TestSpec((0,), 2, min_per_dimension=0), UNRULED
    )
    steps = [one.select(one.begin(random.Random(n)), random.Random(n)) for n in range(40)]
    chosen = {(s.item_id, s.reason.ruled_by) for s in steps if isinstance(s, Selection)}
    assert chosen == {("best", None), ("second", Rule.EXPOSURE)}


# --- the search ------------------------------------------------------------------------------------------


def test_the_search_brings_every_item_below_the_cap() -> None:
    """A world whose rates are known: items compete for the sittings, ten of thirty much in demand."""
    demand = np.r_[np.full(10, 9.0), np.full(20, 1.0)]

    def simulate(exposure: np.ndarray, number: int) -> np.ndarray:
        drawn = np.random.default_rng(number).random((400, 30)) < exposure
        wanted = demand * drawn + np.random.default_rng([number, 1]).random((400, 30))
        best = np.argsort(-wanted, axis=1)[:, :6]
        return np.bincount(best.ravel(), minlength=30) / 400

    assert simulate(np.ones(30), 99).max() > 0.5
    found = control(simulate, 30, 0.4, 16)
    assert simulate(found.exposure, 1000).max() <= 0.4
    assert found.largest[0] > found.largest[-1]
    assert (found.exposure >= SMALLEST).all()
    assert (found.exposure <= 1).all()
    assert (found.exposure[10:] == 1).mean() > 0.5


def test_what_is_never_seen_too_often_stays_free() -> None:
    found = control(lambda k, _: np.full(4, AIM * 0.2), 4, 0.25, 3)
    assert (found.exposure == 1).all()


def test_caps_that_are_none_are_refused() -> None:
    for cap, rounds in ((0.0, 3), (1.5, 3), (0.2, 0)):
        with pytest.raises(ValueError, match="cap"):
            control(lambda k, _: k, 3, cap, rounds)
