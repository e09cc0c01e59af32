"""The one byte form: what is written reads back, and nothing else reads."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import canonical
from sync.canonical import Malformed

texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
records = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(records)
def test_what_is_written_reads_back(record):
    assert canonical.decode(canonical.encode(record)) == record


@given(st.binary(max_size=60))
def test_bytes_are_the_one_form_or_refused(data):
    try:
        value = canonical.decode(data)
    except Malformed:
        return
    assert canonical.encode(value) == data


def test_the_form_is_that_of_rfc_8785():
    # RFC 8785 section 3.2.2-3.2.3, within our range: sorted keys, minimal escapes, raw UTF-8
    record = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "1": "One",
        "a": [True, None, '\u000f\n"\\\u00e9/'],
    }
    assert canonical.encode(record) == (
        '{"\\r":"Carriage Return","1":"One","a":[true,null,"\\u000f\\n\\"\\\\é/"],"€":"Euro Sign"}'.encode()
    )


@pytest.mark.parametrize("text", [b"-0", b"1.0", b"1e3", b"9007199254740992", b"Infinity", b'{"b":1,"a":2}'])
def test_loose_numbers_and_orders_are_refused(text):
    with pytest.raises(Malformed):
        canonical.decode(text)


@given(st.binary(max_size=40))
def test_base64_reads_back(data):
    assert canonical.from_base64(canonical.to_base64(data), "x") == data


@given(st.text("AZaz09+/=", max_size=12))
def test_base64_has_one_spelling(text):
    try:
        data = canonical.from_base64(text, "x")
    except Malformed:
        return
    assert canonical.to_base64(data) == text


def test_time_is_utc_to_the_second():
    paris = timezone(timedelta(hours=1))
    assert canonical.utc_text(datetime(2026, 11, 24, 11, 50, 0, 999, paris)) == "2026-11-24T10:50:00Z"
    assert canonical.UTC_PATTERN.fullmatch(canonical.utc_now())
    assert canonical.utc_text(datetime(2026, 1, 1, tzinfo=UTC)).endswith("Z")
    with pytest.raises(ValueError, match="zone"):
        canonical.utc_text(datetime(2026, 1, 1))  # noqa: DTZ001
