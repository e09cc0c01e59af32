"""A text with zones: the zones are numbered where they stand, and listed again to choose from."""

from __future__ import annotations

from itembank.item import HotspotBody
from kiosk.candidate.linear.console import Console, whole_numbers
from kiosk.locale import t
from kiosk.sitting.machine import Question


def hotspot(console: Console, question: Question) -> list[int]:
    """The numbers (from 1) of the zones selected."""
    body = question.item.body
    assert isinstance(body, HotspotBody)  # noqa: S101 - the interaction type says so
    text = "".join(
        t("linear.zone", number=s.number, words=s.text) if s.number else s.text for s in body.segments
    )
    console.say(t("linear.text_begins"), *text.strip().split("\n"), t("linear.text_ends"))
    zones = {zone.number: " ".join(zone.text.split()) for zone in body.zones}
    console.say(t("linear.zones"))
    console.say(*(t("linear.numbered", number=n, words=words) for n, words in zones.items()))
    while True:
        numbers = whole_numbers(console.ask(t("linear.ask.zones")))
        if not numbers or not all(n in zones for n in numbers):
            console.say(t("linear.not_numbers", last=len(zones)))
            continue
        numbers = sorted(set(numbers))
        console.say(t("linear.understood"), *(zones[n] for n in numbers))
        return numbers
