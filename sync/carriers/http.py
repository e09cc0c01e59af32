"""Push the outbox to a collector over HTTP: only what is missing there, and no success without a receipt.

First one question for the whole backlog (`POST /v1/bundles:missing`), answered with the receipts of what had already
arrived; then a `PUT /v1/bundles/{id}` for each of the rest. A status code never deletes anything: a bundle is done
when its receipt, signed by the pinned collector, is in the outbox. One bad bundle never holds up the others.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import itertools
import json
import random
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sync import canonical, outbox
from sync.carriers.backoff import Backoff, parse_retry_after
from sync.carriers.client import Answer, Client, Endpoint
from sync.database import Connection, immediate
from sync.errors import CarrierFault, Param, ReceiptInvalid, StoreFault
from sync.keys.collector import CollectorPublic
from sync.receipt import verify_receipt

_T = TypeVar("_T")

USUAL = Backoff()
_RANDOM = random.SystemRandom()
BATCH = 200  # ids in one question; an answer holding all their receipts stays far under the client's cap
_REFUSALS = {
    403: "carrier.refused_terminal",
    409: "carrier.refused_conflict",
    413: "carrier.refused_too_large",
    422: "carrier.refused_invalid",
}
_FINAL = frozenset({"carrier.refused_conflict", "carrier.refused_too_large", "carrier.refused_invalid"})
_AGAIN = frozenset(
    {"carrier.unreachable", "carrier.timeout", "carrier.protocol", "carrier.busy", "carrier.damaged"}
)
_HOPELESS = frozenset({"carrier.unreachable", "carrier.tls", "carrier.busy"})
_FAILURES_IN_A_ROW = 2
_CODE = re.compile(r"[a-z_]{1,32}(\.[a-z_]{1,32})?")


@dataclass(frozen=True)
class Outcome:
    """How one bundle fared: its state in the outbox now, and the code and params of what went wrong ('' = nothing)."""

    bundle_id: str
    seq: int
    state: outbox.State
    code: str
    params: Mapping[str, Param]


@dataclass(frozen=True)
class PushReport:
    """Every bundle that was tried, and the fault that ended the run early, if one did."""

    outcomes: tuple[Outcome, ...]
    stopped: CarrierFault | None

    def count(self, state: outbox.State) -> int:
        """How many of the tried bundles are now in this state."""
        return sum(outcome.state == state for outcome in self.outcomes)


Progress = Callable[[int, int, Outcome], None]
"""(bundles dealt with, bundles in all, the latest): called after each, outside any transaction."""


def push(
    connection: Connection,
    base_url: str,
    collector: CollectorPublic,
    *,
    progress: Progress | None = None,
    backoff: Backoff = USUAL,
    timeout: float = 20.0,
    tls: ssl.SSLContext | None = None,
    now: Callable[[], str] = canonical.utc_now,
    sleep: Callable[[float], object] = time.sleep,
    fraction: Callable[[], float] = _RANDOM.random,
) -> PushReport:
    """Send what has no receipt to the collector at `base_url`. Blocks; opens its own short transactions.

    Bundles in quarantine are asked about, so that a receipt granted later is picked up, but not sent again before
    `outbox.requeue`. `timeout` in seconds, `now` gives UTC text, `sleep` and `fraction` serve the backoff.

    Raises CarrierFault `carrier.url` only; every other failure is in the report. The outbox's own database errors
    pass through.
    """
    endpoint = Endpoint.parse(base_url)
    with contextlib.closing(Client(endpoint, timeout=timeout, tls=tls)) as client:
        run = _Run(connection, client, collector, progress, backoff, now, sleep, fraction)
        return run.all(outbox.pending(connection))


class _Run:
    """One push: the state that lasts from its first request to its last."""

    def __init__(
        self,
        connection: Connection,
        client: Client,
        collector: CollectorPublic,
        progress: Progress | None,
        backoff: Backoff,
        now: Callable[[], str],
        sleep: Callable[[float], object],
        fraction: Callable[[], float],
    ) -> None:
        self._connection = connection
        self._client = client
        self._collector = collector
        self._progress = progress
        self._backoff = backoff
        self._now = now
        self._sleep = sleep
        self._fraction = fraction
        self._outcomes: list[Outcome] = []
        self._total = 0

    def all(self, waiting: list[outbox.Entry]) -> PushReport:
        self._total = len(waiting)
        arrived, stopped = self._already_there(waiting)
        for entry in waiting:
            if entry.id in arrived:
                self._note(entry, "receipted", None)
        if stopped is not None:
            return PushReport(tuple(self._outcomes), stopped)
        return self._send_all([entry for entry in waiting if entry.id not in arrived])

    def _send_all(self, waiting: list[outbox.Entry]) -> PushReport:
        failures = 0
        for entry in waiting:
            if entry.state == "quarantined":
                self._note(entry, "quarantined", CarrierFault(entry.reason))
                continue
            failed = self._send(entry)
            failures = failures + 1 if failed is not None and failed.code in _AGAIN else 0
            if failed is not None and (failed.code in _HOPELESS or failures >= _FAILURES_IN_A_ROW):
                return PushReport(tuple(self._outcomes), failed)
        return PushReport(tuple(self._outcomes), None)

    def _already_there(self, waiting: list[outbox.Entry]) -> tuple[set[str], CarrierFault | None]:
        """Ids whose receipts the collector had ready, now applied; or why it is no use going on.

        Not being told is no obstacle to sending.
        """
        arrived: set[str] = set()
        for start in range(0, len(waiting), BATCH):
            ids = [entry.id for entry in waiting[start : start + BATCH]]
            try:
                answer = self._patiently(functools.partial(self._ask_missing, ids))
            except CarrierFault as fault:
                return arrived, fault if fault.code in _HOPELESS else None
            arrived.update(filter(None, map(self._apply, _receipts(answer.body))))
        return arrived, None

    def _ask_missing(self, ids: list[str]) -> Answer:
        body = canonical.encode({"ids": ids})
        answer = self._client.exchange(
            "POST", "/v1/bundles:missing", body, {"Content-Type": "application/json"}
        )
        if answer.status != 200:
            raise _refusal(answer)
        return answer

    def _apply(self, receipt: bytes) -> str | None:
        try:
            with immediate(self._connection):
                return outbox.apply_receipt(self._connection, receipt, self._collector).bundle_id
        except ReceiptInvalid:
            return None  # the bundle is sent as if nothing had been said

    def _send(self, entry: outbox.Entry) -> CarrierFault | None:
        try:
            data = outbox.body(self._connection, entry.id)
        except StoreFault:  # another push got its receipt meanwhile
            self._note(entry, "receipted", None)
            return None
        try:
            receipt = self._patiently(functools.partial(self._put, entry.id, data))
        except CarrierFault as fault:
            self._record_failure(entry, fault)
            return fault
        with immediate(self._connection):
            outbox.apply_receipt(self._connection, receipt, self._collector)
        self._note(entry, "receipted", None)
        return None

    def _put(self, bundle_id: str, data: bytes) -> bytes:
        """Send one bundle; its valid receipt, or CarrierFault."""
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode("ascii")
        answer = self._client.exchange(
            "PUT",
            f"/v1/bundles/{bundle_id}",
            data,
            {"Content-Type": "application/octet-stream", "Content-Digest": f"sha-256=:{digest}:"},
        )
        if answer.status not in (200, 201):
            raise _refusal(answer)
        try:
            verify_receipt(answer.body, self._collector, bundle_id)
        except ReceiptInvalid as error:
            raise CarrierFault("carrier.no_receipt", status=answer.status, receipt_code=error.code) from error
        return answer.body

    def _record_failure(self, entry: outbox.Entry, fault: CarrierFault) -> None:
        state: outbox.State = entry.state
        if fault.code in _FINAL:
            state = "quarantined"
        elif fault.code in ("carrier.no_receipt", "carrier.timeout"):
            state = "sent"  # it may well be there: only the proof is missing
        if state != "receipted":
            with immediate(self._connection):
                outbox.record_attempt(
                    self._connection, entry.id, at=self._now(), state=state, reason=fault.code
                )
        self._note(entry, state, fault)

    def _note(self, entry: outbox.Entry, state: outbox.State, fault: CarrierFault | None) -> None:
        outcome = Outcome(
            entry.id, entry.seq, state, fault.code if fault else "", fault.params if fault else {}
        )
        self._outcomes.append(outcome)
        if self._progress is not None:
            self._progress(len(self._outcomes), self._total, outcome)

    def _patiently(self, request: Callable[[], _T]) -> _T:
        """Repeat a request that failed in passing, as the backoff says."""
        for attempt in itertools.count():
            try:
                return request()
            except CarrierFault as fault:
                wait = self._wait(attempt, fault)
                if wait is None:
                    raise
            self._sleep(wait)
        raise AssertionError("unreachable")

    def _wait(self, attempt: int, fault: CarrierFault) -> float | None:
        if fault.code not in _AGAIN:
            return None
        asked = fault.params.get("retry_after")
        return self._backoff.delay(attempt, self._fraction(), float(asked) if asked is not None else None)


def _refusal(answer: Answer) -> CarrierFault:
    """What a status other than success means."""
    if answer.status in (429, 503):
        seconds = parse_retry_after(answer.headers.get("retry-after"))
        return CarrierFault("carrier.busy", status=answer.status, retry_after=seconds)
    server_code = _server_code(answer.body)
    if answer.status == 422 and server_code == "bundle.content_digest":
        return CarrierFault("carrier.damaged", status=answer.status)
    code = _REFUSALS.get(answer.status, "carrier.refused")
    return CarrierFault(code, status=answer.status, server_code=server_code)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _server_code(body: bytes) -> str:
    code = _json_object(body).get("code")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _receipts(body: bytes) -> list[bytes]:
    """The receipts in an answer to the question what is missing; none, if it makes no sense."""
    texts = _json_object(body).get("receipts")
    if not isinstance(texts, list):
        return []
    receipts = []
    for text in texts[:BATCH]:
        with contextlib.suppress(ValueError):
            receipts.append(base64.b64decode(text, validate=True) if isinstance(text, str) else b"")
    return receipts
