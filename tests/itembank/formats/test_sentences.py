"""Every reason why something is refused or kept as QTI has its sentence, in both languages, with its slots filled."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import itembank.formats
from kiosk.locale import LANGUAGES, catalogue

FOLDER = Path(itembank.formats.__file__).parent
RAISED = {"Refused": "refused", "NotConvertible": "kept", "Refusal": "refused"}


def raised() -> list[tuple[str, str, set[str] | None]]:
    """(table, code, names given or None when they come from elsewhere) of every literal code."""
    found = []
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in RAISED or not node.args:
                continue
            first = node.args[0]
            options = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            names = {k.arg for k in node.keywords if k.arg}
            given = None if node.func.id == "Refusal" or any(k.arg is None for k in node.keywords) else names  # type: ignore[union-attr]
            found += [
                (RAISED[node.func.id], option.value, given)  # type: ignore[union-attr]
                for option in options
                if isinstance(option, ast.Constant) and isinstance(option.value, str)
            ]
    return found


def test_codes_are_found() -> None:
    assert len(raised()) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_sentence_and_every_sentence_its_values(language: str) -> None:
    tables = catalogue(language, "formats")
    for table, code, given in raised():
        assert code in tables[table], code
        slots = {name for _, name, _, _ in Formatter().parse(tables[table][code]) if name}
        if given is not None:
            assert slots <= given, code


def test_no_sentence_is_left_over() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    written = set(re.findall(r'"([a-z_0-9]+)"', source))
    tables = catalogue("fr", "formats")
    assert set(tables["refused"]) <= written
    assert set(tables["kept"]) <= written
