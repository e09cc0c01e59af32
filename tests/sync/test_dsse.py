"""DSSE envelopes: the published encoding, one byte form, no confusion of types or keys."""

import json

import pytest

from sync import dsse
from sync.canonical import Malformed
from sync.keys import SigningKey

TYPE = "kiosk-test/1"


def test_pae_is_the_published_vector():
    # protocol.md of secure-systems-lab/dsse, "Test Vectors"
    encoded = dsse.pae("http://example.com/HelloWorld", b"hello world")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_pae_counts_bytes_not_characters():
    assert dsse.pae("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


def test_an_envelope_reads_back_and_verifies():
    key = SigningKey.generate()
    envelope = dsse.sign(TYPE, b"payload", key)
    again = dsse.decode(envelope.to_bytes(), TYPE)
    assert again == envelope
    assert again.signed_by(key.public)


def test_another_key_does_not_verify_even_under_the_first_ones_keyid():
    key, other = SigningKey.generate(), SigningKey.generate()
    envelope = dsse.sign(TYPE, b"payload", other)
    assert not envelope.signed_by(key.public)
    dressed_up = dsse.Envelope(TYPE, b"payload", key.public.keyid, envelope.signature)
    assert not dressed_up.signed_by(key.public)


def test_a_signature_for_one_type_is_worth_nothing_for_another():
    key = SigningKey.generate()
    envelope = dsse.sign("kiosk-receipt/1", b"payload", key)
    with pytest.raises(Malformed):
        dsse.decode(envelope.to_bytes(), "kiosk-result/1")
    retyped = dsse.Envelope("kiosk-result/1", b"payload", envelope.keyid, envelope.signature)
    assert not retyped.signed_by(key.public)


def _variants():
    key = SigningKey.generate()
    data = dsse.sign(TYPE, b"payload!", key).to_bytes()
    record = json.loads(data)
    signature = record["signatures"][0]

    def put(**changes):
        return json.dumps({**record, **changes}, sort_keys=True, separators=(",", ":")).encode()

    yield "spaces", json.dumps(record, sort_keys=True).encode()
    yield "other order", json.dumps(dict(reversed(record.items())), separators=(",", ":")).encode()
    yield "newline at the end", data + b"\n"
    yield "byte order mark", b"\xef\xbb\xbf" + data
    yield "a key twice", data.replace(b'{"payload":', b'{"payload":"eA==","payload":', 1)
    yield "an unknown field", put(extra=1)
    yield "no signature", put(signatures=[])
    yield "two signatures", put(signatures=[signature, signature])
    yield "an algorithm field", put(signatures=[{**signature, "alg": "none"}])
    yield "unpadded base64", put(payload=record["payload"].rstrip("="))
    yield "loose bits in base64", put(payload="cGF5bG9hZCF=")
    yield "base64url", put(payload="_-8=")
    yield "short signature", put(signatures=[{**signature, "sig": "AAAA"}])
    yield "upper-case keyid", put(signatures=[{**signature, "keyid": signature["keyid"].upper()}])
    yield "a number for a payload", put(payload=1)
    yield "escaped slash", data.replace(b"kiosk-test/1", b"kiosk-test\\/1")
    yield "a fraction", put(payload=1.0)
    yield "a list", b"[]"
    yield "nothing", b""
    yield "deep nesting", b"[" * 100_000
    yield "a huge number", b"9" * 10_000
    yield "half a surrogate pair", b'"\\ud800"'
    yield "not UTF-8", b"\xff"
    yield "not a number", b"NaN"


@pytest.mark.parametrize(
    ("name", "data"), list(_variants()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_other_spelling_is_refused(name, data):
    with pytest.raises(Malformed):
        dsse.decode(data, TYPE)
