"""The mailbox task as its author writes it (docs/tools/mailbox.md): messages, contacts, files and goals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.mailbox.addresses import address, addresses
from itembank.tasks.mailbox.conditions import Condition, Names, condition, condition_record, made_folders

FOLDERS = ("inbox", "sent", "junk", "trash", "archive")


@dataclass(frozen=True, slots=True)
class Contact:
    """A person: the name shown, and the address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a message: what one reads, and where it really goes."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is there from the start.

    With a `shown_name`, that name alone is seen until the candidate asks for the address behind it. `read` says
    whether it was read before.
    """

    id: str
    folder: str
    sender: Contact
    to: tuple[str, ...]
    cc: tuple[str, ...]
    date: str
    subject: str
    body: str
    links: tuple[Link, ...]
    attachments: tuple[str, ...]
    shown_name: str = ""
    read: bool = False

    @property
    def shown_sender(self) -> str:
        """The name that the list of messages gives."""
        return self.shown_name or self.sender.name

    @property
    def whole_sender(self) -> str:
        """The name shown and the address: what rules and searches look at."""
        return f"{self.shown_sender} {self.sender.address}"


@dataclass(frozen=True, slots=True)
class MailGoal:
    """One point: every condition of `when` holds."""

    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class MailboxSpec:
    """The author's mailbox. `folders` holds all of them, the usual ones first; `files` are those one can attach."""

    TOOL: ClassVar[str] = "mailbox"

    me: Contact
    folders: tuple[str, ...]
    contacts: tuple[Contact, ...]
    files: tuple[str, ...]
    messages: tuple[Message, ...]
    goals: tuple[MailGoal, ...]

    @classmethod
    def from_record(cls, record: Mapping[str, object], *, field: str = "body") -> MailboxSpec:
        """The spec of a decoded `body` (docs/tools/mailbox.md); `field` is its dotted path in the item.

        Raises `itembank.errors.ItemInvalid` naming the dotted field: the codes of `records`, and
        `task.address_expected` (`value`), `task.unknown_condition` (`allowed`).
        """
        body = Record(record, field)
        body.only("me", "folders", "contacts", "files", "messages", "goals")
        folders = FOLDERS + body.texts("folders")
        for folder in folders[len(FOLDERS) :]:
            if folder in FOLDERS:
                raise ItemInvalid("item.duplicate", body.at("folders"), value=folder)
        files = body.texts("files")
        messages: list[Message] = []
        for inside in body.records("messages"):
            message = _message(inside, folders)
            if any(message.id == other.id for other in messages):
                raise ItemInvalid("item.duplicate", inside.at("id"), value=message.id)
            messages.append(message)
        contacts = tuple(_contact(contact) for contact in body.records("contacts"))
        names = Names(
            messages=[message.id for message in messages],
            linked=[message.id for message in messages if message.links],
            masked=[message.id for message in messages if message.shown_name],
            folders=(*folders, *made_folders(body.get("goals"))),
            attachable={*files, *(name for message in messages for name in message.attachments)},
        )
        goals = tuple(_goal(goal, names) for goal in body.records("goals", required=True))
        return cls(_contact(body.record("me")), folders, contacts, files, tuple(messages), goals)

    def texts(self) -> list[str]:
        """Subjects and bodies of the messages."""
        return [text for message in self.messages for text in (message.subject, message.body)]

    def to_record(self) -> dict[str, object]:
        """The plain mapping that `from_record` reads back as an equal spec."""
        return {
            "me": _contact_record(self.me),
            "folders": list(self.folders[len(FOLDERS) :]),
            "contacts": [_contact_record(contact) for contact in self.contacts],
            "files": list(self.files),
            "messages": [_message_record(message) for message in self.messages],
            "goals": [
                {"name": goal.name, "when": [condition_record(one) for one in goal.when]}
                for goal in self.goals
            ],
        }


def _contact(record: Record) -> Contact:
    record.only("name", "address")
    return Contact(record.text("name"), address(record, "address"))


def _message(record: Record, folders: Collection[str]) -> Message:
    record.only(
        "id", "folder", "from", "shown_name", "to", "cc", "date", "subject", "body", "links", "attachments", "read"
    )  # fmt: skip
    return Message(
        id=record.text("id"),
        folder=record.choice("folder", folders, default="inbox"),
        sender=_contact(record.record("from")),
        to=addresses(record, "to"),
        cc=addresses(record, "cc"),
        date=record.text("date", default="", empty=True),
        subject=record.text("subject", empty=True),
        body=record.text("body", default="", empty=True),
        links=tuple(_link(link) for link in record.records("links")),
        attachments=record.texts("attachments"),
        shown_name=record.text("shown_name", default="", empty=True),
        read=record.flag("read"),
    )


def _link(record: Record) -> Link:
    record.only("text", "target")
    return Link(record.text("text"), record.text("target"))


def _goal(record: Record, names: Names) -> MailGoal:
    record.only("name", "when")
    when = tuple(condition(one, names) for one in record.records("when", required=True))
    return MailGoal(record.text("name"), when)


def _contact_record(contact: Contact) -> dict[str, object]:
    return {"name": contact.name, "address": contact.address}


def _message_record(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "folder": message.folder,
        "from": _contact_record(message.sender),
        "to": list(message.to),
        "cc": list(message.cc),
        "date": message.date,
        "subject": message.subject,
        "body": message.body,
        "links": [{"text": link.text, "target": link.target} for link in message.links],
        "attachments": list(message.attachments),
        **({"shown_name": message.shown_name} if message.shown_name else {}),
        **({"read": True} if message.read else {}),
    }
