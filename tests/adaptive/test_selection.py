"""Which item next: the criterion against brute force, and each rule with a case where it decides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.item import Parameters
from kiosk.adaptive.engine import Engine, Selection
from kiosk.adaptive.pool import ItemPool
from kiosk.adaptive.posterior import Posterior, Prior
from kiosk.adaptive.selection import Rule, SelectionRules, predicted, spread
from kiosk.adaptive.stopping import Purpose, TestSpec
from tests.adaptive.world import (
    ALL,
    COMPETENCES,
    PRIOR,
    SCALE,
    UNRULED,
    an_item,
    brute_force,
    pool_of,
    sit,
    synthetic_bank,
)

TWO = Prior(np.zeros(2), np.array([[1.0, 0.7], [0.7, 1.0]]))
RNG_SEED = 7


def two_competences(items: list, spec: TestSpec | None = None, rules: SelectionRules = UNRULED) -> Engine:
    pool = ItemPool.build(items, ("1.1", "1.2"))
    return Engine(pool, TWO, SCALE, spec or TestSpec((0, 1), len(items), min_per_dimension=0), rules)


def play(engine: Engine, points: list[int], seconds: float = 30.0) -> tuple[list[str], list[Selection]]:
    """Answer with the given points in turn; the names of the items given, one more than answered."""
    rng = np.random.default_rng(RNG_SEED)
    state, names, steps = engine.begin(), [], []
    for got in [*points, None]:
        step = engine.select(state, rng)
        if not isinstance(step, Selection):
            break
        names.append(step.item_id)
        steps.append(step)
        if got is None:
            break
        state = engine.record(state, step.index, min(got, int(engine.pool.max_score[step.index])), seconds)
    return names, steps


# --- the criterion ---------------------------------------------------------------------------------------

CANDIDATES = [
    Parameters(a=1.0, b=(0.5,), se_a=0.2, se_b=0.5),
    Parameters(a=0.8, b=(-0.5,), c=0.25, se_a=0.16, se_b=0.5),
    Parameters(a=2.0, b=(1.5,), c=0.2),
    Parameters(a=1.2, b=(-0.8, 0.0, 0.8), se_a=0.24, se_b=0.5),
    Parameters(a=1.0, b=(1.1, 1.9), se_a=0.2, se_b=0.5),
]


def _expected_drop(responses: list, weights: np.ndarray, dim: int, parameters: Parameters) -> float:
    now = brute_force(TWO, responses)
    after = [
        weights @ np.diag(brute_force(TWO, [*responses, (dim, parameters, k)]).covariance)
        for k in range(parameters.max_score + 1)
    ]
    return float(weights @ np.diag(now.covariance) - now.chances(dim, parameters) @ np.array(after))


def _gains(responses: list, weights: np.ndarray) -> np.ndarray:
    items = [
        an_item(f"{d}-{i}", f"1.{d + 1}", parameters=p) for d in (0, 1) for i, p in enumerate(CANDIDATES)
    ]
    pool = ItemPool.build(items, ("1.1", "1.2"))
    posterior = Posterior.start(TWO)
    for dim, parameters, points in responses:
        posterior = posterior.updated(
            dim, pool.log_likelihood(CANDIDATES.index(parameters) + dim * len(CANDIDATES), points)
        )
    return predicted(pool, posterior)[0] * spread(posterior, weights)[pool.dimension]


def test_the_gain_is_the_expected_drop_of_the_weighted_variances() -> None:
    weights = np.array([1.0, 0.5])
    gains = _gains([], weights)
    for n, parameters in enumerate(CANDIDATES):
        for dim in (0, 1):
            truth = _expected_drop([], weights, dim, parameters)
            assert gains[n + dim * len(CANDIDATES)] == pytest.approx(truth, abs=1e-6)


def test_in_the_middle_of_a_test_the_gain_stays_within_a_few_percent() -> None:
    """The rank-one spread takes the belief for Gaussian: measured, up to .003 or 3.5 % off."""
    weights = np.array([1.0, 0.5])
    responses = [(0, CANDIDATES[0], 1), (1, CANDIDATES[1], 0), (1, CANDIDATES[3], 2), (0, CANDIDATES[4], 0)]
    gains = _gains(responses, weights)
    for n, parameters in enumerate(CANDIDATES):
        for dim in (0, 1):
            truth = _expected_drop(responses, weights, dim, parameters)
            assert gains[n + dim * len(CANDIDATES)] == pytest.approx(truth, rel=0.05)


def test_the_expected_success_is_the_predicted_share_of_points() -> None:
    pool = ItemPool.build([an_item("a", "1.1", parameters=CANDIDATES[3])], ("1.1", "1.2"))
    chances = brute_force(TWO, []).chances(0, CANDIDATES[3])
    _, success = predicted(pool, Posterior.start(TWO))
    assert success[0] == pytest.approx(float(chances @ np.arange(4)) / 3, abs=1e-6)


def test_the_more_telling_item_is_chosen() -> None:
    engine = two_competences(
        [an_item("far", "1.1", b=4.0), an_item("near", "1.1", b=0.0), an_item("guessed", "1.1",
         parameters=Parameters(a=1.0, b=(0.0,), c=0.5))]
    )  # fmt: skip
    assert play(engine, [0, 0])[0] == ["near", "guessed", "far"]


def test_a_competence_that_informs_the_others_is_worth_more() -> None:
    """Three competences, the first correlated with both others: equal items, the first is asked first."""
    prior = Prior(np.zeros(3), np.array([[1.0, 0.7, 0.7], [0.7, 1.0, 0.49], [0.7, 0.49, 1.0]]))
    pool = ItemPool.build(
        [an_item("c", "1.3"), an_item("b", "1.2"), an_item("a", "1.1")], ("1.1", "1.2", "1.3")
    )
    engine = Engine(pool, prior, SCALE, TestSpec((0, 1, 2), 3, min_per_dimension=0), UNRULED)
    assert play(engine, [])[0] == ["a"]
    alone = Engine(pool, prior, SCALE, TestSpec((1,), 3, min_per_dimension=0), UNRULED)
    assert play(alone, [])[0] == ["b"], "outside the plan nothing is asked"


def test_weights_direct_the_questions() -> None:
    items = [an_item(f"{d}{n}", f"1.{d}") for d in (1, 2) for n in range(10)]
    spec = TestSpec((0, 1), 10, weights=(1.0, 9.0), min_per_dimension=0)
    names, _ = play(two_competences(items, spec), [1, 0] * 4 + [1])
    assert sum(name.startswith("2") for name in names) >= 6


def test_under_a_time_budget_the_gain_counts_per_second() -> None:
    slow = an_item("slow", "1.1", parameters=Parameters(a=1.3, b=(0.0,)), reading_words=250)
    quick = an_item("quick", "1.1", parameters=Parameters(a=1.0, b=(0.0,)), reading_words=20)
    unhurried = two_competences([slow, quick])
    hurried = two_competences([slow, quick], TestSpec((0, 1), 2, min_per_dimension=0, seconds=1200.0))
    assert play(unhurried, [])[0] == ["slow"]
    assert play(hurried, [])[0] == ["quick"]


# --- never twice -----------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0, 99, None]))
def test_never_the_same_item_nor_the_same_family_twice(seed: int, points: int | None) -> None:
    items = [replace(i, family=f"{i.competence}-{n % 4}") for n, i in enumerate(synthetic_bank(0))]
    engine = Engine(ItemPool.build(items, COMPETENCES), PRIOR, SCALE, TestSpec(ALL, 48))
    truth = [i.parameters for i in items]
    given_items = sit(
        engine, np.random.default_rng(seed).standard_normal(16), truth, seed, points
    ).state.administered
    families = [items[i].family for i in given_items]
    assert len(families) == 48
    assert len(set(families)) == 48


def test_excluded_items_are_never_given() -> None:
    pool = pool_of([an_item("a", "1.1"), an_item("b", "1.1", b=3.0), an_item("c", "1.2", b=3.0)])
    engine = Engine(pool, TWO, SCALE, TestSpec((0, 1), 3, min_per_dimension=0), UNRULED, excluded=["a"])
    assert set(play(engine, [1, 1, 1])[0]) == {"b", "c"}
    with pytest.raises(KeyError):
        Engine(pool, TWO, SCALE, TestSpec((0,), 1, min_per_dimension=0), excluded=["unheard-of"])


# --- the floor -------------------------------------------------------------------------------------------


def _lopsided() -> list:
    """Competence 1.1 has far better items than 1.2: nobody would ask 1.2 for the sake of precision."""
    strong = [an_item(f"s{n}", "1.1", parameters=Parameters(a=2.5, b=(0.2 * n - 1,))) for n in range(12)]
    weak = [an_item(f"w{n}", "1.2", parameters=Parameters(a=0.2, b=(0.0,))) for n in range(4)]
    return [*strong, *weak]


@pytest.mark.parametrize(("floor", "asked"), [(0, 0), (2, 2), (3, 3)])
def test_every_competence_of_the_plan_gets_its_floor(floor: int, asked: int) -> None:
    engine = two_competences(_lopsided(), TestSpec((0, 1), 8, min_per_dimension=floor))
    names, steps = play(engine, [1, 0, 1, 0, 1, 0, 1])
    assert len(names) == 8
    assert sum(name.startswith("w") for name in names) == asked
    assert [s.reason.ruled_by for s in steps].count(Rule.FLOOR) == asked


def test_the_floor_is_kept_under_a_time_budget() -> None:
    spec = TestSpec((0, 1), 16, min_per_dimension=2, seconds=420.0)
    engine = two_competences(_lopsided(), spec)
    seconds = float(engine.pool.seconds[0])
    names, _ = play(engine, [1, 0] * 8, seconds=seconds)
    assert len(names) < 10, "time ends this test"
    assert sum(name.startswith("w") for name in names) >= 2


def test_a_floor_that_the_pool_cannot_fill_is_filled_as_far_as_it_goes() -> None:
    items = [i for i in _lopsided() if i.id not in ("w1", "w2", "w3")]
    names, _ = play(two_competences(items, TestSpec((0, 1), 6, min_per_dimension=2)), [1] * 6)
    assert len(names) == 6
    assert names.count("w0") == 1


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(32, 60), st.sampled_from([0, 99, None]))
def test_two_items_in_each_of_sixteen_competences_whatever_happens(
    seed: int, length: int, points: int | None
) -> None:
    items = synthetic_bank(0)
    engine = Engine(ItemPool.build(items, COMPETENCES), PRIOR, SCALE, TestSpec(ALL, length))
    truth = [i.parameters for i in items]
    sat = sit(engine, np.random.default_rng(seed).standard_normal(16), truth, seed, points)
    assert len(sat.state.administered) == length
    assert min(e.own_responses for e in sat.estimates) >= 2


# --- the gentle start ------------------------------------------------------------------------------------

GENTLE = replace(UNRULED, opening_items=2, recovery_window=8)


def _ladder() -> list:
    """One competence, difficulties from very easy to very hard."""
    return [an_item(f"b{b:+.2f}", "1.1", b=float(b)) for b in np.linspace(-3, 3, 25)]


def test_the_first_items_are_easy() -> None:
    spec = TestSpec((0, 1), 24, min_per_dimension=0)
    _, gentle = play(two_competences(_ladder(), spec, GENTLE), [1, 1, 1])
    _, plain = play(two_competences(_ladder(), spec), [1, 1, 1])
    assert plain[0].reason.success < 0.6
    assert [s.reason.success >= 0.75 for s in gentle] == [True, True, False, False]
    assert [s.reason.ruled_by for s in gentle[:3]] == [Rule.OPENING, Rule.OPENING, None]


def test_after_a_failure_at_the_start_comes_an_easier_item() -> None:
    spec = TestSpec((0, 1), 40, min_per_dimension=0)
    engine = two_competences(_ladder(), spec, GENTLE)
    names, steps = play(engine, [1, 1, 1, 0, 0, 0])
    difficulties = [float(name[1:]) for name in names]
    assert difficulties[4] < difficulties[3], "after one failure"
    assert difficulties[5] < min(difficulties[3:5]), "after two in a row"
    assert difficulties[6] < min(difficulties[3:6]), "after three in a row"
    assert all(s.reason.success >= 0.7 for s in steps[4:])
    assert steps[4].reason.ruled_by is Rule.RECOVERY


def test_partial_credit_below_half_is_a_failure_and_half_is_not() -> None:
    graded = [
        an_item(f"g{n}", "1.1", parameters=Parameters(a=1.0, b=(b - 0.4, b + 0.4)))
        for n, b in enumerate(np.linspace(-3, 3, 25))
    ]
    spec = TestSpec((0, 1), 24, min_per_dimension=0)
    _, half = play(two_competences(graded, spec, GENTLE), [2, 2, 1])
    _, none = play(two_competences(graded, spec, GENTLE), [2, 2, 0])
    assert half[3].reason.success < 0.7
    assert none[3].reason.success >= 0.7


def test_later_failures_are_met_with_precision_again() -> None:
    spec = TestSpec((0, 1), 25, min_per_dimension=0)
    _, steps = play(two_competences(_ladder(), spec, GENTLE), [1] * 10 + [0, 0])
    assert all(s.reason.ruled_by is None for s in steps[8:])


def test_when_nothing_is_easy_enough_the_easiest_is_given() -> None:
    engine = two_competences([an_item("hard", "1.1", b=2.0), an_item("harder", "1.1", b=3.0)], rules=GENTLE)
    assert play(engine, [])[0] == ["hard"]


def test_a_short_test_has_a_short_gentle_start() -> None:
    spec = TestSpec((0, 1), 8, min_per_dimension=0)
    _, steps = play(two_competences(_ladder(), spec, GENTLE), [1, 1])
    assert [s.reason.ruled_by for s in steps] == [Rule.OPENING, None, None]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 1), min_size=7, max_size=7), st.integers(0, 1000))
def test_at_the_start_no_two_failures_without_an_easier_item_next(outcomes: list[int], seed: int) -> None:
    """On the whole bank with the shipped rules: the expected score of the item after a failure is above that of
    the failed items as they now stand, and at least .7; or it is the easiest item left."""
    engine = Engine(ItemPool.build(synthetic_bank(0), COMPETENCES), PRIOR, SCALE, TestSpec(ALL, 48))
    rng = np.random.default_rng(seed)
    state = engine.begin()
    failed: list[int] = []
    for outcome in outcomes:
        step = engine.select(state, rng)
        assert isinstance(step, Selection)
        _, success = predicted(engine.pool, state.posterior)
        if failed:
            easiest_left = np.delete(success, state.administered).max()
            assert step.reason.success >= min(0.7, easiest_left)
            assert step.reason.success > success[failed].max() or step.reason.success == easiest_left
        state = engine.record(state, step.index, outcome * int(engine.pool.max_score[step.index]), 30.0)
        failed = [] if outcome else [*failed, step.index]


# --- calm and dignity ------------------------------------------------------------------------------------


def test_after_three_failures_in_a_row_comes_an_easier_item() -> None:
    spec = TestSpec((0, 1), 40, min_per_dimension=0)
    ladder = [an_item(f"b{n}", "1.1", b=float(b)) for n, b in enumerate(np.linspace(-3, 3, 60))]
    engine = two_competences(ladder, spec, replace(UNRULED, calm_run=3))
    _, steps = play(engine, [0, 1] * 5 + [0, 0, 0, 0, 1])
    assert steps[12].reason.success < 0.7, "two failures are met with precision"
    assert [steps[n].reason.success >= 0.7 for n in (13, 14)] == [True, True]
    assert steps[13].reason.ruled_by is Rule.CALM
    assert steps[15].reason.ruled_by is None, "one success, and precision is back"


def _twins() -> list:
    """Two competences with the same ladder."""
    ladder = np.linspace(-3, 3, 25)
    return [an_item(f"{d}b{n}", f"1.{d}", b=float(b)) for d in (1, 2) for n, b in enumerate(ladder)]


def test_a_competence_failed_long_enough_is_left_in_peace() -> None:
    """Everything about 1.1 fails, everything about 1.2 succeeds: four zeros in a row, and no more of it."""

    def course(rules: SelectionRules) -> list[str]:
        pool = ItemPool.build(_twins(), ("1.1", "1.2"))
        prior = Prior(np.zeros(2), np.eye(2))
        engine = Engine(pool, prior, SCALE, TestSpec((0, 1), 24, min_per_dimension=0), rules)
        state, rng, names = engine.begin(), np.random.default_rng(0), []
        while isinstance(step := engine.select(state, rng), Selection):
            names.append(step.item_id)
            state = engine.record(state, step.index, int(step.item_id[0] == "2"), 30.0)
        return names

    free, kind = course(UNRULED), course(replace(UNRULED, dignity_run=4))
    assert sum(n[0] == "1" for n in free) > 8, "otherwise nothing is tested"
    assert 4 <= sum(n[0] == "1" for n in kind) <= 6, "and surely a beginner"
    assert len(kind) == len(free) == 24


def test_dignity_gives_way_when_nothing_else_is_left() -> None:
    spec = TestSpec((0, 1), 12, min_per_dimension=0)
    engine = two_competences(_ladder(), spec, replace(UNRULED, dignity_run=2))
    assert len(play(engine, [0] * 12)[0]) == 12


def test_zeros_of_somebody_able_do_not_end_a_competence() -> None:
    items = [an_item(f"h{n}", "1.1", b=3.5 + 0.01 * n) for n in range(12)]
    items += [an_item(f"w{n}", "1.2", parameters=Parameters(a=0.1, b=(0.0,))) for n in range(12)]
    rules = replace(UNRULED, dignity_run=3)
    names, _ = play(two_competences(items, TestSpec((0, 1), 12, min_per_dimension=0), rules), [0] * 11)
    assert {n[0] for n in names} == {"h"}, "the items were too hard: they say little of the level"


def test_tasks_have_their_share() -> None:
    strong = [an_item(f"s{n}", "1.1", parameters=Parameters(a=2.0, b=(0.1 * n,))) for n in range(20)]
    tasks = [an_item(f"t{n}", "1.1", is_task=True, parameters=Parameters(a=0.3, b=(0.0,))) for n in range(20)]
    spec = TestSpec((0, 1), 16, min_per_dimension=0)
    plain, _ = play(two_competences([*strong, *tasks], spec), [1, 0] * 8)
    shared, steps = play(
        two_competences([*strong, *tasks], spec, replace(UNRULED, task_share=0.25)), [1, 0] * 8
    )
    assert not any(n.startswith("t") for n in plain)
    assert [n[0] for n in shared].count("t") == 4
    assert [s.reason.ruled_by for s in steps].count(Rule.TASK_SHARE) == 4


# --- enemies ---------------------------------------------------------------------------------------------


def test_enemies_never_meet() -> None:
    """`a` names the family of `b`: neither follows the other, whichever came first."""
    enemies = {"enemies": frozenset({"fb"})}
    items = [
        an_item("a", "1.1", family="fa", parameters=Parameters(a=2.0, b=(0.0,)), **enemies),
        an_item("b", "1.1", family="fb", parameters=Parameters(a=1.9, b=(0.0,))),
        an_item("b2", "1.2", family="fb", parameters=Parameters(a=1.8, b=(0.0,))),
        an_item("c", "1.2", family="fc", parameters=Parameters(a=0.3, b=(0.0,))),
    ]
    pool = ItemPool.build(items, ("1.1", "1.2"))
    assert [r.tolist() for r in pool.rivals] == [[0, 1, 2], [0, 1, 2], [0, 1, 2], [3]]
    assert play(two_competences(items, TestSpec((0, 1), 4, min_per_dimension=0)), [1] * 4)[0] == ["a", "c"]
    first_b = two_competences(items[1:] + items[:1], TestSpec((0, 1), 4, min_per_dimension=0))
    state = first_b.record(first_b.begin(), first_b.pool.index_of["b"], 1, 30.0)
    assert np.flatnonzero(state.progress.eligible).tolist() == [first_b.pool.index_of["c"]]
    assert state.progress.families.tolist() == [0, 1]


# --- gaps ------------------------------------------------------------------------------------------------


def test_a_competence_without_items_is_estimated_from_the_others() -> None:
    pool = ItemPool.build([an_item(f"a{n}", "1.1", b=0.2 * n) for n in range(6)], ("1.1", "1.2"))
    engine = Engine(pool, TWO, SCALE, TestSpec((0, 1), 8, min_per_dimension=2))
    state, rng = engine.begin(), np.random.default_rng(0)
    while isinstance(step := engine.select(state, rng), Selection):
        state = engine.record(state, step.index, 1, 30.0)
    assert len(state.administered) == 6
    asked, other = engine.estimate(state)
    assert (asked.own_responses, other.own_responses) == (6, 0)
    assert asked.mean > other.mean > 0
    assert other.sd > asked.sd


def test_a_pool_of_one_item() -> None:
    engine = two_competences(
        [an_item("only", "1.1")], TestSpec((0, 1), 5, min_per_dimension=2), SelectionRules()
    )
    names, _ = play(engine, [0, 0])
    assert names == ["only"]


# --- relief and coverage ---------------------------------------------------------------------------------


def _longest_run(flags: list[bool]) -> int:
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest


def _mixed(**fields) -> list:
    """Eight strong items with the fields, eight weak ones without."""
    strong = [an_item(f"s{n}", "1.1", parameters=Parameters(a=2.0, b=(0.1 * n,)), **fields) for n in range(8)]
    weak = [an_item(f"w{n}", "1.1", parameters=Parameters(a=0.3, b=(0.0,))) for n in range(8)]
    return [*strong, *weak]


@pytest.mark.parametrize(
    ("fields", "rule", "cap"),
    [
        ({"is_task": True}, Rule.TASKS_APART, "max_task_run"),
        ({"reading_words": 120}, Rule.READING, "max_heavy_run"),
    ],
)
def test_no_three_tasks_and_no_three_heavy_texts_in_a_row(fields: dict, rule: Rule, cap: str) -> None:
    free, _ = play(two_competences(_mixed(**fields)), [1, 0] * 4)
    ruled, steps = play(two_competences(_mixed(**fields), rules=replace(UNRULED, **{cap: 2})), [1, 0] * 4)
    assert _longest_run([n.startswith("s") for n in free]) > 2, "otherwise nothing is tested"
    assert _longest_run([n.startswith("s") for n in ruled]) == 2
    assert rule in {s.reason.ruled_by for s in steps}


def test_relief_is_waived_when_nothing_else_is_left() -> None:
    items = [an_item(f"t{n}", "1.1", is_task=True) for n in range(5)]
    names, _ = play(two_competences(items, rules=replace(UNRULED, max_task_run=2)), [1] * 5)
    assert len(names) == 5


def test_unseen_topics_come_first() -> None:
    strong = [
        an_item(f"x{n}", "1.1", topic="x", parameters=Parameters(a=2.0, b=(0.1 * n,))) for n in range(3)
    ]
    weak = [an_item(t, "1.1", topic=t, parameters=Parameters(a=0.5, b=(0.0,))) for t in "yz"]
    free, _ = play(two_competences([*strong, *weak]), [1, 0, 1])
    covered, steps = play(
        two_competences([*strong, *weak], rules=replace(UNRULED, topic_discount=0.01)), [1, 0, 1]
    )
    assert {n[0] for n in free[:3]} == {"x"}, "otherwise nothing is tested"
    assert {n[0] for n in covered[:3]} == {"x", "y", "z"}
    assert covered[3][0] == "x", "when every topic has been asked once, the best item again"
    assert steps[1].reason.ruled_by is Rule.TOPIC


@pytest.mark.parametrize("seed", range(3))
def test_the_shipped_rules_hold_over_whole_tests(seed: int) -> None:
    items = synthetic_bank(seed)
    engine = Engine(ItemPool.build(items, COMPETENCES), PRIOR, SCALE, TestSpec(ALL, 48))
    truth = [i.parameters for i in items]
    sat = sit(engine, np.random.default_rng(seed).standard_normal(16), truth, seed)
    taken = [items[i] for i in sat.state.administered]
    assert _longest_run([i.is_task for i in taken]) <= SelectionRules().max_task_run
    assert sum(i.is_task for i in taken) >= 6
    assert _longest_run([i.reading_words >= 75 for i in taken]) <= 2
    distinct = len({i.topic for i in taken})
    free = replace(SelectionRules(), topic_discount=1.0)
    unruled = sit(
        Engine(engine.pool, PRIOR, SCALE, engine.spec, free),
        np.random.default_rng(seed).standard_normal(16),
        truth,
        seed,
    )
    assert distinct >= 46
    assert distinct > len({items[i].topic for i in unruled.state.administered})
    for competence in COMPETENCES:
        topics = [i.topic for i in taken if i.competence == competence]
        assert len(set(topics)) >= min(len(topics), 3)


# --- chance and explanation ------------------------------------------------------------------------------


def test_chance_spreads_the_items_over_candidates() -> None:
    """First items of 200 candidates who have said nothing yet: always the same one without the draw."""
    items = synthetic_bank(0)
    pool = ItemPool.build(items, COMPETENCES)

    def first_items(rules: SelectionRules) -> np.ndarray:
        engine = Engine(pool, PRIOR, SCALE, TestSpec(ALL, 48), rules)
        chosen = [engine.select(engine.begin(), np.random.default_rng([s])) for s in range(200)]
        return np.bincount([s.index for s in chosen if isinstance(s, Selection)], minlength=len(pool))

    assert first_items(replace(SelectionRules(), near_best=1.0)).max() == 200
    spread_out = first_items(SelectionRules())
    assert (spread_out > 0).sum() >= 8
    assert spread_out.max() < 60


def test_what_is_drawn_is_near_the_best_and_each_as_likely() -> None:
    items = [
        an_item(f"i{n}", "1.1", parameters=Parameters(a=a, b=(0.0,)))
        for n, a in enumerate([1, 0.98, 0.96, 0.2])
    ]
    engine = two_competences(items, rules=replace(UNRULED, near_best=0.75, shortlist=32))
    counts = dict.fromkeys("0123", 0)
    for s in range(600):
        step = engine.select(engine.begin(), np.random.default_rng([s]))
        assert isinstance(step, Selection)
        counts[step.item_id[1]] += 1
    assert counts["3"] == 0
    assert min(counts[n] for n in "012") > 150
    short = two_competences(items, rules=replace(UNRULED, near_best=0.75, shortlist=2))
    names = {play(short, [])[0][0]}
    assert names <= {"i0", "i1"}


def test_a_proof_spreads_more() -> None:
    assert (
        SelectionRules.for_purpose(Purpose.PROOF).near_best
        < SelectionRules.for_purpose(Purpose.POSITIONING).near_best
    )


def test_the_reason_tells_gain_rank_and_rule() -> None:
    items = [
        an_item("best", "1.1", is_task=True),
        an_item("second", "1.1", b=1.0),
        an_item("third", "1.1", b=2.0),
    ]
    tasks_before = [
        an_item(f"t{n}", "1.2", is_task=True, parameters=Parameters(a=3.0, b=(0.0,))) for n in range(2)
    ]
    engine = two_competences([*items, *tasks_before], rules=replace(UNRULED, max_task_run=2))
    names, steps = play(engine, [1, 0])
    reason = steps[2].reason
    assert names[2] == "second"
    assert (reason.rank, reason.candidates, reason.ruled_by) == (2, 3, Rule.TASKS_APART)
    assert 0 < reason.gain < 1
    assert reason.seconds == engine.pool.seconds[1]
    assert 0 < reason.success < 0.5


@pytest.mark.parametrize(
    "changes",
    [
        {"near_best": 0.0},
        {"near_best": 1.5},
        {"shortlist": 0},
        {"max_task_run": 0},
        {"max_heavy_run": 0},
        {"opening_success": 1.0},
        {"recovery_success": -0.1},
    ],
)
def test_rules_that_make_no_sense_are_refused(changes: dict) -> None:
    with pytest.raises(ValueError, match=r"must|expected"):
        SelectionRules(**changes)
