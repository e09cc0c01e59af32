"""Random sheets and random formulas over every function of the engine, each written in French and in English.

A formula is made of typed expressions, so that most of it means something; a share of it is of the wrong type on purpose:
texts that look like numbers, blank cells, booleans where numbers belong, errors, names that do not exist.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from itembank.tasks.formula.vocabulary import FUNCTIONS

FRENCH_NAMES = {function.english: function.french for function in FUNCTIONS}
FRENCH_ERRORS = {"#VALUE!": "#VALEUR!", "#NAME?": "#NOM?", "#NUM!": "#NOMBRE!"}
FRENCH_ERRORS |= {same: same for same in ("#DIV/0!", "#N/A", "#REF!")}

ROWS = 6
COLUMNS = "ABCDEF"
"""A: small whole numbers, ascending; B: decimals; C: words; D: anything; E: dates; F: booleans."""

WORDS = ("pomme", "Poire", "prune", "riz", "sel", "Pain", "lait cru", "eau", "abcabc")


@dataclass(frozen=True)
class Written:
    """A piece of a formula in both languages; `names` are the functions that it calls, by their English names."""

    french: str
    english: str
    names: frozenset[str] = frozenset()


def plain(text: str) -> Written:
    return Written(text, text)


def number(value: float) -> Written:
    english = repr(int(value)) if value == int(value) else repr(value)
    return Written(english.replace(".", ","), english)


def text(value: str) -> Written:
    return plain('"' + value.replace('"', '""') + '"')


def call(name: str, *arguments: Written) -> Written:
    return Written(
        f"{FRENCH_NAMES[name]}({';'.join(a.french for a in arguments)})",
        f"{name}({','.join(a.english for a in arguments)})",
        frozenset({name}).union(*(a.names for a in arguments)),
    )


def joined(operator: str, left: Written, right: Written) -> Written:
    return Written(
        f"({left.french}{operator}{right.french})",
        f"({left.english}{operator}{right.english})",
        left.names | right.names,
    )


def wrapped(before: str, inner: Written, after: str) -> Written:
    return Written(before + inner.french + after, before + inner.english + after, inner.names)


class Author:
    """Writes formulas from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    # --- the sheet ---

    def cells(self) -> dict[str, object]:
        """Cell -> a number, a text, a boolean, a date as (day, month, year), a short formula, or None."""
        r = self.random
        found: dict[str, object] = {}
        whole = 0
        for row in range(1, ROWS + 1):
            whole += r.randint(1, 3)
            found[f"A{row}"] = whole
            found[f"B{row}"] = r.choice([r.randint(-40, 80) / 4, r.randint(0, 9), 2.5])
            found[f"C{row}"] = r.choice(WORDS)
            found[f"D{row}"] = r.choice(
                [
                    None,
                    None,
                    r.randint(0, 9),
                    r.choice(WORDS),
                    "12",
                    "3.5",
                    True,
                    False,
                    "=1/0",
                    "=#N/A",
                    '=""',
                ]
            )
            found[f"E{row}"] = (r.randint(1, 28), r.randint(1, 12), r.randint(2020, 2030))
            found[f"F{row}"] = r.random() < 0.5
        return found

    # --- pieces ---

    def cell(self, column: str) -> Written:
        return plain(
            f"{self.pick('', '', '$')}{column}{self.pick('', '', '$')}{self.random.randint(1, ROWS)}"
        )

    def column(self, letter: str) -> Written:
        return plain(f"{letter}1:{letter}{ROWS}")

    def area(self, letters: str) -> Written:
        first, last = sorted((self.random.randint(1, ROWS), self.random.randint(1, ROWS)))
        one, other = sorted((self.random.choice(letters), self.random.choice(letters)))
        return plain(f"{one}{first}:{other}{last}")

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def one_of(self, *makers: Callable[[], Written]) -> Written:
        return self.random.choice(makers)()

    # --- expressions ---

    def formula(self) -> Written:
        """A whole formula, without its equals sign."""
        depth = self.random.choice([1, 2, 2, 3, 3, 4])
        return self.one_of(
            lambda: self.numeric(depth), lambda: self.numeric(depth), lambda: self.words(depth),
            lambda: self.truth(depth), lambda: self.anything(depth),
        )  # fmt: skip

    def numeric(self, depth: int) -> Written:
        if depth <= 0 or self.random.random() < 0.08:
            return self.one_of(
                lambda: number(self.random.choice([0, 1, 2, 3, 10, 0.5, 2.25, 12.75, 100])),
                lambda: self.cell("A"), lambda: self.cell("B"), lambda: self.cell("B"), lambda: self.cell("E"),
                self.strange,
            )  # fmt: skip
        n = lambda: self.numeric(depth - 1)  # noqa: E731
        return self.one_of(
            lambda: joined(self.pick("+", "-", "*", "/"), n(), n()),
            lambda: joined("^", n(), number(self.random.choice([2, 3, 0.5, -1]))),
            lambda: wrapped("-", n(), ""),
            lambda: wrapped("(", n(), ")%"),
            lambda: self.function_of_numbers(depth),
            lambda: self.function_of_numbers(depth),
            lambda: self.function_of_ranges(depth),
            lambda: self.function_of_ranges(depth),
            lambda: self.conditional(),
            lambda: self.search(depth),
            lambda: self.measuring_text(depth),
            lambda: self.choice(self.numeric, depth),
        )

    def function_of_numbers(self, depth: int) -> Written:
        n = lambda: self.numeric(depth - 1)  # noqa: E731
        small = number(self.random.choice([0, 1, 2, -1, 3]))
        return self.one_of(
            lambda: call(self.pick("ABS", "INT"), n()),
            lambda: call("SQRT", n()),
            lambda: call(self.pick("DAY", "MONTH", "YEAR"), n()),
            lambda: call("ROUND", n(), small),
            lambda: call(self.pick("ROUNDUP", "ROUNDDOWN"), n(), small),
            lambda: call("MOD", n(), n()),
            lambda: call("POWER", n(), small),
            lambda: call("DATE", number(self.random.randint(1990, 2035)), number(self.random.randint(-3, 15)),
                         number(self.random.randint(-5, 40))),
            lambda: call(self.pick("DAY", "MONTH", "YEAR"), self.cell("E")),
            lambda: call("WEEKDAY", self.cell("E"), number(self.random.choice([1, 2, 3]))),
            lambda: call("VALUE", self.one_of(lambda: text("12"), lambda: self.cell("D"), lambda: text("abc"))),
        )  # fmt: skip

    def function_of_ranges(self, depth: int) -> Written:
        n = lambda: self.numeric(depth - 1)  # noqa: E731
        numbers = lambda: self.area("AB")  # noqa: E731
        mixed = lambda: self.area("ABCD")  # noqa: E731
        name = self.pick("SUM", "PRODUCT", "AVERAGE", "MEDIAN", "MAX", "MIN", "COUNT", "COUNTA")
        return self.one_of(
            lambda: call(name, numbers()), lambda: call(name, mixed()), lambda: call(name, numbers(), n()),
            lambda: call(name, n(), n(), n()),
            lambda: call("COUNTBLANK", mixed()),
            lambda: call(self.pick("LARGE", "SMALL"), numbers(), number(self.random.randint(0, 4))),
            lambda: call("RANK", self.cell("A"), self.column("A"), number(self.random.choice([0, 1]))),
            lambda: call("RANK", n(), self.column("B")),
            lambda: call("SUMPRODUCT", self.column("A"), self.column("B")),
            lambda: call("SUMPRODUCT", joined("*", wrapped("(", joined(">", self.column("B"), number(3)), ")"),
                                              self.column("A"))),
        )  # fmt: skip

    def criterion(self, kind: str) -> Written:
        r = self.random
        if kind == "number":
            sign, value = r.choice(["", ">", ">=", "<", "<=", "<>", "="]), r.choice([2, 2.5, 0, 5])
            bare = number(value)
            return Written(f'"{sign}{bare.french}"', f'"{sign}{bare.english}"') if sign else bare
        return text(r.choice(["riz", "POMME", "p*", "*a*", "???", "<>sel", "=eau", "zzz", ">m"]))

    def conditional(self) -> Written:
        words, numbers = (
            lambda: (self.column("C"), self.criterion("text")),
            lambda: (self.column(self.pick("A", "B")), self.criterion("number")),
        )
        one, other = self.random.choice([words, numbers])(), self.random.choice([words, numbers])()
        return self.one_of(
            lambda: call("COUNTIF", *one),
            lambda: call("COUNTIF", self.column("D"), self.criterion(self.pick("number", "text"))),
            lambda: call("COUNTIF", self.column("F"), self.boolean()),
            lambda: call("COUNTIF", self.column("C"), text(self.pick("", "<>"))),
            lambda: call("COUNTIFS", self.column("C"), self.cell("C"), self.column("F"), self.cell("F")),
            lambda: call(self.pick("SUMIF", "AVERAGEIF"), *one, self.column("A")),
            lambda: call(self.pick("SUMIF", "AVERAGEIF"), *numbers()),
            lambda: call("COUNTIFS", *one, *other),
            lambda: call(self.pick("SUMIFS", "AVERAGEIFS"), self.column("B"), *one),
            lambda: call(self.pick("SUMIFS", "AVERAGEIFS"), self.column("A"), *one, *other),
            lambda: call("SUMIFS", self.column("A"), plain("C1:C3"), self.criterion("text")),
        )

    def search(self, depth: int) -> Written:
        word = lambda: self.one_of(lambda: self.cell("C"), lambda: text(self.pick(*WORDS, "zzz")))  # noqa: E731
        n = lambda: self.numeric(depth - 1)  # noqa: E731
        exact = lambda: Written("FAUX", "FALSE")  # noqa: E731
        whole = lambda: number(self.random.randint(1, ROWS))  # noqa: E731
        return self.one_of(
            lambda: call("MATCH", self.cell("A"), self.column("A"), number(0)),
            lambda: call("MATCH", word(), self.column("C"), number(0)),
            lambda: call("MATCH", n(), self.column("A"), number(1)),
            lambda: call("INDEX", plain(f"A1:B{ROWS}"), whole(), number(self.random.randint(1, 3))),
            lambda: call("INDEX", self.column("B"), call("MATCH", word(), self.column("C"), number(0))),
            lambda: call("VLOOKUP", n(), plain(f"A1:C{ROWS}"), number(self.random.choice([0, 1, 2, 3, 4]))),
            lambda: call("VLOOKUP", self.cell("A"), plain(f"A1:C{ROWS}"), number(2), exact()),
            lambda: call("HLOOKUP", word(), plain("A1:D3"), number(self.random.randint(1, 4)), exact()),
            lambda: call("XLOOKUP", word(), self.column("C"), self.column("B")),
            lambda: call("XLOOKUP", self.cell("C"), plain("A2:D2"), plain("A3:D3")),
            lambda: call("INDEX", plain("A1:D1"), whole()),
            lambda: call("SUM", call("INDEX", plain(f"A1:B{ROWS}"), number(0), number(2))),
            lambda: call("XLOOKUP", word(), self.column("C"), self.column("A"), number(-1)),
            lambda: call("XLOOKUP", n(), self.column("A"), self.column("B"), text("rien"),
                         number(self.random.choice([0, -1, 1]))),
            lambda: call("XLOOKUP", text("p*"), self.column("C"), self.column("A"), number(0), number(2),
                         number(self.random.choice([1, -1]))),
        )  # fmt: skip

    def measuring_text(self, depth: int) -> Written:
        w = lambda: self.words(depth - 1)  # noqa: E731
        piece = lambda: text(self.pick("a", "P", "ri", "zz", "b", ""))  # noqa: E731
        return self.one_of(
            lambda: call("LEN", w()),
            lambda: call(self.pick("FIND", "SEARCH"), piece(), w()),
            lambda: call(
                self.pick("FIND", "SEARCH"), piece(), self.cell("C"), number(self.random.randint(0, 4))
            ),
            lambda: call("SEARCH", text(self.pick("p?", "*e", "a*b", "?")), self.cell("C")),
        )

    def words(self, depth: int) -> Written:
        if depth <= 0 or self.random.random() < 0.1:
            return self.one_of(
                lambda: text(self.pick(*WORDS, "", "12", " deux  mots ", "l'eau")),
                lambda: self.cell("C"), lambda: self.cell("C"), lambda: self.cell("D"), self.strange,
            )  # fmt: skip
        w = lambda: self.words(depth - 1)  # noqa: E731
        whole = lambda: number(self.random.choice([0, 1, 2, 3, 9, -1]))  # noqa: E731
        return self.one_of(
            lambda: joined("&", w(), w()),
            lambda: joined("&", w(), self.cell("A")),
            lambda: call(self.pick("LEFT", "RIGHT"), w(), whole()),
            lambda: call("MID", w(), whole(), whole()),
            lambda: call("REPLACE", w(), whole(), whole(), w()),
            lambda: call("SUBSTITUTE", w(), text(self.pick("a", "p", "ab", "")), text(self.pick("X", ""))),
            lambda: call("SUBSTITUTE", w(), text("a"), text("oo"), number(self.random.randint(0, 2))),
            lambda: call(self.pick("UPPER", "LOWER", "TRIM", "PROPER"), w()),
            lambda: call(self.pick("CONCAT", "CONCATENATE"), w(), w()),
            lambda: call("CONCAT", self.area("C")),
            lambda: call("TEXTJOIN", text("-"), self.boolean(), self.area("AC")),
            lambda: call("TEXT", self.cell("B"), self.format()),
            lambda: call("TEXT", self.cell("E"), self.date_format()),
            lambda: self.choice(self.words, depth),
        )

    def format(self) -> Written:
        return self.random.choice([plain('"0"'), Written('"0,0"', '"0.0"'), Written('"0,00"', '"0.00"'),
                                   plain('"000"'), plain('"0%"'), Written('"0,0%"', '"0.0%"')])  # fmt: skip

    def date_format(self) -> Written:
        return self.random.choice([Written('"jj/mm/aaaa"', '"dd/mm/yyyy"'), Written('"aaaa"', '"yyyy"'),
                                   Written('"mm"', '"mm"'), Written('"aaaa-mm-jj"', '"yyyy-mm-dd"')])  # fmt: skip

    def boolean(self) -> Written:
        return self.random.choice([Written("VRAI", "TRUE"), Written("FAUX", "FALSE")])

    def truth(self, depth: int) -> Written:
        if depth <= 0:
            return self.one_of(self.boolean, lambda: self.cell("F"))
        n, w, b = (
            (lambda: self.numeric(depth - 1)),
            (lambda: self.words(depth - 1)),
            (lambda: self.truth(depth - 1)),
        )
        sign = self.pick("=", "<>", "<", "<=", ">", ">=")
        return self.one_of(
            lambda: joined(sign, n(), n()),
            lambda: joined(sign, self.cell("B"), self.cell("B")),
            lambda: joined(sign, w(), w()),
            lambda: joined(sign, self.cell("D"), self.one_of(n, w, b)),
            lambda: call("NOT", b()),
            lambda: call(self.pick("AND", "OR"), b(), b()),
            lambda: call(self.pick("AND", "OR"), self.area("F")),
            lambda: call(self.pick("ISBLANK", "ISNUMBER", "ISTEXT", "ISERROR", "ISNA"), self.cell("D")),
            lambda: call(self.pick("ISNUMBER", "ISTEXT", "ISERROR", "ISNA"), self.one_of(n, w, b)),
            lambda: call(self.pick("TRUE", "FALSE")),
            lambda: self.choice(self.truth, depth),
        )  # fmt: skip

    def choice(self, kind: Callable[[int], Written], depth: int) -> Written:
        b, k = (lambda: self.truth(depth - 1)), (lambda: kind(depth - 1))
        return self.one_of(
            lambda: call("IF", b(), k(), k()),
            lambda: call("IF", b(), k()),
            lambda: call("IFS", b(), k(), b(), k()),
            lambda: call("IFS", b(), k(), self.boolean(), k()),
            lambda: call("IFERROR", k(), k()),
            lambda: call("IFERROR", self.strange(), k()),
            lambda: call("IFNA", k(), k()),
            lambda: call("IFNA", self.search(depth), k()),
        )

    def anything(self, depth: int) -> Written:
        return self.random.choice([self.numeric, self.words, self.truth])(depth)

    def strange(self) -> Written:
        """What does not belong: an error, a name that does not exist, a blank, a text, a boolean."""
        error = self.pick("#DIV/0!", "#N/A", "#VALUE!", "#REF!", "#NUM!")
        return self.one_of(
            lambda: self.cell("D"), lambda: self.cell("D"), lambda: plain("H9"), self.boolean,
            lambda: text(self.pick("12", "3", "abc", "")), lambda: Written(FRENCH_ERRORS[error], error),
            lambda: Written("TRUC(1;2)", "TRUC(1,2)"), lambda: plain("machin"), lambda: joined("/", number(1), number(0)),
        )  # fmt: skip


def sheets(
    count: int, formulas: int, first_seed: int = 0
) -> Sequence[tuple[dict[str, object], list[Written]]]:
    """`count` sheets with `formulas` formulas each, always the same."""
    found = []
    for seed in range(first_seed, first_seed + count):
        author = Author(seed)
        found.append((author.cells(), [author.formula() for _ in range(formulas)]))
    return found
