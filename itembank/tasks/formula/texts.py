"""The functions on texts: GAUCHE, STXT, SUBSTITUE, CHERCHE, TEXTE and their kin, by their English names.

`ON_VALUES` take single values, `ON_SHEET` the operands and the sheet's reader, because what they cost depends on how
long the texts are. An argument left out is None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from itembank.tasks.formula import notation
from itembank.tasks.formula.criteria import found_at
from itembank.tasks.formula.functions import members, reading
from itembank.tasks.formula.operators import Reader, elementwise, joined, single
from itembank.tasks.formula.patterns import in_format
from itembank.tasks.formula.values import (
    LONGEST_TEXT,
    ErrorValue,
    Operand,
    Scalar,
    to_boolean,
    to_number,
    to_text,
)
from itembank.tasks.words import typeable
from itembank.typography import plain

_WORK = 64  # characters compared at the price of one elementary operation


def _on_text(compute: Callable[[str], str | float]) -> Callable[..., Scalar]:
    return reading(lambda text: _bounded(compute(text)), to_text)


def _bounded(result: str | float) -> Scalar:
    return ErrorValue.VALUE if isinstance(result, str) and len(result) > LONGEST_TEXT else result


def _end(cut: Callable[[str, int], str]) -> Callable[..., Scalar]:
    def function(text: str, count: float = 1.0) -> Scalar:
        return ErrorValue.VALUE if count < 0 else cut(text, int(min(count, len(text))))

    return reading(function, to_text, to_number)


def _middle(text: str, place: float, count: float) -> Scalar:
    if place < 1 or count < 0:
        return ErrorValue.VALUE
    first = int(min(place, len(text) + 1)) - 1
    return text[first : first + int(min(count, len(text)))]


def _replace(text: str, place: float, count: float, piece: str) -> Scalar:
    if place < 1 or count < 0:
        return ErrorValue.VALUE
    first = int(min(place, len(text) + 1)) - 1
    return joined((text[:first], piece, text[first + int(min(count, len(text))) :]))


def _which(value: Scalar) -> float | ErrorValue | None:
    """The number of an occurrence, None for all of them."""
    return None if value is None else to_number(value)


def _substitute(text: str, sought: str, piece: str, number: float | None = None) -> Scalar:
    if number is not None and number < 1:
        return ErrorValue.VALUE
    places = _places(text, sought)
    if number is not None:
        places = places[int(number) - 1 : int(number)] if number <= len(places) else []
    if len(text) + len(places) * (len(piece) - len(sought)) > LONGEST_TEXT:
        return ErrorValue.VALUE
    pieces: list[str] = []
    done = 0
    for place in places:
        pieces += (text[done:place], piece)
        done = place + len(sought)
    return "".join([*pieces, text[done:]])


def _places(text: str, sought: str) -> list[int]:
    """Where `sought` stands in `text`, from left to right, without overlap; nowhere when it is empty."""
    within, wanted = typeable(text), typeable(sought)
    found: list[int] = []
    place = within.find(wanted) if wanted else -1
    while place >= 0:
        found.append(place)
        place = within.find(wanted, place + len(wanted))
    return found


def _trimmed(text: str) -> str:
    return " ".join(piece for piece in plain(text).split(" ") if piece)


def _value(value: Scalar) -> Scalar:
    if isinstance(value, bool):
        return ErrorValue.VALUE
    return to_number(value)


def _text_in_format(value: Scalar, pattern: Scalar) -> Scalar:
    wanted = to_text(pattern)
    if isinstance(value, ErrorValue):
        return value
    if isinstance(wanted, ErrorValue):
        return wanted
    if isinstance(value, bool):
        return notation.boolean_text(value)
    number = to_number(value)
    if isinstance(number, ErrorValue):  # a text that is no number stays as it is
        return value
    shown = in_format(number, typeable(wanted))
    return ErrorValue.VALUE if shown is None else _bounded(shown)


ON_VALUES: dict[str, Callable[..., Scalar]] = {
    "CONCATENATE": lambda *values: joined(values),
    "LEFT": _end(lambda text, count: text[:count]),
    "RIGHT": _end(lambda text, count: text[len(text) - count :]),
    "MID": reading(_middle, to_text, to_number),
    "REPLACE": reading(_replace, to_text, to_number, to_number, to_text),
    "SUBSTITUTE": reading(_substitute, to_text, to_text, to_text, _which),
    "LEN": _on_text(lambda text: float(len(text))),
    "UPPER": _on_text(str.upper),
    "LOWER": _on_text(str.lower),
    "PROPER": _on_text(str.title),
    "TRIM": _on_text(_trimmed),
    "VALUE": _value,
    "TEXT": _text_in_format,
}


def _search(
    arguments: Sequence[Operand], reader: Reader, *, find: Callable[[str, str, int], int | None]
) -> Operand:
    found = reading(partial(_found, find, reader), to_text, to_text, _place)
    return elementwise(found, arguments, reader)


def _place(value: Scalar) -> float | ErrorValue:
    """Where a search begins, at the first character where nothing is said."""
    return 1.0 if value is None else to_number(value)


def _found(
    find: Callable[[str, str, int], int | None],
    reader: Reader,
    wanted: str,
    text: str,
    place: float = 1.0,
) -> Scalar:
    if not 1 <= place < len(text) + 2:
        return ErrorValue.VALUE
    reader.spend(len(wanted) * len(text) // _WORK)
    found = find(wanted, text, int(place) - 1)
    return ErrorValue.VALUE if found is None else float(found + 1)


def _exactly(sought: str, text: str, start: int) -> int | None:
    found = typeable(text).find(typeable(sought), start)
    return found if found >= 0 else None


def _joined_with(arguments: Sequence[Operand], reader: Reader) -> Scalar:
    """JOINDRE.TEXTE(separator; leave out what is empty; texts…)."""
    del reader
    separator, leave_out = to_text(single(arguments[0])), to_boolean(single(arguments[1]))
    if isinstance(separator, ErrorValue):
        return separator
    if isinstance(leave_out, ErrorValue):
        return leave_out
    pieces: list[Scalar] = []
    for argument in arguments[2:]:
        for value in members(argument):
            if leave_out and value in (None, ""):
                continue
            pieces += (separator, value) if pieces else (value,)
    return joined(pieces)


def _concat(arguments: Sequence[Operand], reader: Reader) -> Scalar:
    del reader
    return joined([value for argument in arguments for value in members(argument)])


ON_SHEET: dict[str, Callable[[Sequence[Operand], Reader], Operand]] = {
    "CONCAT": _concat,
    "FIND": partial(_search, find=_exactly),
    "SEARCH": partial(_search, find=found_at),
    "TEXTJOIN": _joined_with,
}
