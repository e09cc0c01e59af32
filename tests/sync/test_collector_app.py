"""The collector over real sockets: each answer its own status, never a 500, durable before the receipt leaves."""

import base64
import concurrent.futures
import contextlib
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.collector import app
from sync.collector.store import Store
from sync.errors import StoreFault
from sync.receipt import verify_receipt


def ask(url, method, path, body=b"", headers=None):
    """One request on its own connection: (status, headers, body)."""
    parts = urlsplit(url)
    with contextlib.closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)) as connection:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()


def put(url, sealed, body=None, **headers):
    status, found, content = ask(
        url, "PUT", f"/v1/bundles/{sealed.id}", sealed.to_bytes() if body is None else body,
        {name.replace("_", "-"): value for name, value in headers.items()},
    )  # fmt: skip
    return status, found, content


def refusal(answer):
    status, _, body = answer
    return status, json.loads(body)["code"]


@pytest.fixture
def url(store, serve_store):
    return serve_store(store)


class TestPutting:
    def test_new_then_same_with_the_receipt(self, world, url):
        sealed = world.seal()
        digest = base64.b64encode(hashlib.sha256(sealed.to_bytes()).digest()).decode()
        status, _, first = put(url, sealed, Content_Digest=f"sha-256=:{digest}:")
        assert status == 201
        verify_receipt(first, world.collector.public, sealed.id)
        status, _, again = put(url, sealed)
        assert (status, again) == (200, first)

    def test_64_at_once_make_one_row(self, world, url, store):
        sealed = world.seal()
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(lambda _: put(url, sealed), range(64)))
        assert sorted(status for status, _, _ in answers) == [200] * 63 + [201]
        assert len({body for _, _, body in answers}) == 1
        assert len(store.bundles()) == 1

    def test_64_rivals_make_one_received_and_63_kept(self, world, url, store):
        rivals = [world.seal(content=b"%d" % n) for n in range(64)]
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(lambda sealed: put(url, sealed), rivals))
        assert sorted(status for status, _, _ in answers) == [201] + [409] * 63
        assert len(store.bundles()) == 1
        assert len(store.bundles("quarantined")) == 63

    def test_each_refusal_has_its_status_and_code(self, world, url, store):
        sealed, other = world.seal(content=b"one"), world.seal(content=b"two")
        stranger = world.seal(signer=world.another_terminal("stranger"))
        data = sealed.to_bytes()
        assert refusal(put(url, sealed, data[:-1])) == (422, "bundle.truncated")
        assert refusal(put(url, sealed, data[:-1] + b"?")) == (422, "bundle.digest")
        assert refusal(put(url, sealed, b"hello")) == (422, "bundle.magic")
        assert refusal(put(url, sealed, b"")) == (422, "bundle.truncated")
        assert refusal(put(url, sealed, other.to_bytes())) == (422, "bundle.id")
        assert refusal(put(url, sealed, Content_Digest=f"sha-256=:{'A' * 43}=:")) == (
            422,
            "bundle.content_digest",
        )
        assert refusal(put(url, stranger)) == (403, "bundle.unknown_terminal")
        assert store.bundles() == []
        assert put(url, sealed)[0] == 201
        assert refusal(put(url, other)) == (409, "bundle.conflict")
        store.revoke(world.terminal.terminal, world.terminal.epoch)
        assert refusal(put(url, world.seal(content=b"three"))) == (403, "bundle.revoked_terminal")
        assert put(url, sealed)[0] == 200

    def test_digests_of_kinds_we_do_not_know_are_passed_over(self, world, url):
        assert put(url, world.seal(), Content_Digest="sha-512=:AAAA:, unixsum=:MTI=:")[0] == 201

    def test_bad_paths_and_methods(self, world, url):
        assert refusal(ask(url, "GET", "/")) == (404, "http.not_found")
        assert refusal(ask(url, "GET", "/v1/bundles/x")) == (405, "http.method")
        assert refusal(ask(url, "PUT", "/v1/bundles/%2e%2e%2fx", world.seal().to_bytes())) == (
            404,
            "http.not_found",
        )
        assert refusal(ask(url, "PUT", "/v1/bundles/x", world.seal().to_bytes())) == (422, "bundle.id")

    def test_every_changed_byte_is_422_or_403_and_never_500(self, world, url):
        sealed = world.seal()
        genuine = sealed.to_bytes()
        parts = urlsplit(url)
        with contextlib.closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)) as kept:
            for position in [*range(400), *range(400, len(genuine), 41)]:
                data = bytearray(genuine)
                data[position] ^= 0x01
                kept.request("PUT", f"/v1/bundles/{sealed.id}", body=bytes(data))
                response = kept.getresponse()
                response.read()
                assert response.status in (403, 422)


class TestSizes:
    def test_announced_too_large(self, world, url):
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as raw:
            raw.sendall(
                b"PUT /v1/bundles/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
            )  # not one byte of it follows
            assert b" 413 " in raw.recv(4096).split(b"\r\n")[0]

    def test_too_large_without_saying_so(self, world, url):
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as raw:
            raw.sendall(b"PUT /v1/bundles/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(33):  # and never an end
                raw.sendall(b"10000\r\n" + bytes(64 * 1024) + b"\r\n")
            assert b" 413 " in raw.recv(4096).split(b"\r\n")[0]

    def test_in_pieces(self, world, url):
        sealed = world.seal()
        data = sealed.to_bytes()
        pieces = (data[start : start + 100] for start in range(0, len(data), 100))
        assert ask(url, "PUT", f"/v1/bundles/{sealed.id}", pieces)[0] == 201

    def test_too_slow(self, world, store, serve_store, monkeypatch):
        monkeypatch.setattr(app, "READ_SECONDS", 0.2)
        parts = urlsplit(serve_store(store))
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as raw:
            raw.sendall(b"PUT /v1/bundles/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow")
            assert b" 408 " in raw.recv(4096).split(b"\r\n")[0]

    def test_hanging_up_half_way_harms_nobody(self, world, url, store):
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as raw:
            raw.sendall(b"PUT /v1/bundles/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nbye")
        assert put(url, world.seal())[0] == 201

    def test_more_in_memory_than_allowed(self, world, store, serve_store, monkeypatch):
        monkeypatch.setattr(app, "_IN_FLIGHT", 1000)
        status, headers, body = put(serve_store(store), world.seal())
        assert (status, headers["retry-after"], json.loads(body)["code"]) == (503, "5", "store.busy")


class TestTrouble:
    def test_storage_trouble_asks_to_come_back(self, world, store, serve_store, monkeypatch):
        def fail(_):
            raise StoreFault("store.unavailable", reason="SQLITE_FULL")

        monkeypatch.setattr(store, "keep", fail)
        status, headers, body = put(serve_store(store), world.seal())
        assert (status, json.loads(body)["code"]) == (503, "store.unavailable")
        assert int(headers["retry-after"]) > 0

    def test_one_that_cannot_be_stored_does_not_take_the_others_with_it(
        self, world, store, serve_store, monkeypatch
    ):
        bundles = world.chain(30)
        real = store.keep

        def fail_on_one(group):
            if any(bundle.id == bundles[7].id for bundle in group):
                raise StoreFault("store.unavailable", reason="SQLITE_IOERR")
            return real(group)

        monkeypatch.setattr(store, "keep", fail_on_one)
        url = serve_store(store)
        with concurrent.futures.ThreadPoolExecutor(30) as pool:
            statuses = list(pool.map(lambda sealed: put(url, sealed)[0], bundles))
        assert statuses == [201] * 7 + [503] + [201] * 22
        assert len(store.bundles()) == 29

    def test_a_locked_database(self, world, store, serve_store):
        store._writer.execute("PRAGMA busy_timeout = 50")
        with Store.open(world.front) as other:
            other._writer.execute("BEGIN IMMEDIATE")
            url = serve_store(store)
            assert refusal(put(url, world.seal())) == (503, "store.unavailable")
            other._writer.execute("ROLLBACK")
            assert put(url, world.seal())[0] == 201


class TestQuestions:
    def test_what_is_missing(self, world, url):
        bundles = world.chain(3)
        put(url, bundles[1])
        body = json.dumps({"ids": [bundle.id for bundle in bundles]}, separators=(",", ":")).encode()
        status, _, answer = ask(url, "POST", "/v1/bundles:missing", body)
        found = json.loads(answer)
        assert status == 200
        assert found["missing"] == [bundles[0].id, bundles[2].id]
        (receipt,) = found["receipts"]
        verify_receipt(base64.b64decode(receipt), world.collector.public, bundles[1].id)

    @pytest.mark.parametrize(
        "body",
        [b"", b"[]", b"{", b'{"ids":"x"}', b'{"ids":["x"]}', b'{"ids":[1]}', b'{"ids":[null]}', b"\xff", b"[" * 99999,
         json.dumps({"ids": ["0" * 64] * 1001}, separators=(",", ":")).encode()],
    )  # fmt: skip
    def test_nonsense(self, url, body):
        assert refusal(ask(url, "POST", "/v1/bundles:missing", body)) == (422, "http.malformed")

    def test_health(self, world, url, store):
        status, _, body = ask(url, "GET", "/v1/health")
        assert (status, json.loads(body)) == (
            200,
            {"status": "ok", "collector": world.collector.public.keyid},
        )
        store._reader.close()
        assert refusal(ask(url, "GET", "/v1/health")) == (503, "store.unavailable")

    @given(body=st.binary(max_size=100))
    @settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_noise_is_never_a_500(self, url, body):
        for method, path in (("PUT", "/v1/bundles/" + "0" * 64), ("POST", "/v1/bundles:missing")):
            assert ask(url, method, path, body)[0] == 422


PROGRAM = """
import sys
from pathlib import Path
from sync.collector.serve import serve
serve(Path(sys.argv[1]), port=0, ready=lambda host, port: print(f"http://{host}:{port}", flush=True))
print("ended well", flush=True)
"""


class TestProcess:
    @contextlib.contextmanager
    def running(self, world):
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(world.front)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                url = process.stdout.readline().strip()
                assert url, process.stderr.read()
                yield process, url
            finally:
                process.kill()

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_it_cleanly(self, world, number):
        with self.running(world) as (process, url):
            assert ask(url, "GET", "/v1/health")[0] == 200
            process.send_signal(number)
            assert process.wait(15) == 0
            assert process.stdout.read() == "ended well\n"
            assert process.stderr.read() == ""

    def test_what_it_acknowledged_survives_its_being_killed(self, world, store):
        bundles = world.chain(40)
        receipts = {}
        with self.running(world) as (process, url):

            def send(sealed):
                with contextlib.suppress(OSError, http.client.HTTPException):
                    status, _, body = put(url, sealed)
                    if status == 201:
                        receipts[sealed.id] = body
                    if len(receipts) == 20:
                        os.kill(process.pid, signal.SIGKILL)

            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                list(pool.map(send, bundles))
        assert len(receipts) >= 20
        assert {stored.id for stored in store.bundles()} >= set(receipts)

    def test_an_address_that_is_taken(self, world):
        from sync.collector.serve import serve

        with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
            serve(world.front, port=taken.getsockname()[1])


def test_the_front_can_open_nothing(world, store, serve_store):
    """Its directory holds no key that opens a block."""
    put(serve_store(store), world.seal())
    held = b"".join(path.read_bytes() for path in world.front.iterdir())
    for private in (world.analyst, world.counsellor, world.recovery):
        assert private.private[:32] not in held
        assert base64.b64encode(private.private[:48]) not in held
