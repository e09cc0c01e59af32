"""Spelling, held to a real French dictionary where one is at hand.

The dictionary is Hunspell's (Dicollecte, MPL 2.0), read by `spylls`; both are for authors and never reach a terminal.
Words of the trade, names and deliberate oddities stand one a line in `content/words.txt`.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module, resources
from importlib.util import find_spec
from pathlib import Path

from itembank.authoring import Authored
from itembank.families import vocabulary
from itembank.lint.finding import Finding
from itembank.lint.prose import prose
from itembank.typography import plain
from itembank.wordings import reworded

Known = Callable[[str], bool]

_FOLDERS = (
    "/usr/share/hunspell",
    "/usr/share/myspell/dicts",
    "/usr/local/share/hunspell",
    "/Library/Spelling",
)
_NAMES = ("fr_FR", "fr", "fr-classique", "fr-toutesvariantes")
_TOKEN = re.compile(r"\S+")
_EDGES = " .,;:!?…()[]«»“”\"'’•–—"
_BREAK = re.compile(r"[.!?…:»]$|^$")
_ODD = re.compile(r"[\d@/\\_=+*#&<>|.€%$]")


def dictionary_path() -> Path | None:
    """The French Hunspell dictionary (without its suffix): in `DICPATH`, then where systems keep them; else None."""
    folders = [*filter(None, os.environ.get("DICPATH", "").split(os.pathsep)), *_FOLDERS]
    for folder in folders:
        for name in _NAMES:
            path = Path(folder) / name
            if path.with_suffix(".aff").is_file() and path.with_suffix(".dic").is_file():
                return path
    return None


@cache
def french_dictionary() -> Known | None:
    """Whether a word is French; None where there is no dictionary or no reader for it."""
    path = dictionary_path()
    if path is None or find_spec("spylls") is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the reader leaves its files to the collector
        dictionary = import_module("spylls.hunspell").Dictionary.from_files(str(path))
    lookup: Known = cache(dictionary.lookup)
    return lookup


@cache
def project_words() -> frozenset[str]:
    """The project's own words, and the names that families draw."""
    file = resources.files("itembank").joinpath("content", "words.txt")
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    written = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    names = " ".join((*vocabulary.FEMALE_NAMES, *vocabulary.MALE_NAMES, *vocabulary.SURNAMES)).split()
    return frozenset((*written, *names))


def unknown_words(text: str, known: Known) -> Iterator[str]:
    """The words of `text` that neither the dictionary nor the project knows.

    Addresses, codes and numbers are no words; a capital inside a sentence makes a name.
    """
    before = ""
    for token in _TOKEN.findall(plain(text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")):
        word = token.strip(_EDGES)
        begins = bool(_BREAK.search(before))
        before = token
        if len(word) < 2 or _ODD.search(word) or (word.isupper() and len(word) <= 5):
            continue
        if word[0].isupper() and not begins:
            continue
        if not _is_known(word, known):
            yield word


def _is_known(word: str, known: Known) -> bool:
    own = project_words()
    for form in (word, word.lower(), word[:1].lower() + word[1:]):
        if form in own or known(form):
            return True
    _, apostrophe, rest = word.partition("'")
    if apostrophe and rest:
        return rest[0].isupper() or rest in own or known(rest)
    parts = word.split("-")
    return len(parts) > 1 and all(p and (p in own or known(p) or known(p.lower())) for p in parts)


def spelled(authored: Authored) -> Iterator[Finding]:
    """Every word of the French prose is in the dictionary or in the project's list; nothing where there is none."""
    known = french_dictionary()
    if known is None or authored.item.language != "fr":
        return
    seen: set[str] = set()
    texts = list(prose(authored.item))
    for wording in authored.wordings:
        if wording.language == "fr":
            texts += [(wording.field, text) for _, text in prose(reworded(authored.item, wording))]
    for field, text in texts:
        for word in unknown_words(text, known):
            if word not in seen:
                seen.add(word)
                yield Finding("lint.spelling", {"word": word}, field, error=False)
