"""A small spreadsheet. Open first: `spec.py` (what authors write), then `machine.py` (state, actions, goals)."""

from itembank.tasks.spreadsheet.machine import (
    SheetState,
    apply,
    goals_met,
    initial_state,
    sheet_of,
    step,
)
from itembank.tasks.spreadsheet.spec import SheetGoal, SpreadsheetSpec, Variant
from itembank.tasks.tools import Tool

TOOL = Tool(SpreadsheetSpec.from_record, initial_state, apply, goals_met)

__all__ = [
    "TOOL",
    "SheetGoal",
    "SheetState",
    "SpreadsheetSpec",
    "Variant",
    "apply",
    "goals_met",
    "initial_state",
    "sheet_of",
    "step",
]
