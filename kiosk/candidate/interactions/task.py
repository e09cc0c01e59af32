"""What the simulated tools share: the actions so far, their history, undo, and kind refusals."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from itembank.errors import ResponseInvalid
from itembank.tasks.actions import Action
from itembank.tasks.history import History
from kiosk.candidate.interactions.base import Answering
from kiosk.candidate.refusals import refusal
from kiosk.locale import t

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Command:
    """Something a tool can do, for the menu that Escape opens: its words and what to call."""

    label: str
    run: Callable[[], None]


class TaskTool(Answering, Generic[S]):
    """A tool under the question. The answer is the list of actions, which `itembank.tasks` replays."""

    IS_TASK = True
    IRREVOCABLE: frozenset[str] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.frozen = False
        self.actions: list[dict[str, Any]] = []
        self._history: History[Any] | None = None

    def begin(self, initial: S) -> None:
        """Start from the author's state, nothing done."""
        self.frozen = False
        self.actions = []
        self._history = History((initial,))

    @property
    def state(self) -> S:
        """The tool's state now."""
        assert self._history is not None  # noqa: S101 - `load` comes first
        now: S = self._history.now
        return now

    @abstractmethod
    def carry_out(self, action: Action) -> S:
        """The state after one action, which is not an undo. Raises ResponseInvalid."""

    @abstractmethod
    def refreshed(self) -> None:
        """Show the state, which has just changed."""

    def do(self, **action: Any) -> bool:
        """Carry out and keep an action; when it is refused, say why and change nothing."""
        if self.frozen or self._history is None:
            return False
        try:
            self._history = self._history.step(
                lambda _, wanted: self.carry_out(wanted), action, irrevocable=self.IRREVOCABLE
            )
        except ResponseInvalid as fault:
            self.says(refusal(fault), "alert")
            return False
        self.actions.append(action)
        self.refreshed()
        self.touched()
        return True

    def undo(self) -> None:
        """Take the last action back."""
        if self._history is None or not self._history.verbs:
            self.says(t("candidate.task.nothing_to_undo"))
        elif self.do(do="undo"):
            self.says(t("candidate.task.undone"))

    def response(self) -> list[dict[str, Any]]:
        return list(self.actions)

    def commands(self) -> tuple[Command, ...]:
        """What can be done now, for people without function keys."""
        return ()

    def freeze(self) -> None:
        self.frozen = True
