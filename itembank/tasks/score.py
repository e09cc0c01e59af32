"""From a task and what the candidate did to which goals hold: the end state counts, not the way there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TypeAlias, overload

from itembank.tasks import mailbox, spreadsheet
from itembank.tasks.actions import Action
from itembank.tasks.history import replay
from itembank.tasks.mailbox import MailboxSpec, MailboxState
from itembank.tasks.spreadsheet import SheetState, SpreadsheetSpec

TaskSpec: TypeAlias = SpreadsheetSpec | MailboxSpec


@overload
def state_after(spec: SpreadsheetSpec, actions: Iterable[Action]) -> SheetState: ...
@overload
def state_after(spec: MailboxSpec, actions: Iterable[Action]) -> MailboxState: ...
def state_after(spec: TaskSpec, actions: Iterable[Action]) -> SheetState | MailboxState:
    """The state after `actions` (undos included); raises `itembank.errors.ResponseInvalid` at an impossible one."""
    if isinstance(spec, SpreadsheetSpec):
        return replay(partial(spreadsheet.apply, spec), spreadsheet.initial_state(spec), actions)
    return replay(
        partial(mailbox.apply, spec), mailbox.initial_state(spec), actions, irrevocable=mailbox.IRREVOCABLE
    )


def goals_after(spec: TaskSpec, actions: Iterable[Action]) -> tuple[bool, ...]:
    """Which goals hold after `actions`, in the author's order; raises as `state_after` does."""
    if isinstance(spec, SpreadsheetSpec):
        return spreadsheet.goals_met(spec, state_after(spec, actions))
    return mailbox.goals_met(spec, state_after(spec, actions))
