"""Keys at rest: private ones private, nothing overwritten, wrong passphrases and swapped parts refused."""

import base64
import json
import os
import stat

import pytest

from sync import canonical, keys
from sync.errors import KeyFault
from sync.keys.suites import suite

PASSPHRASE = "correct cheval pile agrafe"
CHEAP = keys.Argon2Cost(memory_kib=64, passes=1, lanes=1)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def refused(code):
    return pytest.raises(KeyFault, match=f"^{code}( |$)")


@pytest.fixture(autouse=True)
def careless_umask():
    """The promises must not lean on the site's umask."""
    previous = os.umask(0)
    yield
    os.umask(previous)


class TestTerminal:
    def test_what_is_drawn_is_what_is_loaded(self, tmp_path):
        drawn = keys.init_terminal(tmp_path / "t")
        loaded = keys.load_terminal(tmp_path / "t")
        assert loaded == drawn
        assert len(drawn.secret) == 32
        assert len(drawn.epoch) == 16

    def test_files_are_private_and_the_card_is_not(self, tmp_path):
        keys.init_terminal(tmp_path / "t")
        assert mode(tmp_path / "t") == 0o700
        assert mode(tmp_path / "t" / "signing.key") == 0o600
        assert mode(tmp_path / "t" / "terminal.secret") == 0o600
        assert mode(tmp_path / "t" / "terminal.json") == 0o644

    def test_no_secret_is_shown(self, tmp_path):
        drawn = keys.init_terminal(tmp_path / "t")
        for secret in (drawn.secret, drawn.signing.seed):
            assert repr(secret)[2:-1] not in repr(drawn)
            assert secret.hex() not in repr(drawn)

    @pytest.mark.parametrize("left", ["signing.key", "terminal.secret", "terminal.json"])
    def test_nothing_is_overwritten(self, tmp_path, left):
        keys.init_terminal(tmp_path / "t")
        for name in {"signing.key", "terminal.secret", "terminal.json"} - {left}:
            (tmp_path / "t" / name).unlink()
        before = (tmp_path / "t" / left).read_bytes()
        with refused("keys.exists"):
            keys.init_terminal(tmp_path / "t")
        assert [path.name for path in (tmp_path / "t").iterdir()] == [left]
        assert (tmp_path / "t" / left).read_bytes() == before

    def test_a_dangling_link_is_not_followed(self, tmp_path):
        (tmp_path / "t").mkdir()
        (tmp_path / "t" / "signing.key").symlink_to(tmp_path / "elsewhere")
        with refused("keys.exists"):
            keys.init_terminal(tmp_path / "t")
        assert not (tmp_path / "elsewhere").exists()

    def test_two_enrolments_share_neither_key_nor_epoch(self, tmp_path):
        one, two = keys.init_terminal(tmp_path / "1"), keys.init_terminal(tmp_path / "2")
        assert one.epoch != two.epoch
        assert one.public.keyid != two.public.keyid
        assert one.terminal != two.terminal

    @pytest.mark.parametrize("name", ["signing.key", "terminal.secret"])
    def test_an_exposed_private_file_is_refused(self, tmp_path, name):
        keys.init_terminal(tmp_path / "t")
        (tmp_path / "t" / name).chmod(0o640)
        with refused("keys.file_mode") as caught:
            keys.load_terminal(tmp_path / "t")
        assert caught.value.params["mode"] == "0640"

    def test_missing_swapped_and_broken_files_are_told_apart(self, tmp_path):
        with refused("keys.missing"):
            keys.load_terminal(tmp_path / "nowhere")
        keys.init_terminal(tmp_path / "1")
        keys.init_terminal(tmp_path / "2")
        (tmp_path / "1" / "signing.key").replace(tmp_path / "2" / "signing.key")
        with refused("keys.missing"):
            keys.load_terminal(tmp_path / "1")
        with refused("keys.mismatch"):
            keys.load_terminal(tmp_path / "2")
        (tmp_path / "2" / "signing.key").write_bytes(b"{}")
        with refused("keys.malformed"):
            keys.load_terminal(tmp_path / "2")

    def test_the_card_travels(self, tmp_path):
        drawn = keys.init_terminal(tmp_path / "t")
        assert keys.TerminalPublic.from_bytes(drawn.public.to_bytes()) == drawn.public
        assert keys.load_terminal_card(tmp_path / "t" / "terminal.json") == drawn.public

    @pytest.mark.parametrize("field", ["kind", "terminal", "epoch", "algorithm", "public", "keyid"])
    def test_a_card_with_one_field_changed_is_refused(self, tmp_path, field):
        record = json.loads(keys.init_terminal(tmp_path / "t").public.to_bytes())
        record[field] = "AAAA" if field != "algorithm" else "none"
        with refused("keys.malformed"):
            keys.TerminalPublic.from_bytes(canonical.encode(record))


class TestSigning:
    def test_rfc_8032_vector(self):
        # RFC 8032 section 7.1, TEST 3
        key = keys.SigningKey(
            bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
        )
        signature = key.sign(bytes.fromhex("af82"))
        assert signature.hex().startswith("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac")
        assert key.public.verify(signature, bytes.fromhex("af82"))
        assert not key.public.verify(signature, bytes.fromhex("af83"))

    def test_keyid_is_the_hash_of_the_spki(self):
        from hashlib import sha256

        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = keys.SigningKey.generate().public
        spki = Ed25519PublicKey.from_public_bytes(public.raw).public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        assert public.keyid == sha256(spki).hexdigest()


class TestRecipient:
    @pytest.mark.parametrize("suite_name", [keys.DEFAULT, keys.HIGH])
    def test_what_is_drawn_opens_what_is_sealed_to_its_card(self, tmp_path, suite_name):
        drawn = keys.init_recipient(
            tmp_path, "counsellor", PASSPHRASE, label="Agence Évry", suite_name=suite_name, cost=CHEAP
        )
        loaded = keys.load_recipient(tmp_path / "counsellor.key", PASSPHRASE)
        card = keys.load_recipient_card(tmp_path / "counsellor.json")
        assert loaded == drawn
        assert card == drawn.card
        sealed = card.seal(b"k" * 32, b"context")
        assert len(sealed) == suite(suite_name).overhead + 32
        assert loaded.open(sealed, b"context") == b"k" * 32
        with refused("keys.unopenable"):
            loaded.open(sealed, b"another context")
        with refused("keys.unopenable"):
            loaded.open(sealed[:-1], b"context")
        with refused("keys.unopenable"):
            keys.generate_recipient("counsellor", suite_name=suite_name).open(sealed, b"context")

    def test_files_are_private_and_hold_no_plain_key(self, tmp_path):
        drawn = keys.init_recipient(tmp_path / "r", "recovery", PASSPHRASE, cost=CHEAP)
        assert mode(tmp_path / "r") == 0o700
        assert mode(tmp_path / "r" / "recovery.key") == 0o600
        content = (tmp_path / "r" / "recovery.key").read_bytes()
        assert drawn.private not in content
        assert base64.b64encode(drawn.private) not in content
        (tmp_path / "r" / "recovery.key").chmod(0o604)
        with refused("keys.file_mode"):
            keys.load_recipient(tmp_path / "r" / "recovery.key", PASSPHRASE)

    def test_wrong_and_short_passphrases(self, tmp_path):
        with refused("keys.passphrase_short"):
            keys.init_recipient(tmp_path, "recovery", "elevenchars", cost=CHEAP)
        keys.init_recipient(tmp_path, "recovery", PASSPHRASE, cost=CHEAP)
        for wrong in ("", PASSPHRASE + " ", PASSPHRASE.upper(), "\ud800"):
            with refused("keys.passphrase"):
                keys.load_recipient(tmp_path / "recovery.key", wrong)

    def test_accents_may_be_typed_either_way(self, tmp_path):
        keys.init_recipient(tmp_path, "recovery", "d\u00e9j\u00e0 vu, l'\u00e9t\u00e9", cost=CHEAP)
        keys.load_recipient(tmp_path / "recovery.key", "de\u0301ja\u0300 vu, l'e\u0301te\u0301")

    def test_nothing_is_overwritten(self, tmp_path):
        keys.init_recipient(tmp_path, "recovery", PASSPHRASE, cost=CHEAP)
        keys.init_recipient(tmp_path, "counsellor", PASSPHRASE, cost=CHEAP)
        with refused("keys.exists"):
            keys.init_recipient(tmp_path, "recovery", PASSPHRASE, cost=CHEAP)

    def test_the_usual_cost_is_what_the_design_says(self, tmp_path):
        keys.init_recipient(tmp_path, "recovery", PASSPHRASE)
        kdf = json.loads((tmp_path / "recovery.key").read_bytes())["kdf"]
        assert (kdf["name"], kdf["memory_kib"], kdf["passes"], kdf["lanes"]) == ("argon2id", 65536, 3, 4)
        keys.load_recipient(tmp_path / "recovery.key", PASSPHRASE)

    @pytest.mark.parametrize(
        "cost",
        [
            {"memory_kib": 1 << 30},
            {"passes": 1 << 20},
            {"lanes": 17},
            {"memory_kib": 7},
            {"passes": 0},
            {"lanes": 0},
        ],
    )
    def test_absurd_costs_are_refused_before_they_are_paid(self, tmp_path, cost):
        keys.init_recipient(tmp_path, "recovery", PASSPHRASE, cost=CHEAP)
        path = tmp_path / "recovery.key"
        record = json.loads(path.read_bytes())
        record["kdf"].update(cost)
        path.write_bytes(canonical.encode(record))
        with refused("keys.kdf_cost"):
            keys.load_recipient(path, PASSPHRASE)

    def test_every_part_of_a_key_file_is_bound_to_its_secret(self, tmp_path):
        keys.init_recipient(tmp_path, "recovery", PASSPHRASE, label="coffre", cost=CHEAP)
        other = keys.generate_recipient("recovery")
        path = tmp_path / "recovery.key"
        genuine = json.loads(path.read_bytes())
        changes = [
            {"role": "counsellor"},
            {"label": "other"},
            {"public": canonical.to_base64(other.card.public), "kid": other.kid},
            {"nonce": canonical.to_base64(bytes(12))},
            {"kdf": {**genuine["kdf"], "salt": canonical.to_base64(bytes(16))}},
            {"kdf": {**genuine["kdf"], "passes": 2}},
            {"sealed": genuine["sealed"][:-4] + "AAA="},
        ]
        for change in changes:
            path.write_bytes(canonical.encode({**genuine, **change}))
            with pytest.raises(KeyFault) as caught:
                keys.load_recipient(path, PASSPHRASE)
            assert caught.value.code in ("keys.passphrase", "keys.malformed")

    def test_a_card_nobody_can_seal_to_is_found_out_when_read(self):
        record = json.loads(keys.generate_recipient("recovery").card.to_bytes())
        public = base64.b64decode(record["public"])
        weak = keys.RecipientPublic(keys.DEFAULT, "recovery", public[:1184] + bytes(32))
        with refused("keys.malformed"):
            keys.RecipientPublic.from_bytes(weak.to_bytes())

    def test_an_unknown_suite_says_so(self):
        record = json.loads(keys.generate_recipient("recovery").card.to_bytes())
        with refused("keys.suite_unknown"):
            keys.RecipientPublic.from_bytes(canonical.encode({**record, "suite": "rot13"}))


class TestCollectorAndRing:
    def test_a_collector_card_carries_both_keys_and_the_front_only_one_secret(self, tmp_path):
        sealing = keys.generate_recipient("collector")
        drawn = keys.init_collector(tmp_path / "front", sealing.card, label="national")
        assert keys.load_collector(tmp_path / "front") == drawn
        assert drawn.public.sealing == sealing.card
        assert keys.CollectorPublic.from_bytes(drawn.public.to_bytes()) == drawn.public
        assert mode(tmp_path / "front" / "receipt.key") == 0o600
        held = b"".join(path.read_bytes() for path in (tmp_path / "front").iterdir())
        assert base64.b64encode(sealing.private[:48]) not in held
        with refused("keys.exists"):
            keys.init_collector(tmp_path / "front", sealing.card)
        with pytest.raises(ValueError, match="collector"):
            keys.init_collector(tmp_path / "f2", keys.generate_recipient("recovery").card)

    def test_keys_that_do_not_belong_together_are_refused(self, tmp_path):
        sealing = keys.generate_recipient("collector").card
        one = keys.init_collector(tmp_path / "1", sealing)
        keys.init_collector(tmp_path / "2", sealing)
        (tmp_path / "1" / "receipt.key").replace(tmp_path / "2" / "receipt.key")
        with refused("keys.mismatch"):
            keys.load_collector(tmp_path / "2")
        record = json.loads(one.public.to_bytes())
        record["sealing"] = keys.generate_recipient("counsellor").card.record()
        with refused("keys.malformed"):
            keys.CollectorPublic.from_bytes(canonical.encode(record))

    def test_trust_is_kept_and_not_replaced(self, world):
        ring = world.directory / "terminal"
        path = keys.trust_collector(ring, world.collector.public)
        assert keys.trust_collector(ring, world.collector.public) == path
        keys.trust_recipient(ring, world.counsellor.card)
        keys.trust_recipient(ring, world.recovery.card)
        relabelled = keys.RecipientPublic(
            world.recovery.card.suite, "recovery", world.recovery.card.public, "other label"
        )
        with refused("keys.exists"):
            keys.trust_recipient(ring, relabelled)
        loaded = keys.load_ring(ring)
        assert loaded.collectors == (world.collector.public,)
        assert set(loaded.recipients) == {world.counsellor.card, world.recovery.card}
        assert loaded.sealed_to("collector") == (world.analyst.card,)
        assert set(loaded.sealed_to("counsellor", "recovery")) == set(loaded.recipients)

    def test_an_empty_ring_is_empty_and_a_spoilt_one_refused(self, tmp_path, world):
        assert keys.load_ring(tmp_path / "none") == keys.KeyRing((), ())
        path = keys.trust_recipient(tmp_path / "ring", world.counsellor.card)
        path.write_bytes(path.read_bytes()[:-1])
        with refused("keys.malformed"):
            keys.load_ring(tmp_path / "ring")

    def test_a_ring_no_bundle_could_be_sealed_to_is_refused(self, tmp_path, monkeypatch):
        keys.trust_recipient(tmp_path, keys.generate_recipient("counsellor").card)
        keys.trust_recipient(tmp_path, keys.generate_recipient("recovery").card)
        monkeypatch.setattr("sync.keys.ring.MAX_RECIPIENTS", 1)
        with refused("keys.too_many"):
            keys.load_ring(tmp_path)
        monkeypatch.undo()
        keys.trust_recipient(tmp_path, keys.generate_recipient("recovery", suite_name=keys.HIGH).card)
        with refused("keys.suites_mixed"):
            keys.load_ring(tmp_path)
