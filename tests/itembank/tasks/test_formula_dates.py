"""Dates: typed, counted, shown; and the formats of TEXTE."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.tasks.formula import FormulaSyntaxFault, Sheet, dates, parse
from itembank.tasks.formula.vocabulary import VOLATILE
from itembank.typography import plain

DAYS = st.dates(datetime.date(1900, 3, 1), datetime.date(9999, 12, 31))


@pytest.mark.parametrize(
    ("typed", "serial", "shown"),
    [
        ("12/05/2026", 46154, "12/05/2026"),
        ("1/1/1900", 1, "01/01/1900"),
        ("28/02/1900", 59, "28/02/1900"),
        ("01/03/1900", 61, "01/03/1900"),
        ("31/12/9999", 2_958_465, "31/12/9999"),
        ("5/6/29", 47274, "05/06/2029"),
        ("5/6/30", 11114, "05/06/1930"),
        ("12-05-2026", 46154, "12/05/2026"),
        ("2026-05-12", 46154, "2026-05-12"),
    ],
)
def test_a_typed_date_is_a_number_of_days_and_shows_as_it_was_typed(typed, serial, shown):
    sheet = Sheet({"A1": typed})
    assert sheet.value("A1") == serial
    assert sheet.display("A1") == shown


def shown(formula, **cells):
    return plain(Sheet({"A1": "12/05/2026", "A2": "30/06/2026", **cells, "Z9": formula}, 26, 9).display("Z9"))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=A1+30", "11/06/2026"),
        ("=30+A1", "11/06/2026"),
        ("=A1-12", "30/04/2026"),
        ("=A2-A1", "49"),
        ("=A1*1", "46154"),
        ("=MAX(A1:A2)", "30/06/2026"),
        ("=SI(A2>A1;A2;A1)", "30/06/2026"),
        ("=RECHERCHEV(A1;A1:A2;1;FAUX)", "12/05/2026"),
        ("=DATE(ANNEE(A1);MOIS(A1)+1;1)-1", "31/05/2026"),
        ("=SOMME(A1)", "46154"),
        ('="le "&A1', "le 46154"),
        ('="le "&TEXTE(A1;"jj/mm/aaaa")', "le 12/05/2026"),
        ("=\"31/12/2026\"-A1", "233"),
        ("=A1=\"12/05/2026\"", "FAUX"),
        ("=A1=DATE(2026;5;12)", "VRAI"),
        ('=NB.SI(A1:A2;">01/06/2026")', "1"),
        ("=JOUR(60)&\"/\"&MOIS(60)", "29/2"),
        ("=A1-50000", "-3846"),
    ],
)  # fmt: skip
def test_dates_are_reckoned_with(formula, expected):
    assert shown(formula) == expected


@given(DAYS)
def test_serials_count_every_day_once(day):
    serial = dates.serial_of(day)
    assert dates.day_of(serial) == (day.year, day.month, day.day)
    assert dates.date_from(day.year, day.month, day.day) == serial
    assert dates.weekday_of(serial) == day.weekday()
    assert dates.read_date(f"{day:%d}/{day:%m}/{day.year:04}") == serial
    assert dates.read_date(dates.shown(serial, year_first=True)) == serial


@given(st.floats(), st.floats(), st.floats())
def test_no_number_of_years_months_and_days_is_too_much(year, month, day):
    found = dates.date_from(year, month, day)
    assert found is None or dates.day_of(found) is not None
    assert dates.day_of(year) is None or 0 <= year < dates.LAST_SERIAL + 1


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        ("1234,5", "0", "1235"),
        ("1234,5", "0,00", "1234,50"),
        ("1234,5", "# ##0,00 €", "1 234,50 €"),
        ("1234,5", "#,##0.0", "1 234,5"),
        ("1234567", "# ##0", "1 234 567"),
        ("0,256", "0 %", "26 %"),
        ("0,256", "0,0%", "25,6%"),
        ("7", "000", "007"),
        ("1,5", "0,##", "1,5"),
        ("1", "0,##", "1,"),
        ("0", "#", ""),
        ("0,5", "#,00", ",50"),
        ("-3,14159", "0,00", "-3,14"),
        ("-0,001", "0,00", "0,00"),
        ("12", '0 "kg"', "12 kg"),
        ("12", "0\\x", "12x"),
        ("12", "Standard", "12"),
        ("1E20", "0,00", "1" + "0" * 20 + ",00"),
        ("12/05/2026", "jj/mm/aaaa", "12/05/2026"),
        ("12/05/2026", "dd/mm/yy", "12/05/26"),
        ("12/05/2026", "j mmmm aaaa", "12 mai 2026"),
        ("12/05/2026", "jjjj", "mardi"),
        ("12/05/2026", "jjj j mmm", "mar. 12 mai"),
        ("12/05/2026", 'mmmm "de" aaaa', "mai de 2026"),
        ("12", "0 kg", "#VALEUR!"),
        ("12", "0;-0", "#VALEUR!"),
        ("12", "0,0.0,0", "#VALEUR!"),
        ("12", "%%%0", "#VALEUR!"),
        ("12", "abc", "#VALEUR!"),
        ("-5", "jj", "#VALEUR!"),
        ("12", "", ""),
    ],
)
def test_a_number_in_a_format(value, pattern, expected):
    quoted = pattern.replace('"', '""')
    assert shown(f'=TEXTE(B1;"{quoted}")', B1=value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False), st.text('0#?,. %€jdmaye"\\-', max_size=40))
def test_any_format_gives_a_text_or_an_error(value, pattern):
    sheet = Sheet({"A1": repr(value).replace(".", ",").upper(), "A2": "'" + pattern, "A3": "=TEXTE(A1;A2)"})
    assert len(sheet.display("A3")) <= 2_000


@pytest.mark.parametrize("name", VOLATILE)
def test_a_function_of_the_clock_or_of_chance_is_refused_by_name(name):
    with pytest.raises(FormulaSyntaxFault) as caught:
        parse(f"=1+{name.lower()}()")
    assert (caught.value.code, caught.value.params["function"]) == ("formula.volatile", name.lower())
    assert Sheet({"A1": f"={name}()"}).display("A1") == "#ERREUR!"
    parse(f"={name}+1")  # without a call, only an unknown name
