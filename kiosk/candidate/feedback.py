"""What an answer was worth, in kind words: said by text and by the shape of a frame, never by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.candidate.drawn import Caret, Drawn, Row, Span
from kiosk.candidate.outcome import Outcome, outcome_of
from kiosk.candidate.typesetting import wrap
from kiosk.locale import t

if TYPE_CHECKING:
    from kiosk.sitting.machine import Answered


_FRAMES: dict[Outcome, tuple[str, str, str, str, str, str]] = {
    Outcome.GOOD: ("╔", "═", "╗", "║", "╚", "╝"),
    Outcome.PARTLY: ("┌", "─", "┐", "│", "└", "┘"),
    Outcome.LATER: ("┌", "┄", "┐", "┊", "└", "┘"),
    Outcome.SKIPPED: ("┌", "┄", "┐", "┊", "└", "┘"),
}
_ROLES = {Outcome.GOOD: "good", Outcome.PARTLY: "partly", Outcome.LATER: "later", Outcome.SKIPPED: "later"}


class FeedbackBox(Drawn, can_focus=True):
    """The frame under the answered question. It takes the focus so that the cursor stands on it."""

    def __init__(self) -> None:
        super().__init__(id="feedback", classes="-hidden")
        self.outcome = Outcome.GOOD
        self._said: list[tuple[str, str, str]] = []

    def show(self, answered: Answered) -> None:
        """Speak of an answer."""
        item = answered.item
        self.outcome = outcome_of(answered)
        text = item.feedback.right if self.outcome is Outcome.GOOD else item.feedback.wrong
        self._said = [("", t(f"candidate.feedback.{self.outcome}"), _ROLES[self.outcome])]
        if item.is_task and answered.response is not None:
            goals = getattr(item.body, "goals", ())
            for goal, holds in zip(goals, answered.score.goals, strict=True):
                mark = t("candidate.feedback.goal_met" if holds else "candidate.feedback.goal_open")
                self._said.append((f"{mark} ", goal.name, "ink"))
        self._said.append(("", text, "ink"))
        if item.tip:
            self._said.append(("", t("candidate.feedback.tip", tip=item.tip), "quiet"))
        self.redraw()

    def rows(self, width: int) -> list[Row]:
        if not self._said:
            return []
        left, across, right, side, low_left, low_right = _FRAMES[self.outcome]
        role = _ROLES[self.outcome]
        inside = min(width, 76) - 4
        found: list[Row] = [(Span(f"{left}{across * (inside + 2)}{right}", role),)]
        for mark, text, text_role in self._said:
            for number, line in enumerate(wrap(text, inside - len(mark))):
                start = mark if number == 0 else " " * len(mark)
                found.append(
                    (
                        Span(f"{side} ", role),
                        Span((start + line).ljust(inside), text_role),
                        Span(f" {side}", role),
                    )
                )
        found.append((Span(f"{low_left}{across * (inside + 2)}{low_right}", role),))
        return found

    def caret(self) -> Caret | None:
        return Caret(2, 1, max(1, len(self._lines(self.content_size.width)) - 1))
