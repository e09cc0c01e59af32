"""YAML content -> items. Every fault keeps its file and line, and one bad item never hides the next.

YAML is read with the safe loader; aliases and duplicate keys are refused (an alias can multiply without end,
a duplicate key silently drops what an author wrote).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from itembank.errors import ItemInvalid
from itembank.families import Family, is_family
from itembank.families.family import MOST_TRIES
from itembank.framework import topics
from itembank.item import (
    SECTORS,
    TASKS,
    Body,
    ChoiceBody,
    Feedback,
    HotspotBody,
    Interaction,
    Item,
    MatchingBody,
    NumericBody,
    OrderingBody,
    ShortTextBody,
    body_from_record,
)
from itembank.records import Record
from itembank.response_times import starting_response_time
from itembank.starting_parameters import clone_parameters, starting_parameters
from itembank.typography import french
from itembank.wordings import Wording, reworded, wordings_of

try:
    from yaml import CSafeLoader as _YamlLoader
except ImportError:  # a PyYAML built without libyaml
    from yaml import SafeLoader as _YamlLoader  # type: ignore[assignment]

YamlLoader = _YamlLoader

ITEM_FIELDS = (
    "id", "family", "skill", "language", "interaction", "sector", "situation", "question", "body", "feedback",
    "accessibility", "author", "written", "review", "sources", "enemies", "anchor", "tip", "learn_more", "plain", "translations", "solution",
    "routes",
)  # fmt: skip
MAX_FILE_BYTES = 2_000_000
MOST_SEEDS_A_CLONE = 4
"""Seeds tried for each clone wanted, before a family is taken to have no more different ones."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something an author must mend: a catalogue `code`, its `params`, and where it stands.

    A warning (`error` false) is for the author to judge: it stops neither a build nor a release.
    """

    code: str
    params: Mapping[str, object]
    file: str
    line: int
    item: str = ""
    error: bool = True


@dataclass(frozen=True, slots=True)
class Authored:
    """An item with what only authors need: its source record (typeset) and where it is written.

    A clone of a family has its `family` and `seed`; `locate` gives the line of a dotted field of the record.
    """

    item: Item
    record: Mapping[str, Any]
    file: str
    line: int
    wordings: tuple[Wording, ...] = ()
    family: Family | None = None
    seed: int = 0
    locate: Callable[[str], int] | None = None

    def line_of(self, field: str) -> int:
        """The line where `field` is written, as far down as it exists."""
        return self.locate(field) if self.locate is not None and field else self.line


@dataclass(frozen=True, slots=True)
class Content:
    authored: tuple[Authored, ...]
    problems: tuple[Problem, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(a.item for a in self.authored)

    @property
    def version(self) -> str:
        """The version of a bank built from this content unless one is given: the day of its newest item."""
        return max((item.written for item in self.items), default=date.min).strftime("%Y.%m.%d")


def shipped_content() -> Path:
    """The folder of the items that ship with the project."""
    return Path(str(resources.files(__package__).joinpath("content")))


def content_files(paths: Iterable[Path]) -> list[Path]:
    """The YAML files below `paths`, sorted: the order of the bank does not depend on the disk."""
    found: set[Path] = set()
    for path in paths:
        found.update(path.rglob("*.yaml") if path.is_dir() else [path])
    return sorted(found)


def load_content(paths: Iterable[Path]) -> Content:
    """Read every item below `paths`; faults become problems, never exceptions."""
    authored: list[Authored] = []
    problems: list[Problem] = []
    for path in content_files(paths):
        for result in _load_file(path):
            if isinstance(result, Authored):
                authored.append(result)
            else:
                problems.append(result)
    return Content(tuple(authored), tuple(problems))


def _load_file(path: Path) -> Iterator[Authored | Problem]:
    name = str(path)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            yield Problem("file.too_large", {"limit": MAX_FILE_BYTES}, name, 1)
            return
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        yield Problem("file.unreadable", {"reason": type(fault).__name__}, name, 1)
        return
    try:
        loader = YamlLoader(text)
        root = loader.get_single_node()
        if root is None:
            yield Problem("file.empty", {}, name, 1)
            return
        for code, key, line in _structural_faults(root, set()):
            yield Problem(code, {"key": key}, name, line)
            return
        data = loader.construct_document(root)
    except (yaml.YAMLError, ValueError) as fault:
        mark = getattr(fault, "problem_mark", None)
        yield Problem(
            "file.yaml",
            {"reason": str(getattr(fault, "problem", fault))},
            name,
            mark.line + 1 if mark else 1,
        )
        return
    lines = _Lines(root)
    if (
        not isinstance(data, dict)
        or not isinstance(data.get("items"), list)
        or set(data) - {"topic", "items"}
    ):
        yield Problem("file.shape", {}, name, 1)
        return
    topic = data.get("topic")
    if topic not in topics():
        yield Problem("item.unknown_topic", {"topic": str(topic)}, name, lines.of(("topic",)))
        return
    for i, raw in enumerate(data["items"]):
        place = ("items", i)
        identity = str(raw.get("id", "")) if isinstance(raw, dict) else ""
        locate = partial(_line_in, lines, place)
        try:
            if not isinstance(raw, dict):
                raise ItemInvalid("item.mapping_expected", "")
            yield from (
                replace(one, file=name, line=locate(""), locate=locate)
                for one in authored_items(raw, str(topic))
            )
        except ItemInvalid as fault:
            yield Problem(fault.code, fault.params, name, locate(fault.field), identity)


def _line_in(lines: _Lines, place: tuple[str | int, ...], field: str) -> int:
    return lines.of(place + tuple(int(p) if p.isdigit() else p for p in field.split(".") if p))


def authored_items(record: Mapping[str, Any], topic_id: str) -> list[Authored]:
    """The item of a decoded record, or the clones of a family. Raises ItemInvalid, naming the field."""
    if not is_family(record):
        return [_authored(record, topic_id)]
    family = Family.from_record(record)
    return clones(family, topic_id, family.clones)


def clones(family: Family, topic_id: str, count: int) -> list[Authored]:
    """The first `count` clones of `family` that differ from one another (fewer when it has no more to give).

    A clone's id is the family's, « # » and its seed: the clone can be made again from its id alone.
    """
    found: list[Authored] = []
    seen: set[str] = set()
    for seed in range(1, MOST_SEEDS_A_CLONE * count + 1):
        one = clone(family, topic_id, seed)
        key = repr({k: v for k, v in one.record.items() if k != "sector"})
        if key not in seen:
            seen.add(key)
            found.append(one)
        if len(found) == count:
            break
    return found


def clone(family: Family, topic_id: str, seed: int) -> Authored:
    """One clone. A drawing whose options come out equal is drawn again. Raises ItemInvalid as `Family.clone` does."""
    fault: ItemInvalid | None = None
    for values, sector in family.drawings(seed):
        try:
            made = _authored(family.rendered(values, sector), topic_id)
        except ItemInvalid as met:
            if met.code != "item.duplicate_option":
                raise
            fault = met
            continue
        item = replace(
            made.item, id=f"{made.item.id}#{seed}", parameters=clone_parameters(made.item.parameters)
        )
        return replace(made, item=item, family=family, seed=seed)
    raise fault or ItemInvalid("family.no_variant", "where", tries=MOST_TRIES, seed=seed)


def _authored(raw: Mapping[str, Any], topic_id: str) -> Authored:
    record = typeset(raw)
    item = item_from_record(record, topic_id)
    wordings = wordings_of(record)
    for wording in wordings:
        reworded(item, wording)
    return Authored(item, record, "", 0, wordings)


def _structural_faults(node: yaml.Node, seen: set[int]) -> Iterator[tuple[str, str, int]]:
    """Aliases (a node met twice) and duplicate keys, depth first."""
    if id(node) in seen:
        yield "file.alias", "", node.start_mark.line + 1
        return
    if isinstance(node, yaml.CollectionNode):
        seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _structural_faults(child, seen)
    elif isinstance(node, yaml.MappingNode):
        keys = set()
        for key, value in node.value:
            if key.value in keys:
                yield "file.duplicate_key", str(key.value), key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode):
                keys.add(key.value)
            yield from _structural_faults(value, seen)


class _Lines:
    """Line numbers by path: the deepest node that exists on the way to it."""

    def __init__(self, root: yaml.Node) -> None:
        self._root = root

    def of(self, path: tuple[str | int, ...]) -> int:
        node, line = self._root, self._root.start_mark.line
        for step in path:
            found = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(step):
                        found, line = value, key.start_mark.line
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found = node.value[step]
                line = found.start_mark.line
            if found is None:
                break
            node = found
        return int(line) + 1


# --- typography -------------------------------------------------------------------------------------------

_PROSE = frozenset(
    {
        "situation",
        "question",
        "text",
        "right",
        "wrong",
        "left",
        "hint",
        "accessibility",
        "misconception",
        "tip",
    }
)
_PROSE_LISTS = frozenset({"steps", "extra_rights"})


def typeset(record: Mapping[str, Any]) -> dict[str, Any]:
    """`record` with French typography in what is read as prose; other languages are left as written.

    Accepted answers, spreadsheet cells, mail and conditions keep their exact characters.
    """
    if record.get("language", "fr") != "fr":
        return dict(record)
    out = {k: french(v) if k in _PROSE and isinstance(v, str) else v for k, v in record.items()}
    if isinstance(record.get("feedback"), dict):
        out["feedback"] = _prose(record["feedback"])
    if isinstance(record.get("body"), dict):
        out["body"] = _typeset_body(record["body"])
    if isinstance(record.get("plain"), dict):
        out["plain"] = typeset(record["plain"])
    return out


def _prose(record: Mapping[str, Any]) -> dict[str, Any]:
    return {k: french(v) if isinstance(v, str) else v for k, v in record.items()}


def _typeset_body(body: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in body.items():
        if key in _PROSE and isinstance(value, str):
            out[key] = french(value)
        elif key in _PROSE_LISTS and isinstance(value, list):
            out[key] = [french(v) if isinstance(v, str) else v for v in value]
        elif key in {"choices", "pairs"} and isinstance(value, list):
            out[key] = [
                _prose(v) if isinstance(v, dict) else french(v) if isinstance(v, str) else v for v in value
            ]
        elif key == "goals" and isinstance(value, list):
            out[key] = [
                {**g, "name": french(g["name"])}
                if isinstance(g, dict) and isinstance(g.get("name"), str)
                else g
                for g in value
            ]
        else:
            out[key] = value
    return out


# --- one item ---------------------------------------------------------------------------------------------


def item_from_record(record: Mapping[str, Any], topic_id: str) -> Item:
    """Decode one authored item of `topic_id`. Raises ItemInvalid, naming the field."""
    fields = Record(record, "")
    fields.only(*ITEM_FIELDS)
    topic = topics()[topic_id]
    skill_id = fields.text("skill")
    skill = next((s for s in topic.skills if s.id == skill_id), None)
    if skill is None:
        raise ItemInvalid("item.unknown_skill", "skill", skill=skill_id, topic=topic_id)
    identity = fields.text("id")
    suffix = identity.removeprefix(f"{skill_id}-")
    if suffix == identity or not (suffix.isalpha() and suffix.islower() and suffix.isascii()):
        raise ItemInvalid("item.id", "id", skill=skill_id)
    interaction = Interaction(fields.one_of("interaction", tuple(Interaction)))
    body = body_from_record(interaction, fields.get("body"))
    feedback = fields.record("feedback")
    feedback.only("right", "wrong")
    situation = fields.text("situation", default="", empty=True)
    question = fields.text("question")
    words = word_count(situation) + word_count(question) + sum(map(word_count, body_texts(body)))
    return Item(
        id=identity,
        family=fields.text("family", default=identity),
        skill=skill.id,
        topic=topic.id,
        competence=topic.competence,
        level=skill.level,
        language=fields.one_of("language", ("fr", "en"), default="fr"),
        interaction=interaction,
        situation=situation,
        question=question,
        body=body,
        feedback=Feedback(feedback.text("right"), feedback.text("wrong")),
        parameters=starting_parameters(skill.level, interaction, body),
        reading_words=words,
        sector=fields.one_of("sector", SECTORS, default="neutral"),
        accessibility=fields.text("accessibility", default="", empty=True),
        author=fields.text("author"),
        written=fields.day("written"),
        review=fields.day("review"),
        sources=fields.texts("sources"),
        time=starting_response_time(words, skill.level, interaction in TASKS),
        tip=fields.text("tip", default="", empty=True),
        learn_more=fields.choice("learn_more", topics(), default=topic.id),
        enemies=frozenset(fields.texts("enemies")),
        anchor=fields.flag("anchor"),
    )


def word_count(text: str) -> int:
    """Words as a reader meets them (an address counts as one)."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def body_texts(body: Body) -> list[str]:
    """Everything of a body that the candidate reads."""
    match body:
        case ChoiceBody():
            return [c.text for c in body.choices]
        case OrderingBody():
            return list(body.steps)
        case MatchingBody():
            return [*body.lefts, *body.rights]
        case HotspotBody():
            return [segment.text for segment in body.segments]
        case ShortTextBody():
            return [body.hint]
        case NumericBody():
            return [body.unit]
        case _:
            return body.texts()
