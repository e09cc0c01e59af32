"""What a program does, step by step, in one case. Pure and bounded: nothing is executed, an endless loop ends in a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from itembank.tasks.program.lines import BLANK, Instruction, Program, end_of_block
from itembank.tasks.program.spec import FACINGS, Case, Field, ProgramSpec, Value
from itembank.tasks.words import fold, typeable

MOST_STEPS, MOST_SAID, LONGEST_SAID, LARGEST = 400, 40, 120, 10**9
_NUMBER = re.compile(r"[-−]?\d{1,9}")
_HOLE = re.compile(r"\{(\w+)\}")
_TURNS = "^>v<"


@dataclass(frozen=True, slots=True)
class Moment:
    """The world after a step: the line that was just done (from 0; -1 at the start), and everything that can change.

    The robot stands at `at` (row, column from 0) and looks `facing`; `objects` still lie there, `carried` are with it.
    """

    line: int
    at: tuple[int, int] = (0, 0)
    facing: str = ">"
    objects: frozenset[tuple[int, int]] = frozenset()
    carried: int = 0
    values: tuple[tuple[str, Value], ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """Every moment of a run, the start first. `fault` is why it stopped short ("" when it ended), at the line `fault_line`.

    The faults: wall, no_object, empty_hands, blank, lone_else, not_number, not_set, too_large, too_many_steps,
    too_much_said.
    """

    moments: tuple[Moment, ...]
    fault: str = ""
    fault_line: int = -1

    @property
    def end(self) -> Moment:
        return self.moments[-1]


class _Stopped(Exception):
    """The candidate's program cannot go on."""

    def __init__(self, fault: str, line: int) -> None:
        super().__init__(fault)
        self.fault, self.line = fault, line


def run(spec: ProgramSpec, program: Program, case: Case) -> Trace:
    """What `program` does in `case`."""
    runner = _Runner(spec, program, case)
    moments = [runner.now]
    try:
        moments += runner.block(0, len(program))
    except _Stopped as stop:
        return Trace((*moments, *runner.pending), stop.fault, stop.line)
    return Trace(tuple(moments))


def as_wanted(case: Case, trace: Trace) -> bool:
    """Whether a run ended, and as the author wants it in that case."""
    if trace.fault:
        return False
    end, wanted = trace.end, case.wanted
    if case.field is not None and case.field.goal not in (None, end.at):
        return False
    if wanted.carried not in (None, end.carried):
        return False
    if wanted.said is not None and [_same(text) for text in end.said] != [
        _same(text) for text in wanted.said
    ]:
        return False
    values = dict(end.values)
    return all(name in values and values[name] == value for name, value in wanted.variables)


def _same(text: str) -> str:
    return " ".join(typeable(text).split())


@dataclass
class _Runner:
    """Goes through the lines; `now` is the world as it stands."""

    spec: ProgramSpec
    program: Program
    case: Case
    now: Moment = field(init=False)
    steps: int = 0
    pending: list[Moment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = _start(self.case)

    def block(self, first: int, end: int) -> list[Moment]:
        """The moments of running lines `first` to `end`. Raises _Stopped, the moments so far being in `pending`."""
        for moment in self._lines(first, end):
            self.pending.append(moment)
        found, self.pending = self.pending, []
        return found

    def _lines(self, first: int, end: int) -> Iterator[Moment]:
        at = first
        while at < end:
            line = self.program[at]
            after = _own_end(self.program, at)
            match line.what:
                case "repeat":
                    yield self._step(at)
                    for _ in range(min(max(0, self._number(line.arguments[0], at)), MOST_STEPS + 1)):
                        yield from self._lines(at + 1, after)
                        if after == at + 1:
                            yield self._step(at)  # a loop of nothing still takes its time
                case "each":
                    yield self._step(at)
                    for member in self.case.members:
                        self._put(self.spec.each, member)
                        yield self._step(at)
                        yield from self._lines(at + 1, after)
                case "while":
                    yield self._step(at)
                    while self._holds(line, at):
                        yield from self._lines(at + 1, after)
                        yield self._step(at)
                case "if":
                    yield self._step(at)
                    other = end_of_block(self.program, at)
                    if self._holds(line, at):
                        yield from self._lines(at + 1, after)
                    elif other > after:  # an « else » stands right after
                        yield from self._lines(after + 1, other)
                    after = other
                case "else":
                    raise _Stopped("lone_else", at)
                case _:
                    self._do(line, at)
                    yield self._step(at)
            at = after

    def _step(self, at: int) -> Moment:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _Stopped("too_many_steps", at)
        self.now = replace(self.now, line=at)
        return self.now

    # --- one instruction ---

    def _do(self, line: Instruction, at: int) -> None:
        now = self.now
        match line.what:
            case "forward":
                ahead = _ahead(now)
                if not _is_free(self.case.field, ahead):
                    raise _Stopped("wall", at)
                self.now = replace(now, at=ahead)
            case "left" | "right":
                turn = 1 if line.what == "right" else -1
                self.now = replace(now, facing=_TURNS[(_TURNS.index(now.facing) + turn) % 4])
            case "pick":
                if now.at not in now.objects:
                    raise _Stopped("no_object", at)
                self.now = replace(now, objects=now.objects - {now.at}, carried=now.carried + 1)
            case "drop":
                if not now.carried or now.at in now.objects:
                    raise _Stopped("empty_hands", at)
                self.now = replace(now, objects=now.objects | {now.at}, carried=now.carried - 1)
            case "say":
                self._say(str(self._value(line.arguments[0], at)), at)
            case "set":
                self._put(line.arguments[0], self._value(line.arguments[1], at))
            case "add" | "multiply":
                name, value = line.arguments
                before, by = self._number(name, at), self._number(value, at)
                after = before + by if line.what == "add" else before * by
                if abs(after) > LARGEST:
                    raise _Stopped("too_large", at)
                self._put(name, after)
            case _:
                raise _Stopped(BLANK, at)

    def _say(self, text: str, at: int) -> None:
        if len(self.now.said) >= MOST_SAID or len(text) > LONGEST_SAID:
            raise _Stopped("too_much_said", at)
        self.now = replace(self.now, said=(*self.now.said, text))

    def _put(self, name: str, value: Value) -> None:
        self.now = replace(self.now, values=tuple({**dict(self.now.values), name: value}.items()))

    # --- values and conditions ---

    def _value(self, typed: str, at: int) -> Value:
        """A number, a variable's value, or a text in which `{name}` is replaced by a value."""
        typed = typed.strip()
        if _NUMBER.fullmatch(typed):
            return int(typed.replace("−", "-"))
        if typed in self.spec.names:
            return self._of(typed, at)
        text = _HOLE.sub(
            lambda hole: str(self._of(hole[1], at)) if hole[1] in self.spec.names else hole[0], typed
        )
        if len(text) > LONGEST_SAID:
            raise _Stopped("too_much_said", at)
        return text

    def _of(self, name: str, at: int) -> Value:
        values = dict(self.now.values)
        if name not in values:
            raise _Stopped("not_set", at)
        return values[name]

    def _number(self, typed: str, at: int) -> int:
        value = self._value(typed, at)
        if not isinstance(value, int):
            raise _Stopped("not_number", at)
        return value

    def _holds(self, line: Instruction, at: int) -> bool:
        if len(line.arguments) == 1:
            return _senses(self.case.field, self.now, line.arguments[0])
        left, comparison, right = line.arguments
        one, other = self._value(left, at), self._value(right, at)
        texts = fold(str(one)), fold(str(other))
        match comparison:
            case "=":
                return texts[0] == texts[1]
            case "!=":
                return texts[0] != texts[1]
            case "contains":
                return texts[1] in texts[0]
            case "lacks":
                return texts[1] not in texts[0]
            case "starts":
                return texts[0].startswith(texts[1])
            case "ends":
                return texts[0].endswith(texts[1])
        if not isinstance(one, int) or not isinstance(other, int):
            raise _Stopped("not_number", at)
        match comparison:
            case "<":
                return one < other
            case "<=":
                return one <= other
            case ">":
                return one > other
        return one >= other


def _own_end(program: Program, at: int) -> int:
    """The end of a line's own block, an « else » not included."""
    end = at + 1
    while end < len(program) and program[end].depth > program[at].depth:
        end += 1
    return end


def _start(case: Case) -> Moment:
    if case.field is None:
        return Moment(-1, values=case.given)
    return Moment(-1, case.field.start, case.field.facing, case.field.objects)


def _ahead(now: Moment) -> tuple[int, int]:
    step = FACINGS[now.facing]
    return (now.at[0] + step[0], now.at[1] + step[1])


def _is_free(field: Field | None, place: tuple[int, int]) -> bool:
    if field is None:
        return False
    inside = 0 <= place[0] < field.rows and 0 <= place[1] < field.columns
    return inside and place not in field.walls


def _senses(field: Field | None, now: Moment, sensor: str) -> bool:
    match sensor:
        case "free":
            return _is_free(field, _ahead(now))
        case "blocked":
            return not _is_free(field, _ahead(now))
        case "object":
            return now.at in now.objects
        case "no_object":
            return now.at not in now.objects
    arrived = field is not None and now.at == field.goal
    return arrived if sensor == "arrived" else not arrived
