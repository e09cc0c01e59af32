"""An item: what is asked, how it is answered, what the answer is worth, and how hard it is.

The same plain mapping (`record`) is what authors write in YAML, what the bank stores as JSON, and what
`Item.from_record` decodes; every fault names its field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import cast

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.response_times import ResponseTime
from itembank.tasks import TaskSpec, tool_named
from itembank.tasks.tools import NAMES


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
    SETTINGS = "settings"
    FORM = "form"
    EXPLORER = "explorer"
    BROWSER = "browser"
    CALENDAR = "calendar"
    CONVERSATION = "conversation"
    DOCUMENT = "document"
    PROGRAM = "program"


CHOICES = frozenset({Interaction.SINGLE_CHOICE, Interaction.MULTIPLE_CHOICE})
TASKS = frozenset(Interaction(name) for name in NAMES)
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


Body = ChoiceBody | ShortTextBody | NumericBody | OrderingBody | MatchingBody | HotspotBody | TaskSpec


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
    """One question with all that is known about it.

    `enemies` are families that must not meet this item in one sitting (one would give the other away); `anchor` marks
    an item whose parameters link calibrations; `exposure` in (0, 1] is its exposure factor: what its merit
    counts times when the next item is chosen. `tip` is one thing worth remembering; `learn_more` the topic to read next,
    the item's own unless its author names another.
    """

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
    time: ResponseTime
    accessibility: str = ""
    sources: tuple[str, ...] = field(default=())
    enemies: frozenset[str] = frozenset()
    anchor: bool = False
    exposure: float = 1.0
    tip: str = ""
    learn_more: str = ""

    @property
    def max_score(self) -> int:
        """Points of a perfect answer."""
        return self.parameters.max_score

    @property
    def is_task(self) -> bool:
        return self.interaction in TASKS


def max_points(interaction: Interaction, body: Body) -> int:
    """Points of a perfect answer: one per goal of a task, two for ordering and matching, else one."""
    if interaction in TASKS:
        return len(cast(TaskSpec, body).goals)
    return 2 if interaction in (Interaction.ORDERING, Interaction.MATCHING) else 1


# --- records -------------------------------------------------------------------------------------------


def _choices(record: Record, single: bool) -> ChoiceBody:
    record.only("choices", "shuffle")
    choices = []
    for field_, value in record.sized("choices", 3, 6):
        inside = Record(value, field_)
        inside.only("text", "key", "misconception")
        choices.append(
            Choice(
                inside.text("text"), inside.flag("key"), inside.text("misconception", default="", empty=True)
            )
        )
    body = ChoiceBody(tuple(choices), record.flag("shuffle", default=True))
    _all_different([c.text for c in choices], record.at("choices"))
    if single and len(body.keys) != 1:
        raise ItemInvalid("item.one_key", record.at("choices"), found=len(body.keys))
    if not single and not 2 <= len(body.keys) < len(choices):
        raise ItemInvalid("item.several_keys", record.at("choices"), found=len(body.keys))
    return body


def _all_different(texts: Sequence[str], where: str) -> None:
    if len(set(texts)) < len(texts):
        raise ItemInvalid("item.duplicate_option", where)


def _short_text(record: Record) -> ShortTextBody:
    record.only("accept", "case", "accents", "spaces", "distance", "hint")
    return ShortTextBody(
        accept=record.sized_texts("accept", 1, 60),
        case=record.flag("case"),
        accents=record.flag("accents"),
        spaces=record.flag("spaces"),
        distance=record.integer("distance", 0, 2) if "distance" in record else 0,
        hint=record.text("hint", default="", empty=True),
    )


def _numeric(record: Record) -> NumericBody:
    record.only("value", "tolerance", "unit")
    return NumericBody(
        record.number("value"),
        record.positive("tolerance", default=0.0),
        record.text("unit", default="", empty=True),
    )


def _ordering(record: Record) -> OrderingBody:
    record.only("steps")
    steps = record.sized_texts("steps", 3, 6)
    _all_different(steps, record.at("steps"))
    return OrderingBody(steps)


def _matching(record: Record) -> MatchingBody:
    record.only("pairs", "extra_rights")
    lefts, rights = [], []
    for field_, value in record.sized("pairs", 3, 6):
        inside = Record(value, field_)
        inside.only("left", "right")
        lefts.append(inside.text("left"))
        rights.append(inside.text("right"))
    rights += record.texts("extra_rights")
    _all_different(lefts, record.at("pairs"))
    _all_different(rights, record.at("pairs"))
    return MatchingBody(tuple(lefts), tuple(rights))


_ZONE = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)


def _hotspot(record: Record) -> HotspotBody:
    record.only("text", "key")
    source = record.text("text")
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
        raise ItemInvalid("item.zones", record.at("text"), found=number)
    key = []
    for _, value in record.sized("key", 1, number - 1):
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= number:
            raise ItemInvalid("item.zone_key", record.at("key"), last=number)
        key.append(value)
    return HotspotBody(tuple(segments), frozenset(key))


_BODIES: dict[Interaction, Callable[[Record], Body]] = {
    Interaction.SINGLE_CHOICE: lambda record: _choices(record, single=True),
    Interaction.MULTIPLE_CHOICE: lambda record: _choices(record, single=False),
    Interaction.SHORT_TEXT: _short_text,
    Interaction.NUMERIC: _numeric,
    Interaction.ORDERING: _ordering,
    Interaction.MATCHING: _matching,
    Interaction.HOTSPOT: _hotspot,
}


def body_from_record(interaction: Interaction, record: object) -> Body:
    """Decode an item's body. Raises ItemInvalid, naming the field."""
    inside = Record(record, "body")
    if interaction in TASKS:
        task: TaskSpec = tool_named(interaction).from_record(dict(inside.items()))
        return task
    return _BODIES[interaction](inside)
