"""Simulated tools: a small spreadsheet and a small mailbox, as pure state machines.

The promise: a task is a spec (what the author wrote), a state (what the candidate made of it) and plain JSON
actions between the two. `apply(spec, state, action)` gives a new state and changes nothing; `goals_after(spec,
actions)` says which goals hold at the end. No screen, no file, no clock: the same machine serves the windowed
candidate screen, the linear dialogue, the linter and the scoring.

Open first: `score.py` (the two entry points), then `spreadsheet.py` and `mailbox.py` (spec, state, actions,
goals), `history.py` (undo). `formula/` is the spreadsheet's engine and knows nothing of tasks.
"""

from itembank.tasks.mailbox import MailboxSpec
from itembank.tasks.score import goals_after, state_after
from itembank.tasks.spreadsheet import SpreadsheetSpec

__all__ = ["MailboxSpec", "SpreadsheetSpec", "goals_after", "state_after"]
