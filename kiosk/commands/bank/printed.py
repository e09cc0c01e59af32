"""An item printed for its author: what a candidate reads, the key, and what the bank will hold of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
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
from itembank.tasks.mailbox import MailboxSpec
from itembank.tasks.settings import SettingsSpec, initial_state
from itembank.tasks.settings.spec import Control, Kind, Value
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
        case SettingsSpec():
            yield from _settings(body)
            yield from _goals(item)
        case MailboxSpec():
            yield from _mailbox(body)
            yield from _goals(item)
        case SpreadsheetSpec():
            yield from (f"{cell}: {text}" for cell, text in body.cells.items())
            yield from _goals(item)
        case _:
            for text in body_texts(body):
                yield from text.splitlines()
                yield ""
            yield from _goals(item)


def _settings(spec: SettingsSpec) -> Iterator[str]:
    """Every page as it stands at the start, and what each control could hold or would say."""
    from kiosk.candidate.panels.settings import view

    start = initial_state(spec)
    yield spec.title
    for page in spec.pages:
        yield ""
        yield t("authoring.printed.page", title=page.title)
        shown = view(spec, replace(start, page=page.id)).lines
        for control, line in zip(page.controls, shown, strict=True):
            yield f"  {line.text}"
            yield from (f"      {detail}" for detail in _details(control))


def _details(control: Control) -> Iterator[str]:
    if control.options:
        yield " | ".join(control.options)
    if control.kind is Kind.NUMBER:
        yield t("authoring.printed.range", low=control.low, high=control.high)
    if control.confirm:
        yield f"? {control.confirm}"
    if control.says:
        yield f"-> {control.says}"
    if control.sets:
        yield f"-> {_held(control.sets)}"
    if control.needs:
        yield t("authoring.printed.needs", needs=_held(control.needs))


def _held(values: Mapping[str, Value]) -> str:
    """What controls hold, as an author writes it."""
    return ", ".join(
        f"{name}: {str(value).lower() if isinstance(value, bool) else value}"
        for name, value in values.items()
    )


def _mailbox(spec: MailboxSpec) -> Iterator[str]:
    """Every message with its sender, its folder, its links and its files."""
    for number, message in enumerate(spec.messages):
        if number:
            yield ""
        sender = f"{message.shown_sender} <{message.sender.address}>"
        yield f"[{message.id}] {message.folder}  {sender}  {message.date}".rstrip()
        yield message.subject
        yield from (f"  {line}" for line in message.body.splitlines())
        yield from (f"  {link.text} -> {link.target}" for link in message.links)
        yield from (f"  + {name}" for name in message.attachments)


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
