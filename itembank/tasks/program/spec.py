"""The program task as its author writes it (docs/tools/program.md): a world, what may be written, cases to try, and goals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.program.lines import (
    BLANK,
    BLOCKS,
    COMPARISONS,
    DEEPEST,
    LONGEST_OPERAND,
    MOST_LINES,
    ROBOT_MOVES,
    SENSORS,
    VALUE_MOVES,
    Instruction,
    Program,
    settled,
)

Value: TypeAlias = int | str
"""What a variable or a list holds: a whole number or a text."""

WORLDS = ("robot", "values")
MOST_CASES, MOST_ROWS, MOST_COLUMNS, MOST_MEMBERS, MOST_VARIABLES = 8, 10, 20, 12, 6
FACINGS = {"^": (-1, 0), ">": (0, 1), "v": (1, 0), "<": (0, -1)}
"""How the robot is drawn in a map, and the (row, column) step it then takes."""
WALL, FLOOR, OBJECT, GOAL = "#", ".", "o", "X"
_NAME = re.compile(r"[^\W\d_]\w*")


@dataclass(frozen=True, slots=True)
class Field:
    """A robot's world: its walls, its objects, where it must go (None: nowhere), where it starts and which way it looks."""

    rows: int
    columns: int
    walls: frozenset[tuple[int, int]]
    objects: frozenset[tuple[int, int]]
    goal: tuple[int, int] | None
    start: tuple[int, int]
    facing: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be true when the program has ended; None asks nothing.

    Of the robot: it is on the goal (when there is one), it carries `carried` objects. Of values: it said exactly `said`, and
    variables hold `variables`.
    """

    carried: int | None = None
    said: tuple[str, ...] | None = None
    variables: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A world to try the program on. `field` is the robot's; `members` is the list, `given` what variables hold at the start."""

    id: str
    title: str
    hidden: bool
    wanted: Wanted
    field: Field | None = None
    members: tuple[Value, ...] = ()
    given: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Passes:
    """The program does what is wanted in these cases (hidden ones too)."""

    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtMost:
    """The program has at most so many lines."""

    lines: int


@dataclass(frozen=True, slots=True)
class Uses:
    """All these instructions are in the program."""

    instructions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Avoids:
    """None of these instructions is in the program."""

    instructions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """The program was run to its end, as it now is."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """The answer to the author's question is one of these."""

    answers: tuple[str, ...]


Condition: TypeAlias = Passes | AtMost | Uses | Avoids | Tried | Predicted


@dataclass(frozen=True, slots=True)
class ProgramGoal:
    """One point: every condition of `when` holds."""

    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class ProgramSpec:
    """The author's task.

    `palette` is what may be written, `says` how « say » is worded there (« Envoyer », « Afficher »), `each` the name of a
    list's member in turn. Where `editable` is false the program stays as it is; where `runnable` is false it cannot be tried;
    `question` is what the candidate must predict.
    """

    TOOL: ClassVar[str] = "program"

    world: str
    program: Program
    palette: tuple[str, ...]
    cases: tuple[Case, ...]
    variables: tuple[str, ...] = ()
    each: str = ""
    says: str = ""
    editable: bool = True
    runnable: bool = True
    question: str = ""
    goals: tuple[ProgramGoal, ...] = ()

    @property
    def open_cases(self) -> tuple[Case, ...]:
        """The cases that the candidate can try."""
        return tuple(case for case in self.cases if not case.hidden)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that holds a value."""
        return (*self.variables, self.each) if self.each else self.variables

    @classmethod
    def from_record(cls, record: Mapping[str, object], *, field: str = "body") -> ProgramSpec:
        """The spec of a decoded `body` (docs/tools/program.md); `field` is its dotted path in the item.

        Raises `itembank.errors.ItemInvalid` naming the dotted field: the codes of `records`, and `task.map_unreadable`
        (`value`), `task.instruction_unknown` (`value`), `task.unknown_condition` (`allowed`).
        """
        body = Record(record, field)
        body.only(
            "world", "program", "palette", "cases", "variables", "each", "says", "editable", "runnable", "question",
            "goals",
        )  # fmt: skip
        world = body.one_of("world", WORLDS)
        variables = body.texts("variables")
        each = body.text("each", default="", empty=True)
        names = [*variables, each] if each else list(variables)
        if len(variables) > MOST_VARIABLES or not all(_NAME.fullmatch(name) for name in names):
            raise ItemInvalid("task.instruction_unknown", body.at("variables"), value=", ".join(names))
        known = known_instructions(world, each=bool(each), variables=bool(variables))
        palette = body.texts("palette", among=known) if "palette" in body else known
        bare = cls(
            world=world,
            program=(),
            palette=palette,
            cases=(),
            variables=variables,
            each=each,
            says=body.text("says", default="", empty=True),
            editable=body.flag("editable", default=True),
            runnable=body.flag("runnable", default=True),
            question=body.text("question", default="", empty=True),
        )
        lines: list[Instruction] = []
        _read(body, "program", bare, known, 0, lines)
        if len(lines) > MOST_LINES or settled(lines) != tuple(lines):
            raise ItemInvalid(
                "item.list_length", body.at("program"), low=0, high=MOST_LINES, found=len(lines)
            )
        cases: list[Case] = []
        for place, raw in body.sized("cases", 1, MOST_CASES):
            case = _case(Record(raw, place), bare)
            if any(case.id == other.id for other in cases):
                raise ItemInvalid("item.duplicate", f"{place}.id", value=case.id)
            cases.append(case)
        if all(case.hidden for case in cases):
            raise ItemInvalid("item.list_expected", body.at("cases"))
        found = replace(bare, program=tuple(lines), cases=tuple(cases))
        return replace(
            found, goals=tuple(_goal(goal, found, known) for goal in body.records("goals", required=True))
        )

    def texts(self) -> list[str]:
        """The question, the cases' titles, and what is typed in the program."""
        found = [self.question, self.says, *(case.title for case in self.open_cases)]
        return found + [text for line in self.program for text in line.arguments]


def known_instructions(world: str, *, each: bool, variables: bool) -> tuple[str, ...]:
    """Every instruction that a world understands."""
    if world == "robot":
        return (*ROBOT_MOVES, "repeat", "while", "if", "else")
    moves = VALUE_MOVES if variables else ("say",)
    return (*moves, "repeat", "while", "if", "else", *(("each",) if each else ()))


# --- the program --------------------------------------------------------------------------------------------------


def _read(
    record: Record, key: str, spec: ProgramSpec, known: tuple[str, ...], depth: int, lines: list[Instruction]
) -> None:
    """The lines of a list of instructions, in order, those of the blocks one step deeper."""
    if depth > DEEPEST:
        raise ItemInvalid("item.list_length", record.at(key), low=0, high=DEEPEST, found=depth)
    for place, raw in record.members(key):
        one = Record({raw: None} if isinstance(raw, str) else raw, place)
        keys = [name for name, _ in one.items() if name not in ("do", "else", "locked")]
        what = keys[0] if len(keys) == 1 else ""
        if what not in (*known, BLANK) or what == "else":
            raise ItemInvalid("task.instruction_unknown", place, value=what or str(raw))
        locked = one.flag("locked")
        lines.append(Instruction(what, _arguments(one, what, spec), depth, locked))
        if what in BLOCKS:
            _read(one, "do", spec, known, depth + 1, lines)
        if "else" in one:
            if what != "if":
                raise ItemInvalid("item.unknown_field", one.at("else"), allowed="do, locked")
            lines.append(Instruction("else", (), depth, locked))
            _read(one, "else", spec, known, depth + 1, lines)


def _arguments(record: Record, what: str, spec: ProgramSpec) -> tuple[str, ...]:
    match what:
        case "repeat" | "say":
            found: tuple[str, ...] = (record.text(what),)
        case "while" | "if" if spec.world == "robot":
            return (record.one_of(what, SENSORS),)
        case "while" | "if":
            found = _texts(record, what, 3)
            if found[1] not in COMPARISONS:
                raise ItemInvalid("item.not_one_of", record.at(what), allowed=", ".join(COMPARISONS))
        case "set" | "add" | "multiply":
            found = _texts(record, what, 2)
            if found[0] not in spec.variables:
                raise ItemInvalid("item.unknown_reference", record.at(what), value=found[0])
        case _:
            return ()
    if any(len(text) > LONGEST_OPERAND for text in found):
        raise ItemInvalid(
            "item.list_length", record.at(what), low=1, high=LONGEST_OPERAND, found=max(map(len, found))
        )
    return found


def _texts(record: Record, key: str, count: int) -> tuple[str, ...]:
    return record.sized_texts(key, count, count)


# --- the cases ----------------------------------------------------------------------------------------------------


def _case(record: Record, spec: ProgramSpec) -> Case:
    own = ("map",) if spec.world == "robot" else ("list", "given")
    record.only("id", "title", "hidden", "want", *own)
    identity = record.text("id")
    title = record.text("title", default=identity)
    hidden = record.flag("hidden")
    if spec.world == "robot":
        field = _field(record)
        carried = None
        if "want" in record:
            inside = record.record("want")
            inside.only("carried")
            carried = inside.integer("carried", 0, MOST_ROWS * MOST_COLUMNS)
        if field.goal is None and carried is None:
            raise ItemInvalid("task.map_unreadable", record.at("map"), value=GOAL)
        return Case(identity, title, hidden, Wanted(carried), field)
    members = [_value(value, place) for place, value in record.members("list")]
    if len(members) > MOST_MEMBERS or (members and not spec.each):
        raise ItemInvalid("item.list_length", record.at("list"), low=0, high=MOST_MEMBERS, found=len(members))
    given = _values(record, "given", spec)
    inside = record.record("want")
    inside.only("says", "variables")
    said = None
    if "says" in inside:
        said = tuple(str(_value(value, place)) for place, value in inside.members("says"))
    variables = _values(inside, "variables", spec)
    if said is None and not variables:
        raise ItemInvalid("item.mapping_expected", inside.field)
    return Case(identity, title, hidden, Wanted(None, said, variables), None, tuple(members), given)


def _values(record: Record, key: str, spec: ProgramSpec) -> tuple[tuple[str, Value], ...]:
    if key not in record:
        return ()
    inside = record.record(key)
    inside.only(*spec.variables)
    return tuple((name, _value(value, inside.at(name))) for name, value in inside.items())


def _value(value: object, field: str) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > LONGEST_OPERAND:
        raise ItemInvalid("item.text_expected", field)
    return value.strip() if isinstance(value, str) else value


def _field(record: Record) -> Field:
    """A map: `#` a wall, `.` free, `o` an object, `X` the goal, one of `^ > v <` the robot."""
    text = record.text("map")
    rows = [row.strip() for row in text.split("\n") if row.strip()]
    square = {(r, c): mark for r, row in enumerate(rows) for c, mark in enumerate(row.replace(" ", ""))}
    columns = len(rows[0].replace(" ", ""))
    robots = [place for place, mark in square.items() if mark in FACINGS]
    goals = [place for place, mark in square.items() if mark == GOAL]
    if (
        len(square) != len(rows) * columns
        or len(rows) > MOST_ROWS
        or columns > MOST_COLUMNS
        or len(robots) != 1
        or len(goals) > 1
        or not set(square.values()) <= {WALL, FLOOR, OBJECT, GOAL, *FACINGS}
    ):
        raise ItemInvalid("task.map_unreadable", record.at("map"), value=text)
    return Field(
        rows=len(rows),
        columns=columns,
        walls=frozenset(place for place, mark in square.items() if mark == WALL),
        objects=frozenset(place for place, mark in square.items() if mark == OBJECT),
        goal=goals[0] if goals else None,
        start=robots[0],
        facing=square[robots[0]],
    )


# --- goals --------------------------------------------------------------------------------------------------------


def _goal(record: Record, spec: ProgramSpec, known: tuple[str, ...]) -> ProgramGoal:
    record.only("name", "when")
    when = tuple(_condition(one, spec, known) for one in record.records("when", required=True))
    return ProgramGoal(record.text("name"), when)


def _condition(record: Record, spec: ProgramSpec, known: tuple[str, ...]) -> Condition:
    cases = tuple(case.id for case in spec.cases)
    match [key for key, _ in record.items()]:
        case ["passes"]:
            if record.get("passes") == "all":
                return Passes(cases)
            return Passes(record.texts("passes", required=True, among=cases))
        case ["at_most"]:
            return AtMost(record.integer("at_most", 1, MOST_LINES))
        case ["uses"]:
            return Uses(record.texts("uses", required=True, among=known))
        case ["avoids"]:
            return Avoids(record.texts("avoids", required=True, among=known))
        case ["tried"] if record.get("tried") is True:
            return Tried()
        case ["predicted"] if spec.question:
            return Predicted(record.texts("predicted", required=True))
    raise ItemInvalid(
        "task.unknown_condition", record.field, allowed="passes, at_most, uses, avoids, tried, predicted"
    )
