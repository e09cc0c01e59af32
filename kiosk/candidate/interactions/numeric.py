"""A typed number, with its unit."""

from __future__ import annotations

from itembank.item import NumericBody
from itembank.scoring import parse_number
from kiosk.candidate.interactions.base import Lack
from kiosk.candidate.interactions.short_text import TypedAnswer
from kiosk.locale import t
from kiosk.sitting.machine import Question


class Numeric(TypedAnswer):
    """A field for a number; the unit stands after it."""

    HELP = "numeric"

    def __init__(self) -> None:
        super().__init__(limit=40, box=20)
        self._unit = ""

    def prepare(self, question: Question) -> None:
        body = question.item.body
        assert isinstance(body, NumericBody)  # noqa: S101 - the interaction type says so
        self._unit = body.unit
        self.set_words(
            label=t("candidate.answer.label"), after=body.unit, hint=t("candidate.answer.number_hint")
        )

    def lack(self) -> Lack | None:
        if not self.response():
            return Lack(t("candidate.lack.numeric"), empty=True)
        if parse_number(self.response(), self._unit) is None:
            return Lack(t("candidate.lack.not_a_number"), empty=False)
        return None

    def reminder(self) -> str:
        return t("candidate.reminder.numeric")
