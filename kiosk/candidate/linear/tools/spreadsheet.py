"""The spreadsheet in lines: rows said cell by cell; a cell is written, copied, rows are sorted by naming them."""

from __future__ import annotations

from collections.abc import Sequence

from itembank.tasks.actions import Action
from itembank.tasks.formula import is_formula
from itembank.tasks.formula.addresses import cell_named, column_letters
from itembank.tasks.spreadsheet import SheetState, SpreadsheetSpec, sheet_of
from kiosk.candidate.linear.console import Console
from kiosk.candidate.linear.tools.dialogue import Doing, ToolDialogue, ask_text
from kiosk.locale import t


class Dialogue(ToolDialogue[SpreadsheetSpec, SheetState]):
    """See the module."""

    def describe(self, spec: SpreadsheetSpec, state: SheetState) -> list[str]:
        found = [
            t("linear.sheet.size", columns=spec.columns, last=column_letters(spec.columns), rows=spec.rows)
        ]
        for row in range(1, spec.rows + 1):
            names = [f"{column_letters(column)}{row}" for column in range(1, spec.columns + 1)]
            cells = [_cell(spec, state, name) for name in names if name in state.inputs]
            if cells:
                found.append(t("linear.sheet.row", number=row, cells=", ".join(cells)))
        return found

    def doings(self, spec: SpreadsheetSpec, state: SheetState) -> Sequence[Doing]:
        return (
            Doing(t("linear.sheet.write"), lambda console: _write(console, spec, state)),
            Doing(t("linear.sheet.read"), lambda console: _read(console, spec, state)),
            Doing(t("linear.sheet.copy"), _copy),
            Doing(t("linear.sheet.sort"), _sort),
        )

    def outcome(
        self, spec: SpreadsheetSpec, before: SheetState, after: SheetState, action: Action
    ) -> list[str]:
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
        return [
            t("linear.sheet.wrote", cell=name, value=sheets[1].display(name) or t("candidate.sheet.empty"))
            for name in changed
        ]


def _cell(spec: SpreadsheetSpec, state: SheetState, name: str) -> str:
    typed = state.inputs.get(name, "")
    value = sheet_of(spec, state).display(name) or t("candidate.sheet.empty")
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
    console.say(t("linear.sheet.now", cell=name, value=_cell(spec, state, name)))
    return {"do": "set", "cell": name, "input": console.ask(t("linear.sheet.what", cell=name))}


def _read(console: Console, spec: SpreadsheetSpec, state: SheetState) -> None:
    name = _named(console, t("linear.sheet.which"))
    if name is not None:
        console.say(_cell(spec, state, name))


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
