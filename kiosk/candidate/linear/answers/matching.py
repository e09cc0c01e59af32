"""Pairs: lettered rights said once, then one left after the other."""

from __future__ import annotations

from itembank.item import MatchingBody
from kiosk.candidate.linear.console import Console
from kiosk.locale import t
from kiosk.sitting.machine import Question

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def matching(console: Console, question: Question) -> list[int | None]:
    """For each left, the authored position of its right; None for a left left empty."""
    body = question.item.body
    assert isinstance(body, MatchingBody)  # noqa: S101 - the interaction type says so
    rights = [body.rights[position] for position in question.order]
    console.say(t("candidate.matching.rights"))
    console.say(*(t("linear.numbered", number=_LETTERS[i], words=text) for i, text in enumerate(rights)))
    given: list[int | None] = []
    for number, left in enumerate(body.lefts, 1):
        console.say(t("linear.to_match", number=number, of=len(body.lefts), words=left))
        given.append(_letter(console, len(rights)))
    if not any(place is not None for place in given):
        console.say(t("linear.nothing_typed"))
        return matching(console, question)
    console.say(t("linear.understood"))
    for left, place in zip(body.lefts, given, strict=True):
        right = t("candidate.matching.nothing_yet") if place is None else rights[place]
        console.say(t("linear.pair", left=left, right=right))
    return [None if place is None else question.order[place] for place in given]


def _letter(console: Console, size: int) -> int | None:
    while True:
        typed = console.ask(t("linear.ask.letter")).upper()
        if not typed:
            return None
        if len(typed) == 1 and typed in _LETTERS[:size]:
            return _LETTERS.index(typed)
        console.say(t("linear.not_a_letter", last=_LETTERS[size - 1]))
