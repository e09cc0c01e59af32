"""A solution told again in another wording: where it names words of the item, it names those that stand in their place.

A wording is laid on the item's record (`itembank.wordings`): what stands at the same place of both bodies is the same thing in
other words. An option, a label, a folder or a word to be written is so found in the wording, whole or inside what is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from itembank.errors import ResponseInvalid
from itembank.families.solutions import found_solution, points_of
from itembank.item import Item
from itembank.tasks.actions import Action
from itembank.tasks.words import fold

TYPED = frozenset({"value", "text", "input", "name", "title", "contains"})
"""What a person types: words of the item may stand inside it."""
IDS = frozenset({"do", "field", "control", "message", "page", "channel", "post", "cell"})
"""What names a part of the item, the same in every wording."""
LEAST_PART = 3
"""A word shorter than this is told again only where it stands alone."""
_QUOTED = re.compile(r'"([^"]*)"')


def solved_in_words(item: Item, own: object, worded: object, solution: Sequence[Action]) -> bool:
    """Whether `item`, whose body was made from `worded`, is solved by `solution`, written for the body `own`: as it is,
    or told again, or by one that is found from the goals."""
    words = dict(reversed(list(_pairs(own, worded))))
    ways = (
        solution,
        [_retold(action, words, parts=False) for action in solution],
        [_retold(action, words, parts=True) for action in solution],
    )
    if any(points_or_none(item, actions) == item.max_score for actions in ways):
        return True
    return found_solution(item) is not None


def points_or_none(item: Item, actions: Sequence[Action]) -> int | None:
    """Points that `actions` reach; None when one of them is impossible."""
    try:
        return points_of(item, actions)
    except ResponseInvalid:
        return None


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
        yield from zip(_QUOTED.findall(own), _QUOTED.findall(worded), strict=False)  # the texts in a formula


def _retold(action: Action, words: Mapping[str, str], *, parts: bool) -> Action:
    return {
        key: value if key in IDS else _said(value, words, parts=parts and key in TYPED)
        for key, value in action.items()
    }


def _said(value: Any, words: Mapping[str, str], *, parts: bool) -> Any:
    match value:
        case str():
            return words[value] if value in words else _inside(value, words) if parts else value
        case list():
            return [_said(member, words, parts=parts) for member in value]
    return value


def _inside(text: str, words: Mapping[str, str]) -> str:
    """`text` with the item's words in it said in the wording's, the longest first; case and accents do not count, and the
    beginning of a word is enough, as for `words.mentions`."""
    by_fold = {fold(word): other for word, other in words.items() if len(word) >= LEAST_PART}
    folded = fold(text)
    if not by_fold or len(folded) != len(text):
        return text
    known = "|".join(re.escape(word) for word in sorted(by_fold, key=len, reverse=True))
    out, end = [], 0
    for found in re.finditer(rf"(?<!\w)({known})(?!\d)\w*", folded):
        out += [text[end : found.start()], by_fold[found.group(1)]]
        end = found.end()
    return "".join([*out, text[end:]])
