"""The CRCN, the French digital-competence reference framework: domains, competences, levels, topics, skills.

Source: décret n° 2019-919 du 30 août 2019 (code de l'éducation, art. D. 121-1). The competences and levels
are in `framework/crcn.json`, the topics and their skills (what one can do at a level) in
`framework/blueprint.json`, which is the plan the items are written to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

MAX_LEVEL = 8
LEVELS = range(MAX_LEVEL + 1)

CUT_SCORES: tuple[float, ...] = tuple(-2.0 + 0.75 * k for k in range(MAX_LEVEL))
"""Authored cut scores on theta: level k is reached from ``CUT_SCORES[k - 1]`` up. Shipped inside the bank;
a calibration replaces them there."""

SAME_DOMAIN_CORRELATION = 0.78
CROSS_DOMAIN_CORRELATION = 0.62


@dataclass(frozen=True, slots=True)
class Domain:
    id: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Competence:
    id: str
    domain: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Skill:
    """Something one can do, at a level (an *acquis*). `interaction` is the blueprint's suggestion, in its own words."""

    id: str
    topic: str
    level: int
    can_do: str
    interaction: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject inside a competence (a *sujet*)."""

    id: str
    competence: str
    title: str
    skills: tuple[Skill, ...]


def _read(name: str) -> dict[str, list[dict[str, object]]]:
    text = resources.files(__package__).joinpath("framework", name).read_text(encoding="utf-8")
    found: dict[str, list[dict[str, object]]] = json.loads(text)
    return found


@cache
def domains() -> tuple[Domain, ...]:
    """The five domains, in order."""
    return tuple(Domain(d["id"], d["name"]) for d in _read("crcn.json")["domains"])  # type: ignore[arg-type]


@cache
def competences() -> tuple[Competence, ...]:
    """The sixteen competences, in the framework's order: the order of every vector of dimensions."""
    return tuple(
        Competence(c["id"], c["domain"], c["name"])  # type: ignore[arg-type]
        for c in _read("crcn.json")["competences"]
    )


@cache
def topics() -> dict[str, Topic]:
    """The blueprint: topic id -> topic with its skills."""
    found = {}
    for raw in json.loads(
        resources.files(__package__).joinpath("framework", "blueprint.json").read_text(encoding="utf-8")
    )["topics"]:
        skills = tuple(
            Skill(s["id"], raw["id"], s["level"], s["can_do"], s["interaction"]) for s in raw["skills"]
        )
        found[raw["id"]] = Topic(raw["id"], raw["competence"], raw["title"], skills)
    return found


def skill_named(skill_id: str) -> Skill | None:
    """The blueprint's skill of that id; None if it has none."""
    return next((s for topic in topics().values() for s in topic.skills if s.id == skill_id), None)


def prior_covariance() -> list[list[float]]:
    """The authored prior covariance (16 x 16) of theta: general factor -> domain -> competence, unit variances.

    0.62 between domains and 0.78 within one; shipped inside the bank, re-estimated by calibration.
    """
    cs = competences()
    return [
        [
            1.0 if a is b else SAME_DOMAIN_CORRELATION if a.domain == b.domain else CROSS_DOMAIN_CORRELATION
            for b in cs
        ]
        for a in cs
    ]
