"""Filtering, summing up and charting on the screen: what is asked, one thing after the other.

A table is the block of filled cells around the cursor, its first row being the headers: nobody has to name it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from itembank.tasks.formula import Sheet
from itembank.tasks.formula.addresses import Area, column_letters, column_number
from itembank.tasks.spreadsheet import SheetState
from itembank.tasks.spreadsheet.filtering import same, values_in
from itembank.tasks.spreadsheet.spec import CHARTS, SUMMARIES
from kiosk.candidate.interactions import sheet_words
from kiosk.candidate.interactions.task import Command
from kiosk.candidate.menu import Entry
from kiosk.locale import t


class TableUser(Protocol):
    """The spreadsheet, as these dialogues need it."""

    @property
    def state(self) -> SheetState: ...

    def sheet(self) -> Sheet:
        """The sheet's values now."""

    def table(self) -> Area:
        """The table around the cursor."""

    def ask(self, title: str, entries: Sequence[Entry], then: Callable[[str], None]) -> None:
        """Let the person pick an entry."""

    def checked(self) -> list[str]:
        """The entries that were marked in the last menu."""

    def point(self, first: str, last: str, then: Callable[[Area], None]) -> None:
        """Let the person show a range; `first` and `last` are the keys of the two sentences."""

    def do(self, **action: Any) -> bool:
        """Carry out an action; False when it is refused."""

    def says(self, words: str, role: str = "strong") -> None:
        """Say a sentence."""

    def show_pivot(self) -> None:
        """Show the pivot table."""

    def show_chart(self) -> None:
        """Show the chart."""


class Tables:
    """The commands on tables of one spreadsheet."""

    def __init__(self, user: TableUser) -> None:
        self._user = user

    def commands(self) -> tuple[Command, ...]:
        """What can be done now."""
        state, found = self._user.state, [Command(t("tool_spreadsheet.filter.start"), self.filter)]
        if state.filter:
            found.append(Command(t("tool_spreadsheet.filter.stop"), self._stopping("unfilter", "filter")))
        found.append(Command(t("tool_spreadsheet.pivot.start"), self.pivot))
        if state.pivot:
            found.append(Command(t("tool_spreadsheet.pivot.look"), self._user.show_pivot))
            found.append(Command(t("tool_spreadsheet.pivot.stop"), self._stopping("unpivot", "pivot")))
        found.append(Command(t("tool_spreadsheet.chart.start"), self.chart))
        if state.chart:
            found.append(Command(t("tool_spreadsheet.chart.look"), self._user.show_chart))
            found.append(Command(t("tool_spreadsheet.chart.stop"), self._stopping("unchart", "chart")))
        return tuple(found)

    def choose(self) -> None:
        """Let the person pick one of the commands."""
        commands = self.commands()
        entries = [Entry(str(number), command.label) for number, command in enumerate(commands)]
        self._user.ask(t("tool_spreadsheet.what_now"), entries, lambda which: commands[int(which)].run())

    def _stopping(self, verb: str, what: str) -> Callable[[], None]:
        def stop() -> None:
            if self._user.do(do=verb):
                self._user.says(t(f"tool_spreadsheet.{what}.stopped"))

        return stop

    # --- filtering ---

    def filter(self) -> None:
        """Which column, then which of its values."""
        self._with_table(
            lambda area: self._ask_column(
                area,
                t("tool_spreadsheet.filter.which", area=area.name),
                lambda letter: self._ask_values(area, letter),
            )
        )

    def _ask_values(self, area: Area, letter: str) -> None:
        sheet, now = self._user.sheet(), self._user.state.filter
        kept = set(map(same, now.kept.get(letter, ()))) if now and now.area == area else set()
        values = values_in(sheet, area, column_number(letter) or 0)
        entries = [
            Entry(str(number), value or t("tool_spreadsheet.blank"), same(value) in kept)
            for number, value in enumerate(values)
        ]

        def keep(picked: str) -> None:
            chosen = [values[int(which)] for which in self._user.checked()] or [values[int(picked)]]
            if self._user.do(do="filter", range=area.name, by=letter, keep=chosen):
                shown = area.height - 1 - len(self._user.state.hidden)
                self._user.says(t("tool_spreadsheet.filter.done", n=shown, area=area.name))

        self._user.ask(t("tool_spreadsheet.filter.keep", letter=letter), entries, keep)

    # --- pivot tables ---

    def pivot(self) -> None:
        """Grouped by which column, which column summed up, and how."""
        self._with_table(
            lambda area: self._ask_column(
                area,
                t("tool_spreadsheet.pivot.which", area=area.name),
                lambda group: self._ask_of(area, group),
            )
        )

    def _ask_of(self, area: Area, group: str) -> None:
        self._ask_column(
            area, t("tool_spreadsheet.pivot.of"), lambda of: self._ask_how(area, group, of), leave_out=group
        )

    def _ask_how(self, area: Area, group: str, of: str) -> None:
        def make(how: str) -> None:
            if self._user.do(do="pivot", range=area.name, group=group, of=of, how=how):
                self._user.show_pivot()
                self._user.says(t("tool_spreadsheet.pivot.done"))

        entries = [Entry(how, t(f"tool_spreadsheet.pivot.by.{how}")) for how in SUMMARIES]
        self._user.ask(t("tool_spreadsheet.pivot.how"), entries, make)

    # --- charts ---

    def chart(self) -> None:
        """Of which kind, then where the numbers are, then their names."""
        entries = [Entry(kind, t(f"tool_spreadsheet.chart.by.{kind}")) for kind in CHARTS]
        self._user.ask(t("tool_spreadsheet.chart.kind"), entries, self._point_values)

    def _point_values(self, kind: str) -> None:
        self._user.point(
            "tool_spreadsheet.chart.values_first",
            "tool_spreadsheet.chart.values_last",
            lambda values: self._point_labels(kind, values),
        )

    def _point_labels(self, kind: str, values: Area) -> None:
        self._user.point(
            "tool_spreadsheet.chart.labels_first",
            "tool_spreadsheet.chart.labels_last",
            lambda labels: self._draw(kind, values, labels),
        )

    def _draw(self, kind: str, values: Area, labels: Area) -> None:
        if self._user.do(do="chart", kind=kind, values=values.name, labels=labels.name):
            self._user.show_chart()
            self._user.says(t("tool_spreadsheet.chart.done"))

    # --- asking ---

    def _with_table(self, then: Callable[[Area], None]) -> None:
        area = self._user.table()
        if area.height < 2:
            self._user.says(t("tool_spreadsheet.no_table"), "alert")
        else:
            then(area)

    def _ask_column(
        self, area: Area, title: str, then: Callable[[str], None], *, leave_out: str = ""
    ) -> None:
        sheet = self._user.sheet()
        letters = [column_letters(number) for number in range(area.left, area.right + 1)]
        entries = [
            Entry(letter, sheet_words.column_words(sheet, area, letter))
            for letter in letters
            if letter != leave_out or len(letters) == 1
        ]
        self._user.ask(title, entries, then)
