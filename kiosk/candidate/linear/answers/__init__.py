"""How each interaction is answered in lines: a function an interaction type, imported when first needed.

Each is `(console, question) -> response`, the response in the shape that `itembank.scoring` reads. It says what can be
answered, asks, and says back what it understood; the caller asks whether that is the answer. It raises `console.LineClosed`, and
what leaves the question (see `Console.on_command`).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from itembank.item import TASKS, Interaction

if TYPE_CHECKING:
    from kiosk.candidate.linear.console import Console
    from kiosk.sitting.machine import Question

Answer = Callable[["Console", "Question"], Any]

_ANSWERS: dict[Interaction, tuple[str, str]] = {
    Interaction.SINGLE_CHOICE: ("choices", "one"),
    Interaction.MULTIPLE_CHOICE: ("choices", "several"),
    Interaction.SHORT_TEXT: ("typed", "short_text"),
    Interaction.NUMERIC: ("typed", "numeric"),
    Interaction.ORDERING: ("ordering", "ordering"),
    Interaction.MATCHING: ("matching", "matching"),
    Interaction.HOTSPOT: ("hotspot", "hotspot"),
}


def answer_in_lines(interaction: Interaction) -> Answer:
    """The function that takes an answer of that type."""
    if interaction in TASKS:
        from kiosk.candidate.linear.tools import work_in_lines

        return work_in_lines
    module, name = _ANSWERS[interaction]
    found: Answer = getattr(import_module(f"{__name__}.{module}"), name)
    return found
