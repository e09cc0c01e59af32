"""The terminal's database: campaigns, journals under way, and the outbox, in one durable SQLite file.

WAL with ``synchronous=FULL`` (a committed answer survives a power cut where the disk honours flushes),
``secure_delete=ON``, ``temp_store=MEMORY``. The file is made at enrolment, switched to WAL, closed, reopened, and
its directory synced, so that no sitting ever depends on a name that is not yet on the disk.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from kiosk.errors import Failure
from kiosk.sitting.campaign import Campaign
from sync import outbox
from sync.database import Connection, immediate
from sync.files import private_directory, sync_directory

FILE_NAME = "kiosk.db"
APPLICATION_ID = 0x4B494F53  # "KIOS"

_TABLES = (
    "CREATE TABLE IF NOT EXISTS campaign (id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, record TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS sitting (id TEXT PRIMARY KEY, opened TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS segment (sitting TEXT NOT NULL, number INTEGER NOT NULL, wrap BLOB,
       escrow TEXT NOT NULL, PRIMARY KEY (sitting, number)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS event (sitting TEXT NOT NULL, seq INTEGER NOT NULL, segment INTEGER NOT NULL,
       sealed BLOB NOT NULL, PRIMARY KEY (sitting, seq)) WITHOUT ROWID""",
)

Connect = Callable[[str], Connection]


def _connect(path: str) -> Connection:
    # The screens write from a worker thread, one statement at a time: the check would only forbid that.
    return sqlite3.connect(path, isolation_level=None, timeout=10.0, check_same_thread=False)


def configure(connection: Connection) -> None:
    """The pragmas every connection needs, each time it is opened."""
    connection.execute("PRAGMA temp_store = MEMORY").fetchall()
    connection.execute("PRAGMA synchronous = FULL").fetchall()
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    connection.execute("PRAGMA fullfsync = ON").fetchall()


def create(directory: Path, connect: Connect = _connect) -> None:
    """Make the terminal's database, durably; harmless where it exists. Raises OSError, sqlite3.Error."""
    private_directory(directory)
    path = directory / FILE_NAME
    connection = connect(str(path))
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        configure(connection)
        with immediate(connection):
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}").fetchall()
            for statement in _TABLES:
                connection.execute(statement)
            outbox.create_tables(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        close(connection)
    path.chmod(0o600)
    sync_directory(directory)


def open_store(directory: Path, connect: Connect = _connect) -> Connection:
    """Open the terminal's database. Raises Failure ``terminal.not_enrolled`` where there is none."""
    path = directory / FILE_NAME
    if not path.is_file():
        raise Failure("terminal.not_enrolled", path=str(directory))
    connection = connect(str(path))
    configure(connection)
    # Notices a file that is not ours, or damaged, before a candidate sits down.
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        close(connection)
        raise Failure("storage.corrupt")
    return connection


def close(connection: Connection) -> None:
    """Close either kind of connection."""
    connection.close()  # type: ignore[attr-defined]


# --- campaigns --------------------------------------------------------------------------------------------


def add_campaign(connection: Connection, campaign: Campaign) -> None:
    """Keep a campaign. The caller's transaction is the caller's: this opens its own."""
    with immediate(connection):
        connection.execute(
            "INSERT INTO campaign (id, code, record) VALUES (?, ?, ?)",
            (campaign.id, campaign.code, campaign.to_json()),
        )


def campaigns(connection: Connection) -> list[Campaign]:
    """Every campaign of this terminal, newest first."""
    rows = connection.execute("SELECT record FROM campaign").fetchall()
    found = [Campaign.from_record(json.loads(record)) for (record,) in rows]
    return sorted(found, key=lambda c: (c.created, c.id), reverse=True)
