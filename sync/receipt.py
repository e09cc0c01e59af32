"""The collector's signed word that a bundle is safe with it: the only thing a terminal ever deletes on.

A DSSE envelope of type `kiosk-receipt/1`. It travels as an HTTP answer or as a file on a USB stick, and proves the
same either way: that the holder of the pinned receipt key stored exactly this bundle, durably.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync import canonical, dsse
from sync.canonical import Malformed
from sync.errors import ReceiptInvalid
from sync.fields import EPOCH, HEX_256, TERMINAL_ID, Fields
from sync.header import MAX_SEQ
from sync.keys.collector import CollectorIdentity, CollectorPublic

FORMAT = "kiosk-receipt/1"
MAX_RECEIPT = 16 * 1024
SUFFIX = ".receipt"


@dataclass(frozen=True)
class Receipt:
    """A verified receipt. `received_at` is the collector's clock; `collector` its keyid."""

    bundle_id: str
    terminal: str
    epoch: str
    seq: int
    received_at: str
    collector: str


def issue(
    collector: CollectorIdentity, *, bundle_id: str, terminal: str, epoch: str, seq: int, received_at: str
) -> bytes:
    """Sign a receipt. Hand it out only once the bundle is durably stored."""
    payload = {
        "format": FORMAT,
        "bundle": bundle_id,
        "terminal": terminal,
        "epoch": epoch,
        "seq": seq,
        "received_at": received_at,
        "collector": collector.public.keyid,
    }
    return dsse.sign(FORMAT, canonical.encode(payload), collector.signing).to_bytes()


def read_receipt(data: bytes, collector: CollectorPublic) -> Receipt:
    """A receipt of any bundle, signed by this collector.

    Raises ReceiptInvalid `receipt.malformed`, `receipt.unknown_collector`, `receipt.signature`.
    """
    try:
        if len(data) > MAX_RECEIPT:
            raise Malformed("size")
        envelope = dsse.decode(data, FORMAT)
        receipt = _read_payload(envelope.payload)
    except Malformed as error:
        raise ReceiptInvalid("receipt.malformed", field=error.field) from error
    if receipt.collector != collector.keyid:
        raise ReceiptInvalid("receipt.unknown_collector", collector=receipt.collector)
    if not envelope.signed_by(collector.receipt):
        raise ReceiptInvalid("receipt.signature")
    return receipt


def _read_payload(payload: bytes) -> Receipt:
    fields = Fields(canonical.decode(payload), "receipt")
    fields.constant("format", FORMAT)
    receipt = Receipt(
        bundle_id=fields.text("bundle", HEX_256),
        terminal=fields.text("terminal", TERMINAL_ID),
        epoch=fields.text("epoch", EPOCH),
        seq=fields.integer("seq", 1, MAX_SEQ),
        received_at=fields.time("received_at"),
        collector=fields.text("collector", HEX_256),
    )
    fields.close()
    return receipt


def verify_receipt(data: bytes, collector: CollectorPublic, bundle_id: str) -> Receipt:
    """A receipt of this very bundle. Raises as `read_receipt`, and ReceiptInvalid `receipt.other_bundle`."""
    receipt = read_receipt(data, collector)
    if receipt.bundle_id != bundle_id:
        raise ReceiptInvalid("receipt.other_bundle", expected=bundle_id, found=receipt.bundle_id)
    return receipt
