"""The document task as its author writes it (docs/tools/document.md): blocks, review, sharing, page, and goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.document.blocks import ALIGNMENTS, FACES, STYLES, Block

MOST_BLOCKS, MOST_REMARKS, MOST_PEOPLE, LONGEST_BLOCK = 30, 12, 8, 1_000
RIGHTS = ("none", "read", "comment", "write")
VERDICTS = ("accept", "reject")
Setting: TypeAlias = str | bool
PAGE: Mapping[str, tuple[Setting, ...]] = {
    "orientation": ("portrait", "landscape"),
    "numbers": (False, True),
    "duplex": (False, True),
}
"""What can be set about the page, and to what: the first value is in force unless the author says otherwise."""
PAGE_TEXTS = ("header", "footer")
"""What is typed above and below every page."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A word that the spelling checker marks wherever it stands, and what it proposes instead."""

    word: str
    proposals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark in the margin of a block; `replies` are the candidate's."""

    id: str
    on: str
    author: str
    text: str
    replies: tuple[str, ...] = ()
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change that somebody proposes: `old` becomes `new` in a block (no `old`: `new` is added at the end)."""

    id: str
    on: str
    author: str
    old: str
    new: str


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


@dataclass(frozen=True, slots=True)
class DocumentSpec:
    """The author's document. `people` and `link` are None where nothing can be shared."""

    TOOL: ClassVar[str] = "document"

    name: str
    me: str
    blocks: tuple[Block, ...]
    faults: tuple[Fault, ...] = ()
    comments: tuple[Comment, ...] = ()
    changes: tuple[Change, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    link: str | None = None
    page: Mapping[str, Setting] = field(default_factory=dict)
    goals: tuple[DocumentGoal, ...] = ()

    @property
    def shares(self) -> bool:
        """Whether the document can be shared."""
        return self.link is not None

    @classmethod
    def from_record(cls, record: Mapping[str, object], *, field: str = "body") -> DocumentSpec:
        """The spec of a decoded `body` (docs/tools/document.md); `field` is its dotted path in the item.

        Raises `itembank.errors.ItemInvalid` naming the dotted field: the codes of `records`, and
        `task.unknown_condition` (`allowed`), `task.passage_unknown` (`value`).
        """
        body = Record(record, field)
        body.only(
            "name", "me", "blocks", "spelling", "comments", "changes", "sharing", "page", "goals"
        )  # fmt: skip
        blocks: dict[str, Block] = {}
        for place, raw in body.sized("blocks", 1, MOST_BLOCKS):
            inside = Record(raw, place)
            block = _block(inside)
            if block.id in blocks:
                raise ItemInvalid("item.duplicate", inside.at("id"), value=block.id)
            blocks[block.id] = block
        people, link = _sharing(body)
        bare = cls(
            name=body.text("name"),
            me=body.text("me", default="Vous"),
            blocks=tuple(blocks.values()),
            faults=tuple(_fault(one, blocks) for one in _few(body, "spelling")),
            comments=_comments(body, blocks),
            changes=_changes(body, blocks),
            people=people,
            link=link,
            page=_page(body),
        )
        goals = tuple(_goal(goal, bare) for goal in body.records("goals", required=True))
        return cls(
            bare.name,
            bare.me,
            bare.blocks,
            bare.faults,
            bare.comments,
            bare.changes,
            people,
            link,
            bare.page,
            goals,
        )

    def texts(self) -> list[str]:
        """The text, the remarks in its margin, and the changes proposed."""
        found = [self.name, *(block.text for block in self.blocks)]
        found += [comment.text for comment in self.comments]
        return found + [change.new for change in self.changes]


def _block(record: Record) -> Block:
    kinds = [kind for kind in ("text", "image", "toc", "break") if kind in record]
    if kinds == ["image"]:
        record.only("id", "image", "alt")
        shown, alt = record.text("image"), record.text("alt", default="", empty=True)
        return Block(record.text("id"), "image", shown, alt=alt)
    if kinds == ["toc"]:
        record.only("id", "toc")
        entries = []
        for one in record.records("toc"):
            one.only("level", "text")
            entries.append((one.integer("level", 1, 3), one.text("text")))
        return Block(record.text("id"), "toc", entries=tuple(entries))
    if kinds == ["break"]:
        record.only("id", "break")
        record.flag("break")
        return Block(record.text("id"), "break")
    record.only("id", "text", "style", "faces", "align")
    text = " ".join(record.text("text").split())
    if len(text) > LONGEST_BLOCK:
        raise ItemInvalid("item.list_length", record.at("text"), low=1, high=LONGEST_BLOCK, found=len(text))
    return Block(
        id=record.text("id"),
        text=text,
        style=record.one_of("style", STYLES, default="body"),
        faces=frozenset(record.texts("faces", among=FACES)),
        align=record.one_of("align", ALIGNMENTS, default="left"),
    )


def _few(record: Record, key: str) -> list[Record]:
    found = list(record.records(key))
    if len(found) > MOST_REMARKS:
        raise ItemInvalid("item.list_length", record.at(key), low=0, high=MOST_REMARKS, found=len(found))
    return found


def _fault(record: Record, blocks: Mapping[str, Block]) -> Fault:
    record.only("word", "proposals")
    word = record.text("word")
    if not any(word in block.text for block in blocks.values()):
        raise ItemInvalid("task.passage_unknown", record.at("word"), value=word)
    return Fault(word, record.sized_texts("proposals", 1, 6))


def _comments(body: Record, blocks: Mapping[str, Block]) -> tuple[Comment, ...]:
    found: list[Comment] = []
    for one in _few(body, "comments"):
        one.only("id", "block", "author", "text")
        comment = Comment(one.text("id"), one.choice("block", blocks), one.text("author"), one.text("text"))
        if any(comment.id == other.id for other in found):
            raise ItemInvalid("item.duplicate", one.at("id"), value=comment.id)
        found.append(comment)
    return tuple(found)


def _changes(body: Record, blocks: Mapping[str, Block]) -> tuple[Change, ...]:
    found: list[Change] = []
    for one in _few(body, "changes"):
        one.only("id", "block", "author", "old", "new")
        change = Change(
            id=one.text("id"),
            on=one.choice("block", [name for name, block in blocks.items() if block.kind == "text"]),
            author=one.text("author"),
            old=one.text("old", default="", empty=True),
            new=one.text("new", default="", empty=True),
        )
        if change.old not in blocks[change.on].text or not change.old + change.new:
            raise ItemInvalid("task.passage_unknown", one.at("old"), value=change.old)
        if any(change.id == other.id for other in found):
            raise ItemInvalid("item.duplicate", one.at("id"), value=change.id)
        found.append(change)
    return tuple(found)


def _sharing(body: Record) -> tuple[Mapping[str, str], str | None]:
    if "sharing" not in body:
        return {}, None
    inside = body.record("sharing")
    inside.only("people", "link")
    people: dict[str, str] = {}
    if "people" in inside:
        listed = inside.record("people")
        people = {name: listed.one_of(name, RIGHTS) for name, _ in listed.items()}
        if len(people) > MOST_PEOPLE:
            raise ItemInvalid("item.list_length", listed.field, low=0, high=MOST_PEOPLE, found=len(people))
    return people, inside.one_of("link", RIGHTS, default="none")


def _page(body: Record) -> Mapping[str, Setting]:
    found: dict[str, Setting] = {name: values[0] for name, values in PAGE.items()}
    found |= dict.fromkeys(PAGE_TEXTS, "")
    return found | _settings(body.record("page")) if "page" in body else found


def _settings(record: Record) -> dict[str, Setting]:
    record.only(*PAGE, *PAGE_TEXTS)
    found: dict[str, Setting] = {}
    for name in (*PAGE, *PAGE_TEXTS):
        if name not in record:
            continue
        if name in PAGE_TEXTS:
            found[name] = record.text(name, empty=True)
        elif name == "orientation":
            found[name] = record.one_of(name, [str(value) for value in PAGE[name]])
        else:
            found[name] = record.flag(name)
    return found


# --- goals --------------------------------------------------------------------------------------------------------


def _goal(record: Record, spec: DocumentSpec) -> DocumentGoal:
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
            return PageSet(_settings(record.record(key)))
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
