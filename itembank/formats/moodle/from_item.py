"""Our items -> Moodle questions. What Moodle scores otherwise or cannot ask is refused by name."""

from __future__ import annotations

from itembank.formats.faults import Refused
from itembank.formats.moodle.question import Answer, Kind, Pair, Question
from itembank.item import (
    ChoiceBody,
    Item,
    MatchingBody,
    NumericBody,
    OrderingBody,
    ShortTextBody,
)
from itembank.item import Interaction as OurKind


def question_of(item: Item, *, ordering: bool) -> Question:
    """The question for an item. Raises Refused (`task`, `interaction_there`).

    `ordering`: whether the format has ordering questions (Moodle XML has, GIFT has not). Moodle gives shares of the
    points where we give all, half or none: the key is the same, partial credit is not.
    """
    kind, answers, pairs, unit = _parts(item, ordering)
    body = item.body
    return Question(
        kind=kind,
        name=item.id,
        text=f"{item.situation}\n\n{item.question}" if item.situation else item.question,
        answers=answers,
        pairs=pairs,
        single=item.interaction is OurKind.SINGLE_CHOICE,
        shuffle=body.shuffle if isinstance(body, ChoiceBody) else True,
        use_case=isinstance(body, ShortTextBody) and body.case,
        unit=unit,
        general_feedback="",
        right_feedback=item.feedback.right,
        wrong_feedback=item.feedback.wrong,
        identifier=item.id,
        tags=(item.skill,),
        category=f"{item.competence}/{item.topic}",
    )


def _parts(item: Item, ordering: bool) -> tuple[Kind, tuple[Answer, ...], tuple[Pair, ...], str]:
    body = item.body
    match body:
        case ChoiceBody():
            each, wrong = (1.0, 0.0)
            if item.interaction is OurKind.MULTIPLE_CHOICE:
                each, wrong = 1 / len(body.keys), -1.0
            answers = tuple(Answer(c.text, each if c.key else wrong) for c in body.choices)
            return Kind.MULTICHOICE, answers, (), ""
        case ShortTextBody():
            texts = (text.replace("*", "\\*") for text in body.accept)
            return Kind.SHORT_ANSWER, tuple(Answer(text, 1.0) for text in texts), (), ""
        case NumericBody():
            low, high = body.value - body.tolerance, body.value + body.tolerance
            answer = Answer(repr(body.value), 1.0, low=round(low, 12), high=round(high, 12))
            return Kind.NUMERICAL, (answer,), (), body.unit
        case MatchingBody():
            pairs = [Pair(a, b) for a, b in zip(body.lefts, body.rights, strict=False)]
            pairs += [Pair("", right) for right in body.rights[len(body.lefts) :]]
            return Kind.MATCHING, (), tuple(pairs), ""
        case OrderingBody() if ordering:
            return Kind.ORDERING, tuple(Answer(step, 1.0) for step in body.steps), (), ""
        case _ if item.is_task:
            raise Refused("task", interaction=str(item.interaction))
        case _:
            raise Refused("interaction_there", interaction=str(item.interaction))
