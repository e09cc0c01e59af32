"""A message being written: recipients, subject, files, text, then send or give up."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from itembank.tasks.mailbox import Draft
from kiosk.candidate.drawn import Caret, Drawn, Row, Span
from kiosk.candidate.field import Field, Writing
from kiosk.candidate.typesetting import fit
from kiosk.locale import t

LABEL = 16
PICKED = ("to", "cc", "bcc", "files")
BUTTONS = ("send", "discard")


class FormRow(Drawn, can_focus=True):
    """One line of the form: a label and what was picked, or a button."""

    DEFAULT_CSS = "FormRow { height: 1; }"

    class Pressed(Message):
        """Enter or Space was pressed on the row called `name`."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, name: str) -> None:
        super().__init__(id=f"row-{name}")
        self.called = name
        self.text = ""

    def show(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.redraw()

    def rows(self, width: int) -> list[Row]:
        here = self.has_focus
        lead = "> " if here else "  "
        if self.called in BUTTONS:
            text = f"{lead}[ {t(f'candidate.mail.do.{self.called}')} ]"
            return [(Span(text, "cursor" if here else "strong"),)]
        label = t(f"candidate.mail.field.{self.called}")
        shown = fit(self.text or t("candidate.mail.nobody_yet"), width - LABEL - 3)
        text = f"{lead}{label:<{LABEL}}{shown}"
        return [(Span(text.ljust(width) if here else text, "cursor" if here else "ink"),)]

    def caret(self) -> Caret | None:
        return Caret(0, 0)

    def on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "space"):
            event.stop()
            self.post_message(self.Pressed(self.called))


class MailComposer(Widget):
    """The form. It posts what was changed; the mailbox keeps it."""

    DEFAULT_CSS = """
    MailComposer { height: 1fr; layout: vertical; }
    MailComposer Field { height: 1; }
    MailComposer Writing { height: 1fr; min-height: 2; }
    """

    class FieldLeft(Message):
        """The subject or the text was left, changed."""

        def __init__(self, name: str, value: str) -> None:
            super().__init__()
            self.name = name
            self.value = value

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._rows = {name: FormRow(name) for name in (*PICKED, *BUTTONS)}
        self._subject = Field(id="subject", framed=False, limit=200)
        self._body = Writing(id="body")
        self._kept = ("", "")

    def compose(self) -> ComposeResult:
        yield self._rows["to"]
        yield self._rows["cc"]
        yield self._rows["bcc"]
        yield self._subject
        yield self._rows["files"]
        yield self._body
        yield self._rows["send"]
        yield self._rows["discard"]

    @property
    def _order(self) -> list[Widget]:
        rows = self._rows
        return [
            rows["to"], rows["cc"], rows["bcc"], self._subject, rows["files"], self._body, rows["send"],
            rows["discard"],
        ]  # fmt: skip

    def show(self, draft: Draft) -> None:
        """The draft as it now is."""
        self._rows["to"].show(", ".join(draft.to))
        self._rows["cc"].show(", ".join(draft.cc))
        self._rows["bcc"].show(", ".join(draft.bcc))
        self._rows["files"].show(", ".join(draft.attachments))
        self._subject.label = f"{t('candidate.mail.field.subject'):<{LABEL}}"
        self._body.label = f"{t('candidate.mail.field.body'):<{LABEL}}"
        if draft.subject != self._subject.value:
            self._subject.set_value(draft.subject)
        if draft.body != self._body.value:
            self._body.set_value(draft.body)
        self._kept = (draft.subject, draft.body)

    def changes(self) -> list[tuple[str, str]]:
        """The fields whose text is not yet kept: (name, text)."""
        now = (self._subject.value, self._body.value)
        return [
            (name, text)
            for name, text, kept in zip(("subject", "body"), now, self._kept, strict=True)
            if text != kept
        ]

    def start(self, row: str) -> None:
        """Put the attention on a row."""
        {"subject": self._subject, "body": self._body, **self._rows}[row].focus()

    def on_descendant_blur(self) -> None:
        for name, value in self.changes():
            self.post_message(self.FieldLeft(name, value))

    def on_writing_left(self, event: Writing.Left) -> None:
        event.stop()
        self._go(event.step)

    def on_key(self, event: events.Key) -> None:
        match event.key:
            case "down" | "tab":
                self._go(1)
            case "up" | "shift+tab":
                self._go(-1)
            case "enter" if self._subject.has_focus:
                self._go(1)
            case _:
                return
        event.stop()

    def _go(self, step: int) -> None:
        order = self._order
        here = next((i for i, widget in enumerate(order) if widget.has_focus), 0)
        order[min(max(0, here + step), len(order) - 1)].focus()
