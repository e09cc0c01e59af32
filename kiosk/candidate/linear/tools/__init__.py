"""Simulated tools in lines: a dialogue a tool, over the same state machine as the screen's.

Open first: `dialogue.py` (what a dialogue promises, and the loop that runs it), then `panel.py` (the dialogue of every tool that
is described as a view).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from itembank.tasks.tools import TaskSpec, tool_named
from kiosk.candidate.linear.tools.dialogue import ToolDialogue, work

if TYPE_CHECKING:
    from kiosk.candidate.linear.console import Console
    from kiosk.sitting.machine import Question


_OWN = frozenset({"spreadsheet", "mailbox"})
"""Tools with a dialogue of their own; the others speak from their view."""


def work_in_lines(console: Console, question: Question) -> list[dict[str, Any]]:
    """The actions carried out in the question's tool."""
    spec: TaskSpec = question.item.body  # type: ignore[assignment]
    return work(console, spec, tool_named(spec.TOOL), dialogue_of(spec.TOOL))


def dialogue_of(tool: str) -> ToolDialogue[Any, Any]:
    """The dialogue of a tool, imported now."""
    module = tool if tool in _OWN else "panel"
    found: ToolDialogue[Any, Any] = import_module(f"{__name__}.{module}").Dialogue()
    return found
