"""A bank whose texts, keys and feedback cannot be read at rest: every row's words in one sealed blob.

What choosing an item needs (parameters, constraints) stays in clear; situation, question, body and feedback do not. How a
row is sealed is the caller's business: this module knows which columns, and that a row's seal is bound to its place.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

Seal = Callable[[bytes, bytes], bytes]
"""(plaintext, place) -> sealed; `Unseal` is its inverse and raises ValueError for anything else than what was sealed there."""
Unseal = Callable[[bytes, bytes], bytes]

HIDDEN = ("situation", "question", "body", "feedback_right", "feedback_wrong", "accessibility", "tip")
"""Columns of `item` and `wording` that are sealed; an item's sources and author go with them."""
HIDDEN_OF: Mapping[str, tuple[str, ...]] = {"item": (*HIDDEN, "sources", "author"), "wording": HIDDEN}
PLACE_OF: Mapping[str, tuple[str, ...]] = {"item": ("id",), "wording": ("item", "language", "plain")}


def place_of(table: str, row: Mapping[str, Any]) -> bytes:
    """What a row's seal is bound to: its table and its key."""
    return json.dumps([table, *(row[column] for column in PLACE_OF[table])], ensure_ascii=False).encode()


def seal_bank(source: Path, target: Path, seal: Seal) -> None:
    """Write the bank `source` to the new file `target`, its words sealed. Nothing of them is left in the file.

    Raises OSError and sqlite3.Error; then `target` is not there.
    """
    try:
        shutil.copyfile(source, target)
        target.chmod(0o600)
        with closing(sqlite3.connect(target)) as db:
            db.execute("PRAGMA journal_mode = MEMORY")
            db.execute("PRAGMA secure_delete = ON")
            for table, hidden in HIDDEN_OF.items():
                _seal_table(db, table, hidden, seal)
            db.execute("INSERT INTO meta VALUES ('sealed', '1')")
            db.commit()
            db.execute("VACUUM")
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _seal_table(db: sqlite3.Connection, table: str, hidden: tuple[str, ...], seal: Seal) -> None:
    db.execute(f"ALTER TABLE {table} ADD COLUMN sealed BLOB")
    key = PLACE_OF[table]
    columns = (*key, *hidden)
    rows = db.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()  # noqa: S608 - constants
    blanks = ", ".join(f"{column} = ''" for column in hidden)
    here = " AND ".join(f"{column} = ?" for column in key)
    for values in rows:
        row = dict(zip(columns, values, strict=True))
        words = json.dumps({column: row[column] for column in hidden}, ensure_ascii=False).encode()
        db.execute(
            f"UPDATE {table} SET {blanks}, sealed = ? WHERE {here}",  # noqa: S608 - constants
            (seal(words, place_of(table, row)), *(row[column] for column in key)),
        )


def unsealed(table: str, row: dict[str, Any], unseal: Unseal) -> dict[str, Any]:
    """A row read from a sealed bank, its words back in place. Raises ValueError for a blob that does not belong there."""
    words: dict[str, Any] = json.loads(unseal(row["sealed"], place_of(table, row)))
    return {**row, **{column: words[column] for column in HIDDEN_OF[table]}}
