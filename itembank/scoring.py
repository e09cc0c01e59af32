"""Answer -> points. Pure: the same item and response always give the same score.

A response is plain JSON (see each body in `item.py`); ``None`` is « je ne sais pas » and scores zero.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

from itembank.errors import ResponseInvalid
from itembank.item import (
    ChoiceBody,
    HotspotBody,
    Interaction,
    Item,
    MatchingBody,
    NumericBody,
    OrderingBody,
    ShortTextBody,
)
from itembank.tasks import goals_after
from itembank.typography import NBSP, NNBSP, plain

Response = Any
"""A decoded JSON value; its shape depends on the interaction."""

MIN_LETTERS_FOR_DISTANCE = 5


@dataclass(frozen=True, slots=True)
class Score:
    """Points won out of `maximum`; `goals` says, for a task, which goals hold."""

    points: int
    maximum: int
    goals: tuple[bool, ...] = ()

    @property
    def full(self) -> bool:
        return self.points == self.maximum


def score(item: Item, response: Response) -> Score:
    """Score one response. Raises ResponseInvalid when it has not the interaction's shape."""
    if response is None:
        return Score(0, item.max_score, (False,) * item.max_score if item.is_task else ())
    body = item.body
    match body:
        case ChoiceBody():
            chosen = _positions(response, len(body.choices))
            if item.interaction is Interaction.SINGLE_CHOICE and len(chosen) != 1:
                raise ResponseInvalid("response.one_choice")
            return Score(int(set(chosen) == body.keys), 1)
        case ShortTextBody():
            return Score(int(matches_text(body, _text(response))), 1)
        case NumericBody():
            return Score(int(matches_number(body, _text(response))), 1)
        case OrderingBody():
            return Score(_ordering_points(_positions(response, len(body.steps), complete=True)), 2)
        case MatchingBody():
            return Score(_matching_points(body, response), 2)
        case HotspotBody():
            numbers = [n + 1 for n in _positions([_int(r) - 1 for r in _sequence(response)], len(body.zones))]
            return Score(int(set(numbers) == body.key), 1)
        case _:
            goals = goals_after(body, _sequence(response))
            return Score(sum(goals), len(goals), goals)


def _sequence(response: Response) -> Sequence[Any]:
    if not isinstance(response, list | tuple):
        raise ResponseInvalid("response.list_expected")
    return response


def _int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ResponseInvalid("response.position_expected")
    return value


def _positions(response: Response, size: int, complete: bool = False) -> list[int]:
    positions = [_int(p) for p in _sequence(response)]
    if len(set(positions)) < len(positions) or not all(0 <= p < size for p in positions):
        raise ResponseInvalid("response.positions", size=size)
    if complete and len(positions) != size:
        raise ResponseInvalid("response.positions", size=size)
    return positions


def _text(response: Response) -> str:
    if not isinstance(response, str):
        raise ResponseInvalid("response.text_expected")
    return response


def _ordering_points(given: list[int]) -> int:
    """2 when exact, 1 when one exchange of neighbours away (Kendall distance 1), else 0."""
    inversions = sum(a > b for i, a in enumerate(given) for b in given[i + 1 :])
    return max(0, 2 - inversions)


def _matching_points(body: MatchingBody, response: Response) -> int:
    """2 when every left has its right, 1 when at least half have, else 0."""
    given = _sequence(response)
    if len(given) != len(body.lefts):
        raise ResponseInvalid("response.positions", size=len(body.lefts))
    for right in given:
        if right is not None and not 0 <= _int(right) < len(body.rights):
            raise ResponseInvalid("response.positions", size=len(body.rights))
    right_ones = sum(i == right for i, right in enumerate(given))
    if right_ones == len(body.lefts):
        return 2
    return int(2 * right_ones >= len(body.lefts))


# --- typed text ------------------------------------------------------------------------------------------


def _folded(text: str, body: ShortTextBody) -> str:
    text = unicodedata.normalize("NFC", plain(text)).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip()
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    if not body.case:
        text = text.casefold()
    if not body.accents:
        decomposed = unicodedata.normalize("NFD", text)
        text = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    text = re.sub(r"\s+", " ", text)
    return text if body.spaces else text.replace(" ", "")


def edit_distance(a: str, b: str, limit: int) -> int:
    """Optimal string alignment distance (insert, delete, replace, swap neighbours), cut at `limit` + 1."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        current = [i]
        for j, cb in enumerate(b, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (ca != cb))
            if i > 1 and j > 1 and ca == b[j - 2] and a[i - 2] == cb:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return previous[-1]


def _distance_applies(word: str) -> bool:
    """Close spellings are for words: never for digits, addresses or words of under five letters."""
    return len(word) >= MIN_LETTERS_FOR_DISTANCE and all(c.isalpha() or c in " -'" for c in word)


def _close(given: str, accepted: str, distance: int) -> bool:
    """Whether each word of `given` is the accepted word or, where allowed, a close spelling of it."""
    given_words, accepted_words = given.split(" "), accepted.split(" ")
    if len(given_words) != len(accepted_words):
        return False
    left = distance
    for word, target in zip(given_words, accepted_words, strict=True):
        if word == target:
            continue
        if not (_distance_applies(target) and all(c.isalpha() or c in "-'" for c in word)):
            return False
        left -= edit_distance(word, target, left)
        if left < 0:
            return False
    return True


_AROUND = " \t.\"'«»“”‘’" + NBSP + NNBSP


def matches_text(body: ShortTextBody, typed: str) -> bool:
    """Whether a typed answer is one of the accepted ones, as tolerantly as the item allows.

    Quotation marks and a final full stop around the answer are forgiven, unless they are the answer.
    """
    return _matches(body, typed) or _matches(body, typed.strip(_AROUND))


def _matches(body: ShortTextBody, typed: str) -> bool:
    given = _folded(typed, body)
    if not given:
        return False
    if given in {_folded(accepted, body) for accepted in body.accept}:
        return True
    if not body.distance:
        return False
    worded = ShortTextBody(body.accept, body.case, body.accents, spaces=True)
    words = _folded(typed, worded)
    if any(_close(words, _folded(accepted, worded), body.distance) for accepted in body.accept):
        return True
    # Without regard to spaces, a close spelling is judged on the whole, and only if every word bears one.
    return not body.spaces and any(
        all(_distance_applies(word) for word in _folded(accepted, worded).split(" "))
        and given.replace("-", "").replace("'", "").isalpha()
        and edit_distance(given, _folded(accepted, body), body.distance) <= body.distance
        for accepted in body.accept
    )


_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d*)?")


_UNIT_SIGNS = {
    "€": "euros",
    "eur": "euros",
    "mn": "minutes",
    "%": "pour cent",
    "pour cent": "%",
    "euro": "€",
    "euros": "€",
    "kilo": "kg",
    "kilos": "kg",
}


def _without_unit(text: str, unit: str) -> str:
    """`text` less a unit typed after the number: the item's, its beginning (« min » for « minutes »), or its sign."""
    number = text.rstrip("€%°").rstrip("abcdefghijklmnopqrstuvwxyzéèûABCDEFGHIJKLMNOPQRSTUVWXYZ ²./").rstrip()
    typed = text[len(number) :].strip().casefold()
    if not unit or not typed:
        return text
    known = unit.startswith(typed) or typed.startswith(unit) or _UNIT_SIGNS.get(typed, "?").startswith(unit)
    return number if known else text


def parse_number(typed: str, unit: str = "") -> float | None:
    """A number typed the French way (``1 234,5``) or with a point; its unit may follow. None if it is not one."""
    text = plain(typed).replace("\N{THIN SPACE}", " ").replace("\N{MINUS SIGN}", "-").strip()
    text = _without_unit(text, plain(unit).casefold())
    if _THOUSANDS.fullmatch(text):
        text = text.replace(" ", "")
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        return None
    return float(text.replace(",", "."))


def matches_number(body: NumericBody, typed: str) -> bool:
    """Whether a typed number lies within the tolerance of the key."""
    value = parse_number(typed, body.unit)
    if value is None:
        return False
    return abs(value - body.value) <= body.tolerance or isclose(
        value, body.value, rel_tol=1e-9, abs_tol=1e-12
    )
