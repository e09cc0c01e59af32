"""Our items as QTI: scored alike on every response tried, and read back as the same item."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from itembank.authoring import Content, item_from_record, typeset
from itembank.formats.faults import Refused
from itembank.formats.qti.authored import qti_of
from itembank.formats.qti.conversion import convert
from itembank.formats.qti.model import FeedbackText
from itembank.formats.qti.reader import read_item
from itembank.formats.qti.runtime import score as score_qti
from itembank.formats.qti.writer import write_item
from itembank.item import (
    ChoiceBody,
    HotspotBody,
    Item,
    MatchingBody,
    NumericBody,
    OrderingBody,
    ShortTextBody,
)
from itembank.item import Interaction as Kind
from itembank.scoring import score

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session", params=["some", pytest.param("all", marks=pytest.mark.slow)])
def askable(request: pytest.FixtureRequest, content: Content) -> list[Item]:
    """One item of each family that is no simulated tool (clones differ in words only), or one in four of these."""
    found: dict[str, Item] = {}
    for item in content.items:
        if not item.is_task:
            found.setdefault(item.family, item)
    return list(found.values())[:: 1 if request.param == "all" else 4]


def responses(item: Item, rng: random.Random) -> list[tuple[Any, Any]]:
    """(our response, the same to QTI): the key, nothing, and others drawn at random."""
    body = item.body
    match body:
        case ChoiceBody():
            n = len(body.choices)
            one = item.interaction is Kind.SINGLE_CHOICE
            drawn = (
                [[i] for i in range(n)]
                if one
                else [rng.sample(range(n), rng.randint(1, n)) for _ in range(12)]
            )
            drawn.append(sorted(body.keys))
            return [(r, [f"choice-{i + 1}" for i in r]) for r in drawn]
        case HotspotBody():
            n = len(body.zones)
            drawn = [rng.sample(range(1, n + 1), rng.randint(1, n)) for _ in range(12)] + [sorted(body.key)]
            return [(r, [f"zone-{i}" for i in r]) for r in drawn]
        case OrderingBody():
            n = len(body.steps)
            drawn = [rng.sample(range(n), n) for _ in range(12)] + [list(range(n))]
            for i in range(n - 1):
                near = list(range(n))
                near[i], near[i + 1] = near[i + 1], near[i]
                drawn.append(near)
            return [(r, [f"step-{i + 1}" for i in r]) for r in drawn]
        case MatchingBody():
            lefts, rights = len(body.lefts), len(body.rights)
            choices = [None, *range(rights)]
            drawn = [[rng.choice(choices) for _ in range(lefts)] for _ in range(12)] + [list(range(lefts))]
            for k in range(lefts):  # k right ones
                drawn.append([i if i < k else None for i in range(lefts)])
            return [
                (r, [f"left-{i + 1} right-{j + 1}" for i, j in enumerate(r) if j is not None]) for r in drawn
            ]
        case NumericBody():
            values = [
                body.value + s * t
                for t in (0, body.tolerance * 0.9, body.tolerance * 1.1, 1, 7)
                for s in (1, -1)
            ]
            return [(f"{v:.9f}".replace(".", ","), f"{v:.9f}") for v in values]
        case ShortTextBody():
            return [(t, t) for t in (*body.accept, body.accept[0].upper(), "tout autre chose", "42")]
        case _:
            raise AssertionError(item.interaction)


def test_qti_scores_our_items_as_we_do(askable: list[Item]) -> None:
    rng = random.Random(20261124)
    tried = 0
    for item in askable:
        as_qti = qti_of(item)
        for ours, theirs in responses(item, rng):
            found = score_qti(as_qti, theirs)
            own = score(item, ours)
            assert (found.points, found.maximum) == (own.points, own.maximum), (item.id, ours)
            tried += 1
        assert score_qti(as_qti, None).points == 0
    assert tried > 8 * len(askable)


def test_our_items_survive_a_qti_document(askable: list[Item]) -> None:
    for item in askable:
        as_qti = qti_of(item)
        again = read_item(write_item(as_qti))
        assert again == as_qti, item.id
        converted = convert(again, TODAY)
        assert converted.exact, item.id
        record = dict(converted.record) | {"id": item.id.partition("#")[0], "skill": item.skill}
        back = item_from_record(typeset(record), item.topic)
        assert replace(back, id=item.id, parameters=item.parameters) == item


def test_simulated_tools_are_refused_by_name(content: Content) -> None:
    tasks = [item for item in content.items if item.is_task]
    assert tasks
    for item in tasks:
        with pytest.raises(Refused, match="task") as fault:
            qti_of(item)
        assert fault.value.params == {"interaction": str(item.interaction)}


def test_a_changed_key_is_no_longer_taken_for_ours(askable: list[Item]) -> None:
    """What the document says wins over the hints that we left in it."""
    item = next(i for i in askable if i.interaction is Kind.SHORT_TEXT)
    as_qti = qti_of(item)
    declared = as_qti.responses[0]
    assert declared.mapping is not None
    mapping = replace(declared.mapping, entries=(replace(declared.mapping.entries[0], key="zzz"),))
    changed = replace(as_qti, responses=(replace(declared, mapping=mapping, correct=None),))
    assert convert(changed, TODAY).record["body"]["accept"] == ["zzz"]


def test_feedback_that_depends_on_the_answer_is_left_to_the_author(askable: list[Item]) -> None:
    item = next(i for i in askable if i.interaction is Kind.SINGLE_CHOICE)
    as_qti = qti_of(item)
    other = FeedbackText("FEEDBACK", "right", False, ("Bien vu.",))
    converted = convert(replace(as_qti, feedback=(other,)), TODAY)
    assert converted.record["feedback"] == {"right": "Bien vu.", "wrong": ""}
