"""Files of responses: every layout says the same, and what cannot be right is refused with its place."""

from __future__ import annotations

import ast
import csv
import io
import os
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.calibration import response_tables, responses
from itembank.calibration.responses import LARGEST_SCORE, Responses, read_responses
from itembank.errors import ItemBankFault, ResponsesInvalid
from kiosk.errors import sentence
from kiosk.exit_codes import ExitCode, exit_code_for
from kiosk.locale import has

SETS = Path(os.environ.get("KIOSK_IRT_REFERENCE", Path(__file__).parents[4] / "shared" / "data" / "irt"))
"""Published sets of responses, when this machine has them: beside the checkout, or where it is told."""


@pytest.fixture
def write(tmp_path):
    def made(content: str | bytes, name: str = "responses.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return made


def refused(path: Path, code: str, **expected) -> ResponsesInvalid:
    options = expected.pop("options", {})
    with pytest.raises(ResponsesInvalid) as caught:
        read_responses(path, **options)
    assert caught.value.code == f"responses.{code}"
    assert caught.value.file == str(path)
    for name, value in expected.items():
        assert caught.value.params[name] == value
    said = sentence(caught.value)
    assert said
    assert path.name in said
    return caught.value


# --- what is read -----------------------------------------------------------------------------------------


def test_wide(write):
    found = read_responses(write("person,i1,i2,sex\nana,1,0,F\nbob,,2,M\n"))
    assert found.items == ("i1", "i2")
    assert found.persons == ("ana", "bob")
    assert found.dense().tolist() == [[1, 0], [-1, 2]]
    assert found.max_score.tolist() == [1, 2]
    assert found.count.tolist() == [1, 1]
    assert found.columns == {"sex": ("F", "M")}
    assert found.seconds is None


def test_long(write):
    text = "item,score,person,seconds,age_band,position\ni2,0,ana,12.5,<30,1\ni1,1,ana,,<30,2\ni2,1,bob,3,60+,1\n"
    found = read_responses(write(text))
    assert found.items == ("i2", "i1")
    assert found.dense().tolist() == [[0, 1], [1, -1]]
    assert found.columns == {"age_band": ("<30", "60+")}  # `position` changes within a person: about answers
    assert found.person.tolist() == [0, 0, 1]
    assert found.item.tolist() == [0, 1, 0]
    assert found.seconds is not None
    np.testing.assert_array_equal(found.seconds, [12.5, np.nan, 3.0])


def test_answers_come_sorted_by_person_then_item(write):
    found = read_responses(write("person,item,score\nb,x,1\na,y,0\nb,y,1\na,x,1\n"))
    assert list(zip(found.person, found.item, found.score, strict=True)) == [
        (0, 0, 1),
        (0, 1, 1),
        (1, 0, 1),
        (1, 1, 0),
    ]


def test_patterns_with_counts(write):
    found = read_responses(write("a,b,Frequency\n0,0,3\n0,1,0\n1,1,2.5\n"))
    assert found.persons == ("1", "3")  # the second row stands for nobody
    assert found.count.tolist() == [3, 2.5]
    assert found.dense().tolist() == [[0, 0], [1, 1]]


def test_counts_in_the_long_layout(write):
    found = read_responses(write("person,item,score,count\np,a,1,4\np,b,0,4\nq,a,0,0\nr,a,0,2\n"))
    assert found.persons == ("p", "r")
    assert found.count.tolist() == [4, 2]
    assert found.dense().tolist() == [[1, 0], [0, -1]]


def test_columns_that_describe_people(write):
    path = write("i1,group.region,Ability,site,i2,group.town\n1,Nord,0.5,x,0,a\n0,Sud,-1,y,1,b\n")
    found = read_responses(path, columns=["site", "town", "group.region"])
    assert found.items == ("i1", "i2")
    assert found.columns == {
        "region": ("Nord", "Sud"),
        "ability": ("0.5", "-1"),
        "site": ("x", "y"),
        "town": ("a", "b"),
    }


def test_categories_numbered_from_one(write):
    path = write("a,b\n1,4\n3,2\n")
    found = read_responses(path)
    assert (found.dense().tolist(), found.lowest_score, found.max_score.tolist()) == (
        [[0, 3], [2, 1]],
        1,
        [2, 3],
    )
    assert read_responses(path, lowest_score=0).dense().tolist() == [[1, 4], [3, 2]]
    for zero_based in ("a,b\n1,1\n1,1\n", "a,b\n1,4\n0,2\n", "a,b\n2,4\n3,2\n"):
        assert read_responses(write(zero_based)).lowest_score == 0
    refused(write("a,b\n1,0\n2,1\n"), "score_range", value=0, lowest=1, item="b", options={"lowest_score": 1})


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfperson,i1,i2\r\nana,1,\r\nbob,0,1\r\n",
        b"person;i1;i2\nana;1;\nbob;0;1",
        b"person\ti1\ti2\nana\t1\tNA\nbob\t0\t1.0\n\n\n",
        b'"person","i1","i2"\n"ana","1",""\n"bob","0","1"\n',
        b'"","i1","i2"\n"ana",1,NA\n"bob",0,1\n',
        b" person , i1 , i2 \n ana , 1 , \n bob , 0 , +1 \n",
        b"\nperson,i1,i2\n\nana,1,\n\nbob,0,1\n",
    ],
)
def test_dialects(write, content):
    found = read_responses(write(content))
    assert (found.items, found.persons) == (("i1", "i2"), ("ana", "bob"))
    assert found.dense().tolist() == [[1, -1], [0, 1]]


def test_decimal_commas_where_the_comma_parts_no_columns(write):
    found = read_responses(write("person;item;score;seconds\na;x;1;12,5\n"))
    assert found.seconds is not None
    assert found.seconds.tolist() == [12.5]


def test_quoted_texts_may_hold_separators_and_line_breaks(write):
    path = write('person,i1,sector\n"Du Bois, Ana",1,"a\nb"\n"dit ""Bob""",x,c\n')
    assert refused(path, "not_a_score", column="i1", value="x").line == 4


def test_progress_reaches_the_end(write):
    said = []
    path = write("a,b\n" + "1,0\n" * 50_000)
    found = read_responses(path, progress=lambda done, total: said.append((done, total)))
    assert len(found.score) == 100_000
    assert len(said) > 3
    assert said[-1] == (path.stat().st_size,) * 2
    assert said == sorted(said)


tables = (
    st.integers(1, 5)
    .flatmap(
        lambda width: st.lists(
            st.lists(st.integers(-1, 3), min_size=width, max_size=width), min_size=1, max_size=8
        )
    )
    .filter(lambda rows: any(s == 0 for row in rows for s in row))
)
names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=6).filter(
    lambda text: text == text.strip() and text != "\ufeff" and not text.startswith("\ufeff")
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(data=st.data(), rows=tables)
def test_wide_and_long_say_the_same(write, data, rows):
    people = data.draw(st.lists(names, min_size=len(rows), max_size=len(rows), unique=True))
    questions = data.draw(st.lists(names, min_size=len(rows[0]), max_size=len(rows[0]), unique=True))
    questions = [f"q{name}" for name in questions]
    separator = data.draw(st.sampled_from(",;\t"))
    # `with_columns` keeps the first line unambiguous: every separator but the file's own is quoted away
    wide, long = io.StringIO(), io.StringIO()
    as_csv = csv.writer(wide, delimiter=separator, quoting=csv.QUOTE_ALL)
    as_csv.writerow(["person", *questions])
    for name, row in zip(people, rows, strict=True):
        as_csv.writerow([name, *("" if s < 0 else s for s in row)])
    answers = [(p, q, s) for p, row in enumerate(rows) for q, s in enumerate(row)]
    random.Random(1).shuffle(answers)
    as_csv = csv.writer(long, delimiter=separator, quoting=csv.QUOTE_ALL)
    as_csv.writerow(["person", "item", "score"])
    as_csv.writerows([people[p], questions[q], "" if s < 0 else s] for p, q, s in answers)

    from_wide = read_responses(write(wide.getvalue(), "wide.csv"))
    from_long = read_responses(write(long.getvalue(), "long.csv"))
    assert from_wide.items == tuple(questions)
    assert from_wide.persons == tuple(people)
    assert from_wide.dense().tolist() == rows
    order = [
        [from_long.persons.index(name) for name in people],
        [from_long.items.index(name) for name in questions],
    ]
    assert from_long.dense()[np.ix_(*order)].tolist() == rows
    assert (np.diff(from_long.person * len(questions) + from_long.item) > 0).all()
    again = Responses.from_dense(from_wide.dense(), items=questions, persons=people)
    assert again.dense().tolist() == rows
    np.testing.assert_array_equal(again.max_score, np.maximum(np.max(rows, axis=0), 0))


@pytest.mark.parametrize("batch", [1, 7, 1 << 13])
def test_batches_change_nothing(write, monkeypatch, batch):
    rng = np.random.default_rng(3)
    rows = rng.integers(-1, 2, (200, 3))
    path = write("a,b,c\n" + "".join(",".join("" if s < 0 else str(s) for s in row) + "\n" for row in rows))
    monkeypatch.setattr(response_tables, "BATCH_CELLS", batch)
    monkeypatch.setattr(response_tables, "FEWEST_ROWS", 1)
    assert read_responses(path).dense().tolist() == rows.tolist()


# --- Parquet ----------------------------------------------------------------------------------------------


def test_parquet_in_both_layouts(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    wide, long = tmp_path / "wide.parquet", tmp_path / "long.dat"
    table = {"person": ["a", "b"], "i1": [1, None], "i2": [0.0, 2.0], "sex": ["F", None], "i3": [True, False]}
    parquet.write_table(arrow.table(table), wide)
    parquet.write_table(
        arrow.table(
            {
                "person": arrow.array(["a", "a", "b"]).dictionary_encode(),
                "item": ["i1", "i2", "i2"],
                "score": arrow.array([1, 0, 2], arrow.int8()),
                "seconds": [3.5, float("nan"), None],
            }
        ),
        long,
    )
    found = read_responses(wide)
    assert found.dense().tolist() == [[1, 0, 1], [-1, 2, 0]]
    assert found.columns == {"sex": ("F", "")}
    found = read_responses(long)
    assert found.dense().tolist() == [[1, 0], [-1, 2]]
    assert found.seconds is not None
    np.testing.assert_array_equal(found.seconds, [3.5, np.nan, np.nan])


def test_parquet_that_will_not_do(tmp_path, write):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "odd.parquet"
    parquet.write_table(arrow.table({"i1": [1, 0], "i2": [[1], [2]]}), path)
    refused(path, "parquet_type", column="i2")
    parquet.write_table(arrow.table({"i1": [1, -1]}), path)
    assert refused(path, "not_a_score", value="-1").line == 2
    whole = path.read_bytes()
    for broken in (whole[:40], whole[:-9] + b"x" * 5 + whole[-4:], b"PAR1"):
        refused(write(broken, "broken.parquet"), "parquet")


def test_parquet_without_its_extra_says_which(write, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ItemBankFault) as caught:
        read_responses(write(b"PAR1" + b"\0" * 20))
    assert "calibration" in str(sentence(caught.value))
    assert exit_code_for(caught.value.code) is ExitCode.MISSING_EXTRA


# --- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "line", "params"),
    [
        ("", "empty", 0, {}),
        ("\n\n", "empty", 0, {}),
        ("a,b\n", "no_answers", 0, {}),
        ("a,b\n,\n", "no_answers", 0, {}),
        ("person,item,score\n", "no_answers", 0, {}),
        ("person,sex\np,F\n", "no_items", 1, {}),
        ("a,b\n1,0\n1\n", "ragged", 3, {"found": 1, "expected": 2}),
        ("a,b\n1,0,\n", "ragged", 2, {"found": 3, "expected": 2}),
        ("a,b\n1,0\n0,-1\n", "not_a_score", 3, {"column": "b", "value": "-1"}),
        ("a,b\n1,0.5\n", "not_a_score", 2, {"value": "0.5"}),
        ("a,b\n1,A\n", "not_a_score", 2, {"value": "A"}),
        ("a,b\n1,nan\n", "not_a_score", 2, {"value": "nan"}),
        ("a,b\n1,inf\n", "not_a_score", 2, {"value": "inf"}),
        ("a,b\n1,²\n", "not_a_score", 2, {"value": "²"}),
        (f"a,b\n1,{LARGEST_SCORE + 1}\n", "not_a_score", 2, {}),
        ("a,b\n1," + "9" * 5000 + "\n", "not_a_score", 2, {}),
        ("person,item,score\np,a,1\np,a,0\n", "twice", 3, {"person": "p", "item": "a", "before": 2}),
        ("person,item,score\np,a,\np,a,0\n", "twice", 3, {}),
        ("person,item,score\np,a,-3\n", "not_a_score", 2, {"value": "-3"}),
        ("person,item,score\n,a,1\n", "no_name", 2, {"column": "person"}),
        ("person,item,score\np, ,1\n", "no_name", 2, {"column": "item"}),
        ("who,item,score\np,a,1\n", "column_missing", 1, {"column": "person"}),
        ("person,item,score,seconds\np,a,1,-3\n", "seconds", 2, {"value": "-3"}),
        ("person,item,score,seconds\np,a,1,x\n", "seconds", 2, {"value": "x"}),
        ("person,item,score,sex\np,a,1,F\np,b,1,M\n", "column_varies", 3, {"column": "sex", "person": "p"}),
        ("person,a\np,1\nq,0\np,0\n", "person_twice", 4, {"person": "p"}),
        ("person,a\n,1\n", "no_name", 2, {"column": "person"}),
        ("a,count\n1,-2\n", "count", 2, {"value": "-2"}),
        ("a,count\n1,\n", "count", 2, {"value": ""}),
        ("a,count\n1,inf\n", "count", 2, {"value": "inf"}),
        ("a,b,a\n1,0,1\n", "duplicate_column", 1, {"column": "a"}),
        ("a,,b\n1,0,1\n", "unnamed_column", 1, {"position": 2}),
        ('a,b\n1,"0\n', "csv", 2, {}),
        ('a,b\n1,"0"1\n', "csv", 2, {}),
        (b"a,b\n1,0\n\xe9,1\n", "not_text", 3, {}),
        ("a,b\n1,0\n".encode("utf-16"), "not_text", 1, {}),
        (b"a,b\n1,0\n\0\0\n", "not_text", 1, {}),
        (",".join(map(str, range(response_tables.MOST_COLUMNS + 1))), "too_many_columns", 1, {}),
        ("a,b\n" + "x" * 200_000 + ",1\n", "csv", 2, {}),
    ],
)
def test_what_is_refused(write, content, code, line, params):
    assert refused(write(content), code, **params).line == line


def test_a_line_far_into_the_file_is_named(write):
    body = "".join(f"p{n},i{n % 7},1\n" for n in range(40_000))
    assert refused(write(f"person,item,score\n{body}p39999,i0,x\n"), "not_a_score").line == 40_002
    again = refused(write(f"person,item,score\n{body}p3,i3,0\n"), "twice")
    assert (again.line, again.params["before"]) == (40_002, 5)


def test_a_declared_column_that_is_not_there(write):
    refused(write("a,b\n1,0\n"), "column_missing", column="region", options={"columns": ["region"]})


def test_size_limits(write, monkeypatch):
    path = write("a,b\n1,0\n1,1\n")
    monkeypatch.setattr(responses, "MOST_ANSWERS", 3)
    refused(path, "too_many_answers", limit=3)
    refused(write("person,item,score\n" + "".join(f"p,i{n},1\n" for n in range(4))), "too_many_answers")
    monkeypatch.setattr(response_tables, "LARGEST_FILE", 8)
    refused(path, "too_large", limit=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(content=st.one_of(st.binary(max_size=80), st.text('ab,;"\n01 \té-.', max_size=60)))
def test_any_file_is_read_or_refused(write, content):
    try:
        found = read_responses(write(content, "any.csv"))
    except ResponsesInvalid as fault:
        assert sentence(fault)
    else:
        assert len(found.score)
        assert (found.score >= 0).all()


def test_every_code_has_its_sentence_and_exit_code():
    codes = {
        node.value
        for module in (responses, response_tables)
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("responses.")
    }
    assert len(codes) > 18
    for code in codes:
        assert has(f"errors.{code}", "fr")
        assert has(f"errors.{code}", "en")
        assert exit_code_for(code) is ExitCode.RESPONSES


@pytest.mark.parametrize(
    ("name", "people", "largest", "lowest"),
    [
        ("lsat6", 1000, [1] * 5, 0),
        ("deayala_patterns", 19_601, [1] * 5, 0),
        ("science_mirt_responses", 392, [3] * 4, 1),
    ],
)
def test_published_sets_are_read_as_they_are(name, people, largest, lowest):
    path = SETS / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not on this machine: set KIOSK_IRT_REFERENCE to the folder that holds it")
    found = read_responses(path)
    assert found.count.sum() == people
    assert found.max_score.tolist() == largest
    assert found.lowest_score == lowest
    assert found.columns == {}


def test_from_dense_checks_its_shapes():
    scores = np.array([[1, 0], [0, 1]])
    for wrong in (
        {"items": ["a"]},
        {"persons": ["a", "a"]},
        {"items": ["a", "a"]},
        {"count": np.ones(3)},
        {"columns": {"sex": ["F"]}},
    ):
        with pytest.raises(ValueError, match="must have"):
            Responses.from_dense(scores, **wrong)
