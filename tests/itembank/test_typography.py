"""French spaces do not break, and nothing that is code is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.typography import NBSP, NNBSP, french, plain


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Que faire ?", f"Que faire{NNBSP}?"),
        ("Voici : deux", f"Voici{NBSP}: deux"),
        ("un « mot » ici", f"un «{NBSP}mot{NBSP}» ici"),
        ("l'adresse d'un site", "l’adresse d’un site"),
        ("1,95 € sous 24 h", f"1,95{NNBSP}€ sous 24{NBSP}h"),
        ("12 000 lignes", f"12{NNBSP}000 lignes"),
        ("https://a.example/b?c=1:2", "https://a.example/b?c=1:2"),
        ("=SI(A1>10;1;2)", "=SI(A1>10;1;2)"),
        ("à 12:30", "à 12:30"),
        ("Attendez...", "Attendez…"),
    ],
)
def test_spaces_and_apostrophes(typed, set_):
    assert french(typed) == set_


@given(st.text(max_size=80))
def test_setting_twice_changes_nothing_more(typed):
    assert french(french(typed)) == french(typed)


@given(
    st.text(
        alphabet=st.characters(blacklist_characters="'.\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"),
        max_size=80,
    )
)
def test_plain_undoes_the_spaces(typed):
    assert plain(french(typed)) == typed
