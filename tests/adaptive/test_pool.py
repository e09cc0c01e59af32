"""The pool: the same numbers as the response model, item by item, and refusals that name the item."""

from __future__ import annotations

import math

import numpy as np
import pytest

from itembank.item import Parameters
from itembank.response_model import marginal_category_probabilities
from itembank.response_times import ResponseTime
from kiosk.adaptive.pool import GRID, ItemPool
from tests.adaptive.world import COMPETENCES, AnItem, an_item, pool_of, synthetic_bank


def test_every_item_has_the_categories_of_its_marginal_model() -> None:
    items = synthetic_bank(3)
    rng = np.random.default_rng(0)
    items = [items[i] for i in rng.permutation(len(items))]  # not sorted by competence
    pool = ItemPool.build(items, COMPETENCES)
    for i, item in enumerate(items):
        expected = marginal_category_probabilities(item.parameters, GRID)
        assert np.allclose(pool.probabilities(i), expected, atol=1e-12)
        assert COMPETENCES[pool.dimension[i]] == item.competence
        for points in range(item.parameters.max_score + 1):
            assert np.allclose(pool.log_likelihood(i, points), np.log(expected[points]), atol=1e-9)


def test_indices_tell_topics_and_families_apart() -> None:
    pool = pool_of(
        [
            an_item("a", "1.1", topic="x", family="f"),
            an_item("b", "1.1", topic="x", family="f"),
            an_item("c", "1.2", topic="x", family="g"),
        ]
    )
    assert pool.topic[0] == pool.topic[1] != pool.topic[2], "a topic belongs to its competence"
    assert pool.family[0] == pool.family[1] != pool.family[2]
    assert [r.tolist() for r in pool.rivals] == [[0, 1], [0, 1], [2]]
    assert pool.sole.tolist() == [False, False, True]
    assert pool.index_of == {"a": 0, "b": 1, "c": 2}


class Untimed(AnItem):
    time = ResponseTime(-math.inf)


def test_expected_time_is_the_items_median() -> None:
    plain = an_item("a", "1.1", level=2, reading_words=40)
    tool = an_item("b", "1.1", level=2, reading_words=40, is_task=True)
    assert pool_of([plain, tool]).seconds == pytest.approx([15 + 16 + 4, 15 + 16 + 4 + 45], rel=1e-5)


def test_nothing_in_a_pool_can_be_changed() -> None:
    pool = pool_of([an_item("a", "1.1")])
    with pytest.raises(ValueError, match="read-only"):
        pool.rows[0, 0] = 0.5


def test_faults_name_the_item() -> None:
    good = an_item("good", "1.1")
    with pytest.raises(ValueError, match="item odd: competence"):
        ItemPool.build([good, an_item("odd", "9.9")], ("1.1",))
    with pytest.raises(ValueError, match="item good: the id is used twice"):
        ItemPool.build([good, good], ("1.1",))
    with pytest.raises(ValueError, match="item flat: a must be positive"):
        ItemPool.build([an_item("flat", "1.1", parameters=Parameters(a=0.0, b=(0.0,)))], ("1.1",))
    with pytest.raises(ValueError, match="item good: expected seconds"):
        ItemPool.build([Untimed("good", "1.1", good.parameters)], ("1.1",))
    with pytest.raises(ValueError, match="distinct"):
        ItemPool.build([good], ("1.1", "1.1"))
    with pytest.raises(ValueError, match="at least one item"):
        ItemPool.build([], ("1.1",))
    with pytest.raises(ValueError, match="item good gives 0 to 1 points, found 2"):
        pool_of([good]).log_likelihood(0, 2)
