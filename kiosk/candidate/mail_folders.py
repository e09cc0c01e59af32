"""What a mail folder is called and what it holds, as the candidate is told; on the screen and in lines."""

from __future__ import annotations

from dataclasses import dataclass

from itembank.tasks.mailbox import MailboxSpec, MailboxState, found_by
from itembank.tasks.mailbox.spec import FOLDERS
from kiosk.locale import t


def folder_name(folder: str) -> str:
    """A folder's name as people read it."""
    return t(f"candidate.mail.folder.{folder}") if folder in FOLDERS else folder


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a folder: a message of the author's (`message`), or the `sent`-th message sent here."""

    who: str
    subject: str
    date: str
    unread: bool
    has_files: bool
    message: str | None = None
    sent: int | None = None


def listed(spec: MailboxSpec, state: MailboxState, folder: str) -> list[Listed]:
    """What a folder holds, in the author's order, then what was sent here."""
    where = {filed.id: filed for filed in state.messages}
    found = []
    for message in spec.messages:
        filed = where[message.id]
        if filed.folder != folder:
            continue
        who = message.shown_sender
        if folder == "sent":
            who = t("candidate.mail.to", who=", ".join(message.to))
        found.append(
            Listed(who, message.subject, message.date, not filed.read, bool(message.attachments), message.id)
        )
    if folder == "sent":
        for number, draft in enumerate(state.sent):
            who = t("candidate.mail.to", who=", ".join((*draft.to, *draft.cc, *draft.bcc)))
            found.append(
                Listed(
                    who, draft.subject, t("candidate.mail.now"), False, bool(draft.attachments), sent=number
                )
            )
    return found


def listed_by_search(spec: MailboxSpec, state: MailboxState) -> list[Listed]:
    """What the search in force finds, in every folder: the folder stands in the place of the date."""
    where = {filed.id: filed for filed in state.messages}
    return [
        Listed(
            message.shown_sender,
            message.subject,
            folder_name(where[message.id].folder),
            not where[message.id].read,
            bool(message.attachments),
            message.id,
        )
        for message in found_by(spec, state.search)
    ]
