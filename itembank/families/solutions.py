"""What solves an item: the response an author scripted, or one that can be found from the goals themselves.

A task's `solution` is a list of actions that reaches every goal; its `routes` are other lists, each with the points
that it must reach, so that every partial credit an author promises is shown to be within reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.item import (
    ChoiceBody,
    HotspotBody,
    Item,
    MatchingBody,
    NumericBody,
    OrderingBody,
    ShortTextBody,
)
from itembank.records import Record
from itembank.scoring import Response
from itembank.tasks import goals_after
from itembank.tasks.actions import Action
from itembank.tasks.formula.addresses import Area, Cell, cell_named, column_letters
from itembank.tasks.mailbox.conditions import InFolder, SentLike
from itembank.tasks.mailbox.spec import MailboxSpec
from itembank.tasks.spreadsheet import initial_state, sheet_of
from itembank.tasks.spreadsheet.spec import ChartGoal, FilterGoal, SpreadsheetSpec
from itembank.tasks.spreadsheet.state import filled_block
from itembank.tasks.words import fold

_FORMULA = re.compile(r"=[^\s«»]*[^\s«».,;:]")


@dataclass(frozen=True, slots=True)
class Route:
    """A scripted list of actions and the points it must reach."""

    name: str
    points: int
    actions: tuple[Action, ...]


def key_response(item: Item) -> Response:
    """A response that earns every point, for interactions whose key can be written down.

    Raises ValueError for a task: its solutions are lists of actions.
    """
    body = item.body
    match body:
        case ChoiceBody():
            return sorted(body.keys)
        case ShortTextBody():
            return body.accept[0]
        case NumericBody():
            return f"{body.value:.10f}".rstrip("0").rstrip(".").replace(".", ",")
        case OrderingBody():
            return list(range(len(body.steps)))
        case MatchingBody():
            return list(range(len(body.lefts)))
        case HotspotBody():
            return sorted(body.key)
    raise ValueError(item.interaction)


def routes_of(record: Mapping[str, Any], item: Item) -> tuple[Route, ...]:
    """The scripted routes of a task's record, its `solution` first. Raises ItemInvalid naming the field."""
    found: list[Route] = []
    if "solution" in record:
        found.append(Route("solution", item.max_score, _actions(record["solution"], "solution")))
    for route in Record({"routes": record.get("routes", [])}, "").records("routes"):
        route.only("name", "points", "actions")
        actions = _actions(route.get("actions"), route.at("actions"))
        found.append(Route(route.text("name"), route.integer("points", 0, item.max_score), actions))
    return tuple(found)


def _actions(raw: object, where: str) -> tuple[Action, ...]:
    if not isinstance(raw, list) or not raw:
        raise ItemInvalid("item.list_expected", where)
    for index, action in enumerate(raw):
        if not isinstance(action, Mapping):
            raise ItemInvalid("item.mapping_expected", f"{where}.{index}")
    return tuple(raw)


def points_of(item: Item, actions: Sequence[Action]) -> int:
    """Points that `actions` reach. Raises ResponseInvalid at an impossible one."""
    return sum(goals_after(item.body, actions))  # type: ignore[arg-type]


def found_solution(item: Item) -> tuple[Action, ...] | None:
    """Actions that reach every goal of a task, found from its goals (and, for formulas, from the feedback); None when
    none is found, which does not mean that there is none."""
    match item.body:
        case MailboxSpec() as mailbox:
            actions = tuple(_mail(mailbox))
        case SpreadsheetSpec() as sheet:
            texts = f"{item.feedback.right}\n{item.feedback.wrong}"
            actions = tuple(_sheet(item, sheet, _FORMULA.findall(texts)))
        case _:
            return None
    try:
        return actions if points_of(item, actions) == item.max_score else None
    except ResponseInvalid:
        return None


# --- spreadsheet ------------------------------------------------------------------------------------------


def _sheet(item: Item, spec: SpreadsheetSpec, formulas: Sequence[str]) -> list[Action]:
    """Type what constant goals expect; for a formula, try those that the feedback teaches, copied over the goal's cells;
    then make the tables that goals ask for."""
    actions: list[Action] = []
    for goal in spec.goals:
        if not goal.formula and not goal.variants:
            actions += [
                {"do": "set", "cell": cell, "input": expected} for cell, expected in goal.expected.items()
            ]
    for number, goal in enumerate(spec.goals):
        if not (goal.formula or goal.variants):
            continue
        for tried in _formula_actions(goal.cells, formulas):
            if _reaches(item, [*actions, *tried], number):
                actions += tried
                break
    return [*actions, *_tables(spec)]


def _tables(spec: SpreadsheetSpec) -> Iterator[Action]:
    """A pivot table, a chart and a filter that are what the goals say; the filter last, for copies pass over what it hides."""
    for pivot in dict.fromkeys(goal.pivot for goal in spec.goals if goal.pivot):
        yield {
            "do": "pivot", "range": pivot.area.name, "group": pivot.group, "of": pivot.of, "how": pivot.how.value,
        }  # fmt: skip
    if charts := [goal.chart for goal in spec.goals if goal.chart]:
        yield from _chart(charts)
    for goal in spec.goals:
        if goal.filter:
            yield from _filters(spec, goal.filter)


def _chart(wanted: Sequence[ChartGoal]) -> Iterator[Action]:
    """One chart for all the goals on it: of a kind that suits them all, with the labels that one of them asks for."""
    kinds = [kind for kind in wanted[0].kinds if all(kind in goal.kinds for goal in wanted)]
    values = wanted[0].values
    beside = Area(values.left - 1, values.top, values.left - 1, values.bottom) if values.left > 1 else values
    labels = next((goal.labels for goal in wanted if goal.labels), beside)
    for kind in kinds[:1]:
        yield {"do": "chart", "kind": kind.value, "values": values.name, "labels": labels.name}


def _filters(spec: SpreadsheetSpec, wanted: FilterGoal) -> Iterator[Action]:
    """A filter a column, on the first table of the sheet that has these columns and rows; where only the rows to show are
    said, on the first column whose values tell them from the others."""
    start = initial_state(spec)
    sheet = sheet_of(spec, start)
    blocks = dict.fromkeys(
        filled_block(spec, start, cell) for name in start.inputs if (cell := cell_named(name))
    )
    for area in (block for block in blocks if block.height > 1):
        letters = {column_letters(number): number for number in range(area.left, area.right + 1)}
        rows = set(range(area.top + 1, area.bottom + 1))
        if not (set(wanted.kept or ()) <= set(letters) and set(wanted.rows or ()) <= rows):
            continue
        if wanted.kept is not None:
            for letter, values in wanted.kept.items():
                yield {"do": "filter", "range": area.name, "by": letter, "keep": list(values)}
            return
        for letter, number in letters.items():
            shown = {row: sheet.display(Cell(number, row).name) for row in sorted(rows)}
            keep = list(dict.fromkeys(shown[row] for row in wanted.rows or ()))
            if {row for row in rows if shown[row] in keep} == set(wanted.rows or ()):
                yield {"do": "filter", "range": area.name, "by": letter, "keep": keep}
                return


def _formula_actions(cells: Sequence[str], formulas: Sequence[str]) -> Iterator[list[Action]]:
    yield []
    for formula in formulas:
        first: Action = {"do": "set", "cell": cells[0], "input": formula}
        copies: list[Action] = [{"do": "copy", "from": cells[0], "to": cell} for cell in cells[1:]]
        yield [first, *copies]


def _reaches(item: Item, actions: Sequence[Action], goal: int) -> bool:
    try:
        return bool(goals_after(item.body, actions)[goal])  # type: ignore[arg-type]
    except ResponseInvalid:
        return False


# --- mailbox ----------------------------------------------------------------------------------------------


def _mail(spec: MailboxSpec) -> Iterator[Action]:
    conditions = [condition for goal in spec.goals for condition in goal.when]
    wanted: list[SentLike] = []
    for condition in conditions:
        if isinstance(condition, SentLike):
            _gather(wanted, condition)
    for message in wanted:
        yield from _sent(spec, message)
    for condition in conditions:
        if isinstance(condition, InFolder):
            yield {"do": "move", "message": condition.message, "folder": condition.folder}


def _gather(wanted: list[SentLike], condition: SentLike) -> None:
    """Let one message fulfil as many conditions as it can."""
    for index, other in enumerate(wanted):
        merged = _merged(other, condition)
        if merged is not None:
            wanted[index] = merged
            return
    wanted.append(condition)


def _merged(one: SentLike, other: SentLike) -> SentLike | None:
    """One condition that asks what both ask; None when no message can be like both."""
    asked: dict[str, Any] = {}
    for name in (field.name for field in fields(SentLike)):
        a, b = getattr(one, name), getattr(other, name)
        if name.endswith("_contains"):
            asked[name] = (*(a or ()), *(w for w in b or () if w not in (a or ())))
        elif a is not None and b is not None and a != b:
            return None
        else:
            asked[name] = b if a is None else a
    return SentLike(**asked)


def _sent(spec: MailboxSpec, wanted: SentLike) -> Iterator[Action]:
    start: Action = {"do": "compose"}
    attached: set[str] = set()
    subject = ""
    answered = wanted.reply_to or wanted.forward_of
    if answered is not None:
        start = {"do": "reply" if wanted.reply_to else "forward", "message": answered}
        message = next(m for m in spec.messages if m.id == answered)
        subject = message.subject
        attached = set(message.attachments) if wanted.forward_of else set()
    yield start
    recipients = wanted.to
    if recipients is None and wanted.reply_to is None and not (wanted.cc or wanted.bcc):
        recipients = frozenset({spec.contacts[0].address if spec.contacts else spec.me.address})
    for field, addresses in (("to", recipients), ("cc", wanted.cc), ("bcc", wanted.bcc)):
        if addresses is not None:
            yield {"do": "set_field", "field": field, "value": sorted(addresses)}
    if words := [w for w in wanted.subject_contains or () if fold(w) not in fold(subject)]:
        yield {"do": "set_field", "field": "subject", "value": " ".join([subject, *words]).strip()}
    first_forms = (forms[0] for forms in wanted.body_contains_any or ())
    if body := " ".join((*(wanted.body_contains or ()), *first_forms)):
        yield {"do": "set_field", "field": "body", "value": body}
    if wanted.attachments is not None:
        for file in sorted(attached - wanted.attachments):
            yield {"do": "detach", "file": file}
        for file in sorted(wanted.attachments - attached):
            yield {"do": "attach", "file": file}
    yield {"do": "send"}
