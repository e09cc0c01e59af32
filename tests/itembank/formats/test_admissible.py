"""Which responses a candidate can give: against brute force, and within bounds however large the item."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.formats.qti.admissible import all_responses, responses_to
from itembank.formats.qti.conversion import NotConvertible, convert
from itembank.formats.qti.model import (
    AssociateInteraction,
    ChoiceInteraction,
    Gap,
    GapMatchInteraction,
    MatchInteraction,
    Option,
    OrderInteraction,
    ResponseDeclaration,
    SliderInteraction,
)
from itembank.formats.qti.reader import read_item
from itembank.formats.qti.runtime import maximum
from itembank.formats.qti.values import BaseType, Cardinality
from tests.itembank.formats.documents import MATCH, item

TODAY = date(2026, 11, 24)


def declared(cardinality: Cardinality, base_type: BaseType) -> ResponseDeclaration:
    return ResponseDeclaration("RESPONSE", cardinality, base_type)


def listed(found: list[object] | None) -> set[object]:
    """Responses as sets of scalars (sequences for orders), NULL left out."""
    assert found is not None
    assert None in found
    return {
        v.items if v.cardinality is Cardinality.ORDERED else frozenset(v.items)  # type: ignore[attr-defined]
        for v in found
        if v is not None
    }


def options(prefix: str, limits: list[int]) -> tuple[Option, ...]:
    return tuple(Option(f"{prefix}{i}", "x", match_max=limit) for i, limit in enumerate(limits))


def within(pairs: tuple[tuple[str, str], ...], limits: dict[str, int]) -> bool:
    used = Counter(name for pair in pairs for name in pair)
    return all(not limits[name] or n <= limits[name] for name, n in used.items())


def subsets(pairs: list[tuple[str, str]], limits: dict[str, int], most: int) -> set[object]:
    sizes = range(1, min(most or len(pairs), len(pairs)) + 1)
    return {frozenset(c) for size in sizes for c in combinations(pairs, size) if within(c, limits)}


_LIMITS = st.lists(st.integers(0, 2), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(_LIMITS, _LIMITS, st.integers(0, 3))
def test_matches(left: list[int], right: list[int], most: int) -> None:
    lefts, rights = options("L", left), options("R", right)
    interaction = MatchInteraction("RESPONSE", "", lefts, rights, max_associations=most)
    found = responses_to(interaction, declared(Cardinality.MULTIPLE, BaseType.DIRECTED_PAIR))
    pairs = [(a.identifier, b.identifier) for a in lefts for b in rights]
    assert listed(found) == subsets(pairs, {o.identifier: o.match_max for o in (*lefts, *rights)}, most)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=2, max_size=4), st.integers(0, 3))
def test_associations(limits: list[int], most: int) -> None:
    choices = options("C", limits)
    interaction = AssociateInteraction("RESPONSE", "", choices, max_associations=most)
    found = responses_to(interaction, declared(Cardinality.MULTIPLE, BaseType.PAIR))
    pairs = list(combinations([o.identifier for o in choices], 2))
    assert listed(found) == subsets(pairs, {o.identifier: o.match_max for o in choices}, most)


@settings(max_examples=30, deadline=None)
@given(_LIMITS, st.integers(1, 3))
def test_gap_matches(limits: list[int], gaps: int) -> None:
    choices = options("T", limits)
    flow = tuple(Gap(f"G{i}") for i in range(gaps))
    interaction = GapMatchInteraction("RESPONSE", "", choices, flow)
    found = responses_to(interaction, declared(Cardinality.MULTIPLE, BaseType.DIRECTED_PAIR))
    pairs = [(o.identifier, g.identifier) for g in flow for o in choices]
    bounds = {o.identifier: o.match_max for o in choices} | {g.identifier: 1 for g in flow}
    assert listed(found) == subsets(pairs, bounds, 0)


def test_choices_orders_and_sliders() -> None:
    three = options("C", [1, 1, 1])
    names = ["C0", "C1", "C2"]
    many = declared(Cardinality.MULTIPLE, BaseType.IDENTIFIER)
    assert listed(responses_to(ChoiceInteraction("RESPONSE", "", three, max_choices=2), many)) == {
        frozenset(c) for size in (1, 2) for c in combinations(names, size)
    }
    ordered = declared(Cardinality.ORDERED, BaseType.IDENTIFIER)
    assert listed(responses_to(OrderInteraction("RESPONSE", "", three), ordered)) == set(permutations(names))
    some = OrderInteraction("RESPONSE", "", three, max_choices=2, min_choices=1)
    assert listed(responses_to(some, ordered)) == {*permutations(names, 1), *permutations(names, 2)}
    slider = SliderInteraction("RESPONSE", "", 0, 1, 0.25)
    found = responses_to(slider, declared(Cardinality.SINGLE, BaseType.FLOAT))
    assert listed(found) == {frozenset([x / 4]) for x in range(5)}


# --- bounds --------------------------------------------------------------------------------------------------

_NO_LIMIT = 'matchMax="0"'


def many(tag: str, count: int, prefix: str, more: str = "") -> str:
    return "".join(f'<{tag} identifier="{prefix}{i}" {more}>t{i}</{tag}>' for i in range(count))


def response(cardinality: str, base_type: str, keys: list[str]) -> str:
    values = "".join(f"<value>{key}</value>" for key in keys)
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="1"/>' for key in keys)
    correct = f"<correctResponse>{values}</correctResponse>" if cardinality != "single" else ""
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base_type}">'
        f"{correct}<mapping>{entries}</mapping></responseDeclaration>"
    )


MAP = MATCH.replace("match_correct", "map_response")
_ASSOCIABLE = "simpleAssociableChoice"
_SETS = "".join(
    f"<simpleMatchSet>{many(_ASSOCIABLE, 100, side, _NO_LIMIT)}</simpleMatchSet>" for side in "LR"
)
LARGE = {
    "choice": (
        f'<choiceInteraction responseIdentifier="RESPONSE" maxChoices="0">{many("simpleChoice", 200, "C")}</choiceInteraction>',
        response("multiple", "identifier", [f"C{i}" for i in range(200)]),
        200,
    ),
    "order": (
        f'<orderInteraction responseIdentifier="RESPONSE">{many("simpleChoice", 200, "C")}</orderInteraction>',
        response("ordered", "identifier", [f"C{i}" for i in range(200)]),
        200,
    ),
    "match": (
        '<matchInteraction responseIdentifier="RESPONSE" maxAssociations="0">' + _SETS + "</matchInteraction>",
        response("multiple", "directedPair", [f"L{i} R{i}" for i in range(100)]),
        100,
    ),
    "slider": (
        '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="1e300" step="1e-3"/>',
        response("single", "float", ["1.5"]),
        1,
    ),
    "texts": (
        '<p>x <textEntryInteraction responseIdentifier="RESPONSE"/></p>',
        response("single", "string", [f"k{i}" for i in range(3000)]),
        1,
    ),
    "numbers": (
        '<p>x <textEntryInteraction responseIdentifier="RESPONSE"/></p>',
        response("single", "float", [f"{i}" for i in range(3000)]),
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", LARGE)
def test_a_very_large_item_takes_little_time(kind: str) -> None:
    body, declaration, most = LARGE[kind]
    begun = time.perf_counter()
    read = read_item(item(f"<p>Question ?</p>{body}", MAP, declaration))
    assert all_responses(read) is None
    assert maximum(read) == most
    with pytest.raises(NotConvertible):
        convert(read, TODAY)
    assert time.perf_counter() - begun < 10
