"""The narrow face of a SQLite connection that the terminal's code relies on.

Only `execute` with positional parameters and `fetchone`/`fetchall` on its result, so that the same code runs on
the standard `sqlite3` and, in the power-cut tests, on APSW over a faulty file system.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Protocol


class Cursor(Protocol):
    """What `execute` returns."""

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """`sqlite3.Connection` and `apsw.Connection` both are one."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Cursor: ...


@contextlib.contextmanager
def immediate(connection: Connection) -> Iterator[None]:
    """One write transaction: BEGIN IMMEDIATE, then COMMIT, or ROLLBACK if anything is raised."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After a full disk SQLite may have rolled back by itself; the first error is the one to tell.
        with contextlib.suppress(Exception):
            connection.execute("ROLLBACK")
        raise
