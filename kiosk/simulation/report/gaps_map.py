"""The section that says where to write items next."""

from __future__ import annotations

from html import escape

from kiosk.simulation.report.pieces import of, section, table
from kiosk.simulation.report.plots import INK
from kiosk.simulation.report.wording import (
    Figures,
    percent,
)


def gaps_map(figures: Figures) -> str:
    """Competences by levels: where information is lacking, and where to write first."""
    said, gaps = of("gaps"), figures["gaps"]
    cells = {(c["competence"], c["level"]): c for c in gaps["cells"]}
    competences = list(dict.fromkeys(c["competence"] for c in gaps["cells"]))
    levels = sorted({c["level"] for c in gaps["cells"]})
    rank = {(c["competence"], c["level"]): i for i, c in enumerate(gaps["write_next"], 1)}
    most = max((c["priority"] for c in gaps["cells"]), default=0.0) or 1.0
    top = "".join(f'<th scope="col">{k}</th>' for k in levels)
    body = ""
    for competence in competences:
        body += f'<tr><th scope="row">{escape(competence)}</th>'
        for level in levels:
            cell = cells[competence, level]
            depth = cell["priority"] / most
            shade = f"background:{_mixed(depth)};color:{'#fff' if depth > 0.62 else INK}"
            share = percent(cell["priority"]) if cell["priority"] >= 0.0005 else "·"
            mark = f'<b class="rank">▲{rank[competence, level]}</b>' if (competence, level) in rank else ""
            body += f'<td style="{shade}">{mark}{share}<small>{cell["items"]}</small></td>'
        body += "</tr>"
    heat = (
        f'<div class="wide"><table class="heat"><caption>{escape(said("legend"))}</caption><thead><tr>'
        f'<th scope="col">{escape(said("competence"))} \\ {escape(said("level"))}</th>{top}</tr></thead><tbody>{body}</tbody></table></div>'
    )
    first = table(
        [said(k) for k in ("rank", "competence", "level", "items", "lack", "share")],
        [
            (
                str(i),
                c["competence"],
                str(c["level"]),
                str(cells[c["competence"], c["level"]]["items"]),
                percent(cells[c["competence"], c["level"]]["deficit"], 0),
                percent(c["priority"]),
            )
            for i, c in enumerate(gaps["write_next"], 1)
        ],
        said("next"),
    )
    return section("gaps", heat, first if gaps["write_next"] else "")


def _mixed(depth: float) -> str:
    """From white to a deep orange brown."""
    light, deep = (255, 255, 255), (138, 58, 16)
    red, green, blue = (round(a + (b - a) * depth) for a, b in zip(light, deep, strict=True))
    return f"#{red:02x}{green:02x}{blue:02x}"
