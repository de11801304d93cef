"""Fetching the pictures that addresses of a system lead to.

An address of a picture is whatever somebody stored as one, and it is our server that goes there: so only known
hosts are asked, and nobody can be made to ask a machine inside our own network. The name of a host is resolved
once, what it resolves to is checked, and the connection is made to that very address.
"""

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import pybreaker
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError

from upstream.transport import Wire, on_wire, pool

_CHUNK = 64 * 1024
_WAIT = 1.0  # seconds to wait for one of the places, while others are fetching
_PORTS = {"http": 80, "https": 443}
_SAFE = "/%:@!$&'()*+,;=~-._"
_UNREADABLE = re.compile(r"[\x00-\x20\x7f\\]")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address in its last 32 bits

Resolve = Callable[[str, int], list[str]]


class NoPicture(Exception):
    """There is nothing to show at an address; ``passing`` tells whether that may be otherwise in a moment.

    Its text holds our own words only.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the pictures of a host are fetched from."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, address: str) -> "Origin":
        """:raises ValueError: it is no ``http://host`` or ``https://host:port``."""
        parts = urlsplit(address)
        if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
            raise ValueError(f"{address!r} is not the address of a host.")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(f"{address!r} has more than scheme, host and port.")
        return cls(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme])

    @property
    def header(self) -> str:
        """What the Host header says."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def is_number(self) -> bool:
        """Whether the host is given as an address: then it is meant, wherever it leads."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return True


class Pictures:
    """Fetches pictures. Safe to share between threads; make one per process.

    :param hosts: the host of an address, with its port where it has one, and where to fetch from instead:
        ``{"favicon.weila.hk": "http://favicon.weila.hk"}``.
    :param deadline: seconds for a whole fetch; resolving the name is not covered, as Python offers no timeout.
    :param max_body: bytes beyond which an answer is not read on.
    :param at_once: how many are fetched at the same time; a slow host must not take every thread.
    :param resolve: the addresses of a name; tests hand in their own.
    """

    def __init__(
        self,
        hosts: Mapping[str, str],
        *,
        deadline: float = 4.0,
        max_body: int = 5 * 1024 * 1024,
        at_once: int = 4,
        resolve: Resolve | None = None,
    ) -> None:
        self._origins = {host.lower(): Origin.parse(origin) for host, origin in hosts.items()}
        self._deadline = deadline
        self._max_body = max_body
        self._places = threading.BoundedSemaphore(at_once)
        self._resolve = resolve or addresses_of
        self._breakers = {host: _breaker(host) for host in self._origins}

    def fetch(self, address: str) -> bytes:
        """What is stored at ``address``; what it is has still to be found out.

        :raises NoPicture: the address is not one of the known hosts, or nothing usable came from there.
        """
        host, origin, target = self._target(address)
        with self._place():
            try:
                with self._breakers[host].calling():
                    return self._ask(origin, self._pinned(origin), target)
            except pybreaker.CircuitBreakerError:
                raise NoPicture("the circuit breaker is open", passing=True) from None

    def knows(self, address: str) -> bool:
        """Whether ``address`` is one that may be fetched."""
        try:
            self._target(address)
        except NoPicture:
            return False
        return True

    def _target(self, address: str) -> tuple[str, Origin, str]:
        if _UNREADABLE.search(address):
            raise NoPicture("not an address")
        try:
            parts = urlsplit(address)
        except ValueError:
            raise NoPicture("not an address") from None
        # The whole of it has to be a known host: no name and password in front, no other port, no other spelling.
        host = parts.netloc.lower()
        if parts.scheme not in _PORTS or host not in self._origins:
            raise NoPicture("not a known host")
        path = quote(parts.path or "/", safe=_SAFE)
        return (
            host,
            self._origins[host],
            f"{path}?{quote(parts.query, safe=_SAFE + '?')}" if parts.query else path,
        )

    def _pinned(self, origin: Origin) -> str:
        """The one address to connect to."""
        if origin.is_number:
            return origin.host
        try:
            found = self._resolve(origin.host, origin.port)
        except OSError:
            raise NoPicture("the name can't be resolved", passing=True) from None
        if not found or not all(is_public(one) for one in found):
            raise NoPicture("the name leads into a private network")
        return found[0]

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=_WAIT):
            raise NoPicture("too many are being fetched", passing=True)
        try:
            yield
        finally:
            self._places.release()

    def _ask(self, origin: Origin, pinned: str, target: str) -> bytes:
        tls: dict[str, Any] = {}
        if origin.scheme == "https":
            # Connected to a number, but it still has to prove that it is the host.
            tls = {
                "server_hostname": origin.host,
                "assert_hostname": origin.host,
                "ca_certs": DEFAULT_CA_BUNDLE_PATH,
            }
        wire = Wire(time.monotonic() + self._deadline)
        connections = pool(origin.scheme, pinned, origin.port, **tls)
        headers = {"Host": origin.header, "Accept": "image/*", "Accept-Encoding": "identity"}
        try:
            with on_wire(wire), connections:
                response = connections.urlopen(
                    "GET",
                    target,
                    headers={**headers, "User-Agent": "console"},
                    redirect=False,
                    retries=False,
                    timeout=Timeout(wire.left()),
                    preload_content=False,
                )
                return self._read(response)
        except (HTTPError, OSError):
            raise NoPicture("no answer, or none in time", passing=True) from None

    def _read(self, response: BaseHTTPResponse) -> bytes:
        if response.status != 200:
            passing = response.status >= 500 or response.status in (408, 429)
            raise NoPicture(f"HTTP {response.status}", passing=passing)
        body = bytearray()
        for chunk in response.stream(_CHUNK, decode_content=False):
            body += chunk
            if len(body) > self._max_body:
                raise NoPicture("larger than the limit")
        return bytes(body)


def addresses_of(host: str, port: int) -> list[str]:
    """What the system resolves a name to."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also when another one is wrapped in it."""
    plain = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(plain, ipaddress.IPv6Address):
        wrapped = plain.ipv4_mapped or plain.sixtofour or (plain.teredo and plain.teredo[1])
        if plain in _NAT64:
            wrapped = ipaddress.IPv4Address(int(plain) & 0xFFFFFFFF)
        if wrapped:
            return is_public(str(wrapped))
        if plain.is_site_local:
            return False
    return plain.is_global and not plain.is_multicast and not plain.is_reserved


def _breaker(host: str) -> pybreaker.CircuitBreaker:
    return pybreaker.CircuitBreaker(
        fail_max=5,
        reset_timeout=15,
        exclude=[lambda error: isinstance(error, NoPicture) and not error.passing],
        name=f"pictures of {host}",
        throw_new_error_on_trip=False,
    )
