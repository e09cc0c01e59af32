"""Authoring checks: what the schema cannot see. Each problem names its file, line, item and, in words, its fix.

The checks are pure functions from an authored item to findings, grouped by what they look at: `prose.py` (length,
readability, words, typography), `spelling.py`, `answers.py` (options, keys, tasks; `retold.py` for tasks in other
words), `upkeep.py` (dates, other wordings) and `whole.py` (duplicates, coverage, balance, counts); `portable.py` looks at the
files themselves. Errors stop a build; warnings are for the author.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from itembank.authoring import Authored, Problem
from itembank.families.solutions import key_response
from itembank.lint import answers, prose, upkeep
from itembank.lint.finding import Check, Finding
from itembank.lint.portable import unportable
from itembank.lint.spelling import french_dictionary, spelled
from itembank.lint.whole import (
    check_balance,
    coverage_of,
    duplicates,
    near_duplicates,
    skill_coverage,
    statistics,
)

__all__ = [
    "CHECKS",
    "Finding",
    "check_balance",
    "check_items",
    "coverage_of",
    "french_dictionary",
    "key_response",
    "skill_coverage",
    "statistics",
]

CHECKS: tuple[Check, ...] = (
    prose.lengths,
    prose.words_used,
    prose.typography,
    prose.readable,
    answers.options,
    answers.accepted,
    answers.scores,
    answers.solvable,
    answers.solvable_in_other_words,
    answers.nameable,
    upkeep.wordings,
)


def check_items(
    authored: Sequence[Authored],
    today: date,
    progress: Callable[[int, int], None] | None = None,
    *,
    spelling: bool = True,
) -> list[Problem]:
    """Every problem of `authored` beyond the schema, in the order of the files; what a family's clones share is said
    once. `progress` is called with (items checked, items in all); without `spelling` no dictionary is read."""
    problems = [*duplicates(authored), *unportable(dict.fromkeys(a.file for a in authored))]
    said: set[tuple[str, str, int]] = set()
    for done, a in enumerate(authored, 1):
        findings = [finding for check in CHECKS for finding in check(a)] + list(upkeep.dates(a, today))
        if spelling:
            findings += spelled(a)
        for finding in findings:
            line = a.line_of(finding.field)
            key = (finding.code, a.file, line)
            if a.seed and key in said:
                continue
            said.add(key)
            problems.append(Problem(finding.code, finding.params, a.file, line, a.item.id, finding.error))
        if progress is not None:
            progress(done, len(authored))
    problems += near_duplicates(authored)
    return sorted(problems, key=lambda p: (p.file, p.line))
