"""A small mailbox. Open first: `spec.py` (what authors write), then `machine.py` (state, actions, goals)."""

from itembank.tasks.mailbox.machine import (
    IRREVOCABLE,
    Draft,
    Filed,
    MailboxState,
    apply,
    goals_met,
    initial_state,
    step,
)
from itembank.tasks.mailbox.spec import MailboxSpec
from itembank.tasks.tools import Tool

TOOL = Tool(MailboxSpec.from_record, initial_state, apply, goals_met, IRREVOCABLE)

__all__ = [
    "IRREVOCABLE",
    "TOOL",
    "Draft",
    "Filed",
    "MailboxSpec",
    "MailboxState",
    "apply",
    "goals_met",
    "initial_state",
    "step",
]
