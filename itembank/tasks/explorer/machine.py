"""The explorer task: what the candidate does with the author's files, and which goals then hold.

Actions (plain JSON), `item` and `to` being keys of nodes ("" is the top, where the drives are):

- `{"do": "open", "item": K}` a folder; `{"do": "look", "item": K}` at what a file shows; `{"do": "search", "words": T}` (the empty text ends it); `{"do": "sort", "by":
  "name"|"size"|"date"|"kind"}`; `{"do": "extensions", "shown": bool}`; `{"do": "trash"}` looks into the trash;
- `{"do": "rename", "item": K, "name": T}`, `{"do": "move", "item": K, "to": K}`, `{"do": "copy", "item": K, "to": K}`,
  `{"do": "delete", "item": K}`, `{"do": "restore", "item": K}`, `{"do": "new_folder", "name": T}` (in the folder in sight),
  `{"do": "zip", "items": [K, …], "name": T}`, `{"do": "unzip", "item": K}`, `{"do": "empty_trash", "confirmed": true}` (without
  `confirmed` nothing happens).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action
from itembank.tasks.explorer.spec import (
    MOST_NODES,
    Absent,
    Archive,
    At,
    Condition,
    Copied,
    Erased,
    Exists,
    ExplorerSpec,
    Trashed,
    Untouched,
    is_name,
)
from itembank.tasks.explorer.tree import (
    Node,
    Tree,
    at,
    children,
    copied,
    emptied,
    free_name,
    inside,
    is_gone,
    named,
    used,
)
from itembank.tasks.words import fold

ORDERS = ("name", "size", "date", "kind")
_MADE = re.compile(r"\+\d+")
PACKED_SHARE = 2
"""An archive takes one part in so many of what it holds."""

KEYS: dict[str, tuple[str, ...]] = {
    "open": ("item",),
    "look": ("item",),
    "search": ("words",),
    "sort": ("by",),
    "extensions": ("shown",),
    "trash": (),
    "rename": ("item", "name"),
    "move": ("item", "to"),
    "copy": ("item", "to"),
    "delete": ("item",),
    "restore": ("item",),
    "new_folder": ("name",),
    "zip": ("items", "name"),
    "unzip": ("item",),
    "empty_trash": ("confirmed",),
}
"""Every action, and what it may say beside its `do`."""


@dataclass(frozen=True, slots=True)
class ExplorerState:
    """The explorer now: the files, the folder in sight, and how it is looked at. `in_trash`: the trash is in sight."""

    tree: Tree
    folder: str
    search: str = ""
    by: str = "name"
    extensions: bool = True
    in_trash: bool = False


def initial_state(spec: ExplorerSpec) -> ExplorerState:
    """The author's files, untouched."""
    return ExplorerState(spec.tree, spec.start)


def apply(spec: ExplorerSpec, state: ExplorerState, action: Action) -> ExplorerState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.unknown_item`, `action.not_a_folder`,
    `action.name_taken` (`name`), `action.bad_name`, `action.into_itself`, `action.no_room`, `action.is_drive`,
    `action.not_an_archive`, `action.too_many_files`, `action.bad_order`.
    """
    match reading.known_verb(action, KEYS):
        case "open":
            return replace(state, folder=_folder(state, action, "item"), search="", in_trash=False)
        case "look":
            if state.tree[_item(state, action, "item")].folder:
                raise ResponseInvalid("action.unknown_item")
            return state
        case "search":
            return replace(state, search=reading.text(action, "words", limit=60).strip(), in_trash=False)
        case "sort":
            by = reading.text(action, "by", limit=10)
            if by not in ORDERS:
                raise ResponseInvalid("action.bad_order")
            return replace(state, by=by)
        case "extensions":
            return replace(state, extensions=reading.flag(action, "shown"))
        case "trash":
            return replace(state, in_trash=True, search="")
        case "empty_trash":
            return _emptied(state) if reading.flag(action, "confirmed") else state
        case "rename" | "move" | "copy" | "delete" | "restore" | "new_folder" | "zip" | "unzip" as do:
            tree = _CHANGES[do](spec, state, action)
            if len(tree) > MOST_NODES:
                raise ResponseInvalid("action.too_many_files", limit=MOST_NODES)
            for drive, capacity in spec.capacity.items():
                if used(tree, drive) > max(capacity, used(state.tree, drive)):
                    raise ResponseInvalid("action.no_room")
            return replace(state, tree=tree)
        case other:
            raise ResponseInvalid("action.unknown", do=other)


def goals_met(spec: ExplorerSpec, state: ExplorerState) -> tuple[bool, ...]:
    """Which goals hold, in the author's order."""
    return tuple(all(_holds(one, state.tree) for one in goal.when) for goal in spec.goals)


# --- goals --------------------------------------------------------------------------------------------------------


def _holds(condition: Condition, tree: Tree) -> bool:
    match condition:
        case Exists(paths):
            return all(at(tree, path) is not None for path in paths)
        case Absent(paths):
            return all(at(tree, path) is None for path in paths)
        case At(where):
            return all(at(tree, path) == origin for origin, path in where.items())
        case Copied(where):
            return all(_has_copy(tree, origin, path) for origin, path in where.items())
        case Trashed(paths):
            return all(origin in tree and is_gone(tree, origin) for origin in paths)
        case Erased(paths):
            return not any(origin in tree for origin in paths)
        case Untouched(paths):
            return all(at(tree, origin) == origin for origin in paths)
        case Archive(path, holds):
            found = at(tree, path)
            return found is not None and frozenset(tree[found].packed) == holds


def _has_copy(tree: Tree, origin: str, folder: str) -> bool:
    holder = at(tree, folder)
    if holder is None or at(tree, origin) != origin:
        return False
    return any(tree[key].origin == origin and tree[key].copy for key in children(tree, holder))


# --- actions ------------------------------------------------------------------------------------------------------


def _item(state: ExplorerState, action: Action, key: str) -> str:
    found = reading.text(action, key, limit=500)
    if found not in state.tree:
        raise ResponseInvalid("action.unknown_item")
    return found


def _folder(state: ExplorerState, action: Action, key: str) -> str:
    if action.get(key) == "":
        return ""
    found = _item(state, action, key)
    if not state.tree[found].folder or is_gone(state.tree, found):
        raise ResponseInvalid("action.not_a_folder")
    return found


def _movable(state: ExplorerState, action: Action) -> str:
    key = _item(state, action, "item")
    if not state.tree[key].parent:
        raise ResponseInvalid("action.is_drive")
    return key


def _name(action: Action) -> str:
    name = reading.text(action, "name", limit=80).strip()
    if not is_name(name):
        raise ResponseInvalid("action.bad_name")
    return name


def _rename(_: ExplorerSpec, state: ExplorerState, action: Action) -> Tree:
    key, name = _movable(state, action), _name(action)
    node = state.tree[key]
    taken = named(state.tree, node.parent, name)
    if taken not in (None, key):
        raise ResponseInvalid("action.name_taken", name=name)
    return {**state.tree, key: replace(node, name=name)}


def _target(state: ExplorerState, action: Action) -> tuple[str, str]:
    """What is carried and where to."""
    key, to = _movable(state, action), _folder(state, action, "to")
    if not to:
        raise ResponseInvalid("action.not_a_folder")
    if to in inside(state.tree, key):
        raise ResponseInvalid("action.into_itself")
    return key, to


def _move(_: ExplorerSpec, state: ExplorerState, action: Action) -> Tree:
    key, to = _target(state, action)
    node = state.tree[key]
    if node.parent == to:
        return state.tree
    if named(state.tree, to, node.name) is not None:
        raise ResponseInvalid("action.name_taken", name=node.name)
    return {**state.tree, key: replace(node, parent=to)}


def _copy(_: ExplorerSpec, state: ExplorerState, action: Action) -> Tree:
    key, to = _target(state, action)
    return copied(state.tree, key, to)


def _delete(_: ExplorerSpec, state: ExplorerState, action: Action) -> Tree:
    key = _movable(state, action)
    return {**state.tree, key: replace(state.tree[key], trashed=True)}


def _restore(_: ExplorerSpec, state: ExplorerState, action: Action) -> Tree:
    key = _movable(state, action)
    node = state.tree[key]
    if not node.trashed or is_gone(state.tree, node.parent):
        raise ResponseInvalid("action.unknown_item")
    name = free_name(state.tree, node.parent, node.name)
    return {**state.tree, key: replace(node, trashed=False, name=name)}


def _new_folder(_: ExplorerSpec, state: ExplorerState, action: Action) -> Tree:
    name = _name(action)
    if not state.folder or state.in_trash:
        raise ResponseInvalid("action.is_drive")
    if named(state.tree, state.folder, name) is not None:
        raise ResponseInvalid("action.name_taken", name=name)
    return _with(state.tree, Node(name, state.folder, folder=True, origin=""))


def _zip(_: ExplorerSpec, state: ExplorerState, action: Action) -> Tree:
    raw = action.get("items")
    if not isinstance(raw, list | tuple) or not raw:
        raise ResponseInvalid("action.unknown_item")
    here = children(state.tree, state.folder)
    if not state.folder or any(key not in here for key in raw):
        raise ResponseInvalid("action.unknown_item")
    name = _name(action)
    name = name if name.lower().endswith(".zip") else f"{name}.zip"
    if named(state.tree, state.folder, name) is not None:
        raise ResponseInvalid("action.name_taken", name=name)
    files = [k for key in raw for k in inside(state.tree, key) if not state.tree[k].folder]
    size = sum(state.tree[key].size for key in files) // PACKED_SHARE
    packed = tuple(state.tree[key].origin for key in files)
    return _with(state.tree, Node(name, state.folder, folder=False, origin="", size=size, packed=packed))


def _unzip(spec: ExplorerSpec, state: ExplorerState, action: Action) -> Tree:
    key = _movable(state, action)
    archive = state.tree[key]
    if not archive.packed:
        raise ResponseInvalid("action.not_an_archive")
    stem = free_name(state.tree, archive.parent, archive.name.rpartition(".")[0] or archive.name)
    tree = dict(_with(state.tree, Node(stem, archive.parent, folder=True, origin="")))
    folder = next(reversed(tree))
    number = 1 + max(node.copy for node in tree.values())
    for origin in archive.packed:
        if origin in spec.tree:
            source = spec.tree[origin]
            tree[f"{origin}#{number}"] = replace(source, parent=folder, copy=number)
    return tree


def _emptied(state: ExplorerState) -> ExplorerState:
    tree = emptied(state.tree)
    return replace(state, tree=tree, folder=state.folder if state.folder in tree else "")


def _with(tree: Tree, node: Node) -> dict[str, Node]:
    """The tree with something new; its key tells that no author put it there."""
    number = 1 + max((int(key[1:]) for key in tree if _MADE.fullmatch(key)), default=-1)
    key = f"+{number}"
    return {**tree, key: replace(node, origin=key)}


_CHANGES = {
    "rename": _rename,
    "move": _move,
    "copy": _copy,
    "delete": _delete,
    "restore": _restore,
    "new_folder": _new_folder,
    "zip": _zip,
    "unzip": _unzip,
}


def in_sight(state: ExplorerState) -> list[str]:
    """The keys of what the candidate sees, in order: folders first, then by the order chosen."""
    tree = state.tree
    if state.in_trash:
        keys = [key for key, node in tree.items() if node.trashed]
    elif state.search:
        wanted = fold(state.search)
        below = inside(tree, state.folder) if state.folder else iter(tree)
        keys = [
            k for k in below if k != state.folder and not is_gone(tree, k) and wanted in fold(tree[k].name)
        ]
    else:
        keys = children(tree, state.folder)
    return sorted(keys, key=lambda key: (not tree[key].folder, *_rank(tree[key], state.by)))


def _rank(node: Node, by: str) -> tuple[object, ...]:
    name = node.name.casefold()
    match by:
        case "size":
            return (-node.size, name)
        case "date":  # newest first
            day, month, year = (int(part) for part in (node.modified or "01/01/1900").split("/"))
            return (-year, -month, -day, name)
        case "kind":
            return (node.name.rpartition(".")[2].casefold(), name)
    return (name,)
