"""A chart: its kind, the range of its values and that of its labels.

Actions: `{"do": "chart", "kind": "column", "values": "B2:B5", "labels": "A2:A5"}` (`kind`: `column`, `bar`, `line`,
`pie`; `labels` may be left out; it takes the place of the chart before it), `{"do": "unchart"}`.
"""

from __future__ import annotations

from dataclasses import dataclass

from itembank.errors import ResponseInvalid
from itembank.tasks import actions
from itembank.tasks.actions import Action
from itembank.tasks.formula import Sheet
from itembank.tasks.formula.addresses import Area
from itembank.tasks.spreadsheet.reading import area_of
from itembank.tasks.spreadsheet.spec import CHARTS, ChartGoal, ChartKind, SpreadsheetSpec
from itembank.tasks.spreadsheet.state import Chart


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart: its label (empty when it has none), the number, None for a cell without one, and as shown."""

    label: str
    value: float | None
    shown: str


def charted(spec: SpreadsheetSpec, action: Action) -> Chart:
    """The chart after a `chart` action. Raises ResponseInvalid: as `reading`, and `action.wrong_type`."""
    kind = actions.text(action, "kind", limit=20)
    if kind not in CHARTS:
        raise ResponseInvalid("action.wrong_type", key="kind")
    labels = area_of(spec, action, "labels") if action.get("labels") is not None else None
    return Chart(ChartKind(kind), area_of(spec, action, "values"), labels)


def title_of(sheet: Sheet, chart: Chart) -> str:
    """The header that was taken in with the values; empty when there is none."""
    values, _ = without_header(sheet, chart.values, chart.labels)
    return "" if values == chart.values else sheet.display(next(chart.values.cells()).name)


def points_of(sheet: Sheet, chart: Chart) -> tuple[Point, ...]:
    """What the chart shows, in the order of its values; a header taken in with them is its title, not a point."""
    values, labels = without_header(sheet, chart.values, chart.labels)
    names = [] if labels is None else [cell.name for cell in labels.cells()]
    found: list[Point] = []
    for number, cell in enumerate(values.cells()):
        value = sheet.value(cell.name)
        label = sheet.display(names[number]) if number < len(names) else ""
        found.append(Point(label, value if isinstance(value, float) else None, sheet.display(cell.name)))
    return tuple(found)


def without_header(sheet: Sheet, values: Area, labels: Area | None) -> tuple[Area, Area | None]:
    """The ranges without the header that people take in with a column or a row of numbers, as charts do."""
    if values.height > 1 and isinstance(sheet.value(next(values.cells()).name), str):
        inner = values._replace(top=values.top + 1)
        return inner, labels._replace(top=labels.top + 1) if labels and _alike(labels, values, 1) else labels
    if values.height == 1 and values.width > 1 and isinstance(sheet.value(next(values.cells()).name), str):
        inner = values._replace(left=values.left + 1)
        return inner, labels._replace(left=labels.left + 1) if labels and _alike(
            labels, values, 0
        ) else labels
    return values, labels


def _alike(labels: Area, values: Area, down: int) -> bool:
    """Whether the labels begin beside the header of the values, and are as many."""
    if down:
        return labels.top == values.top and labels.height == values.height > 1
    return labels.left == values.left and labels.width == values.width > 1


def charts_as(sheet: Sheet, chart: Chart | None, wanted: ChartGoal) -> bool:
    """Whether `chart` is of a wanted kind and shows the wanted ranges, headers aside."""
    if chart is None or chart.kind not in wanted.kinds:
        return False
    values, labels = without_header(sheet, chart.values, chart.labels)
    expected, expected_labels = without_header(sheet, wanted.values, wanted.labels)
    return values == expected and (expected_labels is None or labels == expected_labels)
