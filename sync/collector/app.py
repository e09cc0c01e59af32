"""The collector's HTTP face (Starlette). It reads no bundle's content and holds no key that could.

| request | answers |
|---|---|
| `PUT /v1/bundles/{id}` | 201 new, 200 same again (body: the signed receipt); 403 unknown or revoked terminal; 409 the place is taken by other content (kept); 413; 422 bad signature, digest or format; 503 with Retry-After |
| `POST /v1/bundles:missing` `{"ids": [...]}` | 200 `{"missing": [...], "receipts": [base64, ...]}` |
| `GET /v1/health` | 200 `{"status": "ok", "collector": keyid}`; 503 |

Every refusal's body is JSON `{"code": ..., "params": {...}}` with the codes of `sync.errors`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync import canonical
from sync.bundle import MAX_BUNDLE
from sync.canonical import Malformed
from sync.collector.store import Store
from sync.collector.writer import GroupWriter
from sync.errors import BundleInvalid, StoreFault, SyncFault
from sync.fields import HEX_256

MAX_IDS = 1000
MAX_QUESTION = 128 * 1024
READ_SECONDS = 60.0
_IN_FLIGHT = 128 * 1024 * 1024  # bytes of bodies held in memory at once
_STATUS = {
    "bundle.too_large": 413,
    "bundle.unknown_terminal": 403,
    "bundle.revoked_terminal": 403,
    "bundle.conflict": 409,
}


class _Intake:
    """How many bytes of request bodies are in memory; refuses rather than swap."""

    def __init__(self) -> None:
        self._held = 0

    @contextlib.contextmanager
    def reserve(self, size: int) -> Iterator[None]:
        if self._held + size > _IN_FLIGHT:
            raise StoreFault("store.busy", retry_after=5)
        self._held += size
        try:
            yield
        finally:
            self._held -= size


def create_app(store: Store) -> Starlette:
    """The application over an open store. Single process: its writer is the store's only busy one."""
    writer = GroupWriter(store)
    intake = _Intake()

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(writer.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def put_bundle(request: Request) -> Response:
        announced = str(request.path_params["bundle_id"])
        with intake.reserve(_announced_size(request)):
            data = await _read_body(request, MAX_BUNDLE)
            _check_content_digest(request.headers.get("content-digest"), data)
            bundle = store.check(data)
            if bundle.id != announced:
                raise BundleInvalid("bundle.id", expected=announced[:64], found=bundle.id)
            accepted = await writer.submit(bundle)
        if accepted.receipt is None:
            chain = bundle.header.chain
            raise BundleInvalid(
                "bundle.conflict", terminal=bundle.header.terminal, epoch=chain.epoch, seq=chain.seq
            )
        status = 201 if accepted.kind == "new" else 200
        return Response(accepted.receipt, status, media_type="application/json")

    async def ask_missing(request: Request) -> Response:
        ids = _read_ids(await _read_body(request, MAX_QUESTION))
        missing, receipts = await asyncio.to_thread(store.missing, ids)
        return JSONResponse(
            {"missing": missing, "receipts": [canonical.to_base64(item) for item in receipts]}
        )

    async def health(_: Request) -> Response:
        await asyncio.to_thread(store.ping)
        return JSONResponse({"status": "ok", "collector": store.collector_keyid})

    return Starlette(
        routes=[
            Route("/v1/bundles/{bundle_id}", put_bundle, methods=["PUT"]),
            Route("/v1/bundles:missing", ask_missing, methods=["POST"]),
            Route("/v1/health", health, methods=["GET"]),
        ],
        exception_handlers={
            SyncFault: _refuse,
            Malformed: _refuse_malformed,
            HTTPException: _refuse_http,
            TimeoutError: _refuse_slow,
            ClientDisconnect: _gone,
            Exception: _internal,
        },
        lifespan=lifespan,
    )


def _announced_size(request: Request) -> int:
    """What the body will take: its announced length, or the most it may be. Raises BundleInvalid over the cap."""
    text = request.headers.get("content-length", "")
    if not (text.isascii() and text.isdigit()):
        return MAX_BUNDLE
    if int(text) > MAX_BUNDLE:
        raise BundleInvalid("bundle.too_large", size=int(text), limit=MAX_BUNDLE)
    return int(text)


async def _read_body(request: Request, cap: int) -> bytes:
    parts, size = [], 0
    async with asyncio.timeout(READ_SECONDS):
        async for part in request.stream():
            size += len(part)
            if size > cap:
                raise BundleInvalid("bundle.too_large", size=size, limit=cap)
            parts.append(part)
    return b"".join(parts)


def _check_content_digest(header: str | None, data: bytes) -> None:
    """RFC 9530 section 2: of the digests given, the one we know must match; giving none is allowed."""
    for member in (header or "").split(","):
        name, _, value = member.strip().partition("=")
        if name.strip().lower() == "sha-256":
            expected = f":{canonical.to_base64(hashlib.sha256(data).digest())}:"
            if value.strip() != expected:
                raise BundleInvalid("bundle.content_digest")


def _read_ids(body: bytes) -> list[str]:
    question = canonical.decode(body)
    ids = question.get("ids") if isinstance(question, dict) else None
    if not isinstance(ids, list) or len(ids) > MAX_IDS:
        raise Malformed("ids")
    if not all(isinstance(item, str) and HEX_256.fullmatch(item) for item in ids):
        raise Malformed("ids")
    return ids


def _error(status: int, code: str, params: dict[str, Any] | None = None, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"code": code, "params": params or {}}, status, headers=named)


async def _refuse(_: Request, fault: Exception) -> Response:
    if not isinstance(fault, SyncFault):
        raise fault
    if isinstance(fault, StoreFault):
        seconds = int(fault.params.get("retry_after", 30))
        return _error(503, fault.code, fault.params, Retry_After=str(seconds))
    return _error(_STATUS.get(fault.code, 422), fault.code, fault.params)


async def _refuse_malformed(_: Request, error: Exception) -> Response:
    return _error(422, "http.malformed", {"field": getattr(error, "field", "")})


async def _refuse_http(_: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 400)
    code = {404: "http.not_found", 405: "http.method"}.get(status, "http.malformed")
    return _error(status, code)


async def _refuse_slow(_: Request, __: Exception) -> Response:
    return _error(408, "http.timeout", Connection="close")


async def _gone(_: Request, __: Exception) -> Response:
    return _error(400, "http.malformed")  # nobody reads this


async def _internal(_: Request, __: Exception) -> Response:
    return _error(500, "http.internal")
