"""One kept-alive HTTP connection with the standard library, and every way it can fail as a CarrierFault."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sync import files
from sync.errors import CarrierFault

MAX_ANSWER = 1024 * 1024
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Endpoint:
    """Where a collector lives. `path` has no trailing slash."""

    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, url: str) -> Endpoint:
        """Read `http(s)://host[:port][/path]`. Raises CarrierFault `carrier.url`."""
        try:
            parts = urlsplit(url.strip())
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError) as error:
            raise CarrierFault("carrier.url") from error
        strange = parts.username or parts.password or parts.query or parts.fragment
        if not parts.hostname or strange or not re.fullmatch(r"[!-~]+", url.strip()):
            raise CarrierFault("carrier.url")
        return cls(parts.scheme == "https", parts.hostname, port, parts.path.rstrip("/"))


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, whole. Header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """A connection that is opened when needed and kept while it lasts. Close it, or use `contextlib.closing`.

    `timeout` in seconds bounds connecting, each wait for bytes, and (twice over) reading an answer's body.
    """

    def __init__(self, endpoint: Endpoint, *, timeout: float, tls: ssl.SSLContext | None = None) -> None:
        self._endpoint = endpoint
        self._timeout = timeout
        self._tls = tls
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Close the connection, if one is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request and read its whole answer.

        A kept connection the server has meanwhile closed is replaced once, silently: every request we make may be
        repeated. Raises CarrierFault `carrier.unreachable`, `.tls`, `.timeout`, `.protocol`.
        """
        fresh = self._connection is None
        try:
            return self._exchange(method, path, body, headers)
        except CarrierFault as fault:
            if fresh or fault.code != "carrier.protocol":
                raise
        return self._exchange(method, path, body, headers)

    def _exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection = self._connection or self._connect()
        self._connection = None  # kept again only after an answer read to its end
        try:
            answer, keep = self._ask(connection, method, path, body, headers)
        except TimeoutError as error:
            connection.close()
            raise self._fault("carrier.timeout", seconds=self._timeout) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            raise self._fault("carrier.protocol") from error
        if keep:
            self._connection = connection
        else:
            connection.close()
        return answer

    def _connect(self) -> http.client.HTTPConnection:
        endpoint = self._endpoint
        connection: http.client.HTTPConnection
        if endpoint.secure:
            context = self._tls or ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                endpoint.host, endpoint.port, timeout=self._timeout, context=context
            )
        else:
            connection = http.client.HTTPConnection(endpoint.host, endpoint.port, timeout=self._timeout)
        try:
            connection.connect()
        except ssl.SSLError as error:
            connection.close()
            raise self._fault("carrier.tls", reason=error.reason or type(error).__name__) from error
        except OSError as error:
            connection.close()
            raise self._fault("carrier.unreachable", reason=_reason(error)) from error
        return connection

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
    ) -> tuple[Answer, bool]:
        deadline = time.monotonic() + self._timeout
        # A server may refuse before it has read everything: its answer is still worth hearing.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, self._endpoint.path + path, body=body, headers=dict(headers))
        with connection.getresponse() as response:
            content = _read_body(response, deadline)
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, content), not response.will_close

    def _fault(self, code: str, **params: str | float) -> CarrierFault:
        return CarrierFault(code, host=self._endpoint.host, port=self._endpoint.port, **params)


def _read_body(response: http.client.HTTPResponse, deadline: float) -> bytes:
    parts, size = [], 0
    while part := response.read1(64 * 1024):
        parts.append(part)
        size += len(part)
        if size > MAX_ANSWER:
            raise http.client.HTTPException("answer over the cap")
        if time.monotonic() > deadline:
            raise TimeoutError
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts)


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "DNS"
    if isinstance(error, TimeoutError):
        return "ETIMEDOUT"
    return files.reason(error)
