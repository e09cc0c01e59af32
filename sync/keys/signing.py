"""Ed25519 (RFC 8032) keys for signing. The algorithm is a property of the key, fixed when it is enrolled."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "ed25519"
SIGNATURE_LENGTH = 64
# SubjectPublicKeyInfo of Ed25519 (RFC 8410 section 4) is this prefix and the 32 raw bytes. Written out because
# importing `cryptography...serialization` would double the import time of the candidate's path.
_SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")


@dataclass(frozen=True)
class VerifyingKey:
    """An Ed25519 public key: 32 raw bytes."""

    raw: bytes

    @functools.cached_property
    def keyid(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, 64 hex digits."""
        return hashlib.sha256(_SPKI_PREFIX + self.raw).hexdigest()

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether this key signed these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 private key: a 32-byte seed, never shown."""

    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> SigningKey:
        """A new key from the system's randomness."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @functools.cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @functools.cached_property
    def public(self) -> VerifyingKey:
        """The key others verify with."""
        return VerifyingKey(self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of these bytes."""
        return self._private.sign(message)
