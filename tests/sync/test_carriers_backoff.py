"""When to try again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.carriers.backoff import Backoff, parse_retry_after


class TestBackoff:
    @given(st.integers(0, 20), st.floats(0, 1, exclude_max=True), st.none() | st.floats(0, 1000))
    def test_never_less_than_asked_and_never_for_ever(self, attempt, fraction, asked):
        backoff = Backoff(base=1, cap=60, attempts=5, patience=120)
        wait = backoff.delay(attempt, fraction, asked)
        if attempt >= 4 or (asked or 0) > 120:
            assert wait is None
        else:
            assert (asked or 0) <= wait <= (asked or 0) + min(60, 2**attempt)

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("7", 7), (" 0 ", 0), (None, 30), ("soon", 30), ("-1", 30), ("٣", 30), ("9" * 50, 30)],
    )
    def test_retry_after(self, text, seconds):
        assert parse_retry_after(text) == seconds
