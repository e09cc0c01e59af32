"""A folder, usually a USB stick, between terminal and collector.

    <terminal>-<seq>-<id8>.kbr     bundles, the very files HTTP sends
    <terminal>-<epoch>.kbi         the terminal's signed list of them
    receipts/<bundle id>.receipt   what the collector wrote back

The terminal keeps everything until the stick comes back with receipts. The collector's side is `import_from`
(`sync.carriers.folder_import`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sync import canonical, outbox
from sync.carriers import listing
from sync.carriers.folder_import import RECEIPTS, FileResult, ImportReport, IndexResult, import_from
from sync.database import Connection, immediate
from sync.errors import BundleInvalid, CarrierFault, Param, ReceiptInvalid, SyncFault
from sync.index import MAX_LISTED, Index, Listed
from sync.keys.collector import CollectorPublic
from sync.keys.terminal import TerminalIdentity
from sync.receipt import MAX_RECEIPT, SUFFIX, Receipt

__all__ = [
    "ExportReport",
    "Exported",
    "FileResult",
    "ImportReport",
    "IndexResult",
    "Progress",
    "ReceiptResult",
    "ReceiptsReport",
    "collect_receipts",
    "export_to",
    "import_from",
]

Progress = Callable[[int, int], None]
"""(files dealt with, files in all)."""


@dataclass(frozen=True)
class Exported:
    """One bundle's copy: the file's name, and the code and params of what went wrong ('' = written and read back)."""

    bundle_id: str
    seq: int
    name: str
    code: str
    params: Mapping[str, Param]


@dataclass(frozen=True)
class ExportReport:
    """Every bundle that was to be copied, and the fault that kept the signed list off the stick, if one did."""

    bundles: tuple[Exported, ...]
    index_fault: CarrierFault | None

    @property
    def written(self) -> int:
        """How many bundles are on the stick, verified."""
        return sum(not bundle.code for bundle in self.bundles)


def export_to(
    connection: Connection,
    directory: Path,
    signer: TerminalIdentity,
    *,
    now: Callable[[], str] = canonical.utc_now,
    progress: Progress | None = None,
) -> ExportReport:
    """Copy every bundle without a receipt into an existing folder, then sign the list of what is there.

    Each file is written whole or not at all and read back; a bundle that cannot be copied does not stop the others.
    Nothing leaves the outbox. At most 10 000 bundles at a time. The folder is never created: where a stick is not
    mounted, its mount point must not fill up instead.

    Raises CarrierFault `carrier.no_folder`; other failures are in the report.
    """
    listing.require_folder(directory)
    waiting = outbox.pending(connection)[:MAX_LISTED]
    copied = []
    for number, entry in enumerate(waiting, start=1):
        copied.append(_copy(connection, directory, entry))
        if progress is not None:
            progress(number, len(waiting))
    at = now()
    with immediate(connection):
        for entry, result in zip(waiting, copied, strict=True):
            state = entry.state if result.code or entry.state == "quarantined" else "sent"
            if state != "receipted":
                reason = result.code or (entry.reason if state == "quarantined" else "")
                outbox.record_attempt(connection, entry.id, at=at, state=state, reason=reason)
    written = [entry for entry, result in zip(waiting, copied, strict=True) if not result.code]
    return ExportReport(tuple(copied), _write_index(connection, directory, signer, at, written))


def _copy(connection: Connection, directory: Path, entry: outbox.Entry) -> Exported:
    name = entry.file_name
    try:
        data = outbox.body(connection, entry.id)
        if not _already_there(directory / name, data):
            listing.write(directory / name, data)
    except SyncFault as fault:
        return Exported(entry.id, entry.seq, name, fault.code, fault.params)
    return Exported(entry.id, entry.seq, name, "", {})


def _already_there(path: Path, data: bytes) -> bool:
    try:
        return listing.read(path, len(data)) == data
    except (CarrierFault, BundleInvalid):
        return False


def _write_index(
    connection: Connection, directory: Path, signer: TerminalIdentity, at: str, written: list[outbox.Entry]
) -> CarrierFault | None:
    following = outbox.next_position(connection, signer.epoch)
    index = Index(
        terminal=signer.terminal,
        epoch=signer.epoch,
        created=at,
        head_seq=following.seq - 1,
        head_id=following.prev,
        bundles=tuple(
            Listed(entry.id, entry.terminal, entry.epoch, entry.seq, entry.size) for entry in written
        ),
    )
    try:
        listing.write(directory / index.file_name, index.sign(signer))
    except CarrierFault as fault:
        return fault
    return None


@dataclass(frozen=True)
class ReceiptResult:
    """One receipt file: the receipt if it was valid and ours, else the code and params of why not."""

    name: str
    receipt: Receipt | None
    code: str
    params: Mapping[str, Param]


@dataclass(frozen=True)
class ReceiptsReport:
    """Every receipt file on the stick."""

    files: tuple[ReceiptResult, ...]

    @property
    def applied(self) -> int:
        """Receipts of this terminal's bundles."""
        return sum(result.receipt is not None for result in self.files)

    @property
    def foreign(self) -> int:
        """Genuine receipts of other terminals' bundles: normal on a stick that makes the round."""
        return sum(result.code == "receipt.unknown_bundle" for result in self.files)

    @property
    def refused(self) -> int:
        """Files that prove nothing."""
        return len(self.files) - self.applied - self.foreign


def collect_receipts(connection: Connection, directory: Path, collector: CollectorPublic) -> ReceiptsReport:
    """Apply the receipts that came back; content is deleted for those that are valid, and for nothing else.

    Raises CarrierFault `carrier.no_folder` (no folder, or no `receipts` in it), `carrier.too_many_files`.
    """
    folder = directory / RECEIPTS
    if folder.is_symlink():
        raise CarrierFault("carrier.no_folder", path=str(folder))
    found = listing.find(folder, SUFFIX)
    return ReceiptsReport(tuple(_collect(connection, path, collector) for path in found))


def _collect(connection: Connection, path: Path, collector: CollectorPublic) -> ReceiptResult:
    name = listing.shown(path)
    try:
        data = listing.read(path, MAX_RECEIPT)
        with immediate(connection):
            return ReceiptResult(name, outbox.apply_receipt(connection, data, collector), "", {})
    except (CarrierFault, BundleInvalid, ReceiptInvalid) as fault:
        return ReceiptResult(name, None, fault.code, fault.params)
