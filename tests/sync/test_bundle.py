"""Bundles: read by their recipients alone, and by nobody once a single byte has changed."""

import contextlib
import dataclasses
import hashlib
import json
import os
import tracemalloc
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync import bundle as bundles
from sync import canonical, dsse, keys
from sync.bundle import ChainPosition, Context, open_block, parse, seal, verify
from sync.errors import BundleInvalid, KeyFault
from sync.header import FORMAT, GENESIS, Header, binding

CREATED = "2026-11-24T10:50:00Z"


def refused(code):
    return pytest.raises(BundleInvalid, match=f"^{code}( |$)")


def small(world):
    """The shortest genuine bundle: one block, one recipient."""
    return seal(
        {"result": (b"{}", [world.analyst.card])},
        signer=world.terminal,
        chain=ChainPosition(world.terminal.epoch, 1, GENESIS),
        context=world.context,
        created=CREATED,
    )


def resigned(bundle, signer, **changes):
    """The same sealed blocks under a changed header, genuinely signed."""
    header = dataclasses.replace(bundle.header, **changes)
    return bundles.Bundle(header, dsse.sign(FORMAT, header.to_bytes(), signer.signing), bundle.ciphertexts)


class TestRoundTrip:
    def test_each_block_opens_for_its_recipients_and_for_nobody_else(self, world):
        sealed = parse(world.seal(content=b"answers", identity=b"Marie Curie").to_bytes())
        assert open_block(sealed, "result", world.analyst) == b"answers"
        assert open_block(sealed, "result", world.counsellor) == b"answers"
        assert open_block(sealed, "identity", world.counsellor) == b"Marie Curie"
        assert open_block(sealed, "identity", world.recovery) == b"Marie Curie"
        with refused("bundle.not_a_recipient"):
            open_block(sealed, "identity", world.analyst)
        with refused("bundle.not_a_recipient"):
            open_block(sealed, "result", world.recovery)
        with refused("bundle.no_block"):
            open_block(world.seal(), "identity", world.counsellor)

    @given(content=st.binary(max_size=3000))
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_any_content_comes_back(self, world, content):
        sealed = parse(world.seal(content=content).to_bytes())
        assert open_block(sealed, "result", world.analyst) == content

    def test_the_header_says_what_was_sealed(self, world):
        sealed = world.seal(ChainPosition(world.terminal.epoch, 7, "a" * 64))
        verified = verify(parse(sealed.to_bytes()), world.lookup)
        assert verified.bundle_id == sealed.id
        assert verified.signer == world.terminal.public
        assert verified.header.chain == ChainPosition(world.terminal.epoch, 7, "a" * 64)
        assert verified.header.context == world.context
        assert sealed.file_name == f"{world.terminal.terminal}-000007-{sealed.id[:8]}.kbr"

    def test_the_high_profile(self, world):
        strong = keys.generate_recipient("recovery", suite_name=keys.HIGH)
        sealed = seal(
            {"result": (b"answers", [strong.card])},
            signer=world.terminal,
            chain=ChainPosition(world.terminal.epoch, 1, GENESIS),
            context=world.context,
            created=CREATED,
        )
        assert sealed.header.suite == keys.HIGH
        assert open_block(parse(sealed.to_bytes()), "result", strong) == b"answers"


class TestSecrecy:
    def test_content_does_not_show(self, world):
        canary = b"canary-4f1c" * 3
        data = world.seal(content=canary, identity=canary).to_bytes()
        assert b"canary" not in data
        assert zlib.compress(canary, 9)[2:20] not in data

    def test_size_says_little(self, world):
        sizes = {len(world.seal(content=bytes(range(n))).to_bytes()) for n in range(0, 256, 51)}
        assert len(sizes) == 1

    def test_two_seals_of_the_same_content_share_nothing(self, world):
        one, two = world.seal(), world.seal()
        assert one.header.uid != two.header.uid
        assert one.ciphertexts[0] != two.ciphertexts[0]
        assert one.id != two.id


class TestTampering:
    def test_every_byte_counts(self, world):
        genuine = small(world).to_bytes()
        verify(parse(genuine), world.lookup)
        for position in range(len(genuine)):
            for flip in (0x01, 0x20, 0xFF):
                data = bytearray(genuine)
                data[position] ^= flip
                with pytest.raises(BundleInvalid):
                    verify(parse(bytes(data)), world.lookup)

    def test_every_truncation_is_refused(self, world):
        genuine = small(world).to_bytes()
        for length in range(len(genuine)):
            with pytest.raises(BundleInvalid) as caught:
                parse(genuine[:length])
            assert caught.value.code == "bundle.truncated"

    def test_nothing_may_follow(self, world):
        with refused("bundle.malformed"):
            parse(small(world).to_bytes() + b"\0")

    def test_what_is_wrong_is_named(self, world):
        genuine = world.seal().to_bytes()
        with refused("bundle.magic"):
            parse(b"PK\x03\x04" + genuine)
        with refused("bundle.too_large"):
            parse(bytes(bundles.MAX_BUNDLE + 1))
        with refused("bundle.digest"):
            parse(genuine[:-1] + bytes([genuine[-1] ^ 1]))
        with refused("bundle.malformed"):
            parse(genuine[:5] + b"\xff\xff\xff\xff" + genuine[9:])

    def test_signatures(self, world):
        sealed = world.seal()
        other = world.another_terminal("other-pc")
        with refused("bundle.unknown_terminal"):
            verify(sealed, lambda *_: None)
        with refused("bundle.signature"):
            verify(sealed, lambda *_: other.public)
        with refused("bundle.signature"):  # signed by another, in this terminal's name
            verify(resigned(sealed, other), world.lookup)
        impostor = keys.TerminalPublic(world.terminal.terminal, world.terminal.epoch, other.signing.public)
        with refused("bundle.signature"):
            verify(sealed, lambda *_: impostor)

    def test_a_card_of_another_enrolment_does_not_vouch_even_with_the_same_key(self, world):
        older = dataclasses.replace(world.terminal.public, epoch="0" * 16)
        with refused("bundle.signature"):
            verify(world.seal(), lambda *_: older)

    @pytest.mark.parametrize(("seq", "prev"), [(1, "a" * 64), (2, GENESIS), (0, GENESIS), (10**9, "a" * 64)])
    def test_impossible_places_are_refused_though_signed(self, world, seq, prev):
        placed = resigned(world.seal(), world.terminal, chain=ChainPosition(world.terminal.epoch, seq, prev))
        with refused("bundle.malformed"):
            parse(placed.to_bytes())

    def test_unpadded_blocks_are_refused_though_signed(self, world):
        sealed = world.seal(content=os.urandom(1500))
        (block,) = sealed.header.blocks
        shorter = sealed.ciphertexts[0][:-1]
        digest = hashlib.sha256(shorter).hexdigest()
        header = dataclasses.replace(
            sealed.header, blocks=(dataclasses.replace(block, length=len(shorter), sha256=digest),)
        )
        envelope = dsse.sign(FORMAT, header.to_bytes(), world.terminal.signing)
        with refused("bundle.malformed"):
            parse(bundles.Bundle(header, envelope, (shorter,)).to_bytes())

    def test_a_block_opens_in_its_own_bundle_only(self, world):
        one, two = world.seal(content=b"one"), world.seal(content=b"two")
        mixed = resigned(two, world.terminal, blocks=one.header.blocks)
        mixed = bundles.Bundle(mixed.header, mixed.envelope, one.ciphertexts)
        verify(parse(mixed.to_bytes()), world.lookup)
        with refused("bundle.unopenable"):
            open_block(mixed, "result", world.analyst)

    def test_another_terminal_cannot_pass_a_result_off_as_its_own(self, world):
        thief = world.another_terminal("thief")
        stolen = resigned(
            world.seal(), thief, terminal=thief.terminal, chain=ChainPosition(thief.epoch, 1, GENESIS)
        )
        assert verify(parse(stolen.to_bytes()), lambda *_: thief.public).signer == thief.public
        with refused("bundle.unopenable"):
            open_block(stolen, "result", world.analyst)

    def test_a_key_enrolled_anew_cannot_claim_what_an_older_key_sealed(self, world):
        sealed = world.seal()
        other = world.another_terminal("other-pc")
        same_name = keys.TerminalIdentity(
            world.terminal.terminal, world.terminal.epoch, other.signing, other.secret
        )
        claimed = resigned(sealed, same_name)
        verify(claimed, lambda *_: same_name.public)
        with refused("bundle.unopenable"):
            open_block(claimed, "result", world.analyst)

    def test_the_place_in_the_chain_cannot_be_changed_behind_the_seal(self, world):
        moved = resigned(world.seal(), world.terminal, chain=ChainPosition(world.terminal.epoch, 2, "a" * 64))
        with refused("bundle.unopenable"):
            open_block(moved, "result", world.analyst)

    def test_the_suite_is_the_keys_own_not_the_messages(self, world):
        sealed = world.seal()
        relabelled = bundles.Bundle(
            dataclasses.replace(sealed.header, suite=keys.HIGH), sealed.envelope, sealed.ciphertexts
        )
        with refused("bundle.suite"):
            open_block(relabelled, "result", world.analyst)

    def test_a_bomb_is_defused(self, world, monkeypatch):
        monkeypatch.setattr(bundles, "MAX_CONTENT", 64 * 1024 * 1024)
        bomb = parse(world.seal(content=bytes(64 * 1024 * 1024)).to_bytes())
        monkeypatch.undo()
        assert len(bomb.to_bytes()) < 128 * 1024
        tracemalloc.start()
        try:
            with refused("bundle.unopenable"):
                open_block(bomb, "result", world.analyst)
            assert tracemalloc.get_traced_memory()[1] < 3 * bundles.MAX_CONTENT
        finally:
            tracemalloc.stop()

    def test_the_largest_content_still_opens(self, world):
        content = bytes(bundles.MAX_CONTENT)
        assert open_block(world.seal(content=content), "result", world.analyst) == content


class TestRefusingToSeal:
    def seal(self, world, blocks, **changes):
        arguments = {
            "signer": world.terminal,
            "chain": ChainPosition(world.terminal.epoch, 1, GENESIS),
            "context": world.context,
            "created": CREATED,
        }
        return seal(blocks, **{**arguments, **changes})

    def test_to_nobody(self, world):
        with refused("bundle.no_recipient"):
            self.seal(world, {"result": (b"", [])})

    def test_too_much(self, world):
        with refused("bundle.too_large"):
            self.seal(world, {"result": (bytes(bundles.MAX_CONTENT + 1), [world.analyst.card])})
        noise = os.urandom(bundles.MAX_BUNDLE)
        with refused("bundle.too_large"):
            self.seal(world, {"result": (noise, [world.analyst.card])})

    def test_to_keys_of_two_suites(self, world):
        strong = keys.generate_recipient("recovery", suite_name=keys.HIGH)
        with pytest.raises(KeyFault, match=r"^keys\.suites_mixed"):
            self.seal(world, {"result": (b"", [world.analyst.card, strong.card])})

    @pytest.mark.parametrize(
        "changes",
        [
            {"created": "2026-11-24 10:50"},
            {"chain": ChainPosition("0" * 16, 1, GENESIS)},
        ],
    )
    def test_nonsense(self, world, changes):
        with pytest.raises(ValueError, match=r"chain|created"):
            self.seal(world, {"result": (b"", [world.analyst.card])}, **changes)
        with pytest.raises(ValueError, match="result"):
            self.seal(world, {"identity": (b"", [world.analyst.card])})
        with pytest.raises(ValueError, match="twice"):
            self.seal(world, {"result": (b"", [world.analyst.card, world.analyst.card])})

    def test_an_impossible_context_is_found_when_the_sitting_starts(self):
        with pytest.raises(ValueError, match="campaign"):
            Context("a\nb", "", "", "")
        with pytest.raises(ValueError, match="bank_version"):
            Context("", "", "v" * 201, "")


scalars = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["0" * 64, "ff" * 16])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


class TestFuzz:
    """Whatever is handed in, the only exception is BundleInvalid."""

    @given(st.binary(max_size=200))
    def test_noise(self, data):
        for prefix in (b"", bundles.MAGIC, bundles.MAGIC + len(data).to_bytes(4, "big")):
            with pytest.raises(BundleInvalid):
                parse(prefix + data)

    @given(data=st.data())
    @settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_a_signed_header_with_anything_in_it(self, world, data):
        genuine = world.seal()
        record = json.loads(genuine.header.to_bytes())
        holder = data.draw(
            st.sampled_from([record, record["blocks"][0], record["blocks"][0]["recipients"][0]])
        )
        name = data.draw(st.sampled_from([*holder, "more"]))
        holder[name] = data.draw(values)
        try:
            payload = canonical.encode(record)
        except ValueError:
            return
        envelope = dsse.sign(FORMAT, payload, world.terminal.signing).to_bytes()
        raw = b"".join([bundles.MAGIC, len(envelope).to_bytes(4, "big"), envelope, *genuine.ciphertexts])
        with contextlib.suppress(BundleInvalid):
            parsed = parse(raw)
            assert parsed.to_bytes() == raw
            verify(parsed, world.lookup)
            open_block(parsed, "result", world.analyst)

    @given(st.binary(max_size=64), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
    def test_frames(self, tail, first, second):
        claim = b"claim"
        for frame in (
            tail,
            first.to_bytes(4, "big") + tail,
            len(claim).to_bytes(4, "big") + claim + second.to_bytes(4, "big") + tail,
        ):
            with pytest.raises((canonical.Malformed, zlib.error)):
                bundles._unframe(frame, claim)


def test_header_reads_back(world):
    header = world.seal(identity=b"x").header
    assert Header.from_bytes(header.to_bytes()) == header


def test_the_binding_is_written_down():
    chain = ChainPosition("00112233445566ff", 3, "a" * 64)
    assert binding("t-1", chain, "0" * 32, "result", kid="f" * 32) == (
        b'kiosk-result/1\0{"block":"result","epoch":"00112233445566ff","kid":"ffffffffffffffffffffffffffffffff",'
        b'"seq":3,"terminal":"t-1","uid":"00000000000000000000000000000000"}'
    )
