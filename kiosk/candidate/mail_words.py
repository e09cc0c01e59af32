"""A sender and a sorting rule, as the candidate is told; on the screen and in lines."""

from __future__ import annotations

from itembank.tasks.mailbox import Deed, MailboxState, Rule
from itembank.tasks.mailbox.spec import Message
from kiosk.candidate.mail_folders import folder_name
from kiosk.locale import t


def sender_hidden(state: MailboxState, message: Message) -> bool:
    """Whether the address behind the shown name is still out of sight."""
    return bool(message.shown_name) and message.id not in state.senders


def rule_words(rule: Rule) -> str:
    """« Si l'objet contient « facture » : ranger dans « Factures » »."""
    deed = t(f"tool_mailbox.rule.then_{rule.deed}", folder=folder_name(rule.folder))
    return t(f"tool_mailbox.rule.if_{rule.part}", words=rule.contains, then=deed)


def rule_action(part: str, words: str, deed: Deed, folder: str, *, existing: bool) -> dict[str, object]:
    """The action that makes a rule."""
    action: dict[str, object] = {"do": "add_rule", "part": part, "contains": words, "then": str(deed)}
    if deed is Deed.MOVE:
        action["folder"] = folder
    return action | {"existing": existing}
