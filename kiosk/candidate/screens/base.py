"""The frame of every screen: bar, edge, paper, edge, notice, keys; and what is said when the window is too small."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from kiosk.candidate.drawn import Paper, Prose
from kiosk.candidate.furniture import Bar, Edge, Hint, KeyLine, Notice
from kiosk.candidate.paragraph import Paragraph
from kiosk.locale import t

if TYPE_CHECKING:
    from kiosk.candidate.app import CandidateApp

R = TypeVar("R")


class CandidateScreen(Screen[R], inherit_bindings=False):
    """A screen in the common frame. A subclass gives `body` and answers keys in `on_key`."""

    AUTO_FOCUS = ""
    ESCAPE_TO_MINIMIZE = False
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self.bar = Bar()
        self.top_edge = Edge(id="top-edge")
        self.bottom_edge = Edge(id="bottom-edge")
        self.notice = Notice()
        self.key_line = KeyLine()
        self.paper = Paper(id="paper")
        self._too_small = Prose(id="too-small")
        self.bar.show(t("candidate.title"))

    @property
    def kiosk(self) -> CandidateApp:
        """The application, by its own type."""
        from kiosk.candidate.app import CandidateApp

        app = self.app
        assert isinstance(app, CandidateApp)  # noqa: S101 - these screens live in no other
        return app

    def body(self) -> Iterable[Widget]:
        """What the paper holds."""
        return ()

    def below_paper(self) -> Iterable[Widget]:
        """What stands between the paper and the lower edge."""
        return ()

    def compose(self) -> ComposeResult:
        with Container(id="frame"):
            yield self.bar
            yield self.top_edge
            with self.paper:
                yield from self.body()
            yield from self.below_paper()
            yield self.bottom_edge
            yield self.notice
            yield self.key_line
        yield self._too_small

    def on_mount(self) -> None:
        self.show_hints()
        self.watch(self.paper, "scroll_y", self._edges_changed, init=False)
        self.watch(self.paper, "virtual_size", self._edges_changed, init=False)
        self.call_after_refresh(self._edges_changed)

    def hints(self) -> tuple[Hint, ...]:
        """The keys that do something now."""
        return ()

    def show_hints(self) -> None:
        """Show the keys that do something now."""
        self.key_line.show(*self.hints())

    def say(self, words: str, role: str = "alert") -> None:
        """Answer the person in the line above the keys; the empty text clears it."""
        self.notice.show(words, role)

    def turn_page(self, key: str) -> bool:
        """Scroll the paper for a page key; whether it was one."""
        steps = {"pageup": -1, "pagedown": 1}
        if key not in steps:
            return False
        self.paper.turn(steps[key])
        return True

    def on_resize(self, event: events.Resize) -> None:
        small = self.kiosk.is_too_small(event.size.width, event.size.height)
        self.set_class(small, "-small")
        if small:
            words = t("candidate.too_small", width=event.size.width, height=event.size.height)
            self._too_small.show(Paragraph(words, "strong"))
        self.call_after_refresh(self._edges_changed)

    def _edges_changed(self) -> None:
        """The edges say what is out of sight."""
        above, below = self.paper.lines_above, self.paper.lines_below
        self.top_edge.show(t("candidate.edge.above") if above > 0 else "")
        self.bottom_edge.show(t("candidate.edge.below") if below > 0 else "")
