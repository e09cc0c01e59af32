"""Files and folders as values: every change gives a new tree. Pure; no real file is ever touched.

A node keeps the `origin` of what the author put there, however it is renamed, moved or copied; that is what goals speak of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from itembank.tasks.words import fold

SEPARATOR = "/"


@dataclass(frozen=True, slots=True)
class Node:
    """A file or folder. `size` in Ko (0 for a folder); `modified` as written; `packed` are the origins inside an archive.

    `parent` is the key of its folder, "" at the top. `copy` is 0 for what the author put there, else the number of the copy.
    """

    name: str
    parent: str
    folder: bool
    origin: str
    size: int = 0
    modified: str = ""
    shows: str = ""
    packed: tuple[str, ...] = ()
    copy: int = 0
    trashed: bool = False


Tree = Mapping[str, Node]
"""Key -> node. The key of what the author put there is its path; keys never change."""


def path_of(tree: Tree, key: str) -> str:
    """Where a node is now: names joined by « / »."""
    names: list[str] = []
    while key:
        names.append(tree[key].name)
        key = tree[key].parent
    return SEPARATOR.join(reversed(names))


def children(tree: Tree, parent: str) -> list[str]:
    """The keys of what lies in a folder and is not in the trash."""
    return [key for key, node in tree.items() if node.parent == parent and not node.trashed]


def inside(tree: Tree, key: str) -> Iterator[str]:
    """A node and everything below it."""
    yield key
    for other, node in tree.items():
        if node.parent == key:
            yield from inside(tree, other)


def is_gone(tree: Tree, key: str) -> bool:
    """Whether a node, or a folder that holds it, is in the trash."""
    while key:
        if tree[key].trashed:
            return True
        key = tree[key].parent
    return False


def emptied(tree: Tree) -> dict[str, Node]:
    """The tree without what is in the trash."""
    return {key: node for key, node in tree.items() if not is_gone(tree, key)}


def drive_of(tree: Tree, key: str) -> str:
    """The key of the top folder that holds a node (itself at the top)."""
    while key and tree[key].parent:
        key = tree[key].parent
    return key


def used(tree: Tree, drive: str) -> int:
    """Ko taken on a drive; what is in the trash still takes its room."""
    return sum(node.size for key, node in tree.items() if drive_of(tree, key) == drive)


def named(tree: Tree, parent: str, name: str) -> str | None:
    """The key of what has that name in a folder, case and accents ignored."""
    wanted = same_name(name)
    return next((key for key in children(tree, parent) if same_name(tree[key].name) == wanted), None)


def at(tree: Tree, path: str) -> str | None:
    """The key of what lies at a path now; "" for the top."""
    key = ""
    for name in path.split(SEPARATOR) if path else ():
        found = named(tree, key, name)
        if found is None:
            return None
        key = found
    return key


def same_name(name: str) -> str:
    """A name as it is compared."""
    return " ".join(fold(name).split())


def free_name(tree: Tree, parent: str, name: str) -> str:
    """`name`, or « name (2) » when it is taken in that folder."""
    if named(tree, parent, name) is None:
        return name
    stem, dot, extension = name.rpartition(".")
    number = 2
    while True:
        tried = f"{stem} ({number}){dot}{extension}" if dot and stem else f"{name} ({number})"
        if named(tree, parent, tried) is None:
            return tried
        number += 1


def copied(tree: Tree, key: str, parent: str) -> dict[str, Node]:
    """The tree with a copy of a node, and of everything below it, in another folder."""
    found = dict(tree)
    number = 1 + max((node.copy for node in tree.values()), default=0)
    keys: dict[str, str] = {}
    for old in inside(tree, key):
        node = tree[old]
        if node.trashed:
            continue
        new = f"{node.origin}#{number}"
        keys[old] = new
        holder = parent if old == key else keys[node.parent]
        name = free_name(tree, parent, node.name) if old == key else node.name
        found[new] = replace(node, name=name, parent=holder, copy=number)
    return found
