"""The terminal: the one place where a sitting meets the disk — keys, database, bank, outbox.

A data directory holds ``keys/`` (this terminal's own), ``recipients/`` and ``collectors/`` (cards it trusts),
``kiosk.db`` (campaigns, journals, outbox) and either ``bank/`` (an installed release, unreadable at rest) or ``bank.db``.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from itembank.bank import Bank
from kiosk.errors import Failure
from kiosk.sitting import access_code, store
from kiosk.sitting.campaign import Campaign, today
from kiosk.sitting.installed_bank import is_installed, open_installed
from kiosk.sitting.journal import Event, Journal
from kiosk.sitting.machine import Sitting
from kiosk.sitting.plan import Plan, plan_for
from kiosk.sitting.report import Report, build_report
from sync import outbox
from sync.bundle import seal
from sync.canonical import utc_now
from sync.database import Connection
from sync.header import Context
from sync.keys import (
    Argon2Cost,
    KeyRing,
    RecipientPrivate,
    RecipientPublic,
    TerminalIdentity,
    init_terminal,
    load_ring,
    load_terminal,
)

KEYS = "keys"


def local_now() -> str:
    """The PC's local time with its offset, to the second: what a person calls the time."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


@dataclass(slots=True)
class Underway:
    """A sitting that has begun on this terminal: the test, its journal, and what opens it again."""

    sitting: Sitting
    journal: Journal
    resume_code: str | None
    started: str
    name: str | None


class Terminal:
    """An enrolled terminal, opened. Use `Terminal.open`; close it when done."""

    def __init__(
        self,
        directory: Path,
        identity: TerminalIdentity,
        ring: KeyRing,
        connection: Connection,
        bank: Bank,
        cost: Argon2Cost,
        bank_fault: str = "",
    ) -> None:
        """`bank_fault` says why the newest installed bank is not the one in use: a catalogue code, empty when it is."""
        self.bank_fault = bank_fault
        self.directory = directory
        self.identity = identity
        self.ring = ring
        self.connection = connection
        self.bank = bank
        self._cost = cost

    @classmethod
    def open(
        cls,
        directory: Path,
        bank_path: Path,
        *,
        connect: Callable[[str], Connection] | None = None,
        cost: Argon2Cost | None = None,
    ) -> Terminal:
        """Open keys, database and bank, checking each before a candidate sits down.

        Raises KeyFault, Failure, BankUnreadable, sqlite3.Error.
        """
        if not (directory / KEYS).is_dir():
            raise Failure("terminal.not_enrolled", path=str(directory))
        identity = load_terminal(directory / KEYS)
        ring = load_ring(directory)
        if not ring.sealed_to("counsellor", "recovery", "collector"):
            raise Failure("terminal.no_recipient")
        if bank_path.parent == directory and is_installed(directory):
            installed = open_installed(directory, identity.secret)
            bank, bank_fault = installed.bank, installed.fallen_back
        else:
            bank, bank_fault = Bank.open(bank_path), ""
        try:
            connection = store.open_store(directory, connect) if connect else store.open_store(directory)
        except BaseException:
            bank.close()
            raise
        return cls(directory, identity, ring, connection, bank, cost or Argon2Cost(), bank_fault)

    def close(self) -> None:
        store.close(self.connection)
        self.bank.close()

    # --- codes ---

    def recognise(self, typed: str) -> Campaign | str:
        """The campaign that a typed access code opens, or a resume code in plain form.

        Raises CodeWrong (the kind of slip) or Failure ``code.unknown``, ``code.closed``.
        """
        known = store.campaigns(self.connection)
        code = access_code.read(typed, [c.code for c in known])
        if code.is_resume:
            return code.plain
        campaign = next((c for c in known if c.code == code.plain), None)
        if campaign is None:
            raise Failure("code.unknown")
        if campaign.is_closed(today()):
            raise Failure("code.closed", date=campaign.closes)
        return campaign

    # --- a sitting's life ---

    def begin(self, campaign: Campaign, *, language: str, name: str | None = None) -> Underway:
        """Begin a sitting: from here on nothing validated is lost. Takes the time of one Argon2id."""
        plan = plan_for(
            campaign,
            language=language,
            bank_version=self.bank.version,
            bank_digest=self.bank.digest,
            seed=secrets.randbits(62),
        )
        self._context(plan)  # an impossible context must fail now, not after an hour
        code = access_code.draw(access_code.RESUME_LENGTH) if plan.resume == "code" else None
        started = local_now()
        first = {"type": "opened", "plan": plan.to_record(), "name": name, "started": started, "active": 0.0}
        sitting = Sitting(plan, self.bank, record=_nowhere)
        journal = Journal.begin(
            self.connection,
            code=code,
            terminal_secret=self.identity.secret,
            recipients=self._readers(),
            opened=started[:10],
            first=first,
            cost=self._cost,
        )
        sitting.record_to(journal.append)
        return Underway(sitting, journal, code, started, name)

    def resume(self, code: str) -> Underway:
        """Take up the sitting that a resume code (plain form) opens, at the very question where it stopped.

        Raises Failure ``code.no_sitting``, ``journal.damaged``, ``bank.other_version``.
        """
        journal, events = Journal.resume(
            self.connection,
            code=code,
            terminal_secret=self.identity.secret,
            recipients=self._readers(),
            cost=self._cost,
        )
        return self._taken_up(journal, events, code)

    def recover(self, sitting_id: str, private: RecipientPrivate) -> Underway:
        """Take up an abandoned sitting by its escrow, for whoever holds a recipient's private key.

        Raises Failure ``results.unknown``, ``journal.not_recoverable``, ``journal.damaged``, ``bank.other_version``.
        """
        journal, events = Journal.recover(
            self.connection, sitting=sitting_id, private=private, recipients=self._readers()
        )
        return self._taken_up(journal, events, None)

    def _taken_up(self, journal: Journal, events: list[Event], code: str | None) -> Underway:
        opened = events[0]
        sitting = Sitting(Plan.from_record(opened["plan"]), self.bank, record=journal.append)
        sitting.replay(events[1:])
        return Underway(sitting, journal, code, opened["started"], opened["name"])

    def finish(self, underway: Underway) -> Report:
        """Seal the result into the outbox and destroy the journal's keys, in one transaction; then the report.

        When it raises, the journal is untouched and finishing can be tried again.
        """
        sitting, journal = underway.sitting, underway.journal
        report = build_report(
            sitting, self.bank, sitting_id=journal.sitting, started=underway.started, ended=local_now()
        )
        result = json.dumps(report.to_record(), ensure_ascii=False).encode()
        blocks = {"result": (result, self._readers())}
        if underway.name:
            identity = json.dumps({"name": underway.name, "sitting": journal.sitting}, ensure_ascii=False)
            blocks["identity"] = (identity.encode(), self.ring.sealed_to("counsellor", "recovery"))
            if not blocks["identity"][1]:
                del blocks["identity"]

        def hand_over(connection: Connection) -> None:
            bundle = seal(
                blocks,
                signer=self.identity,
                chain=outbox.next_position(connection, self.identity.epoch),
                context=self._context(sitting.plan),
                created=utc_now(),
            )
            outbox.add(connection, bundle)

        journal.close_into(hand_over)
        return report

    def _readers(self) -> tuple[RecipientPublic, ...]:
        return self.ring.sealed_to("counsellor", "recovery", "collector")

    def _context(self, plan: Plan) -> Context:
        config = json.dumps(plan.to_record() | {"seed": 0}, sort_keys=True).encode()
        return Context(plan.campaign, plan.bank_digest, plan.bank_version, hashlib.sha256(config).hexdigest())


def _nowhere(event: dict[str, object]) -> None:
    """A sitting that has not begun records nothing."""


def enrol(directory: Path, *, terminal: str | None = None) -> TerminalIdentity:
    """Prepare a data directory: this terminal's keys and its database, durably.

    Raises KeyFault ``keys.exists`` (nothing is overwritten), OSError, sqlite3.Error.
    """
    identity = init_terminal(directory / KEYS, terminal=terminal)
    store.create(directory)
    return identity
