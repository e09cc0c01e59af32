"""The expression language computes exactly what mathematics does, and refuses everything else in bounded time."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.families.expressions import DEEPEST, LONGEST, REASONS, Fault, evaluate, names_in, parse
from itembank.families.functions import FUNCTIONS
from itembank.families.values import Clock, Day, Person, Trade, from_plain

PLUMBER = Trade("plombier", "plombière", "plumber")
INES = Person("Inès", "Le Goff", "f", PLUMBER)
VALUES = {
    "n": Fraction(3),
    "prix": Fraction("12.5"),
    "qui": INES,
    "lignes": from_plain([{"nom": "a", "prix": 2}, {"nom": "b", "prix": 3.5}]),
    "heure": Clock(9 * 60 + 50),
    "jour": Day(date(9999, 1, 1)),
}


def value(source, **values):
    return evaluate(parse(source), {**VALUES, **values}, FUNCTIONS)


def reason(source):
    with pytest.raises(Fault) as caught:
        value(source)
    assert caught.value.reason in REASONS
    return caught.value.reason


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 // 2 + 7 % 2", 4),
        ("--2", 2),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("prix * n", Fraction("37.5")),
        ("1 < n <= 3", True),
        ("1 < n < 3", False),
        ("not n = 3 or n != 3", False),
        ("not not true", True),
        ('"a" + "b"', "ab"),
        ("n in [1, 2, 3]", True),
        ('"ine" in "chaine"', True),
        ("sum(lignes.prix)", Fraction("5.5")),
        ("lignes[-1].nom", "b"),
        ("max(1, 5, 3) - min([4, 2])", 3),
        ("round(2.5) + round(-2.5) + round(1.005, 2)", Fraction("1.01")),
        ("floor(-1.5)", -2),
        ('if(n > 2, "oui", "non")', "oui"),
        ('qui.il + " est arrivé" + qui.e', "elle est arrivée"),
        ('agree(qui, "content", "contente")', "contente"),
        ("qui.courriel", "ines.le-goff@courriel.example"),
        ('address("Accueil", "Boulangerie du Port")', "accueil@boulangerie-du-port.example"),
        ('join(sort(["poire", "Ananas", "épi"]))', "Ananas, épi, poire"),
        ('join(lignes.nom, ", ", " et ")', "a et b"),
        ('count(where(lignes, "nom", "a"))', 1),
        ('sort(lignes, "prix")[1].nom', "b"),
        ("position([5, 7, 9], 7)", 2),
        ("distinct(1, 2, 3) and not distinct([1, 2, 1])", True),
        ("digits(7, 3)", "007"),
        ("decimal(2, 2)", "2,00"),
        ('plural(1, "jour") + " " + plural(3, "cheval", "chevaux")', "1 jour 3 chevaux"),
        ("text(heure + 25)", "10 h 15"),
        ("heure < heure + 1", True),
        ("(heure + 25) - heure", 25),
    ],
)
def test_values(source, expected):
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", "syntax"), ("1 +", "syntax"), ("(1", "syntax"), ("1 2", "syntax"), ("a b", "syntax"), ("'x", "syntax"),
        ("n; n", "syntax"), ("n = ", "syntax"), ("lambda", "unknown_name"), ("x", "unknown_name"),
        ("__import__('os')", "unknown_function"), ("qui.__class__", "unknown_attribute"), ("n.real", "unknown_attribute"),
        ("open('/etc/passwd')", "unknown_function"), ("1 / 0", "zero"), ("5 % (n - 3)", "zero"), ("n + 'a'", "type"),
        ("n and true", "type"), ("n < 'a'", "type"), ("true + 1", "type"), ("lignes[5]", "no_member"),
        ("lignes[0.5]", "no_member"), ("sum(qui)", "type"), ("round()", "arguments"), ("agree(n, 'a', 'b')", "gender"),
        ("9999999999 * 9999999999", "too_large"), ("'" + "a" * 900 + "'" + " * 3", "type"),
        ("(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1), "syntax"), ("1" + " + 1" * LONGEST, "syntax"),
        ("round(1, 99999999)", "too_large"), ("decimal(1, -1)", "too_large"), ("jour + 99999", "too_large"),
        ("first([1], 0.5)", "type"), ("position([1], 2)", "no_member"),
    ],
)  # fmt: skip
def test_refusals(source, expected):
    assert reason(source) == expected


def test_text_cannot_grow_without_end():
    source = "+".join(["t"] * 200)
    with pytest.raises(Fault) as caught:
        value(source, t="x" * 100)
    assert caught.value.reason == "too_large"


def test_names_are_found_wherever_they_stand():
    assert names_in(parse("if(a > 1, b.c[d], [-e, not f]) + 'g' + sum(h)")) == set("abdefh")


numbers = st.integers(0, 999).map(lambda n: (str(n), Fraction(n))) | st.decimals(
    0, 99, places=2, allow_nan=False
).map(lambda d: (str(d), Fraction(d)))


def combined(children):
    """(source, value) of an operation on two (source, value): the value is computed here, by Python's fractions."""

    def combine(parts):
        operator, (left, a), (right, b) = parts
        if operator in ("/", "//", "%") and b == 0:
            operator = "+"
        computed = {
            "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b,
            "//": lambda: Fraction(a // b), "%": lambda: a % b,
        }[operator]()  # fmt: skip
        return f"({left} {operator} {right})", computed

    return st.tuples(st.sampled_from(["+", "-", "*", "/", "//", "%"]), children, children).map(combine)


@given(st.recursive(numbers, combined, max_leaves=8))
def test_arithmetic_is_that_of_fractions(case):
    source, expected = case
    try:
        assert value(source) == expected
    except Fault as fault:
        assert fault.reason == "too_large"


@given(st.text(alphabet="n1.+-*/()[]<>=!'\",é _a", max_size=40))
def test_any_text_has_a_value_or_a_fault(source):
    try:
        value(source)
    except Fault as fault:
        assert fault.reason in REASONS
