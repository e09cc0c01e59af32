"""The spreadsheet: write in cells, copy one over others, sort rows, undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult

from itembank.tasks import spreadsheet
from itembank.tasks.actions import Action
from itembank.tasks.formula.addresses import Area, Cell, column_letters
from itembank.tasks.spreadsheet import SheetState, SpreadsheetSpec
from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions.base import Lack
from kiosk.candidate.interactions.sheet_pad import SheetPad
from kiosk.candidate.interactions.task import Command, TaskTool
from kiosk.candidate.menu import Entry, Menu
from kiosk.locale import t
from kiosk.sitting.machine import Question


@dataclass(frozen=True, slots=True)
class Pointing:
    """An area is being shown, first cell then last; `then` is called with it. `words` are the two sentences' keys."""

    words: tuple[str, str]
    source: str
    then: Callable[[Area], None]
    first: Cell | None = None


class SpreadsheetTool(TaskTool[SheetState]):
    """The sheet, and in its place a short menu when sorting asks something."""

    HELP = "spreadsheet"
    DEFAULT_CSS = "SpreadsheetTool { height: 1fr; layout: vertical; }"

    def __init__(self) -> None:
        super().__init__()
        self._spec: SpreadsheetSpec | None = None
        self._pad = SheetPad(self)
        self._menu = Menu(classes="-hidden")
        self._pointing: Pointing | None = None
        self._picked: Callable[[str], None] | None = None

    def compose(self) -> ComposeResult:
        yield self._pad
        yield self._menu

    # --- the promise of an answer ---

    def load(self, question: Question) -> None:
        body = question.item.body
        assert isinstance(body, SpreadsheetSpec)  # noqa: S101 - the interaction type says so
        self._spec = body
        self._pointing = self._picked = None
        self._pad.begin(body.columns, body.rows)
        self._close_menu()
        self.begin(spreadsheet.initial_state(body))
        self.refreshed()

    def refreshed(self) -> None:
        assert self._spec is not None  # noqa: S101 - `load` comes first
        self._pad.show(self.state.inputs, spreadsheet.sheet_of(self._spec, self.state))

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
        (self._menu if self._picked else self._pad).focus()

    def hints(self) -> tuple[Hint, ...]:
        if self._picked:
            return (Hint.MOVE, Hint.PICK, Hint.CANCEL)
        if self._pointing:
            return (Hint.MOVE, Hint.MARK, Hint.CANCEL)
        if self._pad.entry is not None:
            return (Hint.END_ENTRY, Hint.CANCEL)
        return (Hint.MOVE, Hint.WRITE, Hint.COPY, Hint.SORT, Hint.UNDO, Hint.FINISH)

    def reminder(self) -> str:
        if self._pointing:
            return self._pointing_words(self._pointing)
        return t("candidate.reminder.spreadsheet")

    def commands(self) -> tuple[Command, ...]:
        return (
            Command(t("candidate.sheet.copy", cell=self._pad.cursor.name), self.start_copy),
            Command(t("candidate.sheet.sort"), self.start_sort),
            Command(t("candidate.task.undo"), self.undo),
        )

    def cancel(self) -> bool:
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
            case "f5" | "ctrl+c" if not self._picked:
                self._pad.commit()
                self.start_copy()
            case "f6" if not self._picked:
                self._pad.commit()
                self.start_sort()
            case "f7" | "ctrl+z":
                if not self.cancel():
                    self.undo()
            case _:
                return
        event.stop()

    def cell_entered(self, cell: Cell, text: str) -> None:
        self.do(do="set", cell=cell.name, input=text)

    def entry_turned(self) -> None:
        self.hints_changed()

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
        self._point(Pointing(("copy_first", "copy_last"), source, lambda area: self._copy(source, area)))

    def start_sort(self) -> None:
        """Sort rows: the person now shows which."""
        self._point(Pointing(("sort_first", "sort_last"), "", self._ask_column))

    def _copy(self, source: str, area: Area) -> None:
        if self.do(do="copy", **{"from": source}, to=_name(area)):
            self.says(t("candidate.sheet.copied", source=source, target=_name(area)))

    def _ask_column(self, area: Area) -> None:
        assert self._spec is not None  # noqa: S101 - `load` comes first
        sheet = spreadsheet.sheet_of(self._spec, self.state)
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
        self._ask(
            t("candidate.sheet.by_which", area=_name(area)), entries, lambda by: self._ask_order(area, by)
        )

    def _ask_order(self, area: Area, by: str) -> None:
        entries = [
            Entry("up", t("candidate.sheet.ascending")),
            Entry("down", t("candidate.sheet.descending")),
        ]
        self._ask(t("candidate.sheet.which_order"), entries, lambda way: self._sort(area, by, way == "down"))

    def _sort(self, area: Area, by: str, descending: bool) -> None:
        if self.do(do="sort", range=_name(area), by=by, descending=descending):
            self.says(t("candidate.sheet.sorted", area=_name(area), letter=by))

    def _point(self, pointing: Pointing) -> None:
        self._pointing = pointing
        self._pad.pointing, self._pad.pointing_from = True, pointing.first
        self._pad.redraw()
        self.says(self._pointing_words(pointing))
        self.hints_changed()

    def _pointing_words(self, pointing: Pointing) -> str:
        key = pointing.words[0 if pointing.first is None else 1]
        first = pointing.first.name if pointing.first else ""
        return t(f"candidate.sheet.{key}", source=pointing.source, first=first)

    def _end_pointing(self) -> None:
        self._pointing = None
        self._pad.pointing, self._pad.pointing_from = False, None
        self._pad.redraw()
        self.hints_changed()

    def _ask(self, title: str, entries: list[Entry], then: Callable[[str], None]) -> None:
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


def _name(area: Area) -> str:
    """« B3 » or « B3:B8 »."""
    first, last = Cell(area.left, area.top).name, Cell(area.right, area.bottom).name
    return first if first == last else f"{first}:{last}"
