"""Exposure control: what a factor below 1 does to one choice, and the search for the factors."""

from __future__ import annotations

import random

import numpy as np
import pytest

from itembank.item import Parameters
from kiosk.adaptive.engine import Engine, Selection
from kiosk.adaptive.exposure import AIM, SMALLEST, Simulate, control
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.selection import Rule
from kiosk.adaptive.stopping import TestSpec
from tests.adaptive.world import PRIOR, SCALE, UNRULED, an_item


def two_items(factor: float, b: float = 0.0) -> Engine:
    """« best » tells most at the start; « second », a little duller, is not limited."""
    items = [
        an_item("best", "1.1", parameters=Parameters(2.0, (b,)), exposure=factor),
        an_item("second", "1.1", parameters=Parameters(1.6, (b,))),
    ]
    pool = ItemPool.build(items, ("1.1",))
    prior = type(PRIOR)(np.zeros(1), np.eye(1))
    return Engine(pool, prior, SCALE, TestSpec((0,), 2, min_per_dimension=0), UNRULED)


def first(engine: Engine) -> Selection:
    step = engine.select(engine.begin(), random.Random(1))
    assert isinstance(step, Selection)
    return step


def test_a_factor_hands_the_item_over_where_its_rival_tells_nearly_as_much() -> None:
    assert first(two_items(1.0)).item_id == "best"
    assert first(two_items(0.99)).item_id == "best"
    given_up = first(two_items(0.5))
    assert given_up.item_id == "second"
    assert given_up.reason.ruled_by is Rule.EXPOSURE
    assert given_up.reason.rank == 2, "the rank is by what it would tell, not by its price"


def test_a_limited_item_still_goes_to_those_to_whom_it_tells_much_more() -> None:
    items = [
        an_item("hard", "1.1", parameters=Parameters(2.0, (2.0,)), exposure=0.5),
        an_item("easy", "1.1", parameters=Parameters(2.0, (-1.0,))),
        *(an_item(f"before{n}", "1.1", parameters=Parameters(2.5, (0.5 + 0.5 * n,))) for n in range(3)),
    ]
    pool = ItemPool.build(items, ("1.1",))
    one = Engine(
        pool, type(PRIOR)(np.zeros(1), np.eye(1)), SCALE, TestSpec((0,), 5, min_per_dimension=0), UNRULED
    )
    for points, wanted in ((1, "hard"), (0, "easy")):
        state = one.begin()
        for n in range(3):
            state = one.record(state, pool.index_of[f"before{n}"], points, 30.0)
        step = one.select(state, random.Random(1))
        assert isinstance(step, Selection)
        assert step.item_id == wanted


def test_a_limited_item_is_given_when_nothing_else_is_left() -> None:
    one = two_items(SMALLEST)
    state = one.record(one.begin(), one.pool.index_of["second"], 1, 30.0)
    step = one.select(state, random.Random(1))
    assert isinstance(step, Selection)
    assert step.item_id == "best"
    assert step.reason.ruled_by is None


# --- the search ------------------------------------------------------------------------------------------


def a_world(count: int = 60, people: int = 8000) -> tuple[np.ndarray, Simulate]:
    """One-item tests of people at uniform places on a line, who get the item with the highest discounted merit."""
    places = np.linspace(0, 1, count)
    quality = np.where(np.arange(count) % 10 == 0, 1.6, 1.0)

    def simulate(exposure: np.ndarray, number: int) -> np.ndarray:
        people_at = np.random.default_rng(number).random(people)
        merit = quality * exposure * np.exp(-((people_at[:, None] - places) ** 2) / 0.02)
        return np.bincount(merit.argmax(axis=1), minlength=count) / people

    return quality, simulate


def test_the_search_brings_every_item_below_the_cap_and_limits_only_the_coveted() -> None:
    quality, simulate = a_world()
    cap = 0.08
    assert simulate(np.ones(60), 99).max() > 1.5 * cap
    found = control(simulate, 60, cap, 40)
    assert max(simulate(found.exposure, n).max() for n in range(1000, 1005)) <= cap
    assert found.largest[0] > found.largest[-1]
    assert (found.exposure >= SMALLEST).all()
    assert (found.exposure <= 1).all()
    assert found.exposure[quality == 1].min() > found.exposure[quality > 1].min()
    assert (found.exposure[quality == 1] == 1).mean() > 0.9


def test_what_is_never_seen_too_often_stays_free() -> None:
    found = control(lambda k, _: np.full(4, AIM * 0.2), 4, 0.25, 3)
    assert (found.exposure == 1).all()


def test_what_is_seen_by_everybody_whatever_its_price_ends_at_the_smallest_factor() -> None:
    found = control(lambda k, _: np.ones(2), 2, 0.25, 200)
    assert found.exposure == pytest.approx(np.full(2, SMALLEST))
    assert found.largest[-1] == 1.0


def test_caps_that_are_none_are_refused() -> None:
    for cap, rounds in ((0.0, 3), (1.5, 3), (0.2, 0)):
        with pytest.raises(ValueError, match="cap"):
            control(lambda k, _: k, 3, cap, rounds)
