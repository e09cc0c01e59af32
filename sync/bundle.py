"""A result as it leaves the terminal: sealed to its recipients, signed by the terminal, chained to the last one.

    magic "KBR1\\n" | envelope length, 4 bytes big-endian | DSSE envelope | ciphertext of each block in turn

The envelope's payload is the header (`sync.header`), which holds the SHA-256 of every ciphertext: one signature
covers the whole file, and whoever carries or receives it can check it without being able to read it. Pure: no disk
and no clock. `docs/bundle-format.md` writes the format down exactly.

Promises: a changed, cut or lengthened file is refused by `parse` or `verify`, and nothing but BundleInvalid is
raised by reading one; only recipients open a block; a block does not open in any other bundle than its own, even
one signed anew by another enrolled terminal.
"""

from __future__ import annotations

import functools
import hashlib
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync import dsse
from sync.canonical import UTC_PATTERN, Malformed
from sync.errors import BundleInvalid, KeyFault
from sync.header import (
    BLOCK_NAMES,
    CONTENT_KEY,
    FORMAT,
    GENESIS,
    MAX_BUNDLE,
    PADDING,
    BlockHeader,
    ChainPosition,
    Context,
    Header,
    WrappedKey,
    binding,
)
from sync.keys.recipient import MAX_RECIPIENTS, RecipientPrivate, RecipientPublic
from sync.keys.terminal import TerminalIdentity, TerminalPublic

__all__ = [
    "GENESIS",
    "MAX_BUNDLE",
    "MAX_CONTENT",
    "Bundle",
    "ChainPosition",
    "Context",
    "Header",
    "TerminalLookup",
    "VerifiedHeader",
    "open_block",
    "parse",
    "seal",
    "verify",
]

MAGIC = b"KBR1\n"
MAX_CONTENT = 8 * 1024 * 1024  # of a block, decompressed
SUFFIX = ".kbr"
_LENGTH = 4
_NONCE = bytes(12)  # every content key encrypts exactly once

TerminalLookup = Callable[[str, str], TerminalPublic | None]
"""(terminal id, epoch) -> the enrolled card, or None."""


@dataclass(frozen=True)
class Bundle:
    """A well-formed bundle. Whether it is genuine, `verify` says."""

    header: Header
    envelope: dsse.Envelope
    ciphertexts: tuple[bytes, ...]

    @functools.cached_property
    def id(self) -> str:
        """SHA-256 of the envelope's bytes, 64 hex digits: the bundle's name everywhere, and the next one's `prev`."""
        return hashlib.sha256(self.envelope.to_bytes()).hexdigest()

    @property
    def file_name(self) -> str:
        """`<terminal>-<seq>-<first 8 of id>.kbr`; for people, programs ignore it."""
        return f"{self.header.terminal}-{self.header.chain.seq:06d}-{self.id[:8]}{SUFFIX}"

    def to_bytes(self) -> bytes:
        """The file."""
        envelope = self.envelope.to_bytes()
        return b"".join([MAGIC, len(envelope).to_bytes(_LENGTH, "big"), envelope, *self.ciphertexts])


@dataclass(frozen=True)
class VerifiedHeader:
    """A header whose signature was checked against the enrolled card `signer`."""

    header: Header
    bundle_id: str
    signer: TerminalPublic


def seal(
    blocks: Mapping[str, tuple[bytes, Sequence[RecipientPublic]]],
    *,
    signer: TerminalIdentity,
    chain: ChainPosition,
    context: Context,
    created: str,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Bundle:
    """Seal each block to its recipients and sign the whole.

    `blocks` has "result" and possibly "identity", each with at most 8 MiB of content and 1 to 32 recipients, whose
    keys all are of one suite. `created` is UTC to the second (`canonical.utc_text`). `random_bytes` feeds the
    content keys and the uid; HPKE draws its own randomness.

    Raises BundleInvalid `bundle.no_recipient`, `bundle.too_large`, KeyFault `keys.suites_mixed`, and ValueError for
    what only a programming error produces (unknown block, epoch of another enrolment, impossible time or place).
    """
    _check_arguments(blocks, signer, chain, created)
    suites = {recipient.suite for _, recipients in blocks.values() for recipient in recipients}
    if len(suites) != 1:
        raise KeyFault("keys.suites_mixed")
    uid = random_bytes(16).hex()
    keyid = signer.signing.public.keyid
    sealed = [
        _seal_block(name, content, recipients, signer.terminal, chain, uid, keyid, random_bytes(CONTENT_KEY))
        for name, (content, recipients) in blocks.items()
    ]
    header = Header(
        terminal=signer.terminal,
        chain=chain,
        uid=uid,
        created=created,
        suite=suites.pop(),
        context=context,
        blocks=tuple(block for block, _ in sealed),
    )
    envelope = dsse.sign(FORMAT, header.to_bytes(), signer.signing)
    bundle = Bundle(header, envelope, tuple(ciphertext for _, ciphertext in sealed))
    if (size := len(bundle.to_bytes())) > MAX_BUNDLE:
        raise BundleInvalid("bundle.too_large", size=size, limit=MAX_BUNDLE)
    return bundle


def _check_arguments(
    blocks: Mapping[str, tuple[bytes, Sequence[RecipientPublic]]],
    signer: TerminalIdentity,
    chain: ChainPosition,
    created: str,
) -> None:
    if "result" not in blocks or not BLOCK_NAMES.issuperset(blocks):
        raise ValueError("a bundle has a block 'result' and may have a block 'identity'")
    if chain.epoch != signer.epoch or chain.seq < 1 or (chain.seq == 1) != (chain.prev == GENESIS):
        raise ValueError("not a place in this terminal's chain")
    if not UTC_PATTERN.fullmatch(created):
        raise ValueError("created is UTC to the second, 2026-11-24T10:50:00Z")
    for name, (content, recipients) in blocks.items():
        if not recipients:
            raise BundleInvalid("bundle.no_recipient", block=name)
        if len({card.kid for card in recipients}) != len(recipients) or len(recipients) > MAX_RECIPIENTS:
            raise ValueError(f"{name}: a recipient twice, or more than {MAX_RECIPIENTS}")
        if len(content) > MAX_CONTENT:
            raise BundleInvalid("bundle.too_large", size=len(content), limit=MAX_CONTENT)


def _seal_block(
    name: str,
    content: bytes,
    recipients: Sequence[RecipientPublic],
    terminal: str,
    chain: ChainPosition,
    uid: str,
    keyid: str,
    key: bytes,
) -> tuple[BlockHeader, bytes]:
    plaintext = _frame(binding(terminal, chain, uid, name, signer=keyid), zlib.compress(content, 9))
    ciphertext = AESGCM(key).encrypt(_NONCE, plaintext, binding(terminal, chain, uid, name))
    wrapped = tuple(
        WrappedKey(card.kid, card.role, card.seal(key, binding(terminal, chain, uid, name, kid=card.kid)))
        for card in recipients
    )
    digest = hashlib.sha256(ciphertext).hexdigest()
    return BlockHeader(name, len(ciphertext), digest, wrapped), ciphertext


def _frame(claim: bytes, compressed: bytes) -> bytes:
    """Who sealed this, then the content, each behind its length, padded so that the size says little."""
    body = b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in (claim, compressed))
    return body + bytes(-len(body) % PADDING)


def parse(data: bytes) -> Bundle:
    """Read a bundle strictly: every length, field and digest must hold, and no byte be left over.

    Raises BundleInvalid `bundle.too_large`, `bundle.magic`, `bundle.truncated`, `bundle.malformed`, `bundle.digest`.
    A parsed bundle is well formed, not yet genuine: see `verify`.
    """
    if len(data) > MAX_BUNDLE:
        raise BundleInvalid("bundle.too_large", size=len(data), limit=MAX_BUNDLE)
    start = len(MAGIC) + _LENGTH
    if data[: len(MAGIC)] != MAGIC[: len(data)]:
        raise BundleInvalid("bundle.magic")
    if len(data) < start:
        raise BundleInvalid("bundle.truncated", size=len(data), expected=start)
    end = start + int.from_bytes(data[len(MAGIC) : start], "big")
    if len(data) < end <= MAX_BUNDLE:
        raise BundleInvalid("bundle.truncated", size=len(data), expected=end)
    try:
        envelope = dsse.decode(data[start:end], FORMAT)
        header = Header.from_bytes(envelope.payload)
    except Malformed as error:
        raise BundleInvalid("bundle.malformed", field=error.field) from error
    expected = end + sum(block.length for block in header.blocks)
    if len(data) < expected:
        raise BundleInvalid("bundle.truncated", size=len(data), expected=expected)
    if len(data) > expected:
        raise BundleInvalid("bundle.malformed", field="length")
    return Bundle(header, envelope, _split(data, end, header))


def _split(data: bytes, offset: int, header: Header) -> tuple[bytes, ...]:
    ciphertexts = []
    for block in header.blocks:
        ciphertext = data[offset : offset + block.length]
        offset += block.length
        if hashlib.sha256(ciphertext).hexdigest() != block.sha256:
            raise BundleInvalid("bundle.digest", block=block.name)
        ciphertexts.append(ciphertext)
    return tuple(ciphertexts)


def verify(bundle: Bundle, lookup: TerminalLookup) -> VerifiedHeader:
    """Check that the terminal the bundle names really signed it.

    Raises BundleInvalid `bundle.unknown_terminal`, `bundle.signature`, and whatever `lookup` raises.
    """
    terminal, chain = bundle.header.terminal, bundle.header.chain
    card = lookup(terminal, chain.epoch)
    if card is None:
        raise BundleInvalid("bundle.unknown_terminal", terminal=terminal, epoch=chain.epoch)
    if (card.terminal, card.epoch) != (terminal, chain.epoch) or not bundle.envelope.signed_by(card.key):
        raise BundleInvalid("bundle.signature", terminal=terminal, seq=chain.seq)
    return VerifiedHeader(bundle.header, bundle.id, card)


def open_block(bundle: Bundle, name: str, recipient: RecipientPrivate) -> bytes:
    """The content of a block. Call `verify` first: this says who sealed the content, not that they are enrolled.

    Raises BundleInvalid `bundle.no_block`, `bundle.suite`, `bundle.not_a_recipient`, `bundle.unopenable`.
    """
    block = bundle.header.block(name)
    if block is None:
        raise BundleInvalid("bundle.no_block", block=name)
    wrapped = next((item for item in block.recipients if item.kid == recipient.kid), None)
    if wrapped is None:
        raise BundleInvalid("bundle.not_a_recipient", block=name, kid=recipient.kid)
    if bundle.header.suite != recipient.card.suite:
        raise BundleInvalid("bundle.suite", suite=bundle.header.suite)
    terminal, chain, uid = bundle.header.terminal, bundle.header.chain, bundle.header.uid
    ciphertext = bundle.ciphertexts[bundle.header.blocks.index(block)]
    try:
        key = recipient.open(wrapped.enc, binding(terminal, chain, uid, name, kid=wrapped.kid))
        plaintext = AESGCM(key).decrypt(_NONCE, ciphertext, binding(terminal, chain, uid, name))
        return _unframe(plaintext, binding(terminal, chain, uid, name, signer=bundle.envelope.keyid))
    except (KeyFault, InvalidTag, Malformed, zlib.error, ValueError) as error:
        raise BundleInvalid("bundle.unopenable", block=name) from error


def _unframe(plaintext: bytes, claim: bytes) -> bytes:
    """The content of a frame that makes exactly this claim. Raises Malformed, zlib.error."""
    parts, offset = [], 0
    for _ in ("claim", "content"):
        length = int.from_bytes(plaintext[offset : offset + _LENGTH], "big")
        offset += _LENGTH + length
        if offset > len(plaintext):
            raise Malformed("frame")
        parts.append(plaintext[offset - length : offset])
    if parts[0] != claim or any(plaintext[offset:]):
        raise Malformed("frame")
    inflater = zlib.decompressobj()
    content = inflater.decompress(parts[1], MAX_CONTENT + 1)
    if len(content) > MAX_CONTENT or not inflater.eof or inflater.unused_data:
        raise Malformed("content")
    return content
