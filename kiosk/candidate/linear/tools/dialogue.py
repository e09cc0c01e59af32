"""A tool in lines: it tells what is there, lists what can be done, asks for the details, and tells what came of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from itembank.errors import ResponseInvalid
from itembank.tasks.actions import Action
from itembank.tasks.history import History
from itembank.tasks.tools import Tool
from kiosk.candidate.linear.console import Console, whole_number
from kiosk.candidate.refusals import refusal
from kiosk.locale import t

Spec = TypeVar("Spec")
State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that can be done now: its words in the list, and what asks for the rest.

    `ask` gives the action, or None when the person thought better of it or only wanted to be told something.
    """

    words: str
    ask: Callable[[Console], Action | None]


class ToolDialogue(ABC, Generic[Spec, State]):
    """What each tool's module offers as `Dialogue`. It holds no state of its own but what is open or in sight."""

    def begin(self, spec: Spec) -> None:
        """Forget the last task."""

    @abstractmethod
    def describe(self, spec: Spec, state: State) -> list[str]:
        """The tool as it stands, most important first, one thing a line."""

    @abstractmethod
    def doings(self, spec: Spec, state: State) -> Sequence[Doing]:
        """What can be done now, the most useful first."""

    def outcome(self, spec: Spec, before: State, after: State, action: Action) -> list[str]:
        """What came of an action, in a line or two; by default the tool as it now stands."""
        return self.describe(spec, after)

    def unfinished(self, spec: Spec, state: State) -> str:
        """What is half done and would not count, in a sentence; empty when nothing is."""
        return ""


def work(console: Console, spec: Any, tool: Tool[Any, Any], dialogue: ToolDialogue[Any, Any]) -> list[Any]:
    """Run the dialogue until the person says the task is done; the actions, undos included.

    Raises `console.LineClosed`, and what leaves the question (see `Console.on_command`): then nothing is kept.
    """
    history: History[Any] = History((tool.initial_state(spec),))
    actions: list[dict[str, Any]] = []
    dialogue.begin(spec)
    console.say(t("linear.tool.begins"), *dialogue.describe(spec, history.now))
    while True:
        doings = dialogue.doings(spec, history.now)
        picked = _pick(console, [doing.words for doing in doings])
        if picked == 0:
            if _finished(console, dialogue.unfinished(spec, history.now), tool.has_acted(actions)):
                return actions
            continue
        if picked == len(doings) + 1:
            console.say(*dialogue.describe(spec, history.now))
            continue
        action: Action | None = {"do": "undo"}
        if picked <= len(doings):
            action = doings[picked - 1].ask(console)
        elif not history.verbs:
            console.say(t("candidate.task.nothing_to_undo"))
            continue
        if action is None:
            continue
        before = history.now
        try:
            history = history.step(
                lambda state, wanted: tool.apply(spec, state, wanted), action, irrevocable=tool.irrevocable
            )
        except ResponseInvalid as fault:
            console.say(refusal(fault))
            continue
        actions.append(dict(action))
        if action["do"] == "undo":
            console.say(t("candidate.task.undone"), *dialogue.describe(spec, history.now))
        else:
            console.say(*dialogue.outcome(spec, before, history.now, action))


def _pick(console: Console, doings: Sequence[str]) -> int:
    """The number typed: 0 ends the task, 1… are the doings, then the tool read again, then undo."""
    console.say("", t("linear.tool.what_now"))
    said = [*doings, t("linear.tool.look"), t("candidate.task.undo")]
    console.say(*(t("linear.numbered", number=n, words=words) for n, words in enumerate(said, 1)))
    console.say(t("linear.numbered", number=0, words=t("linear.tool.done")))
    while True:
        number = whole_number(console.ask(t("linear.ask.number")))
        if number is not None and 0 <= number <= len(said):
            return number
        console.say(t("linear.not_a_doing", last=len(said)))


def _finished(console: Console, unfinished: str, acted: bool) -> bool:
    lack = unfinished or ("" if acted else t("candidate.lack.task"))
    return not lack or console.sure(t("linear.tool.done_anyway", lack=lack))


def ask_text(console: Console, prompt: str) -> str | None:
    """A typed line; None when nothing was typed."""
    return console.ask(prompt) or None


def always(action: Action) -> Callable[[Console], Action | None]:
    """A doing that needs nothing more."""
    return partial(_same, action)


def _same(action: Action, console: Console) -> Action:
    del console
    return action
