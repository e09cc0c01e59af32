"""A tool that is shown as a view (`kiosk.candidate.panels`): go through its lines, act on one, give the details it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from textual import events
from textual.app import ComposeResult

from itembank.tasks.actions import Action
from itembank.tasks.tools import TaskSpec, Tool, tool_named
from kiosk.candidate.field import Field, Writing
from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions.base import Lack
from kiosk.candidate.interactions.panel_pad import PanelPad
from kiosk.candidate.interactions.task import Command, TaskTool
from kiosk.candidate.menu import Entry, Menu
from kiosk.candidate.panels import panel_of, said
from kiosk.candidate.panels.view import Ask, AskKind, Doing, View
from kiosk.locale import t
from kiosk.sitting.machine import Question

TYPED = frozenset({AskKind.TEXT, AskKind.LINES, AskKind.NUMBER})
"""The details that take effort to give."""


@dataclass(slots=True)
class _Asking:
    """A doing whose details are being given."""

    doing: Doing
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def ask(self) -> Ask:
        """The detail that comes next."""
        return self.doing.asks[len(self.given)]


class PanelTool(TaskTool[Any]):
    """The view, and in its place a menu or a field while something is asked."""

    HELP = "panel"
    DEFAULT_CSS = """
    PanelTool { height: 1fr; layout: vertical; padding: 0 1; }
    PanelTool > Menu { max-height: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._spec: TaskSpec | None = None
        self._tool: Tool[Any, Any] | None = None
        self._view = View("", ())
        self._offered: tuple[Doing, ...] = ()
        self._asking: _Asking | None = None
        self._pad = PanelPad()
        self._menu = Menu(classes="-hidden")
        self._field = Field(limit=500, classes="-hidden")
        self._writing = Writing(limit=2_000)
        self._writing.add_class("-hidden")

    def compose(self) -> ComposeResult:
        yield self._pad
        yield self._menu
        yield self._field
        yield self._writing

    # --- the promise of an answer ---

    def load(self, question: Question) -> None:
        self._spec = cast(TaskSpec, question.item.body)  # the interaction type says so
        self._tool = tool_named(self._spec.TOOL)
        self.IRREVOCABLE = self._tool.irrevocable
        self._offered, self._asking = (), None
        self._pad.begin()
        self.begin(self._tool.initial_state(self._spec))
        self._turn_to(self._pad)
        self.refreshed()

    def refreshed(self) -> None:
        assert self._spec is not None  # noqa: S101 - `load` comes first
        self._view = panel_of(self._spec.TOOL)(self._spec, self.state)
        self._pad.show(self._view)

    def carry_out(self, action: Action) -> Any:
        assert self._tool is not None  # noqa: S101 - `load` comes first
        return self._tool.apply(self._spec, self.state, action)

    def lack(self) -> Lack | None:
        if self._view.unfinished:
            return Lack(self._view.unfinished, empty=False)
        assert self._tool is not None  # noqa: S101 - `load` comes first
        acted = self._tool.has_acted(self.actions)
        return None if acted else Lack(t("candidate.lack.task"), empty=False)

    def finish_entry(self) -> None:
        """Take in what is typed and not yet ended, before the task is."""
        if self._asking is not None and not self._menu_is_open:
            self._take_typed()

    def take_focus(self) -> None:
        self._in_front.focus()

    def hints(self) -> tuple[Hint, ...]:
        if self._menu_is_open:
            several = any(entry.checked is not None for entry in self._menu.entries)
            return (Hint.MOVE, *([Hint.CHECK] if several else []), Hint.PICK, Hint.CANCEL)
        if self._asking is not None:
            lines = self._asking.ask.kind is AskKind.LINES
            return (Hint.WRITE, Hint.KEEP_TEXT if lines else Hint.END_ENTRY, Hint.CANCEL)
        tabs = (Hint.TABS,) if self._view.tabs else ()
        several = any(line.opens and len(line.doings) > 1 for line in self._view.lines)
        more = (Hint.ACTIONS,) if self._view.doings or several else ()
        return (Hint.MOVE, Hint.ACT, *tabs, *more, Hint.UNDO, Hint.FINISH)

    def reminder(self) -> str:
        if self._menu_is_open:
            return t("candidate.reminder.mail_menu")
        if self._asking is not None:
            return t("candidate.reminder.panel_typing")
        return t("candidate.reminder.panel")

    def commands(self) -> tuple[Command, ...]:
        actions = (Command(t("candidate.panel.actions"), self._offer_all),) if self._view.doings else ()
        return (*actions, Command(t("candidate.task.undo"), self.undo))

    def cancel(self) -> bool:
        if not self._offered and self._asking is None:
            return False
        self._offered, self._asking = (), None
        self.says(t("candidate.task.cancelled"))
        self._turn_to(self._pad)
        return True

    # --- keys and messages ---

    def on_key(self, event: events.Key) -> None:
        if self.frozen:
            return
        looking = not self._offered and self._asking is None
        match event.key:
            case "enter" | "space" if looking:
                self._act()
            case "left" | "shift+tab" if looking and self._view.tabs:
                self._turn(-1)
            case "right" | "tab" if looking and self._view.tabs:
                self._turn(1)
            case "f5" if looking:
                self._offer_all()
            case "f7" | "ctrl+z" if looking:
                self.undo()
            case "enter" if self._field.has_focus:
                self._take_typed()
            case "f5" if self._writing.has_focus:
                self._take_typed()
            case key if looking and self._pad.go(key):
                pass
            case _:
                return
        event.stop()

    def on_menu_picked(self, event: Menu.Picked) -> None:
        event.stop()
        if self._asking is not None:
            self._take_picked(int(event.id))
        elif self._offered:
            doing = self._offered[int(event.id)]
            self._offered = ()
            self._begin(doing)

    def on_menu_cancelled(self, event: Menu.Cancelled) -> None:
        event.stop()
        self.cancel()

    # --- from a line to an action ---

    def _act(self) -> None:
        line = self._pad.line
        doings = line.doings if line else ()
        if not doings:
            self.says(t("candidate.panel.nothing_to_do"))
        elif len(doings) == 1 or (line is not None and line.opens):
            self._begin(doings[0])
        else:
            self._offer(line.text if line else "", doings)

    def _offer_all(self) -> None:
        line = self._pad.line
        doings = (*(line.doings if line else ()), *self._view.doings)
        if doings:
            self._offer(t("candidate.panel.what_now"), doings)
        else:
            self.says(t("candidate.panel.nothing_to_do"))

    def _offer(self, title: str, doings: Sequence[Doing]) -> None:
        self._offered = tuple(doings)
        self.says("")
        self._menu.show(
            said(title), [Entry(str(number), said(doing.words)) for number, doing in enumerate(doings)]
        )
        self._turn_to(self._menu)

    def _turn(self, step: int) -> None:
        tabs = self._view.tabs
        here = next((number for number, tab in enumerate(tabs) if tab.here), 0)
        self._begin(tabs[(here + step) % len(tabs)].doing)

    def _begin(self, doing: Doing) -> None:
        self._asking = _Asking(doing) if doing.asks else None
        if self._asking is None:
            self._turn_to(self._pad)
            self._carry_out(doing, {})
        else:
            self.says("")
            self._ask()

    def _carry_out(self, doing: Doing, given: dict[str, Any]) -> None:
        self.says("")
        if not self.do(**{**doing.action, **given}):
            self._ask_again(doing, given)
        elif doing.told:
            self.says(doing.told)
        self.hints_changed()

    def _ask_again(self, doing: Doing, given: dict[str, Any]) -> None:
        """What was typed is not typed again because one detail of it was refused: each is asked with what was given."""
        if any(ask.kind in TYPED for ask in doing.asks):
            asks = tuple(replace(ask, value=given[ask.key]) for ask in doing.asks)
            self._asking = _Asking(replace(doing, asks=asks))
            self._ask()

    # --- details ---

    def _ask(self) -> None:
        assert self._asking is not None  # noqa: S101 - the caller set it
        ask = self._asking.ask
        match ask.kind:
            case AskKind.ONE | AskKind.SEVERAL:
                several = ask.kind is AskKind.SEVERAL
                entries = [
                    Entry(str(n), said(o.words), checked=o.value in (ask.value or ()) if several else None)
                    for n, o in enumerate(ask.options)
                ]
                if several:  # Enter on it ends, whatever is marked
                    entries.append(Entry("-1", t("candidate.panel.keep_choice")))
                now = next((n for n, o in enumerate(ask.options) if o.value == ask.value), 0)
                self._menu.show(said(ask.words), entries, 0 if several else now)
                self._turn_to(self._menu)
            case AskKind.LINES:
                self._writing.label = f"{ask.words} "
                self._writing.set_value(str(ask.value or ""))
                self._turn_to(self._writing)
            case _:
                self._field.set_words(label=ask.words, hint=ask.hint)
                self._field.set_value("" if ask.value is None else str(ask.value))
                self._turn_to(self._field)

    def _take_picked(self, number: int) -> None:
        assert self._asking is not None  # noqa: S101 - a menu answers it
        ask = self._asking.ask
        if ask.kind is AskKind.ONE:
            self._take(ask.options[number].value)
            return
        self._take([ask.options[int(entry)].value for entry in self._menu.checked])

    def _take_typed(self) -> None:
        assert self._asking is not None  # noqa: S101 - a field answers it
        ask = self._asking.ask
        text = (self._writing if ask.kind is AskKind.LINES else self._field).value.strip()
        if ask.kind is AskKind.NUMBER:
            number = ask.number(text)
            if number is None:
                self.says(t("candidate.panel.whole_number", low=ask.low, high=ask.high), "alert")
                return
            self._take(number)
        elif text or ask.free:
            self._take(text)
        else:
            self.says(t("candidate.lack.short_text"), "alert")

    def _take(self, value: Any) -> None:
        asking = self._asking
        assert asking is not None  # noqa: S101 - the callers looked
        asking.given[asking.ask.key] = value
        if len(asking.given) < len(asking.doing.asks):
            self.says("")
            self._ask()
            return
        self._asking = None
        self._turn_to(self._pad)
        self._carry_out(asking.doing, asking.given)

    # --- which part is in front ---

    @property
    def _menu_is_open(self) -> bool:
        return not self._menu.has_class("-hidden")

    @property
    def _in_front(self) -> PanelPad | Menu | Field | Writing:
        parts = (self._menu, self._field, self._writing)
        return next((part for part in parts if not part.has_class("-hidden")), self._pad)

    def _turn_to(self, part: PanelPad | Menu | Field | Writing) -> None:
        before = self._in_front
        for one in (self._pad, self._menu, self._field, self._writing):
            one.set_class(one is not part, "-hidden")
        if before is not part or part is not self._pad:
            part.focus()
        self.hints_changed()
