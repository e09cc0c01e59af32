"""Remarks are kind, complete, and only made when something was noticed."""

from __future__ import annotations

import pytest

from kiosk.guidance.remarks import described, kinds, remarks
from kiosk.locale import LANGUAGES, set_language

CALM = {"rapid": 0, "rte": 1.0, "flagged": False}
HASTY = {"rapid": 9, "rte": 0.8, "flagged": True}


def fit(lz=0.5, cusum=0.5, guttman=0.5, value=1.0, flagged=True):
    return {
        "lz": {"value": -1.0, "p": lz},
        "cusum": {"value": value, "p": cusum},
        "guttman": {"value": 0.3, "p": guttman},
        "p": 0.02,
        "flagged": flagged,
    }


def record(effort=None, fitted=None):
    return {"responses": [{}] * 45, "effort": effort, "fit": fitted}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (record(), ()),
        ({"responses": []}, ()),
        (record(CALM, fit(flagged=False, cusum=0.001)), ()),
        (record(HASTY), ("hurried",)),
        (record(CALM, fit(cusum=0.01, value=3.0)), ("better",)),
        (record(CALM, fit(cusum=0.01, value=-3.0)), ("worse",)),
        (record(CALM, fit(lz=0.01)), ("surprising",)),
        (record(CALM, fit(guttman=0.01)), ("surprising",)),
        (record(HASTY, fit(cusum=0.01, value=-3.0)), ("hurried", "worse")),
    ],
)
def test_what_was_noticed_is_named(given, expected):
    assert kinds(given) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_remark_says_what_it_may_mean_and_what_to_do_and_accuses_nobody(language):
    set_language(language)
    for value in (3.0, -3.0):
        for one in (record(HASTY, fit(cusum=0.01, value=value)), record(CALM, fit(lz=0.01))):
            for remark in remarks(one):
                assert remark.noticed
                assert remark.may_mean.count(",") >= 3
                assert remark.to_do
            text = " ".join(described(one)).casefold()
            for word in ("trich", "fraud", "cheat", "suspect", "copi", "anormal", "abnormal", "menti"):
                assert word not in text


def test_nothing_to_say_is_no_line():
    assert described(record(CALM, fit(flagged=False))) == []
    assert described({"responses": []}) == []


def test_left_out_answers_are_said_even_when_they_are_few():
    (line,) = described(record({"rapid": 1, "rte": 0.98, "flagged": False}))
    assert "1 réponse" in line
