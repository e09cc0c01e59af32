"""E-mail addresses: what looks like one, and reading them from an author's record."""

from __future__ import annotations

import re

from itembank.errors import ItemInvalid
from itembank.records import Record

_ADDRESS = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]+")
LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3 (a path of 256 octets, its < and > taken off)


def is_address(text: str) -> bool:
    """Whether `text` looks like one e-mail address."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def address(record: Record, key: str) -> str:
    """The address under `key`. Raises `itembank.errors.ItemInvalid`, `task.address_expected` (`value`)."""
    text = record.text(key)
    if not is_address(text):
        raise ItemInvalid("task.address_expected", record.at(key), value=text)
    return text


def addresses(record: Record, key: str, *, required: bool = False) -> tuple[str, ...]:
    """The addresses of a list, none when it is left out; raises as `address` does."""
    found = record.texts(key, required=required)
    for index, text in enumerate(found):
        if not is_address(text):
            raise ItemInvalid("task.address_expected", f"{record.at(key)}.{index}", value=text)
    return found
