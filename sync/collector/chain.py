"""What the chain numbers say about a terminal: which bundles are missing, and where its history forks.

Every bundle names its predecessor's id, so a place in the chain is claimed twice: by the bundle that holds it and by
those that follow it. More than one claim on a place is a fork: a cloned disk, a restored backup, or a forgery
attempt with the terminal's own key. A place nobody holds below the head is a gap: lost, withheld, or still on its way.
What lies beyond the last bundle received cannot be seen from the chain; a stick's signed index tells that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sync.header import GENESIS


@dataclass(frozen=True)
class Link:
    """A bundle held, received or quarantined, as its header places it."""

    epoch: str
    seq: int
    id: str
    prev: str


@dataclass(frozen=True)
class Gap:
    """Bundles `first` to `last` of an epoch, both included, never arrived."""

    epoch: str
    first: int
    last: int


@dataclass(frozen=True)
class Fork:
    """Several bundles claim one place; `ids` are all of them, held or only named by a successor, sorted."""

    epoch: str
    seq: int
    ids: tuple[str, ...]


@dataclass(frozen=True)
class ChainReport:
    """One epoch of a terminal: the highest `seq` seen, what is missing below it, where it forks."""

    epoch: str
    head: int
    gaps: tuple[Gap, ...]
    forks: tuple[Fork, ...]


def examine(links: Iterable[Link]) -> list[ChainReport]:
    """One report per epoch, sorted by epoch."""
    by_epoch: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        by_epoch[link.epoch].append(link)
    return [_examine_epoch(epoch, members) for epoch, members in sorted(by_epoch.items())]


def _examine_epoch(epoch: str, links: list[Link]) -> ChainReport:
    held = sorted({link.seq for link in links})
    claims: defaultdict[int, set[str]] = defaultdict(set)
    for link in links:
        claims[link.seq].add(link.id)
        if link.prev != GENESIS:
            claims[link.seq - 1].add(link.prev)
    gaps = [
        Gap(epoch, before + 1, after - 1)
        for before, after in zip([0, *held], held, strict=False)
        if after - before > 1
    ]
    forks = [Fork(epoch, seq, tuple(sorted(ids))) for seq, ids in sorted(claims.items()) if len(ids) > 1]
    return ChainReport(epoch, held[-1], tuple(gaps), tuple(forks))
