"""A file explorer: where one is in the bar, what lies there a line each; Enter opens."""

from __future__ import annotations

from itembank.tasks.explorer.machine import ORDERS, ExplorerState, in_sight
from itembank.tasks.explorer.spec import ExplorerSpec
from itembank.tasks.explorer.tree import Node, is_gone, path_of, used
from kiosk.candidate.panels.view import Ask, AskKind, Doing, Line, Option, View
from kiosk.locale import t


def view(spec: ExplorerSpec, state: ExplorerState) -> View:
    """The folder in sight, the results of a search, or the trash."""
    lines: list[Line] = []
    if state.in_trash or state.search:
        back = {"do": "open", "item": state.folder}
        lines.append(Line(t("tool_explorer.back"), (Doing(t("tool_explorer.back"), back),)))
    elif state.folder:
        up = {"do": "open", "item": state.tree[state.folder].parent}
        lines.append(Line(t("tool_explorer.up"), (Doing(t("tool_explorer.up"), up),)))
    lines += [_line(spec, state, key) for key in in_sight(state)]
    return View(
        title="",
        lines=tuple(lines),
        doings=_everywhere(state),
        bar=_bar(state),
        place=f"{state.in_trash} {state.search} {state.folder}",
        empty=t("tool_explorer.trash_empty" if state.in_trash else "tool_explorer.nothing"),
    )


def _bar(state: ExplorerState) -> str:
    if state.in_trash:
        return t("tool_explorer.in_trash")
    where = _where(state, state.folder)
    return t("tool_explorer.searched", words=state.search, where=where) if state.search else where


def _where(state: ExplorerState, key: str) -> str:
    """Where a folder is, as people read it: « Ordinateur > Documents > CV »."""
    names = [t("tool_explorer.computer"), *(path_of(state.tree, key).split("/") if key else [])]
    return " > ".join(names)


def _line(spec: ExplorerSpec, state: ExplorerState, key: str) -> Line:
    node = state.tree[key]
    name = _shown(state, node)
    if node.folder:
        text = t("tool_explorer.folder", name=name)
        if key in spec.capacity:
            left = max(0, spec.capacity[key] - used(state.tree, key))
            text = t("tool_explorer.drive", folder=text, left=_weight(left), all=_weight(spec.capacity[key]))
    else:
        text = t("tool_explorer.file", name=name, weight=_weight(node.size), modified=node.modified or "-")
    if state.search:
        text = t("tool_explorer.found_in", line=text, where=_where(state, node.parent))
    return Line(text, _doings(state, key, node), opens=not state.in_trash)


def _doings(state: ExplorerState, key: str, node: Node) -> tuple[Doing, ...]:
    if state.in_trash:
        words = t("tool_explorer.restore", name=node.name)
        return (Doing(words, {"do": "restore", "item": key}),)
    if node.folder:
        first = Doing(t("tool_explorer.open", name=node.name), {"do": "open", "item": key})
    else:
        first = Doing(
            t("tool_explorer.look", name=node.name),
            {"do": "look", "item": key},
            told=t("tool_explorer.shows", name=node.name, shows=node.shows)
            if node.shows
            else t("tool_explorer.blank"),
        )
    if not node.parent:
        return (first,)
    rename = Ask("name", t("tool_explorer.new_name"), value=node.name)
    found = [
        first,
        Doing(t("tool_explorer.rename", name=node.name), {"do": "rename", "item": key}, (rename,)),
        Doing(t("tool_explorer.move", name=node.name), {"do": "move", "item": key}, (_to(state, node),)),
        Doing(
            t("tool_explorer.copy", name=node.name),
            {"do": "copy", "item": key},
            (_to(state, node),),
            told=t("tool_explorer.copied", name=node.name),
        ),
        Doing(
            t("tool_explorer.delete", name=node.name),
            {"do": "delete", "item": key},
            told=t("tool_explorer.deleted", name=node.name),
        ),
    ]
    if node.packed:
        found.insert(1, Doing(t("tool_explorer.unzip", name=node.name), {"do": "unzip", "item": key}))
    return tuple(found)


def _to(state: ExplorerState, node: Node) -> Ask:
    """Which folder: all of them, by their whole way."""
    folders = [k for k, n in state.tree.items() if n.folder and not is_gone(state.tree, k)]
    options = tuple(Option(key, path_of(state.tree, key).replace("/", " > ")) for key in folders)
    return Ask("to", t("tool_explorer.where_to", name=node.name), AskKind.ONE, options, value=node.parent)


def _everywhere(state: ExplorerState) -> tuple[Doing, ...]:
    found: list[Doing] = []
    if state.folder and not state.in_trash:
        found.append(
            Doing(
                t("tool_explorer.new_folder"),
                {"do": "new_folder"},
                (Ask("name", t("tool_explorer.folder_name")),),
            )
        )
        here = [key for key in in_sight(state) if not state.search]
        if here:
            options = tuple(Option(key, state.tree[key].name) for key in here)
            asks = (
                Ask("items", t("tool_explorer.zip_what"), AskKind.SEVERAL, options),
                Ask("name", t("tool_explorer.zip_name")),
            )
            found.append(Doing(t("tool_explorer.zip"), {"do": "zip"}, asks))
    if state.in_trash and in_sight(state):
        sure = Ask(
            "confirmed",
            t("tool_explorer.empty_sure"),
            AskKind.ONE,
            (Option(False, t("tool_explorer.empty_no")), Option(True, t("tool_explorer.empty_yes"))),
        )
        found.append(Doing(t("tool_explorer.empty_trash"), {"do": "empty_trash"}, (sure,)))
    search = Ask("words", t("tool_explorer.search_words"), value=state.search, free=True)
    orders = tuple(Option(by, t(f"tool_explorer.by.{by}")) for by in ORDERS)
    shown = t("tool_explorer.hide_extensions" if state.extensions else "tool_explorer.show_extensions")
    found += [
        Doing(t("tool_explorer.search"), {"do": "search"}, (search,)),
        Doing(
            t("tool_explorer.sort"),
            {"do": "sort"},
            (Ask("by", t("tool_explorer.sort_by"), AskKind.ONE, orders, value=state.by),),
        ),
        Doing(shown, {"do": "extensions", "shown": not state.extensions}),
    ]
    if not state.in_trash:
        found.append(Doing(t("tool_explorer.trash"), {"do": "trash"}))
    return tuple(found)


def _shown(state: ExplorerState, node: Node) -> str:
    if node.folder or state.extensions:
        return node.name
    return node.name.rpartition(".")[0] or node.name


def _weight(size: int) -> str:
    for unit, factor in (("Go", 1_000_000), ("Mo", 1000)):
        if size >= factor:
            return t("tool_explorer.weight", weight=f"{size / factor:.3g}".replace(".", ","), unit=unit)
    return t("tool_explorer.weight", weight=size, unit="Ko")
