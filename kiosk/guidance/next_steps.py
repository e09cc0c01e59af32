"""What a candidate already masters, and the nearest next steps, in the framework's own words.

The next steps are an outer fringe (Doignon and Falmagne 1985): skills just above what is acquired, in competences
where the answers speak, three at most. The words are the framework's "can do" statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from itembank.framework import Skill, topics
from itembank.typography import french
from kiosk.sitting.report import Report

MOST_MASTERED = 4
MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """Sentences for the last screen: skills shown, strongest first; next steps, nearest first."""

    mastered: tuple[str, ...]
    next_steps: tuple[str, ...]


def summary(report: Report) -> Summary:
    """The skills this sitting showed and the nearest next ones, each from another competence where possible."""
    return summary_of_record(report.to_record())


def summary_of_record(report: dict[str, Any]) -> Summary:
    """The same from a report's JSON form, as a counsellor opens it."""
    skills = {s.id: s for t in topics().values() for s in t.skills}
    answered = [  # a rapid guess shows nothing, right or wrong
        (skills[r["skill"]], r["points"] == r["maximum"])
        for r in report["responses"]
        if r["skill"] in skills and r.get("weight", 1) > 0
    ]
    shown = [skill for skill, right in answered if right]
    missed = [skill for skill, right in answered if not right]
    mastered = _spread(sorted(shown, key=lambda s: (-s.level, s.id)), MOST_MASTERED)
    levels = {c["competence"]: c["statement"]["level"] for c in report["competences"] if c["statement"]}
    within_reach = [s for s in missed if s.level <= levels.get(_competence(s), 0) + 2]
    steps = _spread(sorted(within_reach, key=lambda s: (s.level, s.id)), MOST_STEPS)
    if len(steps) < MOST_STEPS:
        known = {s.id for s in steps} | {s.id for s in shown}
        steps += _fringe(levels, known, MOST_STEPS - len(steps))
    return Summary(tuple(french(s.can_do) for s in mastered), tuple(french(s.can_do) for s in steps))


def _competence(skill: Skill) -> str:
    return skill.topic.split("-")[0]


def _spread(skills: list[Skill], most: int) -> list[Skill]:
    """The first of each competence, then the rest, `most` in all."""
    seen: set[str] = set()
    first: list[Skill] = []
    rest: list[Skill] = []
    for skill in dict.fromkeys(skills):
        (rest if _competence(skill) in seen else first).append(skill)
        seen.add(_competence(skill))
    return (first + rest)[:most]


def _fringe(levels: dict[str, int], known: set[str], most: int) -> list[Skill]:
    """Skills one level above the reported one, in the competences with the lowest levels."""
    found: list[Skill] = []
    for competence in sorted(levels, key=lambda c: (levels[c], c)):
        above = [
            s
            for t in topics().values()
            if t.competence == competence
            for s in t.skills
            if s.level == levels[competence] + 1 and s.id not in known
        ]
        found += above[:1]
    return found[:most]
