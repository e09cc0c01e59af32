"""Content files that every YAML reader reads alike.

PyYAML with libyaml takes a bare question mark inside `{…}` or `[…]`; without libyaml it refuses the file. YAML 1.2.2, section
7.3.3, allows it (« plain safe » characters leave out only `[]{},` in a flow), so that it is the reader that differs: quotes
settle it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from itembank.authoring import Problem, YamlLoader


def bare_question_marks(text: str) -> Iterator[tuple[int, str]]:
    """(line from 1, words) of every unquoted text with a question mark inside `{…}` or `[…]`. Raises `yaml.YAMLError`."""
    depth = 0
    for token in yaml.scan(text, Loader=YamlLoader):
        match token:
            case yaml.FlowMappingStartToken() | yaml.FlowSequenceStartToken():
                depth += 1
            case yaml.FlowMappingEndToken() | yaml.FlowSequenceEndToken():
                depth -= 1
            case yaml.ScalarToken(plain=True, value=str(value)) if depth and "?" in value:
                yield token.start_mark.line + 1, value


def unportable(files: Iterable[str]) -> Iterator[Problem]:
    """Every place of `files` that a YAML reader without libyaml refuses; a file that cannot be read has said so already."""
    for file in files:
        try:
            text = Path(file).read_text(encoding="utf-8")
            found = list(bare_question_marks(text)) if "?" in text else []
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
            continue
        for line, words in found:
            yield Problem("file.question_mark", {"text": words}, file, line)
