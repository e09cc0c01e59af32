"""Our own items -> QTI, scored by QTI rules as we score them.

What QTI's own operators cannot say stays in `data-kiosk-…` attributes of the body, which other programs ignore and
reading back uses: the item's place in the framework, and how leniently a short answer is compared (other programs
then accept the listed spellings only). Simulated tools have no counterpart in QTI and are refused by name.
"""

from __future__ import annotations

import json
import unicodedata

from itembank.formats.faults import Refused
from itembank.formats.qti.model import (
    ChoiceInteraction,
    FeedbackText,
    HottextInteraction,
    HottextZone,
    Interaction,
    MapEntry,
    Mapping,
    MatchInteraction,
    Node,
    Option,
    OrderInteraction,
    OutcomeDeclaration,
    QtiItem,
    ResponseDeclaration,
    TextEntryInteraction,
)
from itembank.formats.qti.rules import assign, condition
from itembank.formats.qti.values import BaseType, Cardinality, Pair, Value, container, single, written
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

RESPONSE = "RESPONSE"
RIGHT, WRONG = "right", "wrong"
PREFIX = "item-"


def qti_of(item: Item) -> QtiItem:
    """The item as QTI. Raises Refused (`task`) for a simulated tool."""
    body = item.body
    match body:
        case ChoiceBody():
            declared, interaction, rules = _choice(item, body)
        case ShortTextBody():
            declared, interaction, rules = _short_text(body)
        case NumericBody():
            declared, interaction, rules = _numeric(body)
        case OrderingBody():
            declared, interaction, rules = _ordering(item, body)
        case MatchingBody():
            declared, interaction, rules = _matching(item, body)
        case HotspotBody():
            declared, interaction, rules = _hotspot(item, body)
        case _:
            raise Refused("task", interaction=str(item.interaction))
    return QtiItem(
        identifier=identifier_of(item.id),
        title=item.id,
        language=item.language,
        responses=(declared,),
        outcomes=_outcomes(item.max_score),
        body=_body(item, interaction),
        rules=rules,
        feedback=(
            FeedbackText("FEEDBACK", RIGHT, False, (item.feedback.right,)),
            FeedbackText("FEEDBACK", WRONG, False, (item.feedback.wrong,)),
        ),
        extensions=tuple(sorted(_extensions(item).items())),
    )


def identifier_of(item_id: str) -> str:
    """An item's id as QTI allows identifiers: a letter first, and no `#` (which a family's clones have)."""
    return PREFIX + item_id.replace("#", "--")


def _outcomes(points: int) -> tuple[OutcomeDeclaration, ...]:
    return (
        OutcomeDeclaration(
            "SCORE",
            Cardinality.SINGLE,
            BaseType.FLOAT,
            single(BaseType.FLOAT, 0.0),
            normal_maximum=float(points),
            normal_minimum=0.0,
        ),
        OutcomeDeclaration(
            "MAXSCORE", Cardinality.SINGLE, BaseType.FLOAT, single(BaseType.FLOAT, float(points))
        ),
        OutcomeDeclaration("FEEDBACK", Cardinality.SINGLE, BaseType.IDENTIFIER),
    )


def _body(item: Item, interaction: Interaction) -> tuple[str | Interaction, ...]:
    """Situation, then the interaction with the question as its prompt, or under it where it has none."""
    if not isinstance(interaction, TextEntryInteraction):
        return (item.situation, interaction) if item.situation else (interaction,)
    texts = [item.situation, item.question] if item.situation else [item.question]
    unit = item.body.unit if isinstance(item.body, NumericBody) else ""
    before = "\n\n".join(texts) + "\n\n"
    return (before, interaction, f" {unit}") if unit else (before, interaction)


def _extensions(item: Item) -> dict[str, str]:
    """What reading back needs and QTI has no word for; values left at their default are not written."""
    found = {
        "id": item.id,
        "skill": item.skill,
        "interaction": str(item.interaction),
        "sector": item.sector,
        "author": item.author,
        "written": item.written.isoformat(),
        "review": item.review.isoformat(),
    }
    if item.family != item.id:
        found["family"] = item.family
    if item.accessibility:
        found["accessibility"] = item.accessibility
    if item.tip:
        found["tip"] = item.tip
    if item.learn_more not in ("", item.topic):
        found["learn_more"] = item.learn_more
    if item.sources:
        found["sources"] = json.dumps(item.sources, ensure_ascii=False)
    if item.enemies:
        found["enemies"] = json.dumps(sorted(item.enemies), ensure_ascii=False)
    if item.anchor:
        found["anchor"] = "true"
    if isinstance(item.body, ShortTextBody):
        found["comparison"] = json.dumps(
            {
                "accept": item.body.accept,
                "case": item.body.case,
                "accents": item.body.accents,
                "spaces": item.body.spaces,
                "distance": item.body.distance,
            },
            ensure_ascii=False,
        )
    return found


# --- rules -------------------------------------------------------------------------------------------------


def _variable(identifier: str = RESPONSE) -> Node:
    return Node("variable", (("identifier", identifier),))


def _correct() -> Node:
    return Node("correct", (("identifier", RESPONSE),))


def _number(points: float) -> Node:
    return Node("baseValue", (("baseType", "float"),), (), written(float(points)))


def _name(word: str) -> Node:
    return Node("baseValue", (("baseType", "identifier"),), (), word)


def _earns(points: float, feedback: str) -> tuple[Node, ...]:
    """Set the score and what is said of it."""
    return (assign("SCORE", _number(points)), assign("FEEDBACK", _name(feedback)))


def _all_or_nothing(test: Node) -> tuple[Node, ...]:
    return (condition(test, _earns(1, RIGHT), _earns(0, WRONG)),)


def _graded(full: Node, half: Node) -> tuple[Node, ...]:
    """Two points, one, or none."""
    branches = (
        Node("responseIf", (), (full, *_earns(2, RIGHT))),
        Node("responseElseIf", (), (half, *_earns(1, WRONG))),
        Node("responseElse", (), _earns(0, WRONG)),
    )
    return (Node("responseCondition", (), branches),)


_MATCH = Node("match", (), (_variable(), _correct()))

Parts = tuple[ResponseDeclaration, Interaction, tuple[Node, ...]]


# --- one interaction each -------------------------------------------------------------------------------------


def _choice(item: Item, body: ChoiceBody) -> Parts:
    options = tuple(
        Option(f"choice-{i}", choice.text, note=choice.misconception)
        for i, choice in enumerate(body.choices, 1)
    )
    keys = [options[i].identifier for i in sorted(body.keys)]
    one = item.interaction is Kind.SINGLE_CHOICE
    cardinality = Cardinality.SINGLE if one else Cardinality.MULTIPLE
    correct = Value(cardinality, BaseType.IDENTIFIER, tuple(keys))
    return (
        ResponseDeclaration(RESPONSE, cardinality, BaseType.IDENTIFIER, correct),
        ChoiceInteraction(RESPONSE, item.question, options, body.shuffle, 1 if one else 0),
        _all_or_nothing(_MATCH),
    )


def _short_text(body: ShortTextBody) -> Parts:
    entries = tuple(MapEntry(text, 1.0, body.case) for text in spellings(body))
    declared = ResponseDeclaration(
        RESPONSE,
        Cardinality.SINGLE,
        BaseType.STRING,
        single(BaseType.STRING, body.accept[0]),
        mapping=Mapping(entries, 0.0, 0.0, 1.0),
    )
    mapped = Node("mapResponse", (("identifier", RESPONSE),))
    longest = max(map(len, body.accept))
    return (
        declared,
        TextEntryInteraction(RESPONSE, expected_length=longest + 5, placeholder=body.hint),
        _all_or_nothing(Node("gte", (), (mapped, _number(1)))),
    )


def spellings(body: ShortTextBody) -> tuple[str, ...]:
    """The accepted answers, spelled out for programs that compare texts as they are."""
    found = list(body.accept)
    if not body.accents:
        found += [_unaccented(text) for text in found]
    if not body.spaces:
        found += [text.replace(" ", "") for text in found]
    return tuple(dict.fromkeys(found))


def _unaccented(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def _numeric(body: NumericBody) -> Parts:
    mode = (("toleranceMode", "exact"),)
    if body.tolerance:
        mode = (("toleranceMode", "absolute"), ("tolerance", written(body.tolerance)))  # type: ignore[assignment]
    return (
        ResponseDeclaration(
            RESPONSE, Cardinality.SINGLE, BaseType.FLOAT, single(BaseType.FLOAT, float(body.value))
        ),
        TextEntryInteraction(RESPONSE, expected_length=12),
        _all_or_nothing(Node("equal", mode, (_correct(), _variable()))),
    )


def _ordering(item: Item, body: OrderingBody) -> Parts:
    options = tuple(Option(f"step-{i}", step) for i, step in enumerate(body.steps, 1))
    names = [o.identifier for o in options]
    swapped = []
    for i in range(len(names) - 1):
        near = [*names[:i], names[i + 1], names[i], *names[i + 2 :]]
        swapped.append(Node("match", (), (_variable(), Node("ordered", (), tuple(map(_name, near))))))
    return (
        ResponseDeclaration(
            RESPONSE,
            Cardinality.ORDERED,
            BaseType.IDENTIFIER,
            container(Cardinality.ORDERED, BaseType.IDENTIFIER, names),
        ),
        OrderInteraction(RESPONSE, item.question, options, shuffle=True),
        _graded(_MATCH, Node("or", (), tuple(swapped))),
    )


def _matching(item: Item, body: MatchingBody) -> Parts:
    lefts = tuple(Option(f"left-{i}", text, match_max=1) for i, text in enumerate(body.lefts, 1))
    rights = tuple(Option(f"right-{i}", text, match_max=0) for i, text in enumerate(body.rights, 1))
    pairs: list[Pair] = [(a.identifier, b.identifier) for a, b in zip(lefts, rights, strict=False)]
    n = len(pairs)
    return (
        ResponseDeclaration(
            RESPONSE,
            Cardinality.MULTIPLE,
            BaseType.DIRECTED_PAIR,
            container(Cardinality.MULTIPLE, BaseType.DIRECTED_PAIR, pairs),
            mapping=Mapping(tuple(MapEntry(pair, 1.0) for pair in pairs)),
        ),
        MatchInteraction(RESPONSE, item.question, lefts, rights, shuffle=True, max_associations=n),
        matching_rules(n),
    )


def matching_rules(pairs: int) -> tuple[Node, ...]:
    """Two points when all pairs are right, one when at least half are, as `itembank.scoring` has it."""
    mapped = Node("mapResponse", (("identifier", RESPONSE),))
    return _graded(_MATCH, Node("gte", (), (mapped, _number(pairs / 2))))


def _hotspot(item: Item, body: HotspotBody) -> Parts:
    flow = tuple(
        HottextZone(f"zone-{zone.number}", zone.text) if zone.number else zone.text for zone in body.segments
    )
    keys = [f"zone-{number}" for number in sorted(body.key)]
    return (
        ResponseDeclaration(
            RESPONSE,
            Cardinality.MULTIPLE,
            BaseType.IDENTIFIER,
            container(Cardinality.MULTIPLE, BaseType.IDENTIFIER, keys),
        ),
        HottextInteraction(RESPONSE, item.question, flow, max_choices=0),
        _all_or_nothing(_MATCH),
    )
