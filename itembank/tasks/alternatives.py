"""Words that may be said in several ways: each member of a list must stand in a text, in one of its forms.

An author writes a member as a list of forms (`[lundi, 12 mai]`) or as one text with bars (« lundi | 12 mai »).
"""

from __future__ import annotations

from typing import TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.words import mentions

Alternatives: TypeAlias = tuple[tuple[str, ...], ...]
"""Each member: the forms of which one is enough."""


def alternatives(record: Record, key: str) -> Alternatives:
    """The list under `key`. Raises `itembank.errors.ItemInvalid`: `item.list_expected` for an empty or missing list or
    member, `item.text_expected` for a form that is no text."""
    found: list[tuple[str, ...]] = []
    for place, raw in record.members(key, required=True):
        forms = raw.split("|") if isinstance(raw, str) else raw
        if isinstance(forms, int | float) and not isinstance(forms, bool):
            forms = [str(forms)]
        if not isinstance(forms, list | tuple) or not forms:
            raise ItemInvalid("item.list_expected", place)
        found.append(tuple(_form(form, place) for form in forms))
    return tuple(found)


def _form(form: object, place: str) -> str:
    text = str(form) if isinstance(form, int | float) and not isinstance(form, bool) else form
    if not isinstance(text, str) or not text.strip():
        raise ItemInvalid("item.text_expected", place)
    return text.strip()


def all_said(text: str, wanted: Alternatives) -> bool:
    """Whether each member of `wanted` stands in `text`, in one of its forms (`words.mentions`)."""
    return all(any(mentions(text, form) for form in forms) for forms in wanted)
