"""An item printed for its author: what a candidate reads, the key, and what the bank will hold of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from itembank.authoring import body_texts
from itembank.families.solutions import found_solution, routes_of
from itembank.framework import skill_named
from itembank.item import (
    ChoiceBody,
    HotspotBody,
    Item,
    MatchingBody,
    NumericBody,
    OrderingBody,
    ShortTextBody,
)
from itembank.tasks.spreadsheet.spec import SpreadsheetSpec
from kiosk.locale import t

if TYPE_CHECKING:
    from itembank.authoring import Authored

KEY, OTHER = "[x]", "[ ]"


def printed(authored: Authored) -> Iterator[str]:
    """Lines of plain text."""
    item = authored.item
    skill = skill_named(item.skill)
    yield f"{item.id}  {item.interaction}  {item.sector}  {item.language}"
    if skill is not None:
        yield t("authoring.printed.skill", skill=skill.id, level=item.level, can_do=skill.can_do)
    yield ""
    if item.situation:
        yield from item.situation.splitlines()
        yield ""
    yield from item.question.splitlines()
    yield ""
    yield from _body(item)
    yield ""
    yield t("authoring.printed.right", text=item.feedback.right)
    yield t("authoring.printed.wrong", text=item.feedback.wrong)
    if item.tip:
        yield t("authoring.printed.tip", text=item.tip)
    if item.accessibility:
        yield t("authoring.printed.accessibility", text=item.accessibility)
    if item.is_task:
        yield ""
        yield from _routes(authored)
    yield ""
    p = item.parameters
    b = " / ".join(f"{x:.2f}" for x in p.b)
    yield t("authoring.printed.parameters", a=f"{p.a:.2f}", b=b, c=f"{p.c:.2f}", se=f"{p.se_b:.2f}")
    yield t("authoring.printed.words", n=item.reading_words)


def _body(item: Item) -> Iterator[str]:
    body = item.body
    match body:
        case ChoiceBody():
            for choice in body.choices:
                note = f"  ({choice.misconception})" if choice.misconception else ""
                yield f"{KEY if choice.key else OTHER} {choice.text}{note}"
        case ShortTextBody():
            yield t("authoring.printed.accepted", texts=" | ".join(body.accept))
            if body.hint:
                yield t("authoring.printed.hint", text=body.hint)
        case NumericBody():
            tolerance = f" ± {body.tolerance:g}" if body.tolerance else ""
            yield f"{KEY} {body.value:g}{tolerance} {body.unit}".rstrip()
        case OrderingBody():
            yield from (f"{i}. {step}" for i, step in enumerate(body.steps, 1))
        case MatchingBody():
            yield from (f"{left}  ->  {right}" for left, right in zip(body.lefts, body.rights, strict=False))
            yield from (f"{OTHER} {right}" for right in body.rights[len(body.lefts) :])
        case HotspotBody():
            shown = (
                f"[{'x' if z.number in body.key else ' '}{z.number}:{z.text}]" if z.number else z.text
                for z in body.segments
            )
            yield from "".join(shown).splitlines()
        case SpreadsheetSpec():
            yield from (f"{cell}: {text}" for cell, text in body.cells.items())
            yield from _goals(item)
        case _:
            for text in body_texts(body):
                yield from text.splitlines()
                yield ""
            yield from _goals(item)


def _goals(item: Item) -> Iterator[str]:
    yield ""
    for number, goal in enumerate(item.body.goals, 1):  # type: ignore[union-attr]
        yield t("authoring.printed.goal", number=number, name=goal.name)


def _routes(authored: Authored) -> Iterator[str]:
    routes = routes_of(authored.record, authored.item)
    for route in routes:
        yield t("authoring.printed.route", name=route.name, n=route.points)
        yield from (f"    {_action(dict(action))}" for action in route.actions)
    if not routes:
        derived = found_solution(authored.item)
        yield t("authoring.printed.derived" if derived is not None else "authoring.printed.unsolved")
        yield from (f"    {_action(dict(action))}" for action in derived or ())


def _action(action: dict[str, object]) -> str:
    rest = ", ".join(f"{key}: {value}" for key, value in action.items() if key != "do")
    return f"{action.get('do')} {rest}".rstrip()
