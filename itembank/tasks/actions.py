"""What the candidate does: reading a plain JSON action, with faults that say why it is impossible.

Every fault is an `itembank.errors.ResponseInvalid`; the codes: `action.unknown` (`do`), `action.unknown_key` (`do`,
`key`), `action.missing` (`key`), `action.wrong_type` (`key`), `action.too_long` (`key`, `limit`),
`action.control_character` (`key`), `action.too_many` (`limit`), and the few that each tool adds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeAlias

from itembank.errors import ResponseInvalid
from itembank.tasks.words import has_control_characters

Action: TypeAlias = Mapping[str, object]


def verb(action: object) -> str:
    """The action's `do`; raises when `action` is no action at all."""
    if not isinstance(action, Mapping):
        raise ResponseInvalid("action.wrong_type", key="action")
    do = action.get("do")
    if not isinstance(do, str):
        raise ResponseInvalid("action.missing", key="do")
    return do


def known_verb(action: object, keys: Mapping[str, Collection[str]]) -> str:
    """The action's `do`; `keys` says what each action of a tool may hold beside it.

    A key that nobody reads is a mistake of whoever wrote the action (in YAML, a comma in a text without quotes makes
    one), and what was meant is lost: it is refused rather than passed over.
    """
    do = verb(action)
    if do not in keys:
        raise ResponseInvalid("action.unknown", do=do)
    only(action, do, keys[do])
    return do


def only(action: object, do: str, keys: Collection[str]) -> None:
    """Raise `action.unknown_key` when the action `do` holds a key that is neither `do` nor one of `keys`."""
    if isinstance(action, Mapping):
        for key in action:
            if key != "do" and key not in keys:
                raise ResponseInvalid("action.unknown_key", do=do, key=str(key))


def text(action: Action, key: str, *, limit: int, lines: bool = False) -> str:
    """The text under `key`, at most `limit` characters; with `lines` it may hold line breaks and tabs."""
    value = action.get(key)
    if not isinstance(value, str):
        raise ResponseInvalid("action.wrong_type" if key in action else "action.missing", key=key)
    if len(value) > limit:
        raise ResponseInvalid("action.too_long", key=key, limit=limit)
    if has_control_characters(value.replace("\n", "").replace("\t", "") if lines else value):
        raise ResponseInvalid("action.control_character", key=key)
    return value


def flag(action: Action, key: str) -> bool:
    """The boolean under `key`; false when left out."""
    value = action.get(key, False)
    if not isinstance(value, bool):
        raise ResponseInvalid("action.wrong_type", key=key)
    return value


def index(action: Action, key: str) -> int:
    """The whole number under `key`, 0 or more."""
    value = action.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ResponseInvalid("action.wrong_type" if key in action else "action.missing", key=key)
    return value
