"""The browser: addresses as people type them, searches, banners, forms, and what cannot be undone."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.browser import BrowserSpec
from itembank.tasks.browser.addresses import canonical
from itembank.tasks.browser.machine import Place, results
from tests.candidate.solutions.browser import BODY, HORAIRES, MAIRIE, PIEGE, SOLUTION

SPEC = BrowserSpec.from_record(BODY)


def go(address: str) -> dict[str, object]:
    return {"do": "go", "address": address}


def test_the_solution_reaches_every_goal_and_nothing_reaches_none():
    assert not any(goals_after(SPEC, []))
    assert all(goals_after(SPEC, SOLUTION))


@pytest.mark.parametrize(
    ("typed", "met"), [("063998", True), ("06 39 98", True), ("0 6-3998", False), ("06399", False)]
)
def test_what_a_form_sent_is_compared_without_its_spaces(typed, met):
    when = [{"sent": {"url": HORAIRES, "values": {"nom": "06 39 98"}}}]
    spec = BrowserSpec.from_record(BODY | {"goals": [{"name": "envoyé", "when": when}]})
    fill = {"do": "fill", "field": "nom", "value": typed}
    assert goals_after(spec, [go(HORAIRES), fill, {"do": "submit"}]) == (met,)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("mairie-lens.example", MAIRIE),
        ("  WWW.Mairie-Lens.example/ ", MAIRIE),
        ("https://mairie-lens.example/horaires/", HORAIRES),
        ("http://mairie-lens.example", "http://mairie-lens.example"),
        ("horaires de la mairie", None),
        ("mairie", None),
        ("https://", None),
        ("a..b.example", "https://a..b.example"),
    ],
)
def test_addresses_as_people_type_them(typed, address):
    assert canonical(typed) == address


def test_an_address_goes_there_and_words_are_searched():
    assert state_after(SPEC, [go("mairie-lens.example/horaires")]).place == Place("page", HORAIRES)
    assert state_after(SPEC, [go("mairie-lens.piege.example")]).place == Place("page", PIEGE)
    assert state_after(SPEC, [go("rien.example")]).place.kind == "missing"
    assert state_after(SPEC, [go("la mairie")]).place == Place("search", "la mairie")


def test_advertisements_come_first_then_the_best_answers():
    assert [page.url for page in results(SPEC, "mairie de la ville")] == [PIEGE, MAIRIE]
    assert results(SPEC, "girafe") == []


def test_the_way_back_keeps_the_pages_and_the_visit():
    state = state_after(SPEC, [go("mairie lens"), {"do": "follow", "link": 0}, {"do": "back"}])
    assert state.place.kind == "search"
    assert PIEGE in state.visited
    with pytest.raises(ResponseInvalid) as refused:
        state_after(SPEC, [go("mairie lens"), {"do": "follow", "link": 0}, {"do": "undo"}])
    assert refused.value.code == "action.irrevocable"


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        ([go("mairie-lens.example"), {"do": "follow", "link": 0}], "cookies_first"),
        ([go("mairie-lens.example"), {"do": "cookies", "answer": "peut-être"}], "no_cookies"),
        ([go(" ")], "nowhere_to_go"),
        ([{"do": "back"}], "nowhere_to_go"),
        ([{"do": "bookmark"}], "not_a_page"),
        ([{"do": "follow", "link": 3}], "unknown_link"),
        ([{"do": "tab", "tab": 1}], "unknown_tab"),
        ([{"do": "new_tab"}] * 6, "too_many_tabs"),
        ([go(HORAIRES), {"do": "download", "file": "virus.exe"}], "unknown_file"),
        ([go(HORAIRES), {"do": "fill", "field": "jour", "value": "dimanche"}], "control_value"),
        ([go(HORAIRES), {"do": "fill", "field": "age", "value": "1"}], "unknown_field"),
        ([{"do": "show", "place": "codes"}], "unknown_page"),
        ([{"do": "hack"}], "unknown"),
    ],
)
def test_what_cannot_be_done_is_refused(actions, code):
    with pytest.raises(ResponseInvalid) as refused:
        state_after(SPEC, actions)
    assert refused.value.code == f"action.{code}"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda b: b["pages"][0].update(url="pas une adresse"), "task.web_address"),
        (lambda b: b["pages"][0].update(url=MAIRIE), "item.duplicate"),
        (lambda b: b["pages"][2].update(then="ailleurs.example"), "item.unknown_reference"),
        (
            lambda b: b["goals"][1].update(when=[{"bookmarked": ["ailleurs.example"]}]),
            "item.unknown_reference",
        ),
        (lambda b: b["goals"][1].update(when=[{"liked": ["x"]}]), "task.unknown_condition"),
        (lambda b: b["goals"][0].update(when=[{"cookies": {MAIRIE: "later"}}]), "item.not_one_of"),
        (
            lambda b: b["goals"][3].update(when=[{"sent": {"url": MAIRIE, "values": {"nom": "x"}}}]),
            "item.unknown_field",
        ),
    ],
)
def test_what_an_author_got_wrong_is_named(change, code):
    body = deepcopy(BODY)
    change(body)
    with pytest.raises(ItemInvalid) as refused:
        BrowserSpec.from_record(body)
    assert refused.value.code == code


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "do": st.sampled_from(
                    [
                        "go",
                        "follow",
                        "reveal",
                        "back",
                        "forward",
                        "new_tab",
                        "close_tab",
                        "tab",
                        "bookmark",
                        "cookies",
                        "fill",
                        "submit",
                        "show",
                        "undo",
                    ]
                ),
                "address": st.sampled_from([MAIRIE, HORAIRES, PIEGE, "mairie", "x.example"]),
                "link": st.integers(0, 2),
                "tab": st.integers(0, 2),
                "answer": st.sampled_from(["accept", "refuse"]),
                "field": st.sampled_from(["jour", "nom"]),
                "value": st.sampled_from(["lundi", "é"]),
                "place": st.sampled_from(["history", "bookmarks"]),
            }
        ),
        max_size=14,
    )
)
def test_any_actions_end_in_a_browser_or_are_refused(actions):
    try:
        state = state_after(SPEC, actions)
    except ResponseInvalid:
        return
    assert 0 <= state.tab < len(state.tabs)
    assert all(0 <= tab.at < len(tab.places) for tab in state.tabs)
    assert set(state.history) <= set(SPEC.pages)
