"""Reading a decoded record field by field, so that nothing unexpected passes and every refusal names its field."""

from __future__ import annotations

import re
from typing import Any

from sync.canonical import UTC_PATTERN, Malformed, encode, from_base64

HEX_256 = re.compile(r"[0-9a-f]{64}")
HEX_128 = re.compile(r"[0-9a-f]{32}")
EPOCH = re.compile(r"[0-9a-f]{16}")
TERMINAL_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,31}")

MAX_TEXT = 200


def is_label(text: str) -> bool:
    """Whether a free text may stand in a record: at most 200 printable characters."""
    return len(text) <= MAX_TEXT and text.isprintable()


class Fields:
    """One JSON object being read. Every read may raise Malformed; `close()` refuses fields nobody asked for."""

    def __init__(self, value: Any, path: str = "record") -> None:
        if not isinstance(value, dict):
            raise Malformed(path)
        self._value: dict[str, Any] = value
        self._unread = set(value)
        self._path = path

    def _take(self, name: str) -> Any:
        if name not in self._value:
            raise Malformed(name)
        self._unread.discard(name)
        return self._value[name]

    def text(self, name: str, pattern: re.Pattern[str] | None = None) -> str:
        """A string; with a pattern, one that matches it whole; without, a label of at most 200 characters."""
        value = self._take(name)
        if not isinstance(value, str):
            raise Malformed(name)
        if not (pattern.fullmatch(value) if pattern else is_label(value)):
            raise Malformed(name)
        return value

    def constant(self, name: str, expected: str) -> None:
        """Exactly this string."""
        if self._take(name) != expected:
            raise Malformed(name)

    def choice(self, name: str, allowed: frozenset[str]) -> str:
        """One of these strings."""
        value = self._take(name)
        if not isinstance(value, str) or value not in allowed:
            raise Malformed(name)
        return value

    def time(self, name: str) -> str:
        """UTC to the second, `2026-11-24T10:50:00Z`."""
        return self.text(name, UTC_PATTERN)

    def integer(self, name: str, low: int, high: int) -> int:
        """A whole number in [low, high]; true and false are not numbers."""
        value = self._take(name)
        if type(value) is not int or not low <= value <= high:
            raise Malformed(name)
        return value

    def octets(self, name: str, *, at_most: int, exactly: int | None = None) -> bytes:
        """Bytes written in base64."""
        value = self._take(name)
        if not isinstance(value, str) or len(value) > 4 * (at_most // 3 + 1):
            raise Malformed(name)
        data = from_base64(value, name)
        if len(data) > at_most or (exactly is not None and len(data) != exactly):
            raise Malformed(name)
        return data

    def record(self, name: str) -> Fields:
        """A nested object."""
        return Fields(self._take(name), name)

    def records(self, name: str, low: int, high: int) -> list[Fields]:
        """A list of `low` to `high` objects."""
        value = self._take(name)
        if not isinstance(value, list) or not low <= len(value) <= high:
            raise Malformed(name)
        return [Fields(item, name) for item in value]

    def encoded_without(self, name: str) -> bytes:
        """The canonical bytes of the whole object but for one field: what an AAD was made over."""
        return encode({key: value for key, value in self._value.items() if key != name})

    def close(self) -> None:
        """Refuse a record with more fields than the format has."""
        if self._unread:
            raise Malformed(self._path)
