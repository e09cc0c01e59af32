"""The texts of an item: how long, how readable at its level, in what words, with what typography."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from itembank.authoring import Authored, body_texts, word_count
from itembank.item import ChoiceBody, Item, MatchingBody, OrderingBody
from itembank.lint.finding import Finding
from itembank.tasks.mailbox.spec import MailboxSpec
from itembank.typography import NBSP, NNBSP

MAX_FEEDBACK_WORDS = 30
MAX_SITUATION_WORDS = 40
MAX_TASK_SITUATION_WORDS = 60
MAX_TOTAL_WORDS = 260
MAX_TIP_WORDS = 25

SENTENCE_WORDS = {1: 18, 2: 20, 3: 24, 4: 26, 5: 28, 6: 30, 7: 30, 8: 30}
"""Longest sentence at each level, in words."""
LEAST_EASE = {1: 70, 2: 65, 3: 55, 4: 45, 5: 40, 6: 35, 7: 30, 8: 30}
"""Least reading ease at each level (`reading_ease`)."""
MAX_PLAIN_SENTENCE_WORDS = 12
"""Longest sentence in plain language (FALC asks for one idea a sentence)."""
LEAST_WORDS_FOR_EASE = 20
"""A shorter text says nothing of how readable it is."""

_BRANDS = re.compile(
    r"\b(google|gmail|whatsapp|facebook|instagram|tiktok|linkedin|youtube|microsoft|windows|excel|outlook|powerpoint|"
    r"onedrive|teams|zoom|apple|iphone|ipad|android|chrome|firefox|safari|edge|amazon|netflix|twitter|snapchat|"
    r"dropbox|skype|libreoffice|openoffice|chatgpt|copilot|leboncoin|doctolib|wikipédia|pix)\b",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(
    r"\b(stupide|idiote?s?|imbécile|débile|nulles?(?! part)|bête(?:ment)?|ridicule|évidemment|il suffit d[e’']|tout bêtement|"
    r"comme chacun sait|bien entendu|handicapée?s?|troisième âge|les vieux|illettrée?s?|mademoiselle)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)?((?:[a-z0-9-]+\.)+(?:com|net|info|io|eu|biz))\b", re.IGNORECASE)
_SCRUB = re.compile(r"[\w.-]+\.(?:example|invalid|test)\b|example\.(?:org|com|net)\b", re.IGNORECASE)
_BAD_SPACE = re.compile(rf"\w[;!?](?=\s|$)|«(?![{NBSP}])|(?<![{NBSP}])»|(?<=[^\W\d_]):(?=\s)")
_DOUBLE_NEGATION = re.compile(
    r"\bn(?:e |['’])\w+ (?:pas|jamais) (?:\w+ ){0,3}(?:sans|aucune?)\b", re.IGNORECASE
)


def lengths(authored: Authored) -> Iterator[Finding]:
    """No text is longer than its reader's patience."""
    item = authored.item
    for side, text in (("right", item.feedback.right), ("wrong", item.feedback.wrong)):
        if (words := word_count(text)) > MAX_FEEDBACK_WORDS:
            yield Finding(
                "lint.feedback_long",
                {"side": side, "words": words, "limit": MAX_FEEDBACK_WORDS},
                f"feedback.{side}",
            )
    limit = MAX_TASK_SITUATION_WORDS if item.is_task else MAX_SITUATION_WORDS
    if (words := word_count(item.situation)) > limit:
        yield Finding("lint.situation_long", {"words": words, "limit": limit}, "situation")
    if item.reading_words > MAX_TOTAL_WORDS:
        yield Finding("lint.reading_long", {"words": item.reading_words, "limit": MAX_TOTAL_WORDS})
    if (words := word_count(item.tip)) > MAX_TIP_WORDS:
        yield Finding("lint.tip_long", {"words": words, "limit": MAX_TIP_WORDS}, "tip")


def words_used(authored: Authored) -> Iterator[Finding]:
    """No brand, no address that might be somebody's, nothing that belittles."""
    text = all_text(authored.item)
    if brand := _BRANDS.search(text):
        yield Finding("lint.brand", {"word": brand.group(0)})
    if address := _ADDRESS.search(_SCRUB.sub("", text)):
        yield Finding("lint.real_address", {"address": address.group(0)})
    if authored.item.language == "fr" and (word := _FORBIDDEN.search(text)):
        yield Finding("lint.forbidden_word", {"word": word.group(0)}, error=False)
    if word := _DOUBLE_NEGATION.search(authored.item.question):
        yield Finding("lint.double_negation", {"around": word.group(0)}, "question", error=False)


def typography(authored: Authored) -> Iterator[Finding]:
    """French spaces stand where they must."""
    item = authored.item
    if item.language != "fr":
        return
    for field, text in (
        ("situation", item.situation),
        ("question", item.question),
        ("feedback.right", item.feedback.right),
        ("feedback.wrong", item.feedback.wrong),
        ("tip", item.tip),
    ):
        scrubbed = re.sub(rf"\S*(?:://|\.\w{{2,}}/)\S*|«[{NBSP}][^»]*»", "", text)
        if bad := _BAD_SPACE.search(scrubbed):
            around = scrubbed[max(0, bad.start() - 12) : bad.end() + 12]
            yield Finding("lint.typography", {"around": around}, field)
            return
        if re.search(rf"\w [;!?]|(?<!{NNBSP})(?<= )[;!?](?= |$)", scrubbed):
            yield Finding("lint.typography", {"around": scrubbed[:40]}, field)
            return


# --- readability ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Readability:
    """Of a French text: words in all, words in its longest sentence, and reading ease."""

    words: int
    longest: int
    ease: float


_SENTENCE = re.compile(r"[.!?…]+[\s»”\"]+|\n+|[:;]\s")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_QUOTED = re.compile(r"«[^»]*»|\S*(?:://|\.example|\.test|\.invalid|[@/_=\\])\S*")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüÿœæ]+", re.IGNORECASE)


def syllables(word: str) -> int:
    """Syllables of a French word: its groups of vowels, a final mute e not counted (« porte » 1, « maison » 2)."""
    groups = len(_VOWELS.findall(word))
    if groups > 1 and re.search(r"[^aeiouyàâäéèêëîïôöùûüÿœæ](?:e|es|ent)$", word, re.IGNORECASE):
        groups -= 1
    return max(1, groups)


def readability(text: str) -> Readability:
    """Reading ease after Kandel and Moles 1958 (« Application de l'indice de Flesch à la langue française », Cahiers
    d'études de radio-télévision 19): 207 − 1.015 (words a sentence) − 73.6 (syllables a word). Quotations and
    addresses are left out: they are shown, not told."""
    text = _QUOTED.sub(" ", text)
    sentences = [found for part in _SENTENCE.split(text) if (found := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return Readability(0, 0, 207.0)
    a_word = sum(map(syllables, words)) / len(words)
    ease = 207.0 - 1.015 * len(words) / len(sentences) - 73.6 * a_word
    return Readability(len(words), max(map(len, sentences)), ease)


def readable(authored: Authored) -> Iterator[Finding]:
    """What is asked reads as easily as its level promises."""
    item = authored.item
    if item.language != "fr":
        return
    found = readability(f"{item.situation}\n{item.question}")
    if found.longest > (limit := SENTENCE_WORDS[item.level]):
        yield Finding(
            "lint.sentence_long",
            {"words": found.longest, "limit": limit, "level": item.level},
            "situation" if item.situation else "question",
            error=False,
        )
    if found.words >= LEAST_WORDS_FOR_EASE and found.ease < (least := LEAST_EASE[item.level]):
        yield Finding(
            "lint.hard_to_read",
            {"ease": round(found.ease), "least": least, "level": item.level},
            "situation" if item.situation else "question",
            error=False,
        )


# --- which texts there are --------------------------------------------------------------------------------


def all_text(item: Item) -> str:
    """Everything that the candidate reads of an item."""
    return "\n".join(
        [
            item.situation,
            item.question,
            *body_texts(item.body),
            item.feedback.right,
            item.feedback.wrong,
            item.tip,
            item.accessibility,
        ]
    )


def prose(item: Item) -> Iterator[tuple[str, str]]:
    """(field, text) of what is written in sentences: not cells, addresses, accepted answers."""
    yield "situation", item.situation
    yield "question", item.question
    match item.body:
        case ChoiceBody() as body:
            for i, choice in enumerate(body.choices):
                yield f"body.choices.{i}.text", choice.text
                yield f"body.choices.{i}.misconception", choice.misconception
        case OrderingBody() as body:
            for i, step in enumerate(body.steps):
                yield f"body.steps.{i}", step
        case MatchingBody() as body:
            for i, left in enumerate(body.lefts):
                yield f"body.pairs.{i}.left", left
            for i, right in enumerate(body.rights):
                yield f"body.pairs.{i}.right", right
    if item.is_task:
        for i, goal in enumerate(item.body.goals):  # type: ignore[union-attr]
            yield f"body.goals.{i}.name", goal.name
    if isinstance(item.body, MailboxSpec):
        for i, message in enumerate(item.body.messages):
            yield f"body.messages.{i}.subject", message.subject
            yield f"body.messages.{i}.body", message.body
    yield "feedback.right", item.feedback.right
    yield "feedback.wrong", item.feedback.wrong
    yield "tip", item.tip
    yield "accessibility", item.accessibility
