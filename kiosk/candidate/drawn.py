"""A widget that draws its own lines: already broken, in roles and not in colours, with a caret people can find.

Three things are settled here for every widget of the candidate's screens: lines are never broken by the toolkit
(see `typesetting`), a widget higher than its place scrolls to its caret and says so, and the terminal's real cursor
stands where the attention is, for magnifiers and Braille displays.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region, Size
from textual.strip import Strip
from textual.widget import Widget

from kiosk.candidate import tty
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.typesetting import wrap


class Span(NamedTuple):
    """A stretch of one line, in one role."""

    text: str
    role: str = "ink"


Row = tuple[Span, ...]
"""One line."""


class Caret(NamedTuple):
    """Where the attention is: a column and a line, and how many lines belong to it."""

    x: int
    y: int
    lines: int = 1


class Drawn(Widget):
    """A widget made of rows. A subclass gives `rows`, and `caret` when it has one."""

    DEFAULT_CSS = """
    Drawn { width: 1fr; height: auto; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - the toolkit's
        super().__init__(id=id, classes=classes)
        self._laid_out: tuple[tuple[int, int, bool], list[Row]] | None = None
        self._top = 0

    # --- for subclasses ---

    @abstractmethod
    def rows(self, width: int) -> Sequence[Row]:
        """The lines, none wider than `width`."""

    def caret(self) -> Caret | None:
        """Where the attention is, in rows; asked after `rows`."""
        return None

    @property
    def roomy(self) -> bool:
        """Whether the large layout is on: shorter lines, and air between them."""
        return bool(getattr(self.app, "roomy", False))

    @property
    def _styles_of_roles(self) -> Mapping[str, Style]:
        """The application's; its style sheet would be asked for every role of every widget, which is slow."""
        found: Mapping[str, Style] = getattr(self.app, "role_styles")  # noqa: B009 - any application that has it
        return found

    def redraw(self) -> None:
        """Show the widget's new state."""
        before = len(self._laid_out[1]) if self._laid_out else -1
        self._laid_out = None
        if not self.is_attached:
            return
        width = self.content_size.width
        changed = width <= 0 or len(self._lines(width)) != before
        self.refresh(layout=changed and self.styles.height is not None and self.styles.height.is_auto)
        self.call_after_refresh(self.settle)

    def settle(self) -> None:
        """Bring the caret into view and put the terminal's cursor on it, when this widget has the attention."""
        if not (self.is_attached and self.has_focus and self.screen.is_current):
            return
        caret = self.caret()
        if caret is None:
            return
        parent = self.parent
        if isinstance(parent, Paper):
            top = self.virtual_region.y + self.gutter.top + caret.y
            parent.bring_into_view(Region(0, top, 1, caret.lines))
        area = self.content_region
        place = Offset(area.x + caret.x, area.y + caret.y - self._top)
        if self.screen.region.contains_point(place):
            tty.put_cursor(self.app, place)

    # --- for the toolkit ---

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()

    def on_resize(self) -> None:
        self.call_after_refresh(self.settle)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        width, height = self.content_size
        lines = self._lines(width)
        self._scroll(len(lines), height)
        styles = self._styles_of_roles
        number = self._top + y
        row: Row = lines[number] if number < len(lines) else ()
        if len(lines) > height and height > 1:
            row = self._marked(row, y, height, len(lines), width)
        segments = [Segment(span.text, styles[span.role]) for span in row]
        return Strip(segments).adjust_cell_length(width, styles["ink"])

    def _lines(self, width: int) -> list[Row]:
        place = width, self.content_size.height, self.has_focus
        if self._laid_out is None or self._laid_out[0] != place:
            self._laid_out = place, list(self.rows(width))
        return self._laid_out[1]

    def _scroll(self, lines: int, height: int) -> None:
        """Keep the caret inside the widget's own place, clear of the marks of what is above and below."""
        if lines <= height:
            self._top = 0
            return
        caret = self.caret()
        if caret is not None:
            margin = 1 if height > caret.lines + 2 else 0
            self._top = min(self._top, max(0, caret.y - margin))
            self._top = max(self._top, min(lines, caret.y + caret.lines + margin) - height)
        self._top = min(max(0, self._top), lines - height)

    def _marked(self, row: Row, y: int, height: int, lines: int, width: int) -> Row:
        """The first or last line in sight says what is out of sight; `more_above`, `more_below` word it."""
        if y == 0 and self._top > 0:
            return (Span(self.more_above(self._top).ljust(width)[:width], "quiet"),)
        if y == height - 1 and self._top + height < lines:
            return (Span(self.more_below(lines - self._top - height).ljust(width)[:width], "quiet"),)
        return row

    def more_above(self, lines: int) -> str:
        """How it is said that `lines` lines stand above."""
        return f"  ↑ … ({lines + 1})"

    def more_below(self, lines: int) -> str:
        """How it is said that `lines` lines stand below."""
        return f"  ↓ … ({lines + 1})"


class Prose(Drawn):
    """Paragraphs to read."""

    def __init__(self, *paragraphs: Paragraph, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.paragraphs = paragraphs

    def show(self, *paragraphs: Paragraph) -> None:
        """Replace the paragraphs."""
        if paragraphs != self.paragraphs:
            self.paragraphs = paragraphs
            self.redraw()

    def rows(self, width: int) -> list[Row]:
        found: list[Row] = []
        for text, role, indent, mark in self.paragraphs:
            lead = max(indent, len(mark))
            for number, line in enumerate(wrap(text, width - lead)):
                start = mark.ljust(lead) if number == 0 else " " * lead
                found.append((Span(start, role), Span(line, role)))
        return found


class Paper(Widget):
    """What scrolls: its children one under the other. It takes no keys; the screen scrolls it."""

    DEFAULT_CSS = """
    Paper {
        width: 1fr; height: 1fr; layout: vertical;
        overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 0; scrollbar-size-horizontal: 0;
    }
    """

    def bring_into_view(self, region: Region) -> None:
        """Scroll as little as needed to show `region` of the content."""
        self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def turn(self, pages: int) -> None:
        """Scroll by whole pages, keeping two lines in sight."""
        step = max(1, self.size.height - 2)
        self.scroll_to(y=self.scroll_offset.y + pages * step, animate=False, force=True, immediate=True)

    @property
    def lines_above(self) -> int:
        """Lines of the content out of sight above."""
        return self.scroll_offset.y

    @property
    def lines_below(self) -> int:
        """Lines of the content out of sight below."""
        return max(0, self.virtual_size.height - self.size.height - self.scroll_offset.y)
