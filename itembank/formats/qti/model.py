"""An item as QTI means it, free of XML: what is read, shown, declared and processed.

Names follow the QTI 2.2 information model; dimensions a terminal does not need (layout classes, orientation) are left
out. Two models are equal exactly when they mean the same: lines and files are not part of the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from itembank.formats.qti.values import BaseType, Cardinality, Scalar, Value


@dataclass(frozen=True, slots=True)
class Node:
    """A rule or an expression of response processing, by its QTI 2 name (`setOutcomeValue`, `match` …)."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Node, ...] = ()
    text: str = ""

    def get(self, name: str, default: str = "") -> str:
        """An attribute, or `default` when it is not there."""
        return next((value for key, value in self.attributes if key == name), default)

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


# --- declarations ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MapEntry:
    key: Scalar
    value: float
    case_sensitive: bool = True


@dataclass(frozen=True, slots=True)
class Mapping:
    """Response value -> points (`mapResponse`); bounds of None do not bind."""

    entries: tuple[MapEntry, ...]
    default: float = 0.0
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class ResponseDeclaration:
    identifier: str
    cardinality: Cardinality
    base_type: BaseType | None
    correct: Value | None = None
    default: Value | None = None
    mapping: Mapping | None = None


@dataclass(frozen=True, slots=True)
class LookupTable:
    """`matchTable` (exact source values) or `interpolationTable` (thresholds, highest first)."""

    interpolates: bool
    entries: tuple[tuple[float, Scalar, bool], ...]
    """(source value, target value, whether the threshold itself is included)."""
    default: Scalar | None = None


@dataclass(frozen=True, slots=True)
class OutcomeDeclaration:
    identifier: str
    cardinality: Cardinality
    base_type: BaseType | None
    default: Value | None = None
    normal_maximum: float | None = None
    normal_minimum: float | None = None
    external_scored: str = ""
    lookup: LookupTable | None = None


# --- content -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Printed:
    """The place of an outcome's value inside a feedback."""

    identifier: str


@dataclass(frozen=True, slots=True)
class Gap:
    identifier: str


@dataclass(frozen=True, slots=True)
class HottextZone:
    identifier: str
    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `match_max` (0: no limit) is used by associations only. `note` is our own misconception."""

    identifier: str
    text: str
    fixed: bool = False
    match_max: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceInteraction:
    response: str
    prompt: str
    options: tuple[Option, ...]
    shuffle: bool = False
    max_choices: int = 1
    min_choices: int = 0


@dataclass(frozen=True, slots=True)
class TextEntryInteraction:
    response: str
    expected_length: int | None = None
    pattern: str = ""
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class InlineChoiceInteraction:
    response: str
    options: tuple[Option, ...]
    shuffle: bool = False


@dataclass(frozen=True, slots=True)
class MatchInteraction:
    response: str
    prompt: str
    lefts: tuple[Option, ...]
    rights: tuple[Option, ...]
    shuffle: bool = False
    max_associations: int = 1
    min_associations: int = 0


@dataclass(frozen=True, slots=True)
class OrderInteraction:
    response: str
    prompt: str
    options: tuple[Option, ...]
    shuffle: bool = False
    max_choices: int = 0
    min_choices: int = 0


@dataclass(frozen=True, slots=True)
class GapMatchInteraction:
    response: str
    prompt: str
    options: tuple[Option, ...]
    flow: tuple[str | Gap, ...]
    shuffle: bool = False

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(part for part in self.flow if isinstance(part, Gap))


@dataclass(frozen=True, slots=True)
class AssociateInteraction:
    response: str
    prompt: str
    options: tuple[Option, ...]
    shuffle: bool = False
    max_associations: int = 1
    min_associations: int = 0


@dataclass(frozen=True, slots=True)
class HottextInteraction:
    response: str
    prompt: str
    flow: tuple[str | HottextZone, ...]
    max_choices: int = 1
    min_choices: int = 0

    @property
    def zones(self) -> tuple[HottextZone, ...]:
        return tuple(part for part in self.flow if isinstance(part, HottextZone))


@dataclass(frozen=True, slots=True)
class SliderInteraction:
    response: str
    prompt: str
    lower: float
    upper: float
    step: float = 1.0


@dataclass(frozen=True, slots=True)
class ExtendedTextInteraction:
    response: str
    prompt: str
    expected_length: int | None = None
    expected_lines: int | None = None


Interaction = (
    ChoiceInteraction
    | TextEntryInteraction
    | InlineChoiceInteraction
    | MatchInteraction
    | OrderInteraction
    | GapMatchInteraction
    | AssociateInteraction
    | HottextInteraction
    | SliderInteraction
    | ExtendedTextInteraction
)
INLINE = (TextEntryInteraction, InlineChoiceInteraction)

KINDS: dict[type, str] = {
    ChoiceInteraction: "choice",
    TextEntryInteraction: "text_entry",
    InlineChoiceInteraction: "inline_choice",
    MatchInteraction: "match",
    OrderInteraction: "order",
    GapMatchInteraction: "gap_match",
    AssociateInteraction: "associate",
    HottextInteraction: "hottext",
    SliderInteraction: "slider",
    ExtendedTextInteraction: "extended_text",
}
"""The name of each kind of interaction in reports."""


@dataclass(frozen=True, slots=True)
class FeedbackText:
    """A text shown after the answer when `outcome` holds `identifier` (or when it does not, if `hide`)."""

    outcome: str
    identifier: str
    hide: bool
    flow: tuple[str | Printed, ...]


@dataclass(frozen=True, slots=True)
class StaffText:
    """A rubric that the candidate does not see; `views` says who does (`scorer`, `tutor` …)."""

    views: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class QtiItem:
    """One assessment item. `extensions` are our own attributes of the item body (`data-kiosk-…`)."""

    identifier: str
    title: str
    language: str
    responses: tuple[ResponseDeclaration, ...]
    outcomes: tuple[OutcomeDeclaration, ...]
    body: tuple[str | Interaction, ...]
    rules: tuple[Node, ...] | None
    """None when there is no response processing: nothing scores the item."""
    feedback: tuple[FeedbackText, ...] = ()
    staff: tuple[StaffText, ...] = ()
    extensions: tuple[tuple[str, str], ...] = ()

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        return tuple(part for part in self.body if not isinstance(part, str))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its interactions, each once, in the order of the body."""
        return tuple(dict.fromkeys(KINDS[type(i)] for i in self.interactions))

    def response(self, identifier: str) -> ResponseDeclaration:
        """Raises KeyError for an undeclared response."""
        for declaration in self.responses:
            if declaration.identifier == identifier:
                return declaration
        raise KeyError(identifier)

    def outcome(self, identifier: str) -> OutcomeDeclaration | None:
        return next((o for o in self.outcomes if o.identifier == identifier), None)
