"""What a simulated tool shows and offers, before anybody decides how: one description, drawn on the screen or said in lines.

Open first: `view.py` (the words of that description). Each tool that is shown this way has a module here, named like it,
with a pure function `view(spec, state) -> View`. The spreadsheet and the mailbox have screens of their own instead.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from itembank.typography import french
from kiosk.locale import language

if TYPE_CHECKING:
    from kiosk.candidate.panels.view import View


def said(text: str) -> str:
    """A text of a view as it is read: authors' words are kept with plain spaces and apostrophes in tools."""
    return french(text) if language() == "fr" else text


def panel_of(tool: str) -> Callable[[Any, Any], View]:
    """How a tool is shown; its module is imported now."""
    found: Callable[[Any, Any], View] = import_module(f"{__name__}.{tool}").view
    return found
