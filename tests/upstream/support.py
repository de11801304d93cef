"""What the tests of this layer share: a client on a made-up address, and a server that can misbehave."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from requests import PreparedRequest

from upstream.http import CallRecord, Http
from upstream.secret import Secret
from upstream.weila import Weila, weila_config

URL = "http://weila.test"
TOKEN = "tok-27c468a61c57ce0b"
FRESH = "tok-1e7593558560b0c8"

CONTRACT: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "data" / "contracts" / "weila.json").read_text(encoding="utf-8")
)


def method_name(operation: dict[str, Any]) -> str:
    """The client's method for an operation of the contract."""
    return str(operation["id"]).removeprefix("weila.").replace("-", "_")


DOCUMENTED = {method_name(operation): operation for operation in CONTRACT["operations"]}


def sent_body(request: PreparedRequest) -> bytes:
    """What a request carried, streamed or not."""
    body: Any = request.body
    if body is None:
        return b""
    return body if isinstance(body, bytes) else bytes(body.read())


def sent_query(request: PreparedRequest) -> dict[str, str]:
    """The query parameters of a request; none may be there twice."""
    pairs = parse_qsl(urlsplit(str(request.url)).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


class FakeCredential:
    """A session that hands out ``TOKEN`` and renews to ``FRESH``, or fails as told."""

    def __init__(self, *, on_token: Exception | None = None, on_renew: Exception | None = None) -> None:
        self.renewed: list[str] = []
        self._on_token = on_token
        self._on_renew = on_renew

    def token(self) -> Secret:
        if self._on_token is not None:
            raise self._on_token
        return Secret(TOKEN)

    def renew(self, stale: Secret) -> Secret:
        self.renewed.append(stale.reveal())
        if self._on_renew is not None:
            raise self._on_renew
        return Secret(FRESH)


class Bench:
    """An ``Http`` and a ``Weila`` with everything that happened to them."""

    def __init__(self, url: str = URL, *, credential: FakeCredential | None = None, **config: Any) -> None:
        self.records: list[CallRecord] = []
        self.pauses: list[float] = []
        self.credential = credential or FakeCredential()
        self.http = Http(
            replace(weila_config(url), **config), observers=[self.records.append], sleep=self.pauses.append
        )
        self.weila = Weila(self.http, self.credential, request_id="req-1")


Handler = Callable[[socket.socket, bytes], object]


class RawServer:
    """A server on loopback that does with each connection what its handler says."""

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None = None) -> None:
        self._handler = handler
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "RawServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        # Closing a socket wakes nobody who waits in accept(); one more connection does.
        socket.create_connection(self._listener.getsockname()).close()
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        while not self.stopping.is_set():
            connection, _ = self._listener.accept()
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, plain: socket.socket) -> None:
        plain.settimeout(10)
        try:
            with plain, self._secured(plain) as connection:
                request = read_request(connection)
                self.requests.append(request)
                self._handler(connection, request)
        except OSError:
            return  # the client went away, which is what some tests are about

    def _secured(self, plain: socket.socket) -> socket.socket:
        return plain if self._tls is None else self._tls.wrap_socket(plain, server_side=True)


def read_request(connection: socket.socket) -> bytes:
    """One request, head and body."""
    data = bytearray()
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    end = data.index(b"\r\n\r\n") + 4
    length = 0
    for line in bytes(data[:end]).split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(data) < end + length:
        data += _more(connection)
    return bytes(data)


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise ConnectionError("closed")
    return chunk


def http_answer(body: bytes, *, status: str = "200 OK", headers: Iterable[str] = ()) -> bytes:
    """A whole HTTP answer, after which the connection closes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def envelope(data: object = None, *, errcode: object = 0, errmsg: str = "请求成功") -> dict[str, Any]:
    """An answer in Weila's frame."""
    whole: dict[str, Any] = {"errcode": errcode, "errmsg": errmsg}
    if data is not None:
        whole["data"] = data
    return whole
