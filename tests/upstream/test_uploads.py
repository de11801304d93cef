"""Uploads on a real socket: streamed, bounded in time, sent whole again after a renewal and never else."""

import io
import json
import socket
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.outcome import Outcome
from tests.upstream.support import Bench, RawServer, envelope, http_answer, read_request
from upstream.errors import Timeout, Unavailable

SHORT = 0.4  # seconds


def test_deadline_covers_an_upload_that_nobody_takes() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with listener:
        bench = Bench(f"http://127.0.0.1:{listener.getsockname()[1]}", upload_deadline=SHORT)
        with pytest.raises(Timeout) as caught:
            bench.weila.file_upload(io.BytesIO(bytes(50_000_000)), filename="big")
    assert caught.value.outcome is Outcome.UNKNOWN


def test_sending_may_stall_longer_than_connecting_may_take() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bench = Bench(f"http://127.0.0.1:{listener.getsockname()[1]}", connect_timeout=0.2)
        late = threading.Timer(0.8, take_all, args=(listener,))
        late.start()
        try:
            bench.weila.file_upload(io.BytesIO(bytes(20_000_000)), filename="big")
        finally:
            late.join(20)


def take_all(listener: socket.socket) -> None:
    """Accept one connection and answer its upload."""
    connection, _ = listener.accept()
    with connection:
        read_request(connection)
        connection.sendall(http_answer(json.dumps(envelope({"url": "http://x/big"})).encode()))


class Pattern(io.RawIOBase):
    """A large file that is nowhere: it makes its bytes as they are read, and remembers how it was read."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._at = 0
        self.largest_read = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = {0: 0, 1: self._at, 2: self._size}[whence] + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        left = self._size - self._at
        amount = left if size is None or size < 0 else min(size, left)
        self.largest_read = max(self.largest_read, amount)
        self._at += amount
        return b"x" * amount


def test_upload_is_streamed_and_repeated_whole_after_a_renewal() -> None:
    size = 20_000_000
    answers = [envelope(errcode=31), envelope({"url": "http://x/1.png"})]
    bodies: list[int] = []

    def serve(connection: socket.socket, request: bytes) -> None:
        bodies.append(request.partition(b"\r\n\r\n")[2].count(b"x" * 1000))
        connection.sendall(http_answer(json.dumps(answers[len(bodies) - 1]).encode()))

    file: Any = Pattern(size)
    with RawServer(serve) as server:
        bench = Bench(server.url)
        assert bench.weila.file_upload(file, filename="big.bin").url == "http://x/1.png"
        assert bodies == [size // 1000, size // 1000]
        assert all(b"Content-Length: " in request[:2000] for request in server.requests)
    assert file.largest_read < 100_000, "the file is never in memory as a whole"


def test_upload_takes_what_a_form_brings() -> None:
    name = "头像.png"
    answer = http_answer(json.dumps(envelope({"url": "http://x/1.png"})).encode())
    with RawServer(lambda connection, _: connection.sendall(answer)) as server:
        bench = Bench(server.url)
        for file in (SimpleUploadedFile(name, b"png-1"), io.BytesIO(b"png-2")):
            bench.weila.avatar_upload(file, filename=name, content_type="image/png")  # type: ignore[arg-type]
        assert [b"png-1" in server.requests[0], b"png-2" in server.requests[1]] == [True, True]
        assert name.encode() in server.requests[0]


def test_failed_upload_is_not_repeated() -> None:
    with RawServer(lambda connection, _: None) as server:
        bench = Bench(server.url)
        with pytest.raises(Unavailable) as caught:
            bench.weila.file_upload(io.BytesIO(b"x"), filename="x")
        assert len(server.requests) == 1
    assert caught.value.outcome is Outcome.UNKNOWN


def test_upload_needs_a_seekable_file() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with pytest.raises(ValueError, match="seekable"):
        Bench().weila.file_upload(Pipe(), filename="x")
