"""The collector's embedded store: enrolled terminals and received bundles in one SQLite file.

WAL with `synchronous=FULL`: what `accept` returns is on disk. A bundle is never overwritten and never refused for
being unexpected in its chain: the first to claim a place is `received`, any other content for that place is kept as
`quarantined` for a person to settle. Holds no key that opens anything.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sync import canonical, files, receipt
from sync.bundle import Bundle, parse, verify
from sync.collector.chain import ChainReport, Gap, Link, examine
from sync.database import immediate
from sync.errors import BundleInvalid, StoreFault
from sync.keys.collector import CollectorIdentity, load_collector
from sync.keys.terminal import TerminalPublic

DATABASE = "collector.db"
_BUSY_SECONDS = 10.0
_PARAMETERS = 500  # ids in one SQL question

_SETTINGS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
)
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS terminal (
        terminal TEXT NOT NULL,
        epoch TEXT NOT NULL,
        keyid TEXT NOT NULL,
        card BLOB NOT NULL,
        enrolled_at TEXT NOT NULL,
        revoked_at TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (terminal, epoch)
    )""",
    """CREATE TABLE IF NOT EXISTS bundle (
        id TEXT PRIMARY KEY,
        terminal TEXT NOT NULL,
        epoch TEXT NOT NULL,
        seq INTEGER NOT NULL,
        prev TEXT NOT NULL,
        created TEXT NOT NULL,
        campaign TEXT NOT NULL,
        received_at TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('received', 'quarantined')),
        size INTEGER NOT NULL,
        receipt BLOB,
        body BLOB NOT NULL,
        CHECK ((state = 'received') = (receipt IS NOT NULL)),
        FOREIGN KEY (terminal, epoch) REFERENCES terminal
    )""",
    # One received bundle per place; its rivals wait in quarantine.
    "CREATE UNIQUE INDEX IF NOT EXISTS bundle_place ON bundle (terminal, epoch, seq) WHERE state = 'received'",
    "CREATE INDEX IF NOT EXISTS bundle_chain ON bundle (terminal, epoch, seq)",
)


@dataclass(frozen=True)
class Acceptance:
    """What became of a bundle: `new` and `same` carry its receipt, `conflict` (kept in quarantine) carries none."""

    kind: Literal["new", "same", "conflict"]
    bundle: Bundle
    receipt: bytes | None


@dataclass(frozen=True)
class EnrolledTerminal:
    """A terminal as the collector knows it. Times are UTC text, '' = never; `bundles` counts received ones."""

    card: TerminalPublic
    enrolled_at: str
    revoked_at: str
    bundles: int
    quarantined: int
    last_received: str


@dataclass(frozen=True)
class StoredBundle:
    """A bundle's row without its content."""

    id: str
    terminal: str
    epoch: str
    seq: int
    created: str
    campaign: str
    received_at: str
    state: Literal["received", "quarantined"]
    size: int


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        reason = getattr(error, "sqlite_errorname", None) or type(error).__name__
        raise StoreFault("store.unavailable", reason=reason) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    try:
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class Store:
    """Open with `Store.open(directory)`; safe to use from several threads; other processes may use the same file.

    Every method may raise StoreFault `store.unavailable`; nothing was acknowledged then.
    """

    def __init__(
        self, path: Path, collector: CollectorIdentity, *, now: Callable[[], str] = canonical.utc_now
    ) -> None:
        self._collector = collector
        self._now = now
        self._writing, self._reading = threading.Lock(), threading.Lock()
        with _faults(), contextlib.ExitStack() as undo:
            if not path.exists():
                # The file, and its being in WAL mode, must survive a power cut from the start.
                _connect(path).close()
                path.chmod(0o600)  # the log beside it takes the same mode
                files.sync_directory(path.parent)
            self._writer = undo.enter_context(contextlib.closing(_connect(path)))
            with immediate(self._writer):
                for statement in _SCHEMA:
                    self._writer.execute(statement)
            self._reader = undo.enter_context(contextlib.closing(_connect(path)))
            self._connections = undo.pop_all()

    @classmethod
    def open(cls, directory: Path, *, now: Callable[[], str] = canonical.utc_now) -> Store:
        """The store of an initialised collector. Raises KeyFault (see `load_collector`), StoreFault."""
        return cls(directory / DATABASE, load_collector(directory), now=now)

    def close(self) -> None:
        """Close both connections."""
        with self._writing, self._reading:
            self._connections.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def collector_keyid(self) -> str:
        """The keyid of the key that signs the receipts."""
        return self._collector.public.keyid

    # Terminals

    def enrol(self, card: TerminalPublic) -> None:
        """Let a terminal in; the same card again changes nothing. Raises StoreFault `store.enrolled_otherwise`."""
        with _faults(), self._writing, immediate(self._writer):
            row = self._writer.execute(
                "SELECT keyid FROM terminal WHERE terminal = ? AND epoch = ?", (card.terminal, card.epoch)
            ).fetchone()
            if row is None:
                self._writer.execute(
                    "INSERT INTO terminal (terminal, epoch, keyid, card, enrolled_at) VALUES (?, ?, ?, ?, ?)",
                    (card.terminal, card.epoch, card.keyid, card.to_bytes(), self._now()),
                )
            elif row[0] != card.keyid:
                raise StoreFault("store.enrolled_otherwise", terminal=card.terminal, epoch=card.epoch)

    def revoke(self, terminal: str, epoch: str) -> None:
        """Accept nothing new from an enrolment; what it sent before stays. Raises StoreFault `store.unknown_terminal`."""
        with _faults(), self._writing, immediate(self._writer):
            changed = self._writer.execute(
                "UPDATE terminal SET revoked_at = CASE revoked_at WHEN '' THEN ? ELSE revoked_at END "
                "WHERE terminal = ? AND epoch = ?",
                (self._now(), terminal, epoch),
            ).rowcount
            if not changed:
                raise StoreFault("store.unknown_terminal", terminal=terminal, epoch=epoch)

    def terminals(self) -> list[EnrolledTerminal]:
        """Every enrolment, sorted by terminal and enrolment time."""
        rows = self._read(
            "SELECT card, enrolled_at, revoked_at, COUNT(*) FILTER (WHERE state = 'received'), "
            "COUNT(*) FILTER (WHERE state = 'quarantined'), COALESCE(MAX(received_at), '') "
            "FROM terminal LEFT JOIN bundle USING (terminal, epoch) "
            "GROUP BY terminal, epoch ORDER BY terminal, enrolled_at"
        )
        return [EnrolledTerminal(TerminalPublic.from_bytes(row[0]), *row[1:]) for row in rows]

    def card(self, terminal: str, epoch: str) -> TerminalPublic | None:
        """The enrolled card, revoked or not."""
        rows = self._read("SELECT card FROM terminal WHERE terminal = ? AND epoch = ?", (terminal, epoch))
        return TerminalPublic.from_bytes(rows[0][0]) if rows else None

    def _welcome(self, terminal: str, epoch: str) -> TerminalPublic | None:
        rows = self._read(
            "SELECT card, revoked_at FROM terminal WHERE terminal = ? AND epoch = ?", (terminal, epoch)
        )
        if rows and rows[0][1]:
            raise BundleInvalid("bundle.revoked_terminal", terminal=terminal, epoch=epoch)
        return TerminalPublic.from_bytes(rows[0][0]) if rows else None

    # Bundles in

    def check(self, data: bytes) -> Bundle:
        """Read a bundle and verify its signature, unless this very bundle is held already. Raises BundleInvalid.

        A revoked terminal can thus still fetch the receipts of what it sent before.
        """
        bundle = parse(data)
        if not self._read("SELECT 1 FROM bundle WHERE id = ?", (bundle.id,)):
            verify(bundle, self._welcome)
        return bundle

    def accept(self, data: bytes) -> Acceptance:
        """Check a bundle and keep it. Once this returns, it is durable. Raises BundleInvalid."""
        return self.keep([self.check(data)])[0]

    def keep(self, bundles: Sequence[Bundle]) -> list[Acceptance]:
        """Keep bundles that passed `check`, all in one durable transaction."""
        with _faults(), self._writing, immediate(self._writer):
            return [self._keep_one(bundle) for bundle in bundles]

    def _keep_one(self, bundle: Bundle) -> Acceptance:
        row = self._writer.execute("SELECT receipt FROM bundle WHERE id = ?", (bundle.id,)).fetchone()
        if row is not None:
            return Acceptance("same" if row[0] else "conflict", bundle, row[0])
        header, now = bundle.header, self._now()
        place = (header.terminal, header.chain.epoch, header.chain.seq)
        taken = self._writer.execute(
            "SELECT 1 FROM bundle WHERE terminal = ? AND epoch = ? AND seq = ? AND state = 'received'", place
        ).fetchone()
        signed = None
        if not taken:
            signed = receipt.issue(
                self._collector,
                bundle_id=bundle.id,
                terminal=header.terminal,
                epoch=header.chain.epoch,
                seq=header.chain.seq,
                received_at=now,
            )
        body = bundle.to_bytes()
        self._writer.execute(
            "INSERT INTO bundle (id, terminal, epoch, seq, prev, created, campaign, received_at, state, size, "
            "receipt, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                bundle.id,
                *place,
                header.chain.prev,
                header.created,
                header.context.campaign,
                now,
                "quarantined" if taken else "received",
                len(body),
                signed,
                body,
            ),
        )
        return Acceptance("conflict" if taken else "new", bundle, signed)

    # Questions

    def missing(self, ids: Sequence[str]) -> tuple[list[str], list[bytes]]:
        """Of these ids, in their order: those never seen, and the receipts of those received (none for quarantined ones)."""
        held: dict[str, bytes | None] = {}
        for start in range(0, len(ids), _PARAMETERS):
            some = tuple(ids[start : start + _PARAMETERS])
            marks = ",".join("?" * len(some))
            held.update(self._read(f"SELECT id, receipt FROM bundle WHERE id IN ({marks})", some))  # noqa: S608
        receipts = [signed for bundle_id in ids if (signed := held.get(bundle_id)) is not None]
        return [bundle_id for bundle_id in ids if bundle_id not in held], receipts

    def bundles(self, state: Literal["received", "quarantined"] = "received") -> list[StoredBundle]:
        """The bundles in a state, in order of arrival."""
        rows = self._read(
            "SELECT id, terminal, epoch, seq, created, campaign, received_at, state, size "
            "FROM bundle WHERE state = ? ORDER BY rowid",
            (state,),
        )
        return [StoredBundle(*row) for row in rows]

    def body(self, bundle_id: str) -> bytes | None:
        """A bundle's file, for whoever has a key to open it."""
        rows = self._read("SELECT body FROM bundle WHERE id = ?", (bundle_id,))
        return bytes(rows[0][0]) if rows else None

    def chains(self, terminal: str) -> list[ChainReport]:
        """What each epoch of a terminal's chain shows: head, gaps and forks."""
        rows = self._read("SELECT epoch, seq, id, prev FROM bundle WHERE terminal = ?", (terminal,))
        return examine(Link(*row) for row in rows)

    def gaps(self, terminal: str) -> list[Gap]:
        """The bundles of a terminal that are known to exist and never arrived."""
        return [gap for report in self.chains(terminal) for gap in report.gaps]

    def ping(self) -> None:
        """Raise StoreFault unless the database answers."""
        self._read("SELECT 1")

    def _read(self, sql: str, parameters: tuple[object, ...] = ()) -> list[Any]:
        with _faults(), self._reading:
            return self._reader.execute(sql, parameters).fetchall()
