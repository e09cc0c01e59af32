"""An administrative form in steps, checked on « Suivant ». Open first: `spec.py`, then `machine.py`; `checks.py` reads fields."""

from itembank.tasks.form.machine import IRREVOCABLE, FormState, apply, goals_met, initial_state
from itembank.tasks.form.spec import FormSpec
from itembank.tasks.tools import Tool

TOOL = Tool(FormSpec.from_record, initial_state, apply, goals_met, IRREVOCABLE, frozenset({"next", "back"}))

__all__ = ["IRREVOCABLE", "TOOL", "FormSpec", "FormState", "apply", "goals_met", "initial_state"]
