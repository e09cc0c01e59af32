"""Codes survive being read aloud: every single slip is caught, and named where the terminal can tell."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sitting.access_code import (
    ACCESS_LENGTH,
    ALPHABET,
    PRIME,
    RESUME_LENGTH,
    CodeWrong,
    check_character,
    draw,
    pretty,
    read,
    spelt,
)

bodies = st.text(alphabet=ALPHABET, min_size=ACCESS_LENGTH - 1, max_size=ACCESS_LENGTH - 1)


def whole(body: str) -> str:
    return body + check_character(body)


def fault(typed: str, known=()) -> str:
    with pytest.raises(CodeWrong) as caught:
        read(typed, known)
    return caught.value.code


def test_the_alphabet_has_no_two_look_alikes_and_a_prime_size():
    assert len(set(ALPHABET)) == PRIME == 23
    for twins in ("0O", "1IL", "2Z", "5S", "6G", "8B", "UV", "MN"):
        assert len(set(twins) & set(ALPHABET)) <= 1, twins


@given(bodies)
def test_any_case_spaces_and_dashes_are_accepted(body):
    code = whole(body)
    spaced = " ".join(pretty(code).lower())
    assert read(spaced).plain == code
    assert read(code[:3] + "\N{NO-BREAK SPACE}-" + code[3:]).plain == code


@given(bodies, st.integers(0, ACCESS_LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_mistyped_character_is_caught(body, place, other):
    code = whole(body)
    wrong = code[:place] + other + code[place + 1 :]
    if wrong != code:
        assert fault(wrong) == "code.checksum"
        assert fault(wrong, [code]) == "code.mistyped"


@pytest.mark.parametrize("length", [ACCESS_LENGTH, RESUME_LENGTH])
def test_every_exchange_of_two_characters_is_caught(length):
    code = draw(length)
    for i, j in combinations(range(length), 2):
        if code[i] != code[j]:
            letters = list(code)
            letters[i], letters[j] = letters[j], letters[i]
            assert fault("".join(letters), [code]) == "code.swapped"
            assert fault("".join(letters)) == "code.checksum"


def test_other_errors_are_named():
    code = draw(ACCESS_LENGTH)
    assert fault("") == "code.empty"
    assert fault(" - ") == "code.empty"
    assert fault(code[:-1]) == "code.length"
    assert fault(code + "A") == "code.length"
    assert fault("O" + code[1:]) == "code.character"
    assert fault("é" + code[1:]) == "code.character"


def test_a_resume_code_is_told_from_an_access_code():
    assert read(draw(RESUME_LENGTH)).is_resume
    assert not read(draw(ACCESS_LENGTH)).is_resume


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_letter_has_a_word_that_begins_with_it(language):
    for letter in filter(str.isalpha, ALPHABET):
        assert f"{letter} ({letter}" in spelt(letter, language)
