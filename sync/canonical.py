"""One byte form for each signed or hashed record: RFC 8785 (JCS), narrowed to what we need.

Objects with ASCII keys, arrays, strings, booleans, null and whole numbers within +-(2**53 - 1); no fractions.
Within that range Python's sorted, compact, non-escaped output *is* the JCS form. Reading is strict: bytes
that are not already in this form are refused, so no two different files ever say the same thing.
"""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from typing import Any, NoReturn

MAX_INTEGER = 2**53 - 1
UTC_PATTERN = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\dZ")


class Malformed(ValueError):
    """Bytes or a record break the written format; `field` names the part. Never leaves `sync`."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def encode(value: Any) -> bytes:
    """The canonical bytes of a record of our own making. Raises ValueError on what has no such form."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def _no_fraction(_text: str) -> NoReturn:
    raise Malformed("number")


def _whole(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > MAX_INTEGER:
        raise Malformed("number")
    return number


def decode(data: bytes) -> Any:
    """The record whose canonical form is exactly `data`. Raises Malformed on anything else."""
    try:
        value = json.loads(
            data.decode("utf-8"), parse_float=_no_fraction, parse_constant=_no_fraction, parse_int=_whole
        )
        again = encode(value)
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:  # bad UTF-8, bad JSON, lone surrogates, absurd nesting
        raise Malformed("json") from error
    if again != data:
        raise Malformed("canonical")
    return value


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4), as text."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, field: str) -> bytes:
    """Bytes of canonical base64. Raises Malformed(field) on any other spelling, loose trailing bits included."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as error:
        raise Malformed(field) from error
    if to_base64(data) != text:
        raise Malformed(field)
    return data


def utc_text(moment: datetime) -> str:
    """An aware datetime as `2026-11-24T10:50:00Z`, to the second: the only spelling of time in our formats."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_now() -> str:
    """The machine's clock in that spelling. A claim, never a proof: PC clocks are often wrong."""
    return utc_text(datetime.now(UTC))
