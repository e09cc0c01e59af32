"""Writing so that a power cut leaves the old file or the new one, and reading only what is really a file."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)  # absent on Windows
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_POSIX = os.name == "posix"


class NotAFile(OSError):
    """A link, pipe, device or directory stands where a regular file was expected."""


class TooLarge(OSError):
    """The file is over the cap; `size` is its size in bytes as far as known."""

    def __init__(self, size: int) -> None:
        super().__init__(errno.EFBIG, "over the cap")
        self.size = size


def reason(error: OSError) -> str:
    """The error's symbolic name (`ENOSPC`), or its class where there is none: fit for a fault's params."""
    return errno.errorcode.get(error.errno or 0, type(error).__name__)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable. File systems that cannot (FAT, Windows) are let off."""
    if not _POSIX:
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def private_directory(directory: Path) -> None:
    """Make the directory (and its parents) if it is not there, and let nobody else into it (0700)."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _POSIX:
        directory.chmod(0o700)


def create(path: Path, data: bytes, mode: int) -> None:
    """Write a file that must not exist yet, durably. Raises FileExistsError; never follows a link."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
    descriptor = os.open(path, flags, mode)
    try:
        _write_all(descriptor, data)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    finally:
        os.close(descriptor)
    sync_directory(path.parent)


def replace(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all: temporary name beside it, fsync, rename, fsync of the directory."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
    descriptor = os.open(temporary, flags, mode)
    try:
        try:
            _write_all(descriptor, data)
            if hasattr(os, "posix_fadvise"):  # so that reading back asks the medium, not the page cache
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_directory(path.parent)


def read_regular(path: Path, cap: int) -> bytes:
    """The bytes of a regular file of at most `cap` bytes, never through a link, never waiting on a pipe.

    Raises NotAFile, TooLarge, or OSError.
    """
    if not stat.S_ISREG(path.lstat().st_mode):  # opening a device can act on it: look first
        raise NotAFile(errno.EINVAL, "not a regular file")
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_FOLLOW | _NO_WAIT | _BINARY)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotAFile(errno.ELOOP, "a link") from error
        raise
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise NotAFile(errno.EINVAL, "not a regular file")
        if found.st_size > cap:
            raise TooLarge(found.st_size)
        data = file.read(cap + 1)
    if len(data) > cap:
        raise TooLarge(len(data))
    return data


def open_to_others(path: Path) -> int | None:
    """The permission bits of a file that group or others can touch, or None if it is private (always on Windows)."""
    mode = stat.S_IMODE(path.stat().st_mode)
    return mode if _POSIX and mode & 0o077 else None
