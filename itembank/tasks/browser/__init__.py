"""A web browser on the author's own few pages. Open first: `spec.py`, then `machine.py`; `addresses.py` reads what is typed."""

from itembank.tasks.browser.machine import IRREVOCABLE, BrowserState, apply, goals_met, initial_state
from itembank.tasks.browser.spec import BrowserSpec
from itembank.tasks.tools import Tool

TOOL = Tool(BrowserSpec.from_record, initial_state, apply, goals_met, IRREVOCABLE)

__all__ = ["IRREVOCABLE", "TOOL", "BrowserSpec", "BrowserState", "apply", "goals_met", "initial_state"]
