"""The mailbox task: what the candidate does in the author's mailbox, and which goals then hold.

Actions (plain JSON), `message` being a message's id:

- reading: `{"do": "open", "message"}`, `{"do": "move", "message", "folder"}`, `{"do": "reveal_link", "message", "link"}`
  (`link` counted from 0), `{"do": "open_link", "message", "link"}`;
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
from itembank.tasks.history import History
from itembank.tasks.mailbox.spec import (
    Condition,
    InFolder,
    LinkNotOpened,
    MailboxSpec,
    Message,
    SentCount,
    SentLike,
    is_address,
)
from itembank.tasks.words import fold, mentions

IRREVOCABLE = frozenset({"send", "open_link"})
MOST_RECIPIENTS = 50
LONGEST_SUBJECT = 200
LONGEST_BODY = 5_000


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


def initial_state(spec: MailboxSpec) -> MailboxState:
    """The author's mailbox, untouched: nothing read, nothing written."""
    return MailboxState(tuple(Filed(message.id, message.folder) for message in spec.messages))


def apply(spec: MailboxSpec, state: MailboxState, action: Action) -> MailboxState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.unknown_message`,
    `action.unknown_folder`, `action.unknown_link`, `action.unknown_file`, `action.unknown_field`,
    `action.draft_open` (there already is a draft), `action.no_draft`, `action.no_recipient`,
    `action.address_expected` (`value`).
    """
    match reading.verb(action):
        case "open":
            return _filed(state, _message(spec, action).id, read=True)
        case "move":
            return _move(spec, state, action)
        case "reveal_link":
            return replace(state, revealed=state.revealed | {_link(spec, action)})
        case "open_link":
            return replace(state, opened=state.opened | {_link(spec, action)})
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
    return tuple(all(_holds(condition, state) for condition in goal.when) for goal in spec.goals)


def step(spec: MailboxSpec, history: History[MailboxState], action: Action) -> History[MailboxState]:
    """The history after `action`, undo included, for a screen that follows the candidate; raises as `apply` does."""
    return history.step(partial(apply, spec), action, irrevocable=IRREVOCABLE)


# --- goals --------------------------------------------------------------------------------------------------------


def _holds(condition: Condition, state: MailboxState) -> bool:
    match condition:
        case SentCount(number):
            return len(state.sent) == number
        case InFolder(message, folder):
            return any(filed.id == message and filed.folder == folder for filed in state.messages)
        case LinkNotOpened(message):
            return all(opened != message for opened, _ in state.opened)
        case SentLike():
            return any(_is_like(sent, condition) for sent in state.sent)


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


def _move(spec: MailboxSpec, state: MailboxState, action: Action) -> MailboxState:
    folder = reading.text(action, "folder", limit=100)
    if folder not in spec.folders:
        raise ResponseInvalid("action.unknown_folder")
    return _filed(state, _message(spec, action).id, folder=folder)


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
