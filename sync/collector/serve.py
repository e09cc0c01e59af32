"""Run the collector over HTTP with uvicorn, in this process, until SIGTERM or SIGINT. Prints nothing itself."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from sync.collector.app import create_app
from sync.collector.store import Store

_GRACE_SECONDS = 15
_BACKLOG = 1024

Ready = Callable[[str, int], None]
"""(host, port) actually bound, once requests are being accepted."""


class CollectorServer(uvicorn.Server):
    """uvicorn with word of when, and where, it listens. `should_exit = True` ends it from another thread."""

    def __init__(self, config: uvicorn.Config, ready: Ready | None) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then call `ready`."""
        await super().startup(sockets)
        if self.started and self._ready is not None:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._ready(host, port)


def build_server(
    store: Store,
    *,
    ready: Ready | None = None,
    certificate: Path | None = None,
    private_key: Path | None = None,
) -> CollectorServer:
    """A server over an open store, not yet running; give `run` a listening socket. PEM files turn TLS on."""
    config = uvicorn.Config(
        create_app(store),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ssl_certfile=certificate,
        ssl_keyfile=private_key,
    )
    return CollectorServer(config, ready)


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; port 0 takes any free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sets TCP_NODELAY only on sockets that name it, and without that every
    # second small answer waits 40 ms for a delayed acknowledgement. `socket.create_server` does not name it.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option would let another process take the port as well
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def serve(
    directory: Path,
    host: str = "127.0.0.1",
    port: int = 8765,
    *,
    ready: Ready | None = None,
    certificate: Path | None = None,
    private_key: Path | None = None,
) -> None:
    """Serve the collector in `directory` until SIGTERM or SIGINT; requests under way are finished first.

    Raises KeyFault or StoreFault if the directory is not a usable collector, OSError if the address is taken or a PEM
    file cannot be read.
    """
    with Store.open(directory) as store, listen(host, port) as listening:
        server = build_server(store, ready=ready, certificate=certificate, private_key=private_key)
        with _ends_quietly(server):
            server.run(sockets=[listening])


@contextlib.contextmanager
def _ends_quietly(server: CollectorServer) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the server and nothing more.

    uvicorn raises the signal again once it has shut down; with the default handlers that would kill the process
    after a clean end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(*_: object) -> None:
        server.should_exit = True

    saved = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in saved.items():
            signal.signal(number, handler)
