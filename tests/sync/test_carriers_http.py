"""Pushing over HTTP, against an honest collector on a real socket and against servers that lie, stall or break."""

import base64
import contextlib
import json
import socket
import threading

import pytest

from sync import outbox
from sync.bundle import parse
from sync.carriers.backoff import Backoff
from sync.carriers.client import MAX_ANSWER

MISSING = "/v1/bundles:missing"


def states(connection):
    return [entry.state for entry in sorted(outbox.entries(connection), key=lambda entry: entry.seq)]


def knows_nothing(method, path, headers, body):
    return 200, {}, json.dumps({"missing": json.loads(body)["ids"], "receipts": []}).encode()


def answering(answer):
    """A server that knows nothing and answers every PUT with `answer(bundle id, body)`."""

    def script(method, path, headers, body):
        if path == MISSING:
            return knows_nothing(method, path, headers, body)
        return answer(path.rsplit("/", 1)[1], body)

    return script


@contextlib.contextmanager
def raw_server(behave):
    """A socket server: `behave(connection, number)` for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()
        listening.settimeout(0.05)

        def run():
            number = 0
            while not stop.is_set():
                with contextlib.suppress(TimeoutError, OSError):
                    connection, _ = listening.accept()
                    with connection:
                        connection.settimeout(2)
                        behave(connection, number)
                    number += 1

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stop.set()
            thread.join(5)


class TestAgainstTheCollector:
    def test_everything_arrives_and_is_then_deleted(
        self, world, terminal_database, fill, store, serve_store, send
    ):
        bundles = fill(5)
        seen = []
        report = send(
            serve_store(store), progress=lambda done, total, outcome: seen.append((done, total, outcome.seq))
        )
        assert report.stopped is None
        assert report.count("receipted") == 5
        assert seen == [(n, 5, n) for n in range(1, 6)]
        assert states(terminal_database) == ["receipted"] * 5
        assert [stored.id for stored in store.bundles()] == [bundle.id for bundle in bundles]
        assert all(store.body(bundle.id) == bundle.to_bytes() for bundle in bundles)
        assert send("http://127.0.0.1:9").outcomes == ()  # nothing left: nobody is even asked

    def test_what_had_already_arrived_is_not_sent_again(
        self, terminal_database, fill, store, serve_store, send, monkeypatch
    ):
        bundles = fill(3)
        for bundle in bundles[:2]:
            store.accept(bundle.to_bytes())  # and the receipts were lost on the way
        sent, check = [], store.check
        monkeypatch.setattr(store, "check", lambda data: sent.append(parse(data).id) or check(data))
        assert send(serve_store(store)).count("receipted") == 3
        assert sent == [bundles[2].id]
        assert states(terminal_database) == ["receipted"] * 3

    def test_a_long_backlog(self, terminal_database, fill, store, serve_store, send):
        bundles = fill(205)  # more than one question holds
        for bundle in bundles[::2]:
            store.accept(bundle.to_bytes())
        assert send(serve_store(store)).count("receipted") == 205
        assert outbox.status(terminal_database).waiting == 0

    def test_an_unknown_terminal_keeps_its_results(
        self, world, terminal_database, fill, serve_store, send, kept
    ):
        from sync.collector.store import Store

        bundles = fill(2)
        with Store.open(world.front) as empty:
            report = send(serve_store(empty))
            assert {outcome.code for outcome in report.outcomes} == {"carrier.refused_terminal"}
            assert report.outcomes[0].params == {"status": 403, "server_code": "bundle.unknown_terminal"}
            assert states(terminal_database) == ["pending"] * 2
            assert kept(bundles)
            empty.enrol(world.terminal.public)
            assert send(serve_store(empty)).count("receipted") == 2

    def test_a_taken_place_goes_to_quarantine_on_both_sides(
        self, world, terminal_database, fill, store, serve_store, send, kept
    ):
        rival = world.seal(content=b"from a cloned disk")
        store.accept(rival.to_bytes())
        bundles = fill(2)
        url = serve_store(store)
        report = send(url)
        assert [outcome.code for outcome in report.outcomes] == ["carrier.refused_conflict", ""]
        assert states(terminal_database) == ["quarantined", "receipted"]
        assert kept(bundles[:1])
        assert [stored.id for stored in store.bundles("quarantined")] == [bundles[0].id]
        again = send(url)  # is asked about, not sent again
        assert [outcome.state for outcome in again.outcomes] == ["quarantined"]
        assert outbox.pending(terminal_database)[0].attempts == 1


class TestLies:
    """Saying yes is not enough."""

    @pytest.fixture
    def lies(self, world, terminal_database, fill, scripted_server, send, kept):
        def lies(answer, receipt_code):
            bundles = fill(2)
            report = send(scripted_server(answering(answer)))
            assert [outcome.code for outcome in report.outcomes] == ["carrier.no_receipt"] * 2
            assert [outcome.params["receipt_code"] for outcome in report.outcomes] == [receipt_code] * 2
            assert states(terminal_database) == ["sent"] * 2
            assert kept(bundles)
            assert send.waits == []

        return lies

    @pytest.mark.parametrize("status", [200, 201])
    def test_success_without_a_receipt(self, lies, status):
        lies(lambda *_: (status, {}, b""), "receipt.malformed")

    def test_a_page_instead_of_a_receipt(self, lies):
        lies(
            lambda *_: (200, {"Content-Type": "text/html"}, b"<html>Welcome to Free Wi-Fi"),
            "receipt.malformed",
        )

    def test_a_receipt_signed_by_another(self, world, lies):
        other = world.other_collector()
        lies(lambda _, body: (201, {}, world.receipt_for(parse(body), other)), "receipt.unknown_collector")

    def test_a_receipt_signed_by_another_in_the_collectors_name(self, world, lies):
        other = world.other_collector()
        impostor = type(other)(other.signing, world.collector.public)
        lies(lambda _, body: (201, {}, world.receipt_for(parse(body), impostor)), "receipt.signature")

    def test_a_genuine_receipt_for_another_bundle(self, world, lies):
        stored = world.receipt_for(world.seal(content=b"another"))
        lies(lambda *_: (201, {}, stored), "receipt.other_bundle")

    def test_a_genuine_receipt_under_a_refusing_status(
        self, world, terminal_database, fill, scripted_server, send
    ):
        fill(1)
        send(scripted_server(answering(lambda _, body: (404, {}, world.receipt_for(parse(body))))))
        assert states(terminal_database) == ["pending"]

    def test_nonsense_about_what_is_missing(self, world, terminal_database, fill, scripted_server, send):
        bundles = fill(1)
        stranger = world.receipt_for(world.seal(content=b"another"))
        nonsense = [
            b"", b"[]", b"{", b'{"missing":[],"receipts":{}}', b'{"missing":[],"receipts":[1,null,"!",""]}',
            json.dumps({"missing": [], "receipts": [base64.b64encode(stranger).decode()]}).encode(),
            b"[" * 100_000,
        ]  # fmt: skip
        for answer in nonsense:

            def script(method, path, headers, body, answer=answer):
                return (200, {}, answer) if path == MISSING else (200, {}, b"")

            assert send(scripted_server(script)).outcomes[0].code == "carrier.no_receipt"
        assert outbox.body(terminal_database, bundles[0].id)


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "code", "state"),
        [
            (403, "carrier.refused_terminal", "pending"),
            (409, "carrier.refused_conflict", "quarantined"),
            (413, "carrier.refused_too_large", "quarantined"),
            (422, "carrier.refused_invalid", "quarantined"),
            (307, "carrier.refused", "pending"),
            (404, "carrier.refused", "pending"),
            (500, "carrier.refused", "pending"),
        ],
    )
    def test_each_is_told_apart_and_stops_nothing(
        self, world, terminal_database, fill, scripted_server, send, kept, status, code, state
    ):
        bundles = fill(3)

        def answer(bundle_id, body):
            if bundle_id == bundles[0].id:
                return status, {"Location": "http://127.0.0.1:9/"}, b'{"code":"some.code","params":{}}'
            return 201, {}, world.receipt_for(parse(body))

        report = send(scripted_server(answering(answer)))
        assert report.stopped is None
        assert report.outcomes[0].code == code
        assert report.outcomes[0].params == {"status": status, "server_code": "some.code"}
        assert states(terminal_database) == [state, "receipted", "receipted"]
        assert kept(bundles[:1])

    def test_a_server_cannot_put_words_in_our_mouth(self, fill, scripted_server, send):
        fill(1)
        for body in (b'{"code":"\\u001b[31mred alert"}', b'{"code":7}', b"x" * 100):
            report = send(scripted_server(answering(lambda *_, body=body: (403, {}, body))))
            assert report.outcomes[0].params["server_code"] == ""

    def test_bytes_damaged_on_the_way_are_sent_again(
        self, world, terminal_database, fill, scripted_server, send
    ):
        fill(1)
        answers = [
            (422, {}, b'{"code":"bundle.content_digest","params":{}}'),
            (
                201,
                {},
                world.receipt_for(
                    parse(outbox.body(terminal_database, outbox.pending(terminal_database)[0].id))
                ),
            ),
        ]
        assert send(scripted_server(answering(lambda *_: answers.pop(0)))).count("receipted") == 1
        assert len(send.waits) == 1

    def test_the_announced_digest_is_that_of_the_body(self, fill, scripted_server, send):
        from hashlib import sha256

        fill(1)
        seen = []

        def script(method, path, headers, body):
            if path == MISSING:
                return knows_nothing(method, path, headers, body)
            seen.append((headers["Content-Digest"], base64.b64encode(sha256(body).digest()).decode()))
            return 500, {}, b""

        send(scripted_server(script))
        (announced, digest), *_ = seen
        assert announced == f"sha-256=:{digest}:"


class TestTrouble:
    def test_nobody_there(self, terminal_database, fill, send, kept):
        bundles = fill(3)
        with socket.create_server(("127.0.0.1", 0)) as once:
            port = once.getsockname()[1]
        report = send(f"http://127.0.0.1:{port}")
        assert report.stopped.code == "carrier.unreachable"
        assert report.stopped.params == {"host": "127.0.0.1", "port": port, "reason": "ECONNREFUSED"}
        assert report.outcomes == ()
        assert len(send.waits) == 2
        assert states(terminal_database) == ["pending"] * 3
        assert kept(bundles)

    def test_no_such_name(self, fill, send):
        fill(1)
        report = send("http://collector.invalid")
        assert (report.stopped.code, report.stopped.params["reason"]) == ("carrier.unreachable", "DNS")

    def test_silence(self, terminal_database, fill, send, kept):
        bundles = fill(3)
        hold = threading.Event()
        with raw_server(lambda connection, _: hold.wait(2)) as url:
            report = send(url, timeout=0.1, backoff=Backoff(attempts=1))
            hold.set()
        assert report.stopped.code == "carrier.timeout"
        # After two in a row there is no point in trying the third.
        assert [outcome.code for outcome in report.outcomes] == ["carrier.timeout"] * 2
        assert states(terminal_database) == ["sent", "sent", "pending"]
        assert kept(bundles)

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (b"", "carrier.protocol"),
            (b"SSH-2.0-OpenSSH_9.2\r\n", "carrier.protocol"),
            (b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nshort", "carrier.protocol"),
            (b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nshort", "carrier.protocol"),
            (b"HTTP/1.1 201 Created\r\nContent-Length: -5\r\n\r\n", "carrier.no_receipt"),
            (b"HTTP/1.1 201 Created\r\n\r\n" + bytes(MAX_ANSWER + 2), "carrier.protocol"),
        ],
        ids=["closes", "not HTTP", "short body", "short chunk", "negative length", "endless body"],
    )
    def test_broken_answers(self, terminal_database, fill, send, kept, answer, code):
        bundles = fill(1)

        def behave(connection, _):
            connection.recv(65536)
            connection.sendall(answer)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):  # a close with unread bytes would reset, and hide the answer
                pass

        with raw_server(behave) as url:
            report = send(url)
        assert report.outcomes[0].code == code
        assert kept(bundles)

    def test_an_answer_drop_by_drop(self, fill, send, kept):
        bundles = fill(1)
        enough = threading.Event()

        def behave(connection, _):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not enough.wait(0.02):
                connection.sendall(b".")

        with raw_server(behave) as url:
            report = send(url, timeout=0.1, backoff=Backoff(attempts=1))
            enough.set()
        assert report.outcomes[0].code == "carrier.timeout"
        assert kept(bundles)

    def test_a_kept_connection_that_was_closed_is_opened_again(self, world, terminal_database, fill, send):
        bundles = fill(2)
        answers = {bundle.id: world.receipt_for(bundle) for bundle in bundles}

        def behave(connection, _):
            request = connection.recv(65536)
            while b"\r\n\r\n" not in request or len(request) - request.index(b"\r\n\r\n") < 100:
                request += connection.recv(65536)
            path = request.split()[1].decode()
            body = answers.get(path.rsplit("/", 1)[1], b"{}")
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            # One answer, then gone, although HTTP/1.1 promised to stay.

        with raw_server(behave) as url:
            report = send(url)
        assert report.stopped is None
        assert report.count("receipted") == 2
        assert send.waits == []

    def test_the_server_asks_to_wait(self, world, terminal_database, fill, scripted_server, send):
        fill(1)
        answers = [(503, {"Retry-After": "2"}, b""), (429, {"Retry-After": "3"}, b"")]

        def answer(_, body):
            return answers.pop(0) if answers else (201, {}, world.receipt_for(parse(body)))

        assert send(scripted_server(answering(answer))).count("receipted") == 1
        assert [int(wait) for wait in send.waits] == [2, 3]

    def test_the_server_asks_to_wait_too_long(self, terminal_database, fill, scripted_server, send, kept):
        bundles = fill(2)
        report = send(scripted_server(answering(lambda *_: (503, {"Retry-After": "3600"}, b""))))
        assert report.stopped.code == "carrier.busy"
        assert report.stopped.params["retry_after"] == 3600
        assert send.waits == []
        assert states(terminal_database) == ["pending"] * 2
        assert kept(bundles)

    def test_one_bundle_that_always_breaks_does_not_hold_up_the_rest(
        self, world, terminal_database, fill, send
    ):
        bundles = fill(3)
        answers = {bundle.id: world.receipt_for(bundle) for bundle in bundles[1:]}

        def behave(connection, _):
            request = connection.recv(65536)
            path = request.split()[1].decode()
            if (key := path.rsplit("/", 1)[1]) == bundles[0].id:
                return
            while not request.endswith(
                bundles[[b.id for b in bundles].index(key)].to_bytes()[-16:] if key in answers else b"}"
            ):
                request += connection.recv(65536)
            body = answers.get(key, b"{}")
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
            )

        with raw_server(behave) as url:
            report = send(url)
        assert report.stopped is None
        assert states(terminal_database) == ["pending", "receipted", "receipted"]
