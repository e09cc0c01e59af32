"""The signed list a terminal leaves beside its bundles on a USB stick, `kiosk-index/1`.

It tells the collector what was put on the stick and how far the terminal's chain had come: files that vanished on the
way are noticed even when they were the last of the chain. It is a statement of its moment: an older list of the same
terminal is as genuine, so its absence of complaint proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync import canonical, dsse
from sync.canonical import Malformed
from sync.errors import BundleInvalid
from sync.fields import EPOCH, HEX_256, TERMINAL_ID, Fields
from sync.header import MAX_BUNDLE, MAX_SEQ
from sync.keys.terminal import TerminalIdentity, TerminalPublic

FORMAT = "kiosk-index/1"
SUFFIX = ".kbi"
MAX_LISTED = 10_000
MAX_INDEX = 4 * 1024 * 1024


@dataclass(frozen=True)
class Listed:
    """One bundle on the stick; `size` in bytes."""

    id: str
    terminal: str
    epoch: str
    seq: int
    size: int


@dataclass(frozen=True)
class Index:
    """The list. `head_seq` and `head_id` are the last bundle ever made in `epoch` (0 and zeros if none)."""

    terminal: str
    epoch: str
    created: str
    head_seq: int
    head_id: str
    bundles: tuple[Listed, ...]

    @property
    def file_name(self) -> str:
        """`<terminal>-<epoch>.kbi`: one list per enrolment, replaced at each export."""
        return f"{self.terminal}-{self.epoch}{SUFFIX}"

    def sign(self, signer: TerminalIdentity) -> bytes:
        """The file: a DSSE envelope."""
        payload = {
            "format": FORMAT,
            "terminal": self.terminal,
            "epoch": self.epoch,
            "created": self.created,
            "count": len(self.bundles),
            "head": {"seq": self.head_seq, "id": self.head_id},
            "bundles": [
                {
                    "id": item.id,
                    "terminal": item.terminal,
                    "epoch": item.epoch,
                    "seq": item.seq,
                    "size": item.size,
                }
                for item in self.bundles
            ],
        }
        return dsse.sign(FORMAT, canonical.encode(payload), signer.signing).to_bytes()


def verify_index(data: bytes, lookup: Callable[[str, str], TerminalPublic | None]) -> Index:
    """Read a signed list. Raises BundleInvalid `index.malformed`, `index.unknown_terminal`, `index.signature`."""
    try:
        envelope = dsse.decode(data, FORMAT, cap=MAX_INDEX)
        index = _read(envelope.payload)
    except Malformed as error:
        raise BundleInvalid("index.malformed", field=error.field) from error
    card = lookup(index.terminal, index.epoch)
    if card is None:
        raise BundleInvalid("index.unknown_terminal", terminal=index.terminal)
    if not envelope.signed_by(card.key):
        raise BundleInvalid("index.signature", terminal=index.terminal)
    return index


def _read(payload: bytes) -> Index:
    fields = Fields(canonical.decode(payload), "index")
    fields.constant("format", FORMAT)
    count = fields.integer("count", 0, MAX_LISTED)
    head = fields.record("head")
    index = Index(
        terminal=fields.text("terminal", TERMINAL_ID),
        epoch=fields.text("epoch", EPOCH),
        created=fields.time("created"),
        head_seq=head.integer("seq", 0, MAX_SEQ),
        head_id=head.text("id", HEX_256),
        bundles=tuple(_read_listed(item) for item in fields.records("bundles", count, count)),
    )
    head.close()
    fields.close()
    return index


def _read_listed(item: Fields) -> Listed:
    listed = Listed(
        id=item.text("id", HEX_256),
        terminal=item.text("terminal", TERMINAL_ID),
        epoch=item.text("epoch", EPOCH),
        seq=item.integer("seq", 1, MAX_SEQ),
        size=item.integer("size", 1, MAX_BUNDLE),
    )
    item.close()
    return listed
