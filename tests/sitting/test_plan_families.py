"""Of a family's clones a sitting holds one; in another language only where there is enough of it."""

from dataclasses import replace

import pytest

from kiosk.sitting.machine import Sitting
from kiosk.sitting.plan import ENOUGH_IN_LANGUAGE, asked_language, eligible, plan_for


@pytest.fixture
def plan(campaign, bank):
    def make(seed=1, language="fr", **changes):
        return plan_for(
            campaign(**changes),
            language=language,
            bank_version=bank.version,
            bank_digest=bank.digest,
            seed=seed,
        )

    return make


def test_one_clone_of_a_family_and_not_always_the_same(bank, plan):
    drawn = [eligible(bank.entries, plan(seed)) for seed in range(30)]
    for entries in drawn:
        ids = [e.id.partition("#")[0] for e in entries]
        assert len(set(ids)) == len(ids)
        assert [e.id for e in entries] == sorted(
            (e.id for e in entries), key=[e.id for e in bank.entries].index
        )
    seen = {e.id for entries in drawn for e in entries if e.id.startswith("1.3-calculer-n3-a#")}
    assert len(seen) == 5
    assert {len(entries) for entries in drawn} == {len({e.family for e in bank.entries})}


def test_the_same_seed_draws_the_same(bank, plan):
    assert eligible(bank.entries, plan(7)) == eligible(bank.entries, plan(7))


def test_a_sector_meets_its_own_clones(bank, plan):
    for seed in range(20):
        entries = eligible(bank.entries, plan(seed, sector="agriculture"))
        assert {e.sector for e in entries} == {"neutral", "agriculture"}
    assert any("#" in e.id and e.sector == "agriculture" for e in entries)


def test_another_language_needs_enough_of_it_everywhere(bank, plan):
    english = plan(language="en", competences=("1.1", "1.2"))
    rare = [replace(e, languages=frozenset({"fr"})) if e.competence == "1.2" else e for e in bank.entries]
    assert asked_language(rare, english) == "fr"
    many = [replace(e, languages=frozenset({"fr", "en"})) for e in bank.entries]
    assert asked_language(many, english) == "en"
    few = [e if i % 3 else replace(e, languages=frozenset({"fr"})) for i, e in enumerate(many)]
    assert {e.id for e in eligible(few, english)} <= {e.id for e in few if "en" in e.languages}
    assert ENOUGH_IN_LANGUAGE >= 6


def test_a_sitting_asks_clones(bank, plan):
    sitting = Sitting(plan(3, competences=("1.2",)), bank, lambda event: None)
    asked = []
    for k in range(8):
        question = sitting.ask(k * 10.0)
        if question is None:
            break
        asked.append(question.item.id)
        sitting.answer(None, 5.0, k * 10.0 + 5)
    assert len({i.partition("#")[0] for i in asked}) == len(asked)
