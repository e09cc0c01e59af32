"""Any format -> imported items and refusals: what the commands, and whoever else takes items in, call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath

from itembank.formats.faults import Refusal, Refused
from itembank.formats.moodle.as_qti import qti_of_question
from itembank.formats.moodle.gift import read_gift
from itembank.formats.moodle.question import Question
from itembank.formats.qti.model import QtiItem
from itembank.formats.qti.usage import Statistics
from itembank.formats.sources import Source, opened


class Format(StrEnum):
    QTI = "qti"
    GIFT = "gift"
    MOODLE = "moodle"


@dataclass(frozen=True, slots=True)
class Imported:
    """One item and where it came from; `kind` names its interactions, or the question type it was."""

    file: str
    line: int
    item: QtiItem
    kind: str
    statistics: Statistics | None = None


@dataclass(slots=True)
class Outcome:
    """Everything a source gave: in the order of its files, and within one in the order of its lines."""

    imported: list[Imported] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def import_items(path: Path, format_: Format, *, language: str = "fr", alt_text: bool = False) -> Outcome:
    """Read a file, folder or archive. Raises MissingExtra, FileNotFoundError; everything else becomes a refusal.

    `language` is the items' where the format does not say; `alt_text` accepts QTI images with a text alternative.
    """
    outcome = Outcome()
    try:
        with opened(path) as source:
            if format_ is Format.QTI:
                _import_qti(source, alt_text, outcome)
            else:
                _import_questions(source, format_, language, outcome)
    except Refused as fault:
        outcome.refused.append(Refusal(fault.code, fault.params, str(path), max(1, fault.line)))
    return outcome


def _import_qti(source: Source, alt_text: bool, outcome: Outcome) -> None:
    from itembank.formats.qti.package import read_package

    package = read_package(source, alt_text=alt_text)
    statistics: Mapping[str, Statistics] = package.statistics
    for read in package.items:
        found = statistics.get(read.item.identifier)
        outcome.imported.append(Imported(read.file, read.line, read.item, "+".join(read.item.kinds), found))
    outcome.refused += package.refused


def _moodle(data: bytes) -> list[Question | tuple[Refused, str]]:
    from itembank.formats.moodle.moodle_xml import read_moodle

    return read_moodle(data)


def _gift(data: bytes) -> list[Question | tuple[Refused, str]]:
    try:
        return read_gift(data.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise Refused("not_utf8", line) from fault


_SUFFIXES = {Format.GIFT: (".gift", ".txt"), Format.MOODLE: (".xml",)}
_READERS: dict[Format, Callable[[bytes], list[Question | tuple[Refused, str]]]] = {
    Format.GIFT: _gift,
    Format.MOODLE: _moodle,
}


def _import_questions(source: Source, format_: Format, language: str, outcome: Outcome) -> None:
    names = source.names()
    wanted = names if len(names) == 1 else [n for n in names if n.lower().endswith(_SUFFIXES[format_])]
    for name in wanted:
        shown = source.shown(name)
        try:
            questions = _READERS[format_](source.read(name))
        except Refused as fault:
            outcome.refused.append(Refusal(fault.code, fault.params, shown, max(1, fault.line)))
            continue
        stem = PurePosixPath(name).stem
        for number, question in enumerate(questions, 1):
            if isinstance(question, tuple):
                why, title = question
                outcome.refused.append(Refusal(why.code, why.params, shown, max(1, why.line), title))
                continue
            try:
                item = qti_of_question(question, _identifier(stem, number), language)
            except Refused as fault:
                line = max(1, fault.line or question.line)
                outcome.refused.append(Refusal(fault.code, fault.params, shown, line, question.name))
            else:
                outcome.imported.append(Imported(shown, question.line, item, str(question.kind)))


def _identifier(stem: str, number: int) -> str:
    """An identifier that QTI allows, from a file's name and a question's rank."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in stem)
    return f"q-{kept}-{number}"
