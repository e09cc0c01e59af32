"""Steps in order: numbered as shown, answered by the numbers in the right order."""

from __future__ import annotations

from itembank.item import OrderingBody
from kiosk.candidate.linear.console import Console, whole_numbers
from kiosk.locale import t
from kiosk.sitting.machine import Question


def ordering(console: Console, question: Question) -> list[int]:
    """The authored positions, in the order given."""
    body = question.item.body
    assert isinstance(body, OrderingBody)  # noqa: S101 - the interaction type says so
    texts = [body.steps[position] for position in question.order]
    console.say(*(t("linear.numbered", number=n, words=text) for n, text in enumerate(texts, 1)))
    while True:
        numbers = whole_numbers(console.ask(t("linear.ask.order", example=_example(len(texts)))))
        if numbers is None or sorted(numbers) != list(range(1, len(texts) + 1)):
            console.say(t("linear.not_an_order", last=len(texts)))
            continue
        console.say(t("linear.understood"))
        console.say(*(t("linear.numbered", number=n, words=texts[i - 1]) for n, i in enumerate(numbers, 1)))
        return [question.order[n - 1] for n in numbers]


def _example(size: int) -> str:
    """An order that teaches the form and gives nothing away: the steps as they are shown."""
    return " ".join(str(n) for n in range(1, size + 1))
