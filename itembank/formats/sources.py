"""Where documents come from: a file, a folder or a zip archive, read without trust and without unpacking.

Caps hold for the number of files, for one file and for all that is read; archive names that leave the archive,
links, encrypted members and compression bombs are refused. (Python `zipfile`, « Decompression pitfalls ».)
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from itembank.formats.faults import Refused
from itembank.formats.safe_xml import MAX_BYTES

MAX_FILES = 5_000
MAX_TOTAL_BYTES = 200_000_000
MAX_RATIO = 200
SMALL = 100_000
"""Below this size nothing is a bomb, however well it compresses."""


class Source(Protocol):
    """Named documents, names relative with forward slashes."""

    def names(self) -> list[str]: ...

    def read(self, name: str) -> bytes:
        """Raises Refused: missing, too large, unreadable."""
        ...

    def shown(self, name: str) -> str:
        """The name as a person should see it."""
        ...


# Beside damage, zipfile has a RuntimeError for what it cannot read: an encryption, a version, a compression.


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open a file, folder or zip archive. Raises Refused, FileNotFoundError."""
    if path.is_dir():
        yield _Folder(path)
    elif zipfile.is_zipfile(path):
        if path.stat().st_size > MAX_TOTAL_BYTES:
            raise Refused("too_large", limit=MAX_TOTAL_BYTES)
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as fault:
            raise Refused("not_zip") from fault
        with archive:
            yield _Archive(path, archive)
    else:
        yield _File(path)


def resolved(base: str, address: str) -> str:
    """A relative address from inside the folder `base`. Raises Refused when it leaves the source."""
    if "\\" in address or "\0" in address or address.startswith("/") or ":" in address.split("/")[0]:
        raise Refused("outside", name=address[:120])
    parts: list[str] = []
    for part in (*PurePosixPath(base).parts, *address.split("/")):
        if part == "..":
            if not parts:
                raise Refused("outside", name=address[:120])
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class _File:
    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        return [self._path.name]

    def read(self, name: str) -> bytes:
        if name != self._path.name:
            raise Refused("missing", name=name[:120])
        # The path is the caller's own word: a link there is meant. Links inside a folder are not followed.
        return _file_bytes(self._path.resolve())

    def shown(self, name: str) -> str:
        return str(self._path)


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._names = sorted(self._walk())

    def _walk(self) -> Iterator[str]:
        count = 0
        for folder, folders, files in os.walk(self._path, followlinks=False):
            folders.sort()
            for name in files:
                count += 1
                if count > MAX_FILES:
                    raise Refused("too_many_files", limit=MAX_FILES)
                yield (Path(folder) / name).relative_to(self._path).as_posix()

    def names(self) -> list[str]:
        return self._names

    def read(self, name: str) -> bytes:
        if name not in self._names:
            raise Refused("missing", name=name[:120])
        return _file_bytes(self._path / name)

    def shown(self, name: str) -> str:
        return str(self._path / name)


def _file_bytes(path: Path) -> bytes:
    """A regular file's content. A link is not followed, a device or pipe is not opened."""
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise Refused("not_regular", name=path.name)
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Refused("too_large", limit=MAX_BYTES)
    return data


class _Archive:
    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._archive = archive
        self._read = 0
        self._members: dict[str, zipfile.ZipInfo] = {}
        members = archive.infolist()
        if len(members) > MAX_FILES:
            raise Refused("too_many_files", limit=MAX_FILES)
        if sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
            raise Refused("bomb", name=path.name)
        for member in members:
            self._admit(member)

    def _admit(self, member: zipfile.ZipInfo) -> None:
        name = member.filename
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name[:2]:
            raise Refused("outside", name=name[:120])
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Refused("not_regular", name=name[:120])
        if member.flag_bits & 0x1:
            raise Refused("encrypted", name=name[:120])
        if member.file_size > SMALL and member.file_size > MAX_RATIO * max(1, member.compress_size):
            raise Refused("bomb", name=name[:120])
        if member.is_dir():
            return
        if "\\" in name or name in self._members:
            raise Refused("outside" if "\\" in name else "twice", name=name[:120])
        self._members[name] = member

    def names(self) -> list[str]:
        return sorted(self._members)

    def read(self, name: str) -> bytes:
        member = self._members.get(name)
        if member is None:
            raise Refused("missing", name=name[:120])
        try:
            with self._archive.open(member) as file:
                data = file.read(MAX_BYTES + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
        ) as fault:
            raise Refused("not_zip") from fault
        self._read += len(data)
        if len(data) > MAX_BYTES:
            raise Refused("too_large", limit=MAX_BYTES)
        if self._read > MAX_TOTAL_BYTES:
            raise Refused("bomb", name=self._path.name)
        return data

    def shown(self, name: str) -> str:
        return f"{self._path}!{name}"
