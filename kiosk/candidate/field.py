"""A box to type one line in, and a larger one for several."""

from __future__ import annotations

from textual import events
from textual.message import Message

from kiosk.candidate.drawn import Caret, Drawn, Row, Span
from kiosk.candidate.editing import Typing, folded, line_of
from kiosk.candidate.typesetting import fit, glyphs, wrap


class Field(Drawn, can_focus=True):
    """One line to type in. Editing keys are its own; Enter and the rest go on to the screen.

    `label` stands above the box when it is framed and before it when it is not; `after` follows it (a unit);
    `hint` stands below.
    """

    class Edited(Message):
        """The text changed."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> Field:
            return self.field

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - the toolkit's name
        classes: str | None = None,
        limit: int = 200,
        box: int = 60,
        framed: bool = True,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.typing = Typing(limit=limit)
        self.label = self.after = self.hint = ""
        self.frozen = False
        self._box = box
        self._framed = framed
        self._caret = Caret(0, 0)

    @property
    def value(self) -> str:
        """The text as typed."""
        return self.typing.text

    def set_value(self, text: str) -> None:
        """Another text; nothing is posted."""
        self.typing = self.typing.with_text(text)
        self.redraw()

    def set_words(
        self, *, label: str | None = None, after: str | None = None, hint: str | None = None
    ) -> None:
        """Change the words around the box; None leaves them."""
        self.label = self.label if label is None else label
        self.after = self.after if after is None else after
        self.hint = self.hint if hint is None else hint
        self.redraw()

    def caret(self) -> Caret | None:
        return self._caret

    def rows(self, width: int) -> list[Row]:
        return self._framed_rows(width) if self._framed else self._bare_rows(width)

    def _framed_rows(self, width: int) -> list[Row]:
        after = f" {glyphs(self.after)}" if self.after else ""
        inside = max(8, min(self._box, width - len(after) - 4))
        edge = "strong" if self.has_focus else "quiet"
        found: list[Row] = [(Span(line, "ink"),) for line in wrap(self.label, width)] if self.label else []
        middle = (
            Span("│ ", edge),
            *self._window(inside, len(found) + 1, 2),
            Span(" │", edge),
            Span(after, "strong"),
        )
        found += [(Span(f"┌{'─' * (inside + 2)}┐", edge),), middle, (Span(f"└{'─' * (inside + 2)}┘", edge),)]
        found += [(Span(line, "quiet"),) for line in wrap(self.hint, width)] if self.hint else []
        return found

    def _bare_rows(self, width: int) -> list[Row]:
        marker = "> " if self.has_focus else "  "
        lead = marker + self.label
        inside = max(4, width - len(lead) - 1)
        return [(Span(lead, "strong" if self.has_focus else "quiet"), *self._window(inside, 0, len(lead)))]

    def _window(self, inside: int, line: int, column: int) -> list[Span]:
        """The part of the text around the caret, which shows as a block, in exactly `inside` characters."""
        text, caret = glyphs(self.typing.text), self.typing.caret
        if len(text) != len(self.typing.text):  # a look-alike changed the count: show what was typed
            text = self.typing.text
        start = max(0, caret - inside + 1)
        shown = text[start : start + inside].ljust(inside)
        at = caret - start
        self._caret = Caret(column + at, line)
        if self.frozen or not self.has_focus:
            return [Span(fit(text, inside).ljust(inside), "strong")]
        return [Span(shown[:at], "strong"), Span(shown[at], "cursor"), Span(shown[at + 1 :], "strong")]

    def on_key(self, event: events.Key) -> None:
        """Edit, or leave the key to the screen."""
        if self.frozen:
            return
        typing = self.typing.after_key(event.key)
        if typing is None:
            if not (event.is_printable and event.character) or event.key == "enter":
                return
            typing = self.typing.typed(event.character)
        event.stop()
        self._become(typing)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if not self.frozen:
            line = " ".join(event.text.split())
            self._become(self.typing.typed("".join(c for c in line if c.isprintable())))

    def _become(self, typing: Typing) -> None:
        changed = typing.text != self.typing.text
        self.typing = typing
        self.redraw()
        if changed:
            self.edited()

    def edited(self) -> None:
        """Called at every change of the text."""
        self.post_message(self.Edited(self))


class Writing(Drawn, can_focus=True):
    """Several lines to type in; Enter starts a new one, arrows move, and leave at either end."""

    class Left(Message):
        """An arrow was pressed beyond the first (`step` -1) or the last line (`step` 1)."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    DEFAULT_CSS = "Writing { height: 1fr; min-height: 1; }"
    takes_lines = True
    """Enter is a character here: it may come twice in a row."""

    def __init__(self, *, id: str | None = None, limit: int = 5_000) -> None:  # noqa: A002
        super().__init__(id=id)
        self.typing = Typing(limit=limit)
        self.label = ""
        self._width = 60
        self._caret = Caret(0, 0)

    @property
    def value(self) -> str:
        return self.typing.text

    def set_value(self, text: str) -> None:
        self.typing = self.typing.with_text(text)
        self.redraw()

    def caret(self) -> Caret | None:
        return self._caret

    def rows(self, width: int) -> list[Row]:
        marker = "> " if self.has_focus else "  "
        indent = len(marker) + len(self.label)
        self._width = max(8, width - indent - 2)
        lines = folded(self.typing.text, self._width)
        here = line_of(lines, self.typing.caret)
        found: list[Row] = []
        for number, line in enumerate(lines):
            text = line.text.ljust(self._width + 1)
            lead = marker + self.label if number == 0 else " " * indent
            spans = [Span(lead, "strong" if self.has_focus else "quiet")]
            if number == here and self.has_focus:
                at = self.typing.caret - line.start
                self._caret = Caret(indent + at, number)
                spans += [Span(text[:at], "strong"), Span(text[at], "cursor"), Span(text[at + 1 :], "strong")]
            else:
                spans.append(Span(text, "strong"))
            found.append(tuple(spans))
        return found

    def on_key(self, event: events.Key) -> None:
        match event.key:
            case "enter":
                typing: Typing | None = self.typing.typed("\n")
            case "up" | "down":
                typing = self._vertically(-1 if event.key == "up" else 1)
            case _:
                typing = self.typing.after_key(event.key)
                if typing is None and event.is_printable and event.character:
                    typing = self.typing.typed(event.character)
        if typing is None:
            return
        event.stop()
        self.typing = typing
        self.redraw()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        self.typing = self.typing.typed("".join(c for c in text if c.isprintable() or c == "\n"))
        self.redraw()

    def _vertically(self, step: int) -> Typing:
        lines = folded(self.typing.text, self._width)
        here = line_of(lines, self.typing.caret)
        target = here + step
        if not 0 <= target < len(lines):
            self.post_message(self.Left(step))
            return self.typing
        column = self.typing.caret - lines[here].start
        return self.typing.moved(lines[target].start + min(column, len(lines[target].text)))
