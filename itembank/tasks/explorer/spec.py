"""The explorer task as its author writes it (docs/tools/explorer.md): drives, folders, files, and goals on where things end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.explorer.tree import SEPARATOR, Node, is_gone

MOST_NODES = 80
_LEAF = re.compile(r"(\d+) (Ko|Mo|Go), (\d{2}/\d{2}/\d{4})(?: : (.+))?", re.DOTALL)
_UNITS = {"Ko": 1, "Mo": 1000, "Go": 1_000_000}
FORBIDDEN = frozenset('/\\:*?"<>|')
"""Characters that no name may hold."""


@dataclass(frozen=True, slots=True)
class Exists:
    """Something lies at each of these paths; with `origin`, the author's own file or a copy of it."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing lies at these paths (in the trash is absent)."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class At:
    """The author's own file (not a copy) is now at a path: moved, renamed, or both."""

    where: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy lies in a folder, and the author's own file is still where it was."""

    where: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trashed:
    """The author's own files are in the trash."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """The author's own files are gone for good: the trash that held them was emptied."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive at `path` holds exactly these of the author's files."""

    path: str
    holds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Untouched:
    """The author's own files are where they were. True of the untouched explorer."""

    paths: tuple[str, ...]


Condition: TypeAlias = Exists | Absent | At | Copied | Trashed | Erased | Archive | Untouched


@dataclass(frozen=True, slots=True)
class ExplorerGoal:
    """One point: every condition of `when` holds."""

    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class ExplorerSpec:
    """The author's files, those that are in the trash at the start among them. `capacity` gives the Ko that a drive holds,
    for those that are limited."""

    TOOL: ClassVar[str] = "explorer"

    tree: Mapping[str, Node]
    capacity: Mapping[str, int]
    start: str
    goals: tuple[ExplorerGoal, ...]

    @classmethod
    def from_record(cls, record: Mapping[str, object], *, field: str = "body") -> ExplorerSpec:
        """The spec of a decoded `body` (docs/tools/explorer.md); `field` is its dotted path in the item.

        Raises `itembank.errors.ItemInvalid` naming the dotted field: the codes of `records`, and
        `task.file_unreadable` (`value`), `task.file_name` (`value`), `task.unknown_condition` (`allowed`).
        """
        body = Record(record, field)
        body.only("tree", "trash", "capacity", "start", "goals")
        nodes: dict[str, Node] = {}
        _read(body.record("tree"), "", nodes)
        if not 2 <= len(nodes) <= MOST_NODES:
            raise ItemInvalid("item.list_length", body.at("tree"), low=2, high=MOST_NODES, found=len(nodes))
        folders = {key for key, node in nodes.items() if node.folder}
        drives = [key for key, node in nodes.items() if not node.parent]
        if not all(nodes[key].folder for key in drives):
            raise ItemInvalid("task.file_name", body.at("tree"), value="/")
        capacity: dict[str, int] = {}
        if "capacity" in body:
            inside = body.record("capacity")
            inside.only(*drives)
            capacity = {name: _weight(inside, name) for name, _ in inside.items()}
        for place, raw in body.members("trash"):
            if raw not in nodes or raw in drives:
                raise ItemInvalid("item.unknown_reference", place, value=str(raw))
            nodes[str(raw)] = replace(nodes[str(raw)], trashed=True)
        start = body.choice("start", folders, default=drives[0])
        if is_gone(nodes, start):
            raise ItemInvalid("item.unknown_reference", body.at("start"), value=start)
        goals = tuple(_goal(goal, nodes) for goal in body.records("goals", required=True))
        return cls(nodes, capacity, start, goals)

    def texts(self) -> list[str]:
        """The names of files and folders, and what the files show."""
        return [text for node in self.tree.values() for text in (node.name, node.shows)]


def is_name(text: str) -> bool:
    """Whether a file or folder may be called so."""
    return 0 < len(text) <= 80 and text.strip(" .") == text.strip() != "" and not FORBIDDEN.intersection(text)


def _read(record: Record, parent: str, nodes: dict[str, Node]) -> None:
    for name, value in record.items():
        key = f"{parent}{SEPARATOR}{name}" if parent else name
        if not is_name(name):
            raise ItemInvalid("task.file_name", record.at(name), value=name)
        if isinstance(value, Mapping) or value is None:
            nodes[key] = Node(name, parent, folder=True, origin=key)
            if value:
                _read(Record(value, record.at(name)), key, nodes)
            continue
        found = _LEAF.fullmatch(str(value).strip())
        if found is None:
            raise ItemInvalid("task.file_unreadable", record.at(name), value=str(value))
        amount, unit, modified, shows = found.groups()
        size = int(amount) * _UNITS[unit]
        nodes[key] = Node(
            name, parent, folder=False, origin=key, size=size, modified=modified, shows=shows or ""
        )


def _weight(record: Record, key: str) -> int:
    found = re.fullmatch(r"(\d+) (Ko|Mo|Go)", record.text(key))
    if found is None:
        raise ItemInvalid("task.file_unreadable", record.at(key), value=record.text(key))
    return int(found[1]) * _UNITS[found[2]]


def _goal(record: Record, nodes: Mapping[str, Node]) -> ExplorerGoal:
    record.only("name", "when")
    when = tuple(_condition(one, nodes) for one in record.records("when", required=True))
    return ExplorerGoal(record.text("name"), when)


def _condition(record: Record, nodes: Mapping[str, Node]) -> Condition:
    match [key for key, _ in record.items()]:
        case ["exists"]:
            return Exists(record.texts("exists", required=True))
        case ["absent"]:
            return Absent(record.texts("absent", required=True))
        case ["at"]:
            return At(_paths(record.record("at"), nodes))
        case ["copied"]:
            return Copied(_paths(record.record("copied"), nodes))
        case ["in_trash"]:
            return Trashed(record.texts("in_trash", required=True, among=nodes))
        case ["erased"]:
            return Erased(record.texts("erased", required=True, among=nodes))
        case ["untouched"]:
            return Untouched(record.texts("untouched", required=True, among=nodes))
        case ["archive"]:
            inside = record.record("archive")
            inside.only("path", "holds")
            return Archive(inside.text("path"), frozenset(inside.texts("holds", required=True, among=nodes)))
    raise ItemInvalid(
        "task.unknown_condition",
        record.field,
        allowed="exists, absent, at, copied, in_trash, erased, archive, untouched",
    )


def _paths(record: Record, nodes: Mapping[str, Node]) -> Mapping[str, str]:
    record.only(*nodes)
    return {name: record.text(name) for name, _ in record.items()}
