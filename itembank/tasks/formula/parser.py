"""From a formula's text to its tree.

Precedence, tightest first, as spreadsheets have it: `:`, `%`, unary minus, `^`, `*` `/`, `+` `-`, `&`, comparisons.
So `-2^2` is 4, and `2^3^2` is 64 since operators of one precedence apply from left to right.
"""

from __future__ import annotations

import math
import unicodedata
from functools import lru_cache

from itembank.tasks.formula import vocabulary
from itembank.tasks.formula.addresses import MOST_COLUMNS, MOST_ROWS, Area, area_named, column_number
from itembank.tasks.formula.lexer import LONGEST_FORMULA, Kind, Token, readings
from itembank.tasks.formula.notation import read_boolean
from itembank.tasks.formula.syntax import (
    Call,
    Chain,
    FormulaSyntaxFault,
    Literal,
    Name,
    Node,
    Percent,
    Reference,
    Signed,
)
from itembank.tasks.formula.values import ENGLISH_ERRORS, ErrorValue

DEEPEST_NESTING = 24

_PRECEDENCE = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 1),
    "&": 2,
    **dict.fromkeys(("+", "-"), 3),
    **dict.fromkeys(("*", "/"), 4),
    "^": 5,
}


@lru_cache(maxsize=512)
def parse(formula: str) -> Node:
    """The tree of `formula`, which starts with =.

    Raises `FormulaSyntaxFault` and nothing else, whatever the text: its length and nesting are bounded.
    """
    text = unicodedata.normalize("NFC", formula[: LONGEST_FORMULA + 1])
    first_fault: FormulaSyntaxFault | None = None
    for tokens in readings(text):
        try:
            return _Parser(tokens, len(text)).formula()
        except FormulaSyntaxFault as fault:
            first_fault = first_fault or fault
    raise first_fault or FormulaSyntaxFault("formula.incomplete", 0)


class _Parser:
    def __init__(self, found: list[Token], length: int) -> None:
        self.tokens = [*found, Token(Kind.END, "", length)]
        self.position = 0
        self.depth = 0

    def peek(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.peek()
        self.position += 1
        return token

    def unexpected(self) -> FormulaSyntaxFault:
        token = self.peek()
        if token.kind is Kind.END:
            return FormulaSyntaxFault("formula.incomplete", token.start)
        return FormulaSyntaxFault("formula.unexpected", token.start, found=token.text)

    def expect(self, kind: Kind) -> None:
        if self.peek().kind is not kind:
            raise self.unexpected()
        self.take()

    def formula(self) -> Node:
        node = self.expression(1)
        self.expect(Kind.END)
        return node

    def expression(self, loosest: int) -> Node:
        left = self.operand()
        while (precedence := _PRECEDENCE.get(self.peek().text, 0)) >= loosest:
            rest: list[tuple[str, Node]] = []
            while _PRECEDENCE.get(self.peek().text, 0) == precedence:
                operator = self.take().text
                rest.append((operator, self.expression(precedence + 1)))
            left = Chain(left, tuple(rest))
        return left

    def operand(self) -> Node:
        minus_signs = signs = 0
        while self.peek().text in ("+", "-"):
            minus_signs += self.take().text == "-"
            signs += 1
        node = self.primary()
        times = 0
        while self.peek().kind is Kind.PERCENT:
            self.take()
            times += 1
        if times:
            node = Percent(node, times)
        return Signed(node, minus_signs % 2 == 1) if minus_signs else node

    def primary(self) -> Node:
        token = self.peek()
        match token.kind:
            case Kind.NUMBER:
                return self.number()
            case Kind.TEXT:
                self.take()
                return Literal(token.text[1:-1].replace('""', '"'))
            case Kind.ERROR:
                self.take()
                text = token.text.upper()
                return Literal(ENGLISH_ERRORS.get(text) or ErrorValue(text))
            case Kind.CELL | Kind.COLUMNS | Kind.ROWS:
                return Reference(self.area())
            case Kind.NAME:
                return self.named()
            case Kind.OPEN:
                self.take()
                node = self.nested(token)
                self.expect(Kind.CLOSE)
                return node
        raise self.unexpected()

    def nested(self, token: Token) -> Node:
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            raise FormulaSyntaxFault("formula.too_deep", token.start, limit=DEEPEST_NESTING)
        node = self.expression(1)
        self.depth -= 1
        return node

    def number(self) -> Node:
        value = float(self.take().text.replace(",", "."))
        return Literal(value if math.isfinite(value) else ErrorValue.NUMBER)

    def area(self) -> Area:
        token = self.take()
        if token.kind is not Kind.CELL:
            return _whole(token)
        if self.peek().kind is not Kind.COLON:
            return _area(token, token.text)
        self.take()
        if self.peek().kind is not Kind.CELL:
            raise self.unexpected()
        return _area(token, f"{token.text}:{self.take().text}")

    def named(self) -> Node:
        token = self.take()
        if self.peek().kind is not Kind.OPEN:
            boolean = read_boolean(token.text)
            return Name(token.text) if boolean is None else Literal(boolean)
        arguments = self.arguments(self.take())
        if vocabulary.is_volatile(token.text):
            raise FormulaSyntaxFault("formula.volatile", token.start, function=token.text)
        function = vocabulary.function_named(token.text)
        if function is None:
            return Name(token.text)
        if not function.takes(len(arguments)):
            raise FormulaSyntaxFault(
                "formula.arguments",
                token.start,
                function=token.text,
                fewest=function.fewest,
                most=function.most,
            )
        return Call(function.english, arguments)

    def arguments(self, opening: Token) -> tuple[Node, ...]:
        if self.peek().kind is Kind.CLOSE:
            self.take()
            return ()
        found = [self.argument(opening)]
        while self.peek().kind is Kind.SEPARATOR:
            self.take()
            found.append(self.argument(opening))
        self.expect(Kind.CLOSE)
        return tuple(found)

    def argument(self, opening: Token) -> Node:
        if self.peek().kind in (Kind.SEPARATOR, Kind.CLOSE):
            return Literal(None)
        return self.nested(opening)


def _area(token: Token, text: str) -> Area:
    area = area_named(text)
    if area is None:
        raise FormulaSyntaxFault("formula.unexpected", token.start, found=token.text)
    return area


def _whole(token: Token) -> Area:
    first, last = token.text.replace("$", "").split(":")
    if token.kind is Kind.ROWS:
        return Area(1, min(int(first), int(last)), MOST_COLUMNS, max(int(first), int(last)))
    columns = sorted(column_number(letters) or 1 for letters in (first, last))
    return Area(columns[0], 1, columns[1], MOST_ROWS)
