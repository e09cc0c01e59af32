"""Why a document or one of its items is not taken: a stable code, its parameters, and the line.

The sentences stand in the interface's catalogue (`formats.refused.<code>`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from itembank.errors import ItemBankFault


class Refused(ItemBankFault):
    """An item, or a whole document, that is not taken. `line` counts from 1; 0 when the whole file is meant."""

    def __init__(self, code: str, line: int = 0, **params: object) -> None:
        super().__init__(code, **params)
        self.line = line


class MissingExtra(ItemBankFault):
    """A library of an optional extra is not installed (`extra`: its name)."""

    def __init__(self, extra: str) -> None:
        super().__init__("extra.missing", extra=extra)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused item in a report: where it stands and why."""

    code: str
    params: Mapping[str, object]
    file: str
    line: int
    item: str = ""
