"""The mailbox in lines: folders and what is in them, a message read aloud, a reply written line by line; searching,
sorting by rules."""

from __future__ import annotations

from collections.abc import Sequence

from itembank.tasks.actions import Action
from itembank.tasks.mailbox import Deed, Draft, MailboxSpec, MailboxState, Part, folders_now, found_by
from itembank.tasks.mailbox.addresses import is_address
from itembank.tasks.mailbox.spec import Message
from kiosk.candidate.linear.console import Console, whole_numbers
from kiosk.candidate.linear.tools.dialogue import Doing, ToolDialogue, always, ask_text
from kiosk.candidate.mail_folders import Listed, folder_name, listed, listed_by_search
from kiosk.candidate.mail_words import rule_action, rule_words, sender_hidden
from kiosk.locale import t

_STARTS = ("reply", "reply_all", "forward")


class Dialogue(ToolDialogue[MailboxSpec, MailboxState]):
    """See the module."""

    def describe(self, spec: MailboxSpec, state: MailboxState) -> list[str]:
        found = _search_lines(spec, state) if state.search else []
        for folder in folders_now(spec, state):
            words = [_line_words(line) for line in listed(spec, state, folder)]
            if words or folder == "inbox" or folder in state.new_folders:
                held = " ; ".join(words) or t("linear.mail.none")
                found.append(t("linear.mail.folder", folder=folder_name(folder), messages=held))
        found += [rule_words(rule) for rule in state.rules]
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
            *self._on_mailbox(spec, state),
        )

    @staticmethod
    def _on_mailbox(spec: MailboxSpec, state: MailboxState) -> Sequence[Doing]:
        masked = any(sender_hidden(state, message) for message in spec.messages)
        again = "search_again" if state.search else "search"
        return (
            Doing(t("tool_mailbox.report"), lambda console: _report(console, spec, state)),
            *(
                [Doing(t("tool_mailbox.show_sender"), lambda console: _sender(console, spec, state))]
                if masked
                else []
            ),
            Doing(t("linear.mail.mark"), lambda console: _mark(console, spec, state)),
            Doing(t(f"tool_mailbox.{again}"), _search),
            *(
                [Doing(t("tool_mailbox.search_end"), always({"do": "search", "text": ""}))]
                if state.search
                else []
            ),
            Doing(t("tool_mailbox.create"), _create_folder),
            Doing(t("tool_mailbox.rule.title"), lambda console: _rules(console, spec, state)),
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
            case "reveal_sender":
                message = _named(spec, str(action["message"]))
                return [t("tool_mailbox.sender", name=message.shown_sender, address=message.sender.address)]
            case "report":
                return [t("tool_mailbox.reported")]
            case "mark":
                return [t("tool_mailbox.marked_read" if action["read"] else "tool_mailbox.marked_unread")]
            case "search":
                return _search_lines(spec, after) if after.search else [t("tool_mailbox.search_over")]
            case "create_folder":
                return [t("tool_mailbox.created", name=after.new_folders[-1])]
            case "add_rule":
                return [t("tool_mailbox.rule.made"), rule_words(after.rules[-1])]
            case "remove_rule":
                return [t("tool_mailbox.rule.deleted")]
            case "send":
                return [t("candidate.mail.sent")]
            case "discard":
                return [t("candidate.mail.discarded")]
        return _draft_lines(after.draft) if after.draft else self.describe(spec, after)

    def unfinished(self, spec: MailboxSpec, state: MailboxState) -> str:
        return t("candidate.lack.unsent") if state.draft is not None else ""


def _named(spec: MailboxSpec, message: str) -> Message:
    return next(m for m in spec.messages if m.id == message)


def _line_words(line: Listed) -> str:
    said = t("linear.mail.message", who=line.who, subject=line.subject)
    return f"{said} ({t('linear.mail.unread')})" if line.unread else said


def _search_lines(spec: MailboxSpec, state: MailboxState) -> list[str]:
    found = listed_by_search(spec, state)
    return [
        t("tool_mailbox.search_found", n=len(found), text=state.search),
        *(t("linear.mail.folder", folder=line.date, messages=_line_words(line)) for line in found),
    ]


def _message_lines(message: Message, state: MailboxState) -> list[str]:
    hidden = sender_hidden(state, message)
    who = t("tool_mailbox.sender_hidden", name=message.shown_name) if hidden else message.whole_sender
    found = [
        t("linear.mail.from", who=who),
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
    """A message of the mailbox, or, while a search is in force, of those that it found."""
    where = {filed.id: folder_name(filed.folder) for filed in state.messages}
    messages = found_by(spec, state.search) if state.search else spec.messages
    if not messages:
        console.say(t("linear.mail.none"))
        return None
    said = [
        t(
            "linear.mail.folder",
            folder=where[m.id],
            messages=t("linear.mail.message", who=m.shown_sender, subject=m.subject),
        )
        for m in messages
    ]
    picked = console.choose(t("linear.mail.which"), [*said, t("linear.tool.back")])
    return messages[picked] if picked < len(messages) else None


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
    folders = folders_now(spec, state)
    picked = console.choose(t("linear.mail.where"), [folder_name(folder) for folder in folders])
    return {"do": "move", "message": message.id, "folder": folders[picked]}


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


def _report(console: Console, spec: MailboxSpec, state: MailboxState) -> Action | None:
    message = _pick_message(console, spec, state)
    return {"do": "report", "message": message.id} if message else None


def _sender(console: Console, spec: MailboxSpec, state: MailboxState) -> Action | None:
    message = _pick_message(console, spec, state)
    return {"do": "reveal_sender", "message": message.id} if message else None


def _mark(console: Console, spec: MailboxSpec, state: MailboxState) -> Action | None:
    message = _pick_message(console, spec, state)
    if message is None:
        return None
    said = [t("tool_mailbox.mark_read"), t("tool_mailbox.mark_unread")]
    picked = console.choose(t("linear.mail.how"), [*said, t("linear.tool.back")])
    return {"do": "mark", "message": message.id, "read": picked == 0} if picked < len(said) else None


def _search(console: Console) -> Action | None:
    text = ask_text(console, t("tool_mailbox.search_ask"))
    return {"do": "search", "text": text} if text else None


def _create_folder(console: Console) -> Action | None:
    name = ask_text(console, t("tool_mailbox.create_ask"))
    return {"do": "create_folder", "name": name} if name else None


def _rules(console: Console, spec: MailboxSpec, state: MailboxState) -> Action | None:
    """A rule to delete, or a new one: what it looks at, what for, what it does, and to which messages."""
    said = [t("tool_mailbox.rule.delete", rule=rule_words(rule)) for rule in state.rules]
    picked = console.choose(
        t("tool_mailbox.rule.title"), [*said, t("tool_mailbox.rule.new"), t("linear.tool.back")]
    )
    if picked < len(said):
        return {"do": "remove_rule", "rule": picked}
    if picked > len(said):
        return None
    parts = tuple(Part)
    part = parts[
        console.choose(
            t("tool_mailbox.rule.look_at"), [t(f"tool_mailbox.rule.part_{part}") for part in parts]
        )
    ]
    words = ask_text(console, t("tool_mailbox.rule.contains"))
    if not words:
        return None
    folders = [folder for folder in folders_now(spec, state) if folder not in ("inbox", "sent")]
    deeds = [t("tool_mailbox.rule.move_to", folder=folder_name(folder)) for folder in folders]
    deed = console.choose(t("tool_mailbox.rule.then"), [*deeds, t("tool_mailbox.rule.mark_read")])
    existing = console.choose(
        t("tool_mailbox.rule.existing"),
        [t("tool_mailbox.rule.existing_no"), t("tool_mailbox.rule.existing_yes")],
    )
    if deed == len(deeds):
        return rule_action(part, words, Deed.READ, "", existing=existing == 1)
    return rule_action(part, words, Deed.MOVE, folders[deed], existing=existing == 1)


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
