"""The spreadsheet: write in cells, copy one over others, sort rows, undo; tables are `sheet_tables`' affair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult

from itembank.tasks import spreadsheet
from itembank.tasks.actions import Action
from itembank.tasks.formula import Sheet
from itembank.tasks.formula.addresses import Area, Cell, column_letters
from itembank.tasks.spreadsheet import SheetState, SpreadsheetSpec
from itembank.tasks.spreadsheet.state import filled_block
from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions import sheet_words
from kiosk.candidate.interactions.base import Lack
from kiosk.candidate.interactions.sheet_card import SheetCard
from kiosk.candidate.interactions.sheet_pad import SheetPad
from kiosk.candidate.interactions.sheet_tables import Tables
from kiosk.candidate.interactions.task import Command, TaskTool
from kiosk.candidate.menu import Entry, Menu
from kiosk.locale import t
from kiosk.sitting.machine import Question


@dataclass(frozen=True, slots=True)
class Pointing:
    """An area is being shown, first cell then last; `then` is called with it. `words` are the two sentences' whole keys."""

    words: tuple[str, str]
    source: str
    then: Callable[[Area], None]
    first: Cell | None = None


class SpreadsheetTool(TaskTool[SheetState]):
    """The sheet, and in its place a short menu when something is asked, or a card when a result is shown."""

    HELP = "spreadsheet"
    DEFAULT_CSS = """
    SpreadsheetTool { height: 1fr; layout: vertical; }
    SpreadsheetTool Menu { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._spec: SpreadsheetSpec | None = None
        self._pad = SheetPad(self)
        self._menu = Menu(classes="-hidden")
        self._card = SheetCard(self, classes="-hidden")
        self._tables = Tables(self)
        self._pointing: Pointing | None = None
        self._picked: Callable[[str], None] | None = None

    def compose(self) -> ComposeResult:
        yield self._pad
        yield self._menu
        yield self._card

    # --- the promise of an answer ---

    def load(self, question: Question) -> None:
        body = question.item.body
        assert isinstance(body, SpreadsheetSpec)  # noqa: S101 - the interaction type says so
        self._spec = body
        self._pointing = self._picked = None
        self._pad.begin(body.columns, body.rows)
        self._close_card()
        self._close_menu()
        self.begin(spreadsheet.initial_state(body))
        self.refreshed()

    def refreshed(self) -> None:
        assert self._spec is not None  # noqa: S101 - `load` comes first
        self._pad.show(self.sheet(), self.state, self._spec.rows)

    def carry_out(self, action: Action) -> SheetState:
        assert self._spec is not None  # noqa: S101 - `load` comes first
        return spreadsheet.apply(self._spec, self.state, action)

    def lack(self) -> Lack | None:
        return None if self.actions else Lack(t("candidate.lack.task"), empty=False)

    def finish_entry(self) -> None:
        """Take in what is typed and not yet ended, before the task is."""
        self._pad.commit()

    def freeze(self) -> None:
        super().freeze()
        self._pad.frozen = True

    def take_focus(self) -> None:
        (self._card if self._reading else self._menu if self._picked else self._pad).focus()

    def hints(self) -> tuple[Hint, ...]:
        if self._reading:
            return (Hint.MOVE, Hint.BACK)
        if self._picked:
            checks = any(entry.checked is not None for entry in self._menu.entries)
            return (Hint.MOVE, *((Hint.CHECK,) if checks else ()), Hint.PICK, Hint.CANCEL)
        if self._pointing:
            return (Hint.MOVE, Hint.MARK, Hint.CANCEL)
        if self._pad.entry is not None:
            return (Hint.END_ENTRY, Hint.CANCEL)
        tables = (Hint.TABLES,) if self._asks_for_tables else ()
        return (Hint.MOVE, Hint.WRITE, Hint.COPY, Hint.SORT, *tables, Hint.UNDO, Hint.FINISH)

    @property
    def _asks_for_tables(self) -> bool:
        """Whether a filter, a pivot table or a chart is a goal: elsewhere the key line stays on two lines, and the sheet
        keeps its room; F8 serves all the same, and the reminder says so."""
        goals = self._spec.goals if self._spec else ()
        return any(goal.filter or goal.pivot or goal.chart for goal in goals)

    def reminder(self) -> str:
        if self._pointing:
            return self._pointing_words(self._pointing)
        if self._reading:
            return t("tool_spreadsheet.closes")
        return f"{t('candidate.reminder.spreadsheet')} {t('tool_spreadsheet.reminder')}"

    def commands(self) -> tuple[Command, ...]:
        return (
            Command(t("candidate.sheet.copy", cell=self._pad.cursor.name), self.start_copy),
            Command(t("candidate.sheet.sort"), self.start_sort),
            *self._tables.commands(),
            Command(t("candidate.task.undo"), self.undo),
        )

    def cancel(self) -> bool:
        if self._reading:
            self.card_closed()
            return True
        if self._pad.cancel():
            return True
        if self._pointing is None and self._picked is None:
            return False
        self._end_pointing()
        self._close_menu()
        self.says(t("candidate.task.cancelled"))
        self.take_focus()
        return True

    # --- keys and messages ---

    def on_key(self, event: events.Key) -> None:
        if self.frozen:
            return
        match event.key:
            case "f5" | "ctrl+c" if not self._busy:
                self._pad.commit()
                self.start_copy()
            case "f6" if not self._busy:
                self._pad.commit()
                self.start_sort()
            case "f8" if not self._busy:
                self._pad.commit()
                self._end_pointing()
                self._tables.choose()
            case "f7" | "ctrl+z":
                if not self.cancel():
                    self.undo()
            case _:
                return
        event.stop()

    @property
    def _reading(self) -> bool:
        return not self._card.has_class("-hidden")

    @property
    def _busy(self) -> bool:
        return self._picked is not None or self._reading

    def cell_entered(self, cell: Cell, text: str) -> None:
        if self.do(do="set", cell=cell.name, input=text) and (
            fault := sheet_words.fault_in(self.state.inputs.get(cell.name, ""))
        ):
            self.says(fault, "alert")

    def entry_turned(self) -> None:
        self.hints_changed()

    def card_closed(self) -> None:
        self._close_card()
        self.says("")
        self.take_focus()

    def cell_pointed(self, cell: Cell) -> None:
        pointing = self._pointing
        if pointing is None:
            return
        if pointing.first is None:
            self._point(Pointing(pointing.words, pointing.source, pointing.then, cell))
            return
        area = Area.between(pointing.first, cell)
        self._end_pointing()
        pointing.then(area)

    def on_menu_picked(self, event: Menu.Picked) -> None:
        event.stop()
        then = self._picked
        self._close_menu()
        if then is not None:
            then(event.id)
        self.take_focus()

    def on_menu_cancelled(self, event: Menu.Cancelled) -> None:
        event.stop()
        self.cancel()

    # --- copying and sorting ---

    def start_copy(self) -> None:
        """Copy the cell under the cursor: the person now shows where to."""
        source = self._pad.cursor.name
        words = ("candidate.sheet.copy_first", "candidate.sheet.copy_last")
        self._point(Pointing(words, source, lambda area: self._copy(source, area)))

    def start_sort(self) -> None:
        """Sort rows: the person now shows which."""
        self.point("candidate.sheet.sort_first", "candidate.sheet.sort_last", self._ask_column)

    def _copy(self, source: str, area: Area) -> None:
        if self.do(do="copy", **{"from": source}, to=area.name):
            self.says(t("candidate.sheet.copied", source=source, target=area.name))

    def _ask_column(self, area: Area) -> None:
        sheet = self.sheet()
        entries = [
            Entry(
                column_letters(column),
                t(
                    "candidate.sheet.column",
                    letter=column_letters(column),
                    first=sheet.display(Cell(column, area.top).name) or t("candidate.sheet.empty"),
                ),
            )
            for column in range(area.left, area.right + 1)
        ]
        self.ask(t("candidate.sheet.by_which", area=area.name), entries, lambda by: self._ask_order(area, by))

    def _ask_order(self, area: Area, by: str) -> None:
        entries = [
            Entry("up", t("candidate.sheet.ascending")),
            Entry("down", t("candidate.sheet.descending")),
        ]
        self.ask(t("candidate.sheet.which_order"), entries, lambda way: self._sort(area, by, way == "down"))

    def _sort(self, area: Area, by: str, descending: bool) -> None:
        if self.do(do="sort", range=area.name, by=by, descending=descending):
            self.says(t("candidate.sheet.sorted", area=area.name, letter=by))

    def _point(self, pointing: Pointing) -> None:
        self._pointing = pointing
        self._pad.pointing, self._pad.pointing_from = True, pointing.first
        self._pad.redraw()
        self.says(self._pointing_words(pointing))
        self.hints_changed()

    def _pointing_words(self, pointing: Pointing) -> str:
        key = pointing.words[0 if pointing.first is None else 1]
        first = pointing.first.name if pointing.first else ""
        return t(key, source=pointing.source, first=first)

    def _end_pointing(self) -> None:
        self._pointing = None
        self._pad.pointing, self._pad.pointing_from = False, None
        self._pad.redraw()
        self.hints_changed()

    def ask(self, title: str, entries: Sequence[Entry], then: Callable[[str], None]) -> None:
        """Show a menu in the place of the sheet; `then` is called with the entry that is picked."""
        self._picked = then
        self._pad.add_class("-hidden")
        self._menu.remove_class("-hidden")
        self._menu.show(title, entries)
        self._menu.focus()
        self.says("")
        self.hints_changed()

    def _close_menu(self) -> None:
        self._picked = None
        self._menu.add_class("-hidden")
        self._pad.remove_class("-hidden")
        self.hints_changed()

    # --- what tables need ---

    def sheet(self) -> Sheet:
        """The sheet's values now."""
        assert self._spec is not None  # noqa: S101 - `load` comes first
        return spreadsheet.sheet_of(self._spec, self.state)

    def table(self) -> Area:
        """The filled cells around the cursor."""
        assert self._spec is not None  # noqa: S101 - `load` comes first
        return filled_block(self._spec, self.state, self._pad.cursor)

    def checked(self) -> list[str]:
        """What was marked in the menu that was just left."""
        return self._menu.checked

    def point(self, first: str, last: str, then: Callable[[Area], None]) -> None:
        """Let the person show an area on the sheet; `first` and `last` are the sentences' keys."""
        self._point(Pointing((first, last), "", then))

    def show_pivot(self) -> None:
        """Show the pivot table in the place of the sheet."""
        if self.state.pivot:
            self._card.show_pivot(self.sheet(), self.state.pivot)
            self._open_card()

    def show_chart(self) -> None:
        """Show the chart in the place of the sheet."""
        if self.state.chart:
            self._card.show_chart(self.sheet(), self.state.chart)
            self._open_card()

    def _open_card(self) -> None:
        self._pad.add_class("-hidden")
        self._card.remove_class("-hidden")
        self._card.focus()
        self.hints_changed()

    def _close_card(self) -> None:
        self._card.add_class("-hidden")
        self._pad.remove_class("-hidden")
        self.hints_changed()
