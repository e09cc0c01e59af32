"""Filtering, summing up and charting in the spreadsheet: by the keys of the screen and by the lines of the linear mode, the
same actions and the same score."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from itembank.tasks import goals_after, tool_named
from itembank.tasks.formula import Sheet
from itembank.tasks.formula.addresses import Area, Cell
from itembank.tasks.spreadsheet.spec import ChartKind, Summary
from itembank.tasks.spreadsheet.state import Chart, Filter, Pivot, SheetState
from itembank.typography import plain
from kiosk.candidate.interactions import sheet_words
from kiosk.candidate.interactions.sheet_view import View, cursor_place, grid, scrolled
from kiosk.candidate.linear.console import Console
from kiosk.candidate.linear.tools import dialogue_of
from kiosk.candidate.linear.tools.dialogue import work
from tests.candidate.sheet_hands import lines_for
from tests.candidate.solutions.spreadsheet import BODY, SOLUTION
from tests.candidate.support import foreign_glyphs, played, record, text_of
from tests.candidate.test_answers import asked, kept
from tests.candidate.test_tools import press


def in_lines(*typed: str) -> tuple[list[Any], str]:
    spec = tool_named("spreadsheet").from_record(BODY)
    said = io.StringIO()
    console = Console(io.StringIO("\n".join(typed) + "\n"), said)
    return work(console, spec, tool_named("spreadsheet"), dialogue_of("spreadsheet")), plain(said.getvalue())


def test_a_solution_in_lines():
    spec = tool_named("spreadsheet").from_record(BODY)
    actions, said = in_lines(*lines_for(spec, SOLUTION))
    assert actions == SOLUTION
    assert goals_after(tool_named("spreadsheet").from_record(BODY), actions) == (True,) * 4
    assert "Tableau croisé : somme de « Montant » par « Ville »" in said
    assert "Lyon : 180 €" in said
    assert "Total : 460 €" in said
    assert "Camembert : Montant" in said
    assert "Nguyen : 200 € (43 %)" in said
    assert "Filtre : colonne B = Lyon. Lignes cachées : 3, 5." in said


def test_slips_in_lines_are_answered():
    actions, said = in_lines(
        "5", "a1", "z99:zz1", "a1:c5", "2", "9", "rien", "1 3", "5", "", "6", "", "7", "1", "", "7", "1", "zz", "", "0", "1",
    )  # fmt: skip
    assert actions == [{"do": "filter", "range": "A1:C5", "by": "B", "keep": ["Lyon", "Brest"]}]
    assert said.count("Il faut un tableau") == 2
    assert said.count("Il faut au moins un nombre") == 2
    assert "Cette case n’existe pas" in said


def test_an_unreadable_formula_is_explained_in_lines():
    _, said = in_lines("1", "c7", "=AUJOURDHUI()", "1", "c7", "=SOMME(C2:C5", "0")
    assert "AUJOURDHUI change d’un jour ou d’une fois à l’autre" in said
    assert "Cette formule n’est pas finie" in said


@played
async def test_the_same_solution_by_keys(tmp_path: Path) -> None:
    async with asked(tmp_path, record("spreadsheet", BODY)) as (app, pilot, question):
        await press(pilot, *["down"] * 6, "right", "right", "«=SOMME(C2:C5)»", "enter")
        await press(pilot, "up", "up", "up", "up")  # a cell of the table
        await press(pilot, "f8")
        assert "Que faire avec ce tableau" in text_of(app)
        await press(pilot, "down", "enter")
        assert "Tableau croisé de A1:C5" in text_of(app)
        await press(pilot, "down", "enter")  # by town
        assert "Colonne C : Montant" in text_of(app)
        await press(pilot, "down", "enter", "down", "enter")  # of the amounts, count
        assert "nombre de « Montant » par « Ville »" in text_of(app)
        await press(pilot, "escape", "f7")
        assert "défaite" in text_of(app)
        await press(pilot, "f8", "down", "enter", "down", "enter", "down", "enter", "enter")
        assert "somme de « Montant »" in text_of(app)
        assert "Total" in text_of(app)
        assert "460 €" in text_of(app)
        assert not foreign_glyphs(app)
        await press(pilot, "x")
        assert "Entrée ou Échap pour revenir" in text_of(app)
        await press(pilot, "down", "enter")
        # a pie, its ranges shown with their headers
        await press(pilot, "f8", *["down"] * 4, "enter", *["down"] * 3, "enter")
        assert "première case des nombres" in text_of(app)
        await press(pilot, *["up"] * 9, "enter", *["down"] * 4, "enter")
        assert "Maintenant les noms" in text_of(app)
        await press(pilot, "home", *["up"] * 9, "enter", *["down"] * 4, "enter")
        assert "Camembert : Montant" in text_of(app)
        assert "43 %" in text_of(app)
        assert not foreign_glyphs(app)
        await press(pilot, "escape")
        # filtered by a value of no use, then rightly
        await press(pilot, "f8", "enter", "down", "enter")
        assert "quelles lignes garder" in text_of(app)
        await press(pilot, "down", "enter")
        assert "1 ligne visible" in text_of(app)
        assert "Roux" not in text_of(app)
        await press(pilot, "f8", "down", "enter")
        assert "Roux" in text_of(app)
        await press(pilot, "up", "f8", "enter", "down", "enter", "space", "enter")
        assert "2 lignes visibles" in text_of(app)
        assert "▼" in text_of(app)
        assert not foreign_glyphs(app)
        await press(pilot, "f4")
        answered = await kept(pilot, question)
        assert answered.response == SOLUTION
        assert answered.score.goals == (True,) * 4


@played
async def test_the_cursor_steps_over_hidden_rows_and_a_filter_can_be_widened(tmp_path: Path) -> None:
    async with asked(tmp_path, record("spreadsheet", BODY)) as (app, pilot, question):
        await press(pilot, "right", "down", "down")  # Dijon
        await press(pilot, "f8", "enter", "down", "enter", "enter")
        tool = question.answer
        assert tool._pad.cursor == Cell(2, 2), "its row is hidden: the cursor goes to one that shows"
        await press(pilot, "down")
        assert tool._pad.cursor == Cell(2, 4)
        await press(pilot, "pagedown", "home")
        assert tool._pad.cursor == Cell(1, 9)
        await press(pilot, *["up"] * 9, "f8", "enter", "down", "enter")
        assert "[x] Lyon" in text_of(app), "what is kept is marked"
        await press(pilot, "down", "space", "enter")
        assert "3 lignes visibles" in text_of(app)
        assert tool.actions[-1]["keep"] == ["Lyon", "Dijon"]


@played
async def test_every_command_is_in_the_menu_and_nothing_is_lost_by_leaving(tmp_path: Path) -> None:
    async with asked(tmp_path, record("spreadsheet", BODY)) as (app, pilot, question):
        await press(pilot, "f8", "down", "enter", "escape")
        assert "rien n’a changé" in text_of(app)
        await press(pilot, "f8", "f8", "f5", "f6", "escape")
        await press(pilot, "end", *["down"] * 8, "f8", "enter")
        assert "Allez d’abord sur une case d’un tableau" in text_of(app)
        await press(pilot, "escape")
        for words in ("Filtrer les lignes", "Faire un tableau croisé", "Faire un graphique"):
            assert words in text_of(app)
        await press(pilot, "escape")
        assert question.answer.actions == []


@played
async def test_a_long_list_of_values_follows_its_cursor(tmp_path: Path) -> None:
    names = {f"A{row}": f"client {row}" for row in range(2, 31)}
    body = {**BODY, "rows": 30, "cells": {"A1": "Client", **names}}
    async with asked(tmp_path, record("spreadsheet", body)) as (app, pilot, question):
        await press(pilot, "f8", "enter", "enter", *["down"] * 20)
        assert "> [ ] client 22" in text_of(app)
        await press(pilot, "enter")
        assert question.answer.actions[-1]["keep"] == ["client 22"]
        await press(pilot, "f8", *["down"] * 2, "enter", "enter", "enter", "enter", "end")
        assert "> Total" in text_of(app)


@played
async def test_a_formula_of_the_clock_is_refused_in_words(tmp_path: Path) -> None:
    async with asked(tmp_path, record("spreadsheet", BODY)) as (app, pilot, _):
        await press(pilot, "end", "«=AUJOURDHUI()»", "enter")
        assert "AUJOURDHUI change d’un jour ou d’une fois à l’autre" in text_of(app)
        assert "#ERREUR!" in text_of(app)
        await press(pilot, "«=A1*»", "enter")
        assert "n’est pas finie" in text_of(app)


# --- what is drawn, purely ------------------------------------------------------------------------


@pytest.mark.parametrize("row", [1, 4, 9, 12])
@pytest.mark.parametrize("lines", [1, 2, 5, 12])
def test_the_cursor_is_always_in_sight_among_the_rows_that_show(row, lines):
    shown = [1, 4, 5, 9, 12]
    view = scrolled(View(Cell(1, row), None), [6, 6], shown, 40, lines)
    drawn = grid(view, [6, 6], shown, lambda cell: cell.name, lambda _: False, (40, lines + 1), True)
    found = ["".join(span.text for span in line) for line in drawn]
    place = cursor_place(view, [6, 6], shown)[1]
    assert f"A{row}" in found[place]
    assert len(found) == min(lines, len(shown)) + 1


SHEET = Sheet({"A1": "x", "A2": "-5", "A3": "0", "A4": "20", "A5": "texte"})


def test_a_chart_is_drawn_to_the_largest_and_never_below_nothing():
    rows = sheet_words.chart_rows(SHEET, Chart(ChartKind.COLUMN, Area(1, 1, 1, 5), None))
    assert [(label, size) for label, _, size in rows] == [("1", 0), ("2", 0), ("3", 1), ("4", 0)]
    assert rows[3][1] == "pas de nombre"
    assert sheet_words.chart_rows(SHEET, Chart(ChartKind.PIE, Area(1, 2, 1, 3), None))[0][1] == "-5"


def test_words_for_what_is_blank():
    state = SheetState({}, Filter(Area(1, 1, 2, 3), {"A": ("", "a"), "B": ("b",)}, frozenset()))
    assert sheet_words.filter_words(state.filter) == (
        "Filtre : colonne A = (vide) ou a et colonne B = b. Lignes cachées : aucune."
    ).replace(" :", "\N{NO-BREAK SPACE}:")
    assert sheet_words.pivot_rows(Sheet({}), Pivot(Area(1, 1, 2, 2), "A", "B", Summary.SUM)) == [
        ("(vide)", "0"), ("Total", "0"),
    ]  # fmt: skip
