"""The catalogues: French and English say the same things, and everything that speaks has its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import kiosk
import sync.errors
from itembank.typography import french
from kiosk.cli import GROUPS
from kiosk.exit_codes import ExitCode, exit_code_for
from kiosk.locale import LANGUAGES, catalogue

PACKAGES = [Path(kiosk.__file__).parents[1] / name for name in ("kiosk", "itembank", "sync")]
LOCALE = Path(kiosk.__file__).parent / "locale"
ROOMS = sorted({path.stem for language in LANGUAGES for path in (LOCALE / language).glob("*.toml")})

SPOKEN_AS = {
    "Failure": "errors",
    "CodeWrong": "errors",
    "ItemBankFault": "errors",
    "BankUnreadable": "errors",
    "ResponseInvalid": "errors",
    "SyncFault": "errors",
    "BundleInvalid": "errors",
    "ReceiptInvalid": "errors",
    "KeyFault": "errors",
    "CarrierFault": "errors",
    "StoreFault": "errors",
    # What an author must mend is said by `kiosk bank lint`, in the authoring catalogue.
    "ItemInvalid": "authoring",
    "Problem": "authoring",
}
"""Fault class -> the catalogue that holds the sentence of its code."""


@cache
def sentences(language: str, room: str) -> dict[str, str]:
    """Every sentence of one file by its dotted key; a counted one gives two keys, ``.one`` and ``.other``."""

    def walk(table: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
        for name, value in table.items():
            key = f"{path}.{name}"
            if isinstance(value, dict):
                yield from walk(value, key)
            else:
                yield key, value

    return dict(walk(catalogue(language, room), room))


@cache
def keys() -> frozenset[str]:
    """Every key that `t` accepts: counted sentences under their own name."""
    found = {
        key for room in ROOMS if (LOCALE / "fr" / f"{room}.toml").is_file() for key in sentences("fr", room)
    }
    counted = {key.removesuffix(".one") for key in found if key.endswith(".one")}
    return frozenset(key for key in found if key.rpartition(".")[0] not in counted) | counted


def slots(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def slots_of(key: str) -> set[str]:
    """The slots of a key's French sentence, whichever its number."""
    room = key.split(".")[0]
    whole = sentences("fr", room)
    return set().union(*(slots(whole[k]) for k in (key, f"{key}.one", f"{key}.other") if k in whole))


# --- the catalogues themselves ----------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_have_the_same_keys(room: str) -> None:
    found = {language: (LOCALE / language / f"{room}.toml").is_file() for language in LANGUAGES}
    assert all(found.values()), f"{room}.toml: {found}"
    assert sentences("fr", room).keys() == sentences("en", room).keys()


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_fill_the_same_slots(room: str) -> None:
    if not all((LOCALE / language / f"{room}.toml").is_file() for language in LANGUAGES):
        pytest.fail(f"{room}.toml is missing in one language")
    english = sentences("en", room)
    different = {
        key: (slots(text), slots(english[key]))
        for key, text in sentences("fr", room).items()
        if key in english and slots(text) != slots(english[key])
    }
    assert not different


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_is_a_text_that_says_something(room: str, language: str) -> None:
    assert not [
        key
        for key, text in sentences(language, room).items()
        if not isinstance(text, str) or not text.strip()
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_french_sentences_never_break_before_a_double_sign(room: str) -> None:
    bad = {
        key: text
        for key, text in sentences("fr", room).items()
        if re.search(r" [;:!?»](?=\s|$)|« ", french(text))
    }
    assert not bad


# --- what the code says -----------------------------------------------------------------------------------


@cache
def calls() -> tuple[tuple[str, str, ast.Call], ...]:
    """(place, name of what is called, the call) for every call by a plain or dotted name in the three packages."""
    found = []
    for package in PACKAGES:
        for path in sorted(package.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = str(getattr(node.func, "id", None) or getattr(node.func, "attr", ""))
                    found.append((f"{path.relative_to(package.parent)}:{node.lineno}", name, node))
    return tuple(found)


def literals(node: ast.expr) -> list[str]:
    """The texts that an argument can be, as far as they are written down: a literal, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return []


def given(call: ast.Call) -> set[str] | None:
    """The names of the keyword arguments; None when some are only known at run time."""
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else {name for name in names if name}


SAID = [
    (place, call) for place, name, call in calls() if name == "t" and call.args and place.startswith("kiosk")
]


def test_every_literal_key_has_its_sentence() -> None:
    asked = [(place, key) for place, call in SAID for key in literals(call.args[0])]
    assert len(asked) > 100
    assert [(place, key) for place, key in asked if key not in keys()] == []


def test_every_built_key_can_find_a_sentence() -> None:
    missing = []
    for place, call in SAID:
        node = call.args[0]
        if isinstance(node, ast.JoinedStr):
            first = node.values[0]
            prefix = first.value if isinstance(first, ast.Constant) else ""
            assert isinstance(prefix, str)
            if not any(key.startswith(prefix) for key in keys()):
                missing.append((place, prefix))
    assert missing == []


def test_every_slot_of_a_literal_sentence_is_filled() -> None:
    empty = [
        (place, key, slots_of(key) - names)
        for place, call in SAID
        if (names := given(call)) is not None
        for key in literals(call.args[0])
        if key in keys() and slots_of(key) - names
    ]
    assert empty == []


def test_every_command_group_has_its_help() -> None:
    assert {help_key for _, help_key in GROUPS.values()} <= keys()


# --- faults -----------------------------------------------------------------------------------------------


def catalogue_key(fault: str, code: str) -> str:
    """Where the sentence of a fault's code stands."""
    if code.startswith("action."):  # a tool refuses; the candidate's screen says why, inside the sitting
        own = f"candidate.refused.{code.removeprefix('action.')}"
        return own if own in keys() else "candidate.refused.other"
    return f"{SPOKEN_AS[fault]}.{code}"


RAISED = [
    (place, name, code, call)
    for place, name, call in calls()
    if name in SPOKEN_AS and call.args
    for code in literals(call.args[0])
]


def test_every_raised_code_has_its_sentence() -> None:
    assert len(RAISED) > 100
    silent = {
        (place, code)
        for place, fault, code, _ in RAISED
        if not code.startswith("http.") and catalogue_key(fault, code) not in keys()
    }
    assert sorted(silent) == []


def test_every_slot_of_a_raised_sentence_is_filled() -> None:
    empty = set()
    for place, fault, code, call in RAISED:
        names, key = given(call), catalogue_key(fault, code)
        if fault in ("ItemInvalid", "Problem") or names is None or key not in keys():
            continue  # authoring faults add the field and the place of the item themselves
        if slots_of(key) - names:
            empty.add((place, code, *sorted(slots_of(key) - names)))
    assert sorted(empty) == []


def test_every_code_written_elsewhere_has_its_sentence() -> None:
    """Codes that are chosen first and raised later: the kinds of slips in a code, what a disk refuses."""
    written = {
        node.value
        for package in PACKAGES
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(code|storage|carrier|settings)\.[a-z_]{4,}", node.value)
    }
    assert {
        "code.swapped",
        "storage.full",
        "carrier.refused_conflict",
        "settings.unknown_key_near",
    } <= written
    assert {code for code in written if f"errors.{code}" not in keys()} == set()


def test_every_raised_code_that_a_command_can_meet_has_its_exit_code() -> None:
    codes = {code for _, fault, code, _ in RAISED if catalogue_key(fault, code).startswith("errors.")}
    assert {code for code in codes if exit_code_for(code) is ExitCode.UNEXPECTED} == set()


def test_every_sentence_of_an_error_has_an_exit_code() -> None:
    codes = {key.removeprefix("errors.") for key in keys() if key.startswith("errors.")}
    assert {code for code in codes if exit_code_for(code) is ExitCode.UNEXPECTED} == set()


def sync_table() -> dict[str, set[str]]:
    """Code -> params, from the table in the docstring of `sync.errors`."""
    table = {}
    for line in (sync.errors.__doc__ or "").splitlines():
        if line.startswith("| `"):
            first, params = line.split("|")[1:3]
            for code in re.findall(r"`([a-z_.]+)`", first):
                table[code] = set(re.findall(r"`([a-z_]+)`", params))
    return {code: params for code, params in table.items() if not code.startswith("http.")}


def test_the_table_of_sync_codes_is_whole() -> None:
    table = sync_table()
    raised = {code for place, _, code, _ in RAISED if place.startswith("sync")}
    assert len(table) > 50
    assert raised <= table.keys()


@pytest.mark.parametrize("code", sync_table())
def test_every_sync_code_has_a_sentence_an_exit_code_and_its_values(code: str) -> None:
    assert f"errors.{code}" in keys()
    assert exit_code_for(code) is not ExitCode.UNEXPECTED
    assert slots_of(f"errors.{code}") <= sync_table()[code]
