"""Connections whose every wait is bounded by what is left of the call's deadline.

The timeouts of requests hold for one socket operation: an upstream that sends a byte now and then, in its
headers or in its body, keeps such a call going for ever. Here the time that is left is set on the socket
before each read and each write.
"""

import http.client
import io
import logging
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_BLOCK = 64 * 1024  # bytes
_QUERY = re.compile(r"\?[^\s\"']*")


class Wire:
    """One exchange on the wire: its deadline, and whether it got as far as sending."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.connecting = False

    @property
    def expired(self) -> bool:
        return time.monotonic() >= self.deadline

    def lasts(self, seconds: float) -> bool:
        """Whether the deadline is further away than ``seconds``."""
        return self.deadline - time.monotonic() > seconds

    def left(self) -> float:
        """Seconds until the deadline; :raises TimeoutError: when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("The deadline of the call has passed.")
        return left


# The classes below are made by urllib3, which has no argument to hand a deadline through.
_wire: ContextVar[Wire | None] = ContextVar("upstream_wire", default=None)


@contextmanager
def on_wire(wire: Wire) -> Iterator[Wire]:
    """Let the connections that are used inside obey ``wire``."""
    token = _wire.set(wire)
    try:
        yield wire
    finally:
        _wire.reset(token)


class _TimedReader(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: socket.socket, wire: Wire) -> None:
        self._raw = raw
        self._sock = sock
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._wire.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        wire = _wire.get()
        if wire is not None:
            raw = self.fp.detach()
            self.fp = io.BufferedReader(_TimedReader(raw, sock, wire))


class _TimedConnection(HTTPConnection):
    response_class = _TimedResponse

    def connect(self) -> None:
        wire = _wire.get()
        if wire is not None:
            wire.connecting = True
        super().connect()

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        wire = _wire.get()
        if wire is not None:
            self.sock.settimeout(wire.left())
            wire.connecting = False
        super().send(data)


class _TimedTLSConnection(_TimedConnection, HTTPSConnection):
    pass


class _TimedPool(HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _TimedTLSPool(HTTPSConnectionPool):
    ConnectionCls = _TimedTLSConnection


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _TimedPool, "https": _TimedTLSPool}


def pool(scheme: str, host: str, port: int, **tls: Any) -> HTTPConnectionPool:
    """Connections to one address that obey the wire; for the few requests that are no call of an operation."""
    return _POOLS[scheme](host, port, **tls)


class TimedAdapter(HTTPAdapter):
    """A pool of such connections. It never retries and, without a session around it, keeps no cookie,
    follows no redirect and reads no proxy or credential from the environment."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        # Larger pieces than the usual 16 kB: half the time of an upload went into cutting them.
        super().init_poolmanager(*args, blocksize=_BLOCK, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS


class _WithoutQueries(logging.Filter):
    """urllib3 writes whole addresses into its log, and Weila takes its token in the query."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _QUERY.sub("?[query]", record.getMessage())
        record.args = ()
        record.exc_info = None
        return True


def keep_queries_out_of_logs() -> None:
    """Put the filter on urllib3's loggers, once."""
    for name in ("connectionpool", "connection", "response", "poolmanager", "util.retry"):
        logger = logging.getLogger(f"urllib3.{name}")
        if not any(isinstance(known, _WithoutQueries) for known in logger.filters):
            logger.addFilter(_WithoutQueries())


keep_queries_out_of_logs()
