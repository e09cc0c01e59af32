"""A small world for this folder's tests: a terminal, its recipients, a collector, real SQLite files, real sockets."""

import contextlib
import http.server
import sqlite3
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sync import keys, outbox, receipt
from sync.bundle import Bundle, ChainPosition, Context, parse, seal
from sync.carriers.backoff import Backoff
from sync.carriers.http import push
from sync.collector.serve import build_server, listen
from sync.collector.store import Store
from sync.database import immediate
from sync.header import GENESIS

CREATED = "2026-11-24T10:50:00Z"


@dataclass
class World:
    """Everything enrolled with everything; `seal` and `chain` make genuine bundles."""

    directory: Path
    terminal: keys.TerminalIdentity
    counsellor: keys.RecipientPrivate
    recovery: keys.RecipientPrivate
    analyst: keys.RecipientPrivate
    collector: keys.CollectorIdentity
    context: Context = field(default_factory=lambda: Context("demo", "b" * 64, "2026.11", "c" * 64))

    @property
    def front(self) -> Path:
        return self.directory / "front"

    def lookup(self, terminal: str, epoch: str) -> keys.TerminalPublic | None:
        card = self.terminal.public
        return card if (terminal, epoch) == (card.terminal, card.epoch) else None

    def seal(
        self,
        position: ChainPosition | None = None,
        content: bytes = b'{"level": 4}',
        *,
        signer: keys.TerminalIdentity | None = None,
        identity: bytes | None = None,
    ) -> Bundle:
        signer = signer or self.terminal
        blocks = {"result": (content, [self.analyst.card, self.counsellor.card])}
        if identity is not None:
            blocks["identity"] = (identity, [self.counsellor.card, self.recovery.card])
        return seal(
            blocks,
            signer=signer,
            chain=position or ChainPosition(signer.epoch, 1, GENESIS),
            context=self.context,
            created=CREATED,
        )

    def chain(self, length: int, signer: keys.TerminalIdentity | None = None) -> list[Bundle]:
        signer = signer or self.terminal
        bundles, previous = [], GENESIS
        for seq in range(1, length + 1):
            bundles.append(self.seal(ChainPosition(signer.epoch, seq, previous), b"%d" % seq, signer=signer))
            previous = bundles[-1].id
        return bundles

    def another_terminal(self, name: str) -> keys.TerminalIdentity:
        return keys.init_terminal(self.directory / name, terminal=name)

    def receipt_for(self, bundle: Bundle, collector: keys.CollectorIdentity | None = None) -> bytes:
        chain = bundle.header.chain
        return receipt.issue(
            collector or self.collector,
            bundle_id=bundle.id,
            terminal=bundle.header.terminal,
            epoch=chain.epoch,
            seq=chain.seq,
            received_at=CREATED,
        )

    def other_collector(self) -> keys.CollectorIdentity:
        return keys.init_collector(self.directory / "other-front", keys.generate_recipient("collector").card)


@pytest.fixture
def world(tmp_path):
    analyst = keys.generate_recipient("collector", label="national")
    return World(
        directory=tmp_path,
        terminal=keys.init_terminal(tmp_path / "terminal"),
        counsellor=keys.generate_recipient("counsellor", label="Agence Évry"),
        recovery=keys.generate_recipient("recovery"),
        analyst=analyst,
        collector=keys.init_collector(tmp_path / "front", analyst.card),
    )


@pytest.fixture
def terminal_database(tmp_path):
    """An outbox on disk, as the kiosk opens it."""
    with contextlib.closing(sqlite3.connect(tmp_path / "kiosk.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        outbox.create_tables(connection)
        yield connection


@pytest.fixture
def fill(world, terminal_database):
    """Queue `length` genuine bundles in the terminal's outbox."""

    def fill(length: int) -> list[Bundle]:
        bundles = world.chain(length)
        for bundle in bundles:
            with immediate(terminal_database):
                outbox.add(terminal_database, bundle)
        return bundles

    return fill


@pytest.fixture
def store(world):
    """The collector's store with the world's terminal enrolled."""
    with Store.open(world.front) as store:
        store.enrol(world.terminal.public)
        yield store


@contextlib.contextmanager
def running(server, sock):
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def serve_store():
    """Run the real server over a store on a real socket; yields its base URL."""
    with contextlib.ExitStack() as stack:

        def start(store: Store, **tls) -> str:
            ready = threading.Event()
            sock = stack.enter_context(listen("127.0.0.1", 0))
            server = build_server(store, ready=lambda *_: ready.set(), **tls)
            stack.enter_context(running(server, sock))
            assert ready.wait(10)
            return f"{'https' if tls else 'http'}://127.0.0.1:{sock.getsockname()[1]}"

        yield start


@pytest.fixture
def scripted_server():
    """A server that answers what the test says: `script(method, path, headers, body) -> (status, headers, body)`."""
    with contextlib.ExitStack() as stack:

        def start(script) -> str:
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"

                def answer(self):
                    body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                    status, headers, content = script(self.command, self.path, self.headers, body)
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

                do_PUT = do_POST = answer  # noqa: N815

                def log_message(self, *_):
                    pass

            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()

            def stop():
                server.shutdown()
                server.server_close()
                thread.join(10)

            stack.callback(stop)
            return f"http://127.0.0.1:{server.server_port}"

        yield start


@pytest.fixture
def send(world, terminal_database):
    """Push the outbox without ever really sleeping; `send.waits` are the seconds asked for."""

    def send(url, **options):
        send.waits = []
        arguments = {
            "backoff": Backoff(base=0.01, cap=0.02, attempts=3),
            "timeout": 5.0,
            "sleep": lambda s: send.waits.append(s),
            **options,
        }
        return push(terminal_database, url, world.collector.public, **arguments)

    return send


@pytest.fixture
def kept(terminal_database):
    """Whether the outbox still holds the content of every bundle."""

    def kept(bundles):
        return all(parse(outbox.body(terminal_database, bundle.id)) == bundle for bundle in bundles)

    return kept
