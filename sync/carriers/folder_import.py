"""The collector's end of a USB stick: take in what is genuine, say what is not, leave receipts behind.

A stick is a stranger's word: only regular files of bounded number and size are read, links and pipes never opened,
names never believed, and each file stands on its own, so that one bad file stops nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from sync import files, receipt
from sync.bundle import MAX_BUNDLE, SUFFIX, Bundle
from sync.carriers import listing
from sync.errors import CarrierFault, Param, SyncFault
from sync.index import MAX_INDEX, verify_index
from sync.index import SUFFIX as INDEX_SUFFIX
from sync.keys.terminal import TerminalPublic

RECEIPTS = "receipts"
_MAX_INDEXES = 1000


class Acceptance(Protocol):
    """What a store says of a bundle."""

    @property
    def kind(self) -> Literal["new", "same", "conflict"]: ...

    @property
    def bundle(self) -> Bundle: ...

    @property
    def receipt(self) -> bytes | None: ...


class BundleStore(Protocol):
    """The part of `sync.collector.store.Store` an import needs."""

    def accept(self, data: bytes) -> Acceptance: ...

    def missing(self, ids: Sequence[str]) -> tuple[list[str], list[bytes]]: ...

    def card(self, terminal: str, epoch: str) -> TerminalPublic | None: ...


@dataclass(frozen=True)
class FileResult:
    """One file: `kind` says what became of it, `code` and `params` why a refused one was refused ('' otherwise).

    `conflict` was kept in quarantine (code `bundle.conflict`). `terminal` and `seq` are '' and 0 when unknown;
    `receipt_code` is set when it was accepted but its receipt could not be written to the stick.
    """

    name: str
    kind: Literal["new", "same", "conflict", "refused"]
    terminal: str
    seq: int
    code: str
    params: Mapping[str, Param]
    receipt_code: str


@dataclass(frozen=True)
class IndexResult:
    """One signed list: how many it announces, and the ids that neither the stick nor the store had.

    `head_seq` is how far the terminal says its chain had come. A list that proves nothing has a `code`.
    """

    name: str
    terminal: str
    created: str
    listed: int
    head_seq: int
    absent: tuple[str, ...]
    code: str
    params: Mapping[str, Param]


@dataclass(frozen=True)
class ImportReport:
    """Everything that was on the stick."""

    files: tuple[FileResult, ...]
    indexes: tuple[IndexResult, ...]

    def count(self, kind: Literal["new", "same", "conflict", "refused"]) -> int:
        """How many files fared so."""
        return sum(result.kind == kind for result in self.files)


def import_from(
    directory: Path, store: BundleStore, *, progress: Callable[[int, int], None] | None = None
) -> ImportReport:
    """Import a folder's bundles and write their receipts to its `receipts/`.

    Raises CarrierFault `carrier.no_folder`, `carrier.too_many_files` (over 10 000 bundles: nothing was read);
    everything else is in the report.
    """
    listing.require_folder(directory)
    found = listing.find(directory, SUFFIX)
    indexes = listing.find(directory, INDEX_SUFFIX, _MAX_INDEXES)
    results = []
    for number, path in enumerate(found, start=1):
        results.append(_import_file(path, store, directory / RECEIPTS))
        if progress is not None:
            progress(number, len(found))
    return ImportReport(tuple(results), tuple(_check_index(path, store) for path in indexes))


def _import_file(path: Path, store: BundleStore, receipts: Path) -> FileResult:
    name = listing.shown(path)
    try:
        accepted = store.accept(listing.read(path, MAX_BUNDLE))
    except SyncFault as fault:
        return FileResult(name, "refused", "", 0, fault.code, fault.params, "")
    terminal, seq = accepted.bundle.header.terminal, accepted.bundle.header.chain.seq
    if accepted.receipt is None:
        params: dict[str, Param] = {
            "terminal": terminal,
            "epoch": accepted.bundle.header.chain.epoch,
            "seq": seq,
        }
        return FileResult(name, accepted.kind, terminal, seq, "bundle.conflict", params, "")
    receipt_code = _leave_receipt(receipts, accepted.bundle.id, accepted.receipt)
    return FileResult(name, accepted.kind, terminal, seq, "", {}, receipt_code)


def _leave_receipt(folder: Path, bundle_id: str, signed: bytes) -> str:
    try:
        if folder.is_symlink():  # would lead our writing off the stick
            raise CarrierFault("carrier.not_a_file", name=RECEIPTS)
        folder.mkdir(exist_ok=True)
        listing.write(folder / f"{bundle_id}{receipt.SUFFIX}", signed)
    except OSError as error:
        return CarrierFault("carrier.folder_write", name=RECEIPTS, reason=files.reason(error)).code
    except CarrierFault as fault:
        return fault.code
    return ""


def _check_index(path: Path, store: BundleStore) -> IndexResult:
    name = listing.shown(path)
    try:
        index = verify_index(listing.read(path, MAX_INDEX), store.card)
        absent, _ = store.missing([item.id for item in index.bundles])
    except SyncFault as fault:
        return IndexResult(name, "", "", 0, 0, (), fault.code, fault.params)
    return IndexResult(
        name, index.terminal, index.created, len(index.bundles), index.head_seq, tuple(absent), "", {}
    )
