"""One option among several."""

from __future__ import annotations

from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions.base import Lack
from kiosk.candidate.interactions.choices import Choices
from kiosk.locale import t


class SingleChoice(Choices):
    """Space chooses the option under the cursor and lets the other one go."""

    HELP = "single_choice"

    def choose(self, number: int) -> None:
        self.chosen = {number}
        self.changed()

    def lack(self) -> Lack | None:
        if self.chosen:
            return None
        # Enter on an option means that option; it is chosen now, and validated by the next Enter.
        self.chosen = {self.cursor}
        self.redraw()
        return Lack(
            t("candidate.lack.single_choice", number=self.cursor + 1), empty=False, then="again_choice"
        )

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.MOVE, Hint.CHOOSE, Hint.VALIDATE)

    def reminder(self) -> str:
        return t("candidate.reminder.single_choice")
