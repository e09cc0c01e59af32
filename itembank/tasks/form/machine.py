"""The form task: filling in, going on when the step holds, sending; and which goals then hold.

Actions (plain JSON): `{"do": "fill", "field": ID, "value": V}` (a text, a tick, a list of options), `{"do": "next"}` (checks the
step: it goes on, or shows what is wrong), `{"do": "back"}`, `{"do": "submit"}` (from the summary, after the last step). What is
sent is sent: it cannot be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action
from itembank.tasks.form.checks import problem, same
from itembank.tasks.form.spec import (
    LONGEST_TEXT,
    Blank,
    Condition,
    FormField,
    FormSpec,
    Holds,
    Kind,
    Mentions,
    Submitted,
    Value,
    blank_of,
)
from itembank.tasks.words import mentions

IRREVOCABLE = frozenset({"submit"})

KEYS: dict[str, tuple[str, ...]] = {
    "fill": ("field", "value"),
    "next": (),
    "back": (),
    "submit": (),
}
"""Every action, and what it may say beside its `do`."""


@dataclass(frozen=True, slots=True)
class FormState:
    """The form now: the step in sight (the number of steps is the summary), what each field holds, what is wrong in sight."""

    step: int
    values: Mapping[str, Value]
    problems: Mapping[str, str] = field(default_factory=dict)
    submitted: bool = False


def initial_state(spec: FormSpec) -> FormState:
    """The author's form, its first step in sight."""
    return FormState(0, {one.id: one.value for one in spec.fields.values()})


def apply(spec: FormSpec, state: FormState, action: Action) -> FormState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.form_sent`, `action.unknown_field`,
    `action.control_value`, `action.unknown_file`, `action.no_step`.
    """
    verb = reading.known_verb(action, KEYS)
    if state.submitted:
        raise ResponseInvalid("action.form_sent")
    match verb:
        case "fill":
            return _fill(spec, state, action)
        case "next" if state.step < len(spec.steps):
            return _next(spec, state)
        case "back" if state.step > 0:
            return replace(state, step=state.step - 1, problems={})
        case "submit" if state.step == len(spec.steps):
            return replace(state, submitted=True)
        case "next" | "back" | "submit":
            raise ResponseInvalid("action.no_step")
    raise ResponseInvalid("action.unknown", do=verb)


def goals_met(spec: FormSpec, state: FormState) -> tuple[bool, ...]:
    """Which goals hold, in the author's order."""
    return tuple(all(_holds(spec, one, state) for one in goal.when) for goal in spec.goals)


def _holds(spec: FormSpec, condition: Condition, state: FormState) -> bool:
    match condition:
        case Holds(values):
            return all(same(spec.fields[name], state.values[name], value) for name, value in values.items())
        case Mentions(words):
            return all(
                mentions(str(state.values[name]), w) for name, several in words.items() for w in several
            )
        case Blank(names):
            return all(state.values[name] == blank_of(spec.fields[name].kind) for name in names)
        case Submitted():
            return state.submitted


def _fill(spec: FormSpec, state: FormState, action: Action) -> FormState:
    found = spec.fields.get(reading.text(action, "field", limit=100))
    if found is None or state.step == len(spec.steps) or found not in spec.steps[state.step].fields:
        raise ResponseInvalid("action.unknown_field")
    problems = {name: code for name, code in state.problems.items() if name != found.id}
    return replace(state, values={**state.values, found.id: _value(spec, found, action)}, problems=problems)


def _value(spec: FormSpec, found: FormField, action: Action) -> Value:
    raw = action.get("value")
    match found.kind:
        case Kind.TICK:
            return reading.flag(action, "value")
        case Kind.SEVERAL:
            if not isinstance(raw, list | tuple) or not all(one in found.options for one in raw):
                raise ResponseInvalid("action.control_value", low=0, high=0)
            return tuple(option for option in found.options if option in raw)
    text = reading.text(action, "value", limit=LONGEST_TEXT).strip()
    if text and found.kind is Kind.CHOICE and text not in found.options:
        raise ResponseInvalid("action.control_value", low=0, high=0)
    if text and found.kind is Kind.FILE and all(text != file.name for file in spec.files):
        raise ResponseInvalid("action.unknown_file")
    return text


def _next(spec: FormSpec, state: FormState) -> FormState:
    files = {file.name: file for file in spec.files}
    problems = {
        one.id: code
        for one in spec.steps[state.step].fields
        if (code := problem(one, state.values[one.id], files))
    }
    if problems:
        return replace(state, problems=problems)
    return replace(state, step=state.step + 1, problems={})
