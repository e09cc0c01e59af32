"""Several options among several."""

from __future__ import annotations

from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions.base import Lack
from kiosk.candidate.interactions.choices import Choices
from kiosk.locale import t


class MultipleChoice(Choices):
    """Space marks the option under the cursor, or takes its mark away."""

    HELP = "multiple_choice"
    EMPTY, FULL = "[ ]", "[x]"

    def choose(self, number: int) -> None:
        self.chosen = self.chosen ^ {number}
        self.changed()

    def lack(self) -> Lack | None:
        return None if self.chosen else Lack(t("candidate.lack.multiple_choice"), empty=True)

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.MOVE, Hint.CHECK, Hint.VALIDATE)

    def reminder(self) -> str:
        return t("candidate.reminder.multiple_choice")
