"""QTI -> our own authored records, where one of our interactions asks the same thing.

A record is proposed from the interaction, then both ways of scoring are compared on every admissible response (or on
probes, where a response is typed): `exact` when they agree on all, up to a constant factor; otherwise the record keeps the
question and the key but not the partial credit, and says so. What cannot be proposed stays QTI only, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.formats.faults import Refused
from itembank.formats.qti.admissible import affordable, responses_to
from itembank.formats.qti.authored import matching_rules, spellings
from itembank.formats.qti.model import (
    ChoiceInteraction,
    HottextInteraction,
    HottextZone,
    InlineChoiceInteraction,
    Interaction,
    MatchInteraction,
    Option,
    OrderInteraction,
    QtiItem,
    TextEntryInteraction,
)
from itembank.formats.qti.processing import process
from itembank.formats.qti.runtime import key, maximum, score_of
from itembank.formats.qti.values import BaseType, Cardinality, Value, single
from itembank.item import Body, NumericBody, ShortTextBody, body_from_record
from itembank.item import Interaction as Kind
from itembank.scoring import matches_number, matches_text

BLANK = "____"
FEWEST, MOST = 3, 6
"""Choices, steps and pairs that we take (`docs/items.md`): of two options, half of those who guess find the right one."""
FEWEST_ZONES, MOST_ZONES = 2, 8
MOST_LITERALS = 200
"""Accepted texts tried, at most, when two ways of comparing them are compared."""
REVIEW_AFTER = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Converted:
    """A record in our authoring format (without `id` and `skill` unless the item carried ours)."""

    record: Mapping[str, Any]
    exact: bool
    """Whether scores agree on every response; if not, partial credit follows our own rule."""


class NotConvertible(Exception):
    """Why an item stays QTI only; `code` is a key of the catalogue (`formats.kept.<code>`)."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def convert(item: QtiItem, today: date, language: str = "fr") -> Converted:
    """Our record for an item, in `language` when the item does not say its own. Raises NotConvertible."""
    if item.rules is None:
        raise NotConvertible("unscored")
    if len(item.interactions) != 1:
        raise NotConvertible("several", count=len(item.interactions))
    language = item.language[:2].lower() or language
    if language not in ("fr", "en"):
        raise NotConvertible("language", language=item.language)
    situation, question = _texts(item)
    if not question:
        raise NotConvertible("no_question")
    proposal = _propose(item)
    try:
        body = body_from_record(proposal.kind, proposal.body)
    except ItemInvalid as fault:
        raise NotConvertible("schema", field=fault.field, rule=fault.code) from fault
    ours = dict(item.extensions)
    record: dict[str, Any] = {}
    for name in ("id", "family", "skill"):
        if name in ours:
            record[name] = ours[name]
    record["language"] = language
    record["interaction"] = str(proposal.kind)
    record["sector"] = ours.get("sector", "neutral")
    if situation:
        record["situation"] = situation
    record["question"] = question
    record["body"] = proposal.body
    record["feedback"] = _feedback(item, proposal)
    for name in ("accessibility", "tip", "learn_more"):
        if name in ours:
            record[name] = ours[name]
    record["author"] = ours.get("author", "import")
    record["written"] = _day(ours.get("written"), today)
    record["review"] = _day(ours.get("review"), today + REVIEW_AFTER)
    record["sources"] = _listed(ours.get("sources"))
    if enemies := _listed(ours.get("enemies")):
        record["enemies"] = enemies
    if ours.get("anchor") == "true":
        record["anchor"] = True
    return Converted(record, proposal.agrees(body))


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


def _listed(text: str | None) -> list[str]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [str(source) for source in found] if isinstance(found, list) else []


# --- texts -------------------------------------------------------------------------------------------------


def _texts(item: QtiItem) -> tuple[str, str]:
    """(situation, question): the prompt is the question, else the paragraph that holds or precedes the field."""
    interaction = item.interactions[0]
    at = item.body.index(interaction)
    before = "".join(part for part in item.body[:at] if isinstance(part, str))
    after = "".join(part for part in item.body[at + 1 :] if isinstance(part, str))
    if not isinstance(interaction, TextEntryInteraction | InlineChoiceInteraction):
        paragraphs = _paragraphs(before)
        trailing = _paragraphs(after)
        if interaction.prompt:
            return "\n\n".join([*paragraphs, *trailing]), interaction.prompt
        if not paragraphs and trailing:
            return "", "\n\n".join(trailing)
        return "\n\n".join([*paragraphs[:-1], *trailing]), paragraphs[-1] if paragraphs else ""
    head, _, start = before.rpartition("\n\n")
    end, _, tail = after.partition("\n\n")
    above, below = _paragraphs(head), _paragraphs(tail)
    if start.strip() or (end.strip() and not _unit(item)):
        return "\n\n".join(above), "\n\n".join([f"{start}{BLANK}{end}".strip(), *below])
    if above:
        return "\n\n".join([*above[:-1], *below]), above[-1]
    return "", "\n\n".join(below)


def _paragraphs(text: str) -> list[str]:
    return [p.strip() for p in text.split("\n\n") if p.strip()]


def _unit(item: QtiItem) -> str:
    """A short text right after a number's field, alone on its line: its unit."""
    interaction = item.interactions[0]
    declared = item.response(interaction.response)
    if not isinstance(interaction, TextEntryInteraction) or declared.base_type not in (
        BaseType.FLOAT,
        BaseType.INTEGER,
    ):
        return ""
    at = item.body.index(interaction)
    before = "".join(part for part in item.body[:at] if isinstance(part, str)).rpartition("\n\n")[2]
    after = "".join(part for part in item.body[at + 1 :] if isinstance(part, str)).partition("\n\n")[0]
    unit = after.strip()
    short = unit and "\n" not in unit and len(unit) <= 20 and unit not in tuple(".?!,;:")
    return unit if short and not before.strip() else ""


# --- proposals -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Proposal:
    kind: Kind
    body: dict[str, Any]
    right: Value | None
    wrong: tuple[Value | None, ...]
    agrees: Callable[[Body], bool]


def _propose(item: QtiItem) -> _Proposal:
    interaction = item.interactions[0]
    match interaction:
        case ChoiceInteraction():
            return _choice(item, interaction, interaction.options, interaction.shuffle)
        case InlineChoiceInteraction():
            return _choice(item, interaction, interaction.options, interaction.shuffle)
        case HottextInteraction():
            return _hotspot(item, interaction)
        case OrderInteraction():
            return _ordering(item, interaction)
        case MatchInteraction():
            return _matching(item, interaction)
        case TextEntryInteraction():
            return _typed(item, interaction)
        case _:
            raise NotConvertible("interaction", kind=item.kinds[0])


def _scored(item: QtiItem) -> tuple[list[Value | None], dict[int, float]]:
    """Every response to the only interaction and, by its place in the list, its score."""
    interaction = item.interactions[0]
    found = responses_to(interaction, item.response(interaction.response), affordable(item))
    if found is None:
        raise NotConvertible("too_many")
    return found, {i: _score(item, value) for i, value in enumerate(found)}


def _score(item: QtiItem, value: Value | None) -> float:
    name = item.interactions[0].response
    return score_of(item, {r.identifier: r.default for r in item.responses} | {name: value})


def _only_best(found: list[Value | None], scores: Mapping[int, float]) -> int:
    """The place of the one response that earns most."""
    best = max(scores.values())
    places = [i for i, s in scores.items() if s == best]
    if best <= 0 or found[places[0]] is None:
        raise NotConvertible("no_key")
    if len(places) > 1:
        raise NotConvertible("several_best", count=len(places))
    return places[0]


def _proportional(item: QtiItem, best: float, pairs: Iterable[tuple[float, float]]) -> bool:
    """Whether QTI scores are ours times a constant, with the best one worth the maximum."""
    most = maximum(item)
    if most is None or abs(best - most) > 1e-9:
        return False
    return all(abs(theirs / best - ours) <= 1e-9 for theirs, ours in pairs)


def _counted(found: int, low: int, high: int) -> None:
    if not low <= found <= high:
        raise NotConvertible("choices", found=found, low=low, high=high)


def _choice(item: QtiItem, interaction: Interaction, options: tuple[Option, ...], shuffle: bool) -> _Proposal:
    _counted(len(options), FEWEST, MOST)
    found, scores = _scored(item)
    place = _only_best(found, scores)
    right = found[place]
    keys = set(right.items) if right else set()
    multiple = item.response(interaction.response).cardinality is Cardinality.MULTIPLE
    one_only = not multiple or (isinstance(interaction, ChoiceInteraction) and interaction.max_choices == 1)
    if len(keys) == 1 and not one_only:
        raise NotConvertible("one_key_of_many")
    kind = Kind.SINGLE_CHOICE if one_only else Kind.MULTIPLE_CHOICE
    choices = []
    for option in options:
        choice: dict[str, Any] = {"text": option.text}
        if option.identifier in keys:
            choice["key"] = True
        elif option.note:
            choice["misconception"] = option.note
        choices.append(choice)
    body: dict[str, Any] = {"choices": choices}
    if not shuffle:
        body["shuffle"] = False
    pairs = [(scores[i], float(value == right)) for i, value in enumerate(found)]
    singles = tuple(v for v in found if v is not None and len(v.items) == 1 and v != right)
    return _Proposal(kind, body, right, singles, lambda _: _proportional(item, scores[place], pairs))


def _hotspot(item: QtiItem, interaction: HottextInteraction) -> _Proposal:
    if any("[[" in text or "]]" in text for text in _flow_texts(interaction)):
        raise NotConvertible("brackets")
    _counted(len(interaction.zones), FEWEST_ZONES, MOST_ZONES)
    found, scores = _scored(item)
    place = _only_best(found, scores)
    right = found[place]
    keys = set(right.items) if right else set()
    text = "".join(p if isinstance(p, str) else f"[[{p.text}]]" for p in interaction.flow)
    numbers = [i for i, zone in enumerate(interaction.zones, 1) if zone.identifier in keys]
    pairs = [(scores[i], float(value == right)) for i, value in enumerate(found)]
    singles = tuple(v for v in found if v is not None and len(v.items) == 1 and v != right)
    body = {"text": text, "key": numbers}
    return _Proposal(Kind.HOTSPOT, body, right, singles, lambda _: _proportional(item, scores[place], pairs))


def _flow_texts(interaction: HottextInteraction) -> list[str]:
    return [part.text if isinstance(part, HottextZone) else part for part in interaction.flow]


def _ordering(item: QtiItem, interaction: OrderInteraction) -> _Proposal:
    _counted(len(interaction.options), FEWEST, MOST)
    found, scores = _scored(item)
    place = _only_best(found, scores)
    right = found[place]
    order = list(right.items) if right else []
    if len(order) != len(interaction.options):
        raise NotConvertible("partial_order")
    texts = {o.identifier: o.text for o in interaction.options}

    def ours(value: Value | None) -> float:
        if value is None or len(value.items) != len(order):
            return 0.0
        ranks = [order.index(x) for x in value.items]
        inversions = sum(a > b for i, a in enumerate(ranks) for b in ranks[i + 1 :])
        return max(0, 2 - inversions) / 2

    pairs = [(scores[i], ours(value)) for i, value in enumerate(found)]
    wrong = next((v for v in found if v is not None and v != right and ours(v) == 0), None)
    body = {"steps": [texts[str(name)] for name in order]}
    return _Proposal(
        Kind.ORDERING, body, right, (wrong,), lambda _: _proportional(item, scores[place], pairs)
    )


def _matching(item: QtiItem, interaction: MatchInteraction) -> _Proposal:
    _counted(len(interaction.lefts), FEWEST, MOST)
    name = interaction.response
    right = key(item)[name]
    pairs = {a: b for a, b in right.items if isinstance(a, str)} if right else {}  # type: ignore[misc,str-unpack]
    lefts = {o.identifier: o.text for o in interaction.lefts}
    rights = {o.identifier: o.text for o in interaction.rights}
    if not right or len(right.items) != len(lefts) or set(pairs) != set(lefts):
        raise NotConvertible("not_one_each")
    if len(set(pairs.values())) < len(pairs):
        raise NotConvertible("shared_right")
    if _score(item, right) <= 0:
        raise NotConvertible("no_key")
    body: dict[str, Any] = {"pairs": [{"left": lefts[a], "right": rights[pairs[a]]} for a in lefts]}
    extra = [text for identifier, text in rights.items() if identifier not in pairs.values()]
    if extra:
        body["extra_rights"] = extra

    def agrees(_: Body) -> bool:
        if _as_exported(item):
            return True
        found = responses_to(interaction, item.response(name), affordable(item))
        if found is None:
            return False
        rows = [(_score(item, v), _matching_share(v, pairs)) for v in found if _one_each(v)]
        return _proportional(item, _score(item, right), rows)

    return _Proposal(Kind.MATCHING, body, right, (None,), agrees)


def _one_each(value: Value | None) -> bool:
    """Whether each left is used at most once, as our matching has it."""
    lefts = [i[0] for i in value.items if isinstance(i, tuple)] if value else []
    return len(set(lefts)) == len(lefts)


def _matching_share(value: Value | None, pairs: Mapping[str, str]) -> float:
    right = sum(isinstance(i, tuple) and pairs.get(i[0]) == i[1] for i in value.items) if value else 0
    if right == len(pairs):
        return 1.0
    return 0.5 if 2 * right >= len(pairs) else 0.0


def _as_exported(item: QtiItem) -> bool:
    """Whether the rules are those that we write ourselves for the same number of pairs: proved once, by tests."""
    interaction = item.interactions[0]
    assert isinstance(interaction, MatchInteraction)  # noqa: S101 - the caller's own choice
    declared = item.response(interaction.response)
    if declared.mapping is None or declared.correct is None:
        return False
    paid = {entry.key for entry in declared.mapping.entries if entry.value == 1.0}
    plain = (
        declared.mapping.default == 0 and declared.mapping.lower is None and declared.mapping.upper is None
    )
    same = paid == set(declared.correct.items) and len(paid) == len(declared.mapping.entries)
    return plain and same and item.rules == matching_rules(len(paid)) and maximum(item) == 2


# --- typed answers ---------------------------------------------------------------------------------------------

_OPAQUE = frozenset({"patternMatch", "substring", "fieldValue", "index", "equalRounded", "roundTo"})


def _literals(item: QtiItem) -> list[str]:
    """Every text that the item's rules and declarations compare a response with."""
    declared = item.response(item.interactions[0].response)
    found = [str(s) for s in declared.correct.items] if declared.correct else []
    if declared.mapping:
        found += [str(entry.key) for entry in declared.mapping.entries]
    for rule in item.rules or ():
        found += [node.text for node in rule.walk() if node.name == "baseValue"]
        if any(node.name in _OPAQUE or node.get("substring") == "true" for node in rule.walk()):
            raise NotConvertible("rules")
    return list(dict.fromkeys(found))


def _typed(item: QtiItem, interaction: TextEntryInteraction) -> _Proposal:
    declared = item.response(interaction.response)
    if declared.cardinality is Cardinality.SINGLE and declared.base_type in (
        BaseType.FLOAT,
        BaseType.INTEGER,
    ):
        return _number(item, declared.base_type)
    if declared.cardinality is not Cardinality.SINGLE or declared.base_type is not BaseType.STRING:
        raise NotConvertible("rules")
    return _short_text(item, interaction)


def _short_text(item: QtiItem, interaction: TextEntryInteraction) -> _Proposal:
    def scored(text: str) -> float:
        return _score(item, single(BaseType.STRING, text))

    candidates = [text for text in _literals(item) if text]
    if len(candidates) > MOST_LITERALS:
        raise NotConvertible("too_many")
    scores = {text: scored(text) for text in candidates}
    best = max(scores.values(), default=0.0)
    accept = [text for text, s in scores.items() if s == best]
    if best <= 0 or not accept:
        raise NotConvertible("no_key")
    variants = [v for text in accept for v in {text.upper(), text.lower(), text.swapcase()} - set(accept)]
    heeded = [scored(v) < best for v in variants]
    case = bool(heeded) and all(heeded)
    body: dict[str, Any] = {"accept": accept, "case": case, "accents": True, "spaces": True}
    kept = _comparison(item, accept)
    if kept is not None:
        body = kept
    body = {k: v for k, v in body.items() if v is not False and v != 0}
    if interaction.placeholder:
        body["hint"] = interaction.placeholder
    nonsense = "\N{WHITE MEDIUM SQUARE} nonsense"

    def agrees(built: Body) -> bool:
        if kept is not None:
            return True
        assert isinstance(built, ShortTextBody)  # noqa: S101 - what was proposed
        if any(heeded) != all(heeded):
            return False
        probes = [*candidates, *variants, nonsense]
        rows = [(scored(text), float(matches_text(built, text))) for text in probes]
        return _proportional(item, best, [*rows, (_score(item, None), 0.0)])

    right = single(BaseType.STRING, accept[0])
    return _Proposal(Kind.SHORT_TEXT, body, right, (single(BaseType.STRING, nonsense),), agrees)


def _comparison(item: QtiItem, accept: list[str]) -> dict[str, Any] | None:
    """Our own way of comparing, when the item carries it and nobody changed its answers since."""
    try:
        kept = json.loads(dict(item.extensions).get("comparison", "null"))
        if not isinstance(kept, dict) or set(kept) != {"accept", "case", "accents", "spaces", "distance"}:
            return None
        body = ShortTextBody(**{**kept, "accept": tuple(kept["accept"])})
        listed = spellings(body)
    except (ValueError, TypeError, AttributeError):
        return None
    return kept if set(listed) == set(accept) else None


def _number(item: QtiItem, base_type: BaseType) -> _Proposal:
    def scored(x: float) -> float:
        whole = base_type is BaseType.INTEGER
        if whole and not float(x).is_integer():
            return 0.0
        return _score(item, single(base_type, int(x) if whole else float(x)))

    values = []
    for text in _literals(item):
        try:
            values.append(float(text))
        except ValueError:
            continue
    if not values:
        raise NotConvertible("no_key")
    if len(values) > MOST_LITERALS // 4:
        raise NotConvertible("too_many")
    tolerances = [0.0]
    for rule in item.rules or ():
        for node in rule.walk():
            if node.name == "equal" and node.get("toleranceMode") == "absolute":
                for word in node.get("tolerance").split():
                    try:
                        tolerances.append(float(word))
                    except ValueError:
                        raise NotConvertible("rules") from None
            if node.name == "equal" and node.get("toleranceMode") == "relative":
                raise NotConvertible("relative_tolerance")
    edges = [v + s * t for v in values for t in tolerances for s in (-1, 1)]
    middles = [(a + b) / 2 for a in values for b in values]
    probes = sorted({*values, *edges, *middles})
    best = max(map(scored, probes))
    full = [x for x in probes if scored(x) == best]
    if best <= 0:
        raise NotConvertible("no_key")
    low, high = min(full), max(full)
    if any(scored(x) != best for x in probes if low <= x <= high):
        raise NotConvertible("several_best", count=len(full))
    value = round((low + high) / 2, 12)
    body: dict[str, Any] = {"value": int(value) if value.is_integer() else value}
    if high > low:
        tolerance = round((high - low) / 2, 12)
        body["tolerance"] = int(tolerance) if tolerance.is_integer() else tolerance
    if unit := _unit(item):
        body["unit"] = unit
    wrong = high + 10 * max(1.0, high - low)

    def agrees(built: Body) -> bool:
        assert isinstance(built, NumericBody)  # noqa: S101 - what was proposed
        step = 1e-6 * max(1.0, abs(low), abs(high)) * 10
        dust = 1e-9 * max(1.0, abs(low), abs(high))
        around = [*probes, low - step, high + step, low + (high - low) / 3, 0.0, -value, wrong, value * 10]
        around += [low - 1, high + 1, low - 0.5, high + 0.5]
        if base_type is BaseType.INTEGER:
            around = [x for x in around if float(x).is_integer()]
        # Both sides forgive the last bits of a bound, not the same ones: the bounds themselves prove nothing.
        sure = [x for x in around if low == high or min(abs(x - low), abs(x - high)) > dust]
        rows = [(scored(x), float(matches_number(built, f"{x:.12f}"))) for x in sure if abs(x) < 1e15]
        return _proportional(item, best, [*rows, (_score(item, None), 0.0)])

    def typed(x: float) -> Value | None:
        return single(base_type, int(x) if base_type is BaseType.INTEGER else float(x))

    return _Proposal(Kind.NUMERIC, body, typed(full[0]), (typed(wrong),), agrees)


# --- feedback ----------------------------------------------------------------------------------------------------

MAX_WRONG_TEXTS = 1


def _feedback(item: QtiItem, proposal: _Proposal) -> dict[str, str]:
    """What is shown after the key, and after wrong answers when that is one and the same text; else left to write."""
    right = _shown(item, proposal.right)
    wrong = {text for value in proposal.wrong if (text := _shown(item, value))}
    return {"right": right, "wrong": wrong.pop() if len(wrong) <= MAX_WRONG_TEXTS and wrong else ""}


def _shown(item: QtiItem, value: Value | None) -> str:
    name = item.interactions[0].response
    try:
        outcomes = process(item, {r.identifier: r.default for r in item.responses} | {name: value})
    except (Refused, ResponseInvalid):
        return ""
    texts = []
    for feedback in item.feedback:
        held = outcomes.get(feedback.outcome)
        holds = held is not None and any(_word(i) == feedback.identifier for i in held.items)
        if holds != feedback.hide and all(isinstance(part, str) for part in feedback.flow):
            texts.append("".join(part for part in feedback.flow if isinstance(part, str)))
    return "\n\n".join(dict.fromkeys(texts))


def _word(scalar: object) -> str:
    """An outcome's value as feedback identifiers name it."""
    return str(scalar).lower() if isinstance(scalar, bool) else str(scalar)
