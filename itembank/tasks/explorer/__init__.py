"""A file explorer. Open first: `spec.py` (what authors write), then `machine.py` (actions, goals); `tree.py` holds the files."""

from itembank.tasks.explorer.machine import ExplorerState, apply, goals_met, initial_state
from itembank.tasks.explorer.spec import ExplorerSpec
from itembank.tasks.tools import Tool

TOOL = Tool(ExplorerSpec.from_record, initial_state, apply, goals_met, looks=frozenset({"open", "look"}))

__all__ = ["TOOL", "ExplorerSpec", "ExplorerState", "apply", "goals_met", "initial_state"]
