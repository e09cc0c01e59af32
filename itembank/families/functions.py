"""The functions that an expression may call, and the agreements that a text may ask for (``{le:atelier}``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from itembank.families import french
from itembank.families.expressions import Fault, Function, attribute
from itembank.families.values import City, Clock, Day, File, Noun, Person, Trade, Value, slug

MOST_PLACES = 6


def shown(value: Value, language: str = "fr") -> str:
    """How `value` reads inside a text. Raises Fault ``type`` for a list, a mapping or a flag."""
    match value:
        case str():
            return value
        case bool():
            raise Fault("type", str(value))
        case Fraction():
            return (
                french.number(value) if language == "fr" else french.number(value, point=".", thousands=None)
            )
        case Noun() | Trade() | Day() | Clock() if language == "en":
            text = str(value.attributes["en"])
            if not text:
                raise Fault("type", str(value))
            return text
        case Noun() | Trade() | Person() | City() | Day() | Clock() | File():
            return str(value)
        case _:
            raise Fault("type", type(value).__name__)


def _text(value: Value) -> str:
    return shown(value)


def _numbers(values: tuple[Value, ...]) -> list[Fraction]:
    members = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
    if not all(isinstance(m, Fraction) for m in members) or not members:
        raise Fault("type", "()")
    return [m for m in members if isinstance(m, Fraction)]


def _whole(value: Value) -> int:
    if not isinstance(value, Fraction) or value.denominator != 1:
        raise Fault("type", str(value)[:20])
    return int(value)


def _list(value: Value) -> tuple[Value, ...]:
    if not isinstance(value, tuple):
        raise Fault("type", str(value)[:20])
    return value


def _key(value: Value) -> tuple[int, Fraction, str]:
    """Numbers by size, then texts by letter; dates and times by when they are."""
    match value:
        case Fraction():
            return 0, value, ""
        case Day():
            return 0, Fraction(value.day.toordinal()), ""
        case Clock():
            return 0, Fraction(value.minutes), ""
        case _:
            return 1, Fraction(0), slug(_text(value))


def _sorted(values: Value, by: Value = "") -> tuple[Value, ...]:
    members = _list(values)
    if by == "":
        return tuple(sorted(members, key=_key))
    return tuple(sorted(members, key=lambda m: _key(attribute(m, _text(by)))))


def _if(condition: Value, yes: Value, no: Value) -> Value:
    if not isinstance(condition, bool):
        raise Fault("type", "if")
    return yes if condition else no


def _where(values: Value, name: Value, wanted: Value) -> tuple[Value, ...]:
    return tuple(m for m in _list(values) if attribute(m, _text(name)) == wanted)


def _at_least(values: Value, name: Value, least: Value) -> tuple[Value, ...]:
    if not isinstance(least, Fraction):
        raise Fault("type", "least")
    found = []
    for member in _list(values):
        value = attribute(member, _text(name))
        if not isinstance(value, Fraction):
            raise Fault("type", _text(name))
        if value >= least:
            found.append(member)
    return tuple(found)


def _position(values: Value, member: Value) -> Fraction:
    members = _list(values)
    if member not in members:
        raise Fault("no_member", "position")
    return Fraction(members.index(member) + 1)


def _agreed(who: Value, masculine: Value, feminine: Value) -> str:
    return _text(feminine if french.gender_of(who) == "f" else masculine)


def _joined(values: Value, separator: Value = ", ", last: Value = "") -> str:
    texts = [_text(v) for v in _list(values)]
    if last != "" and len(texts) > 1:
        return _text(separator).join(texts[:-1]) + _text(last) + texts[-1]
    return _text(separator).join(texts)


def _address(user: Value, host: Value) -> str:
    return f"{slug(_text(user))}@{slug(_text(host))}.example"


def _distinct(*values: Value) -> bool:
    members = list(values[0]) if len(values) == 1 and isinstance(values[0], tuple) else list(values)
    return all(a != b for i, a in enumerate(members) for b in members[:i])


def _mean(*values: Value) -> Fraction:
    numbers = _numbers(values)
    return sum(numbers, Fraction(0)) / len(numbers)


def _places(value: Value) -> int:
    places = _whole(value)
    if not 0 <= places <= MOST_PLACES:
        raise Fault("too_large", str(places))
    return places


def _digits(value: Value, count: Value) -> str:
    return f"{_whole(value):0{max(0, min(20, _whole(count)))}}"


def _count(value: Value) -> Fraction:
    if not isinstance(value, tuple | str | Mapping):
        raise Fault("type", "count")
    return Fraction(len(value))


def _decimal(value: Value, decimals: Value) -> str:
    return french.number(_one(value), _places(decimals))


def _one(value: Value) -> Fraction:
    (number,) = _numbers((value,))
    return number


FUNCTIONS: Mapping[str, Function] = {
    "sum": lambda *v: sum(_numbers(v), Fraction(0)) if v != ((),) else Fraction(0),
    "min": lambda *v: min(_numbers(v)),
    "max": lambda *v: max(_numbers(v)),
    "mean": _mean,
    "abs": lambda v: abs(_one(v)),
    "round": lambda v, decimals=Fraction(0): french.rounded(_one(v), _places(decimals)),
    "floor": lambda v: Fraction(_one(v).numerator // _one(v).denominator),
    "count": _count,
    "first": lambda v, n: _list(v)[: _whole(n)],
    "sort": _sorted,
    "reverse": lambda v: tuple(reversed(_list(v))),
    "where": _where,
    "at_least": _at_least,
    "position": _position,
    "distinct": _distinct,
    "if": _if,
    "join": _joined,
    "upper": lambda v: _text(v).upper(),
    "lower": lambda v: _text(v).lower(),
    "slug": lambda v: slug(_text(v)),
    "address": _address,
    "text": _text,
    "digits": _digits,
    "decimal": _decimal,
    "agree": _agreed,
    "plural": lambda n, one, many="": french.counted(_one(n), _text(one), _text(many)),
}
"""Name -> function. Arguments are values of the language; a wrong one is a Fault ``arguments`` or ``type``."""


def _raw(value: Value) -> str:
    return french.number(value, thousands=None) if isinstance(value, Fraction) else _text(value)


_AGREEMENTS: dict[str, Callable[[Value], str]] = {
    "le": french.the,
    "un": french.a,
    "ce": french.this,
    "son": french.their,
    "votre": french.your,
    "de": french.of,
    "à": french.at,
    "du": french.of_the,
    "au": french.to_the,
    "que": french.that,
}


def _english_a(value: Value) -> str:
    """« a joiner », « an agency »: for English texts."""
    text = shown(value, "en")
    return f"{'an' if text[:1] in 'aeioAEIO' else 'a'} {text}"


def _with_capital(agreement: Callable[[Value], str]) -> Callable[[Value], str]:
    return lambda value: french.capitalised(agreement(value))


AGREEMENTS: Mapping[str, Callable[[Value], str]] = {
    **_AGREEMENTS,
    **{french.capitalised(name): _with_capital(agreement) for name, agreement in _AGREEMENTS.items()},
    "a": _english_a,
    "maj": lambda v: french.capitalised(_text(v)),
    "euros": lambda v: french.euros(_one(v)),
    "brut": _raw,
    "mille": lambda v: french.number(_one(v), thousands=True),
}
"""Word before the colon -> the text it makes; those of `_AGREEMENTS` also with a capital."""
