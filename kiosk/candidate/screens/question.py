"""The question: one screen for the whole test, its content replaced in place (a screen a question leaks memory)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from textual import events
from textual.containers import Container
from textual.widget import Widget

from itembank.errors import ResponseInvalid
from kiosk.candidate.drawn import Prose
from kiosk.candidate.faults import explained, is_foreseen
from kiosk.candidate.feedback import FeedbackBox
from kiosk.candidate.furniture import Edge, Hint
from kiosk.candidate.interactions import answer_widget, kind_of
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.screens import question_menus as menus
from kiosk.candidate.screens.base import CandidateScreen
from kiosk.locale import t

if TYPE_CHECKING:
    from itembank.item import Interaction
    from kiosk.candidate.interactions.base import Answering
    from kiosk.candidate.kept_sitting import KeptSitting
    from kiosk.sitting.machine import Question

OVER, LEFT = "over", "left"
IDLE_PAUSE = 600.0
"""Seconds without a key after which the test pauses by itself."""


class Stage(Enum):
    """What the screen waits for."""

    BUSY = auto()
    """The keeper's thread: keys are not taken."""
    ASKING = auto()
    FEEDBACK = auto()
    STUCK = auto()
    """The next question could not be kept; Enter tries again."""


class QuestionScreen(CandidateScreen[str]):
    """Gives `OVER` when the test is over, `LEFT` when the candidate leaves it for later."""

    def __init__(self, kept: KeptSitting, *, welcome_back: bool = False) -> None:
        super().__init__()
        self.kept = kept
        self.stage = Stage.BUSY
        self.question: Question | None = None
        self.answer: Answering | None = None
        self._answers: dict[str, Answering] = {}
        self._situation = Prose(id="situation")
        self._asked = Prose(id="question")
        self._feedback = FeedbackBox()
        self._desk = Container(id="desk")
        self._desk_edge = Edge(id="desk-edge")
        self._welcome_back = welcome_back
        self._confirmed = self._skip_asked = self._time_told = self._calmed = False

    def body(self) -> Iterable[Widget]:
        yield self._situation
        yield self._asked
        yield self._feedback

    def below_paper(self) -> Iterable[Widget]:
        with self._desk:
            yield self._desk_edge

    def on_mount(self) -> None:
        self.run_worker(self.kiosk.clock.run())
        self.run_worker(self._next())
        self.set_interval(5.0, self._tick)

    # --- from one question to the next ---

    async def _next(self) -> None:
        self.stage = Stage.BUSY
        self.show_hints()
        try:
            question = await self.kept.ask()
        except Exception as fault:
            if not is_foreseen(fault):
                raise
            self._stuck(fault)
            return
        if question is None:
            self.kept.out_of_sight()
            self.dismiss(OVER)
        else:
            await self._present(question)

    def _stuck(self, fault: Exception) -> None:
        self.stage = Stage.STUCK
        self.kept.out_of_sight()
        self.say(f"{explained(fault)} {t('candidate.trouble.enter_retries')}")
        self.show_hints()

    async def _present(self, question: Question) -> None:
        item = question.item
        answer = await self._answer_for(item.interaction)
        self.question, self.answer = question, answer
        self._confirmed = self._skip_asked = False
        self._feedback.add_class("-hidden")
        self._situation.set_class(not item.situation, "-hidden")
        self._situation.show(Paragraph(item.situation))
        self._asked.show(Paragraph(item.question, "strong"))
        for other in self._answers.values():
            other.set_class(other is not answer, "-hidden")
        self.set_class(answer.IS_TASK, "-task")
        answer.load(question)
        self.paper.scroll_home(animate=False)
        if self._welcome_back:
            self.say(t("candidate.question.welcome_back", number=question.number), "good")
        elif not self._calmed or self.kept.plan.feedback:
            self.say("")
        self._welcome_back = False
        self.stage = Stage.ASKING
        self._show_progress()
        self.show_hints()
        answer.take_focus()
        self.call_after_refresh(self._painted)

    async def _answer_for(self, interaction: Interaction) -> Answering:
        """The widget of an interaction type, made at its first question."""
        kind = kind_of(interaction)
        if kind not in self._answers:
            made = answer_widget(interaction)
            made.host = self
            if made.IS_TASK:
                await self._desk.mount(made)
            else:
                await self.paper.mount(made, before=self._feedback)
            self._answers[kind] = made
        return self._answers[kind]

    def _painted(self) -> None:
        """The question is on the screen: time counts from here."""
        if self.stage is Stage.ASKING and self.is_current:
            self.kept.in_sight()

    # --- what is shown around ---

    def hints(self) -> tuple[Hint, ...]:
        match self.stage:
            case Stage.ASKING if self.answer is not None:
                return (*self.answer.hints(), Hint.SKIP, Hint.HELP, Hint.PAUSE)
            case Stage.FEEDBACK:
                return (Hint.NEXT, Hint.HELP, Hint.PAUSE)
            case Stage.STUCK:
                return (Hint.RETRY,)
        return ()

    def _show_progress(self) -> None:
        if self.question is None:
            return
        said = [t("candidate.question.number", number=self.question.number, most=self.kept.at_most)]
        left = self.kept.minutes_left
        if left is not None:
            said.append(
                t("candidate.question.minutes", n=left) if left else t("candidate.question.time_over")
            )
        self.bar.show(self.kept.plan.title, "   ".join(said))
        if left == 0 and not self._time_told and self.stage is Stage.ASKING:
            self._time_told = True
            self.say(t("candidate.question.time_told"), "strong")

    def _tick(self) -> None:
        if not self.is_current:
            return
        self._show_progress()
        if self.stage in (Stage.ASKING, Stage.FEEDBACK) and self.kiosk.idle_seconds > IDLE_PAUSE:
            self.run_worker(self._pause())

    def _edges_changed(self) -> None:
        super()._edges_changed()
        if self.has_class("-task"):
            below = self.paper.lines_below > 0
            self._desk_edge.show(t("candidate.edge.below") if below else "")
            self.bottom_edge.show("")

    # --- the answer widget's host ---

    def answer_touched(self) -> None:
        """The candidate goes on answering: what was asked back is settled."""
        self._confirmed = self._skip_asked = False
        if self.stage is Stage.ASKING:
            self.say("")
            self.kept.in_sight()

    def answer_says(self, words: str, role: str) -> None:
        self.say(words, role)

    def answer_hints_changed(self) -> None:
        self.show_hints()

    # --- keys ---

    def on_key(self, event: events.Key) -> None:
        event.stop()
        key = event.key
        match self.stage:
            case Stage.BUSY:
                return
            case Stage.STUCK:
                if key == "enter":
                    self.say("")
                    self.run_worker(self._next())
                return
        if key in ("f1", "f2", "escape"):
            self._leave_for(key)
        elif self.stage is Stage.FEEDBACK:
            if key == "enter":
                self.say("")
                self.run_worker(self._next())
            elif not self.turn_page(key):
                self.say(t("candidate.press_enter"), "strong")
        else:
            self._key_while_asking(key)

    def _leave_for(self, key: str) -> None:
        if (
            key == "escape"
            and self.stage is Stage.ASKING
            and self.answer is not None
            and self.answer.cancel()
        ):
            return
        self.run_worker(self._pause() if key == "f2" else self._help())

    def _key_while_asking(self, key: str) -> None:
        answer = self.answer
        assert answer is not None  # noqa: S101 - a question is in sight
        if key != "f3":
            self._skip_asked = False
        match key:
            case "f3":
                self.skip()
            case "f4" if answer.IS_TASK:
                self.validate()
            case "enter" if not answer.IS_TASK:
                self.validate()
            case "pageup" | "pagedown" if not answer.IS_TASK:
                self.turn_page(key)
            case _:
                self.say(answer.reminder(), "strong")

    def validate(self) -> None:
        """Keep the answer, once what it lacks was said."""
        answer = self.answer
        assert answer is not None  # noqa: S101 - a question is in sight
        answer.finish_entry()
        lack = answer.lack()
        if lack is not None and (lack.empty or not self._confirmed):
            self._confirmed = not lack.empty
            then = "f3" if lack.empty else "again_f4" if answer.IS_TASK else lack.then
            self.say(f"{lack.words} {t(f'candidate.lack.{then}')}")
            return
        self.run_worker(self._keep(answer.response()))

    def skip(self) -> None:
        """« Je ne sais pas », once it was asked for twice."""
        if self._skip_asked:
            self.run_worker(self._keep(None))
        else:
            self._skip_asked = True
            self.say(t("candidate.question.skip_sure"), "strong")

    async def _keep(self, response: Any) -> None:
        self.stage = Stage.BUSY
        self.say(t("candidate.question.keeping"), "quiet")
        try:
            answered = await self.kept.answer(response)
        except ResponseInvalid:
            self._not_kept(t("candidate.trouble.unreadable"))
            return
        except Exception as fault:
            if not is_foreseen(fault):
                raise
            self._not_kept(f"{explained(fault)} {t('candidate.trouble.answer_on_screen')}")
            return
        assert self.answer is not None  # noqa: S101 - a question is in sight
        self.answer.freeze()
        calm = self.kept.is_hurrying and not self._calmed
        self._calmed = self._calmed or calm
        self.say(t("candidate.question.no_hurry") if calm else "", "strong")
        if not self.kept.plan.feedback:
            await self._next()
            return
        self.kept.reading_feedback()
        self.stage = Stage.FEEDBACK
        self.remove_class("-task")
        self._feedback.show(answered)
        self._feedback.remove_class("-hidden")
        self._feedback.focus()
        self.show_hints()

    def _not_kept(self, words: str) -> None:
        self.stage = Stage.ASKING
        self._confirmed = True  # the next press tries again, without asking back
        self.say(words)
        self.show_hints()

    # --- help, pause, stopping ---

    async def _help(self) -> None:
        if self.question is None or self.answer is None:
            return
        asking = self.stage is Stage.ASKING
        self.kept.out_of_sight()
        screen, run = menus.help_screen(self.question, self.answer, asking=asking)
        picked = await self.kiosk.push_screen_wait(screen)
        self._back_in_sight()
        match picked:
            case "pause":
                await self._pause()
            case "stop":
                await self._stop()
            case "skip":
                self._skip_asked = True
                self.skip()
            case "finish":
                self.validate()
            case command if command in run:
                run[command]()

    async def _pause(self) -> None:
        self.kept.out_of_sight()
        await self._noted("paused")
        picked = await self.kiosk.push_screen_wait(menus.pause_screen(self.kept.resume_code))
        if picked == "leave":
            self.dismiss(LEFT)
            return
        await self._noted("unpaused")
        self._back_in_sight()

    async def _noted(self, kind: str) -> None:
        """Keep that the test paused; where even that cannot be kept, the pause goes on all the same."""
        try:
            await self.kept.note(kind)
        except Exception as fault:
            if not is_foreseen(fault):
                raise

    async def _stop(self) -> None:
        picked = await self.kiosk.push_screen_wait(menus.stop_screen(self.kept.answered))
        if picked != "stop":
            return
        self.stage = Stage.BUSY
        try:
            await self.kept.stop("candidate")
        except Exception as fault:
            if not is_foreseen(fault):
                raise
            self._stuck(fault)
            return
        self.kept.out_of_sight()
        self.dismiss(OVER)

    def _back_in_sight(self) -> None:
        if self.stage is Stage.ASKING:
            self.kept.in_sight()
            if self.answer is not None:
                self.answer.take_focus()
        elif self.stage is Stage.FEEDBACK:
            self.kept.in_sight()
            self.kept.reading_feedback()
            self._feedback.focus()
