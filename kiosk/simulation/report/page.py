"""The report as one page: its head, its sections in order, its style, from the figures of a study."""

from __future__ import annotations

from html import escape

from kiosk.locale import language, t
from kiosk.simulation.report.accuracy import by_level, confidence, coverage, curve, recovery
from kiosk.simulation.report.comparisons import (
    baselines,
    cold_start,
    exposure_cost,
    heed_to_time,
    prior_misfit,
)
from kiosk.simulation.report.conduct import competences_asked, exposure, time_used
from kiosk.simulation.report.gaps_map import gaps_map
from kiosk.simulation.report.pieces import of, plain_section, table
from kiosk.simulation.report.plots import BLUE, GRID_LINE, INK, SOFT
from kiosk.simulation.report.wording import (
    Figures,
    goal_text,
    number,
    written,
)

HEADLINES = ("rmse", "within_one", "coverage_80", "reliability")
ALL_FIGURES = (
    "rmse", "bias", "reliability", "exact", "within_one", "weighted_kappa", "four_band", "domain_reliability",
    "overall_reliability", "coverage_80", "stated_confidence", "observed_agreement", "items_per_sitting",
    "items_per_competence_least", "max_exposure", "mean_exposure", "items_used", "test_overlap", "finished_in_time",
    "seconds_per_item", "rapid_share", "ms_per_item", "sittings_per_second", "separate_items_needed",
)  # fmt: skip


def render(figures: Figures) -> str:
    """The whole page, in the interface's language."""
    sections = [
        part(figures)
        for part in (
            _goals, recovery, by_level, curve, coverage, confidence, competences_asked, exposure, exposure_cost,
            time_used, cold_start, prior_misfit, heed_to_time, baselines, gaps_map, _everything,
        )
    ]  # fmt: skip
    heading = _title(figures)
    return (
        f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(heading)} · {escape(t('simulation.report.title'))}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<header>\n<p>{escape(t('simulation.report.title'))}</p>\n<h1>{escape(heading)}</h1>\n"
        f"<p>{escape(_subject(figures))}</p>\n{_headlines(figures)}\n<p>{escape(t('simulation.report.what'))}</p>\n</header>\n"
        f"<main>\n{''.join(sections)}</main>\n</body>\n</html>\n"
    )


def _title(figures: Figures) -> str:
    titles = figures.get("title") or {}
    return str(titles.get(language()) or figures.get("scenario") or t("simulation.option.shipped"))


def _subject(figures: Figures) -> str:
    words = [t("simulation.report.people", **{k: figures[k] for k in ("candidates", "length", "seed")})]
    if figures.get("minutes_allowed"):
        words.append(t("simulation.report.minutes", minutes=number(figures["minutes_allowed"], 0)))
    if figures.get("scenario"):
        words.append(t("simulation.report.synthetic", items=figures["items"], scenario=figures["scenario"]))
    elif figures.get("bank_version"):
        words.append(t("simulation.report.bank", version=figures["bank_version"], items=figures["items"]))
    return " ".join(words)


def _headlines(figures: Figures) -> str:
    cards = "".join(
        f"<div><dt>{escape(t(f'simulation.figure.{name}'))}</dt><dd>{escape(written(name, figures[name]))}</dd></div>"
        for name in HEADLINES
    )
    return f'<dl class="headlines">{cards}</dl>'


def _goals(figures: Figures) -> str:
    goals = figures.get("goals")
    if not goals:
        return ""
    said, bounds = of("table"), figures.get("bound") or {}
    rows = [
        (
            t(f"simulation.figure.{g['figure']}"),
            written(g["figure"], g["value"]),
            written(g["figure"], bounds[g["figure"]]) if g["figure"] in bounds else "",
            goal_text(g),
            ("✓ " if g["met"] else "✗ ") + said("yes" if g["met"] else "no"),
        )
        for g in goals
    ]
    return plain_section(
        "goals",
        t("simulation.report.goals"),
        table([said(k) for k in ("figure", "value", "bound", "goal", "met")], rows),
    )


def _everything(figures: Figures) -> str:
    bounds = figures.get("bound") or {}
    rows = [
        (
            t(f"simulation.figure.{name}"),
            written(name, figures[name]),
            written(name, bounds[name]) if name in bounds else "",
        )
        for name in ALL_FIGURES
        if name in figures
    ]
    headings = [t(f"simulation.table.{k}") for k in ("figure", "value", "bound")]
    return plain_section("everything", t("simulation.report.all_figures"), table(headings, rows))


_STYLE = f"""
:root {{ color-scheme: light; }}
body {{ font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: {INK}; background: #fff;
  max-width: 60rem; margin: 0 auto; padding: 1.5rem; }}
header > p:first-child {{ margin: 0; color: {SOFT}; text-transform: uppercase; letter-spacing: .08em; font-size: .8rem; }}
h1 {{ margin: 0 0 .5rem; line-height: 1.2; font-size: 1.8rem; }}
h2 {{ margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 2px solid {GRID_LINE}; font-size: 1.25rem; }}
p {{ max-width: 46rem; }}
.headlines {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .75rem; margin: 1rem 0; }}
.headlines div {{ border: 1px solid {GRID_LINE}; border-left: 4px solid {BLUE}; padding: .5rem .75rem;
  display: flex; flex-direction: column-reverse; justify-content: flex-end; }}
.headlines dt {{ color: {SOFT}; font-size: .85rem; line-height: 1.3; }}
.headlines dd {{ margin: 0; font-size: 1.6rem; font-weight: 600; }}
figure {{ margin: .5rem 0; }}
svg {{ width: 100%; height: auto; display: block; overflow: visible; }}
svg text {{ font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: {INK}; }}
svg text.axis {{ fill: {SOFT}; font-size: 13px; }}
svg text.note {{ fill: {SOFT}; font-size: 11px; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; margin: .75rem 0; font-variant-numeric: tabular-nums; font-size: .92rem; }}
caption {{ text-align: left; color: {SOFT}; padding-bottom: .35rem; max-width: 46rem; }}
th, td {{ padding: .3rem .7rem; border-bottom: 1px solid {GRID_LINE}; text-align: right; vertical-align: bottom; }}
th:first-child {{ text-align: left; font-weight: normal; }}
thead th {{ color: {SOFT}; font-weight: 600; }}
thead th:first-child {{ font-weight: 600; }}
.heat tbody th {{ vertical-align: middle; }}
.heat td {{ text-align: center; vertical-align: middle; border: 1px solid #fff; min-width: 3.2rem; position: relative; padding: .25rem .3rem; }}
.heat thead th {{ text-align: center; }}
.heat thead th:first-child {{ text-align: left; }}
.heat small {{ display: block; opacity: .8; font-size: .72rem; }}
.heat .rank {{ display: block; font-size: .72rem; }}
details summary {{ cursor: pointer; color: {BLUE}; }}
@media print {{
  body {{ max-width: none; padding: 0; font-size: 10pt; }}
  h2 {{ margin-top: 1.2rem; break-after: avoid; }}
  p {{ max-width: none; break-after: avoid; }}
  figure, tr, .headlines {{ break-inside: avoid; }}
  .headlines {{ grid-template-columns: repeat(4, 1fr); }}
  svg {{ width: 80%; }}
  table {{ font-size: 8pt; margin: .3rem 0; }}
  th, td {{ padding: .1rem .5rem; }}
  details summary {{ display: none; }}
  details::details-content {{ content-visibility: visible; block-size: auto; }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""
