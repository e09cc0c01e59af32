"""What sections are made of: tables, figures, axes, headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from kiosk.locale import t
from kiosk.simulation.report.plots import Axis, Plot, ticks
from kiosk.simulation.report.wording import number


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """An HTML table whose first column heads its rows."""
    top = "".join(f'<th scope="col">{escape(h)}</th>' for h in headings)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>' + "".join(f"<td>{escape(c)}</td>" for c in rest) + "</tr>"
        for first, *rest in rows
    )
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="wide"><table>{said}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def section(room: str, *content: str, text: str | None = None) -> str:
    """A section under the title of its `room` in the catalogue, with its explanation."""
    said = t(f"simulation.{room}.text") if text is None else text
    explained = f"<p>{escape(said)}</p>" if said else ""
    return (
        f'<section aria-labelledby="{room}"><h2 id="{room}">{escape(t(f"simulation.{room}.title"))}</h2>'
        f"{explained}{''.join(content)}</section>\n"
    )


def figure(plot: Plot, identity: str, data: str) -> str:
    """A plot with the table of its data behind it."""
    summary = escape(t("simulation.report.data"))
    return f"<figure>{plot.svg(f'{identity}-plot')}</figure><details><summary>{summary}</summary>{data}</details>"


def of(room: str) -> Callable[[str], str]:
    """The words of one room of the catalogue, by their key."""
    return lambda key: t(f"simulation.{room}.{key}")


def scale(label: str, low: float, high: float) -> Axis:
    """An axis of plain numbers, with as many decimals as its ticks need."""
    marks = tuple(ticks(low, high))
    digits = next(d for d in range(4) if d == 3 or all(abs(round(m, d) - m) < 1e-9 for m in marks))
    return Axis(label, low, high, lambda value: number(value, digits), marks)


def plain_section(identity: str, title: str, content: str) -> str:
    """A section with a title of its own and no explanation."""
    return (
        f'<section aria-labelledby="{identity}"><h2 id="{identity}">{escape(title)}</h2>{content}</section>\n'
    )
