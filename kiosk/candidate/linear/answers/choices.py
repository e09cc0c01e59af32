"""Choices: numbered options, answered by one number or several."""

from __future__ import annotations

from itembank.item import ChoiceBody
from kiosk.candidate.linear.console import Console, whole_numbers
from kiosk.locale import t
from kiosk.sitting.machine import Question


def one(console: Console, question: Question) -> list[int]:
    """The authored position of the option chosen."""
    return _chosen(console, question, single=True)


def several(console: Console, question: Question) -> list[int]:
    """The authored positions of the options chosen."""
    return _chosen(console, question, single=False)


def _chosen(console: Console, question: Question, *, single: bool) -> list[int]:
    body = question.item.body
    assert isinstance(body, ChoiceBody)  # noqa: S101 - the interaction type says so
    texts = [body.choices[position].text for position in question.order]
    console.say(*(t("linear.numbered", number=n, words=text) for n, text in enumerate(texts, 1)))
    while True:
        typed = console.ask(t("linear.ask.choice" if single else "linear.ask.choices"))
        numbers = whole_numbers(typed)
        if not numbers or not all(1 <= n <= len(texts) for n in numbers) or (single and len(numbers) > 1):
            console.say(t("linear.not_a_number" if single else "linear.not_numbers", last=len(texts)))
            continue
        numbers = sorted(set(numbers))
        console.say(t("linear.understood"), *(texts[n - 1] for n in numbers))
        return [question.order[n - 1] for n in numbers]
