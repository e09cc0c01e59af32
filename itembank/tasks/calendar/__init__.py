"""A calendar of a few weeks. Open first: `spec.py`, then `machine.py`; `events.py` knows occurrences, overlaps and times."""

from itembank.tasks.calendar.machine import CalendarState, apply, goals_met, initial_state
from itembank.tasks.calendar.spec import CalendarSpec
from itembank.tasks.tools import Tool

TOOL = Tool(CalendarSpec.from_record, initial_state, apply, goals_met, looks=frozenset({"week"}))

__all__ = ["TOOL", "CalendarSpec", "CalendarState", "apply", "goals_met", "initial_state"]
