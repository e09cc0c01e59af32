"""The encrypted journal of one sitting: what is validated is on the disk, unreadable, before the screen says so.

Each event is AES-256-GCM (NIST SP 800-38D) under the key of its segment; nonce = sequence number, associated data =
sitting id and the hash of the previous record, so that events cannot be cut out, swapped or moved to another
sitting. A segment's key lives in memory and in two wraps: for this terminal, under HKDF(terminal secret, Argon2id
(resume code)); and escrowed by HPKE to the recipients, so that even an abandoned sitting can be recovered
centrally. Every resume starts a new segment with a new key: a torn tail or a copied disk never reuses a nonce.

At the end, one transaction hands over the bundle and deletes wraps and events; after that nobody, this terminal
included, can read the journal here.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.errors import Failure
from sync.database import Connection, immediate
from sync.errors import KeyFault
from sync.keys import Argon2Cost, RecipientPrivate, RecipientPublic

Event = dict[str, Any]
"""One fact of a sitting, as plain JSON: ``{"type": …, …}``."""

KEY_BYTES = 32


def stretched(code: str, terminal_secret: bytes, cost: Argon2Cost) -> bytes:
    """The slow part, once a code: Argon2id over the code, salted by the terminal's secret (32 bytes)."""
    salt = hashlib.sha256(b"kiosk-journal/1 salt\0" + terminal_secret).digest()[:16]
    return cost.derive(code, salt)


def wrapping_key(stretched_code: bytes, terminal_secret: bytes, sitting: str) -> bytes:
    """The key that wraps a sitting's segment keys on this terminal (32 bytes).

    Needs both the resume code and the terminal's secret: a stolen disk alone, or a code alone, opens nothing.
    """
    info = b"kiosk-journal/1 wrap\0" + sitting.encode()
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=terminal_secret, info=info).derive(stretched_code)


class Journal:
    """The journal of one sitting under way. Made by `begin` or `resume`; appending is durable or raises."""

    def __init__(
        self,
        connection: Connection,
        sitting: str,
        wrapper: bytes | None,
        recipients: Sequence[RecipientPublic],
    ) -> None:
        self._db = connection
        self.sitting = sitting
        self._wrapper = wrapper
        self._recipients = tuple(recipients)
        self._key = b""
        self._segment = -1
        self._seq = 0
        self._previous = hashlib.sha256(sitting.encode()).digest()

    @classmethod
    def begin(
        cls,
        connection: Connection,
        *,
        code: str | None,
        terminal_secret: bytes,
        recipients: Sequence[RecipientPublic],
        opened: str,
        first: Event,
        cost: Argon2Cost | None = None,
    ) -> Journal:
        """Start a sitting's journal with its first event; `code` None means it cannot be resumed here.

        Durable when it returns. Raises sqlite3.Error, OSError.
        """
        sitting = secrets.token_hex(16)
        wrapper = None
        if code:
            wrapper = wrapping_key(
                stretched(code, terminal_secret, cost or Argon2Cost()), terminal_secret, sitting
            )
        journal = cls(connection, sitting, wrapper, recipients)
        with immediate(connection):
            connection.execute("INSERT INTO sitting (id, opened) VALUES (?, ?)", (sitting, opened))
            with journal._advancing():
                journal._new_segment()
                journal._write(first)
        return journal

    @classmethod
    def resume(
        cls,
        connection: Connection,
        *,
        code: str,
        terminal_secret: bytes,
        recipients: Sequence[RecipientPublic],
        cost: Argon2Cost | None = None,
    ) -> tuple[Journal, list[Event]]:
        """Find the sitting that `code` opens; its journal, in a new segment, and its events so far.

        Raises Failure ``code.no_sitting`` (no sitting under way opens with it) or ``journal.damaged``.
        """
        rows = connection.execute("SELECT id FROM sitting ORDER BY opened DESC").fetchall()
        slow = stretched(code, terminal_secret, cost or Argon2Cost()) if rows else b""
        for (sitting,) in rows:
            wrapper = wrapping_key(slow, terminal_secret, sitting)
            keys = _unwrapped(connection, sitting, wrapper)
            if keys is None:
                continue
            journal = cls(connection, sitting, wrapper, recipients)
            events = journal._replayed(keys)
            with immediate(connection), journal._advancing():
                journal._new_segment()
            return journal, events
        raise Failure("code.no_sitting")

    @classmethod
    def recover(
        cls,
        connection: Connection,
        *,
        sitting: str,
        private: RecipientPrivate,
        recipients: Sequence[RecipientPublic],
    ) -> tuple[Journal, list[Event]]:
        """A sitting's journal and events from its escrow, for a recipient who holds the private key.

        Raises Failure ``journal.not_recoverable`` (not escrowed to this key, or damaged), ``journal.damaged``,
        ``results.unknown`` (no such sitting under way).
        """
        rows = connection.execute(
            "SELECT number, escrow FROM segment WHERE sitting = ?", (sitting,)
        ).fetchall()
        if not rows:
            raise Failure("results.unknown", id=sitting)
        keys = {}
        for number, escrow in rows:
            sealed = json.loads(escrow).get(private.kid)
            if sealed is None:
                raise Failure("journal.not_recoverable")
            try:
                keys[number] = private.open(bytes.fromhex(sealed), _escrow_info(sitting, number))
            except (KeyFault, ValueError) as fault:
                raise Failure("journal.not_recoverable") from fault
        journal = cls(connection, sitting, None, recipients)
        events = journal._replayed(keys)
        with immediate(connection), journal._advancing():
            journal._new_segment()
        return journal, events

    def append(self, event: Event) -> None:
        """Commit one event. When this returns, a power cut no longer loses it; when it raises, nothing changed."""
        with immediate(self._db), self._advancing():
            self._write(event)

    def close_into(self, hand_over: Callable[[Connection], None]) -> None:
        """In one transaction: `hand_over` (the bundle into the outbox), then wraps and events are destroyed."""
        with immediate(self._db):
            hand_over(self._db)
            for table, column in (("event", "sitting"), ("segment", "sitting"), ("sitting", "id")):
                self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (self.sitting,))  # noqa: S608 - constants
        self._key, self._wrapper = b"", None
        # The write-ahead log still holds the old pages: fold it back and cut it to nothing.
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    # --- inside a transaction ---

    @contextmanager
    def _advancing(self) -> Iterator[None]:
        """Take the position in memory back if the transaction around fails."""
        before = (self._key, self._segment, self._seq, self._previous)
        try:
            yield
        except BaseException:
            self._key, self._segment, self._seq, self._previous = before
            raise

    def _new_segment(self) -> None:
        self._key = AESGCM.generate_key(bit_length=256)
        self._segment += 1
        context = f"{self.sitting}/{self._segment}".encode()
        wrap = None
        if self._wrapper is not None:
            nonce = os.urandom(12)
            wrap = nonce + AESGCM(self._wrapper).encrypt(nonce, self._key, context)
        info = _escrow_info(self.sitting, self._segment)
        escrow = {r.kid: r.seal(self._key, info).hex() for r in self._recipients}
        self._db.execute(
            "INSERT INTO segment (sitting, number, wrap, escrow) VALUES (?, ?, ?, ?)",
            (self.sitting, self._segment, wrap, json.dumps(escrow)),
        )

    def _write(self, event: Event) -> None:
        plain = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        sealed = AESGCM(self._key).encrypt(_nonce(self._seq), plain, self._bound(self._previous))
        self._db.execute(
            "INSERT INTO event (sitting, seq, segment, sealed) VALUES (?, ?, ?, ?)",
            (self.sitting, self._seq, self._segment, sealed),
        )
        self._previous = hashlib.sha256(sealed).digest()
        self._seq += 1

    def _bound(self, previous: bytes) -> bytes:
        return self.sitting.encode() + previous

    def _replayed(self, keys: dict[int, bytes]) -> list[Event]:
        events = []
        rows = self._db.execute(
            "SELECT seq, segment, sealed FROM event WHERE sitting = ? ORDER BY seq", (self.sitting,)
        ).fetchall()
        for expected, (seq, segment, sealed) in enumerate(rows):
            try:
                if seq != expected:
                    raise KeyError(seq)
                plain = AESGCM(keys[segment]).decrypt(_nonce(seq), bytes(sealed), self._bound(self._previous))
            except (InvalidTag, KeyError) as fault:
                raise Failure("journal.damaged") from fault
            events.append(json.loads(plain))
            self._previous = hashlib.sha256(bytes(sealed)).digest()
        self._seq = len(events)
        self._segment = max(keys)
        return events


def _escrow_info(sitting: str, segment: int) -> bytes:
    """What binds an escrowed key to its place (HPKE info)."""
    return b"kiosk-journal/1 escrow\0" + f"{sitting}/{segment}".encode()


def _nonce(seq: int) -> bytes:
    return seq.to_bytes(12, "big")


def _unwrapped(connection: Connection, sitting: str, wrapper: bytes) -> dict[int, bytes] | None:
    """Every segment key of a sitting, or None when the wrapping key is not the right one."""
    rows = connection.execute("SELECT number, wrap FROM segment WHERE sitting = ?", (sitting,)).fetchall()
    keys = {}
    for number, wrap in rows:
        if wrap is None:
            return None
        wrap = bytes(wrap)
        try:
            keys[number] = AESGCM(wrapper).decrypt(wrap[:12], wrap[12:], f"{sitting}/{number}".encode())
        except InvalidTag:
            return None
    return keys or None


def under_way(connection: Connection) -> list[tuple[str, str, bool]]:
    """Sittings begun and not finished: (sitting id, day opened, whether it can be resumed here)."""
    rows = connection.execute(
        "SELECT s.id, s.opened, MIN(g.wrap IS NOT NULL) FROM sitting s JOIN segment g ON g.sitting = s.id"
        " GROUP BY s.id ORDER BY s.opened DESC"
    ).fetchall()
    return [(sitting, opened, bool(resumable)) for sitting, opened, resumable in rows]
