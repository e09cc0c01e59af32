"""Answers that are typed: a few words, a number."""

from __future__ import annotations

from itembank.item import NumericBody, ShortTextBody
from itembank.scoring import parse_number
from kiosk.candidate.linear.console import Console
from kiosk.locale import t
from kiosk.sitting.machine import Question


def short_text(console: Console, question: Question) -> str:
    """The words as typed."""
    body = question.item.body
    assert isinstance(body, ShortTextBody)  # noqa: S101 - the interaction type says so
    if body.hint:
        console.say(t("candidate.answer.hint", hint=body.hint))
    return _typed(console)


def numeric(console: Console, question: Question) -> str:
    """The number as typed; it can be read as one."""
    body = question.item.body
    assert isinstance(body, NumericBody)  # noqa: S101 - the interaction type says so
    console.say(t("linear.number_in", unit=body.unit) if body.unit else t("candidate.answer.number_hint"))
    while True:
        typed = _typed(console)
        if parse_number(typed, body.unit) is not None:
            return typed
        console.say(t("candidate.lack.not_a_number"))


def _typed(console: Console) -> str:
    while True:
        typed = console.ask(t("candidate.answer.label"))
        if typed:
            console.say(t("linear.understood"), typed)
            return typed
        console.say(t("linear.nothing_typed"))
