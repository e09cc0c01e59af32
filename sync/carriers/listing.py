"""Looking at a folder someone handed over: names are only names, links and pipes are never opened."""

from __future__ import annotations

import os
from pathlib import Path

from sync import files
from sync.errors import BundleInvalid, CarrierFault

MAX_FILES = 10_000
_MAX_ENTRIES = 200_000  # of any kind: a stick can be full of other things, not of anything


def require_folder(path: Path) -> None:
    """Raise CarrierFault `carrier.no_folder` unless this is a directory that is there."""
    if not path.is_dir():
        raise CarrierFault("carrier.no_folder", path=str(path))


def find(directory: Path, suffix: str, limit: int = MAX_FILES) -> list[Path]:
    """What ends in `suffix` (in any case), sorted, whatever kind of thing it is. Hidden names are passed over.

    Those are other systems' own (`._x.kbr` on a stick that has seen a Mac) or a copy that was never finished.
    Raises CarrierFault `carrier.no_folder`, `carrier.too_many_files` before anything is read.
    """
    found = []
    try:
        with os.scandir(directory) as entries:
            for number, entry in enumerate(entries):
                if entry.name.lower().endswith(suffix) and not entry.name.startswith("."):
                    found.append(directory / entry.name)
                if len(found) > limit or number >= _MAX_ENTRIES:
                    raise CarrierFault("carrier.too_many_files", limit=limit)
    except OSError as error:
        raise CarrierFault("carrier.no_folder", path=str(directory)) from error
    return sorted(found)


def shown(path: Path) -> str:
    """A file's name made fit to show: at most 100 printable characters, the rest escaped."""
    name = path.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)[:100]


def read(path: Path, cap: int) -> bytes:
    """A regular file's bytes.

    Raises CarrierFault `carrier.not_a_file`, `carrier.file_read`, BundleInvalid `bundle.too_large`.
    """
    try:
        return files.read_regular(path, cap)
    except files.NotAFile as error:
        raise CarrierFault("carrier.not_a_file", name=shown(path)) from error
    except files.TooLarge as error:
        raise BundleInvalid("bundle.too_large", size=error.size, limit=cap) from error
    except OSError as error:
        raise CarrierFault("carrier.file_read", name=shown(path), reason=files.reason(error)) from error


def write(path: Path, data: bytes) -> None:
    """Write a file whole and read it back. Raises CarrierFault `carrier.folder_write`, `carrier.folder_verify`."""
    try:
        files.replace(path, data)
        written = files.read_regular(path, len(data))
    except OSError as error:
        raise CarrierFault("carrier.folder_write", name=shown(path), reason=files.reason(error)) from error
    if written != data:
        raise CarrierFault("carrier.folder_verify", name=shown(path))
