"""An item: what is asked, how it is answered, what the answer is worth, and how hard it is.

The same plain mapping (`record`) is what authors write in YAML, what the bank stores as JSON, and what
`Item.from_record` decodes; every fault names its field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from itembank.errors import ItemInvalid
from itembank.tasks.mailbox import MailboxSpec
from itembank.tasks.spreadsheet import SpreadsheetSpec


class Interaction(StrEnum):
    """How one answers. Names follow QTI 3.0 interactions where one exists."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    SHORT_TEXT = "short_text"
    NUMERIC = "numeric"
    ORDERING = "ordering"
    MATCHING = "matching"
    HOTSPOT = "hotspot"
    SPREADSHEET = "spreadsheet"
    MAILBOX = "mailbox"


CHOICES = frozenset({Interaction.SINGLE_CHOICE, Interaction.MULTIPLE_CHOICE})
TASKS = frozenset({Interaction.SPREADSHEET, Interaction.MAILBOX})
SECTORS = ("neutral", "tertiary", "industry", "crafts", "agriculture", "personal_services")


@dataclass(frozen=True, slots=True)
class Choice:
    text: str
    key: bool = False
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceBody:
    """Single or multiple choice. A response is the list of authored positions (from 0)."""

    choices: tuple[Choice, ...]
    shuffle: bool = True

    @property
    def keys(self) -> frozenset[int]:
        return frozenset(i for i, choice in enumerate(self.choices) if choice.key)


@dataclass(frozen=True, slots=True)
class ShortTextBody:
    """A few typed words. A response is the text as typed."""

    accept: tuple[str, ...]
    case: bool = False
    accents: bool = False
    spaces: bool = False
    distance: int = 0
    hint: str = ""


@dataclass(frozen=True, slots=True)
class NumericBody:
    """A typed number. A response is the text as typed."""

    value: float
    tolerance: float = 0.0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class OrderingBody:
    """Steps in the right order. A response is the list of authored positions in the given order."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatchingBody:
    """Lefts to be joined to rights. A response gives, for each left, a right's position or None.

    `rights` holds the pairs' rights in order, then the extra ones.
    """

    lefts: tuple[str, ...]
    rights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of a hot-spot's text; `number` is its rank from 1 when selectable, 0 when not."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class HotspotBody:
    """Text with selectable zones. A response is the list of selected zone numbers (from 1)."""

    segments: tuple[Zone, ...]
    key: frozenset[int]

    @property
    def zones(self) -> tuple[Zone, ...]:
        return tuple(segment for segment in self.segments if segment.number)


Body = (
    ChoiceBody
    | ShortTextBody
    | NumericBody
    | OrderingBody
    | MatchingBody
    | HotspotBody
    | SpreadsheetSpec
    | MailboxSpec
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Item response parameters on the theta metric (population mean 0, SD 1).

    `b` holds one threshold per point (`len(b) == max_score`), increasing; `c` is the lower asymptote
    (fixed guessing), used by dichotomous items only. Standard errors carry how sure we are.
    """

    a: float
    b: tuple[float, ...]
    c: float = 0.0
    se_a: float = 0.0
    se_b: float = 0.0
    se_c: float = 0.0
    origin: str = "authored"

    @property
    def max_score(self) -> int:
        return len(self.b)


@dataclass(frozen=True, slots=True)
class Feedback:
    right: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question with all that is known about it."""

    id: str
    family: str
    skill: str
    topic: str
    competence: str
    level: int
    language: str
    interaction: Interaction
    situation: str
    question: str
    body: Body
    feedback: Feedback
    parameters: Parameters
    reading_words: int
    sector: str
    author: str
    written: date
    review: date
    accessibility: str = ""
    sources: tuple[str, ...] = field(default=())

    @property
    def max_score(self) -> int:
        """Points of a perfect answer."""
        return self.parameters.max_score

    @property
    def is_task(self) -> bool:
        return self.interaction in TASKS


def max_points(interaction: Interaction, body: Body) -> int:
    """Points of a perfect answer: one per goal of a task, two for ordering and matching, else one."""
    if isinstance(body, SpreadsheetSpec | MailboxSpec):
        return len(body.goals)
    return 2 if interaction in (Interaction.ORDERING, Interaction.MATCHING) else 1


# --- records -------------------------------------------------------------------------------------------


def text_of(record: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
    """A required (or defaulted) text field of a record."""
    value = record.get(key, default)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ItemInvalid("item.text_expected", f"{where}{key}")
    return value.strip()


def _list_of(record: Mapping[str, Any], key: str, where: str, low: int, high: int) -> Sequence[Any]:
    value = record.get(key)
    if not isinstance(value, list):
        raise ItemInvalid("item.list_expected", f"{where}{key}")
    if not low <= len(value) <= high:
        raise ItemInvalid("item.list_length", f"{where}{key}", low=low, high=high, found=len(value))
    return value


def _flag(record: Mapping[str, Any], key: str, where: str, default: bool) -> bool:
    value = record.get(key, default)
    if not isinstance(value, bool):
        raise ItemInvalid("item.flag_expected", f"{where}{key}")
    return value


def _number(record: Mapping[str, Any], key: str, where: str, default: float | None = None) -> float:
    value = record.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ItemInvalid("item.number_expected", f"{where}{key}")
    return float(value)


def known_keys(record: Mapping[str, Any], allowed: Sequence[str], where: str) -> None:
    """Refuse a misspelt or misplaced field: silence would drop what an author meant."""
    for key in record:
        if key not in allowed:
            raise ItemInvalid("item.unknown_field", f"{where}{key}", allowed=", ".join(allowed))


def _choices(record: Mapping[str, Any], single: bool) -> ChoiceBody:
    known_keys(record, ("choices", "shuffle"), "body.")
    choices = []
    for i, raw in enumerate(_list_of(record, "choices", "body.", 3, 6)):
        where = f"body.choices.{i}."
        if not isinstance(raw, dict):
            raise ItemInvalid("item.mapping_expected", where[:-1])
        known_keys(raw, ("text", "key", "misconception"), where)
        choices.append(
            Choice(
                text_of(raw, "text", where),
                _flag(raw, "key", where, False),
                text_of(raw, "misconception", where, ""),
            )
        )
    body = ChoiceBody(tuple(choices), _flag(record, "shuffle", "body.", True))
    if len({c.text for c in choices}) < len(choices):
        raise ItemInvalid("item.duplicate_option", "body.choices")
    if single and len(body.keys) != 1:
        raise ItemInvalid("item.one_key", "body.choices", found=len(body.keys))
    if not single and not 2 <= len(body.keys) < len(choices):
        raise ItemInvalid("item.several_keys", "body.choices", found=len(body.keys))
    return body


def _short_text(record: Mapping[str, Any]) -> ShortTextBody:
    known_keys(record, ("accept", "case", "accents", "spaces", "distance", "hint"), "body.")
    accept = _list_of(record, "accept", "body.", 1, 60)
    distance = int(_number(record, "distance", "body.", 0))
    if not 0 <= distance <= 2:
        raise ItemInvalid("item.distance", "body.distance")
    return ShortTextBody(
        accept=tuple(text_of({"a": a}, "a", f"body.accept.{i}.") for i, a in enumerate(accept)),
        case=_flag(record, "case", "body.", False),
        accents=_flag(record, "accents", "body.", False),
        spaces=_flag(record, "spaces", "body.", False),
        distance=distance,
        hint=text_of(record, "hint", "body.", ""),
    )


def _numeric(record: Mapping[str, Any]) -> NumericBody:
    known_keys(record, ("value", "tolerance", "unit"), "body.")
    tolerance = _number(record, "tolerance", "body.", 0.0)
    if tolerance < 0:
        raise ItemInvalid("item.number_expected", "body.tolerance")
    return NumericBody(_number(record, "value", "body."), tolerance, text_of(record, "unit", "body.", ""))


def _ordering(record: Mapping[str, Any]) -> OrderingBody:
    known_keys(record, ("steps",), "body.")
    steps = _list_of(record, "steps", "body.", 3, 6)
    texts = tuple(text_of({"s": s}, "s", f"body.steps.{i}.") for i, s in enumerate(steps))
    if len(set(texts)) < len(texts):
        raise ItemInvalid("item.duplicate_option", "body.steps")
    return OrderingBody(texts)


def _matching(record: Mapping[str, Any]) -> MatchingBody:
    known_keys(record, ("pairs", "extra_rights"), "body.")
    lefts, rights = [], []
    for i, raw in enumerate(_list_of(record, "pairs", "body.", 3, 6)):
        if not isinstance(raw, dict):
            raise ItemInvalid("item.mapping_expected", f"body.pairs.{i}")
        known_keys(raw, ("left", "right"), f"body.pairs.{i}.")
        lefts.append(text_of(raw, "left", f"body.pairs.{i}."))
        rights.append(text_of(raw, "right", f"body.pairs.{i}."))
    extra = record.get("extra_rights", [])
    if not isinstance(extra, list):
        raise ItemInvalid("item.list_expected", "body.extra_rights")
    rights += [text_of({"r": r}, "r", f"body.extra_rights.{i}.") for i, r in enumerate(extra)]
    if len(set(lefts)) < len(lefts) or len(set(rights)) < len(rights):
        raise ItemInvalid("item.duplicate_option", "body.pairs")
    return MatchingBody(tuple(lefts), tuple(rights))


_ZONE = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)


def _hotspot(record: Mapping[str, Any]) -> HotspotBody:
    known_keys(record, ("text", "key"), "body.")
    source = text_of(record, "text", "body.")
    segments: list[Zone] = []
    end, number = 0, 0
    for match in _ZONE.finditer(source):
        if match.start() > end:
            segments.append(Zone(source[end : match.start()], 0))
        number += 1
        segments.append(Zone(match.group(1), number))
        end = match.end()
    if end < len(source):
        segments.append(Zone(source[end:], 0))
    if not 2 <= number <= 8:
        raise ItemInvalid("item.zones", "body.text", found=number)
    raw_key = _list_of(record, "key", "body.", 1, number - 1)
    if not all(isinstance(k, int) and not isinstance(k, bool) and 1 <= k <= number for k in raw_key):
        raise ItemInvalid("item.zone_key", "body.key", last=number)
    return HotspotBody(tuple(segments), frozenset(raw_key))


_BODIES: dict[Interaction, Callable[[Mapping[str, Any]], Body]] = {
    Interaction.SINGLE_CHOICE: lambda record: _choices(record, single=True),
    Interaction.MULTIPLE_CHOICE: lambda record: _choices(record, single=False),
    Interaction.SHORT_TEXT: _short_text,
    Interaction.NUMERIC: _numeric,
    Interaction.ORDERING: _ordering,
    Interaction.MATCHING: _matching,
    Interaction.HOTSPOT: _hotspot,
    Interaction.SPREADSHEET: SpreadsheetSpec.from_record,
    Interaction.MAILBOX: MailboxSpec.from_record,
}


def body_from_record(interaction: Interaction, record: object) -> Body:
    """Decode an item's body. Raises ItemInvalid, naming the field."""
    if not isinstance(record, dict):
        raise ItemInvalid("item.mapping_expected", "body")
    return _BODIES[interaction](record)
