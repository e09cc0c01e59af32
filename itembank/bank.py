"""The item bank's file, read side: one SQLite database, opened read-only, whose digest is checked first.

What the kiosk needs at every question (parameters, constraints) is read at once into light `Entry` rows; a
full `Item` is decoded only when it is shown. Standard library only: this is on the candidate's path.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from itembank.errors import BankUnreadable, ItemInvalid
from itembank.item import TASKS, Feedback, Interaction, Item, Parameters, body_from_record
from itembank.response_times import ResponseTime
from itembank.sealing import Unseal, unsealed

APPLICATION_ID = 0x4B424E4B  # "KBNK"
FORMAT = 2

ITEM_COLUMNS = (
    "id", "family", "skill", "topic", "competence", "level", "language", "interaction", "situation", "question",
    "body", "feedback_right", "feedback_wrong", "a", "b", "c", "se_a", "se_b", "se_c", "origin", "max_score",
    "reading_words", "sector", "accessibility", "author", "written", "review", "sources", "time_intensity",
    "time_discrimination", "exposure", "enemies", "anchor", "tip", "learn_more",
)  # fmt: skip
WORDING_COLUMNS = (
    "item", "language", "plain", "situation", "question", "body", "feedback_right", "feedback_wrong", "accessibility",
    "tip",
)  # fmt: skip
ENTRY_COLUMNS = (
    "id", "family", "skill", "topic", "competence", "level", "language", "interaction", "sector", "reading_words",
    "a", "b", "c", "se_a", "se_b", "se_c", "origin", "time_intensity", "time_discrimination", "exposure", "enemies",
    "anchor",
)  # fmt: skip
DIGESTED = (
    ("domain", ("id", "names")),
    ("competence", ("id", "domain", "names")),
    ("topic", ("id", "competence", "title")),
    ("level", ("level", "cut")),
    ("prior", ("competence", "mean", "covariance")),
    ("item", ITEM_COLUMNS),
    ("wording", WORDING_COLUMNS),
)
"""Every table and column that the content digest covers."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What choosing an item needs to know of it. `languages` are those it can be asked in, its own included."""

    id: str
    family: str
    skill: str
    topic: str
    competence: str
    level: int
    language: str
    interaction: Interaction
    sector: str
    reading_words: int
    parameters: Parameters
    time: ResponseTime
    exposure: float = 1.0
    enemies: frozenset[str] = frozenset()
    anchor: bool = False
    languages: frozenset[str] = frozenset({"fr"})

    @property
    def is_task(self) -> bool:
        return self.interaction in TASKS


def content_digest(connection: sqlite3.Connection) -> str:
    """SHA-256, in hex, over every digested column, rows in the order of their columns, and over format and version.

    Raises sqlite3.DatabaseError when the file cannot be read.
    """
    digest = hashlib.sha256()
    for key in ("format", "version"):
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        digest.update(json.dumps([key, row and row[0]]).encode())
    for table, columns in DIGESTED:
        digest.update(f"\n{table}".encode())
        listed = ", ".join(columns)
        for row in connection.execute(f"SELECT {listed} FROM {table} ORDER BY {listed}"):  # noqa: S608 - constants
            digest.update(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
    return digest.hexdigest()


CACHE_KIB = 256
"""Of the file, while items are read one at a time."""

ITEMS_KEPT = 8
"""A sitting asks for its present question's item several times, and hardly ever for an old one's."""


class Bank:
    """An opened bank. Use `Bank.open`; close it with `close` or a ``with`` block."""

    def __init__(self, connection: sqlite3.Connection, path: Path, unseal: Unseal | None = None) -> None:
        self._db = connection
        self._unseal = unseal
        self.path = path
        meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
        self.version: str = meta["version"]
        self.digest: str = meta["digest"]
        self._items: dict[str, Item] = {}

    @classmethod
    def open(cls, path: Path, unseal: Unseal | None = None) -> Bank:
        """Open and check `path`. Raises BankUnreadable: missing, corrupt, altered, sealed or of another format.

        `unseal` opens the words of a sealed bank (see `sealing`). Of such a file the caller has checked every byte: only
        its rows' seals are checked here, when they are read.
        """
        if not path.is_file():
            raise BankUnreadable("bank.missing", path=str(path))
        connection = None
        try:
            connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise BankUnreadable("bank.not_a_bank", path=str(path))
            stated = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            if stated.get("format") != str(FORMAT):
                raise BankUnreadable("bank.format", path=str(path), found=str(stated.get("format")))
            sealed = "sealed" in stated
            if sealed and unseal is None:
                raise BankUnreadable("bank.sealed", path=str(path))
            if not sealed and content_digest(connection) != stated.get("digest"):
                raise BankUnreadable("bank.corrupt", path=str(path))
            # One item at a time is read from now on: a large cache would only hold what is not asked.
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute("PRAGMA shrink_memory")
            return cls(connection, path, unseal if sealed else None)
        except BankUnreadable:
            if connection is not None:
                connection.close()
            raise
        except (sqlite3.Error, UnicodeDecodeError, KeyError, TypeError, ValueError) as fault:
            if connection is not None:
                connection.close()
            raise BankUnreadable("bank.corrupt", path=str(path)) from fault

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Bank:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every item's entry, in the order of ids. Equal parts are one object: clones differ in little but their name."""
        rows = self._db.execute(
            f"SELECT {', '.join(ENTRY_COLUMNS)} FROM item ORDER BY id"  # noqa: S608 - constants
        )
        languages: dict[str, set[str]] = {}
        for item, language in self._db.execute("SELECT item, language FROM wording WHERE plain = 0"):
            languages.setdefault(item, set()).add(language)
        kept: dict[Any, Any] = {}

        def shared(part: Any) -> Any:
            return kept.setdefault((type(part), part), part)

        return tuple(
            _entry(dict(zip(ENTRY_COLUMNS, row, strict=True)), languages.get(row[0], set()), shared)
            for row in rows
        )

    def item(self, item_id: str, language: str | None = None, *, plain: bool = False) -> Item:
        """The whole item, in its own words unless the bank has those of `language` (in plain language if `plain`).

        Raises KeyError for an id the bank does not hold, BankUnreadable if it is damaged.
        """
        item = self._own(item_id)
        wanted = language or item.language
        for is_plain in (True, False) if plain else (False,):
            if not is_plain and wanted == item.language:
                return item
            row = self._row(
                "wording",
                WORDING_COLUMNS,
                "item = ? AND language = ? AND plain = ?",
                (item_id, wanted, int(is_plain)),
            )
            if row is not None:
                return self._reworded(item, row)
        return self.item(item_id, plain=True) if plain else item

    def wordings(self, item_id: str) -> tuple[tuple[str, bool], ...]:
        """The other wordings of an item: (language, whether in plain language)."""
        rows = self._db.execute(
            "SELECT language, plain FROM wording WHERE item = ? ORDER BY language, plain", (item_id,)
        )
        return tuple((language, bool(plain)) for language, plain in rows)

    def _reworded(self, item: Item, row: dict[str, Any]) -> Item:
        try:
            return replace(
                item,
                language=row["language"],
                situation=row["situation"],
                question=row["question"],
                body=body_from_record(item.interaction, json.loads(row["body"])),
                feedback=Feedback(row["feedback_right"], row["feedback_wrong"]),
                accessibility=row["accessibility"],
                tip=row["tip"],
            )
        except (ItemInvalid, ValueError) as fault:
            raise BankUnreadable("bank.corrupt", path=str(self.path)) from fault

    def _row(
        self, table: str, columns: tuple[str, ...], where: str, values: tuple[object, ...]
    ) -> dict[str, Any] | None:
        """One row by column, its words readable; None when there is none. Raises BankUnreadable for a broken seal."""
        read = columns if self._unseal is None else (*columns, "sealed")
        found = self._db.execute(
            f"SELECT {', '.join(read)} FROM {table} WHERE {where}",  # noqa: S608 - constants
            values,
        ).fetchone()
        if found is None:
            return None
        row = dict(zip(read, found, strict=True))
        if self._unseal is None:
            return row
        try:
            return unsealed(table, row, self._unseal)
        except (ValueError, KeyError, TypeError) as fault:
            raise BankUnreadable("bank.corrupt", path=str(self.path)) from fault

    def _own(self, item_id: str) -> Item:
        if item_id not in self._items:
            row = self._row("item", ITEM_COLUMNS, "id = ?", (item_id,))
            if row is None:
                raise KeyError(item_id)
            try:
                item = _item(row)
            except (ItemInvalid, ValueError) as fault:
                raise BankUnreadable("bank.corrupt", path=str(self.path)) from fault
            if len(self._items) == ITEMS_KEPT:
                del self._items[next(iter(self._items))]
            self._items[item_id] = item
        return self._items[item_id]

    @cached_property
    def competences(self) -> tuple[str, ...]:
        """Competence ids in the framework's order: the order of every vector of dimensions."""
        return tuple(r[0] for r in self._db.execute("SELECT competence FROM prior ORDER BY 1"))

    def competence_name(self, competence: str, language: str) -> str:
        row = self._db.execute("SELECT names FROM competence WHERE id = ?", (competence,)).fetchone()
        return str(json.loads(row[0])[language])

    def domain_name(self, domain: str, language: str) -> str:
        row = self._db.execute("SELECT names FROM domain WHERE id = ?", (domain,)).fetchone()
        return str(json.loads(row[0])[language])

    def topic_title(self, topic: str) -> str:
        row = self._db.execute("SELECT title FROM topic WHERE id = ?", (topic,)).fetchone()
        return str(row[0])

    @cached_property
    def cut_scores(self) -> tuple[float, ...]:
        """Theta from which each level (1 up) is reached, increasing."""
        return tuple(r[0] for r in self._db.execute("SELECT cut FROM level WHERE level > 0 ORDER BY level"))

    @cached_property
    def prior(self) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
        """Prior mean (D,) and covariance (D, D) of theta, in the order of `competences`."""
        rows = self._db.execute("SELECT mean, covariance FROM prior ORDER BY competence").fetchall()
        return tuple(r[0] for r in rows), tuple(tuple(json.loads(r[1])) for r in rows)


def _entry(row: dict[str, Any], translated: set[str], shared: Callable[[Any], Any]) -> Entry:
    return Entry(
        id=row["id"],
        family=shared(row["family"]),
        skill=shared(row["skill"]),
        topic=shared(row["topic"]),
        competence=shared(row["competence"]),
        level=row["level"],
        language=shared(row["language"]),
        interaction=Interaction(row["interaction"]),
        sector=shared(row["sector"]),
        reading_words=row["reading_words"],
        parameters=shared(_parameters(row)),
        time=shared(ResponseTime(row["time_intensity"], row["time_discrimination"])),
        exposure=shared(row["exposure"]),
        enemies=shared(frozenset(json.loads(row["enemies"]))),
        anchor=bool(row["anchor"]),
        languages=shared(frozenset({row["language"], *translated})),
    )


def _parameters(row: dict[str, Any]) -> Parameters:
    return Parameters(
        row["a"],
        tuple(json.loads(row["b"])),
        row["c"],
        row["se_a"],
        row["se_b"],
        row["se_c"],
        row["origin"],
    )


def _item(row: dict[str, Any]) -> Item:
    interaction = Interaction(row["interaction"])
    return Item(
        id=row["id"],
        family=row["family"],
        skill=row["skill"],
        topic=row["topic"],
        competence=row["competence"],
        level=row["level"],
        language=row["language"],
        interaction=interaction,
        situation=row["situation"],
        question=row["question"],
        body=body_from_record(interaction, json.loads(row["body"])),
        feedback=Feedback(row["feedback_right"], row["feedback_wrong"]),
        parameters=_parameters(row),
        reading_words=row["reading_words"],
        sector=row["sector"],
        accessibility=row["accessibility"],
        author=row["author"],
        written=date.fromisoformat(row["written"]),
        review=date.fromisoformat(row["review"]),
        sources=tuple(json.loads(row["sources"])),
        time=ResponseTime(row["time_intensity"], row["time_discrimination"]),
        enemies=frozenset(json.loads(row["enemies"])),
        anchor=bool(row["anchor"]),
        exposure=row["exposure"],
        tip=row["tip"],
        learn_more=row["learn_more"],
    )
