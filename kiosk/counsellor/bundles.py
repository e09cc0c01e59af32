"""Where results are found, checked and opened: a collector's store, a folder of files, or this terminal's outbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import Failure
from kiosk.settings import Settings
from sync.bundle import MAX_BUNDLE, Bundle, TerminalLookup, open_block, parse, verify
from sync.errors import SyncFault
from sync.files import read_regular
from sync.keys import RecipientPrivate, TerminalPublic, load_terminal_card

SUFFIX = ".kbr"


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified and opened result: `report` as its JSON record, `name` when the identity was sealed to this key."""

    bundle_id: str
    terminal: str
    seq: int
    report: dict[str, Any]
    name: str | None

    @property
    def short(self) -> str:
        """The first eight digits of the bundle's id: enough to name it in a command."""
        return self.bundle_id[:8]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A bundle that could not be verified or opened, and why; it hides no other."""

    place: str
    fault: SyncFault


def read_file(path: Path) -> Bundle:
    """A bundle from a file. Raises BundleInvalid, OSError."""
    return parse(read_regular(path, MAX_BUNDLE))


def terminal_lookup(settings: Settings, collector: Path | None, cards: list[Path]) -> TerminalLookup:
    """Whose signatures are known here: given cards, this terminal's own, and those enrolled at the collector."""
    known: dict[tuple[str, str], TerminalPublic] = {}
    place = collector or settings.collector
    if (place / "collector.json").is_file():
        from sync.collector.store import Store

        with Store.open(place) as store:
            for one in store.terminals():
                known[one.card.terminal, one.card.epoch] = one.card
    own = settings.data / "keys" / "terminal.json"
    for path in [*([own] if own.is_file() else []), *cards]:
        card = load_terminal_card(path)
        known[card.terminal, card.epoch] = card
    return lambda terminal, epoch: known.get((terminal, epoch))


def sources(settings: Settings, place: Path | None) -> Iterator[tuple[str, bytes]]:
    """(where it stands, bytes) of every bundle in `place`, by default the collector's store, else the outbox."""
    found = place or settings.collector
    if (found / "collector.json").is_file():
        from sync.collector.store import Store

        with Store.open(found) as store:
            for row in store.bundles():
                body = store.body(row.id)
                if body is not None:
                    yield row.id[:8], body
    elif place is not None:
        if not place.is_dir():
            raise Failure("storage.missing", path=str(place))
        for path in sorted(place.glob(f"*{SUFFIX}")):
            yield path.name, read_regular(path, MAX_BUNDLE)
    else:
        from kiosk.sitting import store as terminal_store
        from sync import outbox

        connection = terminal_store.open_store(settings.data)
        try:
            for entry in outbox.pending(connection):
                yield entry.id[:8], outbox.body(connection, entry.id)
        finally:
            terminal_store.close(connection)


def open_result(data: bytes, key: RecipientPrivate, lookup: TerminalLookup) -> Opened:
    """Verify, then open one bundle. Raises BundleInvalid."""
    bundle = parse(data)
    verified = verify(bundle, lookup)
    report = json.loads(open_block(bundle, "result", key))
    name = None
    block = bundle.header.block("identity")
    if block is not None and any(r.kid == key.kid for r in block.recipients):
        name = json.loads(open_block(bundle, "identity", key))["name"]
    return Opened(verified.bundle_id, verified.header.terminal, verified.header.chain.seq, report, name)


def open_all(
    settings: Settings, place: Path | None, key: RecipientPrivate, cards: list[Path]
) -> tuple[list[Opened], list[Unreadable]]:
    """Every result that can be opened, oldest first, and those that cannot, each with its reason."""
    lookup = terminal_lookup(settings, place, cards)
    opened, unreadable = [], []
    for where, data in sources(settings, place):
        try:
            opened.append(open_result(data, key, lookup))
        except SyncFault as fault:
            unreadable.append(Unreadable(where, fault))
    return sorted(opened, key=lambda o: (o.report["ended"], o.bundle_id)), unreadable
