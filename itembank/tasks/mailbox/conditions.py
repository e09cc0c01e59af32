"""What a mailbox's goals can ask for, as an author writes it (docs/tools/mailbox.md)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.alternatives import Alternatives, alternatives
from itembank.tasks.mailbox.addresses import address, addresses


@dataclass(frozen=True, slots=True)
class SentLike:
    """One message was sent of which all this is true; None asks nothing.

    `to`, `cc`, `bcc` and `attachments` are exact sets, addresses in lower case; the words of `*_contains` all stand
    in the subject or body, case and accents ignored; of each member of `*_contains_any`, one form does.
    """

    reply_to: str | None = None
    forward_of: str | None = None
    to: frozenset[str] | None = None
    cc: frozenset[str] | None = None
    bcc: frozenset[str] | None = None
    attachments: frozenset[str] | None = None
    subject_contains: tuple[str, ...] | None = None
    body_contains: tuple[str, ...] | None = None
    subject_contains_any: Alternatives | None = None
    body_contains_any: Alternatives | None = None


@dataclass(frozen=True, slots=True)
class SentCount:
    """Exactly `number` messages were sent."""

    number: int


@dataclass(frozen=True, slots=True)
class NeverSentTo:
    """No message went to any of these addresses (lower case), open or hidden. True of the untouched mailbox."""

    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class NeverOpenlyTo:
    """No message shows these addresses (lower case) as recipients or copies; a blind copy is hidden. True of the untouched
    mailbox."""

    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class InFolder:
    """A message is in a folder at the end."""

    message: str
    folder: str


@dataclass(frozen=True, slots=True)
class NotInFolder:
    """A message is in any other folder at the end."""

    message: str
    folder: str


@dataclass(frozen=True, slots=True)
class LinkNotOpened:
    """No link of a message was opened. True of the untouched mailbox."""

    message: str


@dataclass(frozen=True, slots=True)
class Reported:
    """All these messages were reported as fraud."""

    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotReported:
    """None of these messages was reported. True of the untouched mailbox."""

    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkedRead:
    """All these messages are read at the end, opened or marked."""

    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkedUnread:
    """All these messages are unread at the end. True of an untouched mailbox in which they are new."""

    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SenderSeen:
    """The real address behind a message's shown name was looked at."""

    message: str


@dataclass(frozen=True, slots=True)
class FolderExists:
    """The candidate made a folder of this name, case and accents ignored."""

    folder: str


@dataclass(frozen=True, slots=True)
class SearchFinds:
    """One search found a message, and at most `at_most` messages in all."""

    message: str
    at_most: int


@dataclass(frozen=True, slots=True)
class Arriving:
    """The rules would put a message that arrives with this sender (name and address) and subject there; None asks nothing."""

    sender: str
    subject: str
    folder: str | None
    read: bool | None


Condition: TypeAlias = (
    SentLike
    | SentCount
    | NeverSentTo
    | NeverOpenlyTo
    | InFolder
    | NotInFolder
    | LinkNotOpened
    | Reported
    | NotReported
    | MarkedRead
    | MarkedUnread
    | SenderSeen
    | FolderExists
    | SearchFinds
    | Arriving
)


@dataclass(frozen=True, slots=True)
class Names:
    """What a goal may refer to: `linked` and `masked` are the messages with links, and those that hide their address."""

    messages: Collection[str]
    linked: Collection[str]
    masked: Collection[str]
    folders: Collection[str]
    attachable: Collection[str]


def made_folders(goals: object) -> tuple[str, ...]:
    """The folders that decoded goals ask the candidate to make, which other conditions may then name."""
    found: list[str] = []
    for goal in goals if isinstance(goals, list) else []:
        when = goal.get("when") if isinstance(goal, Mapping) else None
        for one in when if isinstance(when, list) else []:
            name = one.get("folder_exists") if isinstance(one, Mapping) else None
            if isinstance(name, str) and name.strip():
                found.append(name.strip())
    return tuple(dict.fromkeys(found))


def condition(record: Record, names: Names) -> Condition:
    """One condition. Raises `itembank.errors.ItemInvalid`: the codes of `records`, `task.unknown_condition` (`allowed`),
    `task.address_expected` (`value`)."""
    keys = [key for key, _ in record.items()]
    if len(keys) != 1 or keys[0] not in _READERS:
        raise ItemInvalid("task.unknown_condition", record.field, allowed=", ".join(_READERS))
    return _READERS[keys[0]](record, names)


def condition_record(one: Condition) -> dict[str, object]:
    """The plain mapping that `condition` reads back as an equal condition."""
    match one:
        case SentCount(number):
            return {"sent_count": number}
        case NeverSentTo(found):
            return {"never_sent_to": sorted(found)}
        case NeverOpenlyTo(found):
            return {"never_openly_to": sorted(found)}
        case InFolder(message, folder):
            return {"in_folder": {"message": message, "folder": folder}}
        case NotInFolder(message, folder):
            return {"not_in_folder": {"message": message, "folder": folder}}
        case LinkNotOpened(message):
            return {"link_not_opened": message}
        case Reported(messages):
            return {"reported": list(messages)}
        case NotReported(messages):
            return {"not_reported": list(messages)}
        case MarkedRead(messages):
            return {"read": list(messages)}
        case MarkedUnread(messages):
            return {"unread": list(messages)}
        case SenderSeen(message):
            return {"sender_seen": message}
        case FolderExists(folder):
            return {"folder_exists": folder}
        case SearchFinds(message, at_most):
            return {"search_finds": {"message": message, "at_most": at_most}}
        case Arriving(sender, subject, into, read):
            name, _, place = sender.rpartition(" ")
            asked = {"folder": into, "read": read}
            return {
                "arriving": {
                    "from": {"name": name, "address": place},
                    "subject": subject,
                    **{key: value for key, value in asked.items() if value is not None},
                }
            }
        case SentLike():
            wanted = {name: getattr(one, name) for name in _SENT_FIELDS}
            return {"sent": {name: _plain(value) for name, value in wanted.items() if value is not None}}


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return [_plain(member) for member in value] if isinstance(value, tuple) else value


# --- one reader a condition ---------------------------------------------------------------------------------------

_SENT_FIELDS = tuple(field.name for field in fields(SentLike))


def _sent(outer: Record, names: Names) -> SentLike:
    record = outer.record("sent")
    record.only(*_SENT_FIELDS)

    def message(key: str) -> str | None:
        return record.choice(key, names.messages) if key in record else None

    def people(key: str) -> frozenset[str] | None:
        return frozenset(text.casefold() for text in addresses(record, key)) if key in record else None

    def words(key: str) -> tuple[str, ...] | None:
        return record.texts(key, required=True) if key in record else None

    def ways(key: str) -> Alternatives | None:
        return alternatives(record, key) if key in record else None

    return SentLike(
        reply_to=message("reply_to"),
        forward_of=message("forward_of"),
        to=people("to"),
        cc=people("cc"),
        bcc=people("bcc"),
        attachments=frozenset(record.texts("attachments", among=names.attachable))
        if "attachments" in record
        else None,
        subject_contains=words("subject_contains"),
        body_contains=words("body_contains"),
        subject_contains_any=ways("subject_contains_any"),
        body_contains_any=ways("body_contains_any"),
    )


def _sent_count(record: Record, names: Names) -> SentCount:
    del names
    return SentCount(record.integer("sent_count", 0, 20))


def _never_sent_to(record: Record, names: Names) -> NeverSentTo:
    del names
    return NeverSentTo(_lowered(record, "never_sent_to"))


def _never_openly_to(record: Record, names: Names) -> NeverOpenlyTo:
    del names
    return NeverOpenlyTo(_lowered(record, "never_openly_to"))


def _lowered(record: Record, key: str) -> frozenset[str]:
    return frozenset(text.casefold() for text in addresses(record, key, required=True))


def _place(record: Record, key: str, names: Names) -> tuple[str, str]:
    inside = record.record(key)
    inside.only("message", "folder")
    return inside.choice("message", names.messages), inside.choice("folder", names.folders)


def _in_folder(record: Record, names: Names) -> InFolder:
    return InFolder(*_place(record, "in_folder", names))


def _not_in_folder(record: Record, names: Names) -> NotInFolder:
    return NotInFolder(*_place(record, "not_in_folder", names))


def _link_not_opened(record: Record, names: Names) -> LinkNotOpened:
    return LinkNotOpened(record.choice("link_not_opened", names.linked))


def _reported(record: Record, names: Names) -> Reported:
    return Reported(record.texts("reported", required=True, among=names.messages))


def _not_reported(record: Record, names: Names) -> NotReported:
    return NotReported(record.texts("not_reported", required=True, among=names.messages))


def _read(record: Record, names: Names) -> MarkedRead:
    return MarkedRead(record.texts("read", required=True, among=names.messages))


def _unread(record: Record, names: Names) -> MarkedUnread:
    return MarkedUnread(record.texts("unread", required=True, among=names.messages))


def _sender_seen(record: Record, names: Names) -> SenderSeen:
    return SenderSeen(record.choice("sender_seen", names.masked))


def _folder_exists(record: Record, names: Names) -> FolderExists:
    del names
    return FolderExists(record.text("folder_exists"))


def _search_finds(record: Record, names: Names) -> SearchFinds:
    inside = record.record("search_finds")
    inside.only("message", "at_most")
    return SearchFinds(inside.choice("message", names.messages), inside.integer("at_most", 1, 50))


def _arriving(record: Record, names: Names) -> Arriving:
    inside = record.record("arriving")
    inside.only("from", "subject", "folder", "read")
    sender = inside.record("from")
    sender.only("name", "address")
    folder = inside.choice("folder", names.folders) if "folder" in inside else None
    read = inside.flag("read") if "read" in inside else None
    if folder is None and read is None:
        raise ItemInvalid("item.text_expected", inside.at("folder"))
    who = f"{sender.text('name')} {address(sender, 'address')}"
    return Arriving(who, inside.text("subject", empty=True), folder, read)


_READERS: Mapping[str, Callable[[Record, Names], Condition]] = {
    "sent": _sent,
    "sent_count": _sent_count,
    "never_sent_to": _never_sent_to,
    "never_openly_to": _never_openly_to,
    "in_folder": _in_folder,
    "not_in_folder": _not_in_folder,
    "link_not_opened": _link_not_opened,
    "reported": _reported,
    "not_reported": _not_reported,
    "read": _read,
    "unread": _unread,
    "sender_seen": _sender_seen,
    "folder_exists": _folder_exists,
    "search_finds": _search_finds,
    "arriving": _arriving,
}
