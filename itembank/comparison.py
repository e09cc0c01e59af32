"""What changed between two sets of items: by id, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from itembank.item import Item

Described = Mapping[str, object]
"""Field -> value, of one item; every other wording is a field too (``plain``, ``en``)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one item that is not what it was; None where there was or is none."""

    item: str
    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids that came and went, and what changed of those that stayed, in the order of ids."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        return not (self.added or self.removed or self.changes)


def described(item: Item, wordings: Mapping[str, Item]) -> Described:
    """An item and its other wordings by name, as fields to compare."""
    own = {f.name: getattr(item, f.name) for f in fields(Item)}
    worded = {
        name: (w.situation, w.question, w.body, w.feedback, w.accessibility, w.tip)
        for name, w in wordings.items()
    }
    return {**own, **worded}


def compare(old: Mapping[str, Described], new: Mapping[str, Described]) -> Comparison:
    """Compare two sets of described items, by id."""
    changes = (
        Change(item, field, old[item].get(field), new[item].get(field))
        for item in sorted(old.keys() & new.keys())
        for field in {**old[item], **new[item]}
        if old[item].get(field) != new[item].get(field)
    )
    return Comparison(
        tuple(sorted(new.keys() - old.keys())), tuple(sorted(old.keys() - new.keys())), tuple(changes)
    )
