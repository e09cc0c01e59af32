"""The program: lines that always make sense, runs that always end, and which goals then hold."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.program import ProgramSpec, apply, initial_state
from itembank.tasks.program.lines import (
    BLOCKS,
    Instruction,
    Program,
    deleted,
    exchanged,
    indented,
    inserted,
    moved,
    settled,
)
from itembank.tasks.program.running import MOST_STEPS, Trace, run
from tests.candidate.solutions.program import BODY, SOLUTION

SPEC = ProgramSpec.from_record(BODY)
GOAL = [{"name": "x", "when": [{"passes": "all"}]}]


def values(program: list[Any], members: list[Any] = (), given: dict[str, Any] | None = None) -> Trace:  # type: ignore[assignment]
    """What a program on values does with a list and variables `a` and `b`."""
    case = {"id": "c", "list": list(members), "given": given or {}, "want": {"says": []}}
    body = {
        "world": "values",
        "variables": ["a", "b"],
        "each": "x",
        "program": program,
        "cases": [case],
        "goals": GOAL,
    }
    spec = ProgramSpec.from_record(body)
    return run(spec, spec.program, spec.cases[0])


def robot(program: list[Any], field: str, **want: Any) -> tuple[Trace, bool]:
    case = {"id": "c", "map": field} | ({"want": want} if want else {})
    spec = ProgramSpec.from_record({"world": "robot", "program": program, "cases": [case], "goals": GOAL})
    return run(spec, spec.program, spec.cases[0]), goals_after(spec, [])[0]


def refused(*actions: dict[str, Any], spec: ProgramSpec = SPEC) -> str:
    with pytest.raises(ResponseInvalid) as fault:
        state_after(spec, actions)
    return fault.value.code.removeprefix("action.")


# --- what a program does ------------------------------------------------------------------------------------------


def test_the_robot_goes_round_a_wall_and_takes_what_lies_there():
    field = "> . #\n# o .\n# . X"
    trace, there = robot(
        ["forward", "right", "forward", "pick", "forward", "left", "forward"], field, carried=1
    )
    assert there
    assert trace.end.at == (2, 2)
    assert trace.end.carried == 1
    assert not trace.end.objects
    assert [moment.facing for moment in trace.moments] == [">", ">", "v", "v", "v", "v", ">", ">"]
    assert not robot(["forward", "right", "forward", "forward", "left", "forward"], field, carried=1)[1]
    follow = [{"while": "not_arrived", "do": [{"if": "free", "do": ["forward"], "else": ["right"]}]}]
    assert robot(follow, "> . .\n# # .\n# # X")[1]


@pytest.mark.parametrize(
    ("program", "fault", "line"),
    [
        (["left", "forward"], "wall", 1),
        (["pick"], "no_object", 0),
        (["drop"], "empty_hands", 0),
        (["blank"], "blank", 0),
        ([{"while": "not_arrived", "do": ["left"]}], "too_many_steps", 0),
        ([{"repeat": "99", "do": [{"repeat": "99", "do": []}]}], "too_many_steps", 1),
    ],
)
def test_a_robot_that_cannot_go_on_says_why_and_where(program, fault, line):
    trace, there = robot(program, ">.X")
    assert trace.fault == fault
    assert fault == "too_many_steps" or trace.fault_line == line
    assert not there
    assert len(trace.moments) <= MOST_STEPS + 1


def test_values_are_numbers_texts_and_what_names_hold():
    trace = values([{"set": ["a", "2"]}, {"add": ["a", "-5"]}, {"multiply": ["a", "a"]}, {"say": "a"},
                    {"say": "{a} {b} {zz}"}], given={"b": "{a}"})  # fmt: skip
    assert trace.end.said == ("9", "9 {a} {zz}"), "what a name holds is not looked into again"
    kept = values(
        [{"each": None, "do": [{"if": ["x", "ends", ".JPG"], "do": [{"say": "x"}]}]}], ["é.jpg", "jpg"]
    )
    assert kept.end.said == ("é.jpg",)
    assert dict(values([{"repeat": "-3", "do": [{"say": "x"}]}], given={"a": 1}).end.values) == {"a": 1}


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ([{"say": "a"}], "not_set"),
        ([{"set": ["a", "un"]}, {"add": ["a", "1"]}], "not_number"),
        ([{"repeat": "mot", "do": []}], "not_number"),
        ([{"if": ["mot", "<", "3"], "do": []}], "not_number"),
        ([{"set": ["a", "99999"]}, {"multiply": ["a", "a"]}], "too_large"),
        ([{"repeat": "50", "do": [{"say": "z"}]}], "too_much_said"),
        ([{"set": ["a", "x" * 50]}, {"repeat": "9", "do": [{"set": ["a", "{a}{a}"]}]}], "too_much_said"),
    ],
)
def test_what_values_cannot_be_is_said(program, fault):
    assert values(program).fault == fault


@pytest.mark.parametrize(
    ("one", "compare", "other", "holds"),
    [(2, "<", 10, True), (2, ">=", 2, True), ("Été", "=", "ete", True), (2, "!=", "2", False),
     ("avis", "contains", "VI", True), ("avis", "lacks", "vi", False), ("avis", "starts", "vi", False)],
)  # fmt: skip
def test_comparisons(one, compare, other, holds):
    program = [{"if": ["a", compare, "b"], "do": [{"say": "oui"}], "else": [{"say": "non"}]}]
    assert values(program, given={"a": one, "b": other}).end.said == ("oui" if holds else "non",)


SIMPLE = st.one_of(
    st.tuples(st.just("set"), st.sampled_from("ab"), st.integers(-3, 3)),
    st.tuples(st.just("add"), st.sampled_from("ab"), st.integers(-3, 3)),
    st.tuples(st.just("say"), st.sampled_from("ab"), st.just(0)),
)
TREE = st.recursive(
    st.lists(SIMPLE, min_size=1, max_size=3),
    lambda inner: st.lists(
        st.one_of(
            SIMPLE,
            st.tuples(st.just("repeat"), st.integers(0, 3), inner),
            st.tuples(st.just("if"), st.sampled_from("ab"), st.integers(-3, 3), inner, inner),
        ),
        min_size=1,
        max_size=3,
    ),
    max_leaves=5,
)


def written(tree: Any) -> list[Any]:
    found: list[Any] = []
    for node in tree:
        match node:
            case ("repeat", times, inner):
                found.append({"repeat": str(times), "do": written(inner)})
            case ("if", name, than, yes, no):
                found.append({"if": [name, ">", str(than)], "do": written(yes), "else": written(no)})
            case ("say", name, _):
                found.append({"say": name})
            case (what, name, by):
                found.append({what: [name, str(by)]})
    return found


def executed(tree: Any, held: dict[str, int], said: list[str]) -> None:
    """The same, by walking the tree instead of the lines."""
    for node in tree:
        match node:
            case ("repeat", times, inner):
                for _ in range(times):
                    executed(inner, held, said)
            case ("if", name, than, yes, no):
                executed(yes if held[name] > than else no, held, said)
            case ("say", name, _):
                said.append(str(held[name]))
            case ("set", name, value):
                held[name] = value
            case ("add", name, value):
                held[name] += value


def depth_and_size(tree: Any) -> tuple[int, int]:
    found = [depth_and_size(part) for node in tree for part in node if isinstance(part, list)]
    extra = sum(node[0] == "if" for node in tree)
    return 1 + max((d for d, _ in found), default=0), len(tree) + extra + sum(n for _, n in found)


@given(TREE)
def test_lines_do_what_their_tree_says(tree):
    depth, size = depth_and_size(tree)
    if depth > 5 or size > 30:
        return
    held, said = {"a": 0, "b": 1}, []
    executed(tree, held, said)
    trace = values(written(tree), given={"a": 0, "b": 1})
    if trace.fault:
        assert trace.fault in ("too_many_steps", "too_much_said")
        return
    assert (dict(trace.end.values), list(trace.end.said)) == (held, said)


# --- lines --------------------------------------------------------------------------------------------------------


def lines(text: str) -> Program:
    """« repeat .forward .left right »: dots are the depth."""
    return tuple(
        Instruction(word.lstrip("."), (), len(word) - len(word.lstrip("."))) for word in text.split()
    )


def shown(program: Program) -> str:
    return " ".join("." * line.depth + line.what for line in program)


def test_lines_go_in_out_up_and_down_with_what_belongs_to_them():
    program = lines("repeat .forward .if ..left .else ..right pick")
    assert shown(deleted(program, 0)) == "forward if .left else .right pick"
    assert shown(moved(program, 0, 1)) == "pick repeat .forward .if ..left .else ..right"
    assert shown(moved(program, 2, -1)) == "repeat .if ..left .else ..right .forward pick"
    assert shown(moved(program, 6, -1)) == "repeat .forward .if ..left .else ..pick ..right"
    assert shown(indented(program, 2, -1)) == "repeat .forward if .left else .right pick"
    assert shown(moved(lines("forward repeat .left"), 0, 1)) == "repeat .forward .left"
    assert moved(program, 0, -1) == program
    assert moved(program, 6, 1) == program
    assert shown(inserted(program, 1, Instruction("drop"))).startswith("repeat .drop .forward")
    assert shown(inserted(program, 7, Instruction("drop"))).endswith("pick drop")
    assert shown(inserted(lines("if .left"), 2, Instruction("else"))) == "if .left else"
    assert shown(exchanged(lines("if .left .blank"), 2, Instruction("else"))) == "if .left else"
    assert shown(exchanged(lines("repeat .left right"), 0, Instruction("pick"))) == "pick left right"


PROGRAM = st.lists(
    st.builds(Instruction, st.sampled_from(["forward", "repeat", "if", "else"]), st.just(()), st.integers(0, 5)), max_size=9
).map(settled)  # fmt: skip


@given(PROGRAM, st.integers(0, 8), st.sampled_from([-1, 1]))
def test_indents_always_make_sense_and_no_line_is_lost(program, at, by):
    assert settled(program) == program
    if at >= len(program):
        return
    names = sorted(line.what for line in program)
    for changed in (moved(program, at, by), indented(program, at, by)):
        assert settled(changed) == changed
        assert sorted(line.what for line in changed) == names
    assert len(deleted(program, at)) == len(program) - 1
    new = Instruction("pick")
    assert deleted(inserted(program, at, new), at) == program or program[at].depth > _room(program, at)


def _room(program: Program, at: int) -> int:
    """How deep a line may stand after a plain line put just before it."""
    if at == 0:
        return 0
    return program[at - 1].depth + (program[at - 1].what in BLOCKS)


# --- the task -----------------------------------------------------------------------------------------------------


def test_partial_credits_can_be_had_apart():
    assert goals_after(SPEC, []) == (False, False, False, False)
    assert goals_after(SPEC, SOLUTION[:1]) == (False, False, False, True)
    assert goals_after(SPEC, SOLUTION) == (True, True, True, True)
    untried = [action for action in SOLUTION if action["do"] not in ("step", "finish", "restart", "case")]
    assert goals_after(SPEC, untried) == (True, True, False, True)
    later = [*SOLUTION, {"do": "change", "line": 1, "what": "set", "variable": "envois", "value": "0"}]
    assert goals_after(SPEC, later) == (True, True, False, True), "changed since it was tried"


def test_a_hidden_case_catches_what_works_by_chance():
    chance = [*SOLUTION, {"do": "change", "line": 5, "what": "say", "value": "Rappel Brun"}]
    assert goals_after(SPEC, chance) == (False, True, False, True)


def test_one_goes_step_by_step_to_the_end_and_no_further():
    start = {"do": "change", "line": 1, "what": "set", "variable": "envois", "value": "0"}
    steps = [start, {"do": "step"}, {"do": "step"}, {"do": "step"}, {"do": "step"}]
    state = state_after(SPEC, steps)
    assert (state.steps, state.tried) == (4, True), "it stops at the blank line"
    assert refused(*steps, {"do": "step"}) == "run_over"
    assert refused(*steps, {"do": "finish"}) == "run_over"
    assert state_after(SPEC, [*steps, {"do": "restart"}]).steps == 0
    assert state_after(SPEC, [*steps, {"do": "case", "case": "b"}]).steps == 0


def test_the_solution_gives_every_point_also_after_json():
    assert state_after(SPEC, json.loads(json.dumps(SOLUTION))) == state_after(SPEC, SOLUTION)


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({"do": "insert", "after": 9, "what": "blank"}, "unknown_line"),
        ({"do": "insert", "after": 0, "what": "forward"}, "unknown_instruction"),
        ({"do": "insert", "after": 0, "what": "repeat"}, "missing"),
        ({"do": "insert", "after": 0, "what": "say", "value": " "}, "missing"),
        ({"do": "insert", "after": 0, "what": "say", "value": "x" * 61}, "too_long"),
        ({"do": "insert", "after": 0, "what": "set", "variable": "zz", "value": "1"}, "control_value"),
        (
            {"do": "insert", "after": 0, "what": "if", "left": "1", "compare": "~", "right": "1"},
            "control_value",
        ),
        ({"do": "insert", "after": True, "what": "blank"}, "wrong_type"),
        ({"do": "delete", "line": 0}, "unknown_line"),
        ({"do": "move", "line": 1, "by": 2}, "control_value"),
        ({"do": "indent", "line": 1, "by": True}, "control_value"),
        ({"do": "case", "case": "c"}, "unknown_case"),
        ({"do": "go", "place": "cellar"}, "unknown_page"),
        ({"do": "predict", "answer": "x" * 61}, "too_long"),
        ({"do": "eval", "code": "1"}, "unknown"),
    ],
)
def test_what_the_editor_cannot_do_is_refused(action, code):
    assert refused(action) == code


def test_fixed_lines_closed_programs_and_full_ones():
    body = deepcopy(BODY)
    body["program"][0]["locked"] = True
    spec = ProgramSpec.from_record(body)
    for action in (
        {"do": "delete", "line": 1},
        {"do": "move", "line": 1, "by": 1},
        {"do": "indent", "line": 1, "by": 1},
    ):
        assert refused(action, spec=spec) == "locked_line"
    assert refused(*[{"do": "insert", "after": 0, "what": "blank"}] * 30) == "too_many_lines"
    closed = ProgramSpec.from_record(BODY | {"editable": False, "runnable": False})
    assert refused({"do": "delete", "line": 1}, spec=closed) == "not_editable"
    assert refused({"do": "step"}, spec=closed) == "not_runnable"
    assert refused({"do": "go", "place": "try"}, spec=closed) == "unknown_page"
    silent = ProgramSpec.from_record(
        {k: v for k, v in BODY.items() if k not in ("question", "goals")} | {"goals": GOAL}
    )
    assert refused({"do": "predict", "answer": "1"}, spec=silent) == "no_question"
    empty = ProgramSpec.from_record(BODY | {"program": []})
    assert refused({"do": "step"}, spec=empty) == "empty_program"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda b: b.update(world="sea"), "item.not_one_of", "world"),
        (lambda b: b.update(palette=["forward"]), "item.unknown_reference", "palette"),
        (lambda b: b.update(variables=["deux mots"]), "task.instruction_unknown", "variables"),
        (lambda b: b["program"].append("forward"), "task.instruction_unknown", "program.3"),
        (lambda b: b["program"].append("else"), "task.instruction_unknown", "program.3"),
        (lambda b: b["program"].append({"set": ["zz", "1"]}), "item.unknown_reference", "set"),
        (lambda b: b["program"].append({"if": ["a", "~", "1"]}), "item.not_one_of", "if"),
        (lambda b: b["program"][2].update({"else": []}), "item.unknown_field", "else"),
        (lambda b: b.update(program=[{"say": "x"}] * 31), "item.list_length", "program"),
        (lambda b: b["cases"][0].update(map=">X"), "item.unknown_field", "map"),
        (lambda b: b["cases"][1].update(id="a"), "item.duplicate", "id"),
        (lambda b: b["cases"][0].update(want={}), "item.mapping_expected", "want"),
        (lambda b: b["cases"][0].update(given={"zz": 1}), "item.unknown_field", "zz"),
        (lambda b: b.update(cases=[b["cases"][2]]), "item.list_expected", "cases"),
        (lambda b: b["goals"][0].update(when=[{"passes": ["zz"]}]), "item.unknown_reference", "passes"),
        (lambda b: b["goals"][0].update(when=[{"uses": ["forward"]}]), "item.unknown_reference", "uses"),
        (lambda b: b["goals"][0].update(when=[{"at_most": 0}]), "item.number_range", "at_most"),
        (lambda b: b["goals"][0].update(when=[{"works": True}]), "task.unknown_condition", "when"),
    ],
)
def test_what_an_author_got_wrong_is_named(change, code, field):
    body = deepcopy(BODY)
    change(body)
    with pytest.raises(ItemInvalid) as fault:
        ProgramSpec.from_record(body)
    assert fault.value.code == code
    assert field in fault.value.field


@pytest.mark.parametrize(
    "field", ["..X", ">.\n.", ">>X", ">XX", ">?X", "> ." * 30 + "X", "\n".join([">X"] * 11), ">."]
)
def test_a_map_that_cannot_be_read_is_named(field):
    with pytest.raises(ItemInvalid, match="map_unreadable"):
        robot([], field)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "do": st.sampled_from(["insert", "change", "delete", "move", "indent", "go", "case", "step", "finish", "restart",
                                       "predict", "undo", "x"]),
                "after": st.integers(0, 7),
                "line": st.integers(0, 7),
                "what": st.sampled_from(["say", "set", "add", "repeat", "if", "while", "else", "each", "blank", "multiply"]),
                "times": st.sampled_from(["3", "envois", "mot"]),
                "left": st.sampled_from(["client", "envois"]),
                "compare": st.sampled_from(["<", "=", "contains"]),
                "right": st.sampled_from(["3", "payé"]),
                "variable": st.just("envois"),
                "value": st.sampled_from(["1", "client", "{client}{client}", "envois"]),
                "by": st.sampled_from([-1, 1]),
                "place": st.sampled_from(["program", "try"]),
                "case": st.sampled_from(["a", "b"]),
                "answer": st.text(max_size=3),
            }
        ),
        max_size=8,
    )
)  # fmt: skip
def test_any_actions_end_in_a_sound_program_or_in_a_refusal(actions):
    try:
        state = state_after(SPEC, actions)
    except ResponseInvalid:
        return
    assert settled(state.program) == state.program
    for case in SPEC.cases:
        assert len(run(SPEC, state.program, case).moments) <= MOST_STEPS + 1
    assert len(goals_after(SPEC, actions)) == len(SPEC.goals)


def test_nothing_changes_the_state_it_starts_from():
    state = initial_state(SPEC)
    apply(SPEC, state, {"do": "delete", "line": 1})
    assert state == initial_state(SPEC)
