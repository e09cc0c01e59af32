"""The mailbox in lines: folders and what is in them, a message read aloud, a reply written line by line."""

from __future__ import annotations

from collections.abc import Sequence

from itembank.tasks.actions import Action
from itembank.tasks.mailbox import Draft, MailboxSpec, MailboxState
from itembank.tasks.mailbox.spec import Message, is_address
from kiosk.candidate.linear.console import Console, whole_numbers
from kiosk.candidate.linear.tools.dialogue import Doing, ToolDialogue, always
from kiosk.candidate.mail_folders import folder_name, listed
from kiosk.locale import t

_STARTS = ("reply", "reply_all", "forward")


class Dialogue(ToolDialogue[MailboxSpec, MailboxState]):
    """See the module."""

    def describe(self, spec: MailboxSpec, state: MailboxState) -> list[str]:
        found = []
        for folder in spec.folders:
            lines = listed(spec, state, folder)
            words = [
                t("linear.mail.message", who=line.who, subject=line.subject)
                + (f" ({t('linear.mail.unread')})" if line.unread else "")
                for line in lines
            ]
            if words or folder == "inbox":
                held = " ; ".join(words) or t("linear.mail.none")
                found.append(t("linear.mail.folder", folder=folder_name(folder), messages=held))
        if state.draft is not None:
            found += [t("linear.mail.draft_open"), *_draft_lines(state.draft)]
        return found

    def doings(self, spec: MailboxSpec, state: MailboxState) -> Sequence[Doing]:
        if state.draft is not None:
            return self._on_draft(spec, state, state.draft)
        return (
            Doing(t("linear.mail.read"), lambda console: _open(console, spec, state)),
            Doing(t("linear.mail.answer"), lambda console: _answer(console, spec, state)),
            Doing(t("linear.mail.file"), lambda console: _move(console, spec, state)),
            Doing(t("linear.mail.link"), lambda console: _link(console, spec, state)),
            Doing(t("linear.mail.write"), always({"do": "compose"})),
        )

    @staticmethod
    def _on_draft(spec: MailboxSpec, state: MailboxState, draft: Draft) -> Sequence[Doing]:
        del state
        rows = [
            Doing(
                t("linear.mail.recipients", field=t(f"candidate.mail.field.{field}")),
                lambda console, field=field: _recipients(console, spec, field),  # type: ignore[misc]
            )
            for field in ("to", "cc", "bcc")
        ]
        return (
            *rows,
            Doing(t("linear.mail.subject"), _subject),
            Doing(t("linear.mail.body"), _body),
            Doing(t("linear.mail.attach"), lambda console: _attach(console, spec, draft)),
            Doing(t("candidate.mail.do.send"), always({"do": "send"})),
            Doing(t("candidate.mail.do.discard"), always({"do": "discard"})),
        )

    def outcome(
        self, spec: MailboxSpec, before: MailboxState, after: MailboxState, action: Action
    ) -> list[str]:
        match action["do"]:
            case "open":
                return _message_lines(_named(spec, str(action["message"])), after)
            case "move":
                return [t("candidate.mail.moved", folder=folder_name(str(action["folder"])))]
            case "reveal_link" | "open_link" as do:
                link = _named(spec, str(action["message"])).links[int(str(action["link"]))]
                key = "leads_to" if do == "reveal_link" else "opened_link"
                return [t(f"candidate.mail.{key}", target=link.target)]
            case "send":
                return [t("candidate.mail.sent")]
            case "discard":
                return [t("candidate.mail.discarded")]
        return _draft_lines(after.draft) if after.draft else self.describe(spec, after)

    def unfinished(self, spec: MailboxSpec, state: MailboxState) -> str:
        return t("candidate.lack.unsent") if state.draft is not None else ""


def _named(spec: MailboxSpec, message: str) -> Message:
    return next(m for m in spec.messages if m.id == message)


def _message_lines(message: Message, state: MailboxState) -> list[str]:
    found = [
        t("linear.mail.from", who=f"{message.sender.name} {message.sender.address}"),
        t("linear.mail.sent_to", who=", ".join(message.to)),
    ]
    if message.cc:
        found.append(t("linear.mail.copy_to", who=", ".join(message.cc)))
    if message.date:
        found.append(t("linear.mail.dated", date=message.date))
    found.append(t("linear.mail.about", subject=message.subject))
    if message.attachments:
        found.append(t("linear.mail.has_files", files=", ".join(message.attachments)))
    found += message.body.strip().split("\n")
    for number, link in enumerate(message.links):
        found.append(t("linear.mail.has_link", number=number + 1, text=link.text))
        if (message.id, number) in state.revealed | state.opened:
            found.append(t("candidate.mail.leads_to", target=link.target))
    return found


def _draft_lines(draft: Draft) -> list[str]:
    rows = (
        ("to", ", ".join(draft.to)),
        ("cc", ", ".join(draft.cc)),
        ("bcc", ", ".join(draft.bcc)),
        ("subject", draft.subject),
        ("files", ", ".join(draft.attachments)),
        ("body", draft.body.strip()),
    )
    nothing = t("linear.mail.nothing")
    return [
        t("linear.mail.draft_line", field=t(f"candidate.mail.field.{name}"), value=value or nothing)
        for name, value in rows
    ]


def _pick_message(console: Console, spec: MailboxSpec, state: MailboxState) -> Message | None:
    where = {filed.id: folder_name(filed.folder) for filed in state.messages}
    if not spec.messages:
        console.say(t("linear.mail.none"))
        return None
    said = [
        t(
            "linear.mail.folder",
            folder=where[m.id],
            messages=t("linear.mail.message", who=m.sender.name, subject=m.subject),
        )
        for m in spec.messages
    ]
    picked = console.choose(t("linear.mail.which"), [*said, t("linear.tool.back")])
    return spec.messages[picked] if picked < len(spec.messages) else None


def _open(console: Console, spec: MailboxSpec, state: MailboxState) -> Action | None:
    message = _pick_message(console, spec, state)
    return {"do": "open", "message": message.id} if message else None


def _answer(console: Console, spec: MailboxSpec, state: MailboxState) -> Action | None:
    message = _pick_message(console, spec, state)
    if message is None:
        return None
    said = [t(f"candidate.mail.do.{start}") for start in _STARTS]
    picked = console.choose(t("linear.mail.how"), [*said, t("linear.tool.back")])
    return {"do": _STARTS[picked], "message": message.id} if picked < len(_STARTS) else None


def _move(console: Console, spec: MailboxSpec, state: MailboxState) -> Action | None:
    message = _pick_message(console, spec, state)
    if message is None:
        return None
    picked = console.choose(t("linear.mail.where"), [folder_name(folder) for folder in spec.folders])
    return {"do": "move", "message": message.id, "folder": spec.folders[picked]}


def _link(console: Console, spec: MailboxSpec, state: MailboxState) -> Action | None:
    message = _pick_message(console, spec, state)
    if message is None:
        return None
    if not message.links:
        console.say(t("linear.tool.nothing_here"))
        return None
    number = console.choose(t("linear.mail.which_link"), [link.text for link in message.links])
    text = message.links[number].text
    does = ("reveal_link", "open_link")
    said = [t("candidate.mail.do.reveal", text=text), t("candidate.mail.do.visit", text=text)]
    picked = console.choose(t("linear.mail.what_with_link"), [*said, t("linear.tool.back")])
    if picked == len(does):
        return None
    return {"do": does[picked], "message": message.id, "link": number}


def _recipients(console: Console, spec: MailboxSpec, field: str) -> Action | None:
    """The addresses chosen among the contacts by number, or one typed whole; nothing empties the line."""
    console.say(
        *(
            t("linear.numbered", number=n, words=f"{contact.name} {contact.address}")
            for n, contact in enumerate(spec.contacts, 1)
        )
    )
    while True:
        typed = console.ask(t("linear.mail.who", field=t(f"candidate.mail.field.{field}")))
        if is_address(typed):
            return {"do": "set_field", "field": field, "value": [typed]}
        numbers = whole_numbers(typed)
        if numbers is not None and all(1 <= n <= len(spec.contacts) for n in numbers):
            return {
                "do": "set_field",
                "field": field,
                "value": [spec.contacts[n - 1].address for n in numbers],
            }
        console.say(t("candidate.refused.address_expected", value=typed))


def _subject(console: Console) -> Action | None:
    typed = console.ask(t("linear.mail.type_subject"))
    return {"do": "set_field", "field": "subject", "value": typed}


def _body(console: Console) -> Action | None:
    console.say(t("linear.mail.type_body"))
    lines: list[str] = []
    while (line := console.ask(t("linear.mail.type_line"))) != ".":
        lines.append(line)
    return {"do": "set_field", "field": "body", "value": "\n".join(lines)}


def _attach(console: Console, spec: MailboxSpec, draft: Draft) -> Action | None:
    names = list(dict.fromkeys((*spec.files, *draft.attachments)))
    if not names:
        console.say(t("candidate.mail.no_file"))
        return None
    picked = console.choose(t("linear.mail.which_file"), [*names, t("linear.tool.back")])
    if picked == len(names):
        return None
    name = names[picked]
    return {"do": "detach" if name in draft.attachments else "attach", "file": name}
