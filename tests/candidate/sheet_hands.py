"""What a person types in the linear mode to carry a scripted solution of a spreadsheet out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from itembank.tasks.formula.addresses import area_named, column_letters, column_number
from itembank.tasks.spreadsheet import SheetState, SpreadsheetSpec, sheet_of
from itembank.tasks.spreadsheet.filtering import same, values_in
from itembank.tasks.spreadsheet.spec import CHARTS, SUMMARIES
from itembank.tasks.tools import tool_named

FIRST_DOINGS = ("set", "read", "copy", "sort", "filter", "pivot", "chart")
"""The order in which the dialogue always lists these; what takes a filter, a pivot table or a chart away follows."""


def lines_for(spec: SpreadsheetSpec, solution: Sequence[Mapping[str, Any]]) -> list[str]:
    """The numbers and texts that make `solution`, and the end of the task."""
    tool = tool_named("spreadsheet")
    typed: list[str] = []
    done: list[Mapping[str, Any]] = []
    for action in solution:
        state = tool.state_after(spec, done)
        there = (("unfilter", state.filter), ("unpivot", state.pivot), ("unchart", state.chart))
        doings = [*FIRST_DOINGS, *(verb for verb, what in there if what), "look", "undo"]
        typed += [str(doings.index(action["do"]) + 1), *_details(spec, state, action)]
        done.append(action)
    return [*typed, "0"]


def _details(spec: SpreadsheetSpec, state: SheetState, action: Mapping[str, Any]) -> list[str]:
    match action:
        case {"do": "set", "cell": cell, "input": text}:
            return [cell, text]
        case {"do": "copy", "from": source, "to": target}:
            return [source, target]
        case {"do": "sort", "range": area, "by": by}:
            return [area, by, "2" if action.get("descending") else "1"]
        case {"do": "filter", "range": area, "by": by, "keep": kept}:
            values = values_in(sheet_of(spec, state), area_named(area), column_number(by))
            numbers = [list(map(same, values)).index(same(value)) + 1 for value in kept]
            return [area, _place(area, by), " ".join(map(str, numbers))]
        case {"do": "pivot", "range": area, "group": group, "of": of, "how": how}:
            return [area, _place(area, group), _place(area, of), str(SUMMARIES.index(how) + 1)]
        case {"do": "chart", "kind": kind, "values": values}:
            return [str(CHARTS.index(kind) + 1), values, action.get("labels") or ""]
    return []


def _place(area: str, letter: str) -> str:
    """The number of a column in the list of a table's columns."""
    found = area_named(area)
    return str(1 + [column_letters(n) for n in range(found.left, found.right + 1)].index(letter))
