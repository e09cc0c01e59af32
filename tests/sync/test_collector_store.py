"""The collector's store: each bundle once, rivals kept apart, gaps and forks told, nothing it could open."""

import sqlite3
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import keys
from sync.collector.admin import enrol, revoke, terminals
from sync.collector.chain import Fork, Gap, Link, examine
from sync.collector.store import Store
from sync.errors import BundleInvalid, StoreFault
from sync.header import GENESIS, ChainPosition
from sync.receipt import verify_receipt


class TestAccepting:
    def test_new_then_same(self, world, store):
        sealed = world.seal()
        first = store.accept(sealed.to_bytes())
        again = store.accept(sealed.to_bytes())
        assert (first.kind, again.kind) == ("new", "same")
        assert first.receipt == again.receipt
        verify_receipt(first.receipt, world.collector.public, sealed.id)
        assert [stored.id for stored in store.bundles()] == [sealed.id]
        assert store.body(sealed.id) == sealed.to_bytes()

    def test_the_first_to_claim_a_place_has_it_and_the_rival_is_kept(self, world, store):
        one, two = world.seal(content=b"one"), world.seal(content=b"two")
        store.accept(one.to_bytes())
        for _ in range(2):
            rival = store.accept(two.to_bytes())
            assert (rival.kind, rival.receipt) == ("conflict", None)
        assert [stored.id for stored in store.bundles()] == [one.id]
        assert [stored.id for stored in store.bundles("quarantined")] == [two.id]
        assert store.body(two.id) == two.to_bytes()

    def test_order_does_not_matter(self, world, store):
        for bundle in reversed(world.chain(4)):
            assert store.accept(bundle.to_bytes()).kind == "new"
        (report,) = store.chains(world.terminal.terminal)
        assert (report.head, report.gaps, report.forks) == (4, (), ())

    def test_only_enrolled_terminals(self, world, store):
        stranger = world.another_terminal("stranger")
        with pytest.raises(BundleInvalid, match=r"^bundle\.unknown_terminal"):
            store.accept(world.seal(signer=stranger).to_bytes())
        renewed = keys.TerminalIdentity(world.terminal.terminal, "0" * 16, stranger.signing, b"")
        with pytest.raises(BundleInvalid, match=r"^bundle\.unknown_terminal"):
            store.accept(world.seal(ChainPosition("0" * 16, 1, GENESIS), signer=renewed).to_bytes())
        assert store.bundles() == []

    def test_forged_and_damaged_bundles_leave_no_trace(self, world, store):
        other = world.another_terminal("other-pc")
        forger = keys.TerminalIdentity(world.terminal.terminal, world.terminal.epoch, other.signing, b"")
        with pytest.raises(BundleInvalid, match=r"^bundle\.signature"):
            store.accept(world.seal(signer=forger).to_bytes())
        with pytest.raises(BundleInvalid, match=r"^bundle\.truncated"):
            store.accept(world.seal().to_bytes()[:-1])
        assert store.bundles() == store.bundles("quarantined") == []

    def test_two_terminals_two_chains(self, world, store):
        other = world.another_terminal("other-pc")
        store.enrol(other.public)
        for bundle in [*world.chain(2), *world.chain(3, other)]:
            assert store.accept(bundle.to_bytes()).kind == "new"
        assert [report.head for report in store.chains(other.terminal)] == [3]
        assert [report.head for report in store.chains(world.terminal.terminal)] == [2]

    def test_a_new_enrolment_of_the_same_pc_is_a_new_chain(self, world, store):
        renewed = keys.init_terminal(world.directory / "renewed", terminal=world.terminal.terminal)
        store.enrol(renewed.public)
        store.accept(world.seal().to_bytes())
        assert store.accept(world.seal(signer=renewed).to_bytes()).kind == "new"
        assert len(store.chains(world.terminal.terminal)) == 2

    def test_a_batch_is_one_transaction(self, world, store, monkeypatch):
        bundles = world.chain(3)
        real = store._keep_one

        def break_on_the_third(bundle):
            if bundle is bundles[2]:
                raise sqlite3.OperationalError("disk I/O error")
            return real(bundle)

        monkeypatch.setattr(store, "_keep_one", break_on_the_third)
        with pytest.raises(StoreFault, match=r"^store\.unavailable"):
            store.keep(bundles)
        assert store.bundles() == []

    def test_many_threads_and_a_second_process_share_it(self, world, store):
        bundles = world.chain(20)
        with Store.open(world.front) as other:

            def send(target, mine):
                for bundle in mine:
                    target.accept(bundle.to_bytes())

            threads = [
                threading.Thread(target=send, args=(target, bundles))
                for target in (store, other, store, other)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert [stored.seq for stored in store.bundles()] == list(range(1, 21))


class TestTerminals:
    def test_enrolling_is_idempotent_and_never_replaces_a_key(self, world):
        enrol(world.front, world.terminal.public)
        enrol(world.front, world.terminal.public)
        other = world.another_terminal("other-pc")
        impostor = keys.TerminalPublic(world.terminal.terminal, world.terminal.epoch, other.signing.public)
        with pytest.raises(StoreFault, match=r"^store\.enrolled_otherwise"):
            enrol(world.front, impostor)
        assert [known.card for known in terminals(world.front)] == [world.terminal.public]

    def test_a_revoked_terminal_adds_nothing_but_keeps_what_it_sent(self, world, store):
        first, second = world.chain(2)
        receipt = store.accept(first.to_bytes()).receipt
        revoke(world.front, world.terminal.terminal, world.terminal.epoch)
        with pytest.raises(BundleInvalid, match=r"^bundle\.revoked_terminal"):
            store.accept(second.to_bytes())
        assert store.accept(first.to_bytes()).receipt == receipt
        with pytest.raises(StoreFault, match=r"^store\.unknown_terminal"):
            revoke(world.front, "nobody", "0" * 16)

    def test_what_came_from_whom(self, world, store):
        store.accept(world.seal(content=b"one").to_bytes())
        store.accept(world.seal(content=b"two").to_bytes())
        silent = world.another_terminal("silent")
        store.enrol(silent.public)
        one, two = sorted(store.terminals(), key=lambda known: -known.bundles)
        assert (one.card, one.bundles, one.quarantined) == (world.terminal.public, 1, 1)
        assert (two.card, two.bundles, two.last_received, two.revoked_at) == (silent.public, 0, "", "")


def test_what_is_missing(world, store):
    bundles = world.chain(3)
    rival = world.seal(content=b"rival")
    for sealed in (bundles[0], bundles[2], rival):
        store.accept(sealed.to_bytes())
    missing, receipts = store.missing([*(bundle.id for bundle in bundles), rival.id])
    assert missing == [bundles[1].id]
    for receipt, held in zip(receipts, (bundles[0], bundles[2]), strict=True):
        verify_receipt(receipt, world.collector.public, held.id)
    assert store.missing([]) == ([], [])
    assert len(store.missing([f"{n:064x}" for n in range(1000)])[0]) == 1000


def test_what_is_acknowledged_is_set_to_survive_a_power_cut(world, store):
    settings = {
        name: store._writer.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous")
    }
    assert settings == {"journal_mode": "wal", "synchronous": 2}


def test_trouble_with_the_disk_is_a_fault_not_a_crash(world):
    (world.front / "collector.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreFault) as caught:
        Store.open(world.front)
    assert caught.value.params == {"reason": "SQLITE_NOTADB"}


class TestChains:
    def links(self, *numbers, epoch="e", flavour="a"):
        return [Link(epoch, n, f"{flavour}{n}", f"{flavour}{n - 1}" if n > 1 else GENESIS) for n in numbers]

    def test_a_whole_chain(self):
        (report,) = examine(self.links(1, 2, 3))
        assert (report.head, report.gaps, report.forks) == (3, (), ())

    def test_gaps(self):
        (report,) = examine(self.links(3, 4, 8))
        assert report.gaps == (Gap("e", 1, 2), Gap("e", 5, 7))

    def test_two_bundles_for_one_place(self):
        (report,) = examine([*self.links(1, 2, 3), Link("e", 3, "b3", "a2")])
        assert report.forks == (Fork("e", 3, ("a3", "b3")),)

    def test_a_cloned_disk_shows_even_when_its_rivals_never_arrive(self):
        # A made a1 a2; its clone made a1 b2 b3. Only a1, a2 and b3 arrive.
        (report,) = examine([*self.links(1, 2), Link("e", 3, "b3", "b2")])
        assert report.forks == (Fork("e", 2, ("a2", "b2")),)
        assert report.gaps == ()

    def test_a_fork_inside_a_gap(self):
        (report,) = examine([Link("e", 3, "a3", "a2"), Link("e", 3, "b3", "b2")])
        assert report.gaps == (Gap("e", 1, 2),)
        assert [fork.seq for fork in report.forks] == [2, 3]

    def test_epochs_are_apart(self):
        reports = examine([*self.links(2), *self.links(1, epoch="f", flavour="z")])
        assert [(report.epoch, report.head) for report in reports] == [("e", 2), ("f", 1)]

    def test_nothing(self):
        assert examine([]) == []

    @given(st.sets(st.integers(1, 60), min_size=1))
    def test_what_is_held_and_what_is_missing_make_the_whole(self, held):
        (report,) = examine(self.links(*held))
        missing = {n for gap in report.gaps for n in range(gap.first, gap.last + 1)}
        assert missing | held == set(range(1, max(held) + 1))
        assert not missing & held
        assert report.forks == ()

    def test_through_the_store(self, world, store):
        bundles = world.chain(5)
        for sealed in (bundles[0], bundles[1], bundles[4]):
            store.accept(sealed.to_bytes())
        rival = world.seal(ChainPosition(world.terminal.epoch, 2, bundles[0].id), b"clone")
        store.accept(rival.to_bytes())
        assert store.gaps(world.terminal.terminal) == [Gap(world.terminal.epoch, 3, 4)]
        (report,) = store.chains(world.terminal.terminal)
        assert report.forks == (Fork(world.terminal.epoch, 2, tuple(sorted([bundles[1].id, rival.id]))),)


def test_the_files_are_private(world, store):
    store.accept(world.seal().to_bytes())
    found = list(world.front.glob("collector.db*"))
    assert found
    assert all(path.stat().st_mode & 0o077 == 0 for path in found)
