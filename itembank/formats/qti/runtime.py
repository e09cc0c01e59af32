"""A candidate's response -> points, exactly as the item's response processing says.

The response is plain JSON: `{"RESPONSE": value}`, or the bare value when the item has one interaction. See
`docs/interchange.md` for the shape of each value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from itembank.formats.faults import Refused
from itembank.formats.qti.admissible import affordable, all_responses, offers
from itembank.formats.qti.model import (
    AssociateInteraction,
    ChoiceInteraction,
    ExtendedTextInteraction,
    GapMatchInteraction,
    HottextInteraction,
    InlineChoiceInteraction,
    Interaction,
    MatchInteraction,
    OrderInteraction,
    QtiItem,
    SliderInteraction,
    TextEntryInteraction,
)
from itembank.formats.qti.processing import process
from itembank.formats.qti.responses import Responses, read_responses
from itembank.formats.qti.values import BaseType, Cardinality, Scalar, Value, container, single

MOST_TRIED = 2000
"""Responses tried, at most, in search of the best one."""


@dataclass(frozen=True, slots=True)
class QtiScore:
    """Points as processed; `maximum` is None when nothing tells it (an item that only a person can mark)."""

    points: float
    maximum: float | None


def score(item: QtiItem, response: Any) -> QtiScore:
    """Score one JSON response. Raises ResponseInvalid when it has not the item's shape, Refused as `process` does."""
    return QtiScore(score_of(item, read_responses(item, response)), maximum(item))


def score_of(item: QtiItem, responses: Responses) -> float:
    """The SCORE that the rules give to typed responses, as it comes; 0 when it stays NULL."""
    return _number(process(item, responses).get("SCORE"))


def _number(value: Value | None) -> float:
    if value is None or not isinstance(value.scalar, int | float):
        return 0.0
    return float(value.scalar)


# --- the most an item can earn -------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def maximum(item: QtiItem) -> float | None:
    """The most points: what the item declares, unless responses we know of earn more.

    `normalMaximum` of SCORE is believed first, then the default of MAXSCORE, each unless a known response beats it;
    else the best response found, by trying them all where they are few. None when nothing is declared or scored.
    """
    best = _best(item)
    outcome = item.outcome("SCORE")
    declared = [outcome.normal_maximum if outcome else None]
    most = item.outcome("MAXSCORE")
    declared.append(_number(most.default) if most and most.default else None)
    for value in declared:
        if value is not None and (best is None or value >= best):
            return value
    return best


def _best(item: QtiItem) -> float | None:
    if item.rules is None or item.outcome("SCORE") is None:
        return None
    every = all_responses(item, affordable(item, MOST_TRIED))
    tried = [key(item), richest(item), *(every or [])]
    best = max(score_of(item, responses) for responses in tried)
    return best if best > 0 or every is not None or has_key(item) else None


def has_key(item: QtiItem) -> bool:
    """Whether the item says of every interaction what a right response is."""
    return all(
        (declared := item.response(i.response)).correct is not None or declared.mapping is not None
        for i in item.interactions
    )


def key(item: QtiItem) -> Responses:
    """The declared right responses; where there is none, the richest by the mapping, else the default."""
    rich = richest(item)
    return {r.identifier: r.correct if r.correct is not None else rich[r.identifier] for r in item.responses}


def richest(item: QtiItem) -> Responses:
    """For each response, the values that the mapping pays, taken while the interaction allows more."""
    found: Responses = {r.identifier: r.default for r in item.responses}
    for interaction in item.interactions:
        declared = item.response(interaction.response)
        if declared.mapping is None or declared.base_type is None:
            continue
        paying = sorted(
            (entry for entry in declared.mapping.entries if entry.value > 0), key=lambda e: -e.value
        )
        if not paying:
            continue
        if declared.cardinality is Cardinality.SINGLE:
            found[declared.identifier] = single(declared.base_type, paying[0].key)
            continue
        chosen = _within(interaction, [entry.key for entry in paying])
        found[declared.identifier] = container(declared.cardinality, declared.base_type, chosen)
    return found


def _within(interaction: Interaction, scalars: list[Scalar]) -> list[Scalar]:
    """As many of `scalars`, in order, as the interaction lets a candidate give together."""
    most = 0
    limits: dict[str, int] = {}
    match interaction:
        case ChoiceInteraction() | HottextInteraction() | OrderInteraction():
            most = interaction.max_choices
        case MatchInteraction():
            most = interaction.max_associations
            limits = {o.identifier: o.match_max for o in (*interaction.lefts, *interaction.rights)}
        case AssociateInteraction():
            most = interaction.max_associations
            limits = {o.identifier: o.match_max for o in interaction.options}
        case GapMatchInteraction():
            limits = {o.identifier: o.match_max for o in interaction.options}
            limits |= {g.identifier: 1 for g in interaction.gaps}
        case _:
            pass
    used: dict[str, int] = {}
    chosen: list[Scalar] = []
    for scalar in scalars:
        ends = scalar if isinstance(scalar, tuple) else ()
        if most and len(chosen) >= most:
            break
        if any(limits.get(end, 0) and used.get(end, 0) >= limits[end] for end in ends):
            continue
        for end in ends:
            used[end] = used.get(end, 0) + 1
        chosen.append(scalar)
    return chosen


# --- checks after reading --------------------------------------------------------------------------------------

_TYPES: dict[type, tuple[frozenset[Cardinality], frozenset[BaseType]]] = {
    ChoiceInteraction: (
        frozenset({Cardinality.SINGLE, Cardinality.MULTIPLE}),
        frozenset({BaseType.IDENTIFIER}),
    ),
    HottextInteraction: (
        frozenset({Cardinality.SINGLE, Cardinality.MULTIPLE}),
        frozenset({BaseType.IDENTIFIER}),
    ),
    InlineChoiceInteraction: (frozenset({Cardinality.SINGLE}), frozenset({BaseType.IDENTIFIER})),
    TextEntryInteraction: (
        frozenset({Cardinality.SINGLE}),
        frozenset({BaseType.STRING, BaseType.IDENTIFIER, BaseType.INTEGER, BaseType.FLOAT}),
    ),
    ExtendedTextInteraction: (
        frozenset({Cardinality.SINGLE, Cardinality.MULTIPLE, Cardinality.ORDERED}),
        frozenset({BaseType.STRING, BaseType.IDENTIFIER, BaseType.INTEGER, BaseType.FLOAT}),
    ),
    SliderInteraction: (frozenset({Cardinality.SINGLE}), frozenset({BaseType.INTEGER, BaseType.FLOAT})),
    OrderInteraction: (frozenset({Cardinality.ORDERED}), frozenset({BaseType.IDENTIFIER})),
    MatchInteraction: (
        frozenset({Cardinality.SINGLE, Cardinality.MULTIPLE}),
        frozenset({BaseType.DIRECTED_PAIR}),
    ),
    GapMatchInteraction: (
        frozenset({Cardinality.SINGLE, Cardinality.MULTIPLE}),
        frozenset({BaseType.DIRECTED_PAIR}),
    ),
    AssociateInteraction: (
        frozenset({Cardinality.SINGLE, Cardinality.MULTIPLE}),
        frozenset({BaseType.PAIR}),
    ),
}


def check(item: QtiItem) -> None:
    """Raise Refused for an item that could not be scored: a response of the wrong type, a key that names no choice.

    The rules are run on an untouched response and on the key, so that an operator that meets operands of the wrong
    type is found at import, not during a test.
    """
    for interaction in item.interactions:
        try:
            declared = item.response(interaction.response)
        except KeyError:
            raise Refused("undeclared", identifier=interaction.response) from None
        cardinalities, base_types = _TYPES[type(interaction)]
        record = declared.cardinality is Cardinality.RECORD and isinstance(interaction, TextEntryInteraction)
        if not record and (declared.cardinality not in cardinalities or declared.base_type not in base_types):
            raise Refused(
                "response_type",
                response=declared.identifier,
                found=f"{declared.cardinality} {declared.base_type or ''}".strip(),
            )
        for scalar in declared.correct.items if declared.correct else ():
            if not offers(interaction, scalar):
                shown = " ".join(scalar) if isinstance(scalar, tuple) else str(scalar)
                raise Refused("unknown_key", response=declared.identifier, value=shown)
    if item.rules is None:
        return
    outcome = item.outcome("SCORE")
    if outcome is None or outcome.base_type not in (BaseType.FLOAT, BaseType.INTEGER):
        raise Refused("no_score")
    for responses in ({r.identifier: r.default for r in item.responses}, key(item), richest(item)):
        process(item, responses)
