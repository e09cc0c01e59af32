"""DSSE v1 envelopes (https://github.com/secure-systems-lab/dsse, protocol.md and envelope.md).

A signature covers PAE(payload type, payload): the bytes themselves, bound to what they are. The envelope is JSON
in our one canonical form, so that an envelope's SHA-256 can serve as an identity: a file saying the same thing
with other bytes does not exist. The keyid only helps to look a key up; which key and which algorithm count is
settled by the verifier's own card.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from sync import canonical
from sync.canonical import Malformed
from sync.fields import HEX_256, Fields
from sync.keys.signing import SIGNATURE_LENGTH, SigningKey, VerifyingKey

MAX_ENVELOPE = 512 * 1024
# One today. The high profile will put a second, post-quantum signature beside it.
_SIGNATURES = 1


def pae(payload_type: str, payload: bytes) -> bytes:
    """Pre-authentication encoding, DSSE v1: `DSSEv1 SP len SP type SP len SP payload`, lengths in bytes."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True)
class Envelope:
    """A decoded envelope: nothing in it is believed before `signed_by` says so."""

    payload_type: str
    payload: bytes
    keyid: str
    signature: bytes

    def to_bytes(self) -> bytes:
        """The envelope as canonical JSON."""
        return self._bytes

    @functools.cached_property
    def _bytes(self) -> bytes:
        return canonical.encode(
            {
                "payload": canonical.to_base64(self.payload),
                "payloadType": self.payload_type,
                "signatures": [{"keyid": self.keyid, "sig": canonical.to_base64(self.signature)}],
            }
        )

    def signed_by(self, key: VerifyingKey) -> bool:
        """Whether exactly this key signed this payload as this type."""
        return self.keyid == key.keyid and key.verify(self.signature, pae(self.payload_type, self.payload))


def sign(payload_type: str, payload: bytes, key: SigningKey) -> Envelope:
    """An envelope signed with one key."""
    return Envelope(payload_type, payload, key.public.keyid, key.sign(pae(payload_type, payload)))


def decode(data: bytes, payload_type: str, *, cap: int = MAX_ENVELOPE) -> Envelope:
    """Read an envelope of the expected payload type and at most `cap` bytes. Raises Malformed; verifies no signature."""
    if len(data) > cap:
        raise Malformed("envelope")
    fields = Fields(canonical.decode(data), "envelope")
    fields.constant("payloadType", payload_type)
    payload = fields.octets("payload", at_most=cap)
    signature = fields.records("signatures", _SIGNATURES, _SIGNATURES)[0]
    fields.close()
    envelope = Envelope(
        payload_type,
        payload,
        signature.text("keyid", HEX_256),
        signature.octets("sig", at_most=SIGNATURE_LENGTH, exactly=SIGNATURE_LENGTH),
    )
    signature.close()
    return envelope
