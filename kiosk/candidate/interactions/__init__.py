"""How one answers: a widget an interaction type, made when the first question of its type comes, then reused.

Open first: `base.py` (what every answer widget promises). A widget knows nothing of sittings and clocks.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from itembank.item import Interaction

if TYPE_CHECKING:
    from kiosk.candidate.interactions.base import Answering

_WIDGETS: dict[Interaction, tuple[str, str]] = {
    Interaction.SINGLE_CHOICE: ("single_choice", "SingleChoice"),
    Interaction.MULTIPLE_CHOICE: ("multiple_choice", "MultipleChoice"),
    Interaction.SHORT_TEXT: ("short_text", "ShortText"),
    Interaction.NUMERIC: ("numeric", "Numeric"),
    Interaction.ORDERING: ("ordering", "Ordering"),
    Interaction.MATCHING: ("matching", "Matching"),
    Interaction.HOTSPOT: ("hotspot", "Hotspot"),
    Interaction.SPREADSHEET: ("spreadsheet", "SpreadsheetTool"),
    Interaction.MAILBOX: ("mailbox", "MailboxTool"),
}
_PANEL = ("panel", "PanelTool")
"""Every other simulated tool: shown from its view."""


def kind_of(interaction: Interaction) -> str:
    """Which widget answers an interaction type: those of one kind share one widget."""
    return _WIDGETS.get(interaction, _PANEL)[1]


def answer_widget(interaction: Interaction) -> Answering:
    """A new widget for an interaction type; its module is imported now, not before."""
    module, name = _WIDGETS.get(interaction, _PANEL)
    made: Answering = getattr(import_module(f"{__name__}.{module}"), name)()
    return made
