"""Authoring checks: what the schema cannot see. Each problem names its file, line and item.

The checks are pure functions from authored items (and today's date) to problems.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from itembank.authoring import Authored, Problem, body_texts, word_count
from itembank.errors import ResponseInvalid
from itembank.item import (
    CHOICES,
    ChoiceBody,
    Interaction,
    Item,
    MatchingBody,
    NumericBody,
    OrderingBody,
    ShortTextBody,
)
from itembank.scoring import Response, score
from itembank.typography import NBSP, NNBSP

MAX_FEEDBACK_WORDS = 30
MAX_SITUATION_WORDS = 40
MAX_TASK_SITUATION_WORDS = 60
MAX_TOTAL_WORDS = 260
MAX_REVIEW_YEARS = 3
MAX_OPTION_RATIO = 1.8

_CATCH_ALL = re.compile(
    r"\b(toutes? les réponses|aucune (?:de ces|des) réponses?|tout ce qui précède)\b", re.IGNORECASE
)
_BRANDS = re.compile(
    r"\b(google|gmail|whatsapp|facebook|instagram|tiktok|linkedin|youtube|microsoft|windows|excel|outlook|powerpoint|"
    r"onedrive|teams|zoom|apple|iphone|ipad|android|chrome|firefox|safari|edge|amazon|netflix|twitter|snapchat|"
    r"dropbox|skype|libreoffice|openoffice|chatgpt|copilot|leboncoin|doctolib|wikipédia|pix)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)?((?:[a-z0-9-]+\.)+(?:com|net|info|io|eu|biz))\b", re.IGNORECASE)
_SCRUB = re.compile(r"[\w.-]+\.(?:example|invalid|test)\b|example\.(?:org|com|net)\b", re.IGNORECASE)
_BAD_SPACE = re.compile(rf"\w[;!?](?=\s|$)|«(?![{NBSP}])|(?<![{NBSP}])»|(?<=[^\W\d_]):(?=\s)")

Check = Callable[[Item], Iterator[tuple[str, dict[str, object]]]]


def check_items(authored: Sequence[Authored], today: date) -> list[Problem]:
    """Every problem of `authored` beyond the schema, in the order of the files."""
    problems: list[Problem] = []
    seen: dict[str, Authored] = {}
    questions: dict[tuple[str, str], str] = {}
    for a in authored:
        found: list[tuple[str, dict[str, object]]] = []
        if a.item.id in seen:
            found.append(("lint.duplicate_id", {"other": seen[a.item.id].file}))
        seen[a.item.id] = a
        text = (
            a.item.situation.casefold(),
            a.item.question.casefold() + "|" + "|".join(body_texts(a.item.body)),
        )
        if text in questions:
            found.append(("lint.duplicate_text", {"other": questions[text]}))
        questions[text] = a.item.id
        for check in CHECKS:
            found.extend(check(a.item))
        if a.item.review <= today:
            found.append(("lint.review_due", {"date": a.item.review.isoformat()}))
        if a.item.written > today:
            found.append(("lint.written_later", {"date": a.item.written.isoformat()}))
        problems += [Problem(code, params, a.file, a.line, a.item.id) for code, params in found]
    return problems


# --- one item ---------------------------------------------------------------------------------------------


def _lengths(item: Item) -> Iterator[tuple[str, dict[str, object]]]:
    for side, text in (("right", item.feedback.right), ("wrong", item.feedback.wrong)):
        if (words := word_count(text)) > MAX_FEEDBACK_WORDS:
            yield "lint.feedback_long", {"side": side, "words": words, "limit": MAX_FEEDBACK_WORDS}
    limit = MAX_TASK_SITUATION_WORDS if item.is_task else MAX_SITUATION_WORDS
    if (words := word_count(item.situation)) > limit:
        yield "lint.situation_long", {"words": words, "limit": limit}
    if item.reading_words > MAX_TOTAL_WORDS:
        yield "lint.reading_long", {"words": item.reading_words, "limit": MAX_TOTAL_WORDS}


def _options(item: Item) -> Iterator[tuple[str, dict[str, object]]]:
    if not isinstance(item.body, ChoiceBody):
        return
    keys = [c for c in item.body.choices if c.key]
    others = [c for c in item.body.choices if not c.key]
    if any(_CATCH_ALL.search(c.text) for c in item.body.choices):
        yield "lint.catch_all", {}
    if any(not c.misconception for c in others):
        yield "lint.misconception_missing", {}
    longest = max(len(c.text) for c in others)
    if min(len(c.text) for c in keys) > MAX_OPTION_RATIO * longest and longest > 12:
        yield "lint.key_longest", {}


def _names(item: Item) -> Iterator[tuple[str, dict[str, object]]]:
    text = _all_text(item)
    if brand := _BRANDS.search(text):
        yield "lint.brand", {"word": brand.group(0)}
    if address := _ADDRESS.search(_SCRUB.sub("", text)):
        yield "lint.real_address", {"address": address.group(0)}


def _all_text(item: Item) -> str:
    return "\n".join(
        [item.situation, item.question, *body_texts(item.body), item.feedback.right, item.feedback.wrong]
    )


def _typography(item: Item) -> Iterator[tuple[str, dict[str, object]]]:
    if item.language != "fr":
        return
    for text in (item.situation, item.question, item.feedback.right, item.feedback.wrong):
        scrubbed = re.sub(rf"\S*(?:://|\.\w{{2,}}/)\S*|«[{NBSP}][^»]*»", "", text)
        if bad := _BAD_SPACE.search(scrubbed):
            yield "lint.typography", {"around": scrubbed[max(0, bad.start() - 12) : bad.end() + 12]}
            return
        if re.search(rf"\w [;!?]|(?<!{NNBSP})(?<= )[;!?](?= |$)", scrubbed):
            yield "lint.typography", {"around": scrubbed[:40]}
            return


def _accepted(item: Item) -> Iterator[tuple[str, dict[str, object]]]:
    """Every accepted answer scores; a close digit or address never does."""
    if not isinstance(item.body, ShortTextBody):
        return
    for text in item.body.accept:
        if not score(item, text).full:
            yield "lint.key_rejected", {"answer": text}
        if text.isdigit() and score(item, str(int(text) + 1)).points:
            yield "lint.digit_distance", {"answer": text}


def key_response(item: Item) -> Response:
    """A response that earns every point, for interactions whose key can be written down (not tasks)."""
    body = item.body
    match body:
        case ChoiceBody():
            return sorted(body.keys)
        case ShortTextBody():
            return body.accept[0]
        case NumericBody():
            return f"{body.value:.10f}".rstrip("0").rstrip(".").replace(".", ",")
        case OrderingBody():
            return list(range(len(body.steps)))
        case MatchingBody():
            return list(range(len(body.lefts)))
        case _:
            return sorted(body.key)  # type: ignore[union-attr]


def _scores(item: Item) -> Iterator[tuple[str, dict[str, object]]]:
    """The key scores full; doing nothing scores nothing."""
    try:
        if item.is_task:
            held = score(item, [])
            for i, done in enumerate(held.goals, 1):
                if done:
                    yield "lint.goal_untouched", {"goal": i}
        elif not score(item, key_response(item)).full:
            yield "lint.key_rejected", {"answer": str(key_response(item))}
    except ResponseInvalid as fault:
        yield "lint.key_rejected", {"answer": fault.code}


def _dates(item: Item) -> Iterator[tuple[str, dict[str, object]]]:
    if (item.review - item.written).days > 366 * MAX_REVIEW_YEARS:
        yield "lint.review_far", {"years": MAX_REVIEW_YEARS}
    if item.review <= item.written:
        yield "lint.review_before", {}


CHECKS: tuple[Check, ...] = (_lengths, _options, _names, _typography, _accepted, _scores, _dates)


# --- the whole bank ---------------------------------------------------------------------------------------


def check_balance(items: Sequence[Item]) -> list[Problem]:
    """What only the whole set shows: the shares and spread every competence owes its candidates."""
    problems = []
    grouped: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        grouped[item.competence].append(item)
    for competence, group in sorted(grouped.items()):
        topics = len({i.topic for i in group})
        if topics < 4:
            problems.append(Problem("lint.few_topics", {"competence": competence, "topics": topics}, "", 0))
        singles = sum(i.interaction is Interaction.SINGLE_CHOICE for i in group)
        if 2 * singles > len(group):
            problems.append(Problem("lint.many_single", {"competence": competence}, "", 0))
        missing = [level for level in range(1, 7) if level not in {i.level for i in group}]
        if missing:
            levels = ", ".join(map(str, missing))
            problems.append(
                Problem("lint.missing_levels", {"competence": competence, "levels": levels}, "", 0)
            )
    return problems


def statistics(items: Sequence[Item]) -> dict[str, object]:
    """Counts of the bank: per competence, level, interaction and language, and the shares."""
    total = max(1, len(items))
    by_interaction = Counter(str(i.interaction) for i in items)
    return {
        "items": len(items),
        "families": len({i.family for i in items}),
        "by_competence": dict(sorted(Counter(i.competence for i in items).items())),
        "by_level": {str(k): v for k, v in sorted(Counter(i.level for i in items).items())},
        "by_interaction": dict(sorted(by_interaction.items())),
        "by_language": dict(sorted(Counter(i.language for i in items).items())),
        "single_choice_share": round(by_interaction["single_choice"] / total, 4),
        "choice_share": round(sum(i.interaction in CHOICES for i in items) / total, 4),
        "task_share": round(sum(i.is_task for i in items) / total, 4),
    }
