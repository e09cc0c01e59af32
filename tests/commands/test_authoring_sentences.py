"""Every fault an author can meet has its sentence, with the slots that the fault fills."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import itembank
from kiosk.locale import catalogue

SOURCE = "\n".join(p.read_text(encoding="utf-8") for p in Path(itembank.__file__).parent.rglob("*.py"))
CODES = sorted(
    set(re.findall(r'ItemInvalid\(\s*"([a-z_.]+)"', SOURCE))
    | set(re.findall(r'Problem\("([a-z_.]+)"', SOURCE))
    | set(re.findall(r'"(lint\.[a-z_]+)"', SOURCE))
    | set(re.findall(r'"(file\.[a-z_]+)"', SOURCE))
)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence(code, lang):
    group, name = code.split(".")
    sentence = catalogue(lang, "authoring")[group][name]
    for _, field, _, _ in string.Formatter().parse(sentence):
        assert field is None or field == "field" or re.search(rf"\b{field}\b", SOURCE), (code, field)


def test_the_codes_were_found():
    assert len(CODES) > 50
