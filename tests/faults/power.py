"""A disk whose power can be cut: SQLite runs on it through APSW, every operation is logged, and any prefix of the
log can be turned into what might be left on the platter.

Writes since a file's last sync may be dropped, torn at sector boundaries, or kept at random; deletions become
durable at the next sync of anything. Nothing that was synced is ever lost: that is what a sync promises.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512
POLICIES = ("dropped", "torn", "kept")


@dataclass
class PowerLog:
    """Everything SQLite asked of the disk, in order, and the files as they were when logging began."""

    directory: Path
    base: dict[str, bytes]
    operations: list[tuple[str, str, int, bytes]] = field(default_factory=list)

    def add(self, kind: str, path: str, offset: int = 0, data: bytes = b"") -> None:
        name = Path(path).name
        if not name.endswith("-shm"):
            self.operations.append((kind, name, offset, data))

    def __len__(self) -> int:
        return len(self.operations)

    def after_cut(self, count: int, policy: str, rng: random.Random) -> dict[str, bytes]:
        """The files that may be found after power went off right after `count` operations."""
        durable: dict[str, bytearray | None] = {name: bytearray(data) for name, data in self.base.items()}
        pending: dict[str, list[tuple[str, int, bytes]]] = {}
        deleted: set[str] = set()
        for kind, name, offset, data in self.operations[:count]:
            if kind == "sync":
                for gone in deleted:
                    durable.pop(gone, None)
                deleted.clear()
                for operation in pending.pop(name, []):
                    _apply(durable, name, *operation)
            elif kind == "delete":
                pending.pop(name, None)
                deleted.add(name)
            else:
                if name in deleted:  # made again before its deletion was durable
                    deleted.discard(name)
                    durable[name] = bytearray()
                pending.setdefault(name, []).append((kind, offset, data))
        for name, operations in pending.items():
            for operation in operations:
                _perhaps(durable, name, operation, policy, rng)
        for gone in deleted:
            if policy != "dropped" and rng.random() < 0.5:
                durable.pop(gone, None)
        return {name: bytes(data) for name, data in durable.items() if data is not None}


def _apply(files: dict[str, bytearray | None], name: str, kind: str, offset: int, data: bytes) -> None:
    content = files.get(name)
    if content is None:
        content = files[name] = bytearray()
    if kind == "truncate":
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def _perhaps(files, name: str, operation: tuple[str, int, bytes], policy: str, rng: random.Random) -> None:
    kind, offset, data = operation
    if policy == "dropped":
        return
    if kind == "truncate" or policy == "kept":
        if rng.random() < 0.5:
            _apply(files, name, kind, offset, data)
        return
    start = 0
    while start < len(data):  # sector by sector, in no order a caller could rely on
        end = min(len(data), start + SECTOR - (offset + start) % SECTOR)
        if rng.random() < 0.5:
            _apply(files, name, "write", offset + start, data[start:end])
        start = end


_numbers = itertools.count()


class _LoggedFile(apsw.VFSFile):
    def __init__(self, log: PowerLog, name, flags) -> None:
        super().__init__("", name, flags)
        self._log = log
        self._path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's names
        super().xWrite(data, offset)
        self._log.add("write", self._path, offset, bytes(data))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        super().xTruncate(size)
        self._log.add("truncate", self._path, size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._log.add("sync", self._path)


class _LoggedDisk(apsw.VFS):
    def __init__(self, name: str, log: PowerLog) -> None:
        self._log = log
        super().__init__(name, "")

    def xOpen(self, name, flags):  # noqa: N802
        return _LoggedFile(self._log, name, flags)

    def xDelete(self, name: str, sync_directory: bool) -> None:  # noqa: N802
        super().xDelete(name, sync_directory)
        self._log.add("delete", name)


class FaultyPower:
    """Use `connect` where a terminal opens its database; read `log` afterwards."""

    def __init__(self, directory: Path) -> None:
        base = {p.name: p.read_bytes() for p in directory.glob("kiosk.db*") if not p.name.endswith("-shm")}
        self.log = PowerLog(directory, base)
        self._name = f"power-{next(_numbers)}"
        self._vfs = _LoggedDisk(self._name, self.log)

    def connect(self, path: str) -> apsw.Connection:
        return apsw.Connection(path, vfs=self._name)
