"""The collector's identity: the Ed25519 key that signs receipts, beside the public key results are sealed to.

    collector.json   public card: pinned by every terminal
    receipt.key      Ed25519 seed, 0600

The private key that opens what is sealed to the collector is not here: the receiving front cannot read. It is
made with `init_recipient(elsewhere, "collector", passphrase)` and only its card enters the collector's card.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync import canonical
from sync.canonical import Malformed
from sync.errors import KeyFault
from sync.fields import Fields, is_label
from sync.keys import storage
from sync.keys.recipient import RecipientPublic
from sync.keys.signing import ALGORITHM, SigningKey, VerifyingKey
from sync.keys.terminal import SIGNING_KIND, read_signing_key

CARD, RECEIPT_KEY = "collector.json", "receipt.key"
CARD_KIND = "kiosk-collector/1"


@dataclass(frozen=True)
class CollectorPublic:
    """A collector's public card: whose receipts a terminal believes, and the key it seals to for that collector."""

    receipt: VerifyingKey
    sealing: RecipientPublic
    label: str = ""

    @property
    def keyid(self) -> str:
        """SHA-256 of the receipt key's SubjectPublicKeyInfo, 64 hex digits: compare it by eye when trusting."""
        return self.receipt.keyid

    def record(self) -> dict[str, Any]:
        """The card's fields."""
        return {
            "kind": CARD_KIND,
            "algorithm": ALGORITHM,
            "receipt": canonical.to_base64(self.receipt.raw),
            "keyid": self.keyid,
            "sealing": self.sealing.record(),
            "label": self.label,
        }

    def to_bytes(self) -> bytes:
        """The card as canonical JSON."""
        return canonical.encode(self.record())

    @classmethod
    def from_bytes(cls, data: bytes) -> CollectorPublic:
        """Read a card. Raises KeyFault `keys.malformed`, `keys.suite_unknown`."""
        return cls.from_fields(storage.decode_card(data))

    @classmethod
    def from_fields(cls, fields: Fields) -> CollectorPublic:
        """Read a card's decoded record. Raises KeyFault `keys.malformed`, `keys.suite_unknown`."""
        try:
            fields.constant("kind", CARD_KIND)
            fields.constant("algorithm", ALGORITHM)
            receipt = VerifyingKey(fields.octets("receipt", at_most=32, exactly=32))
            fields.constant("keyid", receipt.keyid)
            sealing = RecipientPublic.from_fields(fields.record("sealing"))
            if sealing.role != "collector":
                raise Malformed("role")
            card = cls(receipt, sealing, fields.text("label"))
            fields.close()
        except Malformed as error:
            raise KeyFault("keys.malformed", field=error.field) from error
        return card


@dataclass(frozen=True)
class CollectorIdentity:
    """The receiving front's own keys: it can sign receipts and can open nothing."""

    signing: SigningKey
    public: CollectorPublic


def init_collector(directory: Path, sealing: RecipientPublic, *, label: str = "") -> CollectorIdentity:
    """Draw a receipt key and write it with the collector's card to `directory` (made 0700).

    `sealing` is the card of a recipient of role "collector" whose private key is kept elsewhere.
    Raises KeyFault `keys.exists`, `keys.write`; ValueError for another role or an impossible label.
    """
    if sealing.role != "collector" or not is_label(label):
        raise ValueError(
            "a collector seals with a key of role 'collector'; a label has at most 200 characters"
        )
    signing = SigningKey.generate()
    identity = CollectorIdentity(signing, CollectorPublic(signing.public, sealing, label))
    card, key = directory / CARD, directory / RECEIPT_KEY
    storage.refuse_existing(card, key)
    storage.directory(directory)
    seed = canonical.to_base64(signing.seed)
    storage.create(key, {"kind": SIGNING_KIND, "algorithm": ALGORITHM, "seed": seed}, storage.PRIVATE)
    storage.create(card, identity.public.record(), storage.PUBLIC)
    return identity


def load_collector(directory: Path) -> CollectorIdentity:
    """The identity in `directory`. Raises KeyFault `keys.missing`, `.file_mode`, `.malformed`, `.mismatch`."""
    card = load_collector_card(directory / CARD)
    signing = read_signing_key(directory / RECEIPT_KEY)
    if signing.public != card.receipt:
        raise KeyFault("keys.mismatch", path=str(directory / RECEIPT_KEY))
    return CollectorIdentity(signing, card)


def load_collector_card(path: Path) -> CollectorPublic:
    """A collector's card from a file. Raises KeyFault `keys.missing`, `keys.malformed`, `keys.suite_unknown`."""
    return CollectorPublic.from_fields(storage.read(path, private=False))
