"""The outbox: in with the caller's transaction, out against a valid receipt and nothing else."""

import contextlib
import sqlite3

import apsw
import pytest

from sync import outbox
from sync.bundle import parse
from sync.database import immediate
from sync.errors import ReceiptInvalid, StoreFault
from sync.header import GENESIS, ChainPosition
from sync.receipt import issue as receipt_of

NOW = "2026-11-24T11:00:00Z"


class Narrow:
    """A connection that has nothing but `execute` with positional parameters, and counts transactions."""

    def __init__(self, connection):
        self._connection = connection
        self.transactions = []

    def execute(self, sql, parameters=(), /):
        assert isinstance(parameters, tuple)
        if sql.split()[0] in ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT"):
            self.transactions.append(sql)
        return self._connection.execute(sql, parameters)


@pytest.fixture(params=["sqlite3", "apsw"])
def connection(request, tmp_path):
    path = str(tmp_path / "outbox.db")
    opened = (
        sqlite3.connect(path, isolation_level=None) if request.param == "sqlite3" else apsw.Connection(path)
    )
    with contextlib.closing(opened):
        narrow = Narrow(opened)
        outbox.create_tables(narrow)
        yield narrow


@pytest.fixture
def queued(world, connection):
    bundles = world.chain(3)
    for bundle in bundles:
        with immediate(connection):
            outbox.add(connection, bundle)
    return bundles


def states(connection):
    return [entry.state for entry in outbox.entries(connection)]


def test_creating_tables_twice_changes_nothing(connection, queued):
    outbox.create_tables(connection)
    assert len(outbox.entries(connection)) == 3


def test_a_chain_grows_one_place_at_a_time(world, connection):
    epoch = world.terminal.epoch
    assert outbox.next_position(connection, epoch) == ChainPosition(epoch, 1, GENESIS)
    first, second = world.chain(2)
    with immediate(connection):
        outbox.add(connection, first)
    assert outbox.next_position(connection, epoch) == ChainPosition(epoch, 2, first.id)
    for wrong in (
        first,
        world.seal(ChainPosition(epoch, 3, first.id)),
        world.seal(ChainPosition(epoch, 2, "f" * 64)),
    ):
        with pytest.raises(StoreFault, match=r"^outbox\.position"), immediate(connection):
            outbox.add(connection, wrong)
    with immediate(connection):
        outbox.add(connection, second)
    assert [entry.seq for entry in outbox.pending(connection)] == [1, 2]


def test_a_new_epoch_starts_a_new_chain(world, connection, queued):
    renewed = world.another_terminal("t-renewed")
    assert outbox.next_position(connection, renewed.epoch) == ChainPosition(renewed.epoch, 1, GENESIS)
    with immediate(connection):
        outbox.add(connection, world.seal(signer=renewed))
    assert outbox.next_position(connection, world.terminal.epoch).seq == 4


def test_the_caller_alone_opens_and_closes_transactions(world, connection, queued):
    connection.transactions.clear()
    outbox.next_position(connection, world.terminal.epoch)
    connection.execute("BEGIN IMMEDIATE")
    outbox.add(connection, world.seal(outbox.next_position(connection, world.terminal.epoch)))
    outbox.record_attempt(connection, queued[0].id, at=NOW, state="sent", reason="")
    outbox.apply_receipt(connection, world.receipt_for(queued[0]), world.collector.public)
    outbox.requeue(connection, queued[1].id)
    outbox.status(connection)
    connection.execute("ROLLBACK")
    assert connection.transactions == ["BEGIN IMMEDIATE", "ROLLBACK"]
    assert states(connection) == ["pending"] * 3


def test_a_failed_transaction_leaves_nothing(world, connection):
    def fail_half_way():
        with immediate(connection):
            outbox.add(connection, world.seal())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert outbox.entries(connection) == []


def test_content_comes_out_as_it_went_in(connection, queued):
    for bundle in queued:
        assert parse(outbox.body(connection, bundle.id)) == bundle


def test_a_valid_receipt_deletes_the_content_and_keeps_the_row(world, connection, queued):
    signed = world.receipt_for(queued[1])
    for _ in range(2):  # the same receipt again changes nothing
        with immediate(connection):
            receipt = outbox.apply_receipt(connection, signed, world.collector.public)
    assert receipt.bundle_id == queued[1].id
    assert states(connection) == ["pending", "receipted", "pending"]
    assert connection.execute(
        "SELECT body, receipt FROM outbox_bundle WHERE id = ?", (queued[1].id,)
    ).fetchone() == (
        None,
        signed,
    )
    with pytest.raises(StoreFault, match=r"^outbox\.unknown_bundle"):
        outbox.body(connection, queued[1].id)
    # The chain goes on from the last bundle, receipted or not.
    with immediate(connection):
        outbox.apply_receipt(connection, world.receipt_for(queued[2]), world.collector.public)
    assert outbox.next_position(connection, world.terminal.epoch).prev == queued[2].id


def test_no_other_receipt_deletes_anything(world, connection, queued):
    other = world.other_collector()
    stranger = world.seal(ChainPosition(world.terminal.epoch, 9, "e" * 64))
    muddled = receipt_of(
        world.collector,
        bundle_id=queued[0].id,
        terminal=world.terminal.terminal,
        epoch=world.terminal.epoch,
        seq=2,
        received_at=NOW,
    )
    for receipt, code in (
        (b"", "receipt.malformed"),
        (b"{}", "receipt.malformed"),
        (queued[0].envelope.to_bytes(), "receipt.malformed"),
        (world.receipt_for(queued[0], other), "receipt.unknown_collector"),
        (
            world.receipt_for(queued[0], type(other)(other.signing, world.collector.public)),
            "receipt.signature",
        ),
        (world.receipt_for(stranger), "receipt.unknown_bundle"),
        (muddled, "receipt.unknown_bundle"),
    ):
        with pytest.raises(ReceiptInvalid) as caught, immediate(connection):
            outbox.apply_receipt(connection, receipt, world.collector.public)
        assert caught.value.code == code
    assert states(connection) == ["pending"] * 3
    assert all(outbox.body(connection, bundle.id) for bundle in queued)


def test_states_are_visible(world, connection, queued):
    with immediate(connection):
        outbox.record_attempt(connection, queued[0].id, at=NOW, state="sent", reason="carrier.no_receipt")
        outbox.record_attempt(
            connection, queued[1].id, at=NOW, state="quarantined", reason="carrier.refused_conflict"
        )
        outbox.apply_receipt(connection, world.receipt_for(queued[2]), world.collector.public)
    first, second, third = outbox.entries(connection)
    assert (first.state, first.reason, first.attempts, first.last_attempt) == (
        "sent",
        "carrier.no_receipt",
        1,
        NOW,
    )
    assert (second.state, second.reason) == ("quarantined", "carrier.refused_conflict")
    assert (third.state, third.reason) == ("receipted", "")
    summary = outbox.status(connection)
    assert (summary.pending, summary.sent, summary.quarantined, summary.receipted) == (0, 1, 1, 1)
    assert summary.waiting == 2
    assert summary.waiting_bytes == sum(len(bundle.to_bytes()) for bundle in queued[:2])
    assert summary.oldest == queued[0].header.created
    assert {entry.id for entry in outbox.pending(connection)} == {queued[0].id, queued[1].id}


def test_nothing_takes_a_receipt_back(world, connection, queued):
    with immediate(connection):
        outbox.apply_receipt(connection, world.receipt_for(queued[0]), world.collector.public)
        outbox.record_attempt(connection, queued[0].id, at=NOW, state="pending", reason="carrier.timeout")
        outbox.requeue(connection, queued[0].id)
    assert states(connection)[0] == "receipted"


def test_a_late_receipt_frees_a_quarantined_bundle(world, connection, queued):
    with immediate(connection):
        outbox.record_attempt(connection, queued[0].id, at=NOW, state="quarantined", reason="x.y")
        outbox.record_attempt(connection, queued[1].id, at=NOW, state="quarantined", reason="x.y")
        outbox.apply_receipt(connection, world.receipt_for(queued[0]), world.collector.public)
        outbox.requeue(connection, queued[1].id)
    assert states(connection) == ["receipted", "pending", "pending"]


def test_the_least_tried_come_first(connection, queued):
    with immediate(connection):
        outbox.record_attempt(connection, queued[0].id, at=NOW, state="pending", reason="carrier.protocol")
    assert [entry.seq for entry in outbox.pending(connection)] == [2, 3, 1]


def test_an_attempt_on_nothing_is_refused(connection):
    with pytest.raises(StoreFault, match=r"^outbox\.unknown_bundle"):
        outbox.record_attempt(connection, "0" * 64, at=NOW, state="sent", reason="")


def test_deleted_content_is_gone_from_the_files(world, terminal_database, tmp_path, fill):
    (bundle,) = fill(1)
    needle = bundle.ciphertexts[0][100:164]
    files = [tmp_path / "kiosk.db", tmp_path / "kiosk.db-wal"]
    assert any(needle in path.read_bytes() for path in files)
    with immediate(terminal_database):
        outbox.apply_receipt(terminal_database, world.receipt_for(bundle), world.collector.public)
    terminal_database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not any(needle in path.read_bytes() for path in files)
