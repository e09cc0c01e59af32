"""Comparing words as people do: without minding case or accents, and which characters a text may hold."""

from __future__ import annotations

import re
import unicodedata

from itembank.typography import plain

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


def typeable(text: str) -> str:
    """`text` as a keyboard gives it: ordinary spaces, straight apostrophes."""
    return plain(text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def fold(text: str) -> str:
    """`text` in lower case, without accents, ligatures, curly apostrophes or special spaces: a key for comparing."""
    lowered = typeable(text).casefold().translate(_LIGATURES)
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFD", lowered)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def unspaced(text: str) -> str:
    """`text` folded and without any space: a key for numbers and codes that people space as they like."""
    return "".join(fold(text).split())


def mentions(text: str, word: str) -> bool:
    """Whether `word` (or phrase) stands in `text` at the start of a word, case and accents ignored.

    « attestation » is found in « Attestations »; « oui » is not found in « Louis », nor « 12 » in « 120 ».
    """
    needle = " ".join(fold(word).split())
    if not needle:
        return True
    before = r"(?<!\w)" if needle[0].isalnum() else ""
    after = r"(?!\d)" if needle[-1].isdigit() else ""
    return re.search(before + re.escape(needle) + after, " ".join(fold(text).split())) is not None


def has_control_characters(text: str) -> bool:
    """Whether `text` holds a line break, an escape or another character that is no part of a line of text."""
    return _CONTROL.search(text) is not None
