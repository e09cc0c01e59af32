"""Reading what authors wrote: typed access to a decoded YAML mapping, with faults that name the dotted field.

Every fault is an `itembank.errors.ItemInvalid` with one of the codes `item.mapping_expected`, `item.text_expected`,
`item.list_expected`, `item.list_length` (`low`, `high`, `found`), `item.flag_expected`, `item.number_expected`,
`item.number_range` (`low`, `high`), `item.date_expected`, `item.unknown_field` and `item.not_one_of` (`allowed`),
`item.duplicate` and `item.unknown_reference` (`value`); `item` and each tool's `spec` add a few of their own.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from itembank.errors import ItemInvalid


class Record:
    """One mapping of the author's file and where it stands (`field`, a dotted path; empty for a whole item)."""

    def __init__(self, value: object, field: str) -> None:
        if not isinstance(value, Mapping):
            raise ItemInvalid("item.mapping_expected", field)
        self.field = field
        self._values: dict[str, object] = {}
        for key, content in value.items():
            if not isinstance(key, str):
                raise ItemInvalid("item.text_expected", self.at(str(key)))
            self._values[key] = content

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def at(self, key: str) -> str:
        """The dotted path of `key` inside this record."""
        return f"{self.field}.{key}" if self.field else key

    def items(self) -> Iterator[tuple[str, object]]:
        """(key, raw value), in the author's order."""
        yield from self._values.items()

    def only(self, *allowed: str) -> None:
        """Raise for the first key that is not one of `allowed`."""
        for key in self._values:
            if key not in allowed:
                raise ItemInvalid("item.unknown_field", self.at(key), allowed=", ".join(allowed))

    def get(self, key: str) -> object:
        """The raw value of `key`, None when it is left out."""
        return self._values.get(key)

    def text(self, key: str, *, default: str | None = None, empty: bool = False) -> str:
        """A text without surrounding white space; nothing may remain only if `empty`. `default` when left out."""
        if default is not None and key not in self._values:
            return default
        return _text(self.get(key), self.at(key), empty=empty)

    def integer(self, key: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ItemInvalid("item.number_expected", self.at(key))
        if not low <= value <= high:
            raise ItemInvalid("item.number_range", self.at(key), low=low, high=high)
        return value

    def positive(self, key: str, *, default: float) -> float:
        """A finite number, 0 or more."""
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ItemInvalid("item.number_expected", self.at(key))
        if value < 0:
            raise ItemInvalid("item.number_range", self.at(key), low=0, high=math.inf)
        return float(value)

    def number(self, key: str) -> float:
        """A finite number."""
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ItemInvalid("item.number_expected", self.at(key))
        return float(value)

    def day(self, key: str) -> date:
        """A date, which YAML reads as one when it is not quoted."""
        value = self.get(key)
        if not isinstance(value, date):
            raise ItemInvalid("item.date_expected", self.at(key))
        return value

    def one_of(self, key: str, allowed: Sequence[str], *, default: str | None = None) -> str:
        """One of a few words that the format knows."""
        value = self._values.get(key, default)
        if value not in allowed:
            raise ItemInvalid("item.not_one_of", self.at(key), allowed=", ".join(allowed))
        return str(value)

    def sized(self, key: str, low: int, high: int) -> list[tuple[str, object]]:
        """(dotted path, raw value) of each member of a list of `low` to `high`."""
        found = list(self.members(key, required=True))
        if not low <= len(found) <= high:
            raise ItemInvalid("item.list_length", self.at(key), low=low, high=high, found=len(found))
        return found

    def sized_texts(self, key: str, low: int, high: int) -> tuple[str, ...]:
        """The texts of a list of `low` to `high`."""
        return tuple(_text(value, field) for field, value in self.sized(key, low, high))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """true or false; `default` when left out."""
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            raise ItemInvalid("item.flag_expected", self.at(key))
        return value

    def record(self, key: str) -> Record:
        """A mapping inside this one."""
        return Record(self.get(key), self.at(key))

    def records(self, key: str, *, required: bool = False) -> Iterator[Record]:
        """The mappings of a list; none when the list is left out and not `required`."""
        for field, value in self.members(key, required=required):
            yield Record(value, field)

    def texts(
        self, key: str, *, required: bool = False, among: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """The texts of a list, all different and, if given, each one of `among`."""
        found: list[str] = []
        for field, value in self.members(key, required=required):
            text = _text(value, field)
            if text in found:
                raise ItemInvalid("item.duplicate", field, value=text)
            if among is not None and text not in among:
                raise ItemInvalid("item.unknown_reference", field, value=text)
            found.append(text)
        return tuple(found)

    def choice(self, key: str, among: Collection[str], *, default: str | None = None) -> str:
        """A text that is one of `among`."""
        text = self.text(key, default=default)
        if text not in among:
            raise ItemInvalid("item.unknown_reference", self.at(key), value=text)
        return text

    def members(self, key: str, *, required: bool = False) -> Iterator[tuple[str, object]]:
        """(dotted path, raw value) of each member of a list; a `required` list has at least one."""
        if key not in self._values and not required:
            return
        value = self.get(key)
        if not isinstance(value, list | tuple) or (required and not value):
            raise ItemInvalid("item.list_expected", self.at(key))
        for index, member in enumerate(value):
            yield f"{self.at(key)}.{index}", member


def _text(value: object, field: str, *, empty: bool = False) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)  # a subject may be 2026
    if not isinstance(value, str) or not (empty or value.strip()):
        raise ItemInvalid("item.text_expected", field)
    return value.strip()
