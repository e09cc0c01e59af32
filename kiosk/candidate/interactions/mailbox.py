"""The mailbox: read, answer, forward, write, file away, find out where a link goes and who writes. Nothing leaves it."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult

from itembank.tasks import mailbox
from itembank.tasks.actions import Action
from itembank.tasks.mailbox import MailboxState, folders_now
from itembank.tasks.mailbox.addresses import is_address
from itembank.tasks.mailbox.spec import MailboxSpec, Message
from kiosk.candidate.editing import Typing
from kiosk.candidate.field import Field
from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions.base import Lack
from kiosk.candidate.interactions.mail_composer import FormRow, MailComposer
from kiosk.candidate.interactions.mail_list import MailList
from kiosk.candidate.interactions.mail_office import MailOffice
from kiosk.candidate.interactions.mail_reader import MailReader, message_paragraphs, sent_paragraphs
from kiosk.candidate.interactions.task import Command, TaskTool
from kiosk.candidate.mail_folders import Listed, folder_name
from kiosk.candidate.mail_words import sender_hidden
from kiosk.candidate.menu import Entry, Menu
from kiosk.locale import t
from kiosk.sitting.machine import Question

VIEWS = ("list", "reader", "composer", "menu", "address", "entry")
STARTS = ("reply", "reply_all", "forward")


class MailboxTool(TaskTool[MailboxState]):
    """One of six views at a time: the list, a message, the form, a menu, the field for an address, one for other words."""

    HELP = "mailbox"
    IRREVOCABLE = mailbox.IRREVOCABLE
    DEFAULT_CSS = """
    MailboxTool { height: 1fr; layout: vertical; }
    MailboxTool > Menu { max-height: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._spec: MailboxSpec | None = None
        self._list = MailList()
        self._reader = MailReader(classes="-hidden")
        self._composer = MailComposer(classes="-hidden")
        self._menu = Menu(classes="-hidden")
        self._address = Field(classes="-hidden", limit=254)
        self._entry = Field(classes="-hidden", limit=254)
        self._office = MailOffice(self)
        self._view = "list"
        self._under_menu = "list"
        self._open: Listed | None = None
        self._picked: Callable[[str], None] | None = None
        self._entered: Callable[[str], None] | None = None
        self._field = ""
        self._row = ""

    def compose(self) -> ComposeResult:
        yield self._list
        yield self._reader
        yield self._composer
        yield self._menu
        yield self._address
        yield self._entry

    # --- the promise of an answer ---

    def load(self, question: Question) -> None:
        body = question.item.body
        assert isinstance(body, MailboxSpec)  # noqa: S101 - the interaction type says so
        self._spec = body
        self._open = self._picked = self._entered = None
        self.begin(mailbox.initial_state(body))
        self._list.begin()
        self._turn_to("list", focus=False)
        self.refreshed()

    def carry_out(self, action: Action) -> MailboxState:
        return mailbox.apply(self.spec, self.state, action)

    @property
    def spec(self) -> MailboxSpec:
        assert self._spec is not None  # noqa: S101 - `load` comes first
        return self._spec

    def refreshed(self) -> None:
        self._list.show(self.spec, self.state)
        if self._open is not None:
            self._show_message(keep_place=True)
        if self.state.draft is not None:
            self._composer.show(self.state.draft)
            if self._view in ("list", "reader"):
                self._turn_to("composer", focus=False)
        elif self._view == "composer":
            self._turn_to("reader" if self._open else "list")

    def lack(self) -> Lack | None:
        if self.state.draft is not None:
            return Lack(t("candidate.lack.unsent"), empty=False)
        if not any(action["do"] != "open" for action in self.actions):
            return Lack(t("candidate.lack.task"), empty=False)
        return None

    def finish_entry(self) -> None:
        """Keep what is typed in the form and not yet kept."""
        if self.state.draft is not None:
            for name, value in self._composer.changes():
                self.do(do="set_field", field=name, value=value)

    def freeze(self) -> None:
        super().freeze()
        self._list.frozen = True

    def take_focus(self) -> None:
        match self._view:
            case "reader":
                self._reader.focus()
            case "composer":
                start = "to" if self.state.draft and not self.state.draft.to else "body"
                self._composer.start(self._row or start)
            case "menu":
                self._menu.focus()
            case "address":
                self._address.focus()
            case "entry":
                self._entry.focus()
            case _:
                self._list.focus()

    def hints(self) -> tuple[Hint, ...]:
        match self._view:
            case "menu":
                several = any(entry.checked is not None for entry in self._menu.entries)
                return (Hint.MOVE, *([Hint.CHECK] if several else []), Hint.PICK, Hint.CANCEL)
            case "address":
                return (Hint.ADDRESS, Hint.CANCEL)
            case "entry":
                return (Hint.WRITE, Hint.END_ENTRY, Hint.CANCEL)
            case "composer":
                return (Hint.NEXT_FIELD, Hint.PICK, Hint.UNDO, Hint.FINISH)
            case "reader":
                return (Hint.COMMANDS, Hint.BACK, Hint.UNDO, Hint.FINISH)
        turning = Hint.CANCEL if self.state.search else Hint.FOLDER
        return (Hint.MOVE, Hint.OPEN, turning, Hint.COMMANDS_SPACE, Hint.UNDO, Hint.FINISH)

    def reminder(self) -> str:
        if self._view == "entry":
            return t("tool_mailbox.entry_reminder")
        return t(f"candidate.reminder.mail_{self._view}")

    def commands(self) -> tuple[Command, ...]:
        return (Command(t("candidate.task.undo"), self.undo),)

    def cancel(self) -> bool:
        match self._view:
            case "menu":
                self._picked = None
                self._turn_to(self._under_menu)
            case "address":
                self._pick_recipients(self._field)
            case "entry":
                self._entered = None
                self._turn_to(self._under_menu)
            case "reader":
                self.to_list()
            case "list" if self.state.search and not self.frozen:
                self._office.end_search()
            case _:
                return False
        return True

    def to_list(self) -> None:
        """Show the list of messages."""
        self._open = None
        self._turn_to("list")

    def _turn_to(self, view: str, *, focus: bool = True) -> None:
        self._view = view
        widgets = (self._list, self._reader, self._composer, self._menu, self._address, self._entry)
        for name, widget in zip(VIEWS, widgets, strict=True):
            widget.set_class(name != view, "-hidden")
        if focus:
            self.take_focus()
        self.hints_changed()

    # --- keys and messages ---

    def on_key(self, event: events.Key) -> None:
        if self.frozen:
            return
        match event.key:
            case "f7" | "ctrl+z" if self._view in ("list", "reader", "composer"):
                self.finish_entry()
                self.undo()
            case "enter" if self._view == "reader":
                self._show_commands()
            case "space" if self._view in ("list", "reader"):
                self._show_commands()
            case "backspace" if self._view == "reader":
                self.cancel()
            case "enter" if self._view == "address":
                self._add_address()
            case "enter" if self._view == "entry":
                self._take_entry()
            case _:
                return
        event.stop()

    def on_mail_list_opened(self, event: MailList.Opened) -> None:
        event.stop()
        if self.frozen:
            return
        if event.line.message is not None and not self.do(do="open", message=event.line.message):
            return
        self._open = event.line
        self._show_message()
        self._turn_to("reader")

    def on_menu_picked(self, event: Menu.Picked) -> None:
        event.stop()
        then, self._picked = self._picked, None
        if then is not None:
            then(event.id)
            if self._picked is None and self._view == "menu":
                self._turn_to(self._under_menu)

    def on_menu_cancelled(self, event: Menu.Cancelled) -> None:
        event.stop()
        self.cancel()

    def on_form_row_pressed(self, event: FormRow.Pressed) -> None:
        event.stop()
        self.finish_entry()
        self._row = event.name
        match event.name:
            case "send":
                if self.do(do="send"):
                    self.says(t("candidate.mail.sent"))
            case "discard":
                if self.do(do="discard"):
                    self.says(t("candidate.mail.discarded"))
            case "files":
                self._pick_files()
            case field:
                self._pick_recipients(field)

    def on_mail_composer_field_left(self, event: MailComposer.FieldLeft) -> None:
        event.stop()
        draft = self.state.draft
        if draft is not None and event.value != {"subject": draft.subject, "body": draft.body}[event.name]:
            self.do(do="set_field", field=event.name, value=event.value)

    # --- what can be done with a message ---

    def _message(self) -> Message | None:
        """The author's message that a command is about."""
        line = self._open if self._view == "reader" else self._list.current
        return next((m for m in self.spec.messages if line is not None and m.id == line.message), None)

    def _show_message(self, *, keep_place: bool = False) -> None:
        line = self._open
        if line is None:
            return
        if line.sent is not None:
            self._reader.show(sent_paragraphs(self.state.sent[line.sent]), keep_place=keep_place)
            return
        message = next(m for m in self.spec.messages if m.id == line.message)
        self._reader.show(message_paragraphs(self.spec, self.state, message), keep_place=keep_place)

    def _show_commands(self) -> None:
        message = self._message()
        entries = []
        if message is not None:
            entries = [Entry(do, t(f"candidate.mail.do.{do}")) for do in (*STARTS, "move")]
            for number, link in enumerate(message.links):
                entries.append(Entry(f"reveal {number}", t("candidate.mail.do.reveal", text=link.text)))
                entries.append(Entry(f"visit {number}", t("candidate.mail.do.visit", text=link.text)))
            if sender_hidden(self.state, message):
                entries.append(Entry("show_sender", t("tool_mailbox.show_sender")))
            entries.append(Entry("report", t("tool_mailbox.report")))
            marking = "mark_unread" if self._is_read(message) else "mark_read"
            entries.append(Entry(marking, t(f"tool_mailbox.{marking}")))
        entries.append(Entry("more", t("tool_mailbox.more")))
        entries.append(Entry("compose", t("candidate.mail.do.compose")))
        entries.append(Entry("back", t("candidate.mail.do.back")))
        title = (
            t("candidate.mail.about", subject=message.subject) if message else t("candidate.mail.what_now")
        )
        self.ask(title, entries, lambda picked: self._command(picked, message))

    def _command(self, picked: str, message: Message | None) -> None:
        do, _, number = picked.partition(" ")
        if do == "compose":
            self._start_draft(do="compose")
        elif do == "more":
            self._office.offer()
        elif message is None or do == "back":
            return
        elif do in STARTS:
            self._start_draft(do=do, message=message.id)
        elif do == "move":
            self._pick_folder(message)
        elif do == "show_sender" and self.do(do="reveal_sender", message=message.id):
            self.says(t("tool_mailbox.sender", name=message.shown_sender, address=message.sender.address))
        elif do == "report" and self.do(do="report", message=message.id):
            self.says(t("tool_mailbox.reported"))
            self.to_list()
        elif do in ("mark_read", "mark_unread"):
            if self.do(do="mark", message=message.id, read=do == "mark_read"):
                self.says(t(f"tool_mailbox.{do.replace('mark', 'marked')}"))
        elif do == "reveal" and self.do(do="reveal_link", message=message.id, link=int(number)):
            self.says(t("candidate.mail.leads_to", target=message.links[int(number)].target))
        elif do == "visit" and self.do(do="open_link", message=message.id, link=int(number)):
            self.says(t("candidate.mail.opened_link", target=message.links[int(number)].target))

    def _start_draft(self, **action: str) -> None:
        self._row = ""
        self._turn_to(self._under_menu, focus=False)
        if self.do(**action):
            self.take_focus()

    def _pick_folder(self, message: Message) -> None:
        now = next(filed.folder for filed in self.state.messages if filed.id == message.id)
        folders = folders_now(self.spec, self.state)
        entries = [Entry(folder, folder_name(folder)) for folder in folders if folder != now]
        self.ask(t("candidate.mail.where_to"), entries, lambda folder: self._move(message, folder))

    def _move(self, message: Message, folder: str) -> None:
        if self.do(do="move", message=message.id, folder=folder):
            self.says(t("candidate.mail.moved", folder=folder_name(folder)))
            self.to_list()

    def _is_read(self, message: Message) -> bool:
        return next(filed.read for filed in self.state.messages if filed.id == message.id)

    def ask(self, title: str, entries: list[Entry], then: Callable[[str], None], cursor: int = 0) -> None:
        """Offer entries in a menu; `then` is given the one that is picked."""
        if self._view in ("list", "reader", "composer"):
            self._under_menu = self._view
        self._picked = then
        self._menu.show(title, entries, cursor)
        self.says("")
        self._turn_to("menu")

    def enter(self, label: str, then: Callable[[str], None], *, limit: int) -> None:
        """Ask for a typed line, not empty; `then` is given it."""
        self._entered = then
        self._entry.typing = Typing(limit=limit)
        self._entry.set_words(label=label, hint=t("tool_mailbox.entry_hint"))
        self._entry.set_value("")
        self.says("")
        self._turn_to("entry")

    def _take_entry(self) -> None:
        typed, then = self._entry.value.strip(), self._entered
        if not typed or then is None:
            self.says(t("tool_mailbox.entry_empty"), "alert")
            return
        self._entered = None
        then(typed)
        if self._entered is None and self._view == "entry":  # refused: what was typed can be mended
            self._entered = then

    # --- recipients and files ---

    def _pick_recipients(self, field: str, cursor: int = 0) -> None:
        draft = self.state.draft
        if draft is None:
            return
        self._field = field
        chosen = {"to": draft.to, "cc": draft.cc, "bcc": draft.bcc}[field]
        known = {contact.address.casefold() for contact in self.spec.contacts}
        entries = [
            Entry(
                c.address,
                f"{c.name} <{c.address}>",
                checked=c.address.casefold() in map(str.casefold, chosen),
            )
            for c in self.spec.contacts
        ]
        entries += [Entry(a, a, checked=True) for a in chosen if a.casefold() not in known]
        entries.append(Entry("", t("candidate.mail.do.type_address")))
        title = t("candidate.mail.who", field=t(f"candidate.mail.field.{field}"))
        self.ask(title, entries, lambda picked: self._recipients_picked(field, picked), cursor)

    def _recipients_picked(self, field: str, picked: str) -> None:
        self._keep_recipients(field, self._menu.checked)
        if not picked:
            self._address.set_words(
                label=t("candidate.mail.type_address"), hint=t("candidate.mail.address_hint")
            )
            self._address.set_value("")
            self._turn_to("address")
            return
        self._turn_to("composer")

    def _add_address(self) -> None:
        typed = self._address.value.strip()
        if not typed:
            self._pick_recipients(self._field)
        elif not is_address(typed):
            self.says(t("candidate.refused.address_expected", value=typed), "alert")
        else:
            self._keep_recipients(self._field, [*self._chosen(self._field), typed])
            self._turn_to("composer")

    def _chosen(self, field: str) -> tuple[str, ...]:
        draft = self.state.draft
        return () if draft is None else {"to": draft.to, "cc": draft.cc, "bcc": draft.bcc}[field]

    def _keep_recipients(self, field: str, addresses: list[str]) -> None:
        if list(self._chosen(field)) != addresses:
            self.do(do="set_field", field=field, value=addresses)

    def _pick_files(self) -> None:
        draft = self.state.draft
        if draft is None:
            return
        names = list(dict.fromkeys((*self.spec.files, *draft.attachments)))
        if not names:
            self.says(t("candidate.mail.no_file"))
            return
        entries = [Entry(name, name, checked=name in draft.attachments) for name in names]
        self.ask(t("candidate.mail.which_files"), entries, lambda _: self._files_picked())

    def _files_picked(self) -> None:
        wanted = self._menu.checked
        before = self.state.draft.attachments if self.state.draft else ()
        for name in before:
            if name not in wanted:
                self.do(do="detach", file=name)
        for name in wanted:
            if name not in before:
                self.do(do="attach", file=name)
        self._turn_to("composer")
