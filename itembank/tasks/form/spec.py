"""The form task as its author writes it (docs/tools/form.md): steps of fields, files to upload, and goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record

Value: TypeAlias = str | bool | tuple[str, ...]
"""What a field holds: typed text, a tick, options; the empty text, False and () are blank."""

MOST_STEPS, MOST_FIELDS, MOST_FILES = 6, 8, 12
LONGEST_TEXT = 300


class Kind(StrEnum):
    """What a field asks for."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"
    CHOICE = "choice"
    SEVERAL = "several"
    TICK = "tick"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. `low` and `high` bound a number; a file must have one of `formats` and weigh at most `most` Mo."""

    id: str
    kind: Kind
    label: str
    required: bool
    help: str
    value: Value
    options: tuple[str, ...] = ()
    low: float = float("-inf")
    high: float = float("inf")
    formats: tuple[str, ...] = ()
    most: float = float("inf")


@dataclass(frozen=True, slots=True)
class UploadFile:
    """A file one can give: its name, its weight in Mo, and what one sees when looking at it."""

    name: str
    weight: float
    shows: str

    @property
    def format(self) -> str:
        """The extension, in lower case."""
        return self.name.rpartition(".")[2].lower()


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """Fields hold these values; texts without minding case, accents and spaces, dates and numbers by their meaning."""

    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Texts in which all these words stand, case and accents ignored."""

    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Blank:
    """Fields in which nothing stands. True of a form whose fields are empty."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Submitted:
    """The form was sent."""


Condition: TypeAlias = Holds | Mentions | Blank | Submitted


@dataclass(frozen=True, slots=True)
class FormGoal:
    """One point: every condition of `when` holds."""

    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class FormSpec:
    """The author's form. `receipt` is what one reads once it is sent."""

    TOOL: ClassVar[str] = "form"

    title: str
    steps: tuple[Step, ...]
    files: tuple[UploadFile, ...]
    receipt: str
    goals: tuple[FormGoal, ...]

    @property
    def fields(self) -> dict[str, FormField]:
        """Every field by its id, in the order of the steps."""
        return {field.id: field for step in self.steps for field in step.fields}

    @classmethod
    def from_record(cls, record: Mapping[str, object], *, field: str = "body") -> FormSpec:
        """The spec of a decoded `body` (docs/tools/form.md); `field` is its dotted path in the item.

        Raises `itembank.errors.ItemInvalid` naming the dotted field: the codes of `records`, and
        `task.unknown_condition` (`allowed`), `task.control_value` (`control`).
        """
        body = Record(record, field)
        body.only("title", "steps", "files", "receipt", "goals")
        steps: list[Step] = []
        seen: set[str] = set()
        for place, raw in body.sized("steps", 1, MOST_STEPS):
            inside = Record(raw, place)
            inside.only("title", "fields")
            fields = []
            for where, one in inside.sized("fields", 1, MOST_FIELDS):
                found = _field(Record(one, where))
                if found.id in seen:
                    raise ItemInvalid("item.duplicate", f"{where}.id", value=found.id)
                seen.add(found.id)
                fields.append(found)
            steps.append(Step(inside.text("title"), tuple(fields)))
        files = tuple(_file(one) for one in body.records("files"))
        if len(files) > MOST_FILES:
            raise ItemInvalid("item.list_length", body.at("files"), low=0, high=MOST_FILES, found=len(files))
        known = {one.id: one for step in steps for one in step.fields}
        names = [file.name for file in files]
        goals = tuple(_goal(goal, known, names) for goal in body.records("goals", required=True))
        return cls(body.text("title"), tuple(steps), files, body.text("receipt"), goals)

    def texts(self) -> list[str]:
        """Titles, labels, helps and options."""
        found = [self.title]
        for step in self.steps:
            found.append(step.title)
            for one in step.fields:
                found += [one.label, one.help, *one.options]
        return found


def blank_of(kind: Kind) -> Value:
    """What an empty field of that kind holds."""
    return False if kind is Kind.TICK else () if kind is Kind.SEVERAL else ""


def _field(record: Record) -> FormField:
    record.only(
        "id", "kind", "label", "required", "help", "value", "options", "min", "max", "formats", "most"
    )
    kind = Kind(record.one_of("kind", tuple(Kind), default="text"))
    options = record.sized_texts("options", 2, 12) if kind in (Kind.CHOICE, Kind.SEVERAL) else ()
    value = blank_of(kind)
    if "value" in record:
        value = read_value(record, "value", kind, options, ())
    return FormField(
        id=record.text("id"),
        kind=kind,
        label=record.text("label"),
        required=record.flag("required"),
        help=record.text("help", default="", empty=True),
        value=value,
        options=options,
        low=record.number("min") if "min" in record else float("-inf"),
        high=record.number("max") if "max" in record else float("inf"),
        formats=tuple(f.lower() for f in record.texts("formats")),
        most=record.number("most") if "most" in record else float("inf"),
    )


def _file(record: Record) -> UploadFile:
    record.only("name", "weight", "shows")
    return UploadFile(record.text("name"), record.number("weight"), record.text("shows"))


def read_value(
    record: Record, key: str, kind: Kind, options: tuple[str, ...], files: tuple[str, ...] | list[str]
) -> Value:
    """The value under `key` that a field of that kind can hold. Raises ItemInvalid ``task.control_value``."""
    raw = record.get(key)
    match kind:
        case Kind.TICK:
            return record.flag(key)
        case Kind.SEVERAL:
            return record.texts(key, among=options)
        case Kind.CHOICE if raw in options:
            return str(raw)
        case Kind.FILE if raw in files:
            return str(raw)
        case Kind.CHOICE | Kind.FILE:
            raise ItemInvalid("task.control_value", record.at(key), control=key)
    return record.text(key)


def _goal(record: Record, known: Mapping[str, FormField], files: list[str]) -> FormGoal:
    record.only("name", "when")
    when = tuple(_condition(one, known, files) for one in record.records("when", required=True))
    return FormGoal(record.text("name"), when)


def _condition(record: Record, known: Mapping[str, FormField], files: list[str]) -> Condition:
    match [key for key, _ in record.items()]:
        case ["is"]:
            inside = record.record("is")
            inside.only(*known)
            values = {
                name: read_value(inside, name, known[name].kind, known[name].options, files)
                for name, _ in inside.items()
            }
            return Holds(values)
        case ["contains"]:
            inside = record.record("contains")
            inside.only(*(name for name, one in known.items() if one.kind is Kind.TEXT))
            return Mentions({name: inside.texts(name, required=True) for name, _ in inside.items()})
        case ["blank"]:
            return Blank(record.texts("blank", required=True, among=list(known)))
        case ["submitted"] if record.get("submitted") is True:
            return Submitted()
    raise ItemInvalid("task.unknown_condition", record.field, allowed="is, contains, blank, submitted")
