"""The functions that search: RECHERCHEV, RECHERCHEH, RECHERCHEX, EQUIV and INDEX, by their English names.

`ON_SHEET` take the operands and the sheet's reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from itembank.tasks.formula.conditional import spend_on_texts
from itembank.tasks.formula.criteria import matches
from itembank.tasks.formula.functions import members
from itembank.tasks.formula.operators import Reader, single
from itembank.tasks.formula.values import (
    Array,
    ErrorValue,
    Operand,
    Scalar,
    order,
    same_kind,
    to_boolean,
    to_number,
)

Arguments = Sequence[Operand]


def _lookup(arguments: Arguments, reader: Reader, *, across: bool) -> Scalar:
    """RECHERCHEV down the first column of a table, or (`across`) RECHERCHEH along its first row."""
    wanted, table, rank = single(arguments[0]), arguments[1], to_number(single(arguments[2]))
    approximate = to_boolean(single(arguments[3])) if len(arguments) > 3 else True
    for argument in (wanted, rank, approximate):
        if isinstance(argument, ErrorValue):
            return argument
    if not isinstance(table, Array) or isinstance(rank, ErrorValue) or rank < 1:
        return ErrorValue.VALUE
    rows = tuple(zip(*table.rows, strict=True)) if across else table.rows
    if rank >= len(rows[0]) + 1:
        return ErrorValue.REFERENCE
    wanted = 0.0 if wanted is None else wanted
    keys = [row[0] for row in rows]
    spend_on_texts(Array((tuple(keys),)), wanted, reader)
    place = _last_not_beyond(keys, wanted) if approximate else _first_equal(keys, wanted)
    if place is None:
        return ErrorValue.NOT_AVAILABLE
    found = rows[place][int(rank) - 1]
    return 0.0 if found is None else found


def _match(arguments: Arguments, reader: Reader) -> Scalar:
    """EQUIV: a value's place, from 1, in one row or one column; type 1 (the last not above), 0 (equal), -1 (the last
    not below, largest first)."""
    wanted, table = single(arguments[0]), arguments[1]
    kind = to_number(single(arguments[2])) if len(arguments) > 2 else 1.0
    if isinstance(wanted, ErrorValue):
        return wanted
    if isinstance(kind, ErrorValue):
        return kind
    keys = _line(table)
    if keys is None or wanted is None:
        return ErrorValue.NOT_AVAILABLE
    spend_on_texts(table, wanted, reader)
    place = _first_equal(keys, wanted) if kind == 0 else _last_not_beyond(keys, wanted, descending=kind < 0)
    return ErrorValue.NOT_AVAILABLE if place is None else float(place + 1)


def _index(arguments: Arguments, reader: Reader) -> Operand:
    """INDEX(range; row; column), from 1; 0 gives the whole column or row; a range of one row takes the column alone.

    What is found stays a piece of the range, so that SOMME leaves out a text in it as it does in any range.
    """
    del reader
    table = arguments[0] if isinstance(arguments[0], Array) else Array(((arguments[0],),))
    first = to_number(single(arguments[1]))
    second = to_number(single(arguments[2])) if len(arguments) > 2 else None
    if isinstance(first, ErrorValue):
        return first
    if isinstance(second, ErrorValue):
        return second
    row, column = int(max(-1.0, min(first, 1e7))), 0 if second is None else int(max(-1.0, min(second, 1e7)))
    height, width = table.extent
    if second is None and height == 1:
        row, column = 0 if width > 1 and row == 0 else 1, row
    elif second is None and width == 1:
        column = 1
    if row < 0 or column < 0:
        return ErrorValue.VALUE
    if row > height or column > width:
        return ErrorValue.REFERENCE
    rows = table.rows if row == 0 else table.rows[row - 1 : row]
    cut = tuple(line if column == 0 else line[column - 1 : column] for line in rows)
    return Array(cut) if cut and cut[0] else None  # inside the range, but beyond the sheet


_EXACT, _SMALLER, _LARGER, _WILDCARDS = 0, -1, 1, 2


def _cross_lookup(arguments: Arguments, reader: Reader) -> Operand:
    """RECHERCHEX(value; where to look; what to give; if not found; match -1, 0, 1 or 2; direction 1, -1, 2 or -2).

    The directions 2 and -2, which promise a sorted range, look as 1 and -1 do: the result is the same. What is found
    stays a piece of the range, as INDEX has it.
    """
    wanted = single(arguments[0])
    if isinstance(wanted, ErrorValue):
        return wanted
    keys, given = _line(arguments[1]), arguments[2]
    mode, direction = (_whole(arguments, place, default) for place, default in ((4, 0), (5, 1)))
    if keys is None or not isinstance(mode, int) or not isinstance(direction, int):
        return ErrorValue.VALUE
    if mode not in (_EXACT, _SMALLER, _LARGER, _WILDCARDS) or direction not in (1, -1, 2, -2):
        return ErrorValue.VALUE
    searched = arguments[1] if isinstance(arguments[1], Array) else Array(((arguments[1],),))
    table = given if isinstance(given, Array) else Array(((given,),))
    down = searched.extent[1] == 1
    if searched.extent[0 if down else 1] != table.extent[0 if down else 1]:
        return ErrorValue.VALUE
    spend_on_texts(searched, wanted, reader)
    places = list(range(len(keys)))
    place = _nearest(keys, wanted, mode, places if direction > 0 else places[::-1])
    if place is None:
        missing = arguments[3] if len(arguments) > 3 else None
        if missing is None:
            return ErrorValue.NOT_AVAILABLE
        return Array(missing.rows) if isinstance(missing, Array) else missing
    lines = table.rows if down else tuple(zip(*table.rows, strict=True))
    if place >= len(lines):
        return None
    line = lines[place]
    return Array((line,)) if down else Array(tuple((value,) for value in line))


def _nearest(keys: list[Scalar], wanted: Scalar, mode: int, places: list[int]) -> int | None:
    """The first of `places` whose key equals `wanted`; failing that, in some modes, the next smaller or larger one."""
    best: int | None = None
    for place in places:
        key = keys[place]
        if not same_kind(key, wanted):
            continue
        if mode == _WILDCARDS and isinstance(key, str) and isinstance(wanted, str):
            if matches(wanted, key):
                return place
            continue
        sign = order(key, wanted)
        if sign == 0:
            return place
        closer = best is None or order(key, keys[best]) == (1 if mode == _SMALLER else -1)
        if mode == sign and closer:
            best = place
    return best


def _whole(arguments: Arguments, place: int, default: int) -> int | ErrorValue:
    """The whole number given as the argument at `place`, or `default`."""
    given = single(arguments[place]) if len(arguments) > place else None
    number = float(default) if given is None else to_number(given)
    return number if isinstance(number, ErrorValue) else int(max(-9.0, min(number, 9.0)))


def _line(operand: Operand) -> list[Scalar] | None:
    """The values of one row or one column; None for a table."""
    if isinstance(operand, Array) and operand.height > 1 and operand.width > 1:
        return None
    return list(members(operand))


def _first_equal(keys: Sequence[Scalar], wanted: Scalar) -> int | None:
    for place, key in enumerate(keys):
        if same_kind(key, wanted) and (
            matches(wanted, key)
            if isinstance(wanted, str) and isinstance(key, str)
            else order(key, wanted) == 0
        ):
            return place
    return None


def _last_not_beyond(keys: Sequence[Scalar], wanted: Scalar, *, descending: bool = False) -> int | None:
    """By halves, as spreadsheets do, for what an unsorted table then gives is part of what people must learn."""
    comparable = [place for place, key in enumerate(keys) if same_kind(key, wanted)]
    low, high = 0, len(comparable)
    while low < high:
        middle = (low + high) // 2
        sign = order(keys[comparable[middle]], wanted)
        if (sign >= 0) if descending else (sign <= 0):
            low = middle + 1
        else:
            high = middle
    return comparable[low - 1] if low else None


ON_SHEET: dict[str, Callable[[Arguments, Reader], Operand]] = {
    "VLOOKUP": partial(_lookup, across=False),
    "HLOOKUP": partial(_lookup, across=True),
    "XLOOKUP": _cross_lookup,
    "MATCH": _match,
    "INDEX": _index,
}
