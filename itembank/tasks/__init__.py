"""Simulated tools, as pure state machines: a folder a tool.

The promise: a task is a spec (what the author wrote), a state (what the candidate made of it) and plain JSON
actions between the two. `apply(spec, state, action)` gives a new state and changes nothing; `goals_after(spec,
actions)` says which goals hold at the end. No screen, no file, no clock: the same machine serves the windowed
candidate screen, the linear dialogue, the linter and the scoring.

Open first: `tools.py` (what a tool offers, and the two entry points), then a tool's `spec.py` (what authors write) and
`machine.py` (state, actions, goals); `history.py` (undo). `formula/` is the spreadsheet's engine and knows nothing of
tasks.
"""

from itembank.tasks.tools import TaskSpec, goals_after, state_after, tool_named

__all__ = ["TaskSpec", "goals_after", "state_after", "tool_named"]
