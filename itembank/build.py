"""Items -> one read-only SQLite file with a version and a content digest.

The same content gives the same digest on every machine. The file appears whole or not at all (written aside,
synced, renamed).
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from itembank import framework
from itembank.authoring import Authored
from itembank.bank import APPLICATION_ID, FORMAT, content_digest
from itembank.wordings import reworded

Progress = Callable[[int, int], None]
"""Called with (items written, items in all)."""


def build_bank(
    authored: Sequence[Authored],
    path: Path,
    version: str,
    progress: Progress | None = None,
) -> str:
    """Write the bank of `authored` to `path` and return its content digest (hex).

    Raises OSError when the place cannot be written; an existing file is replaced only by a whole new one.
    """
    from sqlite_utils import Database

    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    aside.unlink(missing_ok=True)
    try:
        db = Database(aside)
        _tables(db.conn, version)
        db["item"].insert_all(  # type: ignore[union-attr]
            _rows(sorted(authored, key=lambda a: a.item.id), progress),
            pk="id",
            not_null={"competence", "level", "body"},
        )
        db["item"].create_index(["competence"])  # type: ignore[union-attr]
        db["wording"].insert_all(_wordings(authored))  # type: ignore[union-attr]
        digest = content_digest(db.conn)
        db.conn.execute("INSERT INTO meta VALUES ('digest', ?)", (digest,))
        db.conn.commit()
        db.conn.execute("PRAGMA journal_mode = DELETE")
        db.conn.execute("VACUUM")
        db.close()
        with aside.open("rb") as handle:
            os.fsync(handle.fileno())
        aside.chmod(0o444)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return digest


def _rows(authored: Sequence[Authored], progress: Progress | None) -> Iterator[dict[str, object]]:
    for done, one in enumerate(authored, 1):
        if progress is not None:
            progress(done, len(authored))
        yield _row(one)


def _row(authored: Authored) -> dict[str, object]:
    item = authored.item
    p = item.parameters
    return {
        "id": item.id,
        "family": item.family,
        "skill": item.skill,
        "topic": item.topic,
        "competence": item.competence,
        "level": item.level,
        "language": item.language,
        "interaction": str(item.interaction),
        "situation": item.situation,
        "question": item.question,
        "body": json.dumps(authored.record["body"], ensure_ascii=False, default=date.isoformat),
        "feedback_right": item.feedback.right,
        "feedback_wrong": item.feedback.wrong,
        "a": p.a,
        "b": json.dumps(p.b),
        "c": p.c,
        "se_a": p.se_a,
        "se_b": p.se_b,
        "se_c": p.se_c,
        "origin": p.origin,
        "max_score": item.max_score,
        "reading_words": item.reading_words,
        "sector": item.sector,
        "accessibility": item.accessibility,
        "author": item.author,
        "written": item.written.isoformat(),
        "review": item.review.isoformat(),
        "sources": json.dumps(item.sources, ensure_ascii=False),
        "time_intensity": item.time.intensity,
        "time_discrimination": item.time.discrimination,
        "exposure": item.exposure,
        "enemies": json.dumps(sorted(item.enemies)),
        "anchor": int(item.anchor),
        "tip": item.tip,
        "learn_more": item.learn_more,
    }


def _wordings(authored: Sequence[Authored]) -> Iterator[dict[str, object]]:
    for one in authored:
        for wording in one.wordings:
            worded = reworded(one.item, wording)
            yield {
                "item": one.item.id,
                "language": wording.language,
                "plain": int(wording.plain),
                "situation": worded.situation,
                "question": worded.question,
                "body": json.dumps(wording.record["body"], ensure_ascii=False, default=date.isoformat),
                "feedback_right": worded.feedback.right,
                "feedback_wrong": worded.feedback.wrong,
                "accessibility": worded.accessibility,
                "tip": worded.tip,
            }


def _tables(connection: sqlite3.Connection, version: str) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    connection.executemany("INSERT INTO meta VALUES (?, ?)", [("format", str(FORMAT)), ("version", version)])
    connection.execute("CREATE TABLE domain (id TEXT PRIMARY KEY, names TEXT NOT NULL)")
    connection.execute(
        "CREATE TABLE competence (id TEXT PRIMARY KEY, domain TEXT NOT NULL, names TEXT NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE topic (id TEXT PRIMARY KEY, competence TEXT NOT NULL, title TEXT NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE wording (item TEXT NOT NULL, language TEXT NOT NULL, plain INTEGER NOT NULL,"
        " situation TEXT NOT NULL, question TEXT NOT NULL, body TEXT NOT NULL, feedback_right TEXT NOT NULL,"
        " feedback_wrong TEXT NOT NULL, accessibility TEXT NOT NULL, tip TEXT NOT NULL,"
        " PRIMARY KEY (item, language, plain)) WITHOUT ROWID"
    )
    connection.execute("CREATE TABLE level (level INTEGER PRIMARY KEY, cut REAL)")
    connection.execute(
        "CREATE TABLE prior (competence TEXT PRIMARY KEY, mean REAL NOT NULL, covariance TEXT NOT NULL)"
    )
    for domain in framework.domains():
        connection.execute(
            "INSERT INTO domain VALUES (?, ?)", (domain.id, json.dumps(domain.names, ensure_ascii=False))
        )
    covariance = framework.prior_covariance()
    for row, competence in zip(covariance, framework.competences(), strict=True):
        connection.execute(
            "INSERT INTO competence VALUES (?, ?, ?)",
            (competence.id, competence.domain, json.dumps(competence.names, ensure_ascii=False)),
        )
        connection.execute("INSERT INTO prior VALUES (?, ?, ?)", (competence.id, 0.0, json.dumps(row)))
    for topic in framework.topics().values():
        connection.execute("INSERT INTO topic VALUES (?, ?, ?)", (topic.id, topic.competence, topic.title))
    connection.execute("INSERT INTO level VALUES (0, NULL)")
    for level, cut in enumerate(framework.CUT_SCORES, 1):
        connection.execute("INSERT INTO level VALUES (?, ?)", (level, cut))
    connection.commit()
