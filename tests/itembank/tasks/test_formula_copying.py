"""Copying a formula: relative references move, absolute ones stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.tasks.formula import parse, shifted
from itembank.tasks.formula.addresses import column_letters
from itembank.tasks.formula.syntax import areas_read


@pytest.mark.parametrize(
    ("formula", "columns", "rows", "copied"),
    [
        ("=A1", 1, 1, "=B2"),
        ("=$A1", 1, 1, "=$A2"),
        ("=A$1", 1, 1, "=B$1"),
        ("=$A$1", 1, 1, "=$A$1"),
        ("=B2*(1+$F$1)", 0, 3, "=B5*(1+$F$1)"),
        ('=somme( b2:B5 ) & "A1"', 1, 0, '=somme( C2:C5 ) & "A1"'),
        ("=SOMME(A$1:A3)", 0, 2, "=SOMME(A$1:A5)"),
        ("=SOMME(A:A;$B:B;1:2;$1:2)", 2, 3, "=SOMME(C:C;$B:D;4:5;$1:5)"),
        ("=Z1+AZ1", 1, 0, "=AA1+BA1"),
        ("=A1+B1", -1, 0, "=#REF!+A1"),
        ("=SOMME(A1:B2)+1", 0, -1, "=SOMME(#REF!)+1"),
        ("=B2", -1, -1, "=A1"),
        ("=XFC1048575", 1, 1, "=XFD1048576"),
        ("=XFD1", 1, 0, "=#REF!"),
        ("=A1048576", 0, 1, "=#REF!"),
        ("=A1 : B2", 1, 1, "=B2 : C3"),
        ("=SI(A1>1,5,0)", 0, 1, "=SI(A2>1,5,0)"),
        ("=SUM(A1,B1)", 0, 1, "=SUM(A2,B2)"),
        ("=1+", 1, 1, "=1+"),
        ('="oui', 1, 1, '="oui'),
        ("12,5", 1, 1, "12,5"),
        ("A1", 1, 1, "A1"),
        ("", 1, 1, ""),
    ],
)
def test_what_is_copied(formula, columns, rows, copied):
    assert shifted(formula, columns, rows) == copied


REFERENCES = st.builds(
    lambda a, c, b, r: f"{a}{column_letters(c)}{b}{r}",
    st.sampled_from(["", "$"]), st.integers(10, 40), st.sampled_from(["", "$"]), st.integers(10, 40),
)  # fmt: skip
FORMULAS = st.lists(REFERENCES, min_size=1, max_size=5).map(
    lambda names: "=SOMME(" + ";".join(names) + ")*2,5"
)
STEPS = st.integers(-9, 9)


@given(FORMULAS, STEPS, STEPS)
def test_copying_there_and_back_changes_nothing(formula, columns, rows):
    assert shifted(shifted(formula, columns, rows), -columns, -rows) == formula


@given(FORMULAS, STEPS, STEPS, STEPS, STEPS)
def test_copying_twice_is_copying_once_as_far(formula, columns, rows, more_columns, more_rows):
    if abs(columns + more_columns) < 10 and abs(rows + more_rows) < 10:
        twice = shifted(shifted(formula, columns, rows), more_columns, more_rows)
        assert twice == shifted(formula, columns + more_columns, rows + more_rows)


@given(FORMULAS, STEPS, STEPS)
def test_what_moves_is_what_has_no_dollar(formula, columns, rows):
    def moved(formula):
        return sorted(areas_read(parse(formula)))

    fixed = formula.replace("$", "")
    before, after = moved(fixed), moved(shifted(fixed, columns, rows))
    assert after == sorted(
        type(a)(a.left + columns, a.top + rows, a.right + columns, a.bottom + rows) for a in before
    )
