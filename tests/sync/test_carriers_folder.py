"""The USB stick: files whole or not at all, nothing believed, nothing lost, receipts come home."""

import errno
import os
import socket

import pytest

from sync import files, outbox
from sync.bundle import MAX_BUNDLE, parse
from sync.carriers import listing
from sync.carriers.folder import collect_receipts, export_to, import_from
from sync.errors import BundleInvalid, CarrierFault
from sync.index import Index, Listed, verify_index


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def states(connection):
    return [entry.state for entry in sorted(outbox.entries(connection), key=lambda entry: entry.seq)]


def bundles_on(stick):
    return sorted(path for path in stick.iterdir() if path.suffix == ".kbr")


class TestThere:
    def test_the_stick_carries_the_very_files_and_a_signed_list(self, world, terminal_database, fill, stick):
        bundles = fill(3)
        progress = []
        report = export_to(
            terminal_database, stick, world.terminal, progress=lambda *now: progress.append(now)
        )
        assert (report.written, report.index_fault) == (3, None)
        assert progress == [(1, 3), (2, 3), (3, 3)]
        assert [path.name for path in bundles_on(stick)] == [bundle.file_name for bundle in bundles]
        assert [path.read_bytes() for path in bundles_on(stick)] == [bundle.to_bytes() for bundle in bundles]
        (index_file,) = stick.glob("*.kbi")
        index = verify_index(index_file.read_bytes(), world.lookup)
        assert [item.id for item in index.bundles] == [bundle.id for bundle in bundles]
        assert (index.head_seq, index.head_id) == (3, bundles[-1].id)
        assert len(list(stick.iterdir())) == 4  # no temporary file is left

    def test_everything_stays_in_the_outbox(self, world, terminal_database, fill, stick):
        bundles = fill(2)
        export_to(terminal_database, stick, world.terminal)
        assert states(terminal_database) == ["sent", "sent"]
        assert all(parse(outbox.body(terminal_database, bundle.id)) == bundle for bundle in bundles)

    def test_a_second_export_adds_what_is_new_and_mends_what_broke(
        self, world, terminal_database, fill, stick
    ):
        fill(2)
        export_to(terminal_database, stick, world.terminal)
        first, second = bundles_on(stick)
        untouched = first.stat().st_mtime_ns
        second.write_bytes(second.read_bytes()[:100])
        assert export_to(terminal_database, stick, world.terminal).written == 2
        assert first.stat().st_mtime_ns == untouched
        parse(second.read_bytes())

    def test_nothing_to_carry_still_leaves_a_list(self, world, terminal_database, stick):
        assert export_to(terminal_database, stick, world.terminal).bundles == ()
        index = verify_index(next(stick.glob("*.kbi")).read_bytes(), world.lookup)
        assert (index.head_seq, index.bundles) == (0, ())

    def test_a_stick_that_is_not_there_is_not_made_up(self, world, terminal_database, fill, tmp_path):
        fill(1)
        (tmp_path / "file").write_text("")
        for nowhere in (tmp_path / "media" / "usb", tmp_path / "file"):
            with pytest.raises(CarrierFault, match=r"^carrier\.no_folder"):
                export_to(terminal_database, nowhere, world.terminal)
        assert not (tmp_path / "media").exists()
        assert states(terminal_database) == ["pending"]

    def test_links_on_the_stick_are_replaced_not_followed(
        self, world, terminal_database, fill, stick, tmp_path
    ):
        (bundle,) = fill(1)
        victim = tmp_path / "victim"
        victim.write_text("precious")
        (stick / bundle.file_name).symlink_to(victim)
        (stick / f".{bundle.file_name}.part").symlink_to(victim)
        assert export_to(terminal_database, stick, world.terminal).written == 1
        assert victim.read_text() == "precious"
        assert not (stick / bundle.file_name).is_symlink()

    def test_one_file_that_cannot_be_written_does_not_stop_the_others(
        self, world, terminal_database, fill, stick
    ):
        bundles = fill(3)
        (stick / bundles[1].file_name).mkdir()
        (stick / bundles[1].file_name / "full").mkdir()
        report = export_to(terminal_database, stick, world.terminal)
        assert [exported.code for exported in report.bundles] == ["", "carrier.folder_write", ""]
        assert states(terminal_database) == ["sent", "pending", "sent"]
        index = verify_index(next(stick.glob("*.kbi")).read_bytes(), world.lookup)
        assert [item.seq for item in index.bundles] == [1, 3]
        assert index.head_seq == 3
        assert not list(stick.glob(".*"))

    def test_a_full_stick_is_told_and_leaves_no_half_file(
        self, world, terminal_database, fill, stick, monkeypatch
    ):
        fill(1)
        real = os.write

        def full(descriptor, data):
            if len(data) > 1000:
                real(descriptor, bytes(data[:1000]))
                raise OSError(errno.ENOSPC, "full")
            return real(descriptor, data)

        monkeypatch.setattr(files.os, "write", full)
        report = export_to(terminal_database, stick, world.terminal)
        assert report.bundles[0].code == "carrier.folder_write"
        assert report.bundles[0].params["reason"] == "ENOSPC"
        assert bundles_on(stick) == []
        assert not list(stick.glob(".*"))
        assert states(terminal_database) == ["pending"]

    def test_a_stick_that_forgets_is_found_out(self, world, terminal_database, fill, stick, monkeypatch):
        fill(1)
        monkeypatch.setattr(listing.files, "read_regular", lambda path, cap: b"")
        report = export_to(terminal_database, stick, world.terminal)
        assert report.bundles[0].code == "carrier.folder_verify"
        assert report.index_fault.code == "carrier.folder_verify"
        assert states(terminal_database) == ["pending"]


class TestImport:
    @pytest.fixture
    def loaded(self, world, terminal_database, fill, stick):
        bundles = fill(3)
        export_to(terminal_database, stick, world.terminal)
        return bundles

    def test_everything_arrives_and_receipts_are_left(self, loaded, store, stick):
        progress = []
        report = import_from(stick, store, progress=lambda *now: progress.append(now))
        assert report.count("new") == 3
        assert progress[-1] == (3, 3)
        assert [result.seq for result in report.files] == [1, 2, 3]
        assert sorted(path.name for path in (stick / "receipts").iterdir()) == sorted(
            f"{bundle.id}.receipt" for bundle in loaded
        )
        (index,) = report.indexes
        assert (index.listed, index.head_seq, index.absent, index.code) == (3, 3, (), "")
        assert import_from(stick, store).count("same") == 3

    def test_names_mean_nothing(self, loaded, store, stick):
        first, second, third = bundles_on(stick)
        first.rename(stick / "Copie de résultats (1).KBR")
        second.rename(stick / "-rf.kbr")
        os.rename(third, os.fsencode(stick) + b"/\xff\xfe\x1b[31m.kbr")  # noqa: PTH104
        report = import_from(stick, store)
        assert report.count("new") == 3
        assert all(result.name.isprintable() for result in report.files)

    def test_what_is_cut_or_changed_is_refused_and_the_rest_arrives(self, loaded, store, stick):
        first, second, _ = bundles_on(stick)
        first.write_bytes(first.read_bytes()[:-1])
        data = bytearray(second.read_bytes())
        data[300] ^= 1
        second.write_bytes(data)
        report = import_from(stick, store)
        assert [result.kind for result in report.files] == ["refused", "refused", "new"]
        assert report.files[0].code == "bundle.truncated"
        assert report.files[1].code in ("bundle.malformed", "bundle.signature")
        assert report.indexes[0].absent == (loaded[0].id, loaded[1].id)

    def test_cut_anywhere(self, loaded, store, stick):
        path = bundles_on(stick)[0]
        whole = path.read_bytes()
        for length in range(0, len(whole), 97):
            path.write_bytes(whole[:length])
            assert import_from(stick, store).files[0].code == "bundle.truncated"

    def test_a_file_that_vanished_is_missed_even_at_the_end_of_the_chain(self, loaded, store, stick, world):
        bundles_on(stick)[-1].unlink()
        report = import_from(stick, store)
        assert report.indexes[0].absent == (loaded[-1].id,)
        assert store.gaps(world.terminal.terminal) == []  # the chain alone could not tell

    def test_only_files_are_read(self, loaded, store, stick, tmp_path):
        for path in bundles_on(stick):
            path.rename(tmp_path / path.name)
        genuine = sorted(tmp_path.glob("*.kbr"))
        (stick / "link.kbr").symlink_to(genuine[0])
        (stick / "loop.kbr").symlink_to("loop.kbr")
        (stick / "device.kbr").symlink_to("/dev/zero")
        os.mkfifo(stick / "pipe.kbr")
        (stick / "folder.kbr").mkdir()
        with socket.socket(socket.AF_UNIX) as unix:
            unix.bind(str(stick / "socket.kbr"))
        (stick / "empty.kbr").touch()
        with (stick / "sparse.kbr").open("wb") as sparse:
            sparse.truncate(1 << 40)
        (stick / "._shadow.kbr").write_bytes(b"left by another system")
        (stick / "notes.txt").write_text("not looked at")
        report = import_from(stick, store)
        codes = {result.name: result.code for result in report.files}
        assert codes == {
            "link.kbr": "carrier.not_a_file",
            "loop.kbr": "carrier.not_a_file",
            "device.kbr": "carrier.not_a_file",
            "pipe.kbr": "carrier.not_a_file",
            "folder.kbr": "carrier.not_a_file",
            "socket.kbr": "carrier.not_a_file",
            "empty.kbr": "bundle.truncated",
            "sparse.kbr": "bundle.too_large",
        }
        assert store.bundles() == []

    def test_more_files_than_are_ever_read(self, store, stick):
        for number in range(listing.MAX_FILES + 1):
            os.close(os.open(f"{stick}/{number}.kbr", os.O_CREAT | os.O_WRONLY))
        with pytest.raises(CarrierFault) as caught:
            import_from(stick, store)
        assert (caught.value.code, caught.value.params) == ("carrier.too_many_files", {"limit": 10_000})

    def test_size_is_capped_whatever_the_file_does_meanwhile(self, stick):
        path = stick / "x.kbr"
        path.write_bytes(bytes(MAX_BUNDLE + 1))
        with pytest.raises(BundleInvalid, match=r"^bundle\.too_large"):
            listing.read(path, MAX_BUNDLE)

    def test_receipts_are_not_written_through_a_link(self, loaded, store, stick, tmp_path):
        (tmp_path / "elsewhere").mkdir()
        (stick / "receipts").symlink_to(tmp_path / "elsewhere")
        report = import_from(stick, store)
        assert [(result.kind, result.receipt_code) for result in report.files] == [
            ("new", "carrier.not_a_file")
        ] * 3
        assert list((tmp_path / "elsewhere").iterdir()) == []

    def test_a_stick_that_cannot_be_written_is_imported_all_the_same(self, loaded, store, stick):
        (stick / "receipts").write_text("a file where the folder should be")
        report = import_from(stick, store)
        assert {(result.kind, result.receipt_code) for result in report.files} == {
            ("new", "carrier.folder_write")
        }
        assert len(store.bundles()) == 3

    def test_strangers_and_rivals(self, world, loaded, store, stick):
        stranger = world.another_terminal("stranger")
        (stick / "stranger.kbr").write_bytes(world.seal(signer=stranger).to_bytes())
        (stick / "zz-rival.kbr").write_bytes(world.seal(content=b"rival").to_bytes())
        (stick / f"{stranger.terminal}.kbi").write_bytes(
            Index(stranger.terminal, stranger.epoch, "2026-11-24T10:50:00Z", 0, "0" * 64, ()).sign(stranger)
        )
        report = import_from(stick, store)
        by_name = {result.name: result for result in report.files}
        assert by_name["stranger.kbr"].code == "bundle.unknown_terminal"
        rival = by_name["zz-rival.kbr"]
        assert (rival.kind, rival.code, rival.seq) == ("conflict", "bundle.conflict", 1)
        assert report.count("new") == 3
        assert {index.code for index in report.indexes} == {"", "index.unknown_terminal"}


class TestIndex:
    def test_every_byte_counts(self, world):
        listed = Listed("a" * 64, world.terminal.terminal, world.terminal.epoch, 1, 2000)
        created = "2026-11-24T10:50:00Z"
        index = Index(world.terminal.terminal, world.terminal.epoch, created, 1, "a" * 64, (listed,))
        genuine = index.sign(world.terminal)
        assert verify_index(genuine, world.lookup) == index
        for position in range(len(genuine)):
            data = bytearray(genuine)
            data[position] ^= 1
            with pytest.raises(BundleInvalid, match=r"^index\."):
                verify_index(bytes(data), world.lookup)

    def test_signed_by_another(self, world):
        other = world.another_terminal("other-pc")
        index = Index(world.terminal.terminal, world.terminal.epoch, "2026-11-24T10:50:00Z", 0, "0" * 64, ())
        with pytest.raises(BundleInvalid, match=r"^index\.signature"):
            verify_index(index.sign(other), world.lookup)

    def test_the_longest_list_fits(self, world):
        listed = tuple(
            Listed(f"{number:064x}", world.terminal.terminal, world.terminal.epoch, number, MAX_BUNDLE)
            for number in range(1, 10_001)
        )
        created = "2026-11-24T10:50:00Z"
        index = Index(world.terminal.terminal, world.terminal.epoch, created, 10_000, "a" * 64, listed)
        assert verify_index(index.sign(world.terminal), world.lookup) == index


class TestAndBack:
    def test_a_whole_round(self, world, terminal_database, fill, stick, store):
        bundles = fill(3)
        export_to(terminal_database, stick, world.terminal)
        bundles_on(stick)[1].unlink()
        import_from(stick, store)
        report = collect_receipts(terminal_database, stick, world.collector.public)
        assert (report.applied, report.foreign, report.refused) == (2, 0, 0)
        assert states(terminal_database) == ["receipted", "sent", "receipted"]
        export_to(terminal_database, stick, world.terminal)
        import_from(stick, store)
        collect_receipts(terminal_database, stick, world.collector.public)
        assert states(terminal_database) == ["receipted"] * 3
        assert {stored.id for stored in store.bundles()} == {bundle.id for bundle in bundles}
        assert store.gaps(world.terminal.terminal) == []

    def test_false_receipts_delete_nothing(self, world, terminal_database, fill, stick):
        bundles = fill(2)
        folder = stick / "receipts"
        folder.mkdir()
        other = world.other_collector()
        (folder / f"{bundles[0].id}.receipt").write_bytes(world.receipt_for(bundles[0], other))
        (folder / f"{bundles[1].id}.receipt").write_bytes(b"")
        (folder / "foreign.receipt").write_bytes(world.receipt_for(world.seal(content=b"another PC's")))
        (folder / "huge.receipt").write_bytes(bytes(100_000))
        (folder / "link.receipt").symlink_to("/etc/passwd")
        os.mkfifo(folder / "pipe.receipt")
        report = collect_receipts(terminal_database, stick, world.collector.public)
        assert (report.applied, report.foreign, report.refused) == (0, 1, 5)
        assert states(terminal_database) == ["pending", "pending"]
        assert all(outbox.body(terminal_database, bundle.id) for bundle in bundles)

    def test_a_receipt_under_another_bundles_name_serves_its_own(self, world, terminal_database, fill, stick):
        bundles = fill(2)
        (stick / "receipts").mkdir()
        (stick / "receipts" / f"{bundles[0].id}.receipt").write_bytes(world.receipt_for(bundles[1]))
        collect_receipts(terminal_database, stick, world.collector.public)
        assert states(terminal_database) == ["pending", "receipted"]

    def test_no_receipts_folder(self, world, terminal_database, stick, tmp_path):
        with pytest.raises(CarrierFault, match=r"^carrier\.no_folder"):
            collect_receipts(terminal_database, stick, world.collector.public)
        (tmp_path / "elsewhere").mkdir()
        (stick / "receipts").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(CarrierFault, match=r"^carrier\.no_folder"):
            collect_receipts(terminal_database, stick, world.collector.public)
