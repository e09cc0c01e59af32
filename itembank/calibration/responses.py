"""Who answered what: the responses that calibration and fairness work on, and the files they come from.

A file is wide (a column an item, a row a person or a pattern of answers) or long (a row an answer), CSV or Parquet;
docs/response-files.md is the author's page of the same rules. An answer that is absent was not asked or not given:
adaptive tests leave most of the table empty, and nothing here takes an absent answer for a wrong one.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from itembank.calibration.response_tables import Batch, Table, open_table
from itembank.errors import ResponsesInvalid

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Progress = Callable[[int, int], None]

PERSON_NAMES = ("person", "person_id", "candidate", "respondent", "sitting")
ITEM_NAMES = ("item", "item_id")
SCORE_NAMES = ("score",)
SECONDS_NAMES = ("seconds",)
COUNT_NAMES = ("count", "frequency")
GROUP_NAMES = (
    "ability", "accommodation", "age", "age_band", "gender", "group", "input", "language", "sector", "sex", "territory",
)  # fmt: skip
"""Columns of a wide file that describe people without being declared; so does a name with the prefix below."""
GROUP_PREFIX = "group."
NOT_SEEN = ("", "NA")
LARGEST_SCORE = 100
MOST_ANSWERS = 200_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """Answers given by persons to items, one row an answer, sorted by person then item.

    Shapes: I items, P persons (or patterns of answers), R answers.
    """

    items: tuple[str, ...]
    """(I,) in the file's order."""
    persons: tuple[str, ...]
    """(P,) names, all different, in the file's order."""
    person: IntArray
    """(R,) index into `persons`, not decreasing."""
    item: IntArray
    """(R,) index into `items`, increasing within a person."""
    score: IntArray
    """(R,) points, 0 or more."""
    count: FloatArray
    """(P,) how many people each person stands for: 1, or the frequency of a pattern."""
    max_score: IntArray
    """(I,) the largest score anyone has; 0 for an item nobody answered."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What else is known of each person: name -> (P,) texts, empty where unknown."""
    seconds: FloatArray | None = None
    """(R,) response times in seconds, NaN where the file has none; None when it has no such column."""
    lowest_score: int = 0
    """The file's lowest score, which was taken off every score: 1 for categories numbered from 1."""

    def dense(self) -> NDArray[np.int16]:
        """Scores as a table of shape (P, I), -1 where there is no answer."""
        table = np.full((len(self.persons), len(self.items)), -1, dtype=np.int16)
        table[self.person, self.item] = self.score
        return table

    @classmethod
    def from_dense(
        cls,
        scores: NDArray[np.integer],
        *,
        items: Sequence[str] | None = None,
        persons: Sequence[str] | None = None,
        count: FloatArray | None = None,
        columns: Mapping[str, Sequence[str]] | None = None,
    ) -> Responses:
        """From a table of shape (P, I) with a negative number where there is no answer.

        Names default to ``1``, ``2`` ... for persons and ``i1``, ``i2`` ... for items. Raises ValueError when the
        shapes do not go together or a name stands twice.
        """
        people, questions = scores.shape
        named = tuple(items) if items is not None else tuple(f"i{n + 1}" for n in range(questions))
        who = tuple(persons) if persons is not None else tuple(str(n + 1) for n in range(people))
        weight = np.ones(people) if count is None else np.asarray(count, dtype=np.float64)
        extra = {name: tuple(values) for name, values in (columns or {}).items()}
        if len(named) != questions or {len(who), len(weight), *map(len, extra.values())} != {people}:
            raise ValueError("names, counts and columns must have the table's shape")
        if len(set(named)) != questions or len(set(who)) != people:
            raise ValueError("items and persons must have names of their own")
        person, item = np.nonzero(scores >= 0)
        score = scores[person, item].astype(np.int64)
        return cls(named, who, person, item, score, weight, _largest(item, score, questions), extra)


def _largest(item: IntArray, score: IntArray, items: int) -> IntArray:
    largest = np.zeros(items, dtype=np.int64)
    np.maximum.at(largest, item, score)
    return largest


def read_responses(
    path: Path,
    *,
    columns: Collection[str] = (),
    lowest_score: int | None = None,
    progress: Progress | None = None,
) -> Responses:
    """Read a file of responses, wide or long, CSV or Parquet.

    `columns`: names, besides the recognised ones, of columns that describe people and are not items (with or without
    the prefix).
    `lowest_score`: the score that means nothing was achieved (0, or 1 for categories numbered from 1). None finds out:
    1 when no answer in the whole file is 0, some are 1 and some are more; 0 otherwise. What was taken off stands in
    `Responses.lowest_score`.
    `progress(done, total)`: bytes of a CSV, rows of a Parquet file.

    Rows whose count is 0 stand for nobody and are left out. Raises ResponsesInvalid with `file` and `line`: the codes
    of `open_table`, and `responses.not_a_score`, `.score_range`, `.twice`, `.person_twice`, `.count`, `.seconds`,
    `.no_name`, `.no_items`, `.no_answers`, `.column_varies`, `.column_missing`, `.too_many_answers`; ItemBankFault
    `extra.missing` for Parquet without its extra; OSError when the file cannot be opened.
    """
    with open_table(path) as table:
        names = [name.lower() for name in table.header]
        long = any(n in names for n in ITEM_NAMES) and any(n in names for n in SCORE_NAMES)
        declared = frozenset(map(column_name, columns))
        absent = sorted(declared - set(map(column_name, table.header)))
        if absent:
            raise ResponsesInvalid(
                "responses.column_missing", file=str(path), line=1, column=absent[0], found=_few(table.header)
            )
        reading = _Reading(path, table, declared, progress)
        found = _read_long(reading, names) if long else _read_wide(reading, names)
    return _zero_based(found, path, lowest_score)


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (" …" if len(names) > 12 else "")


@dataclass(frozen=True, slots=True)
class _Reading:
    path: Path
    table: Table
    declared: frozenset[str]
    progress: Progress | None

    def batches(self) -> Iterable[Batch]:
        for batch in self.table.batches:
            yield batch
            if self.progress is not None:
                self.progress(min(batch.done, self.table.total), self.table.total)

    def fault(self, code: str, line: int, **params: object) -> ResponsesInvalid:
        return ResponsesInvalid(code, file=str(self.path), line=line, **params)


class _Codes:
    """Texts numbered in the order of their first appearance."""

    def __init__(self) -> None:
        self._number: defaultdict[str, int] = defaultdict()
        self._number.default_factory = self._number.__len__

    def of(self, texts: Iterable[str], count: int) -> IntArray:
        """The number of each of `count` texts, new texts getting new numbers."""
        return np.fromiter(map(self._number.__getitem__, texts), dtype=np.int64, count=count)

    def __len__(self) -> int:
        return len(self._number)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(self._number)


_ABSENT, _NOT_A_SCORE = -1, -2
_SCORE = re.compile(r"\+?([0-9]{1,9})(?:\.0*)?")


class _Scores:
    """Score texts turned into numbers, each distinct text once: a file has few of them."""

    def __init__(self) -> None:
        self._codes = _Codes()
        self._values: list[int] = []

    def of(self, texts: Iterable[str], count: int) -> IntArray:
        """(count,) scores, `_ABSENT` for no answer, `_NOT_A_SCORE` for what is none."""
        codes = self._codes.of(texts, count)
        if len(self._codes) > len(self._values):
            self._values += [_score(text) for text in self._codes.texts[len(self._values) :]]
        found: IntArray = np.array(self._values, dtype=np.int64)[codes]
        return found


def _score(text: str) -> int:
    stripped = text.strip()
    if stripped in NOT_SEEN:
        return _ABSENT
    match = _SCORE.fullmatch(stripped)
    return int(match[1]) if match and int(match[1]) <= LARGEST_SCORE else _NOT_A_SCORE


def _numbers(texts: Sequence[str], decimal_comma: bool) -> FloatArray:
    """Numbers, NaN for an empty text and infinity for what is none."""

    def number(text: str) -> float:
        stripped = text.strip()
        if stripped in NOT_SEEN:
            return math.nan
        try:
            value = float(stripped.replace(",", ".") if decimal_comma else stripped)
        except ValueError:
            return math.inf
        return value if math.isfinite(value) else math.inf

    try:
        found = np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))
    except ValueError:
        pass
    else:
        if np.isfinite(found).all():
            return found
    return np.array([number(text) for text in texts], dtype=np.float64)


def _describes_people(name: str, declared: Collection[str]) -> bool:
    lower = name.lower()
    return lower in GROUP_NAMES or lower.startswith(GROUP_PREFIX) or column_name(name) in declared


def column_name(name: str) -> str:
    """The name under which a file's column stands in `Responses.columns`: without its prefix; recognised names in
    lower case."""
    if name.lower().startswith(GROUP_PREFIX):
        return name[len(GROUP_PREFIX) :]
    return name.lower() if name.lower() in GROUP_NAMES else name


def _position(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


# --- wide -------------------------------------------------------------------------------------------------


def _read_wide(reading: _Reading, names: Sequence[str]) -> Responses:
    header = reading.table.header
    who = 0 if not header[0] else _position(names, PERSON_NAMES)
    how_many = _position(names, COUNT_NAMES)
    kept = [
        i for i, name in enumerate(header) if name and _describes_people(name, reading.declared) and i != who
    ]
    questions = [i for i in range(len(header)) if i not in {who, how_many, *kept}]
    if not questions:
        raise reading.fault("responses.no_items", 1, found=_few(header))

    scores, persons = _Scores(), _Codes()
    people: list[str] = []
    parts: list[tuple[IntArray, IntArray, IntArray]] = []
    counts: list[FloatArray] = []
    columns: dict[int, list[str]] = {i: [] for i in kept}
    answers = 0
    for batch in reading.batches():
        rows = len(batch.lines)
        cells = chain.from_iterable(batch.columns[i] for i in questions)
        table = scores.of(cells, rows * len(questions)).reshape(len(questions), rows).T
        if (table == _NOT_A_SCORE).any():
            wrong_row, wrong_column = (int(where[0]) for where in np.nonzero(table == _NOT_A_SCORE))
            raise reading.fault(
                "responses.not_a_score",
                int(batch.lines[wrong_row]),
                column=header[questions[wrong_column]],
                value=batch.columns[questions[wrong_column]][wrong_row],
                limit=LARGEST_SCORE,
            )
        count = _counts(reading, batch, how_many)
        row, column = np.nonzero((table >= 0) & (count > 0)[:, None])
        if who is not None:
            named = _names(reading, batch, who, "person")
            _no_person_twice(reading, batch, named, persons)
            people += named
        before = sum(map(len, counts))
        parts.append((row + before, column, table[row, column]))
        counts.append(count)
        for i in kept:
            columns[i] += _stripped(batch, i)
        answers += len(row)
        if answers > MOST_ANSWERS:
            raise reading.fault("responses.too_many_answers", int(batch.lines[-1]), limit=MOST_ANSWERS)
    count = np.concatenate(counts) if counts else np.zeros(0)
    if who is None:
        people = [str(n + 1) for n in range(len(count))]
    person, item, score = (
        (np.concatenate([part[i] for part in parts]) for i in range(3)) if parts else [np.zeros(0, int)] * 3
    )
    real = count > 0
    person = (np.cumsum(real) - 1)[person]
    listed = np.flatnonzero(real).tolist()
    return Responses(
        items=tuple(header[i] for i in questions),
        persons=tuple(people[i] for i in listed),
        person=person,
        item=item,
        score=score,
        count=count[real],
        max_score=_largest(item, score, len(questions)),
        columns={column_name(header[c]): tuple(columns[c][i] for i in listed) for c in kept},
    )


def _counts(reading: _Reading, batch: Batch, position: int | None) -> FloatArray:
    """(n,) how many people each row stands for."""
    if position is None:
        return np.ones(len(batch.lines))
    found = _numbers(batch.columns[position], reading.table.decimal_comma)
    wrong = ~np.isfinite(found) | (found < 0)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise reading.fault("responses.count", int(batch.lines[row]), value=batch.columns[position][row])
    return found


def _names(reading: _Reading, batch: Batch, position: int, what: str) -> list[str]:
    """The texts of this column; raise unless every row has one."""
    found = _stripped(batch, position)
    if "" in found:
        name = reading.table.header[position] or what
        raise reading.fault("responses.no_name", int(batch.lines[found.index("")]), column=name)
    return found


def _stripped(batch: Batch, position: int) -> list[str]:
    return list(map(str.strip, batch.columns[position]))


def _no_person_twice(reading: _Reading, batch: Batch, named: Sequence[str], persons: _Codes) -> None:
    before, rows = len(persons), len(named)
    codes = persons.of(named, rows)
    if len(persons) != before + rows:
        row = int(np.argmax(codes != before + np.arange(rows)))
        raise reading.fault("responses.person_twice", int(batch.lines[row]), person=named[row])


# --- long -------------------------------------------------------------------------------------------------


def _read_long(reading: _Reading, names: Sequence[str]) -> Responses:
    header = reading.table.header
    who, what = _position(names, PERSON_NAMES), _position(names, ITEM_NAMES)
    points, time = _position(names, SCORE_NAMES), _position(names, SECONDS_NAMES)
    how_many = _position(names, COUNT_NAMES)
    if who is None:
        if header[0]:
            raise reading.fault("responses.column_missing", 1, column=PERSON_NAMES[0], found=_few(header))
        who = 0
    assert what is not None  # noqa: S101 - what makes it long
    assert points is not None  # noqa: S101
    others = [i for i in range(len(header)) if i not in {who, what, points, time, how_many}]

    scores, persons, items = _Scores(), _Codes(), _Codes()
    texts = {i: _Codes() for i in others}
    parts: list[tuple[IntArray, IntArray, IntArray, IntArray]] = []
    times: list[FloatArray] = []
    counts: list[FloatArray] = []
    columns: dict[int, list[IntArray]] = {i: [] for i in others}
    answers = 0
    for batch in reading.batches():
        rows = len(batch.lines)
        score = scores.of(batch.columns[points], rows)
        if (score == _NOT_A_SCORE).any():
            row = int(np.argmax(score == _NOT_A_SCORE))
            raise reading.fault(
                "responses.not_a_score",
                int(batch.lines[row]),
                column=header[points],
                value=batch.columns[points][row],
                limit=LARGEST_SCORE,
            )
        person = persons.of(_names(reading, batch, who, "person"), rows)
        item = items.of(_names(reading, batch, what, "item"), rows)
        parts.append((person, item, score, batch.lines))
        if time is not None:
            times.append(_seconds(reading, batch, time))
        if how_many is not None:
            counts.append(_counts(reading, batch, how_many))
        for i in others:
            columns[i].append(texts[i].of(_stripped(batch, i), rows))
        answers += rows
        if answers > MOST_ANSWERS:
            raise reading.fault("responses.too_many_answers", int(batch.lines[-1]), limit=MOST_ANSWERS)
    if not parts:
        raise reading.fault("responses.no_answers", 0)
    person, item, score, line = (np.concatenate([part[i] for part in parts]) for i in range(4))
    del parts

    first = np.full(len(persons), len(person))
    np.minimum.at(first, person, np.arange(len(person)))
    count = np.ones(len(persons))
    if how_many is not None:
        given = np.concatenate(counts)
        _same_for_a_person(reading, given != given[first[person]], header[how_many], persons, person, line)
        count = given[first]
    described: dict[str, tuple[str, ...]] = {}
    for i in others:
        codes = np.concatenate(columns.pop(i))
        varies = codes != codes[first[person]]
        if varies.any() and not _describes_people(header[i], reading.declared):
            continue  # a column about answers (a position, a time stamp): nothing here needs it
        _same_for_a_person(reading, varies, header[i], persons, person, line)
        values = texts[i].texts
        described[column_name(header[i])] = tuple(values[code] for code in codes[first].tolist())

    key = person * len(items) + item
    order = np.argsort(key, kind="stable")
    key = key[order]
    again = np.flatnonzero(key[1:] == key[:-1])
    if len(again):
        earlier, later = (int(order[again[0] + k]) for k in (0, 1))
        raise reading.fault(
            "responses.twice",
            int(line[later]),
            person=persons.texts[int(person[later])],
            item=items.texts[int(item[later])],
            before=int(line[earlier]),
        )
    order = order[(score[order] >= 0) & (count[person[order]] > 0)]
    real = count > 0
    score, item = score[order], item[order]
    names_of = persons.texts
    return Responses(
        items=items.texts,
        persons=tuple(names_of[i] for i in np.flatnonzero(real).tolist()),
        person=(np.cumsum(real) - 1)[person[order]],
        item=item,
        score=score,
        count=count[real],
        max_score=_largest(item, score, len(items)),
        columns={
            name: tuple(value for value, is_real in zip(values, real.tolist(), strict=True) if is_real)
            for name, values in described.items()
        },
        seconds=np.concatenate(times)[order] if times else None,
    )


def _seconds(reading: _Reading, batch: Batch, position: int) -> FloatArray:
    found = _numbers(batch.columns[position], reading.table.decimal_comma)
    wrong = np.isinf(found) | (found <= 0)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise reading.fault("responses.seconds", int(batch.lines[row]), value=batch.columns[position][row])
    return found


def _same_for_a_person(
    reading: _Reading,
    varies: NDArray[np.bool_],
    column: str,
    persons: _Codes,
    person: IntArray,
    line: IntArray,
) -> None:
    if varies.any():
        row = int(np.argmax(varies))
        raise reading.fault(
            "responses.column_varies", int(line[row]), column=column, person=persons.texts[int(person[row])]
        )


# --- either -----------------------------------------------------------------------------------------------


def _zero_based(found: Responses, path: Path, lowest: int | None) -> Responses:
    if not len(found.score):
        raise ResponsesInvalid("responses.no_answers", file=str(path))
    smallest, largest = int(found.score.min()), int(found.score.max())
    if lowest is None:
        lowest = 1 if smallest == 1 and largest > 1 else 0
    if smallest < lowest:
        row = int(np.argmax(found.score < lowest))
        raise ResponsesInvalid(
            "responses.score_range",
            file=str(path),
            value=smallest,
            lowest=lowest,
            item=found.items[int(found.item[row])],
            person=found.persons[int(found.person[row])],
        )
    if not lowest:
        return found
    score = found.score - lowest
    return Responses(
        items=found.items,
        persons=found.persons,
        person=found.person,
        item=found.item,
        score=score,
        count=found.count,
        max_score=_largest(found.item, score, len(found.items)),
        columns=found.columns,
        seconds=found.seconds,
        lowest_score=lowest,
    )
