"""Other words for the same item: plain language (FALC) and translations, over one key and one set of parameters.

An author writes only what changes; the rest is the item's own. What is asked, how it is answered and what it is worth
stay the same, which `same_answers` holds to: responses given in any wording are responses to the one item.

FALC: « facile à lire et à comprendre », European rules Inclusion Europe, 2009 (« L'information pour tous »).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from itembank.errors import ItemInvalid
from itembank.item import (
    Body,
    ChoiceBody,
    Feedback,
    HotspotBody,
    Item,
    MatchingBody,
    NumericBody,
    OrderingBody,
    ShortTextBody,
    body_from_record,
    max_points,
)

LANGUAGES = ("fr", "en")
PLAIN_FIELDS = ("situation", "question", "body", "feedback")
TRANSLATED_FIELDS = (*PLAIN_FIELDS, "accessibility", "tip", "plain")
WORDED_FIELDS = ("situation", "question", "body", "feedback", "accessibility", "tip")


@dataclass(frozen=True, slots=True)
class Wording:
    """An item's words in `language`, in plain language if `plain`: a whole record of `WORDED_FIELDS`."""

    language: str
    plain: bool
    record: Mapping[str, Any]

    @property
    def name(self) -> str:
        """``plain``, ``en``, ``en plain``."""
        return wording_name(self.language, self.plain)

    @property
    def field(self) -> str:
        """Where an author writes it, as a dotted path of the item's record."""
        at = "plain" if self.plain else ""
        return ".".join(
            p for p in (f"translations.{self.language}" if self.language != "fr" else "", at) if p
        )


def wording_name(language: str, plain: bool) -> str:
    """The short name of a wording: ``plain`` for French in plain language, else its language, and ``plain``."""
    return " ".join(part for part in (language if language != "fr" else "", "plain" if plain else "") if part)


def wordings_of(record: Mapping[str, Any]) -> tuple[Wording, ...]:
    """The other wordings of a decoded item record, each made whole.

    Raises ItemInvalid: the codes of `records`, and `item.wording_shape` where lists do not match the item's.
    """
    return tuple(_wordings(record))


def _wordings(record: Mapping[str, Any]) -> Iterator[Wording]:
    own = str(record.get("language", "fr"))
    base = {key: record[key] for key in WORDED_FIELDS if key in record}
    if "plain" in record:
        yield Wording(own, True, _overlaid(base, record["plain"], "plain", PLAIN_FIELDS))
    if "translations" not in record:
        return
    translations = record["translations"]
    if not isinstance(translations, Mapping):
        raise ItemInvalid("item.mapping_expected", "translations")
    for language, texts in translations.items():
        where = f"translations.{language}"
        if language not in LANGUAGES or language == own:
            raise ItemInvalid("item.not_one_of", where, allowed=", ".join(w for w in LANGUAGES if w != own))
        whole = _overlaid(base, texts, where, TRANSLATED_FIELDS)
        plain = whole.pop("plain", None)
        yield Wording(language, False, whole)
        if plain is not None:
            yield Wording(language, True, _overlaid(whole, plain, f"{where}.plain", PLAIN_FIELDS))


def _overlaid(base: Mapping[str, Any], over: object, where: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(over, Mapping):
        raise ItemInvalid("item.mapping_expected", where)
    for key in over:
        if key not in allowed:
            raise ItemInvalid("item.unknown_field", f"{where}.{key}", allowed=", ".join(allowed))
    return {**base, **{key: _over(base.get(key), value, f"{where}.{key}") for key, value in over.items()}}


def _over(base: Any, over: Any, where: str) -> Any:
    """`over` laid on `base`: mappings key by key, lists member by member; a text stands for a member's `text` or
    `name`; lists of plain values are replaced whole."""
    if isinstance(base, Mapping):
        if isinstance(over, Mapping):
            return {**base, **{k: _over(base.get(k), v, f"{where}.{k}") for k, v in over.items()}}
        for key in ("text", "name"):
            if key in base and isinstance(over, str):
                return {**base, key: over}
        raise ItemInvalid("item.wording_shape", where)
    if isinstance(base, list) and any(isinstance(member, Mapping) for member in base):
        if not isinstance(over, list) or len(over) != len(base):
            raise ItemInvalid("item.wording_shape", where)
        return [_over(b, o, f"{where}.{i}") for i, (b, o) in enumerate(zip(base, over, strict=True))]
    if isinstance(base, list) != isinstance(over, list) and base is not None:
        raise ItemInvalid("item.wording_shape", where)
    return over


def reworded(item: Item, wording: Wording) -> Item:
    """`item` in another wording: same id, same answers, same parameters.

    Raises ItemInvalid: the body's own codes, `item.wording_shape` when the answers are not the item's.
    """
    record = wording.record
    try:
        body = body_from_record(item.interaction, record.get("body"))
    except ItemInvalid as fault:
        raise ItemInvalid(
            fault.code,
            f"{wording.field}.{fault.field}",
            **{k: v for k, v in fault.params.items() if k != "field"},
        ) from fault
    if not same_answers(item, body):
        raise ItemInvalid("item.wording_shape", f"{wording.field}.body")
    feedback = record.get("feedback")
    if not isinstance(feedback, Mapping):
        raise ItemInvalid("item.mapping_expected", f"{wording.field}.feedback")
    return replace(
        item,
        language=wording.language,
        situation=str(record.get("situation", "")).strip(),
        question=str(record.get("question", "")).strip(),
        body=body,
        feedback=Feedback(str(feedback.get("right", "")).strip(), str(feedback.get("wrong", "")).strip()),
        accessibility=str(record.get("accessibility", "")).strip(),
        tip=str(record.get("tip", "")).strip(),
    )


def same_answers(item: Item, body: Body) -> bool:
    """Whether every response to `item` means, and is worth, the same with `body`."""
    own = item.body
    match own, body:
        case ChoiceBody(), ChoiceBody():
            return [c.key for c in own.choices] == [
                c.key for c in body.choices
            ] and own.shuffle == body.shuffle
        case OrderingBody(), OrderingBody():
            return len(own.steps) == len(body.steps)
        case MatchingBody(), MatchingBody():
            return (len(own.lefts), len(own.rights)) == (len(body.lefts), len(body.rights))
        case HotspotBody(), HotspotBody():
            return own.key == body.key and len(own.zones) == len(body.zones)
        case NumericBody(), NumericBody():
            return (own.value, own.tolerance) == (body.value, body.tolerance)
        case ShortTextBody(), ShortTextBody():
            return True
        case _:
            return type(own) is type(body) and max_points(item.interaction, body) == item.max_score
