"""Each function, in both languages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.tasks.formula import FormulaSyntaxFault, Sheet, parse
from itembank.tasks.formula.criteria import found_at, matches
from itembank.tasks.formula.vocabulary import FUNCTIONS

# A small order book: article, quantity, price, accepted?
CELLS = {
    "A1": "Article", "B1": "Quantité", "C1": "Prix", "D1": "Accepté",
    "A2": "Portail", "B2": "1", "C2": "1200", "D2": "oui",
    "A3": "Table", "B3": "4", "C3": "350,5", "D3": "non",
    "A4": "Banc", "B4": "2", "C4": "80", "D4": "Oui",
    "A5": "Marche", "B5": "10", "C5": "45", "D5": "",
    "E1": "VRAI", "E2": "FAUX", "E3": "=1/0", "E4": "'12", "F1": "10", "F2": "20", "F3": "30",
    "G1": "nul", "G2": "petit", "G3": "grand", "H1": "12/05/2026", "H2": "2026-06-30",
}  # fmt: skip

EXAMPLES = [
    ("SUM", "C2:C5", 1675.5),
    ("SUM", "A1:C2", 1201),
    ("SUM", "C2;10;2,5", 1212.5),
    ("SUM", "A1", 0),
    ("SUM", '"3";VRAI', 4),
    ("SUM", '"trois"', "#VALEUR!"),
    ("SUM", "E1:E3", "#DIV/0!"),
    ("SUM", "C2:C4*B2:B4", 2762),
    ("AVERAGE", "C2:C5", 418.875),
    ("AVERAGE", "A2:A5", "#DIV/0!"),
    ("MEDIAN", "C2:C5", 215.25),
    ("MEDIAN", "3;1;2", 2),
    ("MEDIAN", "A1:A2", "#NOMBRE!"),
    ("MAX", "C2:C5", 1200),
    ("MAX", "A2:A5", 0),
    ("MIN", "C2:C5;7", 7),
    ("COUNT", "A1:D5", 8),
    ("COUNT", "E1:E4", 0),
    ("COUNT", '1;"2";VRAI;"x"', 3),
    ("COUNTA", "D1:D5", 4),
    ("COUNTA", "E1:E4", 4),
    ("COUNTIF", 'D2:D5;"oui"', 2),
    ("COUNTIF", "D2:D5;D2", 2),
    ("COUNTIF", 'D2:D5;"<>oui"', 2),
    ("COUNTIF", 'D2:D5;""', 1),
    ("COUNTIF", 'D2:D5;"<>"', 3),
    ("COUNTIF", "B2:B5;4", 1),
    ("COUNTIF", 'B2:B5;">=2"', 3),
    ("COUNTIF", 'C2:C5;"<350,5"', 2),
    ("COUNTIF", 'C2:C5;">"&B5', 4),
    ("COUNTIF", 'A2:A5;"*a*"', 4),
    ("COUNTIF", 'A2:A5;"?a*"', 3),
    ("COUNTIF", 'A2:A5;"b*"', 1),
    ("COUNTIF", "E4;12", 1),
    ("COUNTIF", "E1:E2;VRAI", 1),
    ("COUNTIF", "A2:A5;E3", "#DIV/0!"),
    ("SUMIF", 'D2:D5;"oui";C2:C5', 1280),
    ("SUMIF", 'D2:D5;"oui";C2', 1280),
    ("SUMIF", 'B2:B5;">3"', 14),
    ("SUMIF", 'D:D;"oui";C:C', 1280),
    ("SUMIF", 'A2:A5;"zzz";C2:C5', 0),
    ("SUMPRODUCT", "B2:B5;C2:C5", 3212),
    ("SUMPRODUCT", '(D2:D5="oui")*C2:C5', 1280),
    ("SUMPRODUCT", '(D2:D5="oui")*B2:B5*C2:C5*(1+20%)', 1632),
    ("SUMPRODUCT", '--(D2:D5="oui");C2:C5', 1280),
    ("SUMPRODUCT", '(D2:D5="oui");C2:C5', 0),
    ("SUMPRODUCT", "B2:B5;C2:C4", "#VALEUR!"),
    ("VLOOKUP", '"table";A2:D5;3;FAUX', 350.5),
    ("VLOOKUP", '"Banc";A2:D5;3;0', 80),
    ("VLOOKUP", '"ba*";A2:D5;3;0', 80),
    ("VLOOKUP", '"Chaise";A2:D5;3;0', "#N/A"),
    ("VLOOKUP", '"Table";A2:D5;5;0', "#REF!"),
    ("VLOOKUP", '"Table";A2:D5;0;0', "#VALEUR!"),
    ("VLOOKUP", "25;F1:G3;2", "petit"),
    ("VLOOKUP", "30;F1:G3;2;VRAI", "grand"),
    ("VLOOKUP", "5;F1:G3;2", "#N/A"),
    ("VLOOKUP", '"Marche";A2:D5;4;0', 0),
    ("IF", 'B2>3;"lot";"pièce"', "pièce"),
    ("IF", 'B3>3;"lot";"pièce"', "lot"),
    ("IF", "B2>3;1", False),
    ("IF", "B3>3;;1", 0),
    ("IF", "VRAI;1;E3", 1),
    ("IF", "E3;1;2", "#DIV/0!"),
    ("IF", '"abc";1;2', "#VALEUR!"),
    ("IFERROR", "E3;0", 0),
    ("IFERROR", 'C2/B2;"?"', 1200),
    ("IFERROR", 'TRUC(1);"?"', "?"),
    ("AND", "B2=1;C2>1000", True),
    ("AND", "VRAI;0", False),
    ("AND", "E1:E2", False),
    ("AND", "A1:A2", "#VALEUR!"),
    ("OR", "B2=2;C2>1000", True),
    ("OR", "FAUX;0", False),
    ("NOT", "B2=1", False),
    ("NOT", "0", True),
    ("TRUE", "", True),
    ("FALSE", "", False),
    ("ROUND", "C3;0", 351),
    ("ROUND", "2,675;2", 2.68),
    ("ROUND", "1234;-2", 1200),
    ("ROUND", "-2,5;0", -3),
    ("ROUND", "2,4", 2),
    ("ABS", "-3,5", 3.5),
    ("INT", "2,9", 2),
    ("INT", "-2,1", -3),
    ("INT", "(0,1+0,7)*10", 8),
    ("MOD", "17;5", 2),
    ("MOD", "-1;3", 2),
    ("MOD", "1;0", "#DIV/0!"),
    ("CONCATENATE", 'A2;" : ";C3', "Portail : 350,5"),
    ("CONCAT", "A2:B3", "Portail1Table4"),
    ("CONCAT", '"a";"b"', "ab"),
    ("LEFT", "A2;4", "Port"),
    ("LEFT", "A2", "P"),
    ("LEFT", "A2;99", "Portail"),
    ("LEFT", "A2;-1", "#VALEUR!"),
    ("RIGHT", "A2;3", "ail"),
    ("RIGHT", "A2;0", ""),
    ("LEN", "A2", 7),
    ("LEN", "C3", 5),
    ("UPPER", '"déjà"', "DÉJÀ"),
    ("LOWER", "A2", "portail"),
    ("PRODUCT", "B3:B4;2", 16),
    ("PRODUCT", "A2:A5", 0),
    ("COUNTBLANK", "D1:D5", 1),
    ("COUNTIFS", 'D2:D5;"oui";B2:B5;">1"', 1),
    ("COUNTIFS", 'D2:D5;"oui"', 2),
    ("COUNTIFS", 'D2:D5;"oui";B2:B4;">1"', "#VALEUR!"),
    ("SUMIFS", 'C2:C5;D2:D5;"oui";B2:B5;">1"', 80),
    ("SUMIFS", 'C2:C4;D2:D5;"oui"', "#VALEUR!"),
    ("AVERAGEIF", 'D2:D5;"oui";C2:C5', 640),
    ("AVERAGEIF", 'D2:D5;"oui";C2', 640),
    ("AVERAGEIF", 'D2:D5;"zzz";C2:C5', "#DIV/0!"),
    ("AVERAGEIFS", 'C2:C5;D2:D5;"oui";B2:B5;"<=2"', 640),
    ("LARGE", "C2:C5;2", 350.5),
    ("LARGE", "C2:C5;5", "#NOMBRE!"),
    ("SMALL", "C2:C5;1", 45),
    ("SMALL", "C2:C5;0", "#NOMBRE!"),
    ("RANK", "C3;C2:C5", 2),
    ("RANK", "C3;C2:C5;1", 3),
    ("RANK", "7;C2:C5", "#N/A"),
    ("RANK", "7;8", "#VALEUR!"),
    ("MATCH", '"banc";A2:A5;0', 3),
    ("MATCH", '"b*";A2:A5;0', 3),
    ("MATCH", "25;F1:F3", 2),
    ("MATCH", "25;F1:F3;-1", "#N/A"),
    ("MATCH", "25;A2:C5;0", "#N/A"),
    ("INDEX", "A2:D5;2;3", 350.5),
    ("INDEX", "C2:C5;3", 80),
    ("INDEX", "A2:D2;3", 1200),
    ("INDEX", "A2:D5;5;1", "#REF!"),
    ("INDEX", "A2:D5;-1;1", "#VALEUR!"),
    ("INDEX", 'C2:C5;EQUIV("banc";A2:A5;0)', 80),
    ("HLOOKUP", '"prix";A1:D5;3;FAUX', 350.5),
    ("HLOOKUP", '"prix";A1:D5;6;FAUX', "#REF!"),
    ("XLOOKUP", '"banc";A2:A5;C2:C5', 80),
    ("XLOOKUP", '"chaise";A2:A5;C2:C5', "#N/A"),
    ("XLOOKUP", '"chaise";A2:A5;C2:C5;"aucun"', "aucun"),
    ("XLOOKUP", '"b*";A2:A5;C2:C5', "#N/A"),
    ("XLOOKUP", '"b*";A2:A5;C2:C5;;2', 80),
    ("XLOOKUP", "25;F1:F3;G1:G3;;-1", "petit"),
    ("XLOOKUP", "25;F1:F3;G1:G3;;1", "grand"),
    ("XLOOKUP", '"oui";D2:D5;A2:A5;;0;-1', "Banc"),
    ("XLOOKUP", '"oui";D2:D5;A2:A4', "#VALEUR!"),
    ("XLOOKUP", '"prix";A1:D1;A3:D3', 350.5),
    ("XLOOKUP", '"oui";D2:D5;A2:A5;;7', "#VALEUR!"),
    ("IFS", 'B3>9;"gros";B3>3;"moyen";VRAI;"petit"', "moyen"),
    ("IFS", "B3>9;1", "#N/A"),
    ("IFS", "E3;1;VRAI;2", "#DIV/0!"),
    ("IFNA", '#N/A;"absent"', "absent"),
    ("IFNA", "E3;1", "#DIV/0!"),
    ("ISBLANK", "D5", True),
    ("ISBLANK", 'E4&""', False),
    ("ISNUMBER", "C3", True),
    ("ISNUMBER", "E4", False),
    ("ISTEXT", "E4", True),
    ("ISERROR", "E3", True),
    ("ISERROR", "D5", False),
    ("ISNA", "#N/A", True),
    ("ISNA", "E3", False),
    ("ROUNDUP", "2,001;2", 2.01),
    ("ROUNDUP", "-2,1;0", -3),
    ("ROUNDUP", "1,1*3;1", 3.3),
    ("ROUNDDOWN", "2,99;1", 2.9),
    ("ROUNDDOWN", "-2,9", -2),
    ("ROUNDDOWN", "1299;-2", 1200),
    ("SQRT", "9", 3),
    ("SQRT", "-1", "#NOMBRE!"),
    ("POWER", "2;10", 1024),
    ("POWER", "0;0", "#NOMBRE!"),
    ("POWER", "0;-1", "#DIV/0!"),
    ("DATE", "2026;5;12", 46154),
    ("DATE", "2026;14;1", 46419),
    ("DATE", "2026;1;0", 46022),
    ("DATE", "12000;1;1", "#NOMBRE!"),
    ("YEAR", "H1", 2026),
    ("YEAR", '"12/05/2026"', 2026),
    ("YEAR", "-1", "#NOMBRE!"),
    ("MONTH", "H2", 6),
    ("DAY", "H2+1", 1),
    ("DAY", '"hier"', "#VALEUR!"),
    ("WEEKDAY", "H1;2", 2),
    ("WEEKDAY", "H1", 3),
    ("WEEKDAY", "H1;3", 1),
    ("WEEKDAY", "H1;4", "#NOMBRE!"),
    ("MID", "A2;2;3", "ort"),
    ("MID", "A2;9;3", ""),
    ("MID", "A2;0;3", "#VALEUR!"),
    ("MID", "A2;1;-1", "#VALEUR!"),
    ("REPLACE", 'A2;1;4;"V"', "Vail"),
    ("REPLACE", 'A2;99;4;"!"', "Portail!"),
    ("SUBSTITUTE", '"06 12 34";" ";""', "061234"),
    ("SUBSTITUTE", '"a-b-c";"-";"+";2', "a-b+c"),
    ("SUBSTITUTE", '"a-b-c";"-";"+";3', "a-b-c"),
    ("SUBSTITUTE", '"a-b-c";"-";"+";0', "#VALEUR!"),
    ("SUBSTITUTE", '"Abc";"a";"x"', "Abc"),
    ("SEARCH", '"TA";A2', 4),
    ("SEARCH", '"?a";A2', 4),
    ("SEARCH", '"z";A2', "#VALEUR!"),
    ("SEARCH", '"";A2;3', 3),
    ("FIND", '"ta";A2', 4),
    ("FIND", '"TA";A2', "#VALEUR!"),
    ("FIND", '"t";"tétine";2', 3),
    ("FIND", '"t";"tétine";9', "#VALEUR!"),
    ("PROPER", '"élodie DUPONT-durand"', "Élodie Dupont-Durand"),
    ("TRIM", '"  deux   mots "', "deux mots"),
    ("TEXTJOIN", '", ";VRAI;A2:A3;D5;"fin"', "Portail, Table, fin"),
    ("TEXTJOIN", '"-";FAUX;D4:D5', "Oui-"),
    ("VALUE", '"12,50 €"', 12.5),
    ("VALUE", '"douze"', "#VALEUR!"),
    ("VALUE", "VRAI", "#VALEUR!"),
    ("TEXT", 'C3;"0,00 €"', "350,50 €"),
    ("TEXT", 'H1;"jj/mm/aaaa"', "12/05/2026"),
    ("TEXT", 'A2;"0,00"', "Portail"),
    ("TEXT", '1;"hh:mm"', "#VALEUR!"),
    # an error among the arguments is the result
    ("ROUND", "E3;1", "#DIV/0!"),
    ("LEFT", "E3;1", "#DIV/0!"),
    ("LEFT", "A2;E3", "#DIV/0!"),
    ("CONCAT", "E1:E3", "#DIV/0!"),
    ("NOT", "E3", "#DIV/0!"),
    ("AND", "E1:E3", "#DIV/0!"),
    ("COUNTIF", 'E1:E3;"x"', 0),
    ("SUMIF", "A2:A5;E3;C2:C5", "#DIV/0!"),
    ("SUMIF", '"a";"a"', "#VALEUR!"),
    ("SUMIF", 'A2:A5;"a";1', "#VALEUR!"),
    ("SUMIF", 'E1:E3;"<>x"', "#DIV/0!"),
    ("SUMIF", 'A2:A5;"<>x";A2:A5', 0),
    ("SUMPRODUCT", "E1:E3;F1:F3", "#DIV/0!"),
    ("SUMPRODUCT", "1E200;1E200", "#NOMBRE!"),
    ("VLOOKUP", "E3;A2:D5;1;0", "#DIV/0!"),
    ("IFERROR", "E3;E3", "#DIV/0!"),
]


def computed(formula):
    sheet = Sheet({**CELLS, "H9": formula}, 8, 10)
    value = sheet.value("H9")
    return value if isinstance(value, bool | float | str) else sheet.display("H9")


@pytest.mark.parametrize(("name", "arguments", "expected"), EXAMPLES)
def test_a_function_gives_the_same_in_french_and_in_english(name, arguments, expected):
    function = next(f for f in FUNCTIONS if f.english == name)
    for written in (function.french, function.english, function.french.lower()):
        value = computed(f"={written}({arguments})")
        kind = float if isinstance(value, float) else type(value)
        assert kind is (float if type(expected) is int else type(expected))
        assert value == (pytest.approx(expected) if isinstance(expected, float) else expected)


def test_every_function_has_an_example():
    assert {name for name, _, _ in EXAMPLES} == {function.english for function in FUNCTIONS}


def test_a_function_spread_over_a_range_is_summed_place_by_place():
    assert computed("=SOMMEPROD(ARRONDI(C2:C5;0))") == 1676
    assert computed("=SOMMEPROD(NBCAR(A2:A5))") == 7 + 5 + 4 + 6
    assert computed('=SOMME(SI(D2:D5="oui";C2:C5;0))') == 1280
    assert computed("=SOMME(SIERREUR(C1:C5*2;0))") == 3351
    assert computed("=SOMME(SI(E1:E3;1;2))") == "#DIV/0!"
    assert computed("=SOMME(SI(VRAI;C2:C5;0))") == 1675.5


def test_ranges_of_different_sizes_have_nothing_to_say_where_one_ends():
    assert computed("=SOMME(C2:C5*B2:B4)") == "#N/A"
    assert computed("=NB(C2:C5*B2:B4)") == 3
    assert computed("=SOMME(C2:C3*F1:F1)") == 15505


def test_a_whole_range_where_one_value_belongs_is_an_error():
    assert computed("=C2:C5") == "#VALEUR!"
    assert computed("=C2:C5*2") == "#VALEUR!"


def test_what_is_found_stays_a_piece_of_its_range():
    assert computed("=SOMME(INDEX(A2:C5;2;0))") == 354.5, "the text in the row is left out"
    assert computed('=SOMME(RECHERCHEX("table";A2:A5;A2:C5))') == 354.5
    assert computed('=MAX(RECHERCHEX("table";A2:A5;A2:A5);1)') == 1
    assert computed("=INDEX(A2:C5;2;0)") == "#VALEUR!"
    assert computed("=ESTVIDE(INDEX(D2:D5;4))") is True
    assert computed("=SOMME(SIERREUR(A2;0);1)") == "#VALEUR!", "what SIERREUR gives is a value"
    # a sum that starts where another function found something reads nothing that the tree does not name
    assert computed('=SOMME.SI(F1:F3;">0";RECHERCHEX("zzz";A2:A5;C2:C5;B2:B3))') == 5


def test_ranges_of_one_size_may_end_beyond_the_sheet():
    assert computed('=NB.SI.ENS(D2:D99;"oui";B2:B99;">1")') == 1
    assert computed('=SOMME.SI.ENS(C2:C99;D1:D98;"oui")') == 395.5, "one row below, as it was written"
    assert computed('=NB.SI.ENS(D2:D99;"oui";B2:B98;">1")') == "#VALEUR!"
    assert computed('=RECHERCHEX("banc";A2:A99;C2:C99)') == 80
    assert computed('=RECHERCHEX("banc";A2:A99;C2:C98)') == "#VALEUR!"
    assert computed("=INDEX(A1:B99;98;1)") == 0


@pytest.mark.parametrize("name", ["NB.SI.ENS", "SOMME.SI.ENS", "SI.CONDITIONS"])
def test_pairs_come_whole(name):
    with pytest.raises(FormulaSyntaxFault) as caught:
        parse(f"={name}(A1;1;2;3)" if name == "SOMME.SI.ENS" else f"={name}(A1;1;2)")
    assert caught.value.code == "formula.arguments"


def test_errors_may_be_spelt_in_english():
    assert [computed(f"={error}") for error in ("#value!", "#NAME?", "#NUM!", "#N/A")] == [
        "#VALEUR!", "#NOM?", "#NOMBRE!", "#N/A",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True), ("a*", "Abc", True), ("*c", "abc", True), ("*b*", "abc", True), ("a?c", "abc", True),
        ("a?", "abc", False), ("a*c*e", "abcde", True), ("a*a", "a", False), ("ab*ba", "aba", False), ("~*", "*", True),
        ("~*", "a", False), ("a~?", "a?", True), ("*x*", "abc", False), ("*b?d*", "abc", False), ("a*?", "a", False), ("*bb*bb", "abbb", False), ("*a?c*", "xxabc", True), ("*l'eau", "de l\N{RIGHT SINGLE QUOTATION MARK}eau", True),
    ],
)  # fmt: skip
def test_wildcards(pattern, text, expected):
    sheet = Sheet({"A1": "'" + text, "A2": f'=NB.SI(A1;"={pattern}")'})
    assert sheet.value("A2") == float(expected)


PATTERNS = st.text("ab?*~", max_size=7)


def as_regex(pattern):
    pieces = re.findall(r"~[*?~]|.", pattern)
    return "".join({"*": ".*?", "?": "."}.get(piece, re.escape(piece[-1])) for piece in pieces)


@given(PATTERNS, st.text("abAB?*~", max_size=10), st.integers(0, 11))
def test_wildcards_find_and_match_what_regular_expressions_do(pattern, text, start):
    regex = re.compile(as_regex(pattern), re.IGNORECASE)
    assert matches(pattern, text) is bool(regex.fullmatch(text))
    if start <= len(text):
        found = regex.search(text, start)
        assert found_at(pattern, text, start) == (found.start() if found else None)
