"""The last page says the report's numbers, and no more than the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from itembank.framework import competences, domains
from kiosk.candidate.last_page import paragraphs
from kiosk.candidate.screens.end import EndScreen
from kiosk.sitting.report import CompetenceResult, LevelStatement, Report
from tests.candidate.support import CHOICE, foreign_glyphs, played, prepared, running, text_of, until

NAMES = {c.id: c.names["fr"] for c in competences()} | {d.id: d.names["fr"] for d in domains()}


def level(level: int, low: int, high: int) -> LevelStatement:
    return LevelStatement(level, low, high, (), 0.0, 1.0, (0.0, 0.0))


REPORT = Report(
    sitting="s",
    campaign="c",
    title="Essai",
    purpose="positioning",
    language="fr",
    started="",
    ended="",
    active_seconds=1.0,
    stop_reason="length",
    bank_version="1",
    bank_digest="0",
    overall=level(3, 3, 4),
    domains={"1": level(3, 2, 4)},
    competences=(
        CompetenceResult("1.1", "measured", 4, level(3, 2, 4)),
        CompetenceResult("1.2", "measured", 6, level(5, 5, 5)),
        CompetenceResult("1.3", "estimated", 1, level(2, 1, 4)),
        CompetenceResult("2.1", "not_measured", 0, None),
    ),
    responses=({"skill": "x", "points": 1, "maximum": 1},),
)


def said(report: Report) -> str:
    text = "\n".join(
        p.text for p in paragraphs(report, ("Trier un tableau",), ("Joindre un fichier",), NAMES.__getitem__)
    )
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_every_level_with_its_range() -> None:
    text = said(REPORT)
    assert "Ensemble : niveau 3, sans doute entre 3 et 4" in text
    assert "1 Informations et données : niveau 3, sans doute entre 2 et 4" in text
    assert "veille d’information : niveau 3, sans doute entre 2 et 4" in text
    assert "1.2 Gérer des données : niveau 5, sans doute ce niveau-là" in text
    assert "1.3 Traiter des données : niveau 2, sans doute entre 1 et 4 (estimé)" in text
    assert "2.1 Interagir : non mesuré" in text
    assert "Trier un tableau" in text
    assert "Joindre un fichier" in text


def test_what_the_report_does_not_state_is_not_said() -> None:
    assert "Ensemble" not in said(replace(REPORT, overall=None))
    blank = tuple(replace(c, statement=None, status="not_measured") for c in REPORT.competences)
    few = said(replace(REPORT, overall=None, domains={}, competences=blank))
    assert "trop peu de réponses" in few
    assert "niveau 0" not in few
    none = said(replace(REPORT, overall=None, domains={}, competences=blank, responses=()))
    assert "Vous n’avez répondu à aucune question" in none


@played
async def test_it_scrolls_by_keyboard_and_says_so(tmp_path: Path) -> None:
    async with running(prepared(tmp_path, [CHOICE])) as (app, pilot):
        screen = EndScreen(REPORT, ("Trier un tableau",) * 4, ("Joindre un fichier",) * 3, NAMES.__getitem__)
        app.push_screen(screen)
        await until(pilot, lambda: app.screen is screen)
        assert "La suite est plus bas" in text_of(app)
        assert not foreign_glyphs(app)
        seen = ""
        for _ in range(4):
            seen += text_of(app)
            await pilot.press("pagedown")
            await pilot.pause()
        for _ in range(3):
            await pilot.press("up")
        await pilot.pause()
        assert "Le début est plus haut" in text_of(app)
        assert "2.1 Interagir : non mesuré" in seen + text_of(app)
