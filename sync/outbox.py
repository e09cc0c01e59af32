"""The terminal's durable queue of sealed bundles: what is in it leaves only against a valid receipt.

    pending ──> sent ──> receipted           content deleted, receipt kept
       └─────────┴────> quarantined(reason)  a collector refused it; content kept, still offered

The tables live in a database handed in, beside the sitting's journal, so that the transaction that destroys a
journal is the one in which its bundle appears here. No function here begins or commits: the caller does
(`database.immediate`), in WAL mode with `synchronous=FULL` and `secure_delete=ON`. Only `execute` with positional
parameters is used, so that the power-cut tests run this very code on another SQLite binding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sync.bundle import Bundle
from sync.database import Connection
from sync.errors import ReceiptInvalid, StoreFault
from sync.header import GENESIS, ChainPosition
from sync.keys.collector import CollectorPublic
from sync.receipt import Receipt, read_receipt

State = Literal["pending", "sent", "receipted", "quarantined"]

# `body` stands last: SQLite reads the columns before it without touching the pages it spills over.
_TABLE = """
CREATE TABLE IF NOT EXISTS outbox_bundle (
    id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    created TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'receipted', 'quarantined')),
    reason TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    last_attempt TEXT NOT NULL DEFAULT '',
    size INTEGER NOT NULL,
    receipt BLOB,
    body BLOB,
    UNIQUE (epoch, seq),
    CHECK ((state = 'receipted') = (body IS NULL)),
    CHECK ((state = 'receipted') = (receipt IS NOT NULL))
)
"""
_INDEX = "CREATE INDEX IF NOT EXISTS outbox_bundle_state ON outbox_bundle (state)"
_COLUMNS = "id, terminal, epoch, seq, created, state, reason, attempts, last_attempt, size"


@dataclass(frozen=True)
class Entry:
    """One bundle's row, without its content. Times are UTC text ('' = never); `size` is the file's, in bytes.

    `reason` is the code of the last failure, or why it is quarantined; '' when there was none.
    """

    id: str
    terminal: str
    epoch: str
    seq: int
    created: str
    state: State
    reason: str
    attempts: int
    last_attempt: str
    size: int

    @property
    def file_name(self) -> str:
        """The name its file carries on a USB stick."""
        return f"{self.terminal}-{self.seq:06d}-{self.id[:8]}.kbr"


@dataclass(frozen=True)
class Status:
    """Counts by state, the oldest creation time still without a receipt ('' = none), and their size in bytes."""

    pending: int
    sent: int
    quarantined: int
    receipted: int
    oldest: str
    waiting_bytes: int

    @property
    def waiting(self) -> int:
        """How many bundles exist only here."""
        return self.pending + self.sent + self.quarantined


def create_tables(connection: Connection) -> None:
    """Create the outbox's table if it is not there."""
    connection.execute(_TABLE)
    connection.execute(_INDEX)


def next_position(connection: Connection, epoch: str) -> ChainPosition:
    """Where the next bundle of this epoch goes. Read it in the transaction that adds the bundle."""
    row = connection.execute(
        "SELECT seq, id FROM outbox_bundle WHERE epoch = ? ORDER BY seq DESC LIMIT 1", (epoch,)
    ).fetchone()
    return (
        ChainPosition(epoch, 1, GENESIS)
        if row is None
        else ChainPosition(epoch, int(row[0]) + 1, str(row[1]))
    )


def add(connection: Connection, bundle: Bundle) -> None:
    """Queue a bundle, inside the caller's transaction.

    Raises StoreFault `outbox.position` if it is not the next of its chain; nothing is written then.
    """
    chain = bundle.header.chain
    expected = next_position(connection, chain.epoch)
    if chain != expected:
        raise StoreFault("outbox.position", epoch=chain.epoch, seq=chain.seq, expected=expected.seq)
    body = bundle.to_bytes()
    connection.execute(
        "INSERT INTO outbox_bundle (id, terminal, epoch, seq, created, state, size, body) "
        "VALUES (?, ?, ?, ?, ?, 'pending', ?, ?)",
        (bundle.id, bundle.header.terminal, chain.epoch, chain.seq, bundle.header.created, len(body), body),
    )


def entries(connection: Connection) -> list[Entry]:
    """Every bundle there ever was, oldest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM outbox_bundle ORDER BY created, epoch, seq").fetchall()  # noqa: S608
    return [Entry(*row) for row in rows]


def pending(connection: Connection) -> list[Entry]:
    """Every bundle without a receipt, quarantined ones included.

    Least tried first, then in chain order: a bundle that breaks every attempt cannot stay at the head of the queue.
    """
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM outbox_bundle WHERE state <> 'receipted' ORDER BY attempts, created, epoch, seq"  # noqa: S608
    ).fetchall()
    return [Entry(*row) for row in rows]


def body(connection: Connection, bundle_id: str) -> bytes:
    """The file of a bundle that has no receipt yet. Raises StoreFault `outbox.unknown_bundle`."""
    row = connection.execute("SELECT body FROM outbox_bundle WHERE id = ?", (bundle_id,)).fetchone()
    if row is None or row[0] is None:
        raise StoreFault("outbox.unknown_bundle", bundle=bundle_id)
    return bytes(row[0])


def record_attempt(
    connection: Connection,
    bundle_id: str,
    *,
    at: str,
    state: Literal["pending", "sent", "quarantined"],
    reason: str,
) -> None:
    """Note how carrying a bundle went, inside the caller's transaction.

    `state` is where it now stands: "sent" once it was handed over, "quarantined" when a collector refused it for
    good, "pending" when it never arrived. `at` is UTC text; `reason` a code, '' if nothing failed. A bundle that
    has its receipt keeps it. Raises StoreFault `outbox.unknown_bundle`.
    """
    if connection.execute("SELECT 1 FROM outbox_bundle WHERE id = ?", (bundle_id,)).fetchone() is None:
        raise StoreFault("outbox.unknown_bundle", bundle=bundle_id)
    connection.execute(
        "UPDATE outbox_bundle SET attempts = attempts + 1, last_attempt = ?, state = ?, reason = ? "
        "WHERE id = ? AND state <> 'receipted'",
        (at, state, reason, bundle_id),
    )


def apply_receipt(connection: Connection, receipt: bytes, collector: CollectorPublic) -> Receipt:
    """Delete a bundle's content against a valid receipt, inside the caller's transaction. The row and receipt stay.

    The same receipt again changes nothing. Raises ReceiptInvalid `receipt.malformed`, `.unknown_collector`,
    `.signature`, `.unknown_bundle`; nothing is written then.
    """
    verified = read_receipt(receipt, collector)
    row = connection.execute(
        "SELECT terminal, epoch, seq FROM outbox_bundle WHERE id = ?", (verified.bundle_id,)
    ).fetchone()
    if row is None or tuple(row) != (verified.terminal, verified.epoch, verified.seq):
        raise ReceiptInvalid("receipt.unknown_bundle", bundle=verified.bundle_id)
    connection.execute(
        "UPDATE outbox_bundle SET state = 'receipted', reason = '', receipt = ?, body = NULL "
        "WHERE id = ? AND state <> 'receipted'",
        (receipt, verified.bundle_id),
    )
    return verified


def requeue(connection: Connection, bundle_id: str) -> None:
    """Offer a quarantined bundle again as if new, inside the caller's transaction (a technician's decision)."""
    connection.execute(
        "UPDATE outbox_bundle SET state = 'pending', reason = '', attempts = 0 WHERE id = ? AND state = 'quarantined'",
        (bundle_id,),
    )


def status(connection: Connection) -> Status:
    """The queue at a glance."""
    rows = connection.execute("SELECT state, COUNT(*) FROM outbox_bundle GROUP BY state").fetchall()
    counts = {str(state): int(count) for state, count in rows}
    oldest, size = connection.execute(
        "SELECT MIN(created), SUM(size) FROM outbox_bundle WHERE state <> 'receipted'"
    ).fetchone()
    return Status(
        pending=counts.get("pending", 0),
        sent=counts.get("sent", 0),
        quarantined=counts.get("quarantined", 0),
        receipted=counts.get("receipted", 0),
        oldest=str(oldest or ""),
        waiting_bytes=int(size or 0),
    )
