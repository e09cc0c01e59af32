"""A small spreadsheet. Open first: `spec.py` (what authors write), `state.py` (what a sheet holds), then `machine.py`
(actions, goals), which leaves filters, pivot tables and charts to `filtering.py`, `pivoting.py` and `charting.py`."""

from itembank.tasks.spreadsheet.machine import apply, goals_met, initial_state, step
from itembank.tasks.spreadsheet.spec import SheetGoal, SpreadsheetSpec, Variant
from itembank.tasks.spreadsheet.state import SheetState, sheet_of
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
