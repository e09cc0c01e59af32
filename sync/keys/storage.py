"""Key files and cards on disk: private files 0600 and never overwritten, cards readable by all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sync import canonical, files
from sync.canonical import Malformed
from sync.errors import KeyFault
from sync.fields import Fields

MAX_KEY_FILE = 64 * 1024
PRIVATE, PUBLIC = 0o600, 0o644


def directory(path: Path) -> None:
    """Make a directory for keys, 0700. Raises KeyFault `keys.write`."""
    try:
        files.private_directory(path)
    except OSError as error:
        raise KeyFault("keys.write", path=str(path), errno=files.reason(error)) from error


def refuse_existing(*paths: Path) -> None:
    """Raise KeyFault `keys.exists` if any of these is there, whatever it is."""
    for path in paths:
        if path.exists() or path.is_symlink():
            raise KeyFault("keys.exists", path=str(path))


def create(path: Path, record: Mapping[str, Any], mode: int) -> None:
    """Write a record as canonical JSON into a new file. Raises KeyFault `keys.exists`, `keys.write`."""
    try:
        files.create(path, canonical.encode(record), mode)
    except FileExistsError as error:
        raise KeyFault("keys.exists", path=str(path)) from error
    except OSError as error:
        raise KeyFault("keys.write", path=str(path), errno=files.reason(error)) from error


def read(path: Path, *, private: bool) -> Fields:
    """The record in a key file or card.

    Raises KeyFault `keys.missing`, `keys.file_mode` (private and readable by others), `keys.malformed`.
    """
    try:
        exposed = files.open_to_others(path) if private else None
        data = path.read_bytes() if path.stat().st_size <= MAX_KEY_FILE else b""
    except OSError as error:
        raise KeyFault("keys.missing", path=str(path)) from error
    if exposed is not None:
        raise KeyFault("keys.file_mode", path=str(path), mode=f"{exposed:04o}")
    try:
        return Fields(canonical.decode(data))
    except Malformed as error:
        raise KeyFault("keys.malformed", path=str(path)) from error


def decode_card(data: bytes) -> Fields:
    """The record in a card's bytes. Raises KeyFault `keys.malformed`."""
    try:
        if len(data) > MAX_KEY_FILE:
            raise Malformed("size")
        return Fields(canonical.decode(data))
    except Malformed as error:
        raise KeyFault("keys.malformed", field=error.field) from error
