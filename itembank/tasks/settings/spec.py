"""The settings task as its author writes it (docs/tools/settings.md): pages of controls, and goals on their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar, TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record

Value: TypeAlias = bool | int | str
"""What a control holds: a switch a boolean, a number a whole number, a choice or a text a text."""

LONGEST_TEXT = 200
MOST_PAGES, MOST_CONTROLS = 8, 12


class Kind(StrEnum):
    """What a control is."""

    SWITCH = "switch"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"
    BUTTON = "button"
    NOTE = "note"
    """Something to read."""


@dataclass(frozen=True, slots=True)
class Control:
    """One line of a page. `value` is what it holds at the start (buttons and notes hold nothing: "").

    A control with `needs` can be used only while every control named there holds the value given. A button says `says`
    when pressed and then `sets` other controls; with `confirm` it asks first. A number goes from `low` to `high` by `step`.
    """

    id: str
    kind: Kind
    label: str
    value: Value
    options: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    step: int = 1
    unit: str = ""
    says: str = ""
    confirm: str = ""
    sets: Mapping[str, Value] = field(default_factory=dict)
    needs: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the panel."""

    id: str
    title: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """Controls hold these values at the end; texts are compared without minding case, accents or outer spaces."""

    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed (and confirmed), at least once and not undone, while the controls of `values` held these
    values: what is set afterwards comes too late."""

    button: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Untouched:
    """These controls hold what they held at the start. True of the untouched panel."""

    controls: tuple[str, ...]


Condition: TypeAlias = Holds | Pressed | Untouched


@dataclass(frozen=True, slots=True)
class SettingsGoal:
    """One point: every condition of `when` holds."""

    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class SettingsSpec:
    """The author's panel."""

    TOOL: ClassVar[str] = "settings"

    title: str
    pages: tuple[Page, ...]
    goals: tuple[SettingsGoal, ...]

    @property
    def controls(self) -> dict[str, Control]:
        """Every control by its id, in the order of the pages."""
        return {control.id: control for page in self.pages for control in page.controls}

    @classmethod
    def from_record(cls, record: Mapping[str, object], *, field: str = "body") -> SettingsSpec:
        """The spec of a decoded `body` (docs/tools/settings.md); `field` is its dotted path in the item.

        Raises `itembank.errors.ItemInvalid` naming the dotted field: the codes of `records`, and
        `task.unknown_condition` (`allowed`), `task.control_value` (`control`), `task.control_unknown` (`control`).
        """
        body = Record(record, field)
        body.only("title", "pages", "goals")
        pages: list[Page] = []
        seen: set[str] = set()
        for place, raw in body.sized("pages", 1, MOST_PAGES):
            inside = Record(raw, place)
            inside.only("id", "title", "controls")
            controls = []
            for where, one in inside.sized("controls", 1, MOST_CONTROLS):
                control = _control(Record(one, where))
                if control.id in seen:
                    raise ItemInvalid("item.duplicate", f"{where}.id", value=control.id)
                seen.add(control.id)
                controls.append(control)
            page = Page(inside.text("id"), inside.text("title"), tuple(controls))
            if any(page.id == other.id for other in pages):
                raise ItemInvalid("item.duplicate", inside.at("id"), value=page.id)
            pages.append(page)
        found = cls(body.text("title"), tuple(pages), ())
        known = found.controls
        for control in known.values():
            for mapping in (control.needs, control.sets):
                _check_values(mapping, known, body.at("pages"))
        goals = tuple(_goal(goal, known) for goal in body.records("goals", required=True))
        return cls(found.title, found.pages, goals)

    def texts(self) -> list[str]:
        """Titles, labels, options and notes."""
        found = [self.title]
        for page in self.pages:
            found.append(page.title)
            for control in page.controls:
                found += [control.label, *control.options]
        return found


def _control(record: Record) -> Control:
    record.only(
        "id",
        "kind",
        "label",
        "value",
        "options",
        "min",
        "max",
        "step",
        "unit",
        "says",
        "confirm",
        "sets",
        "needs",
    )
    kind = Kind(record.one_of("kind", tuple(Kind)))
    options = record.sized_texts("options", 2, 12) if kind is Kind.CHOICE else ()
    low = record.integer("min", -100_000, 100_000) if kind is Kind.NUMBER else 0
    high = record.integer("max", low, 100_000) if kind is Kind.NUMBER else 0
    step = record.integer("step", 1, 100_000) if "step" in record else 1
    control = Control(
        id=record.text("id"),
        kind=kind,
        label=record.text("label"),
        value="",
        options=options,
        low=low,
        high=high,
        step=step,
        unit=record.text("unit", default="", empty=True),
        says=record.text("says", default="", empty=True),
        confirm=record.text("confirm", default="", empty=True),
        sets=_values(record, "sets"),
        needs=_values(record, "needs"),
    )
    if kind in (Kind.BUTTON, Kind.NOTE):
        return control
    value = record.get("value") if kind is not Kind.TEXT or "value" in record else ""
    if not fits(control, value):
        raise ItemInvalid("task.control_value", record.at("value"), control=control.id)
    return _with_value(control, value)


def _with_value(control: Control, value: object) -> Control:
    assert isinstance(value, bool | int | str)  # noqa: S101 - `fits` said so
    return replace(control, value=value)


def fits(control: Control, value: object) -> bool:
    """Whether a control can hold `value`."""
    match control.kind:
        case Kind.SWITCH:
            return isinstance(value, bool)
        case Kind.CHOICE:
            return value in control.options
        case Kind.NUMBER:
            return (
                isinstance(value, int)
                and not isinstance(value, bool)
                and control.low <= value <= control.high
            )
        case Kind.TEXT:
            return isinstance(value, str) and len(value) <= LONGEST_TEXT
    return False


def _values(record: Record, key: str) -> Mapping[str, Value]:
    if key not in record:
        return {}
    found: dict[str, Value] = {}
    for name, value in record.record(key).items():
        if not isinstance(value, bool | int | str):
            raise ItemInvalid("item.text_expected", f"{record.at(key)}.{name}")
        found[str(name)] = value
    return found


def _check_values(values: Mapping[str, Value], known: Mapping[str, Control], field: str) -> None:
    for name, value in values.items():
        if name not in known:
            raise ItemInvalid("task.control_unknown", field, control=name)
        if not fits(known[name], value):
            raise ItemInvalid("task.control_value", field, control=name)


def _goal(record: Record, known: Mapping[str, Control]) -> SettingsGoal:
    record.only("name", "when")
    return SettingsGoal(
        record.text("name"),
        tuple(_condition(one, known) for one in record.records("when", required=True)),
    )


def _condition(record: Record, known: Mapping[str, Control]) -> Condition:
    match [key for key, _ in record.items()]:
        case ["is"]:
            values = _values(record, "is")
            _check_values(values, known, record.at("is"))
            if values:
                return Holds(values)
        case ["pressed"]:
            return _pressed(record, known)
        case ["untouched"]:
            return Untouched(record.texts("untouched", required=True, among=list(known)))
    raise ItemInvalid("task.unknown_condition", record.field, allowed="is, pressed, untouched")


def _pressed(record: Record, known: Mapping[str, Control]) -> Pressed:
    """`pressed: ID`, or `pressed: {button: ID, with: {control: value}}`."""
    buttons = [c.id for c in known.values() if c.kind is Kind.BUTTON]
    if not isinstance(record.get("pressed"), Mapping):
        return Pressed(record.choice("pressed", buttons))
    inside = record.record("pressed")
    inside.only("button", "with")
    values = _values(inside, "with")
    _check_values(values, known, inside.at("with"))
    if not values:
        raise ItemInvalid("item.mapping_expected", inside.at("with"))
    return Pressed(inside.choice("button", buttons), values)
