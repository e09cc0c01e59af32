"""The signed header of a bundle, `kiosk-result/1`: what anyone may know about a result without opening it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sync import canonical
from sync.canonical import UTC_PATTERN
from sync.fields import EPOCH, HEX_128, HEX_256, TERMINAL_ID, Fields, is_label
from sync.keys.recipient import MAX_RECIPIENTS, ROLES
from sync.keys.suites import SUITE_NAMES, suite

FORMAT = "kiosk-result/1"
GENESIS = "0" * 64  # what `prev` of a chain's first bundle says
BLOCK_NAMES = frozenset({"result", "identity"})
MAX_SEQ = 999_999_999
MAX_BUNDLE = 2 * 1024 * 1024
PADDING = 1024
TAG = 16
CONTENT_KEY = 32


@dataclass(frozen=True)
class ChainPosition:
    """A place in a terminal's chain: `seq` counts from 1 in an epoch, `prev` is the previous bundle's id."""

    epoch: str
    seq: int
    prev: str


@dataclass(frozen=True)
class Context:
    """What produced a result. Make it when the sitting starts: an impossible value is refused here, not at the end.

    Each is a label of at most 200 printable characters. `bank_digest` and `config_digest` are SHA-256 in hex of
    the bank file and of the normalised settings. Raises ValueError.
    """

    campaign: str
    bank_digest: str
    bank_version: str
    config_digest: str

    def __post_init__(self) -> None:
        for name in ("campaign", "bank_digest", "bank_version", "config_digest"):
            if not is_label(getattr(self, name)):
                raise ValueError(f"{name}: at most 200 printable characters")


@dataclass(frozen=True)
class WrappedKey:
    """A block's content key, sealed to one recipient; `enc` is HPKE enc, ciphertext and tag."""

    kid: str
    role: str
    enc: bytes


@dataclass(frozen=True)
class BlockHeader:
    """A sealed block as the header announces it: length in bytes and SHA-256 (hex) of its ciphertext."""

    name: str
    length: int
    sha256: str
    recipients: tuple[WrappedKey, ...]


@dataclass(frozen=True)
class Header:
    """Everything signed. `uid` is 128 random bits in hex, `created` the terminal's clock: a claim, not a proof."""

    terminal: str
    chain: ChainPosition
    uid: str
    created: str
    suite: str
    context: Context
    blocks: tuple[BlockHeader, ...]

    def block(self, name: str) -> BlockHeader | None:
        """The block of that name, if there is one."""
        return next((block for block in self.blocks if block.name == name), None)

    def to_bytes(self) -> bytes:
        """The header as canonical JSON: the payload of the envelope."""
        return canonical.encode(
            {
                "format": FORMAT,
                "terminal": self.terminal,
                "epoch": self.chain.epoch,
                "seq": self.chain.seq,
                "prev": self.chain.prev,
                "uid": self.uid,
                "created": self.created,
                "suite": self.suite,
                "campaign": self.context.campaign,
                "bank_digest": self.context.bank_digest,
                "bank_version": self.context.bank_version,
                "config_digest": self.context.config_digest,
                "blocks": [_block_record(block) for block in self.blocks],
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Header:
        """Read a header. Raises Malformed."""
        fields = Fields(canonical.decode(data), "header")
        fields.constant("format", FORMAT)
        suite_name = fields.choice("suite", SUITE_NAMES)
        header = cls(
            terminal=fields.text("terminal", TERMINAL_ID),
            chain=read_position(fields),
            uid=fields.text("uid", HEX_128),
            created=fields.text("created", UTC_PATTERN),
            suite=suite_name,
            context=Context(
                campaign=fields.text("campaign"),
                bank_digest=fields.text("bank_digest"),
                bank_version=fields.text("bank_version"),
                config_digest=fields.text("config_digest"),
            ),
            blocks=tuple(_read_block(block, suite_name) for block in fields.records("blocks", 1, 2)),
        )
        fields.close()
        if len({block.name for block in header.blocks}) != len(header.blocks) or not header.block("result"):
            raise canonical.Malformed("blocks")
        return header


def read_position(fields: Fields) -> ChainPosition:
    """The place in the chain that a record names; the first of a chain, and only the first, has no previous."""
    position = ChainPosition(
        fields.text("epoch", EPOCH), fields.integer("seq", 1, MAX_SEQ), fields.text("prev", HEX_256)
    )
    if (position.seq == 1) != (position.prev == GENESIS):
        raise canonical.Malformed("prev")
    return position


def _block_record(block: BlockHeader) -> dict[str, Any]:
    return {
        "name": block.name,
        "length": block.length,
        "sha256": block.sha256,
        "recipients": [
            {"kid": wrapped.kid, "role": wrapped.role, "enc": canonical.to_base64(wrapped.enc)}
            for wrapped in block.recipients
        ],
    }


def _read_block(fields: Fields, suite_name: str) -> BlockHeader:
    enc_length = suite(suite_name).overhead + CONTENT_KEY
    recipients = []
    for item in fields.records("recipients", 1, MAX_RECIPIENTS):
        enc = item.octets("enc", at_most=enc_length, exactly=enc_length)
        recipients.append(WrappedKey(item.text("kid", HEX_128), item.choice("role", ROLES), enc))
        item.close()
    block = BlockHeader(
        name=fields.choice("name", BLOCK_NAMES),
        length=fields.integer("length", PADDING + TAG, MAX_BUNDLE),
        sha256=fields.text("sha256", HEX_256),
        recipients=tuple(recipients),
    )
    fields.close()
    if (block.length - TAG) % PADDING or len({wrapped.kid for wrapped in recipients}) != len(recipients):
        raise canonical.Malformed("blocks")
    return block


def binding(header_terminal: str, chain: ChainPosition, uid: str, block: str, **more: str) -> bytes:
    """The context a block is sealed under: HPKE `info` (with the recipient's kid) and AES-GCM AAD (without).

    It cannot hold the bundle's id, which is the hash of an envelope that contains the sealed keys; `uid`, 128
    random bits signed in the same header, stands for it.
    """
    record = {
        "block": block,
        "terminal": header_terminal,
        "epoch": chain.epoch,
        "seq": chain.seq,
        "uid": uid,
    }
    return FORMAT.encode("ascii") + b"\0" + canonical.encode({**record, **more})
