"""What an administrator does to a collector's directory, each in one call; the server may be running meanwhile."""

from __future__ import annotations

from pathlib import Path

from sync.collector.store import EnrolledTerminal, Store
from sync.keys.terminal import TerminalPublic


def enrol(directory: Path, card: TerminalPublic) -> None:
    """Let a terminal's bundles in. Raises StoreFault `store.enrolled_otherwise`, `store.unavailable`, KeyFault."""
    with Store.open(directory) as store:
        store.enrol(card)


def revoke(directory: Path, terminal: str, epoch: str) -> None:
    """Let nothing new in from an enrolment. Raises StoreFault `store.unknown_terminal`, `store.unavailable`, KeyFault."""
    with Store.open(directory) as store:
        store.revoke(terminal, epoch)


def terminals(directory: Path) -> list[EnrolledTerminal]:
    """Every enrolled terminal and what came from it. Raises StoreFault `store.unavailable`, KeyFault."""
    with Store.open(directory) as store:
        return store.terminals()
