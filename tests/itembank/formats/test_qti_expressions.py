"""The operators of response processing, each against what the standard says of it."""

from __future__ import annotations

import itertools
import math
import re
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from itembank.formats.faults import Refused
from itembank.formats.qti.expressions import points
from itembank.formats.qti.model import MapEntry, Mapping
from itembank.formats.qti.pattern import compiled
from itembank.formats.qti.reader import read_item
from itembank.formats.qti.runtime import score
from itembank.formats.qti.values import (
    BaseType,
    Cardinality,
    Value,
    container,
    matches,
    number,
    parse,
    single,
    written,
)
from tests.itembank.formats.documents import RESPONSE, item, one_if, scored_by

TRUE = '<baseValue baseType="boolean">true</baseValue>'
FALSE = '<baseValue baseType="boolean">false</baseValue>'
NULL = "<null/>"
FIELD = '<textEntryInteraction responseIdentifier="RESPONSE"/>'


def holds(expression: str) -> bool:
    """Whether a condition is taken."""
    return score(read_item(item(rules=one_if(expression))), None).points == 1


def truth_of(expression: str) -> bool | None:
    if holds(f"<isNull>{expression}</isNull>"):
        return None
    return holds(expression)


def value_of(expression: str) -> float | None:
    if holds(f"<isNull>{expression}</isNull>"):
        return None
    return score(read_item(item(rules=scored_by(expression))), None).points


def num(value: float, kind: str = "float") -> str:
    return f'<baseValue baseType="{kind}">{value}</baseValue>'


def text(value: str) -> str:
    return f'<baseValue baseType="string">{value}</baseValue>'


def words(kind: str, *names: str) -> str:
    return (
        f"<{kind}>"
        + "".join(f'<baseValue baseType="identifier">{n}</baseValue>' for n in names)
        + f"</{kind}>"
    )


# --- three-valued logic --------------------------------------------------------------------------------------

LOGIC = {True: TRUE, False: FALSE, None: NULL}


@pytest.mark.parametrize("values", list(itertools.product([True, False, None], repeat=2)))
def test_and_or_follow_kleene(values: tuple[bool | None, bool | None]) -> None:
    inside = "".join(LOGIC[v] for v in values)
    expected_and = False if False in values else None if None in values else True
    expected_or = True if True in values else None if None in values else False
    assert truth_of(f"<and>{inside}</and>") is expected_and
    assert truth_of(f"<or>{inside}</or>") is expected_or


@pytest.mark.parametrize(("value", "expected"), [(True, False), (False, True), (None, None)])
def test_not(value: bool | None, expected: bool | None) -> None:
    assert truth_of(f"<not>{LOGIC[value]}</not>") is expected


@pytest.mark.parametrize("values", list(itertools.product([True, False, None], repeat=3)))
def test_any_n_is_what_every_filling_of_the_nulls_agrees_on(values: tuple[bool | None, ...]) -> None:
    inside = "".join(LOGIC[v] for v in values)
    fillings = itertools.product(*[[v] if v is not None else [True, False] for v in values])
    outcomes = {1 <= sum(filling) <= 2 for filling in fillings}
    expected = outcomes.pop() if len(outcomes) == 1 else None
    assert truth_of(f'<anyN min="1" max="2">{inside}</anyN>') is expected


def test_a_null_condition_is_not_taken() -> None:
    assert not holds(NULL)


# --- numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"<sum>{num(1)}{num(2.5)}{num(-1)}</sum>", 2.5),
        (f"<sum>{num(1)}{NULL}</sum>", None),
        (f"<product>{num(2)}{num(3)}{num(4)}</product>", 24),
        (f"<subtract>{num(2)}{num(5)}</subtract>", -3),
        (f"<divide>{num(1)}{num(4)}</divide>", 0.25),
        (f"<divide>{num(1)}{num(0)}</divide>", None),
        (f"<power>{num(2)}{num(10)}</power>", 1024),
        (f"<power>{num(-8)}{num(0.5)}</power>", None),
        (f"<power>{num(1e300)}{num(2)}</power>", None),
        (f"<integerDivide>{num(-7, 'integer')}{num(2, 'integer')}</integerDivide>", -4),
        (f"<integerModulus>{num(-7, 'integer')}{num(2, 'integer')}</integerModulus>", 1),
        (f"<integerModulus>{num(7, 'integer')}{num(0, 'integer')}</integerModulus>", None),
        (f"<truncate>{num(-1.7)}</truncate>", -1),
        (f"<round>{num(-6.5)}</round>", -6),
        (f"<round>{num(6.5)}</round>", 7),
        (f"<integerToFloat>{num(3, 'integer')}</integerToFloat>", 3),
        (f"<gcd>{num(12, 'integer')}{num(18, 'integer')}</gcd>", 6),
        (f"<lcm>{num(4, 'integer')}{num(6, 'integer')}</lcm>", 12),
        (f"<min>{num(4)}{num(6)}</min>", 4),
        (f"<max><multiple>{num(4)}{num(6)}</multiple>{num(5)}</max>", 6),
        (f"<roundTo figures='3' roundingMode='significantFigures'>{num(1234.5)}</roundTo>", 1230),
        (f"<roundTo figures='2' roundingMode='decimalPlaces'>{num(1.005)}</roundTo>", 1.01),
        (f"<statsOperator name='mean'><multiple>{num(1)}{num(2)}{num(6)}</multiple></statsOperator>", 3),
        (f"<statsOperator name='popVariance'><multiple>{num(1)}{num(3)}</multiple></statsOperator>", 1),
        (f"<statsOperator name='sampleVariance'><multiple>{num(1)}{num(3)}</multiple></statsOperator>", 2),
        (f"<statsOperator name='sampleSD'><multiple>{num(1)}</multiple></statsOperator>", None),
        (f"<mathOperator name='ln'>{num(-1)}</mathOperator>", None),
        (f"<mathOperator name='floor'>{num(-1.2)}</mathOperator>", -2),
        ("<mathConstant name='pi'/>", math.pi),
        ("<containerSize><null/></containerSize>", 0),
        (f"<containerSize>{words('multiple', 'A', 'A')}</containerSize>", 2),
        (f"<index n='2'><ordered>{num(4)}{num(6)}</ordered></index>", 6),
        (f"<index n='3'><ordered>{num(4)}{num(6)}</ordered></index>", None),
    ],
)
def test_arithmetic(expression: str, expected: float | None) -> None:
    found = value_of(expression)
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("mode", "tolerance", "first", "second", "expected"),
    [
        ("exact", "", 1.0, 1.0, True),
        ("absolute", "0.1", 4.2, 4.1, True),
        ("absolute", "0.1", 4.2, 4.3, True),
        ("absolute", "0.1", 4.2, 4.09, False),
        ("absolute", "1 2", 10, 9, True),
        ("absolute", "1 2", 10, 12, True),
        ("absolute", "1 2", 10, 12.1, False),
        ("absolute", "1 2", 10, 8.9, False),
        ("relative", "10", 100, 90, True),
        ("relative", "10", 100, 89, False),
        ("relative", "10 20", 100, 119, True),
        ("relative", "10", -100, -105, True),
        ("relative", "10", -100, -111, False),
    ],
)
def test_equal_holds_the_second_number_around_the_first(
    mode: str, tolerance: str, first: float, second: float, expected: bool
) -> None:
    given_tolerance = f'tolerance="{tolerance}"' if tolerance else ""
    assert (
        holds(f'<equal toleranceMode="{mode}" {given_tolerance}>{num(first)}{num(second)}</equal>')
        is expected
    )


def test_equal_can_leave_its_bounds_out() -> None:
    strict = '<equal toleranceMode="absolute" tolerance="1" includeLowerBound="false" includeUpperBound="{}">'
    assert not holds(strict.format("true") + num(10) + num(9) + "</equal>")
    assert holds(strict.format("true") + num(10) + num(11) + "</equal>")
    assert not holds(strict.format("false") + num(10) + num(11) + "</equal>")
    assert holds(strict.format("false") + num(10) + num(10.5) + "</equal>")


@pytest.mark.parametrize(
    ("mode", "figures", "a", "b", "expected"),
    [
        ("significantFigures", 3, 1.555, 1.56, True),
        ("significantFigures", 3, 1.554, 1.56, False),
        ("decimalPlaces", 2, 1.005, 1.01, True),
        ("decimalPlaces", 0, 2.5, 3, True),
        ("significantFigures", 2, 0.0, 0.0, True),
    ],
)
def test_equal_rounded(mode: str, figures: int, a: float, b: float, expected: bool) -> None:
    assert (
        holds(f'<equalRounded roundingMode="{mode}" figures="{figures}">{num(a)}{num(b)}</equalRounded>')
        is expected
    )


@pytest.mark.parametrize(
    ("name", "a", "b", "expected"),
    [("lt", 1, 2, True), ("lt", 2, 2, False), ("lte", 2, 2, True), ("gt", 3, 2, True), ("gte", 2, 3, False)],
)
def test_comparisons(name: str, a: float, b: float, expected: bool) -> None:
    assert truth_of(f"<{name}>{num(a)}{num(b)}</{name}>") is expected
    assert truth_of(f"<{name}>{num(a)}{NULL}</{name}>") is None


# --- texts and containers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"<match>{text('a')}{text('A')}</match>", False),
        (f"<match>{text('a')}{NULL}</match>", None),
        (f"<match>{num(1)}{num(1, 'integer')}</match>", True),
        (f"<match>{words('multiple', 'A', 'B')}{words('multiple', 'B', 'A')}</match>", True),
        (f"<match>{words('multiple', 'A', 'A')}{words('multiple', 'A')}</match>", False),
        (f"<match>{words('ordered', 'A', 'B')}{words('ordered', 'B', 'A')}</match>", False),
        ('<match><baseValue baseType="identifier">A</baseValue><baseValue baseType="string">A</baseValue></match>', True),
        ('<match><baseValue baseType="pair">A B</baseValue><baseValue baseType="pair">B A</baseValue></match>', True),
        ('<match><baseValue baseType="directedPair">A B</baseValue><baseValue baseType="directedPair">B A</baseValue></match>', False),
        (f'<stringMatch caseSensitive="false">{text("É")}{text("é")}</stringMatch>', True),
        (f'<stringMatch caseSensitive="true">{text("É")}{text("é")}</stringMatch>', False),
        (f'<stringMatch caseSensitive="true" substring="true">{text("abc")}{text("b")}</stringMatch>', True),
        (f'<substring caseSensitive="false">{text("KING")}{text("the king")}</substring>', True),
        (f'<substring caseSensitive="true">{text("KING")}{text("the king")}</substring>', False),
        (f'<patternMatch pattern="[0-9]+">{text("123")}</patternMatch>', True),
        (f'<patternMatch pattern="[0-9]+">{text("123a")}</patternMatch>', False),
        (f'<member><baseValue baseType="identifier">A</baseValue>{words("multiple", "B", "A")}</member>', True),
        (f'<member><baseValue baseType="identifier">Z</baseValue>{words("multiple", "B", "A")}</member>', False),
        (f'<contains>{words("multiple", "A", "B", "B")}{words("multiple", "B", "B")}</contains>', True),
        (f'<contains>{words("multiple", "A", "B")}{words("multiple", "B", "B")}</contains>', False),
        (f'<contains>{words("ordered", "A", "B", "C")}{words("ordered", "B", "C")}</contains>', True),
        (f'<contains>{words("ordered", "A", "B", "C")}{words("ordered", "A", "C")}</contains>', False),
        (f'<match><delete><baseValue baseType="identifier">A</baseValue>{words("multiple", "A", "B", "A")}</delete>{words("multiple", "B")}</match>', True),
        ("<isNull><multiple/></isNull>", True),
        (f'<isNull>{text("")}</isNull>', True),
    ],
)  # fmt: skip
def test_comparing_texts_and_containers(expression: str, expected: bool | None) -> None:
    assert truth_of(expression) is expected


@pytest.mark.parametrize(
    "inside",
    [text("1") + num(1), words("ordered", "A") + words("multiple", "A"), text("A") + words("multiple", "A")],
)
def test_values_that_do_not_compare_are_refused_at_reading(inside: str) -> None:
    with pytest.raises(Refused, match="operand_type"):
        read_item(item(rules=one_if(f"<match>{inside}</match>")))


def test_operands_of_several_types_are_refused_at_reading() -> None:
    with pytest.raises(Refused, match="operand_type"):
        read_item(item(rules=one_if(f"<isNull><multiple>{text('a')}{num(1)}</multiple></isNull>")))


def test_a_typed_number_bound_to_a_record_has_its_precision() -> None:
    response = '<responseDeclaration identifier="RESPONSE" cardinality="record"/>'
    for field, typed, expected in (
        ("ndp", "1.250", 3),
        ("nsf", "0.0250", 3),
        ("floatValue", "1,5", 1.5),
        ("integerValue", "12", 12),
        ("exponent", "1.5e3", 3),
        ("leftDigits", "123.4", 3),
    ):
        rules = scored_by(
            f'<fieldValue fieldIdentifier="{field}"><variable identifier="RESPONSE"/></fieldValue>'
        )
        read = read_item(item(f"<p>{FIELD}</p>", rules, response))
        assert score(read, typed).points == expected, field


def test_lookup_tables() -> None:
    outcomes = (
        '<outcomeDeclaration identifier="RAW" cardinality="single" baseType="float"/>'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"><interpolationTable defaultValue="0">'
        '<interpolationTableEntry sourceValue="2" targetValue="1"/><interpolationTableEntry sourceValue="5" targetValue="3"/>'
        "</interpolationTable></outcomeDeclaration>"
    )
    for raw, expected in ((1, 0), (2, 1), (4.9, 1), (5, 3), (9, 3)):
        rules = f'<responseProcessing><lookupOutcomeValue identifier="SCORE">{num(raw)}</lookupOutcomeValue></responseProcessing>'
        assert score(read_item(item(rules=rules, outcomes=outcomes)), None).points == expected


def test_exit_response_stops_and_else_if_is_tried_in_order() -> None:
    rules = (
        "<responseProcessing>"
        f"<responseCondition><responseIf>{FALSE}</responseIf><responseElseIf>{TRUE}"
        f'<setOutcomeValue identifier="SCORE">{num(2)}</setOutcomeValue><exitResponse/></responseElseIf>'
        f'<responseElse><setOutcomeValue identifier="SCORE">{num(3)}</setOutcomeValue></responseElse></responseCondition>'
        f'<setOutcomeValue identifier="SCORE">{num(9)}</setOutcomeValue></responseProcessing>'
    )
    assert score(read_item(item(rules=rules)), None).points == 2


def test_a_default_response_counts_until_it_is_replaced() -> None:
    response = RESPONSE.replace(
        "<correctResponse>", "<defaultValue><value>A</value></defaultValue><correctResponse>"
    )
    read = read_item(item(response=response))
    assert score(read, {}).points == 1
    assert score(read, {"RESPONSE": None}).points == 0


# --- mapping -----------------------------------------------------------------------------------------------------

MAPPING = Mapping(
    (MapEntry("A", 1.0), MapEntry("B", 2.0), MapEntry("C", -4.0)), default=0.5, lower=-1.0, upper=2.5
)


def bag(*names: str) -> Value | None:
    return container(Cardinality.MULTIPLE, BaseType.IDENTIFIER, names)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (bag("A"), 1.0),
        (bag("A", "A"), 1.0),
        (bag("A", "B"), 2.5),
        (bag("C"), -1.0),
        (bag("A", "Z"), 1.5),
        (None, 0.5),
        (single(BaseType.IDENTIFIER, "Z"), 0.5),
    ],
)
def test_map_response(value: Value | None, expected: float) -> None:
    assert points(MAPPING, value) == expected


def test_map_response_compares_texts_as_the_entry_says() -> None:
    mapping = Mapping(
        (MapEntry("York", 1.0, case_sensitive=True), MapEntry("york", 0.5, case_sensitive=False))
    )
    assert [points(mapping, single(BaseType.STRING, t)) for t in ("York", "YORK", "Lancaster")] == [
        1.0,
        0.5,
        0.0,
    ]


# --- values ------------------------------------------------------------------------------------------------------

_SCALARS = {
    BaseType.INTEGER: st.integers(-(10**17), 10**17),
    BaseType.FLOAT: st.floats(allow_nan=False, allow_infinity=False),
    BaseType.BOOLEAN: st.booleans(),
    BaseType.IDENTIFIER: st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_.-]{0,8}\Z"),
    BaseType.PAIR: st.tuples(*[st.from_regex(r"\A[A-Z][0-9]{0,3}\Z")] * 2),
}


@given(st.data())
def test_scalars_survive_writing(data: st.DataObject) -> None:
    base_type = data.draw(st.sampled_from(list(_SCALARS)))
    scalar = data.draw(_SCALARS[base_type])
    assert parse(written(scalar), base_type) == scalar


@pytest.mark.parametrize(
    ("source", "base_type"),
    [("x", BaseType.INTEGER), ("1.5", BaseType.INTEGER), ("NaN", BaseType.FLOAT), ("INF", BaseType.FLOAT), ("1" * 400, BaseType.FLOAT), ("yes", BaseType.BOOLEAN), ("A", BaseType.PAIR), ("A B C", BaseType.DIRECTED_PAIR), ("A B", BaseType.IDENTIFIER)],
)  # fmt: skip
def test_impossible_values(source: str, base_type: BaseType) -> None:
    with pytest.raises(Refused, match="value_type"):
        parse(source, base_type)


def test_empty_is_null_and_infinite_is_null() -> None:
    assert single(BaseType.STRING, "") is None
    assert container(Cardinality.MULTIPLE, BaseType.STRING, []) is None
    assert number(math.inf) is None
    assert number(math.nan) is None


@given(st.lists(st.sampled_from("ABC"), min_size=1), st.randoms())
def test_bags_match_in_any_order_and_sequences_do_not(names: list[str], random) -> None:
    shuffled = random.sample(names, len(names))
    assert matches(bag(*names), bag(*shuffled))
    first, second = (container(Cardinality.ORDERED, BaseType.IDENTIFIER, n) for n in (names, shuffled))
    assert matches(first, second) is (names == shuffled)


# --- patterns ----------------------------------------------------------------------------------------------------

_ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", r"\.", "[a-c0-2]", "(a|b)", "(ab|c)"])
_PATTERNS = st.lists(
    st.tuples(_ATOMS, st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}", "{0,2}", "{2,}"])).map("".join),
    max_size=5,
).map("".join)


@settings(max_examples=300)
@given(_PATTERNS, st.text("abc012.", max_size=8))
def test_patterns_match_as_the_standard_library_does(pattern: str, text_: str) -> None:
    assert compiled(pattern).fullmatch(text_) == bool(re.fullmatch(pattern, text_))


@given(st.text(max_size=12))
def test_any_pattern_is_compiled_or_refused(pattern: str) -> None:
    try:
        compiled(pattern).fullmatch("abc")
    except Refused as fault:
        assert fault.code in ("pattern", "pattern_size")
        assume(False)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", "(a|aa)+b"])
def test_patterns_that_hang_a_backtracker_take_linear_time(pattern: str) -> None:
    begun = time.perf_counter()
    assert not compiled(pattern).fullmatch("a" * 3000)
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("pattern", ["(a{1000}){1000}", "a{99999}", "(" * 1500])
def test_patterns_that_grow_without_measure_are_refused(pattern: str) -> None:
    with pytest.raises(Refused):
        compiled(pattern)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (r"\p{Lu}\p{Ll}+", "Élan", "élan"),
        (r"[\d-]+", "1-2", "1a2"),
        (r"^\s*oui\s*$", " oui ", "non"),
        (r"[^\s]+", "ab", "a b"),
        (r"\w+", "été", "a-b"),
    ],
)
def test_xml_schema_patterns(pattern: str, yes: str, no: str) -> None:
    assert compiled(pattern).fullmatch(yes)
    assert not compiled(pattern).fullmatch(no)
