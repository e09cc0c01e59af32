"""Five small exercises with the keys, on a harmless example; a wrong key is told which one to press."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.widget import Widget

from kiosk.candidate.drawn import Prose
from kiosk.candidate.field import Field
from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions.single_choice import SingleChoice
from kiosk.candidate.menu import Entry
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.screens.base import CandidateScreen
from kiosk.candidate.screens.menu_screen import MenuScreen
from kiosk.locale import t

STEPS = ("choose", "validate", "write", "skip", "help")
TARGET = 2


class TutorialScreen(CandidateScreen[bool]):
    """Gives True when the exercises were done, False when they were passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.step = 0
        self._told = Prose(id="told")
        self._choice = SingleChoice()
        self._choice.host = self
        self._field = Field(id="word", limit=40, box=30)
        self._presses = 0
        self._done = False

    def body(self) -> Iterable[Widget]:
        yield self._told
        yield self._choice
        yield self._field

    def on_mount(self) -> None:
        self._choice.offer([t(f"candidate.tutorial.drink_{n}") for n in (1, 2, 3)], (0, 1, 2))
        self._show()

    def hints(self) -> tuple[Hint, ...]:
        keys: dict[str, tuple[Hint, ...]] = {
            "choose": (Hint.MOVE, Hint.CHOOSE),
            "validate": (Hint.VALIDATE,),
            "write": (Hint.TYPE, Hint.VALIDATE),
            "skip": (Hint.SKIP,),
            "help": (Hint.HELP,),
        }
        return (Hint.GO_ON,) if self._done else (*keys[STEPS[self.step]], Hint.SKIP_TUTORIAL)

    def _show(self) -> None:
        """The step's words, and the example it is done on."""
        name = STEPS[self.step]
        self.bar.show(
            t("candidate.tutorial.title"), t("candidate.tutorial.step", number=self.step + 1, of=len(STEPS))
        )
        self._told.show(Paragraph(t(f"candidate.tutorial.{name}"), "strong"))
        self._choice.set_class(name not in ("choose", "validate"), "-hidden")
        self._field.set_class(name != "write", "-hidden")
        self._presses = 0
        if name in ("choose", "validate"):
            self._choice.focus()
        elif name == "write":
            self._field.set_words(label=t("candidate.answer.label"))
            self._field.focus()
        else:
            self.set_focus(None)
        self.show_hints()

    def _advance(self) -> None:
        self.say(t("candidate.tutorial.well_done"), "good")
        if self.step + 1 < len(STEPS):
            self.step += 1
            self._show()
            return
        self._done = True
        self.bar.show(t("candidate.tutorial.title"))
        self._told.show(
            Paragraph(t("candidate.tutorial.ready"), "strong"),
            Paragraph(""),
            Paragraph(t("candidate.tutorial.begin")),
        )
        self.set_focus(None)
        self.show_hints()

    # --- keys ---

    def answer_says(self, words: str, role: str) -> None:
        """The example has nothing to add."""

    def answer_hints_changed(self) -> None:
        """The example's keys never change."""

    def answer_touched(self) -> None:
        """The example moved or was chosen."""
        if STEPS[self.step] != "choose":
            return
        if TARGET in self._choice.chosen:
            self._advance()
        elif self._choice.chosen:
            self.say(t("candidate.tutorial.other_drink"), "strong")
        elif self._choice.cursor == TARGET:
            self.say(t("candidate.tutorial.now_space"), "strong")
        else:
            self.say("")

    async def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "escape":
            self.run_worker(self._offer_to_skip())
            return
        if self._done:
            if event.key == "enter":
                self.dismiss(True)
            else:
                self.say(t("candidate.press_enter"), "strong")
            return
        if not self._expected(event.key) and not self.turn_page(event.key):
            self.say(t(f"candidate.tutorial.instead_{STEPS[self.step]}"), "strong")

    def _expected(self, key: str) -> bool:
        """Go on when `key` is what the step teaches; whether it was."""
        match STEPS[self.step], key:
            case "validate", "enter":
                self._advance()
            case "write", "enter" if self._field.value.strip():
                self._advance()
            case "skip", "f3":
                self._presses += 1
                if self._presses > 1:
                    self._advance()
                else:
                    self.say(t("candidate.tutorial.f3_again"), "strong")
            case "help", "f1":
                self._advance()
            case _:
                return False
        return True

    async def _offer_to_skip(self) -> None:
        entries = [
            Entry("go_on", t("candidate.tutorial.menu_go_on")),
            Entry("skip", t("candidate.tutorial.menu_skip")),
        ]
        said = [Paragraph(t("candidate.tutorial.menu_what"))]
        picked = await self.kiosk.push_screen_wait(MenuScreen(t("candidate.tutorial.title"), said, entries))
        if picked == "skip":
            self.dismiss(False)
