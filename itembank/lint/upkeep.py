"""What keeps an item alive: its dates, and its other wordings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from itembank.authoring import Authored, body_texts, word_count
from itembank.item import CHOICES, Interaction
from itembank.lint.finding import Finding
from itembank.lint.prose import MAX_PLAIN_SENTENCE_WORDS, readability
from itembank.wordings import Wording, reworded

MAX_REVIEW_YEARS = 3
_WORDY = CHOICES | {Interaction.ORDERING, Interaction.MATCHING}


def dates(authored: Authored, today: date) -> Iterator[Finding]:
    """The review comes in time, and after the writing."""
    item = authored.item
    if (item.review - item.written).days > 366 * MAX_REVIEW_YEARS:
        yield Finding("lint.review_far", {"years": MAX_REVIEW_YEARS}, "review")
    if item.review <= item.written:
        yield Finding("lint.review_before", {}, "review")
    if item.review <= today:
        yield Finding("lint.review_due", {"date": item.review.isoformat()}, "review", error=False)
    if item.written > today:
        yield Finding("lint.written_later", {"date": item.written.isoformat()}, "written")


def wordings(authored: Authored) -> Iterator[Finding]:
    """Plain language is plainer than the item; a translation leaves nothing in the first language."""
    for wording in authored.wordings:
        if wording.plain and wording.language == "fr":
            yield from _plain(authored, wording)
        if wording.language != authored.item.language and not wording.plain:
            yield from _translated(authored, wording)


def _plain(authored: Authored, wording: Wording) -> Iterator[Finding]:
    worded = reworded(authored.item, wording)
    found = readability(f"{worded.situation}\n{worded.question}")
    if found.longest > MAX_PLAIN_SENTENCE_WORDS:
        params = {"words": found.longest, "limit": MAX_PLAIN_SENTENCE_WORDS}
        yield Finding("lint.plain_long", params, wording.field)
    own = readability(f"{authored.item.situation}\n{authored.item.question}")
    if found.words >= 8 and found.ease < own.ease - 5:
        yield Finding(
            "lint.plain_harder",
            {"ease": round(found.ease), "own": round(own.ease)},
            wording.field,
            error=False,
        )


def _translated(authored: Authored, wording: Wording) -> Iterator[Finding]:
    item, worded = authored.item, reworded(authored.item, wording)
    pairs = [
        ("question", item.question, worded.question),
        ("situation", item.situation, worded.situation),
        ("feedback.right", item.feedback.right, worded.feedback.right),
        ("feedback.wrong", item.feedback.wrong, worded.feedback.wrong),
        ("tip", item.tip, worded.tip),
        ("accessibility", item.accessibility, worded.accessibility),
    ]
    for field, own, other in pairs:
        if own and own == other and word_count(own) > 1:
            yield Finding("lint.translation_missing", {"field": field}, wording.field)
    before, after = body_texts(item.body), body_texts(worded.body)
    same = sum(word_count(a) > 2 and a == b for a, b in zip(before, after, strict=False))
    if (item.interaction in _WORDY and same) or (item.is_task and same > len(before) / 2):
        yield Finding(
            "lint.translation_missing", {"field": "body"}, wording.field, error=item.interaction in _WORDY
        )
