"""What a person types in the linear mode to carry a mailbox solution out: numbers read off the lists, and texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itembank.tasks.mailbox import TOOL, MailboxSpec, MailboxState, Part, folders_now, found_by
from kiosk.candidate.linear.tools import dialogue_of
from kiosk.locale import t

_WORDS = {
    "open": "linear.mail.read",
    "move": "linear.mail.file",
    "reply": "linear.mail.answer",
    "reply_all": "linear.mail.answer",
    "forward": "linear.mail.answer",
    "reveal_link": "linear.mail.link",
    "open_link": "linear.mail.link",
    "compose": "linear.mail.write",
    "report": "tool_mailbox.report",
    "reveal_sender": "tool_mailbox.show_sender",
    "mark": "linear.mail.mark",
    "create_folder": "tool_mailbox.create",
    "add_rule": "tool_mailbox.rule.title",
    "remove_rule": "tool_mailbox.rule.title",
    "attach": "linear.mail.attach",
    "detach": "linear.mail.attach",
    "send": "candidate.mail.do.send",
    "discard": "candidate.mail.do.discard",
}
_STARTS = ("reply", "reply_all", "forward")


def lines_for(spec: MailboxSpec, solution: Sequence[dict[str, Any]]) -> list[str]:
    """What is typed to carry `solution` out, and to end the task."""
    dialogue = dialogue_of("mailbox")
    typed: list[str] = []
    for number, action in enumerate(solution):
        state = TOOL.state_after(spec, solution[:number])
        words = [doing.words for doing in dialogue.doings(spec, state)]
        if action["do"] == "undo":
            typed.append(str(len(words) + 2))
            continue
        typed += [str(words.index(_words(state, action)) + 1), *_details(spec, state, action)]
    return [*typed, "0"]


def _words(state: MailboxState, action: dict[str, Any]) -> str:
    match action:
        case {"do": "set_field", "field": "subject" | "body" as field}:
            return t(f"linear.mail.{field}")
        case {"do": "set_field", "field": field}:
            return t("linear.mail.recipients", field=t(f"candidate.mail.field.{field}"))
        case {"do": "search", "text": ""}:
            return t("tool_mailbox.search_end")
        case {"do": "search"}:
            return t("tool_mailbox.search_again" if state.search else "tool_mailbox.search")
    return t(_WORDS[action["do"]])


def _details(spec: MailboxSpec, state: MailboxState, action: dict[str, Any]) -> list[str]:
    folders = folders_now(spec, state)
    match action:
        case {"do": "set_field", "field": "body", "value": text}:
            return [*text.split("\n"), "."]
        case {"do": "set_field", "field": "subject", "value": text}:
            return [text]
        case {"do": "set_field", "value": addresses}:
            known = [contact.address for contact in spec.contacts]
            if all(address in known for address in addresses):
                return [" ".join(str(known.index(address) + 1) for address in addresses)]
            return list(addresses)
        case {"do": "attach" | "detach", "file": file}:
            assert state.draft is not None
            return [str(list(dict.fromkeys((*spec.files, *state.draft.attachments))).index(file) + 1)]
        case {"do": "search", "text": text}:
            return [text] if text else []
        case {"do": "create_folder", "name": name}:
            return [name]
        case {"do": "remove_rule", "rule": rule}:
            return [str(rule + 1)]
        case {"do": "add_rule"}:
            offered = [folder for folder in folders if folder not in ("inbox", "sent")]
            deed = offered.index(action["folder"]) if action["then"] == "move" else len(offered)
            return [
                str(len(state.rules) + 1),
                str(list(Part).index(Part(action["part"])) + 1),
                action["contains"],
                str(deed + 1),
                "2" if action.get("existing") else "1",
            ]
        case {"message": message}:
            listed = found_by(spec, state.search) if state.search else spec.messages
            return [
                str([m.id for m in listed].index(message) + 1),
                *_with_message(spec, folders, action),
            ]
    return []


def _with_message(spec: MailboxSpec, folders: Sequence[str], action: dict[str, Any]) -> list[str]:
    match action:
        case {"do": "move", "folder": folder}:
            return [str(folders.index(folder) + 1)]
        case {"do": "reply" | "reply_all" | "forward" as start}:
            return [str(_STARTS.index(start) + 1)]
        case {"do": "mark", "read": read}:
            return ["1" if read else "2"]
        case {"do": "reveal_link" | "open_link" as do, "link": link}:
            return [str(link + 1), "1" if do == "reveal_link" else "2"]
    return []
