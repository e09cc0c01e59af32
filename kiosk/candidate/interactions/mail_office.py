"""What is done with the mailbox rather than with one message: searching, making a folder, sorting by rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itembank.tasks.mailbox import Deed, Part, folders_now, found_by
from itembank.tasks.mailbox.machine import LONGEST_FOLDER, LONGEST_SEARCH
from kiosk.candidate.mail_folders import folder_name
from kiosk.candidate.mail_words import rule_action, rule_words
from kiosk.candidate.menu import Entry
from kiosk.locale import t

if TYPE_CHECKING:
    from kiosk.candidate.interactions.mailbox import MailboxTool


class MailOffice:
    """Menus and typed lines in front of the mailbox, ending in one action each."""

    def __init__(self, tool: MailboxTool) -> None:
        self._tool = tool

    def offer(self) -> None:
        """The menu of all this."""
        searching = bool(self._tool.state.search)
        entries = [Entry("search", t("tool_mailbox.search_again" if searching else "tool_mailbox.search"))]
        if searching:
            entries.append(Entry("end", t("tool_mailbox.search_end")))
        entries += [
            Entry("create", t("tool_mailbox.create")),
            Entry("rules", t("tool_mailbox.rule.title")),
            Entry("back", t("candidate.mail.do.back")),
        ]
        self._tool.ask(t("tool_mailbox.more_title"), entries, self._picked)

    def _picked(self, picked: str) -> None:
        match picked:
            case "search":
                self._tool.enter(t("tool_mailbox.search_ask"), self._search, limit=LONGEST_SEARCH)
            case "end":
                self.end_search()
            case "create":
                self._tool.enter(t("tool_mailbox.create_ask"), self._create, limit=LONGEST_FOLDER)
            case "rules":
                self._rules()

    # --- search ---

    def _search(self, text: str) -> None:
        if self._tool.do(do="search", text=text):
            self._tool.to_list()
            found = len(found_by(self._tool.spec, text))
            self._tool.says(t("tool_mailbox.search_found", n=found, text=text))

    def end_search(self) -> None:
        """Back to the folders."""
        if self._tool.do(do="search", text=""):
            self._tool.to_list()
            self._tool.says(t("tool_mailbox.search_over"))

    # --- folders ---

    def _create(self, name: str) -> None:
        if self._tool.do(do="create_folder", name=name):
            self._tool.to_list()
            self._tool.says(t("tool_mailbox.created", name=name))

    # --- rules ---

    def _rules(self) -> None:
        entries = [
            Entry(str(number), t("tool_mailbox.rule.delete", rule=rule_words(rule)))
            for number, rule in enumerate(self._tool.state.rules)
        ]
        entries += [
            Entry("new", t("tool_mailbox.rule.new")),
            Entry("back", t("candidate.mail.do.back")),
        ]
        title = t("tool_mailbox.rule.title") if len(entries) > 2 else t("tool_mailbox.rule.none")
        self._tool.ask(title, entries, self._rule_picked, cursor=len(entries) - 2)

    def _rule_picked(self, picked: str) -> None:
        if picked == "new":
            parts = [Entry(str(part), t(f"tool_mailbox.rule.part_{part}")) for part in Part]
            self._tool.ask(t("tool_mailbox.rule.look_at"), parts, self._part_picked)
        elif picked != "back" and self._tool.do(do="remove_rule", rule=int(picked)):
            self._tool.says(t("tool_mailbox.rule.deleted"))

    def _part_picked(self, part: str) -> None:
        self._tool.enter(
            t("tool_mailbox.rule.contains"),
            lambda words: self._pick_deed(part, words),
            limit=LONGEST_SEARCH,
        )

    def _pick_deed(self, part: str, words: str) -> None:
        folders = folders_now(self._tool.spec, self._tool.state)
        entries = [
            Entry(str(number), t("tool_mailbox.rule.move_to", folder=folder_name(folder)))
            for number, folder in enumerate(folders)
            if folder not in ("inbox", "sent")
        ]
        entries.append(Entry("read", t("tool_mailbox.rule.mark_read")))

        def picked(entry: str) -> None:
            deed, folder = (Deed.READ, "") if entry == "read" else (Deed.MOVE, folders[int(entry)])
            self._pick_existing(part, words, deed, folder)

        self._tool.ask(t("tool_mailbox.rule.then"), entries, picked)

    def _pick_existing(self, part: str, words: str, deed: Deed, folder: str) -> None:
        entries = [
            Entry("no", t("tool_mailbox.rule.existing_no")),
            Entry("yes", t("tool_mailbox.rule.existing_yes")),
        ]

        def picked(entry: str) -> None:
            if self._tool.do(**rule_action(part, words, deed, folder, existing=entry == "yes")):
                self._tool.to_list()
                self._tool.says(t("tool_mailbox.rule.made"))

        self._tool.ask(t("tool_mailbox.rule.existing"), entries, picked)
