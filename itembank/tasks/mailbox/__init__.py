"""A small mailbox. Open first: `spec.py` (what authors write) and `conditions.py` (what
goals ask), then `machine.py` (state, actions, goals); `rules.py` sorts."""

from itembank.tasks.mailbox.machine import (
    IRREVOCABLE,
    Draft,
    Filed,
    MailboxState,
    apply,
    folders_now,
    found_by,
    goals_met,
    initial_state,
    step,
)
from itembank.tasks.mailbox.rules import Deed, Part, Rule
from itembank.tasks.mailbox.spec import MailboxSpec
from itembank.tasks.tools import Tool

TOOL = Tool(MailboxSpec.from_record, initial_state, apply, goals_met, IRREVOCABLE)

__all__ = [
    "IRREVOCABLE",
    "TOOL",
    "Deed",
    "Draft",
    "Filed",
    "MailboxSpec",
    "MailboxState",
    "Part",
    "Rule",
    "apply",
    "folders_now",
    "found_by",
    "goals_met",
    "initial_state",
    "step",
]
