"""The spreadsheet in lines: rows said cell by cell; a cell is written, copied, rows are sorted by naming them; a table is
filtered, summed up and charted by answering one question after the other."""

from __future__ import annotations

from collections.abc import Sequence

from itembank.tasks.actions import Action
from itembank.tasks.formula import Sheet, is_formula
from itembank.tasks.formula.addresses import Area, Cell, area_named, cell_named, column_letters, column_number
from itembank.tasks.spreadsheet import SheetState, SpreadsheetSpec, sheet_of
from itembank.tasks.spreadsheet.filtering import values_in
from itembank.tasks.spreadsheet.spec import CHARTS, SUMMARIES
from kiosk.candidate.interactions import sheet_words
from kiosk.candidate.linear.console import Console, whole_numbers
from kiosk.candidate.linear.tools.dialogue import Doing, ToolDialogue, always, ask_text
from kiosk.locale import t


class Dialogue(ToolDialogue[SpreadsheetSpec, SheetState]):
    """See the module."""

    def describe(self, spec: SpreadsheetSpec, state: SheetState) -> list[str]:
        found = [
            t("linear.sheet.size", columns=spec.columns, last=column_letters(spec.columns), rows=spec.rows)
        ]
        sheet = sheet_of(spec, state)
        for row in range(1, spec.rows + 1):
            names = [f"{column_letters(column)}{row}" for column in range(1, spec.columns + 1)]
            cells = [_cell(sheet, state, name) for name in names if name in state.inputs]
            if cells and row not in state.hidden:
                found.append(t("linear.sheet.row", number=row, cells=", ".join(cells)))
        return [*found, *_standing(spec, state)]

    def doings(self, spec: SpreadsheetSpec, state: SheetState) -> Sequence[Doing]:
        stops = (
            ("unfilter", "filter", state.filter),
            ("unpivot", "pivot", state.pivot),
            ("unchart", "chart", state.chart),
        )
        return (
            Doing(t("linear.sheet.write"), lambda console: _write(console, spec, state)),
            Doing(t("linear.sheet.read"), lambda console: _read(console, spec, state)),
            Doing(t("linear.sheet.copy"), _copy),
            Doing(t("linear.sheet.sort"), _sort),
            Doing(t("tool_spreadsheet.filter.start"), lambda console: _filter(console, spec, state)),
            Doing(t("tool_spreadsheet.pivot.start"), lambda console: _pivot(console, spec, state)),
            Doing(t("tool_spreadsheet.chart.start"), _chart),
            *(
                Doing(t(f"tool_spreadsheet.{what}.stop"), always({"do": verb}))
                for verb, what, there in stops
                if there
            ),
        )

    def outcome(
        self, spec: SpreadsheetSpec, before: SheetState, after: SheetState, action: Action
    ) -> list[str]:
        match action["do"]:
            case "filter":
                return self.describe(spec, after)
            case "unfilter" | "unpivot" | "unchart":
                what = str(action["do"]).removeprefix("un")
                return [t(f"tool_spreadsheet.{what}.stopped")]
            case "pivot" | "chart" as what:
                return _pivot_lines(spec, after) if what == "pivot" else _chart_lines(spec, after)
        sheets = sheet_of(spec, before), sheet_of(spec, after)
        changed = [
            name
            for row in range(1, spec.rows + 1)
            for column in range(1, spec.columns + 1)
            if sheets[0].display(name := f"{column_letters(column)}{row}") != sheets[1].display(name)
            or before.inputs.get(name) != after.inputs.get(name)
        ]
        if not changed:
            return [t("linear.sheet.unchanged")]
        faults = dict.fromkeys(sheet_words.fault_in(after.inputs.get(name, "")) for name in changed)
        return [
            *(
                t(
                    "linear.sheet.wrote",
                    cell=name,
                    value=sheets[1].display(name) or t("candidate.sheet.empty"),
                )
                for name in changed
            ),
            *(fault for fault in faults if fault),
        ]


def _standing(spec: SpreadsheetSpec, state: SheetState) -> list[str]:
    """The filter, the pivot table and the chart, where there are."""
    found = [sheet_words.filter_words(state.filter)] if state.filter else []
    return [*found, *_pivot_lines(spec, state), *_chart_lines(spec, state)]


def _pivot_lines(spec: SpreadsheetSpec, state: SheetState) -> list[str]:
    if state.pivot is None:
        return []
    sheet = sheet_of(spec, state)
    return [
        sheet_words.pivot_title(sheet, state.pivot),
        *sheet_words.said(sheet_words.pivot_rows(sheet, state.pivot)),
    ]


def _chart_lines(spec: SpreadsheetSpec, state: SheetState) -> list[str]:
    if state.chart is None:
        return []
    sheet = sheet_of(spec, state)
    rows = [(label, value) for label, value, _ in sheet_words.chart_rows(sheet, state.chart)]
    return [sheet_words.chart_title(sheet, state.chart), *sheet_words.said(rows)]


def _cell(sheet: Sheet, state: SheetState, name: str) -> str:
    typed = state.inputs.get(name, "")
    value = sheet.display(name) or t("candidate.sheet.empty")
    if is_formula(typed):
        return t("linear.sheet.formula", name=name, value=value, formula=typed)
    return t("linear.sheet.cell", name=name, value=value)


def _named(console: Console, prompt: str) -> str | None:
    """A cell's name in capitals; None when nothing was typed."""
    while typed := console.ask(prompt):
        cell = cell_named(typed)
        if cell is not None:
            return cell.name
        console.say(t("linear.sheet.no_cell"))
    return None


def _write(console: Console, spec: SpreadsheetSpec, state: SheetState) -> Action | None:
    name = _named(console, t("linear.sheet.which"))
    if name is None:
        return None
    console.say(t("linear.sheet.now", cell=name, value=_cell(sheet_of(spec, state), state, name)))
    return {"do": "set", "cell": name, "input": console.ask(t("linear.sheet.what", cell=name))}


def _read(console: Console, spec: SpreadsheetSpec, state: SheetState) -> None:
    name = _named(console, t("linear.sheet.which"))
    if name is not None:
        console.say(_cell(sheet_of(spec, state), state, name))


def _copy(console: Console) -> Action | None:
    source = _named(console, t("linear.sheet.from"))
    target = ask_text(console, t("linear.sheet.to")) if source else None
    return {"do": "copy", "from": source, "to": target.upper()} if target else None


def _sort(console: Console) -> Action | None:
    area = ask_text(console, t("linear.sheet.range"))
    by = ask_text(console, t("linear.sheet.by")) if area else None
    if area is None or by is None:
        return None
    descending = console.choose(
        t("candidate.sheet.which_order"), (t("candidate.sheet.ascending"), t("candidate.sheet.descending"))
    )
    return {"do": "sort", "range": area.upper(), "by": by.upper(), "descending": descending == 1}


def _filter(console: Console, spec: SpreadsheetSpec, state: SheetState) -> Action | None:
    area = _table(console, spec)
    if area is None:
        return None
    sheet = sheet_of(spec, state)
    letter = _column(console, sheet, area, t("tool_spreadsheet.lines.which_column"))
    values = values_in(sheet, area, column_number(letter) or 0)
    console.say(
        *(
            t("linear.numbered", number=number, words=value or t("tool_spreadsheet.blank"))
            for number, value in enumerate(values, 1)
        )
    )
    while typed := console.ask(t("tool_spreadsheet.lines.keep")):
        numbers = whole_numbers(typed)
        if numbers and all(1 <= number <= len(values) for number in numbers):
            kept = [values[number - 1] for number in dict.fromkeys(numbers)]
            return {"do": "filter", "range": area.name, "by": letter, "keep": kept}
        console.say(t("tool_spreadsheet.lines.no_keep"))
    return None


def _pivot(console: Console, spec: SpreadsheetSpec, state: SheetState) -> Action | None:
    area = _table(console, spec)
    if area is None:
        return None
    sheet = sheet_of(spec, state)
    group = _column(console, sheet, area, t("tool_spreadsheet.pivot.which", area=area.name))
    of = _column(console, sheet, area, t("tool_spreadsheet.pivot.of"))
    how = SUMMARIES[
        console.choose(
            t("tool_spreadsheet.pivot.how"), [t(f"tool_spreadsheet.pivot.by.{how}") for how in SUMMARIES]
        )
    ]
    return {"do": "pivot", "range": area.name, "group": group, "of": of, "how": how}


def _chart(console: Console) -> Action | None:
    kinds = [t(f"tool_spreadsheet.chart.by.{kind}") for kind in CHARTS]
    kind = CHARTS[console.choose(t("tool_spreadsheet.chart.kind"), kinds)]
    values = ask_text(console, t("tool_spreadsheet.lines.values"))
    if values is None:
        return None
    labels = ask_text(console, t("tool_spreadsheet.lines.labels"))
    action: dict[str, object] = {"do": "chart", "kind": kind, "values": values.upper()}
    return action | {"labels": labels.upper()} if labels else action


def _table(console: Console, spec: SpreadsheetSpec) -> Area | None:
    """A range with a header and a row at least; None when nothing was typed."""
    whole = Area(1, 1, spec.columns, spec.rows)
    while typed := console.ask(t("tool_spreadsheet.lines.which_table")):
        area = area_named(typed)
        if area and area.height > 1 and whole.holds(Cell(area.right, area.bottom)):
            return area
        console.say(t("tool_spreadsheet.lines.no_area"))
    return None


def _column(console: Console, sheet: Sheet, area: Area, question: str) -> str:
    """The letter of a column of a table, chosen among its headers."""
    letters = [column_letters(number) for number in range(area.left, area.right + 1)]
    return letters[
        console.choose(question, [sheet_words.column_words(sheet, area, letter) for letter in letters])
    ]
