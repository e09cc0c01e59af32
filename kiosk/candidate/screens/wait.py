"""A moment's wait while something is prepared, found again or put away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from textual.widget import Widget

from kiosk.candidate.drawn import Prose
from kiosk.candidate.faults import is_foreseen
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.screens.base import CandidateScreen


class WaitScreen(CandidateScreen[Any]):
    """Shows a line while `work` is done; gives its result, or the foreseen fault that stopped it."""

    def __init__(self, words: str, work: Callable[[], Awaitable[Any]]) -> None:
        super().__init__()
        self._words = words
        self._work = work

    def body(self) -> Iterable[Widget]:
        yield Prose(Paragraph(""), Paragraph(self._words, "strong"))

    def on_mount(self) -> None:
        self.run_worker(self._do())

    async def _do(self) -> None:
        try:
            result = await self._work()
        except Exception as fault:
            if not is_foreseen(fault):
                raise
            result = fault
        self.dismiss(result)
