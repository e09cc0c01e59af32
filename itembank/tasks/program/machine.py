"""The program task: what the candidate writes and tries, and which goals then hold.

Actions (plain JSON), `line` and `after` being numbers of lines from 1 (`after` 0 is the start):

- `{"do": "insert", "after": N, "what": W, …}` and `{"do": "change", "line": N, "what": W, …}`, with the details that W has: `times` (repeat),
  `test` (if and while of the robot), `left`, `compare`, `right` (if and while on values), `variable`, `value` (set, add, multiply), `value` (say); an insert may say how deep (`depth`, from 0);
- `{"do": "delete", "line": N}`, `{"do": "move", "line": N, "by": 1|-1}`, `{"do": "indent", "line": N, "by": 1|-1}`;
- `{"do": "go", "place": "program"|"try"}`, `{"do": "case", "case": ID}`, `{"do": "step"}`, `{"do": "finish"}`, `{"do": "restart"}`;
- `{"do": "predict", "answer": T}`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action
from itembank.tasks.program.lines import (
    BLANK,
    COMPARISONS,
    LONGEST_OPERAND,
    MOST_LINES,
    SENSORS,
    Instruction,
    Program,
    deleted,
    exchanged,
    indented,
    inserted,
    moved,
)
from itembank.tasks.program.running import Trace, as_wanted, run
from itembank.tasks.program.spec import (
    AtMost,
    Avoids,
    Case,
    Condition,
    Passes,
    Predicted,
    ProgramSpec,
    Tried,
    Uses,
)
from itembank.tasks.words import fold

_DETAILS = ("what", "times", "test", "left", "compare", "right", "variable", "value")
KEYS: dict[str, tuple[str, ...]] = {
    "insert": ("after", "depth", *_DETAILS),
    "change": ("line", *_DETAILS),
    "delete": ("line",),
    "move": ("line", "by"),
    "indent": ("line", "by"),
    "go": ("place",),
    "case": ("case",),
    "step": (),
    "finish": (),
    "restart": (),
    "predict": ("answer",),
}
"""Every action, and what it may say beside its `do`."""


@dataclass(frozen=True, slots=True)
class ProgramState:
    """The program now, the place in sight, the case being tried and how many steps of it were done.

    `tried` says that the program as it is was run to its end; `answer` is what the candidate predicts.
    """

    program: Program
    case: str
    place: str = "program"
    steps: int = 0
    tried: bool = False
    answer: str = ""


def initial_state(spec: ProgramSpec) -> ProgramState:
    """The author's program, not yet tried."""
    return ProgramState(spec.program, spec.open_cases[0].id)


def case_in_sight(spec: ProgramSpec, state: ProgramState) -> Case:
    """The case being tried."""
    return next(case for case in spec.cases if case.id == state.case)


def trace_of(spec: ProgramSpec, state: ProgramState) -> Trace:
    """What the program does in the case being tried, from its start to its end."""
    return run(spec, state.program, case_in_sight(spec, state))


def apply(spec: ProgramSpec, state: ProgramState, action: Action) -> ProgramState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.unknown_page`, `action.not_editable`,
    `action.locked_line`, `action.unknown_line`, `action.unknown_instruction`, `action.too_many_lines` (`limit`),
    `action.not_runnable`, `action.unknown_case`, `action.empty_program`, `action.run_over`, `action.no_question`, `action.control_value`.
    """
    verb = reading.known_verb(action, KEYS)
    if verb in _EDITS:
        if not spec.editable:
            raise ResponseInvalid("action.not_editable")
        program = _EDITS[verb](spec, state, action)
        if len(program) > MOST_LINES:
            raise ResponseInvalid("action.too_many_lines", limit=MOST_LINES)
        return replace(state, program=program, steps=0, tried=False)
    match verb:
        case "go":
            place = reading.text(action, "place", limit=20)
            if place not in ("program", "try") or (place == "try" and not spec.runnable):
                raise ResponseInvalid("action.unknown_page")
            return replace(state, place=place)
        case "case" | "step" | "finish" | "restart":
            return _tried(spec, state, action, verb)
        case "predict":
            if not spec.question:
                raise ResponseInvalid("action.no_question")
            return replace(state, answer=reading.text(action, "answer", limit=LONGEST_OPERAND).strip())
    raise ResponseInvalid("action.unknown", do=verb)


def _tried(spec: ProgramSpec, state: ProgramState, action: Action, verb: str) -> ProgramState:
    if not spec.runnable:
        raise ResponseInvalid("action.not_runnable")
    if verb == "case":
        wanted = reading.text(action, "case", limit=100)
        if all(wanted != case.id for case in spec.open_cases):
            raise ResponseInvalid("action.unknown_case")
        return replace(state, case=wanted, steps=0)
    if verb == "restart":
        return replace(state, steps=0)
    if not state.program:
        raise ResponseInvalid("action.empty_program")
    last = steps_of(trace_of(spec, state))
    if state.steps >= last:
        raise ResponseInvalid("action.run_over")
    steps = state.steps + 1 if verb == "step" else last
    return replace(state, steps=steps, tried=state.tried or steps == last)


def steps_of(trace: Trace) -> int:
    """How many steps one can do: those that were done, and the one that stopped in a fault."""
    return len(trace.moments) - 1 + bool(trace.fault)


# --- editing ------------------------------------------------------------------------------------------------------


def _number(state: ProgramState, action: Action, key: str, low: int) -> int:
    number = reading.index(action, key)
    if not low <= number <= len(state.program):
        raise ResponseInvalid("action.unknown_line")
    return number


def _own_line(state: ProgramState, action: Action) -> int:
    """The number (from 0) of a line that may be touched."""
    at = _number(state, action, "line", 1) - 1
    if state.program[at].locked:
        raise ResponseInvalid("action.locked_line")
    return at


def _instruction(spec: ProgramSpec, action: Action, *, allowed: tuple[str, ...]) -> Instruction:
    what = reading.text(action, "what", limit=20)
    if what not in allowed:
        raise ResponseInvalid("action.unknown_instruction")
    match what:
        case "repeat":
            return Instruction(what, (_operand(action, "times"),))
        case "while" | "if" if spec.world == "robot":
            return Instruction(what, (_among(action, "test", SENSORS),))
        case "while" | "if":
            compare = _among(action, "compare", COMPARISONS)
            return Instruction(what, (_operand(action, "left"), compare, _operand(action, "right")))
        case "set" | "add" | "multiply":
            return Instruction(what, (_among(action, "variable", spec.variables), _operand(action, "value")))
        case "say":
            return Instruction(what, (_operand(action, "value"),))
    return Instruction(what)


def _operand(action: Action, key: str) -> str:
    text = " ".join(reading.text(action, key, limit=LONGEST_OPERAND).split())
    if not text:
        raise ResponseInvalid("action.missing", key=key)
    return text


def _among(action: Action, key: str, allowed: tuple[str, ...]) -> str:
    value = reading.text(action, key, limit=LONGEST_OPERAND)
    if value not in allowed:
        raise ResponseInvalid("action.control_value", low=0, high=0)
    return value


def _insert(spec: ProgramSpec, state: ProgramState, action: Action) -> Program:
    after = _number(state, action, "after", 0)
    new = _instruction(spec, action, allowed=(*spec.palette, BLANK))
    depth = reading.index(action, "depth") if "depth" in action else None
    return inserted(state.program, after, new, depth)


def _change(spec: ProgramSpec, state: ProgramState, action: Action) -> Program:
    at = _own_line(state, action)
    new = _instruction(spec, action, allowed=(*spec.palette, state.program[at].what))
    return exchanged(state.program, at, new)


def _delete(_: ProgramSpec, state: ProgramState, action: Action) -> Program:
    return deleted(state.program, _own_line(state, action))


def _by(action: Action) -> int:
    by = action.get("by")
    if isinstance(by, bool) or by not in (1, -1):
        raise ResponseInvalid("action.control_value", low=-1, high=1)
    return 1 if by == 1 else -1


def _move(_: ProgramSpec, state: ProgramState, action: Action) -> Program:
    return moved(state.program, _own_line(state, action), _by(action))


def _indent(_: ProgramSpec, state: ProgramState, action: Action) -> Program:
    return indented(state.program, _own_line(state, action), _by(action))


_EDITS: dict[str, Callable[[ProgramSpec, ProgramState, Action], Program]] = {
    "insert": _insert,
    "change": _change,
    "delete": _delete,
    "move": _move,
    "indent": _indent,
}


# --- goals --------------------------------------------------------------------------------------------------------


def goals_met(spec: ProgramSpec, state: ProgramState) -> tuple[bool, ...]:
    """Which goals hold, in the author's order."""
    passed = {case.id for case in spec.cases if as_wanted(case, run(spec, state.program, case))}
    return tuple(all(_holds(one, state, passed) for one in goal.when) for goal in spec.goals)


def _holds(condition: Condition, state: ProgramState, passed: set[str]) -> bool:
    written = {line.what for line in state.program}
    match condition:
        case Passes(cases):
            return passed.issuperset(cases)
        case AtMost(lines):
            return 0 < len(state.program) <= lines
        case Uses(instructions):
            return written.issuperset(instructions)
        case Avoids(instructions):
            return written.isdisjoint(instructions)
        case Tried():
            return state.tried
        case Predicted(answers):
            return _plain(state.answer) in {_plain(answer) for answer in answers}


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
