"""The words for what a document can be set to: rights, verdicts, and how the page is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from itembank.records import Record

RIGHTS = ("none", "read", "comment", "write")
VERDICTS = ("accept", "reject")
Setting: TypeAlias = str | bool
PAGE: Mapping[str, tuple[Setting, ...]] = {
    "orientation": ("portrait", "landscape"),
    "numbers": (False, True),
    "duplex": (False, True),
}
"""What can be set about the page, and to what: the first value is in force unless the author says otherwise."""
PAGE_TEXTS = ("header", "footer")
"""What is typed above and below every page."""


def page_settings(record: Record) -> dict[str, Setting]:
    """What a decoded record says of the page. Raises ItemInvalid for what is none of `PAGE` or `PAGE_TEXTS`."""
    record.only(*PAGE, *PAGE_TEXTS)
    found: dict[str, Setting] = {}
    for name in (*PAGE, *PAGE_TEXTS):
        if name not in record:
            continue
        if name in PAGE_TEXTS:
            found[name] = record.text(name, empty=True)
        elif name == "orientation":
            found[name] = record.one_of(name, [str(value) for value in PAGE[name]])
        else:
            found[name] = record.flag(name)
    return found
