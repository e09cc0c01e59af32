"""A terminal's identity: what it signs with, the epoch of its enrolment, the secret its journal mixes in.

    terminal.json     public card, to be enrolled at the collector
    signing.key       Ed25519 seed, 0600
    terminal.secret   32 random bytes, 0600

The epoch is drawn afresh at every enrolment, so that a terminal set up again starts a new chain instead of
seeming to fork the old one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync import canonical
from sync.canonical import Malformed
from sync.errors import KeyFault
from sync.fields import EPOCH, TERMINAL_ID, Fields
from sync.keys import storage
from sync.keys.signing import ALGORITHM, SigningKey, VerifyingKey

CARD, SIGNING_KEY, SECRET = "terminal.json", "signing.key", "terminal.secret"
CARD_KIND, SIGNING_KIND, SECRET_KIND = "kiosk-terminal/1", "kiosk-signing-key/1", "kiosk-terminal-secret/1"
_READABLE = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


@dataclass(frozen=True)
class TerminalPublic:
    """A terminal's public card: what the collector enrols."""

    terminal: str
    epoch: str
    key: VerifyingKey

    @property
    def keyid(self) -> str:
        """SHA-256 of the key's SubjectPublicKeyInfo, 64 hex digits: compare it by eye at enrolment."""
        return self.key.keyid

    def to_bytes(self) -> bytes:
        """The card as canonical JSON."""
        return canonical.encode(self._record())

    def _record(self) -> dict[str, Any]:
        return {
            "kind": CARD_KIND,
            "terminal": self.terminal,
            "epoch": self.epoch,
            "algorithm": ALGORITHM,
            "public": canonical.to_base64(self.key.raw),
            "keyid": self.keyid,
        }

    @classmethod
    def from_bytes(cls, data: bytes) -> TerminalPublic:
        """Read a card. Raises KeyFault `keys.malformed`."""
        return cls._from_fields(storage.decode_card(data))

    @classmethod
    def _from_fields(cls, fields: Fields) -> TerminalPublic:
        try:
            fields.constant("kind", CARD_KIND)
            fields.constant("algorithm", ALGORITHM)
            key = VerifyingKey(fields.octets("public", at_most=32, exactly=32))
            card = cls(fields.text("terminal", TERMINAL_ID), fields.text("epoch", EPOCH), key)
            fields.constant("keyid", card.keyid)
            fields.close()
        except Malformed as error:
            raise KeyFault("keys.malformed", field=error.field) from error
        return card


@dataclass(frozen=True)
class TerminalIdentity:
    """A terminal's own keys. `secret` is 32 bytes for the journal's key wrapping; neither secret is ever shown."""

    terminal: str
    epoch: str
    signing: SigningKey
    secret: bytes = field(repr=False)

    @property
    def public(self) -> TerminalPublic:
        """The card of this identity."""
        return TerminalPublic(self.terminal, self.epoch, self.signing.public)


def init_terminal(
    directory: Path, *, random_bytes: Callable[[int], bytes] = os.urandom, terminal: str | None = None
) -> TerminalIdentity:
    """Draw a terminal's identity on the machine that will use it and write it to `directory` (made 0700).

    `terminal` names it (3 to 32 of `a-z 0-9 -`); by default a readable random id such as `t-7k3m-9x2q`.
    Raises KeyFault `keys.exists` (nothing is overwritten), `keys.write`; ValueError for an impossible name.
    """
    name = terminal if terminal is not None else _random_name()
    if not TERMINAL_ID.fullmatch(name):
        raise ValueError("a terminal id is 3 to 32 of a-z, 0-9 and -")
    identity = TerminalIdentity(name, random_bytes(8).hex(), SigningKey.generate(), random_bytes(32))
    card, key, secret = directory / CARD, directory / SIGNING_KEY, directory / SECRET
    storage.refuse_existing(card, key, secret)
    storage.directory(directory)
    seed = canonical.to_base64(identity.signing.seed)
    storage.create(key, {"kind": SIGNING_KIND, "algorithm": ALGORITHM, "seed": seed}, storage.PRIVATE)
    storage.create(
        secret, {"kind": SECRET_KIND, "secret": canonical.to_base64(identity.secret)}, storage.PRIVATE
    )
    # The card last: a terminal without a card was never enrolled anywhere.
    storage.create(card, identity.public._record(), storage.PUBLIC)
    return identity


def _random_name() -> str:
    letters = "".join(secrets.choice(_READABLE) for _ in range(8))
    return f"t-{letters[:4]}-{letters[4:]}"


def load_terminal(directory: Path) -> TerminalIdentity:
    """The identity in `directory`.

    Raises KeyFault `keys.missing`, `keys.file_mode`, `keys.malformed`, `keys.mismatch`.
    """
    card = load_terminal_card(directory / CARD)
    signing = read_signing_key(directory / SIGNING_KEY)
    if signing.public != card.key:
        raise KeyFault("keys.mismatch", path=str(directory / SIGNING_KEY))
    path = directory / SECRET
    fields = storage.read(path, private=True)
    try:
        fields.constant("kind", SECRET_KIND)
        secret = fields.octets("secret", at_most=32, exactly=32)
        fields.close()
    except Malformed as error:
        raise KeyFault("keys.malformed", path=str(path)) from error
    return TerminalIdentity(card.terminal, card.epoch, signing, secret)


def load_terminal_card(path: Path) -> TerminalPublic:
    """A terminal's card from a file. Raises KeyFault `keys.missing`, `keys.malformed`."""
    return TerminalPublic._from_fields(storage.read(path, private=False))


def read_signing_key(path: Path) -> SigningKey:
    """An Ed25519 private key file. Raises KeyFault `keys.missing`, `keys.file_mode`, `keys.malformed`."""
    fields = storage.read(path, private=True)
    try:
        fields.constant("kind", SIGNING_KIND)
        fields.constant("algorithm", ALGORITHM)
        seed = fields.octets("seed", at_most=32, exactly=32)
        fields.close()
    except Malformed as error:
        raise KeyFault("keys.malformed", path=str(path)) from error
    return SigningKey(seed)
