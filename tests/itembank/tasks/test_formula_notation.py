"""French notation: what is read as a number, and how numbers are shown."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.tasks.formula import Sheet, read_input
from itembank.tasks.formula.notation import general, rounded, typed
from itembank.typography import plain


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("12", 12, "12"),
        ("12,5", 12.5, "12,5"),
        ("12.5", 12.5, "12,5"),
        ("12,50", 12.5, "12,5"),
        (" 7 ", 7, "7"),
        (",5", 0.5, "0,5"),
        ("12,", 12, "12"),
        ("-3", -3, "-3"),
        ("+3", 3, "3"),
        ("− 3", -3, "-3"),
        ("1 200", 1200, "1 200"),
        ("1\u202f200,5", 1200.5, "1 200,5"),
        ("1\u00a0234\u00a0567", 1_234_567, "1 234 567"),
        ("12 %", 0.12, "12 %"),
        ("12%", 0.12, "12 %"),
        ("5,5 %", 0.055, "5,5 %"),
        ("12,50 €", 12.5, "12,50 €"),
        ("1200 €", 1200, "1 200 €"),
        ("-1 200,5€", -1200.5, "-1 200,5 €"),
        ("1,5E3", 1500, "1500"),
        ("0", 0, "0"),
        ("007", 7, "7"),
    ],
)
def test_what_is_typed_as_a_number_is_one(text, value, shown):
    assert read_input(text).value == pytest.approx(value)
    assert plain(Sheet({"A1": text}).display("A1")) == shown


@pytest.mark.parametrize(
    "text",
    [
        "riz",
        "12/05",
        "30/02/2026",
        "12/05/1850",
        "12/05/026",
        "2026-5-1",
        "9h30",
        "9:30",
        "1.200,50",
        "12 34",
        "1 20",
        "EUR 12",
        "€",
        "%",
        "-",
        ",",
        "1e999",
        "9" * 400,
        "12,5,6",
        "٣",
    ],
)
def test_anything_else_is_text(text):
    assert read_input(text).value == text
    assert Sheet({"A1": text}).display("A1") == text


def test_a_leading_apostrophe_keeps_a_telephone_number_a_text():
    sheet = Sheet({"A1": "'0612345678", "A2": "0612345678"})
    assert sheet.display("A1") == "0612345678"
    assert sheet.value("A1") == "0612345678"
    assert sheet.display("A2") == "612345678"


def test_booleans_are_read_in_both_languages():
    assert [read_input(t).value for t in ("VRAI", "faux", "True", "FALSE")] == [True, False, True, False]
    assert Sheet({"A1": "true"}).display("A1") == "VRAI"


def test_white_space_alone_is_a_blank_cell():
    assert read_input("   ").value is None
    assert Sheet({"A1": "   "}).display("A1") == ""


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0.1 + 0.2, "0,3"),
        (1 / 3, "0,3333333333"),
        (2 / 3, "0,6666666667"),
        (1550.5, "1550,5"),
        (-0.0, "0"),
        (100.0, "100"),
        (1_234_567_890_123.0, "1234567890123"),
        (1e15, "1E+15"),
        (1.234567e20, "1,23457E+20"),
        (0.00012, "0,00012"),
        (1.5e-10, "1,5E-10"),
        (999_999_999.9999, "1000000000"),
        (123_456_789_012.75, "123456789013"),
    ],
)
def test_a_cell_without_a_format_shows_what_counts(number, shown):
    assert general(number) == shown


@pytest.mark.parametrize(
    ("number", "decimals", "result"),
    [
        (2.5, 0, 3),
        (-2.5, 0, -3),
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (1234, -2, 1200),
        (1250, -2, 1300),
        (5, 400, 5),
        (5, -400, 0),
        (1e300, 2, 1e300),
    ],
)
def test_halves_are_rounded_away_from_zero(number, decimals, result):
    assert rounded(number, decimals) == result


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_typed_is_read_back(number):
    assert read_input(typed(number)).value == number


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_typed_is_read_back(number):
    assert typed(number) == str(number).replace(".", ",")
    assert read_input(typed(number)).value == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_cell_shows_is_the_number_to_ten_digits(number):
    shown = read_input(general(number)).value
    digits = 1e-5 if abs(number) < 1e-9 or abs(number) >= 1e15 else 1e-9
    assert shown == pytest.approx(number, rel=digits, abs=1e-320)


@given(st.lists(st.floats(min_value=-1e9, max_value=1e9), min_size=2), st.integers(0, 6))
def test_rounding_keeps_the_order(numbers, decimals):
    results = [rounded(number, decimals) for number in sorted(numbers)]
    assert all(one <= other for one, other in pairwise(results))
