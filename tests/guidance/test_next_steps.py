"""The last screen encourages with what was shown, and proposes what is within reach."""

from itembank.framework import topics
from kiosk.guidance.next_steps import MOST_MASTERED, MOST_STEPS, summary_of_record

LEVELS = {"1.1": 2, "4.1": 3}


def record(*answers, levels=LEVELS):
    return {
        "responses": [{"skill": s, "points": p, "maximum": 1} for s, p in answers],
        "competences": [{"competence": c, "statement": {"level": n}} for c, n in levels.items()]
        + [{"competence": "2.1", "statement": None}],
    }


def can_do(skill):
    text = next(s.can_do for t in topics().values() for s in t.skills if s.id == skill)
    return text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def test_mastered_is_what_was_answered_rightly_strongest_first():
    found = summary_of_record(record(("1.1-moteur-n2", 1), ("4.1-maj-n4", 1), ("1.1-moteur-n5", 0)))
    assert found.mastered == (can_do("4.1-maj-n4"), can_do("1.1-moteur-n2"))


def test_steps_are_the_missed_skills_within_reach_nearest_first():
    found = summary_of_record(record(("1.1-moteur-n3", 0), ("1.1-moteur-n7", 0), ("4.1-maj-n5", 0)))
    assert found.next_steps[:2] == (can_do("1.1-moteur-n3"), can_do("4.1-maj-n5"))
    assert can_do("1.1-moteur-n7") not in found.next_steps


def test_without_misses_the_next_level_is_proposed():
    found = summary_of_record(record(("1.1-moteur-n2", 1)))
    assert 1 <= len(found.next_steps) <= MOST_STEPS


def test_lists_are_short():
    many = [(s.id, k % 2) for t in topics().values() for k, s in enumerate(t.skills)]
    found = summary_of_record(record(*many))
    assert len(found.mastered) == MOST_MASTERED
    assert len(found.next_steps) == MOST_STEPS


def test_nothing_answered_promises_nothing():
    assert summary_of_record({"responses": [], "competences": []}) == type(summary_of_record(record()))(
        (), ()
    )
