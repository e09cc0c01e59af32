"""Conversations: groups, forums and private messages. Open first: `spec.py`, then `machine.py`."""

from itembank.tasks.conversation.machine import ConversationState, apply, goals_met, initial_state
from itembank.tasks.conversation.spec import ConversationSpec
from itembank.tasks.tools import Tool

TOOL = Tool(ConversationSpec.from_record, initial_state, apply, goals_met, looks=frozenset({"go"}))

__all__ = ["TOOL", "ConversationSpec", "ConversationState", "apply", "goals_met", "initial_state"]
