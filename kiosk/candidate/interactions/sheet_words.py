"""What the spreadsheet says of its filter, its pivot table, its chart and its faults: for the screen and for lines. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from itembank.tasks.formula import FormulaSyntaxFault, Sheet, is_formula, parse
from itembank.tasks.formula.addresses import Area
from itembank.tasks.formula.notation import NumberFormat, formatted
from itembank.tasks.spreadsheet.charting import points_of, title_of
from itembank.tasks.spreadsheet.pivoting import groups_of, header_of, total_line
from itembank.tasks.spreadsheet.spec import ChartKind
from itembank.tasks.spreadsheet.state import Chart, Filter, Pivot
from kiosk.locale import has, t

PERCENT = NumberFormat(decimals=0, unit="%")


def fault_in(typed: str) -> str:
    """Why what was typed cannot be read as a formula, in a sentence; empty when it can, or is none."""
    if not is_formula(typed):
        return ""
    try:
        parse(typed)
    except FormulaSyntaxFault as fault:
        key = f"tool_spreadsheet.fault.{fault.code.removeprefix('formula.')}"
        return t(key, **fault.params) if has(key) else t("tool_spreadsheet.fault.other")
    return ""


def filter_words(found: Filter) -> str:
    """The filter in force, in a sentence."""
    columns = t("tool_spreadsheet.filter.and").join(
        t(
            "tool_spreadsheet.filter.columns",
            letter=letter,
            values=t("tool_spreadsheet.filter.or").join(
                value or t("tool_spreadsheet.blank") for value in values
            ),
        )
        for letter, values in found.kept.items()
    )
    rows = ", ".join(map(str, sorted(found.hidden))) or t("tool_spreadsheet.filter.nothing_hidden")
    return t("tool_spreadsheet.filter.state", columns=columns, rows=rows)


def column_words(sheet: Sheet, area: Area, letter: str) -> str:
    """A column of a table by its letter and header."""
    header = header_of(sheet, area, letter) or t("tool_spreadsheet.blank")
    return t("tool_spreadsheet.column", letter=letter, header=header)


def pivot_title(sheet: Sheet, pivot: Pivot) -> str:
    """What a pivot table shows, in a phrase."""
    return t(
        "tool_spreadsheet.pivot.title",
        how=t(f"tool_spreadsheet.pivot.name.{pivot.how}"),
        of=header_of(sheet, pivot.area, pivot.of) or pivot.of,
        group=header_of(sheet, pivot.area, pivot.group) or pivot.group,
    )


def pivot_rows(sheet: Sheet, pivot: Pivot) -> list[tuple[str, str]]:
    """(label, value) of each line of a pivot table, the total last."""
    rows = [(group.label or t("tool_spreadsheet.blank"), group.shown) for group in groups_of(sheet, pivot)]
    return [*rows, (t("tool_spreadsheet.total"), total_line(sheet, pivot).shown)]


def chart_title(sheet: Sheet, chart: Chart) -> str:
    """What a chart is, in a phrase."""
    kind, title = t(f"tool_spreadsheet.chart.name.{chart.kind}"), title_of(sheet, chart)
    if not title:
        return t("tool_spreadsheet.chart.untitled", kind=kind)
    return t("tool_spreadsheet.chart.title", kind=kind, title=title)


def chart_rows(sheet: Sheet, chart: Chart) -> list[tuple[str, str, float]]:
    """(label, value, size) of each point of a chart; `size` is its part of the largest, from 0 to 1 (0 for what is not
    above 0). A pie says each part's percentage."""
    points = points_of(sheet, chart)
    values = [max(0.0, point.value or 0.0) for point in points]
    largest, total = max(values, default=0.0), sum(values)
    found: list[tuple[str, str, float]] = []
    for number, (point, value) in enumerate(zip(points, values, strict=True), 1):
        shown = point.shown if point.value is not None else t("tool_spreadsheet.chart.no_number")
        if chart.kind is ChartKind.PIE and point.value is not None and total > 0:
            percent = formatted(value / total, PERCENT)
            shown = t("tool_spreadsheet.chart.share", value=shown, percent=percent)
        found.append((point.label or str(number), shown, value / largest if largest > 0 else 0.0))
    return found


def said(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows of labels and values as lines to hear."""
    return [t("tool_spreadsheet.labelled", label=row[0], value=row[1]) for row in rows]
