"""A solution told again in another wording: where it names words of the item, it names those that stand in their place.

A wording is laid on the item's record (`itembank.wordings`): what stands at the same place of both bodies is the same thing in
other words. An option, a label, a folder or a word to be written is so found in the wording, whole or inside what is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.families.solutions import found_solution, points_of
from itembank.item import Item
from itembank.tasks.actions import Action

LEAST_PART = 3
"""A word shorter than this is told again only where it stands alone."""


def solved_in_words(item: Item, own: object, worded: object, solution: Sequence[Action]) -> bool:
    """Whether `item`, whose body was made from `worded`, is solved by `solution`, written for the body `own`: as it is,
    or told again, or by one that is found from the goals."""
    words = dict(reversed(list(_pairs(own, worded))))
    ways = (
        solution,
        [_retold(action, words, parts=False) for action in solution],
        [_retold(action, words, parts=True) for action in solution],
    )
    if any(_reaches_all(item, actions) for actions in ways):
        return True
    try:
        return found_solution(item) is not None
    except ItemInvalid:
        return False


def _reaches_all(item: Item, actions: Sequence[Action]) -> bool:
    try:
        return points_of(item, actions) == item.max_score
    except ResponseInvalid:
        return False


def _pairs(own: object, worded: object) -> Iterator[tuple[str, str]]:
    """Texts that stand at the same place of both and differ, in the order of the item."""
    if isinstance(own, Mapping) and isinstance(worded, Mapping):
        for key, value in own.items():
            yield from _pairs(value, worded.get(key))
    elif isinstance(own, list) and isinstance(worded, list):
        for one, other in zip(own, worded, strict=False):
            yield from _pairs(one, other)
    elif isinstance(own, str) and isinstance(worded, str) and own != worded:
        yield own, worded


def _retold(action: Action, words: Mapping[str, str], *, parts: bool) -> Action:
    return {key: value if key == "do" else _said(value, words, parts=parts) for key, value in action.items()}


def _said(value: Any, words: Mapping[str, str], *, parts: bool) -> Any:
    match value:
        case str():
            if value in words or not parts:
                return words.get(value, value)
            return _inside(value, words)
        case list():
            return [_said(member, words, parts=parts) for member in value]
        case Mapping():
            return {key: _said(member, words, parts=parts) for key, member in value.items()}
    return value


def _inside(text: str, words: Mapping[str, str]) -> str:
    """`text` with the item's words in it said in the wording's, the longest first; case does not count."""
    known = sorted((word for word in words if len(word) >= LEAST_PART), key=len, reverse=True)
    if not known:
        return text
    by_case = {word.casefold(): words[word] for word in reversed(known)}
    pattern = "|".join(re.escape(word) for word in known)
    return re.sub(pattern, lambda m: by_case[m.group(0).casefold()], text, flags=re.IGNORECASE)
