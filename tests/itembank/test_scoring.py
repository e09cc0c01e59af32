"""Answers are taken as a person means them, and not one step further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ResponseInvalid
from itembank.item import Interaction, NumericBody, ShortTextBody
from itembank.lint import key_response
from itembank.scoring import edit_distance, matches_number, matches_text, parse_number, score


def text(*accept, **how):
    return ShortTextBody(tuple(accept), **how)


@pytest.mark.parametrize("typed", ["corbeille", " Corbeille ", "CORBEILLE", "la corbeille", "Corbéille"])
def test_case_accents_and_spaces_are_forgiven(typed):
    assert matches_text(text("corbeille", "la corbeille"), typed)


def test_an_item_may_ask_for_exact_case_accents_or_spaces():
    assert not matches_text(text("PDF", case=True), "pdf")
    assert not matches_text(text("été", accents=True), "ete")
    assert not matches_text(text("pare feu", spaces=True), "parefeu")
    assert matches_text(text("pare feu"), "parefeu")


@pytest.mark.parametrize("typed", ["corbeille.", "« corbeille »", '"corbeille"', "“Corbeille”."])
def test_a_full_stop_and_quotation_marks_around_are_forgiven(typed):
    assert matches_text(text("corbeille"), typed)


def test_quotation_marks_that_are_the_answer_are_still_asked_for():
    body = text('"aide soignante"')
    assert matches_text(body, '"aide soignante"')
    assert not matches_text(body, "aide soignante")


def test_ligatures_and_special_spaces_are_ordinary():
    assert matches_text(text("cœur"), "coeur")
    assert matches_text(text("pièce jointe"), "pièce\N{NO-BREAK SPACE}jointe")
    assert matches_text(text("l'adresse"), "l\N{RIGHT SINGLE QUOTATION MARK}adresse")


def test_close_spellings_when_the_item_allows():
    body = text("navigateur", distance=1)
    assert matches_text(body, "navigateu")
    assert matches_text(body, "navigatuer")  # two neighbours exchanged
    assert not matches_text(body, "navigatu")
    assert not matches_text(text("navigateur"), "navigateu")


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("2019", "2018"),
        ("12345", "12346"),
        ("ville-exemple.fr", "ville-exemple.fn"),
        ("ana@courriel.example", "anna@courriel.example"),
        ("lien", "lieu"),
        ("version 2019", "version 2018"),
        ("port 8080", "port 8081"),
        ("windows7", "windows8"),
    ],
)
def test_distance_never_applies_to_digits_addresses_or_short_words(accepted, typed):
    assert not matches_text(text(accepted, distance=2), typed)
    assert matches_text(text(accepted, distance=2), accepted)


def test_distance_is_shared_over_the_words():
    body = text("piece jointe", distance=1)
    assert matches_text(body, "piece jonte")
    assert not matches_text(body, "peice jonte")


@given(st.text(max_size=12), st.text(max_size=12))
def test_edit_distance_is_a_bounded_metric(a, b):
    d = edit_distance(a, b, 30)
    assert d == edit_distance(b, a, 30)
    assert (d == 0) == (a == b)
    assert abs(len(a) - len(b)) <= d <= max(len(a), len(b))
    assert edit_distance(a, b, 1) == min(d, 2)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1\N{NARROW NO-BREAK SPACE}234,5", 1234.5),
        ("1234.5", 1234.5),
        (",5", 0.5),
        ("-3", -3),
        ("\N{MINUS SIGN}3", -3),
        ("+7", 7),
        ("1 20", None),
        ("1,2,3", None),
        ("1e5", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("douze", None),
        ("3 fichiers", None),
    ],
)
def test_numbers_are_read_the_french_way(typed, value):
    assert parse_number(typed) == value


@pytest.mark.parametrize(
    ("typed", "unit"),
    [("45 min", "minutes"), ("45 minutes", "minutes"), ("45 h", "heures"), ("45€", "€"), ("45 euros", "€"),
     ("45 %", "%"), ("45 Mo", "Mo")],
)  # fmt: skip
def test_a_unit_may_follow_the_number(typed, unit):
    assert matches_number(NumericBody(45, 0, unit), typed)


def test_another_unit_is_another_answer():
    assert not matches_number(NumericBody(45, 0, "minutes"), "45 h")


def test_tolerance_is_inclusive():
    assert matches_number(NumericBody(10, 0.5), "10,5")
    assert not matches_number(NumericBody(10, 0.5), "10,51")
    assert matches_number(NumericBody(0.3), "0,3")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(typed):
    assert matches_number(NumericBody(1), typed) in (True, False)
    assert matches_text(text("bonjour", distance=2), typed) in (True, False)


def shipped(content, interaction):
    return [i for i in content.items if i.interaction is interaction]


def test_every_shipped_key_earns_every_point_and_i_do_not_know_none(content):
    for item in content.items:
        assert score(item, None).points == 0
        assert score(item, None).maximum == item.max_score
        if not item.is_task:
            assert score(item, key_response(item)).full, item.id
        else:
            assert score(item, []).points == 0, item.id


def test_partial_credit_of_ordering(content):
    item = shipped(content, Interaction.ORDERING)[0]
    n = len(item.body.steps)
    swapped = [1, 0, *range(2, n)]
    assert score(item, swapped).points == 1
    assert score(item, list(reversed(range(n)))).points == 0


def test_partial_credit_of_matching(content):
    item = next(i for i in shipped(content, Interaction.MATCHING) if len(i.body.lefts) == 4)
    assert score(item, [0, 1, None, None]).points == 1
    assert score(item, [0, None, None, None]).points == 0


@pytest.mark.parametrize(
    "response",
    [{}, "0", [0, 0], [99], [-1], [True], [0.5], 3, [[0]], ["0"], True],
)
def test_responses_of_the_wrong_shape_are_refused(content, response):
    for interaction in (Interaction.SINGLE_CHOICE, Interaction.MULTIPLE_CHOICE, Interaction.ORDERING):
        with pytest.raises(ResponseInvalid):
            score(shipped(content, interaction)[0], response)


def test_every_interaction_refuses_a_mapping(content):
    for interaction in {item.interaction for item in content.items}:
        with pytest.raises(ResponseInvalid):
            score(shipped(content, interaction)[0], {"a": 1})
