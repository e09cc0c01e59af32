"""Reading formulas: precedence, separators and commas, references, faults."""

import sys
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.tasks.formula import FormulaSyntaxFault, Sheet, parse, shifted


def result(formula, **cells):
    return Sheet({**cells, "Z99": formula}).value("Z99")


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=1+2*3", 7),
        ("=(1+2)*3", 9),
        ("=-2^2", 4),
        ("=2^3^2", 64),
        ("=2^-1", 0.5),
        ("=10-2-3", 5),
        ("=100/10/2", 5),
        ("=50%", 0.5),
        ("=-50%", -0.5),
        ("=200*10%", 20),
        ("=1%%", 0.0001),
        ("=2*-3", -6),
        ("=--3", 3),
        ("=+3", 3),
        ("=1+1&2+2", "24"),
        ('="a"&"b"="ab"', True),
        ("=1=1", True),
        ("=2<1", False),
        ("=1<1", False),
        ("=1>1", False),
        ("=2>1", True),
        ("=1<>1", False),
        ("=1+1>=2", True),
        ("=1+1<=1", False),
        ("=\t1", 1),
        ("= 1 +\u00a02 ", 3),
        ("=1,5+1.5", 3),
        ("=.5", 0.5),
        ("=2E3", 2000),
        ("=1,5e1", 15),
        ('="dit ""oui"""', 'dit "oui"'),
        ("=VRAI", True),
        ("=faux", False),
    ],
)
def test_operators_bind_as_in_a_spreadsheet(formula, value):
    assert result(formula) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        # a ; somewhere: commas are decimal
        ("=SOMME(1,5;2)", 3.5),
        ("=SUM(1,5;2)", 3.5),
        # in English, commas separate
        ("=SUM(1,5)", 6),
        ("=SUM(1.5,2)", 3.5),
        ("=ROUND(2.567,2)", 2.57),
        ("=INT(2,9)", 2),
        ("=IF(A1>1,5,0)", 5),
        ("=SUM(1,2)*1,5", 4.5),
        ("=SUM((1,5),1)", 2.5),
        # in French or in both: decimal if that explains them all
        ("=SOMME(1,5)", 1.5),
        ("=MAX(1,5)", 1.5),
        ("=SOMME(1,5)+SUM(1,5)", 3),
        # ... but one that must separate makes them all separate
        ("=SOMME(A1,5)", 15),
        ("=MAX(1, 5)", 5),
        ("=SI(A1>1,5,0)", 5),
        ("=ARRONDI(2.567,1)", 2.6),
        ('=SI(A1>10,"oui","non")', "non"),
        ("=SOMME(1,5,2)", 8),
        # ... unless a function cannot take its arguments that way
        ("=MOD(17,5)", 2),
        ('=SI(A1>1,5,"oui","non")', "oui"),
    ],
)
def test_what_a_comma_means(formula, value):
    assert result(formula, A1="10") == value


def test_a_comma_left_over_beside_a_semicolon_is_a_fault():
    with pytest.raises(FormulaSyntaxFault) as caught:
        parse("=SI(A1>1;B1,C1)")
    assert (caught.value.code, caught.value.position) == ("formula.comma", 11)


def test_names_are_read_whatever_their_case_and_accents():
    assert result("=médiane(1;9;3)") == 3
    assert result("=MÉDIANE(1;9;3)") == 3
    assert result("=Me\u0301diane(1;9;3)") == 3
    assert result("=CONCATÉNER(1;2)") == "12"
    assert result("=somme (1;2)") == 3


def test_references_are_read_relative_absolute_and_whole():
    cells = {"A1": "1", "A2": "2", "B1": "10", "B2": "20"}
    for text in ("A1:B2", "$A$1:$B$2", "B2:A1", "a1:b2", "A:B", "$A:$B", "1:2", "$1:$2", "A1 : B2", "A1:B40"):
        assert result(f"=SOMME({text})", **cells) == 33, text


@pytest.mark.parametrize(
    ("formula", "code", "position"),
    [
        ("1+1", "formula.no_equals_sign", 0),
        ("", "formula.no_equals_sign", 0),
        ("=", "formula.incomplete", 1),
        ("=1+", "formula.incomplete", 3),
        ("=SOMME(1;2", "formula.incomplete", 10),
        ("=(1", "formula.incomplete", 3),
        ("=1)", "formula.unexpected", 2),
        ("=1 2", "formula.unexpected", 3),
        ("=*2", "formula.unexpected", 1),
        ("=(1;2)", "formula.unexpected", 3),
        ("=A1:3", "formula.unexpected", 4),
        ('="oui', "formula.text_unclosed", 1),
        ("=A1!B2", "formula.character", 3),
        ("=«oui»", "formula.character", 1),
        ("=SI(VRAI)", "formula.arguments", 1),
        ("=ABS(1;2)", "formula.arguments", 1),
        ("=" + "1" * 600, "formula.too_long", 500),
        ("=" + "(" * 40 + "1" + ")" * 40, "formula.too_deep", 25),
    ],
)
def test_a_fault_says_what_and_where(formula, code, position):
    with pytest.raises(FormulaSyntaxFault) as caught:
        parse(formula)
    assert (caught.value.code, caught.value.position) == (code, position)
    if formula.startswith("="):
        assert Sheet({"A1": formula}).display("A1") == "#ERREUR!"


WORDS = """= + - * / ^ & < > <> % ( ) ; , : " $ # ! ' 1 5 1,5 2.5 1E9 A1 $B$2 A:B 1:2 A1:B3 XFE1 A0 #REF! #N/A "oui" "a*" é
    SOMME( SUM( SI( IF( NB.SI( MOD( RECHERCHEV( SOMMEPROD( CONCAT( SIERREUR( TRUC( VRAI x"""
PIECES = st.sampled_from([" ", *WORDS.split()])
FORMULAS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)).map(
    lambda text: "=" + text
)
QUICK = settings(deadline=2_000, max_examples=400, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(FORMULAS)
def test_any_text_gives_a_value_or_a_syntax_fault(formula):
    with suppress(FormulaSyntaxFault):
        parse(formula)
    sheet = Sheet({"A1": "3", "B1": "oui", "A2": formula, "B2": "=A2", "A3": "=SOMME(A1:B2)"})
    assert isinstance(sheet.display("B2"), str)
    assert sheet.value("A2") is not None
    assert isinstance(shifted(formula, 1, 1), str)


@QUICK
@given(st.text(max_size=30))
def test_any_text_without_an_equals_sign_is_a_value_too(text):
    assert isinstance(Sheet({"A1": text, "A2": "=A1*2", "A3": "=NB.SI(A1:A2;A1)&A1"}).display("A3"), str)


NEST = "SI(1=1&1+1*1^"


@pytest.mark.parametrize(
    "formula",
    [
        "=" + "+".join(["1"] * 250),
        "=" + "-" * 499,
        "=" + "-" * 498 + "1",
        "=1" + "%" * 498,
        "=" + "^".join(["9"] * 250),
        "=" + "(" * 24 + "1" + ")" * 24,
        "=" + "(" * 499,
        "=" + NEST * 24 + "1" + ";2;3)" * 24,
        '="' + '"' * 498,
        "=" + "a" * 499,
        "=" + "a" * 498 + "(",
        "=SOMME(" + ";" * 480 + ")",
        "=SOMME(" + "," * 480 + ")",
    ],
)
def test_no_formula_needs_a_deep_stack(formula):
    depth = 0
    frame = sys._getframe()
    while frame:
        depth, frame = depth + 1, frame.f_back
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + 500)
    try:
        assert isinstance(Sheet({"A1": formula}).display("A1"), str)
    finally:
        sys.setrecursionlimit(before)
