"""The bank of the shipped content, built on the spot for commands that need one and were given none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import Failure

if TYPE_CHECKING:
    from itembank.bank import Bank


def build_shipped(path: Path) -> None:
    """Compile the shipped content to `path`. Raises Failure ``bank.has_problems``, OSError."""
    from itembank.authoring import load_content, shipped_content
    from itembank.build import build_bank

    content = load_content([shipped_content()])
    if content.problems:
        raise Failure("bank.has_problems", count=len(content.problems))
    build_bank(content.authored, path, content.version)


@contextmanager
def shipped_bank() -> Iterator[Bank]:
    """The shipped content as an open bank, in a folder that goes when it is closed."""
    from itembank.bank import Bank

    with tempfile.TemporaryDirectory(prefix="kiosk-bank-") as folder:
        path = Path(folder) / "bank.db"
        build_shipped(path)
        with Bank.open(path) as bank:
            yield bank
