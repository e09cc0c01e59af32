"""What a document's goals can ask for, as an author writes it (docs/tools/document.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.document.blocks import ALIGNMENTS, FACES, STYLES
from itembank.tasks.document.vocabulary import RIGHTS, VERDICTS, Setting, page_settings

if TYPE_CHECKING:
    from itembank.tasks.document.spec import DocumentSpec


@dataclass(frozen=True, slots=True)
class Styled:
    """Blocks have these styles."""

    styles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Faced:
    """Blocks have exactly these faces (bold, italic, underline)."""

    faces: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Aligned:
    sides: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reads:
    """Blocks read exactly so; case, accents and punctuation count."""

    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Contains:
    """All these words stand in each block, case and accents ignored."""

    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Without:
    """None of these words stands in each block."""

    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Nowhere:
    """None of these words stands anywhere in the text, and no paragraph of the author is missing (but those that a goal wants gone)."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inserted:
    """A paragraph that the candidate added; None asks nothing. `after` is the block just before it."""

    after: str | None = None
    style: str | None = None
    contains: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """These blocks stand in this order; others may stand in between."""

    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BreakBefore:
    """A page break stands just before each of these blocks."""

    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """There is a table of contents, and it lists the headings as they are."""


@dataclass(frozen=True, slots=True)
class Described:
    """Images have an alternative text with all these words."""

    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Spelled:
    """No marked word is left, and no paragraph of the author is missing (but those that a goal wants gone)."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Exactly these comments are resolved."""

    comments: frozenset[str]


@dataclass(frozen=True, slots=True)
class Replied:
    """The candidate's replies to comments hold all these words."""

    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Commented:
    """The candidate commented a block with all these words."""

    on: str
    contains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Proposed changes were accepted or rejected so."""

    verdicts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rights:
    """People have exactly these rights."""

    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LinkRight:
    """What whoever has the link may do."""

    right: str


@dataclass(frozen=True, slots=True)
class PageSet:
    """The page is set so; a header or footer holds all these words."""

    values: Mapping[str, Setting]


@dataclass(frozen=True, slots=True)
class Exported:
    """A PDF holds the document as it is at the end; all these words stand in its name."""

    contains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Untouched:
    """The author's blocks are as they were. True of the untouched document."""

    blocks: tuple[str, ...]


Condition: TypeAlias = (
    Styled
    | Faced
    | Aligned
    | Reads
    | Contains
    | Without
    | Nowhere
    | Inserted
    | Order
    | Gone
    | BreakBefore
    | Contents
    | Described
    | Spelled
    | Resolved
    | Replied
    | Commented
    | Reviewed
    | Rights
    | LinkRight
    | PageSet
    | Exported
    | Untouched
)


@dataclass(frozen=True, slots=True)
class DocumentGoal:
    """One point: every condition of `when` holds."""

    name: str
    when: tuple[Condition, ...]


def goal(record: Record, spec: DocumentSpec) -> DocumentGoal:
    """A decoded goal about the document `spec`. Raises ItemInvalid, see `DocumentSpec.from_record`."""
    record.only("name", "when")
    when = tuple(_condition(one, spec) for one in record.records("when", required=True))
    return DocumentGoal(record.text("name"), when)


_ALLOWED = (
    "style, faces, align, text, contains, without, nowhere, inserted, order, gone, break_before, toc, alt, spelled, "
    "resolved, replied, commented, reviewed, rights, link, page, exported, untouched"
)


def _condition(record: Record, spec: DocumentSpec) -> Condition:
    keys = [key for key, _ in record.items()]
    found = None
    if len(keys) == 1:
        found = _about_text(record, keys[0], spec) or _about_rest(record, keys[0], spec)
    if found is None:
        raise ItemInvalid("task.unknown_condition", record.field, allowed=_ALLOWED)
    return found


def _about_text(record: Record, key: str, spec: DocumentSpec) -> Condition | None:
    ids = [block.id for block in spec.blocks]
    texts = [block.id for block in spec.blocks if block.kind == "text"]
    match key:
        case "style":
            return Styled(_each(record.record(key), texts, STYLES))
        case "faces":
            inside = record.record(key)
            inside.only(*texts)
            return Faced({name: frozenset(inside.texts(name, among=FACES)) for name, _ in inside.items()})
        case "align":
            return Aligned(_each(record.record(key), texts, ALIGNMENTS))
        case "text":
            inside = record.record(key)
            inside.only(*texts)
            return Reads({name: inside.text(name) for name, _ in inside.items()})
        case "contains":
            return Contains(_words(record.record(key), texts))
        case "without":
            return Without(_words(record.record(key), texts))
        case "nowhere":
            return Nowhere(record.texts(key, required=True))
        case "inserted":
            return _inserted(record.record(key), ids)
        case "order":
            return Order(record.texts(key, required=True, among=ids))
        case "gone":
            return Gone(record.texts(key, required=True, among=ids))
        case "break_before":
            return BreakBefore(record.texts(key, required=True, among=ids))
        case "untouched":
            return Untouched(record.texts(key, required=True, among=ids))
    return None


def _about_rest(record: Record, key: str, spec: DocumentSpec) -> Condition | None:
    comments = [comment.id for comment in spec.comments]
    match key:
        case "toc" if record.get(key) is True:
            return Contents()
        case "spelled" if record.get(key) is True:
            return Spelled()
        case "alt":
            return Described(_words(record.record(key), [b.id for b in spec.blocks if b.kind == "image"]))
        case "resolved":
            return Resolved(frozenset(record.texts(key, required=True, among=comments)))
        case "replied":
            return Replied(_words(record.record(key), comments))
        case "commented":
            inside = record.record(key)
            inside.only("block", "contains")
            on = inside.choice("block", [block.id for block in spec.blocks])
            return Commented(on, inside.texts("contains", required=True))
        case "reviewed":
            return Reviewed(_each(record.record(key), [change.id for change in spec.changes], VERDICTS))
        case "rights":
            return Rights(_each(record.record(key), list(spec.people), RIGHTS))
        case "link" if spec.shares:
            return LinkRight(record.one_of(key, RIGHTS))
        case "page":
            return PageSet(page_settings(record.record(key)))
        case "exported":
            inside = record.record(key)
            inside.only("contains")
            return Exported(inside.texts("contains"))
    return None


def _each(record: Record, known: list[str], among: tuple[str, ...]) -> Mapping[str, str]:
    record.only(*known)
    return {name: record.one_of(name, among) for name, _ in record.items()}


def _words(record: Record, known: list[str]) -> Mapping[str, tuple[str, ...]]:
    record.only(*known)
    return {name: record.texts(name, required=True) for name, _ in record.items()}


def _inserted(record: Record, ids: list[str]) -> Inserted:
    record.only("after", "style", "contains", "without")
    return Inserted(
        after=record.choice("after", ids) if "after" in record else None,
        style=record.one_of("style", STYLES) if "style" in record else None,
        contains=record.texts("contains"),
        without=record.texts("without"),
    )
