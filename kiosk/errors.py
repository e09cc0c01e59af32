"""From a fault to what a person reads: what happened, what is safe, what to do.

Every package raises faults that carry a `code` and `params`; the sentences stand in `locale/*/errors.toml`.
"""

from __future__ import annotations

import errno
import sys
from typing import Any

from kiosk.locale import has, t


class Failure(Exception):
    """A foreseen failure of the kiosk itself; `code` is a key of the errors catalogue."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


def code_and_params(fault: BaseException) -> tuple[str, dict[str, Any]] | None:
    """The code and parameters of a foreseen fault; None for an unforeseen one."""
    code = getattr(fault, "code", None)
    if isinstance(code, str) and has(f"errors.{code}"):
        return code, dict(getattr(fault, "params", {}))
    sqlite = sys.modules.get("sqlite3")  # not imported here: if nobody did, no fault is of its kind
    if sqlite is not None and isinstance(fault, sqlite.Error):
        return _storage(fault)
    if isinstance(fault, OSError):
        known = {errno.ENOSPC: "storage.full", errno.EDQUOT: "storage.full", errno.EROFS: "storage.read_only"}
        known |= {errno.EACCES: "storage.read_only", errno.EPERM: "storage.read_only"}
        if fault.errno in known:
            return known[fault.errno], {"where": _where(fault.filename)}
        if fault.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR):
            return "storage.missing", {"path": str(fault.filename or "")}
        return "storage.failed", {"reason": fault.strerror or type(fault).__name__}
    return None


def _where(path: object) -> str:
    """The place a sentence may name: with its space and parentheses, or nothing where the fault does not say."""
    return f" ({path})" if path else ""


def _storage(fault: BaseException) -> tuple[str, dict[str, Any]]:
    name = getattr(fault, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_FULL"):
        return "storage.full", {"where": ""}
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return "storage.read_only", {"where": ""}
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return "storage.corrupt", {}
    return "storage.failed", {"reason": name or type(fault).__name__}


def sentence(fault: BaseException) -> str | None:
    """The sentence for a foreseen fault in the interface's language; None for an unforeseen one."""
    found = code_and_params(fault)
    if found is None:
        return None
    code, params = found
    return t(f"errors.{code}", **params)
