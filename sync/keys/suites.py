"""The two HPKE suites (RFC 9180 with the hybrid KEMs of draft-ietf-hpke-pq) and their raw key bytes.

| suite | KEM | public key | private key |
|---|---|---|---|
| `DEFAULT` | ML-KEM-768 + X25519 (0x647a) | ek (1184) then X25519 (32) | seed d,z (64) then X25519 scalar (32) |
| `HIGH` | ML-KEM-1024 + P-384 | ek (1568) then uncompressed point (97) | seed d,z (64) then scalar, big-endian (48) |

A suite belongs to a key: it is written in the key's card and is never chosen by what a message says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519

from sync.errors import KeyFault

DEFAULT = "mlkem768-x25519+hkdf-sha256+aes-256-gcm"
HIGH = "mlkem1024-p384+hkdf-sha384+aes-256-gcm"

HpkePublic = hpke.MLKEM768X25519PublicKey | hpke.MLKEM1024P384PublicKey
HpkePrivate = hpke.MLKEM768X25519PrivateKey | hpke.MLKEM1024P384PrivateKey

_SEED = 64


@dataclass(frozen=True)
class Suite:
    """How keys of one suite are made, written and used. Lengths in bytes; `overhead` is enc plus tag."""

    name: str
    public_length: int
    private_length: int
    overhead: int
    hpke: hpke.Suite
    generate: Callable[[], tuple[bytes, bytes]]
    public: Callable[[bytes], HpkePublic]
    private: Callable[[bytes], HpkePrivate]


def _generate_768() -> tuple[bytes, bytes]:
    lattice, curve = mlkem.MLKEM768PrivateKey.generate(), x25519.X25519PrivateKey.generate()
    public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return lattice.private_bytes_raw() + curve.private_bytes_raw(), public


def _public_768(raw: bytes) -> HpkePublic:
    return hpke.MLKEM768X25519PublicKey(
        mlkem.MLKEM768PublicKey.from_public_bytes(raw[:1184]),
        x25519.X25519PublicKey.from_public_bytes(raw[1184:]),
    )


def _private_768(raw: bytes) -> HpkePrivate:
    return hpke.MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(raw[:_SEED]),
        x25519.X25519PrivateKey.from_private_bytes(raw[_SEED:]),
    )


def _generate_1024() -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    lattice, curve = mlkem.MLKEM1024PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())
    point = curve.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    scalar = curve.private_numbers().private_value.to_bytes(48, "big")
    return lattice.private_bytes_raw() + scalar, lattice.public_key().public_bytes_raw() + point


def _public_1024(raw: bytes) -> HpkePublic:
    from cryptography.hazmat.primitives.asymmetric import ec

    return hpke.MLKEM1024P384PublicKey(
        mlkem.MLKEM1024PublicKey.from_public_bytes(raw[:1568]),
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), raw[1568:]),
    )


def _private_1024(raw: bytes) -> HpkePrivate:
    from cryptography.hazmat.primitives.asymmetric import ec

    return hpke.MLKEM1024P384PrivateKey(
        mlkem.MLKEM1024PrivateKey.from_seed_bytes(raw[:_SEED]),
        ec.derive_private_key(int.from_bytes(raw[_SEED:], "big"), ec.SECP384R1()),
    )


_TAG = 16
_SUITES = {
    suite.name: suite
    for suite in (
        Suite(
            name=DEFAULT,
            public_length=1184 + 32,
            private_length=_SEED + 32,
            overhead=1088 + 32 + _TAG,
            hpke=hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
            generate=_generate_768,
            public=_public_768,
            private=_private_768,
        ),
        Suite(
            name=HIGH,
            public_length=1568 + 97,
            private_length=_SEED + 48,
            overhead=1568 + 97 + _TAG,
            hpke=hpke.Suite(hpke.KEM.MLKEM1024_P384, hpke.KDF.HKDF_SHA384, hpke.AEAD.AES_256_GCM),
            generate=_generate_1024,
            public=_public_1024,
            private=_private_1024,
        ),
    )
}


SUITE_NAMES = frozenset(_SUITES)


def suite(name: str) -> Suite:
    """The suite of that name. Raises KeyFault `keys.suite_unknown`."""
    if name not in _SUITES:
        raise KeyFault("keys.suite_unknown", suite=name)
    return _SUITES[name]
