"""One system over HTTP: deadlines, retries by declared effect, a circuit breaker, and observers."""

import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import SystemRandom
from typing import TypeVar
from uuid import uuid4

import msgspec
import pybreaker
import requests
from requests import PreparedRequest, Request, RequestException, Response
from requests_toolbelt import MultipartEncoder
from urllib3.exceptions import DecodeError, HTTPError
from urllib3.exceptions import TimeoutError as WireTimeout

from common.outcome import Outcome
from upstream.call import Answer, Call
from upstream.config import HttpConfig
from upstream.errors import Facts, Malformed, Timeout, Unavailable, UpstreamError, unknown_if_written
from upstream.secret import Secret
from upstream.transport import TimedAdapter, Wire, on_wire

logger = logging.getLogger(__name__)

T = TypeVar("T")

_CHUNK = 256 * 1024
_FIRST_PAUSE = 0.2  # seconds before the first retry; doubled before each further one, and scattered
_ID_LIMIT = 64
_UNSAFE_IN_ID = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What an observer learns of one call. It holds no address, no body and no secret.

    ``kind`` is ``"ok"`` or the kind of the error; ``outcome`` is what is known of the call; ``ms`` is the
    time that all ``attempts`` took together; ``errcode`` is the system's own code where one was read.
    """

    system: str
    operation: str
    kind: str
    outcome: Outcome
    status: int | None
    errcode: int | None
    ms: float
    attempts: int
    request_id: str


Observer = Callable[[CallRecord], None]


class Http:
    """One system. Safe to share between threads; make one per process and system.

    :param observers: called after each call, in order; what they raise is logged and goes no further.
    :param sleep: waits between retries; tests hand in their own.
    """

    def __init__(
        self,
        config: HttpConfig,
        *,
        observers: Iterable[Observer] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.config = config
        self._observers = tuple(observers)
        self._sleep = sleep
        self._random = SystemRandom()
        # The adapter without a session: a session would keep cookies and read the environment.
        self._adapter = TimedAdapter(pool_connections=4, pool_maxsize=config.pool_size, max_retries=0)
        # Only `calling()` is used: `call()` would hold the breaker's lock during the call. And the call
        # that trips the breaker must keep its own error: "breaker open" would say of a lost write that it
        # was not sent.
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=config.breaker_failures,
            reset_timeout=config.breaker_reset,
            exclude=[lambda error: not isinstance(error, Unavailable | Timeout)],
            name=config.system,
            throw_new_error_on_trip=False,
        )

    def call(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Send ``call`` and let ``read`` make a typed value of the answer.

        :raises UpstreamError: what ``read`` raises for an answer that is no success, or what the wire did.
        """
        exchange = _Exchange(self, call)
        started = time.monotonic()
        error: UpstreamError | None = None
        try:
            with self._breaker.calling():
                value = exchange.run(read)
        except pybreaker.CircuitBreakerError:
            error = exchange.unavailable("the circuit breaker is open", Outcome.NOT_DONE)
        except UpstreamError as raised:
            error = raised
        self._tell(exchange.record(error, (time.monotonic() - started) * 1000))
        if error is not None:
            raise error
        return value

    def _tell(self, record: CallRecord) -> None:
        for observer in self._observers:
            try:
                observer(record)
            except Exception:
                logger.exception("An observer of %s calls failed", record.system)

    def pause(self, attempt: int) -> None:
        """Wait before the attempt that follows ``attempt``."""
        self._sleep(self.longest_pause(attempt) * self._random.uniform(0.5, 1.0))

    @staticmethod
    def longest_pause(attempt: int) -> float:
        """The longest that ``pause`` waits, in seconds."""
        return float(_FIRST_PAUSE * 2 ** (attempt - 1))

    def send(self, request: PreparedRequest, wire: Wire) -> Response:
        """Put ``request`` on the wire; the body of the answer is still to be read."""
        left = wire.left()
        timeout = (min(self.config.connect_timeout, left), left)
        return self._adapter.send(request, stream=True, timeout=timeout, verify=self.config.verify)


class _Exchange:
    """The attempts of one call."""

    def __init__(self, http: Http, call: Call) -> None:
        self._http = http
        self._config = http.config
        self._call = call
        self._operation = call.operation
        self._request_id = _UNSAFE_IN_ID.sub("", call.request_id)[:_ID_LIMIT] or uuid4().hex
        self._attempts = 0
        self._status: int | None = None
        seconds = call.deadline if call.deadline is not None else self._config.deadline(call.operation)
        self._wire = Wire(time.monotonic() + seconds)

    def run(self, read: Callable[[Answer], T]) -> T:
        while True:
            self._attempts += 1
            try:
                return read(self._answer())
            except UpstreamError as raised:
                error = raised
            if not self._may_repeat(error):
                raise error
            self._http.pause(self._attempts)

    def _may_repeat(self, error: UpstreamError) -> bool:
        """A read may be sent again while there is time; a write never, whatever became of it."""
        if not self._operation.reads or self._attempts >= self._config.read_attempts:
            return False
        passing = (
            isinstance(error, Timeout)
            or (isinstance(error, Unavailable) and (error.status is None or error.status >= 500))
            or (isinstance(error, Malformed) and error.cut_off)
        )
        return passing and self._wire.lasts(self._http.longest_pause(self._attempts))

    def _answer(self) -> Answer:
        response: Response | None = None
        result: Answer | UpstreamError
        self._status = None
        try:
            with on_wire(self._wire):
                response = self._http.send(self._request(), self._wire)
                result = self._received(response)
        except (RequestException, HTTPError, OSError) as caught:
            result = self._failure(caught)
        finally:
            if response is not None:
                response.close()
        # Raised here and not where it was caught: the exceptions of the wire carry the address with its
        # token, and would follow as the context of ours.
        if isinstance(result, UpstreamError):
            raise result
        return result

    def _request(self) -> PreparedRequest:
        call = self._call
        query = {**self._config.extra_query(), **call.query}
        if call.token is not None:
            query[self._operation.token_name] = call.token.reveal()
        headers = {"Accept-Encoding": "gzip", "User-Agent": "console", "X-Request-ID": self._request_id}
        if call.jar:
            headers["Cookie"] = call.jar.header()
        data: bytes | MultipartEncoder | None = None
        if call.upload is not None:
            upload = call.upload
            encoder = MultipartEncoder({"file": (upload.filename, upload.rewound(), upload.content_type)})
            headers["Content-Type"] = encoder.content_type
            data = encoder
        elif self._operation.method != "GET":
            headers["Content-Type"] = "application/json"
            data = None if call.body is None else msgspec.json.encode(call.body, enc_hook=_reveal)
        return Request(
            self._operation.method,
            self._config.url(self._operation),
            headers=headers,
            params=query,
            data=data,
        ).prepare()

    def _received(self, response: Response) -> Answer | UpstreamError:
        """Read the whole answer, up to the size limit."""
        self._status = response.status_code
        if self._call.jar is not None:
            self._call.jar.take(response)
        body = bytearray()
        for chunk in response.raw.stream(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._config.max_body:
                return self._malformed("the answer is larger than the limit")
        return Answer(
            operation=self._operation,
            request_id=self._request_id,
            status=response.status_code,
            content_type=response.headers.get("Content-Type", ""),
            codes=self._config.codes,
            body=bytes(body),
        )

    def _failure(self, caught: Exception) -> UpstreamError:
        """Which error a failure of the wire is. Its text is ours: theirs holds the whole address."""
        if self._wire.connecting or isinstance(caught, requests.ConnectTimeout):
            return self.unavailable("no connection", Outcome.NOT_DONE)
        if self._wire.expired or isinstance(caught, requests.Timeout | WireTimeout | TimeoutError):
            return Timeout(
                operation=self._operation.name,
                outcome=unknown_if_written(self._operation),
                detail="the deadline has passed",
                **self._facts(),
            )
        if self._status is None:
            return self.unavailable("the connection was lost", unknown_if_written(self._operation))
        if isinstance(caught, DecodeError):
            return self._malformed("the answer can't be decompressed")
        return self._malformed("the answer was cut off", cut_off=True)

    def unavailable(self, detail: str, outcome: Outcome) -> Unavailable:
        return Unavailable(operation=self._operation.name, outcome=outcome, detail=detail, **self._facts())

    def _malformed(self, detail: str, *, cut_off: bool = False) -> Malformed:
        outcome = unknown_if_written(self._operation)
        return Malformed(
            operation=self._operation.name, outcome=outcome, detail=detail, cut_off=cut_off, **self._facts()
        )

    def _facts(self) -> Facts:
        return {
            "system": self._operation.system,
            "request_id": self._request_id,
            "status": self._status,
        }

    def record(self, error: UpstreamError | None, ms: float) -> CallRecord:
        return CallRecord(
            system=self._operation.system,
            operation=self._operation.name,
            kind="ok" if error is None else error.kind,
            outcome=Outcome.DONE if error is None else error.outcome,
            status=self._status,
            errcode=None if error is None else error.errcode,
            ms=ms,
            attempts=self._attempts,
            request_id=self._request_id,
        )


def _reveal(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise NotImplementedError(f"{type(value).__name__} can't be sent as JSON")
