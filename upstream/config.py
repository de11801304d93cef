"""How one system is reached. The layer reads no settings: whoever opens an ``Http`` hands these in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from upstream.errors import Codes
from upstream.operations import Operation, Pace


def _nothing() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpConfig:
    """Where a system is and how long it may take. All times are seconds; a deadline covers a whole call
    with its retries, from connecting to the last byte.

    ``extra_query`` is asked before each request for query parameters of the system (a signature, say).
    ``max_body`` is the size in bytes, after decompression, beyond which an answer is not read on.
    The breaker opens after ``breaker_failures`` calls in a row that found the system unavailable, and lets a
    trial through after ``breaker_reset`` seconds; it is one per process. Pages go on saying that nobody answers
    for up to that long after somebody does again.
    """

    system: str
    base_url: str
    codes: Codes = field(default_factory=Codes)
    connect_timeout: float = 3.0
    read_deadline: float = 10.0
    write_deadline: float = 20.0
    list_deadline: float = 60.0
    upload_deadline: float = 300.0
    read_attempts: int = 3
    pool_size: int = 32
    max_body: int = 256 * 1024 * 1024
    breaker_failures: int = 5
    breaker_reset: float = 5.0
    verify: bool | str = True
    extra_query: Callable[[], Mapping[str, str]] = _nothing

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(
                f"The address of {self.system} must begin with http:// or https:// and name a host."
            )
        if parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError(f"The address of {self.system} must have no query, fragment or credentials.")

    def url(self, operation: Operation) -> str:
        """The address of ``operation``, without its query."""
        return self.base_url.rstrip("/") + operation.path

    def deadline(self, operation: Operation) -> float:
        """Seconds that a call of ``operation`` may take in all."""
        return {
            Pace.READ: self.read_deadline,
            Pace.WRITE: self.write_deadline,
            Pace.LIST: self.list_deadline,
            Pace.UPLOAD: self.upload_deadline,
        }[operation.pace]
