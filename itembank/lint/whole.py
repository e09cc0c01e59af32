"""What only the whole set shows: duplicates, near-duplicates, coverage of the blueprint, balance and counts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from itembank import framework
from itembank.authoring import Authored, Problem, body_texts
from itembank.item import CHOICES, ChoiceBody, Interaction, Item
from itembank.lint.prose import all_text

SHINGLE = 4
"""Words in a row that make a shingle (Broder 1997, « On the resemblance and containment of documents »)."""
NEAR_DUPLICATE = 0.5
"""Resemblance (Jaccard, of shingles) from which two items of different families are taken for one."""
LEAST_SHINGLES = 12
COVERED_LEVELS = range(1, 7)


def duplicates(authored: Sequence[Authored]) -> Iterator[Problem]:
    """Ids and texts that stand twice."""
    seen: dict[str, Authored] = {}
    texts: dict[tuple[str, ...], Authored] = {}
    for a in authored:
        if a.item.id in seen:
            params = {"other": f"{seen[a.item.id].file}:{seen[a.item.id].line}"}
            yield Problem("lint.duplicate_id", params, a.file, a.line_of("id"), a.item.id)
        seen.setdefault(a.item.id, a)
        text = (a.item.situation.casefold(), a.item.question.casefold(), *body_texts(a.item.body))
        if text in texts:
            yield Problem("lint.duplicate_text", {"other": texts[text].item.id}, a.file, a.line, a.item.id)
        texts.setdefault(text, a)


def near_duplicates(authored: Sequence[Authored]) -> Iterator[Problem]:
    """Items of different families that share most of their words in a row: the first clone stands for its family."""
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    shingled: list[frozenset[tuple[str, ...]]] = []
    kept = [a for a in authored if a.seed <= 1]
    for index, a in enumerate(kept):
        words = re.findall(r"\w+", all_text(a.item).casefold())
        found = frozenset(tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))
        shingled.append(found)
        for shingle in found:
            holders[shingle].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for indices in holders.values():
        shared.update((i, j) for n, j in enumerate(indices) for i in indices[:n])
    for (i, j), common in sorted(shared.items()):
        smaller = min(len(shingled[i]), len(shingled[j]))
        resemblance = common / (len(shingled[i]) + len(shingled[j]) - common)
        if smaller < LEAST_SHINGLES or resemblance < NEAR_DUPLICATE:
            continue
        one, other = kept[i].item, kept[j]
        if one.family != other.item.family and other.item.family not in one.enemies:
            params = {"other": one.id, "share": round(100 * resemblance)}
            yield Problem("lint.near_duplicate", params, other.file, other.line, other.item.id, error=False)


def check_balance(items: Sequence[Item]) -> list[Problem]:
    """The shares and spread that every competence owes its candidates. A family counts once."""
    problems: list[Problem] = []
    grouped: dict[str, list[Item]] = defaultdict(list)
    for item in _one_each(items):
        grouped[item.competence].append(item)
    for competence, group in sorted(grouped.items()):
        topics = len({i.topic for i in group})
        if topics < 4:
            problems.append(Problem("lint.few_topics", {"competence": competence, "topics": topics}, "", 0))
        singles = sum(i.interaction is Interaction.SINGLE_CHOICE for i in group)
        if 2 * singles > len(group):
            problems.append(Problem("lint.many_single", {"competence": competence}, "", 0))
        missing = [level for level in COVERED_LEVELS if level not in {i.level for i in group}]
        if missing:
            levels = ", ".join(map(str, missing))
            problems.append(
                Problem("lint.missing_levels", {"competence": competence, "levels": levels}, "", 0)
            )
    problems += _key_places(items)
    return problems


def _key_places(items: Sequence[Item]) -> Iterator[Problem]:
    """Where options keep their order, the key must not have a favourite place."""
    fixed = [
        i.body for i in _one_each(items)
        if i.interaction is Interaction.SINGLE_CHOICE and isinstance(i.body, ChoiceBody) and not i.body.shuffle
    ]  # fmt: skip
    places = Counter(min(body.keys) + 1 for body in fixed)
    for place, count in places.items():
        if len(fixed) >= 10 and count > len(fixed) / 2:
            yield Problem(
                "lint.key_place", {"place": place, "count": count, "of": len(fixed)}, "", 0, error=False
            )


def _one_each(items: Sequence[Item]) -> list[Item]:
    """One item for each family's clones (hand-written members of a family count each)."""
    return list({i.id.partition("#")[0]: i for i in items}.values())


# --- counts -----------------------------------------------------------------------------------------------


def statistics(items: Sequence[Item]) -> dict[str, object]:
    """Counts of the bank: per competence, level, interaction, language and sector, competence by level, and the
    shares. Counts are of items, clones included; in the shares, a family's clones are one."""
    by_interaction = Counter(str(i.interaction) for i in items)
    distinct = _one_each(items)
    total = max(1, len(distinct))
    return {
        "items": len(items),
        "families": len({i.family for i in items}),
        "generated": len({i.family for i in items if "#" in i.id}),
        "clones": sum("#" in i.id for i in items),
        "skills": len({i.skill for i in items}),
        "by_competence": dict(sorted(Counter(i.competence for i in items).items())),
        "by_level": {str(k): v for k, v in sorted(Counter(i.level for i in items).items())},
        "by_interaction": dict(sorted(by_interaction.items())),
        "by_language": dict(sorted(Counter(i.language for i in items).items())),
        "by_sector": dict(sorted(Counter(i.sector for i in items).items())),
        "competence_by_level": {
            c: {str(k): v for k, v in sorted(Counter(i.level for i in items if i.competence == c).items())}
            for c in sorted({i.competence for i in items})
        },
        "single_choice_share": round(
            sum(i.interaction is Interaction.SINGLE_CHOICE for i in distinct) / total, 4
        ),
        "choice_share": round(sum(i.interaction in CHOICES for i in distinct) / total, 4),
        "task_share": round(sum(i.is_task for i in distinct) / total, 4),
    }


def coverage_of(items: Sequence[Item], wordings: Mapping[str, Collection[str]], name: str) -> dict[str, int]:
    """How many families have the wording `name` (``plain``, ``en``), of how many, and by competence. `wordings` maps
    an item's id to the names of its own."""
    families = {i.family: i for i in items}
    holders = [i.competence for i in families.values() if name in wordings.get(i.id, ())]
    return {"families": len(holders), "of": len(families), **dict(sorted(Counter(holders).items()))}


@dataclass(frozen=True, slots=True)
class SkillCoverage:
    """How a skill of the blueprint is measured: families in all, those with a generator, items (clones included)."""

    skill: framework.Skill
    families: int
    generated: int
    items: int


def skill_coverage(items: Sequence[Item]) -> list[SkillCoverage]:
    """Every skill of the blueprint, in its order."""
    by_skill: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_skill[item.skill].append(item)
    return [
        SkillCoverage(
            skill,
            len({i.family for i in by_skill[skill.id]}),
            len({i.family for i in by_skill[skill.id] if "#" in i.id}),
            len(by_skill[skill.id]),
        )
        for topic in framework.topics().values()
        for skill in topic.skills
    ]
