"""What only a real socket shows: deadlines, lost connections, calls side by side."""

import json
import socket
import threading
import time

import pytest

from common.outcome import Outcome
from tests.upstream.support import DOCUMENTED, Bench, RawServer, envelope, http_answer, read_request
from tests.upstream.test_contract import CALLS
from upstream.errors import Malformed, Timeout, Unavailable, UpstreamError

GOOD = http_answer(json.dumps(envelope({"depts": []})).encode())
# A call may take its deadline and what a loaded machine adds; a call without a deadline would take for ever.
FAR = 30.0
SHORT = 0.4


def trickle(connection: socket.socket, pieces: bytes, server: RawServer) -> None:
    for byte in pieces:
        if server.stopping.wait(0.05):
            return
        connection.sendall(bytes([byte]))


TRICKLES = {
    "status line": b"HTTP/1.1 200 OK\r\n" + b"x" * 5000,
    "headers": b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 500,
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 5000,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 1000,
    "chunk header": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 5000,
}


@pytest.mark.parametrize("where", TRICKLES)
@pytest.mark.parametrize(("name", "outcome"), [("dept_getall", "not_done"), ("dept_delete", "unknown")])
def test_deadline_covers_an_answer_that_trickles(where: str, name: str, outcome: str) -> None:
    # The fast part of what comes before the trickle is sent at once; only the rest is slow.
    whole = TRICKLES[where]
    head, _, rest = whole.partition(b"\r\n\r\n") if b"\r\n\r\n" in whole else (b"", b"", whole)
    start = head + b"\r\n\r\n" if head else b""

    def serve(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        trickle(connection, rest, server)

    with RawServer(serve) as server:
        bench = Bench(server.url, read_deadline=SHORT, write_deadline=SHORT)
        started = time.monotonic()
        with pytest.raises(Timeout) as caught:
            CALLS[name](bench.weila)
        assert time.monotonic() - started < FAR
    assert caught.value.outcome == outcome
    assert len(server.requests) == 1


def test_deadline_covers_an_answer_that_never_comes() -> None:
    with RawServer(lambda *_: server.stopping.wait(FAR)) as server:
        bench = Bench(server.url, write_deadline=SHORT)
        with pytest.raises(Timeout) as caught:
            bench.weila.dept_delete(1, 2)
    assert caught.value.outcome is Outcome.UNKNOWN


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    bench = Bench(f"http://127.0.0.1:{port}")
    with pytest.raises(Unavailable) as caught:
        bench.weila.dept_delete(1, 2)
    assert caught.value.outcome is Outcome.NOT_DONE


def reset(connection: socket.socket) -> None:
    """Close so that the other side sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


LOST: dict[str, tuple[bytes, bool, type[UpstreamError]]] = {
    "closed before the answer": (b"", False, Unavailable),
    "reset before the answer": (b"", True, Unavailable),
    "closed in the status line": (b"HTTP/1.1 2", False, Unavailable),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", False, Unavailable),
    "closed in the body": (b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"errcode"', False, Malformed),
    "closed in a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nab", False, Malformed),
    "broken chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", False, Malformed),
}


@pytest.mark.parametrize("case", LOST)
def test_lost_answer_of_a_write_is_unknown_and_not_repeated(case: str) -> None:
    sent, hard, kind = LOST[case]

    def serve(connection: socket.socket, _: bytes) -> None:
        connection.sendall(sent)
        if hard:
            reset(connection)

    with RawServer(serve) as server:
        bench = Bench(server.url)
        with pytest.raises(kind) as caught:
            bench.weila.dept_delete(1, 2)
        assert len(server.requests) == 1
    assert type(caught.value) is kind
    assert caught.value.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("case", LOST)
def test_lost_answer_of_a_read_is_asked_for_again(case: str) -> None:
    sent, hard, _ = LOST[case]

    def serve(connection: socket.socket, _: bytes) -> None:
        if len(server.requests) > 1:
            connection.sendall(GOOD)
            return
        connection.sendall(sent)
        if hard:
            reset(connection)

    with RawServer(serve) as server:
        bench = Bench(server.url)
        assert bench.weila.dept_getall(1).depts == []
        assert len(server.requests) == 2
    assert bench.records[0].attempts == 2


def test_json_that_ends_early_is_malformed_and_not_asked_for_again() -> None:
    with RawServer(lambda connection, _: connection.sendall(http_answer(b'{"errcode": 0, "da'))) as server:
        bench = Bench(server.url)
        with pytest.raises(Malformed):
            bench.weila.dept_getall(1)
        assert len(server.requests) == 1


def test_answer_without_length_is_read_to_its_end() -> None:
    body = json.dumps(DOCUMENTED["dept_getall"]["response_example"]).encode()
    with RawServer(lambda connection, _: connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + body)) as server:
        assert len(Bench(server.url).weila.dept_getall(1).depts) == 5


def test_redirect_is_not_followed() -> None:
    redirect = http_answer(b"", status="302 Found", headers=["Location: /elsewhere"])
    with RawServer(lambda connection, _: connection.sendall(redirect)) as server:
        with pytest.raises(Malformed):
            Bench(server.url).weila.dept_getall(1)
        assert len(server.requests) == 1


def test_connection_is_used_again_with_a_new_deadline() -> None:
    answer = GOOD.replace(b"Connection: close\r\n", b"")

    def serve(connection: socket.socket, _: bytes) -> None:
        connection.sendall(answer)
        for _again in range(2):
            server.requests.append(read_request(connection))
            connection.sendall(answer)

    with RawServer(serve) as server:
        bench = Bench(server.url, read_deadline=5.0)
        for _ in range(3):
            assert bench.weila.dept_getall(1).depts == []
        assert len(server.requests) == 3
        assert {record.attempts for record in bench.records} == {1}


def test_calls_run_side_by_side() -> None:
    # Each answer waits until all requests are there: were calls sent one after the other, none would come.
    together = threading.Barrier(8, timeout=10)

    def serve(connection: socket.socket, _: bytes) -> None:
        together.wait()
        connection.sendall(GOOD)

    done: list[int] = []
    with RawServer(serve) as server:
        bench = Bench(server.url)
        threads = [
            threading.Thread(target=lambda: done.append(len(bench.weila.dept_getall(1).depts)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert done == [0] * 8
