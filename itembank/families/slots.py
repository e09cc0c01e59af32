"""The slots of a family: what each draws from. A slot is written as a type, a list, or a mapping with `type`.

    qui: person                                   # or {type: person, gender: f}
    ville: city
    lieu: workplace                               # of the clone's sector
    poste: trade
    canal: [SMS, courriel]                        # a choice
    prix: {type: number, from: 10, to: 40, step: 0.5}
    jour: {type: date, from: 2027-01-04, to: 2027-03-31, weekdays: true}
    heure: {type: time, from: "9:00", to: "17:00", step: 15}
    fichier: {type: file, kind: image}            # or stems: and extensions:
    noms: {type: sample, values: […], count: 3}   # distinct, in a drawn order
    lignes: {type: rows, count: 4, columns: {article: […], prix: {type: number, …}}}

Bounds may be expressions over the slots before (``to: "prix - 5"``). In one clone no first name, surname, town,
workplace or row's first cell comes twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import MappingProxyType

from itembank.errors import ItemInvalid
from itembank.families import vocabulary
from itembank.families.draws import Draws
from itembank.families.expressions import Fault, evaluate, parse
from itembank.families.functions import FUNCTIONS
from itembank.families.template import parts
from itembank.families.values import Clock, Day, File, Person, Value, from_plain
from itembank.records import Record

MOST_ROWS = 30
MOST_STEPS = 10_000
MOST_DAYS = 4_000


@dataclass
class Drawing:
    """The drawing of one clone: its stream, its sector, the values so far and what is already taken."""

    draws: Draws
    sector: str
    values: dict[str, Value] = field(default_factory=dict)
    taken: set[object] = field(default_factory=set)

    def fresh(self, members: tuple[Value, ...], kind: str) -> Value:
        """One of `members` not taken yet in this clone (any, once all are)."""
        for member in self.draws.shuffled(members):
            if (kind, member) not in self.taken:
                self.taken.add((kind, member))
                return member
        return self.draws.pick(members)


Draw = Callable[[Drawing], Value]


@dataclass(frozen=True, slots=True)
class Slot:
    """A named blank of a family and how it is filled."""

    name: str
    draw: Draw


def slots_from_record(record: Record) -> tuple[Slot, ...]:
    """The slots in the author's order. Raises ItemInvalid naming the slot."""
    found = []
    for name, raw in record.items():
        if not name.isidentifier():
            raise ItemInvalid("family.name", record.at(name), name=name)
        _no_holes(raw, record.at(name))
        found.append(Slot(name, _draw(raw, record.at(name))))
    return tuple(found)


_HOLE = re.compile(r"\{([^{}]*[^\W\d_][^{}]*)\}")
"""Braces around something with a letter: « {2} » is part of a pattern, « {ville} » is a hole."""


def _no_holes(raw: object, where: str) -> None:
    """Raise ItemInvalid `family.hole_in_slot` where a slot's value holds a hole, which nothing would fill."""
    match raw:
        case str():
            for hole in _HOLE.finditer(raw):
                with suppress(Fault):
                    parts(hole.group(0))
                    raise ItemInvalid("family.hole_in_slot", where, hole=hole.group(0))
        case list():
            for number, member in enumerate(raw):
                _no_holes(member, f"{where}.{number}")
        case Mapping():
            for key, value in raw.items():
                _no_holes(value, f"{where}.{key}")


def _draw(raw: object, where: str) -> Draw:
    if isinstance(raw, list):
        return _choice(Record({"values": raw}, where))
    if isinstance(raw, str):
        raw = {"type": raw}
    record = Record(raw, where)
    kind = record.one_of("type", tuple(_TYPES))
    inside = Record({k: v for k, v in record.items() if k != "type"}, where)
    return _TYPES[kind](inside)


# --- bounds -----------------------------------------------------------------------------------------------

Bound = Callable[[Drawing], Fraction]


def _bound(record: Record, key: str, default: Fraction | None = None) -> Bound:
    """A number, or an expression over the slots before."""
    raw = record.get(key)
    if raw is None and default is not None:
        fixed = default
        return lambda _: fixed
    if isinstance(raw, str):
        try:
            node = parse(raw)
        except Fault as fault:
            raise _invalid(record.at(key), raw, fault) from fault

        def computed(drawing: Drawing) -> Fraction:
            try:
                value = evaluate(node, drawing.values, FUNCTIONS)
            except Fault as fault:
                raise _invalid(record.at(key), str(raw), fault) from fault
            if isinstance(value, bool) or not isinstance(value, Fraction):
                raise _invalid(record.at(key), str(raw), Fault("type", key))
            return value

        return computed
    number = Fraction(str(record.number(key)))
    return lambda _: number


def _invalid(where: str, expression: str, fault: Fault) -> ItemInvalid:
    return ItemInvalid(
        "family.expression", where, expression=expression, reason=fault.reason, about=fault.about
    )


def _steps(drawing: Drawing, low: Fraction, high: Fraction, step: Fraction, where: str) -> Fraction:
    if step <= 0 or high < low or (high - low) / step > MOST_STEPS:
        raise ItemInvalid("family.range", where, low=float(low), high=float(high))
    return low + step * drawing.draws.below(int((high - low) // step) + 1)


# --- types ------------------------------------------------------------------------------------------------


def _person(record: Record) -> Draw:
    record.only("gender")
    fixed = record.one_of("gender", ("f", "m", "any"), default="any")

    def draw(drawing: Drawing) -> Value:
        gender = drawing.draws.pick(("f", "m")) if fixed == "any" else fixed
        first = drawing.fresh(
            vocabulary.FEMALE_NAMES if gender == "f" else vocabulary.MALE_NAMES, "first name"
        )
        last = drawing.fresh(vocabulary.SURNAMES, "surname")
        trade = drawing.draws.pick(vocabulary.TRADES[drawing.sector])
        return Person(str(first), str(last), gender, trade)

    return draw


def _city(record: Record) -> Draw:
    record.only()
    return lambda drawing: drawing.fresh(vocabulary.CITIES, "city")


def _workplace(record: Record) -> Draw:
    record.only()
    return lambda drawing: drawing.fresh(vocabulary.WORKPLACES[drawing.sector], "workplace")


def _trade(record: Record) -> Draw:
    record.only()
    return lambda drawing: drawing.fresh(vocabulary.TRADES[drawing.sector], "trade")


def _choice(record: Record) -> Draw:
    record.only("values")
    members = _values(record, 2)
    return lambda drawing: drawing.draws.pick(members)


def _sample(record: Record) -> Draw:
    record.only("values", "count")
    members = _values(record, 1)
    count = record.integer("count", 1, len(members))
    return lambda drawing: tuple(drawing.draws.shuffled(members)[:count])


def _values(record: Record, least: int) -> tuple[Value, ...]:
    found = []
    for where, raw in record.sized("values", least, 200):
        try:
            found.append(from_plain(raw))
        except (TypeError, ValueError, OverflowError) as fault:
            raise ItemInvalid("family.value", where) from fault
    return tuple(found)


def _number(record: Record) -> Draw:
    record.only("from", "to", "step")
    low, high = _bound(record, "from"), _bound(record, "to")
    step = _bound(record, "step", Fraction(1))

    def draw(drawing: Drawing) -> Value:
        return _steps(drawing, low(drawing), high(drawing), step(drawing), record.field)

    return draw


def _date(record: Record) -> Draw:
    record.only("from", "to", "weekdays")
    first, last = _day(record, "from"), _day(record, "to")
    weekdays = record.flag("weekdays")
    days = (last - first).days
    every = [first + timedelta(n) for n in range(days + 1)] if 0 <= days <= MOST_DAYS else []
    if weekdays:
        every = [day for day in every if day.weekday() < 5]
    if not every:
        raise ItemInvalid("family.range", record.field, low=str(first), high=str(last))
    return lambda drawing: Day(drawing.draws.pick(every))


def _day(record: Record, key: str) -> date:
    day = record.day(key)
    return day.date() if isinstance(day, datetime) else day


def _time(record: Record) -> Draw:
    record.only("from", "to", "step")
    low, high = _clock(record, "from"), _clock(record, "to")
    step = record.integer("step", 1, 720) if "step" in record else 5
    if high < low:
        raise ItemInvalid("family.range", record.field, low=record.text("from"), high=record.text("to"))
    return lambda drawing: Clock(low + step * drawing.draws.below((high - low) // step + 1))


def _clock(record: Record, key: str) -> int:
    hours, colon, minutes = record.text(key).partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        raise ItemInvalid("family.time", record.at(key), value=record.text(key))
    return 60 * int(hours) + int(minutes)


def _file(record: Record) -> Draw:
    record.only("kind", "stems", "extensions")
    kind = record.one_of("kind", tuple(vocabulary.FILE_STEMS), default="document")
    stems = record.sized_texts("stems", 1, 60) if "stems" in record else vocabulary.FILE_STEMS[kind]
    extensions = (
        record.sized_texts("extensions", 1, 20)
        if "extensions" in record
        else vocabulary.FILE_EXTENSIONS[kind]
    )

    def draw(drawing: Drawing) -> Value:
        return File(str(drawing.fresh(tuple(stems), "file")), drawing.draws.pick(extensions))

    return draw


def _rows(record: Record) -> Draw:
    record.only("count", "columns")
    count = record.integer("count", 1, MOST_ROWS)
    columns = slots_from_record(record.record("columns"))
    if not columns:
        raise ItemInvalid("item.list_expected", record.at("columns"))

    def draw(drawing: Drawing) -> Value:
        rows: list[Value] = []
        firsts: list[Value] = []
        for _ in range(count):
            row: dict[str, Value] = {}
            for column in columns:
                value = column.draw(drawing)
                for _again in range(50):
                    if column is not columns[0] or value not in firsts:
                        break
                    value = column.draw(drawing)
                row[column.name] = value
            firsts.append(row[columns[0].name])
            rows.append(MappingProxyType(row))
        return tuple(rows)

    return draw


_TYPES: Mapping[str, Callable[[Record], Draw]] = {
    "person": _person,
    "city": _city,
    "workplace": _workplace,
    "trade": _trade,
    "choice": _choice,
    "sample": _sample,
    "number": _number,
    "price": _number,
    "date": _date,
    "time": _time,
    "file": _file,
    "rows": _rows,
}
