"""Codes that are read aloud and typed: access codes (a campaign) and resume codes (one sitting).

An alphabet of 23 characters without look-alikes (no 0/O, 1/I/L, 2/Z, 5/S, 6/G, 8/B, U/V, M/N). The last character
is a checksum: the sum of rank x weight modulo 23, with distinct non-zero weights. As 23 is prime, every single
mistyped character and every exchange of two characters, neighbours or not, changes it (the argument of ISO/IEC 7064
pure systems, section 4). Checking needs no network and no secret.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

ALPHABET = "3479ABCDEFGHJKMPQRTVWXY"
PRIME = len(ALPHABET)
ACCESS_LENGTH = 8
RESUME_LENGTH = 10

_RANK = {character: rank for rank, character in enumerate(ALPHABET)}
_IGNORED = frozenset(
    " -_.\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{EN DASH}\N{EM DASH}\N{NON-BREAKING HYPHEN}"
)


class CodeWrong(Exception):
    """A code cannot be used; `code` names the kind of error (``code.*`` in the errors catalogue)."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Typed:
    """A well-formed code in its plain form (upper case, no separators)."""

    plain: str

    @property
    def is_resume(self) -> bool:
        return len(self.plain) == RESUME_LENGTH


def check_character(body: str) -> str:
    """The checksum character of a code's body (its plain characters without the last)."""
    return ALPHABET[-sum(weight * _RANK[c] for weight, c in enumerate(body, 2)) % PRIME]


def _valid(plain: str) -> bool:
    return check_character(plain[:-1]) == plain[-1]


def draw(length: int) -> str:
    """A new random code of `length` characters, checksum included."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length - 1))
    return body + check_character(body)


def pretty(plain: str) -> str:
    """A code as it is shown and read aloud: two groups joined by a dash."""
    half = len(plain) // 2
    return f"{plain[:half]}-{plain[half:]}"


def normalised(typed: str) -> str:
    """What was typed, in upper case, without spaces, dashes and dots."""
    return "".join(c for c in typed if c not in _IGNORED).upper()


def read(typed: str, known: Iterable[str] = ()) -> Typed:
    """Check a typed code offline. `known` are the access codes of this terminal, to tell a slip from a stranger.

    Raises CodeWrong: ``code.empty``, ``code.character`` (never used), ``code.length``, ``code.swapped`` (two
    characters exchanged), ``code.mistyped`` (one character differs), ``code.checksum`` (one or the other).
    """
    plain = normalised(typed)
    if not plain:
        raise CodeWrong("code.empty")
    for position, character in enumerate(plain, 1):
        if character not in _RANK:
            raise CodeWrong("code.character", character=character, position=position)
    if len(plain) not in (ACCESS_LENGTH, RESUME_LENGTH):
        raise CodeWrong("code.length", n=len(plain), access=ACCESS_LENGTH, resume=RESUME_LENGTH)
    if _valid(plain):
        return Typed(plain)
    raise CodeWrong(_kind_of_slip(plain, known))


def _kind_of_slip(plain: str, known: Iterable[str]) -> str:
    """Compare with the codes of this terminal: exchanged, mistyped, or cannot be told."""
    same_length = [code for code in known if len(code) == len(plain)]
    for code in same_length:
        differing = [i for i, (a, b) in enumerate(zip(code, plain, strict=True)) if a != b]
        if len(differing) == 1:
            return "code.mistyped"
        if len(differing) == 2:
            i, j = differing
            if code[i] == plain[j] and code[j] == plain[i]:
                return "code.swapped"
    return "code.checksum"


_SPELLING = {
    "fr": (
        "Anatole Berthe Célestin Désiré Eugène François Gaston Henri Joseph Kléber Marcel Pierre Quintal Raoul Thérèse"
        " Victor William Xavier Yvonne"
    ),
    "en": "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike Papa Quebec Romeo Tango Victor Whiskey"
    " X-ray Yankee",
}
_LETTERS = "".join(c for c in ALPHABET if c.isalpha())


def spelt(plain: str, language: str) -> str:
    """A code as it is dictated: each letter with its word (the usual French or the ICAO spelling alphabet)."""
    words = dict(zip(_LETTERS, _SPELLING[language].split(), strict=True))
    return " – ".join(f"{c} ({words[c]})" if c in words else c for c in plain)
