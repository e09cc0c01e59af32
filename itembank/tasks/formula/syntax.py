"""The tree of a formula, and what it says about which cells it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from itembank.errors import ItemBankFault
from itembank.tasks.formula.addresses import Area
from itembank.tasks.formula.values import ErrorValue


class FormulaSyntaxFault(ItemBankFault):
    """A formula that cannot be read: the only thing that reading one raises.

    `code` is one of `formula.no_equals_sign`, `formula.too_long`, `formula.too_deep`, `formula.character`
    (`character`), `formula.text_unclosed`, `formula.comma`, `formula.unexpected` (`found`), `formula.incomplete`,
    `formula.arguments` (`function`, `fewest`, `most`), `formula.volatile` (`function`); each has `position`, counted from 0 in the text.
    """

    def __init__(self, code: str, position: int, **params: object) -> None:
        super().__init__(code, position=position, **params)
        self.position = position


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, VRAI or FAUX, an error, or (None) an argument left out."""

    value: float | str | bool | ErrorValue | None


@dataclass(frozen=True, slots=True)
class Name:
    """A word that is neither a cell nor a function: #NOM?."""

    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell or a range."""

    area: Area


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one precedence, applied from left to right: first, then each (operator, operand).

    Keeping them in one node keeps the tree shallow however long a sum is.
    """

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """An operand after one or more minus signs; `negative` when their number is odd."""

    operand: Node
    negative: bool


@dataclass(frozen=True, slots=True)
class Percent:
    """An operand before `times` percent signs."""

    operand: Node
    times: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the vocabulary, by its English name, and its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Literal | Name | Reference | Chain | Signed | Percent | Call


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly under `node`."""
    match node:
        case Chain(first, rest):
            return (first, *(operand for _, operand in rest))
        case Signed(operand) | Percent(operand):
            return (operand,)
        case Call(_, arguments):
            return arguments
    return ()


def areas_read(node: Node) -> Iterator[Area]:
    """Every area that evaluating `node` may read."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        match node:
            case Reference(area):
                yield area
            case Call("SUMIF" | "AVERAGEIF", (Reference(tested), _, Reference(summed))):
                yield summed.resized(tested)
        waiting.extend(children(node))


def is_calculation(node: Node) -> bool:
    """Whether the formula reckons or reads something, instead of only holding a constant as « =1550 » does."""
    match node:
        case Literal() | Name():
            return False
        case Signed(operand) | Percent(operand):
            return is_calculation(operand)
    return True
