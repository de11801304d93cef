"""What stands before the simulated systems: the journal, and the faults that were asked for."""

from __future__ import annotations

import errno
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.client import responses as PHRASES
from typing import IO, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec

from .faults import Fault, FaultBook, Kind
from .journal import Entry, Journal
from .malformed import JSON, MALFORMATIONS, Answer

SPOOLED = 1024 * 1024
_CHUNK = 64 * 1024


class Recorded:
    """One request on its way, written to the journal once it is answered or dropped."""

    def __init__(self, journal: Journal, system: str, environ: WSGIEnvironment, path: str) -> None:
        self._journal = journal
        self._system, self._path = system, path
        self._method = str(environ["REQUEST_METHOD"])
        self._at, self._started = time.time(), time.perf_counter()

    def close(self, status: int | None, errcode: int | str | None) -> None:
        ms = round((time.perf_counter() - self._started) * 1000, 1)
        at = round(self._at, 3)
        self._journal.add(Entry(at, self._system, self._method, self._path, status, errcode, ms))


class Captured:
    """What an application answered: status, headers, and the body still to be read."""

    def __init__(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        self.status, self.headers = "", list[tuple[str, str]]()
        self.body = app(environ, self._start)
        self.errcode = environ.get("sandbox.errcode")

    def _start(self, status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return lambda _: None

    @property
    def code(self) -> int:
        return int(self.status.split(" ", 1)[0])

    def read(self) -> bytes:
        try:
            return b"".join(self.body)
        finally:
            close = getattr(self.body, "close", None)
            if close:
                close()


class Gate:
    """A WSGI application around the sandbox's own.

    `systems` maps a system's name to the paths of its document; the system answers below
    `/<name>`. Only those requests are journaled and met by faults.
    """

    def __init__(
        self,
        app: WSGIApplication,
        systems: Mapping[str, frozenset[str]],
        faults: FaultBook,
        journal: Journal,
    ) -> None:
        self._app = app
        self._systems = systems
        self._faults = faults
        self._journal = journal
        self._era = 0

    def forget_late_work(self) -> None:
        """After a reset, work of the time before is not done any more."""
        self._era += 1

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        system, path = self._addressed(str(environ["PATH_INFO"]))
        if not system:
            return self._app(environ, start_response)
        recorded = Recorded(self._journal, system, environ, path)
        wait, fault = self._faults.next_for(system, path)
        if wait:
            time.sleep(wait)
        if fault:
            return self._play(fault, environ, start_response, recorded)
        answer = Captured(self._app, environ)
        recorded.close(answer.code, answer.errcode)
        start_response(answer.status, answer.headers)
        return answer.body

    def _addressed(self, path: str) -> tuple[str, str]:
        """The system and the document's own path, or two empty texts for everything else."""
        _, system, *rest = path.split("/", 2) if path.startswith("/") else ("", "")
        if system not in self._systems or not rest or rest[0].startswith("media/"):
            return "", ""
        return system, "/" + rest[0]

    def _play(
        self, fault: Fault, environ: WSGIEnvironment, start: StartResponse, recorded: Recorded
    ) -> Iterable[bytes]:
        if fault.kind is Kind.DROP:
            recorded.close(None, None)
            _drop(environ)
        if fault.kind is Kind.LATE:
            self._work_late(float(fault.value or 0), environ, recorded)
            _drop(environ)
        if fault.kind in (Kind.STATUS, Kind.ERRCODE):
            _drain(environ)
            return _refuse(fault, start, recorded)
        answer = Captured(self._app, environ)
        body = answer.read()
        recorded.close(answer.code, answer.errcode)
        if fault.kind is Kind.DROP_AFTER:
            _drop(environ)
        return _malform(MALFORMATIONS[str(fault.value)](body), answer, start)

    def _work_late(self, seconds: float, environ: WSGIEnvironment, recorded: Recorded) -> None:
        """Do the work in a thread of its own, on a copy of the request; nobody gets the answer."""
        copy = dict(environ) | {"wsgi.input": _copied_body(environ)}
        copy.pop("gunicorn.socket", None)
        era = self._era

        def work() -> None:
            time.sleep(seconds)
            with copy["wsgi.input"]:
                if era != self._era:
                    return
                answer = Captured(self._app, copy)
                answer.read()
                recorded.close(answer.code, answer.errcode)

        threading.Thread(target=work, name="late-work", daemon=True).start()


def _refuse(fault: Fault, start: StartResponse, recorded: Recorded) -> Iterable[bytes]:
    """An HTTP status or an errcode, without any work."""
    if fault.kind is Kind.STATUS:
        status = int(fault.value or 500)
        phrase = PHRASES.get(status, "Unknown")
        body, line, kind, errcode = phrase.encode(), f"{status} {phrase}", "text/plain", None
    else:
        errcode = fault.value
        body = msgspec.json.encode({"errcode": errcode, "errmsg": "沙箱故障"})
        status, line, kind = 200, "200 OK", JSON
    recorded.close(status, errcode if not isinstance(errcode, float) else None)
    start(line, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def _malform(bad: Answer, answer: Captured, start: StartResponse) -> Iterable[bytes]:
    replaced = {"content-type", "content-length"}
    headers = [(name, value) for name, value in answer.headers if name.lower() not in replaced]
    start(answer.status, [*headers, ("Content-Type", bad.content_type), ("Content-Length", str(bad.length))])
    return _cut_off_where_short(bad)


def _cut_off_where_short(bad: Answer) -> Iterator[bytes]:
    """Send the body; where it is shorter than it claimed, close the connection."""
    sent = 0
    for piece in bad.body:
        sent += len(piece)
        yield piece
    if sent < bad.length:
        raise ConnectionResetError(errno.ECONNRESET, "fault: the answer is cut off")


def _drop(environ: WSGIEnvironment) -> None:
    """Close the connection without an answer. The server takes a reset for a client gone and says nothing."""
    sock: socket.socket | None = environ.get("gunicorn.socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionResetError(errno.ECONNRESET, "fault: the connection is dropped")


def _body(environ: WSGIEnvironment) -> Iterator[bytes]:
    left = int(environ.get("CONTENT_LENGTH") or 0)
    while left > 0 and (piece := environ["wsgi.input"].read(min(left, _CHUNK))):
        left -= len(piece)
        yield piece


def _drain(environ: WSGIEnvironment) -> None:
    for _ in _body(environ):
        pass


def _copied_body(environ: WSGIEnvironment) -> IO[bytes]:
    copy = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - the late work closes it
    for piece in _body(environ):
        copy.write(piece)
    copy.seek(0)
    return copy
