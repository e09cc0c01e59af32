"""Who a block is sealed to: HPKE public cards, and private keys that rest under a passphrase.

A private key file is canonical JSON. Everything in it but `sealed` is the AAD under which `sealed` was made
(AES-256-GCM, key from Argon2id, RFC 9106), so that no part of it can be swapped.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sync import canonical
from sync.canonical import Malformed
from sync.errors import KeyFault
from sync.fields import Fields, is_label
from sync.keys import storage
from sync.keys.suites import DEFAULT, SUITE_NAMES, suite

Role = Literal["counsellor", "recovery", "collector"]
ROLES: frozenset[str] = frozenset(get_args(Role))
CARD_KIND, KEY_KIND = "kiosk-recipient/1", "kiosk-recipient-key/1"
MINIMUM_PASSPHRASE = 12
MAX_RECIPIENTS = 32  # of one block
_MAX_RAW = 4096


@dataclass(frozen=True)
class Argon2Cost:
    """Argon2id costs: memory in KiB, passes, lanes. The default takes about 0.3 s and 64 MiB."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def acceptable(self) -> bool:
        """Within what a key file may ask of the machine that reads it: 1 GiB, 16 passes, 16 lanes at most."""
        return (
            1 <= self.lanes <= 16 and 1 <= self.passes <= 16 and 8 * self.lanes <= self.memory_kib <= 1 << 20
        )

    def derive(self, passphrase: str, salt: bytes) -> bytes:
        """The 32-byte key of a passphrase (Unicode NFC, so that every keyboard spells accents alike)."""
        secret = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
        kdf = Argon2id(
            salt=salt, length=32, iterations=self.passes, lanes=self.lanes, memory_cost=self.memory_kib
        )
        return kdf.derive(secret)


def _kid(public: bytes) -> str:
    return hashlib.sha256(public).digest()[:16].hex()


@dataclass(frozen=True)
class RecipientPublic:
    """A recipient's public card: suite, role, raw public key, and a label for people."""

    suite: str
    role: str
    public: bytes = field(repr=False)
    label: str = ""

    @property
    def kid(self) -> str:
        """The first 16 bytes of SHA-256 of the raw public key, 32 hex digits."""
        return _kid(self.public)

    def seal(self, plaintext: bytes, info: bytes) -> bytes:
        """HPKE base mode, single shot: enc, then ciphertext and tag. `info` binds the context and is not stored."""
        chosen = suite(self.suite)
        return chosen.hpke.encrypt(plaintext, chosen.public(self.public), info=info)

    def record(self) -> dict[str, Any]:
        """The card's fields."""
        return {
            "kind": CARD_KIND,
            "suite": self.suite,
            "role": self.role,
            "kid": self.kid,
            "public": canonical.to_base64(self.public),
            "label": self.label,
        }

    def to_bytes(self) -> bytes:
        """The card as canonical JSON."""
        return canonical.encode(self.record())

    @classmethod
    def from_bytes(cls, data: bytes) -> RecipientPublic:
        """Read a card. Raises KeyFault `keys.malformed`, `keys.suite_unknown`."""
        return cls.from_fields(storage.decode_card(data))

    @classmethod
    def from_fields(cls, fields: Fields) -> RecipientPublic:
        """Read a card's decoded record. Raises KeyFault `keys.malformed`, `keys.suite_unknown`."""
        try:
            fields.constant("kind", CARD_KIND)
            card = cls._read(fields)
            fields.close()
        except Malformed as error:
            raise KeyFault("keys.malformed", field=error.field) from error
        return card

    @classmethod
    def _read(cls, fields: Fields) -> RecipientPublic:
        name = fields.text("suite")
        if name not in SUITE_NAMES:
            raise KeyFault("keys.suite_unknown", suite=name)
        public = fields.octets("public", at_most=_MAX_RAW, exactly=suite(name).public_length)
        card = cls(name, fields.choice("role", ROLES), public, fields.text("label"))
        try:
            card.seal(b"", b"")  # a key nobody can seal to must be found now, not at the end of a sitting
        except ValueError as error:
            raise Malformed("public") from error
        fields.constant("kid", card.kid)
        return card


@dataclass(frozen=True)
class RecipientPrivate:
    """A recipient's opened private key."""

    card: RecipientPublic
    private: bytes = field(repr=False)

    @property
    def kid(self) -> str:
        """The kid of its card."""
        return self.card.kid

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Undo `RecipientPublic.seal` with the same `info`. Raises KeyFault `keys.unopenable`."""
        chosen = suite(self.card.suite)
        try:
            return chosen.hpke.decrypt(sealed, chosen.private(self.private), info=info)
        except InvalidTag as error:
            raise KeyFault("keys.unopenable", kid=self.kid) from error


def generate_recipient(role: Role, *, suite_name: str = DEFAULT, label: str = "") -> RecipientPrivate:
    """A new key pair in memory. Raises KeyFault `keys.suite_unknown`; ValueError for an impossible role or label."""
    if role not in ROLES or not is_label(label):
        raise ValueError("unknown role, or a label over 200 printable characters")
    private, public = suite(suite_name).generate()
    return RecipientPrivate(RecipientPublic(suite_name, role, public, label), private)


def lock_private(
    key: RecipientPrivate,
    passphrase: str,
    *,
    cost: Argon2Cost = Argon2Cost(),
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> dict[str, Any]:
    """The record of a private key under a passphrase. Raises KeyFault `keys.passphrase_short`."""
    if len(unicodedata.normalize("NFC", passphrase)) < MINIMUM_PASSPHRASE:
        raise KeyFault("keys.passphrase_short", minimum=MINIMUM_PASSPHRASE)
    salt, nonce = random_bytes(16), random_bytes(12)
    header: dict[str, Any] = {
        **key.card.record(),
        "kind": KEY_KIND,
        "kdf": {
            "name": "argon2id",
            "memory_kib": cost.memory_kib,
            "passes": cost.passes,
            "lanes": cost.lanes,
            "salt": canonical.to_base64(salt),
        },
        "cipher": "aes-256-gcm",
        "nonce": canonical.to_base64(nonce),
    }
    sealed = AESGCM(cost.derive(passphrase, salt)).encrypt(nonce, key.private, canonical.encode(header))
    return {**header, "sealed": canonical.to_base64(sealed)}


def unlock_private(fields: Fields, passphrase: str) -> RecipientPrivate:
    """Open a private key's record. Raises KeyFault `keys.malformed`, `keys.kdf_cost`, `keys.passphrase`."""
    try:
        fields.constant("kind", KEY_KIND)
        card = RecipientPublic._read(fields)
        kdf = fields.record("kdf")
        kdf.constant("name", "argon2id")
        cost = Argon2Cost(
            kdf.integer("memory_kib", 0, canonical.MAX_INTEGER),
            kdf.integer("passes", 0, canonical.MAX_INTEGER),
            kdf.integer("lanes", 0, canonical.MAX_INTEGER),
        )
        salt = kdf.octets("salt", at_most=16, exactly=16)
        kdf.close()
        fields.constant("cipher", "aes-256-gcm")
        nonce = fields.octets("nonce", at_most=12, exactly=12)
        sealed = fields.octets("sealed", at_most=_MAX_RAW, exactly=suite(card.suite).private_length + 16)
        fields.close()
    except Malformed as error:
        raise KeyFault("keys.malformed", field=error.field) from error
    if not cost.acceptable():
        raise KeyFault("keys.kdf_cost")
    try:
        private = AESGCM(cost.derive(passphrase, salt)).decrypt(
            nonce, sealed, fields.encoded_without("sealed")
        )
    except InvalidTag as error:
        raise KeyFault("keys.passphrase") from error
    return RecipientPrivate(card, private)


def init_recipient(
    directory: Path,
    role: Role,
    passphrase: str,
    *,
    label: str = "",
    suite_name: str = DEFAULT,
    cost: Argon2Cost = Argon2Cost(),
) -> RecipientPrivate:
    """Draw a recipient's key pair and write `<role>.key` (0600, under the passphrase) and `<role>.json` (card).

    Raises KeyFault `keys.exists`, `keys.passphrase_short`, `keys.suite_unknown`, `keys.write`.
    """
    key = generate_recipient(role, suite_name=suite_name, label=label)
    record = lock_private(key, passphrase, cost=cost)
    private, card = directory / f"{role}.key", directory / f"{role}.json"
    storage.refuse_existing(private, card)
    storage.directory(directory)
    storage.create(private, record, storage.PRIVATE)
    storage.create(card, key.card.record(), storage.PUBLIC)
    return key


def load_recipient(path: Path, passphrase: str) -> RecipientPrivate:
    """Open the private key file `path`.

    Raises KeyFault `keys.missing`, `keys.file_mode`, `keys.malformed`, `keys.kdf_cost`, `keys.passphrase`.
    """
    return unlock_private(storage.read(path, private=True), passphrase)


def load_recipient_card(path: Path) -> RecipientPublic:
    """A recipient's card from a file. Raises KeyFault `keys.missing`, `keys.malformed`, `keys.suite_unknown`."""
    return RecipientPublic.from_fields(storage.read(path, private=False))
