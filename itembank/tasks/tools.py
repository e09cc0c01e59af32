"""What every simulated tool offers, and where to find it by name; a tool is imported when an item first needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from itembank.tasks.actions import Action
from itembank.tasks.history import replay

NAMES = (
    "spreadsheet", "mailbox", "settings", "form", "explorer", "browser", "calendar", "conversation", "document",
    "program",
)  # fmt: skip
"""Every tool; each is a folder of this one."""


class Goal(Protocol):
    """One point of a task, named for the candidate: « la facture est archivée »."""

    @property
    def name(self) -> str: ...


class TaskSpec(Protocol):
    """A task as its author wrote it: the start, and what must hold at the end."""

    TOOL: ClassVar[str]

    @property
    def goals(self) -> Sequence[Goal]: ...

    def texts(self) -> list[str]:
        """What the candidate reads in the tool before doing anything."""


Spec = TypeVar("Spec")
State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Tool(Generic[Spec, State]):
    """A pure state machine: `apply(spec, state, action)` gives a new state and changes nothing.

    `from_record` decodes an item's body and raises `itembank.errors.ItemInvalid`; `apply` raises
    `itembank.errors.ResponseInvalid` for an action that is impossible in that state; `goals_met` says which goals hold,
    in the author's order; an undo cannot take back an action whose `do` is `irrevocable`; an action that is one of the
    `looks` only changes what is in sight.
    """

    from_record: Callable[[Mapping[str, Any]], Spec]
    initial_state: Callable[[Spec], State]
    apply: Callable[[Spec, State, Action], State]
    goals_met: Callable[[Spec, State], tuple[bool, ...]]
    irrevocable: frozenset[str] = frozenset()
    looks: frozenset[str] = frozenset()

    def has_acted(self, actions: Iterable[Action]) -> bool:
        """Whether any of the actions did more than look about."""
        return any(action.get("do") not in self.looks for action in actions)

    def state_after(self, spec: Spec, actions: Iterable[Action]) -> State:
        """The state after `actions`, undos included. Raises `itembank.errors.ResponseInvalid` at an impossible one."""
        return replay(
            partial(self.apply, spec), self.initial_state(spec), actions, irrevocable=self.irrevocable
        )


def tool_named(name: str) -> Tool[Any, Any]:
    """The tool of that name, imported now if it was not yet. Raises KeyError for an unknown one."""
    if name not in NAMES:
        raise KeyError(name)
    tool: Tool[Any, Any] = import_module(f"{__package__}.{name}").TOOL
    return tool


def state_after(spec: TaskSpec, actions: Iterable[Action]) -> Any:
    """The tool's state after `actions`; raises `itembank.errors.ResponseInvalid` at an impossible one."""
    return tool_named(spec.TOOL).state_after(spec, actions)


def goals_after(spec: TaskSpec, actions: Iterable[Action]) -> tuple[bool, ...]:
    """Which goals hold after `actions`, in the author's order: the end state counts, not the way there."""
    tool = tool_named(spec.TOOL)
    return tool.goals_met(spec, tool.state_after(spec, actions))
