"""The document task as its author writes it (docs/tools/document.md): blocks, review, sharing, page, and goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.document.blocks import ALIGNMENTS, FACES, STYLES, Block
from itembank.tasks.document.conditions import DocumentGoal, goal
from itembank.tasks.document.vocabulary import PAGE, PAGE_TEXTS, RIGHTS, Setting, page_settings

MOST_BLOCKS, MOST_REMARKS, MOST_PEOPLE, LONGEST_BLOCK = 30, 12, 8, 1_000


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
        goals = tuple(goal(one, bare) for one in body.records("goals", required=True))
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
    return found | page_settings(body.record("page")) if "page" in body else found
