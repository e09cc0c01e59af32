"""Imported items -> drafts in our authoring format, which `kiosk bank lint` then helps to complete.

A draft keeps what the source said and invents nothing: a missing feedback or misconception stays empty, and the
checker names it. Every imported item is also kept as a QTI 3.0 file, whether it has a draft or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from itembank.formats.importing import Imported
from itembank.formats.qti.conversion import NotConvertible, convert
from itembank.formats.qti.package import unique_names
from itembank.framework import topics
from itembank.typography import french, plain

_ID = re.compile(r"(?P<skill>.+-n\d)-[a-z]+")
_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Draft:
    """What became of one imported item: a record with its id, or the reason why there is none."""

    imported: Imported
    name: str
    """Name of its QTI file, unique in the import, without suffix."""
    identifier: str = ""
    topic: str = ""
    record: Mapping[str, Any] | None = None
    exact: bool = False
    kept: NotConvertible | None = None


def topic_of(skill: str) -> str | None:
    """The topic of a skill of the framework, None when it has no such skill."""
    for topic in topics().values():
        if any(s.id == skill for s in topic.skills):
            return topic.id
    return None


def drafts(
    imported: Sequence[Imported],
    skill: str | None,
    today: date,
    language: str = "fr",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Draft]:
    """A draft for each item; `skill` is given to those that do not bring one of our own.

    An item that we exported keeps its id, a clone that of its family; others are numbered `<skill>-xa`, `-xb` …
    """
    found: list[Draft] = []
    names = unique_names([one.item.identifier for one in imported])
    taken: set[str] = set()
    for done, (one, name) in enumerate(zip(imported, names, strict=True), 1):
        progress(done, len(imported))
        try:
            converted = convert(one.item, today, language)
        except NotConvertible as fault:
            found.append(Draft(one, name, kept=fault))
            continue
        record = dict(converted.record)
        identifier = str(record.get("id", "")).partition("#")[0]
        given = _ID.fullmatch(identifier)
        own = str(record.get("skill") or (given["skill"] if given else ""))
        wanted = own if topic_of(own) else skill
        topic = topic_of(wanted) if wanted else None
        if wanted is None or topic is None:
            found.append(Draft(one, name, record=record, exact=converted.exact))
            continue
        if given is None or given["skill"] != wanted or identifier in taken:
            identifier = _numbered(wanted, taken)
        taken.add(identifier)
        head = {"id": identifier, "family": record.pop("family", None), "skill": wanted}
        whole = {k: v for k, v in head.items() if v is not None} | {
            k: v for k, v in record.items() if k not in ("id", "skill")
        }
        found.append(Draft(one, name, identifier, topic, whole, converted.exact))
    return found


def _numbered(skill: str, taken: set[str]) -> str:
    n = 0
    while True:
        letters, rest = "", n
        while True:
            letters = chr(ord("a") + rest % 26) + letters
            rest = rest // 26 - 1
            if rest < 0:
                break
        if (identifier := f"{skill}-x{letters}") not in taken:
            return identifier
        n += 1


# --- YAML ----------------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Block style, several lines as a literal block, no alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def yaml_of(topic: str, records: Iterable[tuple[Mapping[str, Any], str]]) -> str:
    """An authoring file of one topic: each record under its comment line ('' for none)."""
    lines = [f"topic: {topic}", "items:"]
    for record, comment in records:
        if comment:
            lines.append(f"  # {' '.join(comment.split())}")
        dumped = yaml.dump(
            [_ordinary(record)], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH
        )
        lines += [f"  {line}" if line else "" for line in dumped.rstrip("\n").split("\n")]
    return "\n".join(lines) + "\n"


def _ordinary(value: Any) -> Any:
    """Texts with ordinary spaces where the build would put back the same special ones."""
    if isinstance(value, str):
        simple = plain(value).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        return simple if french(simple) == value else value
    if isinstance(value, Mapping):
        return {k: _ordinary(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_ordinary(v) for v in value]
    return value
