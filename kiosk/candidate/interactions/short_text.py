"""A few typed words."""

from __future__ import annotations

from abc import abstractmethod

from itembank.item import ShortTextBody
from kiosk.candidate.field import Field
from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions.base import Answering, Lack
from kiosk.locale import t
from kiosk.sitting.machine import Question


class TypedAnswer(Field, Answering, can_focus=True):
    """A field as an answer. The response is the text as typed."""

    def load(self, question: Question) -> None:
        self.frozen = False
        self.typing = self.typing.with_text("")
        self.prepare(question)

    @abstractmethod
    def prepare(self, question: Question) -> None:
        """Set the words around the field."""

    def edited(self) -> None:
        self.touched()

    def response(self) -> str:
        return self.value.strip()

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.TYPE, Hint.VALIDATE)

    def freeze(self) -> None:
        self.frozen = True
        self.redraw()


class ShortText(TypedAnswer):
    """A field, and under it what kind of answer is expected."""

    HELP = "short_text"

    def prepare(self, question: Question) -> None:
        body = question.item.body
        assert isinstance(body, ShortTextBody)  # noqa: S101 - the interaction type says so
        hint = t("candidate.answer.hint", hint=body.hint) if body.hint else ""
        self.set_words(label=t("candidate.answer.label"), after="", hint=hint)

    def lack(self) -> Lack | None:
        return None if self.response() else Lack(t("candidate.lack.short_text"), empty=True)

    def reminder(self) -> str:
        return t("candidate.reminder.short_text")
