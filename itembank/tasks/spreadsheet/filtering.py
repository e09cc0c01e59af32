"""Showing only the rows of a table whose column holds certain values.

Actions:

- `{"do": "filter", "range": "A1:C8", "by": "B", "keep": ["Lyon", "Dijon"]}`: the range's first row is its header; `keep`
  are values as cells show them, « » for blank ones; other columns of the same range stay filtered as they were;
- `{"do": "unfilter"}`: every row is shown again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from itembank.errors import ResponseInvalid
from itembank.tasks.actions import Action
from itembank.tasks.formula import Sheet
from itembank.tasks.formula.addresses import Area, Cell, column_number
from itembank.tasks.spreadsheet.reading import area_of, letter_of
from itembank.tasks.spreadsheet.spec import SpreadsheetSpec
from itembank.tasks.spreadsheet.state import Filter, SheetState, sheet_of
from itembank.tasks.words import has_control_characters, typeable

MOST_KEPT = 30
LONGEST_VALUE = 500


def filtered(spec: SpreadsheetSpec, state: SheetState, action: Action) -> Filter:
    """The filter in force after a `filter` action.

    Raises ResponseInvalid: as `reading`, and `action.wrong_type` (`key`) when `keep` is no list of 1 to 30 texts.
    """
    area = area_of(spec, action, "range")
    letter, wanted = letter_of(area, action, "by"), _kept(action)
    others = state.filter.kept if state.filter and state.filter.area == area else {}
    kept = {**others, letter: wanted}
    return Filter(area, kept, hidden_rows(sheet_of(spec, state), area, kept))


def hidden_rows(sheet: Sheet, area: Area, kept: Mapping[str, tuple[str, ...]]) -> frozenset[int]:
    """The rows of `area`, its header aside, that a column of `kept` leaves out."""
    wanted = {column_number(letter) or 0: set(map(same, values)) for letter, values in kept.items()}
    return frozenset(
        row
        for row in range(area.top + 1, area.bottom + 1)
        if any(same(sheet.display(Cell(column, row).name)) not in values for column, values in wanted.items())
    )


def values_in(sheet: Sheet, area: Area, column: int) -> list[str]:
    """The different values that a column of a table shows under its header, in their order there."""
    found: dict[str, str] = {}
    for row in range(area.top + 1, area.bottom + 1):
        shown = sheet.display(Cell(column, row).name)
        found.setdefault(same(shown), shown)
    return list(found.values())


def same(shown: str) -> str:
    """A key for comparing what cells show: case and special spaces aside, as a filter's list does."""
    return typeable(shown).strip().casefold()


def filters_as(
    sheet: Sheet, state: SheetState, wanted: Mapping[str, Iterable[str]] | None, rows: Iterable[int] | None
) -> bool:
    """Whether a filter is in force that keeps `wanted` (of the values that are there) in these columns and in no other,
    and shows, under its header, exactly `rows`; None for what does not matter."""
    if state.filter is None:
        return False
    area, kept = state.filter.area, state.filter.kept
    if rows is not None:
        shown = set(range(area.top + 1, area.bottom + 1)) - state.filter.hidden
        if shown != set(rows):
            return False
    if wanted is None:
        return True
    if {letter for letter in kept if not _keeps_all(sheet, area, letter, kept[letter])} != set(wanted):
        return False
    return all(
        _present(sheet, area, letter, kept[letter]) == _present(sheet, area, letter, values)
        for letter, values in wanted.items()
    )


def _present(sheet: Sheet, area: Area, letter: str, values: Iterable[str]) -> set[str]:
    there = set(map(same, values_in(sheet, area, column_number(letter) or 0)))
    return there & set(map(same, values))


def _keeps_all(sheet: Sheet, area: Area, letter: str, values: Iterable[str]) -> bool:
    return _present(sheet, area, letter, values) == set(
        map(same, values_in(sheet, area, column_number(letter) or 0))
    )


def _kept(action: Action) -> tuple[str, ...]:
    kept = action.get("keep")
    if not isinstance(kept, list) or not 1 <= len(kept) <= MOST_KEPT:
        raise ResponseInvalid("action.wrong_type" if "keep" in action else "action.missing", key="keep")
    for value in kept:
        if not isinstance(value, str):
            raise ResponseInvalid("action.wrong_type", key="keep")
        if len(value) > LONGEST_VALUE:
            raise ResponseInvalid("action.too_long", key="keep", limit=LONGEST_VALUE)
        if has_control_characters(value):
            raise ResponseInvalid("action.control_character", key="keep")
    return tuple(kept)
