"""A program: a tab to write it, a line an instruction, « end » where a block ends; a tab to try it step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from itembank.tasks.program.lines import (
    BLANK,
    BLOCKS,
    COMPARISONS,
    LONGEST_OPERAND,
    SENSORS,
    Instruction,
    end_of_block,
)
from itembank.tasks.program.machine import ProgramState, case_in_sight, steps_of, trace_of
from itembank.tasks.program.running import Moment, Trace
from itembank.tasks.program.spec import FLOOR, GOAL, OBJECT, WALL, Case, Field, ProgramSpec
from kiosk.candidate.panels.view import Ask, AskKind, Doing, Line, Option, Tab, View
from kiosk.locale import t

ROBOT = {"^": "▲", ">": "▶", "v": "▼", "<": "◀"}
"""The robot in a drawn map, by where it looks."""


def view(spec: ProgramSpec, state: ProgramState) -> View:
    """The program, or its trial."""
    tabs: tuple[Tab, ...] = ()
    if spec.runnable:
        tabs = tuple(
            Tab(
                t(f"tool_program.place.{place}"),
                place == state.place,
                Doing(t(f"tool_program.place.{place}"), {"do": "go", "place": place}),
            )
            for place in ("program", "try")
        )
    lines = _program(spec, state) if state.place == "program" else _trial(spec, state)
    return View(title="", lines=tuple(lines), tabs=tabs, place=state.place)


# --- writing ------------------------------------------------------------------------------------------------------


def _program(spec: ProgramSpec, state: ProgramState) -> Iterable[Line]:
    if spec.question:
        yield _prediction(spec, state)
    ends: dict[int, list[int]] = {}
    for at, line in enumerate(state.program):
        if line.what in BLOCKS:
            ends.setdefault(_end_shown(state, at), []).insert(0, at)
    for at, line in enumerate(state.program):
        if line.what != "else":
            yield from (_end(spec, state, opened, at) for opened in ends.get(at, ()))
        else:  # what an « if » holds ends where its « else » stands
            yield from (
                _end(spec, state, o, at) for o in ends.get(at, ()) if state.program[o].depth > line.depth
            )
        text = t("tool_program.line", number=at + 1, words=said(spec, line))
        if line.locked:
            text += t("tool_program.locked")
        doings = tuple(_doings(spec, state, at)) if spec.editable else ()
        yield Line(text, doings, indent=3 * line.depth, role="alert" if line.what == BLANK else "ink")
    last = len(state.program)
    yield from (_end(spec, state, opened, last) for opened in ends.get(last, ()))
    if spec.editable:
        add = {"do": "insert", "after": last, "depth": 0}
        yield Line(t("tool_program.add"), tuple(_palette(spec, add)), role="quiet")
    field = case_in_sight(spec, state).field
    if field is not None:
        yield Line(t("tool_program.field"), role="quiet")
        yield from _map(field, Moment(-1, field.start, field.facing, field.objects))


def _end_shown(state: ProgramState, at: int) -> int:
    """Where the end of a block is said; an « if » with an « else » ends with it."""
    program = state.program
    end = at + 1
    while end < len(program) and program[end].depth > program[at].depth:
        end += 1
    other = end < len(program) and program[end].what == "else" and program[end].depth == program[at].depth
    return -1 if program[at].what == "if" and other else end


def _end(spec: ProgramSpec, state: ProgramState, opened: int, at: int) -> Line:
    line = state.program[opened]
    text = t("tool_program.end", number=opened + 1)
    blank = {"do": "insert", "after": at, "what": BLANK}
    doings = (
        Doing(t("tool_program.blank_inside"), {**blank, "depth": line.depth + 1}),
        Doing(t("tool_program.blank_after"), {**blank, "depth": line.depth}),
    )
    return Line(text, doings if spec.editable else (), indent=3 * line.depth, role="quiet")


def said(spec: ProgramSpec, line: Instruction) -> str:
    """An instruction in words."""
    match line.what, line.arguments:
        case ("while" | "if", (sensor,)):
            return t(f"tool_program.{line.what}", test=t(f"tool_program.sensor.{sensor}"))
        case ("while" | "if", (left, compare, right)):
            test = t(
                "tool_program.test",
                left=left,
                compare=t(f"tool_program.compare.{_code(compare)}"),
                right=right,
            )
            return t(f"tool_program.{line.what}", test=test)
        case "repeat", (times,):
            return t("tool_program.repeat", times=times)
        case "say", (value,):
            return t("tool_program.say", says=_says(spec), value=value)
        case ("set" | "add" | "multiply", (variable, value)):
            key = "add_to" if line.what == "add" else line.what
            return t(f"tool_program.{key}", variable=variable, value=value)
        case "each", _:
            return t("tool_program.each", each=spec.each)
    return t(f"tool_program.move.{line.what}")


def _says(spec: ProgramSpec) -> str:
    return spec.says or t("tool_program.show")


def _code(compare: str) -> str:
    """The key of a comparison in the catalogue."""
    codes = {"=": "equal", "!=": "differs", "<": "less", "<=": "at_most", ">": "more", ">=": "at_least"}
    return codes.get(compare, compare)


def _doings(spec: ProgramSpec, state: ProgramState, at: int) -> Iterable[Doing]:
    line, number = state.program[at], at + 1
    it = {"line": number}
    if not line.locked:
        if line.what == BLANK:
            yield from _palette(spec, {"do": "change", **it})
        elif line.arguments:
            asks = tuple(_asks(spec, line.what, line.arguments))
            yield Doing(t("tool_program.change"), {"do": "change", **it, "what": line.what}, asks)
    if not at:
        yield Doing(t("tool_program.blank_above"), {"do": "insert", "after": 0, "what": BLANK})
    yield Doing(t("tool_program.blank_below"), {"do": "insert", "after": number, "what": BLANK})
    if line.locked:
        return
    yield Doing(t("tool_program.delete"), {"do": "delete", **it})
    if at:
        yield Doing(t("tool_program.up"), {"do": "move", **it, "by": -1})
    if end_of_block(state.program, at) < len(state.program):
        yield Doing(t("tool_program.down"), {"do": "move", **it, "by": 1})
    if at and state.program[at - 1].depth + (state.program[at - 1].what in BLOCKS) > line.depth:
        yield Doing(t("tool_program.in"), {"do": "indent", **it, "by": 1})
    if line.depth:
        yield Doing(t("tool_program.out"), {"do": "indent", **it, "by": -1})


def _palette(spec: ProgramSpec, action: dict[str, Any]) -> Iterable[Doing]:
    """Every instruction that can be written there."""
    for what in spec.palette:
        name = t(f"tool_program.palette.{what}", says=_says(spec), each=spec.each)
        asks = tuple(_asks(spec, what, ()))
        yield Doing(name, {**action, "what": what}, asks)


def _asks(spec: ProgramSpec, what: str, now: tuple[str, ...]) -> Iterable[Ask]:
    """The details of an instruction, from what they are now."""
    held = (*now, None, None, None)
    match what:
        case "repeat":
            yield _operand(spec, "times", t("tool_program.times"), held[0])
        case "while" | "if" if spec.world == "robot":
            options = tuple(Option(one, t(f"tool_program.sensor.{one}")) for one in SENSORS)
            yield Ask("test", t("tool_program.which_test"), AskKind.ONE, options, value=held[0])
        case "while" | "if":
            names = tuple(dict.fromkeys((*spec.names, *([held[0]] if held[0] else []))))
            yield Ask("left", t("tool_program.left"), AskKind.ONE, _options(names), value=held[0])
            compares = tuple(Option(one, t(f"tool_program.compare.{_code(one)}")) for one in COMPARISONS)
            yield Ask("compare", t("tool_program.which_compare"), AskKind.ONE, compares, value=held[1])
            yield _operand(spec, "right", t("tool_program.right"), held[2])
        case "set" | "add" | "multiply":
            yield Ask(
                "variable", t("tool_program.which"), AskKind.ONE, _options(spec.variables), value=held[0]
            )
            yield _operand(spec, "value", t("tool_program.value"), held[1])
        case "say":
            yield _operand(spec, "value", t("tool_program.say_what", says=_says(spec)), held[0])


def _options(values: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(value, value) for value in values)


def _operand(spec: ProgramSpec, key: str, words: str, now: str | None) -> Ask:
    names = spec.names
    hint = t("tool_program.hint", names=", ".join(names), example=f"{{{names[-1]}}}") if names else ""
    return Ask(key, words, value=now, high=LONGEST_OPERAND, hint=hint)


def _prediction(spec: ProgramSpec, state: ProgramState) -> Line:
    text = t("tool_program.answer", answer=state.answer or t("tool_program.no_answer"))
    ask = Ask("answer", spec.question, value=state.answer, high=LONGEST_OPERAND)
    return Line(text, (Doing(t("tool_program.predict"), {"do": "predict"}, (ask,)),), role="strong")


# --- trying -------------------------------------------------------------------------------------------------------


def _trial(spec: ProgramSpec, state: ProgramState) -> Iterable[Line]:
    case, trace = case_in_sight(spec, state), trace_of(spec, state)
    last = steps_of(trace)
    if not state.program:
        yield Line(t("tool_program.no_program"), role="alert")
    elif state.steps < last:
        yield Line(t("tool_program.step"), (Doing(t("tool_program.step"), {"do": "step"}),))
        yield Line(t("tool_program.finish"), (Doing(t("tool_program.finish"), {"do": "finish"}),))
    else:
        yield Line(_over(trace), role="alert" if trace.fault else "strong")
    if state.steps:
        yield Line(t("tool_program.restart"), (Doing(t("tool_program.restart"), {"do": "restart"}),))
    others = [other for other in spec.open_cases if other is not case]
    if others:
        doings = tuple(
            Doing(t("tool_program.try_case", title=other.title), {"do": "case", "case": other.id})
            for other in others
        )
        yield Line(t("tool_program.case", title=case.title), doings)
    moment = trace.moments[min(state.steps, len(trace.moments) - 1)]
    yield Line(_where(spec, state, trace, moment), role="quiet")
    yield from _field(case, moment) if case.field else _values(spec, case, moment)


def _over(trace: Trace) -> str:
    if not trace.fault:
        return t("tool_program.over")
    return t("tool_program.stopped", number=trace.fault_line + 1, why=t(f"tool_program.fault.{trace.fault}"))


def _where(spec: ProgramSpec, state: ProgramState, trace: Trace, moment: Moment) -> str:
    at = trace.fault_line if state.steps >= len(trace.moments) else moment.line
    if at < 0:
        return t("tool_program.at_start")
    words = said(spec, state.program[at])
    return t("tool_program.at_line", step=state.steps, number=at + 1, words=words)


def _field(case: Case, moment: Moment) -> Iterable[Line]:
    field = case.field
    assert field is not None  # noqa: S101 - the caller looked
    row, column = moment.at
    text = t(
        "tool_program.robot",
        row=row + 1,
        column=column + 1,
        facing=t(f"tool_program.facing.{_code_of(moment.facing)}"),
    )
    if moment.carried:
        text += t("tool_program.carried", n=moment.carried)
    if field.goal == moment.at:
        text += t("tool_program.arrived")
    yield Line(text)
    yield from _map(field, moment)


def _code_of(facing: str) -> str:
    return {"^": "up", ">": "right", "v": "down", "<": "left"}[facing]


def _map(field: Field, moment: Moment) -> Iterable[Line]:
    """The field as seen from above, what its signs mean, and the same in words."""
    for row in range(field.rows):
        signs = [_sign(field, moment, (row, column)) for column in range(field.columns)]
        yield Line(t("tool_program.row", number=row + 1, signs=" ".join(signs)), role="quiet")
    yield Line(
        t(
            "tool_program.legend",
            robot=ROBOT[moment.facing],
            wall=WALL,
            floor=FLOOR,
            object=OBJECT,
            goal=GOAL,
        ),
        role="quiet",
    )
    yield Line(_places(field, moment), role="quiet")


def _places(field: Field, moment: Moment) -> str:
    """The map in words, for those who hear it."""
    kinds: tuple[tuple[str, Iterable[tuple[int, int]]], ...] = (
        ("goals", [field.goal] if field.goal else []),
        ("objects", moment.objects),
        ("walls", field.walls),
    )
    found = []
    for name, squares in kinds:
        rows: dict[int, list[str]] = {}
        for row, column in sorted(squares):
            rows.setdefault(row, []).append(str(column + 1))
        if rows:
            places = [
                t("tool_program.squares", row=row + 1, columns=", ".join(columns))
                for row, columns in rows.items()
            ]
            found.append(t(f"tool_program.{name}", places=" ; ".join(places)))
    return " ".join(found)


def _sign(field: Field, moment: Moment, place: tuple[int, int]) -> str:
    if place == moment.at:
        return ROBOT[moment.facing]
    if place in field.walls:
        return WALL
    if place in moment.objects:
        return OBJECT
    return GOAL if place == field.goal else FLOOR


def _values(spec: ProgramSpec, case: Case, moment: Moment) -> Iterable[Line]:
    if spec.each:
        yield Line(
            t("tool_program.list", members=", ".join(map(str, case.members)) or t("tool_program.empty"))
        )
    for name, value in moment.values:
        yield Line(t("tool_program.holds", name=name, value=value))
    for text in moment.said:
        yield Line(t("tool_program.said", says=_says(spec), text=text))
