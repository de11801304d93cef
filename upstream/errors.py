"""What can go wrong when the console calls a system, and the one place that decides which it was.

The texts of these exceptions are for logs: they hold names, numbers and our own words, never a secret, an
address with its query, or anything the upstream sent. What the upstream said is in ``Rejected.text`` and
``Forbidden.text``: untrusted, to be shown escaped beside a sentence of our own.
"""

from dataclasses import dataclass
from typing import ClassVar, TypedDict, Unpack

from common.outcome import Outcome
from upstream.operations import Operation, TokenPlace

_TEXT_LIMIT = 300


class Facts(TypedDict, total=False):
    """Where and how a call failed. ``status`` is the HTTP status and ``errcode`` the system's own code, where
    there was an answer that had them."""

    system: str
    request_id: str
    status: int | None
    errcode: int | None


class UpstreamError(Exception):
    """A call that didn't succeed.

    ``outcome`` is what is known about this call: ``NOT_DONE`` (it was never sent, it was refused, or it only
    reads) or ``UNKNOWN`` (a write that may have been done).
    """

    kind: ClassVar[str] = "error"

    def __init__(self, *, operation: str, outcome: Outcome, detail: str = "", **facts: Unpack[Facts]) -> None:
        self.operation = operation
        self.outcome = outcome
        self.detail = detail
        self.system = facts.get("system", "")
        self.request_id = facts.get("request_id", "")
        self.status = facts.get("status")
        self.errcode = facts.get("errcode")
        super().__init__(self._sentence())

    @property
    def may_still_arrive(self) -> bool:
        """Whether the request may be carried out later: it got no answer at all, or only a gateway's.

        An answer of the upstream itself, however useless, means that it is through with the request.
        """
        return self.status is None or self.status in (502, 503, 504)

    def _sentence(self) -> str:
        parts = [self.detail] if self.detail else []
        if self.status is not None:
            parts.append(f"HTTP {self.status}")
        if self.errcode is not None:
            parts.append(f"errcode {self.errcode}")
        parts.append(f"outcome {self.outcome.value}")
        if self.request_id:
            parts.append(f"request {self.request_id}")
        return f"{self.system} {self.operation}: {self.kind} ({', '.join(parts)})".strip()


class Unavailable(UpstreamError):
    """No connection, HTTP 5xx or 429, or the circuit breaker is open."""

    kind = "unavailable"


class Timeout(UpstreamError):
    """The call took longer than its deadline. For a write the outcome is unknown."""

    kind = "timeout"

    @property
    def may_still_arrive(self) -> bool:
        return True


class SessionOver(UpstreamError):
    """The token is no longer valid; the call was refused."""

    kind = "session_over"


class Malformed(UpstreamError):
    """The answer is not what the document says: HTML, cut off, not JSON, data missing.

    ``cut_off`` tells that the connection ended in the middle of the answer.
    """

    kind = "malformed"

    def __init__(
        self,
        *,
        operation: str,
        outcome: Outcome,
        detail: str = "",
        cut_off: bool = False,
        **facts: Unpack[Facts],
    ) -> None:
        self.cut_off = cut_off
        super().__init__(operation=operation, outcome=outcome, detail=detail, **facts)


class _Refused(UpstreamError):
    """A refusal with a reason: ``code`` is the system's errcode, or the HTTP status where there was none."""

    def __init__(self, *, operation: str, code: int, text: str = "", **facts: Unpack[Facts]) -> None:
        self.code = code
        self.text = _readable(text)
        super().__init__(operation=operation, outcome=Outcome.NOT_DONE, **facts)


class Forbidden(_Refused):
    """The account is known but may not do this; nobody is signed out because of it."""

    kind = "forbidden"


class Rejected(_Refused):
    """A business refusal.

    ``wrong_password`` tells that account and password don't fit. The document pastes that code into examples
    everywhere, so it is believed only where a password is checked: at sign-in, and where one's own is asked for.
    """

    kind = "rejected"

    def __init__(
        self,
        *,
        operation: str,
        code: int,
        text: str = "",
        wrong_password: bool = False,
        **facts: Unpack[Facts],
    ) -> None:
        self.wrong_password = wrong_password
        super().__init__(operation=operation, code=code, text=text, **facts)


def _readable(text: str) -> str:
    """The upstream's words without control characters and of bounded length."""
    return "".join(c if c.isprintable() else " " for c in text[:_TEXT_LIMIT]).strip()


@dataclass(frozen=True, slots=True)
class Codes:
    """What a system's own codes mean; a code that stands in no set is an ordinary refusal."""

    ok: frozenset[int] = frozenset({0})
    session_over: frozenset[int] = frozenset()
    forbidden: frozenset[int] = frozenset()
    wrong_password: frozenset[int] = frozenset()


def code_of(value: object) -> int | None:
    """An errcode as a number; systems send it as a number or as a string (weila.md: ``0``, ``"105"``)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        digits = value.strip()
        # isascii: "１０５".isdecimal() is true as well. Longer than any code is no code.
        if digits.isascii() and digits.removeprefix("-").isdecimal() and len(digits) < 20:
            return int(digits)
    return None


def unknown_if_written(operation: Operation) -> Outcome:
    """What is known of a call that was sent and got no usable answer."""
    return Outcome.NOT_DONE if operation.reads else Outcome.UNKNOWN


def classify(
    operation: Operation, status: int, errcode: object, text: str, *, codes: Codes, request_id: str = ""
) -> UpstreamError | None:
    """Which error an answer means, or ``None`` when it is a success.

    The decision, in order: HTTP 5xx; the system's own code, whatever the status; any other status than 2xx;
    and a 2xx without a readable code is malformed.
    """
    code = code_of(errcode)
    facts: Facts = {
        "system": operation.system,
        "request_id": request_id,
        "status": status,
        "errcode": code,
    }
    if status >= 500:
        return Unavailable(operation=operation.name, outcome=unknown_if_written(operation), **facts)
    if code is not None and code not in codes.ok:
        return _by_code(operation, code, text, codes, facts)
    if 200 <= status < 300 and code is not None:
        return None
    return _by_status(operation, status, facts)


def _by_code(operation: Operation, code: int, text: str, codes: Codes, facts: Facts) -> UpstreamError:
    name = operation.name
    if code in codes.session_over:
        return SessionOver(operation=name, outcome=Outcome.NOT_DONE, **facts)
    if code in codes.forbidden:
        return Forbidden(operation=name, code=code, text=text, **facts)
    wrong_password = operation.checks_password and code in codes.wrong_password
    return Rejected(operation=name, code=code, text=text, wrong_password=wrong_password, **facts)


def _by_status(operation: Operation, status: int, facts: Facts) -> UpstreamError:
    """An answer without a code of the system: some proxy, some framework, or a changed upstream."""
    name = operation.name
    if status == 401 and operation.token is not TokenPlace.NONE:
        return SessionOver(operation=name, outcome=Outcome.NOT_DONE, **facts)
    if status in (401, 403):
        return Forbidden(operation=name, code=status, **facts)
    if status == 408:
        return Timeout(operation=name, outcome=Outcome.NOT_DONE, **facts)
    if status == 429:
        return Unavailable(operation=name, outcome=Outcome.NOT_DONE, detail="too many requests", **facts)
    if status in (404, 405, 410):
        detail = "the upstream doesn't know this operation"
        return Malformed(operation=name, outcome=Outcome.NOT_DONE, detail=detail, **facts)
    if 400 <= status < 500:
        return Rejected(operation=name, code=status, **facts)
    detail = "no readable errcode" if 200 <= status < 300 else "an unexpected status"
    return Malformed(operation=name, outcome=unknown_if_written(operation), detail=detail, **facts)
