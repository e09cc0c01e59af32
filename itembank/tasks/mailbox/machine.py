"""The mailbox task: what the candidate does in the author's mailbox, and which goals then hold.

Actions (plain JSON), `message` being a message's id:

- reading: `{"do": "open", "message"}`, `{"do": "move", "message", "folder"}`, `{"do": "reveal_link", "message", "link"}`
  (`link` counted from 0), `{"do": "open_link", "message", "link"}`, `{"do": "reveal_sender", "message"}` (the address
  behind a shown name), `{"do": "mark", "message", "read": true}`, `{"do": "report", "message"}` (as fraud: it also goes
  to the junk);
- the whole mailbox: `{"do": "search", "text"}` (an empty text ends the search), `{"do": "create_folder", "name"}`,
  `{"do": "add_rule", "part": "from" or "subject", "contains", "then": "move" or "read", "folder", "existing": true}`
  (`folder` for a move; with `existing` the rule also sorts what is in the inbox now), `{"do": "remove_rule", "rule"}`
  (counted from 0);
- starting a draft, while there is none: `{"do": "compose"}`, `{"do": "reply", "message"}`, `{"do": "reply_all",
  "message"}`, `{"do": "forward", "message"}`;
- on the draft: `{"do": "set_field", "field", "value"}` (`to`, `cc`, `bcc`: a list of addresses; `subject`, `body`: a
  text), `{"do": "attach", "file"}`, `{"do": "detach", "file"}`, `{"do": "discard"}`, `{"do": "send"}`.

What is sent is sent, and a link once opened has been opened: neither can be undone (`IRREVOCABLE`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action
from itembank.tasks.alternatives import all_said
from itembank.tasks.history import History
from itembank.tasks.mailbox.addresses import is_address
from itembank.tasks.mailbox.conditions import (
    Arriving,
    Condition,
    FolderExists,
    InFolder,
    LinkNotOpened,
    MarkedRead,
    MarkedUnread,
    NeverOpenlyTo,
    NeverSentTo,
    NotInFolder,
    NotReported,
    Reported,
    SearchFinds,
    SenderSeen,
    SentCount,
    SentLike,
)
from itembank.tasks.mailbox.rules import Deed, Part, Rule, contains, sorted_by
from itembank.tasks.mailbox.spec import MailboxSpec, Message
from itembank.tasks.words import fold, mentions

IRREVOCABLE = frozenset({"send", "open_link"})
MOST_RECIPIENTS = 50
LONGEST_SUBJECT = 200
LONGEST_BODY = 5_000
LONGEST_SEARCH = 100
LONGEST_FOLDER = 30
MOST_RULES, MOST_NEW_FOLDERS = 10, 10

KEYS: dict[str, tuple[str, ...]] = {
    "open": ("message",),
    "move": ("message", "folder"),
    "reveal_link": ("message", "link"),
    "open_link": ("message", "link"),
    "reveal_sender": ("message",),
    "mark": ("message", "read"),
    "report": ("message",),
    "search": ("text",),
    "create_folder": ("name",),
    "add_rule": ("part", "contains", "then", "folder", "existing"),
    "remove_rule": ("rule",),
    "compose": (),
    "reply": ("message",),
    "reply_all": ("message",),
    "forward": ("message",),
    "set_field": ("field", "value"),
    "attach": ("file",),
    "detach": ("file",),
    "discard": (),
    "send": (),
}
"""Every action, and what it may say beside its `do`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message being written, or (in `MailboxState.sent`) as it left. `reply_to` and `forward_of` are message ids."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    attachments: tuple[str, ...] = ()
    reply_to: str | None = None
    forward_of: str | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a message of the spec now is, and whether it was opened."""

    id: str
    folder: str
    read: bool = False


@dataclass(frozen=True, slots=True)
class MailboxState:
    """The mailbox now: `messages` in the author's order, `sent` in the order of sending; links are (message id, number
    from 0)."""

    messages: tuple[Filed, ...]
    sent: tuple[Draft, ...] = ()
    draft: Draft | None = None
    revealed: frozenset[tuple[str, int]] = frozenset()
    opened: frozenset[tuple[str, int]] = frozenset()
    senders: frozenset[str] = frozenset()
    """Messages whose sender's address was asked for."""
    reported: frozenset[str] = frozenset()
    search: str = ""
    """The search in force; empty when there is none."""
    searches: tuple[str, ...] = ()
    """Every search made."""
    new_folders: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


def initial_state(spec: MailboxSpec) -> MailboxState:
    """The author's mailbox, untouched: nothing written."""
    return MailboxState(tuple(Filed(message.id, message.folder, message.read) for message in spec.messages))


def folders_now(spec: MailboxSpec, state: MailboxState) -> tuple[str, ...]:
    """Every folder, the candidate's own last."""
    return (*spec.folders, *state.new_folders)


def found_by(spec: MailboxSpec, text: str) -> tuple[Message, ...]:
    """The messages that a search finds, in every folder: all its words stand in the sender, the subject or the text."""
    words = text.split()
    return tuple(
        message
        for message in spec.messages
        if all(contains(f"{message.whole_sender} {message.subject} {message.body}", word) for word in words)
    )


def apply(spec: MailboxSpec, state: MailboxState, action: Action) -> MailboxState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.unknown_message`,
    `action.unknown_folder`, `action.unknown_link`, `action.unknown_file`, `action.unknown_field`,
    `action.draft_open` (there already is a draft), `action.no_draft`, `action.no_recipient`,
    `action.address_expected` (`value`), `action.name_taken` (`name`), `action.empty_name`, `action.too_many_folders`
    (`limit`), `action.empty_rule`, `action.unknown_rule`, `action.too_many_rules` (`limit`).
    """
    match reading.known_verb(action, KEYS):
        case "open":
            return _filed(state, _message(spec, action).id, read=True)
        case "move":
            return _move(spec, state, action)
        case "reveal_link":
            return replace(state, revealed=state.revealed | {_link(spec, action)})
        case "open_link":
            return replace(state, opened=state.opened | {_link(spec, action)})
        case "reveal_sender":
            return replace(state, senders=state.senders | {_message(spec, action).id})
        case "mark":
            return _marked(state, _message(spec, action).id, reading.flag(action, "read"))
        case "report":
            message = _message(spec, action).id
            return replace(_filed(state, message, folder="junk"), reported=state.reported | {message})
        case "search":
            return _search(state, action)
        case "create_folder":
            return _create_folder(spec, state, action)
        case "add_rule":
            return _add_rule(spec, state, action)
        case "remove_rule":
            return _remove_rule(state, action)
        case "compose" | "reply" | "reply_all" | "forward" as start:
            return _start(spec, state, action, start)
        case "set_field" | "attach" | "detach" as change:
            return replace(state, draft=_changed(spec, _draft(state), action, change))
        case "discard":
            _draft(state)
            return replace(state, draft=None)
        case "send":
            return _send(state)
        case other:
            raise ResponseInvalid("action.unknown", do=other)


def goals_met(spec: MailboxSpec, state: MailboxState) -> tuple[bool, ...]:
    """Which goals hold, in the author's order."""
    return tuple(all(_holds(spec, condition, state) for condition in goal.when) for goal in spec.goals)


def step(spec: MailboxSpec, history: History[MailboxState], action: Action) -> History[MailboxState]:
    """The history after `action`, undo included, for a screen that follows the candidate; raises as `apply` does."""
    return history.step(partial(apply, spec), action, irrevocable=IRREVOCABLE)


# --- goals --------------------------------------------------------------------------------------------------------


def _holds(spec: MailboxSpec, condition: Condition, state: MailboxState) -> bool:
    match condition:
        case SentCount(number):
            return len(state.sent) == number
        case NeverSentTo(addresses):
            return not any(addresses & _recipients_of(sent) for sent in state.sent)
        case NeverOpenlyTo(addresses):
            return not any(addresses.intersection(_lowered((*sent.to, *sent.cc))) for sent in state.sent)
        case InFolder(message, folder):
            return _is_in(state, message, folder)
        case NotInFolder(message, folder):
            return not _is_in(state, message, folder)
        case LinkNotOpened(message):
            return all(opened != message for opened, _ in state.opened)
        case Reported(messages):
            return state.reported.issuperset(messages)
        case NotReported(messages):
            return state.reported.isdisjoint(messages)
        case MarkedRead(messages):
            return all(filed.read for filed in state.messages if filed.id in messages)
        case MarkedUnread(messages):
            return not any(filed.read for filed in state.messages if filed.id in messages)
        case SenderSeen(message):
            return message in state.senders
        case FolderExists(folder):
            return any(_same_name(folder, name) for name in state.new_folders)
        case SearchFinds(message, at_most):
            return any(_finds(spec, search, message, at_most) for search in state.searches)
        case Arriving(sender, subject, into, read):
            place, is_read = sorted_by(state.rules, sender, subject, folder="inbox", read=False)
            return (into is None or _same_name(into, place)) and read in (None, is_read)
        case SentLike():
            return any(_is_like(sent, condition) for sent in state.sent)


def _recipients_of(sent: Draft) -> frozenset[str]:
    return frozenset(_lowered((*sent.to, *sent.cc, *sent.bcc)))


def _is_in(state: MailboxState, message: str, folder: str) -> bool:
    return any(filed.id == message and _same_name(filed.folder, folder) for filed in state.messages)


def _same_name(one: str, other: str) -> bool:
    return " ".join(fold(one).split()) == " ".join(fold(other).split())


def _finds(spec: MailboxSpec, search: str, message: str, at_most: int) -> bool:
    found = found_by(spec, search)
    return len(found) <= at_most and any(one.id == message for one in found)


def _is_like(sent: Draft, wanted: SentLike) -> bool:
    return (
        wanted.reply_to in (None, sent.reply_to)
        and wanted.forward_of in (None, sent.forward_of)
        and _same(wanted.to, _lowered(sent.to))
        and _same(wanted.cc, _lowered(sent.cc))
        and _same(wanted.bcc, _lowered(sent.bcc))
        and _same(wanted.attachments, sent.attachments)
        and all(mentions(sent.subject, word) for word in wanted.subject_contains or ())
        and all(mentions(sent.body, word) for word in wanted.body_contains or ())
        and all_said(sent.subject, wanted.subject_contains_any or ())
        and all_said(sent.body, wanted.body_contains_any or ())
    )


def _same(wanted: frozenset[str] | None, found: Iterable[str]) -> bool:
    return wanted is None or wanted == frozenset(found)


def _lowered(addresses: Iterable[str]) -> list[str]:
    return [address.casefold() for address in addresses]


# --- messages and links -------------------------------------------------------------------------------------------


def _message(spec: MailboxSpec, action: Action) -> Message:
    wanted = reading.text(action, "message", limit=100)
    for message in spec.messages:
        if message.id == wanted:
            return message
    raise ResponseInvalid("action.unknown_message")


def _link(spec: MailboxSpec, action: Action) -> tuple[str, int]:
    message, number = _message(spec, action), reading.index(action, "link")
    if number >= len(message.links):
        raise ResponseInvalid("action.unknown_link")
    return message.id, number


def _folder(spec: MailboxSpec, state: MailboxState, action: Action) -> str:
    folder = reading.text(action, "folder", limit=100)
    if folder not in folders_now(spec, state):
        raise ResponseInvalid("action.unknown_folder")
    return folder


def _move(spec: MailboxSpec, state: MailboxState, action: Action) -> MailboxState:
    folder = _folder(spec, state, action)
    return _filed(state, _message(spec, action).id, folder=folder)


def _marked(state: MailboxState, message: str, read: bool) -> MailboxState:
    return replace(
        state,
        messages=tuple(
            replace(filed, read=read) if filed.id == message else filed for filed in state.messages
        ),
    )


def _filed(
    state: MailboxState, message: str, *, folder: str | None = None, read: bool = False
) -> MailboxState:
    return replace(
        state,
        messages=tuple(
            Filed(filed.id, folder or filed.folder, filed.read or read) if filed.id == message else filed
            for filed in state.messages
        ),
    )


# --- the whole mailbox --------------------------------------------------------------------------------------------


def _search(state: MailboxState, action: Action) -> MailboxState:
    text = " ".join(reading.text(action, "text", limit=LONGEST_SEARCH).split())
    return replace(state, search=text, searches=(*state.searches, text) if text else state.searches)


def _create_folder(spec: MailboxSpec, state: MailboxState, action: Action) -> MailboxState:
    name = " ".join(reading.text(action, "name", limit=LONGEST_FOLDER).split())
    if not name:
        raise ResponseInvalid("action.empty_name")
    if any(_same_name(name, other) for other in folders_now(spec, state)):
        raise ResponseInvalid("action.name_taken", name=name)
    if len(state.new_folders) >= MOST_NEW_FOLDERS:
        raise ResponseInvalid("action.too_many_folders", limit=MOST_NEW_FOLDERS)
    return replace(state, new_folders=(*state.new_folders, name))


def _add_rule(spec: MailboxSpec, state: MailboxState, action: Action) -> MailboxState:
    part, deed = reading.text(action, "part", limit=20), reading.text(action, "then", limit=20)
    if part not in tuple(Part):
        raise ResponseInvalid("action.wrong_type", key="part")
    if deed not in tuple(Deed):
        raise ResponseInvalid("action.wrong_type", key="then")
    words = " ".join(reading.text(action, "contains", limit=LONGEST_SEARCH).split())
    if not words:
        raise ResponseInvalid("action.empty_rule")
    folder = _folder(spec, state, action) if deed == Deed.MOVE else ""
    if len(state.rules) >= MOST_RULES:
        raise ResponseInvalid("action.too_many_rules", limit=MOST_RULES)
    rule = Rule(Part(part), words, Deed(deed), folder)
    ruled = replace(state, rules=(*state.rules, rule))
    return _sorted_now(spec, ruled, rule) if reading.flag(action, "existing") else ruled


def _sorted_now(spec: MailboxSpec, state: MailboxState, rule: Rule) -> MailboxState:
    """The rule let loose once on what is in the inbox."""
    written = {message.id: message for message in spec.messages}
    found: list[Filed] = []
    for filed in state.messages:
        message = written[filed.id]
        if filed.folder == "inbox":
            folder, read = sorted_by(
                (rule,), message.whole_sender, message.subject, folder=filed.folder, read=filed.read
            )
            filed = Filed(filed.id, folder, read)
        found.append(filed)
    return replace(state, messages=tuple(found))


def _remove_rule(state: MailboxState, action: Action) -> MailboxState:
    number = reading.index(action, "rule")
    if number >= len(state.rules):
        raise ResponseInvalid("action.unknown_rule")
    return replace(state, rules=(*state.rules[:number], *state.rules[number + 1 :]))


# --- the draft ----------------------------------------------------------------------------------------------------


def _draft(state: MailboxState) -> Draft:
    if state.draft is None:
        raise ResponseInvalid("action.no_draft")
    return state.draft


def _start(spec: MailboxSpec, state: MailboxState, action: Action, start: str) -> MailboxState:
    if state.draft is not None:
        raise ResponseInvalid("action.draft_open")
    if start == "compose":
        return replace(state, draft=Draft())
    message = _message(spec, action)
    if start == "forward":
        draft = Draft(
            subject=_prefixed("Tr : ", ("tr", "fwd", "fw"), message.subject),
            attachments=message.attachments,
            forward_of=message.id,
        )
        return replace(state, draft=draft)
    mine = message.sender.address.casefold() == spec.me.address.casefold()
    to = _different(message.to if mine else (message.sender.address,))
    others: tuple[str, ...] = ()
    if start == "reply_all":
        others = _different((*message.to, *message.cc), but=(*to, spec.me.address))
    subject = _prefixed("Re : ", ("re",), message.subject)
    return replace(state, draft=Draft(to=to, cc=others, subject=subject, reply_to=message.id))


def _prefixed(prefix: str, known: tuple[str, ...], subject: str) -> str:
    """« Votre dossier » -> « Re : Votre dossier »; « RE: Votre dossier » stays."""
    before, colon, _ = subject.partition(":")
    return subject if colon and fold(before).strip() in known else prefix + subject


def _different(addresses: Iterable[str], *, but: Iterable[str] = ()) -> tuple[str, ...]:
    """`addresses` without repetition, in order, and without those of `but`; case does not count."""
    seen = {address.casefold() for address in but}
    kept: list[str] = []
    for address in addresses:
        if address.casefold() not in seen:
            seen.add(address.casefold())
            kept.append(address)
    return tuple(kept)


def _changed(spec: MailboxSpec, draft: Draft, action: Action, change: str) -> Draft:
    if change == "set_field":
        return _with_field(draft, action)
    file = reading.text(action, "file", limit=200)
    if change == "attach":
        if file not in (*spec.files, *_forwarded(spec, draft)):
            raise ResponseInvalid("action.unknown_file")
        return draft if file in draft.attachments else replace(draft, attachments=(*draft.attachments, file))
    if file not in draft.attachments:
        raise ResponseInvalid("action.unknown_file")
    return replace(draft, attachments=tuple(name for name in draft.attachments if name != file))


def _forwarded(spec: MailboxSpec, draft: Draft) -> tuple[str, ...]:
    return next((message.attachments for message in spec.messages if message.id == draft.forward_of), ())


def _with_field(draft: Draft, action: Action) -> Draft:
    match reading.text(action, "field", limit=20):
        case "subject":
            return replace(draft, subject=reading.text(action, "value", limit=LONGEST_SUBJECT))
        case "body":
            return replace(draft, body=reading.text(action, "value", limit=LONGEST_BODY, lines=True))
        case "to":
            return replace(draft, to=_recipients(action))
        case "cc":
            return replace(draft, cc=_recipients(action))
        case "bcc":
            return replace(draft, bcc=_recipients(action))
    raise ResponseInvalid("action.unknown_field")


def _recipients(action: Action) -> tuple[str, ...]:
    value = action.get("value")
    if not isinstance(value, list | tuple):
        raise ResponseInvalid("action.wrong_type", key="value")
    if len(value) > MOST_RECIPIENTS:
        raise ResponseInvalid("action.too_long", key="value", limit=MOST_RECIPIENTS)
    found: list[str] = []
    for member in value:
        address = member.strip() if isinstance(member, str) else ""
        if not is_address(address):
            raise ResponseInvalid("action.address_expected", value=address)
        found.append(address)
    return _different(found)


def _send(state: MailboxState) -> MailboxState:
    draft = _draft(state)
    if not (draft.to or draft.cc or draft.bcc):
        raise ResponseInvalid("action.no_recipient")
    return replace(state, sent=(*state.sent, draft), draft=None)
