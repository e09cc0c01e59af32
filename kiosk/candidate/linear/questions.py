"""One question after the other, in lines: told, answered, said back, confirmed, kept, explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itembank.item import TASKS
from kiosk.candidate.faults import explained, is_foreseen
from kiosk.candidate.linear.answers import answer_in_lines
from kiosk.candidate.linear.console import Command, Console
from kiosk.candidate.outcome import Outcome, outcome_of
from kiosk.locale import t

if TYPE_CHECKING:
    from kiosk.candidate.linear.direct_sitting import DirectSitting
    from kiosk.sitting.machine import Answered, Question


class LeftForLater(Exception):
    """The candidate leaves; the sitting can be taken up again."""


class _Skipped(Exception):
    """« Je ne sais pas »."""


class _Stopped(Exception):
    """The candidate ends the test."""


class Questions:
    """Runs a sitting's questions on a console."""

    def __init__(self, console: Console, sitting: DirectSitting) -> None:
        self._console = console
        self._sitting = sitting
        self._question: Question | None = None
        self._calmed = False

    def run(self) -> None:
        """Ask until the test is over. Raises LeftForLater, LineClosed."""
        self._console.on_command = self._commanded
        try:
            while (question := self._next()) is not None:
                try:
                    self._one(question)
                except _Stopped:
                    self._sitting.stop("candidate")
                    return
        finally:
            self._console.on_command = None
            self._sitting.out_of_sight()

    def _next(self) -> Question | None:
        while True:
            try:
                return self._sitting.ask()
            except Exception as fault:  # noqa: BLE001 - `_explain` raises what is not foreseen
                self._explain(fault, t("linear.enter_retries"))

    def _one(self, question: Question) -> None:
        self._question = question
        self._tell(question)
        self._sitting.in_sight()
        answered = self._keep(self._response(question))
        self._sitting.reading_feedback()
        if self._sitting.is_hurrying and not self._calmed:
            self._calmed = True
            self._console.say(t("candidate.question.no_hurry"))
        if self._sitting.plan.feedback:
            self._console.say(*feedback_lines(answered))
            self._console.ask(t("linear.enter_goes_on"))

    def _tell(self, question: Question) -> None:
        item = question.item
        number = t("candidate.question.number", number=question.number, most=self._sitting.at_most)
        self._console.heading(number)
        left = self._sitting.minutes_left
        if left is not None:
            words = "candidate.question.minutes" if left else "candidate.question.time_told"
            self._console.say(t(words, n=left))
        if item.accessibility:
            self._console.say(item.accessibility)
        if item.situation:
            self._console.say(*item.situation.split("\n"))
        self._console.say(*item.question.split("\n"))

    def _response(self, question: Question) -> Any:
        """The confirmed answer; None for « je ne sais pas »."""
        answer = answer_in_lines(question.item.interaction)
        try:
            while True:
                response = answer(self._console, question)
                # A tool has just been told to be done: asking again would only tire.
                if question.item.interaction in TASKS or not self._console.ask(t("linear.enter_keeps")):
                    return response
        except _Skipped:
            return None

    def _keep(self, response: Any) -> Answered:
        while True:
            try:
                return self._sitting.answer(response)
            except Exception as fault:  # noqa: BLE001 - `_explain` raises what is not foreseen
                self._explain(fault, t("linear.answer_waits"))

    def _explain(self, fault: Exception, then: str) -> None:
        """Say what went wrong and wait; a defect goes on its way."""
        if not is_foreseen(fault):
            raise fault
        self._sitting.out_of_sight()
        self._console.say(explained(fault))
        self._console.line(then)

    # --- the commands that work everywhere ---

    def _commanded(self, command: Command) -> None:
        assert self._question is not None  # noqa: S101 - commands are taken while a question is asked
        match command:
            case Command.REPEAT:
                self._tell(self._question)
            case Command.HELP:
                self._console.say(t("linear.help"), *t("linear.commands").strip().split("\n"))
            case Command.PAUSE:
                self._pause()
            case Command.SKIP:
                if self._sure(t("linear.skip_sure")):
                    raise _Skipped
            case Command.STOP:
                if self._sure(t("candidate.stop.what", n=self._sitting.answered)):
                    raise _Stopped

    def _sure(self, question: str) -> bool:
        """A yes or no to which no command answers."""
        self._console.on_command = None
        try:
            return self._console.sure(question)
        finally:
            self._console.on_command = self._commanded

    def _pause(self) -> None:
        self._sitting.out_of_sight()
        self._noted("paused")
        said = [t("candidate.pause.calm")]
        if self._sitting.resume_code:
            from kiosk.sitting.access_code import pretty

            said.append(t("linear.resume_code", code=pretty(self._sitting.resume_code)))
        self._console.say("", *said)
        self._console.on_command = None
        try:
            picked = self._console.choose(
                t("candidate.pause.title"), (t("candidate.pause.do.back"), t("candidate.pause.do.leave"))
            )
        finally:
            self._console.on_command = self._commanded
        if picked == 1:
            raise LeftForLater
        self._noted("unpaused")
        if self._question is not None:
            self._tell(self._question)
        self._sitting.in_sight()

    def _noted(self, kind: str) -> None:
        """Keep that the test paused; where even that cannot be kept, the pause goes on all the same."""
        try:
            self._sitting.note(kind)
        except Exception as fault:
            if not is_foreseen(fault):
                raise


def feedback_lines(answered: Answered) -> list[str]:
    """What an answer was worth, in kind words."""
    item, outcome = answered.item, outcome_of(answered)
    text = item.feedback.right if outcome is Outcome.GOOD else item.feedback.wrong
    lines = ["", t(f"candidate.feedback.{outcome}"), text]
    if item.is_task and answered.response is not None:
        body: Any = item.body
        for goal, met in zip(body.goals, answered.score.goals, strict=True):
            lines.append(t("linear.goal_met" if met else "linear.goal_open", goal=goal.name))
    if item.tip:
        lines.append(t("candidate.feedback.tip", tip=item.tip))
    return lines
