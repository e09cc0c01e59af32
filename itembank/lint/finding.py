"""What a check finds: a catalogue code, its parameters, and the field of the item that it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from itembank.authoring import Authored


@dataclass(frozen=True, slots=True)
class Finding:
    """`field` is a dotted path of the item's record, empty for the whole item; an `error` must be mended, a warning
    judged."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    field: str = ""
    error: bool = True


Check = Callable[[Authored], Iterator[Finding]]
