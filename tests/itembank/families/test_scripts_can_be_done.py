"""What authors' scripts say is what a person can do: each action of each solution and route is offered by the tool then.

A script that passes proves that its points are within reach of the keyboard, not of the scoring alone. The walk may turn
pages and confirm what a button asks: neither changes the work. The points are those of the actions so made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from itembank.authoring import Authored, clone
from itembank.families.solutions import found_solution, points_of, routes_of
from itembank.tasks import tool_named
from itembank.tasks.formula.addresses import Area, area_named, column_letters, column_number
from itembank.tasks.mailbox import MailboxSpec, MailboxState, folders_now
from itembank.tasks.mailbox.addresses import is_address
from itembank.tasks.spreadsheet import SheetState, SpreadsheetSpec, sheet_of
from itembank.tasks.spreadsheet.filtering import values_in
from itembank.tasks.spreadsheet.state import filled_block
from kiosk.candidate.mail_words import sender_hidden
from kiosk.candidate.panels import panel_of
from kiosk.candidate.panels.view import Ask, AskKind, Doing, View
from tests.candidate.panel_hands import details

Action = Mapping[str, Any]

TURNS = {"open_page", "go", "open", "show", "trash", "week"}
"""What only brings another place in sight."""
DEEPEST = 3
"""How many turns may be missing before an action of a script: panels' pages are nested no deeper."""

DRAFT_ONLY = {"set_field", "attach", "detach", "send", "discard"}


def blocked(authored: Authored) -> list[str]:
    """What cannot be done as scripted, or gives other points when it is done by hand."""
    item = authored.item
    scripts = [(route.name, route.points, route.actions) for route in routes_of(authored.record, item)]
    if not any(name == "solution" for name, _, _ in scripts) and (found := found_solution(item)) is not None:
        scripts.append(("solution", item.max_score, found))
    faults = []
    for name, points, actions in scripts:
        made, stop = by_hand(item.body, actions)
        if stop is not None:
            faults.append(f"{item.id} | {name} | {dict(stop)}")
        elif points_of(item, made) != points:
            faults.append(f"{item.id} | {name} | {points_of(item, made)} points by hand, {points} scripted")
    return faults


def by_hand(spec: Any, actions: Sequence[Action]) -> tuple[list[Action], Action | None]:
    """What a person does to carry `actions` out, and the first of them that nothing offers, if any."""
    tool = tool_named(spec.TOOL)
    offers: Callable[[Any, Any, Action], bool] = OWN_SCREENS.get(spec.TOOL, _offered_by_view)
    made: list[Action] = []
    for action in actions:
        if action == {"do": "undo"}:
            made.append(action)
            continue
        if action["do"] == "press":
            action = {**action, "confirmed": True}
        for way in _ways(spec, tool, made):
            if offers(spec, tool.state_after(spec, way), action):
                made = [*way, action]
                break
        else:
            return made, action
    return made, None


def _ways(spec: Any, tool: Any, made: list[Action]) -> Iterator[list[Action]]:
    """What was done so far, then with one more turn of a page, then with two…"""
    ways = [made]
    for _ in range(DEEPEST + 1):
        yield from ways
        if spec.TOOL in OWN_SCREENS:
            return
        ways = [
            [*way, dict(doing.action)]
            for way in ways
            for doing in _doings(panel_of(spec.TOOL)(spec, tool.state_after(spec, way)))
            if not doing.asks and doing.action["do"] in TURNS
        ][:40]


# --- tools shown as a view ----------------------------------------------------------------------------------------


def _doings(view: View) -> Iterator[Doing]:
    for line in view.lines:
        yield from line.doings
    yield from view.doings
    yield from (tab.doing for tab in view.tabs)


def _offered_by_view(spec: Any, state: Any, action: Action) -> bool:
    return any(
        details(doing, action) is not None and all(_can_be_given(ask, action[ask.key]) for ask in doing.asks)
        for doing in _doings(panel_of(spec.TOOL)(spec, state))
    )


def _can_be_given(ask: Ask, value: Any) -> bool:
    """Whether that detail can be typed or picked; `details` looked whether it is among the options."""
    match ask.kind:
        case AskKind.NUMBER:
            return ask.number(str(value)) == value
        case AskKind.TEXT:
            return (
                "\n" not in value and (ask.free or value.strip() != "") and len(value) <= (ask.high or 10**6)
            )
        case AskKind.LINES:
            return (ask.free or value.strip() != "") and len(value) <= (ask.high or 10**6)
    return True


# --- tools with a screen of their own -----------------------------------------------------------------------------


def _sheet_offers(spec: SpreadsheetSpec, state: SheetState, action: Action) -> bool:
    """Whether the screen of the sheet makes that action: tables are found around the cursor, details picked in menus."""
    match action["do"]:
        case "set":
            return "\n" not in action["input"]
        case "sort":
            area = area_named(action["range"])
            return area is not None and area.left <= (column_number(action["by"]) or 0) <= area.right
        case "filter":
            table = _table(spec, state, action)
            if table is None or action["by"] not in _letters(table):
                return False
            there = values_in(sheet_of(spec, state), table, column_number(action["by"]) or 0)
            return set(action["keep"]) <= set(there)
        case "pivot":
            table = _table(spec, state, action)
            return (
                table is not None
                and {action["group"], action["of"]} <= set(_letters(table))
                and (action["group"] != action["of"] or table.left == table.right)
            )
        case "chart":
            return "labels" in action
        case "unfilter" | "unpivot" | "unchart" as do:
            return getattr(state, do.removeprefix("un")) is not None
    return action["do"] == "copy"


def _table(spec: SpreadsheetSpec, state: SheetState, action: Action) -> Area | None:
    """The table that the action names, if it is one that the screen finds when the cursor stands in it."""
    area = area_named(action["range"])
    if area is None or area.top == area.bottom:
        return None
    return area if any(filled_block(spec, state, cell) == area for cell in area.cells()) else None


def _letters(area: Area) -> list[str]:
    return [column_letters(number) for number in range(area.left, area.right + 1)]


def _mailbox_offers(spec: MailboxSpec, state: MailboxState, action: Action) -> bool:
    """Whether the mailbox offers that action: while a message is being written, nothing else is done."""
    do = action["do"]
    if (do in DRAFT_ONLY) != (state.draft is not None):
        return False
    if "message" in action and all(filed.id != action["message"] for filed in state.messages):
        return False
    match do:
        case "set_field" if action["field"] in ("to", "cc", "bcc"):
            return all(is_address(address) for address in action["value"])
        case "set_field":
            return action["field"] == "body" or "\n" not in action["value"]
        case "attach":
            return action["file"] in spec.files
        case "move":
            now = next(filed.folder for filed in state.messages if filed.id == action["message"])
            return action["folder"] != now and action["folder"] in folders_now(spec, state)
        case "add_rule":
            return action["then"] == "read" or action["folder"] in set(folders_now(spec, state)) - {
                "inbox",
                "sent",
            }
        case "reveal_sender":
            return sender_hidden(state, next(m for m in spec.messages if m.id == action["message"]))
        case "search" | "create_folder":
            return do == "search" or action["name"].strip() != ""
    return True


OWN_SCREENS: dict[str, Callable[[Any, Any, Action], bool]] = {
    SpreadsheetSpec.TOOL: _sheet_offers,
    MailboxSpec.TOOL: _mailbox_offers,
}


# --- the shipped items --------------------------------------------------------------------------------------------


def test_what_scripts_say_can_be_done(content):
    """One item of each family, another one each day, and every item that is alone."""
    families: dict[str, list[Authored]] = {}
    for authored in content.authored:
        if authored.item.is_task:
            families.setdefault(authored.item.id.partition("#")[0], []).append(authored)
    assert len(families) > 100
    today = datetime.now(UTC).toordinal()
    faults = [fault for clones in families.values() for fault in blocked(clones[today % len(clones)])]
    assert faults == []


@pytest.mark.slow
def test_what_scripts_say_can_be_done_with_other_clones(content):
    families = {a.family.id: a for a in content.authored if a.family is not None and a.item.is_task}
    faults = [
        fault
        for authored in families.values()
        for seed in (6, 101, 202)
        for fault in blocked(clone(authored.family, authored.item.topic, seed))
    ]
    assert faults == []


# --- the walk itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "action"),
    [
        ("3.1-page-n4-a#1", {"do": "insert", "after": "", "text": "Anaïs Vidal"}),
        ("3.1-page-n4-a#1", {"do": "write", "block": "titre", "text": " "}),
        ("3.1-modele-n6-b#1", {"do": "insert", "after": 2, "what": "say", "value": "Place réservée"}),
        ("1.3-representer-n4-b#1", {"do": "chart", "kind": "bar", "values": "B2:B6"}),
        ("1.3-trier-n3-b#1", {"do": "filter", "range": "A1:B8", "by": "B", "keep": ["x"]}),
        ("2.1-boite-n1-a#1", {"do": "send"}),
    ],
)
def test_what_no_tool_offers_is_found(content, item, action):
    body = next(a.item.body for a in content.authored if a.item.id == item)
    assert by_hand(body, [action]) == ([], action)


def test_a_page_is_turned_and_a_question_confirmed(content):
    """A script may leave out what a person does to get there, and no more."""
    turned = confirmed = 0
    for authored in content.authored:
        for route in (
            routes_of(authored.record, authored.item) if authored.item.interaction == "settings" else ()
        ):
            made, stop = by_hand(authored.item.body, route.actions)
            assert stop is None
            turned += len(made) > len(route.actions)
            bare = [a for a in route.actions if a["do"] != "open_page"]
            again, stop = by_hand(authored.item.body, bare)
            assert stop is None
            assert points_of(authored.item, again) == route.points
            confirmed += {"do": "press", "confirmed": True} in [
                {k: a[k] for k in ("do", "confirmed") if k in a} for a in made
            ]
    assert turned + confirmed > 0
