"""A program written line by line. Open first: `spec.py` (what authors write), `lines.py` (what a program is), `running.py` (what it
does), then `machine.py` (actions, goals)."""

from itembank.tasks.program.machine import ProgramState, apply, goals_met, initial_state
from itembank.tasks.program.spec import ProgramSpec
from itembank.tasks.tools import Tool

TOOL = Tool(ProgramSpec.from_record, initial_state, apply, goals_met, looks=frozenset({"go", "case"}))

__all__ = ["TOOL", "ProgramSpec", "ProgramState", "apply", "goals_met", "initial_state"]
