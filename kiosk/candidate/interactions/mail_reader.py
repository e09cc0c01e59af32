"""One message, to read: who, when, what, where its links go."""

from __future__ import annotations

from textual import events

from itembank.tasks.mailbox import Draft, MailboxSpec, MailboxState
from itembank.tasks.mailbox.spec import Message
from kiosk.candidate.drawn import Caret, Drawn, Row, Span
from kiosk.candidate.mail_words import sender_hidden
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.typesetting import wrap
from kiosk.locale import t


class MailReader(Drawn, can_focus=True):
    """Paragraphs that the arrows and the page keys scroll. Other keys are the mailbox's."""

    DEFAULT_CSS = "MailReader { height: 1fr; min-height: 3; }"

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._paragraphs: list[Paragraph] = []

    def show(self, paragraphs: list[Paragraph], *, keep_place: bool = False) -> None:
        """Another message, from its beginning; or the same, changed, where it stood."""
        self._paragraphs = paragraphs
        if not keep_place:
            self._top = 0
        self.redraw()

    def rows(self, width: int) -> list[Row]:
        found: list[Row] = []
        for text, role, indent, mark in self._paragraphs:
            lead = max(indent, len(mark))
            for number, line in enumerate(wrap(text, min(width, 76) - lead)):
                start = mark.ljust(lead) if number == 0 else " " * lead
                found.append((Span(start, "quiet"), Span(line, role)))
        return found

    def caret(self) -> Caret | None:
        return Caret(0, self._top)

    def _scroll(self, lines: int, height: int) -> None:
        self._top = min(max(0, self._top), max(0, lines - height))

    def more_above(self, lines: int) -> str:
        return t("candidate.mail.more_above")

    def more_below(self, lines: int) -> str:
        return t("candidate.mail.more_below")

    def on_key(self, event: events.Key) -> None:
        page = max(1, self.content_size.height - 2)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -10_000, "end": 10_000}
        if event.key in steps:
            event.stop()
            self._top += steps[event.key]
            self._scroll(len(self._lines(self.content_size.width)), self.content_size.height)
            self.redraw()


def message_paragraphs(spec: MailboxSpec, state: MailboxState, message: Message) -> list[Paragraph]:
    """A message of the author's, with what was found out about its links."""
    found = [
        _field("from", _sender(state, message)),
        _field("to", ", ".join(message.to)),
        *([_field("cc", ", ".join(message.cc))] if message.cc else []),
        *([_field("date", message.date)] if message.date else []),
        _field("subject", message.subject, "strong"),
        *([_field("files", ", ".join(message.attachments))] if message.attachments else []),
        Paragraph(""),
        Paragraph(message.body.strip()),
    ]
    for number, link in enumerate(message.links):
        found.append(Paragraph(link.text, "key", mark=t("candidate.mail.link", number=number + 1)))
        if (message.id, number) in state.revealed | state.opened:
            found.append(Paragraph(t("candidate.mail.leads_to", target=link.target), "strong", indent=4))
        if (message.id, number) in state.opened:
            found.append(Paragraph(t("candidate.mail.was_opened"), "alert", indent=4))
    return found


def sent_paragraphs(draft: Draft) -> list[Paragraph]:
    """A message sent here."""
    return [
        _field("to", ", ".join(draft.to)),
        *([_field("cc", ", ".join(draft.cc))] if draft.cc else []),
        *([_field("bcc", ", ".join(draft.bcc))] if draft.bcc else []),
        _field("subject", draft.subject, "strong"),
        *([_field("files", ", ".join(draft.attachments))] if draft.attachments else []),
        Paragraph(""),
        Paragraph(draft.body.strip()),
    ]


def _field(name: str, text: str, role: str = "ink") -> Paragraph:
    return Paragraph(text, role, mark=f"{t(f'candidate.mail.field.{name}')} ".ljust(10))


def _sender(state: MailboxState, message: Message) -> str:
    if sender_hidden(state, message):
        return t("tool_mailbox.sender_hidden", name=message.shown_name)
    return f"{message.shown_sender} <{message.sender.address}>"
