"""A sheet: errors that spread, circles, order of evaluation, bounded work."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.tasks.formula import ErrorValue, Sheet
from itembank.tasks.formula.addresses import column_letters
from itembank.tasks.formula.sheet import MOST_WORK


def shown(formula, **cells):
    return Sheet({**cells, "Z9": formula}, 26, 30).display("Z9")


@pytest.mark.parametrize(
    ("formula", "error"),
    [
        ("=1/0", "#DIV/0!"),
        ("=0^-1", "#DIV/0!"),
        ("=0^0", "#NOMBRE!"),
        ("=(-8)^0,5", "#NOMBRE!"),
        ("=9^999", "#NOMBRE!"),
        ("=1E308*10", "#NOMBRE!"),
        ("=SOMME(1E308;1E308)", "#NOMBRE!"),
        ("=TRUC(1)", "#NOM?"),
        ("=oui", "#NOM?"),
        ("=A0", "#NOM?"),
        ("=ZZZ1", "#NOM?"),
        ('="oui"+1', "#VALEUR!"),
        ('=-"oui"', "#VALEUR!"),
        ("=#REF!+1", "#REF!"),
        ("=#n/a", "#N/A"),
        ("=1+", "#ERREUR!"),
        ("=Z9", "#CIRC!"),
        ("=SOMME(Z1:Z20)", "#CIRC!"),
        ("=SOMME(Z:Z)", "#CIRC!"),
    ],
)
def test_what_goes_wrong_is_a_value_that_says_why(formula, error):
    assert shown(formula) == error
    assert Sheet({"A1": formula, "Z9": "=SOMME(Z1:Z10)"}).value("A1") in [*ErrorValue, 0.0]


def test_an_error_spreads_to_whatever_reads_it_until_it_is_caught():
    sheet = Sheet(
        {
            "A1": "=1/0",
            "A2": "=A1+1",
            "A3": "=SOMME(A1:A2)",
            "A4": '=A2&"x"',
            "A5": "=A1=A1",
            "A6": '=SIERREUR(A3;"?")',
        }
    )
    assert [sheet.display(f"A{i}") for i in range(1, 7)] == ["#DIV/0!"] * 5 + ["?"]


def test_a_circle_is_an_error_for_all_in_it_and_all_that_read_it():
    sheet = Sheet(
        {
            "A1": "=A2",
            "A2": "=A3",
            "A3": "=A1",
            "B1": "=A1+1",
            "B2": "=SIERREUR(A1;0)",
            "C1": "5",
            "C2": "=C1",
        }
    )
    assert {sheet.value(name) for name in ("A1", "A2", "A3", "B1", "B2")} == {ErrorValue.CIRCULAR}
    assert sheet.value("C2") == 5


def test_blank_cells_count_for_nothing():
    assert shown("=A1") == "0"
    assert shown("=A1+1") == "1"
    assert shown('=A1&"x"') == "x"
    assert shown('=A1=""') == "VRAI"
    assert shown("=A1=0") == "VRAI"
    assert shown("=A1=FAUX") == "VRAI"
    assert Sheet({"A1": "1"}).value("B7") is None


def test_texts_are_compared_without_case_and_numbers_to_fifteen_digits():
    assert shown('=A1="OUI"', A1="oui") == "VRAI"
    assert shown('="Éric"="eric"') == "FAUX"
    assert shown("=0,1+0,2=0,3") == "VRAI"
    assert shown("=1,1-1-0,1=0") == "VRAI"
    assert shown('=1<"a"') == "VRAI"
    assert shown('="zoé"<VRAI') == "VRAI"
    assert shown('="Emma"<"Éric"') == "VRAI"
    assert shown('="Éric"<"Farid"') == "VRAI"
    assert shown('=A1="l\'eau"', A1="l\N{RIGHT SINGLE QUOTATION MARK}eau") == "VRAI"


def test_texts_that_look_like_numbers_count_as_numbers_in_arithmetic_only():
    assert shown("=A1+1", A1="'12,5") == "13,5"
    assert shown("=SOMME(A1)", A1="'12,5") == "0"
    assert shown('="1 200"+0') == "1200"
    assert shown("=VRAI+1") == "2"


def test_joined_numbers_are_written_in_french():
    assert shown('=1/4&" kg"') == "0,25 kg"
    assert shown("=(1=1)&1/3") == "VRAI0,333333333333333"


def test_cells_beyond_the_sheet_are_blank_and_columns_end_with_it():
    sheet = Sheet({"A1": "1", "A2": "2", "B1": "=SOMME(A1:A999)", "B2": '=NB.SI(A:A;"")', "C1": "=K40"}, 3, 4)
    assert (sheet.value("B1"), sheet.value("B2"), sheet.value("C1")) == (3, 2, 0)


@given(st.permutations(range(1, 13)))
def test_the_order_in_which_cells_were_filled_does_not_matter(order):
    cells = {"A1": "1", **{f"A{i}": f"=A{i - 1}+SOMME(A$1:A{i - 1})" for i in range(2, 13)}}
    straight = Sheet(cells)
    shuffled = Sheet({f"A{i}": cells[f"A{i}"] for i in order})
    assert all(straight.value(name) == shuffled.value(name) for name in cells)


def test_a_long_chain_of_cells_is_no_trouble():
    cells = {"A1": "1", **{f"A{i}": f"=A{i - 1}+1" for i in range(2, 3001)}}
    assert Sheet(cells).value("A3000") == 3000


def test_a_key_that_is_no_cell_is_refused():
    for name in ("", "A", "1", "A0", "A1:B2", "Feuille!A1"):
        with pytest.raises(ValueError, match="no cell"):
            Sheet({name: "1"})
        with pytest.raises(ValueError, match="no cell"):
            Sheet({}).value(name)


def filled(formula, text="x"):
    """The largest sheet there is: `formula` down column A, `text` elsewhere."""
    return {
        f"{column_letters(c)}{r}": formula if c == 1 else text for c in range(1, 13) for r in range(1, 31)
    }


def repeated(piece, separator, head, tail):
    count = (500 - len(head) - len(tail)) // (len(piece) + len(separator))
    return head + separator.join([piece] * count) + tail


@pytest.mark.parametrize(
    "cells",
    [
        filled(repeated("B1:L30", ";", "=SOMME(", ")"), "1"),
        filled(repeated("B1:L30", "&", "=NBVAL(", ")"), "é" * 499),
        filled(repeated("B1:L30", "<", "=NBVAL(", ")"), "é" * 499),
        filled(repeated("B1:L30", "+", "=NBVAL(", ")"), "1 000 000 000 000"),
        filled(repeated("B1:B30", "*", "=SOMMEPROD(", "*B1:L1)"), "1"),
        filled('=NB.SI(B1:L30;"' + "*a?" * 150 + 'b")', "a" * 499),
        filled('=NB.SI(B1:L30;"*' + "?" * 400 + 'b*")', "a" * 499),
        filled('=RECHERCHEV("' + "?" * 400 + '";B1:L30;2;0)', "é" * 499),
        filled("=NBVAL(" + "MAJUSCULE(MINUSCULE(" * 10 + "B1:L30" + "))" * 10 + ")", "é" * 499),
        filled(repeated("A:A", ";", "=NB(", ")")),
        filled(repeated("9", "^", "=", "")),
        {**{f"A{i}": f"=A{i - 1}&A{i - 1}" for i in range(2, 31)}, "A1": "x" * 400},
        {**{f"A{i}": f"=A{i - 1}^A{i - 1}" for i in range(2, 31)}, "A1": "9"},
        filled('=SOMMEPROD(--ESTNUM(CHERCHE("*' + "?" * 400 + 'b";B1:L30)))', "a" * 499),
        filled('=NB.SI.ENS(B1:L30;"' + "*a?" * 60 + 'b";B1:L30;"' + "*a?" * 60 + 'b")', "a" * 499),
        filled(repeated('TEXTE(B1:L30;"# ##0,000000000000000 €")', "&", "=NBVAL(", ")"), "123456789,123"),
        filled(repeated('TEXTE(B1:L30;"jjjj j mmmm aaaa")', "&", "=NBVAL(", ")"), "12/05/2026"),
        filled(repeated("ARRONDI.SUP(B1:L30;2)", "+", "=NBVAL(", ")"), "1,23456789"),
        filled("=NBVAL(" + "SUBSTITUE(" * 20 + "B1:L30" + ';"a";"aa")' * 20 + ")", "a" * 499),
        filled(repeated('RECHERCHEX("' + "é" * 60 + '";B1:B30;C1:C30;;1)', "&", "=", ""), "é" * 499),
        filled(repeated("RANG(B1;B1:L30)", "+", "=", ""), "1,5"),
        filled("=SOMME(SI.CONDITIONS(" + ";".join(["B1:L30>2;1"] * 40) + "))", "1"),
        {"A1": "=NB(A1:XFD1048576)", "B1": '=NB.SI(C:XFD;"")', "XFD1048576": "1"},
    ],
    ids=range(23),
)
def test_no_sheet_takes_long(cells):
    start = time.process_time()
    sheet = Sheet(cells, 12, 30)
    assert all(len(sheet.display(name)) <= 2_000 for name in cells)
    assert time.process_time() - start < 5


def test_too_much_work_is_an_error_and_what_was_cheap_stands():
    cells = filled(repeated("B1:L30", ";", "=SOMME(", ")"), "1")
    sheet = Sheet({**cells, "A1": "=2*3"}, 12, 30)
    assert sheet.value("A1") == 6
    assert MOST_WORK < 30 * 330 * 69
    assert sheet.value("A30") is ErrorValue.NUMBER
