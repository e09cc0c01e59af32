"""Every response a candidate could give, where there are few enough to try them all.

Used to know the most an item can earn, and to prove that two ways of scoring agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations, islice, permutations, product

from itembank.formats.qti.model import (
    AssociateInteraction,
    ChoiceInteraction,
    ExtendedTextInteraction,
    GapMatchInteraction,
    HottextInteraction,
    InlineChoiceInteraction,
    Interaction,
    MatchInteraction,
    Option,
    OrderInteraction,
    QtiItem,
    ResponseDeclaration,
    SliderInteraction,
    TextEntryInteraction,
)
from itembank.formats.qti.values import (
    BaseType,
    Cardinality,
    Pair,
    Scalar,
    Value,
    container,
    single,
)

LIMIT = 10_000
MOST_STEPS = 3_000_000
"""Rules run, at most, over all the responses tried: a long program is tried on fewer of them."""


def affordable(item: QtiItem, limit: int = LIMIT) -> int:
    """How many responses may be scored in reasonable time: `limit`, or fewer where the rules are many."""
    steps = sum(1 for rule in item.rules or () for _ in rule.walk()) + sum(
        len(r.mapping.entries) for r in item.responses if r.mapping
    )
    return max(1, min(limit, MOST_STEPS // max(1, steps)))


def finite(interaction: Interaction) -> bool:
    """Whether the responses of an interaction can be listed at all (typed text cannot)."""
    return not isinstance(interaction, TextEntryInteraction | ExtendedTextInteraction)


def responses_to(
    interaction: Interaction, declared: ResponseDeclaration, limit: int = LIMIT
) -> list[Value | None] | None:
    """Every admissible response, NULL among them; None when there are more than `limit` or without end."""
    if not finite(interaction):
        return None
    found = list(islice(_responses(interaction, declared), limit + 1))
    return None if len(found) > limit else found


def all_responses(item: QtiItem, limit: int = LIMIT) -> list[dict[str, Value | None]] | None:
    """Every combination of admissible responses of an item; None when there are too many."""
    lists = []
    total = 1
    for interaction in item.interactions:
        found = responses_to(interaction, item.response(interaction.response), limit)
        total *= len(found) if found else 0
        if found is None or not 0 < total <= limit:
            return None
        lists.append(found)
    untouched = {r.identifier: r.default for r in item.responses}
    names = [i.response for i in item.interactions]
    return [untouched | dict(zip(names, combination, strict=True)) for combination in product(*lists)]


def _responses(interaction: Interaction, declared: ResponseDeclaration) -> Iterator[Value | None]:
    yield None
    base_type = declared.base_type
    if base_type is None:
        return
    one = declared.cardinality is Cardinality.SINGLE

    def made(scalars: Sequence[Scalar]) -> Value | None:
        return single(base_type, scalars[0]) if one else container(declared.cardinality, base_type, scalars)

    match interaction:
        case ChoiceInteraction():
            names = [o.identifier for o in interaction.options]
            yield from map(made, _subsets(names, 1 if one else interaction.max_choices))
        case HottextInteraction():
            zones = [z.identifier for z in interaction.zones]
            yield from map(made, _subsets(zones, 1 if one else interaction.max_choices))
        case InlineChoiceInteraction():
            yield from (made([o.identifier]) for o in interaction.options)
        case SliderInteraction():
            steps = int((interaction.upper - interaction.lower) / interaction.step + 1e-9)
            for i in range(steps + 1):
                at = interaction.lower + i * interaction.step
                yield made([int(at) if base_type is BaseType.INTEGER else at])
        case OrderInteraction():
            names = [o.identifier for o in interaction.options]
            low = interaction.min_choices or (1 if interaction.max_choices else len(names))
            for size in range(low, min(interaction.max_choices or len(names), len(names)) + 1):
                yield from map(made, permutations(names, size))
        case MatchInteraction():
            pairs = [(a.identifier, b.identifier) for a in interaction.lefts for b in interaction.rights]
            limits = _limits([*interaction.lefts, *interaction.rights])
            most = 1 if one else interaction.max_associations
            yield from map(made, _pairings(pairs, limits, most))
        case GapMatchInteraction():
            gaps = [g.identifier for g in interaction.gaps]
            reversed_ = gap_first(interaction, declared)
            pairs = [
                (g, o.identifier) if reversed_ else (o.identifier, g)
                for g in gaps
                for o in interaction.options
            ]
            limits = _limits(interaction.options) | dict.fromkeys(gaps, 1)
            yield from map(made, _pairings(pairs, limits, 1 if one else 0))
        case AssociateInteraction():
            names = [o.identifier for o in interaction.options]
            pairs = [(a, b) for a, b in combinations(names, 2)]
            most = 1 if one else interaction.max_associations
            yield from map(made, _pairings(pairs, _limits(interaction.options), most))
        case _:
            return


def _limits(options: Sequence[Option]) -> dict[str, int]:
    return {o.identifier: o.match_max for o in options}


def _subsets(names: Sequence[str], most: int) -> Iterator[Sequence[Scalar]]:
    top = min(most or len(names), len(names))
    return chain.from_iterable(combinations(names, size) for size in range(1, top + 1))


def _pairings(pairs: Sequence[Pair], limits: dict[str, int], most: int) -> Iterator[Sequence[Scalar]]:
    """Non-empty sets of pairs in which nothing is used more than its limit (0: no limit), depth first."""

    chosen: list[int] = []
    used: Counter[str] = Counter()
    at = 0
    while True:
        if at < len(pairs) and (not most or len(chosen) < most):
            a, b = pairs[at]
            if not any(limits[name] and used[name] >= limits[name] for name in (a, b)):
                chosen.append(at)
                used.update((a, b))
                yield [pairs[i] for i in chosen]
            at += 1
        elif chosen:
            at = chosen.pop()
            used.subtract(pairs[at])
            at += 1
        else:
            return


def declared_pairs(declared: ResponseDeclaration) -> list[Pair]:
    """The pairs that a declaration names, in its key and its mapping."""
    scalars = list(declared.correct.items) if declared.correct else []
    scalars += [entry.key for entry in declared.mapping.entries] if declared.mapping else []
    return [s for s in scalars if isinstance(s, tuple)]


def gap_first(interaction: GapMatchInteraction, declared: ResponseDeclaration) -> bool:
    """Whether the item writes its pairs gap first; the standard says text first, one well-known tool does not."""
    gaps = {g.identifier for g in interaction.gaps}
    pairs = declared_pairs(declared)
    return bool(pairs) and all(a in gaps for a, _ in pairs)


def offers(interaction: Interaction, scalar: Scalar) -> bool:
    """Whether a scalar names what the interaction offers (anything does where the candidate types)."""
    match interaction:
        case ChoiceInteraction() | InlineChoiceInteraction() | OrderInteraction():
            return any(o.identifier == scalar for o in interaction.options)
        case HottextInteraction():
            return any(z.identifier == scalar for z in interaction.zones)
        case MatchInteraction():
            return _pair_in(scalar, names_of(interaction.lefts), names_of(interaction.rights))
        case GapMatchInteraction():
            return _pair_in(scalar, names_of(interaction.options), {g.identifier for g in interaction.gaps})
        case AssociateInteraction():
            names = names_of(interaction.options)
            return isinstance(scalar, tuple) and set(scalar) <= names
        case SliderInteraction():
            return isinstance(scalar, int | float) and interaction.lower <= scalar <= interaction.upper
        case _:
            return True


def names_of(options: Iterable[Option]) -> set[str]:
    """The identifiers of options."""
    return {o.identifier for o in options}


def _pair_in(scalar: Scalar, a: set[str], b: set[str]) -> bool:
    if not isinstance(scalar, tuple):
        return False
    return (scalar[0] in a and scalar[1] in b) or (scalar[0] in b and scalar[1] in a)
