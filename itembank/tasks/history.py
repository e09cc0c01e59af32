"""Undo: a sitting with a tool is its actions, and « undo » takes back the last one not yet undone.

Several levels; an undo at the start does nothing. What cannot be taken back in life (a message sent) cannot be
taken back here: see `irrevocable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action

MOST_ACTIONS = 500

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class History(Generic[S]):
    """The states one went through and still can go back to: `states[0]` is the start, `states[-1]` is now.

    `verbs[i]` is the `do` of the action that led from `states[i]` to `states[i + 1]`; `count` is the number of
    actions so far, undos and what they took back included.
    """

    states: tuple[S, ...]
    verbs: tuple[str, ...] = ()
    count: int = 0

    @property
    def now(self) -> S:
        """The current state."""
        return self.states[-1]

    def step(
        self, apply: Callable[[S, Action], S], action: Action, *, irrevocable: frozenset[str] = frozenset()
    ) -> History[S]:
        """The history after `action`, which `apply` carries out unless it is an undo.

        Raises `ResponseInvalid` when `apply` does, `action.unknown_key` when an undo says more than that it is one,
        `action.irrevocable` (with `done`) when the undo would take
        back an action whose `do` is in `irrevocable`, and `action.too_many` beyond `MOST_ACTIONS`.
        """
        if self.count >= MOST_ACTIONS:
            raise ResponseInvalid("action.too_many", limit=MOST_ACTIONS)
        verb = reading.verb(action)
        if verb != "undo":
            return History((*self.states, apply(self.now, action)), (*self.verbs, verb), self.count + 1)
        reading.only(action, verb, ())
        if not self.verbs:
            return History(self.states, self.verbs, self.count + 1)
        if self.verbs[-1] in irrevocable:
            raise ResponseInvalid("action.irrevocable", done=self.verbs[-1])
        return History(self.states[:-1], self.verbs[:-1], self.count + 1)


def replay(
    apply: Callable[[S, Action], S],
    initial: S,
    actions: Iterable[Action],
    *,
    irrevocable: frozenset[str] = frozenset(),
) -> S:
    """The state that `actions`, undos included, lead to from `initial`; raises as `History.step` does."""
    history: History[S] = History((initial,))
    for action in actions:
        history = history.step(apply, action, irrevocable=irrevocable)
    return history.now
