"""A settings panel: pages of switches, choices, numbers, texts and buttons. Open first: `spec.py`, then `machine.py`."""

from itembank.tasks.settings.machine import SettingsState, apply, goals_met, initial_state
from itembank.tasks.settings.spec import SettingsSpec
from itembank.tasks.tools import Tool

TOOL = Tool(SettingsSpec.from_record, initial_state, apply, goals_met, looks=frozenset({"open_page"}))

__all__ = ["TOOL", "SettingsSpec", "SettingsState", "apply", "goals_met", "initial_state"]
