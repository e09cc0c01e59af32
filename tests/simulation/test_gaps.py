"""Where to write items next."""

import math

import numpy as np
import pytest

from kiosk.simulation.gaps import information_deficits, write_next
from kiosk.simulation.scenario import load_scenario
from tests.simulation.small_scenario import small

CUTS = (-1.0, 0.0, 1.0)


def deficits(bank, cuts=None, length=48, cap=0.25):
    return information_deficits(
        bank.entries, bank.competences, cuts or bank.cut_scores, length=length, exposure_cap=cap
    )


def test_every_cell_is_there_once_in_order_and_priorities_are_shares():
    bank = small().bank(np.random.default_rng(1))
    cells = deficits(bank)
    assert [(c.competence, c.level) for c in cells] == [(c, k) for c in bank.competences for k in range(9)]
    assert sum(c.priority for c in cells) == pytest.approx(1.0)
    assert sum(c.items for c in cells) == len(bank.entries)
    for competence in bank.competences:
        assert sum(c.people for c in cells if c.competence == competence) == pytest.approx(1.0)


def test_people_of_a_level_are_counted_by_the_normal_law():
    bank = small().bank(np.random.default_rng(1))
    people = [c.people for c in deficits(bank, CUTS)[:4]]
    phi = 0.5 * math.erfc(1 / math.sqrt(2))
    assert people == pytest.approx([phi, 0.5 - phi, 0.5 - phi, phi])


def test_cells_without_items_lack_most():
    scenario = load_scenario("gaps")
    cells = deficits(scenario.bank(np.random.default_rng(1)))
    gaps = {(c, k) for gap in scenario.bank_laws.gaps for c in gap.competences for k in gap.levels}
    empty = [c.deficit for c in cells if (c.competence, c.level) in gaps]
    others = [c.deficit for c in cells if (c.competence, c.level) not in gaps]
    assert np.mean(empty) > 3 * np.mean(others)


def test_the_most_urgent_come_first():
    cells = deficits(load_scenario("gaps").bank(np.random.default_rng(1)))
    urgent = write_next(cells)
    assert len(urgent) == 10
    assert [c.priority for c in urgent] == sorted((c.priority for c in cells), reverse=True)[:10]


def test_no_item_at_all_is_a_whole_deficit():
    bank = small().bank(np.random.default_rng(1))
    left = tuple(e for e in bank.entries if e.competence != "3.2")
    cells = information_deficits(left, bank.competences, bank.cut_scores, length=48)
    assert {c.deficit for c in cells if c.competence == "3.2"} == {1.0}


def test_a_tighter_exposure_cap_needs_more_items():
    bank = load_scenario("reference").bank(np.random.default_rng(1))
    loose, tight = (np.mean([c.deficit for c in deficits(bank, cap=cap)]) for cap in (1.0, 0.1))
    assert tight > loose
