"""The mailbox task as its author writes it (docs/items.md): messages, contacts, files and goals."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record

FOLDERS = ("inbox", "sent", "junk", "trash", "archive")
_ADDRESS = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]+")
LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3 (a path of 256 octets, its < and > taken off)


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
    """A message that is there from the start."""

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


@dataclass(frozen=True, slots=True)
class SentLike:
    """One message was sent of which all this is true; None asks nothing.

    `to`, `cc`, `bcc` and `attachments` are exact sets, addresses in lower case; the words of `*_contains` all stand
    in the subject or body, case and accents ignored.
    """

    reply_to: str | None = None
    forward_of: str | None = None
    to: frozenset[str] | None = None
    cc: frozenset[str] | None = None
    bcc: frozenset[str] | None = None
    attachments: frozenset[str] | None = None
    subject_contains: tuple[str, ...] | None = None
    body_contains: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SentCount:
    """Exactly `number` messages were sent."""

    number: int


@dataclass(frozen=True, slots=True)
class InFolder:
    """A message is in a folder at the end."""

    message: str
    folder: str


@dataclass(frozen=True, slots=True)
class LinkNotOpened:
    """No link of a message was opened. True of the untouched mailbox."""

    message: str


Condition: TypeAlias = SentLike | SentCount | InFolder | LinkNotOpened


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
        """The spec of a decoded `body` (docs/items.md); `field` is its dotted path in the item.

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
        names = _Names(
            messages={message.id: message for message in messages},
            folders=folders,
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
                {"name": goal.name, "when": [_condition_record(condition) for condition in goal.when]}
                for goal in self.goals
            ],
        }


def is_address(text: str) -> bool:
    """Whether `text` looks like one e-mail address."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class _Names:
    """What a goal may refer to."""

    messages: Mapping[str, Message]
    folders: Collection[str]
    attachable: Collection[str]


def _address(record: Record, key: str) -> str:
    text = record.text(key)
    if not is_address(text):
        raise ItemInvalid("task.address_expected", record.at(key), value=text)
    return text


def _addresses(record: Record, key: str) -> tuple[str, ...]:
    found = record.texts(key)
    for index, text in enumerate(found):
        if not is_address(text):
            raise ItemInvalid("task.address_expected", f"{record.at(key)}.{index}", value=text)
    return found


def _contact(record: Record) -> Contact:
    record.only("name", "address")
    return Contact(record.text("name"), _address(record, "address"))


def _message(record: Record, folders: Collection[str]) -> Message:
    record.only("id", "folder", "from", "to", "cc", "date", "subject", "body", "links", "attachments")
    return Message(
        id=record.text("id"),
        folder=record.choice("folder", folders, default="inbox"),
        sender=_contact(record.record("from")),
        to=_addresses(record, "to"),
        cc=_addresses(record, "cc"),
        date=record.text("date", default="", empty=True),
        subject=record.text("subject", empty=True),
        body=record.text("body", default="", empty=True),
        links=tuple(_link(link) for link in record.records("links")),
        attachments=record.texts("attachments"),
    )


def _link(record: Record) -> Link:
    record.only("text", "target")
    return Link(record.text("text"), record.text("target"))


def _goal(record: Record, names: _Names) -> MailGoal:
    record.only("name", "when")
    when = tuple(_condition(condition, names) for condition in record.records("when", required=True))
    return MailGoal(record.text("name"), when)


_CONDITIONS = ("sent", "sent_count", "in_folder", "link_not_opened")
_SENT_FIELDS = tuple(field.name for field in fields(SentLike))


def _condition(record: Record, names: _Names) -> Condition:
    keys = [key for key, _ in record.items()]
    if len(keys) != 1 or keys[0] not in _CONDITIONS:
        raise ItemInvalid("task.unknown_condition", record.field, allowed=", ".join(_CONDITIONS))
    match keys[0]:
        case "sent":
            return _sent(record.record("sent"), names)
        case "sent_count":
            return SentCount(record.integer("sent_count", 0, 20))
        case "in_folder":
            inside = record.record("in_folder")
            inside.only("message", "folder")
            return InFolder(inside.choice("message", names.messages), inside.choice("folder", names.folders))
    message = record.choice("link_not_opened", names.messages)
    if not names.messages[message].links:
        raise ItemInvalid("item.unknown_reference", record.at("link_not_opened"), value=message)
    return LinkNotOpened(message)


def _sent(record: Record, names: _Names) -> SentLike:
    record.only(*_SENT_FIELDS)

    def message(key: str) -> str | None:
        return record.choice(key, names.messages) if key in record else None

    def addresses(key: str) -> frozenset[str] | None:
        return frozenset(text.casefold() for text in _addresses(record, key)) if key in record else None

    def words(key: str) -> tuple[str, ...] | None:
        return record.texts(key, required=True) if key in record else None

    return SentLike(
        reply_to=message("reply_to"),
        forward_of=message("forward_of"),
        to=addresses("to"),
        cc=addresses("cc"),
        bcc=addresses("bcc"),
        attachments=frozenset(record.texts("attachments", among=names.attachable))
        if "attachments" in record
        else None,
        subject_contains=words("subject_contains"),
        body_contains=words("body_contains"),
    )


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
    }


def _condition_record(condition: Condition) -> dict[str, object]:
    match condition:
        case SentCount(number):
            return {"sent_count": number}
        case InFolder(message, folder):
            return {"in_folder": {"message": message, "folder": folder}}
        case LinkNotOpened(message):
            return {"link_not_opened": message}
    wanted = {name: getattr(condition, name) for name in _SENT_FIELDS}
    return {
        "sent": {
            name: sorted(value)
            if isinstance(value, frozenset)
            else list(value)
            if isinstance(value, tuple)
            else value
            for name, value in wanted.items()
            if value is not None
        }
    }
