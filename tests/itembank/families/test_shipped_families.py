"""Every shipped family, over many seeds: it builds, has one best answer, and its tasks are solved by their scripts."""

from dataclasses import replace
from datetime import date

import pytest

from itembank.authoring import clone, load_content, shipped_content, word_count
from itembank.errors import ResponseInvalid
from itembank.families.solutions import found_solution, key_response, points_of, routes_of
from itembank.item import CHOICES, ChoiceBody, HotspotBody, NumericBody, ShortTextBody
from itembank.lint import answers, prose, upkeep
from itembank.scoring import score
from itembank.tasks.spreadsheet import SpreadsheetSpec

FAMILIES = {a.family.id: a for a in load_content([shipped_content()]).authored if a.family is not None}
CHECKS = (
    prose.lengths, prose.words_used, prose.typography, answers.options, answers.accepted, answers.scores,
    answers.solvable, upkeep.wordings,
)  # fmt: skip


def check(authored):
    item = authored.item
    errors = [f for check in CHECKS for f in check(authored) if f.error]
    errors += [f for f in upkeep.dates(authored, date(2026, 11, 24)) if f.error]
    assert errors == [], item.id
    assert "{" not in item.situation + item.question + item.feedback.right + item.feedback.wrong
    assert word_count(item.question) >= 3
    match item.body:
        case ChoiceBody() as body:
            texts = [c.text.casefold() for c in body.choices]
            assert len(set(texts)) == len(texts)
            for i in range(len(texts)):
                response = [i] if len(body.keys) == 1 else sorted(body.keys ^ {i})
                assert score(item, response).full == (len(body.keys) == 1 and i in body.keys)
        case HotspotBody() as body:
            keys = {z.text for z in body.zones if z.number in body.key}
            assert keys.isdisjoint(z.text for z in body.zones if z.number not in body.key)
        case NumericBody() as body:
            assert not score(item, str(body.value + max(1, 2 * body.tolerance))).points
        case ShortTextBody() as body:
            assert len(set(body.accept)) == len(body.accept)
    if item.is_task:
        assert score(item, []).points == 0
        routes = routes_of(authored.record, item)
        assert routes[0].points == item.max_score
        for route in routes:
            assert points_of(item, route.actions) == route.points, route.name
    else:
        assert score(item, key_response(item)).full
    assert score(item, None).points == 0


@pytest.mark.parametrize("family", FAMILIES)
def test_sample(family):
    for seed in range(1, 21):
        check(clone(FAMILIES[family].family, FAMILIES[family].item.topic, seed))


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_two_hundred_clones(family):
    for seed in range(21, 221):
        check(clone(FAMILIES[family].family, FAMILIES[family].item.topic, seed))


def test_the_worked_examples_are_of_varied_kinds():
    assert len(FAMILIES) >= 12
    assert len({a.item.interaction for a in FAMILIES.values()}) >= 8
    partial = [r for a in FAMILIES.values() if a.item.is_task for r in routes_of(a.record, a.item)[1:]]
    assert len({r.points for r in partial}) >= 3
    assert any(a.item.interaction in CHOICES for a in FAMILIES.values())


def test_every_task_of_the_bank_has_a_way_to_full_credit(content):
    for a in content.authored:
        if not a.item.is_task:
            continue
        scripted = [r.actions for r in routes_of(a.record, a.item) if r.name == "solution"]
        actions = scripted[0] if scripted else found_solution(a.item)
        assert actions is not None, a.item.id
        assert points_of(a.item, actions) == a.item.max_score, a.item.id
        assert points_of(a.item, ()) == 0, a.item.id


def test_every_task_of_the_bank_shows_a_partial_credit(content):
    """What a script reaches on its way, or stops at: some of the points, between none and all of them."""
    families = {a.item.id.partition("#")[0]: a for a in content.authored if a.item.is_task}
    none = []
    for name, a in families.items():
        scripts = [r.actions for r in routes_of(a.record, a.item)] or [found_solution(a.item) or ()]
        reached = {points_of(a.item, actions[:k]) for actions in scripts for k in range(len(actions) + 1)}
        if not any(0 < points < a.item.max_score for points in reached):
            none.append(name)
    assert none == []


def test_tables_are_solved_from_their_goals(content):
    """A filter, a pivot table, a chart: what the goal says is what to do."""
    found = {
        a.item.id: found_solution(a.item)
        for a in content.authored
        if isinstance(a.item.body, SpreadsheetSpec)
        and any(g.filter or g.pivot or g.chart for g in a.item.body.goals)
    }
    assert found
    assert None not in found.values(), [name for name, actions in found.items() if actions is None]
    assert {action["do"] for actions in found.values() for action in actions} >= {"filter", "pivot", "chart"}


@pytest.mark.parametrize(
    ("goal", "solution"),
    [
        ({"rows": [2, 4]}, [{"do": "filter", "range": "A1:B4", "by": "B", "keep": ["Lyon"]}]),
        (
            {"filter": {"A": ["1"], "B": ["Lyon"]}},
            [
                {"do": "filter", "range": "A1:B4", "by": "A", "keep": ["1"]},
                {"do": "filter", "range": "A1:B4", "by": "B", "keep": ["Lyon"]},
            ],
        ),
        (
            {"chart": {"kind": ["line", "pie"], "values": "A2:A4"}},
            [{"do": "chart", "kind": "line", "values": "A2:A4", "labels": "A2:A4"}],
        ),
        ({"rows": [2]}, None),
    ],
)
def test_one_table_action_for_each_goal(content, goal, solution):
    sheet = next(i for i in content.items if i.interaction == "spreadsheet")
    cells = {
        "A1": "N",
        "B1": "Ville",
        "A2": 1,
        "B2": "Lyon",
        "A3": 1,
        "B3": "Lens",
        "A4": 2,
        "B4": "Lyon",
        "D4": "x",
    }
    body = {"columns": 4, "rows": 6, "cells": cells, "goals": [{"name": "but", **goal}]}
    item = replace(
        sheet, body=SpreadsheetSpec.from_record(body), parameters=replace(sheet.parameters, b=(0.0,))
    )
    found = found_solution(item)
    assert (None if found is None else list(found)) == solution


def test_an_impossible_action_is_refused(content):
    task = next(i for i in content.items if i.is_task)
    with pytest.raises(ResponseInvalid):
        points_of(task, [{"do": "dance"}])
