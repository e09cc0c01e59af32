"""The settings task: what the candidate changes in the author's panel, and which goals then hold.

Actions (plain JSON): `{"do": "open_page", "page": ID}`, `{"do": "put", "control": ID, "value": V}` (a switch, a choice, a
number or a text), `{"do": "press", "control": ID, "confirmed": true}` (`confirmed` matters where the button asks first:
without it nothing happens).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action
from itembank.tasks.settings.spec import (
    LONGEST_TEXT,
    Condition,
    Control,
    Holds,
    Kind,
    Pressed,
    SettingsSpec,
    Untouched,
    Value,
    fits,
)
from itembank.tasks.words import fold

KEYS: dict[str, tuple[str, ...]] = {
    "open_page": ("page",),
    "put": ("control", "value"),
    "press": ("control", "confirmed"),
}
"""Every action, and what it may say beside its `do`."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed; `values` is what every control held at that moment, before the button `sets` any."""

    button: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class SettingsState:
    """The panel now: the page in sight, what each control holds, the presses so far, in order."""

    page: str
    values: Mapping[str, Value]
    pressed: tuple[Press, ...] = ()

    def times_pressed(self, button: str) -> int:
        """How often a button was pressed and confirmed."""
        return sum(press.button == button for press in self.pressed)


def initial_state(spec: SettingsSpec) -> SettingsState:
    """The author's panel, its first page in sight."""
    values = {c.id: c.value for c in spec.controls.values() if c.kind not in (Kind.BUTTON, Kind.NOTE)}
    return SettingsState(spec.pages[0].id, values)


def apply(spec: SettingsSpec, state: SettingsState, action: Action) -> SettingsState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.unknown_page`, `action.unknown_control`,
    `action.control_unavailable` (what it `needs` does not hold), `action.control_value`, `action.number_range` (`low`, `high`).
    """
    match reading.known_verb(action, KEYS):
        case "open_page":
            page = reading.text(action, "page", limit=100)
            if all(page != other.id for other in spec.pages):
                raise ResponseInvalid("action.unknown_page")
            return replace(state, page=page)
        case "put":
            return _put(state, _usable(spec, state, action), action.get("value"))
        case "press":
            return _press(state, _usable(spec, state, action), confirmed=reading.flag(action, "confirmed"))
        case other:
            raise ResponseInvalid("action.unknown", do=other)


def available(control: Control, state: SettingsState) -> bool:
    """Whether a control can be used now."""
    return all(state.values[name] == value for name, value in control.needs.items())


def goals_met(spec: SettingsSpec, state: SettingsState) -> tuple[bool, ...]:
    """Which goals hold, in the author's order."""
    start = initial_state(spec).values
    return tuple(all(_holds(condition, state, start) for condition in goal.when) for goal in spec.goals)


def _holds(condition: Condition, state: SettingsState, start: Mapping[str, Value]) -> bool:
    match condition:
        case Holds(values):
            return _hold(state.values, values)
        case Pressed(button, values):
            return any(press.button == button and _hold(press.values, values) for press in state.pressed)
        case Untouched(controls):
            return all(state.values.get(name) == start.get(name) for name in controls)


def _hold(found: Mapping[str, Value], wanted: Mapping[str, Value]) -> bool:
    return all(_same(found[name], value) for name, value in wanted.items())


def _same(found: Value, wanted: Value) -> bool:
    if isinstance(found, str) and isinstance(wanted, str):
        return " ".join(fold(found).split()) == " ".join(fold(wanted).split())
    return type(found) is type(wanted) and found == wanted


def _usable(spec: SettingsSpec, state: SettingsState, action: Action) -> Control:
    control = spec.controls.get(reading.text(action, "control", limit=100))
    if control is None or control.kind is Kind.NOTE:
        raise ResponseInvalid("action.unknown_control")
    if not available(control, state):
        raise ResponseInvalid("action.control_unavailable")
    return control


def _put(state: SettingsState, control: Control, value: object) -> SettingsState:
    if control.kind is Kind.BUTTON:
        raise ResponseInvalid("action.unknown_control")
    if control.kind is Kind.TEXT:
        value = reading.text({"value": value}, "value", limit=LONGEST_TEXT).strip()
    if not fits(control, value):
        if control.kind is Kind.NUMBER and isinstance(value, int) and not isinstance(value, bool):
            raise ResponseInvalid("action.number_range", low=control.low, high=control.high)
        raise ResponseInvalid("action.control_value")
    assert isinstance(value, bool | int | str)  # noqa: S101 - `fits` said so
    return replace(state, values={**state.values, control.id: value})


def _press(state: SettingsState, control: Control, *, confirmed: bool) -> SettingsState:
    if control.kind is not Kind.BUTTON:
        raise ResponseInvalid("action.unknown_control")
    if control.confirm and not confirmed:
        return state
    press = Press(control.id, state.values)
    return replace(state, values={**state.values, **control.sets}, pressed=(*state.pressed, press))
