"""A text document. Open first: `spec.py` (what authors write), then `machine.py` (actions) and `goals.py`; `blocks.py` holds the text."""

from itembank.tasks.document.goals import goals_met
from itembank.tasks.document.machine import DocumentState, apply, initial_state
from itembank.tasks.document.spec import DocumentSpec
from itembank.tasks.tools import Tool

TOOL = Tool(DocumentSpec.from_record, initial_state, apply, goals_met, looks=frozenset({"go"}))

__all__ = ["TOOL", "DocumentSpec", "DocumentState", "apply", "goals_met", "initial_state"]
