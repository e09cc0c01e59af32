"""The whole analysis on people whose answers are known to be fair, or known not to be."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from itembank.calibration.clones import family_of
from itembank.calibration.dif.comparison import SMALLEST_GROUP, Matching, compare
from itembank.calibration.dif.ets import EtsClass
from itembank.calibration.dif.groups import given_abilities, groups_of
from itembank.calibration.dif.matching import Scale
from itembank.calibration.dif.scales import bank_scale, estimated_scale
from itembank.calibration.responses import Responses
from itembank.errors import ItemBankFault
from itembank.item import Parameters
from kiosk.errors import sentence


def world(seed, reference=1000, focal=1000, items=30, shift=(), impact=0.5, asked=None, points=1):
    """Responses, membership and the true scale; `shift` in logits makes the first items harder for the focal group."""
    rng = np.random.default_rng(seed)
    a, b = np.exp(rng.normal(0, 0.2, items)), rng.normal(0, 1, items)
    harder = np.zeros(items)
    harder[: len(shift)] = shift
    member = np.repeat([0, 1], [reference, focal])
    theta = rng.normal(size=len(member)) - impact * member
    steps = np.linspace(-0.6, 0.6, points) if points > 1 else np.zeros(1)
    linear = a * (theta[:, None] - b) - harder * member[:, None]
    table = (linear[..., None] - a[:, None] * steps + rng.logistic(size=linear.shape)[..., None] > 0).sum(-1)
    if asked is not None:
        table[rng.random(table.shape).argsort(axis=1) >= asked] = -1
    parameters = tuple(Parameters(float(a[i]), tuple((b[i] + steps).tolist())) for i in range(items))
    return (
        Responses.from_dense(table),
        member,
        Scale(parameters, np.zeros(items, int), np.zeros(1), np.eye(1)),
        theta,
    )


def classes(comparison, start, end):
    names = {f"i{n + 1}" for n in range(start, end)}
    return Counter(str(one.ets_class) for one in comparison.items if one.item in names)


SHIFTS = (0.4, 0.4, -0.4, -0.4, 0.8, 0.8, -0.8, -0.8)


@pytest.mark.parametrize("how", ["total score", "bank, all items", "bank, sparse"])
def test_known_differences_get_their_class(how):
    """0.8 logit is 1.88 delta: C. 0.4 logit is 0.94 delta: at the border of A and B."""
    total = {0.0: Counter(), 0.4: Counter(), 0.8: Counter()}
    for seed in range(2):
        responses, member, scale, _ = world(seed, shift=SHIFTS, asked=18 if "sparse" in how else None)
        found = compare(responses, member, scale=None if how == "total score" else scale)
        assert found.settled
        total[0.4] += classes(found, 0, 4)
        total[0.8] += classes(found, 4, 8)
        total[0.0] += classes(found, 8, 30)
    assert total[0.0]["A"] >= 0.97 * total[0.0].total()
    assert total[0.4]["C"] <= 1
    assert total[0.8]["A"] <= (2 if "sparse" in how else 0)
    assert total[0.8]["C"] >= (4 if "sparse" in how else 6)


@pytest.mark.parametrize("impact", [0.0, 1.0])
@pytest.mark.parametrize("how", ["total score", "bank, sparse"])
def test_fair_items_are_left_alone_though_the_groups_differ(how, impact):
    raw = crossing = flagged = judged = 0
    for seed in range(4):
        responses, member, scale, _ = world(50 + seed, impact=impact, asked=15 if "sparse" in how else None)
        found = compare(responses, member, scale=None if how == "total score" else scale)
        judged += len(found.items)
        raw += sum(one.p < 0.05 for one in found.items)
        crossing += sum(one.logistic.p_non_uniform < 0.05 for one in found.items)
        flagged += sum(one.ets_class is not EtsClass.A or one.non_uniform for one in found.items)
    assert judged == 120
    assert flagged <= 0.05 * judged
    assert raw <= 0.10 * judged  # three standard errors above 5 %
    assert crossing <= 0.10 * judged


@pytest.mark.slow
@pytest.mark.parametrize(("reference", "focal"), [(300, 300), (2000, 1000)])
@pytest.mark.parametrize("impact", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("how", ["total score", "bank, sparse"])
def test_false_alarms_at_length(how, impact, reference, focal):
    raw = flagged = judged = 0
    for seed in range(40):
        responses, member, scale, _ = world(
            500 + seed, reference, focal, 40, impact=impact, asked=20 if "sparse" in how else None
        )
        found = compare(responses, member, scale=None if how == "total score" else scale)
        judged += len(found.items)
        raw += sum(one.p < 0.05 for one in found.items)
        flagged += sum(one.ets_class is not EtsClass.A or one.non_uniform for one in found.items)
    assert raw / judged < 0.065
    assert flagged / judged < 0.01


def test_direction_and_figures():
    responses, member, _, _ = world(1, shift=(0.9, -0.9))
    first, second = compare(responses, member).items[:2]
    assert (first.direction, second.direction) == (-1, 1)
    assert first.odds is not None
    assert first.odds.d_dif < -1
    assert first.means.difference < 0
    assert first.logistic is not None
    assert first.logistic.group < 0
    assert first.p_adjusted >= first.p


def test_exchanging_the_groups_turns_every_direction():
    responses, member, _, _ = world(2, shift=(0.9,))
    there, back = compare(responses, member), compare(responses, 1 - member)
    for one, other in zip(there.items, back.items, strict=True):
        assert one.odds.d_dif == pytest.approx(-other.odds.d_dif, abs=1e-9)
        assert one.ets_class is other.ets_class


def test_purification_clears_the_innocent():
    """A third of the items against one group drag the others to the other side until they are taken out."""
    responses, member, _, _ = world(3, 1500, 1500, items=24, shift=(0.9,) * 8)
    pure, raw = (compare(responses, member, purify=purify) for purify in (True, False))

    def bias(found):
        return abs(np.mean([one.odds.d_dif for one in found.items[8:]]))

    assert bias(raw) > 0.5
    assert bias(pure) < 0.15
    assert set(pure.left_out) >= {f"i{n}" for n in range(1, 9)}
    assert raw.left_out == ()
    assert raw.rounds == 1


def test_matching_survives_when_everything_is_unfair():
    responses, member, _, _ = world(4, 600, 600, items=6, shift=(2, -2, 2, -2, 2, -2))
    found = compare(responses, member)
    assert not found.settled
    assert len(found.items) == 6


def test_a_difference_that_changes_with_ability():
    rng = np.random.default_rng(9)
    member = np.repeat([0, 1], 2000)
    theta = rng.normal(size=4000)
    slope = np.ones((4000, 20))
    slope[member == 1, 0] = 0.2
    slope[member == 0, 0] = 2.0
    table = (
        slope * (theta[:, None] - np.linspace(-0.5, 0.5, 20) * (np.arange(20) > 0))
        + rng.logistic(size=(4000, 20))
        > 0
    ) * 1
    found = compare(Responses.from_dense(table), member)
    assert found.items[0].non_uniform
    assert found.items[0].ets_class is EtsClass.A  # what Mantel–Haenszel cannot see
    assert sum(one.non_uniform for one in found.items[1:]) == 0


@pytest.mark.parametrize("sparse", [False, True])
def test_several_points(sparse):
    responses, member, scale, _ = world(
        5, 1500, 1500, shift=(0.9, 0.9, -0.9), points=3, asked=15 if sparse else None
    )
    found = compare(responses, member, scale=scale if sparse else None)
    assert all(one.odds is None for one in found.items)
    assert [one.ets_class for one in found.items[:3]] == [EtsClass.C] * 3
    assert [one.direction for one in found.items[:3]] == [-1, -1, 1]
    assert classes(found, 3, 30)["A"] >= 26


def test_a_given_ability_is_taken_at_its_word():
    responses, member, _, theta = world(6, shift=(0.9,), asked=12)
    unknown = theta.copy()
    unknown[::10] = np.nan
    found = compare(responses, member, ability=unknown)
    assert found.matching is Matching.GIVEN_ABILITY
    assert found.reference_people == 900
    assert found.items[0].ets_class is not EtsClass.A
    assert classes(found, 1, 30)["A"] == 29


def test_patterns_and_people_one_by_one_agree():
    rng = np.random.default_rng(7)
    table, count = rng.integers(0, 2, (400, 5)), rng.integers(1, 4, 400)
    member = rng.integers(0, 2, 400)
    patterns = compare(Responses.from_dense(table, count=count), member)
    people = compare(Responses.from_dense(np.repeat(table, count, axis=0)), np.repeat(member, count))
    assert patterns.focal_people == people.focal_people
    for one, other in zip(patterns.items, people.items, strict=True):
        assert one.odds.d_dif == pytest.approx(other.odds.d_dif)
        assert one.p == pytest.approx(other.p)
        assert one.logistic.p == pytest.approx(other.logistic.p, abs=1e-6)


def test_items_that_too_few_saw_and_items_that_all_got_right():
    responses, member, scale, _ = world(8, 300, 300, items=12)
    table = responses.dense()
    table[: 2 * 300 - SMALLEST_GROUP + 1, 0] = -1
    table[:, 1] = 1
    found = compare(Responses.from_dense(table), member, scale=scale)
    assert found.too_few == ("i1",)
    assert [one.item for one in found.items] == [f"i{n}" for n in range(2, 13)]
    always_right = found.items[0]
    assert always_right.ets_class is EtsClass.A
    assert (always_right.p, always_right.logistic) == (1.0, None)


def refused(code, call, *args, **kwargs):
    with pytest.raises(ItemBankFault) as caught:
        call(*args, **kwargs)
    assert caught.value.code == f"fairness.{code}"
    assert sentence(caught.value)
    return caught.value


def test_what_cannot_be_compared():
    responses, member, scale, _ = world(9, 300, 300, items=6, asked=3)
    refused("incomplete", compare, responses, member)
    refused("small_group", compare, responses, np.where(np.arange(600) < 350, member, -1), scale=scale)
    twice = Responses.from_dense(2 * responses.dense().clip(0))
    refused("score_above", compare, twice, member, scale=scale)


# --- groups -----------------------------------------------------------------------------------------------


def grouped(**sizes):
    values = [value for value, people in sizes.items() for _ in range(people)]
    return Responses.from_dense(
        np.ones((len(values), 2), int), columns={"sex": values, "ability": ["1"] * len(values)}
    )


def test_the_largest_group_is_the_reference():
    responses = grouped(F=300, M=500, X=20, N=200)
    found = groups_of(responses, "Sex")
    assert (found.reference, found.focal, found.too_small) == ("M", ("F", "N"), (("X", 20),))
    member = found.membership(responses, "F")
    assert [(member == k).sum() for k in (0, 1, -1)] == [500, 300, 220]
    assert groups_of(responses, "group.sex", reference="F", focal="M").focal == ("M",)
    assert groups_of(responses, "sex", focal="M").reference == "F"


def test_people_of_unknown_group():
    responses = grouped(F=300, M=500)
    values = ("",) * 50 + responses.columns["sex"][50:]
    found = groups_of(Responses.from_dense(responses.dense(), columns={"sex": values}), "sex")
    assert found.unknown == 50


def test_groups_that_will_not_do():
    responses = grouped(F=300, M=500, X=20)
    refused("no_column", groups_of, responses, "town")
    refused("no_value", groups_of, responses, "sex", focal="Q")
    refused("same_group", groups_of, responses, "sex", reference="F", focal="F")
    fault = refused("small_groups", groups_of, responses, "sex", focal="X")
    assert fault.params["minimum"] == SMALLEST_GROUP
    refused("small_groups", groups_of, responses, "sex", reference="X")
    refused("one_group", groups_of, grouped(F=300), "sex")


def test_given_abilities():
    responses = Responses.from_dense(np.ones((4, 1), int), columns={"ability": ["1.5", "", "-0,5", "NA"]})
    np.testing.assert_array_equal(given_abilities(responses, "ability"), [1.5, np.nan, -0.5, np.nan])
    for wrong in ("x", "inf", "nan"):
        responses = Responses.from_dense(np.ones((1, 1), int), columns={"ability": [wrong]})
        refused("not_an_ability", given_abilities, responses, "ability")


def test_the_banks_scale(bank):
    first = bank.entries[0]
    sibling = next(e for e in bank.entries if e.competence == first.competence and e.family != first.family)
    entries = [first, bank.entries[-1], sibling]
    scale = bank_scale(bank, [family_of(entry.id) for entry in entries])
    assert [p.b for p in scale.parameters] == [entry.parameters.b for entry in entries]
    assert scale.dimension[0] == scale.dimension[2] != scale.dimension[1]
    assert scale.covariance.shape == (2, 2)
    assert scale.covariance[0, 0] == bank.prior[1][0][0]
    refused("unknown_item", bank_scale, bank, ["nowhere"])


@pytest.mark.parametrize("points", [1, 2])
def test_a_scale_estimated_from_sparse_answers(points):
    responses, member, truth, _ = world(11, shift=(0.9, -0.9), asked=15, points=points)
    scale = estimated_scale(responses)
    slopes = [[p.a for p in one.parameters] for one in (scale, truth)]
    places = [[np.mean(p.b) for p in one.parameters] for one in (scale, truth)]
    assert np.corrcoef(places)[0, 1] > 0.97
    assert np.corrcoef(slopes)[0, 1] > 0.4
    found = compare(responses, member, scale=scale)
    assert {one.item for one in found.items if one.ets_class is not EtsClass.A} == {"i1", "i2"}
