"""Receipts: only the pinned collector's own word about this very bundle counts."""

import pytest

from sync.errors import ReceiptInvalid
from sync.receipt import MAX_RECEIPT, read_receipt, verify_receipt


def refused(code):
    return pytest.raises(ReceiptInvalid, match=f"^{code}( |$)")


def test_a_receipt_says_what_was_received(world):
    sealed = world.seal()
    receipt = verify_receipt(world.receipt_for(sealed), world.collector.public, sealed.id)
    assert receipt.bundle_id == sealed.id
    assert (receipt.terminal, receipt.epoch, receipt.seq) == (
        world.terminal.terminal,
        world.terminal.epoch,
        1,
    )
    assert receipt.collector == world.collector.public.keyid


def test_another_bundles_receipt_is_no_receipt(world):
    one, two = world.seal(), world.seal()
    with refused("receipt.other_bundle"):
        verify_receipt(world.receipt_for(one), world.collector.public, two.id)


def test_another_collectors_receipt_is_no_receipt(world):
    other = world.other_collector()
    with refused("receipt.unknown_collector"):
        read_receipt(world.receipt_for(world.seal(), other), world.collector.public)


def test_signed_by_another_in_the_collectors_name(world):
    other = world.other_collector()
    impostor = type(other)(other.signing, world.collector.public)
    with refused("receipt.signature"):
        read_receipt(world.receipt_for(world.seal(), impostor), world.collector.public)


def test_a_bundles_own_envelope_is_no_receipt(world):
    with refused("receipt.malformed"):
        read_receipt(world.seal().envelope.to_bytes(), world.collector.public)


def test_every_byte_counts(world):
    genuine = world.receipt_for(world.seal())
    for position in range(len(genuine)):
        for flip in (0x01, 0x20):
            data = bytearray(genuine)
            data[position] ^= flip
            with pytest.raises(ReceiptInvalid):
                read_receipt(bytes(data), world.collector.public)
    for length in range(len(genuine)):
        with refused("receipt.malformed"):
            read_receipt(genuine[:length], world.collector.public)
    with refused("receipt.malformed"):
        read_receipt(bytes(MAX_RECEIPT + 1), world.collector.public)
