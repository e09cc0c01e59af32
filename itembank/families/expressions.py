"""The families' expression language: reading and evaluating, without any of the host language's evaluation.

    or, and, not          truth
    = != < <= > >= in     comparison, chained as in mathematics (``1 < n <= 5``)
    + - * / // %          exact arithmetic on fractions; ``+`` also joins texts and lists, moves dates and times
    x.name                an attribute of a person, noun, date…; of a list, the list of its members' attributes
    x[0]                  a member of a list, from 0 (-1 is the last); a value of a mapping by name
    f(x, y)               a function of `functions.FUNCTIONS`
    [a, b]  "text"  12,5 is written 12.5

An expression never loops, never assigns and always ends; its length, depth and the size of its values are bounded.
Every fault is a `Fault` with a reason, of the codes of `REASONS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from itembank.families.values import THINGS, Clock, Day, Value

LONGEST = 1_000
DEEPEST = 40
LARGEST = 10**15
LONGEST_TEXT = 5_000
LONGEST_LIST = 500

REASONS = (
    "syntax", "unknown_name", "unknown_attribute", "unknown_function", "arguments", "type", "zero", "too_large",
    "no_member", "gender",
)  # fmt: skip


class Fault(Exception):
    """An expression that cannot be read or has no value: one of `REASONS` and the word it is about."""

    def __init__(self, reason: str, about: str = "") -> None:
        super().__init__(reason, about)
        self.reason = reason
        self.about = about


# --- syntax -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class ListOf:
    members: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    of: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Chain:
    """``a < b <= c``: all of the neighbouring comparisons hold."""

    operators: tuple[str, ...]
    operands: tuple[Node, ...]


Node: TypeAlias = Literal | Name | ListOf | Call | Attribute | Member | Unary | Binary | Chain

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>//|==|!=|<=|>=|[-+*/%=<>()\[\],.]))"
)
_COMPARISONS = {"=", "==", "!=", "<", "<=", ">", ">=", "in"}
_WORDS = {"true": True, "false": False}


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    position, end = 0, len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None:
            raise Fault("syntax", source[position : position + 10])
        position = match.end()
        yield str(match.lastgroup), match.group(match.lastgroup or 0)
    yield "end", ""


class _Reader:
    """Recursive descent over one expression."""

    def __init__(self, source: str) -> None:
        self._tokens = list(_tokens(source))
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._or()
        if self._peek()[0] != "end":
            raise Fault("syntax", self._peek()[1])
        return node

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at]

    def _next(self) -> tuple[str, str]:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _takes(self, *words: str) -> str:
        """The next token's text, consumed, if it is one of `words` and not quoted; else empty."""
        kind, text = self._peek()
        if kind in ("sign", "name") and text in words:
            self._at += 1
            return text
        return ""

    def _needs(self, sign: str) -> None:
        if not self._takes(sign):
            raise Fault("syntax", self._peek()[1] or sign)

    def _or(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Fault("syntax", "(")
        node = self._and()
        while self._takes("or"):
            node = Binary("or", node, self._and())
        self._depth -= 1
        return node

    def _and(self) -> Node:
        node = self._not()
        while self._takes("and"):
            node = Binary("and", node, self._not())
        return node

    def _not(self) -> Node:
        count = 0
        while self._takes("not"):
            count += 1
        node = self._comparison()
        return Unary("not", Unary("not", node) if count % 2 == 0 else node) if count else node

    def _comparison(self) -> Node:
        operands, operators = [self._sum()], []
        while operator := self._takes(*_COMPARISONS):
            operators.append("=" if operator == "==" else operator)
            operands.append(self._sum())
        return Chain(tuple(operators), tuple(operands)) if operators else operands[0]

    def _sum(self) -> Node:
        node = self._product()
        while operator := self._takes("+", "-"):
            node = Binary(operator, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._unary()
        while operator := self._takes("*", "/", "//", "%"):
            node = Binary(operator, node, self._unary())
        return node

    def _unary(self) -> Node:
        signs = 0
        while self._takes("-"):
            signs += 1
        node = self._postfix()
        return Unary("-", node) if signs % 2 else node

    def _postfix(self) -> Node:
        node = self._atom()
        while True:
            if self._takes("."):
                kind, name = self._next()
                if kind != "name":
                    raise Fault("syntax", name)
                node = Attribute(node, name)
            elif self._takes("["):
                node = Member(node, self._or())
                self._needs("]")
            else:
                return node

    def _atom(self) -> Node:
        kind, text = self._next()
        match kind:
            case "number":
                return Literal(Fraction(text))
            case "text":
                return Literal(text[1:-1])
            case "name" if text in _WORDS:
                return Literal(_WORDS[text])
            case "name" if self._takes("("):
                return Call(text, self._list(")"))
            case "name" if text not in ("and", "or", "not", "in"):
                return Name(text)
            case "sign" if text == "(":
                node = self._or()
                self._needs(")")
                return node
            case "sign" if text == "[":
                return ListOf(self._list("]"))
        raise Fault("syntax", text)

    def _list(self, end: str) -> tuple[Node, ...]:
        if self._takes(end):
            return ()
        members = [self._or()]
        while self._takes(","):
            members.append(self._or())
        self._needs(end)
        return tuple(members)


@lru_cache(maxsize=4096)
def parse(source: str) -> Node:
    """Read an expression. Raises Fault ``syntax``."""
    if len(source) > LONGEST:
        raise Fault("syntax", source[:10])
    return _Reader(source).whole()


def names_in(node: Node) -> frozenset[str]:
    """The names of slots and computed values that `node` reads."""
    match node:
        case Name(name):
            return frozenset({name})
        case ListOf(parts) | Call(_, parts) | Chain(_, parts):
            return frozenset().union(*map(names_in, parts))
        case Attribute(of, _) | Unary(_, of):
            return names_in(of)
        case Member(left, right) | Binary(_, left, right):
            return names_in(left) | names_in(right)
        case Literal():
            return frozenset()


# --- values -----------------------------------------------------------------------------------------------

Function: TypeAlias = Callable[..., Value]
Functions: TypeAlias = Mapping[str, Function]


def evaluate(node: Node, values: Mapping[str, Value], functions: Functions) -> Value:
    """The value of `node` where its names stand for `values`. Raises Fault."""
    return _bounded(_value(node, values, functions))


def _value(node: Node, values: Mapping[str, Value], functions: Functions) -> Value:
    def of(part: Node) -> Value:
        return evaluate(part, values, functions)

    match node:
        case Literal(value):
            return value
        case Name(name):
            if name not in values:
                raise Fault("unknown_name", name)
            return values[name]
        case ListOf(members):
            return tuple(of(m) for m in members)
        case Call(function, arguments):
            return _called(function, [of(argument) for argument in arguments], functions)
        case Attribute(inside, name):
            return attribute(of(inside), name)
        case Member(inside, index):
            return _member(of(inside), of(index))
        case Unary("not", operand):
            return not _flag(of(operand))
        case Unary(_, operand):
            return -_number(of(operand))
        case Binary("and", left, right):
            return _flag(of(left)) and _flag(of(right))
        case Binary("or", left, right):
            return _flag(of(left)) or _flag(of(right))
        case Binary(operator, left, right):
            return _computed(operator, of(left), of(right))
        case Chain(operators, operands):
            found = [of(operand) for operand in operands]
            pairs = zip(operators, found, found[1:], strict=False)
            return all(_compared(operator, left, right) for operator, left, right in pairs)


def _called(name: str, arguments: list[Value], functions: Functions) -> Value:
    if name not in functions:
        raise Fault("unknown_function", name)
    try:
        return functions[name](*arguments)
    except Fault:
        raise
    except ZeroDivisionError as fault:
        raise Fault("zero", name) from fault
    except (TypeError, AttributeError) as fault:
        raise Fault("arguments", name) from fault
    except IndexError as fault:
        raise Fault("no_member", name) from fault
    except ValueError as fault:
        raise Fault("gender" if fault.args == ("gender",) else "arguments", name) from fault


def attribute(value: Value, name: str) -> Value:
    """`value.name`; of a list, the list of its members' attributes. Raises Fault ``unknown_attribute``."""
    if isinstance(value, tuple):
        return tuple(attribute(member, name) for member in value)
    attributes = (
        value if isinstance(value, Mapping) else value.attributes if isinstance(value, THINGS) else {}
    )
    if name not in attributes:
        raise Fault("unknown_attribute", name)
    return attributes[name]


def _member(value: Value, index: Value) -> Value:
    if isinstance(value, Mapping) and isinstance(index, str):
        if index not in value:
            raise Fault("no_member", index)
        return value[index]
    if not isinstance(value, tuple | str):
        raise Fault("type", "[")
    place = _number(index)
    if place.denominator != 1 or not -len(value) <= place < len(value):
        raise Fault("no_member", str(place))
    return value[int(place)]


def _number(value: Value) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, Fraction):
        raise Fault("type", str(value)[:20])
    return value


def _flag(value: Value) -> bool:
    if not isinstance(value, bool):
        raise Fault("type", str(value)[:20])
    return value


def _computed(operator: str, left: Value, right: Value) -> Value:
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if operator == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    if operator in "+-" and isinstance(left, Day | Clock) and isinstance(right, Fraction):
        if right.denominator != 1 or abs(right) > 100_000:
            raise Fault("too_large", str(right))
        try:
            return left.moved(int(right if operator == "+" else -right))
        except OverflowError as fault:
            raise Fault("too_large", str(right)) from fault
    if operator == "-" and isinstance(left, Day) and isinstance(right, Day):
        return Fraction((left.day - right.day).days)
    if operator == "-" and isinstance(left, Clock) and isinstance(right, Clock):
        return Fraction(left.minutes - right.minutes)
    a, b = _number(left), _number(right)
    if operator in ("/", "//", "%") and b == 0:
        raise Fault("zero", operator)
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b
        case "//":
            return Fraction(a // b)
        case _:
            return a % b


def _compared(operator: str, left: Value, right: Value) -> bool:
    match operator:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "in":
            if isinstance(right, str) and isinstance(left, str):
                return left in right
            if isinstance(right, tuple | Mapping):
                return left in right
            raise Fault("type", "in")
    order = _order(operator, left, right)
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


def _order(operator: str, left: Value, right: Value) -> int:
    """-1, 0 or 1: two numbers, two texts, two dates or two times."""
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    a, b = _measure(operator, left), _measure(operator, right)
    if type(left) is not type(right):
        raise Fault("type", operator)
    return (a > b) - (a < b)


def _measure(operator: str, value: Value) -> Fraction:
    match value:
        case Fraction():
            return value
        case Day():
            return Fraction(value.day.toordinal())
        case Clock():
            return Fraction(value.minutes)
    raise Fault("type", operator)


def _bounded(value: Value) -> Value:
    match value:
        case Fraction():
            if abs(value) > LARGEST or value.denominator > LARGEST:
                raise Fault("too_large")
        case str():
            if len(value) > LONGEST_TEXT:
                raise Fault("too_large")
        case tuple():
            if len(value) > LONGEST_LIST:
                raise Fault("too_large")
    return value
