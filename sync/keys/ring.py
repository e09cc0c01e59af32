"""The terminal's key ring: whom it seals to and whose receipts it believes.

    recipients/<role>-<kid>.json      cards of recipients (counsellors, recovery)
    collectors/<keyid, 16 digits>.json   cards of trusted collectors

Putting a card here is the act of trust: compare the kid or keyid by eye with what its owner reads out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync import canonical
from sync.errors import KeyFault
from sync.keys import storage
from sync.keys.collector import CollectorPublic, load_collector_card
from sync.keys.recipient import MAX_RECIPIENTS, ROLES, RecipientPublic, load_recipient_card

RECIPIENTS, COLLECTORS = "recipients", "collectors"


@dataclass(frozen=True)
class KeyRing:
    """Trusted cards, sorted by file name."""

    recipients: tuple[RecipientPublic, ...]
    collectors: tuple[CollectorPublic, ...]

    def sealed_to(self, *roles: str) -> tuple[RecipientPublic, ...]:
        """The recipients of these roles; for "collector", the sealing keys of the trusted collectors too."""
        everyone = (*self.recipients, *(collector.sealing for collector in self.collectors))
        unique = {card.kid: card for card in everyone if card.role in roles}
        return tuple(unique.values())


def trust_recipient(directory: Path, card: RecipientPublic) -> Path:
    """Add a recipient to the ring in `directory`; the same card again changes nothing. Returns its file.

    Raises KeyFault `keys.exists` (the same key under another card), `keys.write`.
    """
    return _trust(directory / RECIPIENTS, f"{card.role}-{card.kid}.json", card.record())


def trust_collector(directory: Path, card: CollectorPublic) -> Path:
    """Add a collector to the ring in `directory`; the same card again changes nothing. Returns its file.

    Raises KeyFault `keys.exists` (the same receipt key under another card), `keys.write`.
    """
    return _trust(directory / COLLECTORS, f"{card.keyid[:16]}.json", card.record())


def _trust(directory: Path, name: str, record: dict[str, Any]) -> Path:
    storage.directory(directory)
    path = directory / name
    try:
        storage.create(path, record, storage.PUBLIC)
    except KeyFault as fault:
        if fault.code != "keys.exists" or path.read_bytes() != canonical.encode(record):
            raise
    return path


def load_ring(directory: Path) -> KeyRing:
    """The ring in `directory`; empty where nothing was trusted yet.

    Raises KeyFault `keys.malformed`, `keys.suite_unknown`, `keys.missing`: a ring with one bad card is refused
    whole, since sealing to fewer people than intended loses results for them. And `keys.suites_mixed`,
    `keys.too_many`: what no bundle could be sealed to must be found before a sitting, not at its end.
    """
    ring = KeyRing(
        tuple(load_recipient_card(path) for path in sorted((directory / RECIPIENTS).glob("*.json"))),
        tuple(load_collector_card(path) for path in sorted((directory / COLLECTORS).glob("*.json"))),
    )
    everyone = ring.sealed_to(*ROLES)
    if len({card.suite for card in everyone}) > 1:
        raise KeyFault("keys.suites_mixed")
    if len(everyone) > MAX_RECIPIENTS:
        raise KeyFault("keys.too_many", limit=MAX_RECIPIENTS)
    return ring
